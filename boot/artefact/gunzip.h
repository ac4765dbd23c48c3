/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Artefacts compressed by gzip (RFC 1952), as a boot loader has them in memory: GRUB unzips
 * what it loads, so what is measured is the image, not its file. Whatever isn't gzip passes
 * through as it is.
 */
#ifndef ASSAY_BOOT_ARTEFACT_GUNZIP_H
#define ASSAY_BOOT_ARTEFACT_GUNZIP_H

#include "base/error.h"
#include "base/writer.h"

/** Bytes of the largest image: a boot loader puts no larger one below 4 GB. */
#define ASSAY_IMAGE_MAX ((size_t)1 << 31)

typedef struct assay_gunzipped {
    assay_bytes bytes;  /* the image: lent from the input, or from `image` */
    assay_writer image; /* what was unzipped, owned */
    size_t members;     /* of the gzip file; 0: it was none */
    size_t trailing;    /* bytes behind the last member, which belong to nothing */
} assay_gunzipped;

/** Whether it begins as a gzip file does. */
bool assay_gunzip_detect(assay_bytes bytes);

/**
 * Unzips `input`, all its members one behind the other, each with its CRC and size checked. More
 * than `ceiling` bytes are refused (-ASSAY_TOO_LARGE), so that a bomb doesn't go off: never more
 * memory than that is used. 0 or a negative kind; close after 0. `input` must outlive it.
 */
int assay_gunzip(assay_gunzipped *gunzipped, assay_bytes input, size_t ceiling, assay_error *error);

/**
 * Unzips no more than the first bytes of the first member, at most `room`, to learn what is in it:
 * how many there were, or 0 for what is no gzip file and for one that is damaged there.
 */
size_t assay_gunzip_start(assay_bytes input, uint8_t *ret_bytes, size_t room);

void assay_gunzip_close(assay_gunzipped *gunzipped);

#endif
