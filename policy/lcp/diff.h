/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What differs between two policies, policy data files, lists or elements: field by field, list by
 * list (those of one key belong together, then those at one place), element by element and digest
 * by digest.
 */
#ifndef ASSAY_POLICY_LCP_DIFF_H
#define ASSAY_POLICY_LCP_DIFF_H

#include "policy/lcp/verify.h"

enum assay_lcp_change_kind {
    ASSAY_LCP_CHANGED, /* a field has another value */
    ASSAY_LCP_ADDED,   /* it is in the second alone */
    ASSAY_LCP_REMOVED, /* it is in the first alone */
    ASSAY_LCP_MOVED,   /* it is in both, at another place among those in both */
};

/** "changed", "added", "removed", "moved". */
const char *assay_lcp_change_name(enum assay_lcp_change_kind kind);

enum { ASSAY_LCP_CHANGE_TEXT = 2 * ASSAY_DIGEST_MAX + 32 };

typedef struct assay_lcp_change {
    enum assay_lcp_change_kind kind;
    /* What: a field by the specification's name, or "PolicyLists", "PolicyElements", "Hashes",
     * "PCRInfos" for one of them. Static. */
    const char *field;
    uint32_t index;                            /* of an array's field, or ASSAY_LCP_NO_ELEMENT */
    uint32_t list_expected, list_actual;       /* or ASSAY_LCP_NO_LIST */
    uint32_t element_expected, element_actual; /* or ASSAY_LCP_NO_ELEMENT */
    uint64_t offset;                           /* in the second; of what was removed in the first */
    /* Numbers as 0x.., bytes in hex, cut with "..." where they are longer than a digest; "" for
     * what isn't there. Printable ASCII. */
    char expected[ASSAY_LCP_CHANGE_TEXT], actual[ASSAY_LCP_CHANGE_TEXT];
} assay_lcp_change;

/** Gets each change in the order of the second file. */
typedef void assay_lcp_change_visit(const assay_lcp_change *change, void *context);

/**
 * Compares two files of one kind: 0 where they are the same, 1 where not, or a negative kind with
 * `error` filled: one can't be read (*ret_which: 0 the first, 1 the second), no memory. Changes
 * that were found before are visited.
 */
int assay_lcp_diff(enum assay_lcp_input kind, assay_bytes expected, assay_bytes actual,
                   assay_lcp_change_visit *visit, void *context, int *ret_which,
                   assay_error *error);

#endif
