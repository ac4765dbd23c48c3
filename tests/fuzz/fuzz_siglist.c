/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/siglist.h"
#include "tests/fuzz/property.h"

/* Writes what a walk yields, then what it leaves; returns the last step. */
static int walk(assay_writer *writer, assay_bytes bytes)
{
    assay_siglists lists = assay_siglists_of(bytes);
    size_t signatures = 0;
    int step;

    while ((step = assay_siglists_next(&lists)) > 0) {
        if (step == ASSAY_SIGLIST_LIST) {
            must(lists.list.header.size == lists.list.header_size);
            assay_siglist_encode(writer, &lists.list);
            continue;
        }
        must(sizeof(assay_guid) + lists.signature.data.size == lists.list.signature_size);
        assay_signature_encode(writer, &lists.signature);
        signatures++;
    }
    must(signatures <= bytes.size / sizeof(assay_guid));
    must(assay_siglists_next(&lists) == step);
    return step;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes bytes = assay_bytes_of(data, size);
    assay_writer again = assay_writer_growing(PROPERTY_CEILING);
    const int step = walk(&again, bytes);

    /* Sound lists are written as they were read; of broken ones, what is before the break. */
    must(assay_bytes_start_with(bytes, assay_written(&again)));
    must(step == ASSAY_SIGLIST_BROKEN || again.used == size);
    assay_writer_close(&again);
    MUST_REPEAT(assay_siglists_summary, bytes);
    MUST_EMIT(assay_siglists_emit, "signatures", bytes);
    return 0;
}
