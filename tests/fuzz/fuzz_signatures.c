/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file with signature lists, and an update appended to it: what comes out is lists, has all of
 * before, and the same update adds nothing to it any more. The input is the first file's size
 * (little-endian, two bytes), that file, and the update.
 */
#include "boot/artefact/signatures.h"
#include "tests/fuzz/fuzz.h"

static bool lists_of(assay_bytes file, assay_bytes *ret_lists)
{
    assay_error error = { .what = "" };
    const int status = assay_signatures_of(file, ret_lists, &error);

    demand(status == 0 || (status == -ASSAY_UNKNOWN_FORMAT && error.what[0] != '\0'),
           "a fault is explained");
    demand(status < 0 || (ret_lists->data >= file.data &&
                          ret_lists->data + ret_lists->size == file.data + file.size),
           "lists are lent from the end of the file");
    return status == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    assay_cursor cursor = assay_cursor_of(assay_bytes_of(data, size));
    const assay_bytes first = assay_take_up_to(&cursor, assay_take_u16le(&cursor));
    assay_bytes before, update, after;

    if (cursor.failed || !lists_of(first, &before) ||
        !lists_of(assay_take_rest(&cursor), &update))
        return 0;
    assay_writer once = assay_writer_growing(FUZZ_CEILING);
    assay_writer twice = assay_writer_growing(FUZZ_CEILING);

    assay_signatures_append(&once, before, update);
    demand(once.failure == 0, "there is room");
    demand(assay_bytes_start_with(assay_written(&once), before), "nothing of before is lost");
    demand(lists_of(assay_written(&once), &after) &&
               assay_bytes_equal(after, assay_written(&once)),
           "what comes out is lists");
    assay_signatures_append(&twice, assay_written(&once), update);
    demand(assay_bytes_equal(assay_written(&twice), assay_written(&once)),
           "a second time nothing is added");
    assay_writer_close(&twice);
    assay_writer_close(&once);
    return 0;
}
