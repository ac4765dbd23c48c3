/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as GRUB's environment block: its variables, written and read again, are the same. */
#include "boot/loader/grub/envblk.h"
#include "tests/fuzz/property.h"

static void put_all(assay_writer *out, assay_bytes block)
{
    assay_cursor c;
    assay_bytes name, value;

    assay_envblk_begin(out);
    if (assay_envblk_open(&c, block, NULL) < 0)
        return;
    while (assay_envblk_next(&c, &name, &value) > 0) {
        assay_writer plain = assay_writer_growing(PROPERTY_CEILING);

        assay_envblk_put_value(&plain, value);
        assay_envblk_put(out, name, assay_written(&plain));
        assay_writer_close(&plain);
    }
    assay_envblk_end(out, ASSAY_ENVBLK_SIZE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes block = assay_bytes_of(data, size);
    assay_error error = { 0 };
    assay_cursor c;

    if (assay_envblk_open(&c, block, &error) < 0) {
        must(error.kind == ASSAY_MALFORMED && error.what[0] != '\0');
        return 0;
    }
    assay_writer once = assay_writer_growing(PROPERTY_CEILING);
    assay_writer twice = assay_writer_growing(PROPERTY_CEILING);

    put_all(&once, block);
    put_all(&twice, assay_written(&once));
    must(assay_bytes_equal(assay_written(&once), assay_written(&twice)));
    assay_writer_close(&once);
    assay_writer_close(&twice);
    return 0;
}
