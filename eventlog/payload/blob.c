/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/blob.h"

static bool take_blob(assay_cursor *cursor, assay_bytes description, assay_blob *ret_blob)
{
    const uint64_t base = assay_take_u64le(cursor);
    const uint64_t length = assay_take_u64le(cursor);

    if (cursor->failed || assay_left(cursor) != 0)
        return false;
    *ret_blob = (assay_blob){ description, base, length };
    return true;
}

bool assay_blob_decode(assay_bytes data, assay_blob *ret_blob)
{
    assay_cursor c = assay_cursor_of(data);

    return take_blob(&c, ASSAY_NO_BYTES, ret_blob);
}

bool assay_blob_decode2(assay_bytes data, assay_blob *ret_blob)
{
    assay_cursor c = assay_cursor_of(data);
    const assay_bytes description = assay_take(&c, assay_take_u8(&c));

    return take_blob(&c, description, ret_blob);
}

void assay_blob_encode(assay_writer *writer, const assay_blob *blob)
{
    if (blob->description.data != NULL) {
        assay_put_u8(writer, (uint8_t)blob->description.size);
        assay_put(writer, blob->description);
    }
    assay_put_u64le(writer, blob->base);
    assay_put_u64le(writer, blob->length);
}

void assay_blob_emit(assay_output *out, const assay_blob *blob)
{
    if (blob->description.data != NULL)
        assay_emit_text(out, "description", blob->description);
    assay_emit_address(out, "base", blob->base);
    assay_emit_u64(out, "length", blob->length);
}

void assay_blob_summary(assay_writer *writer, const assay_blob *blob)
{
    if (blob->description.size > 0) {
        assay_put(writer, blob->description);
        assay_put_string(writer, ", ");
    }
    assay_put_format(writer, "%ju bytes at 0x%jx", (uintmax_t)blob->length, (uintmax_t)blob->base);
}
