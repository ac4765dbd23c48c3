/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Linux IMA's first entry, boot_aggregate, at the end of a prediction: PCR 10 is extended with the
 * hash of an entry that has the hash of PCR 0-9 in it (replay/bootaggregate.h).
 */
#ifndef ASSAY_POLICY_LAUNCH_BOOTAGGREGATE_H
#define ASSAY_POLICY_LAUNCH_BOOTAGGREGATE_H

#include "boot/prediction.h"

/** How a kernel makes that entry; NULL: as Linux does unless it is told otherwise. */
typedef struct assay_ima_first {
    const char *hash;          /* of PCR 0-9: "sha256" */
    const char *template_name; /* "ima-ng" or "ima-sig" */
} assay_ima_first;

/**
 * Appends it as an event of PCR 10, of type EV_COMPACT_HASH, whose data are what IMA's list in text
 * says of it. Its digest is that of the entry: the hash of PCR 0-9 of the bank `hash`, or zeros
 * where the log has no such bank, and the name "boot_aggregate". Where one of these PCRs can't be
 * known the event can't be either. In which banks the hash of the entry goes into PCR 10, and in
 * which its SHA-1 followed by zeros, is a matter of the kernel's release, which the prediction
 * knows. What IMA's policy measures after it is not predicted; a remark says so where Secure Boot
 * is on, with which kernels have such a policy of their own.
 *
 * 0, or a negative kind with `error` filled: -ASSAY_UNSUPPORTED for a hash or template unknown
 * here.
 */
int assay_boot_aggregate_predict(assay_prediction *prediction, const assay_ima_first *first,
                                 assay_hashes *hashes, assay_error *error);

#endif
