/* SPDX-License-Identifier: BSD-2-Clause */
/* assay check: is the log sound, and does it fold to the PCRs? */
#include "cli/check.h"

#include "cli/complain.h"
#include "cli/findings.h"
#include "cli/verbs.h"
#include "replay/chain.h"
#include "replay/pcrvalues.h"

#include <stdlib.h>

/* What is looked at while the log is read. */

typedef struct cli_examination {
    assay_semantics *semantics;
    assay_facts *facts;
} cli_examination;

static int begin_examination(cli_examination *examination, const cli_fold *fold)
{
    if (examination->semantics != NULL)
        return 0;
    examination->semantics =
        assay_semantics_new(&fold->logs[0].header, fold->hashes, fold->findings);
    if (examination->semantics != NULL)
        examination->facts = assay_facts_new(examination->semantics);
    return examination->facts != NULL ? 0 : -ASSAY_NO_MEMORY;
}

static int examine(void *context, cli_fold *fold, const assay_event *event)
{
    cli_examination *const examination = context;
    assay_payload payload;
    assay_datacheck check;
    int status = begin_examination(examination, fold);

    assay_payload_decode(event, &payload);
    if (status == 0)
        status = assay_datacheck_event(fold->hashes, event, &payload, &check);
    if (status == 0)
        assay_datacheck_note(event, &check, fold->findings);
    if (status == 0)
        status = assay_semantics_event(examination->semantics, event, &payload, &check);
    if (status == 0)
        assay_facts_event(examination->facts, event, &payload, &check);
    return status;
}

/* The facts, after the last event; a log without any supports none. */
static void finish_examination(const cli_examination *examination, cli_checked *checked)
{
    if (examination->facts != NULL)
        checked->fact_count = assay_facts_finish(examination->facts, &checked->fold->replay,
                                                 checked->comparison, checked->facts);
}

static void end_examination(cli_examination *examination)
{
    assay_facts_free(&examination->facts);
    assay_semantics_free(&examination->semantics);
}

/* PCR values from all that was named, or from what the log came with. */

static int read_input(cli_checked *checked, const char *path, assay_pcrs *ret_pcrs,
                      assay_error *error)
{
    cli_input *const input = &checked->given[checked->given_count];
    const int status = cli_input_open_values(input, path, error);

    if (status < 0)
        return status;
    if (input->file.bytes.size == 0)
        return assay_pcrvalues_read(path, ret_pcrs, error);
    checked->given_count++;
    return assay_pcrvalues_parse(input->file.bytes, ret_pcrs, error);
}

static int add_values(const cli_call *call, cli_checked *checked, const char *path,
                      assay_pcrs *pcrs)
{
    assay_pcrs more;
    assay_error error;

    if (read_input(checked, path, &more, &error) < 0)
        return cli_complain_values(call->verb, path, &error);
    if (assay_pcrs_merge(pcrs, &more))
        return CLI_YES;
    assay_fail(&error, ASSAY_MALFORMED, ASSAY_NOWHERE, "its PCR values contradict those before it");
    return cli_complain_values(call->verb, path, &error);
}

/* What stands beside the log in its own document. */
static int add_values_beside(const cli_call *call, const cli_input *input, assay_pcrs *pcrs)
{
    assay_error error;

    if (assay_pcrvalues_beside(input->file.bytes, pcrs, &error) < 0)
        return cli_complain(call->verb, input->name, &error);
    return CLI_YES;
}

static int read_values(const cli_call *call, cli_checked *checked, assay_pcrs *pcrs)
{
    const char *const beside = checked->fold->inputs[0].pcrs_path;
    int status = CLI_YES;

    if (call->argument_count == 1 && beside != NULL)
        return add_values(call, checked, beside, pcrs);
    if (call->argument_count == 1)
        return add_values_beside(call, &checked->fold->inputs[0], pcrs);
    for (size_t i = 1; i < call->argument_count && status == CLI_YES; i++)
        status = add_values(call, checked, call->arguments[i], pcrs);
    return status;
}

static void close_values(cli_checked *checked)
{
    for (size_t i = 0; i < checked->given_count; i++)
        cli_input_close(&checked->given[i]);
}

/* Explanations: one for each value that differs, where there is one. */

static int explain_one(cli_checked *checked, const assay_pcr_status *status)
{
    const cli_fold *const fold = checked->fold;
    cli_explained *const explained = &checked->explained[checked->explained_count];
    assay_chain chain;
    int result =
        assay_chain_read(&chain, fold->logs, fold->count, fold->hashes, status->alg, status->pcr);

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

/* 0 where the answer is yes: the PCRs match, or there were none to ask and the log is sound. */
static int exit_status(const cli_checked *checked)
{
    if (checked->comparison != NULL)
        return checked->verdict == ASSAY_VERDICT_MATCH ? CLI_YES : CLI_NO;
    return assay_findings_count(checked->fold->findings, ASSAY_ERROR) == 0 ? CLI_YES : CLI_NO;
}

static int complain_memory(const cli_call *call, const char *what)
{
    assay_error error;

    assay_fail(&error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "%s", what);
    return cli_complain(call->verb, call->arguments[0], &error);
}

static int print_checked(const cli_call *call, const cli_checked *checked)
{
    if (call->common->quiet)
        return CLI_YES;
    if (call->common->notation != CLI_TEXT)
        return cli_check_emit(call, checked);
    cli_check_put(call, checked);
    return CLI_YES;
}

static int compare_and_print(const cli_call *call, cli_checked *checked, const assay_pcrs *given,
                             const cli_examination *examination)
{
    const assay_pcrs wanted = cli_wanted_values(call->common, given);

    if (given->bank_count > 0) {
        assay_compare(&checked->fold->replay, &wanted, ASSAY_ALL_PCRS, &checked->values);
        checked->comparison = &checked->values;
    }
    finish_examination(examination, checked);
    checked->verdict = assay_judge(checked->comparison, checked->fold->findings);
    if (explain_all(checked) < 0)
        return complain_memory(call, "the explanations can't be computed");
    const int status = print_checked(call, checked);
    return cli_fail_on(
        call, checked->fold->findings,
        cli_fold_end(call, checked->fold, status == CLI_YES ? exit_status(checked) : status));
}

static int run(const cli_call *call)
{
    cli_examination examination = { 0 };
    cli_fold *fold = cli_fold_new(call, 1, examine, &examination);
    cli_checked *const checked = calloc(1, sizeof *checked);
    assay_pcrs given = { 0 };
    int status = CLI_TROUBLE;

    if (checked == NULL)
        complain_memory(call, "no memory for what will be found");
    if (fold != NULL && checked != NULL) {
        checked->fold = fold;
        status = read_values(call, checked, &given);
    }
    if (status == CLI_YES) {
        if (examination.semantics != NULL)
            assay_semantics_end(examination.semantics);
        status = compare_and_print(call, checked, &given, &examination);
    }
    if (checked != NULL)
        close_values(checked);
    free(checked);
    end_examination(&examination);
    cli_fold_free(&fold);
    return status;
}

const cli_verb cli_check = {
    .name = "check",
    .summary = "check that a log is sound and folds to given PCR values",
    .usage = "LOG [PCRS...]",
    .about =
        "Says whether the log is sound, and whether the PCRs hold what it folds to; for a PCR that "
        "doesn't, what is known about such a difference and what to do next. PCRS is a file of "
        "JSON, of what tpm2_pcrread prints, or of lines 'sha256:0 hex', or a sysfs folder such as "
        "/sys/class/tpm/tpm0; a machine folder and an HVS host manifest bring their own.\n"
        "Exit status 0: match, or nothing to compare with and the log is sound. 1: mismatch, "
        "unsound or unknown. 2: trouble.",
    .options_size = sizeof(cli_common),
    .least = 1,
    .most = 1 + CLI_VALUES_MAX,
    .run = run,
};
