/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replay: folds a sequence of measurements into PCR values, PCR' = H(PCR | digest),
 * all banks at once.
 *
 * The rules (which value a PCR starts from, which events extend, what a bank that
 * an event leaves out means) are rows of one table in replay.c, each with its
 * clause; nothing else in the project knows them.
 */
#ifndef ASSAY_REPLAY_REPLAY_H
#define ASSAY_REPLAY_REPLAY_H

#include "base/hash.h"
#include "eventlog/log.h"
#include "replay/pcrs.h"

/** TXT's HASH_START (TXT SDG 1.10.1.1): what the logged digest turned out to be. */
enum assay_hash_start {
    ASSAY_HASH_START_NONE,    /* there was no such event */
    ASSAY_HASH_START_INPUT,   /* H(data): extended like any digest */
    ASSAY_HASH_START_RESULT,  /* H(zeros | H(data)): already the value of PCR 17 */
    ASSAY_HASH_START_UNKNOWN, /* neither, or no data to tell: extended, and said so */
};

typedef struct assay_replay_bank {
    uint16_t alg;
    assay_hash *hash;         /* lent from the hashes; NULL when this bank can't be computed */
    assay_pcr_set extended;   /* the log extended these */
    assay_pcr_set incomplete; /* an event extended these without a digest for this bank */
    assay_pcr_set capped;     /* TXT capped these (0x4FE, 0x4FF) */
    enum assay_hash_start hash_start;
} assay_replay_bank;

typedef struct assay_replay {
    assay_pcrs pcrs; /* every PCR of every bank of the header; start values where never extended */
    size_t bank_count;
    assay_replay_bank banks[ASSAY_BANKS_MAX]; /* those beyond the known algorithms have no values */
    bool measurement_registers; /* PCR i of `pcrs` is RTMR i of the log (CC logs) */
    /* What the log said of the start. */
    int startup_locality;       /* 0, 3 or 4 from StartupLocality or the H-CRTM event; -1: nothing said */
    bool hcrtm;                 /* EV_EFI_HCRTM_EVENT came first */
    bool dynamic_launch;        /* PCR 17-22 were reset to zeros */
    assay_hashes *hashes;       /* the caller's */
    assay_findings *findings;   /* the caller's, or NULL */
} assay_replay;

/**
 * Begins a replay for the banks of `header`. `hashes` and `findings` (may be NULL)
 * stay the caller's. To fold a second log of the same boot, call
 * assay_replay_continue with its header. 0 or a negative kind.
 */
int assay_replay_begin(assay_replay *replay, const assay_log_header *header, assay_hashes *hashes,
                       assay_findings *findings);
int assay_replay_continue(assay_replay *replay, const assay_log_header *header);

/** Folds one event. 0 or a negative kind (libcrypto failed). */
int assay_replay_event(assay_replay *replay, const assay_event *event);

const assay_replay_bank *assay_replay_bank_of(const assay_replay *replay, uint16_t alg);

#endif
