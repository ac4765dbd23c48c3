/* SPDX-License-Identifier: BSD-2-Clause */
/* The canonical event log in JSON: its shapes, names and numbers, and what a wrong one is told. */
#include <criterion/criterion.h>

#include "eventlog/types.h"
#include "tests/reading.h"

#include <stdio.h>

enum { CEILING = 1 << 20 };

static assay_findings findings;

#define SHA1 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DIGESTS "\"digests\":[{\"hashAlg\":\"sha1\",\"digest\":\"" SHA1 "\"}]"
#define RECORD(index, number, rest)                                                                \
    "{\"" index ",\"recnum\":" #number "," DIGESTS "," rest "}"
#define SEPARATOR "\"content_type\":\"pcclient_std\",\"content\":{\"event_type\":\"EV_SEPARATOR\","  \
                  "\"event_data\":\"00000000\"}"
#define ONE RECORD("pcr\":4", 1, SEPARATOR)
#define TWO RECORD("pcr\":5", 2, SEPARATOR)

static void expect_separators(const char *text, const char *format)
{
    assay_event event;
    assay_error error;
    assay_log log;

    assay_findings_reset(&findings);
    cr_assert_eq(assay_log_open(&log, assay_bytes_of_string(text), NULL, &findings, &error), 0,
                 "%s: %s", text, error.what);
    cr_expect_str_eq(assay_log_format_name(&log), format, "%s", text);
    for (unsigned pcr = 4; pcr < 6; pcr++) {
        cr_assert_gt(assay_log_next(&log, &event), 0, "%s: %s", text, log.error.what);
        cr_expect_eq(event.pcr_index, pcr);
        cr_expect_eq(event.type, EV_SEPARATOR);
        cr_expect_eq(event.digests[0].alg, ASSAY_ALG_SHA1);
        cr_expect(assay_bytes_all(event.digests[0].value, 0xAA));
        cr_expect(assay_bytes_equal(event.data, ASSAY_LITERAL("\0\0\0\0")));
        cr_expect_eq(text[event.offset], '{');
    }
    cr_expect_eq(assay_log_next(&log, &event), 0, "%s: %s", text, log.error.what);
    cr_expect_eq(log.header.bank_count, 1);
    cr_expect_eq(findings.count, 0, "%s", text);
    assay_log_close(&log);
}

Test(celjson, records_are_found_in_every_frame)
{
    static const char *const texts[] = {
        "[" ONE "," TWO "]",
        " [\n" ONE " ,\r\n" TWO "\n] \n",
        "{\"records\":[" ONE "," TWO "]}\n",
        "{\"version\":{\"a\":[1,2]},\"events\":[" ONE "," TWO "],\"more\":[\"]}\"]}",
        ONE "\n" TWO "\n",
        ONE TWO,
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        expect_separators(texts[i], "cel-json");
    expect_separators("\x1e" ONE "\n\x1e\x1e\n" TWO "\n", "systemd");
    expect_separators("\x1e" ONE "\x1e" TWO, "systemd");
}

/* libcel prints numbers where it is told to, and names of events in small letters. */
Test(celjson, names_may_be_numbers)
{
    static const char *const contents[] = {
        "\"content_type\":5,\"content\":{\"event_type\":4,\"event_data\":\"00000000\"}",
        "\"content_type\":\"pcclient_std\",\"content\":{\"event_type\":\"ev_separator\","
        "\"event_data\":\"00000000\"}",
        "\"content_type\":\"pcclient_std\",\"content\":{\"event_type\":\"4\","
        "\"event_data\":\"00000000\"}",
        "\"content_type\":\"pcclient_std\",\"content\":{\"event_type\":\"0x4\","
        "\"event_data\":\"00000000\"}",
    };
    static const char *const algs[] = { "4", "\"sha1\"", "\"SHA1\"", "\"4\"", "\"0x4\"" };
    char text[1024];

    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++)
        for (size_t a = 0; a < sizeof algs / sizeof *algs; a++) {
            snprintf(text, sizeof text,
                     "[{\"pcr\":4,\"recnum\":0,\"digests\":[{\"hashAlg\":%s,\"digest\":\"" SHA1
                     "\"}],%s},{\"recnum\":1,\"pcr\":\"5\",%s,\"digests\":[{\"digest\":\"" SHA1
                     "\",\"hashAlg\":%s}]}]",
                     algs[a], contents[i], contents[i], algs[a]);
            expect_separators(text, "cel-json");
        }
}

/* The same events as libcel's bytes in celtlv.c, as libcel prints them. */
static const char libcel[] =
    "[ { \"recnum\": 0, \"pcr\": 2, \"digests\": [ { \"hashAlg\": \"sha1\", \"digest\": \"" SHA1 "\" } ], "
    "\"content_type\": \"cel\", \"content\": [ { \"type\": \"firmware_end\" }, "
    "{ \"type\": \"cel_timestamp\", \"data\": 1234567890 }, { \"type\": \"state_trans\", \"data\": \"kexec\" }, "
    "{ \"type\": \"cel_version\", \"data\": { \"major\": 123, \"minor\": 456 } } ] }, "
    "{ \"recnum\": 1, \"pcr\": 3, \"digests\": [ { \"hashAlg\": \"sha1\", \"digest\": \"" SHA1 "\" } ], "
    "\"content_type\": \"cel\", \"content\": { \"type\": \"cel_version\", \"data\": { \"major\": 1, \"minor\": 0 } } }, "
    "{ \"recnum\": 2, \"pcr\": 10, \"digests\": [ { \"hashAlg\": \"sha1\", \"digest\": \"" SHA1 "\" } ], "
    "\"content_type\": \"ima_template\", \"content\": { \"template_name\": \"ima-ng\", \"template_data\": \"aabbccdd\" } } ]";

/* The records of celtlv.c, with the widths that our writer has. */
#define TLV_DIGESTS "\3\0\0\0\x19\4\0\0\0\x14" A5 A5 A5 A5
#define A5 "\xaa\xaa\xaa\xaa\xaa"
#define TLV_NUMBER(n) "\0\0\0\0\x08\0\0\0\0\0\0\0" n

Test(celjson, what_libcel_prints_is_what_libcel_writes)
{
    static const assay_bytes wanted = ASSAY_LITERAL(
        TLV_NUMBER("\0") "\1\0\0\0\1\2" TLV_DIGESTS "\4\0\0\0\x26" "\2\0\0\0\0"
        "\x50\0\0\0\4\x49\x96\x02\xd2" "\x51\0\0\0\1\2"
        "\1\0\0\0\x0d" "\0\0\0\0\1\x7b" "\1\0\0\0\2\1\xc8"
        TLV_NUMBER("\1") "\1\0\0\0\1\3" TLV_DIGESTS "\4\0\0\0\x11" "\1\0\0\0\x0c" "\0\0\0\0\1\1"
        "\1\0\0\0\1\0"
        TLV_NUMBER("\2") "\1\0\0\0\1\x0a" TLV_DIGESTS "\7\0\0\0\x14" "\0\0\0\0\6ima-ng"
        "\1\0\0\0\4\xaa\xbb\xcc\xdd");
    assay_writer tlv = assay_writer_growing(CEILING), json = assay_writer_growing(CEILING),
                 back = assay_writer_growing(CEILING);
    assay_error error;

    cr_assert_eq(copy_log(assay_bytes_of_string(libcel), "cel-tlv", &tlv, &error), 0, "%s",
                 error.what);
    cr_expect(assay_bytes_equal(assay_written(&tlv), wanted));
    cr_assert_eq(copy_log(assay_written(&tlv), "cel-json", &json, &error), 0, "%s", error.what);
    cr_assert_eq(copy_log(assay_written(&json), "cel-tlv", &back, &error), 0, "%s", error.what);
    cr_expect(assay_bytes_equal(assay_written(&back), wanted));
    assay_writer_close(&back);
    assay_writer_close(&json);
    assay_writer_close(&tlv);
}

/* Contents that come back as they are, to the byte, whatever they hold. */
Test(celjson, canonical_text_comes_back)
{
    static const char *const records[] = {
        SEPARATOR,
        "\"content_type\":\"pcclient_std\",\"content\":{\"event_type\":1234567,\"event_data\":\"\"}",
        "\"content_type\":\"ima_template\",\"content\":{\"template_name\":\"\\\"\\u0001ü\","
        "\"template_data\":\"00ff\"}",
        "\"content_type\":\"ima_tlv\",\"content\":\"00\"",
        "\"content_type\":\"systemd\",\"content\":{ \"string\" : \"a\\u0041\", \"x\":[1,2.5,{}]}",
        "\"content_type\":80,\"content\":\"0000000000\"",
        "\"content_type\":\"another\",\"content\":[null, \"text\"]",
        "\"content_type\":\"another\"",
        "\"content_type\":\"cel\",\"content\":{\"type\":128,\"data\":\"00\"}",
        "\"content_type\":\"cel\",\"content\":{\"type\":80,\"data\":\"0001\"}",
        "\"content_type\":\"cel\",\"content\":{\"type\":0,\"data\":\"\"}",
        "\"content_type\":\"cel\",\"content\":\"00\"",
        "\"content_type\":\"cel\",\"content\":\"\"",
        "\"content_type\":\"cel\",\"content\":[{\"type\":\"state_trans\",\"data\":7},"
        "{\"type\":\"firmware_end\"}]",
    };
    char text[1024];

    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        assay_writer writer = assay_writer_growing(CEILING);
        assay_error error;

        snprintf(text, sizeof text, "[\n{\"nv_index\":30474241,\"recnum\":1," DIGESTS ",%s}\n]\n",
                 records[i]);
        cr_assert_eq(copy_log(assay_bytes_of_string(text), NULL, &writer, &error), 0, "%s: %s",
                     text, error.what);
        cr_expect(assay_bytes_equal(assay_written(&writer), assay_bytes_of_string(text)),
                  "%s\n%.*s", text, (int)writer.used, writer.data);
        assay_writer_close(&writer);
    }
}

/* A component of systemd-pcrlock has no contents. */
Test(celjson, a_record_needs_no_content)
{
    assay_event event;
    assay_log log;

    cr_assert_eq(assay_log_open(&log, ASSAY_LITERAL("{\"records\":[{\"pcr\":11," DIGESTS "}]}"),
                                NULL, NULL, NULL),
                 0);
    cr_assert_gt(assay_log_next(&log, &event), 0);
    cr_expect_eq(event.content, ASSAY_CONTENT_OTHER);
    cr_expect_eq(event.name.size + event.data.size, 0);
    cr_expect_eq(assay_log_next(&log, &event), 0);
    assay_log_close(&log);
}

/* The header of a crypto-agile log stays the log's header, and its vendor information with it. */
Test(celjson, a_spec_id_header_names_the_banks)
{
    static const char text[] =
        "[\n{\"pcr\":0,\"recnum\":1,\"digests\":[{\"hashAlg\":\"sha1\",\"digest\":"
        "\"0000000000000000000000000000000000000000\"}],\"content_type\":\"pcclient_std\",\"content\":"
        "{\"event_type\":\"EV_NO_ACTION\",\"event_data\":"
        "\"53706563204944204576656e743033000000000000020002010000000b00200002abcd\"}},\n"
        "{\"pcr\":4,\"recnum\":2,\"digests\":[{\"hashAlg\":\"sha256\",\"digest\":"
        "\"df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119\"}],"
        "\"content_type\":\"pcclient_std\",\"content\":{\"event_type\":\"EV_IPL\",\"event_data\":\""
        SHA1 SHA1 SHA1 "\"}}\n]\n";
    assay_writer writer = assay_writer_growing(CEILING);
    assay_event event;
    assay_error error;
    assay_log log;

    cr_assert_eq(assay_log_open(&log, assay_bytes_of_string(text), NULL, NULL, &error), 0, "%s",
                 error.what);
    cr_expect_eq(log.header.bank_count, 1);
    cr_expect_eq(log.header.banks[0].alg, ASSAY_ALG_SHA256);
    cr_assert_gt(assay_log_next(&log, &event), 0);
    cr_assert_gt(assay_log_next(&log, &event), 0);
    cr_expect(assay_bytes_equal(log.header.spec_id.vendor_info, ASSAY_LITERAL("\xab\xcd")));
    assay_log_close(&log);
    cr_assert_eq(copy_log(assay_bytes_of_string(text), NULL, &writer, &error), 0, "%s", error.what);
    cr_expect(assay_bytes_equal(assay_written(&writer), assay_bytes_of_string(text)), "%.*s",
              (int)writer.used, writer.data);
    assay_writer_close(&writer);
}

/* Faults: `at` is where the place has to be; what comes before it is read. */

static const struct fault {
    const char *what, *text, *at;
    int kind;
    const char *field;
} faults[] = {
    { "the array has no end", "[" ONE, "", ASSAY_TRUNCATED, NULL },
    { "the array ends after a comma", "[" ONE ",", "", ASSAY_MALFORMED, NULL },
    { "a record has no end", "[" ONE ",{\"pcr\":5,", "{\"pcr\":5,", ASSAY_TRUNCATED, NULL },
    { "no comma", "[" ONE TWO "]", TWO, ASSAY_MALFORMED, NULL },
    { "nothing between commas", "[" ONE ",," TWO "]", "," TWO, ASSAY_MALFORMED, NULL },
    { "the object around the records has no end", "{\"records\":[" ONE "]", "", ASSAY_TRUNCATED,
      NULL },
    { "no JSON in a record", "[" ONE ",{\"pcr\" 5 }]", " }]", ASSAY_MALFORMED, NULL },
    { "a key twice", "[" ONE ",{\"pcr\":5,\"pcr\":6}]", ":6}", ASSAY_MALFORMED, NULL },
    { "a comma too many", "[" ONE ",{\"pcr\":5,} ]", " ]", ASSAY_MALFORMED, NULL },
    { "a record that is a number", "[" ONE ",5]", "5]", ASSAY_MALFORMED, NULL },
    { "a record that is an array", "[" ONE ",[]]", "[]]", ASSAY_MALFORMED, NULL },
    { "neither PCR nor NV index", "[" ONE ",{" DIGESTS "}]", "{\"digests", ASSAY_MALFORMED, "pcr" },
    { "both of them", "[" ONE ",{\"nv_index\":1,\"pcr\":5," DIGESTS "}]", "{\"nv_index",
      ASSAY_MALFORMED, "pcr" },
    { "a PCR that is no number", "[" ONE ",{\"pcr\":-5," DIGESTS "}]", "-5", ASSAY_MALFORMED,
      "pcr" },
    { "a PCR of 2^32", "[" ONE ",{\"pcr\":4294967296," DIGESTS "}]", "4294967296", ASSAY_MALFORMED,
      "pcr" },
    { "NV index 0", "[" ONE ",{\"nv_index\":0," DIGESTS "}]", "0,", ASSAY_MALFORMED, "nv_index" },
    { "a register in a log of PCRs", "[" ONE ",{\"rtmr\":2," DIGESTS "}]", "{\"rtmr",
      ASSAY_MALFORMED, "pcr" },
    { "a record number that is none", "[" ONE ",{\"pcr\":5,\"recnum\":null," DIGESTS "}]", "null",
      ASSAY_MALFORMED, "recnum" },
    { "no digests", "[" ONE ",{\"pcr\":5}]", "{\"pcr\":5}", ASSAY_MALFORMED, "digests" },
    { "digests that are no array", "[" ONE ",{\"pcr\":5,\"digests\":{}}]", "{}}", ASSAY_MALFORMED,
      "digests" },
    { "a digest without algorithm", "[" ONE ",{\"pcr\":5,\"digests\":[{\"digest\":\"" SHA1 "\"}]}]",
      "[{\"digest\"", ASSAY_MALFORMED, "hashAlg" },
    { "an algorithm of 17 bits", "[" ONE ",{\"pcr\":5,\"digests\":[{\"hashAlg\":65536,\"digest\":\""
      SHA1 "\"}]}]", "[{\"hashAlg\":65536", ASSAY_MALFORMED, "hashAlg" },
    { "a digest of another size", "[" ONE ",{\"pcr\":5,\"digests\":[{\"hashAlg\":11,\"digest\":\""
      SHA1 "\"}]}]", "[{\"hashAlg\":11", ASSAY_MALFORMED, "digest" },
    { "a digest that is no hexadecimal", "[" ONE ",{\"pcr\":5,\"digests\":[{\"hashAlg\":99,"
      "\"digest\":\"0g\"}]}]", "[{\"hashAlg\":99", ASSAY_MALFORMED, "digest" },
    { "two digests of SHA-1", "[" ONE ",{\"pcr\":5,\"digests\":[{\"hashAlg\":4,\"digest\":\"" SHA1
      "\"},{\"hashAlg\":\"sha1\",\"digest\":\"" SHA1 "\"}]}]", "[{\"hashAlg\":4", ASSAY_MALFORMED,
      "hashAlg" },
    { "a content without content", "[" ONE ",{\"pcr\":5," DIGESTS ",\"content_type\":\"cel\"}]",
      "{\"pcr\":5", ASSAY_MALFORMED, "content" },
    { "a content_type that is none", "[" ONE ",{\"pcr\":5," DIGESTS ",\"content_type\":[]}]",
      "[]}]", ASSAY_MALFORMED, "content_type" },
    { "a content_type that is a PCR", "[" ONE ",{\"pcr\":5," DIGESTS ",\"content_type\":1}]",
      "1}]", ASSAY_MALFORMED, "content_type" },
    { "an event type of no name", "[" ONE ",{\"pcr\":5," DIGESTS ",\"content_type\":5,\"content\":"
      "{\"event_type\":\"EV_X\",\"event_data\":\"\"}}]", "{\"event_type\":\"EV_X", ASSAY_MALFORMED,
      "content" },
    { "half a byte of data", "[" ONE ",{\"pcr\":5," DIGESTS ",\"content_type\":5,\"content\":"
      "{\"event_type\":3,\"event_data\":\"0\"}}]", "{\"event_type\":3", ASSAY_MALFORMED, "content" },
    { "no template_name", "[" ONE ",{\"pcr\":5," DIGESTS ",\"content_type\":7,\"content\":"
      "{\"template_data\":\"\"}}]", "{\"template_data", ASSAY_MALFORMED, "content" },
    { "a management event of no type", "[" ONE ",{\"pcr\":5," DIGESTS ",\"content_type\":4,"
      "\"content\":{\"data\":\"\"}}]", "{\"data", ASSAY_MALFORMED, "content" },
    { "a management event of an unknown name", "[" ONE ",{\"pcr\":5," DIGESTS ",\"content_type\":4,"
      "\"content\":{\"type\":\"x\",\"data\":\"\"}}]", "{\"type", ASSAY_MALFORMED, "content" },
    { "a version without minor", "[" ONE ",{\"pcr\":5," DIGESTS ",\"content_type\":4,"
      "\"content\":{\"type\":1,\"data\":{\"major\":1}}}]", "{\"type", ASSAY_MALFORMED, "content" },
    { "systemd's content as a string", "[" ONE ",{\"pcr\":5," DIGESTS ",\"content_type\":"
      "\"systemd\",\"content\":\"x\"}]", "\"x\"", ASSAY_MALFORMED, "content" },
    { "a key with escapes", "[" ONE ",{\"pcr\":5," DIGESTS ",\"content_type\":\"x\","
      "\"\\u0063ontent\":1}]", "{\"pcr\":5", ASSAY_MALFORMED, "content" },
};

Test(celjson, a_fault_has_its_place_and_what_is_sound_before_it_is_read)
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        const struct fault *const fault = &faults[i];
        const char *const at =
            fault->at[0] == '\0' ? fault->text + strlen(fault->text) : strstr(fault->text, fault->at);
        const reading said = read_log(assay_bytes_of_string(fault->text), NULL, &findings);

        cr_expect_eq(said.events, 1, "%s", fault->what);
        cr_expect_eq(said.error.kind, fault->kind, "%s: %s", fault->what, said.error.what);
        cr_expect_eq(said.error.offset, (size_t)(at - fault->text), "%s: %zu", fault->what,
                     (size_t)said.error.offset);
        cr_expect_eq(said.error.event, 1, "%s", fault->what);
        if (fault->field != NULL)
            cr_expect_str_eq(said.error.field, fault->field, "%s", fault->what);
        else
            cr_expect_null(said.error.field, "%s", fault->what);
    }
}

/* A record of much structure would cost memory out of all proportion. */
Test(celjson, a_record_is_modest)
{
    assay_writer deep = assay_writer_growing(CEILING), wide = assay_writer_growing(CEILING);

    assay_put_string(&deep, "[" ONE ",{\"pcr\":5," DIGESTS ",\"x\":");
    for (int i = 0; i < 10000; i++)
        assay_put_char(&deep, '[');
    cr_expect_eq(read_log(assay_written(&deep), NULL, &findings).status, -ASSAY_TOO_LARGE);
    assay_put_string(&wide, "[" ONE ",{\"pcr\":5," DIGESTS ",\"x\":[");
    for (int i = 0; i < 10000; i++)
        assay_put_string(&wide, "1,");
    cr_expect_eq(read_log(assay_written(&wide), NULL, &findings).status, -ASSAY_TOO_LARGE);
    assay_writer_close(&wide);
    assay_writer_close(&deep);
}

Test(celjson, what_follows_the_array_is_noted)
{
    const reading said = read_log(ASSAY_LITERAL("[" ONE "] x"), NULL, &findings);

    cr_expect_eq(said.status, 0);
    cr_expect_eq(said.tail_offset, sizeof("[" ONE "] ") - 1);
    cr_expect_eq(findings.seen[ASSAY_FINDING_TAIL_GARBAGE], 1);
}

/* An algorithm that has no name here can't be numbered either. */
Test(celjson, a_digest_of_an_unknown_name_is_noted)
{
    const reading said =
        read_log(ASSAY_LITERAL("[{\"pcr\":4,\"digests\":[{\"hashAlg\":\"md5\",\"digest\":\"00\"},"
                               "{\"hashAlg\":\"sha1\",\"digest\":\"" SHA1 "\"}]," SEPARATOR "}]"),
                 NULL, &findings);

    cr_expect_eq(said.status, 0);
    cr_expect_eq(said.events, 1);
    cr_expect_eq(findings.seen[ASSAY_FINDING_BANK_UNKNOWN], 1);
}

/* A Spec ID that announces no algorithm gives the log no banks. */
Test(celjson, a_spec_id_without_banks_is_refused)
{
    const reading said = read_log(
        ASSAY_LITERAL("[{\"pcr\":0,\"recnum\":0,\"digests\":[{\"hashAlg\":\"sha1\",\"digest\":"
                      "\"0000000000000000000000000000000000000000\"}],\"content_type\":"
                      "\"pcclient_std\",\"content\":{\"event_type\":\"EV_NO_ACTION\","
                      "\"event_data\":\"53706563204944204576656e743033000000000000020002"
                      "0000000000\"}}]"),
        NULL, &findings);

    cr_expect_eq(said.status, -ASSAY_MALFORMED);
    cr_expect_str_eq(said.error.field, "numberOfAlgorithms");
}

/* 17 digests, where a TPM has at most 16 banks; a register and a number that are none. */
Test(celjson, what_is_no_number_and_what_no_tpm_extends_is_refused)
{
    assay_writer many = assay_writer_growing(CEILING);
    static const char *const others[] = {
        "[{\"recnum\":0,\"rtmr\":\"three\"," DIGESTS "," SEPARATOR "}]",
        "[{\"recnum\":0,\"rtmr\":4294967295," DIGESTS "," SEPARATOR "}]",
        "[{\"recnum\":0,\"pcr\":\"0x\"," DIGESTS "," SEPARATOR "}]",
    };

    assay_put_string(&many, "[{\"recnum\":0,\"pcr\":4,\"digests\":[");
    for (int i = 0; i < 17; i++)
        assay_put_format(&many, "%s{\"hashAlg\":%d,\"digest\":\"00\"}", i == 0 ? "" : ",", 4096 + i);
    assay_put_string(&many, "]," SEPARATOR "}]");
    const reading said = read_log(assay_written(&many), "cel-json", &findings);
    cr_expect_eq(said.status, -ASSAY_MALFORMED);
    cr_expect_str_eq(said.error.field, "digests");
    assay_writer_close(&many);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const reading other = read_log(assay_bytes_of_string(others[i]), "cel-json", &findings);

        cr_expect_eq(other.status, -ASSAY_MALFORMED, "%s", others[i]);
        cr_expect_str_eq(other.error.field, i < 2 ? "rtmr" : "pcr", "%s", others[i]);
    }
}
