/* SPDX-License-Identifier: BSD-2-Clause */
/* How SINIT's events are made anew. Private to policy/. */
#ifndef ASSAY_POLICY_LAUNCH_SINIT_H
#define ASSAY_POLICY_LAUNCH_SINIT_H

#include "policy/launch/steps.h"

enum { ASSAY_SINIT_DATA_MAX = 2048 };

/* An event in the making, with all that it takes to make it. */
typedef struct assay_sinit_making {
    assay_launching *launching;
    const assay_launch *launch;
    const assay_predicted_event *base;
    assay_bank_list banks;
    assay_event_maker maker;
    uint8_t data[ASSAY_SINIT_DATA_MAX];
} assay_sinit_making;

/* Each returns 1 when the event was added, 0 when it is to be kept, or a negative kind. */

int assay_sinit_end(assay_sinit_making *m);
int assay_sinit_unknown(assay_sinit_making *m, const char *why);

/** The event with other data, of which all its digests are. */
int assay_sinit_data(assay_sinit_making *m, assay_bytes data);
int assay_sinit_word(assay_sinit_making *m, uint32_t word);

/** What policies decide about: sinitpolicy.c. */
int assay_sinit_control(assay_sinit_making *m);
int assay_sinit_details(assay_sinit_making *m);
int assay_sinit_authorities(assay_sinit_making *m);
int assay_sinit_elements12(assay_sinit_making *m);
int assay_sinit_nv_info(assay_sinit_making *m);
int assay_sinit_combined_hash(assay_sinit_making *m);

#endif
