/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of verify share. Private to policy/. */
#ifndef ASSAY_POLICY_LCP_VERIFY_PRIVATE_H
#define ASSAY_POLICY_LCP_VERIFY_PRIVATE_H

#include "policy/lcp/verify.h"

/* SINITMinVersion: "6th_7th_gen_i5_i7-SINIT_79.bin" has AcmVersion 171, others have less. */
enum { IMPLAUSIBLE_SINIT = 0xC0 };

typedef struct lcp_verifier {
    const assay_lcp_subject *subject;
    assay_lcp_findings *findings;
    assay_hashes *hashes;
    assay_error *error;
    int status;                     /* the first failure that is none of the subject's */
    const assay_lcp_policy *policy; /* NULL: none, or it can't be read */
    uint16_t hash_algs_used;        /* as masks, by what was met in the body */
    uint32_t sign_algs_used;
} lcp_verifier;

typedef struct lcp_place {
    enum assay_lcp_input input;
    uint64_t offset;
    uint32_t list, element;
    const char *field;
} lcp_place;

void lcp_find(lcp_verifier *v, enum assay_lcp_rule rule, lcp_place place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** The same straight into a list of findings. */
void lcp_findings_add(assay_lcp_findings *findings, enum assay_lcp_rule rule, lcp_place place,
                      const char *text);

/** What a reader said, as a finding. */
void lcp_find_error(lcp_verifier *v, const assay_error *error, lcp_place place);

/** Bits of the masks that stand for something. */
uint16_t lcp_hash_bits(void);
uint32_t lcp_sign_bits(void);

/** A policy by itself; with the data afterwards. */
void lcp_verify_policy(lcp_verifier *v);
void lcp_verify_together(lcp_verifier *v, const assay_lcp_data *data);

void lcp_verify_list(lcp_verifier *v, const assay_lcp_list *list, uint32_t index);

/** `list` NULL: the element stands alone. */
void lcp_verify_element(lcp_verifier *v, const assay_lcp_list *list,
                        const assay_lcp_element *element, lcp_place place);

/** The elements of a list against each other. */
void lcp_verify_elements(lcp_verifier *v, const assay_lcp_list *list, lcp_place place);

#endif
