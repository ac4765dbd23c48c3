/* SPDX-License-Identifier: BSD-2-Clause */
/* What tboot will measure: its policy, the modules and NV indices, each in the banks it extends. */
#include "boot/artefact/module.h"
#include "eventlog/types.h"
#include "policy/launch/steps.h"
#include "policy/lcp/vlpaction.h"

typedef struct own {
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
    assay_tboot_plan plan, base_plan; /* base_plan: no steps where the log's is not known */
} own;

static int refuse(const own *o, const char *what)
{
    return assay_fail(o->launching->error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "%s", what);
}

/* What was asked for, what the log says, what the version does by itself: in this order. */
static int choose_extpol(own *o)
{
    const assay_launch_facts *const facts = &o->launching->facts;

    if (!o->launch->has_extpol && facts->extpol_known) {
        o->extpol = facts->extpol;
        return 0;
    }
    return assay_tboot_extpol_of(o->version, facts->tpm12, o->launch->extpol, &o->extpol)
               ? 0
               : refuse(o, "this version of tboot doesn't know that extpol=, and measures nothing "
                           "sensible with it");
}

static void choose_version(own *o)
{
    o->version = o->launch->version;
    if (o->version == NULL)
        o->version = o->launching->facts.version;
    if (o->version == NULL)
        o->version = assay_tboot_newest();
}

static int choose_policy(own *o)
{
    const assay_launch_facts *const facts = &o->launching->facts;

    if (o->launch->vlp != NULL)
        o->held = *o->launch->vlp;
    else if (o->launch->vlp_builtin || facts->builtin || !facts->tboot)
        assay_tboot_builtin(o->version, facts->tpm12, o->details, &o->held);
    else if (o->launching->base_policy != NULL)
        o->held = *o->launching->base_policy;
    else
        return refuse(o, "tboot's policy in the log is none that is built in; give the policy it "
                         "had, or the one it will have");
    assay_tboot_mend(o->version, &o->held);
    o->policy = &o->held;
    return o->held.version == 2 ? 0
                                : refuse(o, "no tboot since 2008 has taken a policy of version 1");
}

static int choose_modules(own *o)
{
    const assay_launch_facts *const facts = &o->launching->facts;

    o->modules = o->launch->module_count;
    if (o->launch->modules_end || !facts->tboot)
        return o->modules > 0 ? 0 : refuse(o, "tboot wants a module at least, the kernel");
    if (!facts->plan_known)
        return refuse(o, "the log doesn't tell which of its digests is of which module, for the "
                         "policy tboot had is not known; give that policy, or all modules");
    if (o->modules < facts->modules)
        o->modules = facts->modules;
    return 0;
}

/* The banks of this lane that are extended: in the order of the log's own events if there are. */
static void choose_banks(own *o)
{
    const assay_log_header *const header = &o->launching->base->header;
    const assay_prediction *const base = o->launching->base;
    bool listed = false;

    o->banks.count = 0;
    for (size_t i = 0; i < header->bank_count; i++) {
        const uint16_t alg = header->banks[i].alg;

        listed = listed || alg == o->extpol.current;
        if (assay_tboot_extends(&o->extpol, alg) && (o->lane == 0 || o->lane == alg))
            o->banks.algs[o->banks.count++] = alg;
    }
    for (size_t i = 0; i < base->count; i++)
        if (base->events[i].event.type == TB_EVTYPE_HASH &&
            base->events[i].event.only_bank == o->lane &&
            base->events[i].event.digest_count == o->banks.count) {
            const assay_bank_list of_log = assay_banks_of(&base->events[i]);

            for (size_t b = 0; b < of_log.count; b++)
                if (!assay_tboot_extends(&o->extpol, of_log.algs[b]))
                    return;
            o->banks = of_log;
            return;
        }
    if (o->lane == 0 && !listed && o->extpol.mode == ASSAY_TBOOT_FIXED)
        assay_prediction_remark_on(o->launching->prediction, ASSAY_LAUNCH_VLP, 0, false,
                                   "tboot extends one bank alone, and the log has no such bank: "
                                   "what it measures is in no PCR that the log knows");
}

/* The log's event of a step that the log's plan has, too; NULL when there is none. */
static const assay_predicted_event *base_event(const own *o, const assay_tboot_step *step)
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
static const assay_predicted_event *base_of_subject(const own *o, const assay_tboot_step *step)
{
    assay_tboot_step first = *step;

    first.time = 0;
    return base_event(o, &first);
}

static const char not_logged[] = "it is not given, and the log has no digest of it in this bank";

static void make_kept(const own *o, const assay_tboot_step *step, assay_event_maker *maker)
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

static int make_policy(const own *o, assay_event_maker *maker)
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

/* tboot's answer when a module's digest is not what the policy wants. */
static void verify_module(const own *o, const assay_tboot_step *step,
                          const assay_event_maker *maker)
{
    const assay_vlp_entry *const entry = step->entry;
    const assay_bytes digest = assay_event_digest_of(&maker->predicted.event, o->extpol.current);

    if (entry == NULL || entry->hash_type == ASSAY_VLP_HASH_ANY || digest.data == NULL)
        return;
    if (o->extpol.mode != ASSAY_TBOOT_FIXED) {
        assay_prediction_remark_on(o->launching->prediction, ASSAY_LAUNCH_VLP, 0, false,
                                   "tboot verifies no module unless extpol= names one algorithm; "
                                   "the digests in its policy are not looked at");
        return;
    }
    for (size_t i = 0; i < entry->num_hashes; i++)
        if (assay_bytes_equal(assay_vlp_hash(o->policy, entry, i), digest))
            return;
    const bool stops =
        assay_vlp_action_after((enum assay_vlp_type)o->policy->type,
                               ASSAY_TBOOT_ERR_MODULE_VERIFICATION_FAILED) == ASSAY_VLP_STOP;
    assay_prediction_remark_on(o->launching->prediction, ASSAY_LAUNCH_MODULE, step->index, stops,
                               stops ? "tboot's policy has no such digest for it, and tboot halts"
                                     : "tboot's policy has no such digest for it; tboot says so "
                                       "and goes on");
}

static int make_module(const own *o, const assay_tboot_step *step, assay_event_maker *maker)
{
    const assay_launch_module *const module =
        step->index < o->launch->module_count ? &o->launch->modules[step->index] : NULL;
    assay_digests digests;
    int status = 0;

    if (module == NULL || module->kept) {
        make_kept(o, step, maker);
        return 0;
    }
    if (o->extpol.mode == ASSAY_TBOOT_AGILE && o->version->agile == ASSAY_TBOOT_AGILE_BROKEN) {
        assay_make_none(maker, &o->banks, "this tboot's extpol=agile hashes memory it never set");
        return 0;
    }
    if (module->digests.count > 0)
        digests = module->digests;
    else
        status =
            assay_tboot_module_digests(o->launching->hashes, o->banks.algs, o->banks.count,
                                       assay_tboot_measured_cmdline(o->version, module->cmdline),
                                       module->image, NULL, NULL, &digests);
    if (status == 0)
        assay_make_known(maker, &o->banks, &digests, "its digest is not given in this bank");
    return status;
}

/* NV indices are measured by SHA-1, since only with a TPM 1.2; a raw one is a digest itself. */
static int make_nv(const own *o, const assay_tboot_step *step, assay_event_maker *maker)
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
            assay_prediction_remark_on(o->launching->prediction, ASSAY_LAUNCH_NV_CONTENT,
                                       step->index, false,
                                       "an index measured raw has 20 bytes; tboot says so, and "
                                       "measures nothing of this one");
        return 0;
    }
    make_kept(o, step, maker);
    return 0;
}

static const enum assay_launch_part part_of_subject[] = {
    [ASSAY_TBOOT_POLICY] = ASSAY_LAUNCH_VLP,
    [ASSAY_TBOOT_MODULE] = ASSAY_LAUNCH_MODULE,
    [ASSAY_TBOOT_NV] = ASSAY_LAUNCH_NV_CONTENT,
};

static int add_step(const own *o, const assay_tboot_step *step)
{
    const assay_predicted_event *const base = base_event(o, step);
    assay_predicted_event predicted = { .part = part_of_subject[step->subject],
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
    if (step->subject == ASSAY_TBOOT_MODULE)
        verify_module(o, step, &maker);
    return maker.predicted.event.digest_count + maker.predicted.unknown_count == 0
               ? 0
               : assay_make_end(&maker, o->launching);
}

static void remark_on_plan(const own *o)
{
    assay_prediction *const prediction = o->launching->prediction;
    const bool stops =
        assay_vlp_action_after((enum assay_vlp_type)o->policy->type,
                               ASSAY_TBOOT_ERR_MODULES_NOT_IN_POLICY) == ASSAY_VLP_STOP;

    if (o->plan.dropped > 0)
        assay_prediction_remark_on(prediction, ASSAY_LAUNCH_VLP, 0, false,
                                   "tboot keeps 32 measurements; what comes after is in no PCR");
    if (o->plan.unlisted > 0)
        assay_prediction_remark_on(prediction, ASSAY_LAUNCH_MODULE, o->plan.unlisted_first, stops,
                                   stops ? "no entry of tboot's policy is for it, and tboot halts"
                                         : "no entry of tboot's policy is for it, so it is in no "
                                           "PCR");
}

static int plan(own *o)
{
    const assay_launch_facts *const facts = &o->launching->facts;
    const bool nv = facts->tpm12 && o->launch->measure_nv && o->version->measures_nv;
    int status = choose_extpol(o);

    if (status == 0)
        status = choose_policy(o);
    if (status == 0)
        status = choose_modules(o);
    if (status < 0)
        return status;
    choose_banks(o);
    assay_tboot_plan_of(o->policy, o->details, o->modules, nv, &o->plan);
    o->base_plan.count = 0;
    if (facts->plan_known)
        assay_tboot_plan_of(o->launching->base_policy, facts->details, facts->modules, facts->nv,
                            &o->base_plan);
    return 0;
}

int assay_predict_tboot(assay_launching *launching, uint16_t lane)
{
    own o = { .launching = launching, .launch = launching->launch, .lane = lane };

    o.details = launching->facts.tpm12 && o.launch->mapping != ASSAY_LAUNCH_MAPPING_KEPT
                    ? o.launch->mapping == ASSAY_LAUNCH_MAPPING_DETAILS
                    : launching->facts.details;
    choose_version(&o);
    int status = plan(&o);
    if (status < 0)
        return status;
    remark_on_plan(&o);
    for (size_t i = 0; i < o.plan.count && status >= 0 && o.banks.count > 0; i++)
        status = add_step(&o, &o.plan.steps[i]);
    return status;
}
