/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A boot in the making: what firmware, boot loaders and kernel share while assay plays their parts
 * one after the other. Each of them is a function that measures what the program would measure and
 * then starts what the program would start.
 *
 * Failure is sticky, as with the cursor: after the first one nothing is measured any more, so that
 * a program's part is a column of measurements. Ask boot->status where something is at stake.
 */
#ifndef ASSAY_BOOT_LOADER_BOOT_H
#define ASSAY_BOOT_LOADER_BOOT_H

#include "boot/artefact/ovmf.h"
#include "boot/artefact/pe.h"
#include "boot/scenario/scenario.h"
#include "eventlog/types.h"

enum { ASSAY_BOOT_AUTHORITIES = 32, ASSAY_BOOT_NESTING = 8 };

/** What shim left behind for what it starts. */
typedef struct assay_boot_shim {
    bool installed;       /* its protocol is there */
    bool verifies;        /* Secure Boot is on, and MokSBState doesn't say otherwise */
    assay_bytes mok_list; /* MokListRT: signature lists, kept by the boot */
    assay_bytes mok_list_x;
    assay_bytes vendor_certificate;
    struct assay_shim *own; /* shim's, while it runs; else NULL */
} assay_boot_shim;

typedef struct assay_boot {
    const assay_scenario *scenario;
    assay_prediction *prediction;
    assay_hashes *hashes;
    int status;         /* 0, or the negative kind of the first failure */
    assay_error *error; /* of it; or NULL */

    bool has_ovmf; /* the firmware was given, and is OVMF */
    assay_ovmf ovmf;
    bool secure_boot;
    assay_bytes db, dbx; /* signature lists; no bytes where there is no such variable */
    bool ready_to_boot;  /* the separators were measured */
    bool gpt_measured;
    size_t authority_count;
    assay_bytes authorities[ASSAY_BOOT_AUTHORITIES]; /* UEFI_VARIABLE_DATA measured so far */
    assay_boot_shim shim;
    unsigned nesting;             /* images that started one another */
    bool ran_grub, ran_sdboot;    /* that the scenario chooses an entry of */
    struct assay_boot_jobs *jobs; /* digests of large files, computed at the end */
} assay_boot;

/** An image to be started. All of it is lent. */
typedef struct assay_boot_image {
    assay_bytes file;                /* the PE image */
    const assay_scenario_disk *disk; /* it comes from; NULL: from memory or firmware */
    assay_bytes path;                /* on the disk's ESP, UTF-8 with '/'; else no bytes */
    assay_bytes device_path;         /* for the event's data; no bytes: as of disk and path */
    assay_bytes load_options;        /* as handed over: UTF-16LE with or without NUL; or no bytes */
    enum assay_part part;            /* what its measurement is of; OTHER: as recognised */
} assay_boot_image;

/** How a program's part ended. */
enum assay_boot_end {
    ASSAY_BOOT_RETURNED, /* it could start nothing, or ended; whoever started it goes on */
    ASSAY_BOOT_STARTED,  /* an operating system runs and ExitBootServices was called */
    ASSAY_BOOT_WAITS,    /* for a person, or it resets or halts the machine: no system comes up */
    ASSAY_BOOT_LOST,     /* it runs on, and what it measures and starts can't be told from here */
};

/** A program that boots others. */
typedef struct assay_boot_program {
    const char *name;
    enum assay_part part; /* what the measurement of its image is of */
    bool (*recognise)(const assay_pe *image);
    enum assay_boot_end (*run)(assay_boot *boot, const assay_boot_image *image, const assay_pe *pe);
} assay_boot_program;

/** One for each program that has a file in boot/loader/. */
extern const assay_boot_program assay_program_shim, assay_program_grub, assay_program_sdboot,
    assay_program_sdstub, assay_program_linux, assay_program_shell;

/** The parts of the firmware, in the order in which they come. */
void assay_firmware_start(assay_boot *boot);         /* firmware.c: PCR 0, 7 until its separator */
void assay_firmware_configuration(assay_boot *boot); /* firmwareacpi.c: PCR 1, not boot options */
void assay_firmware_option_roms(assay_boot *boot);   /* firmwarerom.c: PCR 2 */
/** userspace.c: what the system extends after its start. */
void assay_userspace_run(assay_boot *boot);
/** bootmanager.c: PCR 1's boot options, ReadyToBoot, then each option until one starts. */
enum assay_boot_end assay_boot_manager_run(assay_boot *boot);
/** direct.c: QEMU's -kernel, before ReadyToBoot, instead of boot options. */
enum assay_boot_end assay_direct_run(assay_boot *boot);
/** firmware.c: "Calling EFI Application from Boot Option",
 * and PCR 0-6's separators the first time. */
void assay_firmware_ready_to_boot(assay_boot *boot);

/* --- measuring ------------------------------------------------------------------------------ */

/*
 * What is hashed in one event, and is more than a megabyte, is hashed when the boot is complete, by
 * all cores: it has to last as long as the scenario and the boot's own memory do. Of less, nothing
 * is needed after the call.
 */

/** Appends an event whose digests are H(parts[0] | parts[1] | ...). */
void assay_boot_measure_parts(assay_boot *boot, uint32_t pcr, uint32_t type, enum assay_part part,
                              const assay_bytes *parts, size_t count, assay_bytes data);

/** The same of one run of bytes. */
void assay_boot_measure(assay_boot *boot, uint32_t pcr, uint32_t type, enum assay_part part,
                        assay_bytes measured, assay_bytes data);

/** An event whose digest covers its data: separators, actions, variables. */
void assay_boot_measure_data(assay_boot *boot, uint32_t pcr, uint32_t type, enum assay_part part,
                             assay_bytes data);

/** An event with the digests of an image: see assay_pe_digest(). */
void assay_boot_measure_pe(assay_boot *boot, uint32_t pcr, uint32_t type, enum assay_part part,
                           const assay_pe *pe, assay_bytes data);

/** An event with digests that were computed elsewhere. */
void assay_boot_measure_digests(assay_boot *boot, uint32_t pcr, uint32_t type,
                                enum assay_part part, const assay_digests *digests,
                                assay_bytes data);

/** An event that comes with a digest that can't be known, and why: a static phrase. */
void assay_boot_measure_unknown(assay_boot *boot, uint32_t pcr, uint32_t type,
                                enum assay_part part, assay_bytes data, const char *why);

/** One tagged event (TCG_PCClientTaggedEvent): taggedEventID, taggedEventDataSize, data; kept. */
assay_bytes assay_boot_tag(assay_boot *boot, uint32_t tag, assay_bytes data);

/** EV_EVENT_TAG with one tag; `measured` is hashed, `tag_data` logged. */
void assay_boot_measure_tag(assay_boot *boot, uint32_t pcr, enum assay_part part, uint32_t tag,
                            assay_bytes measured, assay_bytes tag_data);

/** UEFI_VARIABLE_DATA of vendor, name (ASCII) and data; kept. */
assay_bytes assay_boot_variable(assay_boot *boot, const assay_guid *vendor, const char *name,
                                assay_bytes data);

/** An event of such data, all of which its digest covers. */
void assay_boot_measure_variable(assay_boot *boot, uint32_t pcr, uint32_t type,
                                 enum assay_part part, const assay_guid *vendor, const char *name,
                                 assay_bytes data);

/** EV_EFI_VARIABLE_AUTHORITY in PCR 7, unless the same one was measured before. */
void assay_boot_measure_authority(assay_boot *boot, enum assay_part part,
                                  const assay_guid *vendor, const char *name, assay_bytes data);

/* --- starting ------------------------------------------------------------------------------- */

/**
 * LoadImage and StartImage as firmware does both, or shim in its place: the authority that lets it
 * pass, the disk's partition table when it is the first image of a disk, the image itself. Then
 * the part of the program that it is. An image that is refused is neither measured nor started.
 */
enum assay_boot_end assay_boot_start(assay_boot *boot, const assay_boot_image *image);

/** LoadImage alone. False when it is refused. */
bool assay_boot_load(assay_boot *boot, const assay_boot_image *image, const assay_pe *pe);

/** What the measurement of an image is of, as its program is recognised; LOADER for one unknown. */
enum assay_part assay_boot_part_of(const assay_pe *pe);

/** The part of the program that an image is, once loaded. */
enum assay_boot_end assay_boot_run(assay_boot *boot, const assay_boot_image *image,
                                   const assay_pe *pe);

/**
 * Whether Secure Boot lets an image pass; the entry of db that does is measured into PCR 7, once.
 * By shim, where that replaced the firmware's check. Without Secure Boot everything passes.
 */
bool assay_boot_authorize(assay_boot *boot, const assay_pe *pe, enum assay_part part);

/** EV_EFI_GPT_EVENT of a disk. */
void assay_boot_measure_gpt(assay_boot *boot, const assay_scenario_disk *disk);

/** The device path of a file on a disk's ESP, without End where there is no path; kept. */
assay_bytes assay_boot_file_path(assay_boot *boot, const assay_scenario_disk *disk,
                                 assay_bytes path);

/** The same, with a node of its own for the file's folder. */
assay_bytes assay_boot_split_path(assay_boot *boot, const assay_scenario_disk *disk,
                                  assay_bytes path);

/** A device path from its first file path node on; no bytes where there is none. Lent. */
assay_bytes assay_boot_file_nodes(assay_bytes device_path);

/** A path with '\' between its names, as device paths have it, in place of '/'. */
void assay_boot_put_backslashed(assay_writer *out, assay_bytes path);

/** ExitBootServices by an operating system that starts: PCR 5. */
enum assay_boot_end assay_boot_exit(assay_boot *boot);

/* --- helping -------------------------------------------------------------------------------- */

/** A file of the ESP that an image came from. False where there is none;
 * a failure is the boot's. */
bool assay_boot_read(assay_boot *boot, const assay_scenario_disk *disk, assay_bytes path,
                     assay_bytes *ret_bytes);

/** A copy of bytes that lives as long as the prediction; no bytes when that failed. */
assay_bytes assay_boot_keep(assay_boot *boot, assay_bytes bytes);

/** A writer for such bytes; assay_boot_take() has to follow, which keeps them and closes it. */
assay_writer assay_boot_writer(void);
assay_bytes assay_boot_take(assay_boot *boot, assay_writer *writer);

/** Room of this size that lives as long as the prediction, or NULL. */
uint8_t *assay_boot_room(assay_boot *boot, size_t size);

/** UTF-16LE of UTF-8, with a NUL where that is wanted; kept. */
assay_bytes assay_boot_utf16(assay_boot *boot, assay_bytes text, bool nul);

/** Fails the boot, printf's way. */
void assay_boot_fail(assay_boot *boot, enum assay_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/**
 * Something about the boot that one should know: a sentence without its full stop. `refused`: a
 * part of the boot doesn't go on because of it. Where a system comes up by another way after all,
 * it is no refusal of the whole.
 */
void assay_boot_remark(assay_boot *boot, enum assay_part part, bool refused, const char *format,
                       ...) __attribute__((format(printf, 4, 5)));

#endif
