/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EFI_LOAD_OPTION (UEFI 2.10 section 3.1.3): what Boot####, Driver####, SysPrep####
 * and PlatformRecovery#### hold.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_LOADOPT_H
#define ASSAY_EVENTLOG_PAYLOAD_LOADOPT_H

#include "base/output.h"

enum {
    ASSAY_LOAD_OPTION_ACTIVE = 0x00000001,
    ASSAY_LOAD_OPTION_FORCE_RECONNECT = 0x00000002,
    ASSAY_LOAD_OPTION_HIDDEN = 0x00000008,
    ASSAY_LOAD_OPTION_CATEGORY = 0x00001F00, /* 0: boot */
    ASSAY_LOAD_OPTION_CATEGORY_APP = 0x00000100,
};

typedef struct assay_load_option {
    uint32_t attributes;
    uint16_t path_size;        /* FilePathListLength in bytes, as stated */
    assay_bytes description;   /* UTF-16LE, without its NUL */
    assay_bytes path;          /* FilePathList, as far as it is there: one device path or more */
    assay_bytes optional_data; /* OptionalData: what the image is told */
} assay_load_option;

/** False when the fields do not fit or Description has no end. */
bool assay_load_option_decode(assay_bytes data, assay_load_option *ret_option);
void assay_load_option_encode(assay_writer *writer, const assay_load_option *option);
void assay_load_option_emit(assay_output *out, const assay_load_option *option);
/** `"debian" HD(1,GPT,...)/\EFI\debian\shimx64.efi`, and what is unusual about it. */
void assay_load_option_summary(assay_writer *writer, const assay_load_option *option);

#endif
