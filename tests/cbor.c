/* SPDX-License-Identifier: BSD-2-Clause */
/* policy/export/corim/cbor.h, by the examples of RFC 8949 appendix A. */
#include <criterion/criterion.h>

#include "policy/export/corim/cbor.h"
#include "tests/allocfail.h"
#include "tests/unhex.h"

typedef struct example {
    const char *hex;
    enum assay_cbor_kind kind;
    uint64_t number; /* of strings their size, of others what they hold */
} example;

static const example examples[] = {
    { "00", ASSAY_CBOR_UINT, 0 },
    { "17", ASSAY_CBOR_UINT, 23 },
    { "1818", ASSAY_CBOR_UINT, 24 },
    { "1864", ASSAY_CBOR_UINT, 100 },
    { "1903e8", ASSAY_CBOR_UINT, 1000 },
    { "1a000f4240", ASSAY_CBOR_UINT, 1000000 },
    { "1b000000e8d4a51000", ASSAY_CBOR_UINT, 1000000000000 },
    { "1bffffffffffffffff", ASSAY_CBOR_UINT, UINT64_MAX },
    { "20", ASSAY_CBOR_NEGATIVE, 0 },
    { "3863", ASSAY_CBOR_NEGATIVE, 99 },
    { "3903e7", ASSAY_CBOR_NEGATIVE, 999 },
    { "3bffffffffffffffff", ASSAY_CBOR_NEGATIVE, UINT64_MAX },
    { "40", ASSAY_CBOR_BYTES, 0 },
    { "4401020304", ASSAY_CBOR_BYTES, 4 },
    { "60", ASSAY_CBOR_TEXT, 0 },
    { "6449455446", ASSAY_CBOR_TEXT, 4 },
    { "62c3bc", ASSAY_CBOR_TEXT, 2 },
    { "80", ASSAY_CBOR_ARRAY, 0 },
    { "8301820203820405", ASSAY_CBOR_ARRAY, 3 },
    { "a0", ASSAY_CBOR_MAP, 0 },
    { "a201020304", ASSAY_CBOR_MAP, 2 },
    { "c11a514b67b0", ASSAY_CBOR_TAG, 1 },
    { "d200", ASSAY_CBOR_TAG, 18 }, /* COSE_Sign1's, not the RFC's: libcbor 0.8 has no 6 to 20 */
    { "d74401020304", ASSAY_CBOR_TAG, 23 },
    { "d818456449455446", ASSAY_CBOR_TAG, 24 },
    { "f6", ASSAY_CBOR_NULL, 0 },
    { "f4", ASSAY_CBOR_OTHER, 0 },
    { "f7", ASSAY_CBOR_OTHER, 0 },
    { "f90001", ASSAY_CBOR_OTHER, 0 },
    { "fa47c35000", ASSAY_CBOR_OTHER, 0 },
    { "fb3ff199999999999a", ASSAY_CBOR_OTHER, 0 },
};

Test(cbor, reads_the_examples_of_the_rfc)
{
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const example *const row = &examples[i];
        const unhexed bytes = unhex(row->hex);
        assay_arena arena = { NULL };
        assay_error error = { .what = "" };
        assay_cbor item;

        cr_assert_eq(assay_cbor_read(&arena, unhexed_bytes(&bytes), 0, &item, &error), 0, "%s: %s",
                     row->hex, error.what);
        cr_expect_eq(item.kind, row->kind, "%s", row->hex);
        const bool string = item.kind == ASSAY_CBOR_BYTES || item.kind == ASSAY_CBOR_TEXT;
        const bool collection = item.kind == ASSAY_CBOR_ARRAY || item.kind == ASSAY_CBOR_MAP;
        cr_expect_eq(string ? item.bytes.size : collection ? item.count : item.number, row->number,
                     "%s", row->hex);
        assay_arena_free(&arena);
    }
}

static void put(assay_writer *writer, const example *row, assay_bytes content)
{
    char text[16] = "";

    switch (row->kind) {
    case ASSAY_CBOR_UINT: assay_cbor_put_uint(writer, row->number); break;
    case ASSAY_CBOR_NEGATIVE: assay_cbor_put_int(writer, -1 - (int64_t)row->number); break;
    case ASSAY_CBOR_BYTES: assay_cbor_put_bytes(writer, content); break;
    case ASSAY_CBOR_TEXT:
        memcpy(text, content.data, content.size);
        assay_cbor_put_text(writer, text);
        break;
    case ASSAY_CBOR_ARRAY: assay_cbor_put_array(writer, row->number); break;
    case ASSAY_CBOR_MAP: assay_cbor_put_map(writer, row->number); break;
    case ASSAY_CBOR_TAG: assay_cbor_put_tag(writer, row->number); break;
    default: break;
    }
}

Test(cbor, writes_them_as_the_rfc_has_them)
{
    size_t written = 0;

    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const example *const row = &examples[i];
        const unhexed bytes = unhex(row->hex);
        uint8_t room[16];
        assay_writer writer = assay_writer_lent(room, sizeof room);

        /* -2^64 is beyond the writer's numbers; null and others it has none. */
        if (row->kind >= ASSAY_CBOR_NULL ||
            (row->kind == ASSAY_CBOR_NEGATIVE && row->number > INT64_MAX))
            continue;
        put(&writer, row, assay_bytes_of(bytes.data + 1, bytes.size - 1));
        /* Of arrays, maps and tags it is the head alone. */
        const assay_bytes whole = unhexed_bytes(&bytes), head = assay_written(&writer);
        cr_expect(row->kind < ASSAY_CBOR_ARRAY ? assay_bytes_equal(head, whole)
                                               : assay_bytes_start_with(whole, head),
                  "%s", row->hex);
        cr_expect_gt(head.size, 0);
        written++;
    }
    cr_expect_eq(written, 24);
}

static const struct {
    const char *hex;
    int kind;
    uint64_t offset;
    const char *why;
} refused[] = {
    { "", ASSAY_TRUNCATED, 0, "nothing" },
    { "19", ASSAY_TRUNCATED, 0, "a number without its bytes" },
    { "4401", ASSAY_TRUNCATED, 0, "a string of four bytes that has one" },
    { "820102 03", ASSAY_MALFORMED, 3, "a byte behind the item" },
    { "830102", ASSAY_TRUNCATED, 0, "an array of three that has two" },
    { "9bffffffffffffffff", ASSAY_TRUNCATED, 0, "an array of 2^64 elements" },
    { "bbffffffffffffffff00", ASSAY_TRUNCATED, 0, "a map of 2^64 pairs" },
    { "a20102", ASSAY_TRUNCATED, 3, "a map of two pairs that has one" },
    { "a201020103", ASSAY_MALFORMED, 3, "a key twice" },
    { "a20102180103", ASSAY_MALFORMED, 3, "a key twice, once written longer" },
    { "a2616101616102", ASSAY_MALFORMED, 4, "a text twice" },
    { "a18001", ASSAY_UNSUPPORTED, 1, "an array as a key" },
    { "a1f601", ASSAY_UNSUPPORTED, 1, "null as a key" },
    { "9f01ff", ASSAY_UNSUPPORTED, 0, "an array of indefinite length" },
    { "bf0102ff", ASSAY_UNSUPPORTED, 0, "a map of indefinite length" },
    { "825f4101ff00", ASSAY_UNSUPPORTED, 1, "bytes of indefinite length" },
    { "7f6161ff", ASSAY_UNSUPPORTED, 0, "a text of indefinite length" },
    { "ff", ASSAY_UNSUPPORTED, 0, "the end of an indefinite length that never began" },
    { "1c", ASSAY_MALFORMED, 0, "additional information 28" },
    { "f820", ASSAY_MALFORMED, 0, "a simple value that nobody defined" },
    { "61ff", ASSAY_MALFORMED, 0, "a text that is not UTF-8" },
    { "8162610 0", ASSAY_MALFORMED, 1, "a text with a NUL" },
    { "c1", ASSAY_TRUNCATED, 0, "a tag around nothing" },
};

Test(cbor, refuses_with_a_place)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const unhexed bytes = unhex(refused[i].hex);
        assay_arena arena = { NULL };
        assay_error error = { .what = "" };
        assay_cbor item;

        cr_expect_eq(assay_cbor_read(&arena, unhexed_bytes(&bytes), 1000, &item, &error),
                     -refused[i].kind, "%s: %s", refused[i].why, error.what);
        cr_expect_eq(error.offset, 1000 + refused[i].offset, "%s: %s at %llu", refused[i].why,
                     error.what, (unsigned long long)error.offset);
        assay_arena_free(&arena);
    }
}

static int read_repeated(uint8_t byte, size_t count, assay_error *error)
{
    static uint8_t bytes[1 << 20];
    assay_arena arena = { NULL };
    assay_cbor item;

    memset(bytes, byte, count);
    const int status = assay_cbor_read(&arena, assay_bytes_of(bytes, count), 0, &item, error);
    assay_arena_free(&arena);
    return status;
}

Test(cbor, is_bounded)
{
    assay_error error;

    /* Arrays of one in each other. */
    cr_expect_eq(read_repeated(0x81, 1 << 20, &error), -ASSAY_TOO_LARGE);
    cr_expect_eq(error.offset, ASSAY_CBOR_DEPTH);
    /* Arrays of 23: what they claim is paid for before it is there. */
    cr_expect_eq(read_repeated(0x97, 1 << 20, &error), -ASSAY_TOO_LARGE);
    /* An array of 2^18 + 1 zeros. */
    static uint8_t many[5 + ASSAY_CBOR_ITEMS + 1] = { 0x9a, 0, 4, 0, 1 };
    assay_arena arena = { NULL };
    assay_cbor item;
    cr_expect_eq(assay_cbor_read(&arena, assay_bytes_of(many, sizeof many), 0, &item, &error),
                 -ASSAY_TOO_LARGE);
    /* A map of 2^10 + 1 pairs. */
    static uint8_t map[3 + 2 * (ASSAY_CBOR_MEMBERS + 1)] = { 0xb9, 4, 1 };
    cr_expect_eq(assay_cbor_read(&arena, assay_bytes_of(map, sizeof map), 0, &item, &error),
                 -ASSAY_TOO_LARGE);
    assay_arena_free(&arena);
}

static int read_nested(void)
{
    const unhexed bytes = unhex("8301820203a1040c");
    assay_arena arena = { NULL };
    assay_cbor item;
    const int status = assay_cbor_read(&arena, unhexed_bytes(&bytes), 0, &item, NULL);

    assay_arena_free(&arena);
    return status;
}

Test(cbor, lives_without_memory)
{
    cr_expect_gt(each_allocation_fails("CBOR", read_nested), 0);
}

Test(cbor, finds_members_and_what_tags_hold)
{
    /* {1: 2, -1: 1(5), "a": 3} */
    const unhexed bytes = unhex("a3010220c105616103");
    assay_arena arena = { NULL };
    assay_cbor item;

    cr_assert_eq(assay_cbor_read(&arena, unhexed_bytes(&bytes), 0, &item, NULL), 0);
    cr_expect(assay_cbor_is(assay_cbor_member(&item, 1), 2));
    cr_expect(assay_cbor_is(assay_cbor_tagged(assay_cbor_member(&item, -1), 1), 5));
    cr_expect_null(assay_cbor_member(&item, 2));
    cr_expect_null(assay_cbor_member(assay_cbor_member(&item, 1), 1), "a number has no members");
    cr_expect_null(assay_cbor_tagged(assay_cbor_member(&item, -1), 2));
    cr_expect_null(assay_cbor_tagged(NULL, 1));
    cr_expect_not(assay_cbor_is(NULL, 0));
    cr_expect_eq(assay_cbor_member(&item, -1)->offset, 4);
    assay_arena_free(&arena);
}
