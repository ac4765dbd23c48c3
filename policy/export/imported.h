/* SPDX-License-Identifier: BSD-2-Clause */
/* What reading a format has in common with reading the others. Private to policy/. */
#ifndef ASSAY_POLICY_EXPORT_IMPORTED_H
#define ASSAY_POLICY_EXPORT_IMPORTED_H

#include "base/jsonwalk.h"
#include "policy/export/export.h"

/** "variant", whose name a list of values may not say. */
extern const assay_export_setting_info assay_import_variant_setting[];

/** The one file of a job; -ASSAY_UNSUPPORTED for several. */
int assay_import_one_file(assay_import_job *job, assay_bytes *ret_text, assay_error *error);

/** The file of that path, or NULL. */
const assay_export_file *assay_import_file(const assay_import_job *job, const char *path);

/** What a file of one line says, without the line's end; no bytes where there is no such file. */
assay_bytes assay_import_line(const assay_import_job *job, const char *path);

/** Whether a path ends in ".json", or whatever is asked. */
bool assay_import_ends_in(const char *path, const char *ending);

/** "boot" of "logs/boot.json". */
assay_bytes assay_import_stem(const char *path);

/** An empty reference, named after the first file. NULL: no memory. */
assay_reference *assay_import_begin(const assay_import_job *job);

/** Gives it a name, unless that is empty or can't be shown. False: no memory. */
bool assay_import_name(assay_reference *reference, assay_bytes name);

/** What a variant is called whose name is nowhere said: the setting, or "default". */
assay_bytes assay_import_variant_name(const assay_import_job *job);

/**
 * A new variant without values; *ret_variant is good until the next one is added. 0, or a negative
 * kind: -ASSAY_MALFORMED for a name that another variant has, that is empty, or that couldn't be
 * shown as it is.
 */
int assay_import_variant(assay_reference *reference, assay_bytes name,
                         assay_reference_variant **ret_variant, assay_error *error);

/** The same, where a refused name stands at that byte of its file. */
int assay_import_variant_at(assay_reference *reference, assay_bytes name, uint64_t offset,
                            assay_reference_variant **ret_variant, assay_error *error);

/**
 * The same of boot `index` of `count` whose names are nowhere said: assay_import_variant_name() of
 * an only one, and "NAME-1", "NAME-2" ... of several.
 */
int assay_import_numbered(const assay_import_job *job, assay_reference *reference, size_t index,
                          size_t count, assay_reference_variant **ret_variant, assay_error *error);

/** The variant of that name, a new one where there is none yet; else as assay_import_variant(). */
int assay_import_want_variant(assay_reference *reference, assay_bytes name,
                              assay_reference_variant **ret_variant, assay_error *error);

/** Puts variants that no step or value names yet in the order of their names. */
void assay_import_sort_variants(assay_reference *reference);

/** The variant of that name, or NULL. */
assay_reference_variant *assay_import_find_variant(assay_reference *reference, assay_bytes name);

/** What became of a value that was to be set. */
enum assay_import_set {
    ASSAY_IMPORT_SET,
    ASSAY_IMPORT_WRONG_SIZE, /* it is not as long as its bank's digests */
    ASSAY_IMPORT_SAME,       /* the PCR has this value already */
    ASSAY_IMPORT_OTHER,      /* the PCR has another value */
};

/**
 * Sets a value of a PCR below ASSAY_PCRS that has none in this bank; of anything but
 * ASSAY_IMPORT_SET nothing is changed, and the reader says what is wrong, with its place.
 */
enum assay_import_set assay_import_set_value(assay_pcrs *values, uint16_t alg, unsigned pcr,
                                             assay_bytes value);

/** Sets a value, which is stated. False: not of the bank's size, or another one is there. */
bool assay_import_value(assay_reference_variant *variant, uint16_t alg, unsigned pcr,
                        assay_bytes value);

/** Keeps a text, unless it is empty or *into has one: 0, or refused where it couldn't be shown. */
int assay_import_text(const assay_json_walk *at, assay_reference *reference, assay_bytes text,
                      const char **into);

/**
 * Ends reading: *ret_reference is `reference` when `status` is 0 and all variants have values or
 * steps, else it is freed. Returns `status`, or -ASSAY_UNKNOWN_FORMAT where there are no values.
 */
int assay_import_end(assay_reference *reference, int status, assay_reference **ret_reference,
                     assay_error *error);

#endif
