/* SPDX-License-Identifier: BSD-2-Clause */
/* assay golden merge: the boots of several references in one, as while an update rolls out. */
#include "cli/complain.h"
#include "cli/golden_save.h"
#include "cli/reference.h"
#include "cli/verbs.h"
#include "policy/reference/change.h"

enum { REFERENCES_MAX = 64 };

typedef struct merge_options {
    cli_common common;
    cli_reference_options reading;
} merge_options;

static int merge_one(const cli_call *call, assay_reference *into, const char *path)
{
    const merge_options *const o = call->options;
    cli_reference more;
    assay_error error;
    int status = cli_reference_open(&more, call, path, &o->reading);

    if (status != CLI_YES)
        return status;
    if (assay_reference_merge(into, more.reference, &error) < 0)
        status = cli_complain_hint(call->verb, path, &error,
                                   "'assay golden retire' drops variants that are superseded");
    cli_reference_close(&more);
    return status;
}

static int run(const cli_call *call)
{
    const merge_options *const o = call->options;
    cli_reference first;

    if (call->common->notation == CLI_YAML)
        return cli_complain_usage(call->verb, "a reference is JSON");
    if (o->reading.sig != NULL)
        return cli_complain_usage(call->verb, "--signature is beside one reference: 'assay golden "
                                              "verify' looks at each");
    int status = cli_reference_open(&first, call, call->arguments[0], &o->reading);
    if (status != CLI_YES)
        return status;
    for (size_t i = 1; i < call->argument_count && status == CLI_YES; i++)
        status = merge_one(call, first.reference, call->arguments[i]);
    if (status == CLI_YES)
        status = cli_golden_save(call, first.reference);
    cli_reference_close(&first);
    return status;
}

/* clang-format off */
static const cli_option own_options[] = {
    CLI_REFERENCE_OPTIONS(merge_options, reading),
    { .name = NULL },
};
/* clang-format on */

const cli_verb cli_golden_merge = {
    .name = "golden merge",
    .summary = "the variants of several references in one",
    .usage = "REF REF...",
    .about =
        "Makes one reference of several, which accepts the boots of each: the old kernel's and "
        "the new one's while an update rolls out. Variants that measure the same become one. "
        "What the first says of itself counts where they differ. Signatures are dropped, for "
        "nobody signed the whole.",
    .options = own_options,
    .options_size = sizeof(merge_options),
    .least = 2,
    .most = REFERENCES_MAX,
    .run = run,
    .own_output = true,
};
