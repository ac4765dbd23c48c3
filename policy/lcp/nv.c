/* SPDX-License-Identifier: BSD-2-Clause */
/* The indices of a launch, and what a TPM has of them. */
#include "policy/lcp/nv.h"

#include "base/number.h"

#include <strings.h>

enum {
    OWNERS = ASSAY_TPMA_NV_OWNERWRITE | ASSAY_TPMA_NV_POLICYWRITE | ASSAY_TPMA_NV_AUTHREAD |
             ASSAY_TPMA_NV_NO_DA,
    /* tboot writes its error at each launch, without any password (its tpm_20.c). */
    ANYBODYS = ASSAY_TPMA_NV_AUTHWRITE | ASSAY_TPMA_NV_AUTHREAD | ASSAY_TPMA_NV_NO_DA,
};

/*
 * The owner's attributes: SDG appendix J, table J-2 (whose "owner policy" is whatever policy digest
 * the owner chooses; none is common). tboot reads its
 * policy without a password and wants it not to be PPWRITE; the owner's attributes fit, and are
 * what published provisioning scripts give it. Sizes of tboot's: its docs/policy_v2.txt.
 */
static const assay_lcp_nv_kind kinds[ASSAY_LCP_NV_ROLES] = {
    [ASSAY_LCP_NV_PO] = { "po", "platform owner's policy", ASSAY_NV_PO, true, OWNERS, 70 },
    [ASSAY_LCP_NV_PS] = { "ps", "platform supplier's policy", ASSAY_NV_PS, false, 0, 0 },
    [ASSAY_LCP_NV_AUX] = { "aux", "launch auxiliary", ASSAY_NV_AUX, false, 0, 0 },
    [ASSAY_LCP_NV_SGX] = { "sgx", "security version for SGX", ASSAY_NV_SGX, false, 0, 0 },
    [ASSAY_LCP_NV_VL] = { "vl", "tboot's verified launch policy", ASSAY_NV_TBOOT_VL, true, OWNERS,
                          256 },
    [ASSAY_LCP_NV_ERROR] = { "error", "tboot's last error", ASSAY_NV_TBOOT_ERROR, true, ANYBODYS,
                             8 },
};

const assay_lcp_nv_kind *assay_lcp_nv_kind_of(enum assay_lcp_nv_role role)
{
    return &kinds[role];
}

uint32_t assay_lcp_nv_index(enum assay_lcp_nv_role role, enum assay_lcp_nv_range range)
{
    return assay_nv_role_describe(kinds[role].nv_role)->handles[range == ASSAY_LCP_NV_NEW];
}

bool assay_lcp_nv_find(uint32_t index, enum assay_lcp_nv_role *ret_role,
                       enum assay_lcp_nv_range *ret_range)
{
    for (unsigned role = 0; role < ASSAY_LCP_NV_ROLES; role++)
        for (unsigned range = 0; range < ASSAY_LCP_NV_RANGES; range++)
            if (assay_lcp_nv_index((enum assay_lcp_nv_role)role, (enum assay_lcp_nv_range)range) ==
                index) {
                *ret_role = (enum assay_lcp_nv_role)role;
                *ret_range = (enum assay_lcp_nv_range)range;
                return true;
            }
    return false;
}

bool assay_lcp_nv_parse(const char *text, enum assay_lcp_nv_range range, uint32_t *ret_index)
{
    enum { NV_FIRST = 0x01000000, NV_LAST = 0x01FFFFFF };
    uint64_t number;

    for (unsigned role = 0; role < ASSAY_LCP_NV_ROLES; role++)
        if (strcasecmp(text, kinds[role].name) == 0) {
            *ret_index = assay_lcp_nv_index((enum assay_lcp_nv_role)role, range);
            return true;
        }
    if (!assay_number_read(assay_bytes_of_string(text), NV_LAST, &number) || number < NV_FIRST)
        return false;
    *ret_index = (uint32_t)number;
    return true;
}

void assay_lcp_nv_judge_area(const assay_tpm_nv *area, assay_nv_verdict *ret_verdict)
{
    const assay_txt_nv_public index = { .defined = true,
                                        .nv_index = area->index,
                                        .name_alg = area->name_alg,
                                        .attributes = area->attributes,
                                        .auth_policy =
                                            assay_bytes_of(area->policy, area->policy_size),
                                        .data_size = area->size };

    assay_nv_judge(&index, ret_verdict);
}

assay_bytes assay_lcp_nv_content(const assay_lcp_nv_state *state)
{
    return state->known ? assay_bytes_of(state->content, state->area.size) : ASSAY_NO_BYTES;
}

/*
 * By whom an index is read. Where a wrong password is counted (no NO_DA) the index's own is not
 * tried unless it was given.
 */
static bool reader_of(const assay_tpm_nv *area, const assay_lcp_nv_passwords *passwords,
                      assay_tpm_auth *ret_auth)
{
    const bool harmless =
        (area->attributes & ASSAY_TPMA_NV_NO_DA) != 0 || passwords->index.data != NULL;

    if ((area->attributes & ASSAY_TPMA_NV_AUTHREAD) != 0 && harmless)
        *ret_auth = (assay_tpm_auth){ ASSAY_TPM_BY_INDEX, passwords->index };
    else if ((area->attributes & ASSAY_TPMA_NV_OWNERREAD) != 0)
        *ret_auth = (assay_tpm_auth){ ASSAY_TPM_BY_OWNER, passwords->owner };
    else
        return false;
    return true;
}

static int look_at(assay_tpm *tpm, uint32_t index, const assay_lcp_nv_passwords *passwords,
                   assay_lcp_nv_state *state, assay_error *error)
{
    assay_tpm_auth auth;
    const int status = assay_tpm_nv_public(tpm, index, &state->area, error);

    *state = (assay_lcp_nv_state){ .defined = status > 0, .area = state->area };
    if (status <= 0 || (state->area.attributes & ASSAY_TPMA_NV_WRITTEN) == 0)
        return status < 0 ? status : 0;
    state->unreadable = true;
    if (state->area.size > sizeof state->content || !reader_of(&state->area, passwords, &auth))
        return 0;
    if (assay_tpm_nv_read(tpm, index, &auth, state->content, state->area.size, error) == 0) {
        state->known = true;
        state->unreadable = false;
    } else
        state->refused = assay_tpm_last(tpm);
    return 0;
}

int assay_lcp_nv_look(assay_tpm *tpm, const assay_lcp_nv_passwords *passwords,
                      assay_lcp_nv_survey *survey, assay_error *error)
{
    int status = 0;

    for (unsigned role = 0; role < ASSAY_LCP_NV_ROLES && status == 0; role++)
        for (unsigned range = 0; range < ASSAY_LCP_NV_RANGES && status == 0; range++)
            status = look_at(
                tpm,
                assay_lcp_nv_index((enum assay_lcp_nv_role)role, (enum assay_lcp_nv_range)range),
                passwords, &survey->states[role][range], error);
    if (status == 0 && survey->other_index != 0)
        status = look_at(tpm, survey->other_index, passwords, &survey->other, error);
    return status;
}

const assay_lcp_nv_state *assay_lcp_nv_state_of(const assay_lcp_nv_survey *survey, uint32_t index)
{
    enum assay_lcp_nv_role role;
    enum assay_lcp_nv_range range;

    if (assay_lcp_nv_find(index, &role, &range))
        return &survey->states[role][range];
    return index == survey->other_index && index != 0 ? &survey->other : NULL;
}

enum assay_lcp_nv_range assay_lcp_nv_range_in_use(const assay_lcp_nv_survey *survey,
                                                  bool *ret_certain)
{
    static const enum assay_lcp_nv_role order[] = { ASSAY_LCP_NV_AUX, ASSAY_LCP_NV_PS,
                                                    ASSAY_LCP_NV_SGX, ASSAY_LCP_NV_PO,
                                                    ASSAY_LCP_NV_VL };

    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        const bool new = survey->states[order[i]][ASSAY_LCP_NV_NEW].defined;
        const bool old = survey->states[order[i]][ASSAY_LCP_NV_OLD].defined;

        if (new == old)
            continue;
        /* What firmware made says which its modules read; what an owner made says what he thought.
         */
        *ret_certain = !kinds[order[i]].owners;
        return new ? ASSAY_LCP_NV_NEW : ASSAY_LCP_NV_OLD;
    }
    *ret_certain = false;
    return ASSAY_LCP_NV_NEW;
}
