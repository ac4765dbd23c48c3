/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/artefact/pe.h. Digests are those that pesign -h and hash-to-efi-sig-list print. */
#include "boot/artefact/pe.h"
#include "tests/artefact.h"

#include <unistd.h>

static void expect_sha256(assay_bytes bytes, const char *hex, const char *name)
{
    static const uint16_t alg = ASSAY_ALG_SHA256;
    assay_hashes *hashes = assay_hashes_new();
    assay_digesting digesting;
    assay_digests digests;
    assay_error error = { .what = "" };
    assay_pe pe;

    cr_assert_eq(assay_pe_open(&pe, bytes, &error), 0, "%s: %s", name, error.what);
    cr_assert_eq(assay_digesting_begin(&digesting, hashes, &alg, 1), 0);
    cr_assert_eq(assay_pe_digest(&pe, &digesting, &digests, &error), 0, "%s", error.what);
    expect_digest(&digests, alg, hex);
    assay_hashes_free(&hashes);
}

Test(pe, the_digest_is_what_others_say)
{
    static const struct {
        const char *name, *sha256;
    } rows[] = {
        { "pe/plus.efi", "7c4489c230abb476b692a7c4654f8fa5f1766003242d2703becf3a942ac2f416" },
        { "pe/narrow.efi", "2ebb6c9bb2a828587ce3a39bdb911ea92046353ae610f65621960a0468b7e639" },
        { "pe/trailing.efi", "2651c089553e20ce573b788b74e62e65ad6976d4a50e07be919af20b4e6b7738" },
        { "pe/long-names.efi", "52ddae2a263f06db6ae4a9ad24e356413e1742e632e5e0ad36d33c039cda23d4" },
        { "pe/uki252.efi", "8b270eaece89ceeaed855f026701a03488cdb04accb6d6524d2e9a565721a4dc" },
        { "pe/uki257.efi", "c9f741da3ef12994d18e3bd476d1e5c7845a850ca750176c4a75d823e8fab765" },
        /* Signatures, one and two, leave the digest alone. */
        { "pe/signed.efi", "7c4489c230abb476b692a7c4654f8fa5f1766003242d2703becf3a942ac2f416" },
        { "pe/twice.efi", "7c4489c230abb476b692a7c4654f8fa5f1766003242d2703becf3a942ac2f416" },
        /* hashlib, over all but the four bytes of CheckSum: pesign leaves out a directory entry
         * that isn't there. */
        { "pe/few-directories.efi",
          "031759522cc65762dd017ea283be97b772d5a9dbed036125eacbe5423fe9e780" },
        /* pesign, without its -P; who pads to eight bytes has what the signed file has. */
        { "pe/unaligned.efi", "326f73667b71d2f8dc1e03031fb15e64624dd2c1068dfd631b3fdaacd2d3b3f7" },
        { "pe/padded.efi", "edded047ea3c74f90fc583315d753672582e1bba1b88db736f9529b353848271" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        artefact a = artefact_fixture(rows[i].name);

        expect_sha256(artefact_bytes(&a), rows[i].sha256, rows[i].name);
        artefact_free(&a);
    }
}

/* The first 64 hexadecimal digits of what a tool prints; false when it isn't here. */
static bool ask(const char *format, const char *name, char ret[65])
{
    char command[300], line[300];
    bool found = false;

    snprintf(command, sizeof command, format, name);
    FILE *const tool = popen(command, "r");

    while (tool != NULL && fgets(line, sizeof line, tool) != NULL && !found)
        for (char *at = line; *at != '\0' && !found; at++)
            if (strspn(at, "0123456789abcdefABCDEF") == 64) {
                for (size_t i = 0; i < 64; i++)
                    ret[i] = (char)(at[i] >= 'A' && at[i] <= 'F' ? at[i] | 0x20 : at[i]);
                ret[64] = '\0';
                found = true;
            }
    if (tool != NULL)
        pclose(tool);
    return found;
}

Test(pe, the_tools_that_are_here_agree)
{
    static const char *const tools[] = {
        "pesign -h -d sha256 -i fixtures/artefacts/%s 2>/dev/null",
        "hash-to-efi-sig-list fixtures/artefacts/%s /dev/null 2>/dev/null",
        "osslsigncode verify -in fixtures/artefacts/%s 2>/dev/null | grep -i calculated.message",
    };
    static const char *const names[] = { "pe/plus.efi", "pe/narrow.efi", "pe/signed.efi",
                                         "pe/twice.efi", "pe/padded.efi", "pe/uki257.efi" };
    size_t asked = 0;
    char hex[65];

    for (size_t t = 0; t < sizeof tools / sizeof *tools; t++)
        for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
            if (!ask(tools[t], names[n], hex))
                continue;
            artefact a = artefact_fixture(names[n]);

            expect_sha256(artefact_bytes(&a), hex, names[n]);
            artefact_free(&a);
            asked++;
        }
    if (asked == 0)
        cr_skip_test("none of pesign, hash-to-efi-sig-list and osslsigncode is here");
}

Test(pe, long_names_come_from_the_string_table)
{
    artefact a = artefact_fixture("pe/long-names.efi");
    assay_pe pe;

    cr_assert_eq(assay_pe_open(&pe, artefact_bytes(&a), NULL), 0);
    cr_expect_str_eq(pe.sections[0].name, ".vendor_cert");
    cr_expect_str_eq(pe.sections[1].name, "/17", "a short name has no business there");
    cr_expect_str_eq(pe.sections[2].name, "/99", "an offset beyond the table names nothing");
    cr_expect_str_eq(pe.sections[3].name, ".text");
    artefact_free(&a);
}

Test(pe, a_section_is_what_lies_in_memory)
{
    artefact a = artefact_fixture("pe/plus.efi");
    assay_pe pe;

    cr_assert_eq(assay_pe_open(&pe, artefact_bytes(&a), NULL), 0);
    cr_expect_eq(pe.machine, 0x8664);
    cr_expect(pe.plus);
    cr_expect_eq(pe.subsystem, 10);
    cr_expect_eq(pe.image_base, 0x180000000);
    cr_expect_eq(pe.size_of_headers, 0x400);
    cr_expect_eq(pe.checksum_offset, 0x80 + 4 + 20 + 64);
    cr_expect_eq(pe.security_offset, 0x80 + 4 + 20 + 112 + 4 * 8);
    const assay_pe_section *const text = assay_pe_find(&pe, ".text");
    const assay_pe_section *const data = assay_pe_find(&pe, ".data");

    cr_assert(text != NULL && data != NULL);
    cr_expect_eq(text->bytes.size, 700, "what pads the section is not of it");
    cr_expect_eq(text->zeros, 0);
    cr_expect_eq(data->bytes.size, 0x200);
    cr_expect_eq(data->zeros, 0x100, "VirtualSize is more than there is in the file");
    cr_expect_null(assay_pe_find(&pe, ".none"));
    artefact_free(&a);
}

/* Offsets in plus.efi: PE header 0x80, file header 0x84, optional header 0x98, its directories
 * 0x108, section headers 0x188. */
static const spoiled rows[] = {
    { 60, 0, 0, ASSAY_TRUNCATED, 0, "DOS header", "the file ends in the DOS header" },
    { 0, 1, 'N', ASSAY_UNKNOWN_FORMAT, 0, "e_lfanew", "no MZ" },
    { 0x3c, 4, 0xffffffff, ASSAY_UNKNOWN_FORMAT, 0, "e_lfanew", "e_lfanew beyond the file" },
    { 0x3c, 4, 0xfffffffc, ASSAY_UNKNOWN_FORMAT, 0, "e_lfanew", "e_lfanew overflows" },
    { 0x100, 0, 0, ASSAY_TRUNCATED, 0x80, "PE header", "the file ends in the optional header" },
    { 0x300, 0, 0, ASSAY_TRUNCATED, 0xd4, "SizeOfHeaders", "the file ends in the headers" },
    { 0x98, 2, 0x107, ASSAY_UNSUPPORTED, 0x98, "Magic", "a ROM image" },
    { 0x104, 4, 17, ASSAY_MALFORMED, 0x104, "NumberOfRvaAndSizes", "seventeen directories" },
    { 0x104, 4, 0x20000001, ASSAY_MALFORMED, 0x104, "NumberOfRvaAndSizes", "directories overflow" },
    { 0x94, 2, 0xe0, ASSAY_MALFORMED, 0x94, "SizeOfOptionalHeader", "too short for them" },
    { 0x86, 2, 0xffff, ASSAY_MALFORMED, 0xd4, "SizeOfHeaders", "the section count lies" },
    { 0xd4, 4, 0x80000000, ASSAY_MALFORMED, 0xd4, "SizeOfHeaders", "larger than the image" },
    { 0xd4, 4, 0x188, ASSAY_MALFORMED, 0xd4, "SizeOfHeaders", "it ends before the sections'" },
    { 0x128, 8, 0x10000000c00, ASSAY_TRUNCATED, 0x128, "CertificateTable", "outside the file" },
    { 0x128, 8, 0xfffffff8fffffff8, ASSAY_TRUNCATED, 0x128, "CertificateTable", "it overflows" },
    { 0x188 + 16, 4, 0xffffffff, ASSAY_TRUNCATED, 0x188, "SizeOfRawData", "beyond the file" },
    { 0x188 + 20, 4, 0xfffffff0, ASSAY_TRUNCATED, 0x188, "SizeOfRawData", "it overflows" },
    { 0x188 + 20, 4, 0x3ff, ASSAY_MALFORMED, 0x188, "section header", "in the headers" },
    { 0x188 + 12, 4, 0x3ff, ASSAY_MALFORMED, 0x188, "section header", "in the headers' memory" },
};

Test(pe, what_firmware_refuses_is_refused)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_error error = { .what = "" };
        artefact a = artefact_spoil("pe/plus.efi", &rows[i]);
        assay_pe pe;

        expect_error(&rows[i], assay_pe_open(&pe, artefact_bytes(&a), &error), &error);
        artefact_free(&a);
    }
}

/* Two sections in one place: each is hashed, and what follows begins where their sum says. */
Test(pe, overlapping_sections_are_hashed_as_often_as_they_are_named)
{
    static const uint16_t alg = ASSAY_ALG_SHA256;
    artefact a = artefact_fixture("pe/plus.efi");
    assay_hashes *hashes = assay_hashes_new();
    assay_digesting digesting;
    assay_digests ours, theirs;
    assay_pe pe;

    /* .data (0x200 bytes at 0x800) to where .text (0x400 bytes) is. */
    a.data[0x188 + 40 + 20 + 1] = 0x04;
    a.data[0x188 + 80 + 16 + 1] = 0; /* .sbat has no raw data any more */
    cr_assert_eq(assay_pe_open(&pe, artefact_bytes(&a), NULL), 0);
    cr_assert_eq(assay_digesting_begin(&digesting, hashes, &alg, 1), 0);
    cr_assert_eq(assay_pe_digest(&pe, &digesting, &ours, NULL), 0);
    const assay_bytes parts[] = {
        assay_bytes_of(a.data, 0xd8),
        assay_bytes_of(a.data + 0xdc, 0x128 - 0xdc),
        assay_bytes_of(a.data + 0x130, 0x400 - 0x130),
        assay_bytes_of(a.data + 0x400, 0x400),
        assay_bytes_of(a.data + 0x400, 0x200),
        assay_bytes_of(a.data + 0xa00, 0x200), /* 0x400 + 0x400 + 0x200 is 0xa00 */
    };

    cr_assert_eq(assay_digests_of(hashes, &alg, 1, parts, 6, &theirs), 0);
    cr_expect_arr_eq(ours.list[0].value, theirs.list[0].value, 32);
    assay_hashes_free(&hashes);
    artefact_free(&a);
}

Test(pe, a_certificate_table_that_reaches_into_the_sections_has_no_digest)
{
    static const uint16_t alg = ASSAY_ALG_SHA256;
    artefact a = artefact_fixture("pe/trailing.efi");
    assay_hashes *hashes = assay_hashes_new();
    assay_error error = { .what = "" };
    assay_digesting digesting;
    assay_digests digests;
    assay_pe pe;

    a.data[0x128] = 0x80, a.data[0x129] = 0x05; /* at 0x580, 192 bytes, of which 64 are behind */
    a.data[0x12c] = 0xc0;
    cr_assert_eq(assay_pe_open(&pe, artefact_bytes(&a), &error), 0, "%s", error.what);
    cr_assert_eq(assay_digesting_begin(&digesting, hashes, &alg, 1), 0);
    cr_expect_eq(assay_pe_digest(&pe, &digesting, &digests, &error), -ASSAY_MALFORMED);
    cr_expect_str_eq(error.field, "CertificateTable");
    assay_hashes_free(&hashes);
    artefact_free(&a);
}
