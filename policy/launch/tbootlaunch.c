/* SPDX-License-Identifier: BSD-2-Clause */
/* What tboot will measure: its policy, the modules and NV indices, each in the banks it extends. */
#include "boot/artefact/module.h"
#include "eventlog/types.h"
#include "policy/launch/tbootmaking.h"
#include "policy/lcp/vlpaction.h"

/* The log's event of a step that the log's plan has, too; NULL when there is none. */
static const assay_predicted_event *base_event(const assay_tboot_making *o,
                                               const assay_tboot_step *step)
{
    const assay_prediction *const base = o->launching->base;
    size_t wanted = 0, seen = 0;

    while (wanted < o->base_plan.count && (o->base_plan.steps[wanted].subject != step->subject ||
                                           o->base_plan.steps[wanted].index != step->index ||
                                           o->base_plan.steps[wanted].time != step->time))
        wanted++;
    if (wanted == o->base_plan.count)
        return NULL;
    for (size_t i = 0; i < base->count; i++)
        if (base->events[i].event.type == TB_EVTYPE_HASH &&
            base->events[i].event.only_bank == o->lane && seen++ == wanted)
            return &base->events[i];
    return NULL;
}

/* An event that the log has at any step of the same subject: its digest is the same. */
static const assay_predicted_event *base_of_subject(const assay_tboot_making *o,
                                                    const assay_tboot_step *step)
{
    assay_tboot_step first = *step;

    first.time = 0;
    return base_event(o, &first);
}

static const char not_logged[] = "it is not given, and the log has no digest of it in this bank";

static void make_kept(const assay_tboot_making *o, const assay_tboot_step *step,
                      assay_event_maker *maker)
{
    const assay_predicted_event *const base = base_of_subject(o, step);

    for (size_t i = 0; i < o->banks.count; i++) {
        const assay_bytes digest =
            base == NULL ? ASSAY_NO_BYTES : assay_event_digest_of(&base->event, o->banks.algs[i]);

        if (digest.data != NULL)
            assay_make_digest(maker, o->banks.algs[i], digest);
        else
            assay_make_unknown(maker, o->banks.algs[i], not_logged);
    }
    maker->predicted.origin = ASSAY_PREDICTED_KEPT;
}

static int make_policy(const assay_tboot_making *o, assay_event_maker *maker)
{
    for (size_t i = 0; i < o->banks.count; i++) {
        assay_digest digest;
        const int status = assay_vlp_event_digest(o->policy, o->launching->hashes,
                                                  o->extpol.current, o->banks.algs[i], &digest);

        if (status == 0)
            assay_make_digest(maker, o->banks.algs[i], assay_bytes_of(digest.value, digest.size));
        else if (status == -ASSAY_UNSUPPORTED)
            assay_make_unknown(maker, o->banks.algs[i],
                               "this bank's algorithm can't be computed here");
        else
            return status;
    }
    return 0;
}

/* A module is hashed once, however many of its digests are wanted. */
static int hash_module(assay_tboot_making *o, const assay_launch_module *module, uint32_t index,
                       assay_digests *ret_digests)
{
    assay_digests *const kept = index < ASSAY_TBOOT_HASHED_MAX ? &o->hashed[index] : NULL;

    const assay_digests *const known = module->digests.count > 0 ? &module->digests : kept;

    if (known != NULL && known->count > 0) {
        *ret_digests = *known;
        return 0;
    }
    const int status =
        assay_tboot_module_digests(o->launching->hashes, o->banks.algs, o->banks.count,
                                   assay_tboot_measured_cmdline(o->version, module->cmdline),
                                   module->image, NULL, NULL, ret_digests);
    if (status == 0 && kept != NULL)
        *kept = *ret_digests;
    return status;
}

static int make_module(assay_tboot_making *o, const assay_tboot_step *step,
                       assay_event_maker *maker)
{
    const assay_launch_module *const module =
        step->index < o->launch->module_count ? &o->launch->modules[step->index] : NULL;
    assay_digests digests;

    if (module == NULL || module->kept) {
        make_kept(o, step, maker);
        return 0;
    }
    if (o->extpol.mode == ASSAY_TBOOT_AGILE && o->version->agile == ASSAY_TBOOT_AGILE_BROKEN) {
        assay_make_none(maker, &o->banks, "this tboot's extpol=agile hashes memory it never set");
        return 0;
    }
    const int status = hash_module(o, module, step->index, &digests);
    if (status == 0)
        assay_make_known(maker, &o->banks, &digests, "its digest is not given in this bank");
    return status;
}

/* Whether a module's digest is one that the entry for it wants, as far as tboot looks. */
static bool is_wanted(const assay_tboot_making *o, const assay_vlp_entry *entry, assay_bytes digest)
{
    for (size_t i = 0; i < entry->num_hashes; i++)
        if (assay_bytes_equal(assay_vlp_hash(o->policy, entry, i), digest))
            return true;
    return false;
}

/* tboot's answer when a module's digest is not what the policy wants. */
static int verify_module(assay_tboot_making *o, uint32_t index)
{
    const assay_vlp_entry *const entry = assay_vlp_find(o->policy, index & 0xFF);
    const assay_tboot_step step = { .subject = ASSAY_TBOOT_MODULE, .index = index };
    assay_event_maker maker = { .predicted = { .base = ASSAY_NO_EVENT } };

    if (entry == NULL || entry->hash_type == ASSAY_VLP_HASH_ANY)
        return 0;
    if (o->extpol.mode != ASSAY_TBOOT_FIXED) {
        assay_prediction_remark_on(o->launching->prediction, ASSAY_PART_VLP, 0, false,
                                   "tboot verifies no module unless extpol= names one algorithm; "
                                   "the digests in its policy are not looked at");
        return 0;
    }
    const int status = make_module(o, &step, &maker);
    const assay_bytes digest = assay_event_digest_of(&maker.predicted.event, o->extpol.current);
    if (status < 0 || digest.data == NULL || is_wanted(o, entry, digest))
        return status;
    const bool stops =
        assay_vlp_action_after((enum assay_vlp_type)o->policy->type,
                               ASSAY_TBOOT_ERR_MODULE_VERIFICATION_FAILED) == ASSAY_VLP_STOP;
    assay_prediction_remark_on(o->launching->prediction, ASSAY_PART_MODULE, index, stops,
                               stops ? "tboot's policy has no such digest for it, and tboot halts"
                                     : "tboot's policy has no such digest for it; tboot says so "
                                       "and goes on");
    return 0;
}

/* NV indices are measured by SHA-1, since only with a TPM 1.2; a raw one is a digest itself. */
static int make_nv(const assay_tboot_making *o, const assay_tboot_step *step,
                   assay_event_maker *maker)
{
    enum { SHA1_SIZE = 20 };
    const assay_bank_list sha1 = { 1, { ASSAY_ALG_SHA1 } };

    for (size_t i = 0; i < o->launch->nv_count; i++) {
        const assay_bytes content = o->launch->nv[i].content;

        if (o->launch->nv[i].index != step->index)
            continue;
        if (step->entry->mod_num == ASSAY_VLP_NUM_NV)
            return assay_make_hash(maker, o->launching->hashes, &sha1, content);
        if (content.size == SHA1_SIZE)
            assay_make_digest(maker, ASSAY_ALG_SHA1, content);
        else
            assay_prediction_remark_on(o->launching->prediction, ASSAY_PART_NV_CONTENT,
                                       step->index, false,
                                       "an index measured raw has 20 bytes; tboot says so, and "
                                       "measures nothing of this one");
        return 0;
    }
    make_kept(o, step, maker);
    return 0;
}

static int add_step(assay_tboot_making *o, const assay_tboot_step *step)
{
    const assay_predicted_event *const base = base_event(o, step);
    assay_predicted_event predicted = { .part = assay_tboot_part_of(step->subject),
                                        .index = step->index,
                                        .base = base != NULL ? base->base : ASSAY_NO_EVENT };
    assay_event_maker maker;
    int status = 0;

    predicted.event = (assay_event){ .pcr_index = step->pcr,
                                     .type = TB_EVTYPE_HASH,
                                     .only_bank = o->lane,
                                     .data = assay_bytes_of("", 0) };
    if (base != NULL) {
        predicted.event.data = base->event.data;
        predicted.event.label = base->event.label;
    }
    assay_make_from(&maker, &predicted);
    if (step->subject == ASSAY_TBOOT_POLICY)
        status = make_policy(o, &maker);
    else if (step->subject == ASSAY_TBOOT_MODULE)
        status = make_module(o, step, &maker);
    else
        status = make_nv(o, step, &maker);
    if (status < 0)
        return status;
    return maker.predicted.event.digest_count + maker.predicted.unknown_count == 0
               ? 0
               : assay_make_end(&maker, o->launching);
}

static void remark_on_plan(const assay_tboot_making *o)
{
    assay_prediction *const prediction = o->launching->prediction;
    const bool stops =
        assay_vlp_action_after((enum assay_vlp_type)o->policy->type,
                               ASSAY_TBOOT_ERR_MODULES_NOT_IN_POLICY) == ASSAY_VLP_STOP;

    if (o->plan.dropped > 0)
        assay_prediction_remark_on(prediction, ASSAY_PART_VLP, 0, false,
                                   "tboot keeps 32 measurements; what comes after is in no PCR");
    if (o->plan.unlisted > 0)
        assay_prediction_remark_on(prediction, ASSAY_PART_MODULE, o->plan.unlisted_first, stops,
                                   stops ? "no entry of tboot's policy is for it, and tboot halts"
                                         : "no entry of tboot's policy is for it, so it is in no "
                                           "PCR");
}

int assay_predict_tboot(assay_launching *launching, uint16_t lane)
{
    assay_tboot_making o = { .launching = launching, .launch = launching->launch, .lane = lane };

    o.details = launching->facts.tpm12 && o.launch->mapping != ASSAY_LAUNCH_MAPPING_KEPT
                    ? o.launch->mapping == ASSAY_LAUNCH_MAPPING_DETAILS
                    : launching->facts.details;
    int status = assay_tboot_choose(&o);
    if (status < 0)
        return status;
    remark_on_plan(&o);
    for (size_t i = 0; i < o.plan.count && status >= 0 && o.banks.count > 0; i++)
        status = add_step(&o, &o.plan.steps[i]);
    for (uint32_t i = 0; i < o.modules && status >= 0 && o.banks.count > 0; i++)
        status = verify_module(&o, i);
    return status;
}
