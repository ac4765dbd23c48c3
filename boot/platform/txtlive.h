/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Intel TXT of the machine this runs on: registers and heap from physical memory, which is opened
 * for reading alone, and what the kernel shows in securityfs.
 *
 * Root may read physical memory unless the kernel is locked down, which it is where Secure Boot is
 * on. A kernel with Secure Launch shows seven registers in slaunch/txt and its log all the same.
 */
#ifndef ASSAY_BOOT_PLATFORM_TXTLIVE_H
#define ASSAY_BOOT_PLATFORM_TXTLIVE_H

#include "boot/platform/txtregs.h"

/** Where to look; for tests, and for a memory image with the addresses of its machine. */
typedef struct assay_txt_live {
    const char *memory;     /* "/dev/mem" */
    const char *securityfs; /* "/sys/kernel/security" */
} assay_txt_live;

extern const assay_txt_live assay_txt_this_machine;

/** A heap is some hundred KiB; more than this is not read. */
enum { ASSAY_TXT_HEAP_MAX = 16 << 20 };

/**
 * Reads the registers: from memory, else what securityfs has of them; registers->form says which
 * ("memory", "securityfs"). 0 or a negative kind with `error` filled, which then tells why memory
 * could not be read.
 */
int assay_txt_live_registers(const assay_txt_live *live, assay_txt_registers *registers,
                             assay_error *error);

/** Puts `size` bytes of physical memory from `base` on into `writer`. 0 or a negative kind. */
int assay_txt_live_heap(const assay_txt_live *live, uint64_t base, uint64_t size,
                        assay_writer *writer, assay_error *error);

/**
 * The path of the event log that the kernel shows, below securityfs: of Secure Launch, or of the
 * kernels that show tboot's. NULL for none, else to be freed. *ret_failed: no memory.
 */
char *assay_txt_live_log(const assay_txt_live *live, bool *ret_failed);

#endif
