/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/platform/varstore.h"

#include "base/utf8.h"

enum {
    BLOCK = 4096,
    VOLUME_HEADER = 0x48,
    CHECKSUM_AT = 0x32,
    STORE_HEADER = 28,
    RECORD_ALIGNMENT = 4,
};

static const assay_guid volume_type =
    ASSAY_GUID(0xfff12b8d, 0x7696, 0x4c8b, 0xa9, 0x85, 0x27, 0x47, 0x07, 0x5b, 0x4f, 0x50);
static const assay_guid authenticated_store =
    ASSAY_GUID(0xaaf32c78, 0x947b, 0x439a, 0xa1, 0x80, 0x2e, 0x14, 0x4e, 0xc3, 0x77, 0x92);
static const assay_guid plain_store =
    ASSAY_GUID(0xddcf3616, 0x3275, 0x4164, 0x98, 0xb6, 0xfe, 0x85, 0x70, 0x7f, 0xfe, 0x7d);

static void put_erased(assay_writer *writer, uint64_t count)
{
    for (; count > 0; count--)
        assay_put_u8(writer, UINT8_MAX);
}

/* EFI_FIRMWARE_VOLUME_HEADER with one kind of blocks. Attributes are those that OVMF states: what
 * is read, written and erased to ones, and sticks. */
static void put_volume_header(assay_writer *writer, const assay_varstore *layout, uint16_t checksum)
{
    assay_put_zeros(writer, 16);
    assay_put_guid(writer, &volume_type);
    assay_put_u64le(writer, layout->volume_size);
    assay_put_string(writer, "_FVH");
    assay_put_u32le(writer, 0x0004feff);
    assay_put_u16le(writer, VOLUME_HEADER);
    assay_put_u16le(writer, checksum);
    assay_put_u16le(writer, 0); /* ExtHeaderOffset */
    assay_put_u8(writer, 0);
    assay_put_u8(writer, 2); /* Revision */
    assay_put_u32le(writer, (uint32_t)(layout->volume_size / BLOCK));
    assay_put_u32le(writer, BLOCK);
    assay_put_zeros(writer, 8); /* the end of the BlockMap */
}

static uint16_t checksum_of(const assay_varstore *layout)
{
    uint8_t room[VOLUME_HEADER];
    assay_writer header = assay_writer_lent(room, sizeof room);
    uint16_t sum = 0;

    put_volume_header(&header, layout, 0);
    for (size_t i = 0; i < sizeof room; i += 2)
        sum = (uint16_t)(sum + room[i] + (room[i + 1] << 8));
    return (uint16_t)-sum;
}

static void put_store_header(assay_writer *writer, const assay_varstore *layout)
{
    assay_put_guid(writer, layout->authenticated ? &authenticated_store : &plain_store);
    assay_put_u32le(writer, layout->store_size);
    assay_put_u8(writer, 0x5A); /* formatted */
    assay_put_u8(writer, 0xFE); /* healthy */
    assay_put_zeros(writer, 6);
}

/* UTF-8 with a NUL as UTF-16LE. What is no UTF-8 is U+FFFD, as in the way back. */
static void put_name(assay_writer *writer, assay_bytes name)
{
    while (name.size > 0) {
        uint32_t character = 0xFFFD;
        size_t size = assay_utf8_decode(name, &character);

        if (size == 0)
            size = 1;
        if (character > 0xFFFF) {
            assay_put_u16le(writer, (uint16_t)(0xD7C0 + (character >> 10)));
            character = 0xDC00 | (character & 0x3FF);
        }
        assay_put_u16le(writer, (uint16_t)character);
        name = assay_bytes_of(name.data + size, name.size - size);
    }
    assay_put_u16le(writer, 0);
}

static uint32_t name_size(assay_bytes name)
{
    assay_writer counted = assay_writer_lent(NULL, 0);

    put_name(&counted, name);
    return (uint32_t)counted.written;
}

static void put_record(assay_writer *writer, const assay_efivar *variable, bool authenticated)
{
    assay_put_u16le(writer, 0x55AA);
    assay_put_u8(writer, 0x3F); /* VAR_ADDED */
    assay_put_u8(writer, 0);
    assay_put_u32le(writer, variable->attributes);
    if (authenticated)
        assay_put_zeros(writer, 28);
    assay_put_u32le(writer, name_size(variable->name));
    assay_put_u32le(writer, (uint32_t)variable->data.size);
    assay_put_guid(writer, &variable->vendor);
    put_name(writer, variable->name);
    assay_put(writer, variable->data);
}

/* All records; how long they are is what writer->written grew by. */
static void put_records(assay_writer *writer, const assay_variables *variables, uint64_t start,
                        bool authenticated)
{
    const assay_efivar *variable;

    for (size_t i = 0; (variable = assay_variables_at(variables, i)) != NULL; i++) {
        put_erased(writer, -(writer->written - start) % RECORD_ALIGNMENT);
        put_record(writer, variable, authenticated);
    }
}

int assay_varstore_write(assay_writer *writer, const assay_variables *variables,
                         const assay_varstore *layout, assay_error *error)
{
    const uint64_t start = writer->written;
    assay_writer counted = assay_writer_lent(NULL, 0);

    if (layout->volume_size > UINT32_MAX || layout->volume_size % BLOCK != 0 ||
        layout->store_size < STORE_HEADER || layout->volume_size < VOLUME_HEADER ||
        layout->store_size > layout->volume_size - VOLUME_HEADER)
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "such a layout has no room for a variable store");
    put_records(&counted, variables, 0, layout->authenticated);
    if (counted.written > layout->store_size - STORE_HEADER)
        return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                          "the variables need %llu bytes, and the store has %u for them",
                          (unsigned long long)counted.written, layout->store_size - STORE_HEADER);
    put_volume_header(writer, layout, checksum_of(layout));
    put_store_header(writer, layout);
    put_records(writer, variables, start, layout->authenticated);
    put_erased(writer, layout->volume_size - (writer->written - start));
    return writer->failure == 0 ? 0
                                : assay_fail(error, (enum assay_kind)writer->failure, ASSAY_NOWHERE,
                                             "the variable store can't be written");
}
