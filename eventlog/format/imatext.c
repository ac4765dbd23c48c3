/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The measurement list of Linux IMA in ASCII (security/integrity/ima/ima_fs.c):
 * /sys/kernel/security/ima/ascii_runtime_measurements and, since Linux 6.10, its relatives with
 * the digests of other banks. An entry is a line:
 *
 *     pcr template_digest template_name column*
 *
 * The columns say what the fields of the binary list say, so that an event's data are
 * made from them; of a template unknown here, they are the event's label.
 */
#include "eventlog/format/ima.h"
#include "eventlog/format/imacolumns.h"

#include "base/hex.h"
#include "base/number.h"

#include <stdlib.h>

enum { DIGITS_MIN = 16 }; /* of a digest column, to take a line for an entry of a list at all */

/* What log->owned points to. */
typedef struct imatext {
    assay_writer data;
    uint8_t digest[ASSAY_DIGEST_MAX];
} imatext;

/* An entry's columns, not yet looked into. */
typedef struct entry_line {
    size_t offset; /* of its first character */
    bool ended;    /* by a newline */
    assay_bytes pcr, digest, name;
    assay_bytes columns; /* no bytes when the line ends before them */
    size_t columns_offset;
} entry_line;

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Up to a blank, and past all blanks behind it, but for what follows the name of the template. */
static assay_bytes take_word(assay_cursor *c)
{
    const assay_bytes rest = assay_peek_rest(c);
    size_t size = 0;

    while (size < rest.size && rest.data[size] != ' ')
        size++;
    return assay_take(c, size);
}

static void skip_blanks(assay_cursor *c)
{
    const assay_bytes rest = assay_peek_rest(c);
    size_t size = 0;

    while (size < rest.size && rest.data[size] == ' ')
        size++;
    assay_take(c, size);
}

/* The characters of the line at the cursor, which moves past it. */
static assay_bytes take_line(assay_cursor *c, bool *ret_ended)
{
    const assay_bytes rest = assay_peek_rest(c);
    const uint8_t *const newline = memchr(rest.data, '\n', rest.size);
    assay_bytes line = assay_take(c, newline != NULL ? (size_t)(newline - rest.data) : rest.size);

    if (newline != NULL)
        assay_take_u8(c);
    while (line.size > 0 && line.data[line.size - 1] == '\r')
        line.size--;
    *ret_ended = newline != NULL;
    return line;
}

/* The next line that has more than blanks; false when there is none. */
static bool next_line(assay_cursor *c, entry_line *ret_line)
{
    assay_bytes rest = assay_peek_rest(c);
    size_t blanks = 0;

    while (blanks < rest.size && is_blank(rest.data[blanks]))
        blanks++;
    assay_take(c, blanks);
    if (assay_left(c) == 0)
        return false;
    *ret_line = (entry_line){ .offset = c->offset };
    assay_cursor words = assay_cursor_of(take_line(c, &ret_line->ended));

    ret_line->pcr = take_word(&words);
    skip_blanks(&words);
    ret_line->digest = take_word(&words);
    skip_blanks(&words);
    ret_line->name = take_word(&words);
    if (assay_left(&words) > 0) {
        assay_take_u8(&words);
        ret_line->columns_offset = ret_line->offset + words.offset;
        ret_line->columns = assay_take_rest(&words);
    }
    return true;
}

static bool parse_pcr(assay_bytes text, uint32_t *ret_pcr)
{
    uint64_t pcr;

    if (!assay_digits_read(text, 10, UINT32_MAX, &pcr))
        return false;
    *ret_pcr = (uint32_t)pcr;
    return true;
}

static bool all_digits(assay_bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (assay_hex_digit((char)text.data[i]) < 0)
            return false;
    return true;
}

static const char *detect(assay_bytes bytes)
{
    assay_cursor c = assay_cursor_of(bytes);
    entry_line line;
    uint32_t pcr;

    if (!next_line(&c, &line) || !parse_pcr(line.pcr, &pcr) || line.digest.size < DIGITS_MIN ||
        !all_digits(line.digest) || !assay_ima_name_is_telling(line.name))
        return NULL;
    return "the first line has a PCR, a digest and the name of a template of Linux IMA";
}

/* Entries. */

static int refuse(assay_log *log, const entry_line *line, const char *field, const char *what)
{
    /* What has no newline may be a line that was cut. */
    return assay_log_fail(log, line->ended ? ASSAY_MALFORMED : ASSAY_TRUNCATED, line->offset, field,
                          "%s%s", what, line->ended ? "" : ", and the line has no end");
}

static int read_head(assay_log *log, const entry_line *line, assay_event *event)
{
    imatext *const self = log->owned;
    const assay_bank bank = log->header.banks[0];

    if (!parse_pcr(line->pcr, &event->pcr_index))
        return refuse(log, line, "pcr", "a line that does not begin with the number of a PCR");
    if (!assay_hex_decode(line->digest, self->digest, bank.size))
        return refuse(log, line, "template_digest",
                      "the digest is not hexadecimal digits, as many as the list's first one has");
    if (!assay_ima_name_is_sound(line->name))
        return refuse(log, line, "template_name", "a line without the name of a template");
    if (line->columns.data == NULL)
        return refuse(log, line, "template_data", "a line that ends after the template's name");
    event->digest_count = 1;
    event->digests[0] = (assay_event_digest){ bank.alg, assay_bytes_of(self->digest, bank.size) };
    event->name = line->name;
    return 0;
}

/* The data that the columns are the text of, or the columns as the label. */
static int read_fields(assay_log *log, const entry_line *line, assay_event *event)
{
    imatext *const self = log->owned;

    self->data.used = 0;
    const bool read =
        assay_ima_columns_read(line->name, line->columns, log->header.big_endian, &self->data);
    if (self->data.failure == ASSAY_NO_MEMORY)
        return assay_log_fail(log, ASSAY_NO_MEMORY, line->offset, NULL, "no memory for an entry");
    if (!read && !line->ended)
        return refuse(log, line, "template_data", "the columns are not those of the template");
    if (read && self->data.failure == 0) {
        event->data = self->data.used == 0 ? ASSAY_LITERAL("") : assay_written(&self->data);
        return 1;
    }
    event->data = ASSAY_NO_BYTES;
    event->label = line->columns;
    if (self->data.failure != 0) { /* more than there is room for: the next entry begins anew */
        assay_writer_close(&self->data);
        self->data = assay_writer_growing(ASSAY_IMATEXT_DATA_MAX);
    }
    return 1;
}

static int next(assay_log *log, assay_event *ret_event)
{
    entry_line line;

    if (!next_line(&log->cursor, &line))
        return 0;
    ret_event->number = log->next_number;
    ret_event->offset = line.offset;
    ret_event->data_offset = line.columns_offset;
    ret_event->content = ASSAY_CONTENT_IMA_TEMPLATE;
    ret_event->type = ASSAY_NO_EVENT_TYPE;
    const int status = read_head(log, &line, ret_event);
    return status < 0 ? status : read_fields(log, &line, ret_event);
}

/* Of which size the digests are: as many as the first line has, or SHA-1's if that is none. */
static size_t digest_size(assay_bytes bytes)
{
    assay_cursor c = assay_cursor_of(bytes);
    entry_line line;

    if (next_line(&c, &line))
        for (size_t i = 0; i < ASSAY_ALGS; i++)
            if (line.digest.size == (size_t)2 * assay_alg_at(i)->size)
                return assay_alg_at(i)->size;
    return 20;
}

/* The bank, and the byte order of the lengths that were hashed, which no column shows. */
static int tell(assay_log *log)
{
    bool told;
    int status = assay_ima_tell_bank(log, next, &told);

    if (status < 0 || told)
        return status;
    log->header.big_endian = true;
    status = assay_ima_tell_bank(log, next, &told);
    log->header.big_endian = told;
    return status;
}

static int open(assay_log *log)
{
    imatext *const self = calloc(1, sizeof *self);

    log->owned = self;
    if (self == NULL)
        return assay_log_fail(log, ASSAY_NO_MEMORY, 0, NULL, "no memory to read the list");
    self->data = assay_writer_growing(ASSAY_IMATEXT_DATA_MAX);
    assay_ima_set_header(log, digest_size(log->bytes));
    return tell(log);
}

static void close_text(assay_log *log)
{
    imatext *const self = log->owned;

    if (self == NULL)
        return;
    assay_writer_close(&self->data);
    free(self);
}

const assay_format assay_format_imatext = {
    .info = { "ima-text", "Linux IMA measurement list in ASCII",
              "Linux, security/integrity/ima/ima_fs.c", true },
    .room = { .contents = 1u << ASSAY_CONTENT_IMA_TEMPLATE,
              .banks = ASSAY_ROOM_ONE_BANK,
              .data = true,
              .labels = true },
    .detect = detect,
    .open = open,
    .next = next,
    .close = close_text,
    .write_begin = assay_imatext_write_begin,
    .write_event = assay_imatext_write_event,
    .write_end = assay_imatext_write_end,
};
