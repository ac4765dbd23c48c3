/* SPDX-License-Identifier: BSD-2-Clause */
/* References that are made of others: a rolling update, and its end. */
#ifndef ASSAY_POLICY_REFERENCE_CHANGE_H
#define ASSAY_POLICY_REFERENCE_CHANGE_H

#include "policy/reference/reference.h"

/**
 * Adds all variants of `from` to `into`: those that measure the same become one, with the inputs
 * and files of both; a name that two others have is told apart ("name-2"). What the two say of
 * themselves (name, version, environment ...) stays as `into` has it where it says anything.
 * Signatures and what `into` superseded are dropped, its revision is one more than the greater of
 * both.
 *
 * 0 or a negative kind with `error` filled, and then `into` is as good as it was.
 */
int assay_reference_merge(assay_reference *into, const assay_reference *from, assay_error *error);

/**
 * A new reference without some variants, and without what only they had: -ASSAY_UNSUPPORTED when
 * none would be left. It supersedes the old one; its revision is one more. What is left has the
 * steps and values that it would have if the others had never been there; only what nobody
 * measures of a step that they shared (where an image lay in memory) stays theirs. Free after 0.
 */
int assay_reference_retire(const assay_reference *reference, assay_variant_set variants,
                           assay_reference **ret_left, assay_error *error);

#endif
