/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/export/hvs/merge.h"

#include "eventlog/types.h"

/* A search through the orders: what was chosen at each place, and what the PCR holds before it. */
typedef struct search {
    assay_hash *hash;
    size_t size; /* of a digest */
    size_t list_count;
    size_t left[ASSAY_HVS_MERGED_MAX]; /* events that are not placed yet */
    size_t total[ASSAY_HVS_MERGED_MAX];
    const assay_event **events[ASSAY_HVS_MERGED_MAX];
    size_t place;
    size_t *chosen; /* of each place the list, from 1; 0: none yet */
    uint8_t (*held)[ASSAY_DIGEST_MAX];
} search;

/*
 * In an eventlog_equals all events are, so that what another list demands may be one of them. Looks
 * are tries, too; without one left there is no order anyway.
 */
static bool is_there(const assay_hvs_merge *m, const assay_event *event)
{
    for (size_t i = 0; i < m->list_count; i++)
        for (size_t j = 0; m->lists[i]->equals && j < m->lists[i]->count && *m->tries > 0;
             j++, --*m->tries)
            if (m->lists[i]->events[j].type == event->type &&
                assay_bytes_equal(m->lists[i]->events[j].digests[0].value, event->digests[0].value))
                return true;
    return false;
}

static int take_list(assay_hvs_merge *m, search *s, const assay_hvs_list *list)
{
    const assay_event **const events = assay_arena_array(m->arena, list->count, sizeof *events);
    size_t count = 0;

    if (events == NULL)
        return -ASSAY_NO_MEMORY;
    for (size_t i = 0; i < list->count; i++)
        if (list->equals || !is_there(m, &list->events[i]))
            events[count++] = &list->events[i];
    s->events[s->list_count] = events;
    s->left[s->list_count] = s->total[s->list_count] = count;
    s->list_count++;
    m->count += count;
    return 0;
}

/* What the PCR holds before the first event: TCG_EfiStartupLocalityEvent says another locality. */
static void start(const assay_hvs_merge *m, search *s)
{
    const assay_event *const first = s->total[0] > 0 ? s->events[0][0] : NULL;

    memset(s->held[0], 0, sizeof s->held[0]);
    if (first != NULL && first->pcr_index == 0 && first->type == EV_NO_ACTION &&
        first->data.size > 0)
        s->held[0][m->value.size - 1] = first->data.data[first->data.size - 1];
}

/* Places the next event of a list; a negative kind where libcrypto fails. */
static int place(assay_hvs_merge *m, search *s, size_t list)
{
    const assay_event *const event = s->events[list][s->total[list] - s->left[list]];

    s->chosen[s->place] = list + 1;
    m->order[s->place] = event;
    memcpy(s->held[s->place + 1], s->held[s->place], s->size);
    s->left[list]--;
    s->place++;
    s->chosen[s->place] = 0;
    return assay_event_type_extends(event->type)
               ? assay_hash_extend(s->hash, s->held[s->place], event->digests[0].value.data)
               : 0;
}

/* The next choice at this place, or at one before it. False: there is none left. */
static bool next_choice(search *s, size_t *ret_list)
{
    for (;;) {
        for (size_t list = s->chosen[s->place]; list < s->list_count; list++)
            if (s->left[list] > 0) {
                *ret_list = list;
                return true;
            }
        if (s->place == 0)
            return false;
        s->place--;
        s->left[s->chosen[s->place] - 1]++;
    }
}

static int look(assay_hvs_merge *m, search *s)
{
    size_t list;

    while (*m->tries > 0 && next_choice(s, &list)) {
        const int status = place(m, s, list);

        --*m->tries;
        if (status < 0)
            return status;
        if (s->place == m->count &&
            assay_bytes_equal(assay_bytes_of(s->held[s->place], s->size), m->value))
            return 1;
    }
    return 0;
}

int assay_hvs_merge_lists(assay_hvs_merge *m)
{
    search s = { .size = m->value.size };
    int status = assay_hashes_get(m->hashes, m->lists[0]->alg, &s.hash);

    m->count = 0;
    for (size_t i = 0; i < m->list_count && status == 0; i++)
        status = take_list(m, &s, m->lists[i]);
    if (status < 0 || m->count > *m->tries)
        return status;
    m->order = assay_arena_array(m->arena, m->count, sizeof(const assay_event *));
    s.chosen = assay_arena_array(m->arena, m->count + 1, sizeof *s.chosen);
    s.held = assay_arena_array(m->arena, m->count + 1, sizeof *s.held);
    if (m->order == NULL || s.chosen == NULL || s.held == NULL)
        return -ASSAY_NO_MEMORY;
    s.chosen[0] = 0;
    start(m, &s);
    return look(m, &s);
}
