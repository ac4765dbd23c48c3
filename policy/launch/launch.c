/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/launch/launch.h"

#include "eventlog/types.h"
#include "policy/launch/securelaunch.h"
#include "policy/launch/steps.h"

#include <stdlib.h>

enum { LANES_MAX = ASSAY_BANKS_MAX };

/* Logs of one bank each: of which banks tboot's events are added already. */
typedef struct lanes {
    size_t count;
    uint16_t list[LANES_MAX];
} lanes;

/* Whether the lane is new; false also when there are more than any TPM has. */
static bool enter(lanes *l, uint16_t lane)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->list[i] == lane)
            return false;
    if (l->count == LANES_MAX)
        return false;
    l->list[l->count++] = lane;
    return true;
}

static int keep(assay_launching *launching, const assay_predicted_event *base)
{
    assay_predicted_event kept = *base;

    if (kept.origin == ASSAY_PREDICTED_COMPUTED)
        kept.origin = ASSAY_PREDICTED_KEPT;
    return assay_prediction_add(launching->prediction, &kept, launching->error);
}

/* One event of the log, unless it is tboot's and these are made anew. */
static int predict_event(assay_launching *launching, const assay_predicted_event *base)
{
    const int status = base->part == ASSAY_PART_SECURE ? assay_predict_secure(launching, base)
                                                         : assay_predict_sinit(launching, base);

    if (status != 0)
        return status < 0 ? status : 0;
    return keep(launching, base);
}

/* tboot's events where the log has none: after SINIT's, in each lane that has those. */
static int append_tboot(assay_launching *launching, lanes *done)
{
    const assay_prediction *const base = launching->base;
    int status = 0;

    for (size_t i = 0; i < base->count && status >= 0; i++)
        if (base->events[i].event.type == TXT_EVTYPE_MLE_HASH &&
            enter(done, base->events[i].event.only_bank))
            status = assay_predict_tboot(launching, base->events[i].event.only_bank);
    return status;
}

/* A pre-production SINIT that a policy lets run caps PCR 17 and 18 with random values. */
static int cap(assay_launching *launching)
{
    static const uint32_t pcrs[] = { 17, 18 };
    const assay_log_header *const header = &launching->base->header;
    assay_bank_list banks = { .count = 0 };
    int status = 0;

    for (size_t i = 0; i < header->bank_count; i++)
        banks.algs[banks.count++] = header->banks[i].alg;
    for (size_t i = 0; i < 2 && status >= 0; i++) {
        assay_predicted_event event = { .part = ASSAY_PART_SINIT, .base = ASSAY_NO_EVENT };
        assay_event_maker maker;

        event.event = (assay_event){ .pcr_index = pcrs[i], .type = TXT_EVTYPE_RANDOM_VALUE };
        assay_make_from(&maker, &event);
        assay_make_none(&maker, &banks,
                        "it is no production module, and caps the PCR with a random value");
        status = assay_make_end(&maker, launching);
    }
    return status;
}

static int predict_events(assay_launching *launching)
{
    const assay_prediction *const base = launching->base;
    const bool anew = launching->launch->replaces_tboot;
    lanes done = { .count = 0 };
    int status = 0;

    for (size_t i = 0; i < base->count && status >= 0; i++) {
        const assay_predicted_event *const event = &base->events[i];

        if (!anew || event->event.type != TB_EVTYPE_HASH)
            status = predict_event(launching, event);
        else if (enter(&done, event->event.only_bank))
            status = assay_predict_tboot(launching, event->event.only_bank);
    }
    if (status >= 0 && anew)
        status = append_tboot(launching, &done);
    if (status >= 0 && launching->launch->sinit != NULL &&
        (launching->launch->sinit->flags & ASSAY_ACM_PRE_PRODUCTION) != 0)
        status = cap(launching);
    return status;
}

static int refuse(const assay_launching *launching, const char *what)
{
    return assay_fail(launching->error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "%s", what);
}

static int check(const assay_launching *launching)
{
    const assay_launch *const launch = launching->launch;
    const assay_launch_facts *const facts = &launching->facts;
    const bool sinit = launch->sinit != NULL || launch->replaces_mle || launch->replaces_stm ||
                       launch->replaces_capabilities || launch->lcp != NULL || launch->replaces_nv;

    if (sinit && !facts->txt)
        return refuse(launching, "the log has no events of SINIT, so there is none to replace");
    if (launch->replaces_tboot && !facts->txt)
        return refuse(launching, "the log has no events of SINIT, which start tboot");
    if (launch->secure != NULL && !facts->secure)
        return refuse(launching, "the log has no events of Secure Launch");
    const char *const missing =
        launch->secure == NULL ? NULL : assay_secure_without_event(launch->secure, launching->base);
    if (missing != NULL)
        return refuse(launching, missing);
    if (launch->replaces_tboot && facts->secure)
        return refuse(launching, "the log is of a Secure Launch, not of tboot");
    if (launch->mapping == ASSAY_LAUNCH_MAPPING_LEGACY && !facts->tpm12)
        return refuse(launching, "a TPM 2.0 has details/authorities mapping alone");
    return 0;
}

/* With the other mapping all of tboot's events are made anew, too. */
static int predict_remapped(assay_launching *launching)
{
    assay_launch launch = *launching->launch;
    assay_launching other = *launching;
    assay_prediction *remapped = assay_prediction_new(&launching->base->header);
    int status;

    if (remapped == NULL)
        return assay_fail(launching->error, ASSAY_NO_MEMORY, ASSAY_NOWHERE,
                          "no memory for the prediction");
    launch.replaces_tboot = launch.replaces_tboot || launching->facts.tboot;
    other.launch = &launch;
    status = assay_remap(launching, launch.mapping == ASSAY_LAUNCH_MAPPING_DETAILS, remapped);
    other.base = remapped;
    if (status == 0)
        status = predict_events(&other);
    assay_prediction_free(&remapped);
    return status;
}

static bool has_other_mapping(const assay_launching *launching)
{
    const enum assay_launch_mapping mapping = launching->launch->mapping;

    return mapping != ASSAY_LAUNCH_MAPPING_KEPT && launching->facts.tpm12 &&
           (mapping == ASSAY_LAUNCH_MAPPING_DETAILS) != launching->facts.details;
}

static int predict(assay_launching *launching, assay_vlp *base_policy)
{
    const assay_launch *const launch = launching->launch;
    int status = assay_launch_facts_of(launching->base, NULL, launch->base_vlp, launching->hashes,
                                       &launching->facts, base_policy);

    if (status < 0)
        return assay_fail(launching->error, (enum assay_kind)(-status), ASSAY_NOWHERE,
                          "the digests of tboot's policy can't be computed");
    if (launching->facts.policy_known)
        launching->base_policy = base_policy;
    status = check(launching);
    if (status == 0)
        status =
            has_other_mapping(launching) ? predict_remapped(launching) : predict_events(launching);
    if (status >= 0 && !launch->replaces_tboot && !has_other_mapping(launching))
        assay_launch_name_parts(launching->prediction, &launching->facts, base_policy);
    return status < 0 ? status : 0;
}

int assay_launch_predict(const assay_prediction *base, const assay_launch *launch,
                         assay_hashes *hashes, assay_prediction **ret_prediction,
                         assay_error *error)
{
    assay_launching launching = { .base = base,
                                  .launch = launch,
                                  .hashes = hashes,
                                  .prediction = assay_prediction_new(&base->header),
                                  .error = error };
    assay_vlp *const base_policy = calloc(1, sizeof *base_policy);
    int status = -ASSAY_NO_MEMORY;

    if (launching.prediction != NULL && base_policy != NULL) {
        launching.prediction->format = base->format;
        /* What fails without saying why could not be computed. */
        assay_fail(error, ASSAY_CRYPTO, ASSAY_NOWHERE, "a digest can't be computed");
        status = predict(&launching, base_policy);
    } else
        assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the prediction");
    free(base_policy);
    if (status < 0)
        assay_prediction_free(&launching.prediction);
    else
        *ret_prediction = launching.prediction;
    return status;
}
