/* SPDX-License-Identifier: BSD-2-Clause */
/* What tboot does after an error, by the type of the policy in force (tboot/common/policy.c). */
#ifndef ASSAY_POLICY_LCP_VLPACTION_H
#define ASSAY_POLICY_LCP_VLPACTION_H

#include "policy/lcp/vlp.h"

/** tb_error_t: what tboot writes into its error index of NV. The numbers are of tboot 1.9 on. */
enum assay_tboot_error {
#define TBOOT_ERROR(token, number, name, meaning) ASSAY_TBOOT_##token = number,
#include "policy/lcp/tbooterrors.def"
#undef TBOOT_ERROR
    ASSAY_TBOOT_ERRORS
};

enum assay_vlp_action {
    ASSAY_VLP_GO_ON,
    ASSAY_VLP_GO_ON_UNMEASURED, /* the kernel is started without a measured launch */
    ASSAY_VLP_STOP,
    ASSAY_VLP_ACTIONS
};

/** What follows an error of tboot 1.11 under a policy of this type. */
enum assay_vlp_action assay_vlp_action_after(enum assay_vlp_type type,
                                             enum assay_tboot_error error);

/** "continue", "unmeasured", "halt". Static. */
const char *assay_vlp_action_name(enum assay_vlp_action action);

/** "TB_ERR_MODULE_VERIFICATION_FAILED" ... Static. */
const char *assay_tboot_error_name(enum assay_tboot_error error);

/** A phrase. Static. */
const char *assay_tboot_error_meaning(enum assay_tboot_error error);

#endif
