/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The fold of any log: the same twice, bank by bank the same as together, and each PCR
 * where the fold of its chain ends. Compared with its own values a log never mismatches, and
 * compared with a value of no log there is an explanation or none, and no fault.
 */
#include "replay/explain.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

/* Folds a whole log; `only` is the one bank, or 0 for all of them. */
static bool fold(assay_bytes bytes, uint16_t only, assay_hashes *hashes, assay_log *log,
                 assay_replay *replay, assay_findings *findings)
{
    assay_event event;

    if (assay_log_open(log, bytes, NULL, findings, NULL) < 0)
        return false;
    assay_log_header header = log->header;
    header.bank_count = 0;
    for (size_t i = 0; i < log->header.bank_count; i++)
        if (only == 0 || log->header.banks[i].alg == only)
            header.banks[header.bank_count++] = log->header.banks[i];
    check(assay_replay_begin(replay, &header, hashes, findings) == 0);
    while (assay_log_next(log, &event) > 0)
        check(assay_replay_event(replay, &event) == 0);
    return true;
}

static void check_chain(const assay_log *log, const assay_replay *replay, uint16_t alg,
                        unsigned pcr)
{
    const assay_bytes value = assay_pcrs_value(&replay->pcrs, alg, pcr);
    uint8_t end[ASSAY_DIGEST_MAX];
    assay_chain chain;

    check(assay_chain_read(&chain, &log, 1, replay->hashes, alg, pcr) == 0);
    memcpy(end, chain.start, sizeof end);
    for (size_t i = 0; i < chain.links.count; i++)
        check(assay_hash_extend(chain.hash, end, chain.links.list[i].digest) == 0);
    check(memcmp(end, value.data, value.size) == 0);
    check((chain.missing > 0) ==
          assay_pcr_set_has(assay_replay_bank_of(replay, alg)->incomplete, pcr));
    assay_chain_free(&chain);
}

static void check_bank(assay_bytes bytes, const assay_log *log, const assay_replay *replay,
                       size_t slot)
{
    const assay_pcr_bank *const bank = &replay->pcrs.banks[slot];
    static assay_replay alone;
    assay_log again;

    check(fold(bytes, bank->alg, replay->hashes, &again, &alone, NULL));
    check(memcmp(&alone.pcrs.banks[0], bank, sizeof *bank) == 0);
    assay_log_close(&again);
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        if (assay_pcr_set_has(bank->present, pcr))
            check_chain(log, replay, bank->alg, pcr);
}

/* A value of `pcr` that is no value of the log: the explanation of it must not break. */
static void check_explanation(const assay_log *log, const assay_replay *replay,
                              const assay_findings *findings, unsigned pcr)
{
    static assay_comparison comparison;
    assay_pcrs expected = replay->pcrs;
    assay_explanation explanation;
    assay_chain chain;

    for (size_t i = 0; i < expected.bank_count; i++)
        expected.banks[i].value[pcr][0] ^= 1;
    assay_compare(replay, &expected, (assay_pcr_set)1 << pcr, &comparison);
    check(comparison.matched == 0);
    for (size_t i = 0; i < comparison.count; i++) {
        const assay_pcr_status *const status = &comparison.list[i];

        check(assay_chain_read(&chain, &log, 1, replay->hashes, status->alg, status->pcr) == 0);
        const int result = assay_explain(&chain, &comparison, status, findings, &explanation);
        check(result == 0 || (result == 1 && explanation.name != NULL && explanation.text[0]));
        assay_chain_free(&chain);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes bytes = assay_bytes_of(data, size);
    static assay_replay replay, again;
    static assay_findings findings;
    static assay_comparison comparison;
    assay_hashes *hashes = assay_hashes_new();
    assay_log log, second;

    check(hashes != NULL);
    assay_findings_reset(&findings);
    if (fold(bytes, 0, hashes, &log, &replay, &findings)) {
        check(fold(bytes, 0, hashes, &second, &again, NULL));
        check(memcmp(&again.pcrs, &replay.pcrs, sizeof again.pcrs) == 0);
        assay_log_close(&second);
        for (size_t i = 0; i < replay.pcrs.bank_count; i++)
            check_bank(bytes, &log, &replay, i);
        assay_compare(&replay, &replay.pcrs, ASSAY_ALL_PCRS, &comparison);
        check(comparison.mismatched == 0);
        check_explanation(&log, &replay, &findings, size % ASSAY_PCRS);
        assay_log_close(&log);
    }
    assay_hashes_free(&hashes);
    return 0;
}
