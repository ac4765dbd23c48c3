/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/key/quote.h on what tpm2_quote wrote (fixtures/quotes): PCR 0 of SHA-1, and 0-7 and 12 of
 * SHA-256, after the events of fixtures/machines/r2-sdboot252-type1 were extended.
 */
#include "policy/key/quote.h"

#include "base/file.h"
#include "replay/pcrvalues.h"

#include <criterion/criterion.h>
#include <stdio.h>

static assay_hashes *hashes;
static assay_key *key;
static assay_file attest, signature;

static void read_file(assay_file *file, const char *name)
{
    char path[128];
    assay_error error = { .what = "" };

    snprintf(path, sizeof path, "fixtures/quotes/%s", name);
    cr_assert_eq(assay_file_read(file, path, 1 << 16, &error), 0, "%s", error.what);
}

static void open_quote(const char *scheme)
{
    char name[64], path[128];
    assay_error error = { .what = "" };
    const assay_key_source source = { .name = path };

    hashes = assay_hashes_new();
    snprintf(name, sizeof name, "%s.quote", scheme);
    read_file(&attest, name);
    snprintf(name, sizeof name, "%s.sig", scheme);
    read_file(&signature, name);
    snprintf(path, sizeof path, "fixtures/quotes/%s.pem", scheme);
    cr_assert_eq(assay_key_open(&key, &source, &error), 0, "%s", error.what);
}

static void close_quote(void)
{
    assay_key_free(&key);
    assay_file_close(&attest);
    assay_file_close(&signature);
    assay_hashes_free(&hashes);
}

static int check(assay_bytes bytes, assay_bytes nonce, assay_quote *ret_quote)
{
    assay_error error;

    return assay_quote_check(bytes, signature.bytes, key, nonce, hashes, ret_quote, &error);
}

static const char *const schemes[] = { "ecdsa", "rsassa" };

Test(quote, a_quote_says_which_pcrs_and_covers_their_values)
{
    static const uint8_t nonce[] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef };

    for (size_t i = 0; i < 2; i++) {
        assay_error error;
        assay_quote quote;
        assay_pcrs values;

        open_quote(schemes[i]);
        cr_assert_eq(check(attest.bytes, assay_bytes_of(nonce, sizeof nonce), &quote), 0);
        cr_assert_eq(quote.bank_count, 2);
        cr_expect_eq(quote.banks[0].alg, ASSAY_ALG_SHA1);
        cr_expect_eq(quote.banks[0].pcrs, 1u);
        cr_expect_eq(quote.banks[1].alg, ASSAY_ALG_SHA256);
        cr_expect_eq(quote.banks[1].pcrs, 0x10ffu);
        cr_assert_eq(assay_pcrvalues_read("fixtures/machines/r2-sdboot252-type1/pcrs.json", &values,
                                          &error),
                     0);
        cr_expect_eq(assay_quote_covers(&quote, &values, hashes), 1);
        assay_pcrs_bank(&values, ASSAY_ALG_SHA256)->value[12][0] ^= 1;
        cr_expect_eq(assay_quote_covers(&quote, &values, hashes), 0);
        assay_pcrs_bank(&values, ASSAY_ALG_SHA256)->present &= ~(1u << 12);
        cr_expect_eq(assay_quote_covers(&quote, &values, hashes), -ASSAY_UNSUPPORTED);
        close_quote();
    }
}

Test(quote, no_bit_of_a_quote_or_its_signature_can_change, .timeout = 60)
{
    for (size_t i = 0; i < 2; i++) {
        uint8_t copy[256];
        assay_quote quote;
        assay_error error;

        open_quote(schemes[i]);
        const size_t size = attest.bytes.size;
        cr_assert_leq(size, sizeof copy);
        memcpy(copy, attest.bytes.data, size);
        for (size_t bit = 0; bit < 8 * size; bit++) {
            copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
            cr_expect_lt(check(assay_bytes_of(copy, size), ASSAY_NO_BYTES, &quote), 0, "bit %zu",
                         bit);
            copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        uint8_t bent[512];
        memcpy(bent, signature.bytes.data, signature.bytes.size);
        for (size_t byte = 0; byte < signature.bytes.size; byte++) {
            bent[byte] ^= 1;
            cr_expect_lt(assay_quote_check(attest.bytes,
                                           assay_bytes_of(bent, signature.bytes.size), key,
                                           ASSAY_NO_BYTES, hashes, &quote, &error),
                         0, "byte %zu", byte);
            bent[byte] ^= 1;
        }
        close_quote();
    }
}

Test(quote, what_is_cut_or_of_another_key_or_nonce_is_refused)
{
    assay_quote quote;

    open_quote("ecdsa");
    for (size_t size = 0; size < attest.bytes.size; size++)
        cr_expect_eq(check(assay_bytes_of(attest.bytes.data, size), ASSAY_NO_BYTES, &quote),
                     -ASSAY_UNKNOWN_FORMAT, "%zu bytes", size);
    cr_expect_eq(check(attest.bytes, ASSAY_LITERAL("another"), &quote), -ASSAY_MALFORMED);
    cr_expect_eq(check(attest.bytes, assay_bytes_of("", 0), &quote), -ASSAY_MALFORMED);
    close_quote();
    open_quote("ecdsa");
    assay_key_free(&key);
    const assay_key_source source = { .name = "fixtures/quotes/rsassa.pem" };
    assay_error error;
    cr_assert_eq(assay_key_open(&key, &source, &error), 0);
    cr_expect_eq(check(attest.bytes, ASSAY_NO_BYTES, &quote), -ASSAY_MALFORMED);
    close_quote();
}
