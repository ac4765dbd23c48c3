/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The logs of a running system, IMA's and userspace's, grow while PCR values are read: a list that
 * is longer than the value covers is no contradiction. This remembers, while the logs are folded,
 * after which event a PCR had the value that somebody vouches for.
 *
 * Linux extends a bank whose hash the kernel does not have (SHA-384 and SHA-512 in Debian's, when
 * IMA starts), and before 5.8 every bank, with the SHA-1 digest and zeros after it
 * (ima_calc_field_array_hash). No list says so: it is told by the value.
 */
#ifndef ASSAY_REPLAY_RUNTIME_H
#define ASSAY_REPLAY_RUNTIME_H

#include "replay/replay.h"

typedef struct assay_runtime_hit {
    bool met;
    bool padded;    /* by SHA-1 digests with zeros after them: as strong as SHA-1 */
    uint32_t event; /* the number of the event after which the PCR had the value */
    uint32_t log;   /* of which log, by the caller's count */
    uint32_t after; /* how many events of runtime logs had extended the PCR then */
} assay_runtime_hit;

typedef struct assay_runtime {
    const assay_pcrs *expected;    /* lent */
    uint32_t extended[ASSAY_PCRS]; /* how many events of runtime logs extended each PCR */
    assay_runtime_hit hits[ASSAY_ALGS][ASSAY_PCRS]; /* by position of the bank in `expected` */
    /* The other folds there may be: a violation is ones in all of the digest,
     * or in 20 bytes of it. */
    assay_pcrs padded[2];
    assay_pcr_set listed; /* PCRs that entries of IMA lists extended */
} assay_runtime;

/** Nothing seen yet. `expected` is kept; `replay` has its banks and has folded nothing. */
void assay_runtime_begin(assay_runtime *runtime, const assay_pcrs *expected,
                         const assay_replay *replay);

/**
 * Looks at an event that was just folded, the next of the `log`th log. Of the running system are
 * events whose content is none of the PC Client profile's, wherever they stand; one of the
 * profile's after them says that the value was met too soon. 0 or -ASSAY_CRYPTO.
 */
int assay_runtime_event(assay_runtime *runtime, const assay_replay *replay,
                        const assay_event *event, uint32_t log);

/** Where the value of a PCR lies; NULL when it was met nowhere. */
const assay_runtime_hit *assay_runtime_hit_of(const assay_runtime *runtime, uint16_t alg,
                                              unsigned pcr);

#endif
