/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes one event of a prediction: its digests bank by bank, known or not. */
#include "policy/launch/steps.h"

void assay_make_from(assay_event_maker *maker, const assay_predicted_event *base)
{
    maker->predicted = *base;
    maker->predicted.origin = ASSAY_PREDICTED_COMPUTED;
    maker->predicted.event.digest_count = 0;
    maker->predicted.unknown_count = 0;
    maker->predicted.why = NULL;
}

void assay_make_digest(assay_event_maker *maker, uint16_t alg, assay_bytes value)
{
    assay_event *const event = &maker->predicted.event;
    const size_t at = event->digest_count;

    if (at == ASSAY_BANKS_MAX || value.size > ASSAY_DIGEST_MAX)
        return;
    memcpy(maker->digests[at], value.data, value.size);
    event->digests[at] =
        (assay_event_digest){ alg, assay_bytes_of(maker->digests[at], value.size) };
    event->digest_count++;
}

void assay_make_unknown(assay_event_maker *maker, uint16_t alg, const char *why)
{
    if (maker->predicted.unknown_count == ASSAY_BANKS_MAX)
        return;
    maker->predicted.unknown[maker->predicted.unknown_count++] = alg;
    maker->predicted.why = why;
}

assay_bank_list assay_banks_of(const assay_predicted_event *event)
{
    assay_bank_list banks = { .count = 0 };

    for (size_t i = 0; i < event->event.digest_count; i++)
        banks.algs[banks.count++] = event->event.digests[i].alg;
    for (size_t i = 0; i < event->unknown_count; i++)
        banks.algs[banks.count++] = event->unknown[i];
    return banks;
}

static int make_hashed(assay_event_maker *maker, assay_hashes *hashes, uint16_t alg,
                       assay_bytes data)
{
    uint8_t digest[ASSAY_DIGEST_MAX];
    assay_hash *hash;
    int status = assay_hashes_get(hashes, alg, &hash);

    if (status == -ASSAY_UNSUPPORTED) {
        assay_make_unknown(maker, alg, "this bank's algorithm can't be computed here");
        return 0;
    }
    if (status == 0)
        status = assay_hash_parts(hash, &data, 1, digest);
    if (status == 0)
        assay_make_digest(maker, alg, assay_bytes_of(digest, assay_hash_size(hash)));
    return status;
}

int assay_make_hash(assay_event_maker *maker, assay_hashes *hashes, const assay_bank_list *banks,
                    assay_bytes data)
{
    int status = 0;

    for (size_t i = 0; i < banks->count && status == 0; i++)
        status = make_hashed(maker, hashes, banks->algs[i], data);
    return status;
}

void assay_make_known(assay_event_maker *maker, const assay_bank_list *banks,
                      const assay_digests *digests, const char *why)
{
    for (size_t i = 0; i < banks->count; i++) {
        const uint16_t alg = banks->algs[i];
        const assay_digest *const digest = assay_digests_find(digests, alg);

        if (digest != NULL)
            assay_make_digest(maker, alg, assay_bytes_of(digest->value, digest->size));
        else
            assay_make_unknown(maker, alg, why);
    }
}

void assay_make_none(assay_event_maker *maker, const assay_bank_list *banks, const char *why)
{
    for (size_t i = 0; i < banks->count; i++)
        assay_make_unknown(maker, banks->algs[i], why);
}

int assay_make_end(assay_event_maker *maker, assay_launching *launching)
{
    if (maker->predicted.event.digest_count == 0 && maker->predicted.unknown_count > 0)
        maker->predicted.origin = ASSAY_PREDICTED_UNKNOWN;
    return assay_prediction_add(launching->prediction, &maker->predicted, launching->error);
}
