/* SPDX-License-Identifier: BSD-2-Clause */
/* policy/lcp/make.h and json.h: what policies are made of. */
#include <criterion/criterion.h>

#include "base/file.h"
#include "base/hex.h"
#include "policy/lcp/emit.h"
#include "policy/lcp/json.h"
#include "policy/lcp/uuid.h"
#include "tests/allocfail.h"

#include <stdio.h>
#include <stdlib.h>

enum { CEILING = 1 << 20 };

static int read_hashes(const char *text, uint16_t alg, assay_writer *digests, assay_error *error)
{
    return assay_lcp_hash_file_read(digests, assay_bytes_of_string(text), alg, error);
}

#define D20 "000102030405060708090a0b0c0d0e0f10111213"
#define S20 "00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 11 12 13"

Test(lcp_make, hash_files_of_all_forms_are_read)
{
    static const struct {
        const char *text;
        size_t digests;
    } good[] = {
        { D20, 1 },
        { S20 "\n", 1 },
        { "0x" D20 "\r\n", 1 },
        { D20 "  tboot.gz\n" D20 " *other\n", 2 },
        { "# why\n\n  " S20 "  # of what\n" D20 "\n", 2 },
    };
    uint8_t expected[20];

    cr_assert(assay_hex_decode(ASSAY_LITERAL(D20), expected, sizeof expected));
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assay_writer digests = assay_writer_growing(CEILING);
        assay_error error = { 0 };

        cr_expect_eq(read_hashes(good[i].text, ASSAY_ALG_SHA1, &digests, &error), 0, "%zu: %s", i,
                     error.what);
        cr_expect_eq(digests.used, 20 * good[i].digests, "%zu", i);
        for (size_t k = 0; k < good[i].digests; k++)
            cr_expect_eq(memcmp(digests.data + 20 * k, expected, 20), 0, "%zu", i);
        assay_writer_close(&digests);
    }
}

Test(lcp_make, a_hash_file_of_another_form_is_refused_with_its_place)
{
    static const struct {
        const char *text;
        uint64_t offset;
    } bad[] = {
        { "", ASSAY_NO_OFFSET },
        { "# nothing\n", ASSAY_NO_OFFSET },
        { "zz", 0 },
        { D20 "\n0001\n", 41 },
        { D20 "14\n", 0 },
        { S20 " 14\n", 0 },
        { "0" D20, 0 },
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assay_writer digests = assay_writer_growing(CEILING);
        assay_error error = { 0 };

        cr_expect_lt(read_hashes(bad[i].text, ASSAY_ALG_SHA1, &digests, &error), 0, "%zu", i);
        cr_expect_eq(error.offset, bad[i].offset, "%zu", i);
        assay_writer_close(&digests);
    }
}

/* The values PCR i = 20 or 32 bytes of i + 1. */
static void fill(assay_pcrs *pcrs, uint16_t alg)
{
    assay_pcr_bank *const bank = assay_pcrs_add_bank(pcrs, alg);

    for (unsigned i = 0; i < ASSAY_PCRS; i++)
        memset(bank->value[i], (int)i + 1, bank->size);
    bank->present = ASSAY_ALL_PCRS;
}

static void expect_composite(uint32_t type, const assay_lcp_pcr_info *info, const char *hex)
{
    assay_hashes *hashes = assay_hashes_new();
    static assay_pcrs pcrs;
    uint8_t digest[ASSAY_DIGEST_MAX], expected[ASSAY_DIGEST_MAX];
    assay_hash *hash;

    pcrs = (assay_pcrs){ 0 };
    fill(&pcrs, info->bank);
    cr_assert_eq(assay_hashes_get(hashes, info->bank, &hash), 0);
    cr_assert_eq(assay_lcp_composite(type, info, &pcrs, hash, digest, NULL), 0);
    cr_assert(assay_hex_decode(assay_bytes_of_string(hex), expected, assay_hash_size(hash)));
    cr_expect_eq(memcmp(digest, expected, assay_hash_size(hash)), 0, "%s", hex);
    assay_hashes_free(&hashes);
}

/*
 * Python: hashlib.sha256(bytes([1]) * 32 + bytes([8]) * 32);
 * hashlib.sha1(bytes.fromhex("0003810000" "00000028") + bytes([1]) * 20 + bytes([8]) * 20);
 * the same with "0001" "81" "00000028".
 */
Test(lcp_make, composites_have_pcr_7_and_the_size_of_the_values)
{
    expect_composite(ASSAY_LCP_PCONF2,
                     &(assay_lcp_pcr_info){ .bank = ASSAY_ALG_SHA256, .pcrs = 0x81 },
                     "9fdb874a7b3b9a8eaea508deb338721ae7a889b8c2a49f40aa22741950571193");
    expect_composite(
        ASSAY_LCP_PCONF,
        &(assay_lcp_pcr_info){ .bank = ASSAY_ALG_SHA1, .pcrs = 0x81, .select_size = 3 },
        "4d2d1d79a8dff139174e304d5031f678624ac99a");
    expect_composite(ASSAY_LCP_PCONF, &(assay_lcp_pcr_info){ .bank = ASSAY_ALG_SHA1, .pcrs = 0x81 },
                     "ae76fa7ac9760a2cc4cd3d1119a20ff759590c7c");
}

Test(lcp_make, a_value_that_is_missing_is_named)
{
    assay_hashes *hashes = assay_hashes_new();
    const assay_lcp_pcr_info info = { .bank = ASSAY_ALG_SHA256, .pcrs = 0x82 };
    static assay_pcrs pcrs;
    uint8_t digest[ASSAY_DIGEST_MAX];
    assay_error error = { 0 };
    assay_hash *hash;

    fill(&pcrs, ASSAY_ALG_SHA256);
    pcrs.banks[0].present = 2;
    cr_assert_eq(assay_hashes_get(hashes, ASSAY_ALG_SHA256, &hash), 0);
    cr_expect_lt(assay_lcp_composite(ASSAY_LCP_PCONF2, &info, &pcrs, hash, digest, &error), 0);
    cr_expect(strstr(error.what, "PCR 7 ") != NULL, "%s", error.what);
    assay_hashes_free(&hashes);
}

Test(lcp_make, a_uuid_has_its_numbers_little_endian)
{
    static const char *const forms[] = {
        "tboot",
        "c3930641-e3cb-4f40-91d7-27f8b9e25c86",
        "{0xc3930641, 0xe3cb, 0x4f40, 0x91d7, {0x27, 0xf8, 0xb9, 0xe2, 0x5c, 0x86}}",
    };
    /* custom-tboot.elt, which tboot's tool made, from byte 12 on */
    static const uint8_t bytes[] = { 0x41, 0x06, 0x93, 0xc3, 0xcb, 0xe3, 0x40, 0x4f,
                                     0xd7, 0x91, 0x27, 0xf8, 0xb9, 0xe2, 0x5c, 0x86 };
    char text[ASSAY_GUID_TEXT];
    assay_guid uuid;

    for (size_t i = 0; i < 3; i++) {
        memset(&uuid, 0, sizeof uuid);
        cr_expect(assay_lcp_uuid_parse(assay_bytes_of_string(forms[i]), &uuid), "%s", forms[i]);
        cr_expect_eq(memcmp(uuid.bytes, bytes, sizeof bytes), 0, "%s", forms[i]);
    }
    assay_lcp_uuid_format(&uuid, text);
    cr_expect_str_eq(text, forms[1]);
    cr_expect_not(assay_lcp_uuid_parse(ASSAY_LITERAL("{0xc3930641, 0xe3cb}"), &uuid));
    cr_expect_not(assay_lcp_uuid_parse(ASSAY_LITERAL(""), &uuid));
}

static int make(const char *text, enum assay_lcp_stale stale, assay_lcp_made *made,
                assay_error *error)
{
    assay_hashes *hashes = assay_hashes_new();
    const int status =
        assay_lcp_json_read(made, assay_bytes_of_string(text), NULL, stale, hashes, error);

    assay_hashes_free(&hashes);
    return status;
}

#define STM(more) "{\"type\":\"stm2\",\"hash_alg\":\"sha1\",\"digests\":[\"" D20 "\"]" more "}"
#define LISTS(element)                                                                             \
    "{\"lists\":[{\"version\":\"2.0\",\"elements\":[]},"                                           \
    "{\"version\":\"2.0\",\"elements\":[" element "]}]}"

/* A list of this version with a signature of these parts; keys of 4 bytes keep it short. */
#define SIGNATURE(version, parts)                                                                  \
    "{\"lists\":[{\"version\":\"" version "\",\"elements\":[],\"signature\":{" parts "}}]}"
#define RSA32(key) "\"scheme\":\"rsassa\",\"key\":{\"alg\":\"rsa\",\"bits\":32," key "}"

Test(lcp_make, a_document_with_a_bad_signature_is_refused_by_the_place_in_it)
{
    static const struct {
        const char *text, *what;
    } bad[] = {
        { SIGNATURE("1.0", "\"scheme\":\"ecdsa\""),
          "lists[0].signature.scheme: no list of this version is signed so" },
        { SIGNATURE("2.0", "\"scheme\":\"rsassa\",\"key\":{\"alg\":\"ecc\"}"),
          "lists[0].signature.key.alg: this is no kind of key of this scheme" },
        { SIGNATURE("2.0", RSA32("\"bit\":1")),
          "lists[0].signature.key: the key 'bit' is unknown here" },
        { SIGNATURE("2.0", RSA32("\"value\":\"000102\"")),
          "lists[0].signature.key.value: 3 bytes are not a key of 32 bits" },
        { SIGNATURE("2.0", RSA32("\"value\":\"\"")),
          "lists[0].signature.key.value: 0 bytes are not a key of 32 bits" },
        { SIGNATURE("2.0", RSA32("\"exponent\":4294967296,\"value\":\"00010203\"")),
          "lists[0].signature.key.exponent: 4294967296 is more than 4294967295" },
        { SIGNATURE("2.0", RSA32("\"value\":\"00010203\"") ",\"hash_alg\":\"sha256\""),
          "lists[0].signature.hash_alg: this block has no room for it: null is wanted" },
        { SIGNATURE("3.0", "\"scheme\":\"rsapss\",\"key\":{\"alg\":\"rsa\",\"bits\":32,"
                           "\"value\":\"00010203\"}"),
          "lists[0].signature.hash_alg: is missing" },
        { SIGNATURE("2.0", RSA32("\"value\":\"00010203\"") ",\"value\":\"0001020304\""),
          "lists[0].signature.value: 5 bytes, 4 are wanted" },
        { SIGNATURE("2.0", RSA32("\"value\":\"00010203\"") ",\"signed_sha256\":\"00\""),
          "lists[0].signature.signed_sha256: 32 bytes are wanted" },
        { SIGNATURE("2.0", RSA32("\"value\":\"00010203\"") ",\"signed_sha256\":\"" D20
                                                           "000000000000000000000000\""),
          "lists[0].signature.value: the list has changed since it was signed" },
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assay_lcp_made made;
        assay_error error = { 0 };

        cr_expect_lt(make(bad[i].text, ASSAY_LCP_STALE_REFUSE, &made, &error), 0, "%s",
                     bad[i].text);
        cr_expect_str_eq(error.what, bad[i].what);
    }
}

Test(lcp_make, a_document_is_refused_by_the_place_in_it)
{
    static const struct {
        const char *text, *what;
    } bad[] = {
        { "", "line 1: the JSON ends too early" },
        { "[]", "this is no object" },
        { "{}", "\"policy\", \"lists\", or one of \"list\" and \"element\" is wanted" },
        { "{\"lists\":[],\"lists\":[]}", "line 1: a key stands there twice" },
        { "{\"lists\":[],\"sign\":1}", "the key 'sign' is unknown here" },
        { "{\"lists\":[],\"\\u001b[1m\":1}", "the key '...' is unknown here" },
        { "{\"lists\":{}}", "lists: this is no array" },
        { "{\"lists\":[{},{},{},{},{},{},{},{},{}]}", "lists: 9 lists; there may be 8" },
        { "{\"lists\":[{\"version\":\"2.2\"}]}",
          "lists[0].version: one of \"1.0\", \"2.0\", \"2.1\" and \"3.0\" is wanted" },
        { LISTS("{\"type\":\"mle2\",\"hash_alg\":\"sha1\",\"sinit_min_version\":256}"),
          "lists[1].elements[0].sinit_min_version: 256 is more than 255" },
        { LISTS("{\"type\":\"mle2\",\"hash_alg\":\"sha1\",\"sinit_min_version\":-1}"),
          "lists[1].elements[0].sinit_min_version: this is no number from 0 to 255" },
        { LISTS("{\"type\":\"mle2\",\"hash_alg\":\"sha1\",\"sinit_min_version\":1.0}"),
          "lists[1].elements[0].sinit_min_version: this is no number from 0 to 255" },
        { LISTS("{\"type\":\"mle3\"}"),
          "lists[1].elements[0].type: there is no such type of element" },
        { LISTS("{\"type\":\"mle2\"}"),
          "lists[1].elements[0].hash_alg: is missing: \"sha256\" ..." },
        { LISTS("{\"type\":\"mle2\",\"hash_alg\":\"md5\"}"),
          "lists[1].elements[0].hash_alg: this names no hash algorithm, such as \"sha256\"" },
        { LISTS("{\"type\":\"mle2\",\"hash_alg\":\"sha256\",\"digests\":[\"" D20 "\"]}"),
          "lists[1].elements[0].digests: a digest of 20 bytes, 32 are wanted" },
        { LISTS("{\"type\":\"mle2\",\"hash_alg\":\"sha1\",\"digests\":[\"0\"]}"),
          "lists[1].elements[0].digests: these are no bytes in hexadecimal" },
        { LISTS("{\"type\":\"mle2\",\"hash_alg\":\"sha1\",\"files\":[{\"mle\":\"x\"}]}"),
          "lists[1].elements[0].files[0].mle: no file can be named here" },
        { LISTS(STM(",\"control\":[\"stm_required\",\"any\"]")),
          "lists[1].elements[0].control: word 1 is none of this field" },
        { LISTS(STM(",\"control\":4294967296")),
          "lists[1].elements[0].control: 4294967296 is more than 4294967295" },
        { LISTS(STM(",\"reserved\":1")),
          "lists[1].elements[0].reserved: this type has no room for it" },
        { LISTS(STM(",\"sinit_min_version\":1")),
          "lists[1].elements[0]: the key 'sinit_min_version' is unknown here" },
        { LISTS("{\"type\":\"custom2\",\"uuid\":\"xen\",\"data\":\"\"}"),
          "lists[1].elements[0].uuid: this is no UUID, and no name of one such as \"tboot\"" },
        { "{\"policy\":{\"version\":\"3.3\"}}",
          "policy.version: one of \"2.0\" to \"2.4\" and \"3.0\" to \"3.2\" is wanted" },
        { "{\"policy\":{\"type\":\"any\",\"data_revocation_counters\":[0,65536]}}",
          "policy.data_revocation_counters: number 1 is not from 0 to 65535" },
        { "{\"policy\":{\"version\":\"2.4\",\"lcp_sign_alg_mask\":0}}",
          "policy: the key 'lcp_sign_alg_mask' is unknown here" },
        { "{\"policy\":{\"version\":\"2.4\",\"type\":\"any\",\"hash_alg\":\"sha256\"}}",
          "a policy 2.x has sha1 alone, one of 3.x sha1, sha256, sha384, sha512 or sm3" },
        { "{\"policy\":{\"type\":\"list\"}}", "a policy of type LIST wants lists, or their hash" },
        { "{\"policy\":{\"version\":\"2.4\",\"policy_hash\":\"" D20 "\"},\"lists\":[]}",
          "policy_hash is not that of the lists; left out, it is computed" },
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assay_lcp_made made;
        assay_error error = { 0 };

        cr_expect_lt(make(bad[i].text, ASSAY_LCP_STALE_REFUSE, &made, &error), 0, "%s",
                     bad[i].text);
        cr_expect_str_eq(error.what, bad[i].what);
    }
}

Test(lcp_make, a_document_of_too_many_values_is_refused_before_it_takes_memory)
{
    enum { VALUES = 1000001 };
    char *const text = malloc(VALUES + 1);
    assay_lcp_made made;
    assay_error error = { 0 };

    memset(text, '[', VALUES);
    text[VALUES] = '\0';
    cr_expect_eq(make(text, ASSAY_LCP_STALE_REFUSE, &made, &error), -ASSAY_TOO_LARGE);
    free(text);
}

/* The document of a file of the fixtures, for free(). */
static char *document_of(const char *path)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_writer text = assay_writer_growing(CEILING);
    assay_output out = assay_output_json(&text);
    assay_error error = { 0 };
    assay_lcp_list list;
    assay_hash *sha256;
    assay_file file;

    cr_assert_eq(assay_file_read(&file, path, CEILING, &error), 0, "%s", error.what);
    assay_cursor cursor = assay_cursor_of(file.bytes);
    cr_assert_eq(assay_lcp_list_read(&cursor, 0, &list, &error), 0, "%s", error.what);
    cr_assert_eq(assay_hashes_get(hashes, ASSAY_ALG_SHA256, &sha256), 0);
    assay_emit_object(&out, NULL);
    cr_assert_eq(assay_lcp_list_emit(&out, "list", &list, sha256), 0);
    assay_emit_end(&out);
    char *const copy = strndup((const char *)text.data, text.used);
    assay_writer_close(&text);
    assay_file_close(&file);
    assay_hashes_free(&hashes);
    return copy;
}

#define SIGNED "fixtures/policies/lcp/l300-p384.lst"

static assay_lcp_list made_list(const assay_lcp_made *made)
{
    assay_cursor cursor = assay_cursor_of(assay_written(&made->list));
    assay_lcp_list list;

    cr_assert_eq(assay_lcp_list_read(&cursor, 0, &list, NULL), 0);
    return list;
}

Test(lcp_make, a_signature_stays_only_on_what_it_signed)
{
    char *const text = document_of(SIGNED);
    char *const counter = strstr(text, "\"revocation_counter\":10");
    assay_error error = { 0 };
    assay_lcp_made made;

    cr_assert_eq(make(text, ASSAY_LCP_STALE_REFUSE, &made, &error), 0, "%s", error.what);
    cr_expect_not(made_list(&made).signature.empty);
    assay_lcp_made_close(&made);
    cr_assert(counter != NULL);
    memcpy(counter, "\"revocation_counter\":11", strlen("\"revocation_counter\":11"));
    cr_expect_lt(make(text, ASSAY_LCP_STALE_REFUSE, &made, &error), 0);
    cr_expect_str_eq(error.what, "list.signature.value: the list has changed since it was signed");
    cr_assert_eq(make(text, ASSAY_LCP_STALE_DROP, &made, &error), 0);
    cr_expect_not(made_list(&made).is_signed);
    cr_expect_eq(made.stale_lists, 1);
    assay_lcp_made_close(&made);
    cr_assert_eq(make(text, ASSAY_LCP_STALE_EMPTY, &made, &error), 0);
    cr_expect(made_list(&made).signature.empty);
    cr_expect_eq(made_list(&made).revocation_counter, 11);
    assay_lcp_made_close(&made);
    free(text);
}

static char *alloc_text;

static int make_under_pressure(void)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_lcp_made made;
    assay_error error = { 0 };
    int status = -ASSAY_NO_MEMORY;

    if (hashes != NULL)
        status = assay_lcp_json_read(&made, assay_bytes_of_string(alloc_text), NULL,
                                     ASSAY_LCP_STALE_REFUSE, hashes, &error);
    if (status == 0)
        assay_lcp_made_close(&made);
    assay_hashes_free(&hashes);
    return status;
}

Test(lcp_make, no_allocation_that_fails_is_lost)
{
    alloc_text = document_of(SIGNED);
    cr_expect_gt(each_allocation_fails("a document", make_under_pressure), 5);
    free(alloc_text);
}
