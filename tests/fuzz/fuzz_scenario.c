/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A scenario's document is refused, with a reason, or read; and what is written of one that was
 * read is read again and written the same.
 */
#include "boot/scenario/document.h"

#include <stdint.h>
#include <stdlib.h>

static void must(bool so)
{
    if (!so)
        abort();
}

static assay_writer write(const assay_document *document)
{
    assay_writer text = assay_writer_growing((size_t)ASSAY_SCENARIO_BYTES_MAX * 8);
    assay_output out = assay_output_json(&text);

    assay_emit_object(&out, NULL);
    assay_document_emit(&out, document);
    assay_emit_end(&out);
    must(text.failure == 0);
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    assay_document document, again;
    assay_error error;
    const int status = assay_document_read(&document, assay_bytes_of(data, size), &error);

    if (status < 0) {
        must(error.kind == -status && error.what[0] != '\0');
        return 0;
    }
    assay_writer first = write(&document);
    must(assay_document_read(&again, assay_written(&first), &error) == 0);
    assay_writer second = write(&again);
    must(assay_bytes_equal(assay_written(&first), assay_written(&second)));
    assay_writer_close(&first);
    assay_writer_close(&second);
    assay_document_free(&document);
    assay_document_free(&again);
    return 0;
}
