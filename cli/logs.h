/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The logs of one boot that a user names: files, or what machine folders have. In the order in
 * which a boot comes to them, and each event once: what a log repeats of another is passed over.
 */
#ifndef ASSAY_CLI_LOGS_H
#define ASSAY_CLI_LOGS_H

#include "cli/command.h"
#include "cli/input.h"
#include "eventlog/log.h"

enum { CLI_LOGS_MAX = 16, CLI_VALUES_MAX = 8 };

typedef struct cli_log {
    cli_input input;
    assay_log log;
    uint32_t named; /* its place among the logs as they were named */
} cli_log;

typedef struct cli_logs {
    size_t count;
    cli_log *list[CLI_LOGS_MAX]; /* by header.stage, else as they were named */
    size_t value_count;          /* of files that are no log, and folders without one */
    cli_input values[CLI_VALUES_MAX]; /* of a sysfs folder the name only */
    bool refused;                /* something named can't be read, and that was said */
} cli_logs;

/** Whether what is no log is taken for PCR values. */
enum cli_values {
    CLI_VALUES_NONE,   /* it is complained about */
    CLI_VALUES_BESIDE, /* yes, but the first argument must be or have a log */
    CLI_VALUES_ALONE,  /* yes, and there need not be a log */
    CLI_VALUES_DECIDE, /* the same, and where a folder has values its logs may be empty files */
};

/**
 * Opens what the call's arguments name. What is unusual goes to `findings`, which the logs keep.
 *
 * CLI_YES when there is at least one log, or what may stand alone, else CLI_TROUBLE, both after
 * saying what is wrong with anything that can't be read. Close after both.
 */
int cli_logs_open(cli_logs *logs, const cli_call *call, enum cli_values values,
                  assay_findings *findings);

void cli_logs_close(cli_logs *logs);

/** The logs as library calls take them. */
size_t cli_logs_list(const cli_logs *logs, const assay_log *ret_list[static CLI_LOGS_MAX]);

#endif
