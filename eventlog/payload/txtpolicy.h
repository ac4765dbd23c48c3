/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What SINIT measures of a launch control policy on a TPM 2.0 (TXT SDG 3.3.9): the
 * details, which elements matched, into PCR 17, and the authorities, which lists they
 * came from, into PCR 18.
 *
 * The specification leaves open in which byte order the numbers are, and no log with a
 * policy of elements is at hand. So a structure is read as little-endian, as all of
 * TXT is, and where that makes no sense as big-endian, as a TPM has it.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_TXTPOLICY_H
#define ASSAY_EVENTLOG_PAYLOAD_TXTPOLICY_H

#include "base/output.h"

/** TPMT_HA: an algorithm that is known here, and as many bytes as it has. */
typedef struct assay_txt_ha {
    uint16_t alg; /* TPM_ALG_ID */
    assay_bytes digest;
} assay_txt_ha;

/** MLE, PO PCONF, PS PCONF, SBIOS, STM. */
enum { ASSAY_TXT_ELEMENTS = 5 };

/** TXT_EVTYPE_LCP_DETAILS_HASH. */
typedef struct assay_txt_details {
    bool big_endian;
    struct {
        bool matched;             /* an element of this kind took part */
        uint32_t pol_elt_control; /* see assay_txt_element_control */
        assay_txt_ha digest;      /* the one that matched */
    } elements[ASSAY_TXT_ELEMENTS];
} assay_txt_details;

bool assay_txt_details_decode(assay_bytes data, assay_txt_details *ret_details);
void assay_txt_details_encode(assay_writer *writer, const assay_txt_details *details);
void assay_txt_details_emit(assay_output *out, const assay_txt_details *details);
void assay_txt_details_summary(assay_writer *writer, const assay_txt_details *details);

/** A list of the policy that took part. */
typedef struct assay_txt_authority {
    uint16_t sign_alg;    /* TPM_ALG_ID; TPM_ALG_NULL for an unsigned list */
    uint16_t hash_alg;    /* of a signed list, as the next */
    uint16_t pubkey_size;
    assay_txt_ha digest;  /* of the key, or of an unsigned list itself */
} assay_txt_authority;

/** TXT_EVTYPE_LCP_AUTHORITIES_HASH: no list twice, so there are at most as many as kinds. */
typedef struct assay_txt_authorities {
    bool big_endian;
    size_t count;
    assay_txt_authority lists[ASSAY_TXT_ELEMENTS];
} assay_txt_authorities;

bool assay_txt_authorities_decode(assay_bytes data, assay_txt_authorities *ret_authorities);
void assay_txt_authorities_encode(assay_writer *writer, const assay_txt_authorities *authorities);
void assay_txt_authorities_emit(assay_output *out, const assay_txt_authorities *authorities);
void assay_txt_authorities_summary(assay_writer *writer, const assay_txt_authorities *authorities);

#endif
