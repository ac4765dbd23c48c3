/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/overlap.h"

#include "base/safemath.h"
#include "eventlog/types.h"

#include <stdlib.h>

/* Fingerprints of a log's events, in order. They find what may be the same; events are compared. */
typedef struct prints {
    size_t count, capacity;
    uint64_t *list;
    uint32_t first; /* number of the first event in the list */
} prints;

/* A bank of both logs; 0 when there is none. */
static uint16_t common_bank(const assay_log_header *a, const assay_log_header *b)
{
    for (size_t i = 0; i < a->bank_count; i++)
        for (size_t j = 0; j < b->bank_count; j++)
            if (a->banks[i].alg == b->banks[j].alg)
                return a->banks[i].alg;
    return 0;
}

static bool is_whole_ima(const assay_event *event)
{
    return event->content == ASSAY_CONTENT_IMA_TEMPLATE && event->data.size > 0;
}

/* The bank to tell an event by: one that both logs have, unless the record is of another alone. */
static uint16_t bank_of(const assay_event *event, uint16_t common)
{
    return event->only_bank != 0 ? event->only_bank : common;
}

static bool same(const assay_event *a, const assay_event *b, uint16_t common)
{
    const uint16_t alg = bank_of(a, common);
    const assay_bytes digest = assay_event_digest_of(a, alg);

    if (a->pcr_index != b->pcr_index || a->nv_index != b->nv_index || a->type != b->type ||
        a->content != b->content || !assay_bytes_equal(a->name, b->name) ||
        !assay_bytes_equal(a->data, b->data))
        return false;
    return is_whole_ima(a) ||
           (digest.data != NULL && alg == bank_of(b, common) &&
            assay_bytes_equal(digest, assay_event_digest_of(b, alg)));
}

/* FNV-1a; nobody gains by a collision, since what it finds is compared. */
static uint64_t print_bytes(uint64_t print, assay_bytes bytes)
{
    for (size_t i = 0; i < bytes.size; i++)
        print = (print ^ bytes.data[i]) * 0x100000001b3u;
    return print ^ bytes.size;
}

static uint64_t print_of(const assay_event *event, uint16_t common)
{
    uint64_t print = 0xcbf29ce484222325u ^ event->pcr_index ^ (uint64_t)event->type << 32;

    print = print_bytes(print, event->data);
    if (!is_whole_ima(event))
        print = print_bytes(print, assay_event_digest_of(event, bank_of(event, common)));
    return print;
}

static int add_print(prints *list, uint64_t print)
{
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity == 0 ? 64 : 2 * list->capacity;
        size_t bytes;
        uint64_t *const more = assay_mul_size(capacity, sizeof *more, &bytes)
                                   ? realloc(list->list, bytes)
                                   : NULL;

        if (more == NULL)
            return -ASSAY_NO_MEMORY;
        list->list = more;
        list->capacity = capacity;
    }
    list->list[list->count++] = print;
    return 0;
}

/* With the events that an earlier log has too: all of the log is looked through. */
static int open_again(assay_log *log, const assay_log *source)
{
    const int status = assay_log_open_again(log, source, NULL);

    if (status == 0)
        log->repeated = (assay_event_range){ 0 };
    return status;
}

static int read_prints(const assay_log *source, uint16_t alg, prints *list)
{
    assay_log log;
    assay_event event;
    int status = open_again(&log, source);

    if (status < 0)
        return status;
    while (status == 0 && assay_log_next(&log, &event) > 0) {
        if (assay_log_is_spec_id(&log.header, &event))
            list->first = 1;
        else
            status = add_print(list, print_of(&event, alg));
    }
    /* A log that is cut ends where it is cut; what fails for another reason says nothing. */
    if (log.error.kind != 0 && log.error.kind != ASSAY_TRUNCATED &&
        log.error.kind != ASSAY_MALFORMED)
        status = -log.error.kind;
    assay_log_close(&log);
    return status;
}

/* Of each beginning of the list, how long its longest proper beginning is that it
 * also ends with. */
static size_t *borders_of(const prints *list)
{
    size_t *const borders = calloc(list->count, sizeof *borders);

    for (size_t i = 1, length = 0; borders != NULL && i < list->count; i++) {
        while (length > 0 && list->list[i] != list->list[length])
            length = borders[length - 1];
        length += list->list[i] == list->list[length];
        borders[i] = length;
    }
    return borders;
}

/*
 * Runs over `text`, always knowing how much of the beginning of `word` ends here (Knuth, Morris
 * and Pratt). Stops where all of it does, or at the end.
 */
static size_t match_prints(const prints *text, const prints *word, const size_t *borders,
                           size_t *ret_end)
{
    size_t matched = 0, i;

    for (i = 0; i < text->count && matched < word->count; i++) {
        while (matched > 0 && text->list[i] != word->list[matched])
            matched = borders[matched - 1];
        matched += text->list[i] == word->list[matched];
    }
    *ret_end = i;
    return matched;
}

/* Opens a log anew and goes to an event. 0, or a negative kind with nothing to close. */
static int go_to(assay_log *log, const assay_log *source, size_t number)
{
    assay_event event;
    int status = open_again(log, source);

    if (status < 0)
        return status;
    for (size_t i = 0; i < number && status >= 0; i++)
        status = assay_log_next(log, &event);
    if (status < 0)
        assay_log_close(log);
    return status < 0 ? status : 0;
}

/* Whether the next `count` events are the same: 1, 0, or a negative kind. */
static int compare(assay_log *a, assay_log *b, size_t count, uint16_t alg)
{
    assay_event left, right;

    for (size_t i = 0; i < count; i++) {
        const int of_a = assay_log_next(a, &left), of_b = assay_log_next(b, &right);

        if (of_a < 0 || of_b < 0)
            return of_a < 0 ? of_a : of_b;
        if (of_a == 0 || of_b == 0 || !same(&left, &right, alg))
            return 0;
    }
    return 1;
}

/* Whether `count` events of one log, from one of them on, are those of another. */
static int confirm(const assay_log *before, size_t from, const assay_log *after, size_t to,
                   size_t count, uint16_t alg)
{
    assay_log a, b;
    int status = go_to(&a, before, from);

    if (status < 0)
        return status;
    status = go_to(&b, after, to);
    if (status == 0) {
        status = compare(&a, &b, count, alg);
        assay_log_close(&b);
    }
    assay_log_close(&a);
    return status;
}

static int find(const assay_log *before, const prints *text, const assay_log *after,
                const prints *word, uint16_t alg, assay_event_range *ret_repeated)
{
    size_t *const borders = borders_of(word);
    size_t end;

    if (borders == NULL)
        return -ASSAY_NO_MEMORY;
    const size_t count = match_prints(text, word, borders, &end);
    free(borders);
    const int equal =
        count == 0 ? 0
                   : confirm(before, text->first + end - count, after, word->first, count, alg);
    if (equal > 0)
        *ret_repeated = (assay_event_range){ word->first, (uint32_t)count };
    return equal < 0 ? equal : 0;
}

int assay_log_overlap(const assay_log *before, const assay_log *after,
                      assay_event_range *ret_repeated)
{
    const uint16_t alg = common_bank(&before->header, &after->header);
    prints text = { 0 }, word = { 0 };

    *ret_repeated = (assay_event_range){ 0 };
    int status = read_prints(before, alg, &text);
    if (status == 0)
        status = read_prints(after, alg, &word);
    if (status == 0 && text.count > 0 && word.count > 0)
        status = find(before, &text, after, &word, alg, ret_repeated);
    free(text.list);
    free(word.list);
    return status;
}
