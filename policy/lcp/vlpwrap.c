/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/vlpwrap.h"

#include "policy/lcp/uuid.h"

enum { UUID_SIZE = 16, POLICY_OFFSET = ASSAY_LCP_ELEMENT_HEADER + UUID_SIZE };

const char *assay_vlp_wrapping_name(enum assay_vlp_wrapping wrapping)
{
    static const char *const names[] = { NULL, "element", "list", "policy data" };

    return names[wrapping];
}

static bool has_policy(const assay_lcp_element *element)
{
    return (element->type == ASSAY_LCP_CUSTOM || element->type == ASSAY_LCP_CUSTOM2) &&
           assay_guid_equal(&element->uuid, &assay_lcp_uuid_tboot);
}

/* Adds what is found to what was found before. */
static void found(assay_vlp_place *place, enum assay_vlp_wrapping wrapping, size_t list,
                  const assay_lcp_element *element)
{
    if (place->wrapping != ASSAY_VLP_BARE) {
        place->others++;
        return;
    }
    *place = (assay_vlp_place){ .wrapping = wrapping,
                                .policy = element->data,
                                .offset = element->offset + POLICY_OFFSET,
                                .element = element->type,
                                .control = element->control,
                                .list = list };
}

/* An element that is all of the input: nothing else begins with its own size and this UUID. */
static bool find_in_element(assay_bytes input, assay_vlp_place *place)
{
    assay_cursor c = assay_cursor_of(input);
    assay_lcp_element element;

    if (assay_take_u32le(&c) != input.size)
        return false;
    c = assay_cursor_of(input);
    if (assay_lcp_element_next(&c, 0, &element, NULL) <= 0 || !has_policy(&element))
        return false;
    found(place, ASSAY_VLP_IN_ELEMENT, 0, &element);
    return true;
}

static void find_in_list(const assay_lcp_list *list, enum assay_vlp_wrapping wrapping,
                         size_t number, assay_vlp_place *place)
{
    assay_cursor elements = assay_lcp_list_elements(list);
    const uint64_t base = list->offset + (uint64_t)(list->elements.data - list->bytes.data);
    assay_lcp_element element;

    while (assay_lcp_element_next(&elements, base, &element, NULL) > 0)
        if (has_policy(&element))
            found(place, wrapping, number, &element);
}

/* A list that is all of the input. */
static bool is_list(assay_bytes input, assay_lcp_list *list)
{
    assay_cursor c = assay_cursor_of(input);

    return assay_lcp_list_read(&c, 0, list, NULL) == 0 && assay_left(&c) == 0;
}

static int none_in(const char *what, assay_error *error)
{
    return assay_fail(error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE,
                      "the %s has no element with a policy of tboot", what);
}

static int find_in_data(assay_bytes input, assay_vlp_place *place, assay_error *error)
{
    assay_lcp_data data;
    const int status = assay_lcp_data_read(&data, input, error);

    for (size_t i = 0; i < data.list_count; i++)
        find_in_list(&data.lists[i], ASSAY_VLP_IN_DATA, i, place);
    if (place->wrapping != ASSAY_VLP_BARE)
        return 0;
    return status < 0 ? status : none_in("policy data file", error);
}

int assay_vlp_locate(assay_bytes input, assay_vlp_place *ret_place, assay_error *error)
{
    assay_lcp_list list;

    *ret_place = (assay_vlp_place){ .policy = input };
    if (assay_lcp_data_detect(input))
        return find_in_data(input, ret_place, error);
    if (find_in_element(input, ret_place) || !is_list(input, &list))
        return 0;
    find_in_list(&list, ASSAY_VLP_IN_LIST, 0, ret_place);
    return ret_place->wrapping == ASSAY_VLP_BARE ? none_in("list", error) : 0;
}

void assay_vlp_wrap(uint32_t type, uint32_t control, assay_bytes policy, assay_writer *out)
{
    const assay_lcp_element element = {
        .type = type, .control = control, .uuid = assay_lcp_uuid_tboot, .data = policy
    };

    assay_lcp_element_encode(out, &element);
}
