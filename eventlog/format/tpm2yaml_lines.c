/* SPDX-License-Identifier: BSD-2-Clause */
/* tpm2_eventlog's text, its lines: without what a terminal, a mail or a browser put around them. */
#include "eventlog/format/tpm2yaml.h"

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

static bool is_quoting(uint8_t c)
{
    return is_blank(c) || c == '>' || c == '|';
}

assay_bytes assay_tpm2yaml_trim(assay_bytes text)
{
    while (text.size > 0 && is_blank(text.data[0]))
        text = assay_bytes_of(text.data + 1, text.size - 1);
    while (text.size > 0 && is_blank(text.data[text.size - 1]))
        text.size--;
    return text;
}

/* The line at `offset` without its newline and CR. */
static assay_bytes line_at(assay_bytes bytes, size_t offset)
{
    const uint8_t *const start = bytes.data + offset;
    const uint8_t *const end = memchr(start, '\n', bytes.size - offset);
    size_t size = end != NULL ? (size_t)(end - start) : bytes.size - offset;

    while (size > 0 && start[size - 1] == '\r')
        size--;
    return assay_bytes_of(start, size);
}

static size_t next_line_at(assay_bytes bytes, size_t offset)
{
    const uint8_t *const end = memchr(bytes.data + offset, '\n', bytes.size - offset);

    return end != NULL ? (size_t)(end - bytes.data) + 1 : bytes.size;
}

/* How many of at most `most` characters at the start of a line are quoting. */
static size_t quoting_of(assay_bytes line, size_t most)
{
    size_t size = 0;

    while (size < most && size < line.size && is_quoting(line.data[size]))
        size++;
    return size;
}

static assay_tpm2yaml_line make_line(const assay_log *log, size_t offset)
{
    const assay_bytes whole = line_at(log->bytes, offset);
    const size_t quoting = quoting_of(whole, assay_tpm2yaml_of(log)->quoting);
    assay_tpm2yaml_line line = { .offset = offset,
                                 .at = offset + quoting,
                                 .raw = { whole.data + quoting, whole.size - quoting } };

    while (line.indent < line.raw.size && is_blank(line.raw.data[line.indent]))
        line.indent++;
    line.text = assay_tpm2yaml_trim(line.raw);
    return line;
}

/* What goes to standard error, and so between the lines of a terminal. */
static bool is_aside(assay_bytes text)
{
    static const assay_bytes starts[] = { ASSAY_LITERAL("WARN: "), ASSAY_LITERAL("ERROR: "),
                                          ASSAY_LITERAL("INFO: "), ASSAY_LITERAL("WARNING: ") };

    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (assay_bytes_start_with(text, starts[i]))
            return true;
    return text.size == 0;
}

/* The fence of Markdown around a listing. */
static bool is_fence(assay_bytes text)
{
    return assay_bytes_start_with(text, ASSAY_LITERAL("```")) ||
           assay_bytes_start_with(text, ASSAY_LITERAL("~~~"));
}

bool assay_tpm2yaml_peek(assay_log *log, assay_tpm2yaml_line *ret_line)
{
    while (log->cursor.offset < log->bytes.size) {
        *ret_line = make_line(log, log->cursor.offset);
        if (is_fence(ret_line->text) && assay_tpm2yaml_of(log)->started) {
            assay_take_rest(&log->cursor);
            return false;
        }
        if (!is_aside(ret_line->text))
            return true;
        assay_tpm2yaml_skip(log, ret_line);
    }
    return false;
}

void assay_tpm2yaml_skip(assay_log *log, const assay_tpm2yaml_line *line)
{
    assay_seek(&log->cursor, next_line_at(log->bytes, line->offset));
}

static bool digit_after(assay_bytes text, assay_bytes start)
{
    return assay_bytes_start_with(text, start) && text.size > start.size &&
           text.data[start.size] >= '0' && text.data[start.size] <= '9';
}

/* Logs of SHA-1 have no numbers: their events begin with the line after that. */
static bool is_event(assay_bytes text, enum assay_tpm2yaml_kind kind)
{
    const bool numbered = digit_after(text, ASSAY_LITERAL("- EventNum: ")) ||
                          digit_after(text, ASSAY_LITERAL("- Event["));

    if (kind == ASSAY_TPM2YAML_NUMBERED || numbered)
        return numbered && kind != ASSAY_TPM2YAML_UNNUMBERED;
    return digit_after(text, ASSAY_LITERAL("PCRIndex: ")) ||
           digit_after(text, ASSAY_LITERAL("PCRIndex: -"));
}

bool assay_tpm2yaml_begins_event(const assay_log *log, const assay_tpm2yaml_line *line)
{
    const assay_tpm2yaml *const self = assay_tpm2yaml_of(log);

    return is_event(line->text, self->kind) &&
           (!self->started || line->indent == self->event_indent);
}

bool assay_tpm2yaml_ends_event(const assay_log *log, const assay_tpm2yaml_line *line)
{
    return assay_tpm2yaml_begins_event(log, line) ||
           (line->indent <= assay_tpm2yaml_of(log)->event_indent &&
            assay_bytes_equal(line->text, ASSAY_LITERAL("pcrs:")));
}

static bool find(assay_bytes bytes, enum assay_tpm2yaml_kind kind, size_t *ret_offset,
                 size_t *ret_quoting)
{
    bool versioned = false;

    for (size_t offset = 0; offset < bytes.size; offset = next_line_at(bytes, offset)) {
        const assay_bytes line = line_at(bytes, offset);
        const size_t quoting = quoting_of(line, line.size);
        const assay_bytes text =
            assay_tpm2yaml_trim(assay_bytes_of(line.data + quoting, line.size - quoting));

        *ret_offset = offset;
        *ret_quoting = quoting;
        if (memchr(line.data, '\0', line.size) != NULL)
            return false;
        if (is_event(text, kind) ||
            (versioned && assay_bytes_start_with(text, ASSAY_LITERAL("events:"))))
            return true;
        versioned = digit_after(text, ASSAY_LITERAL("version: ")) || (versioned && is_aside(text));
    }
    return false;
}

bool assay_tpm2yaml_find(assay_bytes bytes, size_t *ret_offset, size_t *ret_quoting)
{
    enum { PREFACE_MAX = 64 << 10 };

    if (bytes.size > PREFACE_MAX)
        bytes.size = PREFACE_MAX;
    /* A cut event may stand before the first that has its number. */
    return find(bytes, ASSAY_TPM2YAML_NUMBERED, ret_offset, ret_quoting) ||
           find(bytes, ASSAY_TPM2YAML_UNNUMBERED, ret_offset, ret_quoting);
}

assay_bytes assay_tpm2yaml_split(const assay_tpm2yaml_line *line, assay_bytes *ret_value)
{
    assay_bytes rest = assay_bytes_of(line->raw.data + line->indent, line->raw.size - line->indent);

    *ret_value = ASSAY_NO_BYTES;
    if (assay_bytes_start_with(rest, ASSAY_LITERAL("- ")))
        rest = assay_bytes_of(rest.data + 2, rest.size - 2);
    const uint8_t *const colon = rest.size > 0 ? memchr(rest.data, ':', rest.size) : NULL;
    if (colon == NULL)
        return assay_tpm2yaml_trim(rest);
    const size_t size = (size_t)(colon - rest.data);
    const size_t blank = size + 1 < rest.size && rest.data[size + 1] == ' ';

    *ret_value = assay_bytes_of(colon + 1 + blank, rest.size - size - 1 - blank);
    return assay_tpm2yaml_trim(assay_bytes_of(rest.data, size));
}
