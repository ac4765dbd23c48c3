/* SPDX-License-Identifier: BSD-2-Clause */
/* eventlog/payload/siglist.h and signature.h; layouts after UEFI 2.10 section 32.4.1. */
#include <criterion/criterion.h>

#include "eventlog/payload/siglist.h"
#include "tests/certificate.h"
#include "tests/payload.h"

#include <stdlib.h>

/* The GUIDs as they lie in memory: first three fields little-endian. */
#define SHA256_TYPE "\x26\x16\xc4\xc1\x4c\x50\x92\x40\xac\xa9\x41\xf9\x36\x93\x43\x28"
#define X509_SHA256_TYPE "\x92\xa4\xd2\x3b\xc0\x96\x79\x40\xb4\x20\xfc\xf9\x8e\xf1\x03\xed"
#define UNKNOWN_TYPE "\xee\xee\xee\xee\xee\xee\xee\xee\xee\xee\xee\xee\xee\xee\xee\xee"
#define MICROSOFT "\xbd\x9a\xfa\x77\x59\x03\x32\x4d\xbd\x60\x28\xf4\xe7\x8f\x78\x4b"
#define A32 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define B32 "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"

/* 28 bytes of header and two signatures of 16 + 32 bytes are 124, 0x7c. */
#define TWO_HASHES                                                                                 \
    SHA256_TYPE "\x7c\0\0\0\0\0\0\0\x30\0\0\0" MICROSOFT A32 MICROSOFT B32
/* 28 + 3 bytes of list header, no signature: 31, 0x1f. */
#define EMPTY_WITH_HEADER UNKNOWN_TYPE "\x1f\0\0\0\3\0\0\0\x30\0\0\0hdr"

static const assay_guid x509_type =
    ASSAY_GUID(0xa5c059a1, 0x94e4, 0x4aa7, 0x87, 0xb5, 0xab, 0x15, 0x5c, 0x2b, 0xf0, 0x72);

/* The steps of a walk as letters: L for a list, s for a signature, ! for a break. */
static const char *steps_of(assay_bytes bytes)
{
    static char steps[64];
    assay_siglists lists = assay_siglists_of(bytes);
    size_t used = 0;
    int step;

    while ((step = assay_siglists_next(&lists)) > 0 && used < sizeof steps - 2)
        steps[used++] = step == ASSAY_SIGLIST_LIST ? 'L' : 's';
    if (step < 0)
        steps[used++] = '!';
    steps[used] = '\0';
    cr_assert_eq(assay_siglists_next(&lists), step, "the end stays the end, the break the break");
    return steps;
}

/* Writes what a walk yields, as assay_siglist_encode and its sister do. */
static void write_again(assay_writer *writer, assay_bytes bytes)
{
    assay_siglists lists = assay_siglists_of(bytes);
    int step;

    while ((step = assay_siglists_next(&lists)) > 0)
        if (step == ASSAY_SIGLIST_LIST)
            assay_siglist_encode(writer, &lists.list);
        else
            assay_signature_encode(writer, &lists.signature);
}

Test(siglist, a_walk_yields_each_list_and_each_signature)
{
    assay_siglists lists = assay_siglists_of(ASSAY_LITERAL(TWO_HASHES EMPTY_WITH_HEADER));

    cr_assert_eq(assay_siglists_next(&lists), ASSAY_SIGLIST_LIST);
    cr_expect_str_eq(assay_guid_name(&lists.list.type), "EFI_CERT_SHA256");
    cr_expect_eq(lists.list.size, 124);
    cr_expect_eq(lists.list.signature_size, 48);
    cr_expect_eq(lists.list.header.size, 0);
    cr_assert_eq(assay_siglists_next(&lists), ASSAY_SIGLIST_SIGNATURE);
    cr_expect_str_eq(assay_guid_name(&lists.signature.owner), "Microsoft");
    cr_expect(assay_bytes_equal(lists.signature.data, ASSAY_LITERAL(A32)));
    cr_assert_eq(assay_siglists_next(&lists), ASSAY_SIGLIST_SIGNATURE);
    cr_expect(assay_bytes_equal(lists.signature.data, ASSAY_LITERAL(B32)));
    cr_assert_eq(assay_siglists_next(&lists), ASSAY_SIGLIST_LIST);
    cr_expect(assay_bytes_equal(lists.list.header, ASSAY_LITERAL("hdr")));
    cr_assert_eq(assay_siglists_next(&lists), ASSAY_SIGLIST_END);
}

Test(siglist, what_was_read_is_written_again)
{
    const assay_bytes bytes = ASSAY_LITERAL(EMPTY_WITH_HEADER TWO_HASHES TWO_HASHES);

    cr_expect(ENCODES_TO(write_again, bytes, bytes));
}

Test(siglist, a_list_is_made_with_the_sizes_of_its_contents)
{
    const assay_guid sha256 =
        ASSAY_GUID(0xc1c41626, 0x504c, 0x4092, 0xac, 0xa9, 0x41, 0xf9, 0x36, 0x93, 0x43, 0x28);
    const assay_siglist list = assay_siglist_of(&sha256, 2, 32);

    cr_expect(ENCODES_TO(assay_siglist_encode, &list, assay_bytes_of(TWO_HASHES, 28)));
}

/* What is wrong with each, and what can be had of it. */
static const struct {
    const char *what;
    assay_bytes bytes;
    const char *steps;
} malformed[] = {
#define LIST(sizes, rest) ASSAY_LITERAL(SHA256_TYPE sizes rest)
    { "nothing at all is no list, and no fault", { (const uint8_t *)"", 0 }, "" },
    { "one byte", ASSAY_LITERAL("\x26"), "!" },
    { "the header ends before SignatureSize does",
      LIST("\x1c\0\0\0\0\0\0\0\x30\0\0", ""), "!" },
    { "SignatureListSize 0", LIST("\0\0\0\0\0\0\0\0\x30\0\0\0", MICROSOFT A32), "!" },
    { "SignatureListSize is one byte less than its own header",
      LIST("\x1b\0\0\0\0\0\0\0\x30\0\0\0", MICROSOFT A32), "!" },
    { "SignatureListSize is the largest number",
      LIST("\xff\xff\xff\xff\0\0\0\0\x30\0\0\0", MICROSOFT A32), "Ls!" },
    { "SignatureHeaderSize reaches out of the list",
      LIST("\x4c\0\0\0\x31\0\0\0\x30\0\0\0", MICROSOFT A32), "!" },
    { "SignatureHeaderSize is the largest number",
      LIST("\x4c\0\0\0\xff\xff\xff\xff\x30\0\0\0", MICROSOFT A32), "!" },
    { "SignatureSize 0 in a list that holds something",
      LIST("\x4c\0\0\0\0\0\0\0\0\0\0\0", MICROSOFT A32), "L!" },
    { "SignatureSize 0 in a list that holds nothing", LIST("\x1c\0\0\0\0\0\0\0\0\0\0\0", ""), "L" },
    { "SignatureSize is one less than the owner alone",
      LIST("\x4c\0\0\0\0\0\0\0\x0f\0\0\0", MICROSOFT A32), "L!" },
    { "SignatureSize is the owner alone: three signatures of nothing",
      LIST("\x4c\0\0\0\0\0\0\0\x10\0\0\0", MICROSOFT A32), "Lsss" },
    { "SignatureSize is the largest number",
      LIST("\x4c\0\0\0\0\0\0\0\xff\xff\xff\xff", MICROSOFT A32), "L!" },
    { "SignatureSize does not divide the list: one signature, then 5 bytes",
      LIST("\x51\0\0\0\0\0\0\0\x30\0\0\0", MICROSOFT A32 "BBBBB"), "Ls!" },
    { "the bytes end inside the second signature",
      LIST("\x7c\0\0\0\0\0\0\0\x30\0\0\0", MICROSOFT A32 "BBBBB"), "Ls!" },
    { "the bytes end exactly after the first of two signatures",
      LIST("\x7c\0\0\0\0\0\0\0\x30\0\0\0", MICROSOFT A32), "Ls!" },
    { "a good list, then four bytes that are none",
      LIST("\x4c\0\0\0\0\0\0\0\x30\0\0\0", MICROSOFT A32 "tail"), "Ls!" },
#undef LIST
};

Test(siglist, malformed_lists_yield_what_is_sound)
{
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        uint8_t *const exact = malloc(malformed[i].bytes.size + 1);

        memcpy(exact, malformed[i].bytes.data, malformed[i].bytes.size);
        cr_expect_str_eq(steps_of(assay_bytes_of(exact, malformed[i].bytes.size)),
                         malformed[i].steps, "%s", malformed[i].what);
        free(exact);
    }
}

Test(siglist, every_signature_is_emitted_and_a_break_said)
{
    cr_expect_str_eq(
        JSON_OF(assay_siglists_emit, "signatures", ASSAY_LITERAL(TWO_HASHES "x")),
        "{\"signatures\":["
        "{\"type\":\"EFI_CERT_SHA256\",\"owner\":\"77fa9abd-0359-4d32-bd60-28f4e78f784b\","
        "\"owner_name\":\"Microsoft\",\"hash\":\"41414141414141414141414141414141"
        "41414141414141414141414141414141\"},"
        "{\"type\":\"EFI_CERT_SHA256\",\"owner\":\"77fa9abd-0359-4d32-bd60-28f4e78f784b\","
        "\"owner_name\":\"Microsoft\",\"hash\":\"42424242424242424242424242424242"
        "42424242424242424242424242424242\"},"
        "{\"broken\":\"the signature list contradicts its own sizes\"}]}\n");
}

/* `count` lists of one certificate each. */
static assay_bytes certificates(size_t count)
{
    static uint8_t lists[8 * (28 + 16 + EXAMPLE_SIZE)];
    assay_writer writer = assay_writer_lent(lists, sizeof lists);
    const assay_siglist list = assay_siglist_of(&x509_type, 1, EXAMPLE_SIZE);
    const assay_signature signature = { .data = example_certificate() };

    while (count-- > 0) {
        assay_siglist_encode(&writer, &list);
        assay_signature_encode(&writer, &signature);
    }
    return assay_written(&writer);
}

Test(siglist, a_summary_counts_by_type_and_names_three_certificates)
{
    cr_expect_str_eq(TEXT_OF(assay_siglists_summary, certificates(1)),
                     "1 certificate (Example UEFI CA)");
    cr_expect_str_eq(TEXT_OF(assay_siglists_summary, certificates(3)),
                     "3 certificates (Example UEFI CA, Example UEFI CA, Example UEFI CA)");
    cr_expect_str_eq(TEXT_OF(assay_siglists_summary, certificates(5)),
                     "5 certificates (Example UEFI CA, Example UEFI CA, Example UEFI CA, ...)");
    cr_expect_str_eq(TEXT_OF(assay_siglists_summary, ASSAY_LITERAL(TWO_HASHES "x")),
                     "2 SHA-256 hashes, then a broken list");
    cr_expect_str_eq(TEXT_OF(assay_siglists_summary, ASSAY_LITERAL(EMPTY_WITH_HEADER)),
                     "no signature");
    cr_expect_str_eq(
        TEXT_OF(assay_siglists_summary,
                ASSAY_LITERAL(UNKNOWN_TYPE "\x2d\0\0\0\0\0\0\0\x11\0\0\0" MICROSOFT "!")),
        "1 of unknown type");
}

static const char *emitted(const char *type, const char *data, size_t size)
{
    const assay_signature signature = { .data = assay_bytes_of(data, size) };
    assay_guid guid;

    memcpy(guid.bytes, type, sizeof guid.bytes);
    const char *const json = JSON_OF(assay_signature_emit, &guid, &signature);
    return strstr(json, "000000000000\"") + strlen("000000000000\",");
}

Test(siglist, a_revoked_certificate_is_revoked_since_a_time_or_ever)
{
    /* EFI_TIME: 2012 is 0x07dc, then month, day, hour, minute, second. */
    cr_expect_str_eq(emitted(X509_SHA256_TYPE, A32 "\xdc\x07\x02\x1d\x17\x3b\x3a\0\0\0\0\0\0\0\0\0", 48),
                     "\"tbs_hash\":\"4141414141414141414141414141414141414141414141414141414141"
                     "414141\",\"revoked_since\":\"2012-02-29T23:59:58Z\"}\n");
    cr_expect_str_eq(emitted(X509_SHA256_TYPE, A32 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 48),
                     "\"tbs_hash\":\"4141414141414141414141414141414141414141414141414141414141"
                     "414141\",\"revoked_since\":\"ever\"}\n");
}

Test(siglist, data_of_another_size_than_its_type_demands_is_shown_as_bytes)
{
    cr_expect_str_eq(emitted(X509_SHA256_TYPE, "abc", 3), "\"data_hex\":\"616263\"}\n");
    cr_expect_str_eq(emitted(SHA256_TYPE, "", 0), "\"data_hex\":\"\"}\n");
    cr_expect_str_eq(emitted(UNKNOWN_TYPE, "abc", 3), "\"data_hex\":\"616263\"}\n");
}

Test(siglist, a_certificate_that_can_not_be_read_is_shown_as_bytes)
{
    cr_expect_str_eq(JSON_OF(assay_certificate_emit, ASSAY_LITERAL("abc")),
                     "{\"data_hex\":\"616263\"}\n");
    cr_expect_str_eq(JSON_OF(assay_certificate_emit, example_certificate()),
                     "{\"subject\":\"CN=Example UEFI CA,O=Prüfer\\\\, Inc.,C=DE\","
                     "\"issuer\":\"CN=Example UEFI CA,O=Prüfer\\\\, Inc.,C=DE\","
                     "\"serial\":\"1234567890abcdef\","
                     "\"not_before\":\"2026-11-20T20:05:55Z\","
                     "\"not_after\":\"2036-11-17T20:05:55Z\","
                     "\"sha256\":\"c204b88752eeb74d48c84ecacad255259609035c78def6958b741f5e1126"
                     "f10f\"}\n");
}

Test(siglist, without_a_list_the_data_says_what_it_is)
{
    cr_expect_eq(assay_signature_guess(example_certificate()), ASSAY_SIGNATURE_CERTIFICATE);
    cr_expect_eq(assay_signature_guess(ASSAY_LITERAL(A32)), ASSAY_SIGNATURE_HASH);
    cr_expect_eq(assay_signature_guess(ASSAY_LITERAL(A32 "x")), ASSAY_SIGNATURE_OTHER);
    cr_expect_str_eq(TEXT_OF(assay_signature_summary, example_certificate()), "Example UEFI CA");
    cr_expect_str_eq(TEXT_OF(assay_signature_summary, ASSAY_LITERAL("AAAAAAAAAAAAAAAAAAAA")),
                     "SHA-1 hash 4141414141414141414141414141414141414141");
    cr_expect_str_eq(TEXT_OF(assay_signature_summary, ASSAY_LITERAL("abc")), "3 bytes");
}

Test(siglist, each_type_is_found_by_its_guid_and_no_other_is)
{
    assay_guid guid;

    for (size_t i = 0; i < ASSAY_SIGNATURE_TYPES; i++)
        cr_expect_not_null(assay_signature_type_at(i)->many);
    cr_expect_null(assay_signature_type_at(ASSAY_SIGNATURE_TYPES));
    cr_expect_eq(assay_signature_type_index(&x509_type), 0);
    memcpy(guid.bytes, MICROSOFT, sizeof guid.bytes);
    cr_expect_eq(assay_signature_type_index(&guid), ASSAY_SIGNATURE_TYPES, "known, and no type");
    memcpy(guid.bytes, UNKNOWN_TYPE, sizeof guid.bytes);
    cr_expect_eq(assay_signature_type_index(&guid), ASSAY_SIGNATURE_TYPES);
}
