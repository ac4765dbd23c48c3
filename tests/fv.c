/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/artefact: fv.h, ffs.h, lzma.h. */
#include "boot/artefact/ffs.h"
#include "boot/artefact/lzma.h"
#include "boot/artefact/uefidecompress.h"
#include "tests/allocfail.h"
#include "tests/artefact.h"

#define FIXTURE "fixtures/firmware/ovmf.fd"

static const assay_guid lzma_guid =
    ASSAY_GUID(0xee4e5898, 0x3914, 0x4259, 0x9d, 0x6e, 0xdc, 0x7b, 0xd7, 0x94, 0x03, 0xcf);
static const assay_guid tiano_guid =
    ASSAY_GUID(0xa31280ad, 0x481e, 0x41b6, 0x95, 0xe8, 0x12, 0x7f, 0x4c, 0x98, 0x47, 0x79);
static const assay_guid own = { { 1, 2, 3, 4 } };

typedef struct seen {
    char text[2000];
    size_t used;
} seen;

/* Each thing met as its depth and its type: "0v 0f0b 0s02 1s19 ..." */
static bool note(void *context, const assay_ffs_met *met)
{
    seen *const s = context;
    const char what = met->section != NULL ? 's' : met->file != NULL ? 'f' : 'v';

    s->used += (size_t)snprintf(s->text + s->used, sizeof s->text - s->used, "%u%c",
                                met->depth, what);
    if (met->file != NULL)
        s->used += (size_t)snprintf(s->text + s->used, sizeof s->text - s->used, "%02x",
                                    met->section != NULL ? met->section->type : met->file->type);
    s->used += (size_t)snprintf(s->text + s->used, sizeof s->text - s->used, " ");
    return s->used < sizeof s->text - 20;
}

static int walk(assay_bytes flash, seen *s, assay_error *error)
{
    assay_ffs_unpacked unpacked = { 0 };
    const int status = assay_ffs_walk(flash, &unpacked, note, s, error);

    assay_ffs_unpacked_free(&unpacked);
    return status;
}

/* As make.py put it together. */
Test(fv, all_of_a_flash_image_is_met_in_its_order)
{
    artefact a = artefact_load(FIXTURE);
    assay_error error;
    seen s = { .used = 0 };

    cr_assert_eq(walk(artefact_bytes(&a), &s, &error), 0, "%s", error.what);
    cr_expect_str_eq(s.text, "0v 0v 0f0b 0s02 1s19 1s17 "
                             "2v 2f04 2s10 2s15 2f06 2s10 2s15 2f06 2s10 2s15 "
                             "1s17 2v 2ff0 2f05 2s10 2s15 2f07 2s10 2s15 "
                             "2f07 2s02 3s10 2s01 3s15 2f07 2s10 2s15 ");
    artefact_free(&a);
}

Test(fv, a_header_says_what_it_says)
{
    artefact a = artefact_load(FIXTURE);
    uint64_t offset = 0;
    assay_fv fv;

    cr_assert_eq(assay_fv_next(artefact_bytes(&a), &offset, &fv), 1);
    cr_expect(assay_guid_equal(&fv.file_system, &assay_guid_nvram));
    cr_expect(!assay_fv_has_files(&fv) && !fv.has_name);
    cr_expect_eq(offset, 0x1000);
    cr_assert_eq(assay_fv_next(artefact_bytes(&a), &offset, &fv), 1);
    cr_expect(assay_fv_has_files(&fv));
    cr_expect_eq(fv.volume.size, 0x1000);
    cr_expect_eq(fv.attributes, 0x4FEFF);
    cr_expect_eq(fv.header_length, 72);
    cr_expect_eq(fv.revision, 2);
    cr_expect_eq(fv.files, 72);
    cr_expect_eq(assay_fv_next(artefact_bytes(&a), &offset, &fv), 0);
    artefact_free(&a);
}

Test(fv, what_is_wrong_with_a_volume_is_said)
{
    static const spoiled cases[] = {
        { 30, 0, 0, ASSAY_TRUNCATED, 16, "header", "cut in its header" },
        { 40, 4, 0, ASSAY_MALFORMED, 40, "Signature", "no _FVH" },
        { 32, 8, 0x2001, ASSAY_TRUNCATED, 32, "FvLength", "longer than the file" },
        { 48, 2, 54, ASSAY_MALFORMED, 48, "HeaderLength", "a header smaller than its fields" },
        { 48, 2, 73, ASSAY_MALFORMED, 48, "HeaderLength", "an odd header" },
        { 44, 1, 0, ASSAY_MALFORMED, 50, "Checksum", "another attribute" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        artefact a = artefact_load(FIXTURE);
        assay_error error = { 0 };
        assay_fv fv;

        if (cases[i].size == 0)
            a.size = cases[i].offset;
        for (size_t k = 0; k < cases[i].size; k++)
            a.data[cases[i].offset + k] = (uint8_t)(cases[i].value >> 8 * k);
        expect_error(&cases[i], assay_fv_open(&fv, artefact_bytes(&a), &error), &error);
        artefact_free(&a);
    }
}

/* --- what the writers make -------------------------------------------------------------------- */

static assay_bytes finish(assay_writer *writer)
{
    cr_assert_eq(writer->failure, 0);
    return assay_written(writer);
}

static assay_writer make_volume(assay_bytes sections, const assay_guid *file_system)
{
    const assay_fv_made made = { *file_system, ASSAY_FV_ERASE_POLARITY, true, own, 4096 };
    assay_writer files = assay_writer_growing(1 << 26), volume = assay_writer_growing(1 << 26);

    assay_ffs_put_file(&files, &own, ASSAY_FFS_FIRMWARE_VOLUME_IMAGE, sections);
    assay_fv_put(&volume, &made, finish(&files));
    assay_writer_close(&files);
    return volume;
}

/* A section that is packed in another one: by GUID, with DataOffset 24. */
static assay_writer wrap(const assay_guid *guid, assay_bytes packed)
{
    assay_writer section = assay_writer_growing(1 << 26);
    uint8_t header[20] = { [16] = 24, [18] = 1 };

    memcpy(header, guid->bytes, 16);
    assay_ffs_put_section(&section, ASSAY_FFS_GUID_DEFINED, assay_bytes_of(header, 20), packed);
    finish(&section);
    return section;
}

Test(fv, what_is_packed_comes_out_as_it_went_in)
{
    assay_writer leaf = assay_writer_growing(1 << 20), packed = assay_writer_growing(1 << 20);
    assay_writer tiano = assay_writer_growing(1 << 20), uefi = assay_writer_growing(1 << 20);
    assay_error error;
    seen s = { .used = 0 };

    assay_ffs_put_section(&leaf, ASSAY_FFS_TE, ASSAY_NO_BYTES, ASSAY_LITERAL("executable"));
    assay_uefi_compress(finish(&leaf), ASSAY_UEFI_COMPRESSION, &uefi);
    uint8_t header[5] = { (uint8_t)assay_written(&leaf).size, 0, 0, 0, 1 };
    assay_writer inner = assay_writer_growing(1 << 20);
    assay_ffs_put_section(&inner, ASSAY_FFS_COMPRESSION, assay_bytes_of(header, 5), finish(&uefi));
    assay_uefi_compress(finish(&inner), ASSAY_TIANO_COMPRESSION, &tiano);
    assay_writer middle = wrap(&tiano_guid, finish(&tiano));
    cr_assert(assay_lzma_compress(finish(&middle), &packed));
    assay_writer outer = wrap(&lzma_guid, finish(&packed));
    assay_writer volume = make_volume(finish(&outer), &assay_guid_ffs2);
    cr_assert_eq(walk(finish(&volume), &s, &error), 0, "%s", error.what);
    cr_expect_str_eq(s.text, "0v 0f0b 0s02 1s02 2s01 3s12 ");
    assay_writer *const all[] = { &leaf, &packed, &tiano, &uefi, &inner, &middle, &outer, &volume };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assay_writer_close(all[i]);
}

/* FFS 3 has sizes of 64 bits for files, and sections of 32: from 16 MiB on (PI 1.8, 3.2.3.1). */
Test(fv, files_and_sections_of_16_mib_and_more)
{
    const size_t size = (16 << 20) + 5;
    uint8_t *const content = calloc(1, size);
    assay_writer section = assay_writer_growing(1 << 26);
    uint64_t offset = 0;
    assay_ffs_section s;
    assay_ffs_file file;
    assay_error error;
    assay_fv fv;

    assay_ffs_put_section(&section, ASSAY_FFS_RAW_SECTION, ASSAY_NO_BYTES,
                          assay_bytes_of(content, size));
    assay_writer volume = make_volume(finish(&section), &assay_guid_ffs3);
    cr_assert_eq(assay_fv_open(&fv, finish(&volume), &error), 0, "%s", error.what);
    cr_assert(assay_ffs_find(&fv, &own, &file));
    cr_expect(file.large);
    cr_expect_eq(file.content.size, 8 + size + 3);
    cr_assert_eq(assay_ffs_next_section(file.content, &offset, &s, &error), 1, "%s", error.what);
    cr_expect_eq(s.content.size, size);
    cr_expect_eq(assay_ffs_next_section(file.content, &offset, &s, &error), 0);
    assay_writer_close(&volume);
    assay_writer_close(&section);
    free(content);
}

/* --- hostile input ---------------------------------------------------------------------------- */

Test(fv, a_bomb_does_not_go_off)
{
    /* A header of LZMA that promises 4 GiB. */
    static const uint8_t bomb[20] = { 0x5D, 0, 0, 0x10, 0, 0, 0, 0, 0, 1, 0, 0, 0 };
    assay_writer section = wrap(&lzma_guid, assay_bytes_of(bomb, sizeof bomb));
    assay_writer volume = make_volume(finish(&section), &assay_guid_ffs2);
    assay_error error;
    seen s = { .used = 0 };

    cr_expect_eq(walk(finish(&volume), &s, &error), -ASSAY_TOO_LARGE, "%s", error.what);
    assay_writer_close(&volume);
    assay_writer_close(&section);
}

Test(fv, a_nest_is_not_followed_for_ever)
{
    assay_writer inner = assay_writer_growing(1 << 20);
    assay_error error;
    seen s = { .used = 0 };

    assay_ffs_put_section(&inner, ASSAY_FFS_RAW_SECTION, ASSAY_NO_BYTES, ASSAY_LITERAL("core"));
    for (int i = 0; i < ASSAY_FFS_DEPTH + 1; i++) {
        assay_writer outer = assay_writer_growing(1 << 20);

        assay_ffs_put_section(&outer, ASSAY_FFS_DISPOSABLE, ASSAY_NO_BYTES, finish(&inner));
        assay_writer_close(&inner);
        inner = outer;
    }
    assay_writer volume = make_volume(finish(&inner), &assay_guid_ffs2);
    cr_expect_eq(walk(finish(&volume), &s, &error), -ASSAY_TOO_LARGE, "%s", error.what);
    assay_writer_close(&volume);
    assay_writer_close(&inner);
}

/* Offsets are of the second volume of the fixture: its header has 72 bytes, a file's 24. */
Test(fv, what_is_wrong_with_files_and_sections_is_said)
{
    static const spoiled cases[] = {
        { 72 + 20, 3, 23, ASSAY_MALFORMED, 72 + 20, "Size", "a file smaller than its header" },
        { 72 + 20, 3, 0x2000, ASSAY_TRUNCATED, 72 + 20, "Size", "a file longer than its volume" },
        { 72 + 18, 1, 7, ASSAY_MALFORMED, 72 + 16, "IntegrityCheck.Checksum.Header",
          "another type, with the old checksum" },
        { 96, 3, 0x1000, ASSAY_TRUNCATED, 0, "Size", "a section longer than its file" },
        { 96, 3, 3, ASSAY_MALFORMED, 0, "Size", "a section smaller than its header" },
        { 96, 3, 10, ASSAY_MALFORMED, 0, "DataOffset", "no room for a GUID" },
        { 96 + 20, 2, 23, ASSAY_MALFORMED, 0, "DataOffset", "data that begins in the header" },
        { 96 + 24 + 5, 1, 0, ASSAY_MALFORMED, 0, NULL, "less than LZMA's header promises" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        artefact a = artefact_load(FIXTURE);
        assay_error error = { 0 };
        seen s = { .used = 0 };

        for (size_t k = 0; k < cases[i].size; k++)
            a.data[0x1000 + cases[i].offset + k] = (uint8_t)(cases[i].value >> 8 * k);
        const int status = walk(artefact_bytes(&a), &s, &error);
        cr_expect_eq(status, -cases[i].kind, "%s: %d %s", cases[i].why, status, error.what);
        if (cases[i].field != NULL) {
            cr_expect_str_eq(error.field, cases[i].field, "%s: %s", cases[i].why, error.field);
            cr_expect_eq(error.offset, cases[i].at, "%s", cases[i].why);
        }
        artefact_free(&a);
    }
}

Test(fv, a_deleted_file_is_not_there)
{
    artefact a = artefact_load(FIXTURE);
    seen s = { .used = 0 };
    assay_error error;

    a.data[0x1000 + 72 + 23] = 0xE8; /* EFI_FILE_DELETED, of erased ones */
    cr_assert_eq(walk(artefact_bytes(&a), &s, &error), 0);
    cr_expect_str_eq(s.text, "0v 0v ");
    artefact_free(&a);
}

static int walk_fixture(void)
{
    assay_file file;
    seen s = { .used = 0 };
    assay_error error;
    int status = assay_file_read(&file, FIXTURE, 1 << 20, &error);

    if (status < 0)
        return status;
    status = walk(file.bytes, &s, &error);
    assay_file_close(&file);
    return status;
}

Test(fv, each_allocation_may_fail)
{
    cr_expect_gt(each_allocation_fails("walk through a flash image", walk_fixture), 1);
}
