/* SPDX-License-Identifier: BSD-2-Clause */
/* policy/lcp/vlpwrap.h: where a verified launch policy lies in a launch control policy. */
#include <criterion/criterion.h>

#include "policy/lcp/vlpwrap.h"
#include "tests/vlp.h"

#define UUID "410693c3 cbe3 404f d791 27f8b9e25c86"
#define OTHER "04030201 0605 0807 0a09 0b0c0d0e0f10"
#define POLICY "02 02 0b 01000000 00000000 00" /* 12 bytes */
#define ANOTHER "02 00 0b 01000000 00000000 00"
#define ELEMENT(type, uuid, policy) "28000000 " type "000000 00000000" uuid policy /* 40 bytes */
#define DATA "496e74656c285229205458542 04c43505f504f4c4943595f44415441 00000000 000000"

typedef struct row {
    const char *sentence, *digits;
    enum assay_vlp_wrapping wrapping;
    uint64_t offset;
    uint32_t element;
    size_t list, others;
    uint8_t type; /* of the policy that is found */
} row;

static const row rows[] = {
    { "bare", POLICY, ASSAY_VLP_BARE, 0, 0, 0, 0, ASSAY_VLP_HALT },
    { "in a custom element", ELEMENT("03", UUID, POLICY), ASSAY_VLP_IN_ELEMENT, 28,
      ASSAY_LCP_CUSTOM, 0, 0, ASSAY_VLP_HALT },
    { "in a custom element of TPM 2.0", ELEMENT("13", UUID, POLICY), ASSAY_VLP_IN_ELEMENT, 28,
      ASSAY_LCP_CUSTOM2, 0, 0, ASSAY_VLP_HALT },
    { "in a list 1.0", "0001 00 00 28000000" ELEMENT("03", UUID, POLICY), ASSAY_VLP_IN_LIST, 36,
      ASSAY_LCP_CUSTOM, 0, 0, ASSAY_VLP_HALT },
    { "in a list 2.0, behind another's",
      "0002 1000 50000000" ELEMENT("13", OTHER, ANOTHER) ELEMENT("13", UUID, POLICY),
      ASSAY_VLP_IN_LIST, 76, ASSAY_LCP_CUSTOM2, 0, 0, ASSAY_VLP_HALT },
    { "in a list 2.1, whose version begins as a policy does",
      "0102 1000 28000000" ELEMENT("13", UUID, POLICY), ASSAY_VLP_IN_LIST, 36, ASSAY_LCP_CUSTOM2, 0,
      0, ASSAY_VLP_HALT },
    { "in a list 3.0", "0003 0000 28000000" ELEMENT("13", UUID, POLICY), ASSAY_VLP_IN_LIST, 36,
      ASSAY_LCP_CUSTOM2, 0, 0, ASSAY_VLP_HALT },
    { "the first of two",
      "0002 1000 50000000" ELEMENT("13", UUID, ANOTHER) ELEMENT("03", UUID, POLICY),
      ASSAY_VLP_IN_LIST, 36, ASSAY_LCP_CUSTOM2, 0, 1, ASSAY_VLP_NONFATAL },
    { "in the second list of policy data",
      DATA "02 0002 1000 28000000" ELEMENT("13", OTHER, ANOTHER) "0002 1000 28000000" ELEMENT(
          "13", UUID, POLICY),
      ASSAY_VLP_IN_DATA, 36 + 48 + 36, ASSAY_LCP_CUSTOM2, 1, 0, ASSAY_VLP_HALT },
};

Test(vlp_wrap, a_policy_is_found_wherever_it_lies)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const vlp_bytes bytes = vlp_unhex(rows[i].digits);
        assay_error error = { .what = "" };
        assay_vlp_place place;
        assay_vlp policy;

        cr_expect_eq(assay_vlp_locate(assay_bytes_of(bytes.data, bytes.size), &place, &error), 0,
                     "%s: %s", rows[i].sentence, error.what);
        cr_expect_eq(place.wrapping, rows[i].wrapping, "%s", rows[i].sentence);
        cr_expect_eq(place.offset, rows[i].offset, "%s: %llu", rows[i].sentence,
                     (unsigned long long)place.offset);
        cr_expect_eq(place.element, rows[i].element, "%s", rows[i].sentence);
        cr_expect_eq(place.list, rows[i].list, "%s", rows[i].sentence);
        cr_expect_eq(place.others, rows[i].others, "%s", rows[i].sentence);
        cr_expect_eq(place.policy.data, bytes.data + rows[i].offset, "%s", rows[i].sentence);
        cr_assert_eq(assay_vlp_read(&policy, place.policy, NULL), 0, "%s", rows[i].sentence);
        cr_expect_eq(policy.type, rows[i].type, "%s", rows[i].sentence);
    }
}

Test(vlp_wrap, where_there_is_none_that_is_said)
{
    static const struct {
        const char *sentence, *digits;
        int status;
    } refused[] = {
        { "a list without one", "0002 1000 28000000" ELEMENT("13", OTHER, POLICY),
          -ASSAY_UNKNOWN_FORMAT },
        { "policy data without one", DATA "01 0002 1000 28000000" ELEMENT("13", OTHER, POLICY),
          -ASSAY_UNKNOWN_FORMAT },
        { "policy data that is cut before one",
          DATA "02 0002 1000 28000000" ELEMENT("13", OTHER, POLICY) "0002 1000 28000000",
          -ASSAY_TRUNCATED },
    };

    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const vlp_bytes bytes = vlp_unhex(refused[i].digits);
        assay_error error = { .what = "" };
        assay_vlp_place place;

        cr_expect_eq(assay_vlp_locate(assay_bytes_of(bytes.data, bytes.size), &place, &error),
                     refused[i].status, "%s: %s", refused[i].sentence, error.what);
        cr_expect_neq(error.what[0], '\0', "%s", refused[i].sentence);
    }
}

/* What follows a sound one is for those who check the launch control policy. */
Test(vlp_wrap, a_fault_behind_the_policy_does_not_hide_it)
{
    const vlp_bytes bytes =
        vlp_unhex(DATA "02 0002 1000 28000000" ELEMENT("13", UUID, POLICY) "ff");
    assay_vlp_place place;

    cr_assert_eq(assay_vlp_locate(assay_bytes_of(bytes.data, bytes.size), &place, NULL), 0);
    cr_expect_eq(place.wrapping, ASSAY_VLP_IN_DATA);
}

Test(vlp_wrap, an_element_is_wrapped_as_lcp2_crtpolelt_does)
{
    assay_file element = vlp_fixture("custom-vl.elt"), policy = vlp_fixture("sha256.pol");
    assay_writer out = assay_writer_growing(VLP_FIXTURE_CEILING);

    assay_vlp_wrap(ASSAY_LCP_CUSTOM2, 1, policy.bytes, &out);
    cr_expect(assay_bytes_equal(assay_written(&out), element.bytes));
    assay_writer_close(&out);
    assay_file_close(&policy);
    assay_file_close(&element);
}
