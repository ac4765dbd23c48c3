/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/style.h"

#include "base/output.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    USUAL_WIDTH = 80,
    NARROWEST = 60,
    WIDEST = 250,
    LINES = 3,
    ROOM = 4 * LINES * WIDEST + 4, /* a column takes at most four bytes: the rest can't be seen */
    FURTHER_IN = 4,                /* what goes on in the next line */
    LONGEST_ESCAPE = 6,            /* bytes for one: \u202e is 6 for 3, \x1b is 4 for 1 */
};

bool cli_style_color(int fd, enum cli_color color)
{
    const char *const no_color = getenv("NO_COLOR"); /* no-color.org: set and not empty */
    const char *const term = getenv("TERM");

    if (color != CLI_COLOR_AUTO)
        return color == CLI_COLOR_ALWAYS;
    return (no_color == NULL || *no_color == '\0') && term != NULL && strcmp(term, "dumb") != 0 &&
           isatty(fd);
}

size_t cli_style_width(int fd)
{
    const char *const columns = getenv("COLUMNS");
    struct winsize size;
    unsigned long width = columns != NULL ? strtoul(columns, NULL, 10) : 0;

    if (width == 0 && ioctl(fd, TIOCGWINSZ, &size) == 0)
        width = size.ws_col;
    if (width == 0)
        return USUAL_WIDTH;
    return width < NARROWEST ? NARROWEST : width > WIDEST ? WIDEST : width;
}

/* ECMA-48 8.3.117, select graphic rendition; the eight colours that every terminal has. */
static const char *const renditions[] = {
    [CLI_PLAIN] = "",        [CLI_FAINT] = "\x1b[2m", [CLI_STRONG] = "\x1b[1m",
    [CLI_GOOD] = "\x1b[32m", [CLI_WARN] = "\x1b[33m", [CLI_BAD] = "\x1b[1;31m",
};

void cli_tone_begin(const cli_call *call, enum cli_tone tone)
{
    if (call->color)
        assay_put_string(call->out, renditions[tone]);
}

void cli_tone_end(const cli_call *call, enum cli_tone tone)
{
    if (call->color && tone != CLI_PLAIN)
        assay_put_string(call->out, "\x1b[0m");
}

void cli_put_toned(const cli_call *call, enum cli_tone tone, const char *text)
{
    cli_tone_begin(call, tone);
    assay_put_string(call->out, text);
    cli_tone_end(call, tone);
}

/* Columns of a character, at most: beyond Latin, Greek and Cyrillic it may be a wide one. */
static size_t columns_of(uint32_t character)
{
    return character < 0x1100 ? 1 : 2;
}

/* How many bytes of harmless `text` fit into `columns`. */
static size_t fit(assay_bytes text, size_t columns)
{
    size_t size = 0, used = 0, step;
    uint32_t character;

    while ((step = assay_utf8_decode(assay_bytes_of(text.data + size, text.size - size),
                                     &character)) > 0 &&
           used + columns_of(character) <= columns) {
        size += step;
        used += columns_of(character);
    }
    return size;
}

/* The last line: all that fits, and where that is not all, the sign of it. */
static void put_last_line(assay_writer *out, assay_bytes text, size_t columns)
{
    const bool cut = fit(text, columns) < text.size && columns > 3;

    assay_put(out, assay_bytes_of(text.data, fit(text, cut ? columns - 3 : columns)));
    assay_put_string(out, cut ? "..." : "");
}

/* The last place in the second half of `size` bytes where a blank follows or a step of a path ends.
 */
static size_t last_break(assay_bytes text, size_t size, bool at_blank)
{
    for (size_t at = size; at > size / 2; at--)
        if (at_blank ? text.data[at] == ' ' : strchr("/\\,)", text.data[at - 1]) != NULL)
            return at;
    return 0;
}

/* Where to end a line of at most `size` bytes. */
static size_t break_at(assay_bytes text, size_t size)
{
    const size_t blank = last_break(text, size, true);
    const size_t step = blank > 0 ? blank : last_break(text, size, false);

    return step > 0 ? step : size;
}

void cli_put_fitted(assay_writer *out, assay_bytes text, size_t columns, size_t lines,
                    size_t indent)
{
    uint8_t room[ROOM * LONGEST_ESCAPE];
    assay_writer harmless = assay_writer_lent(room, sizeof room);

    if (text.size > ROOM)
        text.size = ROOM;
    assay_put_safe(&harmless, text);
    assay_bytes left = assay_written(&harmless);
    for (; lines > 1 && fit(left, columns) < left.size; lines--) {
        size_t size = break_at(left, fit(left, columns));

        assay_put(out, assay_bytes_of(left.data, size));
        assay_put_format(out, "\n%*s", (int)indent, "");
        size += left.data[size] == ' ';
        left = assay_bytes_of(left.data + size, left.size - size);
    }
    put_last_line(out, left, columns);
}

/* The next word; of one longer than `room` bytes as much as fits, cut between characters. */
static size_t word_of(const char *text, size_t room)
{
    size_t size = strcspn(text, " \n");

    if (size <= room)
        return size;
    for (size = room; size > 1 && ((unsigned char)text[size] & 0xC0) == 0x80;)
        size--;
    return size;
}

void cli_put_wrapped(assay_writer *out, const char *text, size_t column, size_t indent,
                     size_t width)
{
    bool first = true;

    while (*text != '\0') {
        const size_t begin = first ? column : indent;
        const size_t size = word_of(text, begin + 2 < width ? width - begin - 1 : 1);

        if (!first && (text[-1] == '\n' || column + 1 + size >= width)) {
            assay_put_format(out, "%s%*s", text[-1] == '\n' ? "\n\n" : "\n", (int)indent, "");
            column = indent;
        } else if (!first) {
            assay_put_char(out, ' ');
            column++;
        }
        assay_put(out, assay_bytes_of(text, size));
        column += size;
        text += size + (text[size] == ' ' || text[size] == '\n');
        first = false;
    }
    assay_put_char(out, '\n');
}

static size_t blanks_before(assay_bytes line)
{
    size_t count = 0;

    while (count < line.size && line.data[count] == ' ')
        count++;
    return count;
}

/* Where a line of `columns` ends, at a blank behind byte `from`; all of it where there is none. */
static size_t fold_at(assay_bytes line, size_t from, size_t columns)
{
    if (line.size <= columns)
        return line.size;
    for (size_t at = columns; at > from; at--)
        if (line.data[at] == ' ')
            return at;
    for (size_t at = columns; at < line.size; at++)
        if (line.data[at] == ' ')
            return at;
    return line.size;
}

static void put_folded_line(assay_writer *out, assay_bytes line, size_t width)
{
    const size_t indent = blanks_before(line) + FURTHER_IN;
    size_t from = blanks_before(line), columns = width;

    for (;;) {
        const size_t size = fold_at(line, from, columns);

        assay_put(out, assay_bytes_of(line.data, size));
        if (size == line.size)
            break;
        line = assay_bytes_of(line.data + size + 1, line.size - size - 1);
        from = 0;
        columns = indent < width ? width - indent : 1;
        assay_put_format(out, "\n%*s", (int)indent, "");
    }
    assay_put_char(out, '\n');
}

void cli_put_folded(assay_writer *out, assay_bytes text, size_t width)
{
    while (text.size > 0) {
        const uint8_t *const end = memchr(text.data, '\n', text.size);
        const size_t size = end == NULL ? text.size : (size_t)(end - text.data);
        const size_t step = size + (end != NULL);

        put_folded_line(out, assay_bytes_of(text.data, size), width);
        text = assay_bytes_of(text.data + step, text.size - step);
    }
}
