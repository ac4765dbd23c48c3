/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values as a table for spreadsheets and databases: comma-separated (RFC 4180), with a header, one
 * value a line:
 *
 *     variant,bank,pcr,value,confidence
 *     linux-6.1,sha256,0,3d45...,observed
 *
 * Lines end with CR LF, or when read with LF alone. A name with a comma, a quote or a blank in it
 * stands between quotes. The last column says how each value came to be known, and is believed as a
 * reference without a signature is.
 */
#include "policy/export/imported.h"
#include "policy/export/plain/plain.h"

#include "base/cursor.h"
#include "base/hex.h"
#include "base/number.h"
#include "base/output.h"

enum { VARIANT, BANK, PCR, VALUE, CONFIDENCE, COLUMNS };

static const char *const columns[COLUMNS] = { "variant", "bank", "pcr", "value", "confidence" };

enum { FIELD_MAX = 4096 };

/* Writing. */

static void put_name(assay_writer *writer, const char *name)
{
    assay_put_char(writer, '"');
    for (const char *c = name; *c != '\0'; c++) {
        if (*c == '"')
            assay_put_char(writer, '"');
        assay_put_char(writer, *c);
    }
    assay_put_char(writer, '"');
}

static void put_field(assay_writer *writer, const char *text)
{
    if (strpbrk(text, ",\" \r\n") != NULL)
        put_name(writer, text);
    else
        assay_put_string(writer, text);
}

static enum assay_confidence confidence_of(const assay_reference_variant *variant, uint16_t alg,
                                           unsigned pcr)
{
    size_t bank = 0;

    while (variant->values.banks[bank].alg != alg)
        bank++;
    return variant->confidence[bank][pcr];
}

static void put_row(assay_writer *writer, const assay_reference_variant *variant,
                    const assay_pcr_bank *bank, unsigned pcr)
{
    put_field(writer, variant->name);
    assay_put_format(writer, ",%s,%u,", assay_alg_find(bank->alg)->name, pcr);
    assay_put_hex(writer, assay_bytes_of(bank->value[pcr], bank->size));
    assay_put_format(writer, ",%s\r\n",
                     assay_confidence_name(confidence_of(variant, bank->alg, pcr)));
}

static void put_variant(const assay_export_job *job, size_t variant, assay_writer *writer)
{
    const assay_pcrs values = assay_plain_values(job, variant);

    for (size_t i = 0; i < values.bank_count; i++)
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
            if (assay_pcr_set_has(values.banks[i].present, pcr))
                put_row(writer, &job->reference->variants[variant], &values.banks[i], pcr);
}

static int write(assay_export_job *job, assay_error *error)
{
    const int status = assay_plain_check_pcrs(job, error);

    if (status < 0)
        return status;
    assay_writer *const writer = assay_export_add_file(job, "");
    for (size_t i = 0; i < COLUMNS; i++)
        assay_put_format(writer, "%s%s", columns[i], i + 1 < COLUMNS ? "," : "\r\n");
    for (size_t i = 0; i < job->reference->variant_count; i++)
        if (assay_export_has_variant(job, i))
            put_variant(job, i, writer);
    assay_plain_note_losses(job);
    return 0;
}

/* Reading. */

typedef struct csv_row {
    uint64_t offset; /* of its first byte */
    assay_writer fields[COLUMNS];
} csv_row;

static int refuse(uint64_t offset, const char *field, const char *what, assay_error *error)
{
    return assay_fail(error, ASSAY_MALFORMED, (assay_place){ offset, ASSAY_NO_EVENT, field }, "%s",
                      what);
}

static bool next_is(const assay_cursor *c, char wanted)
{
    const assay_bytes rest = assay_peek_rest(c);

    return rest.size > 0 && rest.data[0] == (uint8_t)wanted;
}

static bool ends_plain_field(const assay_cursor *c)
{
    return assay_left(c) == 0 || next_is(c, ',') || next_is(c, '\r') || next_is(c, '\n');
}

/* The rest of a field behind its opening quote; false where the closing one is missing. */
static bool take_quoted(assay_cursor *c, assay_writer *field)
{
    while (assay_left(c) > 0) {
        const uint8_t byte = assay_take_u8(c);

        if (byte != '"') {
            assay_put_u8(field, byte);
        } else if (next_is(c, '"')) {
            assay_put_u8(field, assay_take_u8(c));
        } else {
            return true;
        }
    }
    return false;
}

static int take_field(assay_cursor *c, assay_writer *field, const char *name, assay_error *error)
{
    const uint64_t offset = c->offset;

    if (next_is(c, '"')) {
        assay_take_u8(c);
        if (!take_quoted(c, field))
            return refuse(offset, name, "a quote that nothing closes", error);
    } else {
        while (!ends_plain_field(c) && !next_is(c, '"'))
            assay_put_u8(field, assay_take_u8(c));
    }
    if (!ends_plain_field(c))
        return refuse(c->offset, name, "a quote inside a field", error);
    if (field->failure != 0)
        return refuse(offset, name, "a field longer than any of such a table", error);
    return 0;
}

static bool take_line_end(assay_cursor *c)
{
    if (assay_left(c) == 0)
        return true;
    if (next_is(c, '\r'))
        assay_take_u8(c);
    return next_is(c, '\n') && assay_take_u8(c) == '\n';
}

/* The fields go into the row's writers, which are `room`. */
static int take_row(assay_cursor *c, csv_row *row, char room[COLUMNS][FIELD_MAX],
                    assay_error *error)
{
    int status = 0;

    row->offset = c->offset;
    for (size_t i = 0; i < COLUMNS && status == 0; i++) {
        row->fields[i] = assay_writer_lent(room[i], FIELD_MAX);
        if (i > 0 && !(next_is(c, ',') && assay_take_u8(c) == ','))
            return refuse(c->offset, columns[i], "the line ends before it", error);
        status = take_field(c, &row->fields[i], columns[i], error);
    }
    if (status == 0 && !take_line_end(c))
        return refuse(c->offset, NULL, "more than five fields in a line", error);
    return status;
}

static assay_bytes field_of(const csv_row *row, size_t column)
{
    return assay_written(&row->fields[column]);
}

static int check_header(const csv_row *row, assay_error *error)
{
    for (size_t i = 0; i < COLUMNS; i++)
        if (!assay_bytes_equal(field_of(row, i), assay_bytes_of_string(columns[i])))
            return refuse(row->offset, columns[i],
                          "the first line is not variant,bank,pcr,value,confidence", error);
    return 0;
}

static int add_value(const csv_row *row, assay_reference_variant *variant, assay_error *error)
{
    const assay_alg *const alg = assay_alg_by_name(field_of(row, BANK));
    uint64_t pcr;

    if (alg == NULL)
        return refuse(row->offset, columns[BANK], "a bank of this name is unknown", error);
    if (!assay_digits_read(field_of(row, PCR), 10, ASSAY_PCRS - 1, &pcr))
        return refuse(row->offset, columns[PCR], "this is no PCR from 0 to 23", error);
    const enum assay_confidence known = assay_plain_confidence_of(field_of(row, CONFIDENCE));
    if (known == ASSAY_CONFIDENCES)
        return refuse(row->offset, columns[CONFIDENCE], "a confidence of this name is unknown",
                      error);
    assay_pcr_bank *const bank = assay_pcrs_add_bank(&variant->values, alg->id);
    if (assay_pcr_set_has(bank->present, (unsigned)pcr))
        return refuse(row->offset, NULL, "the variant has a value of this PCR already", error);
    if (!assay_hex_decode(field_of(row, VALUE), bank->value[pcr], alg->size))
        return refuse(row->offset, columns[VALUE],
                      "not as many hexadecimal digits as the bank's values have", error);
    bank->present |= (assay_pcr_set)1 << pcr;
    variant->confidence[bank - variant->values.banks][pcr] = (uint8_t)known;
    return 0;
}

static int read_row(assay_reference *reference, const csv_row *row, assay_error *error)
{
    assay_reference_variant *variant = assay_import_find_variant(reference, field_of(row, VARIANT));
    int status = 0;

    if (variant == NULL)
        status = assay_import_variant_at(reference, field_of(row, VARIANT), row->offset, &variant,
                                         error);
    return status < 0 ? status : add_value(row, variant, error);
}

static int read_rows(assay_reference *reference, assay_bytes text, assay_error *error)
{
    char room[COLUMNS][FIELD_MAX];
    assay_cursor c = assay_cursor_of(text);
    csv_row row;

    if (assay_bytes_start_with(text, ASSAY_LITERAL("\xEF\xBB\xBF")))
        return refuse(0, NULL, "a byte order mark, with which the table doesn't begin", error);
    int status = take_row(&c, &row, room, error);
    if (status == 0)
        status = check_header(&row, error);
    while (status == 0 && assay_left(&c) > 0) {
        status = take_row(&c, &row, room, error);
        if (status == 0)
            status = read_row(reference, &row, error);
    }
    return status;
}

static int read(assay_import_job *job, assay_reference **ret_reference, assay_error *error)
{
    assay_bytes text;
    int status = assay_import_one_file(job, &text, error);

    if (status < 0)
        return status;
    assay_reference *const reference = assay_import_begin(job);
    if (reference != NULL)
        status = read_rows(reference, text, error);
    return assay_import_end(reference, status, ret_reference, error);
}

const assay_export_format assay_export_csv = {
    .name = "csv",
    .title = "table of PCR values (RFC 4180)",
    .reader = "spreadsheets, databases, scripts",
    .holds = "every bank and PCR",
    .loses = "all but values, variants and how well each value is known",
    .text = true,
    .settings = assay_import_variant_setting,
    .write = write,
    .read = read,
};
