/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/sbat.h"

enum { COLUMNS = 6, DATE = 10 };

const assay_bytes assay_sbat_original = ASSAY_LITERAL("sbat,1,2021030218\n");

/* What comes before the first byte of `stops`; the cursor stands at that byte then. */
static assay_bytes take_until(assay_cursor *c, const char *stops)
{
    const assay_bytes rest = assay_peek_rest(c);
    size_t size = 0;

    while (size < rest.size && strchr(stops, rest.data[size]) == NULL) /* NUL is one of them */
        size++;
    return assay_take(c, size);
}

/* The next line with something in it; no bytes at the end, which a NUL is too. */
static assay_bytes take_line(assay_cursor *c)
{
    assay_bytes line = take_until(c, "\r\n");

    while (line.size == 0 && assay_left(c) > 0 && assay_take_u8(c) != '\0')
        line = take_until(c, "\r\n");
    return line.size > 0 ? line : ASSAY_NO_BYTES;
}

/* The columns of a line, at most COLUMNS; how many there are. */
static size_t split(assay_bytes line, assay_bytes ret_columns[COLUMNS])
{
    assay_cursor c = assay_cursor_of(line);
    size_t count = 0;

    do
        ret_columns[count++] = take_until(&c, ",");
    while (count < COLUMNS && assay_left(&c) > 0 && assay_take_u8(&c) == ',');
    return count;
}

/* As atoi() reads it, and in sixteen bits as shim keeps it. */
static unsigned number(assay_bytes text)
{
    assay_cursor c = assay_cursor_of(text);
    unsigned value = 0;

    while (assay_left(&c) > 0) {
        const uint8_t digit = assay_take_u8(&c);

        if (digit < '0' || digit > '9')
            break;
        value = value * 10 + (digit - '0');
    }
    return value & 0xffff;
}

bool assay_sbat_levels_of(const assay_pe *pe, assay_sbat_levels *ret_levels)
{
    assay_cursor c = assay_cursor_of(assay_pe_bytes(pe, ".sbatlevel"));

    if (assay_take_u32le(&c) != 0) /* of a format to come */
        return false;
    const assay_bytes payload = assay_peek_rest(&c);
    const uint32_t automatic = assay_take_u32le(&c), latest = assay_take_u32le(&c);

    c = assay_cursor_of(payload);
    assay_seek(&c, automatic);
    const assay_bytes first = take_until(&c, "");

    assay_seek(&c, latest);
    const assay_bytes second = take_until(&c, "");

    if (c.failed || automatic < 8 || latest < 8)
        return false;
    *ret_levels = (assay_sbat_levels){ .automatic = first, .latest = second };
    return true;
}

bool assay_sbat_is_level(assay_bytes level)
{
    return level.size >= 6 && assay_bytes_start_with(level, ASSAY_LITERAL("sbat,"));
}

/* What begins with the n-th column, from 0, on. */
static assay_bytes from_column(assay_bytes text, unsigned n)
{
    assay_cursor c = assay_cursor_of(text);

    while (n > 0 && assay_left(&c) > 0) {
        take_until(&c, ",");
        n -= assay_left(&c) > 0 && assay_take_u8(&c) == ',';
    }
    return assay_take_rest(&c);
}

/* As strncmp() compares at most `size` characters. */
static int compare(assay_bytes a, assay_bytes b, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        const int x = i < a.size ? a.data[i] : 0, y = i < b.size ? b.data[i] : 0;

        if (x != y || x == 0)
            return x - y;
    }
    return 0;
}

bool assay_sbat_keeps(assay_bytes level, assay_bytes candidate)
{
    const assay_bytes version = from_column(level, 1), date = from_column(level, 2);
    const assay_bytes new_version = from_column(candidate, 1), new_date = from_column(candidate, 2);
    const size_t digits = version.size - date.size, new_digits = new_version.size - new_date.size;

    if (level.size < assay_sbat_original.size || !assay_sbat_is_level(level))
        return false;
    if (digits > new_digits ||
        (digits == new_digits && compare(version, new_version, new_digits) > 0))
        return true;
    return compare(date, new_date, DATE) >= 0;
}

/* Whether the level asks more of a component than it has. */
static bool revokes(assay_bytes level, assay_bytes component, unsigned generation)
{
    assay_cursor c = assay_cursor_of(level);
    assay_bytes line;

    while ((line = take_line(&c)).data != NULL) {
        assay_bytes columns[COLUMNS];

        if (split(line, columns) >= 2 && assay_bytes_equal(columns[0], component))
            return generation < number(columns[1]);
    }
    return false;
}

bool assay_sbat_passes(assay_bytes level, assay_bytes section)
{
    assay_cursor c = assay_cursor_of(section);
    assay_bytes line;

    while ((line = take_line(&c)).data != NULL) {
        assay_bytes columns[COLUMNS];

        if (split(line, columns) < COLUMNS || revokes(level, columns[0], number(columns[1])))
            return false;
    }
    return true;
}

int assay_sbat_generation(assay_bytes section, const char *component)
{
    assay_cursor c = assay_cursor_of(section);
    assay_bytes line;

    while ((line = take_line(&c)).data != NULL) {
        assay_bytes columns[COLUMNS];

        if (split(line, columns) >= 2 &&
            assay_bytes_equal(columns[0], assay_bytes_of_string(component)))
            return (int)number(columns[1]);
    }
    return -1;
}
