/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What Secure Launch (TrenchBoot) measures: Linux and Xen by the policy in the boot loader's SLR
 * table (Secure Launch specification, "D-RTM Measurement Policy"), and the Secure Kernel Loader on
 * AMD. Each is an event of type 0x502 whose data is a label: PCR, order and label are the policy's,
 * so they are kept from the platform's log, and what a label names is replaced.
 *
 * Not all that is measured can be known from files: the command line is measured in the buffer
 * that it lies in, whose size no file tells, and the boot parameters hold addresses. Where the
 * command line of the log's own launch is given, the form that meets the log's digest is used.
 */
#ifndef ASSAY_POLICY_LAUNCH_SECURELAUNCH_H
#define ASSAY_POLICY_LAUNCH_SECURELAUNCH_H

#include "boot/artefact/digests.h"

/** A file, or its digests in as many banks as are known. */
typedef struct assay_secure_file {
    bool given;
    assay_digests digests;
} assay_secure_file;

enum { ASSAY_SECURE_MODULES_MAX = 32 };

typedef struct assay_secure_launch {
    bool has_cmdline;
    assay_bytes cmdline; /* of the kernel, or of Xen; without NUL */
    bool has_base_cmdline;
    assay_bytes base_cmdline; /* of the launch that the log is of */
    assay_secure_file initrd; /* one file as the boot loader puts it into memory */
    assay_secure_file slb;    /* AMD: the measured part of the secure loader block */
    size_t module_count;      /* Xen: the modules in their order */
    assay_secure_file modules[ASSAY_SECURE_MODULES_MAX]; /* not given: kept */
} assay_secure_launch;

#endif
