/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot/platform/nvindex.h and nvcontent.h. fixtures/txt/nvpublic.txt and nv-po.* are what
 * tpm2-tools print of indices on a software TPM; attributes of real machines are from reports (TXT
 * logs, mails).
 */
#include "boot/platform/nvindex.h"
#include "boot/platform/nvcontent.h"
#include "tests/payload.h"

#include "base/alg.h"
#include "base/file.h"

static assay_file fixture(const char *path)
{
    assay_error error;
    assay_file file;

    cr_assert_eq(assay_file_read(&file, path, 1 << 20, &error), 0, "%s", error.what);
    return file;
}

static const uint8_t aux_policy[32] = {
    0xef, 0x9a, 0x26, 0xfc, 0x22, 0xd1, 0xae, 0x8c, 0xec, 0xff, 0x59, 0xe9, 0x48, 0x1a, 0xc1, 0xec,
    0x53, 0x3d, 0xbe, 0x22, 0x8b, 0xec, 0x6d, 0x17, 0x93, 0x0f, 0x4c, 0xb2, 0xcc, 0x5b, 0x97, 0x24,
};

static assay_txt_nv_public index_of(uint32_t handle, uint32_t attributes, uint16_t size)
{
    return (assay_txt_nv_public){
        true, handle, ASSAY_ALG_SHA256, attributes, assay_bytes_of(aux_policy, sizeof aux_policy),
        size
    };
}

static uint32_t faults_of(assay_txt_nv_public index)
{
    assay_nv_verdict verdict;

    assay_nv_judge(&index, &verdict);
    return verdict.faults;
}

#define FAULT(name) (1u << ASSAY_NV_##name)

Test(nvindex, indices_of_real_machines_are_right)
{
    static const struct {
        uint32_t handle, attributes;
        uint16_t size;
    } rows[] = {
        { 0x01800003, 0x62044408, 104 }, { 0x01C10102, 0x62044408, 104 },
        { 0x01800001, 0x62042C04, 70 },  { 0x01C10103, 0x62040408, 70 },
        { 0x01C10106, 0x2204000A, 70 },  { 0x01400001, 0x2204000A, 70 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(faults_of(index_of(rows[i].handle, rows[i].attributes, rows[i].size)), 0,
                     "row %zu: 0x%x", i,
                     faults_of(index_of(rows[i].handle, rows[i].attributes, rows[i].size)));
}

Test(nvindex, what_is_wrong_is_named)
{
    static const struct {
        uint32_t handle, attributes;
        uint16_t size;
        uint32_t faults;
        const char *why;
    } rows[] = {
        { 0x01C10106, 0x2204000A, 57, FAULT(SMALL), "a PO with no room for a digest" },
        { 0x01C10106, 0x2204000A, 71, FAULT(ODD_SIZE), "a byte too much" },
        { 0x01C10106, 0x2204000A, 58, 0, "a policy of SHA-1" },
        { 0x01C10106, 0x2204000A, 102, 0, "a policy of SHA-512" },
        { 0x01C10102, 0x62044408, 103, FAULT(SMALL), "an AUX of 40 and two digests less one byte" },
        { 0x01C10104, 0x62040404, 9, FAULT(LARGE), "SGX has eight bytes" },
        { 0x01C10104, 0x62040404, 8, 0, "SGX" },
        { 0x01C10106, 0x22040008, 70, FAULT(LACKS_ATTRIBUTES), "the owner can't write his PO" },
        { 0x01C10106, 0x2204000E, 70, FAULT(EXTRA_ATTRIBUTES), "anybody can write the PO" },
        { 0x01C10103, 0x62040C0A, 70, FAULT(EXTRA_ATTRIBUTES), "the owner can write the PS" },
        { 0x01C10103, 0x62042404, 70, FAULT(NOT_LOCKED), "a PS that was never locked" },
        { 0x01C10103, 0x62040404, 70, FAULT(LACKS_ATTRIBUTES) | FAULT(EXTRA_ATTRIBUTES),
          "a PS that anybody may write at any time" },
        { 0x01C10106, 0x0204000A, 70, FAULT(NOT_WRITTEN), "defined, and empty" },
        { 0x01C10106, 0x0224000A, 70, FAULT(NOT_WRITTEN) | FAULT(RESERVED_ATTRIBUTES), "bit 21" },
        { 0x01C10106, 0x2204001A, 70, FAULT(NOT_ORDINARY), "a counter" },
        { 0x01500016, 0x00060006, 1, 0, "somebody else's index is not judged" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(faults_of(index_of(rows[i].handle, rows[i].attributes, rows[i].size)),
                     rows[i].faults, "%s: 0x%x", rows[i].why,
                     faults_of(index_of(rows[i].handle, rows[i].attributes, rows[i].size)));
}

Test(nvindex, name_algorithm_and_policy_count)
{
    assay_txt_nv_public index = index_of(0x01C10102, 0x62044408, 104);

    index.auth_policy.size = 20;
    cr_expect_eq(faults_of(index), FAULT(POLICY_SIZE));
    index.auth_policy.size = 0;
    cr_expect_eq(faults_of(index), FAULT(NO_POLICY));
    index.auth_policy = ASSAY_LITERAL("01234567890123456789012345678901");
    cr_expect_eq(faults_of(index), FAULT(OTHER_POLICY));
    index = index_of(0x01C10103, 0x62040408, 58);
    index.name_alg = ASSAY_ALG_SHA1;
    index.auth_policy.size = 20;
    cr_expect_eq(faults_of(index), FAULT(WEAK_NAME_ALG));
    index = index_of(0x01C10106, 0x2204000A, 70);
    index.auth_policy.size = 0; /* the owner writes it with his authorization */
    cr_expect_eq(faults_of(index), 0);
}

Test(nvindex, what_tpm2_nvreadpublic_prints_is_read)
{
    assay_file file = fixture("fixtures/txt/nvpublic.txt");
    static assay_nv_read list[ASSAY_NV_READ_MAX];

    cr_assert_eq(assay_nv_read_text(file.bytes, list, NULL), 5);
    cr_expect_eq(list[1].index.nv_index, 0x01C10103);
    cr_expect_eq(list[1].index.attributes, 0x42042404);
    cr_expect_eq(list[1].index.name_alg, ASSAY_ALG_SHA256);
    cr_expect_eq(list[1].index.data_size, 70);
    cr_assert_eq(list[1].index.auth_policy.size, 32);
    cr_expect_eq(list[1].index.auth_policy.data[0], 0x8f);
    cr_expect_eq(faults_of(list[1].index), FAULT(NOT_WRITTEN) | FAULT(NOT_LOCKED));
    cr_expect_eq(faults_of(list[2].index), 0, "the PO");
    cr_expect_eq(list[3].index.name_alg, ASSAY_ALG_SHA1);
    cr_expect_eq(faults_of(list[3].index), FAULT(WEAK_NAME_ALG) | FAULT(NOT_WRITTEN));
    assay_file_close(&file);
}

Test(nvindex, what_is_written_is_read_back)
{
    assay_file file = fixture("fixtures/txt/nvpublic.txt");
    static assay_nv_read list[ASSAY_NV_READ_MAX], back[ASSAY_NV_READ_MAX];
    assay_writer text = assay_writer_growing(1 << 16);
    const int count = assay_nv_read_text(file.bytes, list, NULL);

    for (int i = 0; i < count; i++)
        assay_nv_write_text(&text, &list[i].index);
    cr_assert_eq(assay_nv_read_text(assay_written(&text), back, NULL), count);
    for (int i = 0; i < count; i++) {
        cr_expect_eq(back[i].index.nv_index, list[i].index.nv_index);
        cr_expect_eq(back[i].index.attributes, list[i].index.attributes);
        cr_expect_eq(back[i].index.data_size, list[i].index.data_size);
        cr_expect(assay_bytes_equal(back[i].index.auth_policy, list[i].index.auth_policy));
    }
    assay_writer_close(&text);
    assay_file_close(&file);
}

Test(nvindex, attributes_that_old_tools_print_the_wrong_way_round_are_turned)
{
    static const char text[] =
        "0x1400001:\n  hash algorithm:\n    friendly: sha256\n    value: 0xB\n"
        "  attributes:\n    friendly: ownerwrite|policywrite|authread|no_da\n"
        "    value: 0xA000402\n  size: 70\n";
    static assay_nv_read list[ASSAY_NV_READ_MAX];

    cr_assert_eq(assay_nv_read_text(ASSAY_LITERAL(text), list, NULL), 1);
    cr_expect_eq(list[0].index.attributes, 0x0204000A);
}

Test(nvindex, text_that_is_wrong_is_refused_with_its_place)
{
    static const struct {
        const char *text, *field;
        uint64_t offset;
    } rows[] = {
        { "size: 70\n", "nv_index", 0 },
        { "  size: 70\n", "nv_index", 0 },
        { "0x100000000:\n", "nv_index", 0 },
        { "0x1c10106:\n", "dataSize", 11 },
        { "0x1c10106:\n  size: 70000\n", "dataSize", 11 },
        { "0x1c10106:\n  size: 70\n", "attributes", 22 },
        { "0x1c10106:\n  attributes:\n    value: many\n", "attributes", 25 },
        { "0x1c10106:\n  hash algorithm:\n    value: 0x10000\n", "nameAlg", 29 },
        { "0x1c10106:\n  authorization policy: 8F0\n", "authPolicy", 11 },
        { "0x1c10106:\n  size: 70\n  attributes:\n    value: 0x1\n0x1c10103:\n", "nameAlg", 51 },
    };
    static assay_nv_read list[ASSAY_NV_READ_MAX];
    assay_error error;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(assay_nv_read_text(assay_bytes_of_string(rows[i].text), list, &error),
                     -ASSAY_MALFORMED, "%s", rows[i].text);
        cr_expect_str_eq(error.field, rows[i].field, "%s", rows[i].text);
        cr_expect_eq(error.offset, rows[i].offset, "%s: %llu", rows[i].text,
                     (unsigned long long)error.offset);
    }
    cr_expect_eq(assay_nv_read_text(ASSAY_LITERAL(""), list, &error), 0);
}

Test(nvindex, more_indices_than_there_is_room_for_are_refused)
{
    assay_writer text = assay_writer_growing(1 << 20);
    static assay_nv_read list[ASSAY_NV_READ_MAX];
    const assay_txt_nv_public index = index_of(0x01C10106, 0x2204000A, 70);
    assay_error error;

    for (int i = 0; i < ASSAY_NV_READ_MAX; i++)
        assay_nv_write_text(&text, &index);
    cr_expect_eq(assay_nv_read_text(assay_written(&text), list, &error), ASSAY_NV_READ_MAX);
    assay_nv_write_text(&text, &index);
    cr_expect_eq(assay_nv_read_text(assay_written(&text), list, &error), -ASSAY_TOO_LARGE);
    assay_writer_close(&text);
}

Test(nvindex, a_verdict_is_a_document)
{
    const assay_txt_nv_public index = index_of(0x01C10106, 0x2204000E, 57);
    const char *const json = JSON_OF(assay_nv_emit, "po", &index);

    cr_expect_not_null(strstr(json, "\"role\":\"PO\",\"nv_index\":\"0x1c10106\""), "%s", json);
    cr_expect_not_null(strstr(json, "\"right\":false,\"lacking\":[],\"extra\":[\"AUTHWRITE\"]"),
                       "%s", json);
}

static const char policy_hex[] =
    "01030b0001170000000000000000000000000000000000000000ff000800080000000000000000000000000000"
    "00000000000000000000000000000000000000000000000000";

Test(nvcontent, every_form_of_an_index_content_is_read)
{
    static const char xxd[] =
        "00000000: 0103 0b00 0117 0000 0000 0000 0000 0000  ................\n"
        "00000010: 0000 0000 0000 0000 0000 ff00 0800 0800  ................\n"
        "00000020: 0000 0000 0000 0000 0000 0000 0000 0000  ................\n"
        "00000030: 0000 0000 0000 0000 0000 0000 0000 0000  ................\n"
        "00000040: 0000 0000 0000                           abcdef\n";
    static const char hexdump[] =
        "00000000  01 03 0b 00 01 17 00 00  00 00 00 00 00 00 00 00  |................|\n"
        "00000010  00 00 00 00 00 00 00 00  00 00 ff 00 08 00 08 00  |................|\n"
        "00000020  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n"
        "00000030  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n"
        "00000040  00 00 00 00 00 00                                 |......|\n"
        "00000046\n";
    assay_file raw = fixture("fixtures/txt/nv-po.bin"), yaml = fixture("fixtures/txt/nv-po.yaml");
    const assay_bytes forms[] = { raw.bytes, yaml.bytes, ASSAY_LITERAL(policy_hex),
                                  ASSAY_LITERAL(xxd), ASSAY_LITERAL(hexdump) };

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        assay_writer content = assay_writer_growing(ASSAY_NV_CONTENT_MAX);
        assay_error error = { .what = "" };

        cr_expect_eq(assay_nv_content_read(forms[i], &content, &error), 0, "form %zu: %s", i,
                     error.what);
        cr_expect(assay_bytes_equal(assay_written(&content), raw.bytes), "form %zu: %zu bytes", i,
                  content.used);
        assay_writer_close(&content);
    }
    assay_file_close(&yaml);
    assay_file_close(&raw);
}

Test(nvcontent, other_text_is_refused)
{
    static const struct {
        const char *text;
        int kind;
        uint64_t offset;
    } rows[] = {
        { "", ASSAY_TRUNCATED, 0 },
        { "no dump\n", ASSAY_MALFORMED, 0 },
        { "0103\n0b0\n", ASSAY_MALFORMED, 5 },
        { "data: xy\n", ASSAY_MALFORMED, 0 },
    };
    assay_error error;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_writer content = assay_writer_growing(ASSAY_NV_CONTENT_MAX);

        cr_expect_eq(assay_nv_content_read(assay_bytes_of_string(rows[i].text), &content, &error),
                     -rows[i].kind, "%s", rows[i].text);
        cr_expect_eq(error.offset, rows[i].offset, "%s", rows[i].text);
        assay_writer_close(&content);
    }
}
