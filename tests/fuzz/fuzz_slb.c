/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a secure loader block, and as a file with multiboot headers. */
#include "boot/artefact/multiboot.h"
#include "boot/artefact/slb.h"
#include "tests/fuzz/fuzz.h"

static void read_block(assay_bytes bytes)
{
    assay_error error = { .what = "" };
    assay_slb slb;

    if (assay_slb_open(&slb, bytes, &error) < 0) {
        demand(error.what[0] != '\0', "a fault is explained");
        demand(assay_slb_detect(bytes) == NULL, "what can't be read is not detected");
        return;
    }
    demand(slb.measured.data == bytes.data && slb.measured.size == slb.length &&
               slb.length <= bytes.size && slb.entry_point < slb.length,
           "what is measured is the block's beginning");
    demand((assay_slb_detect(bytes) != NULL) == slb.is_skl, "what is detected is one");
}

static void read_multiboot(assay_bytes bytes)
{
    assay_multiboot1 one;
    assay_multiboot2 two;
    assay_multiboot2_tag tag;

    if (assay_multiboot1_find(bytes, &one))
        demand(one.offset % 4 == 0 && one.offset + 12 <= 8192 && one.offset + 12 <= bytes.size,
               "a header lies in the first 8192 bytes");
    if (!assay_multiboot2_find(bytes, &two))
        return;
    demand(two.offset % 8 == 0 && two.offset + two.header_length <= 32768 &&
               two.offset + two.header_length <= bytes.size,
           "a header lies in the first 32768 bytes");
    size_t said = 0;

    for (assay_cursor tags = assay_cursor_of(two.tags); assay_multiboot2_next_tag(&tags, &tag);) {
        demand(tag.type != ASSAY_MULTIBOOT2_END, "the last tag is none");
        said += 8 + tag.data.size;
    }
    demand(said <= two.tags.size, "tags lie in their header");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_block(assay_bytes_of(data, size));
    read_multiboot(assay_bytes_of(data, size));
    return 0;
}
