/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a flash image; and as the content of one that is written and read back. */
#include "boot/artefact/ffs.h"
#include "boot/artefact/ovmf.h"
#include "tests/fuzz/fuzz.h"

typedef struct met {
    size_t count;
    assay_bytes last; /* the last leaf's content */
} met;

static bool within(assay_bytes part, assay_bytes whole)
{
    return part.data == NULL ||
           (part.data >= whole.data && part.data + part.size <= whole.data + whole.size);
}

static bool note(void *context, const assay_ffs_met *thing)
{
    met *const m = context;

    demand(thing->depth <= ASSAY_FFS_DEPTH, "nothing is followed too deep");
    demand(thing->fv->files <= thing->fv->volume.size + 8, "files begin in their volume");
    if (thing->file != NULL)
        demand(within(thing->file->content, thing->fv->volume), "a file lies in its volume");
    if (thing->section != NULL)
        m->last = thing->section->content;
    return ++m->count < 10000;
}

/* Checksums as they have to be, so that what lies behind them is reached. */
static void mend_files(uint8_t *data, const assay_fv *fv)
{
    uint64_t offset = fv->files, at = offset;
    assay_ffs_file file;
    int status = 1;

    for (; status == 1 && at + 32 <= fv->volume.size; at = offset) {
        const size_t size = (data[at + 19] & 1) != 0 &&
                                    assay_guid_equal(&fv->file_system, &assay_guid_ffs3)
                                ? 32
                                : 24;
        uint8_t sum = 0;

        for (size_t i = 0; i < size; i++)
            sum = (uint8_t)(sum + (i == 16 || i == 17 || i == 23 ? 0 : data[at + i]));
        data[at + 16] = (uint8_t)-sum;
        status = assay_ffs_next(fv, &offset, &file, NULL);
    }
}

static void mend(uint8_t *data, size_t size)
{
    assay_fv fv;

    for (size_t at = 0; at + 64 <= size; at += 4096) {
        const size_t header = (size_t)(data[at + 48] | data[at + 49] << 8);
        unsigned sum = 0;

        if (header > size - at || header < 56)
            continue;
        for (size_t i = 0; i + 1 < header; i += 2)
            sum += i == 50 ? 0u : (unsigned)(data[at + i] | data[at + i + 1] << 8);
        data[at + 50] = (uint8_t)-sum;
        data[at + 51] = (uint8_t)(-sum >> 8);
        if (assay_fv_open(&fv, assay_bytes_of(data + at, size - at), NULL) == 0)
            mend_files(data + at, &fv);
    }
}

static void walk(assay_bytes bytes)
{
    assay_ffs_unpacked unpacked = { 0 };
    assay_error error = { .what = "" };
    met m = { .count = 0 };
    const int status = assay_ffs_walk(bytes, &unpacked, note, &m, &error);

    demand(status == 0 || error.what[0] != '\0', "a fault is explained");
    demand(unpacked.total <= ASSAY_FFS_UNPACKED_MAX, "what is unpacked has a bound");
    assay_ffs_unpacked_free(&unpacked);
}

static void open_ovmf(assay_bytes bytes)
{
    assay_ovmf ovmf;

    if (assay_ovmf_open(&ovmf, bytes, NULL) < 0)
        return;
    demand(ovmf.version.size % 2 == 0 && ovmf.version.size >= 2, "a version is UTF-16 with a NUL");
    demand(ovmf.dxefv_base == ovmf.peifv_base + ovmf.peifv.size, "the volumes are neighbours");
    assay_ovmf_close(&ovmf);
}

static void round_trip(assay_bytes bytes)
{
    const assay_fv_made made = { assay_guid_ffs2, ASSAY_FV_ERASE_POLARITY, bytes.size % 2 == 0,
                                 { { 1 } }, 512 };
    assay_writer section = assay_writer_growing(FUZZ_CEILING);
    assay_writer files = assay_writer_growing(FUZZ_CEILING);
    assay_writer volume = assay_writer_growing(FUZZ_CEILING);
    assay_ffs_unpacked unpacked = { 0 };
    met m = { .count = 0 };

    assay_ffs_put_section(&section, ASSAY_FFS_RAW_SECTION, ASSAY_NO_BYTES, bytes);
    assay_ffs_put_file(&files, &made.name, ASSAY_FFS_FREEFORM, assay_written(&section));
    assay_fv_put(&volume, &made, assay_written(&files));
    demand(assay_ffs_walk(assay_written(&volume), &unpacked, note, &m, NULL) == 0,
           "what is written can be read");
    demand(m.count == 3 && assay_bytes_equal(m.last, bytes), "and is the same");
    assay_ffs_unpacked_free(&unpacked);
    assay_writer_close(&volume);
    assay_writer_close(&files);
    assay_writer_close(&section);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes bytes = assay_bytes_of(data, size);

    uint8_t *const mended = malloc(size + 1);

    walk(bytes);
    memcpy(mended, data, size);
    mend(mended, size);
    walk(assay_bytes_of(mended, size));
    open_ovmf(assay_bytes_of(mended, size));
    round_trip(bytes);
    free(mended);
    return 0;
}
