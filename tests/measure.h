/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Measurements for tests: events whose digest in every bank is the hash of a text, as
 * `tpm2_pcrextend` extends it, and a replay to fold them into.
 */
#ifndef ASSAY_TESTS_MEASURE_H
#define ASSAY_TESTS_MEASURE_H

#include <criterion/criterion.h>

#include "base/hex.h"
#include "eventlog/types.h"
#include "replay/replay.h"

#include <stdio.h>

/* An event and its digests. */
typedef struct measured {
    assay_event event;
    uint8_t digests[ASSAY_ALGS][ASSAY_DIGEST_MAX];
} measured;

/* A header of these banks, ended by 0. */
static inline assay_log_header header_of(const uint16_t *algs)
{
    assay_log_header header = { .spec_id.present = true };

    for (; *algs != 0; algs++)
        header.banks[header.bank_count++] =
            (assay_bank){ *algs, assay_alg_find(*algs) != NULL ? assay_alg_find(*algs)->size : 32 };
    return header;
}

static const uint16_t three_banks[] = { ASSAY_ALG_SHA1, ASSAY_ALG_SHA256, ASSAY_ALG_SHA384, 0 };

/* Sets a digest of the event, added if it has none of the algorithm. */
static inline void set_digest(measured *m, uint16_t alg, const uint8_t *value)
{
    const size_t size = assay_alg_find(alg)->size;
    size_t i = 0;

    while (i < m->event.digest_count && m->event.digests[i].alg != alg)
        i++;
    memcpy(m->digests[i], value, size);
    m->event.digests[i] = (assay_event_digest){ alg, assay_bytes_of(m->digests[i], size) };
    if (i == m->event.digest_count)
        m->event.digest_count++;
}

/* An event with the hash of `text` in each of `algs` and no data. */
static inline void measure(assay_hashes *hashes, measured *m, const uint16_t *algs, uint32_t pcr,
                           uint32_t type, const char *text)
{
    const assay_bytes bytes = assay_bytes_of_string(text);
    static uint32_t number = 1;

    m->event = (assay_event){ .number = number++, .pcr_index = pcr, .type = type };
    for (; *algs != 0; algs++) {
        uint8_t digest[ASSAY_DIGEST_MAX];
        assay_hash *hash;

        cr_assert_eq(assay_hashes_get(hashes, *algs, &hash), 0);
        cr_assert_eq(assay_hash_parts(hash, &bytes, 1, digest), 0);
        set_digest(m, *algs, digest);
    }
}

/* Measures and folds a text in all banks of the replay. */
static inline void fold_text(assay_replay *replay, uint32_t pcr, uint32_t type, const char *text)
{
    uint16_t algs[ASSAY_BANKS_MAX + 1] = { 0 };
    measured m;

    for (size_t i = 0; i < replay->bank_count; i++)
        algs[i] = replay->banks[i].alg;
    measure(replay->hashes, &m, algs, pcr, type, text);
    cr_assert_eq(assay_replay_event(replay, &m.event), 0);
}

/* Folds an EV_NO_ACTION event of this data, with a digest that must not be extended. */
static inline void fold_no_action(assay_replay *replay, uint32_t pcr, assay_bytes data)
{
    measured m;

    measure(replay->hashes, &m, three_banks, pcr, EV_NO_ACTION, "not to be extended");
    m.event.data = data;
    cr_assert_eq(assay_replay_event(replay, &m.event), 0);
}

/* Expects a PCR's value, in hexadecimal. */
static inline void expect_pcr(const assay_replay *replay, uint16_t alg, unsigned pcr,
                              const char *hex)
{
    const assay_bytes value = assay_pcrs_value(&replay->pcrs, alg, pcr);
    char text[2 * ASSAY_DIGEST_MAX + 1] = "";

    assay_hex_encode(text, value);
    cr_expect_str_eq(text, hex, "%s PCR %u", assay_alg_find(alg)->name, pcr);
}

#endif
