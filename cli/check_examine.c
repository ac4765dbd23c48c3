/* SPDX-License-Identifier: BSD-2-Clause */
/* Each event as check looks at it: by itself, and among the others. */
#include "cli/check_examine.h"

#include "cli/complain.h"

/* By the header of the first log: that of the firmware, where there is one. */
int cli_begin_examination(const cli_call *call, cli_examination *examination)
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

int cli_examine(void *context, cli_fold *fold, const assay_event *event)
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

void cli_finish_examination(const cli_examination *examination)
{
    cli_checked *const checked = examination->checked;

    checked->fold->findings->source = 0; /* what is missing is missing in the firmware's log */
    assay_semantics_end(examination->semantics);
    if (checked->fold->logs.list[0]->log.header.stage >= ASSAY_STAGE_KERNEL)
        return; /* a running system's log says nothing of the boot, nor does its silence */
    checked->fact_count = assay_facts_finish(examination->facts, &checked->fold->replay,
                                             checked->comparison, checked->facts);
}

void cli_end_examination(cli_examination *examination)
{
    assay_facts_free(&examination->facts);
    assay_semantics_free(&examination->semantics);
}
