/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/cpio.h"

#include "base/number.h"

enum { NUMBERS = 13, NUMBER_SIZE = 8 };

static const assay_bytes magic = ASSAY_LITERAL("070701");
static const assay_bytes trailer = ASSAY_LITERAL("TRAILER!!!");

void assay_put_cpio_head(assay_writer *writer, const assay_cpio_entry *entry)
{
    const uint32_t numbers[NUMBERS] = {
        entry->ino,       entry->mode,      entry->uid,
        entry->gid,       entry->nlink,     entry->mtime,
        (uint32_t)entry->data.size,         entry->devmajor,
        entry->devminor,  entry->rdevmajor, entry->rdevminor,
        (uint32_t)entry->name.size + 1,     entry->check,
    };

    assay_put(writer, magic);
    for (size_t i = 0; i < NUMBERS; i++)
        assay_put_format(writer, "%08x", numbers[i]);
    assay_put(writer, entry->name);
    assay_put_zeros(writer, 1 + assay_cpio_padding(ASSAY_CPIO_HEADER + entry->name.size + 1));
}

void assay_put_cpio(assay_writer *writer, const assay_cpio_entry *entry)
{
    assay_put_cpio_head(writer, entry);
    assay_put(writer, entry->data);
    assay_put_zeros(writer, assay_cpio_padding(entry->data.size));
}

void assay_put_cpio_trailer(assay_writer *writer)
{
    assay_put(writer, magic);
    for (size_t i = 0; i < NUMBERS; i++)
        assay_put_string(writer, i == 4 ? "00000001" : i == 11 ? "0000000B" : "00000000");
    assay_put(writer, trailer);
    assay_put_zeros(writer, 1 + assay_cpio_padding(ASSAY_CPIO_HEADER + trailer.size + 1));
}

static int refuse(assay_error *error, enum assay_kind kind, uint64_t offset, const char *field,
                  const char *what)
{
    return assay_fail(error, kind, (assay_place){ offset, ASSAY_NO_EVENT, field }, "%s", what);
}

/* Skips what stands between a part and the next multiple of four of the archive. */
static void skip_padding(assay_cursor *cursor)
{
    assay_take(cursor, assay_cpio_padding(cursor->offset));
}

static int take_header(assay_cursor *cursor, uint32_t numbers[NUMBERS], assay_error *error)
{
    const size_t at = cursor->offset;
    const assay_bytes header = assay_take(cursor, ASSAY_CPIO_HEADER);
    assay_cursor c = assay_cursor_of(header);

    if (cursor->failed)
        return refuse(error, ASSAY_TRUNCATED, at, "c_magic",
                      "the archive ends before its trailer");
    if (!assay_bytes_equal(assay_take(&c, magic.size), magic))
        return refuse(error, ASSAY_MALFORMED, at, "c_magic", "there is no cpio header");
    for (size_t i = 0; i < NUMBERS; i++) {
        uint64_t number;
        if (!assay_digits_read(assay_take(&c, NUMBER_SIZE), 16, UINT32_MAX, &number))
            return refuse(error, ASSAY_MALFORMED, at + magic.size + i * NUMBER_SIZE, NULL,
                          "a cpio header holds something that is no hexadecimal number");
        numbers[i] = (uint32_t)number;
    }
    return 0;
}

/* The name, of which the header counts the NUL. */
static int take_name(assay_cursor *cursor, uint32_t size, assay_bytes *ret_name,
                     assay_error *error)
{
    const size_t at = cursor->offset;

    if (size == 0 || size > ASSAY_CPIO_NAME_MAX)
        return refuse(error, ASSAY_MALFORMED, at, "c_namesize",
                      "a name in a cpio archive is empty or longer than a path may be");
    const assay_bytes name = assay_take(cursor, size);
    if (cursor->failed)
        return refuse(error, ASSAY_TRUNCATED, at, "c_namesize", "the archive ends in a name");
    if (memchr(name.data, 0, size) != name.data + size - 1)
        return refuse(error, ASSAY_MALFORMED, at, "c_namesize",
                      "a name in a cpio archive doesn't end where its size says");
    skip_padding(cursor);
    *ret_name = assay_bytes_of(name.data, size - 1);
    return 0;
}

int assay_cpio_next(assay_cursor *cursor, assay_cpio_entry *ret_entry, assay_error *error)
{
    uint32_t n[NUMBERS];
    assay_bytes name;
    int status = take_header(cursor, n, error);

    if (status == 0)
        status = take_name(cursor, n[11], &name, error);
    if (status < 0)
        return status;
    const size_t at = cursor->offset;
    const assay_bytes data = assay_take(cursor, n[6]);
    skip_padding(cursor);
    if (cursor->failed)
        return refuse(error, ASSAY_TRUNCATED, at, "c_filesize", "the archive ends in a file");
    if (assay_bytes_equal(name, trailer))
        return 0;
    *ret_entry = (assay_cpio_entry){
        .ino = n[0],       .mode = n[1],       .uid = n[2],       .gid = n[3],
        .nlink = n[4],     .mtime = n[5],      .devmajor = n[7],  .devminor = n[8],
        .rdevmajor = n[9], .rdevminor = n[10], .check = n[12],    .name = name,
        .data = data,
    };
    return 1;
}
