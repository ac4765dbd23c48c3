/* SPDX-License-Identifier: BSD-2-Clause */
/* What the rules (rules.c) need of the registers (replay.c). Private to replay/. */
#ifndef ASSAY_REPLAY_RULES_H
#define ASSAY_REPLAY_RULES_H

#include "replay/replay.h"

enum {
    PCR_DRTM_FIRST = 17, /* PCRs that a dynamic launch resets */
    PCR_DRTM_LAST = 22,
};

static inline assay_pcr_set assay_pcr_bit(uint32_t pcr)
{
    return (assay_pcr_set)1 << pcr;
}

/** One event on its way through the rules. */
typedef struct assay_measurement {
    assay_replay *replay;
    const assay_event *event;
    uint32_t pcr; /* the register: pcrIndex, unless the rules say otherwise */
} assay_measurement;

/** What becomes of a register's `value` in a bank whose hash is known. 0 or a negative kind. */
typedef int assay_fold(const assay_measurement *m, assay_replay_bank *bank, uint8_t *value,
                       const uint8_t *digest);

/** Sets PCRs to their start values anew: the log has said what those are. */
void assay_replay_restart(assay_replay *replay, unsigned first, unsigned last);
void assay_replay_start_at_locality(assay_replay *replay, int locality);

/** Folds a digest into one bank. A bank that can't take it is marked. 0 or a negative kind. */
int assay_replay_fold_bank(const assay_measurement *m, assay_replay_bank *bank, assay_bytes digest,
                           assay_fold *fold);

/** Remembers which register the event extended. */
void assay_replay_remember(const assay_measurement *m);

/** Both, with the event's own digest in each bank. */
int assay_replay_fold_banks(const assay_measurement *m, assay_fold *fold);

#endif
