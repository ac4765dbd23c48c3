/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a CoRIM has and a reference doesn't: kept among the reference's extensions, so that it is
 * there when it is written again.
 *
 *     "extensions": {"corim":{"form":"integrity-registers","id":...,"profile":...,
 *                             "replaces":...,"tag-id":...}}
 *
 * Private to policy/.
 */
#ifndef ASSAY_POLICY_EXPORT_CORIM_KEEP_H
#define ASSAY_POLICY_EXPORT_CORIM_KEEP_H

#include "policy/export/corim/corim.h"

typedef struct assay_corim_kept {
    const char *id, *tag_id, *replaces, *profile; /* or NULL */
    enum assay_corim_form form;
} assay_corim_kept;

/** "measurements", "integrity-registers"; false, and nothing written, for anything else. */
bool assay_corim_form_of(const char *name, enum assay_corim_form *ret_form);

/** What is kept in a reference's extensions (or NULL). 0 or a negative kind. */
int assay_corim_recall(assay_arena *arena, const char *extensions, assay_corim_kept *ret_kept,
                       assay_error *error);

/** Keeps what a CoRIM has, in a reference without extensions. 0 or a negative kind. */
int assay_corim_keep(const assay_corim *corim, assay_reference *reference, assay_error *error);

#endif
