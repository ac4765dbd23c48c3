/* SPDX-License-Identifier: BSD-2-Clause */
/* base/error.h: a failure is returned as its negative kind, and says where it happened. */
#include <criterion/criterion.h>

#include "base/error.h"

Test(error, a_failure_carries_kind_place_and_sentence)
{
    assay_error error = { 0 };
    const assay_place place = { 42, 7, "eventSize" };

    cr_expect_eq(assay_fail(&error, ASSAY_MALFORMED, place, "%u bytes", 9u), -ASSAY_MALFORMED);
    cr_expect_eq(error.kind, ASSAY_MALFORMED);
    cr_expect_eq(error.offset, 42);
    cr_expect_eq(error.event, 7);
    cr_expect_str_eq(error.field, "eventSize");
    cr_expect_str_eq(error.what, "9 bytes");
}

Test(error, nobody_has_to_listen)
{
    cr_expect_eq(assay_fail(NULL, ASSAY_IO, ASSAY_NOWHERE, "unheard"), -ASSAY_IO);
}

Test(error, a_kind_has_a_name_as_it_is_and_as_it_is_returned)
{
    cr_expect_str_eq(assay_kind_name(ASSAY_TRUNCATED), "truncated");
    cr_expect_str_eq(assay_kind_name(-ASSAY_TRUNCATED), "truncated");
    cr_expect_str_eq(assay_kind_name(0), "no error");
    cr_expect_str_eq(assay_kind_name(ASSAY_TOO_LARGE + 1), "unknown kind");
}
