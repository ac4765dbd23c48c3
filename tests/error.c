/* SPDX-License-Identifier: BSD-2-Clause */
/* base/error.h: a failure says its kind, and a NULL error is no trouble. */
#include <criterion/criterion.h>

#include "base/error.h"

Test(error, every_kind_has_a_name_of_its_own_with_either_sign)
{
    for (int kind = ASSAY_TRUNCATED; kind <= ASSAY_UNTRUSTED; kind++) {
        cr_expect_str_eq(assay_kind_name(kind), assay_kind_name(-kind));
        cr_expect_str_neq(assay_kind_name(kind), "unknown kind");
        for (int other = ASSAY_TRUNCATED; other < kind; other++)
            cr_expect_str_neq(assay_kind_name(kind), assay_kind_name(other));
    }
    cr_expect_str_eq(assay_kind_name(ASSAY_TRUNCATED), "truncated");
    cr_expect_str_eq(assay_kind_name(ASSAY_UNTRUSTED + 1), "unknown kind");
}

Test(error, a_failure_is_the_negative_kind_whether_or_not_anybody_listens)
{
    assay_error error;

    cr_expect_eq(assay_fail(NULL, ASSAY_IO, ASSAY_NOWHERE, "nobody hears %d", 1), -ASSAY_IO);
    cr_expect_eq(
        assay_fail(&error, ASSAY_MALFORMED, (assay_place){ 7, 2, "eventSize" }, "%u of %u", 3, 4),
        -ASSAY_MALFORMED);
    cr_expect_eq(error.kind, ASSAY_MALFORMED);
    cr_expect_eq(error.offset, 7);
    cr_expect_eq(error.event, 2);
    cr_expect_str_eq(error.field, "eventSize");
    cr_expect_str_eq(error.what, "3 of 4");
}
