/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The data of Intel TXT's events (TXT SDG appendix G, tables E-5 and E-6) and of tboot's.
 *
 * Where an event has data its digest is the hash of them (0x402 has its own rule). What
 * has none, the launched environment, the key of SINIT and all that tboot measures, is
 * known by its digest alone; of those some are the same on all machines.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_TXT_H
#define ASSAY_EVENTLOG_PAYLOAD_TXT_H

#include "base/output.h"
#include "eventlog/event.h"
#include "eventlog/payload/txtnv.h"
#include "eventlog/payload/txtpolicy.h"

enum assay_txt_kind {
    ASSAY_TXT_DIGEST_ONLY, /* no data */
    ASSAY_TXT_PCR_MAPPING,
    ASSAY_TXT_HASH_START,
    ASSAY_TXT_COMBINED_HASH,
    ASSAY_TXT_BIOSAC_REG_DATA,
    ASSAY_TXT_CPU_SCRTM_STAT,
    ASSAY_TXT_LCP_CONTROL,
    ASSAY_TXT_ELEMENTS_HASH,
    ASSAY_TXT_OSSINITDATA_CAP,
    ASSAY_TXT_LCP_HASH,
    ASSAY_TXT_NOTHING, /* one byte 0x00: no STM, or a policy that allows anything */
    ASSAY_TXT_LCP_DETAILS,
    ASSAY_TXT_LCP_AUTHORITIES,
    ASSAY_TXT_NV_INFO,
    ASSAY_TXT_CAP_VALUE, /* one byte 0x01 */
    ASSAY_TXT_KINDS
};

/** 0x402: what GETSEC[SENTER] hashes first. */
typedef struct assay_txt_hash_start {
    assay_bytes sinit_hash;    /* of the SINIT ACM: 32 bytes of SHA-256, or 20 of SHA-1 */
    uint32_t edx_senter_flags; /* EDX of GETSEC[SENTER] */
} assay_txt_hash_start;

/** 0x403: CombinedHashData of the legacy PCR mapping (TXT SDG 1.10.1.1). Hashes are SHA-1. */
typedef struct assay_txt_combined_hash {
    assay_bytes bios_acm_id;
    uint64_t mseg_valid;
    assay_bytes stm_hash;
    uint32_t policy_control;
    assay_bytes lcp_policy_hash;
    uint32_t capabilities; /* 0 unless bit 2 of policy_control is set */
    bool has_scrtm_status; /* SinitMleData version 8 and later */
    uint32_t processor_scrtm_status;
} assay_txt_combined_hash;

enum { ASSAY_TXT_ELEMENT_HASHES = 4 };

/** 0x40D: an element of the policy that matched, TPM 1.2. */
typedef struct assay_txt_element_hash {
    assay_bytes hash; /* SHA-1 */
    uint32_t pol_elt_control;
} assay_txt_element_hash;

typedef struct assay_txt_payload {
    uint32_t type; /* the event's */
    enum assay_txt_kind kind;
    const char *known; /* what assay_txt_known_digest says of one of the event's digests, or NULL */
    union {
        uint32_t word;     /* PCR mapping, SCRTM status, policy control, capabilities */
        assay_bytes bytes; /* BIOSAC registration data: 32 bytes; LCP hash: 20 bytes a list */
        assay_txt_hash_start hash_start;
        assay_txt_combined_hash combined_hash;
        assay_txt_element_hash elements[ASSAY_TXT_ELEMENT_HASHES];
        assay_txt_details details;
        assay_txt_authorities authorities;
        assay_txt_nv_info nv_info;
    };
} assay_txt_payload;

bool assay_txt_decode(const assay_event *event, assay_txt_payload *ret_payload);
void assay_txt_encode(assay_writer *writer, const assay_txt_payload *payload);
void assay_txt_emit(assay_output *out, const assay_txt_payload *payload);
void assay_txt_summary(assay_writer *writer, const assay_txt_payload *payload);

/**
 * What a digest means that is the same on all machines, by the type of its event and its
 * bank: "no policy control bit is set", or tboot's built-in policy. Static, or NULL.
 */
const char *assay_txt_known_digest(uint32_t type, uint16_t alg, assay_bytes digest);

#endif
