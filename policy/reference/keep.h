/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What references keep copies of: components, inputs.
 * Private to policy/.
 */
#ifndef ASSAY_POLICY_REFERENCE_KEEP_H
#define ASSAY_POLICY_REFERENCE_KEEP_H

#include "policy/reference/reference.h"

/** Whether two texts are one and the same, or are both missing. */
bool assay_same_text(const char *a, const char *b);

/**
 * The place of a component, added where there is none like it. 0, or a negative kind:
 * -ASSAY_TOO_LARGE for one too many.
 */
int assay_reference_keep_component(assay_reference *reference,
                                   const assay_reference_component *component, size_t *ret_place,
                                   assay_error *error);

/** Adds an input, or says of one that is there that it is of these variants too. Likewise. */
int assay_reference_keep_input(assay_reference *reference, const assay_reference_input *input,
                               assay_variant_set variants, assay_error *error);

/** -ASSAY_NO_MEMORY with `error` filled. */
int assay_no_memory(assay_error *error);

#endif
