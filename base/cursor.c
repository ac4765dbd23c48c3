/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/cursor.h"

assay_bytes assay_take(assay_cursor *cursor, size_t size)
{
    if (cursor->failed)
        return ASSAY_NO_BYTES;
    if (size > cursor->bytes.size - cursor->offset) {
        cursor->failed = true;
        cursor->wanted = size;
        return ASSAY_NO_BYTES;
    }
    /* C lets nothing be added to a null pointer, not even the 0 that there is to add. */
    const uint8_t *const data = cursor->bytes.data;
    const assay_bytes taken = { data == NULL ? NULL : data + cursor->offset, size };
    cursor->offset += size;
    return taken;
}

size_t assay_left(const assay_cursor *cursor)
{
    return cursor->failed ? 0 : cursor->bytes.size - cursor->offset;
}

assay_bytes assay_take_up_to(assay_cursor *cursor, uint64_t size)
{
    const size_t left = assay_left(cursor);

    return assay_take(cursor, size < left ? (size_t)size : left);
}

assay_bytes assay_take_rest(assay_cursor *cursor)
{
    return assay_take(cursor, assay_left(cursor));
}

assay_bytes assay_peek_rest(const assay_cursor *cursor)
{
    assay_cursor copy = *cursor;

    return assay_take_rest(&copy);
}

void assay_seek(assay_cursor *cursor, uint64_t offset)
{
    assay_cursor from_start = { .bytes = cursor->bytes, .failed = cursor->failed };

    assay_take(&from_start, offset > SIZE_MAX ? SIZE_MAX : (size_t)offset);
    *cursor = from_start;
}

/* The next `count` bytes as one unsigned number. */
static uint64_t take_number(assay_cursor *cursor, size_t count, bool big_endian)
{
    const assay_bytes bytes = assay_take(cursor, count);
    uint64_t value = 0;

    if (bytes.data != NULL)
        for (size_t i = 0; i < count; i++)
            value |= (uint64_t)bytes.data[i] << 8 * (big_endian ? count - 1 - i : i);
    return value;
}

uint8_t assay_take_u8(assay_cursor *cursor)
{
    return (uint8_t)take_number(cursor, 1, false);
}

uint16_t assay_take_u16le(assay_cursor *cursor)
{
    return (uint16_t)take_number(cursor, 2, false);
}

uint32_t assay_take_u32le(assay_cursor *cursor)
{
    return (uint32_t)take_number(cursor, 4, false);
}

uint64_t assay_take_u64le(assay_cursor *cursor)
{
    return take_number(cursor, 8, false);
}

uint16_t assay_take_u16be(assay_cursor *cursor)
{
    return (uint16_t)take_number(cursor, 2, true);
}

uint32_t assay_take_u32be(assay_cursor *cursor)
{
    return (uint32_t)take_number(cursor, 4, true);
}

uint64_t assay_take_u64be(assay_cursor *cursor)
{
    return take_number(cursor, 8, true);
}
