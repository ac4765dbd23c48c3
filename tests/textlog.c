/* SPDX-License-Identifier: BSD-2-Clause */
/* The text form of a log: what a line means, what a log looks like, what an error says. */
#include <criterion/criterion.h>

#include "base/hex.h"
#include "eventlog/types.h"
#include "tests/reading.h"

#include <stdio.h>

/* printf '\0\0\0\0' | sha1sum, sha256sum */
#define SHA1_OF_ZEROS "9069ca78e7450a285173431b3e52c5c25299e473"
#define SHA256_OF_ZEROS "df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119"
/* printf 'hello' | sha256sum; printf 'set x' | sha256sum; printf '' | sha256sum */
#define SHA256_OF_HELLO "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
#define SHA256_OF_NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static bool is_hex(assay_bytes bytes, const char *hex)
{
    uint8_t expected[256];
    const size_t size = strlen(hex) / 2;

    return assay_hex_decode(assay_bytes_of_string(hex), expected, size) &&
           assay_bytes_equal(bytes, assay_bytes_of(expected, size));
}

/* The only event of a text log, which stays open. */
static assay_event one_event(assay_log *log, const char *text)
{
    assay_error error;
    assay_event event;

    cr_assert_eq(assay_log_open(log, assay_bytes_of_string(text), NULL, NULL, &error), 0, "%s",
                 error.what);
    cr_assert_eq(assay_log_next(log, &event), 1, "%s: %s", text, log->error.what);
    return event;
}

Test(textlog, an_event_is_a_line_of_pcr_type_and_data)
{
    assay_log log;
    const assay_event event = one_event(&log, "assay-log 1 sha1 sha256\n"
                                              "4 EV_SEPARATOR u32:0\n");

    cr_expect_str_eq(assay_log_format_name(&log), "text");
    cr_expect_eq(event.pcr_index, 4);
    cr_expect_eq(event.type, EV_SEPARATOR);
    cr_expect(is_hex(event.data, "00000000"));
    cr_expect_eq(event.offset, 24, "the line begins there");
    cr_expect_eq(event.data_offset, 39, "and its data there");
    cr_expect_eq(event.digest_count, 2);
    cr_expect(is_hex(assay_event_digest_of(&event, ASSAY_ALG_SHA1), SHA1_OF_ZEROS));
    cr_expect(is_hex(assay_event_digest_of(&event, ASSAY_ALG_SHA256), SHA256_OF_ZEROS));
    assay_log_close(&log);
}

Test(textlog, items_are_bytes)
{
    static const struct {
        const char *items, *bytes;
    } cases[] = {
        { "", "" },
        { "\"\"", "" },
        { "\"abc\"", "616263" },
        { "\"\\0\\t\\n\\r\\\"\\\\\\x80\\xff\"", "00090a0d225c80ff" },
        { "u\"A\\0\\xe9\\u20ac\\\"\"", "41000000e900ac202200" },
        { "hex:", "" },
        { "hex:00fFA0", "00ffa0" },
        { "u8:255", "ff" },
        { "u16:0x1234", "3412" },
        { "u32:4294967295", "ffffffff" },
        { "u64:0x0123456789abcdef", "efcdab8967452301" },
        { "u64:18446744073709551615", "ffffffffffffffff" },
        { "guid:00112233-4455-6677-8899-aabbccddeeff", "33221100554477668899aabbccddeeff" },
        { "guid:EFI_GLOBAL_VARIABLE", "61dfe48bca93d211aa0d00e098032b8c" },
        { "\"a\" hex:0001 \\\n\t u\"b\" # a comment with \" in it", "6100016200" },
        /* struct.pack('<16sQQ', guid, 10, 1) + 'SecureBoot'.encode('utf-16le') + b'\1' */
        { "var:EFI_GLOBAL_VARIABLE u\"SecureBoot\" u8:1",
          "61dfe48bca93d211aa0d00e098032b8c0a000000000000000100000000000000"
          "53006500630075007200650042006f006f00740001" },
        { "var:00000000-0000-0000-0000-000000000000 u\"\"",
          "0000000000000000000000000000000000000000000000000000000000000000" },
    };
    char text[500];

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assay_log log;

        snprintf(text, sizeof text, "assay-log 1 sha256\n0 1 %s\n", cases[i].items);
        const assay_event event = one_event(&log, text);
        cr_expect(is_hex(event.data, cases[i].bytes), "%s", cases[i].items);
        assay_log_close(&log);
    }
}

Test(textlog, digests_follow_from_the_data_or_are_stated)
{
    static const struct {
        const char *line;
        uint16_t count;
        const char *sha256;
    } cases[] = {
        { "8 EV_IPL \"hello\"", 2, SHA256_OF_HELLO },
        { "8 EV_IPL", 2, SHA256_OF_NOTHING },
        { "8 EV_IPL \"say: hello\\0\" = \"hello\"", 2, SHA256_OF_HELLO },
        { "8 EV_IPL \"hello\" = \"\"", 2, SHA256_OF_NOTHING },
        { "8 EV_IPL \"hello\" = sha256", 1, SHA256_OF_HELLO },
        { "8 EV_IPL \"data\" = sha256 \"hel\" \"lo\"", 1, SHA256_OF_HELLO },
        { "8 EV_IPL \"data\" = sha384 SHA-256 sha1 \"hello\"", 3, SHA256_OF_HELLO },
        { "8 EV_IPL \"data\" = sha256:" SHA256_OF_HELLO, 1, SHA256_OF_HELLO },
        { "8 EV_IPL \"data\" = sha1:" SHA1_OF_ZEROS " sha256 \"hello\"", 2, SHA256_OF_HELLO },
        { "8 EV_IPL \"hello\" =", 0, "" },
        { "0 EV_NO_ACTION \"hello\"", 2,
          "0000000000000000000000000000000000000000000000000000000000000000" },
        { "0 EV_NO_ACTION \"data\" = \"hello\"", 2, SHA256_OF_HELLO },
        { "0 EV_NO_ACTION \"hello\" = sha256", 1,
          "0000000000000000000000000000000000000000000000000000000000000000" },
    };
    char text[500];

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assay_log log;

        snprintf(text, sizeof text, "assay-log 1 sha1 sha256\n%s\n", cases[i].line);
        const assay_event event = one_event(&log, text);
        cr_expect_eq(event.digest_count, cases[i].count, "%s", cases[i].line);
        cr_expect_eq(event.only_bank, 0);
        cr_expect(is_hex(assay_event_digest_of(&event, ASSAY_ALG_SHA256), cases[i].sha256), "%s",
                  cases[i].line);
        assay_log_close(&log);
    }
}

Test(textlog, digests_come_in_the_order_of_the_line)
{
    assay_log log;
    const assay_event event = one_event(&log, "assay-log 1 sha1 0x7123/3\n"
                                              "1 EV_ACTION \"x\" = 0x7123:00ff01 sha1:" SHA1_OF_ZEROS
                                              "\n");

    cr_assert_eq(event.digest_count, 2);
    cr_expect_eq(event.digests[0].alg, 0x7123);
    cr_expect(is_hex(event.digests[0].value, "00ff01"));
    cr_expect(is_hex(event.digests[1].value, SHA1_OF_ZEROS));
    assay_log_close(&log);
}

Test(textlog, an_event_may_speak_for_one_bank_alone)
{
    assay_log log;
    const assay_event event = one_event(&log, "assay-log 1 sha1 sha256\n"
                                              "17 TXT_EVTYPE_MLE_HASH \"hello\" = only:sha256\n");

    cr_expect_eq(event.only_bank, ASSAY_ALG_SHA256);
    cr_expect_eq(event.digest_count, 1);
    cr_expect(is_hex(event.digests[0].value, SHA256_OF_HELLO));
    assay_log_close(&log);
}

Test(textlog, the_spec_id_line_is_the_header_event)
{
    assay_error error;
    assay_event event;
    assay_log log;
    const assay_bytes text = assay_bytes_of_string(
        "# A comment may come first.\n\n"
        "assay-log 1 sha256\n"
        "measurement-registers\n"
        "spec-id platform-class:1 version-minor:1 errata:5 uintn-size:1 vendor-info \"OK\" u8:7\n"
        "1 EV_SEPARATOR u32:0\n");

    cr_assert_eq(assay_log_open(&log, text, NULL, NULL, &error), 0, "%s", error.what);
    cr_expect(log.header.measurement_registers);
    cr_expect_eq(log.header.spec_id.platform_class, 1);
    cr_expect_eq(log.header.spec_id.version_major, 2, "unless stated");
    cr_expect_eq(log.header.spec_id.version_minor, 1);
    cr_expect_eq(log.header.spec_id.errata, 5);
    cr_expect_eq(log.header.spec_id.uintn_size, 1);
    cr_expect(is_hex(log.header.spec_id.vendor_info, "4f4b07"));
    cr_assert_eq(assay_log_next(&log, &event), 1);
    cr_expect_eq(event.number, 0);
    cr_expect_eq(event.pcr_index, 1, "the header of a confidential-computing log");
    cr_expect_eq(event.type, EV_NO_ACTION);
    /* TCG_EfiSpecIDEvent, PFP 1.06 section 10.4.5.1, field by field */
    cr_expect(is_hex(event.data, "53706563204944204576656e74303300" "01000000" "01" "02" "05" "01"
                                 "01000000" "0b00" "2000" "03" "4f4b07"));
    cr_assert_eq(assay_log_next(&log, &event), 1);
    cr_expect_eq(event.number, 1);
    cr_expect_eq(assay_log_next(&log, &event), 0);
    assay_log_close(&log);
}

/* One log, twice: as a person writes it and as the writer does. */
Test(textlog, the_writer_uses_names_and_strings_and_leaves_out_what_follows)
{
    static const char written[] =
        "assay-log 1 sha1 sha256\n"
        "spec-id errata:105\n"
        "0 EV_NO_ACTION \"StartupLocality\\0\" hex:03\n"
        "0 EV_S_CRTM_VERSION u\"1.2\\0\"\n"
        "7 EV_EFI_VARIABLE_DRIVER_CONFIG var:EFI_GLOBAL_VARIABLE u\"SecureBoot\" hex:01\n"
        "8 EV_IPL \"grub_cmd: set x=\\\"1\\\"\\0\" = \"set x=\\\"1\\\"\"\n"
        "1 EV_EFI_VARIABLE_BOOT var:EFI_GLOBAL_VARIABLE u\"BootOrder\" hex:0100 = hex:0100\n"
        "12 0x8402 hex:0001 = sha256\n"
        "0xffffffff EV_NO_ACTION hex:00 = sha256 sha1\n"
        "4 EV_EFI_BOOT_SERVICES_APPLICATION hex:ff = \\\n"
        "    sha256:" SHA256_OF_HELLO "\n"
        "5 EV_EFI_ACTION \"Exit Boot Services Invocation\" =\n";
    static const char typed[] =
        "assay-log 1 SHA1 sha256   # a person's spelling\n\n"
        "spec-id\terrata:105 uintn-size:2\r\n"
        "  0 3 \"StartupLocality\" u16:0x300 = sha1 sha256\n"
        "0x0 EV_S_CRTM_VERSION u\"1.2\" u16:0\n"
        "7 0x80000001 var:8be4df61-93ca-11d2-aa0d-00e098032b8c u\"SecureBoot\" \\\n  u8:1\n"
        "8 EV_IPL \"grub_cmd: \" \"set x=\\x221\\\"\" u8:0 = \"set x=\\\"1\" \"\\\"\"\n"
        "1 EV_EFI_VARIABLE_BOOT var:EFI_GLOBAL_VARIABLE u\"BootOrder\" u16:1 = u8:1 u8:0\n"
        "12 0x8402 hex:0001 = sha256:"
        "b413f47d13ee2fe6c845b2ee141af81de858df4ec549a58b7970bb96645bc8d2\n" /* of 00 01 */
        "4294967295 EV_NO_ACTION u8:0 = sha256 sha1\n"
        "4 EV_EFI_BOOT_SERVICES_APPLICATION u8:255 = sha256 \"hello\"\n"
        "5 EV_EFI_ACTION \"Exit Boot \" \"Services Invocation\" =";
    assay_writer from_written = assay_writer_growing(10000), from_typed = from_written;
    char typed_whole[2000];
    assay_error error;

    snprintf(typed_whole, sizeof typed_whole, "%s # nothing\n", typed);
    cr_assert_eq(copy_log(assay_bytes_of_string(written), NULL, &from_written, &error), 0, "%s",
                 error.what);
    cr_expect(assay_bytes_equal(assay_written(&from_written), assay_bytes_of_string(written)),
              "%.*s", (int)from_written.used, (const char *)from_written.data);
    cr_assert_eq(copy_log(assay_bytes_of_string(typed_whole), NULL, &from_typed, &error), 0, "%s",
                 error.what);
    cr_expect(assay_bytes_equal(assay_written(&from_typed), assay_bytes_of_string(written)), "%.*s",
              (int)from_typed.used, (const char *)from_typed.data);
    assay_writer_close(&from_written);
    assay_writer_close(&from_typed);
}

/* A SHA-1 log's own header stays an event; what it says is in the header as well. */
Test(textlog, the_sha1_formats_spec_id_is_an_event_and_known)
{
    assay_log log;
    const assay_event event =
        one_event(&log, "assay-log 1 sha1\n"
                        "0 EV_NO_ACTION \"Spec ID Event02\\0\" u32:1 u8:2 u8:1 u8:0 u8:2 u8:3 \"abc\"\n");

    cr_expect_eq(event.data.size, 28);
    cr_expect(log.header.spec_id.present);
    cr_expect_eq(log.header.spec_id.signature, 2);
    cr_expect_eq(log.header.spec_id.platform_class, 1);
    cr_expect_eq(log.header.spec_id.version_minor, 2);
    cr_expect(is_hex(log.header.spec_id.vendor_info, "616263"));
    assay_log_close(&log);
}

/* What is wrong, and the word that is: its line and column, and its offset after "assay-log 1 sha256\n". */
Test(textlog, an_error_names_the_word)
{
    static const struct {
        const char *lines;
        int kind;
        const char *place, *field, *words;
    } cases[] = {
        { "four EV_SEPARATOR u32:0\n", ASSAY_MALFORMED, "line 2, column 1", "pcrIndex", "PCR index" },
        { "4294967296 EV_SEPARATOR\n", ASSAY_MALFORMED, "line 2, column 1", "pcrIndex", "PCR index" },
        { "4\n", ASSAY_MALFORMED, "line 2, column 2", "eventType", "event type" },
        { "4 EV_SEPARATR u32:0\n", ASSAY_MALFORMED, "line 2, column 3", "eventType", "event type" },
        { "4 EV_SEPARATOR 0\n", ASSAY_MALFORMED, "line 2, column 16", "event", "hex:" },
        { "4 EV_SEPARATOR hex:000\n", ASSAY_MALFORMED, "line 2, column 16", "event", "two a byte" },
        { "4 EV_SEPARATOR hex:0x00\n", ASSAY_MALFORMED, "line 2, column 16", "event", "two a byte" },
        { "4 EV_SEPARATOR u8:256\n", ASSAY_MALFORMED, "line 2, column 16", "event", "number" },
        { "4 EV_SEPARATOR u64:18446744073709551616\n", ASSAY_MALFORMED, "line 2, column 16", "event",
          "number" },
        { "4 EV_SEPARATOR guid:1\n", ASSAY_MALFORMED, "line 2, column 16", "event", "GUID" },
        { "4 EV_SEPARATOR \"a\\q\"\n", ASSAY_MALFORMED, "line 2, column 16", "event", "escapes" },
        { "4 EV_SEPARATOR \"a\\x4\"\n", ASSAY_MALFORMED, "line 2, column 16", "event", "escapes" },
        { "4 EV_SEPARATOR \"\\u0041\"\n", ASSAY_MALFORMED, "line 2, column 16", "event", "escapes" },
        { "4 EV_SEPARATOR \"\xC3\xA9\"\n", ASSAY_MALFORMED, "line 2, column 16", "event", "\\xNN" },
        { "4 EV_SEPARATOR u\"\xC3\xA9\"\n", ASSAY_MALFORMED, "line 2, column 16", "event", "\\uNNNN" },
        { "4 EV_SEPARATOR \"a\n", ASSAY_MALFORMED, "line 2, column 16", NULL, "does not end" },
        { "4 EV_SEPARATOR \"a\"\"b\"\n", ASSAY_MALFORMED, "line 2, column 19", NULL, "blank" },
        { "\n7 EV_IPL \\\n  var:SHIM_LOCK \"x\"\n", ASSAY_MALFORMED, "line 4, column 17", "event",
          "u\"BootOrder\"" },
        { "7 EV_IPL var:SHIM_LOCK u\"a\" var:SHIM_LOCK u\"b\"\n", ASSAY_MALFORMED, "line 2, column 29",
          "event", "goes on" },
        { "4 EV_SEPARATOR = sha256:00\n", ASSAY_MALFORMED, "line 2, column 18", "digests", "64" },
        { "4 EV_SEPARATOR = 0x7123\n", ASSAY_MALFORMED, "line 2, column 18", "digests", "first line" },
        { "4 EV_SEPARATOR = sha256 sha256\n", ASSAY_MALFORMED, "line 2, column 25", "digests", "second" },
        { "4 EV_SEPARATOR = only:sha256 only:sha1\n", ASSAY_MALFORMED, "line 2, column 30", "digests",
          "one only:" },
        { "4 EV_SEPARATOR = \"a\" = \"b\"\n", ASSAY_MALFORMED, "line 2, column 22", "digests", "one =" },
        { "4 EV_SEPARATOR = \"a\" sha256\n", ASSAY_MALFORMED, "line 2, column 22", "digests", "expected" },
        { "measurement-registers 1\n", ASSAY_MALFORMED, "line 2, column 23", "PCRIndex", "nothing" },
        { "spec-id version:2\n", ASSAY_MALFORMED, "line 2, column 9", "TCG_EfiSpecIDEvent", "errata:" },
        { "spec-id errata:256\n", ASSAY_MALFORMED, "line 2, column 9", "TCG_EfiSpecIDEvent", "errata:" },
        { "spec-id\nspec-id\n", ASSAY_MALFORMED, "line 3, column 1", "TCG_EfiSpecIDEvent", "one spec-id" },
        { "spec-id vendor-info 7\n", ASSAY_MALFORMED, "line 2, column 21", "vendorInfo", "expected" },
        { "spec-id vendor-info = \n", ASSAY_MALFORMED, "line 2, column 21", "vendorInfo", "no digests" },
        { "spec-id version-major:256\n", ASSAY_MALFORMED, "line 2, column 9", "TCG_EfiSpecIDEvent",
          "version-major:" },
        { "4 EV_SEPARATOR = sha256:"
          "xx0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
          ASSAY_MALFORMED, "line 2, column 18", "digests", "hexadecimal" },
        { "nv:0 EV_SEPARATOR\n", ASSAY_MALFORMED, "line 2, column 1", "pcrIndex", "PCR index" },
        { "nv:x EV_SEPARATOR\n", ASSAY_MALFORMED, "line 2, column 1", "pcrIndex", "PCR index" },
        { "10 ima_template ima-ng\n", ASSAY_MALFORMED, "line 2, column 17", "content", "quotes" },
        { "10 other\n", ASSAY_MALFORMED, "line 2, column 9", "content", "quotes" },
        { "10 other \"\\q\"\n", ASSAY_MALFORMED, "line 2, column 10", "content", "escapes" },
        { "10 pcclient_std\n", ASSAY_MALFORMED, "line 2, column 4", "eventType", "event type" },
        { "10 EV_IPL not-kept \"a\"\n", ASSAY_MALFORMED, "line 2, column 23", "digests", "0x000b:HEX" },
        { "10 ima_template \"ima\"\n", ASSAY_MALFORMED, "line 2, column 22", "digests", "0x000b:HEX" },
        { "4 EV_SEPARATOR = sha256/1\n", ASSAY_MALFORMED, "line 2, column 18", "digests", "spelled" },
        { "4 EV_SEPARATOR = sha256/x:00\n", ASSAY_MALFORMED, "line 2, column 18", "digests", "expected" },
        { "4 EV_SEPARATOR = sha256/1:0000\n", ASSAY_MALFORMED, "line 2, column 18", "digests", "not 4" },
        { "stage\n", ASSAY_MALFORMED, "line 2, column 6", NULL, "userspace" },
        { "stage boot\n", ASSAY_MALFORMED, "line 2, column 7", NULL, "userspace" },
        { "stage kernel 1\n", ASSAY_MALFORMED, "line 2, column 14", NULL, "nothing" },
        { "banks-follow 1\n", ASSAY_MALFORMED, "line 2, column 14", NULL, "nothing" },
        { "4 EV_SEPARATOR u32:0", ASSAY_TRUNCATED, "newline", NULL, "newline" },
        { "4 EV_SEPARATOR \\\n", ASSAY_TRUNCATED, "newline", NULL, "newline" },
        { "4 EV_SEPARATOR \"abc", ASSAY_TRUNCATED, "newline", NULL, "newline" },
    };
    char text[200];

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(text, sizeof text, "assay-log 1 sha256\n%s", cases[i].lines);
        const reading reading = read_log(assay_bytes_of_string(text), NULL, NULL);

        cr_expect_eq(reading.status, -cases[i].kind, "%s", cases[i].lines);
        cr_expect_not_null(strstr(reading.error.what, cases[i].place), "%s: %s", cases[i].lines,
                           reading.error.what);
        cr_expect_not_null(strstr(reading.error.what, cases[i].words), "%s: %s", cases[i].lines,
                           reading.error.what);
        cr_expect(cases[i].field == NULL ? reading.error.field == NULL
                                         : reading.error.field != NULL &&
                                               strcmp(reading.error.field, cases[i].field) == 0,
                  "%s", cases[i].lines);
    }
}

Test(textlog, a_first_line_that_is_wrong_is_told)
{
    static const struct {
        const char *line;
        size_t offset;
        const char *words;
    } cases[] = {
        { "assay-logs 1 sha256\n", 0, "begins with" },
        { "assay-log\n", 9, "version" },
        { "assay-log 2 sha256\n", 10, "version" },
        { "assay-log 1\n", 11, "names the log's algorithms" },
        { "assay-log 1 sha257\n", 12, "0x1234/48" },
        { "assay-log 1 sha256 sha1 SHA256\n", 24, "twice" },
        { "assay-log 1 0x0b/20\n", 12, "0x1234/48" },
        { "assay-log 1 0x7123/0\n", 12, "0x1234/48" },
        { "assay-log 1 1/1 2/1 3/1 6/1 7/1 8/1 9/1 10/1 30/1 14/1 15/1 16/1 17/1 19/1 20/1 21/1 22/1\n",
          85, "at most 16" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const reading reading = read_log(assay_bytes_of_string(cases[i].line), NULL, NULL);

        cr_expect_eq(reading.status, -ASSAY_MALFORMED, "%s", cases[i].line);
        cr_expect_eq(reading.error.offset, cases[i].offset, "%s %zu", cases[i].line,
                     (size_t)reading.error.offset);
        cr_expect_not_null(strstr(reading.error.what, cases[i].words), "%s: %s", cases[i].line,
                           reading.error.what);
    }
}

Test(textlog, an_event_has_at_most_sixteen_digests)
{
    const reading reading = read_log(
        ASSAY_LITERAL("assay-log 1 1/1 2/1 3/1 6/1 7/1 8/1 9/1 10/1 14/1 15/1 16/1 17/1 19/1 20/1 "
                      "21/1 22/1\n"
                      "4 EV_SEPARATOR = 1:00 2:00 3:00 6:00 7:00 8:00 9:00 10:00 14:00 15:00 16:00 "
                      "17:00 19:00 20:00 21:00 22:00 \\\n sha1\n"),
        NULL, NULL);

    cr_expect_eq(reading.status, -ASSAY_MALFORMED);
    cr_expect_not_null(strstr(reading.error.what, "line 3, column 2: an event has at most 16 digests"),
                       "%s", reading.error.what);
}

Test(textlog, comments_alone_are_no_log)
{
    const assay_bytes comment = ASSAY_LITERAL("# nothing else\n");
    const reading reading = read_log(comment, "text", NULL);

    cr_expect_eq(read_log(comment, NULL, NULL).status, -ASSAY_UNKNOWN_FORMAT);
    cr_expect_eq(reading.status, -ASSAY_MALFORMED);
    cr_expect_eq(reading.error.offset, comment.size);
}

Test(textlog, an_algorithm_unknown_here_needs_its_digest_spelled_out)
{
    const reading reading = read_log(assay_bytes_of_string("assay-log 1 0x7123/4\n"
                                                           "4 EV_SEPARATOR u32:0\n"),
                                     NULL, NULL);

    cr_expect_eq(reading.status, -ASSAY_MALFORMED);
    cr_expect_not_null(strstr(reading.error.what, "0x7123:HEX"), "%s", reading.error.what);
}

/* vendorInfoSize is one byte. */
Test(textlog, vendor_information_has_at_most_255_bytes)
{
    char text[700];
    int size = snprintf(text, sizeof text, "assay-log 1 sha256\nspec-id vendor-info hex:%0*d\n", 510, 0);
    cr_expect_eq(read_log(assay_bytes_of(text, (size_t)size), NULL, NULL).status, 0);

    size = snprintf(text, sizeof text, "assay-log 1 sha256\nspec-id vendor-info hex:%0*d\n", 512, 0);
    const reading reading = read_log(assay_bytes_of(text, (size_t)size), NULL, NULL);
    cr_expect_eq(reading.status, -ASSAY_MALFORMED);
    cr_expect_str_eq(reading.error.field, "vendorInfo");
}

/* What other programs than firmware log, and what logs keep that keep no data: read as it is written. */
Test(textlog, it_holds_what_any_log_holds)
{
    static const char written[] =
        "assay-log 1 sha1\n"
        "stage kernel\n"
        "banks-follow\n"
        "10 ima_template \"ima-ng\" hex:01020304\n"
        "10 ima_template \"\\xff \\\"\" \"abc\" = sha1:" SHA1_OF_ZEROS "\n"
        "10 ima_template \"ima\" = sha1:" SHA1_OF_ZEROS "\n"
        "10 ima_tlv hex:00\n"
        "11 systemd \"{\\\"a\\\":10}!\" hex:ff\n"
        "11 cel\n"
        "nv:0x1800001 other \"a b\" hex:00\n"
        "17 TXT_EVTYPE_HASH_START not-kept \"HASH \\x01\\xc3\\xa9\" = \\\n"
        "    only:sha1:" SHA1_OF_ZEROS "\n"
        "17 - not-kept = sha1:" SHA1_OF_ZEROS "\n"
        "17 EV_NO_ACTION not-kept\n"
        "17 0xffffffff hex:00 =\n"
        "17 EV_IPL = sha1/3:00ff01 0x7123/1:07 sha256/0:\n";
    assay_writer once = assay_writer_growing(10000);
    assay_event event = { .number = 0 };
    assay_error error;
    assay_log log;

    cr_assert_eq(copy_log(assay_bytes_of_string(written), NULL, &once, &error), 0, "%s", error.what);
    cr_expect(assay_bytes_equal(assay_written(&once), assay_bytes_of_string(written)), "%.*s",
              (int)once.used, (const char *)once.data);
    cr_assert_eq(assay_log_open(&log, assay_written(&once), NULL, NULL, &error), 0);
    cr_expect_eq(log.header.stage, ASSAY_STAGE_KERNEL);
    cr_expect(log.header.banks_follow);
    cr_assert_eq(assay_log_next(&log, &event), 1);
    cr_expect_eq(event.content, ASSAY_CONTENT_IMA_TEMPLATE);
    cr_expect_eq(event.type, ASSAY_NO_EVENT_TYPE);
    cr_expect(assay_bytes_equal(event.name, ASSAY_LITERAL("ima-ng")));
    cr_expect(is_hex(event.data, "01020304"));
    /* printf '\1\2\3\4' | sha1sum */
    cr_expect(is_hex(event.digests[0].value, "12dada1fff4d4787ade3333147202c3b443e376f"));
    cr_assert_eq(assay_log_next(&log, &event), 1);
    cr_expect(is_hex(event.name, "ff2022"), "what is no text");
    for (int i = 0; i < 4; i++)
        cr_assert_eq(assay_log_next(&log, &event), 1);
    cr_expect_eq(event.content, ASSAY_CONTENT_CEL);
    cr_assert_eq(assay_log_next(&log, &event), 1);
    cr_expect_eq(event.nv_index, 0x1800001);
    cr_expect_eq(event.pcr_index, UINT32_MAX);
    cr_expect_eq(event.content, ASSAY_CONTENT_OTHER);
    cr_assert_eq(assay_log_next(&log, &event), 1);
    cr_expect(is_hex(event.label, "484153482001c3a9"));
    cr_expect_not(assay_event_keeps_data(&event));
    cr_expect_eq(event.data.size, 0);
    cr_assert_eq(assay_log_next(&log, &event), 1);
    cr_expect_not(assay_event_states_type(&event));
    cr_expect_not_null(event.label.data, "an empty label says that the data were not kept");
    cr_assert_eq(assay_log_next(&log, &event), 1);
    cr_expect(is_hex(event.digests[0].value, "0000000000000000000000000000000000000000"));
    cr_assert_eq(assay_log_next(&log, &event), 1);
    cr_expect(assay_event_states_type(&event), "a type like any that nobody knows");
    cr_assert_eq(assay_log_next(&log, &event), 1);
    cr_assert_eq(event.digest_count, 3);
    cr_expect(is_hex(event.digests[0].value, "00ff01"), "another size than the algorithm's");
    cr_expect(is_hex(event.digests[1].value, "07"), "an algorithm that no header announces");
    cr_expect_eq(event.digests[2].value.size, 0);
    cr_expect_eq(assay_log_next(&log, &event), 0);
    assay_log_close(&log);
    assay_writer_close(&once);
}

Test(textlog, a_log_may_announce_no_bank)
{
    const assay_bytes text = ASSAY_LITERAL("assay-log 1 none\n4 EV_SEPARATOR u32:0\n");
    assay_log log;
    const assay_event event = one_event(&log, (const char *)text.data);

    cr_expect_eq(log.header.bank_count, 0);
    cr_expect_eq(event.digest_count, 0);
    assay_log_close(&log);
}

Test(textlog, what_it_cannot_hold_is_refused_by_the_writer)
{
    const assay_log_header one_bank = { .bank_count = 1, .banks = { { ASSAY_ALG_SHA256, 32 } } };
    const uint8_t byte = 0;
    const assay_event typed_entry = { .content = ASSAY_CONTENT_IMA_TEMPLATE, .type = EV_SEPARATOR };
    const assay_event named = { .name = { &byte, 1 } };
    const assay_event both_registers = { .pcr_index = 4, .nv_index = 1 };
    const assay_event both_data = { .data = { &byte, 1 }, .label = { &byte, 1 } };
    const assay_event only_missing = { .only_bank = ASSAY_ALG_SHA1, .data = { &byte, 1 } };
    assay_writer writer = assay_writer_growing(1000);
    assay_log_writer out;
    assay_error error;

    cr_assert_eq(assay_log_write_begin(&out, "text", &one_bank, &writer, &error), 0);
    cr_expect_eq(assay_log_write_event(&out, &typed_entry, &error), -ASSAY_UNSUPPORTED);
    cr_expect_eq(assay_log_write_event(&out, &named, &error), -ASSAY_UNSUPPORTED);
    cr_expect_eq(assay_log_write_event(&out, &both_registers, &error), -ASSAY_UNSUPPORTED);
    cr_expect_eq(assay_log_write_event(&out, &both_data, &error), -ASSAY_UNSUPPORTED);
    cr_expect_eq(assay_log_write_event(&out, &only_missing, &error), -ASSAY_UNSUPPORTED);
    cr_expect_str_eq(error.field, "digests");
    cr_expect_eq(assay_log_write_end(&out, &error), 0);
    cr_expect(assay_bytes_equal(assay_written(&writer), assay_bytes_of_string("assay-log 1 sha256\n")));
    assay_writer_close(&writer);
}
