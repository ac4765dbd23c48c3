/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eventlog/payload/spdm.h: the structures of PFP 1.06 section 10.2.8 written out by hand, and
 * of DMTF DSP0274 1.3 the measurement block and the certificate chain.
 */
#include "tests/certificate.h"
#include "tests/payload_seen.h"

/* index 1, DMTF, 7 bytes: mutable firmware, digest, 4 bytes */
#define BLOCK "\x01\x01\x07\0" "\x01\x04\0" "\xde\xad\xbe\xef"
#define BLOCK_JSON                                                                                 \
    "{\"index\":1,\"specification\":1,\"value_type\":\"mutable firmware\",\"raw\":false,"          \
    "\"value\":\"deadbeef\"}"
/* PciRoot(0x0) as ACPI node of PNP0A03, then the end of the path: 16 bytes */
#define PATH "\x02\x01\x0c\0" "\xd0\x41\x03\x0a" "\0\0\0\0" "\x7f\xff\x04\0"
#define PATH_JSON                                                                                  \
    "\"device_path\":{\"text\":\"PciRoot(0x0)\",\"nodes\":["                                       \
    "{\"type\":2,\"subtype\":1,\"name\":\"ACPI\",\"data_hex\":\"d041030a00000000\"},"              \
    "{\"type\":127,\"subtype\":255,\"name\":\"End\",\"data_hex\":\"\"}]}"
/* version 0, 16 bytes, 8086:0b60, revision 2, an NVM Express controller, subsystem 1af4:1100 */
#define PCI "\0\0" "\x10\0" "\x86\x80" "\x60\x0b" "\x02" "\x02\x08\x01" "\xf4\x1a" "\x00\x11"
#define PCI_JSON                                                                                   \
    "\"pci\":{\"version\":0,\"length\":16,\"vendor_id\":\"0x8086\",\"device_id\":\"0xb60\","       \
    "\"revision_id\":2,\"class_code\":\"0x10802\",\"subsystem_vendor_id\":\"0x1af4\","             \
    "\"subsystem_id\":\"0x1100\"}"
#define PATH_16 "\x10\0\0\0\0\0\0\0" PATH
#define NO_PATH "\0\0\0\0\0\0\0\0"

/* Version 1, 75 bytes, hash algorithm bit 2 (SHA-384), PCI */
#define FIRST "SPDM Device Sec\0" "\x01\0" "\x4b\0" "\x04\0\0\0" "\x01\0\0\0"
#define FIRST_JSON                                                                                 \
    "{\"signature\":\"SPDM Device Sec\",\"version\":1,\"length\":75,\"device_type\":\"PCI\","      \
    "\"hash_algorithm\":\"sha384\",\"measurements\":[" BLOCK_JSON "]"

/* Version 2, authenticated, 0x40 bytes, of device type, sub header and its size; UID 7 */
#define SECOND(auth, device, sub_header, size)                                                     \
    "SPDM Device Sec2" "\x02\0" auth "\0" "\x40\0\0\0" device "\0\0\0" sub_header "\0\0\0"         \
    size "\0\0\0" "\x07\0\0\0\0\0\0\0"
/* SPDM 1.2, one block, SHA-256 as bit 1 */
#define MEASURED "\0\x12" "\x01" "\0" "\x02\0\0\0"

static const struct expectation events[] = {
    { EV_EFI_SPDM_FIRMWARE_BLOB, DATA(FIRST BLOCK PATH_16 PCI), ASSAY_PAYLOAD_SPDM,
      "SPDM PCI device 8086:0b60: mutable firmware (index 1)",
      FIRST_JSON "," PATH_JSON "," PCI_JSON "}" },
    /* EDK II before the profile was final: no device path */
    { EV_EFI_SPDM_FIRMWARE_CONFIG, DATA(FIRST BLOCK PCI), ASSAY_PAYLOAD_SPDM,
      "SPDM PCI device 8086:0b60: mutable firmware (index 1)", FIRST_JSON "," PCI_JSON "}" },
    { EV_EFI_SPDM_FIRMWARE_BLOB, DATA(FIRST BLOCK), ASSAY_PAYLOAD_SPDM,
      "SPDM PCI device: mutable firmware (index 1)", FIRST_JSON "}" },
    { EV_EFI_SPDM_FIRMWARE_BLOB,
      DATA(SECOND("\0", "\x01", "\0", "\x13") PATH_16 MEASURED BLOCK PCI), ASSAY_PAYLOAD_SPDM,
      "SPDM PCI device 8086:0b60: mutable firmware (index 1)",
      "{\"signature\":\"SPDM Device Sec2\",\"version\":2,\"length\":64,\"device_type\":\"PCI\","
      "\"auth_state\":\"success\",\"sub_header_type\":\"SPDM measurement block\","
      "\"sub_header_uid\":\"0x7\",\"spdm_version\":\"1.2.0\",\"measurement_block_count\":1,"
      "\"hash_algorithm\":\"sha256\",\"measurements\":[" BLOCK_JSON "]," PATH_JSON "," PCI_JSON
      "}" },
    /* a security version (raw, 8 bytes) and a device mode (raw, 4 x u32) of one device */
    { EV_EFI_SPDM_FIRMWARE_CONFIG,
      DATA(SECOND("\x01", "\0", "\0", "\x2e") NO_PATH "\0\x13\x02\0" "\x80\0\0\0"
           "\x02\x01\x0b\0" "\x87\x08\0" "\x05\0\0\0\0\0\0\0"
           "\xfe\x01\x13\0" "\x85\x10\0" "\x01\0\0\0\x02\0\0\0\x03\0\0\0\x04\0\0\0"),
      ASSAY_PAYLOAD_SPDM,
      "SPDM device, no authentication: firmware security version (index 2), "
      "device mode (index 254)",
      "{\"signature\":\"SPDM Device Sec2\",\"version\":2,\"length\":64,\"device_type\":\"none\","
      "\"auth_state\":\"no authentication\",\"sub_header_type\":\"SPDM measurement block\","
      "\"sub_header_uid\":\"0x7\",\"spdm_version\":\"1.3.0\",\"measurement_block_count\":2,"
      "\"hash_algorithm\":\"sm3_256\",\"measurements\":["
      "{\"index\":2,\"specification\":1,\"value_type\":\"firmware security version\","
      "\"raw\":true,\"security_version\":5,\"value\":\"0500000000000000\"},"
      "{\"index\":254,\"specification\":1,\"value_type\":\"device mode\",\"raw\":true,"
      "\"operational_mode_capabilities\":\"0x1\",\"operational_mode_state\":\"0x2\","
      "\"device_mode_capabilities\":\"0x3\",\"device_mode_state\":\"0x4\","
      "\"value\":\"01000000020000000300000004000000\"}]}" },
    /* EDK II of a device that failed: no sub header at all */
    { EV_EFI_SPDM_FIRMWARE_BLOB, DATA(SECOND("\xff", "\x01", "\0", "\0") NO_PATH PCI),
      ASSAY_PAYLOAD_SPDM, "SPDM PCI device 8086:0b60, no SPDM",
      "{\"signature\":\"SPDM Device Sec2\",\"version\":2,\"length\":64,\"device_type\":\"PCI\","
      "\"auth_state\":\"no SPDM\",\"sub_header_type\":\"SPDM measurement block\","
      "\"sub_header_uid\":\"0x7\"," PCI_JSON "}" },
    /* another specification than DMTF's, a hash algorithm of two bits, a device unknown here */
    { EV_EFI_SPDM_FIRMWARE_BLOB,
      DATA("SPDM Device Sec\0" "\x01\0" "\0\0" "\x06\0\0\0" "\x09\0\0\0" "\x01\x02\x02\0" "\xaa\xbb"
           NO_PATH "\xcc"),
      ASSAY_PAYLOAD_SPDM, "SPDM device of type 9: measurement (index 1)",
      "{\"signature\":\"SPDM Device Sec\",\"version\":1,\"length\":0,\"device_type\":9,"
      "\"hash_algorithm\":6,\"measurements\":[{\"index\":1,\"specification\":2,"
      "\"measurement\":\"aabb\"}],\"device_context\":\"cc\"}" },
    /* USB: a descriptor of three bytes, and one that says it is longer than the event */
    { EV_EFI_SPDM_FIRMWARE_BLOB,
      DATA(SECOND("\x05", "\x02", "\x03", "\x01") NO_PATH "\xee"
           "\0\0\x0a\0" "\x03\x01\x02" "\x09\x02\x03"),
      ASSAY_PAYLOAD_SPDM, "SPDM USB device, unknown authentication",
      "{\"signature\":\"SPDM Device Sec2\",\"version\":2,\"length\":64,\"device_type\":\"USB\","
      "\"auth_state\":5,\"sub_header_type\":3,\"sub_header_uid\":\"0x7\",\"sub_header\":\"ee\","
      "\"usb\":{\"version\":0,\"length\":10,\"descriptors\":[\"030102\",\"090203\"]}}" },
};

Test(payload_spdm, devices_and_what_they_measured)
{
    expect_all(events, sizeof events / sizeof *events);
}

/* SPDM 1.1, slot 2, base hash bit 0 (SHA-256); SPDM_CERT_CHAIN: length, root hash, certificates */
static size_t put_chain(uint8_t *room, size_t size, assay_bytes certificates)
{
    assay_writer w = assay_writer_lent(room, size);

    assay_put(&w, ASSAY_LITERAL("SPDM Device Sec2" "\x02\0" "\0" "\0"));
    assay_put_u32le(&w, 0);
    assay_put_u32le(&w, ASSAY_SPDM_DEVICE_NULL);
    assay_put_u32le(&w, ASSAY_SPDM_CERT_CHAIN);
    assay_put_u32le(&w, (uint32_t)(8 + 4 + 32 + certificates.size));
    assay_put_u64le(&w, 7);
    assay_put_u64le(&w, 0);
    assay_put(&w, ASSAY_LITERAL("\0\x11" "\x02" "\0" "\x01\0\0\0"));
    assay_put_u16le(&w, (uint16_t)(4 + 32 + certificates.size));
    assay_put_u16le(&w, 0);
    assay_put_zeros(&w, 32);
    assay_put(&w, certificates);
    cr_assert_eq(w.failure, 0);
    return w.used;
}

Test(payload_spdm, a_chain_names_its_certificates)
{
    static uint8_t room[8192];
    assay_writer both = assay_writer_growing(4096);
    const assay_bytes der = example_certificate();

    assay_put(&both, der);
    assay_put(&both, der);
    const size_t size = put_chain(room, sizeof room, assay_written(&both));
    const struct seen seen = see(2, EV_EFI_SPDM_FIRMWARE_BLOB, room, size);

    cr_expect_eq(seen.payload.kind, ASSAY_PAYLOAD_SPDM);
    cr_expect_str_eq(seen.summary, "SPDM device: slot 2, 2 certificates, last Example UEFI CA");
    cr_expect_not_null(strstr(seen.json, "\"spdm_version\":\"1.1.0\",\"slot\":2,"
                                         "\"hash_algorithm\":\"sha256\",\"chain_length\""));
    assay_writer_close(&both);
}

/* DER says 3 bytes, which is no certificate; then a length that DER does not have. */
Test(payload_spdm, a_chain_of_anything_else_is_shown_as_bytes)
{
    static uint8_t room[256];
    const size_t size =
        put_chain(room, sizeof room, ASSAY_LITERAL("\x30\x03\x02\x01\0" "\x30\x80zz"));
    const struct seen seen = see(2, EV_EFI_SPDM_FIRMWARE_BLOB, room, size);

    cr_expect_not_null(strstr(seen.summary, "SPDM device: slot 2, 1 certificate"));
    cr_expect_not_null(strstr(seen.json, "\"certificates\":[{\"data_hex\":\"3003020100\"},"
                                         "{\"data_hex\":\"30807a7a\"}]"));
}

static const struct {
    const char *why;
    const char *data;
    size_t size;
} malformed[] = {
    { "no data", DATA("") },
    { "a signature alone", DATA("SPDM Device Sec\0") },
    { "a signature of nobody", DATA("SPDM Device Sec3" "\x01\0\0\0" "\0\0\0\0" "\0\0\0\0" BLOCK) },
    { "a block that ends inside its header", DATA(FIRST "\x01\x01\x07") },
    { "a block beyond the event", DATA(FIRST "\x01\x01\x08\0" "\x01\x04\0" "\xde\xad\xbe\xef") },
    { "a second structure without its path's length", DATA(SECOND("\0", "\0", "\0", "\0") "\0\0\0") },
    { "a path beyond the event", DATA(SECOND("\0", "\0", "\0", "\0") "\x01\0\0\0\0\0\0\0") },
    { "a path of 2^64 - 1 bytes",
      DATA(SECOND("\0", "\0", "\0", "\0") "\xff\xff\xff\xff\xff\xff\xff\xff") },
    { "a sub header beyond the event",
      DATA(SECOND("\0", "\0", "\0", "\x14") NO_PATH MEASURED BLOCK) },
};

Test(payload_spdm, sizes_that_lie_stay_opaque)
{
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        const struct seen seen =
            see(2, EV_EFI_SPDM_FIRMWARE_BLOB, malformed[i].data, malformed[i].size);

        cr_expect_eq(seen.payload.kind, ASSAY_PAYLOAD_OPAQUE, "%s", malformed[i].why);
    }
}

/* Blocks inside a sub header may lie without the event losing its other fields. */
Test(payload_spdm, the_blocks_before_a_broken_one_are_read)
{
    const assay_bytes data = ASSAY_LITERAL(
        SECOND("\0", "\0", "\0", "\x16") NO_PATH MEASURED BLOCK "\x02\x01\xff");
    assay_spdm spdm;
    assay_spdm_block block;
    uint32_t hash_algo;

    cr_assert(assay_spdm_decode(data, &spdm));
    assay_cursor c = assay_spdm_blocks(&spdm, &hash_algo);
    cr_expect_eq(hash_algo, 2);
    cr_assert(assay_spdm_block_next(&c, &block));
    cr_expect_eq(block.value.size, 4);
    cr_expect_not(assay_spdm_block_next(&c, &block));
}

/* DSP0274 table "NEGOTIATE_ALGORITHMS": MeasurementHashAlgo has "raw" for its first bit. */
Test(payload_spdm, one_bit_names_a_hash)
{
    cr_expect_str_eq(assay_spdm_hash_name(0x01, false), "raw");
    cr_expect_str_eq(assay_spdm_hash_name(0x02, false), "sha256");
    cr_expect_str_eq(assay_spdm_hash_name(0x01, true), "sha256");
    cr_expect_str_eq(assay_spdm_hash_name(0x02, true), "sha384");
    cr_expect_str_eq(assay_spdm_hash_name(0x40, true), "sm3_256");
    cr_expect_null(assay_spdm_hash_name(0x80, true));
    cr_expect_null(assay_spdm_hash_name(0, false));
    cr_expect_null(assay_spdm_hash_name(3, false));
}

/* The device's policy and authority are the variable "devdb" (EDK II's DeviceAuthentication.h). */
Test(payload_spdm, devdb_holds_signatures)
{
    const struct seen seen = see(7, EV_EFI_SPDM_DEVICE_POLICY,
                                 DATA("\xf4\xb4\xc2\xb9\x5f\xbf\x2d\x46\x8a\xdf\xc5\xc7\x0a\xc3\x5d\xad"
                                      "\x05\0\0\0\0\0\0\0" "\0\0\0\0\0\0\0\0" "d\0e\0v\0d\0b\0"));

    cr_expect_eq(seen.payload.kind, ASSAY_PAYLOAD_VARIABLE);
    cr_expect_str_eq(seen.summary, "devdb is not set");
    cr_expect_not_null(strstr(seen.json, "EFI_DEVICE_SIGNATURE_DATABASE"));
}
