/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any text as flavors of HVS: refused with a reason, or values; and what is written of them in one
 * bank reads to the same, and is written the same again.
 */
#include "tests/fuzz/export_properties.h"

static assay_reference *read_back(const assay_export_format *format, const assay_writer *written,
                                  assay_hashes *hashes)
{
    int status;
    assay_reference *const reference =
        import_bytes(format, assay_written(written), hashes, &status);

    must(status == 0);
    return reference;
}

/* What is held of SHA-256, or nothing: a variant may have values of another bank alone. */
static bool write_sha256(const assay_export_format *format, const assay_reference *reference,
                         assay_hashes *hashes, assay_writer *ret_text)
{
    assay_export_job job = { .reference = reference,
                             .variants = assay_reference_all(reference),
                             .pcrs = ASSAY_ALL_PCRS,
                             .bank_count = 1,
                             .banks = { ASSAY_ALG_SHA256 },
                             .hashes = hashes };
    const int status = assay_export_write(format, &job, NULL);

    must(status == 0 || status == -ASSAY_UNSUPPORTED);
    *ret_text = assay_writer_growing(PROPERTY_CEILING);
    if (status == 0)
        assay_put(ret_text, assay_written(&job.files[0]->writer));
    assay_export_job_free(&job);
    return status == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static assay_hashes *hashes;
    const assay_export_format *const format = assay_export_format_by_name("hvs-flavor");
    assay_writer once, twice;
    int status;

    if (hashes == NULL)
        hashes = assay_hashes_new();
    assay_reference *read = import_bytes(format, assay_bytes_of(data, size), hashes, &status);
    if (status < 0)
        return 0;
    if (write_sha256(format, read, hashes, &once)) {
        assay_reference *again = read_back(format, &once, hashes);

        must(write_sha256(format, again, hashes, &twice));
        must(assay_bytes_equal(assay_written(&once), assay_written(&twice)));
        assay_writer_close(&twice);
        assay_reference_free(&again);
    }
    assay_writer_close(&once);
    assay_reference_free(&read);
    return 0;
}
