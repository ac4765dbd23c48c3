/* SPDX-License-Identifier: BSD-2-Clause */
/* A file against the one that was reviewed. */
#include "policy/lcp/diff.h"
#include "policy/lcp/verify_private.h"

#include <stdio.h>

typedef struct expecting {
    assay_lcp_findings *findings;
    enum assay_lcp_input kind;
} expecting;

static void find_change(const assay_lcp_change *change, void *context)
{
    const expecting *const e = context;
    const lcp_place place = { e->kind, change->offset, change->list_actual, change->element_actual,
                              change->field };
    char text[160];

    snprintf(text, sizeof text, "%s: expected %.60s, is %.60s", assay_lcp_change_name(change->kind),
             change->expected[0] == '\0' ? "none" : change->expected,
             change->actual[0] == '\0' ? "none" : change->actual);
    lcp_findings_add(e->findings, ASSAY_LCP_RULE_DIFFERS, place, text);
}

int assay_lcp_verify_expect(enum assay_lcp_input kind, assay_bytes expected, assay_bytes actual,
                            assay_lcp_findings *findings, assay_error *error)
{
    expecting e = { findings, kind };
    const lcp_place nowhere = { kind, ASSAY_NO_OFFSET, ASSAY_LCP_NO_LIST, ASSAY_LCP_NO_ELEMENT,
                                NULL };
    int which;
    const int status = assay_lcp_diff(kind, expected, actual, find_change, &e, &which, error);

    if (status >= 0)
        return 0;
    if (status == -ASSAY_NO_MEMORY || which == 0)
        return status;
    lcp_findings_add(findings, ASSAY_LCP_RULE_DIFFERS, nowhere, "it can't be read");
    return 0;
}
