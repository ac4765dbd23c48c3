/* SPDX-License-Identifier: BSD-2-Clause */
/* The logs of one boot, opened and folded together: what replay and check begin with. */
#ifndef ASSAY_CLI_FOLD_H
#define ASSAY_CLI_FOLD_H

#include "cli/logs.h"
#include "replay/replay.h"

typedef struct cli_fold {
    cli_logs logs;
    size_t current;  /* the log being folded */
    uint64_t events; /* of all logs */
    bool cut;        /* a log could not be read to its end */
    assay_hashes *hashes;
    assay_findings *findings;
    assay_replay replay;
} cli_fold;

/** Looks at each event after it was folded. 0 or a negative kind. */
typedef int cli_visit(void *context, cli_fold *fold, const assay_event *event);

/**
 * Opens what the call's arguments name, as cli_logs_open() does, and knows the banks; nothing is
 * folded yet. NULL when there is nothing to show, after saying why on standard error. Free after
 * anything else.
 */
cli_fold *cli_fold_new(const cli_call *call, bool values);

/**
 * Folds all logs, which may be cut: that leaves what was before the cut. `visit` may be NULL.
 * CLI_YES, or CLI_TROUBLE after saying why nothing can be shown.
 */
int cli_fold_run(const cli_call *call, cli_fold *fold, cli_visit *visit, void *context);

/** After all was printed: `status`, or CLI_TROUBLE, having said where a log is cut or refused. */
int cli_fold_end(const cli_call *call, const cli_fold *fold, int status);

void cli_fold_free(cli_fold **fold);

/** The banks and PCRs of the values that --bank and --pcr ask for. */
assay_pcrs cli_wanted_values(const cli_common *common, const assay_pcrs *pcrs);

/** A value that begins at `column`, on as many lines as it needs. */
void cli_put_value(assay_writer *out, assay_bytes value, size_t column);

/** "sha256", or "rtmr" where the values are those of measurement registers. */
const char *cli_bank_name(const assay_pcrs *pcrs, uint16_t alg);

#endif
