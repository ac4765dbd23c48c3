/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The writer: every byte this project puts out passes through it, be it an event
 * log, JSON or a line of text. Three kinds, one interface:
 *
 *   lent       writes into the caller's buffer; what does not fit is counted and
 *              dropped, so a writer with no buffer at all measures a document
 *   growing    owns a buffer that grows up to a ceiling its maker had to name
 *   draining   owns a small buffer that is emptied into a file descriptor
 *
 * Failure is sticky, as with the cursor: write the whole record, ask once.
 */
#ifndef ASSAY_BASE_WRITER_H
#define ASSAY_BASE_WRITER_H

#include "base/bytes.h"

typedef struct assay_writer {
    uint8_t *data;
    size_t used;      /* bytes in data */
    size_t capacity;  /* room in data */
    size_t ceiling;   /* growing: capacity may not pass it; else 0 */
    int fd;           /* draining: where to; else -1 */
    uint64_t written; /* all bytes put so far, drained and dropped ones included */
    int failure;      /* 0, ASSAY_TOO_LARGE, ASSAY_NO_MEMORY or ASSAY_IO (errno in cause) */
    int cause;        /* errno of an ASSAY_IO failure */
} assay_writer;

/** Writes into `capacity` bytes at `buffer`; with NULL and 0 it only counts. */
assay_writer assay_writer_lent(void *buffer, size_t capacity);

/** Owns a buffer that grows to at most `ceiling` bytes; free it with assay_writer_close. */
assay_writer assay_writer_growing(size_t ceiling);

/**
 * Owns a buffer that drains into `fd`, which stays the caller's. Close it with
 * assay_writer_close; call assay_writer_flush before to learn whether all went well.
 */
assay_writer assay_writer_draining(int fd);

/** Of this many bytes there is room at once in every growing or draining writer. */
enum { ASSAY_ROOM_MAX = 4096 };

/** What assay_put_room does when the buffer is full. */
uint8_t *assay_put_room_slowly(assay_writer *writer, size_t size);

/**
 * Room for `size` bytes, at most ASSAY_ROOM_MAX, counted as written already: the
 * caller fills all of it. NULL when there is none.
 */
static inline uint8_t *assay_put_room(assay_writer *writer, size_t size)
{
    if (writer->failure != 0 || size > writer->capacity - writer->used)
        return assay_put_room_slowly(writer, size);
    uint8_t *const room = writer->data + writer->used;
    writer->used += size;
    writer->written += size;
    return room;
}

static inline void assay_put_u8(assay_writer *writer, uint8_t value)
{
    uint8_t *const room = assay_put_room(writer, 1);

    if (room != NULL)
        *room = value;
}

static inline void assay_put_char(assay_writer *writer, char c)
{
    assay_put_u8(writer, (uint8_t)c);
}

void assay_put(assay_writer *writer, assay_bytes bytes);
void assay_put_string(assay_writer *writer, const char *text);
void assay_put_zeros(assay_writer *writer, size_t count);
void assay_put_u16le(assay_writer *writer, uint16_t value);
void assay_put_u32le(assay_writer *writer, uint32_t value);
void assay_put_u64le(assay_writer *writer, uint64_t value);
void assay_put_u16be(assay_writer *writer, uint16_t value);
void assay_put_u32be(assay_writer *writer, uint32_t value);
void assay_put_u64be(assay_writer *writer, uint64_t value);

/** Lower-case hexadecimal, two characters a byte. */
void assay_put_hex(assay_writer *writer, assay_bytes bytes);

/**
 * The bytes that hexadecimal digits in either case stand for. False, having put some of them, for
 * an odd number of digits and for any other character.
 */
bool assay_put_decoded(assay_writer *writer, assay_bytes digits);

void assay_put_decimal(assay_writer *writer, uint64_t value);

/** printf into the writer; at most 255 characters a call. */
void assay_put_format(assay_writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Overwrites four bytes written earlier (lent and growing writers): a length known late. */
void assay_patch_u32le(assay_writer *writer, size_t offset, uint32_t value);

/** What a lent or growing writer holds, lent until the next write. */
assay_bytes assay_written(const assay_writer *writer);

/** Empties a draining writer. 0, or the negative kind of the first failure of any write. */
int assay_writer_flush(assay_writer *writer);

/** Frees what the writer owns. A draining writer is flushed first. */
void assay_writer_close(assay_writer *writer);

#endif
