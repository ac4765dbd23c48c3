/* SPDX-License-Identifier: BSD-2-Clause */
/* eventlog/payload/blob.h: where the measured firmware lay. */
#include "tests/payload_seen.h"

/* base 0xff900000, length 0x00e80000 */
#define BASE_AND_LENGTH                                                                            \
    "\x00\x00\x90\xff\x00\x00\x00\x00"                                                             \
    "\x00\x00\xe8\x00\x00\x00\x00\x00"

static const struct expectation blobs[] = {
    { EV_EFI_PLATFORM_FIRMWARE_BLOB, DATA(BASE_AND_LENGTH), ASSAY_PAYLOAD_BLOB,
      "15204352 bytes at 0xff900000", "{\"base\":\"0xff900000\",\"length\":15204352}" },
    { EV_EFI_PLATFORM_FIRMWARE_BLOB2,
      DATA("\x07"
           "FV_MAIN" BASE_AND_LENGTH),
      ASSAY_PAYLOAD_BLOB, "FV_MAIN, 15204352 bytes at 0xff900000",
      "{\"description\":\"FV_MAIN\",\"base\":\"0xff900000\",\"length\":15204352}" },
    { EV_EFI_PLATFORM_FIRMWARE_BLOB2, DATA("\x00" BASE_AND_LENGTH), ASSAY_PAYLOAD_BLOB,
      "15204352 bytes at 0xff900000",
      "{\"description\":\"\",\"base\":\"0xff900000\",\"length\":15204352}" },
    /* PFP 1.06 section 10.4.1: EV_POST_CODE is a blob or a string. */
    { EV_POST_CODE, DATA(BASE_AND_LENGTH), ASSAY_PAYLOAD_BLOB, "15204352 bytes at 0xff900000",
      "{\"base\":\"0xff900000\",\"length\":15204352}" },
    { EV_POST_CODE, DATA("ACPI DATA"), ASSAY_PAYLOAD_TEXT, "ACPI DATA",
      "{\"text\":\"ACPI DATA\"}" },
    { EV_S_CRTM_CONTENTS, DATA("Boot Guard Measured S-CRTM\0"), ASSAY_PAYLOAD_TEXT,
      "Boot Guard Measured S-CRTM", "{\"text\":\"Boot Guard Measured S-CRTM\"}" },
    { EV_POST_CODE2, DATA("Embedded UEFI Driver"), ASSAY_PAYLOAD_TEXT, "Embedded UEFI Driver",
      "{\"text\":\"Embedded UEFI Driver\"}" },
    { EV_EFI_PLATFORM_FIRMWARE_BLOB,
      DATA("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), ASSAY_PAYLOAD_BLOB,
      "18446744073709551615 bytes at 0xffffffffffffffff",
      "{\"base\":\"0xffffffffffffffff\",\"length\":18446744073709551615}" },
};

Test(payload_blob, both_forms_and_the_strings_in_their_place)
{
    expect_all(blobs, sizeof blobs / sizeof *blobs);
}

static const struct {
    const char *why;
    uint32_t type;
    const char *data;
    size_t size;
} malformed[] = {
    { "a byte short", EV_EFI_PLATFORM_FIRMWARE_BLOB, BASE_AND_LENGTH, 15 },
    { "a byte long", EV_EFI_PLATFORM_FIRMWARE_BLOB, BASE_AND_LENGTH, 17 },
    { "nothing", EV_EFI_PLATFORM_FIRMWARE_BLOB, "", 0 },
    { "the description's size is beyond the event", EV_EFI_PLATFORM_FIRMWARE_BLOB2,
      DATA("\xff"
           "FV_MAIN" BASE_AND_LENGTH) },
    { "the description takes a byte of the base", EV_EFI_PLATFORM_FIRMWARE_BLOB2,
      DATA("\x08"
           "FV_MAIN" BASE_AND_LENGTH) },
    { "the description leaves a byte over", EV_EFI_PLATFORM_FIRMWARE_BLOB2,
      DATA("\x06"
           "FV_MAIN" BASE_AND_LENGTH) },
    { "nine bytes cut from a post code, as one firmware does", EV_S_CRTM_CONTENTS,
      DATA("\0\0\0POST C") },
};

Test(payload_blob, other_sizes_stay_opaque)
{
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        const struct seen seen = see(0, malformed[i].type, malformed[i].data, malformed[i].size);

        cr_expect_eq(seen.payload.kind, ASSAY_PAYLOAD_OPAQUE, "%s", malformed[i].why);
    }
}
