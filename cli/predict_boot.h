/* SPDX-License-Identifier: BSD-2-Clause */
/* assay predict of a whole boot, from a scenario. Private to predict*.c. */
#ifndef ASSAY_CLI_PREDICT_BOOT_H
#define ASSAY_CLI_PREDICT_BOOT_H

#include "boot/scenario/files.h"
#include "cli/take.h"

enum { PREDICT_NAMES_MAX = 32 };

/** Values of an option that may be given several times. */
typedef struct predict_names {
    size_t count;
    const char *list[PREDICT_NAMES_MAX];
} predict_names;

/** What the options say of a boot; they come on top of a scenario's file. */
typedef struct predict_boot_options {
    const char *scenario;
    bool init;
    const char *firmware, *variables;
    const char *disk, *esp, *bus;
    const char *boot_entry, *grub_entry;
    cli_number memory, cpus, qemu;
    bool smm, ima;
    predict_names option_roms, tables, phases;
} predict_boot_options;

struct predict_work;

/** Whether the options ask for a boot from a scenario, and not for a base with parts replaced. */
bool predict_is_boot(const struct predict_work *w);

/** Reads and opens what the options name. CLI_YES, or CLI_TROUBLE after saying why. */
int predict_boot_open(struct predict_work *w);

/** Predicts it, and what it comes to. As above; what was predicted before a failure is kept. */
int predict_boot_run(struct predict_work *w);

/** --init: writes a scenario for what the argument names. An exit status. */
int predict_boot_init(struct predict_work *w);

void predict_boot_close(struct predict_work *w);

/** The events of a boot, for people. */
void predict_put_boot(const struct predict_work *w);

cli_take predict_take_name; /* predict_names: one more */

#endif
