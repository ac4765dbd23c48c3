/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/guid.h"

#include "base/hex.h"

assay_guid assay_take_guid(assay_cursor *cursor)
{
    const assay_bytes bytes = assay_take(cursor, sizeof(assay_guid));
    assay_guid guid = { { 0 } };

    if (bytes.data != NULL)
        memcpy(guid.bytes, bytes.data, sizeof guid.bytes);
    return guid;
}

void assay_put_guid(assay_writer *writer, const assay_guid *guid)
{
    assay_put(writer, assay_bytes_of(guid->bytes, sizeof guid->bytes));
}

bool assay_guid_equal(const assay_guid *a, const assay_guid *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

/* Which byte each pair of digits shows; -1 stands for the hyphen. */
static const signed char layout[] = { 3, 2, 1, 0, -1, 5,  4,  -1, 7,  6,
                                      -1, 8, 9, -1, 10, 11, 12, 13, 14, 15 };

void assay_guid_format(const assay_guid *guid, char ret_text[ASSAY_GUID_TEXT])
{
    char *at = ret_text;

    for (size_t i = 0; i < sizeof layout; i++) {
        if (layout[i] < 0) {
            *at++ = '-';
            continue;
        }
        assay_hex_encode(at, assay_bytes_of(&guid->bytes[layout[i]], 1));
        at += 2;
    }
    *at = '\0';
}

bool assay_guid_parse(assay_bytes text, assay_guid *ret_guid)
{
    assay_guid guid;
    assay_cursor cursor = assay_cursor_of(text);

    for (size_t i = 0; i < sizeof layout; i++) {
        if (layout[i] < 0) {
            if (assay_take_u8(&cursor) != '-')
                return false;
        } else if (!assay_hex_decode(assay_take(&cursor, 2), &guid.bytes[layout[i]], 1)) {
            return false;
        }
    }
    if (cursor.failed || assay_left(&cursor) != 0)
        return false;
    *ret_guid = guid;
    return true;
}

static const struct {
    assay_guid guid;
    const char *name;
} known[] = {
#define GUID(name, ...) { ASSAY_GUID(__VA_ARGS__), name },
#include "base/guids.def"
#undef GUID
};

const char *assay_guid_name(const assay_guid *guid)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (assay_guid_equal(guid, &known[i].guid))
            return known[i].name;
    return NULL;
}

void assay_put_guid_name(assay_writer *writer, const assay_guid *guid)
{
    const char *const name = assay_guid_name(guid);
    char text[ASSAY_GUID_TEXT];

    assay_guid_format(guid, text);
    assay_put_string(writer, name != NULL ? name : text);
}

bool assay_guid_by_name(assay_bytes name, assay_guid *ret_guid)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (assay_bytes_equal(name, assay_bytes_of_string(known[i].name))) {
            *ret_guid = known[i].guid;
            return true;
        }
    return false;
}
