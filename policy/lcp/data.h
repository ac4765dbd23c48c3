/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The policy data file: the lists of a launch control policy of type LIST (TXT SDG appendix D.1.3
 * and E.1.3): "Intel(R) TXT LCP_POLICY_DATA" in 32 bytes, three zeros, the number of lists in one
 * byte, the lists. Where it lies the firmware or the boot loader says; NV has its hash.
 */
#ifndef ASSAY_POLICY_LCP_DATA_H
#define ASSAY_POLICY_LCP_DATA_H

#include "policy/lcp/list.h"

enum { ASSAY_LCP_LISTS_MAX = 8 };

typedef struct assay_lcp_data {
    assay_bytes bytes; /* lent */
    uint32_t reserved; /* the three bytes that must be zero */
    size_t list_count; /* lists that were read: NumLists where all are sound */
    assay_lcp_list lists[ASSAY_LCP_LISTS_MAX];
    assay_bytes after; /* what follows the last list; none in a sound file */
} assay_lcp_data;

/** Whether the bytes begin as a policy data file does. */
bool assay_lcp_data_detect(assay_bytes bytes);

/** 0, or a negative kind with `error` filled; the lists before the fault are then in *ret_data. */
int assay_lcp_data_read(assay_lcp_data *ret_data, assay_bytes bytes, assay_error *error);

/** Writes the file with its lists, by their fields. */
void assay_lcp_data_encode(assay_writer *writer, const assay_lcp_data *data);

/** PolicyHash: H(measurement of list 0 | of list 1 ...), also of a single list. 0 or a negative
 * kind. */
int assay_lcp_data_hash(const assay_lcp_data *data, assay_hash *hash, uint8_t *ret_digest);

#endif
