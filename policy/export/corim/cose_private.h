/* SPDX-License-Identifier: BSD-2-Clause */
/* What signing and checking share. Private to policy/. */
#ifndef ASSAY_POLICY_EXPORT_CORIM_COSE_PRIVATE_H
#define ASSAY_POLICY_EXPORT_CORIM_COSE_PRIVATE_H

#include "policy/export/corim/cose.h"

enum { ASSAY_COSE_MAX = 64 << 20 };

typedef struct assay_cose_alg {
    int64_t number; /* IANA's COSE Algorithms */
    uint16_t scheme, hash;
} assay_cose_alg;

/** NULL for one that isn't checked here. */
const assay_cose_alg *assay_cose_alg_find(int64_t number);

/** The digest that is signed. 0 or a negative kind. */
int assay_cose_digest(const assay_cose_alg *alg, assay_bytes protected, assay_bytes payload,
                      assay_hashes *hashes, assay_digest *ret_digest);

#endif
