/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of diff share. Private to policy/. */
#ifndef ASSAY_POLICY_LCP_DIFF_PRIVATE_H
#define ASSAY_POLICY_LCP_DIFF_PRIVATE_H

#include "policy/lcp/diff.h"

typedef struct lcp_diff {
    assay_lcp_change_visit *visit;
    void *context;
    uint64_t changes;
    bool no_memory;
    assay_lcp_change place; /* lists and elements that are being compared */
} lcp_diff;

void lcp_diff_number(lcp_diff *d, const char *field, uint64_t offset, uint64_t expected,
                     uint64_t actual, size_t size);
void lcp_diff_bytes(lcp_diff *d, const char *field, uint64_t offset, assay_bytes expected,
                    assay_bytes actual);

/** One of an array's members that is in one of both alone, or elsewhere. */
void lcp_diff_member(lcp_diff *d, enum assay_lcp_change_kind kind, const char *field,
                     uint64_t offset, assay_bytes value);

void lcp_diff_policies(lcp_diff *d, const assay_lcp_policy *a, const assay_lcp_policy *b);
void lcp_diff_lists(lcp_diff *d, const assay_lcp_list *a, const assay_lcp_list *b);
void lcp_diff_elements(lcp_diff *d, const assay_lcp_element *a, const assay_lcp_element *b);

/** The elements of two lists, matched with each other. */
void lcp_diff_all_elements(lcp_diff *d, const assay_lcp_list *a, const assay_lcp_list *b);

#endif
