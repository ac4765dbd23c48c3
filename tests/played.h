/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recorded boots of ../shared/boots, played from the program on that the firmware started: the
 * files of its ESP, the load options of its boot option, and the log that the machine made.
 */
#ifndef ASSAY_TESTS_PLAYED_H
#define ASSAY_TESTS_PLAYED_H

#include "boot/loader/boot.h"

typedef struct played {
    assay_scenario scenario;
    assay_prediction *recorded; /* the machine's log */
    assay_prediction *played;   /* ours, of what the harness played */
    assay_boot boot;
    assay_error error;
    uint8_t load_options[4096];
    size_t load_options_size;
    char path[256]; /* of what the firmware started, '/' between names */
} played;

/** False where there is no such boot; else to be freed. */
bool played_open(played *p, const char *name);
void played_free(played *p);

/** A boot without a record: SHA-256 alone, Secure Boot off, one disk without files. */
void played_make(played *p);

/** Adds a file to its ESP; the bytes must last as long as the boot. */
void played_add(played *p, const char *path, assay_bytes bytes);

/** What was played so far, one word an event: its PCR and the digest's first four bytes. */
const char *played_words(played *p);

/** A file of the ESP. */
assay_bytes played_file(played *p, const char *path);

/** Starts a file of the ESP, as what started it would: with these options. */
enum assay_boot_end played_start(played *p, const char *path, assay_bytes load_options);

/**
 * What was played, against what was recorded from the first measurement of an image of the size of
 * `path`: type, PCR, every bank, and the data but for an image's address and device path. What
 * firmware and shim measure around it, in PCR 0, 1, 5 (GPT), 7 and 14, is left out. How many events
 * were compared.
 */
size_t played_compare(played *p, const char *path);

#endif
