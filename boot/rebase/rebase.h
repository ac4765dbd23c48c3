/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What-if: the measurements of a machine whose log is at hand, after some of what it measures was
 * replaced. All else is kept from the log, in the order in which that machine measures it.
 *
 *     assay_rebase what = { .dbx = new_dbx, .kernel = { .image = new_kernel } };
 *
 *     assay_rebase_predict(base, &what, hashes, &prediction, &error);
 *
 * An event is recomputed the way this machine made it: where the log's digest follows from data
 * that are known (a variable, a command line, an old file that was given), the bytes that were
 * hashed are found first and the same bytes of the replacement are hashed then. Where no such bytes
 * explain the log's digest, nothing is guessed: the event is unknown and says why. An event that
 * comes out as it was stays kept. Nothing replaced gives the base, bit by bit.
 *
 * Everything here is lent until the call returns. Bytes of {NULL, 0} mean "not replaced", of
 * {pointer, 0} "there is none any more"; a structure of zeros replaces nothing.
 */
#ifndef ASSAY_BOOT_REBASE_REBASE_H
#define ASSAY_BOOT_REBASE_REBASE_H

#include "boot/artefact/tree.h"
#include "boot/platform/variables.h"
#include "boot/prediction.h"

enum {
    ASSAY_REBASE_INITRDS = 16,
    ASSAY_REBASE_IMAGES = 32,
    ASSAY_REBASE_OPTIONS = 64,
    ASSAY_REBASE_ORDER = 256,
};

/** A switch that may be left as it is. */
enum assay_rebase_switch {
    ASSAY_REBASE_KEEP,
    ASSAY_REBASE_OFF,
    ASSAY_REBASE_ON,
};

/** What an image is to the boot, where its name doesn't say which one is meant. */
enum assay_rebase_role {
    ASSAY_REBASE_ANY,    /* the one of that name; with no name: as the image itself says */
    ASSAY_REBASE_SHIM,
    ASSAY_REBASE_LOADER, /* GRUB or systemd-boot; the first image that firmware starts, else */
    ASSAY_REBASE_ADDON,
    ASSAY_REBASE_DRIVER, /* of an option ROM, PCR 2 */
};

/** An EFI image: shim, GRUB, systemd-boot, an addon, a driver. */
typedef struct assay_rebase_image {
    enum assay_rebase_role role;
    assay_bytes path;  /* on its volume, UTF-8, or the last of its names; or no bytes */
    assay_bytes image; /* the new file: PE */
    assay_bytes old;   /* the one that the log is of, if it is at hand; else no bytes */
} assay_rebase_image;

/** A file that is replaced, and what it was. */
typedef struct assay_rebase_file {
    assay_bytes image; /* new */
    assay_bytes old;   /* as the log has it; no bytes: not at hand */
} assay_rebase_file;

/** A boot option. */
typedef struct assay_rebase_option {
    uint16_t number;  /* Boot#### */
    assay_bytes data; /* EFI_LOAD_OPTION; {pointer, 0}: it is removed */
} assay_rebase_option;

typedef struct assay_rebase {
    /*
     * Linux. A kernel may have its own event as an image (PCR 4), as a file of GRUB (PCR 9), or
     * be a section of a UKI (PCR 11), whose image is unknown then unless `uki` is given too.
     */
    assay_rebase_file kernel;
    size_t initrd_count; /* 0: not replaced */
    assay_bytes initrds[ASSAY_REBASE_INITRDS]; /* in the order in which the loader has them */
    /*
     * As the loader's configuration has it, UTF-8 without NUL: the words after the file's name in
     * GRUB's `linux`; an entry's `options` (initrd= words that the log has in front of them stay);
     * the whole OptionalData of a boot option that starts a kernel; a UKI's .cmdline.
     */
    const char *cmdline;     /* NULL: not replaced */
    const char *old_cmdline; /* NULL: what the log itself says */

    /* Boot loaders. */
    size_t image_count;
    assay_rebase_image images[ASSAY_REBASE_IMAGES];
    assay_rebase_file uki;
    assay_bytes loader_conf; /* systemd-boot's configuration */
    /*
     * GRUB's configuration that has the menu. It is run, with the log's kernel and initrd where
     * those aren't given, unless it asks the machine for what isn't in a log (search, tests of
     * files, modules): what comes of it is unknown then, but for `cmdline`.
     */
    assay_bytes grub_cfg;
    /*
     * The files of the ESP as they will be; NULL: not at hand. Where the first image that the
     * firmware starts is among them, all from there on is played anew from these files, and the
     * replacements above are not looked at. Else addons, credentials and extensions beside a UKI
     * are taken from here.
     */
    assay_tree *files;

    /* Variables: contents without attributes. */
    assay_bytes pk, kek, db, dbx, dbt; /* signature lists */
    enum assay_rebase_switch secure_boot;
    assay_bytes mok_list, mok_list_x; /* MokList, MokListX as they lie in NVRAM */
    assay_bytes mok_sb_state;         /* one byte; 1 disables shim's validation */
    assay_bytes sbat_level;           /* text: the SbatLevel that is in force */
    bool order_given;
    size_t order_count;
    uint16_t order[ASSAY_REBASE_ORDER]; /* BootOrder */
    size_t option_count;
    assay_rebase_option options[ASSAY_REBASE_OPTIONS];
    /*
     * The machine's variables as they were when the log was made (its efivars): what the log
     * doesn't hold is taken from here, such as Boot#### that were not in BootOrder, and what
     * MokList was. NULL: not at hand.
     */
    const assay_variables *old_variables;

    assay_bytes gpt;      /* a disk's first blocks: MBR, header, entries; or the whole disk */
    assay_bytes firmware; /* a flash image: of OVMF; what others measure of themselves is unknown */
    struct {              /* what OVMF's first volume depends on; memory of 0: not known */
        uint64_t memory;  /* bytes */
        uint32_t cpus;
        bool smm;
        uint8_t physical_address_bits; /* 0: 40 */
        bool gigabyte_pages;
    } machine;
    assay_bytes option_rom; /* of a device, in the place of all drivers in PCR 2 */
} assay_rebase;

/**
 * Names the parts that the events of a log are of: event->part. 0, or -ASSAY_NO_MEMORY and nothing
 * is named.
 */
int assay_rebase_name_parts(assay_prediction *base, assay_error *error);

/**
 * Predicts. `base` is a log as assay_prediction_read() reads it. 0 and in *ret_prediction the new
 * measurements, to be freed; or a negative kind: -ASSAY_MALFORMED and the like for a replacement
 * that can't be read, with its name in error->field, -ASSAY_NO_MEMORY, -ASSAY_TOO_LARGE,
 * -ASSAY_CRYPTO.
 *
 * Events have origin, part, `base` (number of the event they are of, or ASSAY_NO_EVENT) and `why`.
 * Remarks say what the machine would refuse to start, and which replacement the log has no event
 * of, which therefore changes nothing.
 */
int assay_rebase_predict(const assay_prediction *base, const assay_rebase *what,
                         assay_hashes *hashes, assay_prediction **ret_prediction,
                         assay_error *error);

#endif
