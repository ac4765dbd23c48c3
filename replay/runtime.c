/* SPDX-License-Identifier: BSD-2-Clause */
#include "replay/runtime.h"

void assay_runtime_begin(assay_runtime *runtime, const assay_pcrs *expected)
{
    memset(runtime, 0, sizeof *runtime);
    runtime->expected = expected;
}

void assay_runtime_event(assay_runtime *runtime, const assay_replay *replay,
                         const assay_event *event, uint32_t log)
{
    const assay_pcrs *const expected = runtime->expected;
    const uint32_t pcr = replay->last;

    if (pcr == ASSAY_NO_PCR || expected->measurement_registers != replay->measurement_registers)
        return;
    runtime->extended[pcr]++;
    for (size_t i = 0; i < expected->bank_count; i++) {
        const assay_pcr_bank *const bank = &expected->banks[i];
        const assay_bytes value = assay_pcrs_value(&replay->pcrs, bank->alg, pcr);

        if (assay_pcr_set_has(bank->present, pcr) && value.size == bank->size &&
            memcmp(value.data, bank->value[pcr], bank->size) == 0)
            runtime->hits[i][pcr] =
                (assay_runtime_hit){ true, event->number, log, runtime->extended[pcr] };
    }
}

const assay_runtime_hit *assay_runtime_hit_of(const assay_runtime *runtime, uint16_t alg,
                                              unsigned pcr)
{
    for (size_t i = 0; i < runtime->expected->bank_count; i++)
        if (runtime->expected->banks[i].alg == alg)
            return runtime->hits[i][pcr].met ? &runtime->hits[i][pcr] : NULL;
    return NULL;
}
