/* SPDX-License-Identifier: BSD-2-Clause */
/* verify, allows and diff without memory: they fail, and never call good what they didn't see. */
#include "policy/lcp/diff.h"
#include "tests/allocfail.h"
#include "tests/lcp.h"

static lcp_bytes policy, data, other;
static assay_lcp_findings findings;
static assay_lcp_evaluation evaluation;

static void load(void)
{
    policy = lcp_fixture(LCP_FIXTURES "multi-3.0.pol");
    data = lcp_fixture(LCP_FIXTURES "multi-3.0.dat");
    other = lcp_fixture(LCP_FIXTURES "m201-3.2.dat");
}

/* The last list's signature is bad. Without memory for a hash it may be one that can't be checked,
 * but never one that is good. */
static int verify(void)
{
    const assay_lcp_subject subject = { lcp_view(&policy), lcp_view(&data), ASSAY_LCP_INPUT_DATA,
                                        ASSAY_LCP_INDICES };
    assay_error error;
    const int status = assay_lcp_verify(&subject, &findings, &error);

    cr_expect(status < 0 || assay_lcp_findings_count(&findings, ASSAY_LCP_WARNING) > 0);
    return status;
}

static int evaluate(void)
{
    const assay_lcp_launch launch = {
        .indices = { [ASSAY_LCP_PO] = { .policy = lcp_view(&policy), .data = lcp_view(&data) } },
    };
    assay_error error;
    const int status = assay_lcp_evaluate(&launch, &evaluation, &error);

    cr_expect(status < 0 || evaluation.outcome != ASSAY_LCP_ACCEPTED);
    return status;
}

static void count_change(const assay_lcp_change *change, void *context)
{
    (void)change;
    ++*(unsigned *)context;
}

static int compare(void)
{
    unsigned changes = 0;
    assay_error error;
    int which;
    const int status = assay_lcp_diff(ASSAY_LCP_INPUT_DATA, lcp_view(&data), lcp_view(&other),
                                      count_change, &changes, &which, &error);

    cr_expect(status < 0 || changes > 0);
    return status < 0 ? status : 0;
}

Test(lcp_nomemory, nothing_is_leaked_and_nothing_bad_becomes_good)
{
    load();
    data.data[data.size - 1] ^= 1;
    cr_expect_gt(each_allocation_fails("assay_lcp_verify", verify), 0);
    cr_expect_gt(each_allocation_fails("assay_lcp_evaluate", evaluate), 0);
    cr_expect_gt(each_allocation_fails("assay_lcp_diff", compare), 0);
}
