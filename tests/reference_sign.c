/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/reference/signature.h. What openssl(1) thinks of these signatures, and this of openssl's,
 * is in tests/cli/golden_sign.sh.
 */
#include "policy/reference/signature.h"
#include "tests/reference.h"

#include <stdio.h>
#include <unistd.h>

#define KEYS "fixtures/keys/"

enum { RSA, OTHER, P256, P384, KEY_COUNT };

static const char *const names[KEY_COUNT] = { KEYS "rsa.pem", KEYS "other.pem", KEYS "p256.pem",
                                              KEYS "p384.pem" };
static const char *const algorithms[KEY_COUNT] = { "rsassa-sha256", "rsassa-sha256", "ecdsa-sha256",
                                                   "ecdsa-sha384" };
static assay_key *keys[KEY_COUNT];
static assay_hashes *hashes;
static assay_reference *reference;

static void set_up(void)
{
    char *const text = load_text(REFERENCE_FIXTURES "registers.json", NULL);

    hashes = assay_hashes_new();
    reference = reference_read(text, hashes);
    free(text);
    for (size_t i = 0; i < KEY_COUNT; i++) {
        const assay_key_source source = { .name = names[i], .secret = true };

        cr_assert_eq(assay_key_open(&keys[i], &source, NULL), 0, "%s", names[i]);
    }
}

static void tear_down(void)
{
    for (size_t i = 0; i < KEY_COUNT; i++)
        assay_key_free(&keys[i]);
    assay_reference_free(&reference);
    assay_hashes_free(&hashes);
}

TestSuite(reference_sign, .init = set_up, .fini = tear_down);

static void sign(size_t key)
{
    assay_error error = { .what = "" };

    cr_assert_eq(assay_reference_sign(reference, keys[key], hashes, &error), 0, "%s", error.what);
}

static void expect_good(assay_key *const *trusted, size_t count, size_t signer)
{
    size_t at = count;

    cr_expect_eq(assay_reference_verify(reference, trusted, count, hashes, &at, NULL), 1);
    cr_expect_eq(at, signer);
}

static void expect_bad(assay_key *const *trusted, size_t count, const char *said)
{
    assay_error error = { .what = "" };
    size_t at = 17;

    cr_expect_eq(assay_reference_verify(reference, trusted, count, hashes, &at, &error), 0);
    cr_expect_str_eq(error.what, said);
    cr_expect_eq(at, 17);
}

Test(reference_sign, each_kind_of_key_signs_and_is_known_again)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        uint8_t id[32];

        sign(i);
        cr_assert_eq(assay_key_id(keys[i], id), 0);
        cr_assert_eq(reference->signature_count, i + 1);
        cr_expect_str_eq(reference->signatures[i].algorithm, algorithms[i]);
        cr_expect_eq(memcmp(reference->signatures[i].key_id, id, sizeof id), 0);
        expect_good(&keys[i], 1, 0);
    }
    expect_good(keys, KEY_COUNT, RSA);
    /* And after it was written and read. */
    char *const text = reference_written(reference, ASSAY_REFERENCE_WHOLE);
    assay_reference_free(&reference);
    reference = reference_read(text, hashes);
    free(text);
    for (size_t i = 0; i < KEY_COUNT; i++)
        expect_good(&keys[i], 1, 0);
}

Test(reference_sign, a_key_signs_once)
{
    sign(RSA);
    sign(P256);
    reference->revision++;
    sign(RSA);
    cr_expect_eq(reference->signature_count, 2);
    expect_good(&keys[RSA], 1, 0);
}

Test(reference_sign, who_is_not_trusted_is_not_believed)
{
    expect_bad(keys, KEY_COUNT, "the reference is not signed");
    sign(RSA);
    expect_bad(&keys[OTHER], 1, "no key that is trusted signed the reference");
    expect_bad(NULL, 0, "no key that is trusted signed the reference");
    expect_good(&keys[RSA], 2, 0);
}

static const char refused[] =
    "signatures[0]: the signature by a key that is trusted is not of this reference";

Test(reference_sign, whatever_changes_is_seen)
{
    sign(RSA);
    reference->name = "gust";
    expect_bad(&keys[RSA], 1, refused);
    reference->name = "guest";
    expect_good(&keys[RSA], 1, 0);
    reference->variants[0].confidence[0][0] = ASSAY_CONFIDENCE_STATED;
    expect_bad(&keys[RSA], 1, refused);
    reference->variants[0].confidence[0][0] = ASSAY_CONFIDENCE_QUOTED;
    reference->extensions = "{}";
    expect_bad(&keys[RSA], 1, refused);
}

Test(reference_sign, a_bad_signature_is_not_made_good_by_another)
{
    sign(P256);
    reference->revision++;
    sign(RSA);
    expect_good(&keys[RSA], 1, 0);
    expect_bad(keys, KEY_COUNT, refused);
}

Test(reference_sign, an_algorithm_is_one_of_the_keys_own)
{
    sign(RSA);
    reference->signatures[0].algorithm = "rsapss-sha256";
    expect_bad(&keys[RSA], 1, refused);
    reference->signatures[0].algorithm = "ecdsa-sha256";
    expect_bad(&keys[RSA], 1, refused);
    reference->signatures[0].algorithm = "none";
    expect_bad(&keys[RSA], 1, refused);
    reference->signatures[0].algorithm = "rsassa-sha256";
    reference->signatures[0].value.size = 0;
    expect_bad(&keys[RSA], 1, refused);
}

Test(reference_sign, there_are_not_more_signatures_than_can_be_read)
{
    assay_error error = { .what = "" };

    for (size_t i = 0; i < ASSAY_REFERENCE_SIGNATURES_MAX; i++) {
        sign(P256);
        reference->signatures[i].key_id[0] ^= (uint8_t)(i + 1);
    }
    cr_expect_eq(assay_reference_sign(reference, keys[RSA], hashes, &error), -ASSAY_TOO_LARGE);
    cr_expect_str_eq(error.what, "a reference has at most 16 signatures");
    cr_expect_eq(reference->signature_count, ASSAY_REFERENCE_SIGNATURES_MAX);
}

Test(reference_sign, bytes_are_signed_beside_them)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        uint8_t room[ASSAY_KEY_SIGNATURE_MAX];
        assay_writer writer = assay_writer_lent(room, sizeof room);
        size_t at = KEY_COUNT;
        assay_error error = { .what = "" };

        cr_assert_eq(
            assay_reference_sign_detached(ASSAY_LITERAL("{}"), keys[i], hashes, &writer, NULL), 0);
        cr_expect_eq(assay_reference_verify_detached(ASSAY_LITERAL("{}"), assay_written(&writer),
                                                     keys, KEY_COUNT, hashes, &at, NULL),
                     1);
        cr_expect_eq(at, i);
        cr_expect_eq(assay_reference_verify_detached(ASSAY_LITERAL("{ }"), assay_written(&writer),
                                                     keys, KEY_COUNT, hashes, &at, &error),
                     0);
        cr_expect_str_eq(error.what,
                         "the signature is not one of this file by a key that is trusted");
        cr_expect_eq(assay_reference_verify_detached(ASSAY_LITERAL("{}"), ASSAY_LITERAL(""), keys,
                                                     KEY_COUNT, hashes, &at, &error),
                     0);
        writer = assay_writer_lent(room, 10);
        cr_expect_eq(
            assay_reference_sign_detached(ASSAY_LITERAL("{}"), keys[i], hashes, &writer, &error),
            -ASSAY_TOO_LARGE);
    }
}

Test(reference_sign, a_public_key_signs_nothing)
{
    const assay_key_source source = { .name = KEYS "rsa.pub" };
    assay_key *key;
    assay_error error = { .what = "" };

    cr_assert_eq(assay_key_open(&key, &source, NULL), 0);
    cr_expect_lt(assay_reference_sign(reference, key, hashes, &error), 0);
    cr_expect_eq(reference->signature_count, 0);
    cr_expect_str_neq(error.what, "");
    assay_key_free(&key);
}

Test(reference_sign, the_identity_is_that_of_what_is_signed)
{
    uint8_t before[32], after[32];

    cr_assert_eq(assay_reference_identity(reference, before), 0);
    sign(RSA);
    cr_assert_eq(assay_reference_identity(reference, after), 0);
    cr_expect_eq(memcmp(before, after, sizeof before), 0);
}

/* NIST SP 800-131A revision 2, table 2. openssl genpkey makes such a key when it is told to. */
Test(reference_sign, a_key_that_is_too_weak_signs_nothing_and_is_not_believed)
{
    char name[] = "/tmp/assay-weak-XXXXXX";
    char command[128];
    assay_error error = { .what = "" };
    assay_key *weak = NULL;

    close(mkstemp(name));
    snprintf(command, sizeof command,
             "openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out %s", name);
    cr_assert_eq(system(command), 0);
    cr_assert_eq(assay_key_open(&weak, &(assay_key_source){ .name = name, .secret = true }, NULL),
                 0);
    unlink(name);
    cr_expect_eq(assay_reference_sign(reference, weak, hashes, &error), -ASSAY_UNSUPPORTED);
    cr_expect_not_null(strstr(error.what, "RSA-1024 is too weak"));
    cr_expect_eq(reference->signature_count, 0);

    /* What it signed by the library's lower half is not believed either. */
    const assay_bytes bytes = assay_bytes_of_string("abc");
    assay_digest digest = { .alg = ASSAY_ALG_SHA256, .size = 32 };
    uint8_t made[ASSAY_KEY_SIGNATURE_MAX];
    assay_hash *hash;
    cr_assert_eq(assay_hashes_get(hashes, ASSAY_ALG_SHA256, &hash), 0);
    cr_assert_eq(assay_hash_parts(hash, &bytes, 1, digest.value), 0);
    const int size = assay_key_sign(weak, ASSAY_ALG_RSASSA, &digest, made, NULL);
    cr_assert_eq(size, 128);
    cr_expect_eq(assay_reference_verify_detached(bytes, assay_bytes_of(made, 128), &weak, 1, hashes,
                                                 NULL, &error), -ASSAY_UNSUPPORTED);
    assay_key_free(&weak);
}
