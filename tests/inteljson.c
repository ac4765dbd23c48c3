/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The event lists of Intel's trust agent and HVS: each shape, what a wrong one is told, and,
 * where a collection of real ones lies beside the project, that they fold to their PCRs.
 */
#include <criterion/criterion.h>

#include "base/hex.h"
#include "eventlog/types.h"
#include "replay/compare.h"
#include "replay/datacheck.h"
#include "replay/pcrvalues.h"
#include "tests/generate.h"
#include "tests/reading.h"

#include <stdlib.h>

/* printf '\0\0\0\0' | sha1sum, sha256sum; printf '\0' | sha1sum */
#define SHA1_OF_ZEROS "9069ca78e7450a285173431b3e52c5c25299e473"
#define SHA256_OF_ZEROS "df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119"
#define SHA1_OF_ZERO "5ba93c9db0cff93f52b521d7420e43f6eda2784f"

enum { CEILING = 1 << 24 };

static assay_findings findings;

/* The shapes. */

#define START "{\"type_id\":\"0x402\",\"type_name\":\"HASH_START\",\"tags\":[\"HASH_START\"]," \
              "\"measurement\":\"" SHA1_OF_ZEROS "\"}"
#define LINUX "{\"type_id\":\"0x501\",\"type_name\":\"vmlinuz\",\"tags\":[\"vmlinuz\"]," \
              "\"measurement\":\"" SHA1_OF_ZERO "\"}"
#define LIST "{\"pcr\":{\"index\":17,\"bank\":\"SHA1\"},\"tpm_events\":[" START "," LINUX "]}"
#define OLD_LIST "{\"pcr_index\":\"pcr_17\",\"event_log\":[" \
                 "{\"value\":\"" SHA1_OF_ZEROS "\",\"label\":\"HASH_START\",\"info\":{\"a\":\"b\"}}," \
                 "{\"digest_type\":\"x\",\"value\":\"" SHA1_OF_ZERO "\",\"label\":\"vmlinuz\"}" \
                 "],\"pcr_bank\":\"SHA1\"}"
#define MAP(list) "{\"sha1pcrs\":[],\"pcr_event_log_map\":{\"SHA1\":[" list "],\"SHA256\":null}}"

static const struct shape {
    const char *text, *why;
    bool old; /* an event says its type by its label, or not at all */
} shapes[] = {
    { "[" LIST "]", "JSON with lists of tpm_events", false },
    { " \r\n\t[" LIST "]\n", "JSON with lists of tpm_events", false },
    { "{\"aik\":\"MII\",\"pcr_manifest\":" MAP(LIST) "}", "JSON with a pcr_event_log_map", false },
    { "{\"results\":[" OLD_LIST "],\"host_manifest\":{\"pcr_manifest\":" MAP(LIST) "}}",
      "JSON with a pcr_event_log_map", false },
    { "{\"pcr_manifest\":" MAP(OLD_LIST) "}", "JSON with a pcr_event_log_map", true },
    { "[" OLD_LIST "]", "JSON with an event_log of a pcr_index", true },
};

static void expect_event(const assay_event *event, uint32_t type, const char *label,
                         const char *digest)
{
    char hex[2 * ASSAY_DIGEST_MAX + 1] = "";

    cr_expect_eq(event->pcr_index, 17);
    cr_expect_eq(event->type, type, "%x", event->type);
    cr_expect_eq(event->only_bank, ASSAY_ALG_SHA1);
    cr_expect_eq(event->digest_count, 1);
    assay_hex_encode(hex, event->digests[0].value);
    cr_expect_str_eq(hex, digest);
    cr_expect(!assay_event_keeps_data(event));
    cr_expect_eq(event->data.size, 0);
    cr_expect(assay_bytes_equal(event->label, assay_bytes_of_string(label)), "%s", label);
}

static void expect_shape(assay_bytes bytes, const char *why, bool old)
{
    assay_error error = { 0 };
    assay_event event;
    assay_log log;

    cr_assert_eq(assay_log_open(&log, bytes, NULL, &findings, &error), 0, "%s", error.what);
    cr_expect_str_eq(assay_log_format_name(&log), "inteljson");
    cr_expect_str_eq(log.why, why);
    cr_assert_eq(log.header.bank_count, 1);
    cr_expect_eq(log.header.banks[0].alg, ASSAY_ALG_SHA1);
    cr_expect(!assay_log_events_last(&log));
    cr_assert_eq(assay_log_next(&log, &event), 1, "%s", log.error.what);
    expect_event(&event, TXT_EVTYPE_HASH_START, "HASH_START", SHA1_OF_ZEROS);
    cr_expect_eq(bytes.data[event.offset], bytes.data[0] == '<' ? '&' : '"');
    cr_assert_eq(assay_log_next(&log, &event), 1, "%s", log.error.what);
    expect_event(&event, old ? ASSAY_NO_EVENT_TYPE : (uint32_t)TB_EVTYPE_HASH, "vmlinuz",
                 SHA1_OF_ZERO);
    cr_expect_eq(assay_log_next(&log, &event), 0, "%s", log.error.what);
    cr_expect_eq(findings.count, 0);
    assay_log_close(&log);
}

Test(inteljson, each_shape_is_the_same_list)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        expect_shape(assay_bytes_of_string(shapes[i].text), shapes[i].why, shapes[i].old);
}

/* Writes the text as Go's XML does, which Intel's agent uses, and some other ways. */
static void put_escaped(assay_writer *writer, const char *text)
{
    static const char *const quotes[] = { "&#34;", "&quot;", "&#x22;", "&#000034;" };

    for (size_t i = 0; text[i] != '\0'; i++)
        if (text[i] == '"')
            assay_put_string(writer, quotes[i % 4]);
        else
            assay_put_char(writer, text[i]);
}

Test(inteljson, the_log_of_a_quote_response_is_unescaped)
{
    assay_writer xml = assay_writer_growing(CEILING);

    assay_put_string(&xml, "<tpm_quote_response>\n <errorCode>0</errorCode>\n <eventLog>");
    put_escaped(&xml, "[" LIST "]");
    assay_put_string(&xml, "</eventLog>\n</tpm_quote_response>\n");
    expect_shape(assay_written(&xml), "XML with a tpm_quote_response", false);
    assay_writer_close(&xml);
}

/* What an event says. */

static assay_event only_event(assay_log *log, const char *text)
{
    assay_error error = { 0 };
    assay_event event;

    cr_assert_eq(assay_log_open(log, assay_bytes_of_string(text), "inteljson", NULL, &error), 0,
                 "%s: %s", text, error.what);
    cr_assert_eq(assay_log_next(log, &event), 1, "%s: %s", text, log->error.what);
    return event;
}

#define EVENT(members) "[{\"pcr\":{\"index\":0,\"bank\":\"sha1\"},\"tpm_events\":[{" members \
                       "\"measurement\":\"" SHA1_OF_ZEROS "\"}]}]"

Test(inteljson, type_and_label_come_from_what_there_is)
{
    static const struct {
        const char *text;
        uint32_t type;
        const char *label;
    } cases[] = {
        { EVENT("\"type_id\":\"0x80000008\","), 0x80000008, "" },
        { EVENT("\"type_id\":\"0x1\",\"tags\":null,"), EV_POST_CODE, "" },
        { EVENT("\"type_id\":\"0x1\",\"type_name\":\"EV_POST_CODE\","), EV_POST_CODE, "" },
        { EVENT("\"type_id\":\"0x1\",\"type_name\":\"EV_IPL\","), EV_POST_CODE, "EV_IPL" },
        { EVENT("\"type_id\":\"0x1\",\"type_name\":\"EV_IPL\",\"tags\":[\"x\"],"), EV_POST_CODE, "x" },
        { EVENT("\"type_id\":\"0x501\",\"type_name\":\"tb_policy\","), TB_EVTYPE_HASH, "tb_policy" },
        { EVENT("\"type_id\":\"0x60000001\",\"tags\":[\"k.b00\",\"Vim25Api\"],"), 0x60000001,
          "k.b00, Vim25Api" },
        { EVENT("\"type_name\":\"EV_SEPARATOR\","), EV_SEPARATOR, "" },
        { EVENT("\"label\":\"MLE_HASH\","), TXT_EVTYPE_MLE_HASH, "MLE_HASH" },
        { EVENT("\"label\":\"tb_policy\","), TB_EVTYPE_HASH, "tb_policy" },
        { EVENT("\"label\":\"TXT_EVTYPE_MLE_HASH\","), ASSAY_NO_EVENT_TYPE, "TXT_EVTYPE_MLE_HASH" },
        { EVENT("\"label\":\"\\u20ac\\n\","), ASSAY_NO_EVENT_TYPE, "\xe2\x82\xac\n" },
        { EVENT(""), ASSAY_NO_EVENT_TYPE, "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assay_log log;
        const assay_event event = only_event(&log, cases[i].text);

        cr_expect_eq(event.type, cases[i].type, "%s: %x", cases[i].text, event.type);
        cr_expect(assay_bytes_equal(event.label, assay_bytes_of_string(cases[i].label)), "%s",
                  cases[i].text);
        cr_expect(!assay_event_keeps_data(&event));
        assay_log_close(&log);
    }
}

Test(inteljson, a_label_is_shown_and_nothing_follows_from_it)
{
    /* The digest is the label's own: that would verify, were the label data. printf abc | sha1sum */
    static const char text[] = "[{\"pcr\":{\"index\":8,\"bank\":\"SHA1\"},\"tpm_events\":["
                               "{\"type_id\":\"0x5\",\"tags\":[\"abc\"],\"measurement\":"
                               "\"a9993e364706816aba3e25717850c26c9cd0d89d\"}]}]";
    assay_hashes *hashes = assay_hashes_new();
    assay_writer line = assay_writer_growing(100), data = assay_writer_growing(100);
    assay_payload payload;
    assay_datacheck check;
    assay_log log;
    const assay_event event = only_event(&log, text);

    assay_payload_decode(&event, &payload);
    assay_payload_summary(&line, &payload);
    assay_payload_encode(&data, &payload);
    cr_expect_str_eq(assay_payload_kind_name(payload.kind), "label");
    cr_expect(assay_bytes_equal(assay_written(&line), ASSAY_LITERAL("abc")));
    cr_expect_eq(data.written, 0);
    cr_assert_eq(assay_datacheck_event(hashes, &event, &payload, &check), 0);
    cr_expect_eq(check.outcome, ASSAY_NOT_CHECKABLE);
    cr_expect_str_eq(check.reason, "the log keeps no data of its events");
    assay_writer_close(&data);
    assay_writer_close(&line);
    assay_log_close(&log);
    assay_hashes_free(&hashes);
}

/* Folding. */

static assay_replay fold(assay_bytes bytes, assay_hashes *hashes, assay_log *log)
{
    static assay_replay replay;
    assay_error error = { 0 };
    assay_event event;

    assay_findings_reset(&findings);
    cr_assert_eq(assay_log_open(log, bytes, "inteljson", &findings, &error), 0, "%s", error.what);
    cr_assert_eq(assay_replay_begin(&replay, &log->header, hashes, &findings), 0);
    while (assay_log_next(log, &event) > 0)
        cr_assert_eq(assay_replay_event(&replay, &event), 0);
    cr_assert_eq(log->error.kind, 0, "%s", log->error.what);
    return replay;
}

static void expect_pcr(const assay_replay *replay, uint16_t alg, unsigned pcr, const char *hex)
{
    char text[2 * ASSAY_DIGEST_MAX + 1] = "";

    assay_hex_encode(text, assay_pcrs_value(&replay->pcrs, alg, pcr));
    cr_expect_str_eq(text, hex);
}

Test(inteljson, a_hash_start_without_data_is_extended_from_zeros)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_log log;
    const assay_replay replay = fold(ASSAY_LITERAL("[" LIST "]"), hashes, &log);

    cr_expect(replay.dynamic_launch);
    cr_expect_eq(replay.banks[0].hash_start, ASSAY_HASH_START_UNKNOWN);
    cr_expect_eq(findings.count, 0, "that its data was not kept is no fault of the event");
    /* python3: h(h(bytes(20) + h(bytes(4))) + h(bytes(1))).hex() with hashlib's sha1 for h */
    expect_pcr(&replay, ASSAY_ALG_SHA1, 17, "82947a88be8446304859e1512798655cccba9250");
    assay_log_close(&log);
    assay_hashes_free(&hashes);
}

#define LOCALITY(digest) "{\"type_id\":\"0x3\",\"tags\":[\"StartupLocality3\"],\"measurement\":\"" digest "\"}"
#define MEASURED(digest) "{\"type_id\":\"0x8\",\"measurement\":\"" digest "\"}"
#define ZEROS_20 "0000000000000000000000000000000000000000"
#define ZEROS_32 ZEROS_20 "000000000000000000000000"

Test(inteljson, a_tag_of_the_locality_starts_PCR_0_in_every_bank)
{
    static const char text[] =
        "[{\"pcr\":{\"index\":0,\"bank\":\"SHA1\"},\"tpm_events\":[" LOCALITY(ZEROS_20) "," MEASURED(
            SHA1_OF_ZEROS) "]},{\"pcr\":{\"index\":0,\"bank\":\"SHA256\"},\"tpm_events\":[" LOCALITY(
            ZEROS_32) "," MEASURED(SHA256_OF_ZEROS) "]}]";
    assay_hashes *hashes = assay_hashes_new();
    assay_log log;
    const assay_replay replay = fold(assay_bytes_of_string(text), hashes, &log);

    /* python3: h(bytes(n - 1) + b'\3' + h(bytes(4))).hex() with hashlib's sha1, sha256 for h */
    expect_pcr(&replay, ASSAY_ALG_SHA1, 0, "3cbcd420d8a58de607677e036109f6eb2c72ef7f");
    expect_pcr(&replay, ASSAY_ALG_SHA256, 0,
               "50bd7d88f0414b40608f8ffc56fd4f3201b5ed0644e36b8128d33624ebe0f053");
    cr_expect_eq(replay.startup_locality, 3);
    cr_expect_eq(findings.seen[ASSAY_FINDING_STARTUP_LOCALITY], 0, "said twice, and the same");
    assay_log_close(&log);
    assay_hashes_free(&hashes);
}


Test(inteljson, a_digest_of_another_size_leaves_its_bank_incomplete)
{
    static const char text[] = "[{\"pcr\":{\"index\":5,\"bank\":\"SHA1\"},\"tpm_events\":[" MEASURED(
        SHA256_OF_ZEROS) "," MEASURED(SHA1_OF_ZEROS) "]}]";
    assay_hashes *hashes = assay_hashes_new();
    assay_log log;
    const assay_replay replay = fold(assay_bytes_of_string(text), hashes, &log);

    cr_expect_eq(replay.banks[0].incomplete, 1u << 5);
    cr_expect_eq(findings.seen[ASSAY_FINDING_DIGEST_SIZE], 1);
    cr_expect_eq(findings.list[0].event, 0);
    assay_log_close(&log);
    assay_hashes_free(&hashes);
}

/* Lists of some PCRs say nothing about the others. */
Test(inteljson, lists_that_leave_the_firmware_out_are_not_its_log)
{
    static const char text[] = "[{\"pcr\":{\"index\":15,\"bank\":\"SHA1\"},\"tpm_events\":[" MEASURED(
        SHA1_OF_ZEROS) "]}]";
    assay_hashes *hashes = assay_hashes_new();
    static assay_comparison comparison;
    assay_pcrs pcrs = { 0 };
    assay_log log;
    const assay_replay replay = fold(assay_bytes_of_string(text), hashes, &log);

    cr_assert_eq(assay_pcrvalues_parse(ASSAY_LITERAL("sha1:0 " SHA1_OF_ZEROS "\n"), &pcrs, NULL), 0);
    assay_compare(&replay, &pcrs, ASSAY_ALL_PCRS, &comparison);
    cr_assert_eq(comparison.count, 1);
    cr_expect_eq(comparison.list[0].state, ASSAY_PCR_NOT_IN_LOG);
    assay_log_close(&log);
    assay_hashes_free(&hashes);
}

/* Writing. */

Test(inteljson, a_list_is_written_as_the_agent_writes_it)
{
    static const char written[] =
        "[\n"
        "{\"pcr\":{\"index\":17,\"bank\":\"SHA1\"},\"tpm_events\":["
        "{\"type_id\":\"0x402\",\"type_name\":\"HASH_START\",\"tags\":[\"HASH_START\"],"
        "\"measurement\":\"" SHA1_OF_ZEROS "\"},"
        "{\"tags\":[\"vmlinuz\"],\"measurement\":\"" SHA1_OF_ZERO "\"}]}\n"
        "]\n";
    assay_writer writer = assay_writer_growing(CEILING);
    assay_error error = { 0 };

    cr_assert_eq(copy_log(ASSAY_LITERAL("[" OLD_LIST "]"), NULL, &writer, &error), 0, "%s",
                 error.what);
    cr_expect(assay_bytes_equal(assay_written(&writer), assay_bytes_of_string(written)), "%.*s",
              (int)writer.used, (const char *)writer.data);
    assay_writer_close(&writer);
}

/* An event made of random bytes; lends its label and digest. */
static assay_event random_event(uint64_t number, uint8_t room[static 128])
{
    static const uint32_t types[] = { EV_NO_ACTION, EV_SEPARATOR, TXT_EVTYPE_HASH_START,
                                      TB_EVTYPE_HASH, 0x60000001, ASSAY_NO_EVENT_TYPE };
    static const char *const labels[] = { "", "a", "a, b", "\"\\\n", "\xe2\x82\xac", "StartupLocality",
                                          "HASH_START", "tb_policy", "</eventLog>" };
    random_bytes(number, room, 128);
    const assay_alg *const alg = assay_alg_at(room[0] % 3);
    assay_event event = { .pcr_index = room[1] % 3 + 16, .type = types[room[2] % 6],
                          .only_bank = alg->id, .digest_count = 1,
                          .label = assay_bytes_of_string(labels[room[3] % 9]) };

    event.digests[0] = (assay_event_digest){ alg->id, assay_bytes_of(room + 8, alg->size) };
    if (event.type == EV_NO_ACTION && room[4] % 2 == 0) {
        memcpy(room + 90, "StartupLocality", 16);
        event.data = assay_bytes_of(room + 90, 17);
        event.label = ASSAY_NO_BYTES;
    }
    return event;
}

enum { RANDOM_EVENTS = 10 };

static void check_round_trip(uint64_t seed)
{
    static uint8_t rooms[RANDOM_EVENTS][128];
    assay_writer bytes = assay_writer_growing(CEILING), again = assay_writer_growing(CEILING);
    const assay_log_header header = { .bank_count = 0 };
    assay_event events[RANDOM_EVENTS], event;
    assay_error error = { 0 };
    assay_log_writer out;
    assay_log log;

    cr_assert_eq(assay_log_write_begin(&out, "inteljson", &header, &bytes, &error), 0);
    for (size_t i = 0; i < RANDOM_EVENTS; i++) {
        events[i] = random_event(RANDOM_EVENTS * seed + i, rooms[i]);
        cr_assert_eq(assay_log_write_event(&out, &events[i], &error), 0, "%s", error.what);
    }
    cr_assert_eq(assay_log_write_end(&out, &error), 0);
    cr_assert_eq(assay_log_open(&log, assay_written(&bytes), NULL, NULL, &error), 0, "%s",
                 error.what);
    for (size_t i = 0; i < RANDOM_EVENTS; i++) {
        cr_assert_eq(assay_log_next(&log, &event), 1, "%s", log.error.what);
        cr_assert(assay_event_equal(&event, &events[i]), "seed %zu, event %zu", (size_t)seed, i);
    }
    cr_assert_eq(assay_log_next(&log, &event), 0);
    assay_log_close(&log);
    cr_assert_eq(copy_log(assay_written(&bytes), NULL, &again, &error), 0);
    cr_assert(assay_bytes_equal(assay_written(&again), assay_written(&bytes)));
    assay_writer_close(&again);
    assay_writer_close(&bytes);
}

Test(inteljson, what_is_written_is_read_back)
{
    for (uint64_t seed = 0; seed < 1000; seed++)
        check_round_trip(seed);
}

Test(inteljson, what_a_list_has_no_room_for_is_refused)
{
    static const struct {
        const char *text, *to;
    } cases[] = {
        { "assay-log 1 sha1\n4 EV_SEPARATOR u32:0\n", "inteljson" },
        { "assay-log 1 sha1 sha256\n4 EV_SEPARATOR\n", "inteljson" },
        { "assay-log 1 sha1\n4 EV_SEPARATOR \"a\" = only:sha1\n", "inteljson" },
        { "assay-log 1 0x7123/4\n4 EV_SEPARATOR = only:0x7123:00000000\n", "inteljson" },
        { "[" LIST "]", "tcg12" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assay_writer writer = assay_writer_growing(CEILING);
        assay_error error = { 0 };

        cr_expect_eq(copy_log(assay_bytes_of_string(cases[i].text), cases[i].to, &writer,
                              &error),
                     -ASSAY_UNSUPPORTED, "%s", cases[i].text);
        cr_expect_eq(error.kind, ASSAY_UNSUPPORTED);
        assay_writer_close(&writer);
    }
}

/*
 * Wrong ones, each with its sentence, and the byte that is told: of the list's events or of the
 * last digest that was found, counted by hand; where jansson refuses, after what it read.
 */

#define HEAD "[{\"pcr\":{\"index\":0,\"bank\":\"SHA1\"}," /* 34 bytes */
#define FIRST "{\"measurement\":\"" SHA1_OF_ZEROS "\"}"      /* 59, the digest at 15 */
#define XML(text) "<tpm_quote_response><eventLog>" text "</eventLog></tpm_quote_response>" /* 30 */

static const struct {
    const char *what, *text;
    int kind;
    uint64_t offset;
    const char *field;
} wrong[] = {
    { "the text ends inside a list", HEAD "\"tpm_events\":[", ASSAY_TRUNCATED, 48, NULL },
    { "a key stands twice", "[{\"tpm_events\":[],\"tpm_events\":[]}]", ASSAY_MALFORMED, 30, NULL },
    { "a comma stands before the end", "[{\"tpm_events\":[]},]", ASSAY_MALFORMED, 20, NULL },
    { "text follows the document", "[{\"pcr\":{\"index\":0,\"bank\":\"SHA1\"},\"tpm_events\":[]}]x",
      ASSAY_MALFORMED, 52, NULL },
    { "a label has a NUL", HEAD "\"tpm_events\":[{\"label\":\"\\u0000\"}]}]", ASSAY_MALFORMED, 65,
      NULL },
    { "there is no document", "  ", ASSAY_TRUNCATED, 2, NULL },
    { "the document is a number", "17", ASSAY_MALFORMED, 2, NULL },
    { "the document has no lists", "{\"a\":1}", ASSAY_MALFORMED, 0, "pcr_event_log_map" },
    { "the map is an array", "{\"pcr_manifest\":{\"pcr_event_log_map\":[]}}", ASSAY_MALFORMED, 17,
      "pcr_event_log_map" },
    { "a key of the map is no bank", "{\"pcr_manifest\":{\"pcr_event_log_map\":{\"MD5\":[]}}}",
      ASSAY_MALFORMED, 17, "pcr_event_log_map" },
    { "a bank's lists are an object", "{\"pcr_manifest\":{\"pcr_event_log_map\":{\"SHA1\":{}}}}",
      ASSAY_MALFORMED, 17, NULL },
    { "a list of SHA-1 stands under SHA-256",
      "{\"pcr_manifest\":{\"pcr_event_log_map\":{\"SHA256\":[{\"pcr_index\":\"pcr_1\",\"event_log\":[],"
      "\"pcr_bank\":\"SHA1\"}]}}}", ASSAY_MALFORMED, 69, "bank" },
    { "a list is a number", "[1]", ASSAY_MALFORMED, 0, "tpm_events" },
    { "a list has no events", "[{\"pcr\":{\"index\":0,\"bank\":\"SHA1\"}}]", ASSAY_MALFORMED, 0,
      "tpm_events" },
    { "a list's events are a string", HEAD "\"tpm_events\":\"\"}]", ASSAY_MALFORMED, 34, "tpm_events" },
    { "a list has no PCR", "[{\"tpm_events\":[]}]", ASSAY_MALFORMED, 2, "index" },
    { "a PCR is negative", "[{\"pcr\":{\"index\":-1,\"bank\":\"SHA1\"},\"tpm_events\":[]}]",
      ASSAY_MALFORMED, 35, "index" },
    { "a PCR is 2^32", "[{\"pcr\":{\"index\":4294967296,\"bank\":\"SHA1\"},\"tpm_events\":[]}]",
      ASSAY_MALFORMED, 43, "index" },
    { "a PCR is a word", "[{\"pcr\":{\"index\":\"seven\",\"bank\":\"SHA1\"},\"tpm_events\":[]}]",
      ASSAY_MALFORMED, 40, "index" },
    { "a PCR has no digits", "[{\"pcr\":{\"index\":\"pcr_\",\"bank\":\"SHA1\"},\"tpm_events\":[]}]",
      ASSAY_MALFORMED, 39, "index" },
    { "a bank is unknown", "[{\"pcr\":{\"index\":0,\"bank\":\"MD5\"},\"tpm_events\":[]}]",
      ASSAY_MALFORMED, 33, "bank" },
    { "a bank is missing", "[{\"pcr\":{\"index\":0},\"tpm_events\":[]}]", ASSAY_MALFORMED, 20, "bank" },
    { "an event is a number", HEAD "\"tpm_events\":[1]}]", ASSAY_MALFORMED, 34, "measurement" },
    { "an event has no digest", HEAD "\"tpm_events\":[" FIRST ",{}]}]", ASSAY_MALFORMED, 63,
      "measurement" },
    { "an event has two digests",
      HEAD "\"tpm_events\":[{\"measurement\":\"00\",\"value\":\"00\"}]}]", ASSAY_MALFORMED, 34,
      "measurement" },
    { "a digest is empty", HEAD "\"tpm_events\":[{\"measurement\":\"\"}]}]", ASSAY_MALFORMED, 34,
      "measurement" },
    { "a digest has an odd number of digits", HEAD "\"tpm_events\":[{\"measurement\":\"000\"}]}]",
      ASSAY_MALFORMED, 34, "measurement" },
    { "a digest has a letter", HEAD "\"tpm_events\":[{\"measurement\":\"0g\"}]}]", ASSAY_MALFORMED, 34,
      "measurement" },
    { "a digest has 65 bytes",
      HEAD "\"tpm_events\":[{\"measurement\":\"" SHA256_OF_ZEROS SHA256_OF_ZEROS "00\"}]}]",
      ASSAY_MALFORMED, 34, "measurement" },
    { "a digest is written with escapes", HEAD "\"tpm_events\":[{\"measurement\":\"\\u0030a\"}]}]",
      ASSAY_MALFORMED, 34, "measurement" },
    { "a type is a number", HEAD "\"tpm_events\":[{\"type_id\":1,\"measurement\":\"00\"}]}]",
      ASSAY_MALFORMED, 75, "type_id" },
    { "a type has nine digits",
      HEAD "\"tpm_events\":[{\"type_id\":\"0x100000000\",\"measurement\":\"00\"}]}]", ASSAY_MALFORMED,
      87, "type_id" },
    { "the tags are a string", HEAD "\"tpm_events\":[{\"tags\":\"a\",\"measurement\":\"00\"}]}]",
      ASSAY_MALFORMED, 74, "tags" },
    { "a tag is a number", HEAD "\"tpm_events\":[{\"tags\":[1],\"measurement\":\"00\"}]}]",
      ASSAY_MALFORMED, 74, "tags" },
    { "XML has no eventLog", "<tpm_quote_response/>", ASSAY_MALFORMED, 0, "eventLog" },
    { "XML has two", XML("[]<eventLog>"), ASSAY_MALFORMED, 32, "eventLog" },
    { "XML has two in a row", "<eventLog>[]</eventLog><eventLog>[]</eventLog>", ASSAY_MALFORMED, 12,
      "eventLog" },
    { "an eventLog has an element", XML("[<a/>]"), ASSAY_MALFORMED, 31, "eventLog" },
    { "an eventLog does not end", "<eventLog>[]", ASSAY_MALFORMED, 12, "eventLog" },
    { "XML has a comment", "<!-- <eventLog>[]</eventLog> -->", ASSAY_MALFORMED, 0, NULL },
    { "a reference has no name", XML("[&;]"), ASSAY_MALFORMED, 31, "eventLog" },
    { "a reference does not end", XML("[&#34]"), ASSAY_MALFORMED, 31, "eventLog" },
    { "a reference is to a surrogate", XML("[&#xD800;]"), ASSAY_MALFORMED, 31, "eventLog" },
    { "a reference is beyond Unicode", XML("[&#x110000;]"), ASSAY_MALFORMED, 31, "eventLog" },
    { "an eventLog is base64", XML("&#87;10="), ASSAY_MALFORMED, 35, NULL },
    { "an eventLog is empty", XML(""), ASSAY_TRUNCATED, 30, NULL },
};

Test(inteljson, each_fault_is_told_with_its_place)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const reading reading =
            read_log(assay_bytes_of_string(wrong[i].text), "inteljson", &findings);

        cr_expect_eq(reading.status, -wrong[i].kind, "%s: %d, %s", wrong[i].what, reading.status,
                     reading.error.what);
        cr_expect_eq(reading.error.offset, wrong[i].offset, "%s: %zu, %s", wrong[i].what,
                     (size_t)reading.error.offset, reading.error.what);
        cr_expect(reading.error.field == wrong[i].field ||
                      (reading.error.field != NULL && wrong[i].field != NULL &&
                       strcmp(reading.error.field, wrong[i].field) == 0),
                  "%s: %s", wrong[i].what, reading.error.field);
    }
}

/* A tree may be dozens of times as large as such text. */
Test(inteljson, text_whose_tree_is_out_of_proportion_is_refused)
{
    static char text[1 << 16];

    memset(text, '[', sizeof text);
    reading reading = read_log(assay_bytes_of(text, sizeof text), "inteljson", NULL);
    cr_expect_eq(reading.status, -ASSAY_TOO_LARGE);
    memset(text, ',', sizeof text);
    text[0] = '[';
    reading = read_log(assay_bytes_of(text, sizeof text), "inteljson", NULL);
    cr_expect_eq(reading.status, -ASSAY_TOO_LARGE);
    memset(text + 1, '"', 1); /* in a string, commas are nothing */
    text[sizeof text - 2] = '"';
    text[sizeof text - 1] = ']';
    reading = read_log(assay_bytes_of(text, sizeof text), "inteljson", NULL);
    cr_expect_eq(reading.status, -ASSAY_MALFORMED, "%s", reading.error.what);
}

Test(inteljson, no_part_of_a_document_is_a_shorter_log)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const size_t size = strlen(shapes[i].text);

        for (size_t part = 1; part + 2 < size; part++) {
            uint8_t *const copy = malloc(part);

            memcpy(copy, shapes[i].text, part);
            const reading reading = read_log(assay_bytes_of(copy, part), "inteljson", &findings);
            cr_expect_lt(reading.status, 0, "%zu of shape %zu", part, i);
            cr_expect(reading_explained(&reading, part));
            free(copy);
        }
    }
}
