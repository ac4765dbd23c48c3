/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One image of a boot by itself: what it measures once it was loaded and started, without what
 * comes before it.
 */
#ifndef ASSAY_BOOT_LOADER_ALONE_H
#define ASSAY_BOOT_LOADER_ALONE_H

#include "boot/loader/boot.h"

/**
 * Predicts what the program in `image` measures, and the programs that it starts, up to
 * ExitBootServices. Of the scenario the banks matter, whether Secure Boot is on, and the disk that
 * `image` says it comes from. 0 and a prediction without header event, to be freed; or a negative
 * kind with `error` filled.
 */
int assay_alone_predict(const assay_scenario *scenario, const assay_boot_image *image,
                        assay_hashes *hashes, assay_prediction **ret_prediction,
                        assay_error *error);

#endif
