/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/allows.h"

#include "policy/lcp/engine.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAJOR_UNKNOWN = ASSAY_LCP_MAJOR_UNKNOWN };

static const assay_lcp_reason_info infos[ASSAY_LCP_REASON_CODES] = {
#define REASON(token, name, outcome, major, minor, minor_known, clause, meaning, action)           \
    [ASSAY_LCP_REASON_##token] = {                                                                 \
        name, ASSAY_LCP_##outcome, major, minor, minor_known, clause, meaning, action              \
    },
#include "policy/lcp/allows.def"
#undef REASON
};

const assay_lcp_reason_info *assay_lcp_reason_describe(enum assay_lcp_reason_code code)
{
    return &infos[code];
}

const char *assay_lcp_index_name(enum assay_lcp_index index)
{
    static const char *const names[] = { "PO", "PS", "" };

    return names[index];
}

const char *assay_lcp_outcome_name(enum assay_lcp_outcome outcome)
{
    static const char *const names[] = { "accepted", "refused", "unknown" };

    return names[outcome];
}

const char *assay_lcp_kind_name(enum assay_lcp_kind kind)
{
    static const char *const names[] = { "MLE", "PO PCONF", "PS PCONF", "SBIOS", "STM" };

    return names[kind];
}

/*
 * TXT.ERRORCODE of software, valid, of SINIT, class 6. SINITMinVersion of an element has no row in
 * the table, that of an index has.
 */
static void set_errorcode(assay_lcp_evaluation *evaluation, enum assay_lcp_reason_code code,
                          engine_place place)
{
    enum { INTEGRITY_PO = 7, INTEGRITY_PS = 8, LIST_SHIFT = 6 };
    const assay_lcp_reason_info *const info = &infos[code];
    uint32_t major = info->major, minor = info->minor, known = info->minor_known;

    if (major == 0)
        return;
    evaluation->errorcode = 0xC0000001 | 6 << 4;
    evaluation->errorcode_known = 0xC00083FF;
    if (major == ASSAY_LCP_MAJOR_UNKNOWN ||
        (code == ASSAY_LCP_REASON_SINIT_REVOKED && place.element != ASSAY_LCP_NO_ELEMENT))
        return;
    if (major == INTEGRITY_PO && place.index == ASSAY_LCP_PS)
        major = INTEGRITY_PS;
    if (info->major == INTEGRITY_PO && place.list != ASSAY_LCP_NO_LIST) {
        minor = place.list << LIST_SHIFT;
        known = 0xFC0;
    }
    evaluation->errorcode |= minor << 16 | major << 10;
    evaluation->errorcode_known |= 0x7C00 | known << 16;
}

static void count_outcome(assay_lcp_evaluation *evaluation, enum assay_lcp_reason_code code,
                          engine_place place)
{
    const assay_lcp_reason_info *const info = &infos[code];

    if (info->outcome == ASSAY_LCP_REFUSED && evaluation->outcome != ASSAY_LCP_REFUSED) {
        evaluation->outcome = ASSAY_LCP_REFUSED;
        set_errorcode(evaluation, code, place);
    }
    if (info->outcome == ASSAY_LCP_UNKNOWN && evaluation->outcome == ASSAY_LCP_ACCEPTED)
        evaluation->outcome = ASSAY_LCP_UNKNOWN;
}

void engine_reason(lcp_engine *engine, enum assay_lcp_reason_code code, engine_place place,
                   const char *format, ...)
{
    assay_lcp_evaluation *const evaluation = engine->evaluation;
    va_list arguments;

    count_outcome(evaluation, code, place);
    if (evaluation->reasons_seen++ >= ASSAY_LCP_REASONS_MAX)
        return;
    assay_lcp_reason *const reason = &evaluation->reasons[evaluation->reason_count++];
    reason->code = code;
    reason->index = place.index;
    reason->list = place.list;
    reason->element = place.element;
    va_start(arguments, format);
    vsnprintf(reason->detail, sizeof reason->detail, format, arguments);
    va_end(arguments);
}

bool engine_has_hash(const lcp_engine *engine, uint16_t alg)
{
    const uint16_t bit = assay_lcp_hash_mask(alg);

    return engine->launch->acm_hash_algs == 0 ? bit != 0
                                              : (engine->launch->acm_hash_algs & bit) != 0;
}

bool engine_has_sign(const lcp_engine *engine, uint32_t bit)
{
    return engine->launch->acm_sign_algs == 0 ? assay_lcp_sign_mask_name(bit) != NULL
                                              : (engine->launch->acm_sign_algs & bit) != 0;
}

bool engine_looks_at(const lcp_engine *engine, const assay_lcp_element *element)
{
    return assay_lcp_element_is_new(element->type) != engine->launch->tpm12;
}

uint16_t engine_policy_alg(const assay_lcp_policy *policy)
{
    return policy->version >> 8 < 3 && policy->hash_alg == 0 ? ASSAY_ALG_SHA1 : policy->hash_alg;
}

static void evaluate(lcp_engine *engine)
{
    assay_lcp_evaluation *const evaluation = engine->evaluation;

    engine_check_index(engine, ASSAY_LCP_PS);
    engine_check_index(engine, ASSAY_LCP_PO);
    for (int i = 0; i < ASSAY_LCP_INDICES; i++) {
        const engine_side *const side = &engine->sides[i];

        evaluation->has[i] = side->has_policy;
        if (side->has_policy && side->policy.sinit_min_version > evaluation->sinit_min_version)
            evaluation->sinit_min_version = side->policy.sinit_min_version;
    }
    engine_check_npw(engine);
    engine_check_data(engine, ASSAY_LCP_PS);
    engine_check_data(engine, ASSAY_LCP_PO);
    engine_enforce(engine);
}

int assay_lcp_evaluate(const assay_lcp_launch *launch, assay_lcp_evaluation *ret_evaluation,
                       assay_error *error)
{
    lcp_engine *const engine = calloc(1, sizeof *engine);

    if (engine == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory to judge a launch");
    memset(ret_evaluation, 0, sizeof *ret_evaluation);
    engine->launch = launch;
    engine->evaluation = ret_evaluation;
    engine->error = error;
    engine->hashes = assay_hashes_new();
    if (engine->hashes == NULL)
        engine->status =
            assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory to judge a launch");
    else
        evaluate(engine);
    assay_hashes_free(&engine->hashes);
    const int status = engine->status;
    free(engine);
    return status;
}
