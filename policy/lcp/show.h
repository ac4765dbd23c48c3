/* SPDX-License-Identifier: BSD-2-Clause */
/* Launch control policies for people: lines of text, what the bits mean in words. */
#ifndef ASSAY_POLICY_LCP_SHOW_H
#define ASSAY_POLICY_LCP_SHOW_H

#include "policy/lcp/policy.h"

enum assay_lcp_file {
    ASSAY_LCP_FILE_UNKNOWN,
    ASSAY_LCP_FILE_POLICY,
    ASSAY_LCP_FILE_DATA,
    ASSAY_LCP_FILE_LIST,
    ASSAY_LCP_FILE_ELEMENT,
};

/**
 * What a file is: which of the readers takes all of it; where none does, which one its first bytes
 * are for, so that its complaint says what is wrong.
 */
enum assay_lcp_file assay_lcp_detect(assay_bytes bytes);

/** "policy", "policy data file", "list", "element". Static. */
const char *assay_lcp_file_name(enum assay_lcp_file file);

/** A field a line, at two blanks. */
void assay_lcp_policy_put(assay_writer *writer, const assay_lcp_policy *policy);

/** A list under its number; `hash` for what PolicyHash takes of it, or NULL. */
void assay_lcp_list_put(assay_writer *writer, const assay_lcp_list *list, size_t number,
                        assay_hash *hash);

/** An element under its number, at `indent` blanks. */
void assay_lcp_element_put(assay_writer *writer, const assay_lcp_element *element, size_t number,
                           size_t indent);

#endif
