/* SPDX-License-Identifier: BSD-2-Clause */
/* eventlog/payload/loadopt.h; layouts after UEFI 2.10 section 3.1.3. */
#include <criterion/criterion.h>

#include "eventlog/payload/loadopt.h"
#include "tests/payload.h"

#define END "\x7f\xff\x04\x00"
/* \a.efi: 18 bytes, with End 22 (0x16) */
#define FILE_A "\x04\x04\x12\x00\\\0a\0.\0e\0f\0i\0\0\0"
#define DEBIAN "d\0e\0b\0i\0a\0n\0\0\0"

static assay_load_option decoded(assay_bytes data)
{
    assay_load_option option;

    cr_assert(assay_load_option_decode(data, &option));
    cr_expect(ENCODES_TO(assay_load_option_encode, &option, data), "written as it was read");
    return option;
}

Test(loadopt, the_fields_in_their_order)
{
    const assay_load_option option = decoded(
        ASSAY_LITERAL("\x09\x01\x00\x00\x16\x00" DEBIAN FILE_A END "r\0o\0"));

    cr_expect_eq(option.attributes, 0x109);
    cr_expect_eq(option.path_size, 22);
    cr_expect(assay_bytes_equal(option.description, ASSAY_LITERAL("d\0e\0b\0i\0a\0n\0")));
    cr_expect(assay_bytes_equal(option.path, ASSAY_LITERAL(FILE_A END)));
    cr_expect(assay_bytes_equal(option.optional_data, ASSAY_LITERAL("r\0o\0")));
}

Test(loadopt, malformed_options_are_refused_or_read_as_far_as_they_go)
{
    static const struct {
        const char *what;
        assay_bytes data;
        bool good;
    } options[] = {
        { "no bytes", { (const uint8_t *)"", 0 }, false },
        { "FilePathListLength cut off", ASSAY_LITERAL("\1\0\0\0\0"), false },
        { "no Description", ASSAY_LITERAL("\1\0\0\0\0\0"), false },
        { "Description without its NUL", ASSAY_LITERAL("\1\0\0\0\0\0d\0"), false },
        { "Description with half a NUL", ASSAY_LITERAL("\1\0\0\0\0\0d\0\0"), false },
        { "a NUL across two characters is none", ASSAY_LITERAL("\1\0\0\0\0\0d\0\0e"), false },
        { "an empty Description and nothing else", ASSAY_LITERAL("\1\0\0\0\0\0\0\0"), true },
        { "a path one byte longer than what is there",
          ASSAY_LITERAL("\1\0\0\0\5\0\0\0" END), true },
        { "an odd number of bytes behind the path", ASSAY_LITERAL("\1\0\0\0\4\0\0\0" END "x"), true },
    };

    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        assay_load_option option = { .attributes = 77 };

        cr_expect_eq(assay_load_option_decode(options[i].data, &option), options[i].good, "%s",
                     options[i].what);
        if (options[i].good)
            cr_expect(ENCODES_TO(assay_load_option_encode, &option, options[i].data), "%s",
                      options[i].what);
        else
            cr_expect_eq(option.attributes, 77, "nothing is written: %s", options[i].what);
    }
}

Test(loadopt, a_line_for_operators)
{
    static const struct {
        const char *line;
        assay_bytes data;
    } lines[] = {
        { "\"debian\" \\a.efi", ASSAY_LITERAL("\1\0\0\0\x16\0" DEBIAN FILE_A END) },
        { "\"debian\" \\a.efi (inactive)", ASSAY_LITERAL("\0\0\0\0\x16\0" DEBIAN FILE_A END) },
        { "\"debian\" \\a.efi with \"ro x\"",
          ASSAY_LITERAL("\1\0\0\0\x16\0" DEBIAN FILE_A END "r\0o\0 \0x\0\0\0") },
        { "\"debian\" \\a.efi", ASSAY_LITERAL("\1\0\0\0\x16\0" DEBIAN FILE_A END "\1\2\3") },
        { "\"debian\" \\a.efi (path cut off)", ASSAY_LITERAL("\1\0\0\0\x17\0" DEBIAN FILE_A END) },
    };

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const assay_load_option option = decoded(lines[i].data);

        cr_expect_str_eq(TEXT_OF(assay_load_option_summary, &option), lines[i].line);
    }
}

Test(loadopt, every_path_of_the_list_is_emitted)
{
    const assay_load_option option = decoded(
        ASSAY_LITERAL("\x0b\x01\x00\x00\x1f\x00" DEBIAN FILE_A END END "\x01\x01\x00\x00\xff"
                      "r\0o\0\0\0"));

    cr_expect_str_eq(
        JSON_OF(assay_load_option_emit, &option),
        "{\"attributes\":\"0x10b\",\"active\":true,\"force_reconnect\":true,\"hidden\":true,"
        "\"category\":\"app\",\"description\":\"debian\",\"paths\":["
        "{\"text\":\"\\\\a.efi\",\"file\":\"\\\\a.efi\",\"nodes\":["
        "{\"type\":4,\"subtype\":4,\"name\":\"File Path\","
        "\"data_hex\":\"5c0061002e006500660069000000\"},"
        "{\"type\":127,\"subtype\":255,\"name\":\"End\",\"data_hex\":\"\"}]},"
        "{\"nodes\":[{\"type\":127,\"subtype\":255,\"name\":\"End\",\"data_hex\":\"\"}]},"
        "{\"text\":\"Bytes(01010000ff)\",\"nodes\":[],\"rest_hex\":\"01010000ff\"}],"
        "\"optional_data_text\":\"ro\"}\n");
}

Test(loadopt, what_else_may_be_emitted)
{
    /* The GUID that EDK2 puts behind options it made itself. */
    assay_load_option option = decoded(ASSAY_LITERAL(
        "\0\x02\0\0\x09\0\0\0" END "\x4e\xac\x08\x81\x11"));

    cr_expect_str_eq(JSON_OF(assay_load_option_emit, &option),
                     "{\"attributes\":\"0x200\",\"active\":false,\"force_reconnect\":false,"
                     "\"hidden\":false,\"category\":\"reserved\",\"description\":\"\",\"paths\":["
                     "{\"nodes\":[{\"type\":127,\"subtype\":255,\"name\":\"End\","
                     "\"data_hex\":\"\"}]},{\"text\":\"Bytes(4eac088111)\",\"nodes\":[],"
                     "\"rest_hex\":\"4eac088111\"}]}\n");
    option = decoded(ASSAY_LITERAL("\1\0\0\0\0\0\0\0\x4e\xac\x08\x81\x11\x9f\x59\x4d\x85\x0e"
                                   "\xe2\x1a\x52\x2c\x59\xb2"));
    cr_expect_str_eq(JSON_OF(assay_load_option_emit, &option),
                     "{\"attributes\":\"0x1\",\"active\":true,\"force_reconnect\":false,"
                     "\"hidden\":false,\"category\":\"boot\",\"description\":\"\",\"paths\":[],"
                     "\"optional_data_marker\":\"AUTOMATIC_BOOT_OPTION\","
                     "\"optional_data_hex\":\"4eac0881119f594d850ee21a522c59b2\"}\n");
    option = decoded(ASSAY_LITERAL("\1\0\0\0\0\0\0\0\x4e\xac\x08\x81\x11\x9f\x59\x4d\x85\x0e"
                                   "\xe2\x1a\x52\x2c\x59\xb2more"));
    cr_expect_null(strstr(JSON_OF(assay_load_option_emit, &option), "marker"));
    option = decoded(ASSAY_LITERAL("\1\0\0\0\x05\0\0\0"));
    cr_expect_not_null(strstr(JSON_OF(assay_load_option_emit, &option),
                              "\"paths\":[],\"stated_path_size\":5}"));
}
