/* SPDX-License-Identifier: BSD-2-Clause */
/* What of a reference goes into Keylime's runtime policy. Private to policy/. */
#ifndef ASSAY_POLICY_EXPORT_KEYLIME_RUNTIME_H
#define ASSAY_POLICY_EXPORT_KEYLIME_RUNTIME_H

#include "policy/export/export.h"

/** A name that IMA measures, and what it is then. */
typedef struct assay_runtime_entry {
    assay_bytes name, digest;
} assay_runtime_entry;

typedef struct assay_runtime_list {
    size_t count;
    assay_runtime_entry *items;
} assay_runtime_list;

enum assay_runtime_member {
    ASSAY_RUNTIME_DIGESTS,  /* of files, and boot_aggregate */
    ASSAY_RUNTIME_KEYRINGS, /* of keys, by the name of their keyring */
    ASSAY_RUNTIME_BUFFERS,  /* of other buffers: "ima-buf" */
    ASSAY_RUNTIME_VARYING,  /* names alone */
    ASSAY_RUNTIME_MEMBERS
};

typedef struct assay_runtime_entries {
    assay_runtime_list lists[ASSAY_RUNTIME_MEMBERS];
    size_t files; /* entries of DIGESTS that are not boot_aggregate */
    size_t violations, weak; /* files that were written to, and digests too short: not written */
} assay_runtime_entries;

/** Collects; the lists are the job's. Notes what can't be had. 0 or a negative kind. */
int assay_runtime_collect(assay_export_job *job, assay_runtime_entries *ret_entries,
                          assay_error *error);

#endif
