/* SPDX-License-Identifier: BSD-2-Clause */
/* eventlog/event.h: what makes two events the same. */
#include <criterion/criterion.h>

#include "eventlog/event.h"
#include "eventlog/types.h"

static const uint8_t digest[20] = { 1 }, other_digest[20] = { 2 };

static assay_event sample(void)
{
    return (assay_event){
        .number = 3,
        .offset = 100,
        .pcr_index = 4,
        .type = EV_SEPARATOR,
        .digest_count = 1,
        .digests = { { ASSAY_ALG_SHA1, { digest, sizeof digest } } },
        .data = ASSAY_LITERAL("data"),
    };
}

Test(event, its_number_and_its_place_do_not_count)
{
    const assay_event a = sample();
    assay_event b = sample();

    b.number = 9;
    b.offset = b.data_offset = 900;
    cr_expect(assay_event_equal(&a, &b));
}

Test(event, everything_else_does)
{
    enum { FIELDS = 9 };
    const assay_event a = sample();

    for (int field = 0; field < FIELDS; field++) {
        assay_event b = sample();

        switch (field) {
        case 0: b.pcr_index = 5; break;
        case 1: b.type = EV_ACTION; break;
        case 2: b.only_bank = ASSAY_ALG_SHA1; break;
        case 3: b.digest_count = 0; break;
        case 4: b.data = ASSAY_LITERAL("date"); break;
        case 5: b.digests[0].alg = ASSAY_ALG_SHA256; break;
        case 6: b.digests[0].value.data = other_digest; break;
        case 7: b.label = ASSAY_LITERAL("a label"); break;
        case 8: b.label = ASSAY_LITERAL(""); break;
        }
        cr_expect_not(assay_event_equal(&a, &b), "field %d", field);
        cr_expect_not(assay_event_equal(&b, &a), "field %d", field);
    }
}

Test(event, only_one_without_data_may_leave_its_type_out)
{
    assay_event event = sample();

    event.type = ASSAY_NO_EVENT_TYPE;
    cr_expect(assay_event_states_type(&event), "a type like any that nobody knows");
    event.label = ASSAY_LITERAL("a label");
    cr_expect_not(assay_event_states_type(&event));
    event.type = EV_SEPARATOR;
    cr_expect(assay_event_states_type(&event));
}

Test(event, a_bank_it_has_no_digest_of)
{
    const assay_event event = sample();

    cr_expect_eq(assay_event_digest_of(&event, ASSAY_ALG_SHA1).data, digest);
    cr_expect_null(assay_event_digest_of(&event, ASSAY_ALG_SHA256).data);
}
