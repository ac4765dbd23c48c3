/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a secret is sealed to, for the formats about TPM 2.0 policies: the same for all of them.
 */
#ifndef ASSAY_POLICY_EXPORT_TPM_PLAN_H
#define ASSAY_POLICY_EXPORT_TPM_PLAN_H

#include "policy/export/export.h"
#include "policy/tpm/or.h"
#include "policy/tpm/public.h"

/** What the policy that seals asserts, last. */
enum assay_tpm_how {
    ASSAY_TPM_HOW_PCR,       /* one variant's PCRs */
    ASSAY_TPM_HOW_OR,        /* one of the variants */
    ASSAY_TPM_HOW_AUTHORIZE, /* whatever the key signs: each variant by itself */
    ASSAY_TPM_HOW_NV,        /* whatever an NV index holds: the variants, as PCR or OR */
};

/** A variant's PolicyPCR. */
typedef struct assay_tpm_branch {
    size_t variant;
    const char *name;
    assay_tpm_selection selection;
    assay_bytes signature; /* HOW_AUTHORIZE: of the approval, as assay_key_sign() makes it */
} assay_tpm_branch;

typedef struct assay_tpm_plan {
    enum assay_tpm_how how;
    uint16_t hash;         /* of sessions, and of what is sealed */
    size_t count;
    assay_tpm_branch *branches; /* in the order of the reference; policies are tree.rows[0]'s */
    assay_tpm_or tree;
    assay_digest policy;   /* that seals */
    /* HOW_AUTHORIZE */
    assay_bytes policy_ref;
    assay_tpm_name key_name;
    uint16_t scheme;
    /* HOW_NV */
    assay_txt_nv_public nv;
    assay_tpm_name nv_name;
} assay_tpm_plan;

/** What those who read policies do in their own ways. */
typedef struct assay_tpm_dialect {
    bool each; /* a PolicyPCR for each PCR, one after the other; else one for all */
    /* Of the job's key: how it is loaded, and with what it signs, 0 where it can't. */
    assay_tpm_template how;
    uint16_t scheme;
} assay_tpm_dialect;

/** What the settings of these formats are called. */
#define ASSAY_TPM_PLAN_SETTINGS                                                                    \
    { "hash", "ALG", "hash of sessions and of what is sealed: sha256 if not given" },              \
        { "policy-ref", "HEX",                                                                     \
          "what the key signs besides each policy, so that it's no other's" },                     \
        { "nv-index", "INDEX", "an NV index that holds the policy, as 0x01500010" }

/**
 * Plans all of it into the job's arena, and notes what is lost and to be known. 0 or a negative
 * kind.
 */
int assay_tpm_plan_make(assay_tpm_plan *ret_plan, assay_export_job *job,
                        const assay_tpm_dialect *dialect, assay_error *error);

/** A branch's policy. Lent from the plan. */
const assay_digest *assay_tpm_branch_policy(const assay_tpm_plan *plan, size_t branch);

/** The values of a branch. Lent from the reference. */
const assay_pcrs *assay_tpm_branch_values(const assay_export_job *job,
                                          const assay_tpm_branch *branch);

#endif
