/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/fv.h"

enum {
    SIGNATURE_AT = 40,
    SIGNATURE = 0x4856465F, /* "_FVH" */
    HEADER_SIZE = 56,       /* without the block map */
    BLOCK_MAP_ENTRY = 8,
    EXT_HEADER_SIZE = 20,
    ALIGNMENT = 8,
    STEP = 4096, /* between places in a flash image where a volume may begin */
};

const assay_guid assay_guid_ffs2 =
    ASSAY_GUID(0x8c8ce578, 0x8a3d, 0x4f1c, 0x99, 0x35, 0x89, 0x61, 0x85, 0xc3, 0x2d, 0xd3);
const assay_guid assay_guid_ffs3 =
    ASSAY_GUID(0x5473c07a, 0x3dcb, 0x4dca, 0xbd, 0x6f, 0x1e, 0x96, 0x89, 0xe7, 0x34, 0x9a);
const assay_guid assay_guid_nvram =
    ASSAY_GUID(0xfff12b8d, 0x7696, 0x4c8b, 0xa9, 0x85, 0x27, 0x47, 0x07, 0x5b, 0x4f, 0x50);

static int fail(assay_error *error, enum assay_kind kind, uint64_t offset, const char *field,
                const char *what)
{
    const assay_place place = { offset, ASSAY_NO_EVENT, field };

    return assay_fail(error, kind, place, "%s", what);
}

bool assay_fv_has_files(const assay_fv *fv)
{
    return assay_guid_equal(&fv->file_system, &assay_guid_ffs2) ||
           assay_guid_equal(&fv->file_system, &assay_guid_ffs3);
}

bool assay_fv_detect(assay_bytes bytes)
{
    assay_cursor c = assay_cursor_of(bytes);

    assay_seek(&c, SIGNATURE_AT);
    return assay_take_u32le(&c) == SIGNATURE;
}

/* The header's words sum up to zero. */
static bool sum_is_zero(assay_bytes header)
{
    assay_cursor c = assay_cursor_of(header);
    uint16_t sum = 0;

    while (assay_left(&c) >= 2)
        sum = (uint16_t)(sum + assay_take_u16le(&c));
    return sum == 0;
}

static int read_name(assay_fv *fv, uint16_t at, assay_error *error)
{
    assay_cursor c = assay_cursor_of(fv->volume);

    assay_seek(&c, at);
    fv->name = assay_take_guid(&c);
    const uint32_t size = assay_take_u32le(&c);

    if (c.failed || at < fv->header_length)
        return fail(error, ASSAY_MALFORMED, 52, "ExtHeaderOffset",
                    "the extended header lies outside the volume or in its header");
    if (size < EXT_HEADER_SIZE || size > fv->volume.size - at)
        return fail(error, ASSAY_MALFORMED, (uint64_t)at + 16, "ExtHeaderSize",
                    "the extended header doesn't end inside the volume");
    fv->has_name = true;
    fv->files = (uint64_t)at + size;
    return 0;
}

static int check_header(const assay_fv *fv, uint64_t length, size_t available, assay_error *error)
{
    if (length > available)
        return fail(error, ASSAY_TRUNCATED, 32, "FvLength",
                    "the volume is longer than what holds it");
    if (fv->header_length < HEADER_SIZE || fv->header_length > length ||
        fv->header_length % 2 != 0)
        return fail(error, ASSAY_MALFORMED, 48, "HeaderLength",
                    "the header is smaller than its fields, or larger than the volume");
    return 0;
}

int assay_fv_open(assay_fv *fv, assay_bytes bytes, assay_error *error)
{
    assay_cursor c = assay_cursor_of(bytes);

    *fv = (assay_fv){ 0 };
    assay_take(&c, 16); /* ZeroVector: a reset vector, in the volume that has one */
    fv->file_system = assay_take_guid(&c);
    const uint64_t length = assay_take_u64le(&c);
    const uint32_t signature = assay_take_u32le(&c);
    fv->attributes = assay_take_u32le(&c);
    fv->header_length = assay_take_u16le(&c);
    assay_take_u16le(&c); /* Checksum */
    const uint16_t ext_header = assay_take_u16le(&c);
    assay_take_u8(&c); /* Reserved */
    fv->revision = assay_take_u8(&c);
    if (c.failed)
        return fail(error, ASSAY_TRUNCATED, c.offset, "header",
                    "the firmware volume is too small for its header");
    if (signature != SIGNATURE)
        return fail(error, ASSAY_MALFORMED, SIGNATURE_AT, "Signature",
                    "this is no firmware volume: it lacks the signature _FVH");
    const int status = check_header(fv, length, bytes.size, error);

    if (status < 0)
        return status;
    if (!sum_is_zero(assay_bytes_of(bytes.data, fv->header_length)))
        return fail(error, ASSAY_MALFORMED, 50, "Checksum", "the header's checksum is wrong");
    fv->volume = assay_bytes_of(bytes.data, (size_t)length);
    fv->files = fv->header_length;
    if (ext_header != 0 && read_name(fv, ext_header, error) < 0)
        return -ASSAY_MALFORMED;
    fv->files = (fv->files + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return 0;
}

int assay_fv_next(assay_bytes flash, uint64_t *offset, assay_fv *ret_fv)
{
    for (uint64_t at = *offset; at < flash.size; at += STEP) {
        assay_cursor c = assay_cursor_of(flash);
        assay_fv fv;

        assay_seek(&c, at);
        const assay_bytes rest = assay_take_rest(&c);

        if (!assay_fv_detect(rest) || assay_fv_open(&fv, rest, NULL) < 0)
            continue;
        *ret_fv = fv;
        *offset = at + fv.volume.size;
        return 1;
    }
    *offset = flash.size;
    return 0;
}

/* --- writing ---------------------------------------------------------------------------------- */

/* Zero vector, file system, length, ... up to the end of the block map. */
static void put_header(assay_writer *writer, const assay_fv_made *fv, uint64_t length,
                       uint16_t checksum)
{
    assay_put_zeros(writer, 16);
    assay_put(writer, assay_bytes_of(fv->file_system.bytes, sizeof fv->file_system.bytes));
    assay_put_u64le(writer, length);
    assay_put_u32le(writer, SIGNATURE);
    assay_put_u32le(writer, fv->attributes);
    assay_put_u16le(writer, HEADER_SIZE + 2 * BLOCK_MAP_ENTRY);
    assay_put_u16le(writer, checksum);
    assay_put_u16le(writer, fv->has_name ? HEADER_SIZE + 2 * BLOCK_MAP_ENTRY : 0);
    assay_put_u8(writer, 0);
    assay_put_u8(writer, 2); /* EFI_FVH_REVISION */
    assay_put_u32le(writer, (uint32_t)(length / fv->block));
    assay_put_u32le(writer, fv->block);
    assay_put_zeros(writer, BLOCK_MAP_ENTRY);
}

static uint16_t header_checksum(const assay_fv_made *fv, uint64_t length)
{
    uint8_t header[HEADER_SIZE + 2 * BLOCK_MAP_ENTRY];
    assay_writer writer = assay_writer_lent(header, sizeof header);
    uint16_t sum = 0;

    put_header(&writer, fv, length, 0);
    for (size_t i = 0; i < sizeof header; i += 2)
        sum = (uint16_t)(sum + header[i] + (header[i + 1] << 8));
    return (uint16_t)-sum;
}

void assay_fv_put(assay_writer *writer, const assay_fv_made *fv, assay_bytes files)
{
    const uint64_t start = writer->written;
    const size_t header = HEADER_SIZE + 2 * BLOCK_MAP_ENTRY + (fv->has_name ? 24 : 0);
    const uint64_t length = (header + files.size + fv->block - 1) / fv->block * fv->block;
    const uint8_t erased = (fv->attributes & ASSAY_FV_ERASE_POLARITY) != 0 ? 0xFF : 0;

    put_header(writer, fv, length, header_checksum(fv, length));
    if (fv->has_name) {
        assay_put(writer, assay_bytes_of(fv->name.bytes, sizeof fv->name.bytes));
        assay_put_u32le(writer, EXT_HEADER_SIZE);
        assay_put_u32le(writer, UINT32_MAX); /* up to the alignment of files */
    }
    assay_put(writer, files);
    while (writer->written - start < length && writer->failure == 0)
        assay_put_u8(writer, erased);
}
