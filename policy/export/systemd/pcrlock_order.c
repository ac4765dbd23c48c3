/* SPDX-License-Identifier: BSD-2-Clause */
/* The order of the components, and what each is in which boots. */
#include "policy/export/systemd/pcrlock.h"

enum { N = ASSAY_PCRLOCK_COMPONENTS_MAX };

/* Of kinds: in some boot a PCR goes, by whatever way, from a record of `a` to one of `b`. */
typedef struct passages {
    bool follows[N][N];
} passages;

static int no_memory(assay_error *error)
{
    return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the components");
}

static void look_at(const assay_pcrlock_boot *boot, passages *ways)
{
    size_t last[ASSAY_PCRS];

    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        last[pcr] = SIZE_MAX;
    for (size_t i = 0; i < boot->count; i++) {
        const assay_pcrlock_record *const record = &boot->records[i];
        size_t *const before = &last[record->event->pcr_index];

        if (*before != SIZE_MAX && *before != record->kind)
            ways->follows[*before][record->kind] = true;
        *before = record->kind;
    }
}

/* Warshall's: the way from a to b by way of `by`. */
static void close_ways(passages *ways, size_t count)
{
    for (size_t by = 0; by < count; by++)
        for (size_t a = 0; a < count; a++)
            for (size_t b = 0; b < count && ways->follows[a][by]; b++)
                ways->follows[a][b] = ways->follows[a][b] || ways->follows[by][b];
}

static void find_ways(const assay_pcrlock_plan *plan, passages *ways)
{
    for (size_t i = 0; i < plan->boot_count; i++)
        look_at(&plan->boots[i], ways);
    for (size_t i = 0; i < plan->kind_count; i++) {
        const size_t with = plan->kinds[i].with;

        ways->follows[i][with] = ways->follows[with][i] = true;
    }
    close_ways(ways, plan->kind_count);
}

/* There and back again: one component, called like the first of its kinds. */
static size_t first_of(const assay_pcrlock_plan *plan, const passages *ways, size_t kind)
{
    size_t first = kind;

    for (size_t i = 0; i < plan->kind_count; i++)
        if (ways->follows[kind][i] && ways->follows[i][kind] &&
            assay_pcrlock_comes_before(&plan->kinds[i].name, &plan->kinds[first].name))
            first = i;
    return first;
}

/* kind.component is the first kind of it, for now. */
static bool must_come_before(const assay_pcrlock_plan *plan, const passages *ways, size_t a,
                             size_t b)
{
    return a != b && plan->kinds[a].component == a && plan->kinds[b].component == b &&
           ways->follows[a][b];
}

static bool same_name(const assay_pcrlock_name *a, const assay_pcrlock_name *b)
{
    return a->number == b->number && strcmp(a->word, b->word) == 0;
}

static bool stands_wrong(const assay_pcrlock_plan *plan, const passages *ways,
                         const assay_pcrlock_name *names, size_t before, size_t after)
{
    return must_come_before(plan, ways, before, after)
               ? !assay_pcrlock_comes_before(&names[before], &names[after])
               : before < after && plan->kinds[before].component == before &&
                     plan->kinds[after].component == after &&
                     same_name(&names[before], &names[after]);
}

/* Moves what comes too early behind what it follows, which ends since nothing goes in circles. */
static int number(const assay_pcrlock_plan *plan, const passages *ways, assay_pcrlock_name *names,
                  assay_error *error)
{
    for (bool moved = true; moved;) {
        moved = false;
        for (size_t a = 0; a < plan->kind_count; a++)
            for (size_t b = 0; b < plan->kind_count; b++) {
                if (!stands_wrong(plan, ways, names, a, b))
                    continue;
                names[b].number = names[a].number + 1;
                moved = true;
                if (names[b].number > ASSAY_PCRLOCK_NUMBER_MAX)
                    return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                                      "the components need numbers beyond %d",
                                      ASSAY_PCRLOCK_NUMBER_MAX);
            }
    }
    return 0;
}

/* The components in the order of their files, and of each kind which it is. */
static void make_components(assay_pcrlock_plan *plan, const assay_pcrlock_name *names)
{
    plan->component_count = 0;
    for (size_t i = 0; i < plan->kind_count; i++) {
        size_t at = plan->component_count;

        if (plan->kinds[i].component != i)
            continue;
        for (; at > 0 && assay_pcrlock_comes_before(&names[i], &plan->components[at - 1].name);
             at--)
            plan->components[at] = plan->components[at - 1];
        plan->components[at] = (assay_pcrlock_component){ .name = names[i] };
        plan->component_count++;
    }
    for (size_t i = plan->kind_count; i > 0; i--) {
        size_t *const of = &plan->kinds[i - 1].component;
        size_t at = 0;

        while (!same_name(&plan->components[at].name, &names[*of]))
            at++;
        *of = at;
    }
}

/* What a component is in the boots. */

bool assay_pcrlock_same(const assay_event *a, const assay_event *b)
{
    if (a->pcr_index != b->pcr_index || a->digest_count != b->digest_count)
        return false;
    for (size_t i = 0; i < a->digest_count; i++)
        if (!assay_bytes_equal(a->digests[i].value,
                               assay_event_digest_of(b, a->digests[i].alg)))
            return false;
    return true;
}

static bool same_records(const assay_pcrlock_list *a, const assay_pcrlock_list *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!assay_pcrlock_same(a->records[i], b->records[i]))
            return false;
    return true;
}

/* Longer ones first, since a shorter one may be a part of them. */
static bool list_comes_before(const assay_pcrlock_list *a, const assay_pcrlock_list *b)
{
    return a->count != b->count ? a->count > b->count : strcmp(a->first, b->first) < 0;
}

static int add_list(assay_pcrlock_plan *plan, assay_pcrlock_component *component,
                    const assay_pcrlock_list *list, assay_error *error)
{
    for (size_t i = 0; i < component->list_count; i++) {
        assay_pcrlock_list *const known = &component->lists[i];

        if (!same_records(known, list))
            continue;
        known->variants |= list->variants;
        if (strcmp(list->first, known->first) < 0)
            known->first = list->first;
        return 0;
    }
    assay_pcrlock_list *const added = assay_arena_more(&plan->job->arena, &component->lists,
                                                       component->list_count, sizeof *added);
    if (added == NULL)
        return no_memory(error);
    *added = *list;
    component->list_count++;
    return 0;
}

static int list_boot(assay_pcrlock_plan *plan, size_t component, const assay_pcrlock_boot *boot,
                     assay_error *error)
{
    assay_pcrlock_list list = {
        .variants = (assay_variant_set)1 << boot->variant,
        .first = plan->job->reference->variants[boot->variant].name,
        .records = assay_arena_room(&plan->job->arena, (boot->count + 1) * sizeof *list.records),
    };

    if (list.records == NULL)
        return no_memory(error);
    for (size_t i = 0; i < boot->count; i++)
        if (plan->kinds[boot->records[i].kind].component == component)
            list.records[list.count++] = boot->records[i].event;
    return add_list(plan, &plan->components[component], &list, error);
}

static void sort_lists(assay_pcrlock_component *component)
{
    for (size_t i = 1; i < component->list_count; i++)
        for (size_t j = i; j > 0 && list_comes_before(&component->lists[j],
                                                      &component->lists[j - 1]); j--) {
            const assay_pcrlock_list moved = component->lists[j];

            component->lists[j] = component->lists[j - 1];
            component->lists[j - 1] = moved;
        }
}

static int list_boots(assay_pcrlock_plan *plan, assay_error *error)
{
    int status = 0;

    for (size_t i = 0; i < plan->component_count && status == 0; i++) {
        for (size_t j = 0; j < plan->boot_count && status == 0; j++)
            status = list_boot(plan, i, &plan->boots[j], error);
        sort_lists(&plan->components[i]);
    }
    return status;
}

int assay_pcrlock_order(assay_pcrlock_plan *plan, assay_error *error)
{
    passages *const ways = assay_arena_room(&plan->job->arena, sizeof *ways);
    assay_pcrlock_name *const names =
        assay_arena_room(&plan->job->arena, (plan->kind_count + 1) * sizeof *names);

    if (ways == NULL || names == NULL)
        return no_memory(error);
    find_ways(plan, ways);
    for (size_t i = 0; i < plan->kind_count; i++) {
        plan->kinds[i].component = first_of(plan, ways, i);
        names[i] = plan->kinds[i].name;
    }
    const int status = number(plan, ways, names, error);
    if (status < 0)
        return status;
    make_components(plan, names);
    return list_boots(plan, error);
}
