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

#include "base/hash.h"
#include "base/hex.h"

#include <stdlib.h>

enum {
    DATA_MAX = 1 << 20, /* bytes of an entry's data; of one with more, its columns are the label */
    DIGITS_MIN = 16,    /* of a digest column, to take a line for an entry of a list at all */
};

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
    uint64_t pcr = 0;

    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        pcr = pcr * 10 + (text.data[i] - '0');
        if (pcr > UINT32_MAX)
            return false;
    }
    *ret_pcr = (uint32_t)pcr;
    return text.size > 0;
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
        self->data = assay_writer_growing(DATA_MAX);
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
    self->data = assay_writer_growing(DATA_MAX);
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

/* Writing. */

/* What assay_log_writer.owned points to. */
typedef struct imatext_writer {
    assay_writer columns; /* of the entry at hand */
    assay_writer back;    /* what a reader would make of them */
    bool decided;         /* the byte order of the list */
    bool big_endian;
    assay_hashes *hashes;
} imatext_writer;

static int write_end(assay_log_writer *out, assay_error *error)
{
    imatext_writer *const self = out->owned;

    (void)error;
    assay_writer_close(&self->columns);
    assay_writer_close(&self->back);
    assay_hashes_free(&self->hashes);
    free(self);
    out->owned = NULL;
    return 0;
}

static int write_begin(assay_log_writer *out, assay_error *error)
{
    imatext_writer *const self = calloc(1, sizeof *self);

    if (self == NULL || (self->hashes = assay_hashes_new()) == NULL) {
        free(self);
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory to write the list");
    }
    self->columns = assay_writer_growing((size_t)4 * DATA_MAX);
    self->back = assay_writer_growing(DATA_MAX);
    out->owned = self;
    return 0;
}

static int fail_fields(const assay_event *event, const char *what, assay_error *error)
{
    return assay_fail(error, ASSAY_UNSUPPORTED,
                      (assay_place){ event->offset, event->number, "template_data" },
                      "an ASCII list can't hold an entry %s", what);
}

/* 1 when the first digest of the entry is the hash of its data, 0 when not, or a negative kind. */
static int follows(imatext_writer *self, assay_bank bank, const assay_event *event,
                   assay_bytes stated)
{
    assay_bytes parts[ASSAY_IMA_PARTS];
    uint8_t digest[ASSAY_DIGEST_MAX];
    assay_hash *hash;
    int status = assay_hashes_get(self->hashes, bank.alg, &hash);

    if (status == 0)
        status = assay_hash_parts(hash, parts, assay_ima_measured(event, parts), digest);
    if (status < 0)
        return status == -ASSAY_UNSUPPORTED ? 0 : status;
    return memcmp(digest, stated.data, stated.size) == 0;
}

/* A reader takes a list for little endian, unless the digest of its first entry says otherwise. */
static int choose_order(imatext_writer *self, assay_bank bank, const assay_event *event,
                        assay_bytes digest, bool big_endian, assay_error *error)
{
    int status = 1;

    if (!self->decided && big_endian)
        status = assay_ima_is_violation(event) || assay_ima_template_is_old(event->name)
                     ? 0
                     : follows(self, bank, event, digest);
    if (status < 0)
        return assay_fail(error, (enum assay_kind) - status, ASSAY_NOWHERE, "hashing failed");
    if (status == 0 || (self->decided && self->big_endian != big_endian))
        return fail_fields(event, "of this byte order here", error);
    self->decided = true;
    self->big_endian = big_endian;
    return 0;
}

static int format_columns(imatext_writer *self, const assay_event *event,
                          const assay_ima_fields *fields, assay_error *error)
{
    self->columns.used = self->back.used = 0;
    if (!assay_ima_columns_write(event->name, fields, &self->columns))
        return fail_fields(event, "of a template that is not known here", error);
    const assay_bytes columns = assay_written(&self->columns);
    const assay_bytes text = assay_bytes_of(columns.data + 1, columns.size - 1);
    const bool read = self->columns.failure == 0 && memchr(text.data, '\n', text.size) == NULL &&
                      memchr(text.data, '\r', text.size) == NULL &&
                      assay_ima_columns_read(event->name, text, fields->big_endian, &self->back);
    if (self->columns.failure == ASSAY_NO_MEMORY || self->back.failure == ASSAY_NO_MEMORY)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory to write an entry");
    if (!read || self->back.failure != 0 ||
        !assay_bytes_equal(assay_written(&self->back), event->data))
        return fail_fields(event, "with fields that its columns don't show in full", error);
    return 0;
}

static int columns_of(imatext_writer *self, assay_bank bank, const assay_event *event,
                      assay_bytes digest, assay_error *error)
{
    assay_ima_fields fields;

    if (!assay_ima_split(event->name, event->data, &fields) || fields.count == 0)
        return fail_fields(event, "whose data are no fields", error);
    const int status = choose_order(self, bank, event, digest, fields.big_endian, error);
    return status < 0 ? status : format_columns(self, event, &fields, error);
}

/* A label is the columns of an entry that was read from such a list. */
static int label_as_columns(imatext_writer *self, const assay_event *event, assay_error *error)
{
    const assay_bytes label = event->label;

    self->columns.used = self->back.used = 0;
    if (memchr(label.data, '\n', label.size) != NULL ||
        memchr(label.data, '\r', label.size) != NULL ||
        assay_ima_columns_read(event->name, label, false, &self->back))
        return fail_fields(event, "that keeps no data and is of a known template", error);
    assay_put_char(&self->columns, ' ');
    assay_put(&self->columns, label);
    return 0;
}

static int write_event(assay_log_writer *out, const assay_event *event, assay_error *error)
{
    imatext_writer *const self = out->owned;
    const assay_bank bank = assay_ima_bank_to_write(out->header);
    assay_bytes digest;
    int status = assay_ima_check_writable(event, bank, &digest, error);

    if (status == 0)
        status = assay_event_keeps_data(event) ? columns_of(self, bank, event, digest, error)
                                               : label_as_columns(self, event, error);
    if (status < 0)
        return status;
    assay_put_format(out->writer, "%2u ", event->pcr_index);
    assay_put_hex(out->writer, digest);
    assay_put_char(out->writer, ' ');
    assay_put(out->writer, event->name);
    assay_put(out->writer, assay_written(&self->columns));
    assay_put_char(out->writer, '\n');
    return 0;
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
    .write_begin = write_begin,
    .write_event = write_event,
    .write_end = write_end,
};
