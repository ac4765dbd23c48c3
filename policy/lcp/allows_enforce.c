/* SPDX-License-Identifier: BSD-2-Clause */
/* The policy engine's enforcement (TXT SDG K.2): MLE, PCONF, SBIOS, STM, each to its first match.
 */
#include "policy/lcp/engine.h"

/* PolicyControl of the owner's policy. */
enum { PS_PCONF_ENFORCED = 1u << 3 };

/* Trying one element. */

static const assay_digest *digest_of(const assay_digest *digests, uint16_t alg)
{
    for (size_t i = 0; i < ASSAY_ALGS; i++)
        if (digests[i].size != 0 && digests[i].alg == alg)
            return &digests[i];
    return NULL;
}

static bool has_any(const assay_digest *digests)
{
    for (size_t i = 0; i < ASSAY_ALGS; i++)
        if (digests[i].size != 0)
            return true;
    return false;
}

static enum engine_try try_digests(const assay_lcp_element *element, const assay_digest *digests,
                                   assay_lcp_match *ret_match)
{
    const assay_digest *const wanted = digest_of(digests, element->hash_alg);

    if (wanted == NULL)
        return element->count == 0 && element->fallback.data == NULL ? ENGINE_NO_MATCH
                                                                     : ENGINE_UNDECIDED;
    const assay_bytes value = assay_bytes_of(wanted->value, wanted->size);
    ret_match->digest = *wanted;
    for (uint32_t i = 0; i < element->count; i++)
        if (assay_bytes_equal(assay_lcp_element_digest(element, i), value)) {
            ret_match->entry = i;
            return ENGINE_MATCH;
        }
    ret_match->fallback =
        element->fallback.data != NULL && assay_bytes_equal(element->fallback, value);
    return ret_match->fallback ? ENGINE_MATCH : ENGINE_NO_MATCH;
}

static enum engine_try try_element(lcp_engine *engine, enum engine_type type,
                                   const assay_lcp_element *element, assay_lcp_match *ret_match)
{
    switch (type) {
    case TYPE_MLE:
        return try_digests(element, engine->launch->mle, ret_match);
    case TYPE_PCONF:
        return engine_try_pconf(engine, element, ret_match);
    case TYPE_SBIOS:
        /* The AUX index has one digest: what is of another algorithm is not met. */
        if (has_any(engine->launch->bios) &&
            digest_of(engine->launch->bios, element->hash_alg) == NULL)
            return ENGINE_NO_MATCH;
        return try_digests(element, engine->launch->bios, ret_match);
    case TYPE_STM:
        return try_digests(element, engine->launch->stm, ret_match);
    }
    return ENGINE_NO_MATCH;
}

/* Scanning one policy data file for one type. */

typedef struct scan {
    bool present;  /* such elements were met */
    bool required; /* one of them must match: SBIOS with digests, all others */
    bool undecided;
    assay_lcp_element element; /* that matched */
    assay_lcp_match match;
} scan;

static scan scan_file(lcp_engine *engine, enum assay_lcp_index index, enum engine_type type)
{
    engine_walk w = { .engine = engine, .index = index, .type = type };
    scan s = { 0 };

    while (engine->sides[index].has_data && !s.match.matched && engine_walk_next(&w, &s.element)) {
        s.present = true;
        s.required = s.required || type != TYPE_SBIOS || s.element.count > 0;
        s.match = (assay_lcp_match){
            .index = index, .list = w.list, .element = w.element, .control = s.element.control
        };
        const enum engine_try result = try_element(engine, type, &s.element, &s.match);
        s.match.matched = result == ENGINE_MATCH;
        s.undecided = s.undecided || result == ENGINE_UNDECIDED;
    }
    return s;
}

static engine_place place_of(const assay_lcp_match *match)
{
    return (engine_place){ match->index, match->list, match->element };
}

/* Keeps a match, and says so; an element before it that could not be decided might be the first. */
static void keep(lcp_engine *engine, enum assay_lcp_kind kind, enum engine_type type, const scan *s)
{
    engine->evaluation->matches[kind] = s->match;
    engine_reason(engine, engine_types[type].match, place_of(&s->match), "%s",
                  s->match.fallback ? "by FallbackHash" : "");
    if (s->undecided)
        engine_reason(engine, engine_types[type].unknown, engine_at(s->match.index),
                      "an element before the one that matches could not be tried");
}

/* What a type comes to when nothing matched. */
static void conclude(lcp_engine *engine, enum engine_type type, bool required, bool undecided,
                     engine_place place)
{
    if (undecided)
        engine_reason(engine, engine_types[type].unknown, place, "%s", "");
    else if (required)
        engine_reason(engine, engine_types[type].no_match, place, "%s", "");
    else
        engine_reason(engine, engine_types[type].none, place, "%s", "");
}

/* MLE. */

static void check_matching_mle(lcp_engine *engine, const scan *s)
{
    const assay_lcp_launch *const launch = engine->launch;
    assay_lcp_evaluation *const evaluation = engine->evaluation;
    const uint8_t least = s->element.sinit_min_version;
    const engine_place place = place_of(&s->match);

    if (least > evaluation->sinit_min_version)
        evaluation->sinit_min_version = least;
    if (!launch->sinit_version_known) {
        if (least > 0)
            engine_reason(engine, ASSAY_LCP_REASON_SINIT_UNKNOWN, place, "the element wants %u",
                          least);
    } else if (least > launch->sinit_version)
        engine_reason(engine, ASSAY_LCP_REASON_SINIT_REVOKED, place,
                      "AcmVersion %u, and the element wants %u", launch->sinit_version, least);
    if ((s->element.control & ASSAY_LCP_ELT_STM_REQUIRED) == 0 || launch->stm_present)
        return;
    engine_reason(engine,
                  launch->stm_known ? ASSAY_LCP_REASON_STM_REQUIRED
                                    : ASSAY_LCP_REASON_STM_REQUIRED_UNKNOWN,
                  place, "%s", "");
}

/* MLE and STM: the owner's file, then the supplier's unless the owner has it ignored. */
static void enforce_union(lcp_engine *engine, enum engine_type type, enum assay_lcp_kind kind)
{
    scan s = scan_file(engine, ASSAY_LCP_PO, type);
    bool required = s.required, undecided = s.undecided;

    if (!s.match.matched && engine->evaluation->ignore_ps[kind]) {
        if (engine->sides[ASSAY_LCP_PS].has_data)
            engine_reason(engine, ASSAY_LCP_REASON_PS_IGNORED, engine_at(ASSAY_LCP_PO), "%s",
                          assay_lcp_kind_name(kind));
    } else if (!s.match.matched) {
        s = scan_file(engine, ASSAY_LCP_PS, type);
        required = required || s.required;
        undecided = undecided || s.undecided;
    }
    s.undecided = undecided;
    if (!s.match.matched) {
        conclude(engine, type, required, undecided, ENGINE_NOWHERE);
        return;
    }
    keep(engine, kind, type, &s);
    if (type == TYPE_MLE)
        check_matching_mle(engine, &s);
}

static void enforce_mle(lcp_engine *engine)
{
    if (engine->sides[ASSAY_LCP_PO].has_data)
        enforce_union(engine, TYPE_MLE, ASSAY_LCP_KIND_MLE);
    else
        engine_reason(engine, ASSAY_LCP_REASON_MLE_ANY, engine_at(ASSAY_LCP_PS), "%s", "");
}

/* PCONF. */

static bool pconf_enforced(const lcp_engine *engine)
{
    const engine_side *const po = &engine->sides[ASSAY_LCP_PO];

    return !engine->launch->tpm12 && po->has_policy && po->policy.version >> 8 >= 3 &&
           (po->policy.policy_control & PS_PCONF_ENFORCED) != 0;
}

/* TXT SDG table 3-1 with PS_Pconf_Enforced: each file that has such elements must match. */
static void enforce_both(lcp_engine *engine, const scan *po)
{
    const scan ps = scan_file(engine, ASSAY_LCP_PS, TYPE_PCONF);

    if (po->match.matched)
        keep(engine, ASSAY_LCP_KIND_PO_PCONF, TYPE_PCONF, po);
    else if (po->present)
        conclude(engine, TYPE_PCONF, true, po->undecided, engine_at(ASSAY_LCP_PO));
    if (ps.match.matched)
        keep(engine, ASSAY_LCP_KIND_PS_PCONF, TYPE_PCONF, &ps);
    else if (ps.present)
        conclude(engine, TYPE_PCONF, true, ps.undecided, engine_at(ASSAY_LCP_PS));
    if (!po->present && !ps.present)
        conclude(engine, TYPE_PCONF, false, false, ENGINE_NOWHERE);
}

static void enforce_either(lcp_engine *engine, scan *po)
{
    const bool ignored = engine->evaluation->ignore_ps[ASSAY_LCP_KIND_PS_PCONF];
    scan ps = { 0 };

    if (po->match.matched) {
        keep(engine, ASSAY_LCP_KIND_PO_PCONF, TYPE_PCONF, po);
        return;
    }
    if (!ignored)
        ps = scan_file(engine, ASSAY_LCP_PS, TYPE_PCONF);
    else if (engine->sides[ASSAY_LCP_PS].has_data)
        engine_reason(engine, ASSAY_LCP_REASON_PS_IGNORED, engine_at(ASSAY_LCP_PO), "PCONF");
    ps.undecided = ps.undecided || po->undecided;
    if (ps.match.matched)
        keep(engine, ASSAY_LCP_KIND_PS_PCONF, TYPE_PCONF, &ps);
    else
        conclude(engine, TYPE_PCONF, po->required || ps.required, ps.undecided, ENGINE_NOWHERE);
}

static void enforce_pconf(lcp_engine *engine)
{
    const bool enforced = pconf_enforced(engine);
    scan po = scan_file(engine, ASSAY_LCP_PO, TYPE_PCONF);

    if (enforced && engine->evaluation->ignore_ps[ASSAY_LCP_KIND_PS_PCONF] &&
        engine->sides[ASSAY_LCP_PO].has_data)
        engine_reason(engine, ASSAY_LCP_REASON_PCONF_CONFLICT, engine_at(ASSAY_LCP_PO), "%s", "");
    else if (enforced)
        enforce_both(engine, &po);
    else
        enforce_either(engine, &po);
}

/* SBIOS and STM. */

static void enforce_sbios(lcp_engine *engine)
{
    const scan s = scan_file(engine, ASSAY_LCP_PS, TYPE_SBIOS);

    if (s.match.matched)
        keep(engine, ASSAY_LCP_KIND_SBIOS, TYPE_SBIOS, &s);
    else if (s.present && !s.required)
        engine_reason(engine, ASSAY_LCP_REASON_SBIOS_PROMOTED, engine_at(ASSAY_LCP_PS), "%s", "");
    else
        conclude(engine, TYPE_SBIOS, s.required, s.undecided, engine_at(ASSAY_LCP_PS));
}

static void enforce_stm(lcp_engine *engine)
{
    if (engine->launch->stm_known && !engine->launch->stm_present)
        engine_reason(engine, ASSAY_LCP_REASON_STM_ABSENT, ENGINE_NOWHERE, "%s", "");
    else
        enforce_union(engine, TYPE_STM, ASSAY_LCP_KIND_STM);
}

void engine_enforce(lcp_engine *engine)
{
    const assay_lcp_evaluation *const e = engine->evaluation;

    engine_find_effective(engine);
    if (e->any) {
        engine_reason(engine,
                      e->has[ASSAY_LCP_PO] || e->has[ASSAY_LCP_PS] ? ASSAY_LCP_REASON_ANY
                                                                   : ASSAY_LCP_REASON_NO_POLICY,
                      ENGINE_NOWHERE, "%s", "");
        return;
    }
    engine_find_ignored(engine);
    enforce_mle(engine);
    enforce_pconf(engine);
    enforce_sbios(engine);
    enforce_stm(engine);
    engine_find_authorities(engine);
}
