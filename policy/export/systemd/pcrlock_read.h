/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What reading components is made of: their files and variants, and then the records.
 * Private to policy/.
 */
#ifndef ASSAY_POLICY_EXPORT_SYSTEMD_PCRLOCK_READ_H
#define ASSAY_POLICY_EXPORT_SYSTEMD_PCRLOCK_READ_H

#include "base/jsonwalk.h"
#include "policy/export/systemd/pcrlock.h"

/** A file of a component. */
typedef struct assay_pcrlock_file {
    const assay_export_file *file;
    assay_pcrlock_name name;
    assay_bytes stem; /* what the variant is called */
    json_t *document; /* an object with an array "records" */
    bool alone;       /* its component has no other */
    assay_variant_set variants;
} assay_pcrlock_file;

typedef struct assay_pcrlock_reading {
    assay_import_job *job;
    assay_error *error;
    assay_reference *reference;
    size_t count;
    assay_pcrlock_file *files; /* by components in their order, and by their own names */
    assay_json_walk at;
} assay_pcrlock_reading;

bool assay_pcrlock_same_component(const assay_pcrlock_file *a, const assay_pcrlock_file *b);

/** Adds components, steps and values to the reference with its variants. 0 or a negative kind. */
int assay_pcrlock_read_records(assay_pcrlock_reading *r);

#endif
