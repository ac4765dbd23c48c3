/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/ima.h"

#include "base/cursor.h"

enum { OLD_DIGEST = 20, OLD_NAME = 256 }; /* IMA_EVENT_NAME_LEN_MAX + 1 */

bool assay_ima_is_violation(const assay_event *event)
{
    for (size_t i = 0; i < event->digest_count; i++)
        if (!assay_bytes_all(event->digests[i].value, 0x00))
            return false;
    return event->digest_count > 0;
}

/* ima_calc_field_array_hash: the first template has no lengths and a name of fixed size. */
static size_t measured_old(assay_bytes data, assay_bytes *parts)
{
    static const uint8_t padding[OLD_NAME];
    assay_cursor c = assay_cursor_of(data);

    parts[0] = assay_take(&c, OLD_DIGEST);
    parts[1] = assay_take(&c, assay_take_u32le(&c));
    if (c.failed || assay_left(&c) > 0 || parts[1].size >= OLD_NAME)
        return 0;
    parts[2] = assay_bytes_of(padding, OLD_NAME - parts[1].size);
    return 3;
}

size_t assay_ima_measured(const assay_event *event, assay_bytes ret_parts[static ASSAY_IMA_PARTS])
{
    static const assay_bytes old = ASSAY_LITERAL("ima");

    if (assay_bytes_equal(event->name, old))
        return measured_old(event->data, ret_parts);
    ret_parts[0] = event->data;
    return 1;
}
