/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A scenario: what boots what. All that decides which measurements a machine will make between
 * reset and the start of its userspace: the machine, its firmware and variables, its disks with
 * their files, and what a person or a default would choose. boot/loader/ makes a prediction of it.
 *
 * Everything here is lent; boot/scenario/files.h opens what a document (document.h) names, and owns
 * it.
 */
#ifndef ASSAY_BOOT_SCENARIO_SCENARIO_H
#define ASSAY_BOOT_SCENARIO_SCENARIO_H

#include "boot/artefact/tree.h"
#include "boot/platform/variables.h"
#include "boot/prediction.h"

enum {
    ASSAY_SCENARIO_DISKS = 16,
    ASSAY_SCENARIO_BLOBS = 16,
    ASSAY_SCENARIO_ROMS = 16,
    ASSAY_SCENARIO_EXTENDS = 64,
};

/** How a disk is attached: decides its device path and its automatic boot option's name. */
enum assay_disk_bus {
    ASSAY_DISK_OTHER, /* `path` and `description` say */
    ASSAY_DISK_VIRTIO,
    ASSAY_DISK_SATA,
    ASSAY_DISK_NVME,
};

typedef struct assay_scenario_disk {
    enum assay_disk_bus bus;
    uint8_t pci_device, pci_function; /* where its controller is on PCI bus 0 */
    uint16_t port;                    /* SATA: of the controller */
    const char *serial;               /* NVMe: its serial number; or NULL */
    const char *description;          /* of its boot option, UTF-8; NULL: as OVMF makes it */
    assay_bytes path;                 /* device path nodes without End; no bytes: as of the bus */
    int bootindex;                    /* QEMU's; -1: none */
    assay_bytes gpt;                  /* its first blocks at least: block 0 on; no bytes: no GPT */
    assay_tree *esp;                  /* the files of its EFI system partition; NULL: none */
} assay_scenario_disk;

/** A table that firmware measures as it got it from the machine: QEMU's fw_cfg files. */
typedef struct assay_scenario_blob {
    const char *name; /* "etc/acpi/tables" */
    assay_bytes bytes;
} assay_scenario_blob;

/** An option ROM, in the order in which the firmware starts their drivers. */
typedef struct assay_scenario_rom {
    const char *name; /* for messages */
    assay_bytes bytes;
    bool located; /* where the device is on PCI bus 0 is known: the next two */
    uint8_t pci_device, pci_function;
} assay_scenario_rom;

/** Something that userspace extends. */
typedef struct assay_scenario_extend {
    uint32_t pcr;
    const char *text; /* its digest is H(text), without NUL */
} assay_scenario_extend;

typedef struct assay_scenario {
    size_t bank_count;
    uint16_t banks[ASSAY_ALGS]; /* active in the TPM, in the order of the log's header */

    struct {
        uint64_t memory; /* bytes */
        uint32_t cpus;
        bool smm;                 /* the firmware has System Management Mode at its disposal */
        uint8_t physical_address_bits; /* 0: as QEMU's qemu64 has, 40 */
        bool gigabyte_pages;      /* CPUID has pages of 1 GiB, as with QEMU's max, host and EPYC */
        unsigned qemu_major;      /* 0: unknown */
    } machine;

    assay_bytes firmware;       /* the flash image with the firmware's code */
    assay_variables *variables; /* before the boot */
    bool secure_boot_known;     /* false: from firmware and variables */
    bool secure_boot;
    size_t blob_count;
    assay_scenario_blob blobs[ASSAY_SCENARIO_BLOBS];
    size_t rom_count;
    assay_scenario_rom roms[ASSAY_SCENARIO_ROMS];
    size_t disk_count;
    assay_scenario_disk disks[ASSAY_SCENARIO_DISKS]; /* in the order in which they are found */

    struct { /* QEMU's -kernel, -initrd, -append */
        assay_bytes kernel;  /* no bytes: none is given */
        assay_bytes initrd;
        const char *cmdline;
    } direct;

    struct { /* what a person would choose in a menu; NULL: what the menu's default says */
        const char *boot_manager; /* systemd-boot: an entry's id, "rig.conf" */
        const char *grub;         /* an entry's number, title or id, with '>' for submenus */
    } choice;

    struct { /* after the kernel's start */
        bool ima;              /* boot_aggregate goes into PCR 10 */
        const char *ima_hash;  /* of boot_aggregate; NULL: "sha256" */
        const char *ima_template;  /* of its entry; NULL: "ima-ng" */
        size_t extend_count;
        assay_scenario_extend extends[ASSAY_SCENARIO_EXTENDS];
    } userspace;
} assay_scenario;

/**
 * Predicts the boot. 0 and a prediction to be freed, in the crypto-agile format; or a negative kind
 * with `error` filled, and in *ret_prediction what was predicted until then, to be freed too, or
 * NULL.
 */
int assay_scenario_predict(const assay_scenario *scenario, assay_hashes *hashes,
                           assay_prediction **ret_prediction, assay_error *error);

#endif
