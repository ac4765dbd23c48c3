/* SPDX-License-Identifier: BSD-2-Clause */
/* CoRIMs in COSE_Sign1: what a trusted key signed, what none did, and headers that are critical. */
#include <criterion/criterion.h>

#include "policy/export/corim/cbor.h"
#include "tests/exported.h"
#include "tests/unhex.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <unistd.h>

enum { P256, P384, RSA2048, OTHER_P256, P521, KEYS };

static assay_hashes *hashes;
static assay_key *keys[KEYS];

static assay_key *key_of(EVP_PKEY *pkey)
{
    char path[] = "/tmp/assay-cose-XXXXXX";
    FILE *const file = fdopen(mkstemp(path), "w");
    assay_error error = { .what = "" };
    assay_key *key;

    cr_assert(pkey != NULL && file != NULL);
    cr_assert_eq(PEM_write_PrivateKey(file, pkey, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    const assay_key_source source = { .name = path, .secret = true };
    cr_assert_eq(assay_key_open(&key, &source, &error), 0, "%s", error.what);
    unlink(path);
    EVP_PKEY_free(pkey);
    return key;
}

static void set_up(void)
{
    hashes = assay_hashes_new();
    keys[P256] = key_of(EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"));
    keys[OTHER_P256] = key_of(EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"));
    keys[P384] = key_of(EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384"));
    keys[P521] = key_of(EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-521"));
    keys[RSA2048] = key_of(EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048));
}

static void tear_down(void)
{
    for (size_t i = 0; i < KEYS; i++)
        assay_key_free(&keys[i]);
    assay_hashes_free(&hashes);
}

TestSuite(cose, .init = set_up, .fini = tear_down);

static assay_reference *one_boot(void)
{
    assay_reference *const reference = assay_reference_new("image");

    set_test_value(add_test_variant(reference, "boot"), ASSAY_ALG_SHA256, 7, 0x31);
    return reference;
}

/* Writes one that a key signs; the bytes are lent from the job. */
static assay_bytes signed_by(const assay_key *key, const assay_reference *reference,
                             assay_export_job *job)
{
    *job = job_of(reference, hashes);
    job->key = key;
    return exported("corim", job);
}

/* Reads with trust in one key, or in none (KEYS). */
static int read_trusting(assay_bytes bytes, size_t key, assay_error *error)
{
    assay_import_job job = { .hashes = hashes };
    assay_reference *reference = NULL;

    if (key < KEYS) {
        job.trusted = &keys[key];
        job.trusted_count = 1;
    }
    const int status = import_bytes("corim", bytes, &job, &reference, error);
    if (status == 0 && key == KEYS)
        cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "not checked"));
    assay_reference_free(&reference);
    assay_import_job_free(&job);
    return status;
}

Test(cose, is_good_by_the_key_that_signed_and_by_no_other)
{
    assay_reference *reference = one_boot();

    for (size_t i = P256; i <= RSA2048; i++) {
        assay_error error = { .what = "" };
        assay_export_job job;
        const assay_bytes bytes = signed_by(keys[i], reference, &job);

        cr_expect(assay_bytes_start_with(bytes, ASSAY_LITERAL("\xd2\x84")), "18([...4])");
        cr_expect_eq(read_trusting(bytes, i, &error), 0, "%zu: %s", i, error.what);
        cr_expect_eq(read_trusting(bytes, KEYS, &error), 0, "%zu: %s", i, error.what);
        for (size_t other = 0; other < KEYS; other++)
            if (other != i)
                cr_expect_eq(read_trusting(bytes, other, &error), -ASSAY_UNTRUSTED, "%zu by %zu",
                             i, other);
        cr_expect_str_eq(error.field, "signature");
        assay_export_job_free(&job);
    }
    assay_reference_free(&reference);
}

Test(cose, is_bad_with_any_byte_changed)
{
    assay_reference *reference = one_boot();
    assay_export_job job;
    const assay_bytes good = signed_by(keys[P256], reference, &job);
    uint8_t changed[1024];

    cr_assert_leq(good.size, sizeof changed);
    for (size_t i = 0; i < good.size; i++) {
        assay_error error = { .what = "" };

        memcpy(changed, good.data, good.size);
        changed[i] ^= 1;
        cr_expect_lt(read_trusting(assay_bytes_of(changed, good.size), P256, &error), 0,
                     "byte %zu", i);
        cr_expect_neq(error.kind, 0);
    }
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(cose, is_asked_for_by_trust)
{
    assay_reference *reference = one_boot();
    assay_error error = { .what = "" };
    assay_export_job job = job_of(reference, hashes);

    cr_expect_eq(read_trusting(exported("corim", &job), P256, &error), -ASSAY_UNTRUSTED);
    cr_expect_str_eq(error.field, "COSE_Sign1");
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(cose, has_no_algorithm_for_other_keys)
{
    assay_reference *reference = one_boot();
    assay_error error = { .what = "" };
    assay_export_job job = job_of(reference, hashes);

    job.key = keys[P521];
    cr_expect_eq(assay_export_write(assay_export_format_by_name("corim"), &job, &error),
                 -ASSAY_UNSUPPORTED);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

#define CONTENT_TYPE "03 74 6170706c69636174696f6e2f72696d2b63626f72"

/* In 18([<<protected>>, unprotected, payload, h'00']); the offset is from the protected bytes. */
static const struct {
    const char *protected, *unprotected, *payload;
    int kind;
    int offset;
    const char *field, *why;
} headers[] = {
    { "", "a0", "4100", ASSAY_TRUNCATED, 0, "CBOR", "no header at all" },
    { "00", "a0", "4100", ASSAY_MALFORMED, 0, "protected", "a header that is a number" },
    { "a1" CONTENT_TYPE, "a0", "4100", ASSAY_MALFORMED, 0, "alg", "no algorithm" },
    { "a10126", "a0", "4100", ASSAY_MALFORMED, 0, "content type", "no content type" },
    { "a201260360", "a0", "4100", ASSAY_MALFORMED, 4, "content type", "another content type" },
    { "a30126 0126 " CONTENT_TYPE, "a0", "4100", ASSAY_MALFORMED, 3, "CBOR", "alg twice" },
    { "a30126 0200 " CONTENT_TYPE, "a0", "4100", ASSAY_MALFORMED, 4, "crit", "crit: a number" },
    { "a30126 0280 " CONTENT_TYPE, "a0", "4100", ASSAY_MALFORMED, 4, "crit", "crit of none" },
    { "a30126 02811863 " CONTENT_TYPE, "a0", "4100", ASSAY_UNSUPPORTED, 5, "crit",
      "a critical header unknown here" },
    { "a30126 02816178 " CONTENT_TYPE, "a0", "4100", ASSAY_UNSUPPORTED, 5, "crit",
      "a critical header with a name" },
    { "a30126 028120 " CONTENT_TYPE, "a0", "4100", ASSAY_UNSUPPORTED, 5, "crit",
      "a critical header below zero" },
    { "a30126 028104 " CONTENT_TYPE, "a0", "4100", ASSAY_MALFORMED, 5, "crit",
      "a critical header that isn't there" },
    { "a20126 " CONTENT_TYPE, "a1028104", "4100", ASSAY_MALFORMED, 25, "crit",
      "crit that isn't protected" },
    { "a30126 " CONTENT_TYPE "0800", "a0", "4100", ASSAY_MALFORMED, 26, "corim-meta",
      "a corim-meta that is a number" },
    { "a30126 " CONTENT_TYPE "0841a0", "a0", "4100", ASSAY_MALFORMED, 26, "corim-meta",
      "a corim-meta without a signer" },
    { "a20126 " CONTENT_TYPE, "a0", "f6", ASSAY_UNSUPPORTED, 26, "payload",
      "a payload somewhere else" },
    { "a20126 " CONTENT_TYPE, "a0", "00", ASSAY_MALFORMED, -3, "COSE_Sign1",
      "a payload that is a number" },
    /* EdDSA: read, but not checked. */
    { "a20127 " CONTENT_TYPE, "a0", "4100", ASSAY_UNSUPPORTED, -2, "alg",
      "an algorithm that can't be checked here" },
    { "a20126 " CONTENT_TYPE, "a0", "4100", ASSAY_UNTRUSTED, 28, "signature", "one byte" },
};

Test(cose, is_refused_for_its_headers)
{
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        const unhexed protected = unhex(headers[i].protected);
        const unhexed others = unhex(headers[i].unprotected), payload = unhex(headers[i].payload);
        assay_writer file = assay_writer_growing(1 << 16);
        assay_error error = { .what = "" };

        assay_cbor_put_tag(&file, 18);
        assay_cbor_put_array(&file, 4);
        assay_cbor_put_bytes(&file, unhexed_bytes(&protected));
        const size_t base = file.used - protected.size;
        assay_put(&file, unhexed_bytes(&others));
        assay_put(&file, unhexed_bytes(&payload));
        assay_cbor_put_bytes(&file, ASSAY_LITERAL("\0"));
        cr_expect_eq(read_trusting(assay_written(&file), P256, &error), -headers[i].kind, "%s: %s",
                     headers[i].why, error.what);
        cr_expect_str_eq(error.field, headers[i].field, "%s", headers[i].why);
        cr_expect_eq((int)error.offset - (int)base, headers[i].offset, "%s: at %d", headers[i].why,
                     (int)error.offset - (int)base);
        assay_writer_close(&file);
    }
}

Test(cose, may_have_the_tags_of_older_drafts)
{
    assay_reference *reference = one_boot();
    assay_error error = { .what = "" };
    assay_export_job job;
    const assay_bytes bytes = signed_by(keys[P384], reference, &job);
    assay_writer file = assay_writer_growing(1 << 16);

    /* 500(502(18(...))) */
    assay_cbor_put_tag(&file, 500);
    assay_cbor_put_tag(&file, 502);
    assay_put(&file, bytes);
    cr_expect_eq(read_trusting(assay_written(&file), P384, &error), 0, "%s", error.what);
    cr_expect_eq(read_trusting(assay_written(&file), P256, &error), -ASSAY_UNTRUSTED);
    assay_writer_close(&file);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}
