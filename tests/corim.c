/* SPDX-License-Identifier: BSD-2-Clause */
/* The format corim: its bytes beside those of python3-cbor2, what is lost, and the way back. */
#include <criterion/criterion.h>

#include "policy/export/corim/corim.h"
#include "tests/allocfail.h"
#include "tests/exported.h"
#include "tests/unhex.h"

static assay_hashes *hashes;

static void set_up(void)
{
    hashes = assay_hashes_new();
}

static void tear_down(void)
{
    assay_hashes_free(&hashes);
}

TestSuite(corim, .init = set_up, .fini = tear_down);

/* Two boots of an image: PCR 17 and 18, the first also of SHA-384 and of SHA-1. */
static assay_reference *image(void)
{
    assay_reference *const reference = assay_reference_new("compute-image");

    reference->vendor = "Example Build";
    reference->vendor_uri = "https://builds.example";
    reference->revision = 3;
    reference->not_before = "2026-01-01T00:00:00Z";
    reference->not_after = "2026-04-01T00:00:00Z";
    reference->environment.class_id = "67b28b6c-34cc-40a1-9117-ab5b05911e37";
    assay_reference_variant *variant = add_test_variant(reference, "old");
    set_test_value(variant, ASSAY_ALG_SHA1, 17, 0x10);
    set_test_value(variant, ASSAY_ALG_SHA384, 17, 0x12);
    set_test_value(variant, ASSAY_ALG_SHA256, 17, 0x11);
    set_test_value(variant, ASSAY_ALG_SHA256, 18, 0x13);
    variant = add_test_variant(reference, "new");
    set_test_value(variant, ASSAY_ALG_SHA256, 17, 0x21);
    set_test_value(variant, ASSAY_ALG_SHA256, 18, 0x23);
    return reference;
}

#define ENVIRONMENT                                                                                \
    "a100 a3 00 d825 50 67b28b6c34cc40a19117ab5b05911e37"                                          \
    "01 6d 4578616d706c65204275696c64 02 6d 636f6d707574652d696d616765"
#define SHA256(b) b b b b b b b b b b b b b b b b b b b b b b b b b b b b b b b b

/*
 * What python3-cbor2 5.4 makes of
 *     501({0: "compute-image-2026.01", 1: [506(<<{1: {0: h'1111..5555', 1: 2}, 2: [...],
 *          4: {0: [[ENVIRONMENT, [{0: 17, 1: {2: [[1, h'11..'], [7, h'12..']]}}, ...]], ...]}}>>)],
 *          4: {0: 1(1767225600), 1: 1(1775001600)}, 5: [{0: "Example Build", 1: 32(...), 2: [1]}]})
 */
static const char expected[] =
    "d901f5 a4 00 75 636f6d707574652d696d6167652d323032362e3031"
    "01 81 d901fa 590199"
    "a3 01 a2 00 50 11111111222243338444555555555555 01 02"
    "02 81 a3 00 6d 4578616d706c65204275696c64"
    "01 d820 76 68747470733a2f2f6275696c64732e6578616d706c65 02 82 00 01"
    "04 a1 00 82"
    "82" ENVIRONMENT "82"
    "a2 00 11 01 a1 02 82 82 01 5820" SHA256("11")
    "82 07 5830" SHA256("12") "12121212121212121212121212121212"
    "a2 00 12 01 a1 02 81 82 01 5820" SHA256("13")
    "82" ENVIRONMENT "82"
    "a2 00 11 01 a1 02 81 82 01 5820" SHA256("21")
    "a2 00 12 01 a1 02 81 82 01 5820" SHA256("23")
    "04 a2 00 c1 1a 6955b900 01 c1 1a 69cc6000"
    "05 81 a3 00 6d 4578616d706c65204275696c64"
    "01 d820 76 68747470733a2f2f6275696c64732e6578616d706c65 02 81 01";

static const assay_export_setting ids[] = {
    { "id", "compute-image-2026.01" },
    { "tag-id", "11111111-2222-4333-8444-555555555555" },
};

Test(corim, is_the_bytes_of_another_encoder)
{
    assay_reference *reference = image();
    assay_export_job job = job_of(reference, hashes);
    const unhexed bytes = unhex(expected);

    job.settings = ids;
    job.setting_count = 2;
    cr_expect(assay_bytes_equal(exported("corim", &job), unhexed_bytes(&bytes)));
    cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, "bank sha1"));
    cr_expect(has_note(&job, ASSAY_EXPORT_NATURE, "names of the variants"));
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "of 2 triples"));
    cr_expect_not(has_note(&job, ASSAY_EXPORT_LOSS, "version"));
    cr_expect_not(assay_export_is_refused(&job));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(corim, comes_back_as_what_it_says)
{
    const unhexed bytes = unhex(expected);
    assay_import_job job = { .hashes = hashes };
    assay_error error = { .what = "" };
    assay_reference *back;

    cr_assert_eq(import_bytes("corim", unhexed_bytes(&bytes), &job, &back, &error), 0, "%s",
                 error.what);
    cr_expect_str_eq(back->name, "compute-image");
    cr_expect_str_eq(back->vendor, "Example Build");
    cr_expect_str_eq(back->vendor_uri, "https://builds.example");
    cr_expect_eq(back->revision, 3);
    cr_expect_str_eq(back->not_before, "2026-01-01T00:00:00Z");
    cr_expect_str_eq(back->not_after, "2026-04-01T00:00:00Z");
    cr_expect_str_eq(back->environment.class_id, "67b28b6c-34cc-40a1-9117-ab5b05911e37");
    cr_expect_eq(back->scope, ASSAY_SCOPE_UNSAID);
    cr_assert_eq(back->variant_count, 2);
    cr_expect_eq(assay_reference_value(back, 0, ASSAY_ALG_SHA384, 17).data[47], 0x12);
    cr_expect_eq(assay_reference_value(back, 1, ASSAY_ALG_SHA256, 18).data[31], 0x23);
    cr_expect_null(assay_reference_value(back, 1, ASSAY_ALG_SHA384, 17).data);
    cr_expect_str_eq(back->extensions,
                     "{\"corim\":{\"id\":\"compute-image-2026.01\","
                     "\"tag-id\":\"11111111-2222-4333-8444-555555555555\"}}");
    cr_expect_eq(job.note_count, 0);
    assay_reference_free(&back);
    assay_import_job_free(&job);
}

/* What comes of a reference goes in, comes out, and is the same bytes again. */
static void expect_same_again(const assay_reference *reference,
                              const assay_export_setting *settings, size_t count)
{
    assay_export_job job = job_of(reference, hashes);
    assay_import_job import = { .hashes = hashes };
    assay_error error = { .what = "" };
    assay_reference *back;

    job.settings = settings;
    job.setting_count = count;
    const assay_bytes bytes = exported("corim", &job);
    cr_assert_eq(import_bytes("corim", bytes, &import, &back, &error), 0, "%s", error.what);
    assay_export_job again = job_of(back, hashes);
    cr_expect(assay_bytes_equal(exported("corim", &again), bytes), "%s", reference->name);
    assay_export_job_free(&again);
    assay_reference_free(&back);
    assay_import_job_free(&import);
    assay_export_job_free(&job);
}

Test(corim, is_the_same_bytes_after_the_way_back)
{
    static const assay_export_setting all[] = { { "profile", "parsec-tpm" },
                                                { "form", "integrity-registers" },
                                                { "vendor", "Other" },
                                                { "model", "Machine" } };
    assay_reference *reference = image();

    expect_same_again(reference, NULL, 0);
    expect_same_again(reference, all, 4);
    reference->supersedes = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    reference->environment.class_id = "2.999.1.4711";
    expect_same_again(reference, NULL, 0);
    reference->scope = ASSAY_SCOPE_PLATFORM;
    reference->not_before = NULL;
    expect_same_again(reference, NULL, 0);
    reference->environment.platform_manufacturer = "Maker";
    reference->environment.platform_model = "M1";
    expect_same_again(reference, NULL, 0);
    reference->scope = ASSAY_SCOPE_HOST;
    reference->environment.host = "node7.example";
    expect_same_again(reference, NULL, 0);
    reference->environment.host = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
    reference->vendor = NULL;
    reference->environment.class_id = NULL;
    reference->environment.platform_manufacturer = NULL;
    reference->not_after = NULL;
    expect_same_again(reference, NULL, 0);
    assay_reference_free(&reference);
}

Test(corim, holds_measurement_registers_by_name)
{
    assay_reference *reference = assay_reference_new("guest"), *back;
    assay_reference_variant *const variant = add_test_variant(reference, "boot");
    assay_import_job import = { .hashes = hashes };
    assay_error error = { .what = "" };

    variant->values.measurement_registers = true;
    set_test_value(variant, ASSAY_ALG_SHA384, 1, 0x41);
    expect_same_again(reference, NULL, 0);
    assay_export_job job = job_of(reference, hashes);
    const assay_bytes bytes = exported("corim", &job);
    cr_expect_lt(assay_bytes_find(bytes, ASSAY_LITERAL("\x65rtmr1")), bytes.size);
    cr_assert_eq(import_bytes("corim", bytes, &import, &back, &error), 0, "%s", error.what);
    cr_expect(back->variants[0].values.measurement_registers);
    assay_reference_free(&back);
    assay_import_job_free(&import);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(corim, writes_a_boot_once)
{
    assay_reference *reference = image();
    assay_reference_variant *const variant = add_test_variant(reference, "new again");

    set_test_value(variant, ASSAY_ALG_SHA256, 17, 0x21);
    set_test_value(variant, ASSAY_ALG_SHA256, 18, 0x23);
    add_test_variant(reference, "nothing");
    assay_export_job job = job_of(reference, hashes);
    assay_export_job two = job_of(reference, hashes);
    two.variants = 3;
    job.settings = two.settings = ids;
    job.setting_count = two.setting_count = 2;
    cr_expect(assay_bytes_equal(exported("corim", &job), exported("corim", &two)));
    cr_expect(has_note(&job, ASSAY_EXPORT_LOSS,
                       "variant new again has the values of one before it"));
    cr_expect(
        has_note(&job, ASSAY_EXPORT_LOSS, "variant nothing has no value"));
    assay_export_job_free(&two);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

/* Which refusals there are before Veraison's scheme makes them. */
static bool is_refused(const assay_reference *reference, const assay_export_setting *settings,
                       size_t count, const char *words)
{
    assay_export_job job = job_of(reference, hashes);

    job.settings = settings;
    job.setting_count = count;
    exported("corim", &job);
    const bool refused =
        words == NULL ? assay_export_is_refused(&job)
                      : has_note(&job, ASSAY_EXPORT_REFUSAL, words);
    assay_export_job_free(&job);
    return refused;
}

Test(corim, says_what_parsec_tpm_refuses)
{
    static const assay_export_setting parsec[] = { { "profile", "parsec-tpm" },
                                                   { "form", "integrity-registers" } };
    assay_reference *reference = image();

    cr_expect_not(is_refused(reference, parsec, 1, NULL));
    cr_expect(is_refused(reference, parsec, 2, "integrity-registers"));
    reference->environment.class_id = "2.999.1";
    cr_expect(is_refused(reference, parsec, 1, "a class-id that is a UUID"));
    reference->environment.class_id = NULL;
    cr_expect(is_refused(reference, parsec, 1, "a class-id that is a UUID"));
    reference->scope = ASSAY_SCOPE_HOST;
    reference->environment.host = "node7";
    cr_expect(is_refused(reference, parsec, 1, "of an instance"));
    cr_expect_not(is_refused(reference, NULL, 0, NULL));
    assay_reference_free(&reference);
}

/*
 * hashlib.sha256(32 * b'\x11' + 32 * b'\x13'), and of 0x21 and 0x23: PCR 17 and 18 of the two
 * boots, as a TPM's pcrDigest is made of them (TPM 2.0 Part 2, 10.12.1). Around them what
 * Veraison's comid-enacttrust-refval.json has: an instance, no key, one digest of sha-256.
 */
#define NODE "7df7714eaa044638bcbf434b1dd720f1"
#define QUOTED(digest) "82 a1 01 d825 50 " NODE " 81 a1 01 a1 02 81 82 01 5820 " digest

Test(corim, writes_what_a_node_of_enacttrust_quotes)
{
    static const assay_export_setting node[] = {
        { "profile", "tpm-enacttrust" }, { "instance", "7df7714e-aa04-4638-bcbf-434b1dd720f1" }
    };
    const unhexed triples =
        unhex("82" QUOTED("19477aceff5814681739dd4d0d93ab903f96735dcc30d303c337acfebe8f5a10")
                  QUOTED("fb769cda63b96852030f01084e5097fdf97aeff425fee3451abed3f9751b4f3d"));
    assay_reference *reference = image();
    assay_export_job job = job_of(reference, hashes);

    job.settings = node;
    job.setting_count = 2;
    const assay_bytes bytes = exported("corim", &job);
    cr_expect_lt(assay_bytes_find(bytes, unhexed_bytes(&triples)), bytes.size);
    cr_expect_lt(
        assay_bytes_find(bytes, ASSAY_LITERAL("https://enacttrust.com/veraison/1.0.0")),
        bytes.size);
    cr_expect_not(assay_export_is_refused(&job));
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "a quote's of exactly sha256:17,18"));
    cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, "sha256 is written, not "));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(corim, says_what_tpm_enacttrust_refuses)
{
    static const assay_export_setting nameless[] = {
        { "profile", "tpm-enacttrust" }, { "instance", "node7" }, { "form", "measurements" }
    };
    assay_reference *reference = image();

    cr_expect(is_refused(reference, nameless, 1, "the node's UUID"));
    cr_expect(is_refused(reference, nameless, 2, "the node's UUID"));
    cr_expect(is_refused(reference, nameless, 3, "a quote's: leave out --set form"));
    set_test_value(&reference->variants[1], ASSAY_ALG_SHA256, 19, 0x24);
    cr_expect(is_refused(reference, nameless, 2, "the variants hold different PCRs"));
    assay_reference_free(&reference);
}

static void expect_failure(assay_reference *reference, const char *name, const char *value,
                           int kind)
{
    const assay_export_setting setting = { name, value };
    assay_export_job job = job_of(reference, hashes);
    assay_error error = { .what = "" };

    job.settings = &setting;
    job.setting_count = name != NULL;
    cr_expect_eq(assay_export_write(assay_export_format_by_name("corim"), &job, &error), -kind,
                 "%s: %s", name != NULL ? name : "", error.what);
    cr_expect_str_not_empty(error.what);
    assay_export_job_free(&job);
}

Test(corim, fails_where_nothing_sound_could_be_written)
{
    assay_reference *reference = image();

    expect_failure(reference, "class-id", "one", ASSAY_MALFORMED);
    expect_failure(reference, "form", "round", ASSAY_UNSUPPORTED);
    expect_failure(reference, "colour", "red", ASSAY_UNSUPPORTED);
    reference->not_after = "2026-02-30T00:00:00Z";
    expect_failure(reference, NULL, NULL, ASSAY_MALFORMED);
    reference->not_after = NULL;
    reference->extensions = "{\"corim\":{\"id\":1}}";
    expect_failure(reference, NULL, NULL, ASSAY_MALFORMED);
    reference->extensions = "{\"corim\":{\"critical\":\"\"}}";
    expect_failure(reference, NULL, NULL, ASSAY_MALFORMED);
    reference->extensions = "{\"other\":{}}";
    reference->variant_count = 0;
    expect_failure(reference, NULL, NULL, ASSAY_UNSUPPORTED);
    assay_reference_free(&reference);
}

static int write_and_read(void)
{
    const unhexed bytes = unhex(expected);
    assay_hashes *own = assay_hashes_new();
    assay_import_job job = { .hashes = own };
    assay_reference *back = NULL;
    int status = own == NULL ? -ASSAY_NO_MEMORY : 0;

    assay_export_file file = { .path = "x", .writer = assay_writer_growing(1 << 20) };
    assay_put(&file.writer, unhexed_bytes(&bytes));
    job.files = &file;
    job.file_count = 1;
    if (status == 0 && file.writer.failure == 0)
        status = assay_export_read(assay_export_format_by_name("corim"), &job, &back, NULL);
    else
        status = -ASSAY_NO_MEMORY;
    if (status == 0) {
        assay_export_job again = job_of(back, own);

        status = assay_export_write(assay_export_format_by_name("corim"), &again, NULL);
        assay_export_job_free(&again);
    }
    assay_reference_free(&back);
    assay_import_job_free(&job);
    assay_writer_close(&file.writer);
    assay_hashes_free(&own);
    return status;
}

Test(corim, lives_without_memory)
{
    cr_expect_gt(each_allocation_fails("corim", write_and_read), 0);
}

/* The other ways in which things are written. */

Test(corim, knows_uuids)
{
    static const uint8_t bytes[16] = { 0x67, 0xb2, 0x8b, 0x6c, 0x34, 0xcc, 0x40, 0xa1,
                                       0x91, 0x17, 0xab, 0x5b, 0x05, 0x91, 0x1e, 0x37 };
    uint8_t uuid[16];
    char text[ASSAY_UUID_TEXT];

    cr_expect(assay_uuid_parse(ASSAY_LITERAL("67B28B6C-34cc-40a1-9117-ab5b05911e37"), uuid));
    cr_expect_arr_eq(uuid, bytes, sizeof bytes);
    assay_uuid_format(bytes, text);
    cr_expect_str_eq(text, "67b28b6c-34cc-40a1-9117-ab5b05911e37");
    cr_expect_not(assay_uuid_parse(ASSAY_LITERAL("67b28b6c34cc40a19117ab5b05911e37"), uuid));
    cr_expect_not(assay_uuid_parse(ASSAY_LITERAL("67b28b6c-34cc-40a1-9117-ab5b05911e3"), uuid));
    cr_expect_not(assay_uuid_parse(ASSAY_LITERAL("67b28b6-c34cc-40a1-9117-ab5b05911e37"), uuid));
    cr_expect_not(assay_uuid_parse(ASSAY_LITERAL("67b28b6c-34cc-40a1-9117-ab5b05911e3g"), uuid));
    cr_expect_not(assay_uuid_parse(ASSAY_LITERAL("67b28b6c-34cc-40a1-9117-ab5b05911e-37"), uuid));
    cr_expect_not(assay_uuid_parse(ASSAY_LITERAL("------------------------------------"), uuid));
}

Test(corim, knows_object_identifiers)
{
    /* `openssl asn1parse -genstr OID:...` has these behind 06 and the length. */
    static const struct {
        const char *dots, *hex;
    } rows[] = {
        { "1.2.840.113549.1.1.11", "2a864886f70d01010b" },
        { "2.999.1", "883701" },
        { "2.16.840.1.101.3.4.2.1", "608648016503040201" },
        { "0.0", "00" },
        { "2.100.3", "813403" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const unhexed bytes = unhex(rows[i].hex);
        uint8_t room[32];
        assay_writer writer = assay_writer_lent(room, sizeof room);
        assay_arena arena = { NULL };

        cr_expect(assay_oid_put(&writer, rows[i].dots), "%s", rows[i].dots);
        cr_expect(assay_bytes_equal(assay_written(&writer), unhexed_bytes(&bytes)), "%s",
                  rows[i].dots);
        cr_expect_str_eq(assay_oid_text(&arena, unhexed_bytes(&bytes)), rows[i].dots);
        assay_arena_free(&arena);
    }
    static const char *const none[] = { "", "1", "1.", "3.1", "1.40", "1.2.", "1..2", "1.02", "a.b",
                                        "1.2.18446744073709551616" };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        uint8_t room[32];
        assay_writer writer = assay_writer_lent(room, sizeof room);

        cr_expect_not(assay_oid_put(&writer, none[i]), "%s", none[i]);
    }
    static const char *const malformed[] = { "", "80", "2a80", "2a8001",
                                             "2affffffffffffffffffff7f" };
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        const unhexed bytes = unhex(malformed[i]);
        assay_arena arena = { NULL };

        cr_expect_null(assay_oid_text(&arena, unhexed_bytes(&bytes)), "%s", malformed[i]);
        assay_arena_free(&arena);
    }
}

Test(corim, knows_times)
{
    /* date -u -d ... +%s */
    static const struct {
        const char *text;
        int64_t seconds;
    } rows[] = { { "1970-01-01T00:00:00Z", 0 },
                 { "2026-02-28T23:59:59Z", 1772323199 },
                 { "2024-02-29T12:00:00Z", 1709208000 },
                 { "1969-12-31T23:59:59Z", -1 },
                 { "9999-12-31T23:59:59Z", 253402300799 } };
    static const char *const none[] = { "",
                                        "2026-01-01",
                                        "2026-01-01T00:00:00",
                                        "2026-1-1T0:0:0Z",
                                        "2026-01-01T24:00:00Z",
                                        "2025-02-29T00:00:00Z",
                                        "2026-01-01T00:00:00Z ",
                                        "2026-01-01T00:00:60Z" };
    char text[ASSAY_RFC3339_SIZE];
    int64_t seconds;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect(assay_epoch_of(rows[i].text, &seconds), "%s", rows[i].text);
        cr_expect_eq(seconds, rows[i].seconds, "%s", rows[i].text);
        cr_expect(assay_epoch_format(rows[i].seconds, text));
        cr_expect_str_eq(text, rows[i].text);
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        cr_expect_not(assay_epoch_of(none[i], &seconds), "%s", none[i]);
    cr_expect_not(assay_epoch_format(253402300800, text));
    cr_expect_not(assay_epoch_format(INT64_MAX, text));
}
