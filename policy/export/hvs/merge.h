/* SPDX-License-Identifier: BSD-2-Clause */
/* The events of one PCR, put in the order of the boot. Private to policy/export/hvs/. */
#ifndef ASSAY_POLICY_EXPORT_HVS_MERGE_H
#define ASSAY_POLICY_EXPORT_HVS_MERGE_H

#include "policy/export/hvs/read.h"

enum { ASSAY_HVS_MERGED_MAX = 4 }; /* lists of one PCR; each part of a boot has one */

/** Lists of one PCR and bank, and what becomes of them. */
typedef struct assay_hvs_merge {
    assay_hashes *hashes;
    assay_arena *arena;
    size_t list_count;
    const assay_hvs_list *lists[ASSAY_HVS_MERGED_MAX];
    assay_bytes value; /* of the PCR */
    size_t *tries;     /* how many extends, and looks at an event, are left */
    size_t count;
    const assay_event **order; /* the events of all lists */
} assay_hvs_merge;

/**
 * Puts the events of all lists in the order that comes to the PCR's value: which event of which
 * part came when is not in the flavors, and the order of each list is. What a list demands to be
 * there (eventlog_includes), and another list has, is there once. 1; 0 where no order comes to the
 * value, or none was found in so many tries; or a negative kind. There is at least one list.
 */
int assay_hvs_merge_lists(assay_hvs_merge *merge);

#endif
