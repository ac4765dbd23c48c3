/* SPDX-License-Identifier: BSD-2-Clause */
/* Hexadecimal: written in lower case, read in either. */
#ifndef ASSAY_BASE_HEX_H
#define ASSAY_BASE_HEX_H

#include "base/bytes.h"

/** Writes 2 * bytes.size characters at `text`; no NUL. */
void assay_hex_encode(char *text, assay_bytes bytes);

/** The value of one hexadecimal digit, or -1. */
int assay_hex_digit(char c);

/**
 * Decodes exactly 2 * size digits of `text` into `ret_bytes`. False, and nothing
 * written, when text has another length or any other character.
 */
bool assay_hex_decode(assay_bytes text, uint8_t *ret_bytes, size_t size);

#endif
