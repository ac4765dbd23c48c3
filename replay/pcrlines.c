/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCR values in lines of text. One grammar holds the forms of tpm2_pcrread, of TPM
 * 1.2's sysfs file and of "sha256:0 hex", for they differ in what a line may omit:
 *
 *     sha256:            the bank of the lines below
 *     0 : 0x...          a PCR of that bank
 *     PCR-00: 3A 3F ...  a PCR of that bank, or of SHA-1
 *     sha256:0 ...       a PCR with its bank
 *
 * Empty lines, those that begin with '#', and YAML's "---" and "pcrs:" say nothing.
 */
#include "replay/pcrforms.h"

typedef struct text_line {
    assay_cursor cursor; /* in the line */
    uint64_t offset;     /* of the line in the input */
} text_line;

static char peek(const assay_cursor *c)
{
    const assay_bytes rest = assay_peek_rest(c);

    return rest.size > 0 ? (char)rest.data[0] : '\0';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

static assay_bytes take_while(assay_cursor *c, bool (*belongs)(char))
{
    assay_cursor end = *c;

    while (assay_left(&end) > 0 && belongs(peek(&end)))
        assay_take_u8(&end);
    return assay_take(c, end.offset - c->offset);
}

/* ':', '=' or nothing, with blanks on both sides. */
static void skip_separator(assay_cursor *c)
{
    take_while(c, is_blank);
    if (peek(c) == ':' || peek(c) == '=')
        assay_take_u8(c);
    take_while(c, is_blank);
}

/* A number of any length; what is no PCR becomes ASSAY_PCRS. */
static unsigned number_of(assay_bytes digits)
{
    unsigned number = 0;

    for (size_t i = 0; i < digits.size; i++)
        number = number < ASSAY_PCRS ? number * 10 + (digits.data[i] - (unsigned)'0') : ASSAY_PCRS;
    return number;
}

static int refuse(const text_line *line, const char *what, assay_error *error)
{
    return assay_fail(error, ASSAY_MALFORMED, (assay_place){ line->offset, ASSAY_NO_EVENT, NULL },
                      "%s", what);
}

/* The value is what is left of the line. */
static int read_value(text_line *line, uint16_t alg, unsigned pcr, assay_pcr_reading *reading,
                      assay_error *error)
{
    skip_separator(&line->cursor);
    const uint64_t offset = line->offset + line->cursor.offset;
    const assay_pcr_text text = { alg, pcr, assay_take_rest(&line->cursor), offset };

    return assay_pcr_forgive(reading, alg, assay_pcr_text_add(&reading->pcrs, &text, error), error);
}

/* The number in "PCR-00"; false for any other word. */
static bool pcr_word(assay_bytes word, unsigned *ret_pcr)
{
    assay_cursor c = assay_cursor_of(word);

    if (!assay_bytes_equal(assay_take(&c, 4), ASSAY_LITERAL("PCR-")))
        return false;
    const assay_bytes digits = take_while(&c, is_digit);
    *ret_pcr = number_of(digits);
    return digits.size > 0 && assay_left(&c) == 0;
}

static bool says_nothing(const text_line *line)
{
    const assay_bytes text = line->cursor.bytes;

    return text.size == 0 || text.data[0] == '#' || assay_bytes_equal(text, ASSAY_LITERAL("---")) ||
           assay_bytes_equal(text, ASSAY_LITERAL("pcrs:"));
}

/* Reads one line; `alg` is the bank of the lines below a bank's name, or ASSAY_ALG_NULL. */
static int read_line(text_line *line, uint16_t *alg, assay_pcr_reading *reading, assay_error *error)
{
    assay_cursor *const c = &line->cursor;
    unsigned pcr;

    if (says_nothing(line))
        return 0;
    const assay_bytes digits = take_while(c, is_digit);
    if (digits.size > 0)
        return *alg != ASSAY_ALG_NULL ? read_value(line, *alg, number_of(digits), reading, error)
                                      : refuse(line, "a PCR before any bank was named", error);
    const assay_bytes word = take_while(c, is_word);
    if (pcr_word(word, &pcr))
        return read_value(line, *alg != ASSAY_ALG_NULL ? *alg : ASSAY_ALG_SHA1, pcr, reading,
                          error);

    const assay_alg *const bank = assay_alg_by_name(word);
    take_while(c, is_blank);
    if (bank == NULL || peek(c) != ':')
        return refuse(line, "neither a bank nor a PCR", error);
    skip_separator(c);
    if (assay_left(c) == 0) {
        *alg = bank->id;
        return 0;
    }
    const assay_bytes number = take_while(c, is_digit);
    if (number.size == 0)
        return refuse(line, "a bank without the number of a PCR", error);
    return read_value(line, bank->id, number_of(number), reading, error);
}

static bool is_in_line(char c)
{
    return c != '\n';
}

/* The next line without the blanks around it. */
static text_line take_line(assay_cursor *c)
{
    take_while(c, is_blank);
    const uint64_t offset = c->offset;
    assay_bytes text = take_while(c, is_in_line);

    assay_take_u8(c);
    while (text.size > 0 &&
           (is_blank((char)text.data[text.size - 1]) || text.data[text.size - 1] == '\r'))
        text.size--;
    return (text_line){ assay_cursor_of(text), offset };
}

int assay_pcrlines_parse(assay_bytes text, assay_pcr_reading *reading, assay_error *error)
{
    assay_cursor c = assay_cursor_of(text);
    uint16_t alg = ASSAY_ALG_NULL;
    int status = 0;

    while (status == 0 && assay_left(&c) > 0) {
        text_line line = take_line(&c);

        status = read_line(&line, &alg, reading, error);
    }
    return status;
}
