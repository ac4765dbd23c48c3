/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/tpm/policy.h"

/* TPM_CC of the assertions, TPM 2.0 Part 2, 6.5.2. */
enum {
    CC_POLICY_NV = 0x00000149,
    CC_POLICY_AUTHORIZE = 0x0000016A,
    CC_POLICY_AUTH_VALUE = 0x0000016B,
    CC_POLICY_OR = 0x00000171,
    CC_POLICY_PCR = 0x0000017F,
    CC_POLICY_AUTHORIZE_NV = 0x00000192,
};

enum {
    SELECTION_MAX = 4 + ASSAY_ALGS * 6,
    VALUES_MAX = ASSAY_ALGS * ASSAY_PCRS * ASSAY_DIGEST_MAX,
};

static int find_hash(assay_hashes *hashes, uint16_t alg, assay_hash **ret_hash, assay_error *error)
{
    const int failed = assay_hashes_get(hashes, alg, ret_hash);
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    return failed == 0 ? 0
                       : assay_fail(error, (enum assay_kind)-failed, ASSAY_NOWHERE,
                                    "%s can't be computed", assay_alg_name(alg, unknown));
}

/* H(parts) as a digest; parts may lie in what is written to. */
static int hash_parts(assay_digest *ret_digest, uint16_t alg, const assay_bytes *parts,
                      size_t count, assay_hashes *hashes, assay_error *error)
{
    assay_digest digest = { .alg = alg };
    assay_hash *hash;
    int failed = find_hash(hashes, alg, &hash, error);

    if (failed != 0)
        return failed;
    digest.size = (uint16_t)assay_hash_size(hash);
    failed = assay_hash_parts(hash, parts, count, digest.value);
    if (failed != 0)
        return assay_fail(error, (enum assay_kind)-failed, ASSAY_NOWHERE, "hashing failed");
    *ret_digest = digest;
    return 0;
}

enum { ASSERTION_PARTS = 3 };

/* policy = H(policy | command code | parts), from zeros where the command resets the policy. */
static int assert_parts(assay_digest *policy, bool reset, uint32_t command,
                        const assay_bytes parts[static ASSERTION_PARTS], assay_hashes *hashes,
                        assay_error *error)
{
    static const uint8_t zeros[ASSAY_DIGEST_MAX];
    const uint8_t code[] = { (uint8_t)(command >> 24), (uint8_t)(command >> 16),
                             (uint8_t)(command >> 8), (uint8_t)command };
    const assay_bytes all[] = { assay_bytes_of(reset ? zeros : policy->value, policy->size),
                                assay_bytes_of(code, sizeof code), parts[0], parts[1], parts[2] };

    return hash_parts(policy, policy->alg, all, sizeof all / sizeof *all, hashes, error);
}

int assay_tpm_policy_begin(assay_digest *ret_policy, uint16_t alg, assay_hashes *hashes,
                           assay_error *error)
{
    assay_hash *hash;
    const int failed = find_hash(hashes, alg, &hash, error);

    if (failed != 0)
        return failed;
    *ret_policy = (assay_digest){ .alg = alg, .size = (uint16_t)assay_hash_size(hash) };
    return 0;
}

int assay_tpm_pcr_digest(assay_digest *ret_digest, uint16_t alg,
                         const assay_tpm_selection *selection, const assay_pcrs *values,
                         assay_hashes *hashes, assay_error *error)
{
    uint8_t buffer[VALUES_MAX];
    assay_writer writer = assay_writer_lent(buffer, sizeof buffer);

    if (assay_tpm_selection_count(selection) == 0)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "no PCR is selected");
    const int failed = assay_tpm_selection_put_values(&writer, selection, values, error);
    if (failed != 0)
        return failed;
    const assay_bytes written = assay_written(&writer);
    return hash_parts(ret_digest, alg, &written, 1, hashes, error);
}

int assay_tpm_policy_pcr(assay_digest *policy, const assay_tpm_selection *selection,
                         const assay_pcrs *values, assay_hashes *hashes, assay_error *error)
{
    uint8_t buffer[SELECTION_MAX];
    assay_writer writer = assay_writer_lent(buffer, sizeof buffer);
    assay_digest digest = { .size = 0 };
    const int failed = assay_tpm_pcr_digest(&digest, policy->alg, selection, values, hashes, error);

    if (failed != 0)
        return failed;
    assay_tpm_selection_put(&writer, selection);
    return assert_parts(policy, false, CC_POLICY_PCR,
                        (assay_bytes[]){ assay_written(&writer), assay_tpm_policy_bytes(&digest),
                                         ASSAY_NO_BYTES },
                        hashes, error);
}

int assay_tpm_policy_or(assay_digest *policy, const assay_digest *branches, size_t count,
                        assay_hashes *hashes, assay_error *error)
{
    uint8_t buffer[ASSAY_TPM_OR_MAX * ASSAY_DIGEST_MAX];
    assay_writer writer = assay_writer_lent(buffer, sizeof buffer);

    if (count < ASSAY_TPM_OR_MIN || count > ASSAY_TPM_OR_MAX)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "a PolicyOR has 2 to 8 branches, not %zu", count);
    for (size_t i = 0; i < count; i++) {
        if (branches[i].alg != policy->alg)
            return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                              "branch %zu is a policy of another hash", i + 1);
        assay_put(&writer, assay_tpm_policy_bytes(&branches[i]));
    }
    return assert_parts(
        policy, true, CC_POLICY_OR,
        (assay_bytes[]){ assay_written(&writer), ASSAY_NO_BYTES, ASSAY_NO_BYTES }, hashes, error);
}

/* Part 3, 23.2.3: what names an entity is asserted first, and the reference over that, always. */
int assay_tpm_policy_authorize(assay_digest *policy, const assay_tpm_name *key_name,
                               assay_bytes policy_ref, assay_hashes *hashes, assay_error *error)
{
    assay_digest named = *policy;
    const int failed = assert_parts(
        &named, true, CC_POLICY_AUTHORIZE,
        (assay_bytes[]){ assay_tpm_name_bytes(key_name), ASSAY_NO_BYTES, ASSAY_NO_BYTES }, hashes,
        error);

    if (failed != 0)
        return failed;
    return hash_parts(policy, policy->alg,
                      (assay_bytes[]){ assay_tpm_policy_bytes(&named), policy_ref }, 2, hashes,
                      error);
}

int assay_tpm_approval(assay_digest *ret_digest, uint16_t name_alg, const assay_digest *approved,
                       assay_bytes policy_ref, assay_hashes *hashes, assay_error *error)
{
    return hash_parts(ret_digest, name_alg,
                      (assay_bytes[]){ assay_tpm_policy_bytes(approved), policy_ref }, 2, hashes,
                      error);
}

int assay_tpm_policy_nv(assay_digest *policy, const assay_tpm_name *nv_name, assay_bytes operand,
                        uint16_t offset, uint16_t operation, assay_hashes *hashes,
                        assay_error *error)
{
    const uint8_t numbers[] = { (uint8_t)(offset >> 8), (uint8_t)offset, (uint8_t)(operation >> 8),
                                (uint8_t)operation };
    assay_digest arguments;
    const int failed = hash_parts(
        &arguments, policy->alg,
        (assay_bytes[]){ operand, assay_bytes_of(numbers, sizeof numbers) }, 2, hashes, error);

    if (failed != 0)
        return failed;
    return assert_parts(policy, false, CC_POLICY_NV,
                        (assay_bytes[]){ assay_tpm_policy_bytes(&arguments),
                                         assay_tpm_name_bytes(nv_name), ASSAY_NO_BYTES },
                        hashes, error);
}

int assay_tpm_policy_authorize_nv(assay_digest *policy, const assay_tpm_name *nv_name,
                                  assay_hashes *hashes, assay_error *error)
{
    return assert_parts(
        policy, true, CC_POLICY_AUTHORIZE_NV,
        (assay_bytes[]){ assay_tpm_name_bytes(nv_name), ASSAY_NO_BYTES, ASSAY_NO_BYTES }, hashes,
        error);
}

int assay_tpm_policy_auth_value(assay_digest *policy, assay_hashes *hashes, assay_error *error)
{
    return assert_parts(policy, false, CC_POLICY_AUTH_VALUE,
                        (assay_bytes[]){ ASSAY_NO_BYTES, ASSAY_NO_BYTES, ASSAY_NO_BYTES }, hashes,
                        error);
}
