/* SPDX-License-Identifier: BSD-2-Clause */
/* eventlog/payload/tagged.h: lists of tags, and who writes which. */
#include "tests/payload_seen.h"

#define LOAD_OPTIONS "\xed\x22\x3b\x8f" "\x1a\0\0\0" "LOADED_IMAGE::LoadOptions\0"

static const struct expectation lists[] = {
    { EV_EVENT_TAG, DATA(LOAD_OPTIONS), ASSAY_PAYLOAD_TAGGED,
      "Linux load options: LOADED_IMAGE::LoadOptions",
      "{\"tags\":[{\"id\":\"0x8f3b22ed\",\"name\":\"Linux load options\","
      "\"text\":\"LOADED_IMAGE::LoadOptions\","
      "\"measured\":\"the load options in UTF-16\"}]}" },
    { EV_EVENT_TAG, DATA("\xec\x22\x3b\x8f" "\x0d\0\0\0" "Linux initrd\0"), ASSAY_PAYLOAD_TAGGED,
      "Linux initrd: Linux initrd",
      "{\"tags\":[{\"id\":\"0x8f3b22ec\",\"name\":\"Linux initrd\",\"text\":\"Linux initrd\","
      "\"measured\":\"the initrd that the kernel loaded\"}]}" },
    { EV_EVENT_TAG,
      DATA("\x2a\x58\xbc\xf5" "\x18\0\0\0" "l\0o\0a\0d\0e\0r\0.\0c\0o\0n\0f\0\0\0"),
      ASSAY_PAYLOAD_TAGGED, "systemd-boot loader.conf: loader.conf",
      "{\"tags\":[{\"id\":\"0xf5bc582a\",\"name\":\"systemd-boot loader.conf\","
      "\"text\":\"loader.conf\",\"measured\":\"the file's contents\"}]}" },
    /* The number of a UKI profile in UTF-16. */
    { EV_EVENT_TAG, DATA("\xdb\xd6\xae\x13" "\x04\0\0\0" "1\0\0\0"), ASSAY_PAYLOAD_TAGGED,
      "systemd-stub UKI profile: 1",
      "{\"tags\":[{\"id\":\"0x13aed6db\",\"name\":\"systemd-stub UKI profile\","
      "\"text\":\"1\",\"measured\":\"the profile's name\"}]}" },
    { EV_EVENT_TAG, DATA("\xdb\xd6\xae\x13" "\x04\0\0\0" "1\0002\0"), ASSAY_PAYLOAD_TAGGED,
      "systemd-stub UKI profile: 12",
      "{\"tags\":[{\"id\":\"0x13aed6db\",\"name\":\"systemd-stub UKI profile\","
      "\"text\":\"12\",\"measured\":\"the profile's name\"}]}" },
    /* systemd-stub 258: its addons by file name, its SMBIOS structures by type. */
    { EV_EVENT_TAG, DATA("\x51\xf7\x46\x6c" "\x0a\0\0\0" "a\0.\0d\0t\0\0\0"),
      ASSAY_PAYLOAD_TAGGED, "systemd-stub devicetree addon: a.dt",
      "{\"tags\":[{\"id\":\"0x6c46f751\",\"name\":\"systemd-stub devicetree addon\","
      "\"text\":\"a.dt\",\"measured\":\"the addon's .dtb section\"}]}" },
    /* The specification's example of the Attestation Agent, and its first entry. */
    { EV_EVENT_TAG, DATA("LEAA" "\x14\0\0\0" "example.com op {a b}"), ASSAY_PAYLOAD_TAGGED,
      "attestation agent: example.com op {a b}",
      "{\"tags\":[{\"id\":\"0x4141454c\",\"name\":\"attestation agent\","
      "\"text\":\"example.com op {a b}\",\"domain\":\"example.com\",\"operation\":\"op\","
      "\"content\":\"{a b}\"}]}" },
    { EV_EVENT_TAG, DATA("LEAA" "\x10\0\0\0" "INIT/sha384 0000"), ASSAY_PAYLOAD_TAGGED,
      "attestation agent: INIT/sha384 0000",
      "{\"tags\":[{\"id\":\"0x4141454c\",\"name\":\"attestation agent\","
      "\"text\":\"INIT/sha384 0000\",\"init_algorithm\":\"sha384\","
      "\"init_value\":\"0000\"}]}" },
    { EV_EVENT_TAG, DATA("LEAA" "\x0b\0\0\0" "example.com"), ASSAY_PAYLOAD_TAGGED,
      "attestation agent: example.com",
      "{\"tags\":[{\"id\":\"0x4141454c\",\"name\":\"attestation agent\","
      "\"text\":\"example.com\"}]}" },
    { EV_EVENT_TAG, DATA("\x78\x56\x34\x12" "\0\0\0\0" "\x07\0\0\0" "\x01\0\0\0" "\xff"),
      ASSAY_PAYLOAD_TAGGED, "tag 0x12345678, 0 bytes, and 1 more",
      "{\"tags\":[{\"id\":\"0x12345678\",\"data\":\"\"},{\"id\":\"0x7\","
      "\"name\":\"option ROM execute\",\"data\":\"ff\"}]}" },
    /* One loader of a confidential VM forgot the tag and wrote its text alone. */
    { EV_EVENT_TAG, DATA("LOADED_IMAGE::LoadOptions\0"), ASSAY_PAYLOAD_TEXT,
      "LOADED_IMAGE::LoadOptions", "{\"text\":\"LOADED_IMAGE::LoadOptions\"}" },
};

Test(payload_tagged, tags_are_named_and_their_text_shown)
{
    expect_all(lists, sizeof lists / sizeof *lists);
}

static const struct {
    const char *why;
    const char *data;
    size_t size;
} malformed[] = {
    { "no tag at all", DATA("") },
    { "half a tag", DATA("\xed\x22\x3b\x8f\x1a") },
    { "a tag without its size", DATA("\xed\x22\x3b\x8f") },
    { "data beyond the event", DATA("\xed\x22\x3b\x8f" "\x02\0\0\0" "1") },
    { "the largest size there is", DATA("\xed\x22\x3b\x8f" "\xff\xff\xff\xff" "1") },
    { "a good tag and three bytes", DATA(LOAD_OPTIONS "\0\0\0") },
};

Test(payload_tagged, sizes_that_lie_stay_opaque)
{
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        const struct seen seen = see(9, EV_EVENT_TAG, malformed[i].data, malformed[i].size);

        cr_expect_eq(seen.payload.kind, ASSAY_PAYLOAD_OPAQUE, "%s", malformed[i].why);
    }
}

Test(payload_tagged, names_by_class_for_windows_and_none_for_strangers)
{
    cr_expect_str_eq(assay_tag_name(0x00060002), "Windows authority");
    cr_expect_str_eq(assay_tag_name(0x800C0001), "Windows DRTM");
    cr_expect_null(assay_tag_name(0x000D0001), "a class that wbcl.h does not have");
    cr_expect_null(assay_tag_name(0x01060002), "bits that wbcl.h leaves zero");
    cr_expect_null(assay_tag_name(0x00000009));
}
