/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/nearest.h"

#include <string.h>

enum { LETTERS_MAX = 40, PER_EDIT = 3 };

cli_nearest cli_nearest_to(assay_bytes word)
{
    size_t most = word.size / PER_EDIT;

    if (most == 0 && word.size > 1)
        most = 1;
    return (cli_nearest){ .word = word, .prefix = "", .edits = most + 1 };
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edits between the first i letters of a and the first j of b, from those of shorter ones. */
static size_t edits_at(size_t table[][LETTERS_MAX + 1], const char *a, const char *b, size_t i,
                       size_t j)
{
    const bool same = a[i - 1] == b[j - 1];
    size_t edits = least(table[i - 1][j], table[i][j - 1]) + 1;

    edits = least(edits, table[i - 1][j - 1] + !same);
    if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        edits = least(edits, table[i - 2][j - 2] + 1);
    return edits;
}

/* The distance of Damerau and Levenshtein, where no letter moves twice. */
static size_t edits_between(const char *a, size_t a_size, const char *b, size_t b_size)
{
    size_t table[LETTERS_MAX + 1][LETTERS_MAX + 1];

    for (size_t i = 0; i <= a_size; i++)
        table[i][0] = i;
    for (size_t j = 0; j <= b_size; j++)
        table[0][j] = j;
    for (size_t i = 1; i <= a_size; i++)
        for (size_t j = 1; j <= b_size; j++)
            table[i][j] = edits_at(table, a, b, i, j);
    return table[a_size][b_size];
}

void cli_nearest_try(cli_nearest *nearest, const char *name)
{
    const char *const word = (const char *)nearest->word.data;
    const size_t size = nearest->word.size, name_size = strlen(name);

    if (size == 0 || size > LETTERS_MAX || name_size > LETTERS_MAX)
        return;
    size_t edits = edits_between(word, size, name, name_size);
    if (size > 1 && name_size > size && memcmp(word, name, size) == 0)
        edits = 1;
    if (edits < nearest->edits) {
        nearest->name = name;
        nearest->edits = edits;
    }
}

void cli_nearest_try_all(cli_nearest *nearest, const char *const *names)
{
    for (; *names != NULL; names++)
        cli_nearest_try(nearest, *names);
}
