/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/key/quote.h on what tpm2_quote wrote (fixtures/quotes): PCR 0 of SHA-1, and 0-7 and 12 of
 * SHA-256, after the events of fixtures/machines/r2-sdboot252-type1 were extended.
 */
#include "policy/key/quote.h"
#include "policy/key/quoted.h"

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
        cr_expect_lt(check(assay_bytes_of(attest.bytes.data, size), ASSAY_NO_BYTES, &quote), 0);
    cr_expect_eq(check(attest.bytes, ASSAY_LITERAL("another"), &quote), -ASSAY_UNTRUSTED);
    cr_expect_eq(check(attest.bytes, assay_bytes_of("", 0), &quote), -ASSAY_UNTRUSTED);
    close_quote();
    open_quote("ecdsa");
    assay_key_free(&key);
    const assay_key_source source = { .name = "fixtures/quotes/rsassa.pem" };
    assay_error error;
    cr_assert_eq(assay_key_open(&key, &source, &error), 0);
    cr_expect_eq(check(attest.bytes, ASSAY_NO_BYTES, &quote), -ASSAY_UNTRUSTED);
    close_quote();
}

/* quoted.h: the values that a quote vouches for. */

#define MACHINE "fixtures/machines/r2-sdboot252-type1/"

static assay_quote quote_of(const char *scheme)
{
    assay_quote quote = { .bank_count = 0 };

    open_quote(scheme);
    cr_assert_eq(check(attest.bytes, ASSAY_NO_BYTES, &quote), 0);
    return quote;
}

/* What the TPM held when it quoted. */
static assay_pcrs values_of_machine(void)
{
    assay_error error = { .what = "" };
    assay_pcrs values = { .bank_count = 0 };

    cr_assert_eq(assay_pcrvalues_read(MACHINE "pcrs.json", &values, &error), 0, "%s", error.what);
    return values;
}

static assay_replay fold_machine(void)
{
    assay_error error = { .what = "" };
    assay_replay replay = { .bank_count = 0 };
    assay_file file;
    assay_event event;
    assay_log log;

    cr_assert_eq(assay_file_read(&file, MACHINE "eventlog.bin", 1 << 20, &error), 0);
    cr_assert_eq(assay_log_open(&log, file.bytes, NULL, NULL, &error), 0, "%s", error.what);
    cr_assert_eq(assay_replay_begin(&replay, &log.header, hashes, NULL), 0);
    while (assay_log_next(&log, &event) > 0)
        cr_assert_eq(assay_replay_event(&replay, &event), 0);
    assay_log_close(&log);
    assay_file_close(&file);
    return replay;
}

/* The quote is of PCR 0 of SHA-1, and of 0-7 and 12 of SHA-256; the machine has more. */
static void expect_quoted_alone(const assay_pcrs *values)
{
    const assay_pcrs held = values_of_machine();

    for (size_t i = 0; i < values->bank_count; i++) {
        const uint16_t alg = values->banks[i].alg;
        const assay_pcr_set pcrs = alg == ASSAY_ALG_SHA1     ? 0x1
                                   : alg == ASSAY_ALG_SHA256 ? 0x10ff
                                                             : 0;

        cr_expect_eq(values->banks[i].present, pcrs, "bank %u", alg);
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
            cr_expect(!assay_pcr_set_has(pcrs, pcr) ||
                          assay_bytes_equal(assay_pcrs_value(values, alg, pcr),
                                            assay_pcrs_value(&held, alg, pcr)),
                      "PCR %u", pcr);
    }
}

Test(quoted, of_values_given_those_that_the_quote_is_of_are_vouched_for)
{
    const assay_quote quote = quote_of("ecdsa");
    assay_pcrs values = values_of_machine();

    cr_expect_eq(assay_quoted_values(&quote, &values, NULL, hashes, &values), 1);
    expect_quoted_alone(&values);
    close_quote();
}

Test(quoted, where_none_are_given_what_the_log_folds_to_is)
{
    const assay_quote quote = quote_of("rsassa");
    const assay_replay replay = fold_machine();
    assay_pcrs values = { .bank_count = 0 };

    cr_expect_eq(assay_quoted_values(&quote, NULL, &replay, hashes, &values), 1);
    cr_expect_geq(values.bank_count, 2);
    expect_quoted_alone(&values);
    close_quote();
}

Test(quoted, a_bank_in_which_an_event_has_no_digest_has_no_value)
{
    const assay_quote quote = quote_of("ecdsa");
    assay_replay replay = fold_machine();
    assay_pcrs values = { .bank_count = 7 };

    for (size_t i = 0; i < replay.bank_count; i++)
        if (replay.banks[i].alg == ASSAY_ALG_SHA256)
            replay.banks[i].incomplete = 1u << 12;
    cr_expect_eq(assay_quoted_values(&quote, NULL, &replay, hashes, &values), -ASSAY_UNSUPPORTED);
    cr_expect_eq(values.bank_count, 7, "untouched");
    close_quote();
}

Test(quoted, other_values_are_not_given_back)
{
    const assay_quote quote = quote_of("ecdsa");
    assay_pcrs given = values_of_machine();
    assay_pcrs values = { .bank_count = 7 };

    assay_pcrs_bank(&given, ASSAY_ALG_SHA1)->value[0][0] ^= 1;
    cr_expect_eq(assay_quoted_values(&quote, &given, NULL, hashes, &values), 0);
    cr_expect_eq(values.bank_count, 7, "untouched");
    close_quote();
}

Test(quoted, a_list_whose_digests_follow_is_folded_in_the_banks_of_the_quote)
{
    const assay_quote quote = quote_of("ecdsa");
    const assay_log_header firmware = { .bank_count = 0 };
    const assay_log_header list = { .bank_count = 0, .banks_follow = true };
    assay_replay replay;

    cr_assert_eq(assay_replay_begin(&replay, &firmware, hashes, NULL), 0);
    cr_expect_eq(assay_quoted_add_banks(&quote, &firmware, &replay), 0);
    cr_expect_eq(replay.bank_count, 0);
    cr_expect_eq(assay_quoted_add_banks(&quote, &list, &replay), 0);
    cr_expect_eq(replay.bank_count, 2);
    cr_expect_not_null(assay_replay_bank_of(&replay, ASSAY_ALG_SHA1));
    cr_expect_not_null(assay_replay_bank_of(&replay, ASSAY_ALG_SHA256));
    close_quote();
}
