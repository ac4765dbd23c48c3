/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The PCR values that a log's own writer put behind its events, as tpm2_eventlog does: no TPM's
 * values, but a second sum over the same events. Where it differs from the replay's, either
 * its program has rules that are known to be wrong, or the events are not those it had.
 */
#ifndef ASSAY_REPLAY_CLAIMED_H
#define ASSAY_REPLAY_CLAIMED_H

#include "replay/replay.h"

/**
 * Compares them with the replay of this log, and of no other, after both were read to their
 * end, and adds to `findings` what differs and why. 0, also where the log has no such values, or
 * a negative kind.
 */
int assay_claimed_check(const assay_log *log, const assay_replay *replay, assay_findings *findings);

#endif
