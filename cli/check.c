/* SPDX-License-Identifier: BSD-2-Clause */
/* assay check: is the log sound, and does it fold to the PCRs? */
#include "cli/check.h"

#include "cli/complain.h"
#include "cli/findings.h"
#include "cli/live.h"
#include "cli/verbs.h"
#include "policy/key/quoted.h"
#include "replay/chain.h"
#include "replay/pcrvalues.h"

#include <stdlib.h>

typedef struct check_options {
    cli_common common;
    cli_live_options live;
    cli_quote_options quote;
} check_options;

static const check_options *options_of(const cli_call *call)
{
    return call->options;
}

/* What is looked at while the logs are read. */

typedef struct cli_examination {
    cli_checked *checked;
    assay_semantics *semantics;
    assay_facts *facts;
} cli_examination;

/* By the header of the first log: that of the firmware, where there is one. */
static int begin_examination(const cli_call *call, cli_examination *examination)
{
    const cli_fold *const fold = examination->checked->fold;
    assay_error error;

    examination->semantics =
        assay_semantics_new(&fold->logs.list[0]->log.header, fold->hashes, fold->findings);
    if (examination->semantics != NULL)
        examination->facts = assay_facts_new(examination->semantics);
    if (examination->facts != NULL)
        return CLI_YES;
    assay_fail(&error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for what will be found");
    return cli_complain(call->verb, NULL, &error);
}

/*
 * What PCR 0-9 were when the kernel started: by the firmware's log, in the banks it has, else by
 * the values given.
 */
static assay_pcrs pcrs_at_start(const cli_checked *checked)
{
    enum { FIRMWARE_AND_LOADER = 0x3FF };
    const assay_replay *const replay = &checked->fold->replay;
    assay_pcrs pcrs = checked->given;

    for (size_t i = 0; replay->firmware && i < replay->bank_count; i++) {
        const assay_replay_bank *const bank = &replay->banks[i];
        const bool known = bank->hash != NULL && (bank->incomplete & FIRMWARE_AND_LOADER) == 0 &&
                           (bank->extended & FIRMWARE_AND_LOADER) != 0;
        assay_pcr_bank *const values = known ? assay_pcrs_add_bank(&pcrs, bank->alg) : NULL;

        if (values != NULL)
            *values = replay->pcrs.banks[bank->slot];
    }
    return pcrs;
}

static int look_at_boot_aggregate(cli_checked *checked, const assay_event *event)
{
    cli_fold *const fold = checked->fold;

    if (checked->aggregate.outcome != ASSAY_BOOT_AGGREGATE_NONE || !assay_boot_aggregate_is(event))
        return 0;
    const assay_pcrs pcrs = pcrs_at_start(checked);
    int status = assay_boot_aggregate_explain(event, &pcrs, fold->hashes, &checked->aggregate);
    /* The kernel read the PCRs and not the log, which may lack what they hold. */
    if (status == 0 && checked->aggregate.outcome == ASSAY_BOOT_AGGREGATE_DIFFERS) {
        assay_boot_aggregate held;

        status = assay_boot_aggregate_explain(event, &checked->given, fold->hashes, &held);
        if (status == 0 && held.outcome != ASSAY_BOOT_AGGREGATE_UNKNOWN)
            checked->aggregate = held;
    }
    if (status == 0)
        assay_boot_aggregate_note(event, &checked->aggregate, fold->findings);
    return status;
}

static int examine(void *context, cli_fold *fold, const assay_event *event)
{
    cli_examination *const examination = context;
    assay_payload payload;
    assay_datacheck check;

    int status = assay_runtime_event(&examination->checked->runtime, &fold->replay, event,
                                     (uint32_t)fold->current);
    if (status == 0)
        status = look_at_boot_aggregate(examination->checked, event);
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

/* After the last event. */
static void finish_examination(const cli_examination *examination)
{
    cli_checked *const checked = examination->checked;

    checked->fold->findings->source = 0; /* what is missing is missing in the firmware's log */
    assay_semantics_end(examination->semantics);
    if (checked->fold->logs.list[0]->log.header.stage >= ASSAY_STAGE_KERNEL)
        return; /* a running system's log says nothing of the boot, nor does its silence */
    checked->fact_count = assay_facts_finish(examination->facts, &checked->fold->replay,
                                             checked->comparison, checked->facts);
}

static void end_examination(cli_examination *examination)
{
    assay_facts_free(&examination->facts);
    assay_semantics_free(&examination->semantics);
}

/* PCR values from all that was named, or from what the logs came with. */

static int complain_contradiction(const cli_call *call, const cli_input *input)
{
    assay_error error;

    assay_fail(&error, ASSAY_MALFORMED, ASSAY_NOWHERE, "its PCR values contradict those before it");
    return cli_complain_hint(call->verb, input->name, &error,
                             "give the values of one machine at one moment");
}

/* A faulty value costs its bank; the others are compared, and it is told afterwards. */
static int read_file(cli_checked *checked, const cli_input *input, assay_pcrs *ret_pcrs,
                     assay_error *error)
{
    assay_error fault = { 0 };
    const int status = input->file.bytes.size == 0
                           ? assay_pcrvalues_read(input->name, ret_pcrs, error)
                           : assay_pcrvalues_salvage(input->file.bytes, ret_pcrs, &fault, error);

    if (status == 0 && fault.kind != 0 && checked->faulty == NULL) {
        checked->fault = fault;
        checked->faulty = input->name;
    }
    return status;
}

static int add_values(const cli_call *call, cli_checked *checked, const cli_input *input)
{
    assay_pcrs more;
    assay_error error;

    if (read_file(checked, input, &more, &error) < 0)
        return cli_complain_values(call->verb, input->name, &error);
    if (assay_pcrs_merge(&checked->given, &more))
        return CLI_YES;
    return complain_contradiction(call, input);
}

/* What stands beside a log in its own document. */
static int add_values_beside(const cli_call *call, assay_pcrs *pcrs, const cli_input *input)
{
    assay_pcrs more = { 0 };
    assay_error error;
    const int status = assay_pcrvalues_beside(input->file.bytes, &more, &error);

    if (status < 0)
        return cli_complain(call->verb, input->name, &error);
    if (status == 0 || assay_pcrs_merge(pcrs, &more))
        return CLI_YES;
    return complain_contradiction(call, input);
}

static int read_values(const cli_call *call, cli_checked *checked)
{
    const cli_logs *const logs = &checked->fold->logs;
    const cli_live_options *const live = &options_of(call)->live;
    int status = CLI_YES;

    for (size_t i = 0; i < logs->value_count && status == CLI_YES; i++)
        status = add_values(call, checked, &logs->values[i]);
    const bool beside = !live->live && logs->value_count == 0;
    for (size_t i = 0; beside && i < logs->count && status == CLI_YES; i++)
        status = add_values_beside(call, &checked->given, &logs->list[i]->input);
    if (live->live && status == CLI_YES)
        status = cli_live_values(call, live, &checked->given);
    if (status == CLI_YES)
        status = cli_check_take_quote(call, &options_of(call)->quote, checked);
    checked->wanted = cli_wanted_values(call->common, &checked->given);
    return status;
}

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
    int status = read_values(call, checked);

    if (status == CLI_YES)
        status = add_banks(call, checked);
    if (status == CLI_YES)
        status = begin_examination(call, examination);
    if (status == CLI_YES)
        status = cli_fold_run(call, checked->fold, examine, examination);
    if (status != CLI_YES)
        return status;
    cli_check_hold_to_quote(call, checked);
    compare(checked);
    finish_examination(examination);
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
    end_examination(&examination);
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
