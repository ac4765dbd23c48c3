/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A reference is refused, with a reason, or read; and what is written of one that was read is read
 * again and written the same. Nobody's key signed it.
 */
#include "policy/reference/json.h"
#include "policy/reference/signature.h"
#include "tests/fuzz/property.h"

static assay_writer written(const assay_reference *reference, enum assay_reference_part part)
{
    assay_writer text = assay_writer_growing(PROPERTY_CEILING);

    must(assay_reference_write(reference, part, &text) == 0);
    return text;
}

static void must_stay(const assay_reference *reference, assay_hashes *hashes)
{
    assay_writer first = written(reference, ASSAY_REFERENCE_WHOLE);
    assay_reference *again = NULL;
    assay_error error;

    must(assay_reference_read(&again, assay_written(&first), hashes, &error) == 0);
    assay_writer second = written(again, ASSAY_REFERENCE_WHOLE);
    must(assay_bytes_equal(assay_written(&first), assay_written(&second)));
    assay_writer_close(&first);
    assay_writer_close(&second);
    assay_reference_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static assay_hashes *hashes;
    assay_reference *reference = NULL;
    assay_error error;

    if (hashes == NULL)
        hashes = assay_hashes_new();
    const int status = assay_reference_read(&reference, assay_bytes_of(data, size), hashes, &error);
    if (status < 0) {
        must(error.kind == -status && error.what[0] != '\0' && reference == NULL);
        return 0;
    }
    must_stay(reference, hashes);
    must(assay_reference_verify(reference, NULL, 0, hashes, NULL, &error) == 0);
    assay_reference_free(&reference);
    return 0;
}
