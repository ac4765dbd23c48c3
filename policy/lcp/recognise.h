/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which of the four kinds of files of a launch control policy one is: the policy as it lies in NV,
 * the policy data file, a list, an element. Only the second says so itself.
 */
#ifndef ASSAY_POLICY_LCP_RECOGNISE_H
#define ASSAY_POLICY_LCP_RECOGNISE_H

#include "policy/lcp/policy.h"

/** What a file is. */
enum assay_lcp_input {
    ASSAY_LCP_NO_INPUT,
    ASSAY_LCP_INPUT_POLICY,
    ASSAY_LCP_INPUT_DATA,
    ASSAY_LCP_INPUT_LIST,
    ASSAY_LCP_INPUT_ELEMENT
};

/** "policy", "data", "list", "element"; NULL for none. */
const char *assay_lcp_input_name(enum assay_lcp_input file);

/**
 * What the bytes are, or what they were before something damaged a field or two; ASSAY_LCP_NO_INPUT
 * where nothing speaks for any.
 */
enum assay_lcp_input assay_lcp_recognise(assay_bytes bytes);

/**
 * Of two files that belong together: where one is a policy and the other nothing that could be read
 * without a fault, the other is its data, and the other way round.
 */
void assay_lcp_recognise_pair(assay_bytes first, enum assay_lcp_input *first_kind,
                              assay_bytes second, enum assay_lcp_input *second_kind);

#endif
