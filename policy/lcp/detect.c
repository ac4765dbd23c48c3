/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/show.h"

static bool is_policy(assay_bytes bytes)
{
    assay_lcp_policy policy;

    return assay_lcp_policy_read(&policy, bytes, NULL) == 0;
}

static bool is_list(assay_bytes bytes)
{
    assay_cursor cursor = assay_cursor_of(bytes);
    assay_lcp_list list;

    return assay_lcp_list_read(&cursor, 0, &list, NULL) == 0 && assay_left(&cursor) == 0;
}

static bool is_element(assay_bytes bytes)
{
    assay_cursor cursor = assay_cursor_of(bytes);
    assay_lcp_element element;

    return assay_lcp_element_next(&cursor, 0, &element, NULL) > 0 && assay_left(&cursor) == 0;
}

/* Broken ones: a list's second number is a scheme or an offset, a policy's an algorithm. */
static enum assay_lcp_file guess(assay_bytes bytes)
{
    assay_cursor cursor = assay_cursor_of(bytes);
    const uint16_t version = assay_take_u16le(&cursor);
    const uint16_t second = assay_take_u16le(&cursor);
    const bool list = assay_lcp_list_version_name(version) != NULL;

    if (cursor.failed)
        return ASSAY_LCP_FILE_UNKNOWN;
    if ((second == 0 && version == bytes.size) || (second == 0 && version >> 8 == 0))
        return ASSAY_LCP_FILE_ELEMENT;
    if (list && (version >> 8 == 1 || second == ASSAY_ALG_NULL ||
                 (version >> 8 == 2 && assay_lcp_scheme_find(second) != NULL)))
        return ASSAY_LCP_FILE_LIST;
    if (version >> 8 == 2 || (version >> 8 == 3 && assay_lcp_hash_mask(second) != 0))
        return ASSAY_LCP_FILE_POLICY;
    return list ? ASSAY_LCP_FILE_LIST : ASSAY_LCP_FILE_UNKNOWN;
}

enum assay_lcp_file assay_lcp_detect(assay_bytes bytes)
{
    if (assay_lcp_data_detect(bytes))
        return ASSAY_LCP_FILE_DATA;
    if (is_policy(bytes))
        return ASSAY_LCP_FILE_POLICY;
    if (is_list(bytes))
        return ASSAY_LCP_FILE_LIST;
    return is_element(bytes) ? ASSAY_LCP_FILE_ELEMENT : guess(bytes);
}

const char *assay_lcp_file_name(enum assay_lcp_file file)
{
    static const char *const names[] = {
        [ASSAY_LCP_FILE_UNKNOWN] = "unknown",       [ASSAY_LCP_FILE_POLICY] = "policy",
        [ASSAY_LCP_FILE_DATA] = "policy data file", [ASSAY_LCP_FILE_LIST] = "list",
        [ASSAY_LCP_FILE_ELEMENT] = "element",
    };

    return names[file];
}
