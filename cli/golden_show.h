/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of assay golden show share. */
#ifndef ASSAY_CLI_GOLDEN_SHOW_H
#define ASSAY_CLI_GOLDEN_SHOW_H

#include "cli/reference.h"

typedef struct cli_golden_show_options {
    cli_common common;
    cli_reference_options reference;
} cli_golden_show_options;

/** How much of a step a reference holds. */
enum cli_held {
    CLI_HELD_FIXED,        /* in all variants, and one and the same */
    CLI_HELD_ALTERNATIVES, /* another in some variants, or not there */
    CLI_HELD_VARIES,
    CLI_HELD_KINDS
};

typedef struct cli_golden_shown {
    const cli_call *call;
    const cli_reference *file;
    const assay_reference *reference; /* the file's */
    uint8_t identity[32];
} cli_golden_shown;

enum cli_held cli_held_of(const cli_golden_shown *shown, const assay_reference_step *step);

/** "fixed", "alternatives", "varies". Static. */
const char *cli_held_name(enum cli_held held);

/** What a component's steps go into. */
typedef struct cli_component_steps {
    size_t count;
    assay_pcr_set pcrs;
    assay_variant_set variants;
} cli_component_steps;

cli_component_steps cli_component_steps_of(const cli_golden_shown *shown, size_t component);

/** Whether signature `i` is by the key of --trust that the reference was accepted for. */
bool cli_golden_signature_trusted(const cli_golden_shown *shown, size_t i);

/** What the user called that key; NULL where there was none. */
const char *cli_golden_signer(const cli_golden_shown *shown);

void cli_golden_put(const cli_golden_shown *shown);

/** 0 or a negative kind. */
int cli_golden_emit(const cli_golden_shown *shown);

#endif
