/* SPDX-License-Identifier: BSD-2-Clause */
/* assay golden retire: a reference without what was superseded. */
#include "cli/complain.h"
#include "cli/golden_open.h"
#include "cli/golden_save.h"
#include "cli/verbs.h"
#include "policy/reference/change.h"

typedef struct retire_options {
    cli_common common;
    cli_reference_options reading;
    cli_words variants, kept;
} retire_options;

static int retire(const cli_call *call, const assay_reference *reference)
{
    const retire_options *const o = call->options;
    const bool keep = o->kept.count > 0;
    assay_variant_set named;
    assay_reference *left;
    assay_error error;
    int status = cli_golden_variants(call, reference, keep ? &o->kept : &o->variants, &named);

    if (status != CLI_YES)
        return status;
    const assay_variant_set retired = keep ? assay_reference_all(reference) & ~named : named;
    if (retired == 0)
        return cli_complain_usage(call->verb, "all variants are kept: there is nothing to retire");
    if (assay_reference_retire(reference, retired, &left, &error) < 0)
        return cli_complain_hint(
            call->verb, call->arguments[0], &error,
            "merge what follows first; 'assay golden show' names the variants");
    status = cli_golden_save(call, left);
    assay_reference_free(&left);
    return status;
}

static int run(const cli_call *call)
{
    const retire_options *const o = call->options;
    cli_reference reference;

    if (call->common->notation == CLI_YAML)
        return cli_complain_usage(call->verb, "a reference is JSON");
    if ((o->variants.count > 0) == (o->kept.count > 0))
        return cli_complain_usage(call->verb, "either --variant names what is retired or --keep "
                                              "what stays");
    int status = cli_reference_open(&reference, call, call->arguments[0], &o->reading);
    if (status != CLI_YES)
        return status;
    status = retire(call, reference.reference);
    cli_reference_close(&reference);
    return status;
}

/* clang-format off */
static const cli_option own_options[] = {
    { 0, "variant", "NAME", "retire this variant; may be given again", cli_take_words,
      offsetof(retire_options, variants), NULL },
    { 0, "keep", "NAME", "retire all but this variant; may be given again", cli_take_words,
      offsetof(retire_options, kept), NULL },
    CLI_REFERENCE_OPTIONS(retire_options, reading),
    { .name = NULL },
};
/* clang-format on */

const cli_verb cli_golden_retire = {
    .name = "golden retire",
    .summary = "a reference without variants that are superseded",
    .usage = "REF",
    .about = "Drops variants, and all that only they had, once no machine boots them any more. The "
             "new reference says which one it supersedes; it has to be signed anew.",
    .options = own_options,
    .options_size = sizeof(retire_options),
    .least = 1,
    .most = 1,
    .run = run,
    .own_output = true,
};
