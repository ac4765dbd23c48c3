/* SPDX-License-Identifier: BSD-2-Clause */
/* What check looks at while the logs are read. */
#ifndef ASSAY_CLI_CHECK_EXAMINE_H
#define ASSAY_CLI_CHECK_EXAMINE_H

#include "cli/check.h"

typedef struct cli_examination {
    cli_checked *checked; /* whose logs are read: runtime and aggregate become known by that */
    assay_semantics *semantics;
    assay_facts *facts;
} cli_examination;

/** Before the first event, with only `checked` set. CLI_YES or CLI_TROUBLE; end it after both. */
int cli_begin_examination(const cli_call *call, cli_examination *examination);

/** Each event, as cli_fold_run() visits them; the context is the examination. */
int cli_examine(void *context, cli_fold *fold, const assay_event *event);

/** After the last event, and after the values were compared: the facts. */
void cli_finish_examination(const cli_examination *examination);

void cli_end_examination(cli_examination *examination);

#endif
