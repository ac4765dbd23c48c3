/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an NV index holds, as people have it: the bytes themselves, or a text of them: hexadecimal
 * digits, "data: HEX" of tpm2_nvread --print-yaml, the dump of xxd(1) or of hexdump(1) -C.
 */
#ifndef ASSAY_BOOT_PLATFORM_NVCONTENT_H
#define ASSAY_BOOT_PLATFORM_NVCONTENT_H

#include "base/error.h"
#include "base/writer.h"

/** More than any NV index has. */
enum { ASSAY_NV_CONTENT_MAX = 8192 };

/**
 * Puts the bytes into `writer`. Text is told from bytes by having no byte below a blank but line
 * ends and tabs, of which a policy has some. 0 or a negative kind with `error` filled.
 */
int assay_nv_content_read(assay_bytes input, assay_writer *writer, assay_error *error);

#endif
