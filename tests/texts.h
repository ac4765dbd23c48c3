/* SPDX-License-Identifier: BSD-2-Clause */
/* Texts of fixtures, to be spoiled by tests. */
#ifndef ASSAY_TESTS_TEXTS_H
#define ASSAY_TESTS_TEXTS_H

#include "base/file.h"

#include <criterion/criterion.h>
#include <stdlib.h>

/** A file's bytes, of which a NUL follows the last; free() it. `ret_size` may be NULL. */
static inline char *load_text(const char *path, size_t *ret_size)
{
    assay_error error;
    assay_file file;

    cr_assert_eq(assay_file_read(&file, path, 1 << 20, &error), 0, "%s: %s", path, error.what);
    char *const text = calloc(1, file.bytes.size + 1);
    memcpy(text, file.bytes.data, file.bytes.size);
    if (ret_size != NULL)
        *ret_size = file.bytes.size;
    assay_file_close(&file);
    return text;
}

/** `text` with the first `from`, which has to be there, as `to`; free() it. */
static inline char *replaced_text(const char *text, const char *from, const char *to)
{
    const char *const at = strstr(text, from);

    cr_assert_not_null(at, "there is no: %s", from);
    char *const result = calloc(1, strlen(text) + strlen(to) + 1);
    memcpy(result, text, (size_t)(at - text));
    strcat(result, to);
    strcat(result, at + strlen(from));
    return result;
}

#endif
