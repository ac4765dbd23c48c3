/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/artefact: gunzip.h, image.h, multiboot.h, module.h, slb.h, digests.h. */
#include "boot/artefact/elf.h"
#include "boot/artefact/gunzip.h"
#include "boot/artefact/module.h"
#include "boot/artefact/multiboot.h"
#include "boot/artefact/slb.h"
#include "tests/allocfail.h"
#include "tests/artefact.h"

/* gzip -n of "hello\n", by gzip 1.12. */
static const uint8_t hello[] = { 0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
                                 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0xe7, 0x02, 0x00,
                                 0x20, 0x30, 0x3a, 0x36, 0x06, 0x00, 0x00, 0x00 };

static void expect_unzipped(const void *data, size_t size, const char *text, size_t members,
                            size_t trailing)
{
    assay_gunzipped g;
    assay_error error = { 0 };

    cr_assert_eq(assay_gunzip(&g, assay_bytes_of(data, size), 100, &error), 0, "%s", error.what);
    cr_expect(assay_bytes_equal(g.bytes, assay_bytes_of_string(text)), "%s", text);
    cr_expect_eq(g.members, members);
    cr_expect_eq(g.trailing, trailing);
    assay_gunzip_close(&g);
}

Test(artefact_files, gzip_is_unzipped_and_anything_else_is_itself)
{
    uint8_t two[2 * sizeof hello + 8];

    expect_unzipped(hello, sizeof hello, "hello\n", 1, 0);
    expect_unzipped("hello", 5, "hello", 0, 0);
    expect_unzipped("", 0, "", 0, 0);
    expect_unzipped("\x1f\x8b", 2, "\x1f\x8b", 0, 0);
    memcpy(two, hello, sizeof hello);
    memcpy(two + sizeof hello, hello, sizeof hello);
    memset(two + 2 * sizeof hello, 0, 8);
    expect_unzipped(two, 2 * sizeof hello, "hello\nhello\n", 2, 0);
    expect_unzipped(two, sizeof two, "hello\nhello\n", 2, 8); /* zeros, as tapes had them */
    memcpy(two + sizeof hello, "garbage", 8);
    expect_unzipped(two, sizeof hello + 8, "hello\n", 1, 8);
}

Test(artefact_files, what_is_wrong_with_gzip_is_said)
{
    static const struct {
        size_t size, offset;
        uint8_t value;
        int kind;
        const char *why;
    } cases[] = {
        { 25, 0, 0x1f, ASSAY_TRUNCATED, "cut in the size" },
        { 12, 0, 0x1f, ASSAY_TRUNCATED, "cut in the data" },
        { 9, 0, 0x1f, ASSAY_TRUNCATED, "cut in the header" },
        { 26, 18, 0x21, ASSAY_MALFORMED, "a wrong CRC" },
        { 26, 22, 0x07, ASSAY_MALFORMED, "a wrong size" },
        { 26, 11, 0x49, ASSAY_MALFORMED, "another content" },
        { 26, 10, 0xff, ASSAY_MALFORMED, "no deflate" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t copy[sizeof hello];
        assay_gunzipped g;
        assay_error error = { 0 };

        memcpy(copy, hello, sizeof hello);
        copy[cases[i].offset] = cases[i].value;
        cr_expect_eq(assay_gunzip(&g, assay_bytes_of(copy, cases[i].size), 100, &error),
                     -cases[i].kind, "%s", cases[i].why);
        cr_expect_str_eq(error.field, "gzip", "%s", cases[i].why);
        cr_expect_leq(error.offset, cases[i].size, "%s", cases[i].why);
    }
}

Test(artefact_files, a_bomb_does_not_go_off)
{
    assay_gunzipped g;
    assay_error error = { 0 };

    cr_expect_eq(assay_gunzip(&g, assay_bytes_of(hello, sizeof hello), 5, &error),
                 -ASSAY_TOO_LARGE);
    cr_expect_eq(assay_gunzip(&g, assay_bytes_of(hello, sizeof hello), 6, &error), 0);
    assay_gunzip_close(&g);
}

static int unzip(void)
{
    assay_gunzipped g;
    assay_error error;
    const int status = assay_gunzip(&g, assay_bytes_of(hello, sizeof hello), 100, &error);

    if (status == 0)
        assay_gunzip_close(&g);
    return status;
}

Test(artefact_files, memory_may_be_short)
{
    cr_expect_gt(each_allocation_fails("gunzip", unzip), 1);
}

/* "abc", two zeros, "de", a zero: of an image of eight bytes. */
static assay_loaded_image small_image(void)
{
    assay_loaded_image image = { 0 };

    cr_assert(assay_loaded_image_append(&image, ASSAY_LITERAL("abc"), 2));
    cr_assert(assay_loaded_image_append(&image, ASSAY_LITERAL("de"), 1));
    return image;
}

Test(artefact_files, an_image_is_its_segments_and_their_zeros)
{
    static const char content[] = "abc\0\0de";
    const assay_loaded_image image = small_image();
    char copy[8];

    cr_expect_eq(image.size, 8);
    for (size_t from = 0; from <= 8; from++)
        for (size_t size = 0; from + size <= 8; size++) {
            cr_assert(assay_loaded_image_copy(&image, from, copy, size));
            cr_expect_eq(memcmp(copy, &content[from], size), 0, "%zu bytes at %zu", size, from);
        }
    cr_expect_not(assay_loaded_image_copy(&image, 1, copy, 8));
    cr_expect_not(assay_loaded_image_copy(&image, UINT64_MAX, copy, 8));
}

Test(artefact_files, bytes_are_found_on_multiples_of_their_size)
{
    assay_loaded_image image = small_image();

    cr_expect_eq(assay_loaded_image_find(&image, ASSAY_LITERAL("ab")), 0);
    cr_expect_eq(assay_loaded_image_find(&image, ASSAY_LITERAL("bc")), 8);  /* at 1 */
    cr_expect_eq(assay_loaded_image_find(&image, ASSAY_LITERAL("c\0")), 2); /* out of the segment */
    cr_expect_eq(assay_loaded_image_find(&image, ASSAY_LITERAL("e\0")), 6);
    cr_expect_eq(assay_loaded_image_find(&image, ASSAY_LITERAL("xy")), 8);
    cr_expect_eq(assay_loaded_image_find(&image, ASSAY_LITERAL("")), 8);
    cr_expect_not(assay_loaded_image_append(&image, ASSAY_LITERAL("f"), UINT64_MAX - 8));
    cr_expect_eq(image.size, 8);
}

Test(artefact_files, an_image_has_so_many_segments_and_no_more)
{
    assay_loaded_image image = { 0 };

    for (size_t i = 0; i < ASSAY_LOADED_IMAGE_SEGMENTS; i++)
        cr_assert(assay_loaded_image_append(&image, ASSAY_LITERAL("x"), 0));
    cr_expect_not(assay_loaded_image_append(&image, ASSAY_LITERAL("x"), 0));
}

/* The numbers that make.py puts there. */
Test(artefact_files, multiboot_headers_are_found)
{
    artefact a = artefact_fixture("mle.elf");
    assay_multiboot1 one;
    assay_multiboot2 two;
    assay_multiboot2_tag tag;

    cr_assert(assay_multiboot1_find(artefact_bytes(&a), &one));
    cr_expect_eq(one.offset, 0x1010);
    cr_expect_eq(one.flags, 0x10003);
    cr_expect_eq(one.header_addr, 0x800010);
    cr_expect_eq(one.load_addr, 0x800000);
    cr_expect_eq(one.entry_addr, 0x801800);
    cr_assert(assay_multiboot2_find(artefact_bytes(&a), &two));
    cr_expect_eq(two.offset, 0x2040);
    cr_expect_eq(two.architecture, 0);
    cr_expect_eq(two.header_length, 64);
    assay_cursor tags = assay_cursor_of(two.tags);

    static const struct {
        uint16_t type, flags;
        size_t size;
    } expected[] = { { 1, 0, 8 }, { 3, 0, 4 }, { 6, 1, 0 } };
    for (size_t i = 0; i < 3; i++) {
        cr_assert(assay_multiboot2_next_tag(&tags, &tag));
        cr_expect_eq(tag.type, expected[i].type);
        cr_expect_eq(tag.flags, expected[i].flags);
        cr_expect_eq(tag.data.size, expected[i].size);
    }
    cr_expect_not(assay_multiboot2_next_tag(&tags, &tag));
    cr_expect_str_eq(assay_multiboot2_tag_name(3), "entry address");
    cr_expect_null(assay_multiboot2_tag_name(99));
    artefact_free(&a);
}

Test(artefact_files, multiboot_headers_are_none_where_they_may_not_be)
{
    uint8_t file[40000] = { 0 };
    assay_writer out;
    assay_multiboot1 one;
    assay_multiboot2 two;
    static const struct {
        size_t offset;
        uint32_t checksum;
        bool found;
    } cases[] = {
        { 0, 0xE4524FFE, true },  { 4, 0xE4524FFE, true },    { 2, 0xE4524FFE, false },
        { 0, 0xE4524FFF, false }, { 8180, 0xE4524FFE, true }, { 8184, 0xE4524FFE, false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        memset(file, 0, sizeof file);
        out = assay_writer_lent(file + cases[i].offset, 12);
        assay_put_u32le(&out, 0x1BADB002);
        assay_put_u32le(&out, 0);
        assay_put_u32le(&out, cases[i].checksum); /* 2^32 - 0x1BADB002 */
        cr_expect_eq(assay_multiboot1_find(assay_bytes_of(file, sizeof file), &one), cases[i].found,
                     "at %zu", cases[i].offset);
    }
    memset(file, 0, sizeof file);
    out = assay_writer_lent(file + 4, 16); /* not on a multiple of 8 */
    assay_put_u32le(&out, 0xE85250D6);
    assay_put_u32le(&out, 0);
    assay_put_u32le(&out, 16);
    assay_put_u32le(&out, 0x17ADAF1A); /* 2^32 - 0xE85250D6 - 16 */
    cr_expect_not(assay_multiboot2_find(assay_bytes_of(file, sizeof file), &two));
    cr_expect(assay_multiboot2_find(assay_bytes_of(file + 4, 16), &two));
    cr_expect_not(assay_multiboot2_find(assay_bytes_of(file + 4, 15), &two));
}

/*
 * tb_polgen of tboot 1.10.5, --hash image --cmdline 'root=/dev/sda1 ro quiet' --image: 100000 times
 * 'k'. By hand: (printf 'root=/dev/sda1 ro quiet' | sha256sum; head -c 100000 /dev/zero | tr '\0' k
 * | sha256sum) | cut -c 1-64 | xxd -r -p | sha256sum
 */
Test(artefact_files, a_module_of_tboot_has_the_digest_of_tb_polgen)
{
    uint8_t *const image = malloc(100000);
    assay_hashes *hashes = assay_hashes_new();
    assay_digests digests, empty, absent;

    memset(image, 'k', 100000);
    cr_assert_eq(assay_tboot_module_digests(hashes, assay_launch_algs, ASSAY_LAUNCH_ALGS,
                                            ASSAY_LITERAL("root=/dev/sda1 ro quiet"),
                                            assay_bytes_of(image, 100000), NULL, NULL, &digests),
                 0);
    cr_expect_eq(digests.count, ASSAY_LAUNCH_ALGS);
    expect_digest(&digests, ASSAY_ALG_SHA256,
                  "6bd35811daad1453483ac86e68fb463d30f3c9c688fe6ac246407ad6f224a583");
    cr_assert_eq(assay_tboot_module_digests(hashes, assay_launch_algs, ASSAY_LAUNCH_ALGS,
                                            ASSAY_LITERAL(""), assay_bytes_of(image, 9), NULL, NULL,
                                            &empty),
                 0);
    cr_assert_eq(assay_tboot_module_digests(hashes, assay_launch_algs, ASSAY_LAUNCH_ALGS,
                                            ASSAY_NO_BYTES, assay_bytes_of(image, 9), NULL, NULL,
                                            &absent),
                 0);
    cr_expect_eq(memcmp(&empty, &absent, sizeof empty), 0);
    assay_hashes_free(&hashes);
    free(image);
}

Test(artefact_files, secure_loaders_say_how_much_of_them_is_measured)
{
    static const char *const names[] = { "skl.slb", "skl-old.slb" };
    assay_slb slb;

    for (size_t i = 0; i < 2; i++) {
        artefact a = artefact_fixture(names[i]);

        cr_expect_not_null(assay_slb_detect(artefact_bytes(&a)));
        cr_assert_eq(assay_slb_open(&slb, artefact_bytes(&a), NULL), 0);
        cr_expect_eq(slb.entry_point, 0x20);
        cr_expect_eq(slb.length, 0x600);
        cr_expect_eq(slb.measured.size, 0x600);
        cr_expect(slb.is_skl);
        cr_expect_eq(slb.skl_info_offset, 0x500);
        cr_expect_eq(slb.skl_version, i == 0 ? 0x10001u : 0u);
        artefact_free(&a);
    }
    cr_assert_eq(assay_slb_open(&slb, ASSAY_LITERAL("\4\0\6\0\x90\x90"), NULL), 0);
    cr_expect_not(slb.is_skl);
    cr_expect_null(assay_slb_detect(ASSAY_LITERAL("\4\0\6\0\x90\x90")));
}

Test(artefact_files, what_is_wrong_with_a_secure_loader_is_said)
{
    static const spoiled blocks[] = {
        { 0, 0, 0, ASSAY_TRUNCATED, 0, "length", "an empty file" },
        { 3, 0, 0, ASSAY_TRUNCATED, 2, "length", "cut in its header" },
        { 0x5FF, 0, 0, ASSAY_TRUNCATED, 2, "length", "cut in what is measured" },
        { 2, 2, 3, ASSAY_MALFORMED, 2, "length", "a length without the header" },
        { 0, 2, 0x600, ASSAY_MALFORMED, 0, "entry point", "an entry point behind the end" },
    };

    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        artefact a = artefact_spoil("skl.slb", &blocks[i]);
        assay_error error = { 0 };
        assay_slb slb;

        expect_error(&blocks[i], assay_slb_open(&slb, artefact_bytes(&a), &error), &error);
        artefact_free(&a);
    }
}

static void count(void *context, assay_bytes bytes)
{
    *(uint64_t *)context += bytes.size;
}

static void count_in_order(void *context, assay_bytes bytes)
{
    assay_bytes *const seen = context;

    cr_expect_eq(bytes.data, seen->data + seen->size, "what was hashed is told in its order");
    seen->size += bytes.size;
}

/* The same digests as one thread makes, and all is told. Sizes around those of steps. */
Test(artefact_files, several_threads_make_the_same_digests)
{
    static const size_t sizes[] = { 1 << 20, (1 << 20) + 1, (5 << 20) - 1, 40 << 20 };
    uint8_t *const bytes = malloc(40 << 20);
    assay_hashes *hashes = assay_hashes_new();

    cr_assert_not_null(bytes);
    for (size_t i = 0; i < 40 << 20; i++)
        bytes[i] = (uint8_t)(i * 2654435761u >> 13);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const assay_bytes run = assay_bytes_of(bytes, sizes[i]);
        assay_bytes seen = assay_bytes_of(bytes, 0);
        assay_digesting digesting;
        assay_digests alone, together;

        cr_assert_eq(assay_digests_of(hashes, assay_launch_algs, 4, &run, 1, &alone), 0);
        cr_assert_eq(assay_digesting_begin(&digesting, hashes, assay_launch_algs, 4), 0);
        digesting.threads = 2 + i;
        digesting.hashed = count_in_order;
        digesting.context = &seen;
        cr_assert_eq(assay_digesting_update(&digesting, run), 0);
        cr_assert_eq(assay_digesting_end(&digesting, &together), 0);
        cr_expect_eq(memcmp(&alone, &together, sizeof alone), 0, "%zu bytes", sizes[i]);
        cr_expect_eq(seen.size, sizes[i]);
    }
    assay_hashes_free(&hashes);
    free(bytes);
}

/* gzip(1) of "a kernel", and what is none or breaks off. */
Test(artefact_files, the_start_of_a_gzip_file_is_unzipped_alone)
{
    static const uint8_t zipped[] = { 0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0x4b,
                                      0x54, 0xc8, 0x4e, 0x2d, 0xca, 0x4b, 0xcd, 0x01, 0 };
    uint8_t start[8];

    cr_expect_eq(assay_gunzip_start(assay_bytes_of(zipped, sizeof zipped), start, 3), 3);
    cr_expect_eq(memcmp(start, "a k", 3), 0);
    cr_expect_eq(assay_gunzip_start(assay_bytes_of(zipped, sizeof zipped), start, 8), 8);
    cr_expect_eq(memcmp(start, "a kernel", 8), 0);
    cr_expect_eq(assay_gunzip_start(assay_bytes_of(zipped, 10), start, 8), 0);
    cr_expect_eq(assay_gunzip_start(ASSAY_LITERAL("a kernel"), start, 8), 0);
    cr_expect_eq(assay_gunzip_start(ASSAY_NO_BYTES, start, 8), 0);
}

/* FIPS 180 and 202 examples: "abc" in SHA-1, SHA-256; given as two parts and as zeros. */
Test(artefact_files, digests_are_made_in_one_pass)
{
    const assay_bytes parts[] = { ASSAY_LITERAL("a"), ASSAY_LITERAL("bc") };
    assay_hashes *hashes = assay_hashes_new();
    assay_digesting digesting;
    assay_digests digests, zeros;
    uint64_t hashed = 0;
    static const uint8_t nothing[100000];
    const assay_bytes same = assay_bytes_of(nothing, sizeof nothing);

    cr_assert_eq(assay_digests_of(hashes, assay_launch_algs, 2, parts, 2, &digests), 0);
    cr_expect_eq(digests.count, 2);
    expect_digest(&digests, ASSAY_ALG_SHA1, "a9993e364706816aba3e25717850c26c9cd0d89d");
    expect_digest(&digests, ASSAY_ALG_SHA256,
                  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    cr_expect_null(assay_digests_find(&digests, ASSAY_ALG_SHA384));
    cr_assert_eq(assay_digesting_begin(&digesting, hashes, assay_launch_algs, 2), 0);
    digesting.hashed = count;
    digesting.context = &hashed;
    cr_assert_eq(assay_digesting_zeros(&digesting, sizeof nothing), 0);
    cr_assert_eq(assay_digesting_end(&digesting, &zeros), 0);
    cr_expect_eq(hashed, sizeof nothing);
    cr_assert_eq(assay_digests_of(hashes, assay_launch_algs, 2, &same, 1, &digests), 0);
    cr_expect_eq(memcmp(&zeros, &digests, sizeof zeros), 0);
    assay_hashes_free(&hashes);
}
