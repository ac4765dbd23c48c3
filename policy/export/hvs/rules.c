/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which rule goes into which flavor. Of a dynamic launch as in the templates that HVS ships for
 * tboot: events, since the parts of PCR 17 and 18 are of different owners. Of all other PCRs the
 * value, with the events beside it that tell which one is wrong.
 */
#include "policy/export/hvs/flavor.h"

/* What an update of the image changes; all others are the platform's. */
static const assay_pcr_set image_pcrs = 1 << 4 | 1 << 5 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 11 |
                                        1 << 12 | 1 << 13 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 19 |
                                        1 << 20 | 1 << 21 | 1 << 22 | 1 << 23;

/* The events of a launch that aren't the platform's, in the order of the shipped templates. */
static const struct {
    const char *tag;
    enum assay_hvs_part part;
} launched[] = {
    { "LCP_CONTROL_HASH", ASSAY_HVS_HOST_UNIQUE },
    { "initrd", ASSAY_HVS_HOST_UNIQUE },
    { "vmlinuz", ASSAY_HVS_OS },
};

/* A flavor of one variant while it is put together. */
typedef struct maker {
    assay_export_job *job;
    const assay_hvs_plan *plan;
    size_t variant;
    assay_hvs_flavor *flavors; /* one of each part */
} maker;

/* Without a host, what would be unique to it is of the image, and the policy of the platform. */
static enum assay_hvs_part part_of(const maker *m, const assay_hvs_event *event)
{
    for (size_t i = 0; i < sizeof launched / sizeof *launched; i++)
        if (strcmp(event->tag, launched[i].tag) == 0)
            return m->plan->hardware_uuid != NULL ? launched[i].part
                   : i == 0                       ? ASSAY_HVS_PLATFORM
                                                  : ASSAY_HVS_OS;
    return ASSAY_HVS_PLATFORM;
}

static assay_hvs_rule *add_rule(maker *m, enum assay_hvs_part part, unsigned pcr)
{
    assay_hvs_flavor *const flavor = &m->flavors[part];
    assay_hvs_rule *const rule =
        assay_arena_more(&m->job->arena, &flavor->rules, flavor->count, sizeof *rule);

    if (rule == NULL)
        return NULL;
    flavor->count++;
    rule->pcr = pcr;
    rule->value = assay_export_value(m->job, m->variant, m->plan->alg, pcr);
    return rule;
}

static int name_event(maker *m, assay_hvs_rule *rule, const assay_hvs_event *event)
{
    const assay_hvs_event **const slot =
        assay_arena_more(&m->job->arena, &rule->events, rule->count, sizeof *slot);

    if (slot == NULL)
        return -ASSAY_NO_MEMORY;
    *slot = event;
    rule->count++;
    return 0;
}

static const char *variant_name(const maker *m)
{
    return m->job->reference->variants[m->variant].name;
}

/* Whether an event with this tag is held: then the tag can't be left out with those that vary. */
static bool has_held(const assay_hvs_events *events, const char *tag)
{
    for (size_t i = 0; i < events->count; i++)
        if (!events->events[i].varies && strcmp(events->events[i].tag, tag) == 0)
            return true;
    return false;
}

static bool exclude(assay_hvs_rule *rule, const char *tag)
{
    for (size_t i = 0; i < rule->excluded_count; i++)
        if (strcmp(rule->excluded[i], tag) == 0)
            return true;
    if (rule->excluded_count == ASSAY_HVS_EXCLUDED_MAX)
        return false;
    rule->excluded[rule->excluded_count++] = tag;
    return true;
}

/* Leaves out by their tags what varies; false where that would leave out, or let in, too much. */
static bool exclude_varying(maker *m, assay_hvs_rule *rule, const assay_hvs_events *events)
{
    for (size_t i = 0; i < events->count; i++) {
        const assay_hvs_event *const event = &events->events[i];

        if (!event->varies)
            continue;
        if (event->tag[0] == '\0' || has_held(events, event->tag) || !exclude(rule, event->tag))
            return false;
        assay_export_note_on(m->job, ASSAY_EXPORT_LOSS,
                             "PCR %u of variant %s: %s varies, so that HVS is told to pass it by",
                             rule->pcr, variant_name(m), event->tag);
    }
    return true;
}

static void note_included(const maker *m, unsigned pcr, size_t count)
{
    assay_export_note_on(m->job, ASSAY_EXPORT_LOSS,
                         "PCR %u of variant %s has no value that is known: the flavor demands the "
                         "%zu events that are, and lets in any other",
                         pcr, variant_name(m), count);
}

static int name_held(maker *m, assay_hvs_rule *rule, const assay_hvs_events *events,
                     enum assay_hvs_part part, bool whole)
{
    int status = 0;

    for (size_t i = 0; i < events->count && status == 0; i++)
        if (!events->events[i].varies && (whole || part_of(m, &events->events[i]) == part))
            status = name_event(m, rule, &events->events[i]);
    return status;
}

static size_t count_of(const maker *m, const assay_hvs_events *events, enum assay_hvs_part part)
{
    size_t count = 0;

    for (size_t i = 0; i < events->count; i++)
        count += !events->events[i].varies && part_of(m, &events->events[i]) == part;
    return count;
}

/* PLATFORM: all events but those of the other parts. */
static int add_launch_platform(maker *m, unsigned pcr, const assay_hvs_events *events)
{
    assay_hvs_rule *const rule = add_rule(m, ASSAY_HVS_PLATFORM, pcr);

    if (rule == NULL)
        return -ASSAY_NO_MEMORY;
    for (size_t i = 0; i < sizeof launched / sizeof *launched; i++)
        if (i > 0 || m->plan->hardware_uuid != NULL)
            exclude(rule, launched[i].tag);
    rule->equals = exclude_varying(m, rule, events);
    if (!rule->equals) {
        rule->excluded_count = 0;
        note_included(m, pcr, count_of(m, events, ASSAY_HVS_PLATFORM));
    }
    return name_held(m, rule, events, ASSAY_HVS_PLATFORM, false);
}

static int add_launch_includes(maker *m, enum assay_hvs_part part, unsigned pcr,
                               const assay_hvs_events *events)
{
    if (count_of(m, events, part) == 0)
        return 0;
    assay_hvs_rule *const rule = add_rule(m, part, pcr);
    return rule == NULL ? -ASSAY_NO_MEMORY : name_held(m, rule, events, part, false);
}

/* A rule on events holds only where the agent tells of all, and HVS folds them to the value. */
static void note_integrity(maker *m, unsigned pcr, const assay_hvs_events *events)
{
    const assay_bytes value = assay_export_value(m->job, m->variant, m->plan->alg, pcr);

    if (events->cut)
        assay_export_note_on(m->job, ASSAY_EXPORT_REFUSAL,
                             "HVS' trust agent ends a log at the first event of a PCR over 23, as "
                             "PCR_MAPPING is, and never tells of the events of PCR %u behind it, "
                             "so that no host has them: leave it out with --pcr",
                             pcr);
    else if (value.data != NULL &&
             !assay_hvs_replays_to(m->job->hashes, m->plan->alg, pcr, events, value))
        assay_export_note_on(m->job, ASSAY_EXPORT_REFUSAL,
                             "HVS replays the log of PCR %u to another value than the TPM has, "
                             "since it extends what only tells of something, so that its rule "
                             "PcrEventLogIntegrity never holds",
                             pcr);
}

static int add_launch(maker *m, unsigned pcr, const assay_hvs_events *events)
{
    int status = add_launch_platform(m, pcr, events);

    if (status == 0)
        status = add_launch_includes(m, ASSAY_HVS_OS, pcr, events);
    if (status == 0)
        status = add_launch_includes(m, ASSAY_HVS_HOST_UNIQUE, pcr, events);
    assay_export_note_on(m->job, ASSAY_EXPORT_NATURE,
                         "HVS compares the events of PCR %u as a set of types and digests: neither "
                         "their order nor how often each comes counts",
                         pcr);
    note_integrity(m, pcr, events);
    return status;
}

/* PCR 16 and 23 are anybody's to reset and to extend. */
static void note_debug(const maker *m, unsigned pcr)
{
    if (pcr == 16 || pcr == 23)
        assay_export_note_on(m->job, ASSAY_EXPORT_ADVICE,
                             "PCR %u can be reset by any program of the host: its value says "
                             "little; leave it out with --pcr",
                             pcr);
}

static int add_static(maker *m, unsigned pcr, const assay_hvs_events *events)
{
    const assay_bytes value = assay_export_value(m->job, m->variant, m->plan->alg, pcr);
    const enum assay_hvs_part part =
        assay_pcr_set_has(image_pcrs, pcr) ? ASSAY_HVS_OS : ASSAY_HVS_PLATFORM;
    const bool known = !events->unseen && !events->untyped;
    size_t held = 0;

    for (size_t i = 0; i < events->count; i++)
        held += !events->events[i].varies;
    if (value.data == NULL && (held == 0 || !known))
        return 0;
    assay_hvs_rule *const rule = add_rule(m, part, pcr);
    if (rule == NULL)
        return -ASSAY_NO_MEMORY;
    note_debug(m, pcr);
    rule->matches = value.data != NULL;
    if (!rule->matches)
        note_included(m, pcr, held);
    rule->equals = rule->matches && held > 0 && known &&
                   assay_hvs_replays_to(m->job->hashes, m->plan->alg, pcr, events, value);
    if (rule->matches && held > 0 && !rule->equals)
        assay_export_note_on(m->job, ASSAY_EXPORT_ADVICE,
                             "PCR %u is compared by its value alone: HVS would replay its events "
                             "to another one, never reads them all, or compares their types, which "
                             "the reference doesn't know",
                             pcr);
    return rule->matches && !rule->equals ? 0 : name_held(m, rule, events, part, true);
}

int assay_hvs_make_rules(assay_export_job *job, const assay_hvs_plan *plan, size_t variant,
                         assay_hvs_flavor ret_flavors[static ASSAY_HVS_PARTS])
{
    maker m = { .job = job, .plan = plan, .variant = variant, .flavors = ret_flavors };
    int status = 0;

    for (int part = 0; part < ASSAY_HVS_PARTS; part++)
        ret_flavors[part] = (assay_hvs_flavor){ .part = (enum assay_hvs_part)part,
                                                .variants = (assay_variant_set)1 << variant };
    for (unsigned pcr = 0; pcr < ASSAY_PCRS && status == 0; pcr++) {
        assay_hvs_events events;

        if (!assay_pcr_set_has(job->pcrs, pcr))
            continue;
        status = assay_hvs_events_of(job, variant, plan->alg, pcr, &events);
        if (status == 0 && events.launched && pcr >= 17 && pcr <= 22)
            status = add_launch(&m, pcr, &events);
        else if (status == 0)
            status = add_static(&m, pcr, &events);
    }
    return status;
}
