/* SPDX-License-Identifier: BSD-2-Clause */
/* The text form, bytes as items: variables and text as such, all else as hexadecimal. */
#include "base/guid.h"
#include "eventlog/format/textlog.h"
#include "eventlog/types.h"

/*
 * Among other bytes a run of characters is text from this length on; bytes that are
 * text from the first to the last may be shorter.
 */
enum { TEXT_AMONG_BYTES = 8, TEXT_ALONE = 3, WIDE_AMONG_BYTES = 4, WIDE_ALONE = 2 };

enum { WORD_WIDTH = 76, HEX_BYTES = 32, NAME_MAX = 128 };

/* A run of characters at the start of some bytes, the first one printable, and one NUL behind. */
struct run {
    size_t characters;
    size_t size; /* in bytes, with the NUL */
};

static bool is_printable(uint32_t c)
{
    return c >= 0x20 && c <= 0x7E;
}

static bool is_text(uint32_t c)
{
    return is_printable(c) || c == '\t' || c == '\n' || c == '\r';
}

static struct run measure(assay_bytes bytes, bool wide)
{
    assay_cursor c = assay_cursor_of(bytes);
    struct run run = { 0, 0 };

    while (assay_left(&c) >= (wide ? 2 : 1)) {
        const uint32_t character = wide ? assay_take_u16le(&c) : assay_take_u8(&c);

        if (run.characters == 0 ? !is_printable(character) : !is_text(character)) {
            if (run.characters > 0 && character == 0)
                run.size = c.offset;
            break;
        }
        run.characters++;
        run.size = c.offset;
    }
    return run;
}

/* The run that makes a string of the first of `bytes`; size 0 when they are none. */
static struct run string_at(assay_bytes bytes, bool alone, bool *ret_wide)
{
    const struct run narrow = measure(bytes, false);
    const struct run wide = measure(bytes, true);

    *ret_wide = false;
    if (narrow.characters >= TEXT_AMONG_BYTES ||
        (alone && narrow.size == bytes.size && narrow.characters >= TEXT_ALONE))
        return narrow;
    *ret_wide = true;
    if (wide.characters >= WIDE_AMONG_BYTES ||
        (alone && wide.size == bytes.size && wide.characters >= WIDE_ALONE))
        return wide;
    return (struct run){ 0, 0 };
}

static void put_character(assay_writer *word, uint32_t c)
{
    static const char *const escapes[0x80] = { ['\0'] = "\\0", ['\t'] = "\\t", ['\n'] = "\\n",
                                               ['\r'] = "\\r", ['"'] = "\\\"", ['\\'] = "\\\\" };

    if (c < 0x80 && escapes[c] != NULL)
        assay_put_string(word, escapes[c]);
    else if (is_printable(c))
        assay_put_char(word, (char)c);
    else
        assay_put_format(word, "\\u%04x", c);
}

/* Puts a run as strings, a new one after each line of text and where a word gets long. */
static void put_string(assay_log_writer *out, assay_bytes text, bool wide)
{
    assay_cursor c = assay_cursor_of(text);

    while (assay_left(&c) > 0) {
        char buffer[WORD_WIDTH + 10];
        assay_writer word = assay_writer_lent(buffer, sizeof buffer);
        uint32_t character = 0;

        assay_put_string(&word, wide ? "u\"" : "\"");
        while (assay_left(&c) > 0 && word.used < WORD_WIDTH && character != '\n') {
            character = wide ? assay_take_u16le(&c) : assay_take_u8(&c);
            put_character(&word, character);
        }
        assay_put_char(&word, '"');
        assay_textlog_word_put(out, assay_written(&word));
    }
}

static void put_quoted(assay_writer *word, assay_bytes bytes)
{
    assay_put_char(word, '"');
    for (size_t i = 0; i < bytes.size; i++)
        if (bytes.data[i] < 0x80 && (is_text(bytes.data[i]) || bytes.data[i] == 0))
            put_character(word, bytes.data[i]);
        else
            assay_put_format(word, "\\x%02x", bytes.data[i]);
    assay_put_char(word, '"');
}

void assay_textlog_quoted_put(assay_log_writer *out, assay_bytes bytes)
{
    assay_writer measure = assay_writer_lent(NULL, 0);

    put_quoted(&measure, bytes);
    assay_textlog_word_begin(out, (size_t)measure.written);
    put_quoted(out->writer, bytes);
}

static void put_hex(assay_log_writer *out, assay_bytes bytes)
{
    assay_cursor c = assay_cursor_of(bytes);

    while (assay_left(&c) > 0) {
        char buffer[4 + 2 * HEX_BYTES];
        assay_writer word = assay_writer_lent(buffer, sizeof buffer);
        const size_t size = assay_left(&c) < HEX_BYTES ? assay_left(&c) : HEX_BYTES;

        assay_put_string(&word, "hex:");
        assay_put_hex(&word, assay_take(&c, size));
        assay_textlog_word_put(out, assay_written(&word));
    }
}

static void put_runs(assay_log_writer *out, assay_bytes bytes)
{
    assay_cursor c = assay_cursor_of(bytes);
    size_t hex_start = 0;

    while (assay_left(&c) > 0) {
        bool wide;
        const struct run run = string_at(assay_peek_rest(&c), c.offset == 0, &wide);

        if (run.size == 0) {
            assay_take_u8(&c);
            continue;
        }
        put_hex(out, assay_bytes_of(bytes.data + hex_start, c.offset - hex_start));
        put_string(out, assay_take(&c, run.size), wide);
        hex_start = c.offset;
    }
    put_hex(out, assay_bytes_of(bytes.data + hex_start, c.offset - hex_start));
}

/* "var:" and the GUID, by its name where that is one word. */
static void put_guid(assay_log_writer *out, const assay_guid *guid)
{
    const char *const name = assay_guid_name(guid);
    char text[ASSAY_GUID_TEXT], buffer[80];
    assay_writer word = assay_writer_lent(buffer, sizeof buffer);

    assay_guid_format(guid, text);
    assay_put_string(&word, "var:");
    assay_put_string(&word, name != NULL && strchr(name, ' ') == NULL ? name : text);
    assay_textlog_word_put(out, assay_written(&word));
}

static void put_name(assay_log_writer *out, assay_bytes name)
{
    assay_cursor c = assay_cursor_of(name);
    char buffer[6 * NAME_MAX + 3];
    assay_writer word = assay_writer_lent(buffer, sizeof buffer);

    assay_put_string(&word, "u\"");
    while (assay_left(&c) > 0)
        put_character(&word, assay_take_u16le(&c));
    assay_put_char(&word, '"');
    assay_textlog_word_put(out, assay_written(&word));
}

/* UEFI_VARIABLE_DATA (PFP 1.06 section 10.2.6) whose lengths are right; false for all else. */
static bool put_variable(assay_log_writer *out, assay_bytes bytes)
{
    assay_cursor c = assay_cursor_of(bytes);
    const assay_guid guid = assay_take_guid(&c);
    const uint64_t characters = assay_take_u64le(&c);
    const uint64_t size = assay_take_u64le(&c);

    if (characters > NAME_MAX)
        return false;
    const assay_bytes name = assay_take(&c, 2 * (size_t)characters);
    if (c.failed || assay_left(&c) != size)
        return false;
    put_guid(out, &guid);
    put_name(out, name);
    put_runs(out, assay_take_rest(&c));
    return true;
}

void assay_textlog_items_put(assay_log_writer *out, uint32_t type, assay_bytes bytes)
{
    const assay_event_type *const row = assay_event_type_find(type);

    if (row == NULL || row->decoder != ASSAY_DECODE_VARIABLE || !put_variable(out, bytes))
        put_runs(out, bytes);
}
