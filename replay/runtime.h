/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The logs of a running system, IMA's and userspace's, grow while PCR values are read: a list that
 * is longer than the value covers is no contradiction. This remembers, while the logs are folded,
 * after which event a PCR had the value that somebody vouches for.
 */
#ifndef ASSAY_REPLAY_RUNTIME_H
#define ASSAY_REPLAY_RUNTIME_H

#include "replay/replay.h"

typedef struct assay_runtime_hit {
    bool met;
    uint32_t event; /* the number of the event after which the PCR had the value */
    uint32_t log;   /* of which log, by the caller's count */
    uint32_t after; /* how many events of runtime logs had extended the PCR then */
} assay_runtime_hit;

typedef struct assay_runtime {
    const assay_pcrs *expected;    /* lent */
    uint32_t extended[ASSAY_PCRS]; /* how many events of runtime logs extended each PCR */
    assay_runtime_hit hits[ASSAY_ALGS][ASSAY_PCRS]; /* by position of the bank in `expected` */
} assay_runtime;

/** Nothing seen yet; `expected` is kept. */
void assay_runtime_begin(assay_runtime *runtime, const assay_pcrs *expected);

/** Looks at an event of a runtime log (stage KERNEL or USERSPACE) that was just folded. */
void assay_runtime_event(assay_runtime *runtime, const assay_replay *replay,
                         const assay_event *event, uint32_t log);

/** Where the value of a PCR lies; NULL when it was met nowhere. */
const assay_runtime_hit *assay_runtime_hit_of(const assay_runtime *runtime, uint16_t alg,
                                              unsigned pcr);

#endif
