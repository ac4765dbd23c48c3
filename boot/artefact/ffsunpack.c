/* SPDX-License-Identifier: BSD-2-Clause */
/* What is in sections that hold others, and the walk through all of a flash image. */
#include "boot/artefact/ffs.h"
#include "boot/artefact/lzma.h"
#include "boot/artefact/uefidecompress.h"

#include <stdlib.h>
#include <zlib.h>

typedef struct assay_ffs_chunk {
    struct assay_ffs_chunk *next;
    uint8_t data[];
} assay_ffs_chunk;

void assay_ffs_unpacked_free(assay_ffs_unpacked *unpacked)
{
    while (unpacked->chunks != NULL) {
        assay_ffs_chunk *const chunk = unpacked->chunks;

        unpacked->chunks = chunk->next;
        free(chunk);
    }
    unpacked->total = 0;
}

static int fail(assay_error *error, enum assay_kind kind, uint64_t offset, const char *what)
{
    const assay_place place = { offset, ASSAY_NO_EVENT, "section" };

    return assay_fail(error, kind, place, "%s", what);
}

static int new_chunk(assay_ffs_unpacked *unpacked, uint64_t offset, uint64_t size,
                     uint8_t **ret_room, assay_error *error)
{
    if (size > ASSAY_FFS_UNPACKED_MAX - unpacked->total)
        return fail(error, ASSAY_TOO_LARGE, offset,
                    "unpacked, the firmware is larger than is taken here");
    assay_ffs_chunk *const chunk = malloc(sizeof *chunk + (size_t)size);

    if (chunk == NULL)
        return fail(error, ASSAY_NO_MEMORY, offset, "no memory for what a section holds");
    chunk->next = unpacked->chunks;
    unpacked->chunks = chunk;
    unpacked->total += (size_t)size;
    *ret_room = chunk->data;
    return 0;
}

/* The chunk made last was of no use. */
static void drop_chunk(assay_ffs_unpacked *unpacked, uint64_t size)
{
    assay_ffs_chunk *const chunk = unpacked->chunks;

    unpacked->chunks = chunk->next;
    unpacked->total -= (size_t)size;
    free(chunk);
}

/* A way to pack: how large the data will be, and the data. */
typedef struct packing {
    assay_guid guid;
    bool (*size)(assay_bytes packed, uint64_t *ret_size);
    int (*unpack)(assay_bytes packed, uint8_t *room, size_t size, assay_error *error);
} packing;

static bool uefi_size(assay_bytes packed, uint64_t *ret_size)
{
    uint32_t size;

    if (!assay_uefi_decompressed_size(packed, &size))
        return false;
    *ret_size = size;
    return true;
}

static int unpack_uefi(assay_bytes packed, uint8_t *room, size_t size, assay_error *error)
{
    assay_writer out = assay_writer_lent(room, size);

    return assay_uefi_decompress(packed, ASSAY_UEFI_COMPRESSION, size, &out, error);
}

static int unpack_tiano(assay_bytes packed, uint8_t *room, size_t size, assay_error *error)
{
    assay_writer out = assay_writer_lent(room, size);

    return assay_uefi_decompress(packed, ASSAY_TIANO_COMPRESSION, size, &out, error);
}

static const packing packings[] = {
    { ASSAY_GUID(0xee4e5898, 0x3914, 0x4259, 0x9d, 0x6e, 0xdc, 0x7b, 0xd7, 0x94, 0x03, 0xcf),
      assay_lzma_size, assay_lzma_decompress },
    { ASSAY_GUID(0xa31280ad, 0x481e, 0x41b6, 0x95, 0xe8, 0x12, 0x7f, 0x4c, 0x98, 0x47, 0x79),
      uefi_size, unpack_tiano },
};

static const packing uefi = { .size = uefi_size, .unpack = unpack_uefi };

static const assay_guid crc32_guid =
    ASSAY_GUID(0xfc1bcdb0, 0x7d31, 0x49aa, 0x93, 0x6a, 0xa4, 0x60, 0x0d, 0x9d, 0xd0, 0x83);

static int unpack_with(const packing *p, const assay_ffs_section *section,
                       assay_ffs_unpacked *unpacked, assay_bytes *ret_sections, assay_error *error)
{
    uint64_t size;
    uint8_t *room = NULL;

    if (!p->size(section->content, &size))
        return fail(error, ASSAY_MALFORMED, section->offset,
                    "what is packed in a section doesn't say how large it is");
    int status = new_chunk(unpacked, section->offset, size, &room, error);

    if (status < 0)
        return status;
    status = p->unpack(section->content, room, (size_t)size, error);
    if (status < 0) {
        drop_chunk(unpacked, size);
        return status;
    }
    *ret_sections = assay_bytes_of(room, (size_t)size);
    return 1;
}

/* The header ends with the CRC-32 of what follows it. */
static int check_crc32(const assay_ffs_section *section, assay_bytes *ret_sections,
                       assay_error *error)
{
    assay_cursor c = assay_cursor_of(section->guid_data);
    const uint32_t crc = assay_take_u32le(&c);

    if (c.failed || crc != crc32_z(0, section->content.data, section->content.size))
        return fail(error, ASSAY_MALFORMED, section->offset,
                    "the CRC-32 of a section is not that of its content");
    *ret_sections = section->content;
    return 1;
}

int assay_ffs_unpack(const assay_ffs_section *section, assay_ffs_unpacked *unpacked,
                     assay_bytes *ret_sections, assay_error *error)
{
    const bool is_guided = section->type == ASSAY_FFS_GUID_DEFINED;

    if (section->type == ASSAY_FFS_DISPOSABLE ||
        (section->type == ASSAY_FFS_COMPRESSION && section->compression == 0)) {
        *ret_sections = section->content;
        return 1;
    }
    if (section->type == ASSAY_FFS_COMPRESSION && section->compression == 1)
        return unpack_with(&uefi, section, unpacked, ret_sections, error);
    if (is_guided && assay_guid_equal(&section->guid, &crc32_guid))
        return check_crc32(section, ret_sections, error);
    for (size_t i = 0; is_guided && i < sizeof packings / sizeof *packings; i++)
        if (assay_guid_equal(&section->guid, &packings[i].guid))
            return unpack_with(&packings[i], section, unpacked, ret_sections, error);
    return 0;
}

/* --- walking ---------------------------------------------------------------------------------- */

typedef struct walk {
    assay_ffs_unpacked *unpacked;
    assay_ffs_visit *visit;
    void *context;
    assay_error *error;
    unsigned depth;
    bool ended; /* the visitor has what it wants */
} walk;

static int walk_volume(walk *w, const assay_fv *fv);

static int descend(walk *w, uint64_t offset)
{
    if (w->depth < ASSAY_FFS_DEPTH) {
        w->depth++;
        return 0;
    }
    return fail(w->error, ASSAY_TOO_LARGE, offset,
                "volumes and sections lie in one another deeper than is followed here");
}

static void tell(walk *w, const assay_fv *fv, const assay_ffs_file *file,
                 const assay_ffs_section *section)
{
    const assay_ffs_met met = { w->depth, fv, file, section };

    w->ended = w->ended || !w->visit(w->context, &met);
}

static int walk_sections(walk *w, const assay_fv *fv, const assay_ffs_file *file,
                         assay_bytes sections);

/* What is inside a section: other sections, or a volume. */
static int walk_into(walk *w, const assay_fv *fv, const assay_ffs_file *file,
                     const assay_ffs_section *section)
{
    assay_bytes inside;
    assay_fv volume;
    int status = descend(w, section->offset);

    if (status < 0)
        return status;
    if (section->type == ASSAY_FFS_FIRMWARE_VOLUME) {
        status = assay_fv_open(&volume, section->content, w->error);
        if (status == 0)
            status = walk_volume(w, &volume);
    } else {
        status = assay_ffs_unpack(section, w->unpacked, &inside, w->error);
        if (status == 1)
            status = walk_sections(w, fv, file, inside);
    }
    w->depth--;
    return status;
}

static int walk_sections(walk *w, const assay_fv *fv, const assay_ffs_file *file,
                         assay_bytes sections)
{
    uint64_t offset = 0;
    assay_ffs_section section;
    int status = 0;

    while (!w->ended && status == 0) {
        status = assay_ffs_next_section(sections, &offset, &section, w->error);
        if (status <= 0)
            return status;
        tell(w, fv, file, &section);
        status = w->ended ? 0 : walk_into(w, fv, file, &section);
    }
    return status;
}

static bool has_sections(uint8_t type)
{
    return type != ASSAY_FFS_RAW && type != ASSAY_FFS_PAD && type < 0xC0;
}

static int walk_volume(walk *w, const assay_fv *fv)
{
    uint64_t offset = fv->files;
    assay_ffs_file file;
    int status = 0;

    tell(w, fv, NULL, NULL);
    while (!w->ended && status == 0 && assay_fv_has_files(fv)) {
        status = assay_ffs_next(fv, &offset, &file, w->error);
        if (status <= 0)
            return status;
        if (file.valid)
            tell(w, fv, &file, NULL);
        status = file.valid && !w->ended && has_sections(file.type)
                     ? walk_sections(w, fv, &file, file.content)
                     : 0;
    }
    return status;
}

int assay_ffs_walk(assay_bytes flash, assay_ffs_unpacked *unpacked, assay_ffs_visit *visit,
                   void *context, assay_error *error)
{
    walk w = { .unpacked = unpacked, .visit = visit, .context = context, .error = error };
    uint64_t offset = 0;
    assay_fv fv;

    while (!w.ended && assay_fv_next(flash, &offset, &fv) == 1) {
        const int status = walk_volume(&w, &fv);

        if (status < 0)
            return status;
    }
    return 0;
}
