/* SPDX-License-Identifier: BSD-2-Clause */
/* What the formats that hold values, and no more, have in common. Private to policy/. */
#ifndef ASSAY_POLICY_EXPORT_PLAIN_PLAIN_H
#define ASSAY_POLICY_EXPORT_PLAIN_PLAIN_H

#include "policy/export/export.h"

extern const assay_export_format assay_export_text, assay_export_csv, assay_export_json,
    assay_export_cel_json, assay_export_cel_tlv;

/** "variant", whose name a list of values may not say. */
extern const assay_export_setting_info assay_plain_settings[];

/* Writing. */

/** The values of a variant that are wanted; its banks as they stand there, none without values. */
assay_pcrs assay_plain_values(const assay_export_job *job, size_t variant);

/** Notes what a list of values doesn't say: PCRs without one, and all but the values. */
void assay_plain_note_losses(assay_export_job *job);

/** Refuses measurement registers, for which the format has no name. 0 or a negative kind. */
int assay_plain_check_pcrs(const assay_export_job *job, assay_error *error);

/**
 * Text as the key of a member in JSON, for assay_emit_*(), which take theirs as it is: escaped,
 * and in the arena. NULL without memory, or when it is longer than any key that can be written.
 */
const char *assay_plain_json_key(assay_arena *arena, assay_bytes text);

/* Reading. */

/** An empty reference, named after the first file. NULL: no memory. */
assay_reference *assay_plain_begin(const assay_import_job *job);

/** "boot" of "logs/boot.json". */
assay_bytes assay_plain_stem(const char *path);

/** Whether text is UTF-8 that can be shown, and so comes back from whatever it is written into. */
bool assay_plain_is_printable(assay_bytes text);

/** What a variant is called whose name is nowhere said: the setting, or "default". */
assay_bytes assay_plain_variant_name(const assay_import_job *job);

/**
 * A new variant without values; *ret_variant is good until the next one is added. 0, or a negative
 * kind: -ASSAY_MALFORMED for a name that another variant has, that is empty, or that couldn't be
 * shown as it is.
 */
int assay_plain_add_variant(assay_reference *reference, assay_bytes name,
                            assay_reference_variant **ret_variant, assay_error *error);

/** The variant of that name, or NULL. */
assay_reference_variant *assay_plain_find_variant(assay_reference *reference, assay_bytes name);

/**
 * Ends reading: *ret_reference is `reference` when `status` is 0 and all variants have values or
 * steps, else it is freed. Returns `status`, or -ASSAY_UNKNOWN_FORMAT where there are no values.
 */
int assay_plain_end(assay_reference *reference, int status, assay_reference **ret_reference,
                    assay_error *error);

/** The one file of a job; -ASSAY_UNSUPPORTED for several. */
int assay_plain_one_file(assay_import_job *job, assay_bytes *ret_text, assay_error *error);

#endif
