/* SPDX-License-Identifier: BSD-2-Clause */
/* The signature blocks of the kinds of lists. Private to policy/. */
#ifndef ASSAY_POLICY_LCP_BLOCK_H
#define ASSAY_POLICY_LCP_BLOCK_H

#include "policy/lcp/list.h"

/* Where and why a block can't be read. */
typedef struct assay_lcp_fault {
    size_t offset; /* of the cursor */
    const char *field;
    const char *why; /* NULL: nothing wrong */
} assay_lcp_fault;

/**
 * Takes key and signature into `list`, whose version and stated_sig_alg are known; sets
 * signed_size to the bytes before what the signature doesn't cover. What doesn't fit is the
 * cursor's failure.
 */
assay_lcp_fault assay_lcp_block_take(assay_cursor *cursor, assay_lcp_list *list,
                                     size_t *signed_size);

/** Writes it, revocation counter first. */
void assay_lcp_block_put(assay_writer *writer, const assay_lcp_list *list);

#endif
