/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot/artefact/mle.h and elf.h. The digests expected of the fixtures are hashlib's, printed by
 * fixtures/artefacts/make.py, and lcp2_mlehash's of tboot 1.10.5, which are the same; those of
 * Debian's tboot are lcp2_mlehash's.
 */
#include "boot/artefact/gunzip.h"
#include "boot/artefact/mle.h"
#include "tests/allocfail.h"
#include "tests/artefact.h"

#include <unistd.h>

static const char *const as_it_is[ASSAY_LAUNCH_ALGS] = {
    "9eac5cb82761aca7d31297798b8eac0a6368175a",
    "8e04da7f051ba4d05e284d2b076b77f87f571784f74d353fed1df6d9ab268219",
    "995a756ea1451432b0b116130609c44290dfb609a3061ae15cdfaaa55966e345593073625e1d37b77c93a25c38f2ef"
    "10",
    "65a383c74d6a760d2d803ec3a5ef9cb47ff0dc8866447dc3c4a2b12bef785e0338c29cba46b67dd841e8aed1079948"
    "8ec8137508c7ef9a8471e62def32e094e6",
    "32c444e8cae8aaaa9488140fea921970d0bcc40c21b297899b8313ce114067ac",
};

static const char *const with_cmdline[ASSAY_LAUNCH_ALGS] = {
    "53faf919a237b59c85ed1aa158e40ccc994728a0",
    "59c81a87fa568228b41fac5b2451896958346fef191535d9304fb652b1e7ed6f",
    "ede8bcc692c678890189a745277e698788b41bec4bb6448d8a8b21b8eff7afe68890d086abb9a323b656f3f01f7724"
    "dd",
    "baed4e560169ea4507f04407fa5d121b1d37dfab12131b4640c827810430f3aae19d092e6fb843e4d2374dede60f13"
    "85ea9643431dc50639c5917ba72663b5ff",
    "178e0a8732d4ce4db9b0afcdf40ac46675b3b20a9ea5fed1f477360c364e9d93",
};

/* Opens, digests and closes; what the functions return. */
static int digest(assay_bytes file, assay_bytes cmdline, assay_digests *digests, assay_error *error)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_digesting digesting;
    assay_gunzipped unzipped;
    assay_mle mle;
    int status = assay_gunzip(&unzipped, file, 1 << 26, error);

    if (hashes == NULL)
        status = status == 0 ? (assay_gunzip_close(&unzipped), -ASSAY_NO_MEMORY) : status;
    if (status < 0) {
        assay_hashes_free(&hashes);
        return status;
    }
    status = assay_mle_open(&mle, unzipped.bytes, error);
    if (status == 0)
        status = assay_digesting_begin(&digesting, hashes, assay_launch_algs, ASSAY_LAUNCH_ALGS);
    if (status == 0)
        status = assay_mle_digest(&mle, cmdline, &digesting, digests, error);
    assay_gunzip_close(&unzipped);
    assay_hashes_free(&hashes);
    return status;
}

static void expect_digests(const char *name, assay_bytes cmdline,
                           const char *const expected[ASSAY_LAUNCH_ALGS])
{
    artefact a = artefact_fixture(name);
    assay_error error = { 0 };
    assay_digests digests;

    cr_assert_eq(digest(artefact_bytes(&a), cmdline, &digests, &error), 0, "%s: %s", name,
                 error.what);
    for (size_t i = 0; i < ASSAY_LAUNCH_ALGS; i++)
        expect_digest(&digests, assay_launch_algs[i], expected[i]);
    artefact_free(&a);
}

Test(artefact_mle, digests_are_those_of_lcp2_mlehash)
{
    expect_digests("mle.elf", ASSAY_NO_BYTES, as_it_is);
    expect_digests("mle.elf", ASSAY_LITERAL(""), as_it_is); /* the area is zeros in the file */
    expect_digests("mle.elf", ASSAY_LITERAL("logging=serial"), with_cmdline);
}

Test(artefact_mle, a_zipped_one_is_what_is_in_it)
{
    expect_digests("mle.elf.gz", ASSAY_LITERAL("logging=serial"), with_cmdline);
}

Test(artefact_mle, segments_are_laid_out_one_behind_the_other)
{
    expect_digests("mle-split.elf", ASSAY_LITERAL("logging=serial"), with_cmdline);
}

Test(artefact_mle, the_header_has_the_fields_of_the_specification)
{
    artefact a = artefact_fixture("mle.elf");
    assay_mle mle;

    cr_assert_eq(assay_mle_open(&mle, artefact_bytes(&a), NULL), 0);
    cr_expect_eq(mle.form, ASSAY_MLE_ELF);
    cr_expect_eq(mle.image.size, 0x4400);
    cr_expect_eq(mle.header_offset, 0x1200);
    cr_expect_eq(mle.header.header_len, 52);
    cr_expect_eq(mle.header.version, 0x20001);
    cr_expect_eq(mle.header.entry_point, 0x1800);
    cr_expect_eq(mle.header.first_valid_page, 0);
    cr_expect_eq(mle.header.mle_start, 0x1000);
    cr_expect_eq(mle.header.mle_end, 0x4000);
    cr_expect_eq(mle.header.capabilities, 0x627);
    cr_expect_eq(mle.header.cmdline_start, 0x1E00);
    cr_expect_eq(mle.header.cmdline_end, 0x1E40);
    cr_expect_eq(assay_mle_cmdline_max(&mle), 63);
    cr_expect_not(mle.gaps);
    artefact_free(&a);
}

Test(artefact_mle, a_header_that_is_read_is_written_the_same)
{
    artefact a = artefact_fixture("mle.elf");
    const assay_bytes there = assay_bytes_of(a.data + 0x1000 + 0x1200, ASSAY_MLE_HEADER_SIZE);
    uint8_t written[ASSAY_MLE_HEADER_SIZE];
    assay_writer out = assay_writer_lent(written, sizeof written);
    assay_mle_header header;

    cr_assert_eq(assay_mle_header_read(&header, there, NULL), 0);
    assay_mle_header_write(&out, &header);
    cr_expect(assay_bytes_equal(assay_written(&out), there));
    artefact_free(&a);
}

/* lcp2_mlehash hashes something else then, and says nothing. */
Test(artefact_mle, a_command_line_that_does_not_fit_is_refused)
{
    artefact a = artefact_fixture("mle.elf");
    char cmdline[64];
    assay_error error;
    assay_digests digests;

    memset(cmdline, 'a', sizeof cmdline);
    cr_expect_eq(digest(artefact_bytes(&a), assay_bytes_of(cmdline, 63), &digests, &error), 0);
    cr_expect_eq(digest(artefact_bytes(&a), assay_bytes_of(cmdline, 64), &digests, &error),
                 -ASSAY_TOO_LARGE);
    cr_expect_str_eq(error.field, "CmdlineEnd");
    cr_expect_not_null(strstr(error.what, "64 characters"), "%s", error.what);
    cr_expect_not_null(strstr(error.what, "room for 63"), "%s", error.what);
    artefact_free(&a);
}

Test(artefact_mle, a_linux_kernel_is_measured_from_its_protected_mode_part_on)
{
    artefact a = artefact_fixture("kernel-sl.bin");
    assay_digests digests, same;
    assay_mle mle;

    cr_expect(assay_mle_linux_detect(artefact_bytes(&a)));
    cr_assert_eq(assay_mle_open(&mle, artefact_bytes(&a), NULL), 0);
    cr_expect_eq(mle.form, ASSAY_MLE_LINUX);
    cr_expect_eq(mle.header.version, 0x20002);
    cr_expect_eq(assay_mle_cmdline_max(&mle), 0);
    cr_assert_eq(digest(artefact_bytes(&a), ASSAY_NO_BYTES, &digests, NULL), 0);
    expect_digest(&digests, ASSAY_ALG_SHA256,
                  "0b5298b3256d9d1110fcae72dccfa3f291fd2429d250c02a71ab61d269e5f23e");
    /* It has no area: its command line is measured elsewhere. */
    cr_assert_eq(digest(artefact_bytes(&a), ASSAY_LITERAL("quiet"), &same, NULL), 0);
    cr_expect_eq(memcmp(&digests, &same, sizeof same), 0);
    a.data[1024 + 0x110] = 0; /* mle_header_offset: 0 in kernels without Secure Launch */
    a.data[1024 + 0x111] = 0;
    cr_expect_not(assay_mle_linux_detect(artefact_bytes(&a)));
    cr_expect_eq(assay_mle_open(&mle, artefact_bytes(&a), NULL), -ASSAY_UNSUPPORTED);
    artefact_free(&a);
}

enum { HEADER = 0x1000 + 0x1200, PHDR = 52 }; /* in the file */

static const spoiled elfs[] = {
    { 0, 0, 0, ASSAY_TRUNCATED, 0, NULL, "an empty file" },
    { 0, 1, 'x', ASSAY_UNKNOWN_FORMAT, 0, "e_ident", "no ELF" },
    { 20, 0, 0, ASSAY_TRUNCATED, 0, "e_ident", "cut in the ELF header" },
    { 60, 0, 0, ASSAY_TRUNCATED, 52, "e_phnum", "cut in the program header" },
    { 0x3000, 0, 0, ASSAY_TRUNCATED, 0x1000, "p_filesz", "cut in the segment" },
    { 5, 1, 2, ASSAY_UNSUPPORTED, 5, "EI_DATA", "big-endian" },
    { 16, 2, 3, ASSAY_UNSUPPORTED, 16, "e_type", "a shared object" },
    { 18, 2, 40, ASSAY_UNSUPPORTED, 18, "e_machine", "for ARM" },
    { PHDR, 4, 2, ASSAY_MALFORMED, 52, "p_type", "nothing to load" },
    { PHDR + 4, 4, 0xFFFFFFFF, ASSAY_TRUNCATED, 0xFFFFFFFF, "p_filesz", "offset far away" },
    { PHDR + 16, 4, 0xFFFFFFFF, ASSAY_TRUNCATED, 0x1000, "p_filesz", "larger than the file" },
    { PHDR + 20, 4, 0x3000, ASSAY_MALFORMED, 0x1000, "p_memsz", "smaller in memory" },
    { PHDR + 20, 4, 0xFFFFFFFF, ASSAY_TOO_LARGE, 0x1000, "p_memsz", "4 GiB of zeros" },
    { HEADER, 1, 0, ASSAY_UNSUPPORTED, ASSAY_NO_OFFSET, "UUID", "no MLE header" },
    { HEADER + 16, 4, 48, ASSAY_MALFORMED, 0x1210, "HeaderLen", "a header too short" },
    { HEADER + 32, 4, 0x4000, ASSAY_MALFORMED, 0x1224, "MleEnd", "an MLE without bytes" },
    { HEADER + 36, 4, 0x4401, ASSAY_TRUNCATED, 0x1224, "MleEnd", "an MLE beyond the image" },
    { HEADER + 44, 4, 0xFFF, ASSAY_MALFORMED, 0x122C, "CmdlineStart", "the area begins outside" },
    { HEADER + 48, 4, 0x4001, ASSAY_MALFORMED, 0x122C, "CmdlineStart", "the area ends outside" },
};

Test(artefact_mle, what_is_wrong_with_a_file_is_said)
{
    for (size_t i = 0; i < sizeof elfs / sizeof *elfs; i++) {
        artefact a = artefact_spoil("mle.elf", &elfs[i]);
        assay_error error = { 0 };
        assay_mle mle;

        expect_error(&elfs[i], assay_mle_open(&mle, artefact_bytes(&a), &error), &error);
        artefact_free(&a);
    }
}

static const spoiled kernels[] = {
    { 0x600, 0, 0, ASSAY_TRUNCATED, 0x240, "MLE header", "cut before the MLE header" },
    { 0xB00, 0, 0, ASSAY_TRUNCATED, 0x264, "MleEnd", "cut behind it" },
    { 1024 + 0x110, 4, 0x244, ASSAY_MALFORMED, 0x244, "UUID", "the offset is wrong" },
    { 1024 + 0x110, 4, 0xFFFFFFF0, ASSAY_TRUNCATED, 0xFFFFFFF0, "MLE header", "far away" },
    { 1024 + 0x104, 4, 16, ASSAY_UNSUPPORTED, ASSAY_NO_OFFSET, "mle_header_offset",
      "a kernel_info too old for the field" },
    { 0x206, 2, 0x20e, ASSAY_UNSUPPORTED, ASSAY_NO_OFFSET, "mle_header_offset",
      "a boot protocol before kernel_info" },
};

Test(artefact_mle, what_is_wrong_with_a_kernel_is_said)
{
    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
        artefact a = artefact_spoil("kernel-sl.bin", &kernels[i]);
        assay_error error = { 0 };
        assay_mle mle;

        expect_error(&kernels[i], assay_mle_open(&mle, artefact_bytes(&a), &error), &error);
        artefact_free(&a);
    }
}

static int digest_fixture(void)
{
    assay_digests digests;
    assay_error error;
    assay_file file;
    int status = assay_file_read(&file, "fixtures/artefacts/mle.elf.gz", 1 << 20, &error);

    if (status < 0)
        return status;
    status = digest(file.bytes, ASSAY_LITERAL("x"), &digests, &error);
    assay_file_close(&file);
    return status;
}

Test(artefact_mle, memory_may_be_short)
{
    cr_expect_gt(each_allocation_fails("mle", digest_fixture), 3);
}

/* Debian's tboot 1.10.5-4, where it is installed. */
Test(artefact_mle, debians_tboot_has_the_digests_of_its_own_tool)
{
    static const char *const empty[ASSAY_LAUNCH_ALGS] = {
        "00925215ed297ce2f805fcf0c24514597caebe49",
        "9d472b48bcb6d4a6e72cd66a4296b46b09be7418c9c85ed20bb5bb20b102d755",
        "3513fd21722c07409a67363a324ea3fa3fba12a30a06e083bf03de4a4be6e8a0d27f85eae5807931585be16dfb"
        "543709",
        "39d8891e3711747f9555d345610b05a88f9b446cd2fa33661c83094b804d4dd0bdff82f8f2a7a490dfde0491dd"
        "98901df5a76f95111a304e06ed00a74e789641",
        "f050be176c0a51ac0816a19491361e6593e7f75ad12dc391cfa584bda231774f",
    };
    static const char *const serial[ASSAY_LAUNCH_ALGS] = {
        "96b741e7eb46f340893848b88209dc6eb9dd68ad",
        "f35c0785c7b5bb225ed7e3e8fae2c9be88673a52aa88a41eba68a5eee7c6b77d",
        "ade8edad67f531fc669006e1a0e671cd23e180cfeb1bab0528802a0be843342a651bb4876411989da70fb576cb"
        "765b7c",
        "8fdab0ee8bfbe1918ebee204e54514dcfa4754420a78ebfae8982419c33c64704c215969132b946f4b89b50a33"
        "2634c62b15696ed3eb5b88366e0a21ca41a546",
        "2ac79563f2ea8a5d648020bc9e82695901ec87bd3f9f8856a44694f3edb7c1da",
    };
    static const struct {
        assay_bytes cmdline;
        const char *const *expected;
    } cases[] = {
        { { NULL, 0 }, empty },
        { { (const uint8_t *)"", 0 }, empty },
        { { (const uint8_t *)"logging=serial,memory", 21 }, serial },
    };

    if (system("dpkg-query -W -f '${Version}' tboot 2>/dev/null | grep -qx 1.10.5-4") != 0 ||
        access("/boot/tboot.gz", R_OK) != 0)
        cr_skip_test("tboot 1.10.5-4 is not installed");
    artefact a = artefact_load("/boot/tboot.gz");

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assay_digests digests;

        cr_assert_eq(digest(artefact_bytes(&a), cases[i].cmdline, &digests, NULL), 0);
        for (size_t k = 0; k < ASSAY_LAUNCH_ALGS; k++)
            expect_digest(&digests, assay_launch_algs[k], cases[i].expected[k]);
    }
    artefact_free(&a);
}
