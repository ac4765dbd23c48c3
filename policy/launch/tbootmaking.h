/* SPDX-License-Identifier: BSD-2-Clause */
/* How tboot's events are made. Private to policy/. */
#ifndef ASSAY_POLICY_LAUNCH_TBOOTMAKING_H
#define ASSAY_POLICY_LAUNCH_TBOOTMAKING_H

#include "policy/launch/steps.h"

enum { ASSAY_TBOOT_HASHED_MAX = 64 };

/** tboot's events in the making, in one lane of the log. */
typedef struct assay_tboot_making {
    assay_launching *launching;
    const assay_launch *launch;
    const assay_tboot_version *version;
    assay_tboot_extpol extpol;
    bool details;
    uint16_t lane;
    const assay_vlp *policy; /* that will be in force */
    assay_vlp held;
    size_t modules;
    assay_bank_list banks;
    assay_digests hashed[ASSAY_TBOOT_HASHED_MAX]; /* of modules; without any: not made yet */
    assay_tboot_plan plan, base_plan; /* base_plan: no steps where the log's is not known */
} assay_tboot_making;

/** The part that a measurement of tboot's is of. */
enum assay_part assay_tboot_part_of(enum assay_tboot_subject subject);

/** Version, extpol, policy, modules, banks and plan, for o's launching, lane and mapping. 0 or a
 * negative kind. */
int assay_tboot_choose(assay_tboot_making *o);

#endif
