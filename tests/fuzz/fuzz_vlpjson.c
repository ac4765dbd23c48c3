/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any text as a verified launch policy in JSON: refused with a reason, or a policy that is written,
 * read again and the same.
 */
#include "tests/fuzz/vlp_properties.h"

static int measure(void *context, const char *image, assay_bytes cmdline, uint16_t alg,
                   assay_digest *ret_digest, assay_error *error)
{
    const assay_alg *const row = assay_alg_find(alg);

    (void)context;
    (void)error;
    must(row != NULL && image[0] != '\0' && cmdline.data != NULL);
    *ret_digest = (assay_digest){ .alg = alg, .size = row->size };
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes text = assay_bytes_of(data, size);
    assay_writer room = assay_writer_growing(PROPERTY_CEILING);
    assay_writer bytes = assay_writer_growing(PROPERTY_CEILING);
    assay_error error = { .kind = 0 };
    assay_vlp policy, back;
    const int status = assay_vlp_json_read(&policy, text, &room, measure, NULL, &error);

    if (status < 0)
        must(error.kind == -status && error.what[0] != '\0' &&
             (error.offset == ASSAY_NO_OFFSET || error.offset <= size));
    else {
        assay_vlp_write(&policy, &bytes);
        must(assay_vlp_read(&back, assay_written(&bytes), NULL) == 0);
        must_write(&back, assay_written(&bytes));
        must_be_sound(&back);
    }
    assay_writer_close(&bytes);
    assay_writer_close(&room);
    return 0;
}
