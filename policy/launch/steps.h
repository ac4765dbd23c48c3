/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of a prediction share. Private to policy/. */
#ifndef ASSAY_POLICY_LAUNCH_STEPS_H
#define ASSAY_POLICY_LAUNCH_STEPS_H

#include "policy/launch/launch.h"
#include "policy/launch/securelaunch.h"

/** A prediction in the making. */
typedef struct assay_launching {
    const assay_prediction *base;
    const assay_launch *launch;
    assay_hashes *hashes;
    assay_launch_facts facts;
    const assay_vlp *base_policy; /* NULL: not known */
    assay_prediction *prediction;
    assay_error *error;
} assay_launching;

/** An event that is being made: its digests lie here until it is added. */
typedef struct assay_event_maker {
    assay_predicted_event predicted;
    uint8_t digests[ASSAY_BANKS_MAX][ASSAY_DIGEST_MAX];
} assay_event_maker;

/** Begins with the event as the log has it, its digests to be made anew. */
void assay_make_from(assay_event_maker *maker, const assay_predicted_event *base);

/** Gives it one digest more: of a bank it has not. */
void assay_make_digest(assay_event_maker *maker, uint16_t alg, assay_bytes value);
void assay_make_unknown(assay_event_maker *maker, uint16_t alg, const char *why);

/** Banks by their algorithms: those an event has or should have a digest of. */
typedef struct assay_bank_list {
    size_t count;
    uint16_t algs[2 * ASSAY_BANKS_MAX];
} assay_bank_list;

assay_bank_list assay_banks_of(const assay_predicted_event *event);

/** A digest of `data` for each bank, unknown where libcrypto can't. 0 or a negative kind. */
int assay_make_hash(assay_event_maker *maker, assay_hashes *hashes, const assay_bank_list *banks,
                    assay_bytes data);

/** The same from digests that are known in some banks; `why` of the others. */
void assay_make_known(assay_event_maker *maker, const assay_bank_list *banks,
                      const assay_digests *digests, const char *why);

/** Unknown in all of these banks. */
void assay_make_none(assay_event_maker *maker, const assay_bank_list *banks, const char *why);

/** Adds it: computed, or unknown when no digest is known. 0 or a negative kind. */
int assay_make_end(assay_event_maker *maker, assay_launching *launching);

/** The log of the launch as SINIT would record it with the other mapping. 0 or a negative kind. */
int assay_remap(const assay_launching *launching, bool details, assay_prediction *remapped);

/** Predicts an event of SINIT. 1 when it was added, 0 when it is to be kept, or negative. */
int assay_predict_sinit(assay_launching *launching, const assay_predicted_event *base);

/** Adds all of tboot's events of a lane: `lane` 0, or the one bank of a log of one. */
int assay_predict_tboot(assay_launching *launching, uint16_t lane);

/** Predicts an event of Secure Launch, as assay_predict_sinit() does. */
int assay_predict_secure(assay_launching *launching, const assay_predicted_event *base);

/** What is to be replaced and the log has no event of, as a sentence; NULL: nothing. */
const char *assay_secure_without_event(const assay_secure_launch *secure,
                                       const assay_prediction *base);

#endif
