/* SPDX-License-Identifier: BSD-2-Clause */
/* Private to boot/loader/shim*.c: one run of shim. */
#ifndef ASSAY_BOOT_LOADER_SHIM_PRIVATE_H
#define ASSAY_BOOT_LOADER_SHIM_PRIVATE_H

#include "boot/artefact/sbat.h"
#include "boot/loader/shim.h"

/** Where a shim has its SBAT levels. */
enum assay_shim_sbat {
    ASSAY_SHIM_SBAT_ORIGINAL, /* it knows the original one alone */
    ASSAY_SHIM_SBAT_CODE,     /* 15.6: in its code */
    ASSAY_SHIM_SBAT_SECTION,  /* in .sbatlevel */
};

/** What differs between versions of shim, as far as it decides what is measured. */
typedef struct assay_shim_version {
    unsigned since;               /* 1601 for 16.1 */
    enum assay_shim_sbat sbat;
    bool resets_sbat;             /* without Secure Boot the original level is set */
    bool measures_first;          /* what it starts is measured, then verified */
    bool forgets;                 /* MokSBState and MokDBState have no effect */
    const char *revocations;      /* file of a newer SBAT level beside it, or NULL */
    bool certificates;            /* reads shim_certificate*.efi beside it */
    bool options;                 /* reads options.csv beside it */
    bool loads_images;            /* LoadImage is its own */
    bool remembers;               /* what lies in a verified image needs no signature */
} assay_shim_version;

/** The row of the version that an image says it is of. */
const assay_shim_version *assay_shim_version_of(const assay_pe *pe);

enum { ASSAY_SHIM_MEASURED = 32, ASSAY_SHIM_LOADED = 16, ASSAY_SHIM_KEYS = 1 << 20,
       ASSAY_SHIM_PATH = 4096 };

/** Something that went into PCR 7; shim measures nothing there twice. */
typedef struct assay_shim_measured {
    const char *name; /* static */
    assay_bytes data;
} assay_shim_measured;

typedef struct assay_shim {
    const assay_shim_version *version;
    const assay_pe *pe; /* of shim itself */
    const assay_scenario_disk *disk;
    assay_bytes path;      /* of shim on its disk */
    assay_bytes folder;    /* of that, with its last separator; or empty */
    assay_bytes vendor;    /* certificate, or signature lists; or no bytes */
    bool vendor_is_lists;
    assay_bytes vendor_dbx;
    assay_bytes user_keys; /* signature lists out of shim_certificate*.efi */
    assay_bytes mok_list;  /* MokListRT */
    assay_bytes mok_list_x; /* MokListX of the variable store */
    assay_bytes level;     /* SBAT level in force */
    bool ignores_db;
    bool insecure;         /* MokSBState */
    size_t measured_count;
    assay_shim_measured measured[ASSAY_SHIM_MEASURED];
    size_t loaded_count;
    const assay_pe *loaded[ASSAY_SHIM_LOADED]; /* images that were verified, kept */
} assay_shim;

/** Secure Boot is on, and MokSBState doesn't say otherwise. */
static inline bool assay_shim_is_secure(const assay_boot *boot, const assay_shim *shim)
{
    return boot->secure_boot && !shim->insecure;
}

/** EV_EFI_VARIABLE_AUTHORITY in PCR 7, once. `name` is static. */
void assay_shim_measure(assay_boot *boot, assay_shim *shim, const assay_guid *vendor,
                        const char *name, assay_bytes data);

/** Finds vendor certificate and dbx in .vendor_cert. */
void assay_shim_read_vendor(assay_shim *shim);

/** Sets the SBAT level by the levels that are offered and the variables; measures nothing. */
void assay_shim_set_level(assay_boot *boot, assay_shim *shim, const assay_sbat_levels *offered);

/** The levels that shim itself offers. */
assay_sbat_levels assay_shim_levels(const assay_shim *shim);

/** Mirrors the MOK variables: PCR 14 and 7. */
void assay_shim_mirror(assay_boot *boot, assay_shim *shim);

/** Verifies an image: PCR 7. By shim itself, an image without .sbat doesn't pass. */
bool assay_shim_check(assay_boot *boot, assay_shim *shim, const assay_pe *pe, bool by_itself);

/** Verifies where it does, and measures: PCR 7 and 4. Whether the image may be started. */
bool assay_shim_handle(assay_boot *boot, assay_shim *shim, const assay_boot_image *image,
                       const assay_pe *pe, bool by_itself);

#endif
