/* SPDX-License-Identifier: BSD-2-Clause */
/* assay convert: what its parts share. */
#ifndef ASSAY_CLI_CONVERT_H
#define ASSAY_CLI_CONVERT_H

#include "cli/command.h"
#include "cli/logs.h"
#include "eventlog/convert.h"
#include "replay/replay.h"

typedef struct cli_convert_options {
    cli_common common;
    const char *to;
    bool lossy;
} cli_convert_options;

/** The fold of what is converted, and of what it became. */
typedef struct cli_converted_fold {
    const cli_common *common;
    assay_hashes *hashes;
    bool begun;
    size_t source; /* the last one that was folded */
    assay_replay before, after;
} cli_converted_fold;

/** assay_convert_wish.visit; the context is the fold. */
int cli_converted_visit(void *context, size_t source, const assay_log_header *header,
                        const assay_event *event);

/** Folds the log that was written. 0 or a negative kind. */
int cli_converted_fold_written(cli_converted_fold *fold, assay_bytes written, const char *format);

/** How the values of a bank came through. */
typedef struct cli_converted_bank {
    uint16_t alg;
    bool kept;             /* the target has the bank */
    assay_pcr_set same;    /* PCRs that fold to what they folded to, */
    assay_pcr_set changed; /* and those that do not; registers by their numbers */
} cli_converted_bank;

/** Of each bank that was converted, and how many there are. */
size_t cli_converted_banks(const cli_converted_fold *fold,
                           cli_converted_bank ret_banks[static ASSAY_BANKS_MAX]);

/** What came of it. */
typedef struct cli_converted {
    const cli_convert_options *options;
    const cli_logs *logs;
    const assay_conversion *conversion;
    const cli_converted_fold *fold;
    const char *detected; /* what readers take the new log for; NULL: for no log */
    size_t size;          /* bytes of the target */
    bool written;         /* it goes out */
} cli_converted;

/** The statement for people, to standard error. */
void cli_convert_put_statement(const cli_call *call, const cli_converted *converted);

/** The statement as a document, to call->out. 0 or a negative kind. */
int cli_convert_emit_statement(const cli_call *call, const cli_converted *converted);

/** --to list: the formats, and what each has room for. */
void cli_convert_put_formats(const cli_call *call);

#endif
