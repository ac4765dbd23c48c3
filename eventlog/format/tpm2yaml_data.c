/* SPDX-License-Identifier: BSD-2-Clause */
/* tpm2_eventlog's text, the data of an event: rebuilt to the byte, or said to be lost. */
#include "eventlog/format/tpm2yaml.h"
#include "eventlog/types.h"

static assay_writer *data_of(assay_log *log)
{
    return &assay_tpm2yaml_of(log)->data;
}

static int refuse_memory(assay_log *log)
{
    return assay_log_fail(log, ASSAY_NO_MEMORY, log->cursor.offset, NULL,
                          "no memory to read the text of tpm2_eventlog");
}

/* Guesses. */

/* Whether the digest of the event is that of its data, or of the variable's value in them. */
static int meets_digest(assay_log *log, const assay_event *event, size_t variable_data)
{
    assay_tpm2yaml *const self = assay_tpm2yaml_of(log);
    const assay_bytes data = assay_written(&self->data);

    for (size_t i = 0; i < event->digest_count; i++) {
        const assay_event_digest *const digest = &event->digests[i];
        uint8_t computed[ASSAY_DIGEST_MAX];
        assay_hash *hash;

        if (assay_hashes_get(self->hashes, digest->alg, &hash) < 0)
            continue;
        for (size_t start = 0;; start = variable_data) {
            const assay_bytes part = assay_bytes_of(data.data + start, data.size - start);
            const int status = assay_hash_parts(hash, &part, 1, computed);

            if (status < 0)
                return assay_log_fail(log, ASSAY_CRYPTO, event->offset, NULL,
                                      "the digest of rebuilt data can't be computed");
            if (assay_bytes_equal(digest->value, assay_bytes_of(computed, assay_hash_size(hash))))
                return 1;
            if (start == variable_data)
                break;
        }
        return 0; /* one bank is as good as another */
    }
    return 0;
}

/* Tries what a number may be of which only the lowest bit is known. */
static int try_enabled(assay_log *log, const assay_event *event, const assay_tpm2yaml_data *data)
{
    /*
     * LOAD_OPTION_ACTIVE, _HIDDEN and _CATEGORY_APP of UEFI 2.10 section 3.1.3, their sums, and a
     * bit that Dell's firmware sets.
     */
    static const uint32_t attributes[] = { 0x000, 0x008, 0x100, 0x108, 0x80000000 };
    assay_writer *const out = data_of(log);
    int status = 0;

    for (size_t i = 0; i < sizeof attributes / sizeof *attributes && status == 0; i++) {
        const uint32_t number = attributes[i] | data->enabled;

        if (data->enabled_size == 1 && number > 1)
            break;
        for (size_t byte = 0; byte < data->enabled_size; byte++)
            out->data[data->enabled_at + byte] = (uint8_t)(number >> 8 * byte);
        status = meets_digest(log, event, data->variable_data);
    }
    return status;
}

static int try_guess(assay_log *log, const assay_event *event, const assay_tpm2yaml_data *data)
{
    if (data->variable_data > data_of(log)->used)
        return 0;
    return data->enabled_size > 0 ? try_enabled(log, event, data)
                                  : meets_digest(log, event, data->variable_data);
}

/* The end: data or a label. */

static int finish(assay_log *log, assay_tpm2yaml_data *data, assay_event *event)
{
    assay_tpm2yaml *const self = assay_tpm2yaml_of(log);
    int whole = !data->lost;

    if (data->split && data->size == self->data.written + 1)
        assay_put_char(&self->data, '\n');
    if (data->overread && data->size < self->data.used)
        self->data.used = self->data.written = (size_t)data->size;
    whole = whole && data->size == self->data.written && self->data.failure == 0;
    if (self->data.failure == ASSAY_NO_MEMORY || self->label.failure != 0)
        return refuse_memory(log);
    if (whole && data->guessed)
        whole = try_guess(log, event, data);
    if (whole < 0)
        return whole;
    if (whole)
        event->data = assay_written(&self->data);
    else
        event->label = self->label.used > 0 ? assay_written(&self->label) : ASSAY_LITERAL("");
    if (whole && event->data.data == NULL)
        event->data = ASSAY_LITERAL("");
    return 0;
}

/* What could not be used is still what somebody may want to read. */
static void make_label(assay_log *log, assay_bytes text)
{
    assay_writer *const label = &assay_tpm2yaml_of(log)->label;

    label->used = 0;
    assay_put(label, assay_bytes_of(text.data, text.size < ASSAY_TPM2YAML_LABEL_MAX
                                                   ? text.size
                                                   : ASSAY_TPM2YAML_LABEL_MAX));
}

/* Texts. */

/* Takes the lines of a text up to the event's end; those after the first lose its indentation. */
static void take_lines(assay_log *log, bool quoted, assay_tpm2yaml_data *data)
{
    assay_writer *const out = data_of(log);
    assay_tpm2yaml_line line;
    size_t indent = SIZE_MAX;

    for (bool first = true;
         assay_tpm2yaml_peek(log, &line) && !assay_tpm2yaml_ends_event(log, &line); first = false) {
        if (first)
            indent = line.indent;
        const size_t cut = line.indent < indent ? line.indent : indent;
        assay_bytes text = assay_bytes_of(line.raw.data + cut, line.raw.size - cut);

        if (!first)
            assay_put_char(out, '\n');
        if (quoted) {
            text = assay_tpm2yaml_trim(text);
            data->lost |= text.size < 2 || text.data[0] != '"' || text.data[text.size - 1] != '"' ||
                          !assay_tpm2yaml_unescape(assay_tpm2yaml_unquote(text), out);
        } else {
            assay_put(out, text);
        }
        assay_tpm2yaml_skip(log, &line);
    }
}

static void forget(assay_log *log)
{
    assay_writer *const out = data_of(log);

    if (out->failure == 0)
        out->used = 0;
    out->written = out->used;
}

/*
 * A text that ends at its first NUL, and which is printed as it is: one byte more in the log is
 * that NUL. What can't be explained so is counted, for it may look like the next event.
 */
static void read_plain(assay_log *log, size_t start, size_t begin, assay_tpm2yaml_data *data)
{
    enum { PADDING_MAX = 256 };
    assay_writer *const out = data_of(log);
    const uint64_t after = log->cursor.offset;
    const uint64_t size = data->size;

    while (out->failure == 0 && out->used > size && out->data[out->used - 1] == ' ') {
        out->used--; /* a paste has blanks at the ends of lines */
        out->written--;
    }
    if (size == out->written)
        return;
    make_label(log, assay_written(out));
    if (size == out->written + 1) {
        assay_put_u8(out, '\0');
        return;
    }
    const size_t used = out->used;
    assay_writer counted = assay_writer_growing(ASSAY_TPM2YAML_TEXT_MAX);
    if (size <= ASSAY_TPM2YAML_TEXT_MAX &&
        assay_tpm2yaml_count(log, start + begin, size, false, &counted)) {
        forget(log);
        assay_put(out, assay_written(&counted));
    } else if (size > used && size - used <= PADDING_MAX) {
        assay_seek(&log->cursor, after);
        assay_put_zeros(out, (size_t)size - used);
        data->guessed = true;
    }
    if (counted.failure == ASSAY_NO_MEMORY)
        out->failure = ASSAY_NO_MEMORY;
    assay_writer_close(&counted);
}

/* "Event: |-" and the lines below. */
static void read_block(assay_log *log, assay_tpm2yaml_data *data)
{
    assay_tpm2yaml_line line;

    if (!assay_tpm2yaml_peek(log, &line) || assay_tpm2yaml_ends_event(log, &line)) {
        data->lost = true;
        return;
    }
    enum { INDENTATION = 4 };
    const size_t most = assay_tpm2yaml_of(log)->event_indent + INDENTATION;
    const size_t begin = line.indent < most ? line.indent : most;
    take_lines(log, false, data);
    if (line.indent > begin) { /* blanks of the text's own */
        forget(log);
        assay_seek(&log->cursor, line.offset);
        line.indent = begin;
        assay_put(data_of(log), assay_bytes_of(line.raw.data + begin, line.raw.size - begin));
        assay_tpm2yaml_skip(log, &line);
    }
    read_plain(log, line.at, begin, data);
}

/* "Event: 'text'", "Event: text". */
static void read_line(assay_log *log, assay_bytes value, assay_tpm2yaml_data *data)
{
    const bool quoted = value.size > 0 && value.data[0] == '\'';
    const size_t begin = quoted ? 1 : 0;
    assay_bytes text = assay_bytes_of(value.data + begin, value.size - begin);

    if (quoted && text.size > 0 && text.data[text.size - 1] == '\'')
        text.size--;
    assay_put(data_of(log), text);
    read_plain(log, (size_t)(value.data - log->bytes.data), begin, data);
}

/* The string of 5.6 and later: its lines end in a backslash and begin with blanks that don't count.
 */
static void read_string(assay_log *log, assay_bytes value, assay_tpm2yaml_data *data)
{
    assay_writer *const out = data_of(log);
    assay_tpm2yaml_line line;
    assay_bytes text = assay_tpm2yaml_trim(value);

    text = assay_bytes_of(text.data + 1, text.size - 1);
    for (;;) {
        const bool more = text.size > 0 && text.data[text.size - 1] == '\\';
        const bool ends = text.size > 0 && text.data[text.size - 1] == '"';

        data->lost |= (!more && !ends) ||
                      !assay_tpm2yaml_unescape(assay_bytes_of(text.data, text.size - 1), out);
        if (ends || data->lost || !assay_tpm2yaml_peek(log, &line) ||
            assay_tpm2yaml_ends_event(log, &line))
            break;
        text = line.text;
        assay_tpm2yaml_skip(log, &line);
    }
}

/* "String: |-" of 5.4 with quotes, of 5.1 to 5.3 without. */
static void read_split(assay_log *log, assay_tpm2yaml_data *data)
{
    assay_tpm2yaml_line line;
    const bool lost = data->lost;
    const assay_cursor before = log->cursor;
    assay_writer *const out = data_of(log);
    const size_t start = out->used;

    if (!assay_tpm2yaml_peek(log, &line) || assay_tpm2yaml_ends_event(log, &line))
        return;
    data->split = true;
    take_lines(log, true, data);
    if (data->lost == lost)
        return;
    data->lost = lost;
    log->cursor = before;
    if (out->failure != 0)
        return;
    out->used = start;
    out->written = start;
    take_lines(log, false, data);
    data->split = false;
    if (data->size == out->written + 1) { /* a NUL or a newline */
        assay_put_u8(out, '\0');
        data->guessed = true;
    }
}

static bool is_string(const assay_tpm2yaml_line *line, assay_bytes *ret_value)
{
    return assay_bytes_equal(assay_tpm2yaml_split(line, ret_value), ASSAY_LITERAL("String"));
}

/* The lines below "Event:". */
static void read_fields(assay_log *log, assay_tpm2yaml_data *data)
{
    assay_tpm2yaml_line line;
    assay_bytes value;

    while (assay_tpm2yaml_peek(log, &line) && !assay_tpm2yaml_ends_event(log, &line)) {
        const bool outside = line.indent <= assay_tpm2yaml_of(log)->event_indent;

        if (outside && !is_string(&line, &value) && !assay_tpm2yaml_is_field(&line))
            return; /* somebody's remark between two events */
        assay_tpm2yaml_skip(log, &line);
        if (!is_string(&line, &value)) {
            assay_tpm2yaml_field_read(log, &line, data);
            continue;
        }
        const size_t start = data_of(log)->used;
        if (assay_tpm2yaml_trim(value).size > 0 && assay_tpm2yaml_trim(value).data[0] == '"')
            read_string(log, value, data);
        else
            read_split(log, data);
        const assay_bytes all = assay_written(data_of(log));
        if (data_of(log)->failure == 0)
            make_label(log, assay_bytes_of(all.data + start, all.size - start));
    }
}

/* Digits in quotes, or without; false, with nothing put, when they are none. */
static bool read_digits(assay_log *log, assay_bytes value, uint64_t size)
{
    const assay_bytes text = assay_tpm2yaml_trim(value);
    const bool quoted = text.size > 0 && text.data[0] == '"';
    const assay_bytes digits = assay_tpm2yaml_unquote(text);

    if (!quoted && (text.size == 0 || text.data[0] == '\'' || digits.size / 2 > size))
        return false;
    if (assay_put_decoded(data_of(log), digits))
        return true;
    forget(log);
    return quoted;
}

int assay_tpm2yaml_data_read(assay_log *log, const assay_tpm2yaml_line *line, uint64_t size,
                             assay_event *event)
{
    assay_tpm2yaml_data data = { .size = size };
    assay_bytes value;

    assay_tpm2yaml_split(line, &value);
    assay_tpm2yaml_skip(log, line);
    event->data_offset = line->offset;
    const assay_bytes text = assay_tpm2yaml_trim(value);
    if (text.size == 0)
        read_fields(log, &data);
    else if (text.data[0] == '|')
        read_block(log, &data);
    else if (!read_digits(log, value, size))
        read_line(log, value, &data);
    return finish(log, &data, event);
}
