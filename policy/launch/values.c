/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/launch/values.h"

static void mark_unknown(assay_prediction_values *values, const assay_predicted_event *event)
{
    assay_pcrs *const pcrs = &values->replay.pcrs;

    if (event->event.pcr_index >= ASSAY_PCRS)
        return;
    for (size_t i = 0; i < event->unknown_count; i++)
        for (size_t b = 0; b < pcrs->bank_count; b++)
            if (pcrs->banks[b].alg == event->unknown[i])
                values->unknown[b] |= (assay_pcr_set)1 << event->event.pcr_index;
}

int assay_prediction_fold(const assay_prediction *prediction, assay_hashes *hashes,
                          assay_prediction_values *ret_values)
{
    int status;

    memset(ret_values, 0, sizeof *ret_values);
    status = assay_replay_begin(&ret_values->replay, &prediction->header, hashes, NULL);
    for (size_t i = 0; i < prediction->count && status == 0; i++) {
        const assay_predicted_event *const event = &prediction->events[i];

        mark_unknown(ret_values, event);
        if (event->origin != ASSAY_PREDICTED_UNKNOWN)
            status = assay_replay_event(&ret_values->replay, &event->event);
    }
    return status;
}
