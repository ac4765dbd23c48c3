/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of assay measure share. An artefact is of a kind; a kind is a row of the table
 * in measure_kinds.c, with a function that measures and two that tell what was found.
 */
#ifndef ASSAY_CLI_MEASURE_H
#define ASSAY_CLI_MEASURE_H

#include "boot/artefact/acm.h"
#include "boot/artefact/elf.h"
#include "boot/artefact/gunzip.h"
#include "boot/artefact/mle.h"
#include "boot/artefact/slb.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/progress.h"
#include "cli/take.h"

enum { CLI_MEASURED_EVENTS = 4, CLI_HASH_START_SIZE = 36, CLI_MEASURED_COLUMN = 16 };

typedef struct cli_measure_options {
    cli_common common;
    cli_banks banks;
    unsigned as;         /* position in the table of kinds, plus 1; 0: detect it */
    const char *cmdline; /* NULL: there is none */
} cli_measure_options;

/** An event that a launch logs of the artefact, and its digests. */
typedef struct cli_measured_event {
    unsigned pcr;
    uint32_t type;
    const char *when; /* a phrase */
    assay_bytes data; /* of the event, where it has any */
    assay_digests digests;
} cli_measured_event;

/** One artefact: what it is and what it gets. */
typedef struct cli_measured {
    const struct cli_measure_kind *kind;
    cli_input input;
    assay_gunzipped file; /* the artefact, unzipped */
    const char *cmdline;
    assay_hashes *hashes;
    const uint16_t *algs;
    size_t alg_count;
    assay_hashed *hashed;
    void *hashed_context;
    assay_digests digests; /* what the kind's main digest is */
    size_t event_count;
    cli_measured_event events[CLI_MEASURED_EVENTS];
    uint8_t hash_start[CLI_HASH_START_SIZE];
    enum assay_acm_signature signature;
    union {
        assay_mle mle;
        assay_acm acm;
        assay_slb slb;
        assay_elf elf;
    } as;
} cli_measured;

typedef struct cli_measure_kind {
    const char *name;
    const char *what;                  /* words for it */
    bool takes_cmdline;                /* a command line can be part of what is measured */
    bool (*detect)(assay_bytes bytes); /* of unzipped bytes; NULL: only when it is named */
    /* Fills digests, events and `as`. 0 or a negative kind with `error` filled. */
    int (*measure)(cli_measured *measured, assay_error *error);
    void (*put)(const cli_call *call, const cli_measured *measured); /* lines of text */
    void (*emit)(assay_output *out, const cli_measured *measured);   /* keys of its own */
} cli_measure_kind;

/** The kinds, in the order in which they are looked for; NULL beyond the last. */
const cli_measure_kind *cli_measure_kind_at(size_t index);

/** Their names, ended by NULL. */
extern const char *const cli_measure_kind_names[];

/** What the artefact gets, as text. */
void cli_measured_put(const cli_call *call, const cli_measured *measured);

/** The same as an element of "measurements". */
void cli_measured_emit(assay_output *out, const cli_measured *measured);

/** "  label         " of a line of text. */
void cli_measured_label(const cli_call *call, const char *label);

/** A line of text with the words for some flags. */
void cli_measured_put_flags(const cli_call *call, const char *label, const assay_txt_flag *flags,
                            uint32_t value);

/** What a kind tells of its artefact. */
void cli_measured_put_mle(const cli_call *call, const cli_measured *measured);
void cli_measured_emit_mle(assay_output *out, const cli_measured *measured);
void cli_measured_put_acm(const cli_call *call, const cli_measured *measured);
void cli_measured_emit_acm(assay_output *out, const cli_measured *measured);
void cli_measured_put_elf(const cli_call *call, const cli_measured *measured);
void cli_measured_emit_elf(assay_output *out, const cli_measured *measured);
void cli_measured_put_slb(const cli_call *call, const cli_measured *measured);
void cli_measured_emit_slb(assay_output *out, const cli_measured *measured);

#endif
