/* SPDX-License-Identifier: BSD-2-Clause */
/* Lessons about where the fold begins, and about what has no part in it. */
#include "eventlog/types.h"
#include "replay/lesson.h"

bool assay_lesson_never_extended(assay_puzzle *puzzle, assay_explanation *ret)
{
    if (puzzle->chain->links.count == 0 || !assay_puzzle_met(puzzle, assay_puzzle_start(puzzle)))
        return false;
    return assay_explain_as(ret, ASSAY_NO_EVENT,
                            "The PCR still has its start value: nothing of what the log lists "
                            "(%zu measurement%s) was extended into this bank",
                            puzzle->chain->links.count,
                            puzzle->chain->links.count == 1 ? "" : "s");
}

/* PCR 0 at the start of a TPM that was started at `locality`. */
static assay_fold pcr0_at(const assay_puzzle *puzzle, uint8_t locality)
{
    assay_fold start = { { 0 } };

    start.value[puzzle->chain->size - 1] = locality;
    return start;
}

static const uint8_t localities[] = { 0, 3, 4 };

bool assay_lesson_startup_locality(assay_puzzle *puzzle, assay_explanation *ret)
{
    if (puzzle->chain->pcr != 0)
        return false;
    for (size_t i = 0; i < sizeof localities; i++) {
        assay_fold fold = pcr0_at(puzzle, localities[i]);

        assay_puzzle_extend_rest(puzzle, &fold, 0);
        if (assay_puzzle_met(puzzle, &fold))
            return assay_explain_as(ret, ASSAY_NO_EVENT,
                                    "The TPM was started at locality %u%s, and the log says "
                                    "otherwise or nothing: PCR 0 began at 0...0%u",
                                    localities[i], localities[i] == 4 ? " (an H-CRTM)" : "",
                                    localities[i]);
    }
    return false;
}

bool assay_lesson_launch_start(assay_puzzle *puzzle, assay_explanation *ret)
{
    const assay_chain *const chain = puzzle->chain;
    assay_fold fold;

    if (chain->pcr < 17 || chain->pcr > 22 || chain->links.count == 0 || chain->loaded)
        return false;
    memset(fold.value, 0xFF, sizeof fold.value);
    assay_puzzle_extend_rest(puzzle, &fold, 0);
    return assay_puzzle_met(puzzle, &fold) &&
           assay_explain_as(ret, ASSAY_NO_EVENT,
                            "The value is folded from all ones, as if there had been no dynamic "
                            "launch");
}

/* A digest that was taken for the PCR's value is extended from zeros, and the reverse. */
bool assay_lesson_hash_start(assay_puzzle *puzzle, assay_explanation *ret)
{
    const assay_chain *const chain = puzzle->chain;
    const assay_link *const first = chain->links.list;
    assay_fold fold = { { 0 } };

    if (chain->pcr != 17)
        return false;
    if (chain->loaded) {
        assay_puzzle_extend(puzzle, &fold, chain->start);
        assay_puzzle_extend_rest(puzzle, &fold, 0);
        return assay_puzzle_met(puzzle, &fold) &&
               assay_explain_as(ret, ASSAY_NO_EVENT,
                                "HASH_START's digest was extended, though it looks like the value "
                                "that PCR 17 had after it");
    }
    if (chain->links.count == 0 || first->type != TXT_EVTYPE_HASH_START)
        return false;
    memcpy(fold.value, first->digest, chain->size);
    assay_puzzle_extend_rest(puzzle, &fold, 1);
    return assay_puzzle_met(puzzle, &fold) &&
           assay_explain_as(ret, first->event,
                            "HASH_START's digest is the value that PCR 17 had after it, not what "
                            "was extended");
}

/* The chain with its EV_NO_ACTION events extended where they stand. */
static void extend_all(assay_puzzle *puzzle, assay_fold *fold)
{
    const assay_links *const links = &puzzle->chain->links;
    const assay_links *const others = &puzzle->chain->no_actions;
    size_t next = 0;

    for (size_t i = 0; i <= links->count; i++) {
        for (; next < others->count && others->list[next].after <= i; next++)
            assay_puzzle_extend(puzzle, fold, others->list[next].digest);
        if (i < links->count)
            assay_puzzle_extend(puzzle, fold, links->list[i].digest);
    }
}

bool assay_lesson_no_action(assay_puzzle *puzzle, assay_explanation *ret)
{
    const assay_links *const others = &puzzle->chain->no_actions;
    assay_fold folds[1 + sizeof localities];
    size_t count = 0;

    if (others->count == 0)
        return false;
    folds[count++] = *assay_puzzle_start(puzzle);
    for (size_t i = 0; i < sizeof localities && puzzle->chain->pcr == 0; i++)
        folds[count++] = pcr0_at(puzzle, localities[i]);
    for (size_t i = 0; i < count; i++) {
        extend_all(puzzle, &folds[i]);
        if (assay_puzzle_met(puzzle, &folds[i]))
            return assay_explain_as(ret, others->list[0].event,
                                    "The value follows when the %zu EV_NO_ACTION events of this "
                                    "PCR are extended too, which they never are",
                                    others->count);
    }
    return false;
}
