/* SPDX-License-Identifier: BSD-2-Clause */
/* What is legal in a verified launch policy and probably not meant. */
#ifndef ASSAY_POLICY_LCP_VLPLINT_H
#define ASSAY_POLICY_LCP_VLPLINT_H

#include "eventlog/finding.h"
#include "policy/lcp/vlp.h"

/** Each with the name that JSON gives it and what to do about it. */
enum assay_vlp_remark_code {
#define REMARK(token, name, severity, action) ASSAY_VLP_##token,
#include "policy/lcp/vlpremarks.def"
#undef REMARK
    ASSAY_VLP_REMARKS
};

typedef struct assay_vlp_remark {
    enum assay_vlp_remark_code code;
    size_t entry;     /* its position, or ASSAY_VLP_NO_ENTRY */
    char detail[160]; /* a sentence without its full stop; printable ASCII */
} assay_vlp_remark;

/** Receives the remarks one by one, in the order of the entries. */
typedef void assay_vlp_remark_sink(void *context, const assay_vlp_remark *remark);

void assay_vlp_lint(const assay_vlp *policy, assay_vlp_remark_sink *sink, void *context);

/** "shadowed" ... Static. */
const char *assay_vlp_remark_name(enum assay_vlp_remark_code code);

enum assay_severity assay_vlp_remark_severity(enum assay_vlp_remark_code code);

/** What to do about it, one sentence. Static. */
const char *assay_vlp_remark_action(enum assay_vlp_remark_code code);

#endif
