/* SPDX-License-Identifier: BSD-2-Clause */
/* What a platform's log says of the launch it is of: TPM, mapping, and what tboot was told. */
#include "eventlog/types.h"
#include "policy/launch/steps.h"

enum { MODULES_MAX = 64 }; /* more than tboot has room for */

/* The digests of tboot in the log's first lane: those of the only bank, or all. */
typedef struct own_events {
    uint16_t lane;
    size_t count;
    const assay_predicted_event *first;
    uint8_t pcrs[ASSAY_TBOOT_STEPS_MAX];
    bool many; /* more than tboot can measure */
    size_t bank_count;
    uint16_t banks[ASSAY_BANKS_MAX]; /* that some lane's first event has a digest of */
} own_events;

static void add_bank(own_events *own, uint16_t alg)
{
    for (size_t i = 0; i < own->bank_count; i++)
        if (own->banks[i] == alg)
            return;
    if (own->bank_count < ASSAY_BANKS_MAX)
        own->banks[own->bank_count++] = alg;
}

static own_events own_events_of(const assay_prediction *base)
{
    own_events own = { .count = 0 };

    for (size_t i = 0; i < base->count; i++) {
        const assay_event *const event = &base->events[i].event;

        if (event->type != TB_EVTYPE_HASH)
            continue;
        for (size_t d = 0; d < event->digest_count; d++)
            add_bank(&own, event->digests[d].alg);
        if (own.first == NULL) {
            own.first = &base->events[i];
            own.lane = event->only_bank;
        }
        if (event->only_bank != own.lane)
            continue;
        if (own.count == ASSAY_TBOOT_STEPS_MAX)
            own.many = true;
        else
            own.pcrs[own.count++] = (uint8_t)(event->pcr_index & 0xFF);
    }
    return own;
}

/* Which kind of TPM: some events exist for one alone, else the log's form tells. */
static bool is_tpm12(const assay_prediction *base)
{
    for (size_t i = 0; i < base->count; i++) {
        const assay_event *const event = &base->events[i].event;

        if (event->type == TXT_EVTYPE_COMBINED_HASH || event->type == TXT_EVTYPE_ELEMENTS_HASH ||
            event->type == TXT_EVTYPE_LCP_HASH)
            return true;
        if (event->type == TXT_EVTYPE_LCP_DETAILS_HASH || event->only_bank != 0)
            return false;
    }
    return base->header.bank_count == 1 && base->header.banks[0].alg == ASSAY_ALG_SHA1 &&
           base->header.spec_id.signature != 3;
}

static void see_events(const assay_prediction *base, assay_launch_facts *facts)
{
    facts->details = true;
    for (size_t i = 0; i < base->count; i++) {
        const assay_event *const event = &base->events[i].event;

        facts->txt = facts->txt ||
                     (event->type > TXT_EVTYPE_PCRMAPPING && event->type <= TXT_EVTYPE_CAP_VALUE);
        facts->tboot = facts->tboot || event->type == TB_EVTYPE_HASH;
        facts->secure = facts->secure || event->type == SL_EVTYPE_SECURE_LAUNCH;
        if (event->type == TXT_EVTYPE_MLE_HASH && event->pcr_index == 18)
            facts->details = false;
    }
    facts->tpm12 = is_tpm12(base);
    facts->details = facts->details || !facts->tpm12;
}

/* Whether the log's first digest of tboot is of this policy, measured in this way. */
static int is_of(const own_events *own, const assay_vlp *policy, uint16_t current,
                 assay_hashes *hashes, bool *ret_is)
{
    assay_digest digest;

    *ret_is = false;
    if (own->first == NULL || own->first->event.digest_count == 0)
        return 0;
    const assay_event_digest *const logged = &own->first->event.digests[0];
    const int status = assay_vlp_event_digest(policy, hashes, current, logged->alg, &digest);

    *ret_is =
        status == 0 && assay_bytes_equal(logged->value, assay_bytes_of(digest.value, digest.size));
    return status == -ASSAY_UNSUPPORTED ? 0 : status;
}

/* The ways to measure that the banks of tboot's digests leave open, the likelier first. */
static size_t extpols_for(const assay_prediction *base, const own_events *own,
                          assay_tboot_extpol ret_extpols[static 2])
{
    size_t count = 0;

    if (own->bank_count == 1)
        ret_extpols[count++] = (assay_tboot_extpol){ ASSAY_TBOOT_FIXED, own->banks[0] };
    if (own->bank_count > 1 || base->header.bank_count == 1)
        ret_extpols[count++] = (assay_tboot_extpol){ ASSAY_TBOOT_EMBEDDED, ASSAY_ALG_SHA256 };
    return count;
}

typedef struct policy_search {
    const assay_prediction *base;
    const own_events *own;
    assay_hashes *hashes;
    assay_launch_facts *facts;
    assay_vlp *found;
} policy_search;

static int try_policy(const policy_search *search, const assay_tboot_version *version,
                      const assay_vlp *policy, bool builtin)
{
    assay_tboot_extpol extpols[2];
    const size_t count = extpols_for(search->base, search->own, extpols);
    int status = 0;

    for (size_t i = 0; i < count && status == 0 && !search->facts->policy_known; i++) {
        assay_vlp as_read = *policy;
        bool is = false;

        assay_tboot_mend(version, &as_read);
        status = is_of(search->own, &as_read, extpols[i].current, search->hashes, &is);
        if (!is)
            continue;
        search->facts->policy_known = search->facts->extpol_known = true;
        search->facts->builtin = builtin;
        search->facts->version = version;
        search->facts->extpol = extpols[i];
        *search->found = as_read;
    }
    return status;
}

static int try_builtin(const policy_search *search, const assay_tboot_version *version)
{
    assay_vlp policy;

    if (search->facts->tpm12 ? !version->tpm12 : !version->tpm20)
        return 0;
    assay_tboot_builtin(version, search->facts->tpm12, search->facts->details, &policy);
    return try_policy(search, version, &policy, true);
}

/* The policy that was in force: the user's, else one that some version has built in. */
static int find_policy(const policy_search *search, const assay_tboot_version *version,
                       const assay_vlp *policy)
{
    size_t rows = 0;
    int status = 0;

    if (policy != NULL)
        status =
            try_policy(search, version != NULL ? version : assay_tboot_newest(), policy, false);
    if (version != NULL)
        return status < 0 || search->facts->policy_known ? status : try_builtin(search, version);
    while (assay_tboot_version_at(rows) != NULL)
        rows++;
    /* What is newer than the newest release is tried last. */
    for (size_t i = 0; i < rows && status == 0 && !search->facts->policy_known; i++)
        status = try_builtin(search, assay_tboot_version_at((2 * rows - 2 - i) % rows));
    return status;
}

/* How many modules a launch with these events had. */
static void find_plan(const own_events *own, const assay_vlp *policy, assay_launch_facts *facts)
{
    assay_tboot_plan plan;

    for (size_t i = 0; i < 2 * (size_t)MODULES_MAX && !facts->plan_known && !own->many; i++) {
        bool same;

        assay_tboot_plan_of(policy, facts->details, i % MODULES_MAX, i >= MODULES_MAX, &plan);
        same = plan.count == own->count;
        for (size_t s = 0; s < plan.count && same; s++)
            same = plan.steps[s].pcr == own->pcrs[s];
        if (same) {
            facts->plan_known = true;
            facts->modules = i % MODULES_MAX;
            facts->nv = i >= MODULES_MAX;
        }
    }
}

int assay_launch_facts_of(const assay_prediction *base, const assay_tboot_version *version,
                          const assay_vlp *policy, assay_hashes *hashes,
                          assay_launch_facts *ret_facts, assay_vlp *ret_policy)
{
    const own_events own = own_events_of(base);
    const policy_search search = { base, &own, hashes, ret_facts, ret_policy };
    assay_tboot_extpol extpols[2];

    memset(ret_facts, 0, sizeof *ret_facts);
    see_events(base, ret_facts);
    if (!ret_facts->tboot)
        return 0;
    const int status = find_policy(&search, version, policy);
    if (status < 0)
        return status;
    if (ret_facts->policy_known)
        find_plan(&own, ret_policy, ret_facts);
    else if (extpols_for(base, &own, extpols) == 1) {
        ret_facts->extpol_known = true;
        ret_facts->extpol = extpols[0];
    }
    return 0;
}
