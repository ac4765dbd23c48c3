/* SPDX-License-Identifier: BSD-2-Clause */
/* Base RIMs of fixtures/rim, to be spoiled. */
#ifndef ASSAY_TESTS_RIM_H
#define ASSAY_TESTS_RIM_H

#include "policy/export/rim/rim.h"
#include "tests/texts.h"

#include <stdio.h>

static inline char *rim_fixture(const char *name)
{
    char path[100];

    snprintf(path, sizeof path, "fixtures/rim/%s", name);
    return load_text(path, NULL);
}

static inline assay_key *rim_key(const char *path)
{
    const assay_key_source source = { .name = path };
    assay_error error;
    assay_key *key;

    cr_assert_eq(assay_key_open(&key, &source, &error), 0, "%s: %s", path, error.what);
    return key;
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
