/* SPDX-License-Identifier: BSD-2-Clause */
/* What the fields of IMA's entries say; the entries are those of fixtures/logs/ima.py. */
#include <criterion/criterion.h>

#include "base/file.h"
#include "eventlog/log.h"
#include "eventlog/payload/imabuf.h"
#include "eventlog/payload/imasig.h"
#include "eventlog/payload/payload.h"

enum { CEILING = 1 << 20, ENTRIES = 13, ROOM = 4096 };

static const struct {
    const char *summary, *json;
} expected[ENTRIES] = {
    { "boot_aggregate, sha256 0000000000000000...",
      "{\"template\":\"ima-sig\",\"violation\":false,\"file_digest\":{\"algorithm\":\"sha256\","
      "\"value\":\"0000000000000000000000000000000000000000000000000000000000000000\"},"
      "\"file_name\":\"boot_aggregate\"}\n" },
    /* printf init | sha1sum */
    { "/init, sha1 fd62812fbd9ec4c7...",
      "{\"template\":\"ima\",\"violation\":false,\"file_digest\":{\"algorithm\":\"sha1\","
      "\"value\":\"fd62812fbd9ec4c7f99aa4f6253fead2388eb238\"},\"file_name\":\"/init\"}\n" },
    { "/usr/bin/sh, sha1 16795633e2c15430...",
      "{\"template\":\"ima-ng\",\"violation\":false,\"file_digest\":{\"algorithm\":\"sha1\","
      "\"value\":\"16795633e2c1543064a3ad70ac3ba71d3d589b3b\"},\"file_name\":\"/usr/bin/sh\"}\n" },
    { "violation: /var/log/being_written",
      "{\"template\":\"ima-ng\",\"violation\":true,\"file_digest\":{\"algorithm\":\"sha256\","
      "\"value\":\"0000000000000000000000000000000000000000\"},"
      "\"file_name\":\"/var/log/being_written\"}\n" },
    { "/usr/lib/\xc3\xa4, sha512 a4abd4448c49562d...", NULL },
    { "/etc/other, nobody-knows 0001020304050607",
      "{\"template\":\"ima-ng\",\"violation\":false,\"file_digest\":{\"algorithm\":"
      "\"nobody-knows\",\"value\":\"0001020304050607\"},\"file_name\":\"/etc/other\"}\n" },
    { "/usr/bin/ls, sha256 c7b68ac37f364473..., signed with key 0badcafe",
      "{\"template\":\"ima-sig\",\"violation\":false,\"file_digest\":{\"algorithm\":\"sha256\","
      "\"value\":\"c7b68ac37f364473e922936708e7f43c293dd07b295171566c07ff5fe024fab9\"},"
      "\"file_name\":\"/usr/bin/ls\",\"signature\":{\"type\":\"IMA signature\",\"size\":33,"
      "\"version\":2,\"hash_algorithm\":\"sha256\",\"key_id\":\"0badcafe\",\"signature_size\":24}}"
      "\n" },
    { "/opt/a, verity sha256 ca978112ca1bbdca...",
      "{\"template\":\"ima-ngv2\",\"violation\":false,\"file_digest\":{\"type\":\"verity\","
      "\"algorithm\":\"sha256\","
      "\"value\":\"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb\"},"
      "\"file_name\":\"/opt/a\"}\n" },
    { "/opt/b, ima sha256 3e23e8160039594a..., signed with key 0badcafe", NULL },
    { "kexec-cmdline: root=/dev/vda1 ro",
      "{\"template\":\"ima-buf\",\"violation\":false,\"file_digest\":{\"algorithm\":\"sha256\","
      "\"value\":\"046e81c9df60c60c2e6a7874e0b968916add4a951e5150ef05c02c2a4318354f\"},"
      "\"file_name\":\"kexec-cmdline\",\"buffer\":{\"size\":17,\"text\":\"root=/dev/vda1 ro\"}}"
      "\n" },
    { "/lib/modules/m.ko, sha256 95e80c65583c7840..., with an appended signature",
      "{\"template\":\"ima-modsig\",\"violation\":false,\"file_digest\":{\"algorithm\":\"sha256\","
      "\"value\":\"95e80c65583c7840cabdc9432aa929091f165131c14b61d50f6d73d8bd25d639\"},"
      "\"file_name\":\"/lib/modules/m.ko\",\"modsig_digest\":{\"algorithm\":\"sha256\","
      "\"value\":\"120970d812836f19888625587a4606a5ad23cef31c8684e601771552548fc6b9\"},"
      "\"modsig_size\":5}\n" },
    { "/usr/bin/c, sha256 2e7d2c03a9507ae2..., signed with key 0badcafe",
      "{\"template\":\"evm-sig\",\"violation\":false,\"file_digest\":{\"algorithm\":\"sha256\","
      "\"value\":\"2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6\"},"
      "\"file_name\":\"/usr/bin/c\",\"evm_signature\":{\"type\":\"EVM portable signature\","
      "\"size\":33,\"version\":2,\"hash_algorithm\":\"sha256\",\"key_id\":\"0badcafe\","
      "\"signature_size\":24},\"xattr_names\":[\"security.ima\",\"security.selinux\"],"
      "\"xattr_lengths\":[2,3],\"xattr_values\":\"0001020304\",\"uid\":0,\"gid\":1000,"
      "\"mode\":\"0100755\"}\n" },
    { "/custom, sha1 f9ac14b63a75faf5...",
      "{\"template\":\"n-ng|d-ng\",\"violation\":false,\"file_name\":\"/custom\","
      "\"file_digest\":{\"algorithm\":\"sha1\","
      "\"value\":\"f9ac14b63a75faf57d8db6f919bfabb2502d273c\"}}\n" },
};

static void expect_text(const assay_writer *writer, const char *text, const char *which)
{
    const assay_bytes written = assay_written(writer);

    cr_expect(assay_bytes_equal(written, assay_bytes_of_string(text)), "%s: %.*s", which,
              (int)written.size, (const char *)written.data);
}

static void expect_json(const assay_payload *payload, const char *json)
{
    char room[ROOM];
    assay_writer writer = assay_writer_lent(room, sizeof room);
    assay_output out = assay_output_json_line(&writer);

    assay_emit_object(&out, NULL);
    assay_payload_emit(&out, payload);
    assay_emit_end(&out);
    expect_text(&writer, json, "JSON");
}

static void expect_summary(const assay_payload *payload, const char *summary)
{
    char room[ROOM];
    assay_writer writer = assay_writer_lent(room, sizeof room);

    assay_payload_summary(&writer, payload);
    expect_text(&writer, summary, "summary");
}

static void expect_encoded(const assay_payload *payload)
{
    uint8_t room[ROOM];
    assay_writer writer = assay_writer_lent(room, sizeof room);

    assay_payload_encode(&writer, payload);
    cr_expect(assay_bytes_equal(assay_written(&writer), payload->data));
}

Test(payload_ima, every_template_is_decoded)
{
    assay_payload payload;
    assay_event event;
    assay_file file;
    assay_log log;
    size_t i = 0;

    cr_assert_eq(assay_file_read(&file, "fixtures/logs/ima.bin", CEILING, NULL), 0);
    cr_assert_eq(assay_log_open(&log, file.bytes, NULL, NULL, NULL), 0);
    for (; assay_log_next(&log, &event) > 0 && i < ENTRIES; i++) {
        assay_payload_decode(&event, &payload);
        cr_assert_eq(payload.kind, ASSAY_PAYLOAD_IMA, "entry %zu", i);
        expect_summary(&payload, expected[i].summary);
        if (expected[i].json != NULL)
            expect_json(&payload, expected[i].json);
        expect_encoded(&payload);
    }
    cr_expect_eq(i, ENTRIES);
    assay_file_close(&file);
}

/* The numbers of a big-endian kernel are big endian, too. */
Test(payload_ima, a_big_endian_list_says_the_same)
{
    assay_payload payload;
    assay_event event;
    assay_file file;
    assay_log log;
    size_t i = 0;

    cr_assert_eq(assay_file_read(&file, "fixtures/logs/ima-big-endian.bin", CEILING, NULL), 0);
    cr_assert_eq(assay_log_open(&log, file.bytes, NULL, NULL, NULL), 0);
    for (; assay_log_next(&log, &event) > 0; i++) {
        const size_t same = i == 0 ? 0 : i + 1; /* it has no entry of template "ima" */

        assay_payload_decode(&event, &payload);
        expect_summary(&payload, expected[same].summary);
        if (expected[same].json != NULL)
            expect_json(&payload, expected[same].json);
        expect_encoded(&payload);
    }
    cr_expect_eq(i, ENTRIES - 1);
    assay_file_close(&file);
}

/* An entry of a template, decoded. */
static assay_payload decode(assay_event *event, assay_bytes name, assay_bytes data)
{
    static const uint8_t digest[20] = { 1 };
    assay_payload payload;

    *event = (assay_event){ .type = ASSAY_NO_EVENT_TYPE,
                            .content = ASSAY_CONTENT_IMA_TEMPLATE,
                            .digest_count = 1,
                            .digests = { { ASSAY_ALG_SHA1, { digest, sizeof digest } } },
                            .name = name,
                            .data = data };
    assay_payload_decode(event, &payload);
    return payload;
}

Test(payload_ima, fields_of_an_unknown_template_stay_visible)
{
    assay_event event;
    const assay_payload payload =
        decode(&event, ASSAY_LITERAL("ima-new"), ASSAY_LITERAL("\2\0\0\0ab\0\0\0\0\1\0\0\0c"));

    expect_summary(&payload, "an entry of 3 fields");
    expect_json(&payload, "{\"template\":\"ima-new\",\"violation\":false,"
                          "\"fields\":[\"6162\",\"\",\"63\"]}\n");
    expect_encoded(&payload);
}

Test(payload_ima, a_template_with_other_fields_than_its_own_is_unknown)
{
    assay_event event;
    const assay_payload payload =
        decode(&event, ASSAY_LITERAL("ima-ng"), ASSAY_LITERAL("\1\0\0\0a"));

    expect_json(&payload, "{\"template\":\"ima-ng\",\"violation\":false,\"fields\":[\"61\"]}\n");
}

Test(payload_ima, data_that_are_no_fields_are_opaque)
{
    static const assay_bytes data[] = { ASSAY_LITERAL("\2\0\0\0a"), ASSAY_LITERAL("abc"),
                                        ASSAY_LITERAL("\1\0\0\0aX") };
    assay_event event;

    for (size_t i = 0; i < sizeof data / sizeof *data; i++)
        cr_expect_eq(decode(&event, ASSAY_LITERAL("ima-ng"), data[i]).kind, ASSAY_PAYLOAD_OPAQUE);
}

/* A custom format may name a field twice; an object has each key once. */
Test(payload_ima, a_field_named_twice_is_shown_once)
{
    assay_event event;
    const assay_payload payload = decode(&event, ASSAY_LITERAL("n-ng|n-ng|n"),
                                         ASSAY_LITERAL("\2\0\0\0a\0\2\0\0\0b\0\2\0\0\0c\0"));

    expect_json(&payload,
                "{\"template\":\"n-ng|n-ng|n\",\"violation\":false,\"file_name\":\"a\"}\n");
    expect_encoded(&payload);
}

static void expect_buffer(assay_bytes buffer, const char *summary)
{
    char room[ROOM];
    assay_writer writer = assay_writer_lent(room, sizeof room);

    assay_ima_buffer_summary(&writer, buffer);
    expect_text(&writer, summary, "buffer");
}

Test(payload_ima, a_buffer_is_text_or_a_number_of_bytes)
{
    expect_buffer(ASSAY_LITERAL("6.1.0-18-amd64"), ": 6.1.0-18-amd64");
    expect_buffer(ASSAY_LITERAL("a=1;\nb=2;\0"), ": a=1;\nb=2;");
    expect_buffer(ASSAY_LITERAL("\x1b[2J"), ": 4 bytes");
    expect_buffer(ASSAY_LITERAL("\xff\xfe"), ": 2 bytes");
    expect_buffer(ASSAY_LITERAL("x"), ": 1 byte");
    expect_buffer(ASSAY_LITERAL("\0\0"), ": 2 bytes");
}

static void expect_signature(assay_bytes attribute, const char *summary)
{
    char room[ROOM];
    assay_writer writer = assay_writer_lent(room, sizeof room);

    assay_ima_signature_summary(&writer, attribute);
    expect_text(&writer, summary, "signature");
}

Test(payload_ima, a_signature_tells_its_key_or_how_long_it_is)
{
    expect_signature(ASSAY_LITERAL("\3\2\4\x12\x34\x56\x78\0\1X"), "signed with key 12345678");
    expect_signature(ASSAY_LITERAL("\3\2\4\x12\x34"), "5 bytes of IMA signature");
    expect_signature(ASSAY_LITERAL("\3\1\0\0\0\0\0\0\0\0\0"), "11 bytes of IMA signature");
    expect_signature(ASSAY_LITERAL("\4\2abc"), "5 bytes of IMA digest");
    expect_signature(ASSAY_LITERAL("\7abc"), "4 bytes of a signature unknown here");
    cr_expect_str_eq(assay_ima_hash_name(4), "sha256");
    cr_expect_str_eq(assay_ima_hash_name(17), "sm3");
    cr_expect_null(assay_ima_hash_name(23));
}

/* template_fields of the kernel's ima_template.c. */
Test(payload_ima, fields_have_the_kernels_names)
{
    cr_expect_str_eq(assay_ima_field_id(ASSAY_IMA_D), "d");
    cr_expect_str_eq(assay_ima_field_id(ASSAY_IMA_D_NGV2), "d-ngv2");
    cr_expect_str_eq(assay_ima_field_id(ASSAY_IMA_D_MODSIG), "d-modsig");
    cr_expect_str_eq(assay_ima_field_id(ASSAY_IMA_XATTRVALUES), "xattrvalues");
    cr_expect_null(assay_ima_field_id(ASSAY_IMA_FIELD_IDS));
}
