/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * systemd-boot (systemd, src/boot/boot.c; until 256 src/boot/efi/boot.c). What a version does
 * otherwise is a row of the table in sdboot.c.
 */
#ifndef ASSAY_BOOT_LOADER_SDBOOT_H
#define ASSAY_BOOT_LOADER_SDBOOT_H

#include "boot/loader/bls.h"
#include "boot/loader/boot.h"
#include "boot/loader/sdtext.h"

typedef struct assay_sdboot_version {
    unsigned since;
    enum assay_sd_mangling mangling;
    bool measures_conf;    /* loader.conf, into PCR 5 */
    bool implies_cmdline;  /* a UKI's own command line isn't passed to it */
    bool profiles;         /* a UKI has an entry for each of its profiles */
    bool pads_initrds;     /* one that another one follows, to a multiple of four */
    bool refuses_mixed;    /* entries that name programs of several kinds; knows "uki" */
    bool loads_first;      /* the program, before it reads the initrds */
    bool prefers;          /* "preferred" in loader.conf */
} assay_sdboot_version;

/** What an entry starts. */
typedef struct assay_sdboot_entry {
    assay_bytes id; /* that it is chosen by: in lower case, with '@' and its profile */
    assay_bls_order order;
    enum assay_bls_kind kind;
    bool automatic;        /* found, not configured: comes last, and is no default */
    bool type2;            /* a UKI in EFI/Linux */
    assay_bytes path;      /* of the program, as found or written */
    assay_bytes content;   /* of the type 1 entry's file */
    assay_bytes options;   /* type 2: UTF-16, where they are passed; or no text */
} assay_sdboot_entry;

enum { ASSAY_SDBOOT_ENTRIES = 512 };

typedef struct assay_sdboot_list {
    size_t count;
    assay_sdboot_entry *entries; /* kept by the boot */
} assay_sdboot_list;

/** All entries of the disk in the order of the menu. `self` is systemd-boot's own image. */
void assay_sdboot_collect(assay_boot *boot, const assay_sdboot_version *version,
                          const assay_boot_image *self, uint16_t machine,
                          const assay_loader_conf *conf, assay_sdboot_list *ret_list);

/** The entry that is started without anybody's doing, or that the scenario chooses; NULL: none. */
const assay_sdboot_entry *assay_sdboot_choose(assay_boot *boot,
                                              const assay_sdboot_version *version,
                                              const assay_loader_conf *conf,
                                              const assay_sdboot_list *list);

/** Lower case of ASCII characters; kept. */
assay_bytes assay_sdboot_lower(assay_boot *boot, assay_bytes text);

#endif
