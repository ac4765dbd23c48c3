/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which of the four kinds of files one is. What reads without a fault is that; of damaged ones each
 * kind has more than one sign, so that one wrong field doesn't hide it.
 */
#include "policy/lcp/recognise.h"

static bool reads_as_policy(assay_bytes bytes)
{
    assay_lcp_policy policy;

    return assay_lcp_policy_read(&policy, bytes, NULL) == 0;
}

static bool reads_as_list(assay_bytes bytes)
{
    assay_cursor cursor = assay_cursor_of(bytes);
    assay_lcp_list list;

    return assay_lcp_list_read(&cursor, 0, &list, NULL) == 0 && assay_left(&cursor) == 0;
}

static bool reads_as_element(assay_bytes bytes)
{
    assay_cursor cursor = assay_cursor_of(bytes);
    assay_lcp_element element;

    return assay_lcp_element_next(&cursor, 0, &element, NULL) > 0 && assay_left(&cursor) == 0 &&
           assay_lcp_element_name(element.type) != NULL;
}

static bool looks_like_data(assay_bytes bytes)
{
    static const char wanted[32] = "Intel(R) TXT LCP_POLICY_DATA";
    unsigned equal = 0;

    for (size_t i = 0; i < sizeof wanted && i < bytes.size; i++)
        equal += bytes.data[i] == (uint8_t)wanted[i];
    return equal >= 24;
}

static bool has_policy_size(assay_bytes bytes)
{
    return bytes.size == ASSAY_LCP_POLICY_SIZE || bytes.size == ASSAY_LCP_POLICY2_FIXED + 20 ||
           bytes.size == ASSAY_LCP_POLICY2_FIXED + 32 ||
           bytes.size == ASSAY_LCP_POLICY2_FIXED + 48 || bytes.size == ASSAY_LCP_POLICY2_FIXED + 64;
}

static bool has_list_version(assay_bytes bytes)
{
    assay_cursor cursor = assay_cursor_of(bytes);

    return assay_lcp_list_version_name(assay_take_u16le(&cursor)) != NULL;
}

static bool list_size_fits(assay_bytes bytes)
{
    assay_cursor cursor = assay_cursor_of(bytes);

    assay_take_u32le(&cursor);
    const uint32_t size = assay_take_u32le(&cursor);
    return !cursor.failed && size > 0 && size <= assay_left(&cursor);
}

static bool element_size_fits(assay_bytes bytes)
{
    assay_cursor cursor = assay_cursor_of(bytes);

    return assay_take_u32le(&cursor) == bytes.size && bytes.size >= ASSAY_LCP_ELEMENT_HEADER;
}

static bool element_type_fits(assay_bytes bytes)
{
    assay_cursor cursor = assay_cursor_of(bytes);

    assay_take_u32le(&cursor);
    const uint32_t type = assay_take_u32le(&cursor);
    return !cursor.failed && bytes.size >= ASSAY_LCP_ELEMENT_HEADER &&
           assay_lcp_element_name(type) != NULL;
}

static bool version_is_policys(assay_bytes bytes)
{
    assay_cursor cursor = assay_cursor_of(bytes);

    return assay_lcp_policy_version_name(assay_take_u16le(&cursor)) != NULL;
}

static bool looks_like_policy(assay_bytes bytes)
{
    return version_is_policys(bytes) && has_policy_size(bytes);
}

enum assay_lcp_input assay_lcp_recognise(assay_bytes bytes)
{
    static const struct {
        bool (*is)(assay_bytes bytes);
        enum assay_lcp_input kind;
    } signs[] = {
        { assay_lcp_data_detect, ASSAY_LCP_INPUT_DATA },
        { reads_as_list, ASSAY_LCP_INPUT_LIST },
        { reads_as_policy, ASSAY_LCP_INPUT_POLICY },
        { reads_as_element, ASSAY_LCP_INPUT_ELEMENT },
        { looks_like_data, ASSAY_LCP_INPUT_DATA },
        { element_size_fits, ASSAY_LCP_INPUT_ELEMENT },
        { looks_like_policy, ASSAY_LCP_INPUT_POLICY },
        { has_list_version, ASSAY_LCP_INPUT_LIST },
        { has_policy_size, ASSAY_LCP_INPUT_POLICY },
        { list_size_fits, ASSAY_LCP_INPUT_LIST },
        { element_type_fits, ASSAY_LCP_INPUT_ELEMENT },
        { version_is_policys, ASSAY_LCP_INPUT_POLICY },
    };

    for (size_t i = 0; bytes.size > 0 && i < sizeof signs / sizeof *signs; i++)
        if (signs[i].is(bytes))
            return signs[i].kind;
    return ASSAY_LCP_NO_INPUT;
}

static bool reads(assay_bytes bytes)
{
    return reads_as_list(bytes) || reads_as_policy(bytes) || reads_as_element(bytes) ||
           assay_lcp_data_detect(bytes);
}

static void correct(enum assay_lcp_input known, assay_bytes bytes, enum assay_lcp_input *kind)
{
    if (reads(bytes))
        return;
    if (known == ASSAY_LCP_INPUT_DATA)
        *kind = ASSAY_LCP_INPUT_POLICY;
    if (known == ASSAY_LCP_INPUT_POLICY)
        *kind = ASSAY_LCP_INPUT_DATA;
}

void assay_lcp_recognise_pair(assay_bytes first, enum assay_lcp_input *first_kind,
                              assay_bytes second, enum assay_lcp_input *second_kind)
{
    correct(*first_kind, second, second_kind);
    correct(*second_kind, first, first_kind);
}

const char *assay_lcp_input_name(enum assay_lcp_input file)
{
    static const char *const names[] = { NULL, "policy", "data", "list", "element" };

    return names[file];
}
