/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tboot 1.11 would do with given modules and NV indices under a verified launch policy:
 * the steps of verify_all_modules() and verify_all_nvindices() (tboot/common/policy.c), in their
 * order, each with its outcome and what goes into which PCR.
 */
#ifndef ASSAY_POLICY_LCP_VLPALLOWS_H
#define ASSAY_POLICY_LCP_VLPALLOWS_H

#include "policy/lcp/vlpaction.h"

enum {
    ASSAY_VLP_MEASUREMENTS_MAX = 32, /* MAX_VL_HASHES: tboot drops what comes after */
    ASSAY_VLP_NV_CONTENT_MAX = 4096, /* of an NV index tboot reads no more */
};

/** An NV index, and its content as the TPM gives it; lent. */
typedef struct assay_vlp_nv {
    uint32_t index;
    assay_bytes content;
} assay_vlp_nv;

typedef struct assay_vlp_launch {
    uint16_t current; /* TPM_ALG_ID that tboot measures with: extpol=, SHA-256 unless given */
    bool embedded;    /* extpol=embedded: all banks are extended, and no module is verified */
    bool details;     /* details/authorities mapping rather than legacy */
    const assay_digest *modules; /* H(H(command line) | H(image)) with `current`, in boot order */
    size_t module_count;
    const assay_vlp_nv *indices;
    size_t index_count;
} assay_vlp_launch;

enum assay_vlp_subject {
    ASSAY_VLP_OF_POLICY,       /* the policy itself goes into PCR 17 */
    ASSAY_VLP_OF_FIRST_MODULE, /* module 0 is extended whatever the policy says */
    ASSAY_VLP_OF_MODULE,
    ASSAY_VLP_OF_NV,
};

typedef struct assay_vlp_step {
    enum assay_vlp_subject subject;
    unsigned module;     /* OF_FIRST_MODULE, OF_MODULE */
    uint32_t nv_index;   /* OF_NV */
    size_t entry;        /* position of the entry that applies, or ASSAY_VLP_NO_ENTRY */
    int hash;            /* which of its digests matched, or -1 */
    uint8_t pcr;         /* that is extended with the digest, or ASSAY_VLP_PCR_NONE */
    assay_digest digest; /* size 0: there is none */
    enum assay_tboot_error error;
    enum assay_vlp_action action; /* what tboot does then */
    bool reached;                 /* false: tboot halted before */
    char reason[160];             /* a sentence without its full stop; printable ASCII */
} assay_vlp_step;

typedef void assay_vlp_step_sink(void *context, const assay_vlp_step *step);

typedef struct assay_vlp_verdict {
    bool verified;                    /* no step had an error */
    enum assay_vlp_action action;     /* what tboot does in the end */
    bool used[ASSAY_VLP_ENTRIES_MAX]; /* entries that applied to something */
} assay_vlp_verdict;

/**
 * Goes through the launch under a policy of version 2, step by step into `sink`. 0 or a negative
 * kind: -ASSAY_UNSUPPORTED for version 1, and for an algorithm that libcrypto lacks.
 */
int assay_vlp_allows(const assay_vlp *policy, const assay_vlp_launch *launch, assay_hashes *hashes,
                     assay_vlp_step_sink *sink, void *context, assay_vlp_verdict *ret_verdict);

#endif
