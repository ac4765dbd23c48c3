/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay/replay.h: what holds of any sequence of measurements, tried on random ones.
 */
#include "tests/folded.h"

TestSuite(replay_properties, .init = set_up, .fini = tear_down);

enum { SEQUENCES = 60, LENGTH = 40 };

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223; /* Numerical Recipes' constants: good enough to vary */
    return *state >> 8;
}

/* Events of PCR 0-7 and 17-18, of which some are EV_NO_ACTION. */
static void generate(measured *sequence, uint32_t seed)
{
    static const uint32_t pcrs[] = { 0, 1, 2, 3, 4, 5, 6, 7, 17, 18 };
    char text[16];

    for (size_t i = 0; i < LENGTH; i++) {
        snprintf(text, sizeof text, "%u", next_random(&seed));
        measure(hashes, &sequence[i], three_banks, pcrs[next_random(&seed) % 10],
                next_random(&seed) % 4 == 0 ? EV_NO_ACTION : EV_IPL, text);
    }
}

static void fold_all(assay_replay *replay, const measured *sequence, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        cr_assert_eq(assay_replay_event(replay, &sequence[i].event), 0);
}

static bool same_values(const assay_replay *a, const assay_replay *b)
{
    return memcmp(&a->pcrs, &b->pcrs, sizeof a->pcrs) == 0;
}

/* Calls `check` with the fold of each sequence. */
static void for_all(void (*check)(const measured *sequence, const assay_replay *whole))
{
    static measured sequence[LENGTH];

    for (uint32_t seed = 1; seed <= SEQUENCES; seed++) {
        assay_replay whole = begin(three_banks);

        generate(sequence, seed);
        fold_all(&whole, sequence, 0, LENGTH);
        check(sequence, &whole);
    }
}

/* All events of one PCR after all of another: an interleaving that keeps each PCR's order. */
static void check_interleaving(const measured *sequence, const assay_replay *whole)
{
    assay_replay sorted = begin(three_banks);

    for (uint32_t pcr = ASSAY_PCRS; pcr-- > 0;)
        for (size_t i = 0; i < LENGTH; i++)
            if (sequence[i].event.pcr_index == pcr)
                fold_all(&sorted, sequence, i, i + 1);
    cr_expect(same_values(whole, &sorted));
}

Test(replay_properties, only_the_order_within_a_PCR_counts)
{
    for_all(check_interleaving);
}

static void check_without_no_action(const measured *sequence, const assay_replay *whole)
{
    assay_replay without = begin(three_banks);

    for (size_t i = 0; i < LENGTH; i++)
        if (sequence[i].event.type != EV_NO_ACTION)
            fold_all(&without, sequence, i, i + 1);
    cr_expect(same_values(whole, &without));
}

Test(replay_properties, dropping_every_no_action_changes_nothing)
{
    for_all(check_without_no_action);
}

static void check_banks(const measured *sequence, const assay_replay *whole)
{
    for (size_t i = 0; three_banks[i] != 0; i++) {
        const uint16_t alone[] = { three_banks[i], 0 };
        assay_replay one = begin(alone);

        fold_all(&one, sequence, 0, LENGTH);
        cr_expect_eq(memcmp(&one.pcrs.banks[0], &whole->pcrs.banks[i], sizeof *one.pcrs.banks), 0);
    }
}

Test(replay_properties, a_bank_does_not_depend_on_the_others)
{
    for_all(check_banks);
}

static void check_parts(const measured *sequence, const assay_replay *whole)
{
    const assay_log_header header = header_of(three_banks);

    for (size_t cut = 0; cut <= LENGTH; cut += 7) {
        assay_replay first = begin(three_banks);

        fold_all(&first, sequence, 0, cut);
        assay_replay rest = first; /* a copy is a fork */
        fold_all(&first, sequence, cut, LENGTH);
        cr_assert_eq(assay_replay_continue(&rest, &header), 0);
        fold_all(&rest, sequence, cut, LENGTH);
        cr_expect(same_values(whole, &first));
        cr_expect(same_values(whole, &rest));
    }
}

Test(replay_properties, folding_two_parts_is_folding_the_whole)
{
    for_all(check_parts);
}
