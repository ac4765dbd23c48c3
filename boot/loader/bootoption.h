/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BootOrder and Boot#### (UEFI 2.10 section 3.1) as firmware works on them before it boots: a list
 * of load options in the order in which they will be tried, each with its number. The rules of
 * adding, finding and leaving out are EDK2's (MdeModulePkg, UefiBootManagerLib, BmLoadOption.c).
 * Private to the loaders.
 */
#ifndef ASSAY_BOOT_LOADER_BOOTOPTION_H
#define ASSAY_BOOT_LOADER_BOOTOPTION_H

#include "boot/loader/boot.h"
#include "eventlog/payload/loadopt.h"

enum { ASSAY_BOOT_OPTIONS_MAX = 512 };

typedef struct assay_boot_option {
    uint16_t number;               /* #### */
    assay_bytes data;              /* the variable's, kept by the boot or lent from its variables */
    assay_load_option load_option; /* what it says */
} assay_boot_option;

typedef struct assay_boot_options {
    size_t count;
    assay_boot_option list[ASSAY_BOOT_OPTIONS_MAX];
    bool reserved; /* BootNext is there, and its number is not given to another */
    uint16_t next; /* BootNext's */
} assay_boot_options;

/** Reads Boot#### of that number. False where it is missing or no load option with a sound path. */
bool assay_boot_option_read(const assay_variables *variables, uint16_t number,
                            assay_boot_option *ret_option);

/** Those that BootOrder names, as far as they can be read, and BootNext. */
void assay_boot_options_read(assay_boot_options *options, const assay_boot *boot);

/** A load option as a variable holds it, kept by the boot. FilePath is given without its End. */
assay_bytes assay_boot_option_make(assay_boot *boot, uint32_t attributes, assay_bytes description,
                                   assay_bytes path, assay_bytes optional_data);

/** Where an equal one stands: attributes, description, path and optional data. Else count. */
size_t assay_boot_options_find(const assay_boot_options *options, assay_bytes data);

/** Appends one with the lowest free number, unless there is an equal one. */
void assay_boot_options_add(assay_boot *boot, assay_boot_options *options, assay_bytes data);

void assay_boot_options_remove(assay_boot_options *options, size_t position);

/** Whether firmware made it up: its optional data is the GUID that EDK2 marks such options with. */
bool assay_boot_option_is_automatic(const assay_boot_option *option);

/** The mark. */
extern const assay_guid assay_guid_automatic_boot_option;

/** "Boot0001": nine characters with the NUL. */
void assay_boot_option_name(uint16_t number, char ret_name[9]);

/**
 * Measures BootOrder and each option in its order into PCR 1; without any option nothing. The
 * digest covers the data of the variable alone (Tcg2Dxe, EV_EFI_VARIABLE_BOOT).
 */
void assay_boot_options_measure(assay_boot *boot, const assay_boot_options *options);

/** The same of what the variables say, whatever it is: for firmware whose rules are not known. */
void assay_boot_options_measure_as_they_are(assay_boot *boot);

#endif
