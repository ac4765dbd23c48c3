/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/learnt.h"

#include "replay/pcrvalues.h"

#include <criterion/criterion.h>
#include <stdio.h>

static bool open_file(learnt *one, const char *folder, const char *name)
{
    char path[256];
    assay_error error;

    snprintf(path, sizeof path, "fixtures/machines/%s/%s", folder, name);
    if (assay_file_read(&one->files[one->file_count], path, 1 << 24, &error) < 0)
        return false;
    one->file_count++;
    return true;
}

static void open_log(learnt *one, size_t file)
{
    assay_log *const log = &one->logs[one->boot.log_count];
    assay_error error = { .what = "" };

    cr_assert_eq(assay_log_open(log, one->files[file].bytes, NULL, NULL, &error), 0, "%s",
                 error.what);
    one->list[one->boot.log_count++] = log;
}

void learnt_open(learnt *one, const char *name)
{
    assay_error error = { .what = "" };

    *one = (learnt){ .file_count = 0 };
    cr_assert(open_file(one, name, "eventlog.bin"), "%s", name);
    open_log(one, 0);
    if (open_file(one, name, "ima.bin"))
        open_log(one, one->file_count - 1);
    cr_assert(open_file(one, name, "pcrs.json"));
    cr_assert_eq(assay_pcrvalues_parse(one->files[one->file_count - 1].bytes, &one->values, &error),
                 0, "%s", error.what);
    one->inputs[0] = (assay_reference_input){ .name = name, .kind = "log", .size = 1 };
    one->boot.logs = one->list;
    one->boot.values = &one->values;
    one->boot.inputs = one->inputs;
    one->boot.input_count = 1;
}

void learnt_leave_logs(learnt *one, size_t count)
{
    while (one->boot.log_count > count)
        assay_log_close(one->list[--one->boot.log_count]);
}

void learnt_free(learnt *one)
{
    learnt_leave_logs(one, 0);
    for (size_t i = 0; i < one->file_count; i++)
        assay_file_close(&one->files[i]);
}

void learnt_add(assay_reference *reference, const char *name, const char *variant,
                assay_hashes *hashes)
{
    learnt one;
    assay_error error = { .what = "" };

    learnt_open(&one, name);
    one.boot.variant = variant;
    cr_assert_eq(assay_learn_boot(reference, &one.boot, hashes, &error), 0, "%s: %s", name,
                 error.what);
    learnt_free(&one);
}

assay_reference *learnt_of_log(assay_bytes bytes, assay_hashes *hashes)
{
    assay_reference *const reference = assay_reference_new("launch");
    assay_error error = { .what = "" };
    assay_log log, *const logs[] = { &log };
    const assay_learnt_boot boot = { .variant = "boot", .logs = logs, .log_count = 1 };

    cr_assert_eq(assay_log_open(&log, bytes, NULL, NULL, &error), 0, "%s", error.what);
    cr_assert_eq(assay_learn_boot(reference, &boot, hashes, &error), 0, "%s", error.what);
    assay_log_close(&log);
    return reference;
}
