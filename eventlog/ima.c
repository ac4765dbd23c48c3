/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/ima.h"

bool assay_ima_is_violation(const assay_event *event)
{
    for (size_t i = 0; i < event->digest_count; i++)
        if (!assay_bytes_all(event->digests[i].value, 0x00))
            return false;
    return event->digest_count > 0;
}

/* ima_calc_field_array_hash: the first template has no lengths and a name of fixed size. */
static size_t measured_old(const assay_event *event, assay_bytes *parts)
{
    static const uint8_t padding[ASSAY_IMA_OLD_NAME + 1];
    assay_ima_fields fields;

    if (!assay_ima_split(event->name, event->data, &fields))
        return 0;
    parts[0] = fields.list[0];
    parts[1] = fields.list[1];
    parts[2] = assay_bytes_of(padding, sizeof padding - fields.list[1].size);
    return 3;
}

size_t assay_ima_measured(const assay_event *event, assay_bytes ret_parts[ASSAY_IMA_PARTS])
{
    if (assay_ima_template_is_old(event->name))
        return measured_old(event, ret_parts);
    ret_parts[0] = event->data;
    return 1;
}
