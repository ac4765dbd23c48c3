/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hash algorithms as the TCG Algorithm Registry 1.34 numbers them (TPM_ALG_ID).
 * A bank of PCRs is named by its algorithm.
 */
#ifndef ASSAY_BASE_ALG_H
#define ASSAY_BASE_ALG_H

#include "base/bytes.h"

enum {
    ASSAY_ALG_SHA1 = 0x0004,
    ASSAY_ALG_SHA256 = 0x000B,
    ASSAY_ALG_SHA384 = 0x000C,
    ASSAY_ALG_SHA512 = 0x000D,
    ASSAY_ALG_NULL = 0x0010,
    ASSAY_ALG_SM3_256 = 0x0012,
    ASSAY_ALG_SHA3_256 = 0x0027,
    ASSAY_ALG_SHA3_384 = 0x0028,
    ASSAY_ALG_SHA3_512 = 0x0029,
};

enum {
    ASSAY_DIGEST_MAX = 64, /* bytes of the longest digest known here */
    ASSAY_BANKS_MAX = 16,  /* banks of one log; TPM2_NUM_PCR_BANKS of TPM 2.0 Part 2 */
    ASSAY_ALGS = 8,        /* rows of the table below */
};

typedef struct assay_alg {
    uint16_t id;           /* TPM_ALG_ID */
    uint16_t size;         /* digest bytes */
    const char *name;      /* as tpm2-tools and JSON spell it: "sha256", "sm3_256" */
    const char *libcrypto; /* the name EVP_MD_fetch takes */
} assay_alg;

/** A digest by value: TPMT_HA. */
typedef struct assay_digest {
    uint16_t alg;  /* TPM_ALG_ID */
    uint16_t size; /* bytes used of value */
    uint8_t value[ASSAY_DIGEST_MAX];
} assay_digest;

/** The known algorithms in the order of their numbers; `index` below ASSAY_ALGS. */
const assay_alg *assay_alg_at(size_t index);

/** The table's row for a TPM_ALG_ID, or NULL for one unknown here. */
const assay_alg *assay_alg_find(uint16_t id);

enum { ASSAY_ALG_NUMBER_SIZE = 8 }; /* bytes of "0x0055" and its NUL */

/** The name of a TPM_ALG_ID: the table's, static, or "0x0055" in `unknown` for one unknown here. */
const char *assay_alg_name(uint16_t id, char unknown[ASSAY_ALG_NUMBER_SIZE]);

/** The row for a name in any case, with or without '-' or '_': "SHA256", "sha-256", "sm3". */
const assay_alg *assay_alg_by_name(assay_bytes name);

/** The algorithm's position in the table, or ASSAY_ALGS for one unknown here. */
size_t assay_alg_index(uint16_t id);

#endif
