/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The variable store of EDK2 in a flash image, as OVMF's OVMF_VARS.fd has it: a firmware volume
 * (PI 1.8 volume 3 section 2.1) of type EFI_SYSTEM_NV_DATA_FV_GUID, in it a VARIABLE_STORE_HEADER
 * and records one after the other (EDK2, MdeModulePkg/Include/Guid/VariableFormat.h), each at a
 * multiple of four. Nothing is ever overwritten in flash: a record's State loses bits as it is
 * written, replaced and deleted, and what a set is made of last is what counts.
 *
 * Behind the store lie the areas of Fault Tolerant Write, which are not looked at: the firmware
 * empties them into the store before it reads a variable.
 */
#ifndef ASSAY_BOOT_PLATFORM_VARSTORE_H
#define ASSAY_BOOT_PLATFORM_VARSTORE_H

#include "base/writer.h"
#include "boot/platform/variables.h"

enum { ASSAY_VARSTORE_MAX = 16 << 20 }; /* bytes of a store; OVMF's have up to 256 KiB */

/** How a store is laid out. */
typedef struct assay_varstore {
    uint64_t offset;      /* of the firmware volume in the image, a multiple of 4096 */
    uint64_t volume_size; /* FvLength, of which the store is the beginning */
    uint32_t store_size;  /* VARIABLE_STORE_HEADER.Size, the header of 28 bytes included */
    bool authenticated;   /* records have a time stamp and more: gEfiAuthenticatedVariableGuid */
} assay_varstore;

/** OVMF's layouts: of builds for 4 MiB of flash, and for 1 or 2 MiB. */
extern const assay_varstore assay_varstore_ovmf_4m, assay_varstore_ovmf_2m;

/** Whether a flash image has a variable store at some multiple of 4096. */
bool assay_varstore_detect(assay_bytes flash);

/**
 * Adds the variables of the first store of a flash image, which may hold other volumes too. 0, and
 * its layout where `ret_layout` isn't NULL; or a negative kind, ASSAY_UNKNOWN_FORMAT when there is
 * none, with nothing added.
 */
int assay_varstore_read(assay_variables *variables, assay_bytes flash, assay_varstore *ret_layout,
                        assay_error *error);

/**
 * Writes a volume of that layout (its offset means nothing) with these variables; all else is as
 * erased flash, so the areas of Fault Tolerant Write are made by the firmware that meets it. Time
 * stamps are zero, which any later update may follow. 0; -ASSAY_TOO_LARGE where there is no room
 * for all, -ASSAY_MALFORMED for a layout that holds no store; or the writer's failure.
 */
int assay_varstore_write(assay_writer *writer, const assay_variables *variables,
                         const assay_varstore *layout, assay_error *error);

#endif
