/* SPDX-License-Identifier: BSD-2-Clause */
/* The sentences of the firmware, PFP 1.06 section 10.4.4, recognised by their digests. */
#include "replay/semantics_internal.h"

static void look_at_exit(assay_semantics *s, const assay_event *event, uint32_t *counter)
{
    if (!assay_semantics_in(s, event, 5))
        return;
    (*counter)++;
    s->exit.event = event->number;
}

static void look_at_notice(assay_semantics *s, const assay_event *event,
                           enum assay_finding_code code, assay_firmware_notice *notice)
{
    assay_semantics_find(s, code, event, "the firmware says so");
    if (!assay_semantics_in(s, event, 7) || notice->event != ASSAY_NO_EVENT)
        return;
    notice->event = event->number;
    notice->late = !assay_semantics_before_separator(s, event);
}

void assay_semantics_action(assay_semantics *s, const assay_event *event, enum assay_known known)
{
    switch (known) {
    case ASSAY_KNOWN_DEBUG_MODE:
        look_at_notice(s, event, ASSAY_FINDING_DEBUG_MODE, &s->debug_mode);
        break;
    case ASSAY_KNOWN_DMA_DISABLED:
        look_at_notice(s, event, ASSAY_FINDING_DMA_PROTECTION, &s->dma_disabled);
        break;
    case ASSAY_KNOWN_EBS_INVOCATION:
        look_at_exit(s, event, &s->exit.invocations);
        break;
    case ASSAY_KNOWN_EBS_FAILURE:
        look_at_exit(s, event, &s->exit.failures);
        break;
    case ASSAY_KNOWN_EBS_SUCCESS:
        look_at_exit(s, event, &s->exit.successes);
        break;
    default:
        break;
    }
}

void assay_semantics_action_end(assay_semantics *s)
{
    const unsigned index = assay_semantics_index(s, 5);
    const assay_exit_boot_services *const exit = &s->exit;

    if (!s->uefi || s->course[index].events == 0)
        return;
    /* td-shim writes types of UEFI's and has no boot services to leave. */
    if (s->measurement_registers && !s->application)
        return;
    if (exit->event == ASSAY_NO_EVENT)
        assay_semantics_find_in(s, ASSAY_FINDING_EBS_MISSING, index, "no ExitBootServices");
    else if (exit->failures > 0 || exit->successes == 0 || exit->invocations == 0)
        assay_semantics_find_in(s, ASSAY_FINDING_EBS_FAILED, index,
                                "not one call and one success");
    if (exit->successes > 1 || exit->invocations > 1 + exit->failures)
        assay_semantics_find_in(s, ASSAY_FINDING_EBS_REPEATED, index, "called more than once");
}
