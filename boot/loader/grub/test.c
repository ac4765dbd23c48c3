/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command "[" (commands/test.c). It goes from left to right: what stands side by side is meant
 * to be true together, with or without "-a"; "-o" begins again.
 */
#include "boot/loader/grub/machine.h"

#include <stdlib.h>

enum { PARENTHESES_MAX = 100 };

typedef struct expression {
    assay_grub *grub;
    const assay_grub_args *args;
    size_t at;
    unsigned depth;
} expression;

static int compare(assay_bytes a, assay_bytes b)
{
    const size_t common = a.size < b.size ? a.size : b.size;
    const int order = common > 0 ? memcmp(a.data, b.data, common) : 0;

    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

static int64_t number(assay_bytes text)
{
    const bool negative = text.size > 0 && text.data[0] == '-';
    uint64_t n = 0;

    assay_grub_number(negative ? assay_bytes_of(text.data + 1, text.size - 1) : text, &n);
    return negative ? -(int64_t)(n & INT64_MAX) : (int64_t)(n & INT64_MAX);
}

/* The numbers that follow what both have in common: vmlinuz-2 and vmlinuz-11. */
static int compare_suffix(assay_bytes a, assay_bytes b)
{
    size_t i = 0;

    while (i < a.size && i < b.size && a.data[i] == b.data[i])
        i++;
    while (i > 0 && a.data[i - 1] >= '0' && a.data[i - 1] <= '9')
        i--;
    uint64_t x = 0, y = 0;

    assay_grub_number(assay_bytes_of(a.data + i, a.size - i), &x);
    assay_grub_number(assay_bytes_of(b.data + i, b.size - i), &y);
    return (x > y) - (x < y);
}

/* Which of <0, 0, >0 make it true, as bits 1, 2, 4. */
static const struct {
    const char *name;
    unsigned wanted;
    enum { STRINGS, NUMBERS, SUFFIXES } of;
} comparisons[] = {
    { "=", 2, STRINGS },    { "==", 2, STRINGS },   { "!=", 5, STRINGS },  { "<", 1, STRINGS },
    { "<=", 3, STRINGS },   { ">", 4, STRINGS },    { ">=", 6, STRINGS },  { "-eq", 2, NUMBERS },
    { "-ge", 6, NUMBERS },  { "-gt", 4, NUMBERS },  { "-le", 3, NUMBERS }, { "-lt", 1, NUMBERS },
    { "-ne", 5, NUMBERS },  { "-pgt", 4, SUFFIXES }, { "-plt", 1, SUFFIXES },
};

static assay_bytes word(const expression *e, size_t ahead)
{
    return e->args->items[e->at + ahead];
}

static bool parse_comparison(expression *e, bool *ret_value)
{
    for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++) {
        if (!assay_grub_is(word(e, 1), comparisons[i].name))
            continue;
        const assay_bytes a = word(e, 0), b = word(e, 2);
        const int64_t x = number(a), y = number(b);
        const int order = comparisons[i].of == STRINGS   ? compare(a, b)
                          : comparisons[i].of == NUMBERS ? (x > y) - (x < y)
                                                         : compare_suffix(a, b);

        *ret_value = (comparisons[i].wanted & (order < 0 ? 1u : order == 0 ? 2u : 4u)) != 0;
        return true;
    }
    return false;
}

static enum assay_grub_found look(expression *e, assay_bytes name)
{
    const enum assay_grub_found found = assay_grub_look(e->grub, name);

    if (found == ASSAY_GRUB_UNKNOWN)
        assay_grub_lose(e->grub, "GRUB's script asks for a file of a volume that isn't known: %.*s",
                        (int)(name.size < 80 ? name.size : 80), (const char *)name.data);
    return found;
}

/* Which of two files is newer. When there is but one, it is that; else it isn't known here. */
static bool parse_times(expression *e, bool *ret_value)
{
    const bool newer = assay_bytes_start_with(word(e, 1), ASSAY_LITERAL("-nt"));

    if (!newer && !assay_bytes_start_with(word(e, 1), ASSAY_LITERAL("-ot")))
        return false;
    const bool a = look(e, word(e, 0)) != ASSAY_GRUB_ABSENT;
    const bool b = look(e, word(e, 2)) != ASSAY_GRUB_ABSENT;

    if (a && b)
        assay_grub_lose(e->grub, "GRUB's script compares the times of two files");
    *ret_value = newer ? a && !b : !a && b;
    return true;
}

/* "-s" opens the file, and so measures it. */
static bool has_size(expression *e, assay_bytes name)
{
    assay_bytes bytes = ASSAY_NO_BYTES;

    return assay_grub_open(e->grub, name, ASSAY_PART_GRUB, &bytes) == ASSAY_GRUB_FILE &&
           bytes.size > 0;
}

static bool parse_unary(expression *e, bool *ret_value)
{
    const assay_bytes sign = word(e, 0), of = word(e, 1);

    if (sign.size != 2 || sign.data[0] != '-')
        return false;
    switch (sign.data[1]) {
    case 'd':
        *ret_value = look(e, of) == ASSAY_GRUB_FOLDER;
        return true;
    case 'e':
        *ret_value = look(e, of) != ASSAY_GRUB_ABSENT;
        return true;
    case 'f':
        *ret_value = look(e, of) == ASSAY_GRUB_FILE;
        return true;
    case 's':
        *ret_value = has_size(e, of);
        return true;
    case 'n':
        *ret_value = of.size > 0;
        return true;
    case 'z':
        *ret_value = of.size == 0;
        return true;
    default:
        return false;
    }
}

/* A test of three words, of two, or of one. */
static bool parse_test(expression *e, bool *ret_value)
{
    const size_t left = e->args->count - e->at;

    if (left > 2 && (parse_comparison(e, ret_value) || parse_times(e, ret_value))) {
        e->at += 3;
        return true;
    }
    if (left > 1 && parse_unary(e, ret_value)) {
        e->at += 2;
        return true;
    }
    return false;
}

static bool parse(expression *e)
{
    bool all = true, any = false, inverted = false;

    while (e->at < e->args->count && !e->grub->over) {
        bool value;

        if (!parse_test(e, &value)) {
            const assay_bytes w = e->args->items[e->at++];

            if (assay_grub_is(w, ")")) {
                e->depth -= e->depth > 0;
                break;
            }
            if (assay_grub_is(w, "!")) {
                inverted = !inverted;
                continue;
            }
            if (assay_grub_is(w, "-a"))
                continue;
            if (assay_grub_is(w, "-o")) {
                any = any || all;
                all = true;
                continue;
            }
            if (assay_grub_is(w, "(")) {
                if (++e->depth > PARENTHESES_MAX)
                    break;
                value = parse(e);
            } else {
                value = w.size > 0;
            }
        }
        all = all && value != inverted;
        inverted = false;
    }
    return any || all;
}

int assay_grub_test(assay_grub *grub, const assay_grub_args *args)
{
    assay_grub_args words = *args;

    if (words.count > 0 && assay_grub_is(words.items[words.count - 1], "]"))
        words.count--;
    expression e = { .grub = grub, .args = &words };

    return parse(&e) ? ASSAY_GRUB_OK : ASSAY_GRUB_FALSE;
}
