/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How far a long work has come, on a line of standard error that is rewritten: where that
 * is a terminal, the output goes to a file and not past the same eyes, and a second is over.
 */
#ifndef ASSAY_CLI_PROGRESS_H
#define ASSAY_CLI_PROGRESS_H

#include "cli/command.h"

#include <time.h>

typedef struct cli_progress {
    bool wanted;
    bool shown;           /* there is a line to take away */
    unsigned calls;       /* the clock is asked at every 256th only */
    struct timespec next; /* when the line is due */
} cli_progress;

cli_progress cli_progress_begin(const cli_call *call);

/** Says that `done` bytes of `total` are dealt with. */
void cli_progress_at(cli_progress *progress, uint64_t done, uint64_t total);

/** Takes the line away. */
void cli_progress_end(cli_progress *progress);

#endif
