/* SPDX-License-Identifier: BSD-2-Clause */
/* Launches that are put together by hand, for the tests of what SINIT says to them. */
#ifndef ASSAY_TESTS_LCP_SCENE_H
#define ASSAY_TESTS_LCP_SCENE_H

#include "policy/lcp/allows.h"

#include "tests/lcp.h"

/** One side: elements of one unsigned list, and the policy over it. */
typedef struct side {
    bool defined;
    assay_lcp_policy policy;
    uint16_t list_version;
    uint8_t buffer[LCP_BYTES];
    assay_writer elements;
    lcp_bytes data_bytes, policy_bytes;
    uint16_t name_alg;
} side;

typedef struct scene {
    side sides[ASSAY_LCP_INDICES];
    assay_lcp_launch launch;
    assay_lcp_evaluation evaluation;
} scene;

static inline side *define(scene *s, enum assay_lcp_index index)
{
    side *const side = &s->sides[index];

    side->defined = true;
    side->policy = lcp_plain_policy();
    side->list_version = ASSAY_LCP_LIST_2_1;
    side->elements = assay_writer_lent(side->buffer, sizeof side->buffer);
    return side;
}

static inline side *define_any(scene *s, enum assay_lcp_index index)
{
    side *const side = define(s, index);

    side->policy.policy_type = ASSAY_LCP_TYPE_ANY;
    return side;
}

static inline void put_mle(side *side, uint8_t byte)
{
    const assay_digest digest = lcp_digest(ASSAY_ALG_SHA256, byte);

    lcp_put_element(&side->elements, ASSAY_LCP_MLE2, 0, 0, &digest);
}

/** MLE 0x11.., SINIT 30, no STM. */
static inline scene *new_scene(void)
{
    scene *const s = calloc(1, sizeof *s);

    cr_assert_not_null(s);
    s->launch.mle[0] = lcp_digest(ASSAY_ALG_SHA256, 0x11);
    s->launch.sinit_version_known = true;
    s->launch.sinit_version = 30;
    s->launch.stm_known = true;
    return s;
}

static inline void provision(scene *s, enum assay_lcp_index index)
{
    side *const side = &s->sides[index];

    if (!side->defined)
        return;
    if (side->policy.policy_type == ASSAY_LCP_TYPE_LIST && side->data_bytes.size == 0) {
        const lcp_bytes list = lcp_list(side->list_version, &side->elements);

        side->data_bytes = lcp_data(1, &list);
    }
    side->policy_bytes = lcp_policy(side->policy, &side->data_bytes);
    s->launch.indices[index] = (assay_lcp_provision){ .policy = lcp_view(&side->policy_bytes),
                                                      .data = lcp_view(&side->data_bytes),
                                                      .name_alg = side->name_alg };
}

static inline enum assay_lcp_outcome evaluate(scene *s)
{
    assay_error error;

    provision(s, ASSAY_LCP_PO);
    provision(s, ASSAY_LCP_PS);
    cr_assert_eq(assay_lcp_evaluate(&s->launch, &s->evaluation, &error), 0, "%s", error.what);
    return s->evaluation.outcome;
}

static inline bool says(const scene *s, enum assay_lcp_reason_code code)
{
    for (size_t i = 0; i < s->evaluation.reason_count; i++)
        if (s->evaluation.reasons[i].code == code)
            return true;
    return false;
}

#define expect_accepted(s)                                                                         \
    cr_expect_eq(evaluate(s), ASSAY_LCP_ACCEPTED, "first reason: %s",                              \
                 assay_lcp_reason_describe((s)->evaluation.reasons[0].code)->name)

#define expect_refused(s, reason)                                                                  \
    do {                                                                                           \
        cr_expect_eq(evaluate(s), ASSAY_LCP_REFUSED);                                              \
        cr_expect(says(s, ASSAY_LCP_REASON_##reason), #reason);                                    \
    } while (0)

/** Table I-4 has no row for these: SINIT (1), class 6, an ACM (bit 15), valid, external. */
static inline void expect_class_alone(const scene *s)
{
    cr_expect_eq(s->evaluation.errorcode, 0xC0000061);
    cr_expect_eq(s->evaluation.errorcode_known, 0xC00083FF);
}

#endif
