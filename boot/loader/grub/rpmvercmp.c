/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rpm's documentation, "Dependencies: Versioning", with '~' for what comes before a version and
 * '+' as blscfg.c of Fedora's GRUB treats it.
 */
#include "boot/loader/grub/rpmvercmp.h"

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static uint8_t first(assay_bytes b)
{
    return b.size > 0 ? b.data[0] : '\0';
}

static assay_bytes behind(assay_bytes b, size_t count)
{
    return assay_bytes_of(b.data + count, b.size - count);
}

static assay_bytes skip_separators(assay_bytes b)
{
    while (b.size > 0 && !is_digit(b.data[0]) && !is_letter(b.data[0]) && b.data[0] != '~' &&
           b.data[0] != '+')
        b = behind(b, 1);
    return b;
}

static assay_bytes segment(assay_bytes b, bool digits)
{
    size_t size = 0;

    while (size < b.size && (digits ? is_digit(b.data[size]) : is_letter(b.data[size])))
        size++;
    return assay_bytes_of(b.data, size);
}

static assay_bytes without_zeros(assay_bytes b)
{
    while (b.size > 0 && b.data[0] == '0')
        b = behind(b, 1);
    return b;
}

static int compare_text(assay_bytes a, assay_bytes b)
{
    const size_t common = a.size < b.size ? a.size : b.size;
    const int order = common > 0 ? memcmp(a.data, b.data, common) : 0;

    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

static int compare_numbers(assay_bytes a, assay_bytes b)
{
    a = without_zeros(a);
    b = without_zeros(b);
    return a.size != b.size ? (a.size > b.size ? 1 : -1) : compare_text(a, b);
}

/* '~' is older than anything, even the end; '+' is newer than the end, and older than the rest. */
static bool compare_signs(assay_bytes a, assay_bytes b, int *ret_order)
{
    const uint8_t x = first(a), y = first(b);

    if (x == '~' || y == '~')
        *ret_order = (x != '~') - (y != '~');
    else if (x == '+' || y == '+')
        *ret_order = a.size == 0 ? -1 : b.size == 0 ? 1 : (x != '+') - (y != '+');
    else
        return false;
    return true;
}

int assay_rpmvercmp(assay_bytes a, assay_bytes b)
{
    int order;

    for (;;) {
        a = skip_separators(a);
        b = skip_separators(b);
        if (compare_signs(a, b, &order)) {
            if (order != 0)
                return order;
            a = behind(a, 1);
            b = behind(b, 1);
            continue;
        }
        if (a.size == 0 || b.size == 0)
            return (a.size > 0) - (b.size > 0);
        const bool digits = is_digit(a.data[0]);
        const assay_bytes x = segment(a, digits), y = segment(b, digits);

        if (y.size == 0)
            return digits ? 1 : -1;
        order = digits ? compare_numbers(x, y) : compare_text(x, y);
        if (order != 0)
            return order;
        a = behind(a, x.size);
        b = behind(b, y.size);
    }
}

typedef struct package {
    assay_bytes name, version, release;
} package;

/* The last part of a name, taken off it; all of it where there is but one. */
static assay_bytes take_last(assay_bytes *name)
{
    size_t at = name->size;

    while (at > 0 && name->data[at - 1] != '-')
        at--;
    if (at == 0)
        return ASSAY_NO_BYTES;
    const assay_bytes last = behind(*name, at);

    name->size = at - 1;
    return last;
}

/* With fewer than three parts there is no release, and with one there is but a name. */
static package split(assay_bytes text)
{
    package p = { .name = text };

    p.release = take_last(&p.name);
    p.version = take_last(&p.name);
    if (p.version.data == NULL) {
        p.version = p.release;
        p.release = ASSAY_NO_BYTES;
    }
    return p;
}

int assay_rpm_compare(assay_bytes a, assay_bytes b)
{
    const package x = split(a), y = split(b);
    int order = assay_rpmvercmp(x.name, y.name);

    if (order == 0)
        order = assay_rpmvercmp(x.version, y.version);
    if (order == 0)
        order = assay_rpmvercmp(x.release, y.release);
    return order;
}
