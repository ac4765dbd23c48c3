/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A scenario as a document: the JSON that people and pipelines write, with names of files where a
 * scenario has their bytes. assay-scenario(5) describes it, man/scenario.schema.json defines it.
 * Nothing is opened here; see boot/scenario/files.h.
 *
 * All strings are lent: from the document that was read, or from whoever filled in the fields.
 */
#ifndef ASSAY_BOOT_SCENARIO_DOCUMENT_H
#define ASSAY_BOOT_SCENARIO_DOCUMENT_H

#include "base/output.h"
#include "boot/scenario/scenario.h"

enum {
    ASSAY_SCENARIO_BYTES_MAX = 16 << 20, /* of a document */
    ASSAY_SCENARIO_FILES_MAX = 1 << 16,  /* named one by one, of an ESP */
};

/** A file of an ESP that is named by itself. */
typedef struct assay_scenario_path {
    const char *path; /* on the ESP */
    const char *file;
} assay_scenario_path;

/** A number that the document leaves out. */
#define ASSAY_NOT_GIVEN UINT64_MAX

typedef struct assay_document_disk {
    const char *bus; /* "virtio", "sata", "nvme", "other" */
    uint64_t pci_device, pci_function; /* not given: 1.0, or where Q35 has its SATA controller */
    uint64_t port;
    const char *serial, *description;
    const char *path; /* hexadecimal digits of device path nodes, without End */
    uint64_t bootindex;
    const char *image; /* a disk image: partition table and ESP in one */
    const char *gpt;   /* the disk's first blocks */
    const char *esp;   /* a folder, or an image of the file system alone */
    size_t file_count; /* instead of esp: its files, one by one */
    assay_scenario_path *files;
} assay_document_disk;

/** An option ROM, and where its device is. */
typedef struct assay_document_rom {
    const char *file;
    uint64_t pci_device, pci_function;
} assay_document_rom;

typedef struct assay_document {
    size_t bank_count; /* 0: sha1, sha256, sha384, sha512 */
    uint16_t banks[ASSAY_ALGS];
    uint64_t memory;   /* mebibytes; not given: 512 */
    uint64_t cpus;     /* not given: 1 */
    uint64_t smm;      /* 0 or 1; not given: 0 */
    uint64_t physical_address_bits;
    uint64_t gigabyte_pages; /* 0 or 1; not given: 0 */
    uint64_t qemu;     /* its major version */

    const char *code;  /* the firmware's flash image: its code, or all of it */
    const char *variables; /* a flash image, a folder of NAME-GUID files, or "live" */
    uint64_t secure_boot; /* 0 or 1 where the variables don't tell */
    size_t table_count;
    assay_scenario_path tables[ASSAY_SCENARIO_BLOBS]; /* name and file */
    size_t rom_count;
    assay_document_rom roms[ASSAY_SCENARIO_ROMS];
    size_t disk_count;
    assay_document_disk disks[ASSAY_SCENARIO_DISKS];

    const char *kernel, *initrd, *cmdline; /* QEMU's -kernel, -initrd, -append */
    const char *boot_manager, *grub;       /* what is chosen */
    uint64_t ima;                          /* 0 or 1; not given: 0 */
    const char *ima_hash, *ima_template;
    size_t extend_count;
    assay_scenario_extend extends[ASSAY_SCENARIO_EXTENDS];

    struct json_t *owned; /* what was read; else NULL */
} assay_document;

/** An empty one. */
void assay_document_init(assay_document *document);

/**
 * Reads `text`. 0, and a document to be freed; or a negative kind with `error` filled, the place
 * in it as "disks[0].bus: ...".
 */
int assay_document_read(assay_document *document, assay_bytes text, assay_error *error);

/** Frees what was read or added. */
void assay_document_free(assay_document *document);

/** Adds a file to a disk's ESP. 0 or a negative kind. */
int assay_document_add_file(assay_document_disk *disk, const char *path, const char *file,
                            assay_error *error);

/** Its members, inside an object the caller has begun; what was left out is left out again. */
void assay_document_emit(assay_output *out, const assay_document *document);

/** Adds a disk that has nothing yet; NULL when there are ASSAY_SCENARIO_DISKS. */
assay_document_disk *assay_document_add_disk(assay_document *document);

#endif
