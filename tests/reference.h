/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of references share: those of fixtures/references, and texts of them changed. */
#ifndef ASSAY_TESTS_REFERENCE_H
#define ASSAY_TESTS_REFERENCE_H

#include "base/file.h"
#include "policy/reference/json.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define REFERENCE_FIXTURES "fixtures/references/"

enum { REFERENCE_TEXT_MAX = 1 << 20 };

/** A fixture's text, to be freed. */
static inline char *reference_text(const char *path)
{
    assay_file file;
    assay_error error;

    cr_assert_eq(assay_file_read(&file, path, REFERENCE_TEXT_MAX, &error), 0, "%s", error.what);
    char *const text = calloc(1, file.bytes.size + 1);
    memcpy(text, file.bytes.data, file.bytes.size);
    assay_file_close(&file);
    return text;
}

/** `text` with the first `from` in it replaced, to be freed. */
static inline char *reference_changed(const char *text, const char *from, const char *to)
{
    const char *const at = strstr(text, from);

    cr_assert_not_null(at, "there is no %s", from);
    char *const changed = calloc(1, strlen(text) + strlen(to) + 1);
    memcpy(changed, text, (size_t)(at - text));
    strcat(changed, to);
    strcat(changed, at + strlen(from));
    return changed;
}

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
