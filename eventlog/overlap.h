/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What two logs of one boot both hold. A log may be captured twice, early and late; firmware gives
 * what it measured after the first GetEventLog a second time, in its final events table (PFP 1.06
 * section 8.2.2); Linux gives one IMA list per bank. None of these was extended twice.
 */
#ifndef ASSAY_EVENTLOG_OVERLAP_H
#define ASSAY_EVENTLOG_OVERLAP_H

#include "eventlog/log.h"

/**
 * Looks for the events of `after` that `before` has too: its beginning, when `before` ends with
 * it, or all of it, when `before` has it somewhere. The header event of a crypto-agile log is
 * passed over. Events are the same when their PCR, type or content, data and the digest of a bank
 * that both logs have are, or of the one bank that the record speaks for (only_bank); entries of
 * IMA lists when their PCR, template and data are.
 *
 * Both logs are read anew, each to its end or its fault, with some 24 bytes of memory an event.
 * 0 and *ret_repeated, whose count is 0 when nothing is the same; or a negative kind.
 */
int assay_log_overlap(const assay_log *before, const assay_log *after,
                      assay_event_range *ret_repeated);

#endif
