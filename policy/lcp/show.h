/* SPDX-License-Identifier: BSD-2-Clause */
/* Launch control policies for people: lines of text, what the bits mean in words. */
#ifndef ASSAY_POLICY_LCP_SHOW_H
#define ASSAY_POLICY_LCP_SHOW_H

#include "policy/lcp/policy.h"

/** A field a line, at two blanks. */
void assay_lcp_policy_put(assay_writer *writer, const assay_lcp_policy *policy);

/** A list under its number; `hash` for what PolicyHash takes of it, or NULL. */
void assay_lcp_list_put(assay_writer *writer, const assay_lcp_list *list, size_t number,
                        assay_hash *hash);

/** An element under its number, at `indent` blanks. */
void assay_lcp_element_put(assay_writer *writer, const assay_lcp_element *element, size_t number,
                           size_t indent);

#endif
