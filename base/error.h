/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A failure has a kind and a place: the byte offset in the input, the number of
 * the event and the name of the field, each where there is one.
 *
 * Functions that can fail return 0 (or a count, or 1 for "one more") when all is
 * well and a negative `enum assay_kind` when not; those that take an
 * `assay_error *` fill it then and only then. The library never prints.
 */
#ifndef ASSAY_BASE_ERROR_H
#define ASSAY_BASE_ERROR_H

#include <stdint.h>

enum assay_kind {
    ASSAY_TRUNCATED = 1,  /* the input ends inside a record */
    ASSAY_MALFORMED,      /* the input contradicts its own format */
    ASSAY_UNKNOWN_FORMAT, /* no reader knows the input */
    ASSAY_UNSUPPORTED,    /* known, and not to be had here (an algorithm libcrypto lacks) */
    ASSAY_IO,             /* the system said no; the text carries its reason */
    ASSAY_NO_MEMORY,
    ASSAY_CRYPTO,         /* libcrypto failed */
    ASSAY_TOO_LARGE,      /* beyond a ceiling this library sets */
    ASSAY_UNTRUSTED,      /* nobody who is trusted signed it */
};

#define ASSAY_NO_OFFSET UINT64_MAX
#define ASSAY_NO_EVENT UINT32_MAX

typedef struct assay_error {
    int kind;          /* enum assay_kind; 0: no error */
    uint64_t offset;   /* bytes from the start of the input, or ASSAY_NO_OFFSET */
    uint32_t event;    /* event number from 0, or ASSAY_NO_EVENT */
    const char *field; /* the standard's name of the field, static, or NULL */
    char what[200];    /* a sentence without its full stop; free of control characters */
} assay_error;

/** Where a failure happened. */
typedef struct assay_place {
    uint64_t offset;
    uint32_t event;
    const char *field;
} assay_place;

#define ASSAY_NOWHERE ((assay_place){ ASSAY_NO_OFFSET, ASSAY_NO_EVENT, NULL })

/**
 * Fills `error` (which may be NULL) and returns -kind, so that a reader can
 * `return assay_fail(...)`. `format` is printf's; what it takes from the input
 * must be numbers, never text.
 */
int assay_fail(assay_error *error, enum assay_kind kind, assay_place place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** A short name of the kind: "truncated", "malformed" ... Static, never NULL. */
const char *assay_kind_name(int kind);

#endif
