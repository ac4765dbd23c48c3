/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/launch/whatif.h"

#include <stdlib.h>

const char *assay_whatif_name(enum assay_whatif_kind kind)
{
    static const char *const names[] = { "same", "changed", "added", "removed", "unknown" };

    return names[kind];
}

static bool is_unknown(const assay_predicted_event *event, uint16_t alg)
{
    for (size_t i = 0; i < event->unknown_count; i++)
        if (event->unknown[i] == alg)
            return true;
    return false;
}

/* A digest that is unknown now and was not: no matter whether it was there before. */
static bool unknown_now(const assay_predicted_event *before, const assay_predicted_event *after)
{
    for (size_t i = 0; i < after->unknown_count; i++)
        if (!is_unknown(before, after->unknown[i]))
            return true;
    return false;
}

static bool same_digests(const assay_event *a, const assay_event *b)
{
    if (a->pcr_index != b->pcr_index || a->digest_count != b->digest_count)
        return false;
    for (size_t i = 0; i < a->digest_count; i++)
        if (!assay_bytes_equal(a->digests[i].value, assay_event_digest_of(b, a->digests[i].alg)))
            return false;
    return true;
}

static enum assay_whatif_kind compare(const assay_predicted_event *before,
                                      const assay_predicted_event *after)
{
    if (unknown_now(before, after))
        return ASSAY_WHATIF_UNKNOWN;
    return same_digests(&before->event, &after->event) ? ASSAY_WHATIF_SAME : ASSAY_WHATIF_CHANGED;
}

enum assay_whatif_kind assay_whatif_of(const assay_prediction *base,
                                       const assay_predicted_event *after)
{
    if (after->base >= base->count)
        return after->unknown_count > 0 ? ASSAY_WHATIF_UNKNOWN : ASSAY_WHATIF_ADDED;
    return compare(&base->events[after->base], after);
}

int assay_whatif_changes(const assay_prediction *base, const assay_prediction *prediction,
                         assay_whatif_visit *visit, void *context)
{
    bool *const stays = calloc(base->count + 1, sizeof *stays);

    if (stays == NULL)
        return -ASSAY_NO_MEMORY;
    for (size_t i = 0; i < prediction->count; i++) {
        const assay_predicted_event *const after = &prediction->events[i];
        const assay_whatif_change change = { assay_whatif_of(base, after),
                                             after->base < base->count ? &base->events[after->base]
                                                                       : NULL,
                                             after };

        if (change.before != NULL)
            stays[after->base] = true;
        if (change.kind != ASSAY_WHATIF_SAME)
            visit(context, &change);
    }
    for (size_t i = 0; i < base->count; i++)
        if (!stays[i])
            visit(context, &(assay_whatif_change){ ASSAY_WHATIF_REMOVED, &base->events[i], NULL });
    free(stays);
    return 0;
}

static bool unknown_value(const assay_prediction_values *values, uint16_t alg, unsigned pcr)
{
    const assay_pcrs *const pcrs = &values->replay.pcrs;

    for (size_t i = 0; i < pcrs->bank_count; i++)
        if (pcrs->banks[i].alg == alg)
            return assay_pcr_set_has(values->unknown[i], pcr);
    return false;
}

enum assay_whatif_kind assay_whatif_value(const assay_prediction_values *base,
                                          const assay_prediction_values *prediction, uint16_t alg,
                                          unsigned pcr)
{
    if (unknown_value(prediction, alg, pcr))
        return ASSAY_WHATIF_UNKNOWN;
    return assay_bytes_equal(assay_pcrs_value(&base->replay.pcrs, alg, pcr),
                             assay_pcrs_value(&prediction->replay.pcrs, alg, pcr))
               ? ASSAY_WHATIF_SAME
               : ASSAY_WHATIF_CHANGED;
}
