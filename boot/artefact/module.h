/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Modules that tboot measures: kernel, initial RAM disk and whatever else the boot loader
 * hands over. Digest: H(H(command line) | H(image)). The command line is what stands behind
 * the module's name, blanks included and without NUL; the image is what the boot loader put
 * into memory, so unzipped.
 */
#ifndef ASSAY_BOOT_ARTEFACT_MODULE_H
#define ASSAY_BOOT_ARTEFACT_MODULE_H

#include "boot/artefact/digests.h"

/**
 * The digests of a module in `count` algorithms, `image` read once. No command line is an empty
 * one. `hashed` may be NULL. 0 or a negative kind.
 */
int assay_tboot_module_digests(assay_hashes *hashes, const uint16_t *algs, size_t count,
                               assay_bytes cmdline, assay_bytes image, assay_hashed *hashed,
                               void *context, assay_digests *ret_digests);

#endif
