/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eventlog/payload/variable.h and varcontent.h; layouts after PFP 1.06 section
 * 10.2.6 and UEFI 2.10.
 */
#include <criterion/criterion.h>

#include "base/utf16.h"
#include "eventlog/payload/siglist.h"
#include "eventlog/payload/varcontent.h"
#include "tests/certificate.h"
#include "tests/payload.h"

#include <stdlib.h>

/* 8be4df61-93ca-11d2-aa0d-00e098032b8c and its sisters, as they lie in memory */
#define GLOBAL "\x61\xdf\xe4\x8b\xca\x93\xd2\x11\xaa\x0d\x00\xe0\x98\x03\x2b\x8c"
#define SECURITY "\xcb\xb2\x19\xd7\x3a\x3d\x96\x45\xa3\xbc\xda\xd0\x0e\x67\x65\x6f"
#define SHIM "\x50\xab\x5d\x60\x46\xe0\x00\x43\xab\xb6\x3d\xd8\x10\xdd\x8b\x23"
#define VENDOR "\xee\xee\xee\xee\xee\xee\xee\xee\xee\xee\xee\xee\xee\xee\xee\xee"
#define MICROSOFT "\xbd\x9a\xfa\x77\x59\x03\x32\x4d\xbd\x60\x28\xf4\xe7\x8f\x78\x4b"
#define SHA256_TYPE "\x26\x16\xc4\xc1\x4c\x50\x92\x40\xac\xa9\x41\xf9\x36\x93\x43\x28"
#define A32 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define END "\x7f\xff\x04\x00"

/* A small length as eight bytes. */
#define LENGTH(n) n "\0\0\0\0\0\0\0"

/* A variable of that name (of ASCII) and data, as an event holds it. */
static assay_variable made(const char *vendor, const char *name, assay_bytes data)
{
    static uint8_t name16[128];
    assay_variable variable = { .name_length = strlen(name), .data_length = data.size,
                                .name = { name16, 2 * strlen(name) }, .data = data };

    memcpy(variable.vendor.bytes, vendor, 16);
    memset(name16, 0, sizeof name16);
    for (size_t i = 0; name[i] != '\0'; i++)
        name16[2 * i] = (uint8_t)name[i];
    return variable;
}

static const char *summary_of(const char *vendor, const char *name, assay_bytes data)
{
    const assay_variable variable = made(vendor, name, data);

    return TEXT_OF(assay_variable_summary, &variable);
}

static const char *kind_of(const char *vendor, const char *name, assay_bytes data)
{
    const assay_variable variable = made(vendor, name, data);
    assay_variable_content content;

    assay_variable_content_of(&variable, &content);
    return assay_variable_kind_name(content.kind);
}

static const char *json_of(const char *vendor, const char *name, assay_bytes data)
{
    const assay_variable variable = made(vendor, name, data);

    return strstr(JSON_OF(assay_variable_emit, &variable), "\"kind\"");
}

/* The example certificate behind an owner. */
static assay_bytes owned_certificate(void)
{
    static uint8_t bytes[16 + EXAMPLE_SIZE];

    memcpy(bytes, MICROSOFT, 16);
    memcpy(bytes + 16, example_certificate().data, EXAMPLE_SIZE);
    return assay_bytes_of(bytes, sizeof bytes);
}

Test(variable, the_fields_in_their_order)
{
    const assay_bytes data = ASSAY_LITERAL(GLOBAL LENGTH("\2") LENGTH("\3") "P\0K\0" "xyz");
    assay_variable variable;

    cr_assert(assay_variable_decode(data, &variable));
    cr_expect_str_eq(assay_guid_name(&variable.vendor), "EFI_GLOBAL_VARIABLE");
    cr_expect_eq(variable.name_length, 2);
    cr_expect_eq(variable.data_length, 3);
    cr_expect(assay_bytes_equal(variable.name, ASSAY_LITERAL("P\0K\0")));
    cr_expect(assay_bytes_equal(variable.data, ASSAY_LITERAL("xyz")));
    cr_expect_eq(variable.trailing.size, 0);
    cr_expect_not(assay_variable_is_cut(&variable));
    cr_expect(assay_variable_is(&variable, "EFI_GLOBAL_VARIABLE", "PK"));
    cr_expect_not(assay_variable_is(&variable, "EFI_GLOBAL_VARIABLE", "P"));
    cr_expect_not(assay_variable_is(&variable, "SHIM_LOCK", "PK"));
}

#define HUGE_LENGTH "\xff\xff\xff\xff\xff\xff\xff\xff"
#define WRAPPING "\1\0\0\0\0\0\0\x80" /* times two is 2 */

/* What is odd about each; the sizes of name, data and trailing bytes, or -1 for "refused". */
static const struct {
    const char *what;
    assay_bytes data;
    int name, content, trailing;
} odd[] = {
    { "no bytes", { (const uint8_t *)"", 0 }, -1, 0, 0 },
    { "VariableDataLength cut off", ASSAY_LITERAL(GLOBAL LENGTH("\0") "\0\0\0\0\0\0\0"), -1, 0, 0 },
    { "neither name nor data", ASSAY_LITERAL(GLOBAL LENGTH("\0") LENGTH("\0")), 0, 0, 0 },
    { "the name is cut off", ASSAY_LITERAL(GLOBAL LENGTH("\3") LENGTH("\0") "P\0K\0"), -1, 0, 0 },
    { "UnicodeNameLength is the largest number",
      ASSAY_LITERAL(GLOBAL HUGE_LENGTH LENGTH("\0") "P\0K\0"), -1, 0, 0 },
    { "UnicodeNameLength times two wraps around",
      ASSAY_LITERAL(GLOBAL WRAPPING LENGTH("\0") "P\0K\0"), -1, 0, 0 },
    { "UnicodeNameLength counts bytes", ASSAY_LITERAL(GLOBAL LENGTH("\4") LENGTH("\1") "P\0K\0x"),
      4, 1, 0 },
    { "UnicodeNameLength counts bytes, and there is data enough for characters",
      ASSAY_LITERAL(GLOBAL LENGTH("\4") LENGTH("\7") "P\0K\0abcdefg"), 4, 7, 0 },
    { "UnicodeNameLength counts bytes of half a character",
      ASSAY_LITERAL(GLOBAL LENGTH("\3") LENGTH("\0") "P\0K"), -1, 0, 0 },
    { "VariableDataLength is one more than there is",
      ASSAY_LITERAL(GLOBAL LENGTH("\2") LENGTH("\4") "P\0K\0xyz"), 4, 3, 0 },
    { "VariableDataLength is the largest number",
      ASSAY_LITERAL(GLOBAL LENGTH("\2") HUGE_LENGTH "P\0K\0xyz"), 4, 3, 0 },
    { "six bytes behind the data, as old versions of shim leave them",
      ASSAY_LITERAL(GLOBAL LENGTH("\2") LENGTH("\3") "P\0K\0xyz\0\0\0\0\0\xaf"), 4, 3, 6 },
};

Test(variable, odd_structures_are_read_as_far_as_they_go)
{
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        uint8_t *const exact = malloc(odd[i].data.size + 1);
        const assay_bytes data = { exact, odd[i].data.size };
        assay_variable variable = { .data_length = 77 };

        memcpy(exact, odd[i].data.data, odd[i].data.size);
        cr_expect_eq(assay_variable_decode(data, &variable), odd[i].name >= 0, "%s", odd[i].what);
        if (odd[i].name < 0) {
            cr_expect_eq(variable.data_length, 77, "nothing is written: %s", odd[i].what);
        } else {
            cr_expect_eq(variable.name.size, (size_t)odd[i].name, "%s", odd[i].what);
            cr_expect_eq(variable.data.size, (size_t)odd[i].content, "%s", odd[i].what);
            cr_expect_eq(variable.trailing.size, (size_t)odd[i].trailing, "%s", odd[i].what);
            cr_expect(ENCODES_TO(assay_variable_encode, &variable, data), "%s", odd[i].what);
        }
        free(exact);
    }
}

Test(variable, lines_for_operators)
{
    cr_expect_str_eq(summary_of(GLOBAL, "SecureBoot", ASSAY_LITERAL("\1")), "SecureBoot = 1");
    cr_expect_str_eq(summary_of(GLOBAL, "SecureBoot", ASSAY_LITERAL("")), "SecureBoot is not set");
    cr_expect_str_eq(summary_of(GLOBAL, "Timeout", ASSAY_LITERAL("\5\1")), "Timeout = 261");
    cr_expect_str_eq(summary_of(GLOBAL, "BootOrder", ASSAY_LITERAL("\1\0\xab\x0f\0\0")),
                     "BootOrder 0001,0FAB,0000");
    cr_expect_str_eq(summary_of(GLOBAL, "PlatformLang", ASSAY_LITERAL("en-US\0")),
                     "PlatformLang en-US");
    cr_expect_str_eq(summary_of(SHIM, "SbatLevel",
                                ASSAY_LITERAL("sbat,1,2025021800\nshim,4\ngrub,5\n")),
                     "SbatLevel sbat,1,2025021800 shim,4 grub,5");
    cr_expect_str_eq(summary_of(SHIM, "SbatLevel", ASSAY_LITERAL("\r\nsbat,1\r\n\r\nshim,4")),
                     "SbatLevel sbat,1 shim,4");
    cr_expect_str_eq(summary_of(GLOBAL, "Boot0001", ASSAY_LITERAL("\1\0\0\0\4\0U\0i\0\0\0" END)),
                     "Boot0001 \"Ui\" ");
    cr_expect_str_eq(summary_of(GLOBAL, "ConOut", ASSAY_LITERAL("\x06\x2a\x04\0" END)),
                     "ConOut Path(6,42,)");
    cr_expect_str_eq(summary_of(SECURITY, "db", owned_certificate()),
                     "authority db: Example UEFI CA");
    cr_expect_str_eq(summary_of(SHIM, "Shim", example_certificate()),
                     "authority Shim: Example UEFI CA");
    cr_expect_str_eq(summary_of(SECURITY, "dbx",
                                ASSAY_LITERAL(SHA256_TYPE "\x4c\0\0\0\0\0\0\0\x30\0\0\0" MICROSOFT A32)),
                     "dbx: 1 SHA-256 hash");
    cr_expect_str_eq(summary_of(SECURITY, "db", ASSAY_LITERAL(MICROSOFT A32)),
                     "authority db: SHA-256 hash 41414141414141414141414141414141"
                     "41414141414141414141414141414141");
    cr_expect_str_eq(summary_of(VENDOR, "SecureBoot", ASSAY_LITERAL("\1")), "SecureBoot: 1 bytes");
}

Test(variable, a_cut_one_says_so)
{
    assay_variable variable = made(GLOBAL, "KEK", ASSAY_LITERAL(SHA256_TYPE "\x4c\0\0\0\0\0\0\0"
                                                                "\x30\0\0\0" MICROSOFT "AAA"));

    variable.data_length = 76;
    cr_expect_str_eq(TEXT_OF(assay_variable_summary, &variable),
                     "KEK: no signature, then a broken list (cut off: 47 of 76 bytes)");
    cr_expect_not_null(strstr(JSON_OF(assay_variable_emit, &variable),
                              "\"data_size\":47,\"stated_data_size\":76,"));
}

Test(variable, what_a_name_promises_is_checked)
{
    static const struct {
        const char *kind, *vendor, *name;
        assay_bytes data;
    } rows[] = {
        { "flag", GLOBAL, "SetupMode", ASSAY_LITERAL("\2") },
        { "opaque", GLOBAL, "SetupMode", ASSAY_LITERAL("\1\0") },
        { "number", GLOBAL, "OsIndications", ASSAY_LITERAL("12345678") },
        { "opaque", GLOBAL, "OsIndications", ASSAY_LITERAL("123456789") },
        { "text", SHIM, "SbatLevel", ASSAY_LITERAL("sbat,1\r\n") },
        { "opaque", SHIM, "SbatLevel", ASSAY_LITERAL("sbat\0,1\n") },
        { "opaque", SHIM, "SbatLevel", ASSAY_LITERAL("sbat\x1b,1\n") },
        { "opaque", SHIM, "SbatLevel", ASSAY_LITERAL("sbat\x7f") },
        { "boot_order", GLOBAL, "BootNext", ASSAY_LITERAL("\1\0") },
        { "opaque", GLOBAL, "BootOrder", ASSAY_LITERAL("\1\0\2") },
        { "load_option", GLOBAL, "Boot00aF", ASSAY_LITERAL("\1\0\0\0\0\0\0\0") },
        { "load_option", GLOBAL, "Driver0000", ASSAY_LITERAL("\1\0\0\0\0\0\0\0") },
        { "load_option", GLOBAL, "SysPrep0000", ASSAY_LITERAL("\1\0\0\0\0\0\0\0") },
        { "opaque", GLOBAL, "Boot0000", ASSAY_LITERAL("\1\0\0\0\0\0\0") },
        { "opaque", GLOBAL, "Boot000G", ASSAY_LITERAL("\1\0\0\0\0\0\0\0") },
        { "opaque", GLOBAL, "Boot000", ASSAY_LITERAL("\1\0\0\0\0\0\0\0") },
        { "opaque", GLOBAL, "Boot0001_BbsIndex", ASSAY_LITERAL("\1\0\0\0\0\0\0\0") },
        { "device_path", GLOBAL, "ConIn", ASSAY_LITERAL(END) },
        { "opaque", GLOBAL, "ConIn", ASSAY_LITERAL("\x7f\xff\x03\x00") },
        { "signatures", SHIM, "MokListX", ASSAY_LITERAL(SHA256_TYPE) },
        { "signatures", SECURITY, "db", ASSAY_LITERAL(VENDOR "\x1c\0\0\0\0\0\0\0\0\0\0\0") },
        { "opaque", SECURITY, "db", ASSAY_LITERAL(VENDOR "\x1d\0\0\0\0\0\0\0\0\0\0\0") },
        { "opaque", SECURITY, "db", ASSAY_LITERAL("short") },
        { "opaque", SECURITY, "db", ASSAY_LITERAL(MICROSOFT "no hash and no certificate") },
        { "opaque", SECURITY, "SecureBoot", ASSAY_LITERAL("\1") },
        { "unset", SECURITY, "SecureBoot", ASSAY_LITERAL("") },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_str_eq(kind_of(rows[i].vendor, rows[i].name, rows[i].data), rows[i].kind,
                         "%s, row %zu", rows[i].name, i);
    cr_expect_str_eq(kind_of(SECURITY, "db", owned_certificate()), "signature");
    cr_expect_str_eq(kind_of(SHIM, "MokList", example_certificate()), "certificate");
}

Test(variable, names_are_compared_whole)
{
    assay_variable variable = made(GLOBAL, "SecureBoot", ASSAY_LITERAL("\1"));
    assay_variable_content content;
    /* SecureBoot, of which the first letter is U+0153 */
    uint8_t look_alike[20];

    memcpy(look_alike, variable.name.data, sizeof look_alike);
    look_alike[1] = 0x01;
    variable.name.data = look_alike;
    assay_variable_content_of(&variable, &content);
    cr_expect_eq(content.kind, ASSAY_VARIABLE_OPAQUE);
    variable.name = ASSAY_LITERAL("S\0e\0c\0u\0r\0e\0B\0o\0o\0t\0\0\0");
    assay_variable_content_of(&variable, &content);
    cr_expect_eq(content.kind, ASSAY_VARIABLE_OPAQUE, "a NUL is a character of the name");
    variable.name = ASSAY_LITERAL("S\0e\0c\0u\0r\0e\0B\0o\0o\0t");
    assay_variable_content_of(&variable, &content);
    cr_expect_eq(content.kind, ASSAY_VARIABLE_OPAQUE, "half a character is missing");
    variable.name = ASSAY_LITERAL("B\0o\0o\0t\0" "\x30\x01" "0\0" "0\0" "0\0");
    variable.data = ASSAY_LITERAL("\1\0\0\0\0\0\0\0");
    assay_variable_content_of(&variable, &content);
    cr_expect_eq(content.kind, ASSAY_VARIABLE_OPAQUE, "U+0130 is no digit");
}

Test(variable, each_kind_is_emitted)
{
    cr_expect_str_eq(json_of(GLOBAL, "SecureBoot", ASSAY_LITERAL("\1")),
                     "\"kind\":\"flag\",\"value\":1}\n");
    cr_expect_str_eq(json_of(GLOBAL, "SecureBoot", ASSAY_LITERAL("")), "\"kind\":\"unset\"}\n");
    cr_expect_str_eq(json_of(SHIM, "SbatLevel", ASSAY_LITERAL("a\nb\0")),
                     "\"kind\":\"text\",\"text\":\"a\\nb\"}\n");
    cr_expect_str_eq(json_of(GLOBAL, "BootOrder", ASSAY_LITERAL("\x0a\0\1\0")),
                     "\"kind\":\"boot_order\",\"boot_order\":[\"000A\",\"0001\"]}\n");
    cr_expect_str_eq(json_of(SECURITY, "db", ASSAY_LITERAL(MICROSOFT A32)),
                     "\"kind\":\"signature\",\"signature\":{"
                     "\"owner\":\"77fa9abd-0359-4d32-bd60-28f4e78f784b\","
                     "\"owner_name\":\"Microsoft\",\"hash\":\"41414141414141414141414141414141"
                     "41414141414141414141414141414141\"}}\n");
    cr_expect_str_eq(json_of(SECURITY, "dbx", ASSAY_LITERAL(SHA256_TYPE "\x1c\0\0\0\0\0\0\0\0\0\0\0")),
                     "\"kind\":\"signatures\",\"signatures\":[]}\n");
    cr_expect_eq(strncmp(json_of(SHIM, "Shim", example_certificate()),
                         "\"kind\":\"certificate\",\"signature\":{\"subject\":\"CN=Example", 51),
                 0);
    cr_expect_eq(strncmp(json_of(GLOBAL, "Boot0000", ASSAY_LITERAL("\1\0\0\0\0\0\0\0")),
                         "\"kind\":\"load_option\",\"load_option\":{\"attributes\":\"0x1\",", 54),
                 0);
    cr_expect_eq(strncmp(json_of(GLOBAL, "ErrOut", ASSAY_LITERAL(END)),
                         "\"kind\":\"device_path\",\"device_path\":{\"nodes\":[", 43),
                 0);
    cr_expect_str_eq(json_of(VENDOR, "Setup", ASSAY_LITERAL("\1\2")),
                     "\"kind\":\"opaque\",\"data_hex\":\"0102\"}\n");
}

Test(variable, the_whole_structure_is_emitted)
{
    assay_variable variable = made(GLOBAL, "SecureBoot", ASSAY_LITERAL("\1"));

    variable.trailing = ASSAY_LITERAL("\xaf");
    cr_expect_str_eq(JSON_OF(assay_variable_emit, &variable),
                     "{\"vendor\":\"8be4df61-93ca-11d2-aa0d-00e098032b8c\","
                     "\"vendor_name\":\"EFI_GLOBAL_VARIABLE\",\"name\":\"SecureBoot\","
                     "\"data_size\":1,\"kind\":\"flag\",\"value\":1,\"trailing_hex\":\"af\"}\n");
    variable = made(VENDOR, "x", ASSAY_NO_BYTES);
    cr_expect_str_eq(JSON_OF(assay_variable_emit, &variable),
                     "{\"vendor\":\"eeeeeeee-eeee-eeee-eeee-eeeeeeeeeeee\",\"name\":\"x\","
                     "\"data_size\":0,\"kind\":\"unset\"}\n");
}
