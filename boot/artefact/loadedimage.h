/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An image as a loader lays it out in memory: runs of bytes of a file, each followed by
 * zeros. Nothing is copied; offsets count from the image's first byte.
 */
#ifndef ASSAY_BOOT_ARTEFACT_LOADEDIMAGE_H
#define ASSAY_BOOT_ARTEFACT_LOADEDIMAGE_H

#include "boot/artefact/digests.h"

enum { ASSAY_LOADED_IMAGE_SEGMENTS = 32 };

typedef struct assay_loaded_image {
    uint64_t size; /* of all segments, zeros included */
    size_t count;
    struct {
        uint64_t offset;   /* in the image */
        assay_bytes bytes; /* lent from the file */
        uint64_t zeros;    /* that follow them */
    } segments[ASSAY_LOADED_IMAGE_SEGMENTS];
} assay_loaded_image;

/** Appends a segment; false, and nothing appended, when there is no room or the size overflows. */
bool assay_loaded_image_append(assay_loaded_image *image, assay_bytes bytes, uint64_t zeros);

/** Copies bytes out of the image; false when they reach beyond its end. */
bool assay_loaded_image_copy(const assay_loaded_image *image, uint64_t offset, void *ret_bytes,
                             size_t size);

/** Adds the image's bytes from `from` on and below `to` to digests. 0 or a negative kind. */
int assay_loaded_image_digest(const assay_loaded_image *image, uint64_t from, uint64_t to,
                              assay_digesting *digesting);

/**
 * Where `wanted` first stands on an offset that is a multiple of its own size; the image's size
 * where it does not.
 */
uint64_t assay_loaded_image_find(const assay_loaded_image *image, assay_bytes wanted);

#endif
