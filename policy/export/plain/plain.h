/* SPDX-License-Identifier: BSD-2-Clause */
/* What the formats that hold values, and no more, have in common. Private to policy/. */
#ifndef ASSAY_POLICY_EXPORT_PLAIN_PLAIN_H
#define ASSAY_POLICY_EXPORT_PLAIN_PLAIN_H

#include "policy/export/export.h"

extern const assay_export_format assay_export_text, assay_export_csv, assay_export_json,
    assay_export_cel_json, assay_export_cel_tlv;

/** The values of a variant that are wanted; its banks as they stand there, none without values. */
assay_pcrs assay_plain_values(const assay_export_job *job, size_t variant);

/** Notes what a list of values doesn't say: PCRs without one, and all but the values. */
void assay_plain_note_losses(assay_export_job *job);

/** The PCRs of a bank of the wanted values that are known so well, and no better. */
assay_pcr_set assay_plain_known(const assay_reference_variant *variant, const assay_pcr_bank *bank,
                                enum assay_confidence confidence);

/** The confidence of a name, or ASSAY_CONFIDENCES. */
enum assay_confidence assay_plain_confidence_of(assay_bytes name);

/**
 * How well the values of a set of PCRs of a bank are known ("0-7,14"), as a list says. `said` are
 * the PCRs of each of the variant's banks of which it has said so: at first none. NULL, or what is
 * wrong: no such set, the variant has no value of one of them, or the list says it a second time.
 */
const char *assay_plain_take_known(assay_reference_variant *variant,
                                   assay_pcr_set said[ASSAY_ALGS], uint16_t alg, assay_bytes pcrs,
                                   enum assay_confidence confidence);

/** Refuses measurement registers, for which the format has no name. 0 or a negative kind. */
int assay_plain_check_pcrs(const assay_export_job *job, assay_error *error);

/**
 * Text as the key of a member in JSON, for assay_emit_*(), which take theirs as it is: escaped,
 * and in the arena. NULL without memory, or when it is longer than any key that can be written.
 */
const char *assay_plain_json_key(assay_arena *arena, assay_bytes text);

#endif
