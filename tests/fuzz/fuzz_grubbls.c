/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a boot loader entry as GRUB reads it: its lines, written and read again, are the
 * same; and any two names of entries have one order.
 */
#include "boot/loader/grub/blsfragment.h"
#include "boot/loader/grub/rpmvercmp.h"
#include "tests/fuzz/property.h"

static void put_all(assay_writer *out, assay_bytes text)
{
    assay_cursor c = assay_cursor_of(text);
    assay_bytes key, value;

    while (assay_grub_bls_next(&c, &key, &value))
        assay_grub_bls_put(out, key, value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes text = assay_bytes_of(data, size);
    const assay_bytes a = assay_bytes_of(data, size / 2);
    const assay_bytes b = assay_bytes_of(data + size / 2, size - size / 2);
    assay_writer once = assay_writer_growing(PROPERTY_CEILING);
    assay_writer twice = assay_writer_growing(PROPERTY_CEILING);

    put_all(&once, text);
    put_all(&twice, assay_written(&once));
    must(assay_bytes_equal(assay_written(&once), assay_written(&twice)));
    assay_writer_close(&once);
    assay_writer_close(&twice);
    must(assay_rpm_compare(a, a) == 0);
    (void)assay_rpm_compare(a, b);
    return 0;
}
