/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The values that a quote vouches for: those that were given, or where none were, what the boot's
 * logs fold to. The one rule of whoever holds a boot to a quote:
 *
 *     assay_replay_begin(&replay, &log.header, hashes, NULL);
 *     assay_quoted_add_banks(&quote, &log.header, &replay);
 *     ... assay_replay_event() for each event ...
 *     if (assay_quoted_values(&quote, NULL, &replay, hashes, &values) > 0)
 *         ... the TPM signed for `values` ...
 */
#ifndef ASSAY_POLICY_KEY_QUOTED_H
#define ASSAY_POLICY_KEY_QUOTED_H

#include "policy/key/quote.h"
#include "replay/replay.h"

/**
 * Before the first event is folded: where the log's digests follow from what it keeps (an IMA list,
 * `banks_follow` in its header), the replay gets the banks that the quote is of. 0 or a negative
 * kind.
 */
int assay_quoted_add_banks(const assay_quote *quote, const assay_log_header *header,
                           assay_replay *replay);

/**
 * Holds values to the quote: `given`, or where that is NULL what `replay` folded to, but for the
 * PCRs of a bank in which an event has no digest; of the two the other may be NULL. 1, and
 * *ret_values are those of the PCRs that the quote is of: nobody signed for others. 0 where it is
 * of other values; -ASSAY_UNSUPPORTED where there is no value of a PCR that it is of; or another
 * negative kind. *ret_values is written with 1 alone, and may be `given`.
 */
int assay_quoted_values(const assay_quote *quote, const assay_pcrs *given,
                        const assay_replay *replay, assay_hashes *hashes, assay_pcrs *ret_values);

/** Takes from `values` those of PCRs that the quote is not of. */
void assay_quoted_keep(const assay_quote *quote, assay_pcrs *values);

#endif
