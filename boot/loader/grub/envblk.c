/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/grub/envblk.h"

#define SIGNATURE "# GRUB Environment Block\n"

int assay_envblk_open(assay_cursor *cursor, assay_bytes file, assay_error *error)
{
    const assay_bytes signature = ASSAY_LITERAL(SIGNATURE);
    assay_cursor c = assay_cursor_of(file);

    /* GRUB wants a byte more than the signature has. */
    if (!assay_bytes_equal(assay_take(&c, signature.size), signature) || assay_left(&c) == 0)
        return assay_fail(error, ASSAY_MALFORMED, (assay_place){ 0, ASSAY_NO_EVENT, "grubenv" },
                          "this is no GRUB environment block: its first line is missing");
    *cursor = c;
    return 0;
}

/* Where the line that begins at `at` ends: its newline, or the end. */
static size_t line_end(assay_bytes bytes, size_t at)
{
    while (at < bytes.size && bytes.data[at] != '\n')
        at += bytes.data[at] == '\\' ? 2 : 1;
    return at < bytes.size ? at : bytes.size;
}

int assay_envblk_next(assay_cursor *cursor, assay_bytes *ret_name, assay_bytes *ret_value)
{
    for (;;) {
        const assay_bytes rest = assay_peek_rest(cursor);

        if (rest.size == 0)
            return 0;
        if (rest.data[0] == '#') {
            const size_t end = line_end(rest, 0);

            assay_take(cursor, end < rest.size ? end + 1 : end);
            continue;
        }
        const size_t equals = assay_bytes_find(rest, ASSAY_LITERAL("="));
        const size_t end = line_end(rest, equals < rest.size ? equals + 1 : equals);

        if (end == rest.size)
            return 0;
        *ret_name = assay_bytes_of(rest.data, equals);
        *ret_value = assay_bytes_of(rest.data + equals + 1, end - equals - 1);
        assay_take(cursor, end + 1);
        return 1;
    }
}

void assay_envblk_put_value(assay_writer *out, assay_bytes value)
{
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] == '\\' && ++i == value.size)
            return;
        assay_put_u8(out, value.data[i]);
    }
}

void assay_envblk_begin(assay_writer *out)
{
    assay_put_string(out, SIGNATURE);
}

void assay_envblk_put(assay_writer *out, assay_bytes name, assay_bytes value)
{
    assay_put(out, name);
    assay_put_char(out, '=');
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] == '\\' || value.data[i] == '\n')
            assay_put_char(out, '\\');
        assay_put_u8(out, value.data[i]);
    }
    assay_put_char(out, '\n');
}

void assay_envblk_end(assay_writer *out, size_t size)
{
    while (out->written < size && out->failure == 0)
        assay_put_char(out, '#');
}
