/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A machine in memory with a firmware like OVMF, which has a menu and a shell, and one disk whose
 * EFI system partition holds what a test puts there.
 */
#ifndef ASSAY_TESTS_OVMFMACHINE_H
#define ASSAY_TESTS_OVMFMACHINE_H

#include "boot/loader/bootmanager.h"

enum { MACHINE_FILES = 8 };

typedef struct ovmfmachine {
    assay_scenario scenario;
    assay_boot boot;
    assay_error error;
    assay_writer volume;   /* DXEFV */
    assay_writer programs; /* PE images */
    size_t file_count;
    char *files[MACHINE_FILES];
} ovmfmachine;

/** With a virtio disk at 00:01.0 and nothing on it. Free after use. */
void machine_open(ovmfmachine *m);
void machine_free(ovmfmachine *m);

/** Puts a text file, or an application of this machine with some text in it, on the disk. */
void machine_put_text(ovmfmachine *m, const char *path, const char *text);
void machine_put_program(ovmfmachine *m, const char *path, const char *text);

/** Sets a global variable to bytes in hexadecimal. */
void machine_set(ovmfmachine *m, const char *name, const char *hex);

/** The hexadecimal digits of BootOrder and of an option, as the boot manager has them now. */
const char *machine_order(const assay_boot_manager *manager);
const char *machine_option(const assay_boot_manager *manager, uint16_t number);

/** How many events there are of a type in a PCR, and whether the n-th has this data. */
size_t machine_count(const ovmfmachine *m, uint32_t pcr, uint32_t type);
const assay_event *machine_event(const ovmfmachine *m, uint32_t pcr, uint32_t type, size_t n);

/** Whether some remark contains the words. */
bool machine_remarks(const ovmfmachine *m, const char *words);

/** A PE32+ application for x64 of 1024 bytes with the text in its last half. */
void machine_put_pe(assay_writer *out, assay_bytes text);

#endif
