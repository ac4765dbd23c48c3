/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changing a verified launch policy entry by entry. A policy lends its digests: those an edit
 * makes lie in `room`, a growing writer of the caller's that is empty before and outlives the
 * policy. Entries and digests are counted from 0.
 */
#ifndef ASSAY_POLICY_LCP_VLPEDIT_H
#define ASSAY_POLICY_LCP_VLPEDIT_H

#include "policy/lcp/vlp.h"

/**
 * The entry of exactly this number, "any" being a number like others; of NV entries the one of
 * that index. Its position, or -1. tboot itself would take the first that matches (assay_vlp_find).
 */
int assay_vlp_position(const assay_vlp *policy, uint8_t mod_num, uint32_t nv_index);

/** Inserts an entry before the one at `position`, or at the end. 0 or a negative kind. */
int assay_vlp_insert(assay_vlp *policy, size_t position, const assay_vlp_entry *entry,
                     assay_error *error);

void assay_vlp_remove(assay_vlp *policy, size_t position);

/** Appends a digest, which must have the policy's algorithm, to an entry. 0 or a negative kind. */
int assay_vlp_append_hash(assay_vlp *policy, size_t position, assay_bytes digest,
                          assay_writer *room, assay_error *error);

/** Removes one digest of an entry. 0 or a negative kind. */
int assay_vlp_remove_hash(assay_vlp *policy, size_t position, size_t hash, assay_writer *room,
                          assay_error *error);

#endif
