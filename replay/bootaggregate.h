/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first entry of a Linux IMA list, "boot_aggregate": the hash of the firmware's and the boot
 * loader's PCRs as the kernel found them, which binds the list to this boot
 * (security/integrity/ima/ima_crypto.c, ima_calc_boot_aggregate_tfm).
 *
 *     Linux up to 5.7      SHA-1 over PCR 0-7 of the SHA-1 bank
 *     from Linux 5.8 on    H over PCR 0-9 of the bank of H, for any H but SHA-1; SHA-1 over
 *                          PCR 0-7. H is ima_hash= where the TPM has such a bank, else SHA-256,
 *                          else SHA-1
 *     (backports)          H over PCR 0-7 of the bank of H: "ima: Switch to ima_hash_algo for boot
 *                          aggregate" without the change that added PCR 8 and 9
 *     no TPM               zeros
 *
 * Zeros are hashed for PCRs that can't be read, and where the firmware measures nothing: virtual
 * machines with a TPM and without UEFI have the hash of ten PCRs of zeros.
 */
#ifndef ASSAY_REPLAY_BOOTAGGREGATE_H
#define ASSAY_REPLAY_BOOTAGGREGATE_H

#include "base/hash.h"
#include "eventlog/event.h"
#include "eventlog/finding.h"
#include "replay/pcrs.h"

enum assay_boot_aggregate_outcome {
    ASSAY_BOOT_AGGREGATE_NONE,     /* the event is no such entry */
    ASSAY_BOOT_AGGREGATE_PCRS_0_7, /* it is the hash of PCR 0-7 */
    ASSAY_BOOT_AGGREGATE_PCRS_0_9, /* it is the hash of PCR 0-9 */
    ASSAY_BOOT_AGGREGATE_DIFFERS,  /* it is neither */
    ASSAY_BOOT_AGGREGATE_UNKNOWN,  /* PCR values of its bank are missing, or it can't be hashed */
    ASSAY_BOOT_AGGREGATE_NO_TPM,   /* zeros: the kernel found no TPM and extended none */
    ASSAY_BOOT_AGGREGATES
};

typedef struct assay_boot_aggregate {
    enum assay_boot_aggregate_outcome outcome;
    uint16_t alg; /* of its digest, and of the PCR bank; 0 where that is not known here */
} assay_boot_aggregate;

/** "matches PCR 0-9" ... Static. */
const char *assay_boot_aggregate_name(enum assay_boot_aggregate_outcome outcome);

/** Whether an entry is one: its file name is "boot_aggregate" or "boot_aggregate_late". */
bool assay_boot_aggregate_is(const assay_event *event);

/**
 * Which of the PCR values explain the event. Where PCR 8 and 9 are missing and 0-7 do not explain
 * it, that is UNKNOWN. 0 or a negative kind (libcrypto failed, no memory).
 */
int assay_boot_aggregate_explain(const assay_event *event, const assay_pcrs *pcrs,
                                 assay_hashes *hashes, assay_boot_aggregate *ret_aggregate);

/** Adds the finding that the outcome calls for, if it calls for one. */
void assay_boot_aggregate_note(const assay_event *event, const assay_boot_aggregate *aggregate,
                               assay_findings *findings);

#endif
