/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers as text: what log formats, their printers and people write. No sign, no blanks. */
#ifndef ASSAY_BASE_NUMBER_H
#define ASSAY_BASE_NUMBER_H

#include "base/bytes.h"

/**
 * Reads `text`, digits of `base` (2 to 16, either case) and nothing else, as a number of at most
 * `max`. False, and nothing written, for anything else.
 */
bool assay_digits_read(assay_bytes text, unsigned base, uint64_t max, uint64_t *ret_number);

/** The same of "23" or "0x17". */
bool assay_number_read(assay_bytes text, uint64_t max, uint64_t *ret_number);

#endif
