/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which boot options firmware tried, and which one started (UEFI 2.10 section 3.1.1).
 * Private to boot/.
 */
#ifndef ASSAY_BOOT_REBASE_ATTEMPTS_H
#define ASSAY_BOOT_REBASE_ATTEMPTS_H

#include "boot/rebase/work.h"

typedef struct assay_rebase_attempts {
    bool known;              /* the option that started was found */
    size_t count;            /* options that were tried, that one included */
    uint16_t tried[ASSAY_REBASE_ORDER];
    assay_bytes started;     /* its EFI_LOAD_OPTION, lent from the base */
} assay_rebase_attempts;

/** The number of a Boot#### event; false for other names. */
bool assay_rebase_option_number(const assay_event *event, uint16_t *ret_number);

/** The numbers of a BootOrder; at most ASSAY_REBASE_ORDER. */
size_t assay_rebase_order(assay_bytes data, uint16_t ret_numbers[ASSAY_REBASE_ORDER]);

/** Reads from the base which options were tried. Before anything is replaced. */
void assay_rebase_find_attempts(const assay_rebase_work *work, assay_rebase_attempts *ret_attempts);

/** Changes the attempts in PCR 4, and the image that is started first, to those of the new order.
 */
void assay_rebase_replay_attempts(assay_rebase_work *work, const assay_rebase_attempts *was);

/** OptionalData of the option that starts what the log has, unless it is firmware's own mark. */
assay_bytes assay_rebase_optional_data(const assay_rebase_work *work);

#endif
