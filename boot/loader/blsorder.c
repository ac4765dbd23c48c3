/* SPDX-License-Identifier: BSD-2-Clause */
/* The order in which systemd-boot lists entries (boot_entry_compare, strverscmp_improved). */
#include "boot/loader/bls.h"

#include <limits.h>
#include <strings.h>

/* --- versions (UAPI.10) ----------------------------------------------------------------------- */

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static bool is_alpha(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The character at the cursor; 0 at the end, and where a text that is none has a NUL. */
static int peek(const assay_cursor *cursor)
{
    return assay_left(cursor) > 0 ? cursor->bytes.data[cursor->offset] : 0;
}

static void skip_invalid(assay_cursor *cursor)
{
    while (assay_left(cursor) > 0 && !is_digit(peek(cursor)) && !is_alpha(peek(cursor)) &&
           (peek(cursor) == 0 || strchr("~-^.", peek(cursor)) == NULL))
        assay_take(cursor, 1);
}

static int compare_numbers(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b ? 1 : 0;
}

/* What has the separator is older; both are moved behind it when both do. */
static int compare_separator(assay_cursor *a, assay_cursor *b, char separator)
{
    const bool has_a = peek(a) == separator, has_b = peek(b) == separator;

    if (has_a && has_b) {
        assay_take(a, 1);
        assay_take(b, 1);
    }
    return has_a == has_b ? 0 : has_a ? -1 : 1;
}

static assay_bytes take_while(assay_cursor *cursor, bool (*is)(int))
{
    const size_t first = cursor->offset;

    while (assay_left(cursor) > 0 && is(peek(cursor)))
        assay_take(cursor, 1);
    return assay_bytes_of(cursor->bytes.data + first, cursor->offset - first);
}

static int compare_common(assay_bytes a, assay_bytes b)
{
    const size_t size = a.size < b.size ? a.size : b.size;

    return size > 0 ? memcmp(a.data, b.data, size) : 0;
}

static assay_bytes without_zeros(assay_bytes digits)
{
    while (digits.size > 0 && digits.data[0] == '0')
        digits = assay_bytes_of(digits.data + 1, digits.size - 1);
    return digits;
}

/* A number is newer than letters, the longer one newer than the shorter. */
static int compare_digits(assay_cursor *a, assay_cursor *b)
{
    assay_bytes x = take_while(a, is_digit), y = take_while(b, is_digit);

    if ((x.size > 0) != (y.size > 0))
        return x.size > 0 ? 1 : -1;
    x = without_zeros(x);
    y = without_zeros(y);
    const int r = compare_numbers((int64_t)x.size, (int64_t)y.size);
    return r != 0 ? r : compare_common(x, y);
}

static int compare_letters(assay_cursor *a, assay_cursor *b)
{
    const assay_bytes x = take_while(a, is_alpha), y = take_while(b, is_alpha);
    const int r = compare_common(x, y);

    return r != 0 ? r : compare_numbers((int64_t)x.size, (int64_t)y.size);
}

int assay_bls_compare_versions(assay_bytes left, assay_bytes right)
{
    static const char separators[] = "-^.";
    assay_cursor a = assay_cursor_of(left), b = assay_cursor_of(right);

    for (;;) {
        skip_invalid(&a);
        skip_invalid(&b);
        int r = compare_separator(&a, &b, '~');
        if (r != 0)
            return r;
        if (assay_left(&a) == 0 || assay_left(&b) == 0)
            return compare_numbers(assay_left(&a) > 0, assay_left(&b) > 0);
        for (size_t i = 0; r == 0 && separators[i] != '\0'; i++)
            r = compare_separator(&a, &b, separators[i]);
        if (r == 0)
            r = is_digit(peek(&a)) || is_digit(peek(&b)) ? compare_digits(&a, &b)
                                                         : compare_letters(&a, &b);
        if (r != 0)
            return r;
    }
}

/* --- entries ---------------------------------------------------------------------------------- */

static bool take_count(assay_cursor *cursor, int64_t *ret_count)
{
    const assay_bytes digits = take_while(cursor, is_digit);
    int64_t count = 0;

    for (size_t i = 0; i < digits.size && count <= INT_MAX; i++)
        count = count * 10 + (digits.data[i] - '0');
    *ret_count = count;
    return digits.size > 0 && count <= INT_MAX;
}

assay_bls_tries assay_bls_tries_of(assay_bytes name, const char *suffix)
{
    const assay_bls_tries none = { -1, -1, 0 };
    assay_bls_tries tries = { 0 };
    assay_cursor c = assay_cursor_of(name);

    for (size_t i = 0; i < name.size; i++)
        if (name.data[i] == '+')
            tries.offset = i + 1;
    assay_seek(&c, tries.offset);
    if (tries.offset == 0 || !take_count(&c, &tries.left))
        return none;
    if (peek(&c) == '-') {
        assay_take(&c, 1);
        if (!take_count(&c, &tries.done))
            return none;
    }
    const assay_bytes rest = assay_peek_rest(&c);
    return rest.size == strlen(suffix) &&
                   strncasecmp((const char *)rest.data, suffix, rest.size) == 0
               ? tries
               : none;
}

/* Byte by byte; where one ends it comes first. */
static int compare_texts(assay_bytes a, assay_bytes b)
{
    const int r = compare_common(a, b);

    return r != 0 ? r : compare_numbers((int64_t)a.size, (int64_t)b.size);
}

static int compare_keys(const assay_bls_order *a, const assay_bls_order *b)
{
    int r = compare_texts(a->sort_key, b->sort_key);

    if (r == 0)
        r = compare_texts(a->machine_id, b->machine_id);
    return r != 0 ? r : -assay_bls_compare_versions(a->version, b->version);
}

int assay_bls_compare(const assay_bls_order *a, const assay_bls_order *b)
{
    int r = compare_numbers(a->tries.left == 0, b->tries.left == 0);

    if (r == 0)
        r = compare_numbers(a->sort_key.data == NULL, b->sort_key.data == NULL);
    if (r == 0 && a->sort_key.data != NULL)
        r = compare_keys(a, b);
    if (r == 0)
        r = -assay_bls_compare_versions(a->id, b->id);
    if (r == 0)
        r = compare_numbers(a->profile, b->profile);
    if (r != 0 || a->tries.left < 0 || b->tries.left < 0)
        return r;
    r = -compare_numbers(a->tries.left, b->tries.left);
    return r != 0 ? r : compare_numbers(a->tries.done, b->tries.done);
}
