/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What inserting and loosening have in common.
 * Private to policy/.
 */
#ifndef ASSAY_POLICY_REFERENCE_INSERT_PRIVATE_H
#define ASSAY_POLICY_REFERENCE_INSERT_PRIVATE_H

#include "policy/reference/sequence.h"

/** What alignments look at. */
typedef struct assay_insertion {
    const assay_reference *reference;
    const assay_sequence *sequence;
    size_t variant; /* of the reference's steps only this one's; SIZE_MAX: any's */
} assay_insertion;

/** The alternative of a step that measures what a boot's does, or NULL. */
assay_reference_alternative *assay_alike_of(const assay_reference *reference,
                                            const assay_reference_step *step,
                                            const assay_sequence_step *other);

/** A step of the reference as the boot has it. 0 or a negative kind, as all of these. */
int assay_make_step(assay_reference *reference, const assay_sequence_step *from, size_t variant,
                    assay_reference_step *ret_made, assay_error *error);

/** Appends a step to a list in the reference's arena. */
int assay_append_step(assay_reference *reference, assay_reference_step **steps, size_t *count,
                      const assay_reference_step *step, assay_error *error);

/**
 * Aligns the boot with a variant, each PCR of each stage by itself (insert_lanes.c). (*ret_of)[j]
 * is the reference's step that goes with the boot's step j, or ASSAY_UNALIGNED, and then
 * (*ret_behind)[j] the one behind which it belongs, -1: before all. Both live in the arena.
 */
int assay_align_lanes(const assay_insertion *insertion, assay_fits *how, assay_arena *arena,
                      long **ret_of, long **ret_behind, assay_error *error);

#endif
