/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/uuid.h"

#include "base/guid.h"

/* UEFI has the first three fields the other way round; all else, and the text, is the same. */
static void swap_fields(const uint8_t from[16], uint8_t ret_to[16])
{
    static const uint8_t places[8] = { 3, 2, 1, 0, 5, 4, 7, 6 };

    for (size_t i = 0; i < 16; i++)
        ret_to[i] = from[i < sizeof places ? places[i] : i];
}

void assay_uuid_format(const uint8_t uuid[16], char ret_text[ASSAY_UUID_TEXT])
{
    assay_guid guid;

    swap_fields(uuid, guid.bytes);
    assay_guid_format(&guid, ret_text);
}

bool assay_uuid_parse(assay_bytes text, uint8_t ret_uuid[16])
{
    assay_guid guid;

    if (!assay_guid_parse(text, &guid))
        return false;
    swap_fields(guid.bytes, ret_uuid);
    return true;
}

bool assay_uuid_is(assay_bytes text)
{
    assay_guid guid;

    return assay_guid_parse(text, &guid);
}
