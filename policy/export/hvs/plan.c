/* SPDX-License-Identifier: BSD-2-Clause */
/* The flavors of all variants: what several have in common is one flavor. */
#include "policy/export/hvs/flavor.h"

#include "eventlog/payload/payload.h"
#include "eventlog/types.h"

#include <ctype.h>

/* Dividing alike is being the same flavor. */

static bool events_equal(const assay_hvs_rule *a, const assay_hvs_rule *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (a->events[i]->type != b->events[i]->type ||
            strcmp(a->events[i]->tag, b->events[i]->tag) != 0 ||
            !assay_bytes_equal(a->events[i]->digest, b->events[i]->digest))
            return false;
    return true;
}

/* Of the value only what HVS compares: PCR 17's may be of another image in the same PLATFORM. */
static bool rules_equal(const assay_hvs_rule *a, const assay_hvs_rule *b)
{
    if (a->pcr != b->pcr || a->matches != b->matches || a->equals != b->equals ||
        a->excluded_count != b->excluded_count || !events_equal(a, b))
        return false;
    for (size_t i = 0; i < a->excluded_count; i++)
        if (strcmp(a->excluded[i], b->excluded[i]) != 0)
            return false;
    return !a->matches || assay_bytes_equal(a->value, b->value);
}

static bool flavors_equal(const assay_hvs_flavor *a, const assay_hvs_flavor *b)
{
    if (a->part != b->part || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!rules_equal(&a->rules[i], &b->rules[i]))
            return false;
    return true;
}

/* A value that isn't compared, and is not the same in all variants, is no one's. */
static void forget_values(assay_hvs_flavor *into, const assay_hvs_flavor *from)
{
    for (size_t i = 0; i < into->count; i++)
        if (!assay_bytes_equal(into->rules[i].value, from->rules[i].value))
            into->rules[i].value = ASSAY_NO_BYTES;
}

static int keep(assay_export_job *job, assay_hvs_plan *plan, const assay_hvs_flavor *flavor)
{
    if (flavor->count == 0)
        return 0;
    for (size_t i = 0; i < plan->count; i++)
        if (flavors_equal(&plan->flavors[i], flavor)) {
            plan->flavors[i].variants |= flavor->variants;
            forget_values(&plan->flavors[i], flavor);
            return 0;
        }
    assay_hvs_flavor *const slot =
        assay_arena_more(&job->arena, &plan->flavors, plan->count, sizeof *slot);
    if (slot == NULL)
        return -ASSAY_NO_MEMORY;
    *slot = *flavor;
    plan->count++;
    return 0;
}

/* What of the machine follows from the reference. */

static int find_host(assay_export_job *job, assay_hvs_plan *plan, assay_error *error)
{
    const char *const set = assay_export_setting_of(job, "hardware-uuid");
    const char *const host =
        job->reference->scope == ASSAY_SCOPE_HOST ? job->reference->environment.host : NULL;
    const bool named = host != NULL && assay_uuid_is(assay_bytes_of_string(host));
    const char *const found = set != NULL ? set : named ? host : NULL;

    if (found == NULL)
        return 0;
    if (!assay_uuid_is(assay_bytes_of_string(found)))
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "hardware-uuid is not a UUID as SMBIOS tools print it");
    char *const kept = assay_arena_text(&job->arena, assay_bytes_of_string(found));
    if (kept == NULL)
        return -ASSAY_NO_MEMORY;
    /* HVS makes the host's lower-case before it looks for it. */
    for (char *c = kept; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    plan->hardware_uuid = kept;
    return 0;
}

static bool turns_secure_boot_on(const assay_event *event)
{
    assay_variable variable;

    return event->type == EV_EFI_VARIABLE_DRIVER_CONFIG &&
           assay_variable_decode(event->data, &variable) &&
           assay_variable_is(&variable, "EFI_GLOBAL_VARIABLE", "SecureBoot") &&
           variable.data.size == 1 && variable.data.data[0] == 1;
}

static void find_features(const assay_export_job *job, assay_hvs_plan *plan)
{
    const assay_reference *const reference = job->reference;

    for (size_t i = 0; i < reference->step_count; i++)
        for (size_t j = 0; j < reference->steps[i].alternative_count; j++) {
            const assay_reference_alternative *const at = &reference->steps[i].alternatives[j];

            if ((at->variants & job->variants) == 0)
                continue;
            plan->uefi |= assay_event_states_type(&at->event) &&
                          at->event.type >= EV_EFI_EVENT_BASE;
            plan->secure_boot |= turns_secure_boot_on(&at->event);
            plan->txt |= at->event.type == TXT_EVTYPE_HASH_START;
            plan->tboot |= at->event.type == TB_EVTYPE_HASH;
        }
}

/* By part, and then by the name of the first variant. */
static void sort_flavors(const assay_export_job *job, assay_hvs_plan *plan)
{
    const assay_reference_variant *const variants = job->reference->variants;

    for (size_t i = 1; i < plan->count; i++)
        for (size_t j = i; j > 0; j--) {
            assay_hvs_flavor *const a = &plan->flavors[j - 1], *const b = &plan->flavors[j];
            const assay_hvs_flavor other = *b;

            if (a->part < b->part ||
                (a->part == b->part && strcmp(variants[assay_hvs_first_variant(job, a)].name,
                                              variants[assay_hvs_first_variant(job, b)].name) < 0))
                break;
            *b = *a;
            *a = other;
        }
}

int assay_hvs_plan_make(assay_export_job *job, uint16_t alg, assay_hvs_plan *ret_plan,
                        assay_error *error)
{
    *ret_plan = (assay_hvs_plan){ .alg = alg };
    int status = find_host(job, ret_plan, error);
    find_features(job, ret_plan);
    for (size_t i = 0; i < job->reference->variant_count && status == 0; i++) {
        assay_hvs_flavor flavors[ASSAY_HVS_PARTS];

        if (!assay_export_has_variant(job, i))
            continue;
        status = assay_hvs_make_rules(job, ret_plan, i, flavors);
        for (int part = 0; part < ASSAY_HVS_PARTS && status == 0; part++)
            status = keep(job, ret_plan, &flavors[part]);
    }
    sort_flavors(job, ret_plan);
    return status;
}
