/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Boots compared with the reference that a suite has learnt (tests/learning.h), and what is read
 * off the result.
 */
#ifndef ASSAY_TESTS_COMPARED_H
#define ASSAY_TESTS_COMPARED_H

#include "policy/reference/compare.h"
#include "tests/learning.h"

#include <criterion/criterion.h>
#include <string.h>

#define UKI "b1-uki252"
#define SHIM "d1-shim-grub206-sb"

/** Compares a boot with all variants, and expects that it can be done. */
static inline assay_reference_result compare(const assay_learnt_boot *boot)
{
    assay_reference_result result;
    assay_error error = { .what = "" };

    cr_assert_eq(assay_reference_compare(reference, boot, assay_reference_all(reference), hashes,
                                         &result, &error),
                 0, "%s", error.what);
    return result;
}

/** The parts that differ of themselves, one after the other: "kernel initrd". */
static inline const char *differing(const assay_reference_result *result)
{
    static char text[512];

    text[0] = '\0';
    for (size_t i = 0; i < result->component_count; i++) {
        const enum assay_compared outcome = result->components[i].outcome;

        if (outcome != ASSAY_COMPARED_CHANGED && outcome != ASSAY_COMPARED_MISSING &&
            outcome != ASSAY_COMPARED_ADDED)
            continue;
        strcat(text, text[0] != '\0' ? " " : "");
        strcat(text, assay_part_name(result->components[i].role));
    }
    return text;
}

/** What became of the component of that role. */
static inline enum assay_compared outcome_of(const assay_reference_result *result,
                                             enum assay_part role)
{
    for (size_t i = 0; i < result->component_count; i++)
        if (result->components[i].role == role)
            return result->components[i].outcome;
    cr_assert_fail("no component %s", assay_part_name(role));
    return ASSAY_COMPARED_UNKNOWN;
}

#endif
