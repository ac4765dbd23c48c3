/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the lessons share: a puzzle (a chain that does not end where the PCR stands),
 * and the means to fold variations of it. Private to replay/.
 *
 * A puzzle's failures are sticky: a lesson folds and compares without asking, and
 * after a failure, or when the bounded work is used up, nothing meets the value any more.
 */
#ifndef ASSAY_REPLAY_LESSON_H
#define ASSAY_REPLAY_LESSON_H

#include "replay/explain.h"

/** A value on its way along a variation of the chain. */
typedef struct assay_fold {
    uint8_t value[ASSAY_DIGEST_MAX];
} assay_fold;

typedef struct assay_puzzle {
    const assay_chain *chain;
    const assay_comparison *comparison;
    const assay_pcr_status *status;
    const assay_findings *findings;
    assay_fold *prefixes; /* [i]: after i links; owned */
    uint32_t budget;      /* extends that may still be tried */
    bool cut;             /* it was used up */
    int failure;          /* 0 or a negative kind */
} assay_puzzle;

/** A lesson: true, and the text and event of *ret, when it explains the puzzle. */
typedef bool assay_lesson(assay_puzzle *puzzle, assay_explanation *ret);

assay_lesson assay_lesson_never_extended, assay_lesson_startup_locality, assay_lesson_launch_start,
    assay_lesson_hash_start, assay_lesson_no_action;
assay_lesson assay_lesson_windows_cap, assay_lesson_windows_start, assay_lesson_windows_other_start;
assay_lesson assay_lesson_boot_phases, assay_lesson_other_log, assay_lesson_known_tail,
    assay_lesson_listed_twice, assay_lesson_read_early;
assay_lesson assay_lesson_dropped, assay_lesson_doubled, assay_lesson_swapped,
    assay_lesson_digest_altered, assay_lesson_unlogged_known, assay_lesson_padded_sha1;
assay_lesson assay_lesson_other_pcr, assay_lesson_incomplete, assay_lesson_truncated,
    assay_lesson_sinit_alone, assay_lesson_other_boot, assay_lesson_unlogged_firmware,
    assay_lesson_pcr0_only, assay_lesson_two_boots, assay_lesson_other_list,
    assay_lesson_older_list, assay_lesson_later_extends, assay_lesson_unexplained;

/** value = H(value | digest). */
void assay_puzzle_extend(assay_puzzle *puzzle, assay_fold *fold, const uint8_t *digest);

/** Extends the links [from, end of the chain). */
void assay_puzzle_extend_rest(assay_puzzle *puzzle, assay_fold *fold, size_t from);

/** The value before the first link, and after the last. */
const assay_fold *assay_puzzle_start(const assay_puzzle *puzzle);
const assay_fold *assay_puzzle_end(const assay_puzzle *puzzle);

/** Whether the fold is the value the PCR has. */
bool assay_puzzle_met(const assay_puzzle *puzzle, const assay_fold *fold);

/** H(text), as what extends strings does. */
assay_fold assay_puzzle_hash(assay_puzzle *puzzle, assay_bytes text);

/** Fills the explanation's text; true, so that a lesson can return it. */
bool assay_explain_as(assay_explanation *ret, uint32_t event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** The name of a link's event type, or "an event of unknown type". Static. */
const char *assay_link_type(const assay_link *link);

#endif
