/* SPDX-License-Identifier: BSD-2-Clause */
/* policy/lcp/vlpjson.h: there and back, what may be left out, what is refused. */
#include <criterion/criterion.h>

#include "policy/lcp/uuid.h"
#include "policy/lcp/vlpjson.h"
#include "tests/allocfail.h"
#include "tests/vlp.h"

enum { CEILING = 1 << 20 };

/* The policy as JSON, and that as bytes again. */
static void there_and_back(const assay_vlp *policy, assay_writer *ret_bytes)
{
    assay_writer json = assay_writer_growing(CEILING), room = assay_writer_growing(CEILING);
    assay_output out = assay_output_json(&json);
    assay_error error = { .what = "" };
    assay_vlp back;

    assay_emit_object(&out, NULL);
    assay_vlp_emit(&out, policy);
    assay_emit_end(&out);
    cr_assert_eq(assay_vlp_json_read(&back, assay_written(&json), &room, NULL, NULL, &error), 0,
                 "%s", error.what);
    assay_vlp_write(&back, ret_bytes);
    assay_writer_close(&room);
    assay_writer_close(&json);
}

static void expect_round_trip(const char *name, assay_bytes bytes)
{
    assay_writer back = assay_writer_growing(CEILING);
    assay_vlp policy;

    cr_assert_eq(assay_vlp_read(&policy, bytes, NULL), 0, "%s", name);
    there_and_back(&policy, &back);
    cr_expect(assay_bytes_equal(assay_written(&back), bytes), "%s", name);
    assay_writer_close(&back);
}

Test(vlp_json, every_policy_of_tb_polgen_comes_back_byte_by_byte)
{
    void *folder = NULL;
    char name[256];

    while (vlp_next_fixture(&folder, name)) {
        assay_file file = vlp_fixture(name);

        expect_round_trip(name, file.bytes);
        assay_file_close(&file);
    }
}

Test(vlp_json, so_does_what_tb_polgen_never_makes)
{
    static const char *const rows[] = {
        "02 00 00 01000000 00000000 01  00 12 01 00000000 01"
        "0102030405060708090a0b0c0d0e0f1011121314", /* SHA-1 of before tboot 1.8 */
        "02 01 12 00000080 78563412 02  82 16 00 3101c101 00  83 ff 01 10000040 00", /* SM3, NV */
        "02 02 0b 01000000 00000000 01  7f 17 00 11000000 00 ffff00", /* a field without meaning */
        "01 02 01000000 02  fe5b6a750b5b334d67b8d783fb4636bf 00 01 02000000 01"
        "0102030405060708090a0b0c0d0e0f1011121314 ffffffffffffffffffffffff" /* padding */
        "00112233445566778899aabbccddeeff 00 00 00000000 00",
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const vlp_bytes bytes = vlp_unhex(rows[i]);

        expect_round_trip(rows[i], assay_bytes_of(bytes.data, bytes.size));
    }
}

/* Reads `json` and expects the bytes of `digits`. */
static void expect_policy(const char *json, assay_vlp_measure *measure, void *context,
                          const char *digits)
{
    const vlp_bytes bytes = vlp_unhex(digits);
    assay_writer room = assay_writer_growing(CEILING), out = assay_writer_growing(CEILING);
    assay_error error = { .what = "" };
    assay_vlp policy;

    cr_expect_eq(
        assay_vlp_json_read(&policy, assay_bytes_of_string(json), &room, measure, context, &error),
        0, "%s: %s", json, error.what);
    assay_vlp_write(&policy, &out);
    cr_expect(assay_bytes_equal(assay_written(&out), assay_bytes_of(bytes.data, bytes.size)), "%s",
              json);
    assay_writer_close(&out);
    assay_writer_close(&room);
}

Test(vlp_json, what_goes_without_saying_may_be_left_out)
{
    expect_policy("{\"type\":\"halt\",\"alg\":\"sha256\",\"entries\":[]}", NULL, NULL,
                  "02 02 0b 01000000 00000000 00");
    expect_policy(" {\"policy\":{\"type\":\"continue\",\"alg\":\"SHA-384\",\"control\":\"0x0\","
                  "\"entries\":[{\"num\":\"any\",\"pcr\":17}]},\"assay\":{},\"remarks\":[]}\n",
                  NULL, NULL, "02 01 0c 00000000 00000000 01  81 11 00 00000000 00");
    expect_policy("{\"type\":\"nonfatal\",\"alg\":\"sm3_256\",\"entries\":["
                  "{\"num\":\"nv-raw\",\"nv_index\":\"0x01c10131\",\"pcr\":\"none\"},"
                  "{\"num\":\"nv\",\"nv_index\":1,\"pcr\":\"22\",\"hash\":\"image\"}]}",
                  NULL, NULL,
                  "02 00 12 01000000 00000000 02  83 ff 00 3101c101 00  82 16 01 01000000 00");
}

/* A digest whose bytes tell what was asked for. */
static int measure(void *context, const char *image, assay_bytes cmdline, uint16_t alg,
                   assay_digest *ret_digest, assay_error *error)
{
    (void)error;
    ++*(unsigned *)context;
    *ret_digest = (assay_digest){ .alg = alg, .size = 20 };
    ret_digest->value[0] = (uint8_t)image[0];
    ret_digest->value[1] = (uint8_t)cmdline.size;
    return 0;
}

Test(vlp_json, images_are_measured_where_they_stand)
{
    unsigned measured = 0;

    expect_policy("{\"type\":\"halt\",\"alg\":\"sha1\",\"entries\":[{\"num\":0,\"pcr\":18,"
                  "\"image\":\"a\",\"cmdline\":\"quiet\",\"hashes\":["
                  "\"0102030405060708090A0B0C0D0E0F1011121314\","
                  "{\"image\":\"b\",\"cmdline\":\"\"}]}]}",
                  measure, &measured,
                  "02 02 04 01000000 00000000 01  00 12 01 00000000 03"
                  "0102030405060708090a0b0c0d0e0f1011121314"
                  "6200 000000000000000000000000000000000000"
                  "6105 000000000000000000000000000000000000");
    cr_expect_eq(measured, 2);
}

/* Refused. */

#define POLICY(entries) "{\"type\":\"halt\",\"alg\":\"sha256\",\"entries\":[" entries "]}"
#define HASHES(hashes) POLICY("{\"num\":0,\"pcr\":17,\"hashes\":" hashes "}")

/* "entries[0].num: 0 to 127 ...": the path before the colon ends with the field. */
static bool ends_path(const char *what, const char *field)
{
    const char *const colon = strchr(what, ':');
    const size_t size = strlen(field);

    return colon != NULL && (size_t)(colon - what) >= size &&
           memcmp(colon - size, field, size) == 0;
}

Test(vlp_json, a_uuid_of_version_1_is_read_as_tboot_writes_it)
{
    static const char text[] = "{\"version\":1,\"type\":\"halt\",\"entries\":["
                               "{\"uuid\":\"756a5bfe-5b0b-4d33-b867-d783fb4636bf\"}]}";
    assay_writer room = assay_writer_growing(CEILING);
    assay_vlp policy;

    cr_assert_eq(assay_vlp_json_read(&policy, ASSAY_LITERAL(text), &room, NULL, NULL, NULL), 0);
    cr_expect_str_eq(assay_lcp_uuid_name(&policy.entries[0].uuid), "vmm");
    assay_writer_close(&room);
}

Test(vlp_json, what_is_no_policy_is_refused_by_name)
{
    static const struct {
        const char *json;
        int kind;
        const char *field, *what; /* NULL: none; a part of the sentence */
    } rows[] = {
        { "", ASSAY_TRUNCATED, NULL, "ends too early" },
        { "{", ASSAY_TRUNCATED, NULL, "line 1" },
        { "{\n\"type\" \"halt\"}", ASSAY_MALFORMED, NULL, "line 2" },
        { "[]", ASSAY_MALFORMED, NULL, "no object" },
        { "{\"type\":\"halt\",\"type\":\"halt\"}", ASSAY_MALFORMED, NULL, "twice" },
        { POLICY("") "x", ASSAY_MALFORMED, NULL, "something follows the document" },
        { "{\"typ\":\"halt\"}", ASSAY_MALFORMED, NULL, "'typ'" },
        { "{\"a\\u001b[31m\":1}", ASSAY_MALFORMED, NULL, "the key '...'" },
        { "{\"policy\":{},\"polices\":1}", ASSAY_MALFORMED, NULL, "'polices'" },
        { "{\"policy\":1}", ASSAY_MALFORMED, "policy", "an object" },
        { "{\"version\":3}", ASSAY_MALFORMED, "version", "1 or 2" },
        { "{\"version\":0}", ASSAY_MALFORMED, "version", "1 or 2" },
        { "{\"entries\":[]}", ASSAY_MALFORMED, "type", "'halt'" },
        { "{\"type\":\"stop\"}", ASSAY_MALFORMED, "type", "'halt'" },
        { "{\"type\":\"halt\",\"entries\":[]}", ASSAY_MALFORMED, "alg", "wanted" },
        { "{\"type\":\"halt\",\"alg\":\"sha3_256\"}", ASSAY_MALFORMED, "alg", "wanted" },
        { "{\"type\":\"halt\",\"alg\":\"sha256\",\"alg_number\":0}", ASSAY_MALFORMED, "alg_number",
          "of sha1" },
        { "{\"type\":\"halt\",\"control\":4294967296}", ASSAY_MALFORMED, "control",
          "more than 4294967295" },
        { "{\"type\":\"halt\",\"control\":-1}", ASSAY_MALFORMED, "control", "no number" },
        { "{\"type\":\"halt\",\"alg\":\"sha256\"}", ASSAY_MALFORMED, "entries", "missing" },
        { "{\"version\":1,\"type\":\"halt\",\"alg\":\"sha1\"}", ASSAY_MALFORMED, NULL, "'alg'" },
        { POLICY("7"), ASSAY_MALFORMED, "entries[0]", "no object" },
        { POLICY("{\"num\":128,\"pcr\":17}"), ASSAY_MALFORMED, "num", "0 to 127" },
        { POLICY("{\"num\":1.5,\"pcr\":17}"), ASSAY_MALFORMED, "num", "0 to 127" },
        { POLICY("{\"pcr\":17}"), ASSAY_MALFORMED, "num", "0 to 127" },
        { POLICY("{\"num\":0}"), ASSAY_MALFORMED, "pcr", "0 to 23" },
        { POLICY("{\"num\":0,\"pcr\":24}"), ASSAY_MALFORMED, "pcr", "0 to 23" },
        { POLICY("{\"num\":0,\"pcr\":17},{\"num\":1,\"pcr\":17,\"pcrs\":1}"), ASSAY_MALFORMED, NULL,
          "entries[1]: the key 'pcrs' is unknown here" },
        { POLICY("{\"num\":\"nv\",\"pcr\":22}"), ASSAY_MALFORMED, "nv_index", "missing" },
        { POLICY("{\"num\":0,\"pcr\":17,\"hash\":\"none\"}"), ASSAY_MALFORMED, "hash", "'image'" },
        { HASHES("1"), ASSAY_MALFORMED, "hashes", "a list" },
        { HASHES("[1]"), ASSAY_MALFORMED, "hashes", "a digest" },
        { HASHES("[\"00\"]"), ASSAY_MALFORMED, "hashes", "number of hexadecimal digits" },
        { HASHES("[\"zz02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20\"]"),
          ASSAY_MALFORMED, "hashes", "not hexadecimal" },
        { HASHES("[{\"image\":\"a\",\"cmdline\":\"\"}]"), ASSAY_UNSUPPORTED, "image", "measured" },
        { HASHES("[{\"image\":\"a\"}]"), ASSAY_MALFORMED, "cmdline", "missing" },
        { HASHES("[{\"image\":\"a\",\"cmdlin\":\"\"}]"), ASSAY_MALFORMED, NULL, "'cmdlin'" },
        { HASHES("[{\"image\":\"\",\"cmdline\":\"\"}]"), ASSAY_MALFORMED, "image", "a file" },
        { POLICY("{\"num\":0,\"pcr\":17,\"cmdline\":\"a\"}"), ASSAY_MALFORMED, "image", "without" },
        { POLICY("{\"num\":0,\"pcr\":17,\"image\":\"a\",\"cmdline\":1}"), ASSAY_MALFORMED,
          "cmdline", "text" },
        { "{\"type\":\"halt\",\"alg\":\"sha256\",\"entries\":[],\"trailing\":\"0\"}",
          ASSAY_MALFORMED, "trailing", "hexadecimal" },
        { "{\"version\":1,\"type\":\"halt\",\"entries\":[{\"uuid\":\"xen\"}]}", ASSAY_MALFORMED,
          "uuid", "'vmm'" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_writer room = assay_writer_growing(CEILING);
        assay_error error = { .what = "" };
        assay_vlp policy;

        cr_expect_eq(assay_vlp_json_read(&policy, assay_bytes_of_string(rows[i].json), &room, NULL,
                                         NULL, &error),
                     -rows[i].kind, "%s: %s", rows[i].json, error.what);
        cr_expect(strstr(error.what, rows[i].what) != NULL, "%s: %s", rows[i].json, error.what);
        if (rows[i].field != NULL)
            cr_expect(ends_path(error.what, rows[i].field), "%s: %s", rows[i].json, error.what);
        assay_writer_close(&room);
    }
}

static void put_many(assay_writer *json, unsigned entries, unsigned hashes)
{
    assay_put_string(json, "{\"type\":\"halt\",\"alg\":\"sha1\",\"entries\":[");
    for (unsigned i = 0; i < entries; i++) {
        assay_put_format(json, "%s{\"num\":1,\"pcr\":17,\"hashes\":[", i > 0 ? "," : "");
        for (unsigned h = 0; h < hashes; h++)
            assay_put_format(json, "%s\"0102030405060708090a0b0c0d0e0f1011121314\"",
                             h > 0 ? "," : "");
        assay_put_string(json, "]}");
    }
    assay_put_string(json, "]}");
}

Test(vlp_json, a_full_policy_is_read_and_one_more_is_refused)
{
    static const struct {
        unsigned entries, hashes;
        int status;
    } rows[] = { { 255, 255, 0 }, { 256, 0, -ASSAY_MALFORMED }, { 1, 256, -ASSAY_MALFORMED } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_writer json = assay_writer_growing(ASSAY_VLP_JSON_MAX);
        assay_writer room = assay_writer_growing(ASSAY_VLP_SIZE_MAX);
        assay_vlp policy;

        put_many(&json, rows[i].entries, rows[i].hashes);
        cr_expect_eq(assay_vlp_json_read(&policy, assay_written(&json), &room, NULL, NULL, NULL),
                     rows[i].status);
        if (rows[i].status == 0)
            cr_expect_eq(assay_vlp_size(&policy), 12 + 255 * (8 + 255 * 20));
        assay_writer_close(&room);
        assay_writer_close(&json);
    }
}

Test(vlp_json, more_values_than_any_policy_has_are_refused_before_they_take_memory)
{
    assay_writer json = assay_writer_growing(CEILING), room = assay_writer_growing(CEILING);
    assay_error error = { .what = "" };
    assay_vlp policy;

    for (unsigned i = 0; i < 450000; i++)
        assay_put_char(&json, '[');
    cr_expect_eq(assay_vlp_json_read(&policy, assay_written(&json), &room, NULL, NULL, &error),
                 -ASSAY_TOO_LARGE);
    assay_writer_close(&room);
    assay_writer_close(&json);
}

Test(vlp_json, a_policy_looks_like_json_only_when_it_begins_so)
{
    cr_expect(assay_vlp_json_detect(ASSAY_LITERAL(" \t\r\n{")));
    cr_expect_not(assay_vlp_json_detect(ASSAY_LITERAL("")));
    cr_expect_not(assay_vlp_json_detect(ASSAY_LITERAL(" \0{")));
    cr_expect_not(assay_vlp_json_detect(ASSAY_LITERAL("\x02\x02\x0b")));
}

static int read_and_hash(void)
{
    static const char text[] =
        HASHES("[\"0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20\"]");
    assay_writer room = assay_writer_growing(CEILING);
    assay_hashes *hashes = assay_hashes_new();
    assay_digest digest;
    assay_vlp policy;
    int status = hashes == NULL
                     ? -ASSAY_NO_MEMORY
                     : assay_vlp_json_read(&policy, ASSAY_LITERAL(text), &room, NULL, NULL, NULL);

    if (status == 0)
        status = assay_vlp_event_digest(&policy, hashes, ASSAY_ALG_SHA256, ASSAY_ALG_SHA1, &digest);
    assay_hashes_free(&hashes);
    assay_writer_close(&room);
    return status;
}

Test(vlp_json, each_allocation_may_fail)
{
    cr_expect_gt(each_allocation_fails("vlp_json", read_and_hash), 1);
}
