/* SPDX-License-Identifier: BSD-2-Clause */
/* eventlog/payload/text.h: strings as firmware really writes them. */
#include "tests/payload_seen.h"

static const struct expectation strings[] = {
    /* PFP 1.06 section 10.4.4: no NUL. */
    { EV_EFI_ACTION, DATA("Exit Boot Services Invocation"), ASSAY_PAYLOAD_TEXT,
      "Exit Boot Services Invocation", "{\"text\":\"Exit Boot Services Invocation\"}" },
    { EV_CPU_MICROCODE, DATA("CPU Microcode\0"), ASSAY_PAYLOAD_TEXT, "CPU Microcode",
      "{\"text\":\"CPU Microcode\"}" },
    { EV_PLATFORM_CONFIG_FLAGS, DATA("etc/acpi/rsdp\0\0\0\0"), ASSAY_PAYLOAD_TEXT, "etc/acpi/rsdp",
      "{\"text\":\"etc/acpi/rsdp\"}" },
    /* A name before binary: the TME registers of Intel's reference firmware. */
    { EV_PLATFORM_CONFIG_FLAGS, DATA("MSR_TME\0\x01\xff"), ASSAY_PAYLOAD_TEXT, "MSR_TME",
      "{\"text\":\"MSR_TME\",\"rest\":\"0001ff\"}" },
    { EV_PLATFORM_CONFIG_FLAGS, DATA("k\0e\0r\0n\0e\0l\0\0\0\0\0"), ASSAY_PAYLOAD_TEXT, "kernel",
      "{\"text\":\"kernel\"}" },
    { EV_EFI_ACTION, DATA("Wake Event \x06"), ASSAY_PAYLOAD_TEXT, "Wake Event ",
      "{\"text\":\"Wake Event \",\"rest\":\"06\"}" },
    { EV_ACTION, DATA("a\tb"), ASSAY_PAYLOAD_TEXT, "a\tb", "{\"text\":\"a\\u0009b\"}" },
};

Test(payload_text, strings_with_and_without_what_ends_them)
{
    expect_all(strings, sizeof strings / sizeof *strings);
}

static const struct expectation versions[] = {
    { EV_S_CRTM_VERSION, DATA(""), ASSAY_PAYLOAD_TEXT, "empty", "{\"text\":\"\"}" },
    { EV_S_CRTM_VERSION, DATA("\0\0"), ASSAY_PAYLOAD_TEXT, "", "{\"text\":\"\"}" },
    { EV_S_CRTM_VERSION, DATA("1\0.\0007\0\0\0"), ASSAY_PAYLOAD_TEXT, "1.7", "{\"text\":\"1.7\"}" },
    { EV_S_CRTM_VERSION, DATA("G5B1a"), ASSAY_PAYLOAD_TEXT, "G5B1a", "{\"text\":\"G5B1a\"}" },
    { EV_S_CRTM_VERSION, DATA("A\0"), ASSAY_PAYLOAD_TEXT, "A", "{\"text\":\"A\"}" },
    /* EFI_GUID: the first three fields little-endian. */
    { EV_S_CRTM_VERSION,
      DATA("\x61\xdf\xe4\x8b\xca\x93\xd2\x11\xaa\x0d\x00\xe0\x98\x03\x2b\x8d"), ASSAY_PAYLOAD_TEXT,
      "8be4df61-93ca-11d2-aa0d-00e098032b8d",
      "{\"guid\":\"8be4df61-93ca-11d2-aa0d-00e098032b8d\"}" },
    /* Sixteen bytes that are text are text. */
    { EV_S_CRTM_VERSION, DATA("V\0002\0007\0.\0000\0001\0.\0\0\0"), ASSAY_PAYLOAD_TEXT, "V27.01.",
      "{\"text\":\"V27.01.\"}" },
};

Test(payload_text, versions_are_text_or_a_guid_or_nothing)
{
    expect_all(versions, sizeof versions / sizeof *versions);
}

static const struct {
    const char *why;
    const char *data;
    size_t size;
} no_text[] = {
    { "no bytes say nothing outside of a version", DATA("") },
    { "it begins with a NUL", DATA("\0POST CODE") },
    { "two characters before binary are an accident", DATA("ab\xff") },
    { "a number that happens to begin with a letter", DATA("A\0\0\0") },
    { "UTF-16 with something behind its NUL", DATA("k\0e\0r\0n\0\0\0x\0") },
    { "UTF-16 with a control character", DATA("k\0\x07\0r\0") },
    { "flags", DATA("\x17\0\0\0") },
    { "high bytes", DATA("\x80\x81\x82\x83") },
};

Test(payload_text, what_is_no_text_stays_opaque)
{
    for (size_t i = 0; i < sizeof no_text / sizeof *no_text; i++) {
        const struct seen seen = see(1, EV_PLATFORM_CONFIG_FLAGS, no_text[i].data, no_text[i].size);

        cr_expect_eq(seen.payload.kind, ASSAY_PAYLOAD_OPAQUE, "%s", no_text[i].why);
    }
    cr_expect_eq(see(0, EV_S_CRTM_VERSION, "\x01\x02\x03", 3).payload.kind, ASSAY_PAYLOAD_OPAQUE);
}
