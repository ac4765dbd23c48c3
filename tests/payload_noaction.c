/* SPDX-License-Identifier: BSD-2-Clause */
/* eventlog/payload/noaction.h: remarks in a log, by their signatures. */
#include "tests/payload_seen.h"

/* TCG_EfiSpecIDEvent: client, 2.0 errata 0, 64 bit, SHA-1 and SHA-256, no vendor info */
#define SPEC_ID3                                                                                   \
    "Spec ID Event03\0" "\0\0\0\0" "\0\x02\0\x02" "\x02\0\0\0" "\x04\0\x14\0" "\x0b\0\x20\0" "\0"
#define GUID_BYTES "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10"
#define GUID_TEXT "04030201-0605-0807-090a-0b0c0d0e0f10"
/* vendor 11129 (Google LLC in IANA's list) = 0x2b79 */
#define PLATFORM "\x79\x2b\0\0" GUID_BYTES
#define STRINGS "\x05" "Acme\0" "\x02" "M1" "\x00" "\x03" "Fw\0" "\x79\x2b\0\0" "\x04" "2.7\0"
#define URI "\x01\0\0\0" "\x09\0\0\0" "https://x"
#define VARIABLE "\x03\0\0\0" "\x16\0\0\0" GUID_BYTES "R\0I\0\0\0"
#define PATH                                                                                       \
    "\x02\0\0\0" "\x10\0\0\0" "\x02\x01\x0c\0" "\xd0\x41\x03\x0a" "\0\0\0\0" "\x7f\xff\x04\0"
#define NO_LOCATOR "\0\0\0\0" "\0\0\0\0"
#define STRINGS_JSON                                                                               \
    "\"platform_manufacturer\":\"Acme\",\"platform_model\":\"M1\",\"platform_version\":\"\"," \
    "\"firmware_manufacturer\":\"Fw\",\"firmware_manufacturer_id\":11129,"                      \
    "\"firmware_version\":\"2.7\""
#define NO_LOCATOR_JSON "\"platform_certificate\":{\"type\":\"raw data\",\"value\":\"\"}"

static const struct expectation remarks[] = {
    { EV_NO_ACTION, DATA(SPEC_ID3), ASSAY_PAYLOAD_NO_ACTION,
      "Spec ID Event03, version 2.0 errata 0",
      "{\"signature\":\"Spec ID Event03\",\"platform_class\":0,\"version_minor\":0,"
      "\"version_major\":2,\"errata\":0,\"uintn_size\":2,\"algorithms\":"
      "[{\"algorithm_id\":\"0x4\",\"name\":\"sha1\",\"digest_size\":20},"
      "{\"algorithm_id\":\"0xb\",\"name\":\"sha256\",\"digest_size\":32}],"
      "\"vendor_info\":\"\"}" },
    /* TPM 1.2: no algorithms; two bytes of vendor info */
    { EV_NO_ACTION, DATA("Spec ID Event02\0" "\x01\0\0\0" "\x02\x01\x02\x01" "\x02" "\xca\xfe"),
      ASSAY_PAYLOAD_NO_ACTION, "Spec ID Event02, version 1.2 errata 2",
      "{\"signature\":\"Spec ID Event02\",\"platform_class\":1,\"version_minor\":2,"
      "\"version_major\":1,\"errata\":2,\"uintn_size\":1,\"vendor_info\":\"cafe\"}" },
    { EV_NO_ACTION, DATA("Spec ID Event00\0" "\0\0\0\0" "\x02\x01\x01\0" "\0"),
      ASSAY_PAYLOAD_NO_ACTION, "Spec ID Event00, version 1.2 errata 1",
      "{\"signature\":\"Spec ID Event00\",\"platform_class\":0,\"version_minor\":2,"
      "\"version_major\":1,\"errata\":1,\"uintn_size\":0,\"vendor_info\":\"\"}" },
    { EV_NO_ACTION, DATA("StartupLocality\0" "\x03"), ASSAY_PAYLOAD_NO_ACTION, "StartupLocality 3",
      "{\"signature\":\"StartupLocality\",\"startup_locality\":3}" },
    /* coreboot writes records of a fixed size */
    { EV_NO_ACTION, DATA("StartupLocality\0" "\x04" "\0\0\0"), ASSAY_PAYLOAD_NO_ACTION,
      "StartupLocality 4", "{\"signature\":\"StartupLocality\",\"startup_locality\":4}" },
    { EV_NO_ACTION, DATA("SP800-155 Event\0" PLATFORM), ASSAY_PAYLOAD_NO_ACTION,
      "SP800-155 Event: manifest " GUID_TEXT,
      "{\"signature\":\"SP800-155 Event\",\"vendor_id\":11129,"
      "\"reference_manifest_guid\":\"" GUID_TEXT "\"}" },
    { EV_NO_ACTION, DATA("SP800-155 Event2" PLATFORM STRINGS), ASSAY_PAYLOAD_NO_ACTION,
      "SP800-155 Event2: manifest " GUID_TEXT ", Acme M1, firmware 2.7",
      "{\"signature\":\"SP800-155 Event2\",\"vendor_id\":11129,"
      "\"reference_manifest_guid\":\"" GUID_TEXT "\"," STRINGS_JSON "}" },
    { EV_NO_ACTION, DATA("SP800-155 Event3" PLATFORM STRINGS URI NO_LOCATOR "\0\0\0\0"),
      ASSAY_PAYLOAD_NO_ACTION,
      "SP800-155 Event3: manifest " GUID_TEXT ", Acme M1, firmware 2.7, RIM https://x",
      "{\"signature\":\"SP800-155 Event3\",\"vendor_id\":11129,"
      "\"reference_manifest_guid\":\"" GUID_TEXT "\"," STRINGS_JSON ","
      "\"rim\":{\"type\":\"URI\",\"uri\":\"https://x\"}," NO_LOCATOR_JSON "}" },
    { EV_NO_ACTION, DATA("SP800-155 Event3" PLATFORM STRINGS VARIABLE NO_LOCATOR),
      ASSAY_PAYLOAD_NO_ACTION,
      "SP800-155 Event3: manifest " GUID_TEXT
      ", Acme M1, firmware 2.7, RIM in variable RI",
      "{\"signature\":\"SP800-155 Event3\",\"vendor_id\":11129,"
      "\"reference_manifest_guid\":\"" GUID_TEXT "\"," STRINGS_JSON ","
      "\"rim\":{\"type\":\"variable\",\"vendor_guid\":\"" GUID_TEXT "\",\"variable\":\"RI\"},"
      NO_LOCATOR_JSON "}" },
    /* a device path, of PciRoot(0x0) alone; a certificate's locator of a type unknown here */
    { EV_NO_ACTION, DATA("SP800-155 Event3" PLATFORM STRINGS PATH "\x09\0\0\0" "\x01\0\0\0" "x"),
      ASSAY_PAYLOAD_NO_ACTION,
      "SP800-155 Event3: manifest " GUID_TEXT ", Acme M1, firmware 2.7, RIM PciRoot(0x0)",
      "{\"signature\":\"SP800-155 Event3\",\"vendor_id\":11129,"
      "\"reference_manifest_guid\":\"" GUID_TEXT "\"," STRINGS_JSON ","
      "\"rim\":{\"type\":\"device path\",\"device_path\":{\"text\":\"PciRoot(0x0)\",\"nodes\":["
      "{\"type\":2,\"subtype\":1,\"name\":\"ACPI\",\"data_hex\":\"d041030a00000000\"},"
      "{\"type\":127,\"subtype\":255,\"name\":\"End\",\"data_hex\":\"\"}]}},"
      "\"platform_certificate\":{\"type\":9,\"value\":\"78\"}}" },
    /* a URI with its NUL and something behind it; a certificate in the record itself */
    { EV_NO_ACTION,
      DATA("SP800-155 Event3" PLATFORM STRINGS "\x01\0\0\0" "\x04\0\0\0" "u:\0\x07"
           "\0\0\0\0" "\x02\0\0\0" "\x30\x00"),
      ASSAY_PAYLOAD_NO_ACTION,
      "SP800-155 Event3: manifest " GUID_TEXT ", Acme M1, firmware 2.7, RIM u:",
      "{\"signature\":\"SP800-155 Event3\",\"vendor_id\":11129,"
      "\"reference_manifest_guid\":\"" GUID_TEXT "\"," STRINGS_JSON ","
      "\"rim\":{\"type\":\"URI\",\"uri\":\"u:\",\"rest\":\"0007\"},"
      "\"platform_certificate\":{\"type\":\"raw data\",\"value\":\"3000\"}}" },
    { EV_NO_ACTION, DATA("H-CRTM CompMeas\0" "\x03" "uco" "\x01" "\x02\0" "\xaa\xbb"),
      ASSAY_PAYLOAD_NO_ACTION, "H-CRTM CompMeas: uco",
      "{\"signature\":\"H-CRTM CompMeas\",\"description\":\"uco\",\"measurement_format\":1,"
      "\"measurement\":\"aabb\"}" },
    /* TXT SDG appendix G.2.1: SHA-256 is 2 here, not 0x000b */
    { EV_NO_ACTION, DATA("FRMT ID EVENT00\0" "\x01\0\0\0" "\x02\0\0\0" "\x20\0\0\0"),
      ASSAY_PAYLOAD_NO_ACTION, "FRMT ID EVENT00, sha256",
      "{\"signature\":\"FRMT ID EVENT00\",\"revision\":1,\"digest\":\"sha256\","
      "\"digest_size\":32}" },
    { EV_NO_ACTION, DATA("FRMT ID EVENT00\0" "\x01\0\0\0" "\xff\xff\xff\xff" "\x20\0\0\0"),
      ASSAY_PAYLOAD_NO_ACTION, "FRMT ID EVENT00, unknown",
      "{\"signature\":\"FRMT ID EVENT00\",\"revision\":1,\"digest\":\"unknown\","
      "\"digest_size\":32}" },
    { EV_NO_ACTION, DATA("NvIndexInstance\0" "\x01\x02"), ASSAY_PAYLOAD_NO_ACTION,
      "NvIndexInstance, 2 bytes", "{\"signature\":\"NvIndexInstance\",\"rest\":\"0102\"}" },
};

Test(payload_noaction, each_structure_by_its_signature)
{
    expect_all(remarks, sizeof remarks / sizeof *remarks);
}

static const struct {
    const char *why;
    const char *data;
    size_t size;
} cut[] = {
    { "a Spec ID that ends in its list of algorithms",
      DATA("Spec ID Event03\0" "\0\0\0\0" "\0\x02\0\x02" "\x02\0\0\0" "\x04\0\x14\0") },
    { "more algorithms than any event can hold",
      DATA("Spec ID Event03\0" "\0\0\0\0" "\0\x02\0\x02" "\xff\xff\xff\xff" "\x04\0\x14\0" "\0") },
    { "vendor info beyond the event",
      DATA("Spec ID Event02\0" "\0\0\0\0" "\x02\x01\x02\x01" "\xff" "x") },
    { "a locality that is not there", DATA("StartupLocality\0") },
    { "a GUID of fifteen bytes",
      DATA("SP800-155 Event\0" "\x79\x2b\0\0" "123456789012345") },
    { "a string beyond the event", DATA("SP800-155 Event2" PLATFORM "\xff" "Acme") },
    { "a locator beyond the event",
      DATA("SP800-155 Event3" PLATFORM STRINGS "\x01\0\0\0" "\xff\xff\xff\xff" "https://x") },
    { "an H-CRTM measurement beyond the event",
      DATA("H-CRTM CompMeas\0" "\0" "\x01" "\xff\xff" "\xaa") },
    { "an NV index's event without its reserved bytes",
      DATA("NvIndexInstance\0" "\x01\0" "12345") },
    { "an NV index's data beyond the event",
      DATA("NvIndexDynamic\0\0" "\x01\0" "123456" "12345678" "\x01\0" "D" "\x02\0" "x") },
    { "a format without its digest size", DATA("FRMT ID EVENT00\0" "\x01\0\0\0" "\x02\0\0\0") },
};

Test(payload_noaction, a_structure_that_is_cut_off_leaves_its_signature)
{
    for (size_t i = 0; i < sizeof cut / sizeof *cut; i++) {
        const struct seen seen = see(0, EV_NO_ACTION, cut[i].data, cut[i].size);

        cr_assert_eq(seen.payload.kind, ASSAY_PAYLOAD_NO_ACTION, "%s", cut[i].why);
        cr_expect_eq(seen.payload.no_action.kind, ASSAY_NO_ACTION_OTHER, "%s", cut[i].why);
        cr_expect_eq(seen.payload.no_action.rest.size, cut[i].size - 16, "%s", cut[i].why);
    }
}

static const struct {
    const char *why;
    const char *data;
    size_t size;
} unsigned_data[] = {
    { "no data", DATA("") },
    { "fifteen bytes of signature", DATA("StartupLocality") },
    { "a signature that begins with a NUL", DATA("\0pec ID Event03\0\0\0\0\0") },
    { "text behind the signature's NUL", DATA("Spec ID\0Event03\0\0\0\0\0") },
    { "binary", DATA("\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90") },
};

Test(payload_noaction, without_a_signature_it_stays_opaque)
{
    for (size_t i = 0; i < sizeof unsigned_data / sizeof *unsigned_data; i++) {
        const struct seen seen = see(0, EV_NO_ACTION, unsigned_data[i].data, unsigned_data[i].size);

        cr_expect_eq(seen.payload.kind, ASSAY_PAYLOAD_OPAQUE, "%s", unsigned_data[i].why);
    }
}

Test(payload_noaction, a_locator_of_another_type_is_shown_as_bytes)
{
    static const struct {
        const char *data;
        size_t size;
        const char *json;
    } locators[] = {
        { DATA("SP800-155 Event3" PLATFORM STRINGS "\x02\0\0\0" "\x01\0\0\0" "\x7f" NO_LOCATOR),
          "\"rim\":{\"type\":\"device path\",\"value\":\"7f\"}" },
        { DATA("SP800-155 Event3" PLATFORM STRINGS "\x04\0\0\0" "\x01\0\0\0" "\x7f" NO_LOCATOR),
          "\"rim\":{\"type\":4,\"value\":\"7f\"}" },
        { DATA("SP800-155 Event3" PLATFORM STRINGS "\x03\0\0\0" "\x01\0\0\0" "\x7f" NO_LOCATOR),
          "\"rim\":{\"type\":\"variable\",\"value\":\"7f\"}" },
    };

    for (size_t i = 0; i < sizeof locators / sizeof *locators; i++) {
        const struct seen seen = see(0, EV_NO_ACTION, locators[i].data, locators[i].size);

        cr_expect_not_null(strstr(seen.json, locators[i].json), "%s", seen.json);
    }
}

/* PFP 1.06 section 10.4.5; EDK II pads the second name with a blank. */
static const struct expectation nv_events[] = {
    { EV_NO_ACTION, DATA("NvIndexInstance\0" "\x01\0" "\0\0\0\0\0\0" "\xca\xfe"),
      ASSAY_PAYLOAD_NO_ACTION, "NvIndexInstance, 2 bytes",
      "{\"signature\":\"NvIndexInstance\",\"version\":1,\"data\":\"cafe\"}" },
    /* DEVICE_SECURITY_EVENT_DATA2 of no device: see tests/payload_spdm.c for its fields. */
    { EV_NO_ACTION,
      DATA("NvIndexInstance\0" "\x01\0" "\0\0\0\0\0\0"
           "SPDM Device Sec2" "\x02\0" "\xff" "\0" "\x34\0\0\0" "\0\0\0\0" "\0\0\0\0"
           "\0\0\0\0" "\x07\0\0\0\0\0\0\0" "\0\0\0\0\0\0\0\0"),
      ASSAY_PAYLOAD_NO_ACTION, NULL, NULL },
    { EV_NO_ACTION,
      DATA("NvIndexDynamic\0\0" "\x01\0" "\0\0\0\0\0\0" "\x2a\0\0\0\0\0\0\0"
           "\x0f\0" "SPDM CHALLENGE\0" "\x02\0" "\xca\xfe"),
      ASSAY_PAYLOAD_NO_ACTION, "NvIndexDynamic: SPDM CHALLENGE, 2 bytes",
      "{\"signature\":\"NvIndexDynamic\",\"version\":1,\"uid\":\"0x2a\","
      "\"description\":\"SPDM CHALLENGE\",\"data\":\"cafe\"}" },
    { EV_NO_ACTION,
      DATA("NvIndexDynamic \0" "\x01\0" "\0\0\0\0\0\0" "\0\0\0\0\0\0\0\0" "\0\0" "\0\0" "\x99"),
      ASSAY_PAYLOAD_NO_ACTION, "NvIndexDynamic : , 0 bytes",
      "{\"signature\":\"NvIndexDynamic \",\"version\":1,\"uid\":\"0x0\",\"description\":\"\","
      "\"data\":\"\",\"rest\":\"99\"}" },
};

Test(payload_noaction, what_went_into_an_nv_index)
{
    for (size_t i = 0; i < sizeof nv_events / sizeof *nv_events; i++)
        if (nv_events[i].json != NULL)
            expect_all(&nv_events[i], 1);
    const struct seen device = see(0, EV_NO_ACTION, nv_events[1].data, nv_events[1].size);
    cr_expect_eq(device.payload.no_action.kind, ASSAY_NO_ACTION_NV_EVENT);
    cr_expect_not_null(strstr(device.json, "\"device\":{\"signature\":\"SPDM Device Sec2\""), "%s",
                       device.json);
}
