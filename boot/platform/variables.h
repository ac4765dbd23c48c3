/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The UEFI variables of a machine (UEFI 2.10 section 8.2), from wherever they are: the variable
 * store of an OVMF flash image, a folder of files as efivarfs has them, or this machine by
 * libefivar.
 */
#ifndef ASSAY_BOOT_PLATFORM_VARIABLES_H
#define ASSAY_BOOT_PLATFORM_VARIABLES_H

#include "base/bytes.h"
#include "base/error.h"
#include "base/guid.h"

enum {
    ASSAY_EFIVAR_NON_VOLATILE = 0x01,
    ASSAY_EFIVAR_BOOTSERVICE_ACCESS = 0x02,
    ASSAY_EFIVAR_RUNTIME_ACCESS = 0x04,
    ASSAY_EFIVAR_TIME_BASED_AUTHENTICATED = 0x20,
};

enum {
    ASSAY_VARIABLES_MAX = 4096,          /* no machine has so many */
    ASSAY_VARIABLE_BYTES_MAX = 1 << 20,  /* of a name, and of data */
};

typedef struct assay_efivar {
    assay_guid vendor;
    assay_bytes name; /* VariableName in UTF-8 */
    uint32_t attributes;
    assay_bytes data;
} assay_efivar;

typedef struct assay_variables assay_variables;

extern const assay_guid assay_guid_global_variable; /* EFI_GLOBAL_VARIABLE */
extern const assay_guid assay_guid_image_security;  /* EFI_IMAGE_SECURITY_DATABASE_GUID */
extern const assay_guid assay_guid_shim_lock;       /* SHIM_LOCK_GUID */

/** None yet; NULL when there is no memory. Freeing nulls the pointer. */
assay_variables *assay_variables_new(void);
void assay_variables_free(assay_variables **variables);

/**
 * Sets a variable, a copy; an earlier one of the same name and vendor is replaced. 0,
 * -ASSAY_NO_MEMORY, or -ASSAY_TOO_LARGE beyond the ceilings above.
 */
int assay_variables_set(assay_variables *variables, const assay_efivar *variable);

/** Removes one, if it is there. */
void assay_variables_remove(assay_variables *variables, const assay_guid *vendor,
                            const char *name);

/** By name; NULL where there is none. Lent until this one is set or removed. */
const assay_efivar *assay_variables_find(const assay_variables *variables,
                                         const assay_guid *vendor, const char *name);

/** Its data; no bytes (NULL) where there is none. */
assay_bytes assay_variables_data(const assay_variables *variables, const assay_guid *vendor,
                                 const char *name);

/** By position, in the order in which they were first set; NULL beyond the last. */
const assay_efivar *assay_variables_at(const assay_variables *variables, size_t position);

/**
 * Adds those of a folder of files NAME-GUID, in the order of their names, as Linux's efivarfs has
 * them: four bytes of attributes, little-endian, then data. A file of another name is left out, and
 * one without any byte, which is how efivarfs shows a variable that it may not read. A '!' in a
 * name is what efivarfs makes of '/'; it stays. 0 or a negative kind.
 */
int assay_variables_read_folder(assay_variables *variables, const char *folder,
                                assay_error *error);

/**
 * Adds those of this machine, by libefivar, which reads another folder when EFIVARFS_PATH is in the
 * environment. 0; -ASSAY_UNSUPPORTED on a machine without UEFI variables; or another negative kind.
 */
int assay_variables_read_live(assay_variables *variables, assay_error *error);

/**
 * The one or the other, as a user names it: "live", or a folder. 1; 0 when it is neither and so a
 * file, which assay_varstore_read() (boot/platform/varstore.h) reads; or a negative kind.
 */
int assay_variables_read_named(assay_variables *variables, const char *name, assay_error *error);

#endif
