/* SPDX-License-Identifier: BSD-2-Clause */
/* The text form, its items: words that stand for bytes. */
#include "base/guid.h"
#include "base/hex.h"
#include "base/number.h"
#include "eventlog/format/textlog.h"

enum { LENGTHS_SIZE = 16 /* UINT64 UnicodeNameLength, UINT64 VariableDataLength */ };

/* A list of items being read. */
struct items {
    assay_log *log;
    assay_textlog_word *word;
    const char *field; /* whose bytes these are */
    assay_writer *bytes;
    bool in_variable;
    size_t lengths;       /* where in bytes UnicodeNameLength and VariableDataLength are */
    size_t variable_data; /* where in bytes VariableData begins */
};

struct item_kind {
    const char *prefix;
    int (*read)(struct items *items, assay_bytes rest, size_t size);
    size_t size; /* of a number, in bytes */
};

static int fail(const struct items *items, const char *what)
{
    return assay_textlog_fail(items->log, items->word->offset, items->field, "%s", what);
}

static int read_hex(struct items *items, assay_bytes digits, size_t size)
{
    (void)size;
    return assay_put_decoded(items->bytes, digits)
               ? 0
               : fail(items, "hex: takes hexadecimal digits, two a byte");
}

static int read_number(struct items *items, assay_bytes digits, size_t size)
{
    uint64_t number;

    if (!assay_number_read(digits, UINT64_MAX >> (64 - 8 * size), &number))
        return fail(items, "after the colon: a decimal or 0x number that fits into the bits");
    for (size_t i = 0; i < size; i++)
        assay_put_u8(items->bytes, (uint8_t)(number >> 8 * i));
    return 0;
}

static int read_guid(struct items *items, assay_bytes text, size_t size)
{
    assay_guid guid;

    (void)size;
    if (!assay_guid_parse(text, &guid) && !assay_guid_by_name(text, &guid))
        return fail(items, "neither a GUID like 8be4df61-93ca-11d2-aa0d-00e098032b8c nor the name "
                           "of a known one like EFI_GLOBAL_VARIABLE");
    assay_put_guid(items->bytes, &guid);
    return 0;
}

/* What one character of a string stands for, or -1. */
static int32_t take_escape(assay_cursor *cursor, bool wide)
{
    static const struct {
        char letter;
        char value;
    } simple[] = { { '0', '\0' }, { 't', '\t' }, { 'n', '\n' },
                   { 'r', '\r' }, { '"', '"' },  { '\\', '\\' } };
    const char letter = (char)assay_take_u8(cursor);
    uint8_t value[2] = { 0, 0 };

    for (size_t i = 0; i < sizeof simple / sizeof *simple; i++)
        if (letter == simple[i].letter)
            return simple[i].value;
    if (letter == 'x')
        return assay_hex_decode(assay_take(cursor, 2), &value[1], 1) ? value[1] : -1;
    if (letter == 'u' && wide)
        return assay_hex_decode(assay_take(cursor, 4), value, 2) ? value[0] << 8 | value[1] : -1;
    return -1;
}

static int read_characters(struct items *items, assay_bytes text, bool wide)
{
    assay_cursor cursor = assay_cursor_of(text);

    while (assay_left(&cursor) > 0) {
        const uint8_t c = assay_take_u8(&cursor);
        const int32_t value = c == '\\' ? take_escape(&cursor, wide) : c;

        if (value < 0)
            return fail(items,
                        wide ? "in u\"...\" the escapes are \\0 \\t \\n \\r \\\" \\\\ \\xNN \\uNNNN"
                             : "in \"...\" the escapes are \\0 \\t \\n \\r \\\" \\\\ \\xNN");
        if (c < 0x20 || c > 0x7E)
            return fail(items, wide ? "a string shows ASCII; write other characters as \\uNNNN"
                                    : "a string shows ASCII; write other bytes as \\xNN");
        if (wide)
            assay_put_u16le(items->bytes, (uint16_t)value);
        else
            assay_put_u8(items->bytes, (uint8_t)value);
    }
    return 0;
}

/* The word is known to begin with the opening quote and to end with the closing one. */
static int read_string(struct items *items, bool wide)
{
    assay_cursor cursor = assay_cursor_of(items->word->text);

    assay_take(&cursor, wide ? 2 : 1);
    return read_characters(items, assay_take(&cursor, assay_left(&cursor) - 1), wide);
}

static bool is_string(assay_bytes text, bool wide)
{
    return assay_textlog_after(text, wide ? "u\"" : "\"").data != NULL;
}

/* UEFI_VARIABLE_DATA (PFP 1.06 section 10.2.6); the items that follow are VariableData. */
static int read_variable(struct items *items, assay_bytes text, size_t size)
{
    if (items->in_variable)
        return fail(items, "the data of a variable goes on to the end, so var: can't follow");
    int status = read_guid(items, text, size);
    if (status < 0)
        return status;
    items->lengths = items->bytes->used;
    assay_put_zeros(items->bytes, LENGTHS_SIZE);
    status = assay_textlog_word_next(items->log, items->word);
    if (status < 0)
        return status;
    if (status == 0 || !is_string(items->word->text, true))
        return fail(items, "var: is followed by the variable's name, as u\"BootOrder\"");
    status = read_string(items, true);
    items->in_variable = true;
    items->variable_data = items->bytes->used;
    assay_patch_u32le(items->bytes, items->lengths,
                      (uint32_t)((items->variable_data - items->lengths - LENGTHS_SIZE) / 2));
    return status;
}

static const struct item_kind kinds[] = {
    { "hex:", read_hex, 0 },      { "u8:", read_number, 1 },  { "u16:", read_number, 2 },
    { "u32:", read_number, 4 },   { "u64:", read_number, 8 }, { "guid:", read_guid, 0 },
    { "var:", read_variable, 0 },
};

static int read_item(struct items *items)
{
    const assay_bytes text = items->word->text;

    if (is_string(text, false) || is_string(text, true))
        return read_string(items, is_string(text, true));
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const assay_bytes rest = assay_textlog_after(text, kinds[i].prefix);

        if (rest.data != NULL)
            return kinds[i].read(items, rest, kinds[i].size);
    }
    return fail(items, "expected \"text\", u\"text\", hex:, u8:, u16:, u32:, u64:, guid:, var:, "
                       "or = and digests");
}

int assay_textlog_string_read(assay_log *log, assay_textlog_word *word, const char *field,
                              assay_writer *writer)
{
    struct items items = { .log = log, .word = word, .field = field, .bytes = writer };

    if (!is_string(word->text, false))
        return fail(&items, "expected a name between quotes");
    return read_string(&items, false);
}

int assay_textlog_items_read(assay_log *log, assay_textlog_word *word, const char *field,
                             assay_writer *writer)
{
    struct items items = { .log = log, .word = word, .field = field, .bytes = writer };

    while (word->text.size > 0 && !assay_bytes_equal(word->text, ASSAY_LITERAL("="))) {
        int status = read_item(&items);

        if (status == 0)
            status = assay_textlog_word_next(log, word);
        if (status < 0)
            return status;
    }
    if (items.in_variable)
        assay_patch_u32le(writer, items.lengths + 8,
                          (uint32_t)(writer->used - items.variable_data));
    return 0;
}
