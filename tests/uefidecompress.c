/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/artefact: uefidecompress.h, and optionrom.h, whose drivers are packed this way. */
#include "boot/artefact/optionrom.h"
#include "boot/artefact/pe.h"
#include "boot/artefact/uefidecompress.h"
#include "tests/artefact.h"

/*
 * By hand (UEFI 2.10, 19.2): a block of two symbols, 'A' and the length 7 (symbol 260), each with a
 * code of one bit; the one distance there is is 1.
 *   0000000000000010  block size
 *   00100 000 000 001 00 001  Extra Set: four lengths, symbols 2 and 3 one bit; no gap after three
 *   100000101  Char&Len Set: 261 lengths
 *   0 000101101  20 + 45 zeros; 1  symbol 65 has one bit
 *   0 010101110  20 + 174 zeros; 1  symbol 260, too
 *   0000 0000  Position Set: symbol 0 alone
 *   0 1  'A', length 7
 */
static const uint8_t by_hand[] = { 0x0A, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x00,
                                   0x02, 0x20, 0x04, 0x30, 0x50, 0xB6, 0x57, 0x40, 0x10 };

/* The same with one symbol, which needs no bits at all: 'A' five times. */
static const uint8_t single[] = { 0x07, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00,
                                  0x00, 0x05, 0x00, 0x00, 0x04, 0x10, 0x00 };

static int decompress(assay_bytes packed, assay_writer *out, assay_error *error)
{
    *out = assay_writer_growing(1 << 20);
    return assay_uefi_decompress(packed, ASSAY_UEFI_COMPRESSION, 1 << 20, out, error);
}

static void expect_plain(const void *packed, size_t size, const char *plain)
{
    assay_writer out;
    assay_error error = { 0 };

    cr_expect_eq(decompress(assay_bytes_of(packed, size), &out, &error), 0, "%s", error.what);
    cr_expect(assay_bytes_equal(assay_written(&out), assay_bytes_of_string(plain)), "%.*s",
              (int)assay_written(&out).size, (const char *)assay_written(&out).data);
    assay_writer_close(&out);
}

Test(uefidecompress, what_was_compressed_by_hand)
{
    expect_plain(by_hand, sizeof by_hand, "AAAAAAAA");
    expect_plain(single, sizeof single, "AAAAA");
    expect_plain("\0\0\0\0\0\0\0", 8, "");
}

Test(uefidecompress, what_is_wrong_is_said)
{
    static const struct {
        size_t offset;
        uint8_t value;
        int kind;
        const char *why;
    } cases[] = {
        { 0, 0x0B, ASSAY_TRUNCATED, "longer than it is" },
        { 0, 0x05, ASSAY_TRUNCATED, "cut in its codes" },
        { 4, 0x09, ASSAY_TRUNCATED, "a ninth byte, in a block of which nothing is there" },
        { 6, 0x11, ASSAY_TOO_LARGE, "more than is taken" },
        { 9, 0x00, ASSAY_MALFORMED, "an empty block" },
        { 10, 0x00, ASSAY_MALFORMED, "a code that nothing belongs to" },
        { 10, 0xF8, ASSAY_MALFORMED, "more lengths than the Extra Set has" },
        { 17, 0x30, ASSAY_MALFORMED, "the length first: there is nothing to repeat" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t bytes[sizeof by_hand];
        assay_error error = { 0 };
        assay_writer out;

        memcpy(bytes, by_hand, sizeof bytes);
        bytes[cases[i].offset] = cases[i].value;
        const int status = decompress(assay_bytes_of(bytes, sizeof bytes), &out, &error);
        cr_expect_eq(status, -cases[i].kind, "%s: %d %s", cases[i].why, status, error.what);
        cr_expect_neq(error.what[0], '\0', "%s", cases[i].why);
        assay_writer_close(&out);
    }
}

Test(uefidecompress, back_again)
{
    static const enum assay_uefi_compression forms[] = { ASSAY_UEFI_COMPRESSION,
                                                         ASSAY_TIANO_COMPRESSION };
    uint8_t plain[100000];

    for (size_t i = 0; i < sizeof plain; i++)
        plain[i] = (uint8_t)(i % 1000 < 500 ? i * i >> 7 : i % 7);
    for (size_t i = 0; i < 2; i++) {
        assay_writer packed = assay_writer_growing(1 << 20), out = assay_writer_growing(1 << 20);
        assay_error error = { 0 };

        assay_uefi_compress(assay_bytes_of(plain, sizeof plain), forms[i], &packed);
        cr_expect_lt(assay_written(&packed).size, sizeof plain);
        cr_expect_eq(assay_uefi_decompress(assay_written(&packed), forms[i], sizeof plain, &out,
                                           &error),
                     0, "%s", error.what);
        cr_expect(assay_bytes_equal(assay_written(&out), assay_bytes_of(plain, sizeof plain)));
        assay_writer_close(&out);
        assay_writer_close(&packed);
    }
}

/* --- option ROMs ------------------------------------------------------------------------------ */

static void expect_driver(const assay_option_rom_image *image, const char *sha256)
{
    static const uint16_t algs[] = { ASSAY_ALG_SHA256 };
    assay_writer unpacked = assay_writer_growing(1 << 20);
    assay_hashes *hashes = assay_hashes_new();
    assay_digests digests;
    assay_bytes driver;
    assay_error error;

    cr_assert_eq(assay_option_rom_driver(image, &unpacked, &driver, &error), 0, "%s", error.what);
    driver.size = 1024; /* what follows is the ROM's padding */
    cr_assert_eq(assay_digests_of(hashes, algs, 1, &driver, 1, &digests), 0);
    expect_digest(&digests, ASSAY_ALG_SHA256, sha256);
    assay_hashes_free(&hashes);
    assay_writer_close(&unpacked);
}

/* The digests are those that fixtures/firmware/make.py prints. */
Test(optionrom, the_images_of_a_rom)
{
    artefact a = artefact_load("fixtures/firmware/option.rom");
    assay_option_rom_image image;
    assay_error error;
    uint64_t offset = 0;

    cr_assert(assay_option_rom_detect(artefact_bytes(&a)));
    cr_assert_eq(assay_option_rom_next(artefact_bytes(&a), &offset, &image, &error), 1);
    cr_expect(!image.is_efi && image.code_type == ASSAY_OPTION_ROM_BIOS && !image.last);
    cr_assert_eq(assay_option_rom_next(artefact_bytes(&a), &offset, &image, &error), 1);
    cr_expect(image.is_efi && image.compression == 0 && !image.last);
    cr_expect_eq(image.offset, 512);
    cr_expect_eq(image.image.size, 1536);
    cr_expect_eq(image.driver_offset, 512 + 0x34);
    cr_expect_eq(image.vendor_id, 0x8086);
    cr_expect_eq(image.device_id, 0x10D3);
    cr_expect_eq(image.machine, 0x8664);
    cr_expect_eq(image.subsystem, 11);
    cr_expect_eq(image.class_code[2], 2);
    expect_driver(&image, "3c7f3db6cce09a35ee4038359ea6bbb20a6d2c1c261ad4a86efa60c4bdf7db4f");
    cr_assert_eq(assay_option_rom_next(artefact_bytes(&a), &offset, &image, &error), 1);
    cr_expect(image.is_efi && image.compression == 1 && image.last);
    expect_driver(&image, "9533a02eed5073fee18d3adaa12a5eb44e8c10f8b3dc0e73b38b6938894ae563");
    cr_expect_eq(assay_option_rom_next(artefact_bytes(&a), &offset, &image, &error), 0);
    artefact_free(&a);
}

Test(optionrom, what_is_wrong_is_said)
{
    static const spoiled cases[] = {
        { 0, 2, 0, ASSAY_MALFORMED, 0, "Signature", "no 55 AA" },
        { 512 + 0x18, 2, 0xFFF0, ASSAY_MALFORMED, 512 + 0x18, "PCIR", "a pointer to nowhere" },
        { 512 + 0x1C, 4, 0, ASSAY_MALFORMED, 512 + 0x18, "PCIR", "no PCIR" },
        { 512 + 0x2C, 2, 0, ASSAY_MALFORMED, 512 + 0x2C, "Image Length", "no length" },
        { 512 + 0x2C, 2, 99, ASSAY_TRUNCATED, 512 + 0x2C, "Image Length", "beyond the ROM" },
        { 512 + 2, 2, 4, ASSAY_MALFORMED, 514, "InitializationSize", "more than the image" },
        { 512 + 0x16, 2, 1536, ASSAY_MALFORMED, 512 + 0x16, "EfiImageHeaderOffset", "outside" },
        { 600, 0, 0, ASSAY_TRUNCATED, 512 + 0x2C, "Image Length", "cut" },
        { 520, 0, 0, ASSAY_TRUNCATED, 512, "header", "cut in a header" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        artefact a = artefact_load("fixtures/firmware/option.rom");
        assay_error error = { 0 };
        assay_option_rom_image image;
        uint64_t offset = 0;
        int status = 1;

        if (cases[i].size == 0)
            a.size = cases[i].offset;
        for (size_t k = 0; k < cases[i].size; k++)
            a.data[cases[i].offset + k] = (uint8_t)(cases[i].value >> 8 * k);
        while (status == 1)
            status = assay_option_rom_next(artefact_bytes(&a), &offset, &image, &error);
        expect_error(&cases[i], status, &error);
        artefact_free(&a);
    }
}

Test(optionrom, what_is_written_can_be_read)
{
    const assay_option_rom_image made = { .vendor_id = 1, .device_id = 2, .class_code = { 3, 4, 5 },
                                          .subsystem = 12, .machine = 0x14C, .last = true,
                                          .driver = ASSAY_LITERAL("driver") };
    assay_writer rom = assay_writer_growing(1 << 20);
    assay_option_rom_image read;
    assay_error error;
    uint64_t offset = 0;

    assay_option_rom_put(&rom, &made);
    cr_assert_eq(assay_option_rom_next(assay_written(&rom), &offset, &read, &error), 1, "%s",
                 error.what);
    cr_expect(read.vendor_id == 1 && read.device_id == 2 && read.class_code[1] == 4);
    cr_expect(read.subsystem == 12 && read.machine == 0x14C && read.last && read.is_efi);
    cr_expect(assay_bytes_start_with(read.driver, made.driver));
    assay_writer_close(&rom);
}
