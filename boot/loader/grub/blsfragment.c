/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/grub/blsfragment.h"

static assay_bytes trim_front(assay_bytes line)
{
    while (line.size > 0 && (line.data[0] == ' ' || line.data[0] == '\t'))
        line = assay_bytes_of(line.data + 1, line.size - 1);
    return line;
}

static assay_bytes take_line(assay_cursor *c)
{
    assay_bytes line = assay_take(c, assay_bytes_find(assay_peek_rest(c), ASSAY_LITERAL("\n")));

    if (assay_left(c) > 0)
        assay_take(c, 1);
    while (line.size > 0 && line.data[line.size - 1] == '\r')
        line.size--;
    return trim_front(line);
}

bool assay_grub_bls_next(assay_cursor *cursor, assay_bytes *ret_key, assay_bytes *ret_value)
{
    while (assay_left(cursor) > 0) {
        const assay_bytes line = take_line(cursor);

        if (line.size > 0 && line.data[0] == '#')
            continue;
        size_t at = assay_bytes_find(line, ASSAY_LITERAL(" "));

        if (at == line.size)
            at = assay_bytes_find(line, ASSAY_LITERAL("\t"));
        if (at + 1 >= line.size)
            return false;
        *ret_key = assay_bytes_of(line.data, at);
        *ret_value = trim_front(assay_bytes_of(line.data + at + 1, line.size - at - 1));
        return true;
    }
    return false;
}

void assay_grub_bls_put(assay_writer *out, assay_bytes key, assay_bytes value)
{
    assay_put(out, key);
    assay_put_string(out, value.size > 0 ? " " : "  "); /* one blank alone is no value */
    assay_put(out, value);
    assay_put_char(out, '\n');
}
