/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Variants that go from one reference to another, with all that is theirs.
 * Private to policy/.
 */
#ifndef ASSAY_POLICY_REFERENCE_CHANGE_PRIVATE_H
#define ASSAY_POLICY_REFERENCE_CHANGE_PRIVATE_H

#include "policy/reference/change.h"
#include "policy/reference/sequence.h"

/**
 * Adds a variant of `from` with its steps, values and log headers: *ret_place is where it is.
 * Its name becomes "NAME-2" where another has it. 0 or a negative kind, and after that the
 * reference has to be thrown away; so with all of these.
 */
int assay_reference_add_variant(assay_reference *into, const assay_reference *from, size_t variant,
                                size_t *ret_place, assay_error *error);

/**
 * Adds the inputs of `from` with its variants at `places` (SIZE_MAX: not there any more). An input
 * that no variant is left of is not added.
 */
int assay_reference_add_inputs(assay_reference *into, const assay_reference *from,
                               const size_t places[static ASSAY_VARIANTS_MAX], assay_error *error);

/** Adds the files of `from` with its variants at `places`, as inputs are. */
int assay_reference_move_files(assay_reference *into, const assay_reference *from,
                               const size_t places[static ASSAY_VARIANTS_MAX], assay_error *error);

/** Adds the components of `from` that no step of it is of. */
int assay_reference_add_stepless(assay_reference *into, const assay_reference *from,
                                 assay_error *error);

#endif
