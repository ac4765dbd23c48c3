/* SPDX-License-Identifier: BSD-2-Clause */
/* Two verified launch policies, by entry and field. */
#ifndef ASSAY_POLICY_LCP_VLPDIFF_H
#define ASSAY_POLICY_LCP_VLPDIFF_H

#include "policy/lcp/vlp.h"

enum assay_vlp_change_kind {
    ASSAY_VLP_CHANGED, /* a field has another value */
    ASSAY_VLP_ADDED,   /* an entry, or a digest of one */
    ASSAY_VLP_REMOVED,
    ASSAY_VLP_MOVED, /* an entry stands elsewhere among those that both have */
};

typedef struct assay_vlp_change {
    enum assay_vlp_change_kind kind;
    const assay_vlp_entry *entry; /* the one it is about, of the policy that has it; NULL: header */
    size_t expected_position, actual_position; /* of that entry, or ASSAY_VLP_NO_ENTRY */
    const char *field; /* as JSON spells it; "entry" when all of it was added, removed or moved */
    char expected[160], actual[160]; /* printable; empty where there is nothing */
} assay_vlp_change;

typedef void assay_vlp_change_sink(void *context, const assay_vlp_change *change);

/**
 * Reports every difference, header first. Entries are the same when they are for the same module,
 * NV index or (version 1) UUID; of several for the same the first goes with the first. Policies
 * of two versions differ in that alone. Returns how many differences there are.
 */
size_t assay_vlp_diff(const assay_vlp *expected, const assay_vlp *actual,
                      assay_vlp_change_sink *sink, void *context);

/** "changed", "added", "removed", "moved". Static. */
const char *assay_vlp_change_name(enum assay_vlp_change_kind kind);

/** "module 1", "any module", "NV index 0x01c10131", "raw NV index ...", "vmm", a UUID. */
void assay_vlp_put_subject(assay_writer *out, const assay_vlp *policy,
                           const assay_vlp_entry *entry);

#endif
