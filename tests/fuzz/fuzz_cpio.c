/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a cpio archive. */
#include "boot/loader/cpio.h"
#include "tests/fuzz/fuzz.h"

static bool within(assay_bytes part, assay_bytes whole)
{
    return part.size == 0 ||
           (part.data >= whole.data && part.data + part.size <= whole.data + whole.size);
}

/* An entry that is written reads as the same. */
static void demand_same(const assay_cpio_entry *entry)
{
    assay_writer out = assay_writer_growing(FUZZ_CEILING);
    assay_cpio_entry read;

    assay_put_cpio(&out, entry);
    assay_cursor c = assay_cursor_of(assay_written(&out));
    demand(assay_cpio_next(&c, &read, NULL) == 1, "what is written is read");
    demand(assay_left(&c) == 0, "an entry ends where it ends");
    demand(read.ino == entry->ino && read.mode == entry->mode && read.uid == entry->uid &&
               read.gid == entry->gid && read.nlink == entry->nlink &&
               read.mtime == entry->mtime && read.devmajor == entry->devmajor &&
               read.devminor == entry->devminor && read.rdevmajor == entry->rdevmajor &&
               read.rdevminor == entry->rdevminor && read.check == entry->check &&
               assay_bytes_equal(read.name, entry->name) &&
               assay_bytes_equal(read.data, entry->data),
           "an entry comes back");
    assay_writer_close(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    assay_cursor c = assay_cursor_of(assay_bytes_of(data, size));
    assay_error error = { .what = "" };
    assay_cpio_entry entry;
    int status;

    while ((status = assay_cpio_next(&c, &entry, &error)) > 0) {
        demand(within(entry.name, c.bytes) && within(entry.data, c.bytes),
               "what is lent lies in the archive");
        demand_same(&entry);
    }
    demand(status == 0 || error.what[0] != '\0', "a fault is explained");
    return 0;
}
