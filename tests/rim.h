/* SPDX-License-Identifier: BSD-2-Clause */
/* Base RIMs of fixtures/rim, to be spoiled. */
#ifndef ASSAY_TESTS_RIM_H
#define ASSAY_TESTS_RIM_H

#include "base/file.h"
#include "policy/export/rim/rim.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

/** A file's bytes, of which a NUL follows the last; free() it. */
static inline char *rim_load(const char *path, size_t *ret_size)
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

static inline char *rim_fixture(const char *name)
{
    char path[100];

    snprintf(path, sizeof path, "fixtures/rim/%s", name);
    return rim_load(path, NULL);
}

static inline assay_key *rim_key(const char *path)
{
    const assay_key_source source = { .name = path };
    assay_error error;
    assay_key *key;

    cr_assert_eq(assay_key_open(&key, &source, &error), 0, "%s: %s", path, error.what);
    return key;
}

/** `text` with the first `from`, which has to be there, as `to`; free() it. */
static inline char *rim_replaced(const char *text, const char *from, const char *to)
{
    const char *const at = strstr(text, from);

    cr_assert_not_null(at, "there is no: %s", from);
    char *const result = calloc(1, strlen(text) + strlen(to) + 1);
    memcpy(result, text, (size_t)(at - text));
    strcat(result, to);
    strcat(result, at + strlen(from));
    return result;
}

/** The tag without its signature; free() it. */
static inline char *rim_unsigned(const char *text)
{
    const char *const from = strstr(text, "<Signature"), *const end = "</Signature>";
    char *const result = calloc(1, strlen(text) + 1);

    memcpy(result, text, (size_t)(from - text));
    strcat(result, strstr(from, end) + strlen(end));
    return result;
}

#endif
