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

/* Opens the next log and lets the replay know its banks. */
static int open_log(cli_fold *fold, const cli_call *call, const char *name)
{
    cli_input *const input = &fold->inputs[fold->count];
    assay_log *const log = &fold->logs[fold->count];
    assay_error error;

    if (cli_input_open(input, name, &error) < 0)
        return cli_complain(call->verb, name, &error);
    if (assay_log_open(log, input->file.bytes, call->common->log_format, fold->findings, &error) <
        0) {
        cli_input_close(input);
        return cli_complain(call->verb, name, &error);
    }
    const int status = fold->count++ == 0 ? assay_replay_begin(&fold->replay, &log->header,
                                                               fold->hashes, fold->findings)
                                          : assay_replay_continue(&fold->replay, &log->header);
    if (status < 0)
        return complain(call, name, status,
                        "this log can't be folded together with the ones before it");
    return CLI_YES;
}

static int fold_log(cli_fold *fold, const cli_call *call, assay_log *log, cli_visit *visit,
                    void *context)
{
    assay_event event;
    int status = 0;

    while (status == 0 && (status = assay_log_next(log, &event)) > 0) {
        fold->events++;
        status = assay_replay_event(&fold->replay, &event);
        if (status == 0 && visit != NULL)
            status = visit(context, fold, &event);
    }
    if (status == 0 && fold->count == 1)
        status = assay_claimed_check(log, &fold->replay, fold->findings);
    if (status == 0)
        return CLI_YES;
    if (log->error.kind == 0)
        return complain(call, fold->inputs[fold->count - 1].name, status,
                        "the digests can't be computed");
    fold->cut = true;
    return CLI_YES;
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

cli_fold *cli_fold_new(const cli_call *call, size_t count, cli_visit *visit, void *context)
{
    cli_fold *fold = empty_fold(call);
    int status = CLI_YES;

    for (size_t i = 0; fold != NULL && i < count && status == CLI_YES; i++) {
        status = open_log(fold, call, call->arguments[i]);
        if (status == CLI_YES)
            status = fold_log(fold, call, &fold->logs[i], visit, context);
    }
    if (status != CLI_YES)
        cli_fold_free(&fold);
    return fold;
}

int cli_fold_end(const cli_call *call, const cli_fold *fold, int status)
{
    if (!fold->cut)
        return status;
    assay_writer_flush(call->out); /* what was sound stands before the complaint */
    for (size_t i = 0; i < fold->count; i++)
        if (fold->logs[i].error.kind != 0)
            cli_complain(call->verb, fold->inputs[i].name, &fold->logs[i].error);
    return CLI_TROUBLE;
}

void cli_fold_free(cli_fold **fold)
{
    if (*fold == NULL)
        return;
    for (size_t i = 0; i < (*fold)->count; i++) {
        assay_log_close(&(*fold)->logs[i]);
        cli_input_close(&(*fold)->inputs[i]);
    }
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
