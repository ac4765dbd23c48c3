/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/export/tpm/plan.h"

#include "base/hex.h"
#include "base/number.h"
#include "policy/tpm/variants.h"

enum {
    POLICY_REF_MAX = 64, /* TPM2B_NONCE, as long as the longest digest */
    NV_FIRST = 0x01000000, NV_LAST = 0x01FFFFFF,
    /* Readable without the owner, who alone writes; no lockout; written. */
    NV_ATTRIBUTES = 0x22060002,
};

const assay_digest *assay_tpm_branch_policy(const assay_tpm_plan *plan, size_t branch)
{
    return &plan->tree.rows[0].policies[branch];
}

const assay_pcrs *assay_tpm_branch_values(const assay_export_job *job,
                                          const assay_tpm_branch *branch)
{
    return &job->reference->variants[branch->variant].values;
}

/* Settings. */

static int read_hash(assay_tpm_plan *plan, const assay_export_job *job, assay_error *error)
{
    const char *const name = assay_export_setting_of(job, "hash");
    const assay_alg *const alg =
        assay_alg_by_name(name == NULL ? ASSAY_LITERAL("sha256") : assay_bytes_of_string(name));

    if (alg == NULL)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "the setting hash is no algorithm known here");
    plan->hash = alg->id;
    return 0;
}

static int read_policy_ref(assay_tpm_plan *plan, assay_export_job *job, assay_error *error)
{
    const char *const text = assay_export_setting_of(job, "policy-ref");
    const assay_bytes digits = text == NULL ? ASSAY_LITERAL("") : assay_bytes_of_string(text);
    const size_t size = digits.size / 2;
    uint8_t *const bytes = assay_arena_room(&job->arena, POLICY_REF_MAX);

    if (bytes == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory");
    if (size > POLICY_REF_MAX || !assay_hex_decode(digits, bytes, size))
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "the setting policy-ref is not up to %d bytes in hexadecimal",
                          POLICY_REF_MAX);
    plan->policy_ref = assay_bytes_of(bytes, size);
    return 0;
}

static int read_nv_index(assay_tpm_plan *plan, const assay_export_job *job, assay_error *error)
{
    const char *const text = assay_export_setting_of(job, "nv-index");
    uint64_t index;

    if (text == NULL)
        return 0;
    if (!assay_number_read(assay_bytes_of_string(text), NV_LAST, &index) || index < NV_FIRST)
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "the setting nv-index is none of 0x%08x to 0x%08x", NV_FIRST, NV_LAST);
    plan->nv = (assay_txt_nv_public){
        .nv_index = (uint32_t)index,
        .name_alg = ASSAY_ALG_SHA256,
        .attributes = NV_ATTRIBUTES,
        .data_size = (uint16_t)(2 + assay_alg_find(plan->hash)->size),
    };
    return 0;
}

/* Branches. */

static void pick_banks(assay_export_job *job, uint16_t *ret_one, const uint16_t **ret_banks,
                       size_t *ret_count)
{
    if (job->banks_asked && job->bank_count > 1) {
        *ret_banks = job->banks;
        *ret_count = job->bank_count;
        return;
    }
    *ret_one = assay_export_one_bank(job);
    *ret_banks = ret_one;
    *ret_count = *ret_one == 0 ? 0 : 1;
}

/* What the operator should know of the PCRs that a policy binds to. */
static void note_selection(assay_export_job *job, const assay_tpm_branch *branch)
{
    assay_pcr_set all = 0;
    bool weak = branch->selection.count > 0;

    for (size_t i = 0; i < branch->selection.count; i++) {
        all |= branch->selection.banks[i].pcrs;
        weak &= branch->selection.banks[i].alg == ASSAY_ALG_SHA1;
    }
    if (weak)
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "variant %s is bound by SHA-1 values alone, which can be forged",
                             branch->name);
    if (assay_pcr_set_has(all, 16) || assay_pcr_set_has(all, 23))
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "PCR 16 and 23 can be reset by anyone who runs: they bind nothing");
}

/* Whoever seals to what was measured has to know that a credential or an addon more is let in. */
static void note_left(assay_export_job *job, const assay_tpm_branch *branch, const uint16_t *banks,
                      size_t bank_count)
{
    assay_tpm_selection held;
    assay_pcr_set left = 0;
    char text[ASSAY_PCR_SET_TEXT];

    assay_tpm_select_held(&held, job->reference, branch->variant, banks, bank_count, job->pcrs);
    for (size_t i = 0; i < held.count; i++)
        left |= held.banks[i].pcrs;
    for (size_t i = 0; i < branch->selection.count; i++)
        left &= ~branch->selection.banks[i].pcrs;
    if (left != 0)
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "variant %s measures nothing into PCR %s, and the policy leaves them "
                             "free: name them with -p, and a boot that does is refused",
                             branch->name, assay_pcr_set_text(left, text));
}

/* PolicyPCR of each PCR of the selection by itself. */
static int assert_each(assay_digest *policy, const assay_tpm_branch *branch,
                       const assay_export_job *job, assay_error *error)
{
    const assay_tpm_selection *const all = &branch->selection;
    int failed = 0;

    for (size_t i = 0; i < all->count; i++)
        for (unsigned pcr = 0; pcr < ASSAY_PCRS && failed == 0; pcr++) {
            const assay_tpm_selection one = { 1,
                                              { { all->banks[i].alg, (assay_pcr_set)1 << pcr } } };

            if (assay_pcr_set_has(all->banks[i].pcrs, pcr))
                failed = assay_tpm_policy_pcr(policy, &one, assay_tpm_branch_values(job, branch),
                                              job->hashes, error);
        }
    return failed;
}

static int assert_values(assay_digest *policy, const assay_tpm_branch *branch,
                         const assay_export_job *job, bool each, assay_error *error)
{
    return each ? assert_each(policy, branch, job, error)
                : assay_tpm_policy_pcr(policy, &branch->selection,
                                       assay_tpm_branch_values(job, branch), job->hashes, error);
}

static int make_branch(assay_tpm_branch *branch, assay_digest *ret_policy, assay_export_job *job,
                       const assay_tpm_plan *plan, const assay_tpm_dialect *dialect,
                       const uint16_t *banks, size_t bank_count, assay_error *error)
{
    const assay_pcr_set pcrs = job->pcrs_asked
                                   ? job->pcrs
                                   : job->pcrs & assay_tpm_pcrs_of(job->reference, branch->variant);

    if (assay_tpm_branch_values(job, branch)->measurement_registers)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "variant %zu holds measurement registers, and a TPM has PCRs",
                          branch->variant + 1);
    branch->name = job->reference->variants[branch->variant].name;
    assay_tpm_select_held(&branch->selection, job->reference, branch->variant, banks, bank_count,
                          pcrs);
    if (branch->selection.count == 0)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "variant %zu holds no value of the banks and PCRs that are wanted",
                          branch->variant + 1);
    note_selection(job, branch);
    if (!job->pcrs_asked)
        note_left(job, branch, banks, bank_count);
    const int failed = assay_tpm_policy_begin(ret_policy, plan->hash, job->hashes, error);
    return failed != 0 ? failed : assert_values(ret_policy, branch, job, dialect->each, error);
}

/* A variant is free to measure what it likes where it is bound to nothing. */
static void note_free(assay_export_job *job, const assay_tpm_plan *plan)
{
    assay_pcr_set bound[ASSAY_VARIANTS_MAX] = { 0 }, all = 0;

    for (size_t i = 0; i < plan->count; i++) {
        const assay_tpm_selection *const selection = &plan->branches[i].selection;
        for (size_t bank = 0; bank < selection->count; bank++)
            bound[i] |= selection->banks[bank].pcrs;
        all |= bound[i];
    }
    for (size_t i = 0; i < plan->count; i++) {
        const assay_pcr_set unbound = all & ~bound[i];
        char pcrs[ASSAY_PCR_SET_TEXT];

        if (unbound != 0)
            assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                                 "PCR %s, which others bind, variant %s is not bound to: a boot of "
                                 "it may have any value there",
                                 assay_pcr_set_text(unbound, pcrs), plan->branches[i].name);
    }
}

static int make_branches(assay_tpm_plan *plan, assay_export_job *job,
                         const assay_tpm_dialect *dialect, assay_error *error)
{
    const size_t count = assay_export_variant_count(job);
    assay_digest *const policies = assay_arena_room(&job->arena, count * sizeof *policies);
    const uint16_t *banks;
    size_t bank_count;
    uint16_t one;

    plan->branches = assay_arena_room(&job->arena, count * sizeof *plan->branches);
    if (plan->branches == NULL || policies == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory");
    pick_banks(job, &one, &banks, &bank_count);
    for (size_t i = 0; i < job->reference->variant_count; i++) {
        assay_tpm_branch *const branch = &plan->branches[plan->count];

        if (!assay_export_has_variant(job, i))
            continue;
        branch->variant = i;
        const int failed = make_branch(branch, &policies[plan->count], job, plan, dialect, banks,
                                       bank_count, error);
        if (failed != 0)
            return failed;
        plan->count++;
    }
    note_free(job, plan);
    return assay_tpm_or_plant(&plan->tree, policies, plan->count, &job->arena, job->hashes, error);
}

/* What stands above the branches. */

static int sign_branch(assay_tpm_plan *plan, size_t place, assay_export_job *job,
                       const assay_tpm_dialect *dialect, assay_error *error)
{
    uint8_t signature[ASSAY_KEY_SIGNATURE_MAX];
    assay_digest approval;
    int status = assay_tpm_approval(&approval, dialect->how.name_alg,
                                    assay_tpm_branch_policy(plan, place), plan->policy_ref,
                                    job->hashes, error);

    if (status != 0)
        return status;
    status = assay_key_sign(job->key, dialect->scheme, &approval, signature, error);
    if (status < 0)
        return status;
    return assay_arena_keep(&job->arena, assay_bytes_of(signature, (size_t)status),
                            &plan->branches[place].signature)
               ? 0
               : assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory");
}

static int authorize(assay_tpm_plan *plan, assay_export_job *job, const assay_tpm_dialect *dialect,
                     assay_error *error)
{
    int failed =
        assay_tpm_key_name(&plan->key_name, job->key, &dialect->how, job->hashes, error);

    if (failed == 0 && dialect->scheme == 0)
        failed = assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                            "policies are signed with RSA, or with ECDSA on P-256 or P-384");
    for (size_t i = 0; i < plan->count && failed == 0; i++)
        failed = sign_branch(plan, i, job, dialect, error);
    if (failed != 0)
        return failed;
    plan->scheme = dialect->scheme;
    assay_export_note_on(
        job, ASSAY_EXPORT_ADVICE,
        "a signed policy stays good for as long as the secret is sealed to the "
        "key: to retire a boot, seal anew with another policy-ref, or use nv-index");
    return assay_tpm_policy_authorize(&plan->policy, &plan->key_name, plan->policy_ref, job->hashes,
                                      error);
}

static int authorize_nv(assay_tpm_plan *plan, assay_export_job *job, assay_error *error)
{
    const int failed = assay_tpm_nv_name(&plan->nv_name, &plan->nv, job->hashes, error);

    if (failed != 0)
        return failed;
    assay_export_note_on(
        job, ASSAY_EXPORT_ADVICE,
        "whoever has the owner's authorization of the TPM can write another policy "
        "into NV index 0x%08x: set one",
        plan->nv.nv_index);
    return assay_tpm_policy_authorize_nv(&plan->policy, &plan->nv_name, job->hashes, error);
}

static enum assay_tpm_how how_of(const assay_tpm_plan *plan, const assay_export_job *job)
{
    if (plan->nv.nv_index != 0)
        return ASSAY_TPM_HOW_NV;
    if (job->key != NULL)
        return ASSAY_TPM_HOW_AUTHORIZE;
    return plan->count > 1 ? ASSAY_TPM_HOW_OR : ASSAY_TPM_HOW_PCR;
}

static int make_top(assay_tpm_plan *plan, assay_export_job *job, const assay_tpm_dialect *dialect,
                    assay_error *error)
{
    plan->how = how_of(plan, job);
    plan->policy = *assay_tpm_or_policy(&plan->tree);
    if (plan->how == ASSAY_TPM_HOW_NV)
        return authorize_nv(plan, job, error);
    return plan->how == ASSAY_TPM_HOW_AUTHORIZE ? authorize(plan, job, dialect, error) : 0;
}

int assay_tpm_plan_make(assay_tpm_plan *ret_plan, assay_export_job *job,
                        const assay_tpm_dialect *dialect, assay_error *error)
{
    assay_tpm_plan plan = { 0 };
    int failed = read_hash(&plan, job, error);

    if (failed == 0)
        failed = read_policy_ref(&plan, job, error);
    if (failed == 0)
        failed = read_nv_index(&plan, job, error);
    if (failed == 0 && plan.nv.nv_index != 0 && job->key != NULL)
        failed = assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                            "a policy is authorized by a key or by an NV index: give one of both");
    if (failed == 0)
        failed = make_branches(&plan, job, dialect, error);
    if (failed == 0)
        failed = make_top(&plan, job, dialect, error);
    if (failed != 0)
        return failed;
    assay_export_note_unheld(job);
    *ret_plan = plan;
    return 0;
}
