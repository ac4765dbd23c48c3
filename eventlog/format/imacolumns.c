/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/format/imacolumns.h"

#include "base/cursor.h"
#include "base/hex.h"
#include "base/number.h"

static void put_u32(assay_writer *data, bool big_endian, uint32_t value)
{
    if (big_endian)
        assay_put_u32be(data, value);
    else
        assay_put_u32le(data, value);
}

/* Reading. */

/* "sha256:00ff", "verity:sha256:00ff", or without any algorithm "00ff". */
static bool put_named_digest(assay_writer *data, assay_bytes text)
{
    const uint8_t *const colon = memrchr(text.data, ':', text.size);
    assay_cursor c = assay_cursor_of(text);

    if (colon != NULL)
        assay_put(data, assay_take(&c, (size_t)(colon - text.data) + 1));
    else
        assay_put_char(data, ':');
    assay_put_u8(data, 0);
    return assay_put_decoded(data, assay_take_rest(&c));
}

static bool put_string(assay_writer *data, assay_bytes text)
{
    assay_put(data, text);
    assay_put_u8(data, 0);
    return true;
}

/* Decimal digits as a number of `size` bytes. */
static bool put_number(assay_writer *data, assay_bytes text, size_t size, bool big_endian)
{
    uint64_t value;

    if (!assay_digits_read(text, 10, UINT64_MAX >> (64 - 8 * size), &value))
        return false;
    for (size_t i = 0; i < size; i++)
        assay_put_u8(data, (uint8_t)(value >> 8 * (big_endian ? size - 1 - i : i)));
    return true;
}

static bool put_value(assay_writer *data, enum assay_ima_field field, assay_bytes text,
                      bool big_endian)
{
    switch (field) {
    case ASSAY_IMA_D_NG:
    case ASSAY_IMA_D_NGV2:
    case ASSAY_IMA_D_MODSIG:
        return put_named_digest(data, text);
    case ASSAY_IMA_N:
    case ASSAY_IMA_N_NG:
    case ASSAY_IMA_XATTRNAMES:
        return put_string(data, text);
    case ASSAY_IMA_IUID:
    case ASSAY_IMA_IGID:
        return put_number(data, text, 4, big_endian);
    case ASSAY_IMA_IMODE:
        return put_number(data, text, 2, big_endian);
    default:
        return assay_put_decoded(data, text);
    }
}

/* A field that says nothing is a blank after a blank; one that is text has its NUL at least. */
static bool put_field(assay_writer *data, enum assay_ima_field field, assay_bytes text,
                      bool big_endian)
{
    const size_t start = data->used;

    put_u32(data, big_endian, 0);
    if (text.size > 0 && !put_value(data, field, text, big_endian))
        return false;
    const uint32_t size = (uint32_t)(data->used - start - sizeof size);
    if (data->failure == 0)
        assay_patch_u32le(data, start, big_endian ? __builtin_bswap32(size) : size);
    return true;
}

/* The first template: 20 bytes without a length, and a name without its NUL. */
static bool put_old(assay_writer *data, const assay_bytes *columns)
{
    uint8_t digest[ASSAY_IMA_OLD_DIGEST];

    if (!assay_hex_decode(columns[0], digest, sizeof digest) ||
        columns[1].size > ASSAY_IMA_OLD_NAME)
        return false;
    assay_put(data, assay_bytes_of(digest, sizeof digest));
    assay_put_u32le(data, (uint32_t)columns[1].size);
    assay_put(data, columns[1]);
    return true;
}

static assay_bytes take_column(assay_cursor *c)
{
    const assay_bytes rest = assay_peek_rest(c);
    const uint8_t *const blank = memchr(rest.data, ' ', rest.size);
    const assay_bytes column =
        assay_take(c, blank != NULL ? (size_t)(blank - rest.data) : rest.size);

    if (blank != NULL)
        assay_take_u8(c);
    return column;
}

static size_t count_columns(assay_bytes text)
{
    size_t count = 1;

    for (size_t i = 0; i < text.size; i++)
        count += text.data[i] == ' ';
    return count;
}

static bool is_name(enum assay_ima_field field)
{
    return field == ASSAY_IMA_N || field == ASSAY_IMA_N_NG;
}

/* One column and the `more` that follow it, with the blanks between. */
static assay_bytes take_columns(assay_cursor *c, size_t more)
{
    assay_bytes all = take_column(c);

    for (; more > 0; more--) {
        const assay_bytes column = take_column(c);

        all.size = (size_t)(column.data - all.data) + column.size;
    }
    return all;
}

/*
 * Which text is which field's. Kernels before 3.13 left the blanks in a file's name. Who pastes a
 * list into a mail may lose the blanks at the end of a line, which stand for fields that are
 * empty, and may find two after the template.
 */
static bool assign_columns(const assay_ima_template *template, assay_bytes text,
                           assay_bytes *columns)
{
    assay_cursor c = assay_cursor_of(text);
    size_t count = count_columns(text), surplus;

    if (count > template->count && text.data[0] == ' ') {
        take_column(&c);
        count--;
    }
    surplus = count > template->count ? count - template->count : 0;
    for (size_t i = 0; i < template->count; i++) {
        const bool takes_surplus = surplus > 0 && is_name(template->fields[i]);

        columns[i] = i >= count ? ASSAY_LITERAL("") : take_columns(&c, takes_surplus ? surplus : 0);
        surplus = takes_surplus ? 0 : surplus;
    }
    return surplus == 0;
}

bool assay_ima_columns_read(assay_bytes name, assay_bytes columns, bool big_endian,
                            assay_writer *data)
{
    assay_bytes texts[ASSAY_IMA_FIELDS_MAX] = { { NULL, 0 } };
    assay_ima_template template;

    if (!assay_ima_template_find(name, &template) || columns.size == 0 ||
        !assign_columns(&template, columns, texts))
        return false;
    if (assay_ima_template_is_old(name))
        return put_old(data, texts);
    for (size_t i = 0; i < template.count; i++)
        if (!put_field(data, template.fields[i], texts[i], big_endian))
            return false;
    return true;
}

/* Writing. What these get wrong, reading the line again shows. */

static void write_named_digest(assay_writer *line, assay_bytes value)
{
    const uint8_t *const nul = memchr(value.data, 0, value.size);
    assay_cursor c = assay_cursor_of(value);
    const assay_bytes name = assay_take(&c, nul != NULL ? (size_t)(nul - value.data) : 0);

    assay_take_u8(&c);
    if (name.size > 1)
        assay_put(line, name);
    assay_put_hex(line, assay_take_rest(&c));
}

static void write_string(assay_writer *line, assay_bytes value)
{
    assay_cursor c = assay_cursor_of(value);

    assay_put(line, assay_take_up_to(&c, value.size - 1));
}

static void write_number(assay_writer *line, assay_bytes value, bool big_endian)
{
    uint64_t number = 0;

    for (size_t i = 0; i < value.size && i < sizeof number; i++)
        number |= (uint64_t)value.data[i] << 8 * (big_endian ? value.size - 1 - i : i) % 64;
    assay_put_decimal(line, number);
}

static void write_value(assay_writer *line, enum assay_ima_field field, assay_bytes value,
                        bool big_endian)
{
    switch (field) {
    case ASSAY_IMA_D_NG:
    case ASSAY_IMA_D_NGV2:
    case ASSAY_IMA_D_MODSIG:
        write_named_digest(line, value);
        break;
    case ASSAY_IMA_N:
    case ASSAY_IMA_N_NG:
    case ASSAY_IMA_XATTRNAMES:
        write_string(line, value);
        break;
    case ASSAY_IMA_IUID:
    case ASSAY_IMA_IGID:
    case ASSAY_IMA_IMODE:
        write_number(line, value, big_endian);
        break;
    default:
        assay_put_hex(line, value);
    }
}

bool assay_ima_columns_write(assay_bytes name, const assay_ima_fields *fields, assay_writer *line)
{
    const bool old = assay_ima_template_is_old(name);
    assay_ima_template template;

    if (!assay_ima_template_find(name, &template) || template.count != fields->count)
        return false;
    for (size_t i = 0; i < template.count; i++) {
        const assay_bytes value = fields->list[i];

        assay_put_char(line, ' ');
        if (old && i == 1)
            assay_put(line, value);
        else if (value.size > 0)
            write_value(line, template.fields[i], value, fields->big_endian);
    }
    return true;
}
