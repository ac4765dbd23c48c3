/* SPDX-License-Identifier: BSD-2-Clause */
/* Elements against each other, and those of two lists matched: never all pairs. */
#include "policy/lcp/diff_private.h"

#include <stdlib.h>

/* A member of an array: its bytes, and where it stands. */
typedef struct member {
    assay_bytes bytes;
    uint64_t order; /* what members are matched by where their bytes differ */
    uint32_t place;
    uint32_t other; /* its place in the other array, or ALONE */
} member;

enum { ALONE = UINT32_MAX };

static int compare_bytes(const void *a, const void *b)
{
    const member *const x = a, *const y = b;
    const size_t common = x->bytes.size < y->bytes.size ? x->bytes.size : y->bytes.size;
    const int order = common == 0 ? 0 : memcmp(x->bytes.data, y->bytes.data, common);

    if (order != 0)
        return order;
    if (x->bytes.size != y->bytes.size)
        return x->bytes.size < y->bytes.size ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

static int compare_order(const void *a, const void *b)
{
    const member *const x = a, *const y = b;

    /* Those that have their match stand behind. */
    if ((x->other == ALONE) != (y->other == ALONE))
        return x->other == ALONE ? -1 : 1;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

static int compare_place(const void *a, const void *b)
{
    const member *const x = a, *const y = b;

    return x->place < y->place ? -1 : x->place > y->place;
}

static void pair(member *x, member *y)
{
    x->other = y->place;
    y->other = x->place;
}

static void match_equal(member *a, size_t a_count, member *b, size_t b_count)
{
    qsort(a, a_count, sizeof *a, compare_bytes);
    qsort(b, b_count, sizeof *b, compare_bytes);
    for (size_t i = 0, j = 0; i < a_count && j < b_count;) {
        member x = a[i];

        x.place = b[j].place; /* bytes alone count */
        const int order = compare_bytes(&x, &b[j]);
        if (order == 0)
            pair(&a[i++], &b[j++]);
        else if (order < 0)
            i++;
        else
            j++;
    }
}

static void match_alike(member *a, size_t a_count, member *b, size_t b_count)
{
    qsort(a, a_count, sizeof *a, compare_order);
    qsort(b, b_count, sizeof *b, compare_order);
    for (size_t i = 0, j = 0;
         i < a_count && j < b_count && a[i].other == ALONE && b[j].other == ALONE;) {
        if (a[i].order == b[j].order)
            pair(&a[i++], &b[j++]);
        else if (a[i].order < b[j].order)
            i++;
        else
            j++;
    }
}

static void sort_places(member *a, size_t a_count, member *b, size_t b_count)
{
    qsort(a, a_count, sizeof *a, compare_place);
    qsort(b, b_count, sizeof *b, compare_place);
}

static member *new_members(lcp_diff *d, size_t count)
{
    member *const members = calloc(count + 1, sizeof *members);

    if (members == NULL)
        d->no_memory = true;
    for (size_t i = 0; i < count && members != NULL; i++) {
        members[i].place = (uint32_t)i;
        members[i].other = ALONE;
    }
    return members;
}

/* Entries of an element: digests, PCR infos. */

static member *entries_of(lcp_diff *d, const assay_lcp_element *element)
{
    member *const members = new_members(d, element->count);
    const bool infos = element->infos.data != NULL;
    assay_cursor cursor = assay_cursor_of(element->infos);
    assay_lcp_pcr_info info;

    for (size_t i = 0; i < element->count && members != NULL; i++) {
        const size_t start = cursor.offset;

        if (!infos)
            members[i].bytes = assay_lcp_element_digest(element, i);
        else if (assay_lcp_pcr_info_next(element, &cursor, &info))
            members[i].bytes = assay_bytes_of(element->infos.data + start, cursor.offset - start);
    }
    return members;
}

static uint64_t offset_in(const assay_lcp_element *element, assay_bytes part)
{
    return part.data == NULL ? element->offset
                             : element->offset + (uint64_t)(part.data - element->bytes.data);
}

static void tell_entries(lcp_diff *d, const assay_lcp_element *element, const member *members,
                         enum assay_lcp_change_kind kind)
{
    const char *const field = element->infos.data != NULL ? "PCRInfos" : "Hashes";
    uint32_t furthest = 0;

    for (uint32_t i = 0; i < element->count; i++) {
        const bool alone = members[i].other == ALONE;

        d->place.index = i;
        if (alone)
            lcp_diff_member(d, kind, field, offset_in(element, members[i].bytes), members[i].bytes);
        else if (kind == ASSAY_LCP_ADDED && members[i].other < furthest)
            lcp_diff_member(d, ASSAY_LCP_MOVED, field, offset_in(element, members[i].bytes),
                            members[i].bytes);
        if (!alone && members[i].other > furthest)
            furthest = members[i].other;
    }
    d->place.index = ASSAY_LCP_NO_ELEMENT;
}

static void diff_entries(lcp_diff *d, const assay_lcp_element *a, const assay_lcp_element *b)
{
    member *const x = entries_of(d, a), *const y = entries_of(d, b);

    if (x != NULL && y != NULL) {
        match_equal(x, a->count, y, b->count);
        sort_places(x, a->count, y, b->count);
        tell_entries(d, a, x, ASSAY_LCP_REMOVED);
        tell_entries(d, b, y, ASSAY_LCP_ADDED);
    }
    free(x);
    free(y);
}

void lcp_diff_elements(lcp_diff *d, const assay_lcp_element *a, const assay_lcp_element *b)
{
    enum { BODY = ASSAY_LCP_ELEMENT_HEADER };
    const uint64_t at = b->offset;

    if (assay_bytes_equal(a->bytes, b->bytes))
        return;
    lcp_diff_number(d, "Type", at + 4, a->type, b->type, 4);
    lcp_diff_number(d, "PolEltControl", at + 8, a->control, b->control, 4);
    if (a->type != b->type) {
        lcp_diff_bytes(d, "Data", at + BODY,
                       assay_bytes_of(a->bytes.data + BODY, a->bytes.size - BODY),
                       assay_bytes_of(b->bytes.data + BODY, b->bytes.size - BODY));
        return;
    }
    lcp_diff_number(d, "SINITMinVersion", at + BODY, a->sinit_min_version, b->sinit_min_version, 1);
    lcp_diff_number(d, "HashAlg", at + BODY, a->hash_alg, b->hash_alg, 2);
    lcp_diff_number(d, "Reserved", at + BODY, a->reserved, b->reserved, 8);
    lcp_diff_bytes(d, "Uuid", at + BODY, assay_bytes_of(a->uuid.bytes, sizeof a->uuid.bytes),
                   assay_bytes_of(b->uuid.bytes, sizeof b->uuid.bytes));
    lcp_diff_bytes(d, "FallbackHash", offset_in(b, b->fallback), a->fallback, b->fallback);
    diff_entries(d, a, b);
    lcp_diff_bytes(d, "Data", offset_in(b, b->data), a->data, b->data);
    lcp_diff_bytes(d, "padding", offset_in(b, b->padding), a->padding, b->padding);
}

/* The elements of two lists. */

typedef struct elements {
    size_t count;
    assay_lcp_element *list;
    member *members;
} elements;

static elements elements_of(lcp_diff *d, const assay_lcp_list *list)
{
    assay_cursor cursor = assay_cursor_of(list->elements);
    assay_lcp_element element;
    elements e = { 0 };

    while (assay_lcp_element_next(&cursor, list->offset + 8, &element, NULL) > 0)
        e.count++;
    e.members = new_members(d, e.count);
    e.list = calloc(e.count + 1, sizeof *e.list);
    if (e.list == NULL)
        d->no_memory = true;
    cursor = assay_cursor_of(list->elements);
    for (size_t i = 0; i < e.count && e.list != NULL && e.members != NULL; i++)
        if (assay_lcp_element_next(&cursor, list->offset + 8, &e.list[i], NULL) > 0) {
            e.members[i].bytes = e.list[i].bytes;
            e.members[i].order = (uint64_t)e.list[i].type << 32 | e.list[i].hash_alg;
        }
    return e;
}

static void set_elements(lcp_diff *d, uint32_t expected, uint32_t actual)
{
    d->place.element_expected = expected;
    d->place.element_actual = actual;
}

static void tell_elements(lcp_diff *d, const elements *a, const elements *b)
{
    uint32_t furthest = 0;

    for (uint32_t i = 0; i < a->count; i++)
        if (a->members[i].other == ALONE) {
            set_elements(d, i, ASSAY_LCP_NO_ELEMENT);
            lcp_diff_member(d, ASSAY_LCP_REMOVED, "PolicyElements", a->list[i].offset,
                            a->list[i].bytes);
        }
    for (uint32_t i = 0; i < b->count; i++) {
        const uint32_t other = b->members[i].other;

        set_elements(d, other == ALONE ? ASSAY_LCP_NO_ELEMENT : other, i);
        if (other == ALONE || other < furthest)
            lcp_diff_member(d, other == ALONE ? ASSAY_LCP_ADDED : ASSAY_LCP_MOVED, "PolicyElements",
                            b->list[i].offset, b->list[i].bytes);
        if (other == ALONE)
            continue;
        furthest = other > furthest ? other : furthest;
        lcp_diff_elements(d, &a->list[other], &b->list[i]);
    }
    set_elements(d, ASSAY_LCP_NO_ELEMENT, ASSAY_LCP_NO_ELEMENT);
}

void lcp_diff_all_elements(lcp_diff *d, const assay_lcp_list *a, const assay_lcp_list *b)
{
    const elements x = elements_of(d, a), y = elements_of(d, b);

    if (!d->no_memory) {
        match_equal(x.members, x.count, y.members, y.count);
        match_alike(x.members, x.count, y.members, y.count);
        sort_places(x.members, x.count, y.members, y.count);
        tell_elements(d, &x, &y);
    }
    free(x.list);
    free(x.members);
    free(y.list);
    free(y.members);
}
