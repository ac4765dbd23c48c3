/* SPDX-License-Identifier: BSD-2-Clause */
/* What holds of any launch control policy, list and element that is read. */
#ifndef ASSAY_TESTS_FUZZ_LCP_PROPERTIES_H
#define ASSAY_TESTS_FUZZ_LCP_PROPERTIES_H

#include "policy/lcp/emit.h"
#include "policy/lcp/json.h"
#include "policy/lcp/show.h"
#include "tests/fuzz/property.h"

static inline void must_stay_inside(assay_bytes part, assay_bytes whole)
{
    must(part.data == NULL ||
         (part.data >= whole.data && part.data + part.size <= whole.data + whole.size));
}

static inline void put_one_element(assay_writer *writer, const assay_lcp_element *element)
{
    assay_lcp_element_put(writer, element, 0, 2);
}

static inline void emit_one_element(assay_output *out, const assay_lcp_element *element)
{
    assay_lcp_element_emit(out, "element", element);
}

/* Written as it was read, lent from what it was read of, and of as many digests as it says. */
static inline void check_element(const assay_lcp_element *element, assay_bytes whole)
{
    assay_cursor infos = assay_cursor_of(element->infos);
    assay_lcp_pcr_info info;
    size_t count = 0;

    must_stay_inside(element->bytes, whole);
    MUST_WRITE(assay_lcp_element_encode, element, element->bytes);
    MUST_EMIT(emit_one_element, element);
    MUST_REPEAT(put_one_element, element);
    while (assay_lcp_pcr_info_next(element, &infos, &info))
        count++;
    must(element->infos.data == NULL || count == element->count);
    for (size_t i = 0; element->digests.data != NULL && i < element->count; i++)
        must_stay_inside(assay_lcp_element_digest(element, i), whole);
}

static inline void put_one_list(assay_writer *writer, const assay_lcp_list *list)
{
    assay_lcp_list_put(writer, list, 0, NULL);
}

/* Of a list that is sound, or of what is there of another. */
static inline void check_list(const assay_lcp_list *list, assay_bytes whole, bool sound)
{
    assay_cursor walk = assay_lcp_list_elements(list);
    assay_lcp_element element;
    int more;

    must_stay_inside(list->bytes, whole);
    while ((more = assay_lcp_element_next(&walk, list->offset + 8, &element, NULL)) > 0)
        check_element(&element, whole);
    must(more == 0); /* what list_read left of the elements has no fault */
    MUST_REPEAT(put_one_list, list);
    if (sound) {
        must(!list->is_signed || (list->signed_data.data == list->bytes.data &&
                                  list->signed_data.size < list->bytes.size));
        MUST_WRITE(assay_lcp_list_encode, list, list->bytes);
    }
}

#endif
