/* SPDX-License-Identifier: BSD-2-Clause */
/* Versions as RPM orders them. Private to boot/loader/grub. */
#ifndef ASSAY_BOOT_LOADER_GRUB_RPMVERCMP_H
#define ASSAY_BOOT_LOADER_GRUB_RPMVERCMP_H

#include "base/bytes.h"

/** Below 0, 0, above 0: `a` is older than, as old as, newer than `b`. */
int assay_rpmvercmp(assay_bytes a, assay_bytes b);

/** The same of names of packages: NAME-VERSION-RELEASE, part by part. */
int assay_rpm_compare(assay_bytes a, assay_bytes b);

#endif
