/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/reference/sequence.h"

#include <stdlib.h>

/* A pair that is alike outweighs any number of pairs of one place: each of those costs two gaps,
 * which are worth nothing. */
enum { PAIRS_MAX = 1 << 24, ALIKE = 1 << 12, PLACE = 1 };

typedef struct alignment {
    size_t n, m; /* of the middles */
    size_t skip_n, skip_m;
    assay_fits *fits;
    const void *context;
    uint32_t *best; /* (n + 1) x (m + 1): of what follows i and j */
} alignment;

static uint32_t *at(const alignment *a, size_t i, size_t j)
{
    return &a->best[i * (a->m + 1) + j];
}

static uint32_t worth(const alignment *a, size_t i, size_t j)
{
    const enum assay_fit fit = a->fits(a->context, a->skip_n + i, a->skip_m + j);

    return fit == ASSAY_FIT_ALIKE ? ALIKE : fit == ASSAY_FIT_PLACE ? PLACE : 0;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static void fill(const alignment *a)
{
    for (size_t i = a->n; i-- > 0;)
        for (size_t j = a->m; j-- > 0;) {
            const uint32_t pair = worth(a, i, j);
            const uint32_t apart = larger(*at(a, i + 1, j), *at(a, i, j + 1));

            *at(a, i, j) = pair == 0 ? apart : larger(apart, pair + *at(a, i + 1, j + 1));
        }
}

static void follow(const alignment *a, long *ret_of)
{
    size_t i = 0, j = 0;

    while (i < a->n && j < a->m) {
        const uint32_t pair = worth(a, i, j);

        if (pair != 0 && *at(a, i, j) == pair + *at(a, i + 1, j + 1))
            ret_of[a->skip_m + j++] = (long)(a->skip_n + i++);
        else if (*at(a, i, j) == *at(a, i + 1, j))
            i++;
        else
            j++;
    }
}

int assay_align_steps(size_t n, size_t m, assay_fits *fits, const void *context, long *ret_of)
{
    alignment a = { .fits = fits, .context = context };
    size_t end = 0;

    for (size_t j = 0; j < m; j++)
        ret_of[j] = ASSAY_UNALIGNED;
    for (; a.skip_n < n && a.skip_m < m && fits(context, a.skip_n, a.skip_m) == ASSAY_FIT_ALIKE;
         a.skip_n++, a.skip_m++)
        ret_of[a.skip_m] = (long)a.skip_n;
    for (; end < n - a.skip_n && end < m - a.skip_m &&
           fits(context, n - end - 1, m - end - 1) == ASSAY_FIT_ALIKE;
         end++)
        ret_of[m - end - 1] = (long)(n - end - 1);
    a.n = n - a.skip_n - end;
    a.m = m - a.skip_m - end;
    if (a.n == 0 || a.m == 0 || (a.n + 1) > PAIRS_MAX / (a.m + 1))
        return 0;
    a.best = calloc((a.n + 1) * (a.m + 1), sizeof *a.best);
    if (a.best == NULL)
        return -ASSAY_NO_MEMORY;
    fill(&a);
    follow(&a, ret_of);
    free(a.best);
    return 0;
}
