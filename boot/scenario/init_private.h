/* SPDX-License-Identifier: BSD-2-Clause */
/* A scenario's document in the making. Private to boot/scenario/. */
#ifndef ASSAY_BOOT_SCENARIO_INIT_PRIVATE_H
#define ASSAY_BOOT_SCENARIO_INIT_PRIVATE_H

#include "boot/scenario/init.h"

enum { ASSAY_INIT_NOTES = 64 };

struct assay_scenario_init {
    assay_document document;
    size_t string_count;
    char **strings; /* what the document points to */
    size_t note_count;
    char *notes[ASSAY_INIT_NOTES];
    assay_writer gpt; /* of a partition table out of a log; empty: none */
};

/** A copy that lives as long as `init`; NULL, and `error` filled, without memory. */
const char *assay_init_keep(assay_scenario_init *init, const char *text, assay_error *error);

/** A sentence without its full stop, printf's way. What there is no room for is dropped. */
void assay_init_note(assay_scenario_init *init, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

int assay_init_fail(assay_error *error, enum assay_kind kind, const char *what);

/** What an event log says: banks, partition table. 0 or a negative kind. */
int assay_init_add_log(assay_scenario_init *init, assay_bytes bytes, assay_error *error);

/** Whether a folder is a machine's; and what it says. */
bool assay_init_is_machine(const char *folder);
int assay_init_add_machine(assay_scenario_init *init, const char *folder, assay_error *error);

/** The disk that lacks files of an ESP (`esp`) or a partition table, or else a new one. */
assay_document_disk *assay_init_open_disk(assay_scenario_init *init, bool esp);

/** Notes what an ESP's fallback path would start. */
void assay_init_note_esp(assay_scenario_init *init, assay_tree *tree);

/** "BOOTX64.EFI" and its like, by the image's machine; UEFI 2.10 section 3.5.1.1. Or NULL. */
const char *assay_init_fallback_name(uint16_t machine);

#endif
