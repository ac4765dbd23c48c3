/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/diff.h"

#include "base/writer.h"
#include "policy/lcp/diff_private.h"

#include <stdio.h>

const char *assay_lcp_change_name(enum assay_lcp_change_kind kind)
{
    static const char *const names[] = { "changed", "added", "removed", "moved" };

    return names[kind];
}

static assay_lcp_change begin(const lcp_diff *d, enum assay_lcp_change_kind kind, const char *field,
                              uint64_t offset)
{
    assay_lcp_change change = d->place;

    change.kind = kind;
    change.field = field;
    change.offset = offset;
    return change;
}

static void tell(lcp_diff *d, const assay_lcp_change *change)
{
    d->changes++;
    d->visit(change, d->context);
}

static void write_bytes(char text[ASSAY_LCP_CHANGE_TEXT], assay_bytes bytes)
{
    assay_writer writer = assay_writer_lent(text, ASSAY_LCP_CHANGE_TEXT - 1);
    const bool cut = bytes.size > ASSAY_DIGEST_MAX;

    assay_put_hex(&writer, cut ? assay_bytes_of(bytes.data, ASSAY_DIGEST_MAX) : bytes);
    if (cut)
        assay_put_format(&writer, "... (%zu bytes)", bytes.size);
    text[writer.used] = '\0';
}

void lcp_diff_number(lcp_diff *d, const char *field, uint64_t offset, uint64_t expected,
                     uint64_t actual, size_t size)
{
    assay_lcp_change change = begin(d, ASSAY_LCP_CHANGED, field, offset);
    const int digits = (int)(2 * size);

    if (expected == actual)
        return;
    snprintf(change.expected, sizeof change.expected, "0x%0*llx", digits,
             (unsigned long long)expected);
    snprintf(change.actual, sizeof change.actual, "0x%0*llx", digits, (unsigned long long)actual);
    tell(d, &change);
}

void lcp_diff_bytes(lcp_diff *d, const char *field, uint64_t offset, assay_bytes expected,
                    assay_bytes actual)
{
    assay_lcp_change change = begin(d, ASSAY_LCP_CHANGED, field, offset);

    if (assay_bytes_equal(expected, actual))
        return;
    write_bytes(change.expected, expected);
    write_bytes(change.actual, actual);
    tell(d, &change);
}

void lcp_diff_member(lcp_diff *d, enum assay_lcp_change_kind kind, const char *field,
                     uint64_t offset, assay_bytes value)
{
    assay_lcp_change change = begin(d, kind, field, offset);

    if (kind != ASSAY_LCP_ADDED)
        write_bytes(change.expected, value);
    if (kind != ASSAY_LCP_REMOVED)
        write_bytes(change.actual, value);
    tell(d, &change);
}

/* Policies of one layout field by field; else the versions say it all. */
void lcp_diff_policies(lcp_diff *d, const assay_lcp_policy *a, const assay_lcp_policy *b)
{
    const bool same = (a->version >> 8 >= 3) == (b->version >> 8 >= 3);
    const assay_lcp_field *field;
    uint64_t end = 2;

    lcp_diff_number(d, "Version", 0, a->version, b->version, 2);
    for (size_t i = 1; same && (field = assay_lcp_policy_field(b->version, i)) != NULL; i++) {
        for (size_t j = 0; j < field->count && field->size != 0; j++) {
            d->place.index = field->count > 1 ? (uint32_t)j : ASSAY_LCP_NO_ELEMENT;
            lcp_diff_number(d, field->name, field->offset + j * field->size,
                            assay_lcp_field_get(a, field, j), assay_lcp_field_get(b, field, j),
                            field->size);
        }
        d->place.index = ASSAY_LCP_NO_ELEMENT;
        end = field->offset;
    }
    lcp_diff_bytes(d, "PolicyHash", end, assay_bytes_of(a->policy_hash.value, a->policy_hash.size),
                   assay_bytes_of(b->policy_hash.value, b->policy_hash.size));
}

/* Lists. */

static uint64_t offset_of(const assay_lcp_list *list, assay_bytes part)
{
    return part.data == NULL ? list->offset
                             : list->offset + (uint64_t)(part.data - list->bytes.data);
}

static void diff_signatures(lcp_diff *d, const assay_lcp_list *a, const assay_lcp_list *b)
{
    const assay_lcp_signature *const x = &a->signature, *const y = &b->signature;
    const uint64_t key = offset_of(b, y->key), value = offset_of(b, y->value);

    lcp_diff_number(d, "RevocationCounter", b->offset + 8 + b->elements.size, a->revocation_counter,
                    b->revocation_counter, 2);
    lcp_diff_number(d, "KeyAlg", key, x->key_alg, y->key_alg, 2);
    lcp_diff_number(d, "KeySize", key, x->key_bits, y->key_bits, 2);
    lcp_diff_number(d, "Exponent", key, x->exponent, y->exponent, 4);
    lcp_diff_bytes(d, "PubkeyValue", key, x->key, y->key);
    lcp_diff_number(d, "SigScheme", value, x->scheme, y->scheme, 2);
    lcp_diff_number(d, "HashAlg", value, x->hash_alg, y->hash_alg, 2);
    lcp_diff_bytes(d, "Signature", value, x->value, y->value);
}

void lcp_diff_lists(lcp_diff *d, const assay_lcp_list *a, const assay_lcp_list *b)
{
    lcp_diff_number(d, "Version", b->offset, a->version, b->version, 2);
    lcp_diff_number(d, "SigAlgorithm", b->offset + 2, a->is_signed ? a->signature.scheme : 0,
                    b->is_signed ? b->signature.scheme : 0, 2);
    lcp_diff_number(d, "Reserved", b->offset, a->reserved, b->reserved, 4);
    lcp_diff_all_elements(d, a, b);
    if (a->is_signed || b->is_signed)
        diff_signatures(d, a, b);
}

static bool same_key(const assay_lcp_list *a, const assay_lcp_list *b)
{
    return a->is_signed && b->is_signed && assay_bytes_equal(a->signature.key, b->signature.key);
}

static bool same_bytes(const assay_lcp_list *a, const assay_lcp_list *b)
{
    return assay_bytes_equal(a->bytes, b->bytes);
}

static bool both(const assay_lcp_list *a, const assay_lcp_list *b)
{
    return a->is_signed == b->is_signed;
}

enum { UNMATCHED = ASSAY_LCP_LISTS_MAX };

/* Gives lists of `b` that have none yet the first of `a` that is free and alike. */
static void match(const assay_lcp_data *a, const assay_lcp_data *b,
                  bool (*alike)(const assay_lcp_list *, const assay_lcp_list *), size_t *of_b,
                  bool *taken)
{
    for (size_t i = 0; i < b->list_count; i++)
        for (size_t j = 0; j < a->list_count && of_b[i] == UNMATCHED; j++)
            if (!taken[j] && alike(&a->lists[j], &b->lists[i])) {
                of_b[i] = j;
                taken[j] = true;
            }
}

static void match_places(const assay_lcp_data *a, const assay_lcp_data *b, size_t *of_b,
                         bool *taken)
{
    for (size_t i = 0; i < b->list_count; i++)
        if (of_b[i] == UNMATCHED && i < a->list_count && !taken[i] &&
            both(&a->lists[i], &b->lists[i])) {
            of_b[i] = i;
            taken[i] = true;
        }
}

static void set_lists(lcp_diff *d, uint32_t expected, uint32_t actual)
{
    d->place.list_expected = expected;
    d->place.list_actual = actual;
}

static void diff_matched(lcp_diff *d, const assay_lcp_data *a, const assay_lcp_data *b,
                         const size_t *of_b)
{
    size_t furthest = 0;

    for (size_t i = 0; i < b->list_count; i++) {
        const assay_lcp_list *const list = &b->lists[i];

        if (of_b[i] == UNMATCHED) {
            set_lists(d, ASSAY_LCP_NO_LIST, (uint32_t)i);
            lcp_diff_member(d, ASSAY_LCP_ADDED, "PolicyLists", list->offset, list->bytes);
            continue;
        }
        set_lists(d, (uint32_t)of_b[i], (uint32_t)i);
        if (of_b[i] < furthest)
            lcp_diff_member(d, ASSAY_LCP_MOVED, "PolicyLists", list->offset, list->bytes);
        furthest = of_b[i] > furthest ? of_b[i] : furthest;
        lcp_diff_lists(d, &a->lists[of_b[i]], list);
    }
}

static void diff_data(lcp_diff *d, const assay_lcp_data *a, const assay_lcp_data *b)
{
    size_t of_b[ASSAY_LCP_LISTS_MAX];
    bool taken[ASSAY_LCP_LISTS_MAX] = { false };

    for (size_t i = 0; i < ASSAY_LCP_LISTS_MAX; i++)
        of_b[i] = UNMATCHED;
    lcp_diff_number(d, "Reserved", 32, a->reserved, b->reserved, 3);
    match(a, b, same_bytes, of_b, taken);
    match(a, b, same_key, of_b, taken);
    match_places(a, b, of_b, taken);
    match(a, b, both, of_b, taken);
    for (size_t j = 0; j < a->list_count; j++)
        if (!taken[j]) {
            set_lists(d, (uint32_t)j, ASSAY_LCP_NO_LIST);
            lcp_diff_member(d, ASSAY_LCP_REMOVED, "PolicyLists", a->lists[j].offset,
                            a->lists[j].bytes);
        }
    diff_matched(d, a, b, of_b);
    set_lists(d, ASSAY_LCP_NO_LIST, ASSAY_LCP_NO_LIST);
    lcp_diff_bytes(d, "after the lists", b->bytes.size - b->after.size, a->after, b->after);
}

/* Reading both. */

typedef union side {
    assay_lcp_policy policy;
    assay_lcp_data data;
    assay_lcp_list list;
    assay_lcp_element element;
} side;

static int check_rest(const assay_cursor *cursor, assay_error *error)
{
    return assay_left(cursor) == 0
               ? 0
               : assay_fail(error, ASSAY_MALFORMED,
                            (assay_place){ cursor->offset, ASSAY_NO_EVENT, NULL },
                            "%zu bytes follow the end", assay_left(cursor));
}

static int read_side(enum assay_lcp_input kind, assay_bytes bytes, side *s, assay_error *error)
{
    assay_cursor cursor = assay_cursor_of(bytes);
    int status;

    switch (kind) {
    case ASSAY_LCP_INPUT_POLICY:
        return assay_lcp_policy_read(&s->policy, bytes, error);
    case ASSAY_LCP_INPUT_DATA:
        return assay_lcp_data_read(&s->data, bytes, error);
    case ASSAY_LCP_INPUT_LIST:
        status = assay_lcp_list_read(&cursor, 0, &s->list, error);
        break;
    case ASSAY_LCP_INPUT_ELEMENT:
        status = assay_lcp_element_next(&cursor, 0, &s->element, error);
        if (status == 0)
            return assay_fail(error, ASSAY_TRUNCATED, (assay_place){ 0, ASSAY_NO_EVENT, "Size" },
                              "there is no element");
        break;
    default:
        return assay_fail(error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE,
                          "it is no policy, policy data, list or element");
    }
    return status < 0 ? status : check_rest(&cursor, error);
}

static void diff_sides(lcp_diff *d, enum assay_lcp_input kind, const side *a, const side *b)
{
    switch (kind) {
    case ASSAY_LCP_INPUT_POLICY:
        lcp_diff_policies(d, &a->policy, &b->policy);
        break;
    case ASSAY_LCP_INPUT_DATA:
        diff_data(d, &a->data, &b->data);
        break;
    case ASSAY_LCP_INPUT_LIST:
        lcp_diff_lists(d, &a->list, &b->list);
        break;
    default:
        lcp_diff_elements(d, &a->element, &b->element);
    }
}

/* What no field says: no such byte is known, and no two different files may be called the same. */
static void diff_rest(lcp_diff *d, assay_bytes expected, assay_bytes actual)
{
    size_t at = 0;

    if (d->changes > 0 || assay_bytes_equal(expected, actual))
        return;
    while (at < expected.size && at < actual.size && expected.data[at] == actual.data[at])
        at++;
    lcp_diff_bytes(d, "bytes", at, assay_bytes_of(expected.data + at, expected.size - at),
                   assay_bytes_of(actual.data + at, actual.size - at));
}

int assay_lcp_diff(enum assay_lcp_input kind, assay_bytes expected, assay_bytes actual,
                   assay_lcp_change_visit *visit, void *context, int *ret_which, assay_error *error)
{
    lcp_diff d = { .visit = visit,
                   .context = context,
                   .place = { .index = ASSAY_LCP_NO_ELEMENT,
                              .list_expected = ASSAY_LCP_NO_LIST,
                              .list_actual = ASSAY_LCP_NO_LIST,
                              .element_expected = ASSAY_LCP_NO_ELEMENT,
                              .element_actual = ASSAY_LCP_NO_ELEMENT } };
    side a = { 0 }, b = { 0 };

    *ret_which = 0;
    int status = read_side(kind, expected, &a, error);
    if (status == 0) {
        *ret_which = 1;
        status = read_side(kind, actual, &b, error);
    }
    if (status < 0)
        return status;
    diff_sides(&d, kind, &a, &b);
    if (d.no_memory)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory to compare");
    diff_rest(&d, expected, actual);
    return d.changes > 0;
}
