/* SPDX-License-Identifier: BSD-2-Clause */
/* eventlog/payload/image.h; layouts after PFP 1.06 section 10.2.3. */
#include <criterion/criterion.h>

#include "eventlog/payload/image.h"
#include "tests/payload.h"

#define END "\x7f\xff\x04\x00"
#define FILE_A "\x04\x04\x12\x00\\\0a\0.\0e\0f\0i\0\0\0"
/* loaded at 0x1ce19018, 0xfffb8 bytes, linked for 0 */
#define NUMBERS "\x18\x90\xe1\x1c\0\0\0\0\xb8\xff\x0f\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define NUMBERS32 "\x18\x90\xe1\x1c\0\0\0\0\xb8\xff\x0f\0\0\0\0\0"
#define ZEROS32 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static assay_image decoded(assay_bytes data)
{
    assay_image image;

    cr_assert(assay_image_decode(data, &image));
    cr_expect(ENCODES_TO(assay_image_encode, &image, data), "written as it was read");
    return image;
}

Test(image, the_fields_in_their_order)
{
    const assay_image image =
        decoded(ASSAY_LITERAL("\1\2\3\4\5\6\7\x08\x11\x12\x13\x14\x15\x16\x17\x18"
                              "\x21\x22\x23\x24\x25\x26\x27\x28\4\0\0\0\0\0\0\0" END));

    cr_expect_eq(image.location, 0x0807060504030201);
    cr_expect_eq(image.length, 0x1817161514131211);
    cr_expect_eq(image.link_time_address, 0x2827262524232221);
    cr_expect_eq(image.path_size, 4);
    cr_expect(assay_bytes_equal(image.path, ASSAY_LITERAL(END)));
    cr_expect_eq(image.trailing.size, 0);
    cr_expect_not(image.narrow);
}

Test(image, firmware_of_32_bits_writes_four_bytes_for_a_uintn)
{
    const assay_image image = decoded(ASSAY_LITERAL(NUMBERS32 "\x16\0\0\0" FILE_A END));

    cr_expect(image.narrow);
    cr_expect_eq(image.location, 0x1ce19018);
    cr_expect_eq(image.length, 0xfffb8);
    cr_expect_eq(image.path_size, 22);
    cr_expect_str_eq(TEXT_OF(assay_image_summary, &image), "\\a.efi");
}

Test(image, lengths_that_lie)
{
    static const struct {
        const char *what;
        assay_bytes data;
        size_t path, trailing;
    } images[] = {
        { "a path longer than what is there", ASSAY_LITERAL(NUMBERS "\x17\0\0\0\0\0\0\0" FILE_A END),
          22, 0 },
        { "LengthOfDevicePath is the largest number",
          ASSAY_LITERAL(NUMBERS "\xff\xff\xff\xff\xff\xff\xff\xff" END), 4, 0 },
        { "no path though one is stated", ASSAY_LITERAL(NUMBERS "\4\0\0\0\0\0\0\0"), 0, 0 },
        { "8 zeros behind the path, as old versions of shim wrote them",
          ASSAY_LITERAL(NUMBERS "\4\0\0\0\0\0\0\0" END "\0\0\0\0\0\0\0\0"), 4, 8 },
        { "all zero, then 9 odd bytes, as old versions of shim wrote them",
          ASSAY_LITERAL(ZEROS32 "\0\xd2\x08\0\0\xd6\x08\0\xaf"), 0, 9 },
    };

    for (size_t i = 0; i < sizeof images / sizeof *images; i++) {
        const assay_image image = decoded(images[i].data);

        cr_expect_eq(image.path.size, images[i].path, "%s", images[i].what);
        cr_expect_eq(image.trailing.size, images[i].trailing, "%s", images[i].what);
        cr_expect_not(image.narrow, "%s", images[i].what);
    }
}

Test(image, what_is_too_short_is_none)
{
    static const char whole[] = "\1\2\3\4\5\6\7\x08\x11\x12\x13\x14\x15\x16\x17\x18"
                                "\x21\x22\x23\x24\x25\x26\x27\x28\0\0\0\0\0\0\0\0";
    assay_image image = { .length = 77 };

    for (size_t size = 0; size < 32; size++)
        cr_expect_not(assay_image_decode(assay_bytes_of(whole, size), &image), "%zu bytes", size);
    cr_expect_eq(image.length, 77);
    cr_expect(assay_image_decode(assay_bytes_of(whole, 32), &image));
}

Test(image, a_line_for_operators)
{
    static const struct {
        const char *line;
        assay_bytes data;
    } lines[] = {
        { "\\a.efi", ASSAY_LITERAL(NUMBERS "\x16\0\0\0\0\0\0\0" FILE_A END) },
        { "image of 1048504 bytes without a device path",
          ASSAY_LITERAL(NUMBERS "\4\0\0\0\0\0\0\0" END) },
        { "image of 1048504 bytes without a device path",
          ASSAY_LITERAL(NUMBERS "\0\0\0\0\0\0\0\0" "\0\0\0\0\0\0\0\0") },
        { "image without a device path", ASSAY_LITERAL(ZEROS32) },
    };

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const assay_image image = decoded(lines[i].data);

        cr_expect_str_eq(TEXT_OF(assay_image_summary, &image), lines[i].line);
    }
}

Test(image, the_fields_are_emitted)
{
    assay_image image = decoded(ASSAY_LITERAL(NUMBERS "\4\0\0\0\0\0\0\0" END));

    cr_expect_str_eq(JSON_OF(assay_image_emit, &image),
                     "{\"location\":\"0x1ce19018\",\"length\":1048504,"
                     "\"link_time_address\":\"0x0\",\"device_path\":{\"nodes\":["
                     "{\"type\":127,\"subtype\":255,\"name\":\"End\",\"data_hex\":\"\"}]}}\n");
    image = decoded(ASSAY_LITERAL(NUMBERS "\5\0\0\0\0\0\0\0" END));
    cr_expect_not_null(strstr(JSON_OF(assay_image_emit, &image),
                              ",\"stated_device_path_size\":5}"));
    image = decoded(ASSAY_LITERAL(NUMBERS "\0\0\0\0\0\0\0\0" "tail"));
    cr_expect_not_null(strstr(JSON_OF(assay_image_emit, &image), ",\"trailing_hex\":\"7461696c\"}"));
}
