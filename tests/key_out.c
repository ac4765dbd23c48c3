/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/key/key.h: what is written of a key, and what it signs and checks, beside the same by
 * openssl(1), fixtures/keys.
 */
#include "base/file.h"
#include "policy/key/key.h"

#include <criterion/criterion.h>

#define KEYS "fixtures/keys/"

static assay_key *open_key(const char *name, bool secret)
{
    assay_key_source source = { .name = name, .secret = secret };
    assay_key *key = NULL;
    assay_error error = { .what = "" };

    cr_assert_eq(assay_key_open(&key, &source, &error), 0, "%s: %s", name, error.what);
    return key;
}

static assay_file open_file(const char *name)
{
    assay_file file;
    assay_error error;

    cr_assert_eq(assay_file_read(&file, name, 1 << 16, &error), 0, "%s", error.what);
    return file;
}

static assay_digest digest_of(assay_bytes bytes, uint16_t alg)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_digest digest = { .alg = alg };
    assay_hash *hash;

    cr_assert_eq(assay_hashes_get(hashes, alg, &hash), 0);
    digest.size = (uint16_t)assay_hash_size(hash);
    cr_assert_eq(assay_hash_parts(hash, &bytes, 1, digest.value), 0);
    assay_hashes_free(&hashes);
    return digest;
}

static void expect_put(const char *name, int (*put)(const assay_key *, assay_writer *),
                       const char *expected)
{
    assay_key *key = open_key(name, false);
    assay_file file = open_file(expected);
    uint8_t room[4096];
    assay_writer writer = assay_writer_lent(room, sizeof room);

    cr_expect_eq(put(key, &writer), 0);
    cr_expect(assay_bytes_equal(assay_written(&writer), file.bytes), "%s", expected);
    writer = assay_writer_lent(room, 10);
    cr_expect_eq(put(key, &writer), -ASSAY_TOO_LARGE);
    assay_file_close(&file);
    assay_key_free(&key);
}

Test(key_out, the_public_part_is_written_as_openssl_does)
{
    expect_put(KEYS "rsa.pub", assay_key_put_spki, KEYS "rsa.spki");
    expect_put(KEYS "rsa.pub", assay_key_put_pem, KEYS "rsa.pub");
    expect_put(KEYS "rsa.pub", assay_key_put_pkcs1, KEYS "rsa.pkcs1");
    expect_put(KEYS "p256.pub", assay_key_put_spki, KEYS "p256.spki");
    expect_put(KEYS "p384.pem", assay_key_put_pem, KEYS "p384.pub"); /* of a private one, too */
}

Test(key_out, pkcs1_is_rsas_alone)
{
    assay_key *key = open_key(KEYS "p256.pub", false);
    uint8_t room[64];
    assay_writer writer = assay_writer_lent(room, sizeof room);

    cr_expect_eq(assay_key_put_pkcs1(key, &writer), -ASSAY_UNSUPPORTED);
    cr_expect_eq(writer.used, 0);
    assay_key_free(&key);
}

Test(key_out, an_id_is_the_hash_of_what_openssl_writes)
{
    assay_file file = open_file(KEYS "p384.spki");
    const assay_digest digest = digest_of(file.bytes, ASSAY_ALG_SHA256);
    assay_key *key = open_key(KEYS "p384.pem", true);
    uint8_t id[32];

    cr_expect_eq(assay_key_id(key, id), 0);
    cr_expect_eq(memcmp(id, digest.value, sizeof id), 0);
    assay_key_free(&key);
    assay_file_close(&file);
}

static const struct {
    const char *private, *public, *signature;
    uint16_t scheme, hash;
} signers[] = {
    { KEYS "rsa.pem", KEYS "rsa.pub", KEYS "rsassa.sig", ASSAY_ALG_RSASSA, ASSAY_ALG_SHA256 },
    { KEYS "rsa.pem", KEYS "rsa.pub", KEYS "rsapss.sig", ASSAY_ALG_RSAPSS, ASSAY_ALG_SHA256 },
    { KEYS "p256.pem", KEYS "p256.pub", KEYS "p256.sig", ASSAY_ALG_ECDSA, ASSAY_ALG_SHA256 },
    { KEYS "p384.pem", KEYS "p384.pub", KEYS "p384.sig", ASSAY_ALG_ECDSA, ASSAY_ALG_SHA384 },
};

/* What openssl signed: good, and one bit of it or of the message changed: bad. */
static void expect_checked(size_t i)
{
    assay_file message = open_file(KEYS "message"), file = open_file(signers[i].signature);
    assay_digest digest = digest_of(message.bytes, signers[i].hash);
    assay_key *key = open_key(signers[i].public, false);
    uint8_t numbers[ASSAY_KEY_SIGNATURE_MAX];
    size_t size = file.bytes.size;

    if (signers[i].scheme == ASSAY_ALG_ECDSA)
        size = assay_key_ecdsa_from_der(key, file.bytes, numbers);
    else
        memcpy(numbers, file.bytes.data, size);
    const assay_bytes signature = assay_bytes_of(numbers, size);
    cr_expect_eq(assay_key_verify(key, signers[i].scheme, &digest, signature, NULL), 1);
    cr_expect_eq(
        assay_key_verify(key, signers[i].scheme, &digest, assay_bytes_of(numbers, size - 1), NULL),
        0);
    numbers[size - 1] ^= 1;
    cr_expect_eq(assay_key_verify(key, signers[i].scheme, &digest, signature, NULL), 0);
    numbers[size - 1] ^= 1;
    digest.value[0] ^= 1;
    cr_expect_eq(assay_key_verify(key, signers[i].scheme, &digest, signature, NULL), 0);
    assay_key_free(&key);
    assay_file_close(&file);
    assay_file_close(&message);
}

Test(key_out, what_openssl_signed_is_checked)
{
    for (size_t i = 0; i < sizeof signers / sizeof *signers; i++)
        expect_checked(i);
}

Test(key_out, a_signature_made_here_is_good_by_its_own_key_alone)
{
    for (size_t i = 0; i < sizeof signers / sizeof *signers; i++) {
        const assay_digest digest = digest_of(ASSAY_LITERAL("x"), signers[i].hash);
        assay_key *key = open_key(signers[i].private, true);
        assay_key *other = open_key(signers[(i + 2) % 4].public, false);
        uint8_t made[ASSAY_KEY_SIGNATURE_MAX];
        const int size = assay_key_sign(key, signers[i].scheme, &digest, made, NULL);

        cr_assert_gt(size, 0);
        const assay_bytes signature = assay_bytes_of(made, (size_t)size);
        cr_expect_eq(assay_key_verify(key, signers[i].scheme, &digest, signature, NULL), 1);
        cr_expect_eq(assay_key_verify(other, signers[i].scheme, &digest, signature, NULL), 0);
        assay_key_free(&key);
        assay_key_free(&other);
    }
}

Test(key_out, rsassa_is_the_same_each_time_and_as_openssl_has_it)
{
    assay_file message = open_file(KEYS "message"), file = open_file(KEYS "rsassa.sig");
    const assay_digest digest = digest_of(message.bytes, ASSAY_ALG_SHA256);
    assay_key *key = open_key(KEYS "rsa.pem", true);
    uint8_t made[ASSAY_KEY_SIGNATURE_MAX];
    const int size = assay_key_sign(key, ASSAY_ALG_RSASSA, &digest, made, NULL);

    cr_assert_eq(size, 256);
    cr_expect(assay_bytes_equal(assay_bytes_of(made, 256), file.bytes));
    assay_key_free(&key);
    assay_file_close(&file);
    assay_file_close(&message);
}

Test(key_out, ecdsas_der_goes_there_and_back)
{
    assay_file file = open_file(KEYS "p384.sig");
    assay_key *key = open_key(KEYS "p384.pub", false);
    uint8_t numbers[ASSAY_KEY_SIGNATURE_MAX], der[ASSAY_KEY_SIGNATURE_MAX];
    uint8_t changed[256];

    cr_assert_eq(assay_key_ecdsa_from_der(key, file.bytes, numbers), 96);
    const size_t size = assay_key_ecdsa_to_der(assay_bytes_of(numbers, 96), der);
    cr_expect(assay_bytes_equal(assay_bytes_of(der, size), file.bytes));
    /* Bytes behind it, too few, none, and numbers too large for the curve. */
    memcpy(changed, file.bytes.data, file.bytes.size);
    changed[file.bytes.size] = 0;
    cr_expect_eq(
        assay_key_ecdsa_from_der(key, assay_bytes_of(changed, file.bytes.size + 1), numbers), 0);
    cr_expect_eq(
        assay_key_ecdsa_from_der(key, assay_bytes_of(changed, file.bytes.size - 1), numbers), 0);
    cr_expect_eq(assay_key_ecdsa_from_der(key, ASSAY_LITERAL(""), numbers), 0);
    assay_key_free(&key);
    key = open_key(KEYS "p256.pub", false);
    cr_expect_eq(assay_key_ecdsa_from_der(key, file.bytes, numbers), 0);
    assay_key_free(&key);
    assay_file_close(&file);
}
