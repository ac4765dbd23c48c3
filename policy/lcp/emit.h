/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Launch control policies as documents: the shape that assay_lcp_json_read (json.h) reads back to
 * the same bytes. A key that is there only where its bytes aren't as the specification wants them
 * ("reserved", "padding", "after") is missing elsewhere.
 */
#ifndef ASSAY_POLICY_LCP_EMIT_H
#define ASSAY_POLICY_LCP_EMIT_H

#include "base/output.h"
#include "policy/lcp/policy.h"

/** Each as an object; with a NULL key as a member of an array. */
void assay_lcp_policy_emit(assay_output *out, const char *key, const assay_lcp_policy *policy);
void assay_lcp_element_emit(assay_output *out, const char *key, const assay_lcp_element *element);

/**
 * "signature" has the SHA-256 of what was signed, so that a reader learns whether it still is that;
 * 0, or a negative kind of the hash.
 */
int assay_lcp_list_emit(assay_output *out, const char *key, const assay_lcp_list *list,
                        assay_hash *sha256);

/** "lists", and "data" where a policy data file has bytes that none should have. */
int assay_lcp_data_emit(assay_output *out, const assay_lcp_data *data, assay_hash *sha256);

#endif
