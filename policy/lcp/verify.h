/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is wrong with a launch control policy: every rule of TXT SDG 3.2 to 3.4 and appendices D, E
 * and K that the files alone can be held to, and what is legal and yet hardly meant.
 *
 * A policy lies in the TPM, which protects it; its file is not determined by its data. So which
 * SINIT is the oldest, which algorithms a mask permits and some bits of PolicyControl can be any
 * that are legal: assay_lcp_verify_expect holds a policy to another one.
 */
#ifndef ASSAY_POLICY_LCP_VERIFY_H
#define ASSAY_POLICY_LCP_VERIFY_H

#include "policy/lcp/allows.h"
#include "policy/lcp/recognise.h"

enum assay_lcp_severity { ASSAY_LCP_NOTE, ASSAY_LCP_WARNING, ASSAY_LCP_ERROR };

enum assay_lcp_rule {
#define RULE(token, name, severity, clause, meaning, action) ASSAY_LCP_RULE_##token,
#include "policy/lcp/verify.def"
#undef RULE
    ASSAY_LCP_RULES
};

/** The row of a rule. All strings static. */
typedef struct assay_lcp_rule_info {
    const char *name; /* "policy-hash" */
    enum assay_lcp_severity severity;
    const char *clause;
    const char *meaning; /* one sentence */
    const char *action;  /* what to do, one sentence; or "" */
} assay_lcp_rule_info;

const assay_lcp_rule_info *assay_lcp_rule_describe(enum assay_lcp_rule rule);

/** "note", "warning", "error". */
const char *assay_lcp_severity_name(enum assay_lcp_severity severity);

typedef struct assay_lcp_finding {
    enum assay_lcp_rule rule;
    enum assay_lcp_input input; /* which of the two inputs */
    uint64_t offset;            /* in it, or ASSAY_NO_OFFSET */
    uint32_t list;              /* from 0, or ASSAY_LCP_NO_LIST */
    uint32_t element;           /* of the list, from 0, or ASSAY_LCP_NO_ELEMENT */
    const char *field;          /* the specification's name, static, or NULL */
    char detail[160];           /* a sentence without its full stop; printable ASCII; or "" */
} assay_lcp_finding;

enum { ASSAY_LCP_FINDINGS_PER_RULE = 16 };

/** Of each rule the first findings are kept, and all are counted. */
typedef struct assay_lcp_findings {
    size_t count; /* in the order they were found */
    assay_lcp_finding list[ASSAY_LCP_RULES * ASSAY_LCP_FINDINGS_PER_RULE];
    uint64_t seen[ASSAY_LCP_RULES];
} assay_lcp_findings;

/** How many were found of at least this severity, those not kept included. */
uint64_t assay_lcp_findings_count(const assay_lcp_findings *findings,
                                  enum assay_lcp_severity at_least);

/** What is looked at: a policy, its data, or both; or a list or an element alone. */
typedef struct assay_lcp_subject {
    assay_bytes policy; /* no bytes: none */
    assay_bytes body;   /* the data, list or element; no bytes: none */
    enum assay_lcp_input body_kind;
    enum assay_lcp_index index; /* ASSAY_LCP_INDICES: whose policy it is isn't known */
} assay_lcp_subject;

/**
 * Holds it to all rules; ret_findings is set anew. 0, whatever is found, or -ASSAY_NO_MEMORY or
 * -ASSAY_CRYPTO with `error` filled.
 */
int assay_lcp_verify(const assay_lcp_subject *subject, assay_lcp_findings *ret_findings,
                     assay_error *error);

/**
 * Adds a finding for each field of `actual`, a file of that kind, that is not as in `expected`. 0,
 * or a negative kind with `error` filled: `expected` cannot be read, no memory.
 */
int assay_lcp_verify_expect(enum assay_lcp_input file, assay_bytes expected, assay_bytes actual,
                            assay_lcp_findings *findings, assay_error *error);

#endif
