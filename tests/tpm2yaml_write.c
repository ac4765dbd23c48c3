/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Logs written as tpm2_eventlog prints them.
 */
#include "tests/tpm2text.h"

static void expect_text(const char *log, const char *text)
{
    assay_writer writer = assay_writer_growing(CEILING);
    assay_error error = { 0 };

    cr_assert_eq(copy_log(assay_bytes_of_string(log), "tpm2-eventlog", &writer, &error), 0, "%s",
                 error.what);
    assay_put_char(&writer, '\0');
    cr_expect_str_eq((const char *)writer.data, text);
    assay_writer_close(&writer);
}

Test(tpm2yaml_write, the_sample_is_written_as_the_program_prints_it)
{
    expect_text("assay-log 1 sha256\nspec-id version-major:2 uintn-size:2\n"
                "7 EV_EFI_VARIABLE_DRIVER_CONFIG hex:" VARIABLE_DATA " = sha256:" D32 "\n"
                "4 EV_EFI_ACTION \"Exit Boot\" = sha256:" D32 "\n",
                HEADER VARIABLE ACTION "pcrs:\n");
}

/* Where the program's own shape would lose bytes there are digits. */
Test(tpm2yaml_write, no_byte_is_lost_in_writing)
{
    static const char *const data[] = {
        "00",
        "0000",
        "610000",
        "20",
        "6120",
        "0a",
        "610a",
        "0a61",
        "1b5b41",
        "ff",
        "c285",
        "2561",
        "2d2d2d",
        "5c7831",
        "22",
        "2261",
        "27",
        "2d20",
        "e280a8",
        "f3a08081",
        "61dfe48bca93d211aa0d00e098032b8c0200000000000000010000000000000064006200aabb",
        "61dfe48bca93d211aa0d00e098032b8c0200000000000000090000000000000064006200aa",
        "61dfe48bca93d211aa0d00e098032b8c02000000000000000100000000000000d8006200aa",
        "61dfe48bca93d211aa0d00e098032b8c0200000000000000010000000000000000d86200aa",
        "61dfe48bca93d211aa0d00e098032b8c020000000000000001000000000000000a002200aa",
        "0500000000000000",
        "00000000000000000100000000000000",
        "02414201000000000000000200000000000000",
    };
    static const char *const types[] = { "EV_POST_CODE",  "EV_IPL",
                                         "EV_EFI_ACTION", "EV_EFI_VARIABLE_BOOT",
                                         "EV_SEPARATOR",  "EV_EFI_PLATFORM_FIRMWARE_BLOB2",
                                         "EV_NO_ACTION",  "EV_EFI_BOOT_SERVICES_DRIVER" };

    for (size_t d = 0; d < sizeof data / sizeof *data; d++)
        for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
            assay_writer yaml = assay_writer_growing(CEILING), back = assay_writer_growing(CEILING);
            assay_error error = { 0 };
            char text[400], whole[400];

            snprintf(text, sizeof text, "assay-log 1 sha256\n4 %s hex:%s = sha256:" D32 "\n",
                     types[t], data[d]);
            cr_assert_eq(copy_log(assay_bytes_of_string(text), "tpm2-eventlog", &yaml, &error), 0);
            cr_assert_eq(copy_log(assay_written(&yaml), "text", &back, &error), 0, "%s",
                         error.what);
            assay_writer canonical = assay_writer_lent(whole, sizeof whole);
            copy_log(assay_bytes_of_string(text), "text", &canonical, &error);
            cr_expect(assay_bytes_equal(assay_written(&back), assay_written(&canonical)),
                      "%s\n%.*s", text, (int)yaml.used, (const char *)yaml.data);
            assay_writer_close(&back);
            assay_writer_close(&yaml);
        }
}

Test(tpm2yaml_write, what_the_text_cannot_hold_is_refused)
{
    static const char *const logs[] = {
        "assay-log 1 sha256\n4 0x8402 hex:00\n",
        "assay-log 1 sha384\nmeasurement-registers\n1 EV_SEPARATOR u32:0\n",
        "assay-log 1 sha1 sha256\n17 EV_SEPARATOR u32:0 = only:sha1\n",
        "[{\"pcr\":{\"index\":4,\"bank\":\"SHA1\"},\"tpm_events\":[{\"type_id\":\"0x4\","
        "\"tags\":[\"x\"],\"measurement\":\"" D20 "\"}]}]",
    };

    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
        assay_writer writer = assay_writer_growing(CEILING);
        assay_error error = { 0 };

        cr_expect_eq(copy_log(assay_bytes_of_string(logs[i]), "tpm2-eventlog", &writer, &error),
                     -ASSAY_UNSUPPORTED, "%s", logs[i]);
        assay_writer_close(&writer);
    }
}
