/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/golden_open.h"

#include "cli/complain.h"
#include "cli/folder.h"
#include "cli/golden_learn.h"

#include <sys/stat.h>

/* What can be read only once, standard input and a pipe, is one. */
static bool is_reference(const char *path)
{
    struct stat status;
    assay_error error;
    assay_file file;

    if (strcmp(path, "-") == 0 || (stat(path, &status) == 0 && S_ISFIFO(status.st_mode)))
        return true;
    if (cli_is_folder(path) || assay_file_read(&file, path, ASSAY_REFERENCE_FILE_MAX, &error) < 0)
        return false;
    const bool found = cli_bytes_are_reference(file.bytes);
    assay_file_close(&file);
    return found;
}

int cli_golden_open(cli_opened *golden, const cli_call *call, const cli_reference_options *options,
                    const cli_words *predicted)
{
    *golden = (cli_opened){ .is_opened = false };
    if (call->argument_count == 1 && predicted->count == 0 && is_reference(call->arguments[0])) {
        const int status =
            cli_reference_open(&golden->opened, call, call->arguments[0], options);

        golden->is_opened = status == CLI_YES;
        golden->reference = golden->is_opened ? golden->opened.reference : NULL;
        return status;
    }
    if (options->keys.trust.count > 0)
        return cli_complain_usage(call->verb,
                                  "boots are not signed: --trust goes with a reference");
    const cli_learning learning = { .predicted = *predicted };
    return cli_learn(call, &learning, &golden->reference);
}

void cli_golden_close(cli_opened *golden)
{
    if (golden->is_opened)
        cli_reference_close(&golden->opened);
    else
        assay_reference_free(&golden->reference);
}

int cli_golden_variants(const cli_call *call, const assay_reference *reference,
                        const cli_words *names, assay_variant_set *ret_variants)
{
    assay_variant_set variants = names->count == 0 ? assay_reference_all(reference) : 0;

    for (size_t i = 0; i < names->count; i++) {
        const size_t at = assay_reference_find(reference, names->list[i]);

        if (at == reference->variant_count)
            return cli_complain_usage(call->verb, "the reference has no variant '%s'",
                                      names->list[i]);
        variants |= (assay_variant_set)1 << at;
    }
    if (variants == 0)
        return cli_complain_usage(call->verb, "the reference has no variant");
    *ret_variants = variants;
    return CLI_YES;
}

void cli_golden_wanted(const cli_call *call, assay_export_job *job)
{
    const cli_banks *const asked = &call->common->banks;
    size_t count = 0;

    assay_export_want_all(job);
    for (size_t i = 0; i < job->bank_count; i++)
        if (cli_bank_wanted(asked, job->banks[i]))
            job->banks[count++] = job->banks[i];
    job->bank_count = count;
    job->banks_asked = asked->count > 0;
    job->pcrs_asked = call->common->pcrs != 0;
    if (job->pcrs_asked)
        job->pcrs = call->common->pcrs;
}
