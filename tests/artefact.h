/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of fixtures/artefacts for unit tests, to be spoiled byte by byte. */
#ifndef ASSAY_TESTS_ARTEFACT_H
#define ASSAY_TESTS_ARTEFACT_H

#include "base/file.h"
#include "base/hex.h"
#include "boot/artefact/digests.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct artefact {
    uint8_t *data; /* free with artefact_free */
    size_t size;
} artefact;

static inline artefact artefact_load(const char *path)
{
    assay_error error;
    assay_file file;

    cr_assert_eq(assay_file_read(&file, path, 1 << 28, &error), 0, "%s: %s", path, error.what);
    artefact copy = { malloc(file.bytes.size + 1), file.bytes.size };
    memcpy(copy.data, file.bytes.data, copy.size);
    assay_file_close(&file);
    return copy;
}

static inline artefact artefact_fixture(const char *name)
{
    char path[100];

    snprintf(path, sizeof path, "fixtures/artefacts/%s", name);
    return artefact_load(path);
}

static inline assay_bytes artefact_bytes(const artefact *a)
{
    return assay_bytes_of(a->data, a->size);
}

static inline void artefact_free(artefact *a)
{
    free(a->data);
}

/** A spoiled artefact: `size` little-endian bytes of `value` at `offset`; or cut to `offset`. */
typedef struct spoiled {
    size_t offset;
    size_t size; /* 0: the file is cut at `offset` */
    uint64_t value;
    int kind;
    uint64_t at; /* where the error is */
    const char *field;
    const char *why;
} spoiled;

static inline artefact artefact_spoil(const char *name, const spoiled *s)
{
    artefact a = artefact_fixture(name);

    cr_assert_leq(s->offset + s->size, a.size);
    if (s->size == 0)
        a.size = s->offset;
    for (size_t i = 0; i < s->size; i++)
        a.data[s->offset + i] = (uint8_t)(s->value >> 8 * i);
    return a;
}

static inline void expect_error(const spoiled *s, int status, const assay_error *error)
{
    cr_expect_eq(status, -s->kind, "%s: status %d", s->why, status);
    if (status >= 0)
        return;
    cr_expect_eq(error->kind, s->kind, "%s: %s", s->why, assay_kind_name(error->kind));
    cr_expect_eq(error->offset, s->at, "%s: at %llu", s->why, (unsigned long long)error->offset);
    if (s->field == NULL)
        cr_expect_null(error->field, "%s: field %s", s->why, error->field);
    else
        cr_expect_str_eq(error->field, s->field, "%s: field %s", s->why, error->field);
    cr_expect_neq(error->what[0], '\0', "%s: no sentence", s->why);
}

static inline void expect_digest(const assay_digests *digests, uint16_t alg, const char *hex)
{
    const assay_digest *const found = assay_digests_find(digests, alg);
    char text[2 * ASSAY_DIGEST_MAX + 1] = "";

    cr_assert_not_null(found, "%s", assay_alg_find(alg)->name);
    assay_hex_encode(text, assay_bytes_of(found->value, found->size));
    cr_expect_str_eq(text, hex, "%s is %s", assay_alg_find(alg)->name, text);
}

#endif
