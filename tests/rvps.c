/* SPDX-License-Identifier: BSD-2-Clause */
/* The format rvps: Trustee's message, and its sample back. */
#include <criterion/criterion.h>

#include "base/base64.h"
#include "tests/allocfail.h"
#include "tests/exported.h"

static assay_hashes *hashes;

static void set_up(void)
{
    hashes = assay_hashes_new();
}

static void tear_down(void)
{
    assay_hashes_free(&hashes);
}

TestSuite(rvps, .init = set_up, .fini = tear_down);

static assay_reference *image(size_t variants)
{
    static const char *const names[] = { "old", "new" };
    assay_reference *const reference = assay_reference_new("image");

    for (size_t i = 0; i < variants; i++) {
        assay_reference_variant *const variant = add_test_variant(reference, names[i]);

        set_test_value(variant, ASSAY_ALG_SHA256, 7, 0x70);
        set_test_value(variant, ASSAY_ALG_SHA256, 11, (uint8_t)(0xb0 + i));
        set_test_value(variant, ASSAY_ALG_SHA384, 11, 0xcc);
    }
    return reference;
}

#define BYTES_32(b) b b b b b b b b b b b b b b b b b b b b b b b b b b b b b b b b

/* What is in the message: {"version": ..., "type": ..., "payload": base64}. */
static assay_writer payload_of(assay_bytes message, const char *type)
{
    assay_writer head = assay_writer_growing(1 << 10), payload = assay_writer_growing(1 << 20);
    static const char tail[] = "\"\n}\n";

    assay_put_format(&head, "{\n  \"version\":\"0.1.0\",\n  \"type\":\"%s\",\n  \"payload\":\"",
                     type);
    const size_t begin = head.used;
    cr_assert(assay_bytes_start_with(message, assay_written(&head)), "%.*s", (int)message.size,
              (const char *)message.data);
    assay_writer_close(&head);
    const size_t end = message.size - (sizeof tail - 1);
    cr_assert_eq(memcmp(message.data + end, tail, sizeof tail - 1), 0);
    cr_assert(assay_put_unbase64(&payload, assay_bytes_of(message.data + begin, end - begin)));
    return payload;
}

Test(rvps, is_lists_by_name)
{
    assay_reference *reference = image(2);
    assay_export_job job = job_of(reference, hashes);
    assay_writer payload = payload_of(exported("rvps", &job), "sample");
    static const char wanted[] = "{\"tpm_pcr07\":[\"" BYTES_32("70") "\"],"
                                 "\"tpm_pcr11\":[\"" BYTES_32("b0") "\",\"" BYTES_32("b1")
                                 "\"]}\n";

    cr_expect_eq(payload.used, sizeof wanted - 1);
    cr_expect_eq(memcmp(payload.data, wanted, sizeof wanted - 1), 0, "%.*s", (int)payload.used,
                 (const char *)payload.data);
    cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, "2 variants"));
    cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, "bank sha384"));
    assay_writer_close(&payload);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(rvps, comes_back_and_is_the_same_again)
{
    static const assay_export_setting setting = { "prefix", "snp_pcr" };
    assay_reference *reference = image(1), *back;
    assay_import_job import = { .hashes = hashes, .settings = &setting, .setting_count = 1 };
    assay_export_job job = job_of(reference, hashes);
    assay_error error = { .what = "" };

    job.settings = &setting;
    job.setting_count = 1;
    const assay_bytes bytes = exported("rvps", &job);
    cr_assert_eq(import_bytes("rvps", bytes, &import, &back, &error), 0, "%s", error.what);
    cr_expect_eq(assay_reference_value(back, 0, ASSAY_ALG_SHA256, 11).data[31], 0xb0);
    cr_expect_eq(import.note_count, 0);
    assay_export_job again = job_of(back, hashes);
    again.settings = &setting;
    again.setting_count = 1;
    cr_expect(assay_bytes_equal(exported("rvps", &again), bytes));
    assay_export_job_free(&again);
    assay_reference_free(&back);
    assay_import_job_free(&import);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

/* PCR 7 of both variants is one, and 11 each has its own of. */
Test(rvps, comes_back_with_its_boots)
{
    assay_reference *reference = image(2), *back = expect_round_trip(reference, "rvps", hashes);

    cr_assert_eq(back->variant_count, 2);
    for (size_t i = 0; i < 2; i++)
        for (unsigned pcr = 7; pcr <= 11; pcr += 4)
            cr_expect(assay_bytes_equal(assay_reference_value(back, i, ASSAY_ALG_SHA256, pcr),
                                        assay_reference_value(reference, i, ASSAY_ALG_SHA256, pcr)),
                      "variant %zu, PCR %u", i, pcr);
    cr_expect_str_eq(back->variants[0].name, "default-1");
    assay_reference_free(&back);
    assay_reference_free(&reference);
}

/* Of three boots two have a value of PCR 11 in common: the list says it twice. */
Test(rvps, values_stand_in_the_order_of_their_boots)
{
    static const char list[] = "\"tpm_pcr11\":[\"" BYTES_32("b0") "\",\"" BYTES_32("b1") "\",\""
                               BYTES_32("b0") "\"]";
    assay_reference *reference = image(2);
    assay_reference_variant *const third = add_test_variant(reference, "third");

    set_test_value(third, ASSAY_ALG_SHA256, 7, 0x70);
    set_test_value(third, ASSAY_ALG_SHA256, 11, 0xb0);
    assay_export_job job = job_of(reference, hashes);
    assay_writer payload = payload_of(exported("rvps", &job), "sample");
    cr_expect_not_null(memmem(payload.data, payload.used, list, sizeof list - 1));
    assay_writer_close(&payload);
    assay_export_job_free(&job);
    assay_reference *back = expect_round_trip(reference, "rvps", hashes);
    cr_expect_eq(assay_reference_value(back, 2, ASSAY_ALG_SHA256, 11).data[0], 0xb0);
    assay_reference_free(&back);
    assay_reference_free(&reference);
}

Test(rvps, may_carry_a_corim)
{
    static const assay_export_setting setting = { "type", "corim" };
    assay_reference *reference = image(2);
    assay_export_job job = job_of(reference, hashes), corim = job_of(reference, hashes);

    job.settings = &setting;
    job.setting_count = 1;
    assay_writer payload = payload_of(exported("rvps", &job), "corim");
    cr_expect(assay_bytes_equal(assay_written(&payload), exported("corim", &corim)));
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "of 2 triples"));
    job.variants = 1;
    assay_export_job one = job;
    one.arena = (assay_arena){ NULL };
    one.file_count = one.note_count = 0;
    one.files = NULL;
    one.notes = NULL;
    exported("rvps", &one);
    cr_expect_not(assay_export_is_refused(&one));
    assay_export_job_free(&one);
    assay_writer_close(&payload);
    assay_export_job_free(&corim);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(rvps, fails_where_there_is_nothing_to_say)
{
    static const assay_export_setting settings[] = { { "type", "swid" }, { "prefix", "a\"b" } };
    assay_reference *reference = image(1);
    assay_error error;

    for (size_t i = 0; i < 3; i++) {
        assay_export_job job = job_of(reference, hashes);

        job.settings = &settings[i];
        job.setting_count = i < 2;
        if (i == 2)
            job.pcrs = 1; /* PCR 0 has no value */
        cr_expect_eq(assay_export_write(assay_export_format_by_name("rvps"), &job, &error),
                     -ASSAY_UNSUPPORTED, "%zu", i);
        assay_export_job_free(&job);
    }
    assay_reference_free(&reference);
}

/* A message whose payload is this text. */
static int read_payload(const char *json, assay_import_job *job, assay_reference **ret_reference,
                        assay_error *error)
{
    assay_writer message = assay_writer_growing(1 << 20);

    assay_put_string(&message, "{\"version\":\"0.1.0\",\"type\":\"sample\",\"payload\":\"");
    assay_put_base64(&message, assay_bytes_of_string(json));
    assay_put_string(&message, "\"}");
    const int status = import_bytes("rvps", assay_written(&message), job, ret_reference, error);
    assay_writer_close(&message);
    return status;
}

Test(rvps, leaves_out_what_no_boot_has)
{
    assay_import_job job = { .hashes = hashes };
    assay_error error = { .what = "" };
    assay_reference *reference;

    cr_assert_eq(read_payload("{\"tpm_pcr07\":[\"" BYTES_32("70") "\"],\"svn\":[1,2],"
                              "\"tpm_pcr08\":[\"" BYTES_32("80") "\",\"" BYTES_32("81") "\"],"
                              "\"tpm_pcr09\":[\"" BYTES_32("90") "\",\"" BYTES_32("91") "\",\""
                              BYTES_32("92") "\"]}",
                              &job, &reference, &error),
                 0, "%s", error.what);
    cr_assert_eq(reference->variant_count, 3);
    cr_expect_eq(reference->variants[0].values.banks[0].present, 1 << 7 | 1 << 9);
    cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, "PCR 8 has 2 values and another PCR 3"));
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "which values belong together"));
    cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, "1 names are of no PCR"));
    assay_reference_free(&reference);
    assay_import_job_free(&job);
}

static const struct {
    const char *message, *payload;
    int kind;
    const char *says, *why;
} refused[] = {
    { "", NULL, ASSAY_TRUNCATED, "", "nothing" },
    { "[]", NULL, ASSAY_MALFORMED, "", "an array" },
    { "{\"type\":\"sample\"}", NULL, ASSAY_MALFORMED, "payload", "no payload" },
    { "{\"type\":\"sample\",\"payload\":\"e30\"}", NULL, ASSAY_MALFORMED, "payload",
      "base64 that is not padded" },
    { "{\"version\":\"0.2.0\",\"type\":\"sample\",\"payload\":\"e30=\"}", NULL, ASSAY_UNSUPPORTED,
      "version", "another version" },
    { "{\"version\":\"0.1.0\",\"type\":\"swid\",\"payload\":\"e30=\"}", NULL, ASSAY_UNSUPPORTED,
      "type", "another type" },
    { "{\"type\":\"sample\",\"payload\":\"e30=\",\"x\":1}", NULL, ASSAY_MALFORMED, "",
      "a member that Trustee has not" },
    { "{\"type\":\"sample\",\"type\":\"sample\",\"payload\":\"e30=\"}", NULL, ASSAY_MALFORMED, "",
      "a key twice" },
    { NULL, "{}", ASSAY_UNKNOWN_FORMAT, "", "a sample of nothing" },
    { NULL, "[]", ASSAY_MALFORMED, "payload", "a sample that is an array" },
    { NULL, "{\"tpm_pcr07\":1}", ASSAY_MALFORMED, "payload.pcr07", "a value that is no list" },
    { NULL, "{\"tpm_pcr07\":[]}", ASSAY_MALFORMED, "payload.pcr07", "an empty list" },
    { NULL, "{\"tpm_pcr07\":[1]}", ASSAY_MALFORMED, "payload.pcr07[0]", "a number" },
    { NULL, "{\"tpm_pcr07\":[\"70\"]}", ASSAY_MALFORMED, "payload.pcr07[0]", "one byte" },
    { NULL, "{\"tpm_pcr07\":[\"" BYTES_32("70") "70\"]}", ASSAY_MALFORMED, "payload.pcr07[0]",
      "33 bytes" },
    { NULL, "{\"tpm_pcr24\":[\"" BYTES_32("70") "\"]}", ASSAY_MALFORMED,
      "payload: 'tpm_pcr24' is no PCR", "PCR 24" },
    { NULL, "{\"a\":1,\"a\":1}", ASSAY_MALFORMED, "", "a name twice" },
};

Test(rvps, refuses_with_a_path)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assay_import_job job = { .hashes = hashes };
        assay_error error = { .what = "" };
        assay_reference *reference = NULL;
        const int status =
            refused[i].payload != NULL
                ? read_payload(refused[i].payload, &job, &reference, &error)
                : import_bytes("rvps", assay_bytes_of_string(refused[i].message), &job, &reference,
                               &error);

        cr_expect_eq(status, -refused[i].kind, "%s: %d, %s", refused[i].why, status, error.what);
        cr_expect_eq(strncmp(error.what, refused[i].says, strlen(refused[i].says)), 0, "%s: %s",
                     refused[i].why, error.what);
        assay_import_job_free(&job);
    }
}

static int there_and_back(void)
{
    assay_hashes *own = assay_hashes_new();
    assay_reference *reference = assay_reference_new("image"), *back = NULL;
    int status = own == NULL || reference == NULL ? -ASSAY_NO_MEMORY : 0;
    assay_reference_variant variant = { .name = "boot" };

    if (status == 0 && assay_pcrs_add_bank(&variant.values, ASSAY_ALG_SHA256) != NULL) {
        variant.values.banks[0].present = 1;
        reference->variants = &variant;
        reference->variant_count = 1;
        assay_export_job job = job_of(reference, own);
        status = assay_export_write(assay_export_format_by_name("rvps"), &job, NULL);
        if (status == 0) {
            assay_import_job import = { .hashes = own, .file_count = 1, .files = job.files[0] };

            status = assay_export_read(assay_export_format_by_name("rvps"), &import, &back, NULL);
            assay_import_job_free(&import);
        }
        assay_export_job_free(&job);
    }
    assay_reference_free(&back);
    assay_reference_free(&reference);
    assay_hashes_free(&own);
    return status;
}

Test(rvps, lives_without_memory)
{
    cr_expect_gt(each_allocation_fails("rvps", there_and_back), 0);
}
