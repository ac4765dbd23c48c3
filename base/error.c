/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

int assay_fail(assay_error *error, enum assay_kind kind, assay_place place, const char *format, ...)
{
    if (error != NULL) {
        va_list arguments;

        error->kind = (int)kind;
        error->offset = place.offset;
        error->event = place.event;
        error->field = place.field;
        va_start(arguments, format);
        vsnprintf(error->what, sizeof error->what, format, arguments);
        va_end(arguments);
    }
    return -(int)kind;
}

const char *assay_kind_name(int kind)
{
    static const char *const names[] = {
        [0] = "no error",
        [ASSAY_TRUNCATED] = "truncated",
        [ASSAY_MALFORMED] = "malformed",
        [ASSAY_UNKNOWN_FORMAT] = "unknown format",
        [ASSAY_UNSUPPORTED] = "unsupported",
        [ASSAY_IO] = "input/output",
        [ASSAY_NO_MEMORY] = "out of memory",
        [ASSAY_CRYPTO] = "libcrypto",
        [ASSAY_TOO_LARGE] = "too large",
        [ASSAY_UNTRUSTED] = "untrusted",
    };
    const unsigned index = (unsigned)(kind < 0 ? -kind : kind);

    return index < sizeof names / sizeof *names ? names[index] : "unknown kind";
}
