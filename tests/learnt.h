/* SPDX-License-Identifier: BSD-2-Clause */
/* Boots of fixtures/machines, as references are learnt from them. */
#ifndef ASSAY_TESTS_LEARNT_H
#define ASSAY_TESTS_LEARNT_H

#include "base/file.h"
#include "policy/reference/learn.h"

/** A boot of a folder; free with learnt_free. */
typedef struct learnt {
    assay_file files[3];
    size_t file_count;
    assay_log logs[2];
    assay_log *list[2];
    assay_pcrs values;
    assay_reference_input inputs[1];
    assay_learnt_boot boot;
} learnt;

/** Opens eventlog.bin, ima.bin where there is one, and pcrs.json of fixtures/machines/`name`. */
void learnt_open(learnt *one, const char *name);
void learnt_free(learnt *one);

/** Leaves that many of its logs: first goes the kernel's list, then firmware's log. */
void learnt_leave_logs(learnt *one, size_t count);

/** A new reference, "launch", learnt from one log. */
assay_reference *learnt_of_log(assay_bytes bytes, assay_hashes *hashes);

/** Learns it into a reference and expects success. */
void learnt_add(assay_reference *reference, const char *name, const char *variant,
                assay_hashes *hashes);

#endif
