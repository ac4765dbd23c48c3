/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Launch control policies that are wrong: each with the place and the field that must be named.
 * The layouts are those of the TXT SDG's appendices D and E.
 */
#include <criterion/criterion.h>

#include "policy/lcp/policy.h"

#define B(s)                                                                                       \
    {                                                                                              \
        (const uint8_t *)(s), sizeof(s) - 1                                                        \
    }

typedef struct wrong {
    const char *why;
    assay_bytes bytes;
    uint64_t offset;
    const char *field;
    int kind;
} wrong;

static void expect_place(const wrong *w, int status, const assay_error *error)
{
    cr_expect_eq(status, -w->kind, "%s: %d", w->why, status);
    if (status >= 0)
        return;
    cr_expect_eq(error->offset, w->offset, "%s: offset %llu", w->why,
                 (unsigned long long)error->offset);
    cr_expect_str_eq(error->field == NULL ? "" : error->field, w->field, "%s: %s", w->why,
                     error->what);
}

#define MLE2 "\x0e\0\0\0\x10\0\0\0\0\0\0\0"

static const wrong elements[] = {
    { "Size 0, on which a tool turns for ever", B("\0\0\0\0\x10\0\0\0\0\0\0\0\0\0\x0b\0\0\0"), 0,
      "Size", ASSAY_MALFORMED },
    { "Size less than the header", B("\x0b\0\0\0\x10\0\0\0\0\0\0\0"), 0, "Size", ASSAY_MALFORMED },
    { "Size beyond the end", B("\xff\xff\xff\xff\x10\0\0\0\0\0\0\0"), 0, "Size", ASSAY_TRUNCATED },
    { "a header cut short", B("\x0c\0\0\0\x10\0\0"), 0, "Size", ASSAY_TRUNCATED },
    { "an MLE2 without room for its fields", B(MLE2 "\0\0"), 0, "Size", ASSAY_MALFORMED },
    { "one hash said, none there", B("\x12\0\0\0\x10\0\0\0\0\0\0\0\0\0\x0b\0\1\0"), 0, "Size",
      ASSAY_MALFORMED },
    { "65535 hashes said", B("\x12\0\0\0\x10\0\0\0\0\0\0\0\0\0\x0b\0\xff\xff"), 0, "Size",
      ASSAY_MALFORMED },
    { "an algorithm of unknown size", B("\x12\0\0\0\x10\0\0\0\0\0\0\0\0\0\x99\x99\0\0"), 14,
      "HashAlg", ASSAY_MALFORMED },
    { "a TPM 1.2 element of another algorithm than SHA-1", B("\x10\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0"),
      13, "HashAlg", ASSAY_MALFORMED },
    { "two PCR selections where one must be",
      B("\x1c\0\0\0\x11\0\0\0\0\0\0\0\x0b\0\1\0\0\0\0\2\0\x0b\3\1\0\0\0\0"), 16, "PCRInfos",
      ASSAY_MALFORMED },
    { "a selection of no bytes", B("\x19\0\0\0\x11\0\0\0\0\0\0\0\x0b\0\1\0\0\0\0\1\0\x0b\0\0\0"),
      16, "PCRInfos", ASSAY_MALFORMED },
    { "a custom element without a UUID", B("\x10\0\0\0\x13\0\0\0\0\0\0\0\1\2\3\4"), 0, "Size",
      ASSAY_MALFORMED },
};

Test(lcp_malformed, elements_are_refused_by_place_and_field)
{
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
        assay_cursor cursor = assay_cursor_of(elements[i].bytes);
        assay_lcp_element element;
        assay_error error = { 0 };

        expect_place(&elements[i], assay_lcp_element_next(&cursor, 0, &element, &error), &error);
        cr_expect_eq(cursor.offset, 0, "the cursor stays");
    }
}

#define NO_ELEMENTS "\0\0\0\0"

static const wrong lists[] = {
    { "a version that there isn't", B("\x02\x02\x10\0" NO_ELEMENTS), 0, "Version",
      ASSAY_UNSUPPORTED },
    { "a header cut short", B("\0\2\x10\0\0\0"), 4, "PolicyElementsSize", ASSAY_TRUNCATED },
    { "elements beyond the end", B("\0\2\x10\0\x0c\0\0\0"), 4, "PolicyElementsSize",
      ASSAY_TRUNCATED },
    { "an element of Size 0 in it", B("\0\2\x10\0\x0c\0\0\0\0\0\0\0\x10\0\0\0\0\0\0\0"), 8, "Size",
      ASSAY_MALFORMED },
    { "elements that end inside a header", B("\0\2\x10\0\3\0\0\0\1\2\3"), 8, "Size",
      ASSAY_TRUNCATED },
    { "a list 1.0 signed with 2", B("\0\1\0\2" NO_ELEMENTS), 3, "SigAlgorithm", ASSAY_MALFORMED },
    { "a list 2.0 signed with RSA-PSS", B("\0\2\x16\0" NO_ELEMENTS), 2, "SigAlgorithm",
      ASSAY_MALFORMED },
    { "an RSA key without bytes", B("\0\2\x14\0" NO_ELEMENTS "\0\0\0\0"), 10, "PubkeySize",
      ASSAY_MALFORMED },
    { "an RSA key beyond the end", B("\0\2\x14\0" NO_ELEMENTS "\0\0\0\1"), 12, "Signature",
      ASSAY_TRUNCATED },
    { "coordinates of 31 bytes", B("\0\2\x18\0" NO_ELEMENTS "\0\0\x1f\0"), 10, "PubkeySize",
      ASSAY_MALFORMED },
    { "a KeySignatureOffset that misses the counter", B("\0\3\x08\0" NO_ELEMENTS "\0\0"), 2,
      "KeySignatureOffset", ASSAY_MALFORMED },
    { "a block of another version", B("\0\3\x0a\0" NO_ELEMENTS "\0\0\x11\1\0"), 10, "Version",
      ASSAY_MALFORMED },
    { "an unknown kind of key", B("\0\3\x0a\0" NO_ELEMENTS "\0\0\x10\2\0\x10\0\1"), 11, "KeyAlg",
      ASSAY_MALFORMED },
    { "a coordinate of 257 bits", B("\0\3\x0a\0" NO_ELEMENTS "\0\0\x10\x23\0\x10\1\1"), 14,
      "KeySize", ASSAY_MALFORMED },
    { "an RSA key of 8 bits signed by ECDSA",
      B("\0\3\x0a\0" NO_ELEMENTS "\0\0\x10\1\0\x10\x08\0\1\0\1\0\x55\x18\0\x10\x08\0"), 21,
      "SigScheme", ASSAY_MALFORMED },
    { "a signature of another size than its key",
      B("\0\3\x0a\0" NO_ELEMENTS "\0\0\x10\1\0\x10\x08\0\1\0\1\0\x55\x16\0\x10\x10\0"), 24,
      "KeySize", ASSAY_MALFORMED },
};

Test(lcp_malformed, lists_are_refused_by_place_and_field)
{
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        assay_cursor cursor = assay_cursor_of(lists[i].bytes);
        assay_lcp_list list;
        assay_error error = { 0 };

        expect_place(&lists[i], assay_lcp_list_read(&cursor, 0, &list, &error), &error);
    }
}

#define SIGNATURE "Intel(R) TXT LCP_POLICY_DATA\0\0\0\0"
#define EMPTY_LIST "\0\2\x10\0\0\0\0\0"

static const wrong files[] = {
    { "another signature", B("Intel(R) TXT LCP_POLICY_DATB\0\0\0\0\0\0\0\0"), 0, "FileSignature",
      ASSAY_UNKNOWN_FORMAT },
    { "no number of lists", B(SIGNATURE "\0\0\0"), 35, "NumLists", ASSAY_TRUNCATED },
    { "nine lists",
      B(SIGNATURE "\0\0\0\x09" EMPTY_LIST EMPTY_LIST EMPTY_LIST EMPTY_LIST EMPTY_LIST EMPTY_LIST
            EMPTY_LIST EMPTY_LIST EMPTY_LIST),
      35, "NumLists", ASSAY_MALFORMED },
    { "two lists said, one there", B(SIGNATURE "\0\0\0\2" EMPTY_LIST), 44, "PolicyElementsSize",
      ASSAY_TRUNCATED },
};

Test(lcp_malformed, data_files_are_refused_by_place_and_field)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        assay_lcp_data data;
        assay_error error = { 0 };

        expect_place(&files[i], assay_lcp_data_read(&data, files[i].bytes, &error), &error);
    }
}

Test(lcp_malformed, what_stands_before_a_fault_is_there)
{
    assay_lcp_data data;
    assay_error error;

    cr_expect_lt(assay_lcp_data_read(&data, files[3].bytes, &error), 0);
    cr_expect_eq(data.list_count, 1);
    cr_expect_lt(assay_lcp_data_read(&data, files[2].bytes, &error), 0);
    cr_expect_eq(data.list_count, 8, "of nine lists eight are read");
}

Test(lcp_malformed, bytes_behind_the_last_list_are_kept)
{
    static const char bytes[] = SIGNATURE "\0\0\0\1" EMPTY_LIST "rest";
    assay_lcp_data data;

    cr_assert_eq(assay_lcp_data_read(&data, assay_bytes_of(bytes, sizeof bytes - 1), NULL), 0);
    cr_expect(assay_bytes_equal(data.after, ASSAY_LITERAL("rest")));
}

Test(lcp_malformed, kinds_of_lists_may_be_mixed)
{
    static const char bytes[] = SIGNATURE "\0\0\0\3"
                                          "\0\1\0\0\0\0\0\0" EMPTY_LIST "\0\3\0\0\0\0\0\0";
    assay_lcp_data data;

    cr_assert_eq(assay_lcp_data_read(&data, assay_bytes_of(bytes, sizeof bytes - 1), NULL), 0);
    cr_expect_eq(data.list_count, 3);
    cr_expect_eq(data.lists[0].version, ASSAY_LCP_LIST_1_0);
    cr_expect_eq(data.lists[2].version, ASSAY_LCP_LIST_3_0);
}

/*
 * Layout after tboot 1.11: behind the counter 0x10, KeyAlg, 0x10, KeySize, key, SigScheme, 0x10,
 * KeySize, of LMS HashAlg, signature. Nobody has such a list yet.
 */
static void expect_fixed_size(uint16_t alg, uint16_t key_size, uint16_t value_size, size_t stated)
{
    const uint16_t hash = alg == ASSAY_ALG_MLDSA ? ASSAY_ALG_NULL : ASSAY_ALG_SHA256;
    assay_writer bytes = assay_writer_growing(1 << 14), again = assay_writer_growing(1 << 14);
    assay_lcp_list list;

    assay_put(&bytes, ASSAY_LITERAL("\0\3\x0a\0\0\0\0\0\7\0\x10"));
    assay_put_u16le(&bytes, alg);
    assay_put_u8(&bytes, 0x10);
    assay_put_u16le(&bytes, key_size);
    assay_put_zeros(&bytes, key_size);
    assay_put_u16le(&bytes, alg);
    assay_put_u8(&bytes, 0x10);
    assay_put_u16le(&bytes, (uint16_t)stated);
    if (hash != ASSAY_ALG_NULL)
        assay_put_u16le(&bytes, hash);
    assay_put_zeros(&bytes, value_size);
    assay_cursor cursor = assay_cursor_of(assay_written(&bytes));
    cr_assert_eq(assay_lcp_list_read(&cursor, 0, &list, NULL), 0);
    cr_expect_eq(assay_left(&cursor), 0);
    cr_expect_eq(list.revocation_counter, 7);
    cr_expect_eq(list.signature.key.size, key_size);
    cr_expect_eq(list.signature.value.size, value_size);
    cr_expect_eq(list.signature.hash_alg, hash);
    cr_expect(list.signature.empty);
    cr_expect_eq(list.signed_data.size, 10, "header and counter, not the key");
    assay_lcp_list_encode(&again, &list);
    cr_expect(assay_bytes_equal(assay_written(&again), assay_written(&bytes)));
    assay_writer_close(&again);
    assay_writer_close(&bytes);
}

Test(lcp_malformed, signatures_of_fixed_size_are_read_and_written)
{
    expect_fixed_size(ASSAY_ALG_LMS, 48, 4 + (4 + 24 + 51 * 24) + 4 + 20 * 24, 48);
    expect_fixed_size(ASSAY_ALG_MLDSA, 2592, 4627, 4627);
}

#define ZEROS_16 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static const wrong policies[] = {
    { "one byte", B("\0"), 0, "Version", ASSAY_TRUNCATED },
    { "a version that there isn't", B("\x05\2"), 0, "Version", ASSAY_UNSUPPORTED },
    { "a policy 2.x of another algorithm",
      B("\x04\2\1\1\0\0" ZEROS_16 "\0\0\0\0\0\0\0\0\0\0\0\0" ZEROS_16 "\0\0\0\0"), 2, "HashAlg",
      ASSAY_MALFORMED },
    { "a policy 2.x that names SHA-1 as a TPM 2.0 does",
      B("\x04\2\4\1\0\0" ZEROS_16 "\0\0\0\0\0\0\0\0\0\0\0\0" ZEROS_16 "\0\0\0\0"), 2, "HashAlg",
      ASSAY_MALFORMED },
    { "a policy 3.x of an algorithm without a mask bit",
      B("\0\3\x10\0\1\0" ZEROS_16 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), 2, "HashAlg",
      ASSAY_MALFORMED },
    { "a policy cut short", B("\0\3\x0b\0\1\0" ZEROS_16 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"), 39,
      "", ASSAY_TRUNCATED },
    { "a policy with a byte behind it",
      B("\x04\2\0\1\0\0" ZEROS_16 "\0\0\0\0\0\0\0\0\0\0\0\0" ZEROS_16 "\0\0\0\0\1"), 54, "",
      ASSAY_MALFORMED },
};

Test(lcp_malformed, policies_are_refused_by_place_and_field)
{
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        assay_lcp_policy policy;
        assay_error error = { 0 };

        expect_place(&policies[i], assay_lcp_policy_read(&policy, policies[i].bytes, &error),
                     &error);
    }
}

Test(lcp_malformed, bytes_that_must_be_zero_come_back)
{
    /* An SBIOS of TPM 1.2 has five such bytes, a policy 2.x seven. */
    static const char sbios[] = "\x28\0\0\0\2\0\0\0\0\0\0\0\0\1\2\3" ZEROS_16 "\0\0\0\0\4\5\0\0";
    static const char policy[] =
        "\x04\2\0\1\0\x77" ZEROS_16 "\0\0\0\0\0\0\1\2\3\4\5\6" ZEROS_16 "\0\0\0\0";
    assay_cursor cursor = assay_cursor_of(assay_bytes_of(sbios, sizeof sbios - 1));
    assay_writer writer = assay_writer_growing(1 << 12);
    assay_lcp_element element;
    assay_lcp_policy read;

    cr_assert_eq(assay_lcp_element_next(&cursor, 0, &element, NULL), 1);
    cr_expect_eq(element.reserved, 0x0504030201);
    assay_lcp_element_encode(&writer, &element);
    cr_expect(assay_bytes_equal(assay_written(&writer), assay_bytes_of(sbios, sizeof sbios - 1)));
    assay_writer_close(&writer);
    writer = assay_writer_growing(1 << 12);
    cr_assert_eq(assay_lcp_policy_read(&read, assay_bytes_of(policy, sizeof policy - 1), NULL), 0);
    cr_expect_eq(read.reserved, 0x06050403020177);
    assay_lcp_policy_encode(&writer, &read);
    cr_expect(assay_bytes_equal(assay_written(&writer), assay_bytes_of(policy, sizeof policy - 1)));
    assay_writer_close(&writer);
}
