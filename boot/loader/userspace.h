/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a system measures once it runs: the phases of its boot, which systemd-pcrextend(8) extends
 * PCR 11 with, and other words.
 */
#ifndef ASSAY_BOOT_LOADER_USERSPACE_H
#define ASSAY_BOOT_LOADER_USERSPACE_H

#include "base/bytes.h"

/** systemd-pcrphase.service(8): the words in their order, and since which version. */
typedef struct assay_boot_phase {
    const char *word;
    unsigned since;
} assay_boot_phase;

enum { ASSAY_BOOT_PHASES = 6, ASSAY_BOOT_PHASE_PCR = 11 };
extern const assay_boot_phase assay_boot_phases[ASSAY_BOOT_PHASES];

/** Whether a text is the word of a phase. */
bool assay_boot_is_phase(assay_bytes text);

#endif
