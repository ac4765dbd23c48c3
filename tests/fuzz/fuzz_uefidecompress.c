/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as compressed data of both forms; and compressed, and back again. */
#include "boot/artefact/uefidecompress.h"
#include "tests/fuzz/fuzz.h"

enum { CEILING = 1 << 20 };

static void decompress(assay_bytes packed, enum assay_uefi_compression form)
{
    assay_writer out = assay_writer_growing(CEILING);
    assay_error error = { .what = "" };
    uint32_t size = 0;
    const int status = assay_uefi_decompress(packed, form, CEILING, &out, &error);

    demand(status == 0 || error.what[0] != '\0', "a fault is explained");
    demand(status < 0 || (assay_uefi_decompressed_size(packed, &size) &&
                          assay_written(&out).size == size),
           "it is as large as its header says");
    assay_writer_close(&out);
}

static void round_trip(assay_bytes plain, enum assay_uefi_compression form)
{
    assay_writer packed = assay_writer_growing(FUZZ_CEILING), out = assay_writer_growing(CEILING);

    assay_uefi_compress(plain, form, &packed);
    demand(assay_uefi_decompress(assay_written(&packed), form, CEILING, &out, NULL) == 0,
           "what is compressed can be decompressed");
    demand(assay_bytes_equal(assay_written(&out), plain), "to the same");
    assay_writer_close(&out);
    assay_writer_close(&packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes bytes = assay_bytes_of(data, size);

    decompress(bytes, ASSAY_UEFI_COMPRESSION);
    decompress(bytes, ASSAY_TIANO_COMPRESSION);
    if (size <= CEILING) {
        round_trip(bytes, ASSAY_UEFI_COMPRESSION);
        round_trip(bytes, ASSAY_TIANO_COMPRESSION);
    }
    return 0;
}
