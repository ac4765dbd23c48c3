/* SPDX-License-Identifier: BSD-2-Clause */
/* The registers of TXT in what programs print and people paste. */
#include "boot/platform/txtregs.h"

#include "base/cursor.h"
#include "base/hex.h"
#include "base/number.h"

/* Who said a value: the one who reads it when asked is better than a log of what was before. */
enum rank { UNSAID, LOGGED, READ };

typedef struct text_reader {
    assay_txt_registers *registers;
    uint8_t rank[ASSAY_TXT_REGISTERS];
    size_t key_bytes; /* of the key that the lines at hand go on with */
    bool in_key;
    enum rank key_rank;
    uint8_t key[ASSAY_TXT_KEY_SIZE];
} text_reader;

static assay_bytes take_line(assay_cursor *c)
{
    const assay_bytes rest = assay_peek_rest(c);
    const void *const end = rest.size > 0 ? memchr(rest.data, '\n', rest.size) : NULL;
    const size_t size = end != NULL ? (size_t)((const uint8_t *)end - rest.data) : rest.size;

    assay_take(c, end != NULL ? size + 1 : size);
    return assay_bytes_of(rest.data, size);
}

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

static bool is_name(uint8_t byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '.' ||
           byte == '_';
}

/* The next word of a line: what has no blanks. */
static assay_bytes take_word(assay_cursor *c)
{
    const assay_bytes rest = assay_peek_rest(c);
    size_t from = 0, to;

    while (from < rest.size && is_blank(rest.data[from]))
        from++;
    for (to = from; to < rest.size && !is_blank(rest.data[to]);)
        to++;
    assay_take(c, to);
    return assay_bytes_of(rest.data + from, to - from);
}

static assay_bytes without_colon(assay_bytes word)
{
    if (word.size > 0 && word.data[word.size - 1] == ':')
        word.size--;
    return word;
}

static bool names(assay_bytes word, const char *name)
{
    return name != NULL && assay_bytes_equal(word, assay_bytes_of_string(name));
}

/* The register that a word names, as txt-stat does (without "TXT.") or as tboot's log does. */
static bool find_register(assay_bytes word, enum assay_txt_register *ret_id, enum rank *ret_rank)
{
    const assay_bytes prefix = ASSAY_LITERAL("TXT.");

    for (enum assay_txt_register id = 0; id < ASSAY_TXT_REGISTERS; id++) {
        const assay_txt_register_info *const info = assay_txt_register_describe(id);
        const bool prefixed = assay_bytes_start_with(assay_bytes_of_string(info->name), prefix);

        *ret_id = id;
        *ret_rank = prefixed ? LOGGED : READ;
        if (names(word, info->name))
            return true;
        *ret_rank = READ;
        if (names(word, info->alias) || (prefixed && names(word, info->name + prefix.size)))
            return true;
    }
    return false;
}

static uint64_t largest(enum assay_txt_register id)
{
    const uint32_t width = assay_txt_register_describe(id)->width;

    /* txt-stat reads eight bytes of each. */
    return width > 4 ? UINT64_MAX : UINT64_MAX >> (64 - 8 * width);
}

/* "0x18091", or what is in parentheses in "131072B (0x20000)". */
static bool take_value(assay_cursor *c, enum assay_txt_register id, uint64_t *ret_value)
{
    assay_bytes word = take_word(c);
    uint64_t value;

    if (word.size > 1 && word.data[word.size - 1] == 'B') {
        word = take_word(c);
        if (word.size < 2 || word.data[0] != '(' || word.data[word.size - 1] != ')')
            return false;
        word = assay_bytes_of(word.data + 1, word.size - 2);
    }
    if (!assay_bytes_start_with(word, ASSAY_LITERAL("0x")) ||
        !assay_number_read(word, UINT64_MAX, &value))
        return false;
    *ret_value = value & largest(id);
    return true;
}

static void keep(text_reader *reader, enum assay_txt_register id, enum rank rank, uint64_t value)
{
    if (rank < reader->rank[id])
        return;
    reader->rank[id] = (uint8_t)rank;
    reader->registers->captured[id] = true;
    reader->registers->value[id] = value;
}

/* A line of the key's bytes, with blanks between them or without. */
static bool take_key_bytes(text_reader *reader, assay_cursor *line)
{
    size_t taken = 0;

    for (assay_bytes word = take_word(line); word.size > 0; word = take_word(line)) {
        const size_t size = word.size / 2;

        if (reader->key_bytes + size > ASSAY_TXT_KEY_SIZE ||
            !assay_hex_decode(word, reader->key + reader->key_bytes, size))
            return false;
        reader->key_bytes += size;
        taken += size;
    }
    return taken > 0;
}

static void finish_key(text_reader *reader)
{
    reader->in_key = reader->key_bytes < ASSAY_TXT_KEY_SIZE;
    if (reader->in_key || reader->key_rank < reader->rank[ASSAY_TXT_PUBLIC_KEY])
        return;
    reader->rank[ASSAY_TXT_PUBLIC_KEY] = (uint8_t)reader->key_rank;
    reader->registers->captured[ASSAY_TXT_PUBLIC_KEY] = true;
    memcpy(reader->registers->public_key, reader->key, sizeof reader->key);
}

static void take_named(text_reader *reader, assay_cursor *line, enum assay_txt_register id,
                       enum rank rank)
{
    uint64_t value;

    if (id != ASSAY_TXT_PUBLIC_KEY) {
        if (take_value(line, id, &value))
            keep(reader, id, rank, value);
        return;
    }
    reader->in_key = true;
    reader->key_bytes = 0;
    reader->key_rank = rank;
    if (assay_left(line) == 0)
        return;
    reader->in_key = take_key_bytes(reader, line);
    if (reader->in_key)
        finish_key(reader);
}

/* Before a register's name may stand "TBOOT:", a mail's "> ", a time in brackets. */
static void take_text_line(text_reader *reader, assay_bytes text)
{
    assay_cursor line = assay_cursor_of(text), whole = line;
    enum assay_txt_register id;
    enum rank rank;

    for (assay_bytes word = take_word(&line); word.size > 0; word = take_word(&line)) {
        if (!is_name(word.data[0]))
            continue;
        if (find_register(without_colon(word), &id, &rank)) {
            take_named(reader, &line, id, rank);
            return;
        }
    }
    if (reader->in_key) {
        if (take_word(&(assay_cursor){ .bytes = text }).size == 1 && text.size > 0)
            take_word(&whole); /* the ">" of a quoted mail */
        reader->in_key = take_key_bytes(reader, &whole);
        if (reader->in_key)
            finish_key(reader);
    }
}

int assay_txt_registers_read_text(assay_bytes text, assay_txt_registers *registers,
                                  assay_error *error)
{
    text_reader reader = { .registers = registers };
    assay_cursor c = assay_cursor_of(text);

    *registers = (assay_txt_registers){ .form = "text" };
    while (assay_left(&c) > 0)
        take_text_line(&reader, take_line(&c));
    if (assay_txt_registers_count(registers) > 0)
        return 0;
    return assay_fail(error, ASSAY_UNKNOWN_FORMAT, (assay_place){ 0, ASSAY_NO_EVENT, NULL },
                      "the text names no register of TXT with its value, as txt-stat does in "
                      "'STS: 0x00018091'");
}

int assay_txt_registers_take_file(assay_txt_registers *registers, enum assay_txt_register id,
                                  assay_bytes text, assay_error *error)
{
    assay_cursor c = assay_cursor_of(text);
    uint64_t value;

    /* The kernel counts the NUL after its text. */
    while (c.bytes.size > 0 &&
           (c.bytes.data[c.bytes.size - 1] == '\0' || c.bytes.data[c.bytes.size - 1] == '\n'))
        c.bytes.size--;
    if (!take_value(&c, id, &value) || assay_left(&c) > 0)
        return assay_fail(error, ASSAY_MALFORMED,
                          (assay_place){ 0, ASSAY_NO_EVENT, assay_txt_register_describe(id)->name },
                          "the file of a register holds something else than one number as 0x1");
    registers->captured[id] = true;
    registers->value[id] = value;
    return 0;
}
