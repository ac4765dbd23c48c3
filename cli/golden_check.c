/* SPDX-License-Identifier: BSD-2-Clause */
/* assay golden check: is this boot one of the reference's? */
#include "cli/golden_check.h"

#include "cli/complain.h"
#include "cli/findings.h"
#include "cli/golden_open.h"
#include "cli/live.h"
#include "cli/quotes.h"
#include "cli/verbs.h"
#include "policy/reference/describe.h"

#include <stdlib.h>
#include <time.h>

typedef struct check_options {
    cli_common common;
    cli_reference_options reading;
    cli_live_options live;
    cli_quote_options quote;
    cli_words variants;
    const char *at;
} check_options;

static const check_options *options_of(const cli_call *call)
{
    return call->options;
}

enum assay_reference_verdict cli_golden_verdict(const cli_golden_checked *checked)
{
    return checked->expired != NULL ? ASSAY_REFERENCE_MISMATCH : checked->result.verdict;
}

const char *cli_golden_variant(const cli_golden_checked *checked)
{
    const assay_reference *const reference = checked->reference.reference;

    return checked->result.variant < reference->variant_count
               ? reference->variants[checked->result.variant].name
               : NULL;
}

/* When. */

static int take_moment(const cli_call *call, cli_golden_checked *checked)
{
    const char *const given = options_of(call)->at;
    const time_t now = time(NULL);
    struct tm utc;

    if (given != NULL && !assay_is_moment(given))
        return cli_complain_usage(call->verb, "--at wants a moment such as 2026-01-02T03:04:05Z");
    if (given != NULL)
        memcpy(checked->at, given, sizeof checked->at);
    else if (gmtime_r(&now, &utc) == NULL ||
             strftime(checked->at, sizeof checked->at, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
        return cli_complain_usage(call->verb, "the clock can't be read; --at says what time it is");
    return CLI_YES;
}

/* Moments of one form and zone are in order as their texts are. */
static void check_validity(cli_golden_checked *checked)
{
    const assay_reference *const reference = checked->reference.reference;

    if (reference->not_before != NULL && strcmp(checked->at, reference->not_before) < 0)
        checked->expired = "the reference is not good yet";
    else if (reference->not_after != NULL && strcmp(checked->at, reference->not_after) > 0)
        checked->expired = "the reference is no longer good";
}

static int compare(const cli_call *call, cli_golden_checked *checked, assay_variant_set variants)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_error error;

    if (hashes == NULL)
        return cli_complain_memory(call->verb);
    const int status = assay_reference_compare(checked->reference.reference, &checked->boot->boot,
                                               variants, hashes, &checked->result, &error);
    assay_hashes_free(&hashes);
    return status < 0 ? cli_complain_hint(call->verb, call->arguments[1], &error,
                                          "'assay show' tells how far the log can be read")
                      : CLI_YES;
}

static int answer(const cli_call *call, const cli_golden_checked *checked)
{
    int status = CLI_YES;

    const bool says = !call->common->quiet || call->common->output != NULL;

    if (says && call->common->notation == CLI_TEXT)
        cli_golden_check_put(call, checked);
    else if (says)
        status = cli_golden_check_emit(call, checked);
    if (status != CLI_YES)
        return status;
    return cli_golden_verdict(checked) == ASSAY_REFERENCE_MATCH ? CLI_YES : CLI_NO;
}

static int check(const cli_call *call, cli_golden_checked *checked)
{
    assay_variant_set variants;
    int status = cli_golden_variants(call, checked->reference.reference,
                                     &options_of(call)->variants, &variants);

    if (status == CLI_YES)
        status = take_moment(call, checked);
    if (status != CLI_YES)
        return status;
    check_validity(checked);
    checked->boot = cli_boot_of_words(call, call->arguments + 1, call->argument_count - 1);
    if (checked->boot == NULL)
        return CLI_TROUBLE;
    status = cli_boot_live(call, &options_of(call)->live, checked->boot);
    if (status == CLI_YES)
        status = cli_boot_quote(call, &options_of(call)->quote, checked->boot);
    if (status == CLI_YES)
        status = compare(call, checked, variants);
    if (status == CLI_YES) {
        status = cli_fail_on(call, &checked->boot->findings, answer(call, checked));
        assay_reference_result_free(&checked->result);
    }
    cli_boot_free(&checked->boot);
    return status;
}

static int run(const cli_call *call)
{
    cli_golden_checked *const checked = calloc(1, sizeof *checked);

    if (checked == NULL)
        return cli_complain_memory(call->verb);
    int status = cli_reference_open(&checked->reference, call, call->arguments[0],
                                    &options_of(call)->reading);
    if (status == CLI_YES) {
        status = check(call, checked);
        cli_reference_close(&checked->reference);
    }
    free(checked);
    return status;
}

/* clang-format off */
static const cli_option own_options[] = {
    { 0, "variant", "NAME", "only this variant will do; may be given again", cli_take_words,
      offsetof(check_options, variants), NULL },
    { 0, "at", "MOMENT", "whether it was good then, 2026-01-02T03:04:05Z; else now",
      cli_take_text, offsetof(check_options, at), NULL },
    CLI_LIVE_OPTIONS(check_options, live, "the values are what this machine's TPM holds now"),
    CLI_QUOTE_OPTIONS(check_options, quote),
    CLI_REFERENCE_OPTIONS(check_options, reading),
    { .name = NULL },
};
/* clang-format on */

const cli_verb cli_golden_check = {
    .name = "golden check",
    .summary = "is a boot one of the reference's, and if not, what differs",
    .usage = "REF ACTUAL...",
    .about =
        "Holds a boot against a reference: ACTUAL is a machine folder, the logs of one boot, its "
        "PCR values, or these together, as several words or as one with commas. Says which variant it is, or which component is another "
        "than in the variant it comes nearest to, and with what event that begins. Values have to "
        "follow from the logs; logs without values are the machine's own word.\n"
        "Exit status 0: match. 1: mismatch or unknown, the reference is out of date, or nobody who "
        "is trusted signed it. 2: trouble.",
    .options = own_options,
    .options_size = sizeof(check_options),
    .least = 2,
    .most = 1 + CLI_LOGS_MAX + CLI_VALUES_MAX,
    .run = run,
    .reads_logs = true,
};
