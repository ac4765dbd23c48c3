/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/platform/nvcontent.h"

#include "base/cursor.h"
#include "base/hex.h"
#include "base/number.h"

enum { OFFSET_DIGITS = 8, DUMPED = 16 /* bytes in a line of a dump */ };

static bool is_text(assay_bytes input)
{
    for (size_t i = 0; i < input.size; i++)
        if ((input.data[i] < 0x20 || input.data[i] >= 0x7F) && input.data[i] != '\n' &&
            input.data[i] != '\r' && input.data[i] != '\t')
            return false;
    return input.size > 0;
}

static assay_bytes take_line(assay_cursor *c)
{
    const assay_bytes rest = assay_peek_rest(c);
    const void *const end = memchr(rest.data, '\n', rest.size);
    const size_t size = end != NULL ? (size_t)((const uint8_t *)end - rest.data) : rest.size;

    assay_take(c, end != NULL ? size + 1 : size);
    return assay_bytes_of(rest.data, size);
}

static assay_bytes take_word(assay_cursor *c)
{
    const assay_bytes rest = assay_peek_rest(c);
    size_t from = 0, to;

    while (from < rest.size &&
           (rest.data[from] == ' ' || rest.data[from] == '\t' || rest.data[from] == '\r'))
        from++;
    for (to = from;
         to < rest.size && rest.data[to] != ' ' && rest.data[to] != '\t' && rest.data[to] != '\r';)
        to++;
    assay_take(c, to);
    return assay_bytes_of(rest.data + from, to - from);
}

/* "00000010:" of xxd, "00000010" of hexdump -C; both end in characters after the digits. */
static bool is_offset(assay_bytes word, uint64_t at)
{
    uint64_t offset;

    if (word.size == OFFSET_DIGITS + 1 && word.data[OFFSET_DIGITS] == ':')
        word.size--;
    return word.size == OFFSET_DIGITS && assay_digits_read(word, 16, UINT32_MAX, &offset) &&
           offset == at;
}

static int fail(uint64_t offset, const char *what, assay_error *error)
{
    return assay_fail(error, ASSAY_MALFORMED, (assay_place){ offset, ASSAY_NO_EVENT, NULL }, "%s",
                      what);
}

static bool is_word(assay_bytes word, const char *text)
{
    return assay_bytes_equal(word, assay_bytes_of_string(text));
}

typedef struct content_reader {
    assay_writer *writer;
    size_t bytes;
    bool dump; /* the first line begins with an offset and goes on */
} content_reader;

static bool put_digits(content_reader *reader, assay_bytes word)
{
    if (word.size % 2 != 0 || !assay_put_decoded(reader->writer, word))
        return false;
    reader->bytes += word.size / 2;
    return true;
}

/* xxd has two blanks before the characters of a line, which may look like digits. */
static void cut_characters(assay_cursor *line)
{
    const assay_bytes rest = assay_peek_rest(line);
    const assay_bytes blanks = ASSAY_LITERAL("  ");
    const size_t size = assay_bytes_find(rest, blanks);

    line->bytes.size = line->offset + size;
}

static int take_text_line(content_reader *reader, assay_bytes text, uint64_t offset,
                          assay_error *error)
{
    assay_cursor c = assay_cursor_of(text);
    assay_bytes word = take_word(&c);
    const size_t before = reader->bytes;

    if (is_word(word, "data:"))
        word = take_word(&c);
    if ((reader->dump || reader->bytes == 0) && is_offset(word, reader->bytes)) {
        const assay_cursor at = c;
        const assay_bytes next = take_word(&c);

        /* Eight digits alone in a line are data; as the last line of hexdump, an offset. */
        reader->dump = reader->dump || next.size > 0 || word.size > OFFSET_DIGITS;
        c = reader->dump ? at : c;
        if (reader->dump && word.size > OFFSET_DIGITS)
            cut_characters(&c);
        if (reader->dump)
            word = take_word(&c);
    }
    for (; word.size > 0; word = take_word(&c)) {
        if (reader->dump && reader->bytes - before == DUMPED)
            return 0;
        if (reader->dump && (word.data[0] == '|' || word.data[0] == '.'))
            return 0;
        if (!put_digits(reader, word))
            return reader->dump && reader->bytes > before
                       ? 0
                       : fail(offset, "the text is no hexadecimal dump", error);
    }
    return 0;
}

int assay_nv_content_read(assay_bytes input, assay_writer *writer, assay_error *error)
{
    content_reader reader = { .writer = writer };
    assay_cursor c = assay_cursor_of(input);
    int status = 0;

    if (input.size == 0)
        return assay_fail(error, ASSAY_TRUNCATED, (assay_place){ 0, ASSAY_NO_EVENT, NULL },
                          "the content of the index is empty");
    const bool text = is_text(input);
    if (!text)
        assay_put(writer, input);
    while (text && assay_left(&c) > 0 && status == 0) {
        const uint64_t offset = c.offset;

        status = take_text_line(&reader, take_line(&c), offset, error);
    }
    if (status == 0 && writer->failure != 0)
        return assay_fail(error, (enum assay_kind)writer->failure, ASSAY_NOWHERE,
                          "the content of the index is larger than %d bytes", ASSAY_NV_CONTENT_MAX);
    return status;
}
