/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot/platform/txtregs.h, on the images that fixtures/txt/registers.py makes of values that
 * machines had, and on the text that txt-stat and tboot print of them.
 */
#include "boot/platform/txtregs.h"
#include "tests/payload.h"

#include "base/file.h"

#include <stdio.h>

static assay_file fixture(const char *name)
{
    char path[100];
    assay_error error;
    assay_file file;

    snprintf(path, sizeof path, "fixtures/txt/%s", name);
    cr_assert_eq(assay_file_read(&file, path, 1 << 20, &error), 0, "%s", error.what);
    return file;
}

/* As the Gentoo wiki's page on tboot has it, of the machine of registers-launched.bin. */
static const char txt_stat[] = "Intel(r) TXT Configuration Registers:\n"
                               "\tSTS: 0x00018091\n"
                               "\t    senter_done: TRUE\n"
                               "\t    sexit_done: FALSE\n"
                               "\tESTS: 0x00\n"
                               "\t    txt_reset: FALSE\n"
                               "\tE2STS: 0x0000000000000006\n"
                               "\tERRORCODE: 0x00000000\n"
                               "\tDIDVID: 0x00000001b0018086\n"
                               "\t    vendor_id: 0x8086\n"
                               "\tFSBIF: 0x0000000000000000\n"
                               "\tQPIIF: 0x000000009d003000\n"
                               "\tSINIT.BASE: 0xdf700000\n"
                               "\tSINIT.SIZE: 131072B (0x20000)\n"
                               "\tHEAP.BASE: 0xdf720000\n"
                               "\tHEAP.SIZE: 917504B (0xe0000)\n"
                               "\tDPR: 0x00000000df800041\n"
                               "\t    lock: TRUE\n"
                               "\t    top: 0xdf800000\n"
                               "\tPUBLIC.KEY:\n"
                               "\t    99 9c 2b ef 5f c4 d8 82 77 43 42 10 f4 ae d4 02 \n"
                               "\t    95 0d 33 33 50 b6 1c 3d db ff a1 6f 3f d5 d3 d1 \n\n"
                               "***********\n"
                               "\t TXT measured launch: TRUE\n";

static const enum assay_txt_register said[] = {
    ASSAY_TXT_STS,        ASSAY_TXT_ESTS,      ASSAY_TXT_E2STS,     ASSAY_TXT_ERRORCODE,
    ASSAY_TXT_DIDVID,     ASSAY_TXT_VER_FSBIF, ASSAY_TXT_VER_QPIIF, ASSAY_TXT_SINIT_BASE,
    ASSAY_TXT_SINIT_SIZE, ASSAY_TXT_HEAP_BASE, ASSAY_TXT_HEAP_SIZE, ASSAY_TXT_DPR,
};

enum { SAID = sizeof said / sizeof *said };

Test(txtregs, an_image_and_what_txt_stat_prints_of_it_are_the_same)
{
    assay_file file = fixture("registers-launched.bin");
    assay_txt_registers image, text;

    cr_assert_eq(assay_txt_registers_read(file.bytes, &image, NULL), 0);
    cr_assert_eq(assay_txt_registers_read(assay_bytes_of_string(txt_stat), &text, NULL), 0);
    cr_expect_str_eq(image.form, "image");
    cr_expect_str_eq(text.form, "text");
    cr_expect_eq(assay_txt_registers_count(&image), ASSAY_TXT_REGISTERS);
    cr_expect_eq(assay_txt_registers_count(&text), SAID + 1, "and the key");
    for (size_t i = 0; i < SAID; i++)
        cr_expect_eq(image.value[said[i]], text.value[said[i]], "%s",
                     assay_txt_register_describe(said[i])->name);
    cr_expect_arr_eq(image.public_key, text.public_key, sizeof text.public_key);
    cr_expect_eq(image.public_key[0], 0x99);
    cr_expect_eq(image.public_key[31], 0xd1);
    cr_expect_eq(image.value[ASSAY_TXT_STS], 0x18091);
    cr_expect_eq(image.value[ASSAY_TXT_HEAP_SIZE], 0xe0000);
    cr_expect(assay_txt_register_bit(&image, ASSAY_TXT_STS, 7));
    cr_expect_not(assay_txt_register_bit(&image, ASSAY_TXT_STS, 6));
    assay_file_close(&file);
}

Test(txtregs, a_short_image_lacks_what_lies_beyond_it)
{
    assay_file file = fixture("registers-launched.bin");
    assay_txt_registers registers;

    file.bytes.size = 0x118; /* ends with DIDVID */
    cr_assert_eq(assay_txt_registers_read(file.bytes, &registers, NULL), 0);
    cr_expect(registers.captured[ASSAY_TXT_DIDVID]);
    cr_expect_not(registers.captured[ASSAY_TXT_VER_QPIIF]);
    cr_expect_not(registers.captured[ASSAY_TXT_HEAP_BASE]);
    cr_expect_eq(assay_txt_register_value(&registers, ASSAY_TXT_HEAP_BASE), 0);
    cr_expect_not_null(strstr(JSON_OF(assay_txt_registers_emit, &registers),
                              "\"not_captured\":[\"TXT.VER.QPIIF\","));
    file.bytes.size = 0x117; /* the last byte of DIDVID is missing */
    cr_assert_eq(assay_txt_registers_read(file.bytes, &registers, NULL), 0);
    cr_expect_not(registers.captured[ASSAY_TXT_DIDVID]);
    assay_file_close(&file);
}

Test(txtregs, an_image_of_both_spaces_has_the_public_one_in_its_second_half)
{
    static uint8_t spaces[2 * ASSAY_TXT_SPACE_SIZE];
    assay_file file = fixture("registers-launched.bin");
    assay_txt_registers registers;

    memset(spaces, 0xFF, sizeof spaces); /* the private one reads so when it is closed */
    memcpy(spaces + ASSAY_TXT_SPACE_SIZE, file.bytes.data, file.bytes.size);
    cr_assert_eq(assay_txt_registers_read(assay_bytes_of(spaces, sizeof spaces), &registers, NULL),
                 0);
    cr_expect_eq(registers.offset, ASSAY_TXT_SPACE_SIZE);
    cr_expect_eq(registers.value[ASSAY_TXT_STS], 0x18091);
    cr_expect_not(assay_txt_registers_absent(&registers));
    cr_assert_eq(assay_txt_registers_read(assay_bytes_of(spaces, 0x1000), &registers, NULL), 0);
    cr_expect(assay_txt_registers_absent(&registers), "all ones: nothing answered");
    assay_file_close(&file);
}

Test(txtregs, what_is_written_is_read_back)
{
    static const char *const names[] = { "launched", "failed", "reset", "no-heap",
                                         "private-no-heap" };
    assay_writer writer = assay_writer_growing(1 << 20);

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char name[100];
        assay_txt_registers registers, back;

        snprintf(name, sizeof name, "registers-%s.bin", names[i]);
        assay_file file = fixture(name);
        cr_assert_eq(assay_txt_registers_read(file.bytes, &registers, NULL), 0);
        writer.used = 0;
        assay_txt_registers_write_image(&writer, &registers);
        cr_expect_eq(writer.used, ASSAY_TXT_IMAGE_SIZE);
        cr_assert_eq(assay_txt_registers_read(assay_written(&writer), &back, NULL), 0);
        cr_expect(assay_txt_registers_equal(&registers, &back), "%s as an image", name);
        cr_expect_arr_eq(writer.data, file.bytes.data, 8);
        writer.used = 0;
        assay_txt_registers_write_text(&writer, &registers);
        cr_assert_eq(assay_txt_registers_read(assay_written(&writer), &back, NULL), 0);
        cr_expect(assay_txt_registers_equal(&registers, &back), "%s as text", name);
        assay_file_close(&file);
    }
    assay_writer_close(&writer);
}

Test(txtregs, registers_of_a_log_are_found_wherever_they_stand_in_its_lines)
{
    static const struct {
        const char *line;
        enum assay_txt_register id;
        uint64_t value;
    } lines[] = {
        { "TBOOT: TXT.HEAP.BASE: 0x76f20000", ASSAY_TXT_HEAP_BASE, 0x76f20000 },
        { "TBOOT: TXT.HEAP.SIZE: 0xe0000 (917504)", ASSAY_TXT_HEAP_SIZE, 0xe0000 },
        { "> TBOOT: TXT.ERRORCODE: 0xc0007051\r", ASSAY_TXT_ERRORCODE, 0xc0007051 },
        { "[    1.25] TBOOT: TXT.E2STS: 0xc", ASSAY_TXT_E2STS, 0xc },
        { "TEE-TXT: TXT.SINIT.SIZE 0x50000", ASSAY_TXT_SINIT_SIZE, 0x50000 },
        { "FSBIF: 0xffffffffffffffff", ASSAY_TXT_VER_FSBIF, 0xffffffff },
        { "> > \tSINIT.SIZE: 327680B (0x50000)", ASSAY_TXT_SINIT_SIZE, 0x50000 },
    };
    assay_txt_registers registers;

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        cr_assert_eq(
            assay_txt_registers_read(assay_bytes_of_string(lines[i].line), &registers, NULL), 0,
            "%s", lines[i].line);
        cr_expect_eq(assay_txt_registers_count(&registers), 1);
        cr_expect_eq(assay_txt_register_value(&registers, lines[i].id), lines[i].value, "%s",
                     lines[i].line);
    }
}

Test(txtregs, tboots_log_speaks_of_before_the_launch_and_txt_stat_of_now)
{
    static const char text[] = "\tERRORCODE: 0x00000000\n\tESTS: 0x00\n"
                               "TBOOT: TXT.ERRORCODE: 0xc0033451\n";
    assay_txt_registers registers;

    cr_assert_eq(assay_txt_registers_read(ASSAY_LITERAL(text), &registers, NULL), 0);
    cr_expect_eq(registers.value[ASSAY_TXT_ERRORCODE], 0);
    cr_assert_eq(assay_txt_registers_read(
                     ASSAY_LITERAL("TXT.ERRORCODE: 0x80000007\nTXT.ERRORCODE: 0xc0000001\n"),
                     &registers, NULL),
                 0);
    cr_expect_eq(registers.value[ASSAY_TXT_ERRORCODE], 0xc0000001, "the later line");
}

Test(txtregs, a_key_that_somebody_made_unreadable_is_not_captured)
{
    static const char text[] = "STS: 0x12\nPUBLIC.KEY:\n\t2d [REDACTED]\n\t77 [REDACTED]\n";
    assay_txt_registers registers;

    cr_assert_eq(assay_txt_registers_read(ASSAY_LITERAL(text), &registers, NULL), 0);
    cr_expect_not(registers.captured[ASSAY_TXT_PUBLIC_KEY]);
    cr_expect_eq(registers.value[ASSAY_TXT_STS], 0x12);
}

Test(txtregs, a_file_of_secure_launch_is_one_number_with_a_nul_after_it)
{
    assay_txt_registers registers = { .form = NULL };
    assay_error error;

    cr_assert_eq(assay_txt_registers_take_file(&registers, ASSAY_TXT_STS,
                                               ASSAY_LITERAL("0x0000000000018091\n\0"), NULL),
                 0);
    cr_expect_eq(registers.value[ASSAY_TXT_STS], 0x18091);
    cr_expect_eq(assay_txt_registers_take_file(&registers, ASSAY_TXT_ERRORCODE,
                                               ASSAY_LITERAL("0x1 0x2\n"), &error),
                 -ASSAY_MALFORMED);
    cr_expect_str_eq(error.field, "TXT.ERRORCODE");
    cr_expect_not(registers.captured[ASSAY_TXT_ERRORCODE]);
}

Test(txtregs, what_is_no_dump_of_registers_is_refused)
{
    static uint8_t other[0x200];
    const struct {
        assay_bytes input;
        int kind;
        uint64_t offset;
        const char *field;
    } cases[] = {
        /* shorter than the first register */
        { assay_bytes_of(other, 7), ASSAY_TRUNCATED, 0, "TXT.STS" },
        { assay_bytes_of(other, 0), ASSAY_TRUNCATED, 0, "TXT.STS" },
        /* another vendor than Intel */
        { assay_bytes_of(other, sizeof other), ASSAY_MALFORMED, 0x110, "TXT.DIDVID" },
        /* text without a register */
        { ASSAY_LITERAL("senter_done: TRUE\n"), ASSAY_UNKNOWN_FORMAT, 0, NULL },
        /* a register without a number */
        { ASSAY_LITERAL("STS: none\nDPR: 12\n"), ASSAY_UNKNOWN_FORMAT, 0, NULL },
    };
    assay_txt_registers registers;
    assay_error error;

    other[0x110] = 0x22;
    other[0x111] = 0x10;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect_eq(assay_txt_registers_read(cases[i].input, &registers, &error), -cases[i].kind,
                     "case %zu", i);
        cr_expect_eq(error.offset, cases[i].offset, "case %zu", i);
        if (cases[i].field != NULL)
            cr_expect_str_eq(error.field, cases[i].field);
    }
}

Test(txtregs, values_are_said_in_words)
{
    static const struct {
        const char *fixture;
        enum assay_txt_register id;
        const char *words;
    } rows[] = {
        { "registers-launched.bin", ASSAY_TXT_STS,
          "senter done, private space open, locality 1 open, locality 2 open" },
        { "registers-launched.bin", ASSAY_TXT_DPR, "4 MiB below 0xdf800000, locked" },
        { "registers-launched.bin", ASSAY_TXT_DIDVID,
          "vendor 0x8086, device 0xb001, revision 0x1" },
        { "registers-launched.bin", ASSAY_TXT_VER_QPIIF, "production fused" },
        { "registers-launched.bin", ASSAY_TXT_HEAP_SIZE, "896 KiB" },
        { "registers-launched.bin", ASSAY_TXT_E2STS, "secrets in memory" },
        { "registers-reset.bin", ASSAY_TXT_ESTS, "TXT reset" },
        { "registers-no-heap.bin", ASSAY_TXT_DPR, "protects nothing" },
        { "registers-no-heap.bin", ASSAY_TXT_E2STS, "" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_file file = fixture(rows[i].fixture);
        assay_txt_registers registers;
        char text[200];
        assay_writer words = assay_writer_lent(text, sizeof text - 1);

        cr_assert_eq(assay_txt_registers_read(file.bytes, &registers, NULL), 0);
        assay_txt_register_put_words(&words, &registers, rows[i].id);
        text[assay_written(&words).size] = '\0';
        cr_expect_str_eq(text, rows[i].words);
        assay_file_close(&file);
    }
}
