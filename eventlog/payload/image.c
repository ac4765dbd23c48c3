/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/image.h"

#include "base/cursor.h"
#include "eventlog/payload/devpath.h"

static uint64_t take_uintn(assay_cursor *cursor, bool narrow)
{
    return narrow ? assay_take_u32le(cursor) : assay_take_u64le(cursor);
}

/* False when the numbers do not fit. */
static bool read_image(assay_bytes data, bool narrow, assay_image *ret_image)
{
    assay_cursor c = assay_cursor_of(data);

    ret_image->location = assay_take_u64le(&c);
    ret_image->length = take_uintn(&c, narrow);
    ret_image->link_time_address = take_uintn(&c, narrow);
    ret_image->path_size = take_uintn(&c, narrow);
    ret_image->path = assay_take_up_to(&c, ret_image->path_size);
    ret_image->trailing = assay_take_rest(&c);
    ret_image->narrow = narrow;
    return !c.failed;
}

static bool adds_up(const assay_image *image)
{
    return image->path.size == image->path_size && image->trailing.size == 0;
}

bool assay_image_decode(assay_bytes data, assay_image *ret_image)
{
    assay_image wide, narrow;
    const bool is_wide = read_image(data, false, &wide);

    if (is_wide && adds_up(&wide))
        *ret_image = wide;
    else if (read_image(data, true, &narrow) && adds_up(&narrow))
        *ret_image = narrow;
    else if (is_wide)
        *ret_image = wide;
    else
        return false;
    return true;
}

static void put_uintn(assay_writer *writer, uint64_t value, bool narrow)
{
    if (narrow)
        assay_put_u32le(writer, (uint32_t)value);
    else
        assay_put_u64le(writer, value);
}

void assay_image_encode(assay_writer *writer, const assay_image *image)
{
    assay_put_u64le(writer, image->location);
    put_uintn(writer, image->length, image->narrow);
    put_uintn(writer, image->link_time_address, image->narrow);
    put_uintn(writer, image->path_size, image->narrow);
    assay_put(writer, image->path);
    assay_put(writer, image->trailing);
}

void assay_image_emit(assay_output *out, const assay_image *image)
{
    assay_emit_address(out, "location", image->location);
    assay_emit_u64(out, "length", image->length);
    assay_emit_address(out, "link_time_address", image->link_time_address);
    assay_devpath_emit(out, "device_path", image->path);
    if (image->path.size < image->path_size)
        assay_emit_u64(out, "stated_device_path_size", image->path_size);
    if (image->trailing.size > 0)
        assay_emit_hex(out, "trailing_hex", image->trailing);
}

void assay_image_summary(assay_writer *writer, const assay_image *image)
{
    const uint64_t written = writer->written;

    assay_devpath_summary(writer, image->path);
    if (writer->written != written)
        return;
    if (image->length == 0)
        assay_put_string(writer, "image without a device path");
    else
        assay_put_format(writer, "image of %llu bytes without a device path",
                         (unsigned long long)image->length);
}
