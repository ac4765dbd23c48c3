/* SPDX-License-Identifier: BSD-2-Clause */
/* What the formats of Keylime have in common. Private to policy/. */
#ifndef ASSAY_POLICY_EXPORT_KEYLIME_KEYLIME_H
#define ASSAY_POLICY_EXPORT_KEYLIME_KEYLIME_H

#include "policy/export/export.h"

extern const assay_export_format assay_export_keylime_tpm_policy, assay_export_keylime_rest,
    assay_export_keylime_mb_refstate, assay_export_keylime_runtime_policy;

enum {
    ASSAY_KEYLIME_DATA_PCR = 16, /* the agent binds its key to the quote there */
    ASSAY_KEYLIME_IMA_PCR = 10,
};

/** PCRs that a measured boot policy speaks for, in the tenant's eyes: MEASUREDBOOT_PCRS. */
#define ASSAY_KEYLIME_BOOT_PCRS ((assay_pcr_set)0xFBFF)

/** Whether Keylime knows the hash (keylime/common/algorithms.py). */
bool assay_keylime_knows(uint16_t alg);

/** A text that Python's re.fullmatch() takes literally, as re.escape() makes it. */
void assay_keylime_put_escaped(assay_writer *writer, assay_bytes text);

/** A setting that is "yes" or "no". 0, or a negative kind for any other value. */
int assay_keylime_switch(const assay_export_job *job, const char *name, bool *ret_on,
                         assay_error *error);

/** Reads tpm_policy in either form. */
int assay_keylime_read_tpm_policy(assay_import_job *job, assay_reference **ret_reference,
                                  assay_error *error);

/**
 * A DSSE envelope (secure systems lab's protocol, "DSSEv1") around `payload`, signed as Keylime
 * verifies: ECDSA over SHA-256, the key named by the SHA-256 of its PEM. 0 or a negative kind.
 */
int assay_keylime_sign(const assay_key *key, assay_bytes payload, assay_hashes *hashes,
                       assay_writer *writer, assay_error *error);

#endif
