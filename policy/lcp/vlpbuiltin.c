/* SPDX-License-Identifier: BSD-2-Clause */
/* The policies that tboot falls back on: tboot/common/policy.c, since version 1.8. */
#include "policy/lcp/vlp.h"

enum { GEO_TAG_INDEX = 0x40000010, GEO_TAG_PCR = 22 };

typedef struct builtin {
    uint16_t alg;
    uint8_t pcr; /* of every module but the first */
} builtin;

static const builtin builtins[ASSAY_VLP_BUILTINS] = {
    [ASSAY_VLP_DEFAULT_DA] = { ASSAY_ALG_SHA256, 17 },
    [ASSAY_VLP_DEFAULT_LG] = { ASSAY_ALG_SHA256, 19 },
    [ASSAY_VLP_DEFAULT_LG_SHA1] = { ASSAY_ALG_SHA1, 19 },
};

void assay_vlp_builtin(enum assay_vlp_builtin which, assay_vlp *ret_policy)
{
    const builtin *const row = &builtins[which];

    assay_vlp_begin(ret_policy, ASSAY_VLP_NONFATAL, row->alg, ASSAY_VLP_EXTEND_PCR17);
    ret_policy->entries[0] = (assay_vlp_entry){ .mod_num = 0, .pcr = ASSAY_VLP_PCR_NONE };
    ret_policy->entries[1] = (assay_vlp_entry){ .mod_num = ASSAY_VLP_NUM_ANY, .pcr = row->pcr };
    ret_policy->entries[2] = (assay_vlp_entry){ .mod_num = ASSAY_VLP_NUM_NV_RAW,
                                                .pcr = GEO_TAG_PCR,
                                                .nv_index = GEO_TAG_INDEX };
    ret_policy->num_entries = 3;
}
