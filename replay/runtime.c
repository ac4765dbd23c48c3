/* SPDX-License-Identifier: BSD-2-Clause */
#include "replay/runtime.h"

#include "eventlog/ima.h"

enum { SHA1_SIZE = 20, PADDED_FOLDS = 2 };

void assay_runtime_begin(assay_runtime *runtime, const assay_pcrs *expected,
                         const assay_replay *replay)
{
    memset(runtime, 0, sizeof *runtime);
    runtime->expected = expected;
    for (size_t i = 0; i < PADDED_FOLDS; i++)
        runtime->padded[i] = replay->pcrs;
}

/* By its content and not by its log: who may say of a log whose it is could call any log this. */
static bool is_of_running_system(const assay_event *event)
{
    return event->content != ASSAY_CONTENT_PCCLIENT_STD && event->content != ASSAY_CONTENT_CEL;
}

/* Until an IMA entry comes, the other folds are the replay's. */
static void keep_up(assay_runtime *runtime, const assay_replay *replay, const assay_event *event,
                    uint16_t alg)
{
    const uint32_t pcr = replay->last;
    const assay_bytes value = assay_pcrs_value(&replay->pcrs, alg, pcr);

    if (event->content == ASSAY_CONTENT_IMA_TEMPLATE)
        runtime->listed |= (assay_pcr_set)1 << pcr;
    for (size_t i = 0; i < PADDED_FOLDS && !assay_pcr_set_has(runtime->listed, pcr); i++) {
        assay_pcr_bank *const bank = assay_pcrs_bank(&runtime->padded[i], alg);

        if (bank != NULL && value.size == bank->size)
            memcpy(bank->value[pcr], value.data, value.size);
    }
}

/*
 * What was extended if the bank's hash is not the kernel's; false where that can't be told, and in
 * the bank of SHA-1, which is never padded.
 */
static bool pad_digest(const assay_event *event, size_t fold, const assay_pcr_bank *bank,
                       uint8_t *digest)
{
    const assay_bytes own = assay_event_digest_of(event, bank->alg);
    const assay_bytes sha1 = assay_event_digest_of(event, ASSAY_ALG_SHA1);

    if (event->content != ASSAY_CONTENT_IMA_TEMPLATE) {
        if (own.size == bank->size)
            memcpy(digest, own.data, own.size);
        return own.size == bank->size;
    }
    if (sha1.size != SHA1_SIZE || bank->size <= SHA1_SIZE)
        return false;
    memset(digest, 0, bank->size);
    if (assay_ima_is_violation(event))
        memset(digest, 0xFF, fold == 0 ? bank->size : SHA1_SIZE);
    else
        memcpy(digest, sha1.data, SHA1_SIZE);
    return true;
}

static int fold_padded(assay_runtime *runtime, const assay_replay *replay, const assay_event *event,
                       uint16_t alg, size_t fold)
{
    const assay_replay_bank *const bank = assay_replay_bank_of(replay, alg);
    assay_pcr_bank *const values = assay_pcrs_bank(&runtime->padded[fold], alg);
    uint8_t digest[ASSAY_DIGEST_MAX];

    if (bank == NULL || bank->hash == NULL || values == NULL ||
        !assay_pcr_set_has(runtime->listed & values->present, replay->last))
        return 0;
    if (!pad_digest(event, fold, values, digest)) {
        values->present &= ~((assay_pcr_set)1 << replay->last); /* no value is met by less */
        return 0;
    }
    return assay_hash_extend(bank->hash, values->value[replay->last], digest);
}

static bool is_expected(const assay_pcr_bank *expected, const assay_pcrs *folded, unsigned pcr)
{
    const assay_bytes value = assay_pcrs_value(folded, expected->alg, pcr);

    return value.size == expected->size &&
           memcmp(value.data, expected->value[pcr], expected->size) == 0;
}

static int look_at_bank(assay_runtime *runtime, const assay_replay *replay,
                        const assay_event *event, size_t index, assay_runtime_hit *ret_hit)
{
    const assay_pcr_bank *const expected = &runtime->expected->banks[index];
    const unsigned pcr = replay->last;
    bool padded = false;

    keep_up(runtime, replay, event, expected->alg);
    for (size_t fold = 0; fold < PADDED_FOLDS; fold++) {
        const int status = fold_padded(runtime, replay, event, expected->alg, fold);

        if (status < 0)
            return status;
        padded = padded || is_expected(expected, &runtime->padded[fold], pcr);
    }
    ret_hit->padded = !is_expected(expected, &replay->pcrs, pcr);
    ret_hit->met = padded || !ret_hit->padded;
    return 0;
}

int assay_runtime_event(assay_runtime *runtime, const assay_replay *replay,
                        const assay_event *event, uint32_t log)
{
    const assay_pcrs *const expected = runtime->expected;
    const bool running = is_of_running_system(event);
    const uint32_t pcr = replay->last;

    if (pcr == ASSAY_NO_PCR || expected->measurement_registers != replay->measurement_registers)
        return 0;
    runtime->extended[pcr] += running;
    for (size_t i = 0; i < expected->bank_count; i++) {
        assay_runtime_hit hit = { .event = event->number,
                                  .log = log,
                                  .after = runtime->extended[pcr] };

        if (!assay_pcr_set_has(expected->banks[i].present, pcr))
            continue;
        const int status = look_at_bank(runtime, replay, event, i, &hit);
        if (status < 0)
            return status;
        /* What the boot's own events follow is no list that has grown: it was met too soon. */
        if (hit.met || !running)
            runtime->hits[i][pcr] = running ? hit : (assay_runtime_hit){ .met = false };
    }
    return 0;
}

const assay_runtime_hit *assay_runtime_hit_of(const assay_runtime *runtime, uint16_t alg,
                                              unsigned pcr)
{
    for (size_t i = 0; i < runtime->expected->bank_count; i++)
        if (runtime->expected->banks[i].alg == alg)
            return runtime->hits[i][pcr].met ? &runtime->hits[i][pcr] : NULL;
    return NULL;
}
