/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes that a rebase makes and that live as long as its events. */
#include "base/utf16.h"
#include "boot/rebase/work.h"
#include "eventlog/payload/variable.h"

uint8_t *assay_work_room(assay_rebase_work *work, size_t size)
{
    uint8_t *const room = work->status == 0 ? assay_arena_room(&work->made->arena, size) : NULL;

    if (room == NULL)
        assay_work_fail(work, -ASSAY_NO_MEMORY, "no memory for an event's data");
    return room;
}

assay_writer assay_work_writer(void)
{
    return assay_writer_growing(ASSAY_PREDICTED_DATA_MAX);
}

assay_bytes assay_work_take(assay_rebase_work *work, assay_writer *writer)
{
    assay_bytes bytes = ASSAY_NO_BYTES;

    if (work->status < 0) {
        assay_writer_close(writer);
        return bytes;
    }
    const int status = assay_arena_take(&work->made->arena, writer, &bytes);
    if (status < 0)
        assay_work_fail(work, status,
                        status == -ASSAY_TOO_LARGE ? "the data of an event are too large"
                                                   : "no memory for an event's data");
    return bytes;
}

assay_bytes assay_work_utf16(assay_rebase_work *work, assay_bytes text, bool nul)
{
    assay_writer out = assay_work_writer();

    assay_put_as_utf16(&out, text);
    assay_put_zeros(&out, nul ? 2 : 0);
    return assay_work_take(work, &out);
}

assay_bytes assay_work_variable(assay_rebase_work *work, const assay_guid *vendor,
                                const char *name, assay_bytes data)
{
    assay_writer out = assay_work_writer();

    assay_variable_put(&out, vendor, name, data);
    return assay_work_take(work, &out);
}

assay_bytes assay_work_variable_like(assay_rebase_work *work, const assay_event *event,
                                     assay_bytes data)
{
    assay_writer out = assay_work_writer();
    assay_variable variable;

    if (!assay_variable_decode(event->data, &variable))
        return ASSAY_NO_BYTES;
    variable.data = data;
    variable.data_length = data.size;
    variable.trailing = ASSAY_NO_BYTES;
    assay_variable_encode(&out, &variable);
    return assay_work_take(work, &out);
}

assay_bytes assay_work_image_path(assay_rebase_work *work, size_t at)
{
    assay_writer out = assay_work_writer();

    assay_put_utf16(&out, assay_image_file_name(assay_work_event(work, at)));
    for (size_t i = 0; i < out.used; i++)
        if (out.data[i] == '\\')
            out.data[i] = '/';
    return assay_work_take(work, &out);
}

assay_bytes assay_work_joined(assay_rebase_work *work, const assay_bytes *parts, size_t count)
{
    assay_writer out = assay_work_writer();

    for (size_t i = 0; i < count; i++)
        assay_put(&out, parts[i]);
    return assay_work_take(work, &out);
}
