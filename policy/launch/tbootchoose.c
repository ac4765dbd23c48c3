/* SPDX-License-Identifier: BSD-2-Clause */
/* What tboot's launch will be like: what is given, else what the log says, else tboot's defaults.
 */
#include "eventlog/types.h"
#include "policy/launch/tbootmaking.h"

static int refuse(const assay_tboot_making *o, const char *what)
{
    return assay_fail(o->launching->error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "%s", what);
}

/* What was asked for, what the log says, what the version does by itself: in this order. */
static int choose_extpol(assay_tboot_making *o)
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

static void choose_version(assay_tboot_making *o)
{
    o->version = o->launch->version;
    if (o->version == NULL)
        o->version = o->launching->facts.version;
    if (o->version == NULL)
        o->version = assay_tboot_newest();
}

static int choose_policy(assay_tboot_making *o)
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

static int choose_modules(assay_tboot_making *o)
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
static void choose_banks(assay_tboot_making *o)
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
        assay_prediction_remark_on(o->launching->prediction, ASSAY_PART_VLP, 0, false,
                                   "tboot extends one bank alone, and the log has no such bank: "
                                   "what it measures is in no PCR that the log knows");
}

int assay_tboot_choose(assay_tboot_making *o)
{
    const assay_launch_facts *const facts = &o->launching->facts;

    choose_version(o);
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
