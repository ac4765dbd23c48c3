/* SPDX-License-Identifier: BSD-2-Clause */
/* Verified launch policies for tests: from hexadecimal digits, and from fixtures. */
#ifndef ASSAY_TESTS_VLP_H
#define ASSAY_TESTS_VLP_H

#include "base/file.h"
#include "base/hex.h"
#include "policy/lcp/vlp.h"

#include <criterion/criterion.h>
#include <stdio.h>

enum { VLP_FIXTURE_CEILING = 1 << 16, VLP_BYTES = 1024 };

typedef struct vlp_bytes {
    uint8_t data[VLP_BYTES];
    size_t size;
} vlp_bytes;

/** Hexadecimal digits; blanks part them as one likes. */
static inline vlp_bytes vlp_unhex(const char *digits)
{
    vlp_bytes bytes = { .size = 0 };
    int high = -1;

    for (; *digits != '\0'; digits++) {
        const int digit = assay_hex_digit(*digits);

        if (*digits == ' ')
            continue;
        cr_assert(digit >= 0 && bytes.size < VLP_BYTES);
        if (high < 0)
            high = digit;
        else {
            bytes.data[bytes.size++] = (uint8_t)(high << 4 | digit);
            high = -1;
        }
    }
    cr_assert_lt(high, 0, "an even number of digits");
    return bytes;
}

/** Reads a sound policy of hexadecimal digits; `bytes` lends it. */
static inline assay_vlp vlp_of(const char *digits, vlp_bytes *bytes)
{
    assay_vlp policy;
    assay_error error;

    *bytes = vlp_unhex(digits);
    cr_assert_eq(assay_vlp_read(&policy, assay_bytes_of(bytes->data, bytes->size), &error), 0, "%s",
                 error.what);
    return policy;
}

static inline assay_file vlp_fixture(const char *name)
{
    char path[512];
    assay_file file;
    assay_error error;

    snprintf(path, sizeof path, "fixtures/policies/vl/%s", name);
    cr_assert_eq(assay_file_read(&file, path, VLP_FIXTURE_CEILING, &error), 0, "%s", path);
    return file;
}

/** The policies of fixtures/policies/vl, one after the other: false at the end. */
bool vlp_next_fixture(void **ret_folder, char ret_name[static 256]);

#endif
