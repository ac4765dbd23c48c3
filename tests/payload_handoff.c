/* SPDX-License-Identifier: BSD-2-Clause */
/* eventlog/payload/handoff.h: lists of configuration tables. */
#include "tests/payload_seen.h"

/* SMBIOS_TABLE eb9d2d31-2d88-11d3-9a16-0090273fc14d (UEFI 2.10 section 4.6) at 0x000f0000 */
#define SMBIOS                                                                                     \
    "\x31\x2d\x9d\xeb\x88\x2d\xd3\x11\x9a\x16\x00\x90\x27\x3f\xc1\x4d"                             \
    "\x00\x00\x0f\x00\x00\x00\x00\x00"
/* a GUID of nobody at 1 */
#define NOBODY                                                                                     \
    "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10"                             \
    "\x01\x00\x00\x00\x00\x00\x00\x00"
#define SMBIOS_JSON                                                                                \
    "{\"vendor_guid\":\"eb9d2d31-2d88-11d3-9a16-0090273fc14d\",\"vendor_table\":\"0xf0000\"}"
#define NOBODY_JSON                                                                                \
    "{\"vendor_guid\":\"04030201-0605-0807-090a-0b0c0d0e0f10\",\"vendor_table\":\"0x1\"}"

#define COUNT(n) n "\0\0\0\0\0\0\0"

static const struct expectation tables[] = {
    { EV_EFI_HANDOFF_TABLES, DATA(COUNT("\x01") SMBIOS), ASSAY_PAYLOAD_HANDOFF, "SMBIOS_TABLE",
      "{\"tables\":[" SMBIOS_JSON "]}" },
    { EV_EFI_HANDOFF_TABLES, DATA(COUNT("\x02") SMBIOS NOBODY), ASSAY_PAYLOAD_HANDOFF,
      "SMBIOS_TABLE, 04030201-0605-0807-090a-0b0c0d0e0f10",
      "{\"tables\":[" SMBIOS_JSON "," NOBODY_JSON "]}" },
    { EV_EFI_HANDOFF_TABLES2,
      DATA("\x0b"
           "SmbiosTable" COUNT("\x01") SMBIOS),
      ASSAY_PAYLOAD_HANDOFF, "SmbiosTable: SMBIOS_TABLE",
      "{\"description\":\"SmbiosTable\",\"tables\":[" SMBIOS_JSON "]}" },
    { EV_EFI_HANDOFF_TABLES, DATA(COUNT("\x00")), ASSAY_PAYLOAD_HANDOFF, "no tables",
      "{\"tables\":[]}" },
    /* Some firmware uses the structure for EV_TABLE_OF_DEVICES. */
    { EV_TABLE_OF_DEVICES, DATA(COUNT("\x01") SMBIOS), ASSAY_PAYLOAD_HANDOFF, "SMBIOS_TABLE",
      "{\"tables\":[" SMBIOS_JSON "]}" },
};

Test(payload_handoff, tables_of_both_forms)
{
    expect_all(tables, sizeof tables / sizeof *tables);
}

static const struct {
    const char *why;
    uint32_t type;
    const char *data;
    size_t size;
} malformed[] = {
    { "nothing", EV_EFI_HANDOFF_TABLES, DATA("") },
    { "half a count", EV_EFI_HANDOFF_TABLES, DATA("\x01\0\0\0") },
    { "a table more than stated", EV_EFI_HANDOFF_TABLES, DATA(COUNT("\x01") SMBIOS NOBODY) },
    { "a table less than stated", EV_EFI_HANDOFF_TABLES, DATA(COUNT("\x02") SMBIOS) },
    { "a byte too many", EV_EFI_HANDOFF_TABLES, DATA(COUNT("\x01") SMBIOS "\0") },
    /* 0x0aaaaaaaaaaaaaab x 24 = 2^64 + 8, that is 8 in 64 bits */
    { "a count whose product wraps around", EV_EFI_HANDOFF_TABLES,
      DATA("\xab\xaa\xaa\xaa\xaa\xaa\xaa\x0a"
           "12345678") },
    { "a description beyond the event", EV_EFI_HANDOFF_TABLES2,
      DATA("\xff"
           "Smbios") },
};

Test(payload_handoff, counts_that_lie_stay_opaque)
{
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        const struct seen seen = see(1, malformed[i].type, malformed[i].data, malformed[i].size);

        cr_expect_eq(seen.payload.kind, ASSAY_PAYLOAD_OPAQUE, "%s", malformed[i].why);
    }
}
