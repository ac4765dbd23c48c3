/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How systemd-pcrlock finds components in a log: event_log_map_components() of version 256. It
 * compares records by PCR and by the digest in one bank; several components may claim a record.
 */
#include "policy/export/systemd/pcrlock.h"

static bool same(const assay_event *a, const assay_event *b, uint16_t bank)
{
    const assay_bytes digest = assay_event_digest_of(a, bank);

    return a->pcr_index == b->pcr_index && digest.data != NULL &&
           assay_bytes_equal(digest, assay_event_digest_of(b, bank));
}

/* Each record where it comes first after the one before: where, into `at`. */
static bool find(const assay_pcrlock_boot *boot, const assay_pcrlock_list *list, uint16_t bank,
                 size_t *at)
{
    size_t found = 0;

    for (size_t i = 0; i < boot->count && found < list->count; i++)
        if (same(boot->records[i].event, list->records[found], bank))
            at[found++] = i;
    return found == list->count;
}

/* The list that is found first, and where; or NULL. */
static const assay_pcrlock_list *find_component(const assay_pcrlock_component *component,
                                                const assay_pcrlock_boot *boot, uint16_t bank,
                                                size_t *at)
{
    for (size_t i = 0; i < component->list_count; i++)
        if (find(boot, &component->lists[i], bank, at))
            return &component->lists[i];
    return NULL;
}

/* The room for it: `at`, and which records are claimed. */
typedef struct claims {
    size_t *at;
    bool *claimed;
} claims;

static bool find_all(const assay_pcrlock_plan *plan, const assay_pcrlock_boot *boot, uint16_t bank,
                     claims *ret_claims)
{
    assay_arena *const arena = &plan->job->arena;

    *ret_claims = (claims){
        .at = assay_arena_room(arena, (boot->count + 1) * sizeof *ret_claims->at),
        .claimed = assay_arena_room(arena, boot->count + 1),
    };
    if (ret_claims->at == NULL || ret_claims->claimed == NULL)
        return false;
    for (size_t i = 0; i < plan->component_count; i++) {
        const assay_pcrlock_list *const list =
            find_component(&plan->components[i], boot, bank, ret_claims->at);

        for (size_t j = 0; list != NULL && j < list->count; j++)
            ret_claims->claimed[ret_claims->at[j]] = true;
    }
    return true;
}

assay_pcr_set assay_pcrlock_unclaimed(const assay_pcrlock_plan *plan,
                                      const assay_pcrlock_boot *boot, uint16_t bank)
{
    assay_pcr_set unclaimed = 0;
    claims found;

    if (!find_all(plan, boot, bank, &found))
        return plan->pcrs;
    for (size_t i = 0; i < boot->count; i++)
        if (!found.claimed[i])
            unclaimed |= (assay_pcr_set)1 << boot->records[i].event->pcr_index;
    return unclaimed;
}

static size_t component_of(const assay_pcrlock_plan *plan, const assay_pcrlock_boot *boot,
                           size_t record)
{
    return plan->kinds[boot->records[record].kind].component;
}

/* Joins two kinds: `with` goes round in a ring of all that are together. */
static void join(assay_pcrlock_plan *plan, size_t a, size_t b)
{
    const size_t with = plan->kinds[a].with;

    plan->kinds[a].with = plan->kinds[b].with;
    plan->kinds[b].with = with;
}

/* Where a component's own list was found elsewhere than it stands, and so left something over. */
static bool join_component(assay_pcrlock_plan *plan, const assay_pcrlock_boot *boot,
                           size_t component, const claims *found)
{
    size_t place = 0;

    for (size_t i = 0; i < boot->count; i++) {
        if (component_of(plan, boot, i) != component)
            continue;
        const size_t taken = found->at[place++];

        if (taken != i && !found->claimed[i] && component_of(plan, boot, taken) != component) {
            join(plan, boot->records[i].kind, boot->records[taken].kind);
            return true;
        }
    }
    return false;
}

static const assay_pcrlock_list *own_list(const assay_pcrlock_component *component, size_t variant)
{
    size_t i = 0;

    while ((component->lists[i].variants >> variant & 1) == 0)
        i++;
    return &component->lists[i];
}

static bool join_in(assay_pcrlock_plan *plan, const assay_pcrlock_boot *boot, uint16_t bank)
{
    claims found;

    if (!find_all(plan, boot, bank, &found))
        return false;
    for (size_t i = 0; i < plan->component_count; i++)
        if (find(boot, own_list(&plan->components[i], boot->variant), bank, found.at) &&
            join_component(plan, boot, i, &found))
            return true;
    return false;
}

static bool change_together(const assay_pcrlock_component *a, const assay_pcrlock_component *b)
{
    if (a->list_count < 2 || a->list_count != b->list_count)
        return false;
    for (size_t i = 0; i < a->list_count; i++) {
        size_t j = 0;

        while (j < b->list_count && b->lists[j].variants != a->lists[i].variants)
            j++;
        if (j == b->list_count)
            return false;
    }
    return true;
}

static size_t kind_of(const assay_pcrlock_plan *plan, size_t component)
{
    size_t kind = 0;

    while (plan->kinds[kind].component != component)
        kind++;
    return kind;
}

static bool join_changing(assay_pcrlock_plan *plan)
{
    for (size_t a = 0; a < plan->component_count; a++)
        for (size_t b = a + 1; b < plan->component_count; b++)
            if (assay_pcrlock_is_own(&plan->components[a].name) &&
                assay_pcrlock_is_own(&plan->components[b].name) &&
                change_together(&plan->components[a], &plan->components[b])) {
                join(plan, kind_of(plan, a), kind_of(plan, b));
                return true;
            }
    return false;
}

bool assay_pcrlock_join(assay_pcrlock_plan *plan)
{
    if (join_changing(plan))
        return true;
    for (size_t i = 0; i < plan->boot_count; i++)
        for (size_t j = 0; j < plan->job->bank_count; j++)
            if (assay_systemd_knows_bank(plan->job->banks[j]) &&
                join_in(plan, &plan->boots[i], plan->job->banks[j]))
                return true;
    return false;
}
