/* SPDX-License-Identifier: BSD-2-Clause */
/* assay predict: the steps of opening what the options name. */
#ifndef ASSAY_CLI_PREDICT_PARTS_H
#define ASSAY_CLI_PREDICT_PARTS_H

#include "boot/rebase/rebase.h"
#include "cli/predict.h"

/** What the boot loader puts into memory of a file: unzipped. NULL after saying why not. */
const assay_bytes *predict_open_image(predict_work *w, const char *path, const char *role);

/** Digests of bytes in the banks of the log. CLI_YES, or CLI_TROUBLE after saying why. */
int predict_digests_of(const predict_work *w, const char *path, assay_bytes bytes,
                       assay_digests *ret_digests);

/** A file's bytes; an empty run for "none"; nothing for NULL. CLI_YES, or CLI_TROUBLE as above. */
int predict_open_bytes(predict_work *w, const char *path, const char *role,
                       assay_bytes *ret_bytes);

/* Each returns CLI_YES, or CLI_TROUBLE after saying why. */
int predict_open_vlps(predict_work *w);
int predict_take_tboot_options(predict_work *w);
int predict_open_modules(predict_work *w);
int predict_open_nv(predict_work *w);
int predict_open_secure(predict_work *w);
int predict_open_variables(predict_work *w, assay_rebase *what);

#endif
