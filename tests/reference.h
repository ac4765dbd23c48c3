/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of references share: those of fixtures/references, read and written. */
#ifndef ASSAY_TESTS_REFERENCE_H
#define ASSAY_TESTS_REFERENCE_H

#include "policy/reference/json.h"
#include "tests/texts.h"

#define REFERENCE_FIXTURES "fixtures/references/"

enum { REFERENCE_TEXT_MAX = 1 << 20 };

/** What must be read is read; to be freed. */
static inline assay_reference *reference_read(const char *text, assay_hashes *hashes)
{
    assay_reference *reference = NULL;
    assay_error error = { .what = "" };

    cr_assert_eq(assay_reference_read(&reference, assay_bytes_of_string(text), hashes, &error), 0,
                 "%s", error.what);
    return reference;
}

/** The text that is written of it, to be freed. */
static inline char *reference_written(const assay_reference *reference,
                                      enum assay_reference_part part)
{
    assay_writer writer = assay_writer_growing(REFERENCE_TEXT_MAX);

    cr_assert_eq(assay_reference_write(reference, part, &writer), 0);
    assay_put_u8(&writer, 0);
    char *const text = strdup((const char *)assay_written(&writer).data);
    assay_writer_close(&writer);
    return text;
}

#endif
