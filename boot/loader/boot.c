/* SPDX-License-Identifier: BSD-2-Clause */
/* What the programs of a boot share: its memory, its failures, its files. */
#include "boot/loader/boot.h"

#include "base/utf16.h"

#include <stdarg.h>
#include <stdio.h>

uint8_t *assay_boot_room(assay_boot *boot, size_t size)
{
    uint8_t *const room =
        boot->status == 0 ? assay_arena_room(&boot->prediction->arena, size) : NULL;

    if (room == NULL)
        assay_boot_fail(boot, ASSAY_NO_MEMORY, "no memory for the boot");
    return room;
}

assay_bytes assay_boot_keep(assay_boot *boot, assay_bytes bytes)
{
    uint8_t *const room = bytes.data != NULL ? assay_boot_room(boot, bytes.size) : NULL;

    if (room == NULL)
        return ASSAY_NO_BYTES;
    if (bytes.size > 0)
        memcpy(room, bytes.data, bytes.size);
    return assay_bytes_of(room, bytes.size);
}

assay_writer assay_boot_writer(void)
{
    return assay_writer_growing(ASSAY_PREDICTED_DATA_MAX);
}

assay_bytes assay_boot_take(assay_boot *boot, assay_writer *writer)
{
    assay_bytes bytes = ASSAY_NO_BYTES;

    if (boot->status < 0) {
        assay_writer_close(writer);
        return bytes;
    }
    const int status = assay_arena_take(&boot->prediction->arena, writer, &bytes);
    if (status == -ASSAY_TOO_LARGE)
        assay_boot_fail(boot, ASSAY_TOO_LARGE, "the data of an event are too large");
    else if (status < 0)
        assay_boot_fail(boot, ASSAY_NO_MEMORY, "no memory for the boot");
    return bytes;
}

assay_bytes assay_boot_utf16(assay_boot *boot, assay_bytes text, bool nul)
{
    assay_writer out = assay_boot_writer();

    assay_put_as_utf16(&out, text);
    assay_put_zeros(&out, nul ? 2 : 0);
    return assay_boot_take(boot, &out);
}

bool assay_boot_read(assay_boot *boot, const assay_scenario_disk *disk, assay_bytes path,
                     assay_bytes *ret_bytes)
{
    if (boot->status < 0 || disk == NULL || disk->esp == NULL)
        return false;
    const int status = assay_tree_read(disk->esp, path, ret_bytes, boot->error);
    if (status < 0)
        boot->status = status;
    return status > 0;
}

void assay_boot_fail(assay_boot *boot, enum assay_kind kind, const char *format, ...)
{
    char what[sizeof boot->error->what];
    va_list arguments;

    if (boot->status < 0)
        return;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    boot->status = assay_fail(boot->error, kind, ASSAY_NOWHERE, "%s", what);
}

void assay_boot_remark(assay_boot *boot, enum assay_part part, bool refused, const char *format,
                       ...)
{
    char text[256];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    assay_prediction_remark_on(boot->prediction, part, 0, refused, text);
}
