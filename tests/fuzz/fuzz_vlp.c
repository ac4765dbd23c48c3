/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a verified launch policy, bare or wrapped: refused with a kind and a place, or read,
 * and then the same bytes come out again, from JSON too, and all that is said of it is in bounds.
 */
#include "policy/lcp/vlpwrap.h"
#include "tests/fuzz/vlp_properties.h"

static void check_wrapping(assay_bytes bytes, const assay_vlp_place *place)
{
    assay_writer element = assay_writer_growing(PROPERTY_CEILING);
    assay_vlp_place again;

    must(place->offset + place->policy.size <= bytes.size);
    must(place->wrapping == ASSAY_VLP_BARE || place->policy.data == bytes.data + place->offset);
    assay_vlp_wrap(ASSAY_LCP_CUSTOM2, 0, place->policy, &element);
    must(assay_vlp_locate(assay_written(&element), &again, NULL) == 0);
    must(again.wrapping == ASSAY_VLP_IN_ELEMENT && again.element == ASSAY_LCP_CUSTOM2);
    must(assay_bytes_equal(again.policy, place->policy));
    assay_writer_close(&element);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes bytes = assay_bytes_of(data, size);
    assay_error error = { .kind = 0 };
    assay_vlp_place place;
    assay_vlp policy;

    if (assay_vlp_locate(bytes, &place, &error) < 0) {
        must(error.kind != 0 && error.what[0] != '\0');
        return 0;
    }
    check_wrapping(bytes, &place);
    const int status = assay_vlp_read(&policy, place.policy, &error);
    if (status < 0) {
        must(error.kind == -status && error.what[0] != '\0' && error.field != NULL);
        must(error.offset <= place.policy.size);
        return 0;
    }
    must(assay_vlp_size(&policy) + policy.trailing.size == place.policy.size);
    must_write(&policy, place.policy);
    must_be_sound(&policy);
    return 0;
}
