/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a suite begins with that learns references: hashes, and a reference that is empty before
 * each test. For the one file of the suite, whose TestSuite() names set_up and tear_down.
 */
#ifndef ASSAY_TESTS_LEARNING_H
#define ASSAY_TESTS_LEARNING_H

#include "tests/learnt.h"

static assay_hashes *hashes;
static assay_reference *reference;

static inline void set_up(void)
{
    hashes = assay_hashes_new();
    reference = assay_reference_new("image");
}

static inline void tear_down(void)
{
    assay_reference_free(&reference);
    assay_hashes_free(&hashes);
}

#endif
