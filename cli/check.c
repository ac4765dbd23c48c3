/* SPDX-License-Identifier: BSD-2-Clause */
/* assay check: is the log sound, and does it fold to the PCRs? */
#include "cli/check_examine.h"

#include "cli/complain.h"
#include "cli/findings.h"
#include "cli/verbs.h"
#include "policy/key/quoted.h"
#include "replay/chain.h"

#include <stdlib.h>

typedef struct check_options {
    cli_common common;
    cli_live_options live;
    cli_quote_options quote;
} check_options;

/* Explanations: one for each value that differs, where there is one. */

static int explain_one(cli_checked *checked, const assay_pcr_status *status)
{
    const cli_fold *const fold = checked->fold;
    cli_explained *const explained = &checked->explained[checked->explained_count];
    assay_chain chain;
    const assay_log *logs[CLI_LOGS_MAX];
    const size_t count = cli_logs_list(&fold->logs, logs);
    int result = assay_chain_read(&chain, logs, count, fold->hashes, status->alg, status->pcr);

    if (result < 0)
        return result;
    result =
        assay_explain(&chain, checked->comparison, status, fold->findings, &explained->explanation);
    assay_chain_free(&chain);
    if (result > 0) {
        explained->status = status;
        checked->explained_count++;
    }
    return result;
}

static int explain_all(cli_checked *checked)
{
    const assay_comparison *const comparison = checked->comparison;
    int result = 0;

    if (comparison == NULL)
        return 0;
    for (size_t i = 0; i < comparison->count && result >= 0; i++)
        if (comparison->list[i].state == ASSAY_PCR_MISMATCH ||
            comparison->list[i].state == ASSAY_PCR_INCOMPLETE ||
            comparison->list[i].state == ASSAY_PCR_NOT_IN_LOG)
            result = explain_one(checked, &comparison->list[i]);
    return result;
}

/* 0 where the answer is yes: the PCRs match, or there were none to ask and the logs are sound
 * together. */
static int exit_status(const cli_checked *checked)
{
    if (checked->quoted != CLI_QUOTE_NONE && checked->quoted != CLI_QUOTE_COVERS)
        return CLI_NO;
    if (checked->comparison != NULL)
        return checked->verdict == ASSAY_VERDICT_MATCH ? CLI_YES : CLI_NO;
    return assay_findings_count(checked->fold->findings, ASSAY_ERROR) == 0 &&
                   checked->aggregate.outcome != ASSAY_BOOT_AGGREGATE_DIFFERS
               ? CLI_YES
               : CLI_NO;
}

static int complain_memory(const cli_call *call, const char *what)
{
    assay_error error;

    assay_fail(&error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "%s", what);
    return cli_complain(call->verb, call->arguments[0], &error);
}

static int print_checked(const cli_call *call, const cli_checked *checked)
{
    if (call->common->quiet && call->common->output == NULL)
        return CLI_YES;
    if (call->common->notation != CLI_TEXT)
        return cli_check_emit(call, checked);
    cli_check_put(call, checked);
    return CLI_YES;
}

static void compare_wanted(cli_checked *checked)
{
    assay_compare(&checked->fold->replay, &checked->wanted, ASSAY_ALL_PCRS, &checked->values);
    assay_compare_runtime(&checked->values, &checked->runtime);
}

static void compare(cli_checked *checked)
{
    if (checked->given.bank_count == 0)
        return;
    compare_wanted(checked);
    if (cli_check_keep_quoted(checked))
        compare_wanted(checked);
    checked->comparison = &checked->values;
}

/* A list whose digests follow from its data can be folded in any bank that is to be compared. */
static int add_banks(const cli_call *call, cli_checked *checked)
{
    const cli_logs *const logs = &checked->fold->logs;
    const assay_pcrs *const wanted = &checked->wanted;
    int status = 0;

    for (size_t i = 0; i < logs->count; i++)
        for (size_t j = 0; logs->list[i]->log.header.banks_follow && j < wanted->bank_count; j++)
            if (status == 0)
                status = assay_replay_add_bank(&checked->fold->replay, wanted->banks[j].alg);
    for (size_t i = 0; i < logs->count && status == 0; i++)
        status = assay_quoted_add_banks(&checked->quote, &logs->list[i]->log.header,
                                        &checked->fold->replay);
    assay_runtime_begin(&checked->runtime, wanted, &checked->fold->replay);
    return status < 0 ? complain_memory(call, "the banks can't be computed") : CLI_YES;
}

static int check(const cli_call *call, cli_checked *checked, cli_examination *examination)
{
    const check_options *const options = call->options;
    int status = cli_check_read_values(call, &options->live, checked);

    if (status == CLI_YES)
        status = cli_check_take_quote(call, &options->quote, checked);
    if (status == CLI_YES)
        status = add_banks(call, checked);
    if (status == CLI_YES)
        status = cli_begin_examination(call, examination);
    if (status == CLI_YES)
        status = cli_fold_run(call, checked->fold, cli_examine, examination);
    if (status != CLI_YES)
        return status;
    cli_check_hold_to_quote(call, checked);
    compare(checked);
    cli_finish_examination(examination);
    checked->verdict = cli_check_quote_judge(
        checked, assay_judge(checked->comparison, checked->fold->findings));
    if (checked->fold->logs.refused && checked->verdict == ASSAY_VERDICT_MATCH)
        checked->verdict = ASSAY_VERDICT_UNKNOWN; /* of what was named, a part was not looked at */
    if (explain_all(checked) < 0)
        return complain_memory(call, "the explanations can't be computed");
    status = print_checked(call, checked);
    status = cli_fold_end(call, checked->fold, status == CLI_YES ? exit_status(checked) : status);
    if (checked->faulty != NULL) {
        assay_writer_flush(call->out);
        status = cli_complain_values(call->verb, checked->faulty, &checked->fault);
    }
    return cli_fail_on(call, checked->fold->findings, status);
}

static int run(const cli_call *call)
{
    cli_checked *const checked = calloc(1, sizeof *checked);
    cli_examination examination = { .checked = checked };

    if (checked == NULL)
        return complain_memory(call, "no memory for what will be found");
    checked->fold = cli_fold_new(call, true);
    const int status = checked->fold != NULL ? check(call, checked, &examination) : CLI_TROUBLE;
    cli_end_examination(&examination);
    cli_fold_free(&checked->fold);
    free(checked);
    return status;
}

static const cli_option own_options[] = {
    CLI_LIVE_OPTIONS(check_options, live,
                     "compare with what the PCRs of this machine's TPM hold now"),
    CLI_QUOTE_OPTIONS(check_options, quote),
    { .name = NULL },
};

const cli_verb cli_check = {
    .name = "check",
    .summary = "check that logs are sound and fold to given PCR values",
    .usage = "LOG... [PCRS...]",
    .about =
        "Says whether the log is sound, and whether the PCRs hold what it folds to; for a PCR that "
        "doesn't, what is known about such a difference and what to do next. PCRS is a file of "
        "JSON, of what tpm2_pcrread prints, or of lines 'sha256:0 hex', or a sysfs folder such as "
        "/sys/class/tpm/tpm0; a machine folder and an HVS host manifest bring their own, and with "
        "--live the TPM is asked. A quote says whether the TPM signed for these values, or without "
        "PCRS for what the logs fold to.\n"
        "Exit status 0: match, or nothing to compare with and the log is sound. 1: mismatch, "
        "unsound or unknown. 2: trouble.",
    .options = own_options,
    .options_size = sizeof(check_options),
    .least = 1,
    .most = CLI_LOGS_MAX + CLI_VALUES_MAX,
    .run = run,
    .reads_logs = true,
};
