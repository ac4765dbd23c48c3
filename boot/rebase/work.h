/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A log being changed: its events in their order, each as it was, measured anew, or gone, with
 * others between them. Failure is sticky, as in boot/loader/boot.h.
 * Private to boot/.
 */
#ifndef ASSAY_BOOT_REBASE_WORK_H
#define ASSAY_BOOT_REBASE_WORK_H

#include "boot/artefact/digests.h"
#include "boot/artefact/pe.h"
#include "boot/rebase/rebase.h"
#include "boot/rebase/recognise.h"
#include "eventlog/types.h"

/** An event of the log that will be. */
typedef struct assay_rebase_item {
    const assay_predicted_event *kept; /* as the base has it; NULL: it is added */
    size_t made;                       /* number among the events made, plus one; 0: as it was */
    bool removed;
    assay_recognised is;
    assay_bytes image, old_image; /* of an image's event: what was given for it; or no bytes */
} assay_rebase_item;

typedef struct assay_rebase_work {
    const assay_rebase *what;
    const assay_prediction *base;
    assay_hashes *hashes;
    assay_prediction *made; /* events that were computed, and all bytes that live as long */
    size_t count, capacity;
    assay_rebase_item *items;
    int status;
    assay_error *error; /* never NULL */
} assay_rebase_work;

/** Begins with all events of work->base. Failures are the work's. */
void assay_work_begin(assay_rebase_work *work);
void assay_work_end(assay_rebase_work *work);

/** The event as it will be, and as it was (NULL for an added one). */
const assay_event *assay_work_event(const assay_rebase_work *work, size_t at);
const assay_event *assay_work_was(const assay_rebase_work *work, size_t at);

/** The next event of a role from `from` on that is not removed; work->count where there is none. */
size_t assay_work_find(const assay_rebase_work *work, enum assay_role role, size_t from);

/** Whether the base's digests of an event are those of parts[0] | parts[1] | ... */
bool assay_work_explains(assay_rebase_work *work, size_t at, const assay_bytes *parts,
                         size_t count);

/** Measures an event anew: H(parts...). `data` of no bytes leaves those it has. */
void assay_work_measure(assay_rebase_work *work, size_t at, const assay_bytes *parts, size_t count,
                        assay_bytes data);
void assay_work_measure_pe(assay_rebase_work *work, size_t at, const assay_pe *pe,
                           assay_bytes data);
void assay_work_measure_digests(assay_rebase_work *work, size_t at, const assay_digests *digests,
                                assay_bytes data);

/** The event comes, and of what is not known. `why` is static. */
void assay_work_unknown(assay_rebase_work *work, size_t at, assay_bytes data, const char *why);

/** Sets the event to how it was measured at another place in the log, digests and data. */
void assay_work_copy(assay_rebase_work *work, size_t at, const assay_predicted_event *source);

/** The same, unless the base's event has those digests: then it stays as it was. */
void assay_work_copy_unless_same(assay_rebase_work *work, size_t at,
                                 const assay_predicted_event *source);

void assay_work_remove(assay_rebase_work *work, size_t at);

/**
 * Makes room for an event before `at`, with no digest yet; one of the calls above has to follow.
 * False after a failure.
 */
bool assay_work_insert(assay_rebase_work *work, size_t at, uint32_t pcr, uint32_t type,
                       enum assay_role role);

/**
 * The path of an image event's file on its disk, UTF-8 with '/'; kept, and no bytes where its
 * device path names no file.
 */
assay_bytes assay_work_image_path(assay_rebase_work *work, size_t at);

/** Opens an image that was given; a failure is the work's, with `field` as its place. */
bool assay_work_open(assay_rebase_work *work, assay_pe *pe, assay_bytes file, const char *field);

/** Room that lives as long as the work; NULL after a failure. */
uint8_t *assay_work_room(assay_rebase_work *work, size_t size);

/** A writer for bytes that are kept; assay_work_take() has to follow, which keeps and closes it. */
assay_writer assay_work_writer(void);
assay_bytes assay_work_take(assay_rebase_work *work, assay_writer *writer);

/** parts[0] | parts[1] | ..., kept. */
assay_bytes assay_work_joined(assay_rebase_work *work, const assay_bytes *parts, size_t count);

/** UTF-16LE of UTF-8, with a NUL where that is wanted; kept. */
assay_bytes assay_work_utf16(assay_rebase_work *work, assay_bytes text, bool nul);

/** UEFI_VARIABLE_DATA of vendor, name (ASCII) and data; kept. */
assay_bytes assay_work_variable(assay_rebase_work *work, const assay_guid *vendor,
                                const char *name, assay_bytes data);

/** The same with other data; the vendor's and the name's bytes as in `event`. */
assay_bytes assay_work_variable_like(assay_rebase_work *work, const assay_event *event,
                                     assay_bytes data);

void assay_work_fail(assay_rebase_work *work, int status, const char *what);
void assay_work_remark(assay_rebase_work *work, enum assay_part part, bool refused,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));

/* --- the families of replacements, in the order in which they are applied --------------------- */

void assay_rebase_firmware(assay_rebase_work *work);     /* firmware.c: PCR 0 */
void assay_rebase_secure_boot(assay_rebase_work *work);  /* secureboot.c: PCR 7 */
void assay_rebase_boot_options(assay_rebase_work *work); /* bootoptions.c: PCR 1, 4 */
void assay_rebase_gpt(assay_rebase_work *work);          /* gpt.c: PCR 5 */
void assay_rebase_images(assay_rebase_work *work);       /* images.c: PCR 4, 2 */
/** esp.c: all from the first image on, where its file is among those given; whether it is. */
bool assay_rebase_esp(assay_rebase_work *work);
void assay_rebase_shim(assay_rebase_work *work);         /* shim.c: PCR 14, 7 */
void assay_rebase_grub(assay_rebase_work *work);         /* grub.c: PCR 8, 9 */
void assay_rebase_uki(assay_rebase_work *work);          /* uki.c: PCR 11, 12, 9, 4 */
void assay_rebase_loader(assay_rebase_work *work);       /* loader.c: PCR 5 of systemd-boot */
void assay_rebase_linux(assay_rebase_work *work);        /* linux.c: PCR 9, 12 */
void assay_rebase_verify(assay_rebase_work *work);       /* verify.c: PCR 7's authorities */

#endif
