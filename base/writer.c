/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/writer.h"

#include "base/error.h"
#include "base/hex.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { DRAIN_BUFFER = 64 * 1024, FIRST_GROWTH = 4096 };

assay_writer assay_writer_lent(void *buffer, size_t capacity)
{
    return (assay_writer){ .data = buffer, .capacity = capacity, .fd = -1 };
}

assay_writer assay_writer_growing(size_t ceiling)
{
    return (assay_writer){ .ceiling = ceiling, .fd = -1 };
}

assay_writer assay_writer_draining(int fd)
{
    assay_writer writer = { .fd = fd, .data = malloc(DRAIN_BUFFER), .capacity = DRAIN_BUFFER };

    if (writer.data == NULL) {
        writer.capacity = 0;
        writer.failure = ASSAY_NO_MEMORY;
    }
    return writer;
}

static void write_all(assay_writer *writer, const uint8_t *data, size_t size)
{
    while (size > 0 && writer->failure == 0) {
        const ssize_t count = write(writer->fd, data, size);

        if (count >= 0) {
            data += count;
            size -= (size_t)count;
        } else if (errno != EINTR) {
            writer->failure = ASSAY_IO;
            writer->cause = errno;
        }
    }
}

static void drain(assay_writer *writer)
{
    write_all(writer, writer->data, writer->used);
    writer->used = 0;
}

static void grow(assay_writer *writer, size_t need)
{
    size_t capacity = writer->capacity == 0 ? FIRST_GROWTH : writer->capacity;

    if (need > writer->ceiling) {
        writer->failure = ASSAY_TOO_LARGE;
        return;
    }
    if (capacity > writer->ceiling)
        capacity = writer->ceiling;
    while (capacity < need)
        capacity = capacity > writer->ceiling / 2 ? writer->ceiling : capacity * 2;
    uint8_t *const data = realloc(writer->data, capacity);
    if (data == NULL) {
        writer->failure = ASSAY_NO_MEMORY;
        return;
    }
    writer->data = data;
    writer->capacity = capacity;
}

/* Makes room for `size` more bytes, or says why there is none. */
static bool make_room(assay_writer *writer, size_t size)
{
    if (writer->failure != 0)
        return false;
    if (writer->fd >= 0)
        drain(writer);
    else if (writer->ceiling != 0 && size <= SIZE_MAX - writer->used)
        grow(writer, writer->used + size);
    else
        writer->failure = ASSAY_TOO_LARGE;
    return writer->failure == 0;
}

uint8_t *assay_put_room_slowly(assay_writer *writer, size_t size)
{
    if (writer->failure == 0 && make_room(writer, size) &&
        size <= writer->capacity - writer->used)
        return assay_put_room(writer, size);
    writer->written += size;
    return NULL;
}

void assay_put(assay_writer *writer, assay_bytes bytes)
{
    if (bytes.size == 0)
        return;
    uint8_t *const room = assay_put_room(writer, bytes.size);
    if (room != NULL)
        memcpy(room, bytes.data, bytes.size);
    else if (writer->fd >= 0)
        write_all(writer, bytes.data, bytes.size); /* larger than the drained buffer */
}

void assay_put_string(assay_writer *writer, const char *text)
{
    assay_put(writer, assay_bytes_of_string(text));
}

void assay_put_zeros(assay_writer *writer, size_t count)
{
    static const uint8_t zeros[64];

    while (count > 0) {
        const size_t part = count < sizeof zeros ? count : sizeof zeros;

        assay_put(writer, assay_bytes_of(zeros, part));
        count -= part;
    }
}

static void put_number(assay_writer *writer, uint64_t value, size_t count, bool big_endian)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < count; i++)
        bytes[i] = (uint8_t)(value >> 8 * (big_endian ? count - 1 - i : i));
    assay_put(writer, assay_bytes_of(bytes, count));
}

void assay_put_u16le(assay_writer *writer, uint16_t value)
{
    put_number(writer, value, 2, false);
}

void assay_put_u32le(assay_writer *writer, uint32_t value)
{
    put_number(writer, value, 4, false);
}

void assay_put_u64le(assay_writer *writer, uint64_t value)
{
    put_number(writer, value, 8, false);
}

void assay_put_u16be(assay_writer *writer, uint16_t value)
{
    put_number(writer, value, 2, true);
}

void assay_put_u32be(assay_writer *writer, uint32_t value)
{
    put_number(writer, value, 4, true);
}

void assay_put_u64be(assay_writer *writer, uint64_t value)
{
    put_number(writer, value, 8, true);
}

void assay_put_hex(assay_writer *writer, assay_bytes bytes)
{
    enum { STEP = 1024 };

    while (bytes.size > 0) {
        const size_t part = bytes.size < STEP ? bytes.size : STEP;
        uint8_t *const room = assay_put_room(writer, 2 * part);

        if (room != NULL)
            assay_hex_encode((char *)room, assay_bytes_of(bytes.data, part));
        bytes.data += part;
        bytes.size -= part;
    }
}

bool assay_put_decoded(assay_writer *writer, assay_bytes digits)
{
    uint8_t piece[512];

    while (digits.size > 0) {
        const size_t part = digits.size < 2 * sizeof piece ? digits.size : 2 * sizeof piece;

        if (!assay_hex_decode(assay_bytes_of(digits.data, part), piece, part / 2))
            return false;
        assay_put(writer, assay_bytes_of(piece, part / 2));
        digits = assay_bytes_of(digits.data + part, digits.size - part);
    }
    return true;
}

void assay_put_decimal(assay_writer *writer, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    assay_put(writer, assay_bytes_of(digits + at, sizeof digits - at));
}

void assay_put_format(assay_writer *writer, const char *format, ...)
{
    char text[256];
    va_list arguments;

    va_start(arguments, format);
    const int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length > 0)
        assay_put(writer, assay_bytes_of(text, (size_t)length < sizeof text ? (size_t)length
                                                                            : sizeof text - 1));
}

void assay_patch_u32le(assay_writer *writer, size_t offset, uint32_t value)
{
    assay_writer there;

    if (offset > writer->used || writer->used - offset < 4)
        return;
    there = assay_writer_lent(writer->data + offset, 4);
    assay_put_u32le(&there, value);
}

assay_bytes assay_written(const assay_writer *writer)
{
    static const uint8_t nothing;

    return assay_bytes_of(writer->data == NULL ? &nothing : writer->data, writer->used);
}

int assay_writer_flush(assay_writer *writer)
{
    if (writer->fd >= 0 && writer->failure == 0)
        drain(writer);
    return -writer->failure;
}

void assay_writer_close(assay_writer *writer)
{
    assay_writer_flush(writer);
    if (writer->ceiling != 0 || writer->fd >= 0)
        free(writer->data);
    *writer = (assay_writer){ .fd = -1 };
}
