/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Policy elements: what a list of a launch control policy permits (TXT SDG appendix D.3 and E.3).
 * Each is a header of three u32, Size (of all of it), Type and PolEltControl, then what its type
 * wants. Little-endian, but for the TPM's own structures inside PCONF and PCONF2.
 */
#ifndef ASSAY_POLICY_LCP_ELEMENT_H
#define ASSAY_POLICY_LCP_ELEMENT_H

#include "base/alg.h"
#include "base/cursor.h"
#include "base/error.h"
#include "base/guid.h"
#include "base/writer.h"

enum assay_lcp_element_type {
    ASSAY_LCP_MLE = 0x00, /* TPM 1.2, SHA-1 alone, as the three after it */
    ASSAY_LCP_PCONF = 0x01,
    ASSAY_LCP_SBIOS = 0x02,
    ASSAY_LCP_CUSTOM = 0x03,
    ASSAY_LCP_MLE2 = 0x10,
    ASSAY_LCP_PCONF2 = 0x11,
    ASSAY_LCP_SBIOS2 = 0x12,
    ASSAY_LCP_CUSTOM2 = 0x13,
    ASSAY_LCP_STM2 = 0x14,
};

/** PolEltControl. */
enum {
    ASSAY_LCP_ELT_IGNORE_PS =
        1u << 0, /* lists 1.0 and 2.0: the owner's elements replace the supplier's */
    ASSAY_LCP_ELT_STM_REQUIRED = 1u << 1, /* MLE: it must have an STM */
};

enum { ASSAY_LCP_ELEMENT_HEADER = 12 };

/** An element; all bytes are lent from what it was read of. */
typedef struct assay_lcp_element {
    uint32_t type; /* enum assay_lcp_element_type, or anything */
    uint32_t control;
    uint64_t offset;   /* of the header in the input */
    assay_bytes bytes; /* all of it, as it lies there; no bytes in one that is made */
    /* MLE, SBIOS, STM, PCONF2: */
    uint16_t hash_alg;         /* TPM_ALG_ID; SHA-1 of the elements of TPM 1.2 */
    uint16_t count;            /* of digests, or of PCR infos */
    assay_bytes digests;       /* MLE, SBIOS, STM: `count` digests without gaps */
    uint8_t sinit_min_version; /* MLE */
    assay_bytes fallback;      /* SBIOS: the fallback digest */
    assay_bytes infos;   /* PCONF: TPM_PCR_INFO_SHORT, PCONF2: TPMS_QUOTE_INFO, `count` of them */
    assay_guid uuid;     /* CUSTOM */
    assay_bytes data;    /* CUSTOM, and of a type unknown here all after the header */
    assay_bytes padding; /* what Size has beyond that: to a multiple of 4, as the SDG recommends */
    uint64_t reserved; /* bytes that must be zero, the first the lowest; elements made have zeros */
} assay_lcp_element;

/**
 * The next element of a cursor over the elements of a list; `base` is the offset of the cursor's
 * bytes in the input. 1 and the element, 0 at the end, or a negative kind with `error` filled: a
 * Size below the header's or beyond the list (and what a type wants and Size doesn't hold).
 */
int assay_lcp_element_next(assay_cursor *cursor, uint64_t base, assay_lcp_element *ret_element,
                           assay_error *error);

/** Writes an element by its fields: header, then what its type wants. */
void assay_lcp_element_encode(assay_writer *writer, const assay_lcp_element *element);

/**
 * Where in the element, from its header on, the first byte stands that `reserved` says is not zero.
 * Only for an element with such a byte.
 */
size_t assay_lcp_element_reserved_at(const assay_lcp_element *element);

/** One digest of MLE, SBIOS, STM; `index` below count. */
assay_bytes assay_lcp_element_digest(const assay_lcp_element *element, size_t index);

/** What a PCONF or PCONF2 wants of the PCRs: TPM_PCR_INFO_SHORT, TPMS_QUOTE_INFO. */
typedef struct assay_lcp_pcr_info {
    uint16_t bank;       /* TPM_ALG_ID */
    uint32_t pcrs;       /* bit i for PCR i */
    uint8_t locality;    /* PCONF: localityAtRelease; else 0 */
    uint8_t select_size; /* sizeOfSelect, 1 to 4; 0 in one that is made: the usual one */
    assay_bytes digest;  /* PCONF: SHA-1 of the TPM 1.2 composite; PCONF2: of the values in order */
} assay_lcp_pcr_info;

/** The next of a cursor over `infos`; false at the end (element_next has looked at all of them). */
bool assay_lcp_pcr_info_next(const assay_lcp_element *element, assay_cursor *cursor,
                             assay_lcp_pcr_info *ret_info);

/** Writes one, as an element of that type has it; of `pcrs` what its select has room for. */
void assay_lcp_pcr_info_encode(assay_writer *writer, uint32_t type, const assay_lcp_pcr_info *info);

/** "mle", "pconf2" ... as options and JSON spell it, or NULL for a type unknown here. Static. */
const char *assay_lcp_element_name(uint32_t type);
bool assay_lcp_element_by_name(assay_bytes name, uint32_t *ret_type);

/** Whether it is one of TPM 2.0 (0x10 and above); one of TPM 1.2 is not looked at there. */
static inline bool assay_lcp_element_is_new(uint32_t type)
{
    return type >= ASSAY_LCP_MLE2;
}

#endif
