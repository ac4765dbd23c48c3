/* SPDX-License-Identifier: BSD-2-Clause */
/* Private to policy/: what the files about NV share. */
#ifndef ASSAY_POLICY_LCP_NV_PRIVATE_H
#define ASSAY_POLICY_LCP_NV_PRIVATE_H

#include "policy/lcp/nv.h"

/* Attributes that an index has from its definition, and not from what happened to it since. */
#define ASSAY_LCP_NV_DEFINING                                                                      \
    (~(uint32_t)(ASSAY_TPMA_NV_WRITTEN | ASSAY_TPMA_NV_WRITELOCKED | ASSAY_TPMA_NV_READLOCKED))

/* Adds an objection; what is too much is left out. */
void assay_lcp_nv_object(assay_lcp_nv_plan *plan, enum assay_lcp_nv_objection objection,
                         const char *format, ...) __attribute__((format(printf, 3, 4)));

/* All that speaks against plan->wish, `state` being that of its index. */
int assay_lcp_nv_judge(assay_lcp_nv_plan *plan, const assay_lcp_nv_survey *survey,
                       const assay_lcp_nv_state *state, assay_hashes *hashes, assay_error *error);

bool assay_lcp_nv_is_role(const assay_lcp_nv_plan *plan, enum assay_lcp_nv_role role);

/* The type of the launch control policy in an index; -1 where it has none. */
int assay_lcp_nv_type_in(const assay_lcp_nv_state *state);

/* The policy of the wish as SINIT will read it: its fields, then its lists. */
int assay_lcp_nv_judge_policy(assay_lcp_nv_plan *plan, const assay_lcp_nv_state *state,
                              assay_hashes *hashes, assay_error *error);

/* The policy data file of the wish. */
struct assay_lcp_policy;
int assay_lcp_nv_judge_data(assay_lcp_nv_plan *plan, const struct assay_lcp_policy *policy,
                            assay_hashes *hashes, assay_error *error);

#endif
