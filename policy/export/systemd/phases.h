/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The boot phases: words that systemd-pcrphase(8) extends PCRs with while a system that was
 * started by systemd-stub comes up, each H(word) in every bank. Most go to PCR 11; separators
 * close the PCRs of whoever came before. Private to policy/.
 */
#ifndef ASSAY_POLICY_EXPORT_SYSTEMD_PHASES_H
#define ASSAY_POLICY_EXPORT_SYSTEMD_PHASES_H

#include "policy/export/export.h"

enum {
    ASSAY_KERNEL_BOOT_PCR = 11, /* systemd's name of it: kernel-boot */
    /* What systemd-pcrosseparator.service of systemd 261 and later closes: 0-7, 9, 12-14. */
    ASSAY_OS_SEPARATOR_PCRS = 0xff | 1 << 9 | 1 << 12 | 1 << 13 | 1 << 14,
};

/** A word, and what systemd-pcrlock calls its component. Static. */
typedef struct assay_boot_phase {
    const char *word;
    unsigned number;
    assay_pcr_set pcrs; /* which it goes to */
} assay_boot_phase;

/** In the order of a boot; NULL beyond the last. */
const assay_boot_phase *assay_boot_phase_at(size_t index);

/** The phase whose word a step measures, or NULL. */
const assay_boot_phase *assay_boot_phase_of(const assay_reference_alternative *at,
                                            assay_hashes *hashes);

/** Whether a step of some boot is systemd's separator of the PCRs before it. */
bool assay_boot_has_os_separator(const assay_reference *reference, assay_hashes *hashes);

/** Extends a value of PCR 11 with each word of "enter-initrd:leave-initrd". 0 or negative. */
int assay_boot_phases_extend(assay_hash *hash, assay_bytes path, uint8_t *value);

/**
 * A variant's PCR 11 before the first phase, of assay_hash_size() bytes. 1; 0 where there is no
 * such value: nothing is measured there, or something that varies or isn't known; or negative.
 */
int assay_boot_phases_start(const assay_reference *reference, size_t variant, uint16_t alg,
                            assay_hashes *hashes, uint8_t *ret_value);

#endif
