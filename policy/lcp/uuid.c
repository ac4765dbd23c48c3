/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/uuid.h"

#include "base/hex.h"

const assay_guid assay_lcp_uuid_tboot =
    ASSAY_GUID(0xc3930641, 0xe3cb, 0x4f40, 0xd7, 0x91, 0x27, 0xf8, 0xb9, 0xe2, 0x5c, 0x86);

/* TBPOL_VMM_UUID and TBPOL_DOM0_UUID are of tboot's policies before version 2. */
static const assay_guid uuid_vmm =
    ASSAY_GUID(0x756a5bfe, 0x5b0b, 0x4d33, 0x67, 0xb8, 0xd7, 0x83, 0xfb, 0x46, 0x36, 0xbf);
static const assay_guid uuid_dom0 =
    ASSAY_GUID(0x894c909f, 0xd614, 0x4625, 0x2d, 0x8a, 0x45, 0x3b, 0x80, 0x10, 0xca, 0x8c);

static const struct {
    const char *name;
    const assay_guid *uuid;
} names[] = {
    { "tboot", &assay_lcp_uuid_tboot },
    { "vmm", &uuid_vmm },
    { "dom0", &uuid_dom0 },
};

/* The fourth number of the structure is two bytes of an EFI_GUID. */
static assay_guid swapped(const assay_guid *guid)
{
    assay_guid other = *guid;

    other.bytes[8] = guid->bytes[9];
    other.bytes[9] = guid->bytes[8];
    return other;
}

void assay_lcp_uuid_format(const assay_guid *uuid, char ret_text[ASSAY_GUID_TEXT])
{
    const assay_guid guid = swapped(uuid);

    assay_guid_format(&guid, ret_text);
}

const char *assay_lcp_uuid_name(const assay_guid *uuid)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (assay_guid_equal(names[i].uuid, uuid))
            return names[i].name;
    return NULL;
}

static bool is_between(char c)
{
    return c == ' ' || c == ',' || c == '{' || c == '}';
}

/* A number of C, "0x27", of `digits` digits at most, as that many digits. */
static bool take_number(assay_bytes *text, size_t digits, char *ret_digits)
{
    size_t count = 0;

    while (text->size > 0 && is_between((char)text->data[0]))
        *text = assay_bytes_of(text->data + 1, text->size - 1);
    if (!assay_bytes_start_with(*text, ASSAY_LITERAL("0x")))
        return false;
    *text = assay_bytes_of(text->data + 2, text->size - 2);
    while (count < text->size && assay_hex_digit((char)text->data[count]) >= 0)
        count++;
    if (count == 0 || count > digits)
        return false;
    memset(ret_digits, '0', digits - count);
    memcpy(ret_digits + digits - count, text->data, count);
    *text = assay_bytes_of(text->data + count, text->size - count);
    return true;
}

/* "{0xc3930641, 0xe3cb, 0x4f40, 0x91d7, {0x27, 0xf8, 0xb9, 0xe2, 0x5c, 0x86}}" */
static bool parse_structure(assay_bytes text, assay_guid *ret_guid)
{
    static const uint8_t digits[] = { 8, 4, 4, 4, 2, 2, 2, 2, 2, 2 };
    char canonical[ASSAY_GUID_TEXT];
    size_t used = 0;

    for (size_t i = 0; i < sizeof digits; i++) {
        if (i > 0 && i < 5)
            canonical[used++] = '-';
        if (!take_number(&text, digits[i], canonical + used))
            return false;
        used += digits[i];
    }
    for (size_t i = 0; i < text.size; i++)
        if (!is_between((char)text.data[i]))
            return false;
    return assay_guid_parse(assay_bytes_of(canonical, used), ret_guid);
}

bool assay_lcp_uuid_parse(assay_bytes text, assay_guid *ret_uuid)
{
    assay_guid guid;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (assay_bytes_equal(text, assay_bytes_of_string(names[i].name))) {
            *ret_uuid = *names[i].uuid;
            return true;
        }
    if (!assay_guid_parse(text, &guid) && !parse_structure(text, &guid))
        return false;
    *ret_uuid = swapped(&guid);
    return true;
}
