/* SPDX-License-Identifier: BSD-2-Clause */
/* assay show: what its three notations share. Private to show*.c. */
#ifndef ASSAY_CLI_SHOW_H
#define ASSAY_CLI_SHOW_H

#include "cli/logs.h"
#include "cli/progress.h"
#include "replay/datacheck.h"

enum { SHOW_TYPES_MAX = 32 };

/** The event types of --type; none given means all. */
typedef struct show_types {
    size_t count;
    uint32_t value[SHOW_TYPES_MAX];
} show_types;

typedef struct show_options {
    cli_common common; /* first: the frame fills it */
    bool raw;
    show_types types;
} show_options;

/** The logs being shown. */
typedef struct shown {
    const cli_call *call;
    const show_options *options;
    cli_logs logs;
    size_t current; /* the one being read */
    assay_findings *findings;
    assay_hashes *hashes; /* of the calling thread */
    cli_progress progress;
} shown;

/** An event and what was found out about it. */
typedef struct show_event {
    assay_event event;
    uint32_t log;          /* of which log */
    assay_payload payload; /* views into the event */
    assay_datacheck check;
} show_event;

/** The log being read. */
assay_log *show_log(const shown *show);

/**
 * The next event of this log, asked for or not: 1, 0 at its end, or the negative kind of its error.
 */
int show_next(shown *show, assay_event *ret_event);

/** Goes on with the next log; false when there is none. */
bool show_next_log(shown *show);

/** Without the prefix that most names have: "VARIABLE_BOOT" of EV_EFI_VARIABLE_BOOT. */
const char *show_short_type(const char *name);

/** Whether --pcr and --type ask for this event. */
bool show_wants(const shown *show, const assay_event *event);

/** The next event of this log that is asked for. */
int show_next_wanted(shown *show, assay_event *ret_event);

/** Decodes and checks `seen->event`. 0 or a negative kind. */
int show_examine(assay_hashes *hashes, show_event *seen);

/**
 * For readers that print no check: with --fail-on, adds what the data of an event says against
 * its digest to the findings. 0 or a negative kind.
 */
int show_watch(shown *show, const assay_event *event);

/**
 * The notations. Each reads the logs to their ends, writes all that is sound, and returns 0
 * or the negative kind of what libcrypto or memory refused; faults of a log are left in its error.
 */
int show_text(shown *show);
int show_json(shown *show);
int show_yaml(shown *show);

#endif
