/* SPDX-License-Identifier: BSD-2-Clause */
/* A policy, or a policy data file. */
#include "tests/fuzz/lcp_properties.h"

static void emit_policy(assay_output *out, const assay_lcp_policy *policy)
{
    assay_lcp_policy_emit(out, "policy", policy);
}

static void check_policy(assay_bytes bytes)
{
    assay_lcp_policy policy;
    assay_error error;
    const int status = assay_lcp_policy_read(&policy, bytes, &error);

    must(status == 0 || error.kind == -status);
    if (status < 0)
        return;
    must(assay_lcp_policy_size(policy.version, policy.hash_alg) == bytes.size);
    MUST_WRITE(assay_lcp_policy_encode, &policy, bytes);
    MUST_EMIT(emit_policy, &policy);
    MUST_REPEAT(assay_lcp_policy_put, &policy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes bytes = assay_bytes_of(data, size);
    static assay_lcp_data lists;
    assay_error error;
    const int status = assay_lcp_data_read(&lists, bytes, &error);

    check_policy(bytes);
    must(status == 0 || error.kind == -status);
    must(lists.list_count <= ASSAY_LCP_LISTS_MAX);
    for (size_t i = 0; i < lists.list_count; i++)
        check_list(&lists.lists[i], bytes, true);
    if (status == 0)
        MUST_WRITE(assay_lcp_data_encode, &lists, bytes);
    return 0;
}
