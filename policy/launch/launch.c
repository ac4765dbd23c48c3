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
    const int status = base->part == ASSAY_LAUNCH_SECURE ? assay_predict_secure(launching, base)
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
    return status >= 0 && anew ? append_tboot(launching, &done) : status;
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
    if (launch->replaces_tboot && facts->secure)
        return refuse(launching, "the log is of a Secure Launch, not of tboot");
    if (launch->mapping == ASSAY_LAUNCH_MAPPING_LEGACY && !facts->tpm12)
        return refuse(launching, "a TPM 2.0 has details/authorities mapping alone");
    if (launch->mapping != ASSAY_LAUNCH_MAPPING_KEPT &&
        (launch->mapping == ASSAY_LAUNCH_MAPPING_DETAILS) != facts->details)
        return refuse(launching, "the other mapping measures what this log doesn't hold; it takes "
                                 "a log of a launch with that mapping");
    return 0;
}

/* What tboot's digests are of, told in the log for those that read it. */
static void name_modules(const assay_launch_facts *facts, const assay_vlp *policy,
                         assay_prediction *prediction)
{
    assay_tboot_plan plan;
    size_t step = 0;
    uint16_t lane = 0;

    if (!facts->plan_known)
        return;
    assay_tboot_plan_of(policy, facts->details, facts->modules, facts->nv, &plan);
    for (size_t i = 0; i < prediction->count; i++) {
        assay_predicted_event *const event = &prediction->events[i];

        if (event->event.type != TB_EVTYPE_HASH || event->origin == ASSAY_PREDICTED_COMPUTED)
            continue;
        if (event->event.only_bank != lane)
            step = 0;
        lane = event->event.only_bank;
        if (step == plan.count)
            return;
        event->part = plan.steps[step].subject == ASSAY_TBOOT_POLICY   ? ASSAY_LAUNCH_VLP
                      : plan.steps[step].subject == ASSAY_TBOOT_MODULE ? ASSAY_LAUNCH_MODULE
                                                                       : ASSAY_LAUNCH_NV_CONTENT;
        event->index = plan.steps[step++].index;
    }
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
        status = predict_events(launching);
    if (status >= 0 && !launch->replaces_tboot)
        name_modules(&launching->facts, base_policy, launching->prediction);
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
