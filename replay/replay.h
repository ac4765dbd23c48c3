/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replay: folds a sequence of measurements into PCR values, PCR' = H(PCR | digest),
 * all banks at once.
 *
 *     assay_replay replay;
 *
 *     assay_replay_begin(&replay, &log.header, hashes, findings);
 *     while (assay_log_next(&log, &event) > 0)
 *         assay_replay_event(&replay, &event);
 *     ... replay.pcrs ...
 *
 * The rules (which value a PCR starts from, which events extend, what a bank that
 * an event leaves out means) are rows of one table in rules.c, each with its
 * clause; nothing else in the project knows them.
 *
 * A replay owns nothing: it may be copied, which forks it, and needs no end.
 */
#ifndef ASSAY_REPLAY_REPLAY_H
#define ASSAY_REPLAY_REPLAY_H

#include "base/hash.h"
#include "eventlog/log.h"
#include "eventlog/registers.h"
#include "replay/pcrs.h"

/** TXT's HASH_START (TXT SDG 1.10.1.1): what the logged digest turned out to be. */
enum assay_hash_start {
    ASSAY_HASH_START_NONE,    /* there was no such event */
    ASSAY_HASH_START_INPUT,   /* H(data): extended like any digest */
    ASSAY_HASH_START_RESULT,  /* H(zeros | H(data)): already the value of PCR 17 */
    ASSAY_HASH_START_UNKNOWN, /* neither, or no data to tell: extended, and said if data is kept */
};

typedef struct assay_replay_bank {
    uint16_t alg;
    size_t slot;              /* of its values in pcrs.banks; meaningless without a hash */
    assay_hash *hash;         /* lent from the hashes; NULL when this bank can't be computed */
    assay_pcr_set extended;   /* the log extended these */
    assay_pcr_set incomplete; /* an event extended these without a digest for this bank */
    assay_pcr_set capped;     /* TXT capped these (0x4FE, 0x4FF) */
    enum assay_hash_start hash_start;
} assay_replay_bank;

typedef struct assay_replay {
    /*
     * Every PCR of every bank of the headers: start values where never extended. Where a bank is
     * incomplete, the fold of the digests that are there.
     */
    assay_pcrs pcrs;
    size_t bank_count;
    assay_replay_bank banks[ASSAY_BANKS_MAX]; /* those beyond the known algorithms have no values */
    bool measurement_registers;               /* PCR i of `pcrs` is RTMR i of the log (CC logs) */
    bool firmware;                            /* one of the logs is a firmware's */
    enum assay_registers registers;           /* whose they are */
    assay_pcr_set measured;                   /* some event extended these, in whatever bank */
    assay_pcr_set all_banks; /* of these, those extended by an event that speaks for all banks */
    uint32_t last;           /* the register that the last event extended, or ASSAY_NO_PCR */
    /* What the log said of the start. */
    int startup_locality; /* 0, 3 or 4 from StartupLocality or the H-CRTM event; -1: nothing said */
    bool hcrtm;           /* EV_EFI_HCRTM_EVENT came first */
    bool dynamic_launch;  /* PCR 17-22 were reset to zeros */
    assay_hashes *hashes; /* the caller's */
    assay_findings *findings; /* the caller's, or NULL */
} assay_replay;

/**
 * Begins a replay for the banks of `header`. `hashes` and `findings` (may be NULL)
 * stay the caller's. 0 or a negative kind.
 *
 * To go on with a second log of the same boot (the firmware's, then TXT's), call
 * assay_replay_continue with its header: banks are merged, and a bank that only one of
 * the logs has is incomplete in the PCRs of the other. -ASSAY_UNSUPPORTED when one has PCRs and
 * the other measurement registers.
 */
int assay_replay_begin(assay_replay *replay, const assay_log_header *header, assay_hashes *hashes,
                       assay_findings *findings);
int assay_replay_continue(assay_replay *replay, const assay_log_header *header);

/**
 * Adds a bank that no header names: for logs whose digests follow from what they keep (IMA lists).
 * Nothing when it is there already. 0 or a negative kind.
 */
int assay_replay_add_bank(assay_replay *replay, uint16_t alg);

/** Folds one event, in log order. 0 or a negative kind (libcrypto failed). */
int assay_replay_event(assay_replay *replay, const assay_event *event);

const assay_replay_bank *assay_replay_bank_of(const assay_replay *replay, uint16_t alg);

/** The value of `size` bytes that a PCR starts from, by what the log has said so far. */
void assay_replay_start(const assay_replay *replay, unsigned pcr, size_t size, uint8_t *ret_value);

/** Whether the log never extended the PCR in this bank, nor left the bank out of an event. */
bool assay_replay_untouched(const assay_replay_bank *bank, unsigned pcr);

/** One rule of the fold. All strings static. */
typedef struct assay_replay_rule_info {
    const char *name;
    const char *clause; /* where it is written */
} assay_replay_rule_info;

/** The rules in the order in which an event meets them; NULL beyond the last. */
const assay_replay_rule_info *assay_replay_rule_at(size_t index);

#endif
