/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/fold.h"

#include "cli/complain.h"
#include "replay/claimed.h"

#include <stdlib.h>

static int complain(const cli_call *call, const char *name, int kind, const char *what)
{
    assay_error error;

    assay_fail(&error, (enum assay_kind)(-kind), ASSAY_NOWHERE, "%s", what);
    return cli_complain(call->verb, name, &error);
}

static int complain_mixed(const cli_call *call, const cli_log *entry)
{
    const bool registers = entry->log.header.measurement_registers;
    assay_error error;

    assay_fail(
        &error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "this is a log of %s, the one before it of %s",
        registers ? "measurement registers" : "PCRs", registers ? "PCRs" : "measurement registers");
    return cli_complain_hint(call->verb, entry->input.name, &error,
                             "these are never one chain: give each to a call of its own");
}

/*
 * The banks of all logs, before the first is folded. An IMA list alone says nothing of the banks
 * that the TPM has: it is folded in those that are asked for, or in those that TPMs have.
 */
/* The header with only the banks that are asked for: no others need be folded. */
static assay_log_header narrowed(const assay_log_header *header, const cli_banks *asked)
{
    assay_log_header narrow = *header;

    narrow.bank_count = 0;
    for (size_t i = 0; i < header->bank_count; i++)
        if (cli_bank_wanted(asked, header->banks[i].alg))
            narrow.banks[narrow.bank_count++] = header->banks[i];
    return narrow;
}

static int begin_replay(const cli_call *call, cli_fold *fold, bool all_banks)
{
    static const uint16_t usual[] = { ASSAY_ALG_SHA1, ASSAY_ALG_SHA256, ASSAY_ALG_SHA384,
                                      ASSAY_ALG_SHA512 };
    const cli_banks *const asked = &call->common->banks;
    const uint16_t *const banks = asked->count > 0 ? asked->alg : usual;
    const size_t count = asked->count > 0 ? asked->count : sizeof usual / sizeof *usual;
    bool follow = true;
    int status = 0;

    for (size_t i = 0; i < fold->logs.count && status == 0; i++) {
        const assay_log_header *const whole = &fold->logs.list[i]->log.header;
        const assay_log_header header = all_banks ? *whole : narrowed(whole, asked);

        follow = follow && header.banks_follow;
        status = i == 0 ? assay_replay_begin(&fold->replay, &header, fold->hashes, fold->findings)
                        : assay_replay_continue(&fold->replay, &header);
        if (status == -ASSAY_UNSUPPORTED && i > 0)
            return complain_mixed(call, fold->logs.list[i]);
        if (status < 0)
            return complain(call, fold->logs.list[i]->input.name, status,
                            "this log can't be folded together with the ones before it");
    }
    for (size_t i = 0; i < count && follow && status == 0; i++)
        status = assay_replay_add_bank(&fold->replay, banks[i]);
    return status < 0 ? complain(call, NULL, status, "the digests can't be computed") : CLI_YES;
}

static int fold_log(cli_fold *fold, cli_log *entry, cli_visit *visit, void *context)
{
    assay_log *const log = &entry->log;
    assay_event event;
    int status = 0;

    while (status == 0 && (status = assay_log_next(log, &event)) > 0) {
        fold->events++;
        cli_input_passed(&entry->input, event.offset);
        status = assay_replay_event(&fold->replay, &event);
        if (status == 0 && visit != NULL)
            status = visit(context, fold, &event);
    }
    if (status == 0 && fold->logs.count == 1)
        status = assay_claimed_check(log, &fold->replay, fold->findings);
    if (log->error.kind == 0)
        return status;
    fold->cut = true;
    return 0;
}

/* An empty fold; NULL, and said so, without memory. */
static cli_fold *empty_fold(const cli_call *call)
{
    cli_fold *fold = calloc(1, sizeof *fold);

    if (fold != NULL) {
        fold->hashes = assay_hashes_new();
        fold->findings = calloc(1, sizeof *fold->findings);
    }
    if (fold != NULL && fold->hashes != NULL && fold->findings != NULL)
        return fold;
    complain(call, NULL, -ASSAY_NO_MEMORY, "no memory");
    cli_fold_free(&fold);
    return NULL;
}

cli_fold *cli_fold_new(const cli_call *call, bool values)
{
    cli_fold *fold = empty_fold(call);

    if (fold != NULL && (cli_logs_open(&fold->logs, call,
                                        values ? CLI_VALUES_BESIDE : CLI_VALUES_NONE,
                                        fold->findings) != CLI_YES ||
                         begin_replay(call, fold, values) != CLI_YES))
        cli_fold_free(&fold);
    return fold;
}

int cli_fold_run(const cli_call *call, cli_fold *fold, cli_visit *visit, void *context)
{
    int status = 0;

    for (fold->current = 0; fold->current < fold->logs.count && status == 0; fold->current++) {
        fold->findings->source = (uint32_t)fold->current;
        status = fold_log(fold, fold->logs.list[fold->current], visit, context);
    }
    if (status == 0)
        return CLI_YES;
    return complain(call, fold->logs.list[fold->current - 1]->input.name, status,
                    "the digests can't be computed");
}

int cli_fold_end(const cli_call *call, const cli_fold *fold, int status)
{
    if (!fold->cut && !fold->logs.refused)
        return status;
    assay_writer_flush(call->out); /* what was sound stands before the complaint */
    for (size_t i = 0; i < fold->logs.count; i++)
        if (fold->logs.list[i]->log.error.kind != 0)
            cli_complain(call->verb, fold->logs.list[i]->input.name,
                         &fold->logs.list[i]->log.error);
    return CLI_TROUBLE;
}

void cli_fold_free(cli_fold **fold)
{
    if (*fold == NULL)
        return;
    cli_logs_close(&(*fold)->logs);
    assay_hashes_free(&(*fold)->hashes);
    free((*fold)->findings);
    free(*fold);
    *fold = NULL;
}

assay_pcrs cli_wanted_values(const cli_common *common, const assay_pcrs *pcrs)
{
    assay_pcrs wanted = *pcrs;

    wanted.bank_count = 0;
    for (size_t i = 0; i < pcrs->bank_count; i++) {
        if (!cli_bank_wanted(&common->banks, pcrs->banks[i].alg))
            continue;
        assay_pcr_bank *const bank = &wanted.banks[wanted.bank_count++];
        *bank = pcrs->banks[i];
        if (common->pcrs != 0)
            bank->present &= common->pcrs;
    }
    return wanted;
}

void cli_put_value(assay_writer *out, assay_bytes value, size_t column)
{
    enum { BYTES_PER_LINE = 32 };
    assay_cursor rest = assay_cursor_of(value);

    while (assay_left(&rest) > 0) {
        if (rest.offset > 0)
            assay_put_format(out, "%*s", (int)column, "");
        assay_put_hex(out, assay_take_up_to(&rest, BYTES_PER_LINE));
        assay_put_char(out, '\n');
    }
}

const char *cli_bank_name(const assay_pcrs *pcrs, uint16_t alg)
{
    return pcrs->measurement_registers ? "rtmr" : assay_alg_find(alg)->name;
}
