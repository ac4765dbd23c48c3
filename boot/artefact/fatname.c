/* SPDX-License-Identifier: BSD-2-Clause */
/* Names as FAT stores them: Microsoft FAT32 File System Specification 1.03, pages 23 to 33. */
#include "boot/artefact/fatplan_private.h"

#include "base/utf8.h"

#include <stdio.h>

enum { BASE = 8, SUFFIX = 3, NAME_UNITS_MAX = 255 };

size_t assay_fat_long_name(assay_bytes name, uint16_t ret_units[ASSAY_FAT_LONG_UNITS])
{
    size_t count = 0, size;
    uint32_t c = 0;

    for (; name.size > 0; name = assay_bytes_of(name.data + size, name.size - size)) {
        size = assay_utf8_decode(name, &c);
        if (size == 0 || c < ' ' || (c < 0x80 && strchr("\"*/:<>?\\|", (int)c) != NULL) ||
            count + 2 > NAME_UNITS_MAX)
            return 0;
        if (c >= 0x10000) {
            ret_units[count++] = (uint16_t)(0xD800 | (c - 0x10000) >> 10);
            c = 0xDC00 | (c & 0x3FF);
        }
        ret_units[count++] = (uint16_t)c;
    }
    return c == ' ' || c == '.' ? 0 : count; /* drivers drop these at the end of a name */
}

static bool is_short(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("$%'-_@`!(){}^#&", c) != NULL);
}

/* The dot before the suffix, or the end. */
static size_t find_dot(assay_bytes name)
{
    for (size_t i = name.size; i > 1; i--)
        if (name.data[i - 1] == '.')
            return i - 1;
    return name.size;
}

/* Capitals, and a '_' for what no short name has; blanks and dots go. Returns how many. */
static size_t shorten(const uint8_t *from, size_t size, uint8_t *to, size_t room)
{
    size_t count = 0;

    for (size_t i = 0; i < size && count < room; i++) {
        const uint8_t c = from[i] >= 'a' && from[i] <= 'z' ? (uint8_t)(from[i] - 0x20) : from[i];

        if (c != ' ' && c != '.')
            to[count++] = is_short(c) ? c : '_';
    }
    return count;
}

bool assay_fat_short_name(assay_bytes name, size_t position, uint8_t ret_name[ASSAY_FAT_SHORT_NAME])
{
    const size_t dot = find_dot(name), behind = dot < name.size ? dot + 1 : dot;
    const size_t suffix = name.size - behind;
    bool whole = dot > 0 && dot <= BASE && suffix <= SUFFIX;
    char tail[BASE];

    for (size_t i = 0; i < name.size; i++)
        whole = whole && (i == dot || is_short(name.data[i]));
    memset(ret_name, ' ', ASSAY_FAT_SHORT_NAME);
    size_t used = shorten(name.data, dot, ret_name, BASE);
    shorten(name.data + behind, suffix, ret_name + BASE, SUFFIX);
    if (whole)
        return false;
    /* No name that is whole has a tilde, and no two of these have one number. */
    const size_t size = (size_t)snprintf(tail, sizeof tail, "~%zu", position + 1);
    if (used > BASE - size)
        used = BASE - size;
    memset(ret_name + used, ' ', BASE - used);
    memcpy(ret_name + used, tail, size);
    return true;
}
