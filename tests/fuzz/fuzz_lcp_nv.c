/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as what an NV index holds, and as a policy and its data that are to go there: u8 act
 * (bits 0-1), force (bit 2), index (bits 4-6); u16 size of the policy; the policy; the rest its
 * data.
 */
#include "policy/lcp/nv.h"
#include "tests/fuzz/fuzz.h"

static assay_lcp_nv_survey survey;
static assay_lcp_nv_plan plan;

static void tell(assay_bytes bytes)
{
    char text[256];
    assay_writer words = assay_writer_lent(text, sizeof text);
    const char *field = NULL;
    size_t offset;

    assay_lcp_nv_describe(&words, bytes);
    demand(words.failure == 0 && words.used > 0, "bytes are described in few words");
    for (size_t i = 0; i < words.used; i++)
        demand(text[i] >= ' ' && text[i] <= '~', "in plain ones");
    demand(!assay_lcp_nv_difference(bytes, bytes, &field, &offset), "nothing differs from itself");
    if (bytes.size == 0)
        return;
    const assay_bytes shorter = assay_bytes_of(bytes.data, bytes.size - 1);
    demand(assay_lcp_nv_difference(bytes, shorter, &field, &offset) && field != NULL &&
               offset == shorter.size,
           "the first difference is found, and has a name");
}

/* The index has the same bytes as its policy, or the first half of them. */
static void provision(assay_lcp_nv_state *state, uint32_t index, assay_bytes content, bool half)
{
    *state = (assay_lcp_nv_state){
        .area = { .index = index, .name_alg = ASSAY_ALG_SHA256, .attributes = 0x2204000A }
    };
    if (content.size > sizeof state->content) { /* a large index that was not read */
        state->defined = true;
        state->area.size = UINT16_MAX;
        return;
    }
    state->defined = state->known = true;
    state->area.size = (uint16_t)(half ? content.size / 2 : content.size);
    memcpy(state->content, content.data, state->area.size);
}

static void judge(const assay_lcp_nv_wish *wish)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_error error;

    demand(hashes != NULL, "memory");
    const int status = assay_lcp_nv_plan_make(&plan, &survey, wish, hashes, &error);
    assay_hashes_free(&hashes);
    if (status < 0)
        return;
    const bool refused = assay_lcp_nv_plan_refused(&plan);
    demand(!refused || plan.step_count == 0, "what is refused is not done");
    for (size_t i = 0; i < plan.objection_count; i++)
        demand(memchr(plan.objections[i].detail, '\0', sizeof plan.objections[i].detail) != NULL,
               "details end");
    for (size_t i = 0; i < plan.step_count; i++)
        if (plan.steps[i] == ASSAY_LCP_NV_STEP_WRITE)
            demand(plan.size <= sizeof plan.content && plan.size >= wish->policy.size &&
                       memcmp(plan.content, wish->policy.data, wish->policy.size) == 0,
                   "what is written is the policy");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    assay_cursor c = assay_cursor_of(assay_bytes_of(data, size));
    const uint8_t choice = assay_take_u8(&c);
    const uint16_t policy_size = assay_take_u16le(&c);
    const unsigned role = (choice >> 4 & 7) % ASSAY_LCP_NV_ROLES;
    assay_lcp_nv_wish wish = { .act = choice & 3, .force = (choice >> 2 & 1) != 0 };

    if (c.failed)
        return 0;
    wish.policy = assay_take_up_to(&c, policy_size);
    wish.data = assay_left(&c) > 0 ? assay_take_rest(&c) : ASSAY_NO_BYTES;
    wish.index = assay_lcp_nv_index((enum assay_lcp_nv_role)role, ASSAY_LCP_NV_NEW);
    memset(&survey, 0, sizeof survey);
    judge(&wish);
    provision(&survey.states[role][ASSAY_LCP_NV_NEW], wish.index, wish.policy, (choice & 8) != 0);
    judge(&wish);
    tell(wish.policy);
    tell(wish.data.data != NULL ? wish.data : ASSAY_NO_BYTES);
    return 0;
}
