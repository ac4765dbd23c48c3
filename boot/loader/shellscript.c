/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/shellscript.h"

#include "base/utf16.h"
#include "base/utf8.h"

void assay_shell_script_decode(assay_writer *out, assay_bytes script)
{
    const assay_bytes mark = ASSAY_LITERAL("\xff\xfe");

    if (assay_bytes_start_with(script, mark)) {
        assay_put_utf16(out, assay_bytes_of(script.data + mark.size, script.size - mark.size));
        return;
    }
    for (size_t i = 0; i < script.size; i++)
        assay_put_utf8(out, script.data[i]);
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static assay_bytes trim(assay_bytes text)
{
    while (text.size > 0 && is_blank(text.data[0]))
        text = assay_bytes_of(text.data + 1, text.size - 1);
    while (text.size > 0 && is_blank(text.data[text.size - 1]))
        text.size--;
    return text;
}

static assay_bytes take_line(assay_cursor *script)
{
    const assay_bytes rest = assay_peek_rest(script);
    const size_t size = assay_bytes_find(rest, ASSAY_LITERAL("\n"));

    assay_take_up_to(script, (uint64_t)size + 1);
    return assay_bytes_of(rest.data, size);
}

/* '#' begins a comment, also between quotes; "^#" doesn't. */
static assay_bytes without_comment(assay_bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '^' && i + 1 < text.size && text.data[i + 1] == '#')
            i++;
        else if (text.data[i] == '#')
            text.size = i;
    }
    return text;
}

/* A word in quotes, or up to the next blank. */
static assay_bytes take_word(assay_cursor *c)
{
    const assay_bytes rest = assay_peek_rest(c);
    size_t size = 0;

    if (rest.size > 0 && rest.data[0] == '"') {
        const assay_bytes inside = assay_bytes_of(rest.data + 1, rest.size - 1);

        size = assay_bytes_find(inside, ASSAY_LITERAL("\""));
        assay_take_up_to(c, (uint64_t)size + 2);
        return assay_bytes_of(inside.data, size);
    }
    while (size < rest.size && !is_blank(rest.data[size]))
        size++;
    return assay_take(c, size);
}

static void split(assay_shell_line *line)
{
    assay_cursor c = assay_cursor_of(line->text);

    line->count = 0;
    while (line->count < ASSAY_SHELL_WORDS) {
        while (assay_left(&c) > 0 && is_blank(*assay_peek_rest(&c).data))
            assay_take_u8(&c);
        if (assay_left(&c) == 0)
            return;
        line->words[line->count++] = take_word(&c);
    }
}

bool assay_shell_next_line(assay_cursor *script, assay_shell_line *ret_line)
{
    while (assay_left(script) > 0) {
        assay_shell_line line = { .text = trim(without_comment(take_line(script))) };

        if (line.text.size > 0 && line.text.data[0] == '@')
            line.text = trim(assay_bytes_of(line.text.data + 1, line.text.size - 1));
        if (line.text.size == 0 || line.text.data[0] == ':')
            continue;
        split(&line);
        *ret_line = line;
        return true;
    }
    return false;
}

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

bool assay_shell_word_is(assay_bytes word, const char *command)
{
    if (word.size != strlen(command))
        return false;
    for (size_t i = 0; i < word.size; i++)
        if (lower(word.data[i]) != lower((uint8_t)command[i]))
            return false;
    return true;
}

void assay_shell_put_options(assay_writer *out, assay_bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] != '^' || i + 1 == text.size || text.data[i + 1] != '#')
            assay_put_u8(out, text.data[i]);
}

bool assay_shell_is_rewritten(assay_bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (strchr("%<>|", text.data[i]) != NULL && text.data[i] != 0)
            return true;
    return false;
}
