/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a kernel. */
#include "boot/artefact/bzimage.h"
#include "tests/fuzz/fuzz.h"

static bool within(assay_bytes part, assay_bytes whole)
{
    return part.data == NULL ||
           (part.data >= whole.data && part.data + part.size <= whole.data + whole.size);
}

/* What is written of a header reads as the same header. */
static void demand_same(const assay_bzimage *image)
{
    assay_writer once = assay_writer_growing(FUZZ_CEILING);
    assay_writer twice = assay_writer_growing(FUZZ_CEILING);
    assay_bzimage read;

    assay_bzimage_write(&once, image);
    demand(assay_bzimage_open(&read, assay_written(&once), NULL) == 0, "what is written is read");
    demand(read.version == image->version && read.xloadflags == image->xloadflags &&
               read.initrd_addr_max == image->initrd_addr_max &&
               read.cmdline_size == image->cmdline_size &&
               read.handover_offset == image->handover_offset &&
               assay_bytes_equal(read.protected_mode, image->protected_mode),
           "fields come back");
    assay_bzimage_write(&twice, &read);
    demand(assay_bytes_equal(assay_written(&once), assay_written(&twice)),
           "an image that was written stays as it is");
    assay_writer_close(&twice);
    assay_writer_close(&once);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes bytes = assay_bytes_of(data, size);
    assay_error error = { .what = "" };
    assay_kernel_release release;
    assay_bzimage image;
    assay_zboot zboot;
    const int status = assay_bzimage_open(&image, bytes, &error);

    demand(status == 0 || error.what[0] != '\0', "a fault is explained");
    demand((status != -ASSAY_UNKNOWN_FORMAT) == assay_bzimage_detect(bytes), "it knows its own");
    if (status == 0) {
        demand(within(image.kernel_version, bytes) && within(image.protected_mode, bytes),
               "what is lent lies in the file");
        demand_same(&image);
    }
    if (assay_zboot_open(bytes, &zboot))
        demand(within(zboot.compression, bytes) && within(zboot.payload, bytes),
               "what is lent lies in the file");
    if (assay_kernel_release_of(bytes, &release))
        demand(release.major < 10000 && release.minor < 10000, "a release has small numbers");
    return 0;
}
