/* SPDX-License-Identifier: BSD-2-Clause */
/* What tpm2_nvreadpublic(1) prints of NV indices: YAML of one shape, with a level of two blanks. */
#include "boot/platform/nvindex.h"

#include "base/cursor.h"
#include "base/hex.h"
#include "base/number.h"

/* TPMA_NV as tpm2-tools spell it. */
static const struct {
    const char *name;
    uint32_t bits;
} attributes[] = {
    { "ppwrite", 1u << 0 },         { "ownerwrite", 1u << 1 },     { "authwrite", 1u << 2 },
    { "policywrite", 1u << 3 },     { "nt=ordinary", 0 },          { "nt=counter", 1u << 4 },
    { "nt=bits", 2u << 4 },         { "nt=extend", 4u << 4 },      { "nt=pinfail", 8u << 4 },
    { "nt=pinpass", 9u << 4 },      { "nt=0x1", 1u << 4 },         { "nt=0x2", 2u << 4 },
    { "nt=0x4", 4u << 4 },          { "nt=0x8", 8u << 4 },         { "nt=0x9", 9u << 4 },
    { "policydelete", 1u << 10 },   { "writelocked", 1u << 11 },   { "writeall", 1u << 12 },
    { "writedefine", 1u << 13 },    { "write_stclear", 1u << 14 }, { "globallock", 1u << 15 },
    { "ppread", 1u << 16 },         { "ownerread", 1u << 17 },     { "authread", 1u << 18 },
    { "policyread", 1u << 19 },     { "no_da", 1u << 25 },         { "orderly", 1u << 26 },
    { "clear_stclear", 1u << 27 },  { "readlocked", 1u << 28 },    { "written", 1u << 29 },
    { "platformcreate", 1u << 30 }, { "read_stclear", 1u << 31 },
};

enum { ATTRIBUTES = sizeof attributes / sizeof *attributes };

enum section { NO_SECTION, HASH_ALGORITHM, ATTRIBUTE_SECTION };

typedef struct nv_reader {
    assay_nv_read *list;
    int count;
    enum section section;
    bool has_friendly;
    uint32_t friendly;
    uint32_t seen; /* fields of the index at hand: 1 size, 2 attributes, 4 algorithm */
} nv_reader;

typedef struct nv_line {
    uint64_t offset;
    size_t indent;
    assay_bytes key, value;
} nv_line;

static assay_bytes trimmed(assay_bytes text)
{
    while (text.size > 0 && (text.data[0] == ' ' || text.data[0] == '\t'))
        text = assay_bytes_of(text.data + 1, text.size - 1);
    while (text.size > 0 && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\r' ||
                             text.data[text.size - 1] == '\t'))
        text.size--;
    return text;
}

/* "  key: value"; false at the end. A line without a colon has a key alone. */
static bool take_line(assay_cursor *c, nv_line *line)
{
    const assay_bytes rest = assay_peek_rest(c);

    if (rest.size == 0)
        return false;
    const void *const newline = memchr(rest.data, '\n', rest.size);
    assay_bytes text = rest;
    line->offset = c->offset;
    if (newline != NULL)
        text.size = (size_t)((const uint8_t *)newline - rest.data);
    assay_take(c, text.size + (newline != NULL));
    for (line->indent = 0; line->indent < text.size && text.data[line->indent] == ' ';)
        line->indent++;
    const void *const colon = text.size > 0 ? memchr(text.data, ':', text.size) : NULL;
    const size_t size = colon != NULL ? (size_t)((const uint8_t *)colon - text.data) : text.size;
    line->key = trimmed(assay_bytes_of(text.data, size));
    line->value = colon != NULL
                      ? trimmed(assay_bytes_of(text.data + size + 1, text.size - size - 1))
                      : ASSAY_NO_BYTES;
    return true;
}

static int fail(const nv_line *line, const char *field, const char *what, assay_error *error)
{
    return assay_fail(error, ASSAY_MALFORMED, (assay_place){ line->offset, ASSAY_NO_EVENT, field },
                      "%s", what);
}

static bool friendly_bits(assay_bytes text, uint32_t *ret_bits)
{
    uint32_t bits = 0;

    while (text.size > 0) {
        const void *const bar = memchr(text.data, '|', text.size);
        const assay_bytes word =
            bar != NULL ? assay_bytes_of(text.data, (size_t)((const uint8_t *)bar - text.data))
                        : text;
        size_t i = 0;

        while (i < ATTRIBUTES &&
               !assay_bytes_equal(word, assay_bytes_of_string(attributes[i].name)))
            i++;
        if (i == ATTRIBUTES)
            return false;
        bits |= attributes[i].bits;
        text = bar != NULL ? assay_bytes_of(word.data + word.size + 1, text.size - word.size - 1)
                           : ASSAY_NO_BYTES;
    }
    *ret_bits = bits;
    return true;
}

static int take_index(nv_reader *reader, const nv_line *line, assay_error *error)
{
    uint64_t handle;

    if (!assay_bytes_start_with(line->key, ASSAY_LITERAL("0x")) ||
        !assay_number_read(line->key, UINT32_MAX, &handle))
        return fail(line, "nv_index", "an index begins with its handle, as in '0x1c10106:'", error);
    if (reader->count == ASSAY_NV_READ_MAX)
        return assay_fail(error, ASSAY_TOO_LARGE,
                          (assay_place){ line->offset, ASSAY_NO_EVENT, "nv_index" },
                          "more than %d indices", ASSAY_NV_READ_MAX);
    assay_nv_read *const read = &reader->list[reader->count++];
    *read = (assay_nv_read){ .index = { .defined = true, .nv_index = (uint32_t)handle } };
    read->index.auth_policy = assay_bytes_of(read->policy, 0);
    reader->section = NO_SECTION;
    reader->has_friendly = false;
    reader->seen = 0;
    return 0;
}

static int take_policy(assay_nv_read *read, const nv_line *line, assay_error *error)
{
    const size_t size = line->value.size / 2;

    if (size > sizeof read->policy || !assay_hex_decode(line->value, read->policy, size))
        return fail(line, "authPolicy", "a policy is a digest in hexadecimal digits", error);
    read->index.auth_policy = assay_bytes_of(read->policy, size);
    return 0;
}

/* Versions before 4.1 print the attributes' number byte by byte the other way round. */
static uint32_t whichever(const nv_reader *reader, uint32_t value)
{
    return reader->has_friendly && __builtin_bswap32(value) == reader->friendly ? reader->friendly
                                                                                : value;
}

static int take_number(nv_reader *reader, const nv_line *line, assay_error *error)
{
    assay_txt_nv_public *const index = &reader->list[reader->count - 1].index;
    uint64_t value;

    if (reader->section == NO_SECTION)
        return 0;
    if (!assay_number_read(line->value, reader->section == HASH_ALGORITHM ? UINT16_MAX : UINT32_MAX,
                           &value))
        return fail(line, reader->section == HASH_ALGORITHM ? "nameAlg" : "attributes",
                    "the value is no number that fits", error);
    if (reader->section == HASH_ALGORITHM)
        index->name_alg = (uint16_t)value;
    else
        index->attributes = whichever(reader, (uint32_t)value);
    reader->seen |= reader->section == HASH_ALGORITHM ? 4u : 2u;
    return 0;
}

static bool is(const nv_line *line, const char *key)
{
    return assay_bytes_equal(line->key, assay_bytes_of_string(key));
}

static int take_field(nv_reader *reader, const nv_line *line, assay_error *error)
{
    assay_nv_read *const read = &reader->list[reader->count - 1];
    uint64_t size;

    if (is(line, "friendly")) {
        reader->has_friendly =
            reader->section == ATTRIBUTE_SECTION && friendly_bits(line->value, &reader->friendly);
        return 0;
    }
    if (is(line, "value"))
        return take_number(reader, line, error);
    reader->section = is(line, "hash algorithm") ? HASH_ALGORITHM
                      : is(line, "attributes")   ? ATTRIBUTE_SECTION
                                                 : NO_SECTION;
    if (is(line, "authorization policy"))
        return take_policy(read, line, error);
    if (!is(line, "size"))
        return 0;
    if (!assay_number_read(line->value, UINT16_MAX, &size))
        return fail(line, "dataSize", "the size is no number of 16 bits", error);
    read->index.data_size = (uint16_t)size;
    reader->seen |= 1;
    return 0;
}

static int finish(const nv_reader *reader, uint64_t offset, assay_error *error)
{
    if (reader->count == 0 || reader->seen == 7)
        return 0;
    return assay_fail(error, ASSAY_MALFORMED,
                      (assay_place){ offset, ASSAY_NO_EVENT,
                                     (reader->seen & 1) == 0   ? "dataSize"
                                     : (reader->seen & 2) == 0 ? "attributes"
                                                               : "nameAlg" },
                      "index 0x%08x ends without it",
                      reader->list[reader->count - 1].index.nv_index);
}

int assay_nv_read_text(assay_bytes text, assay_nv_read ret_list[ASSAY_NV_READ_MAX],
                       assay_error *error)
{
    nv_reader reader = { .list = ret_list };
    assay_cursor c = assay_cursor_of(text);
    nv_line line;
    int status = 0;

    while (status == 0 && take_line(&c, &line)) {
        if (line.key.size == 0)
            continue;
        if (line.indent == 0) {
            status = finish(&reader, line.offset, error);
            if (status == 0)
                status = take_index(&reader, &line, error);
        } else if (reader.count == 0)
            status = fail(&line, "nv_index", "a field stands before the first index", error);
        else
            status = take_field(&reader, &line, error);
    }
    if (status == 0)
        status = finish(&reader, c.offset, error);
    return status < 0 ? status : reader.count;
}

void assay_nv_write_text(assay_writer *writer, const assay_txt_nv_public *index)
{
    assay_put_format(writer, "0x%x:\n  hash algorithm:\n    value: 0x%X\n", index->nv_index,
                     index->name_alg);
    assay_put_format(writer, "  attributes:\n    value: 0x%X\n  size: %u\n", index->attributes,
                     index->data_size);
    if (index->auth_policy.size == 0)
        return;
    assay_put_string(writer, "  authorization policy: ");
    assay_put_hex(writer, index->auth_policy);
    assay_put_char(writer, '\n');
}
