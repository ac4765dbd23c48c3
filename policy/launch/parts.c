/* SPDX-License-Identifier: BSD-2-Clause */
/* Which of tboot's events is of what: their type doesn't tell. */
#include "eventlog/types.h"
#include "policy/launch/tbootmaking.h"

enum assay_part assay_tboot_part_of(enum assay_tboot_subject subject)
{
    static const enum assay_part parts[] = {
        [ASSAY_TBOOT_POLICY] = ASSAY_PART_VLP,
        [ASSAY_TBOOT_MODULE] = ASSAY_PART_MODULE,
        [ASSAY_TBOOT_NV] = ASSAY_PART_NV_CONTENT,
    };

    return parts[subject];
}

void assay_launch_name_parts(assay_prediction *base, const assay_launch_facts *facts,
                             const assay_vlp *policy)
{
    size_t seen[ASSAY_ALGS + 1] = { 0 }; /* by lane: logs of one bank each have each event once */
    assay_tboot_plan plan;

    if (!facts->plan_known)
        return;
    assay_tboot_plan_of(policy, facts->details, facts->modules, facts->nv, &plan);
    for (size_t i = 0; i < base->count; i++) {
        assay_predicted_event *const event = &base->events[i];

        if (event->event.type != TB_EVTYPE_HASH)
            continue;
        const size_t step = seen[assay_alg_index(event->event.only_bank)]++;
        if (step >= plan.count)
            continue;
        event->part = assay_tboot_part_of(plan.steps[step].subject);
        event->index = plan.steps[step].index;
    }
}
