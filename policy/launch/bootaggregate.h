/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Linux IMA's first entry, boot_aggregate, at the end of a prediction: PCR 10 is extended with the
 * hash of an entry that has the hash of PCR 0-9 in it (replay/bootaggregate.h).
 */
#ifndef ASSAY_POLICY_LAUNCH_BOOTAGGREGATE_H
#define ASSAY_POLICY_LAUNCH_BOOTAGGREGATE_H

#include "boot/prediction.h"

/**
 * Appends it as an event of PCR 10, of type EV_COMPACT_HASH, whose data are the entry's: template
 * "ima-ng", digest of PCR 0-9 of the bank `hash` ("sha256" for NULL), name "boot_aggregate". Where
 * the log has no such bank the digest in it is zeros; where one of these PCRs can't be known the
 * event can't be either. In which banks the hash of the entry itself goes into PCR 10, and in which
 * its SHA-1 followed by zeros, is a matter of the kernel's release, which the prediction knows.
 *
 * 0, or a negative kind with `error` filled: -ASSAY_UNSUPPORTED for an algorithm unknown here.
 */
int assay_boot_aggregate_predict(assay_prediction *prediction, const char *hash,
                                 assay_hashes *hashes, assay_error *error);

#endif
