/* SPDX-License-Identifier: BSD-2-Clause */
/* assay predict --base: parts of a UEFI boot that are replaced. Private to predict*.c. */
#ifndef ASSAY_CLI_PREDICT_REBASE_H
#define ASSAY_CLI_PREDICT_REBASE_H

#include "cli/predict_boot.h"

/** What the options replace; a kernel's, initrd's and command line's are with the others'. */
typedef struct predict_rebase_options {
    const char *shim, *uki, *loader_conf, *grub_cfg;
    const char *base_kernel, *base_cmdline, *base_uki, *base_variables;
    predict_names initrds;
    predict_names loaders, addons, drivers; /* FILE or NAME=FILE */
    const char *pk, *kek, *db, *dbx, *dbt, *mok, *mokx, *sbat_level;
    const char *dbx_update;
    cli_number secure_boot, mok_validation; /* 1: on */
    const char *boot_order;
    predict_names boot_options; /* NNNN=FILE */
    const char *gpt;
} predict_rebase_options;

struct predict_work;

/**
 * Replaces these parts in the base and makes of it the prediction that a launch's parts are then
 * replaced in. CLI_YES, or CLI_TROUBLE after saying why.
 */
int predict_rebase(struct predict_work *w);

void predict_rebase_close(struct predict_work *w);

#endif
