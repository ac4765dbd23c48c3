/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signatures of policy lists. What is good comes from tboot's tools (fixtures/policies, and all of
 * a collection where one lies beside the project) and from libcrypto's own signing; what is bad is
 * made of that.
 */
#include <criterion/criterion.h>

#include "base/file.h"
#include "base/hex.h"
#include "policy/lcp/signing.h"
#include "tests/allocfail.h"
#include "tests/lms_vector.h"

#include <glob.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#define LISTS "fixtures/policies/lcp/"
#define COLLECTION "../shared/lcp/list/"

enum { CEILING = 1 << 20, KEY_MAX = 512 };

static assay_file load(const char *path)
{
    assay_file file;
    assay_error error;

    cr_assert_eq(assay_file_read(&file, path, CEILING, &error), 0, "%s: %s", path, error.what);
    return file;
}

/* Whether the bytes are a list; then its verdict. */
static bool check(assay_bytes bytes, assay_lcp_verdict *ret_verdict)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_cursor cursor = assay_cursor_of(bytes);
    assay_lcp_list list;
    assay_error error = { 0 };
    const bool is_list = assay_lcp_list_read(&cursor, 0, &list, &error) == 0;

    if (is_list)
        cr_assert_eq(assay_lcp_signature_check(&list, hashes, ret_verdict, &error), 0, "%s",
                     error.what);
    assay_hashes_free(&hashes);
    return is_list;
}

static void expect_verdict(const char *what, assay_bytes bytes, enum assay_lcp_trust trust,
                           uint16_t hash_alg)
{
    assay_lcp_verdict verdict = { 0 };

    cr_assert(check(bytes, &verdict), "%s is a list", what);
    cr_expect_eq(verdict.trust, trust, "%s is %s: %s", what, assay_lcp_trust_name(verdict.trust),
                 verdict.reason);
    cr_expect_eq(verdict.hash_alg, hash_alg, "%s: hash 0x%04x", what, verdict.hash_alg);
}

static const struct {
    const char *path;
    uint16_t hash_alg;
} good[] = {
    { LISTS "l100-rsa2048.lst", ASSAY_ALG_SHA1 },
    { LISTS "l201-multi-rsa2048b.lst", ASSAY_ALG_SHA256 },
    { LISTS "l200-p256.lst", ASSAY_ALG_SHA256 },
    { LISTS "l300-pss2048-sha256.lst", ASSAY_ALG_SHA256 },
    { LISTS "l300-p384.lst", ASSAY_ALG_SHA384 },
    { LISTS "l300-lms.lst", ASSAY_ALG_SHA256 },
};

enum { GOOD = sizeof good / sizeof *good };

Test(lcp_signature, lists_that_tboot_signed_are_good)
{
    for (size_t i = 0; i < GOOD; i++) {
        assay_file file = load(good[i].path);

        expect_verdict(good[i].path, file.bytes, ASSAY_LCP_GOOD, good[i].hash_alg);
        assay_file_close(&file);
    }
}

/* Each byte of a signed list counts, so no change of one leaves it good. */
Test(lcp_signature, no_byte_of_a_good_list_can_change)
{
    for (size_t i = 0; i < GOOD; i++) {
        assay_file file = load(good[i].path);
        uint8_t *const copy = malloc(file.bytes.size);

        memcpy(copy, file.bytes.data, file.bytes.size);
        for (size_t at = 0; at < file.bytes.size; at++) {
            assay_lcp_verdict verdict = { .trust = ASSAY_LCP_BAD };

            copy[at] ^= (uint8_t)(1u << at % 8);
            if (check(assay_bytes_of(copy, file.bytes.size), &verdict)) {
                cr_expect_neq(verdict.trust, ASSAY_LCP_GOOD, "%s: byte %zu", good[i].path, at);
                cr_expect_lt(verdict.offset, file.bytes.size);
                cr_expect(verdict.reason != NULL && verdict.field != NULL);
            }
            copy[at] = file.bytes.data[at];
        }
        free(copy);
        assay_file_close(&file);
    }
}

/* Of the collection: what its names say was done to a list. */
Test(lcp_signature, the_collection_is_as_its_names_say)
{
    glob_t paths;

    if (glob(COLLECTION "*.lst", 0, NULL, &paths) != 0)
        cr_skip_test("there is no collection beside the project");
    for (size_t i = 0; i < paths.gl_pathc; i++) {
        const char *const path = paths.gl_pathv[i];
        const bool bad = strstr(path, "tamper") != NULL || strstr(path, "mismatch") != NULL;
        assay_file file = load(path);
        assay_cursor cursor = assay_cursor_of(file.bytes);
        assay_lcp_verdict verdict;
        assay_lcp_list list;

        if (assay_lcp_list_read(&cursor, 0, &list, NULL) == 0 && check(file.bytes, &verdict))
            cr_expect_eq(verdict.trust,
                         !list.is_signed ? ASSAY_LCP_UNCHECKED
                         : bad           ? ASSAY_LCP_BAD
                                         : ASSAY_LCP_GOOD,
                         "%s: %s", path, verdict.reason);
        assay_file_close(&file);
    }
    globfree(&paths);
}

/* --- damaged with a purpose ---------------------------------------------------------------- */

static const struct {
    const char *path;
    size_t offset; /* of what is changed */
    size_t size;
    uint8_t byte; /* that all of it becomes */
    enum assay_lcp_trust trust;
    uint64_t found; /* where */
    const char *field;
    const char *reason;
} damages[] = {
    /* 66: behind the revocation counter at 58; 8 + 50 bytes of one MLE2 element with SHA-256. */
    { LISTS "l300-pss2048-sha256.lst", 66, 1, 0x03, ASSAY_LCP_BAD, 66, "Exponent",
      "the key's exponent isn't 65537" },
    { LISTS "l300-pss2048-sha256.lst", 70, 1, 0x00, ASSAY_LCP_BAD, 70, "PubkeyValue",
      "the key is none: its numbers can't be" },
    { LISTS "l300-pss2048-sha256.lst", 325, 1, 0x00, ASSAY_LCP_BAD, 70, "PubkeyValue",
      "the modulus is shorter than its size says" },
    { LISTS "l300-pss2048-sha256.lst", 331, 1, 0x12, ASSAY_LCP_BAD, 331, "HashAlg",
      "the signature's hash is none that RSA is used with" },
    { LISTS "l300-pss2048-sha256.lst", 333, 256, 0x00, ASSAY_LCP_BAD, 333, "Signature",
      "the place of the signature is empty: the list waits for one" },
    { LISTS "l300-pss2048-sha256.lst", 333, 256, 0xFF, ASSAY_LCP_BAD, 333, "Signature",
      "the signature doesn't fit: the list, the key or the signature was changed, or another key "
      "made it" },
    /* 44 bytes of elements, counter and size: the modulus is at 48, the signature at 304. */
    { LISTS "l100-rsa2048.lst", 20, 1, 0x7F, ASSAY_LCP_BAD, 0, "PolicyElements",
      "the signature is the key's, but the list isn't what was signed" },
    { LISTS "l100-rsa2048.lst", 310, 1, 0x7E, ASSAY_LCP_BAD, 304, "SigBlock",
      "the signature isn't the key's: it was changed, or the key was, or another key made it" },
    { LISTS "l200-p256.lst", 66, 32, 0x01, ASSAY_LCP_BAD, 66, "Qx",
      "the key is none: its point is not on the curve" },
    { LISTS "l300-p384.lst", 167, 1, 0x0B, ASSAY_LCP_BAD, 167, "HashAlg",
      "the signature's hash isn't the one that its curve is used with: SHA-256 with P-256, "
      "SHA-384 with P-384, SM3 with SM2" },
};

Test(lcp_signature, what_is_wrong_is_named_with_its_place)
{
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        assay_file file = load(damages[i].path);
        uint8_t *const copy = malloc(file.bytes.size);
        assay_lcp_verdict verdict = { 0 };

        memcpy(copy, file.bytes.data, file.bytes.size);
        memset(copy + damages[i].offset, damages[i].byte, damages[i].size);
        cr_assert(check(assay_bytes_of(copy, file.bytes.size), &verdict), "row %zu", i);
        cr_expect_eq(verdict.trust, damages[i].trust, "row %zu: %s", i, verdict.reason);
        cr_expect_eq(verdict.offset, damages[i].found, "row %zu: at %lu", i,
                     (unsigned long)verdict.offset);
        cr_expect_str_eq(verdict.field, damages[i].field, "row %zu: %s", i, verdict.field);
        cr_expect_str_eq(verdict.reason, damages[i].reason, "row %zu: %s", i, verdict.reason);
        free(copy);
        assay_file_close(&file);
    }
}

/* --- signed by libcrypto's own ways --------------------------------------------------------- */

/* A list 2.0 without elements, waiting for the signature of a key. */
typedef struct waiting {
    EVP_PKEY *pkey;
    assay_key_public public;
    uint8_t bytes[2048];
    size_t size;
    assay_lcp_list list;
} waiting;

static void little_endian(const EVP_PKEY *pkey, const char *name, uint8_t *to, size_t size)
{
    BIGNUM *number = NULL;

    cr_assert_eq(EVP_PKEY_get_bn_param(pkey, name, &number), 1, "%s", name);
    cr_assert_eq(BN_bn2lebinpad(number, to, (int)size), (int)size);
    BN_free(number);
}

static void make_waiting(waiting *w, uint16_t scheme, uint16_t hash_alg)
{
    static const uint8_t header[] = { 0x00, 0x02, 0x10, 0x00, 0, 0, 0, 0 };
    const assay_lcp_signing signing = { .scheme = scheme, .hash_alg = hash_alg };
    assay_writer writer = assay_writer_lent(w->bytes, sizeof w->bytes);
    assay_cursor cursor = assay_cursor_of(assay_bytes_of(header, sizeof header));
    assay_lcp_list list;

    cr_assert_eq(assay_lcp_list_read(&cursor, 0, &list, NULL), 0);
    cr_assert_eq(assay_lcp_signing_prepare(&writer, &list, &w->public, &signing, NULL), 0);
    w->size = assay_written(&writer).size;
    cursor = assay_cursor_of(assay_bytes_of(w->bytes, w->size));
    cr_assert_eq(assay_lcp_list_read(&cursor, 0, &w->list, NULL), 0);
}

static void make_sm2(waiting *w)
{
    w->pkey = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
    w->public = (assay_key_public){
        .alg = ASSAY_ALG_ECC, .bits = 256, .curve = ASSAY_CURVE_SM2, .size = 64
    };
    little_endian(w->pkey, OSSL_PKEY_PARAM_EC_PUB_X, w->public.value, 32);
    little_endian(w->pkey, OSSL_PKEY_PARAM_EC_PUB_Y, w->public.value + 32, 32);
    make_waiting(w, ASSAY_ALG_SM2, ASSAY_ALG_SM3_256);
}

static void place(waiting *w, enum assay_lcp_signature_form form, const uint8_t *signature,
                  size_t size)
{
    uint8_t stored[KEY_MAX];
    assay_writer writer = assay_writer_lent(stored, sizeof stored);

    cr_assert_eq(assay_lcp_signature_import(&w->list.signature, form,
                                            assay_bytes_of(signature, size), &writer, NULL),
                 0);
    memcpy(w->bytes + (w->list.signature.value.data - w->bytes), stored,
           assay_written(&writer).size);
}

/* By EVP_DigestSign, which puts Z together itself. */
static void sign_sm2(waiting *w, const char *identity)
{
    EVP_MD_CTX *const context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *const parameters = EVP_PKEY_CTX_new_from_pkey(NULL, w->pkey, NULL);
    uint8_t der[128];
    size_t size = sizeof der;

    EVP_MD_CTX_set_pkey_ctx(context, parameters);
    if (identity != NULL)
        cr_assert_gt(EVP_PKEY_CTX_set1_id(parameters, identity, strlen(identity)), 0);
    cr_assert_eq(EVP_DigestSignInit(context, NULL, EVP_sm3(), NULL, w->pkey), 1);
    cr_assert_eq(
        EVP_DigestSign(context, der, &size, w->list.signed_data.data, w->list.signed_data.size), 1);
    place(w, ASSAY_LCP_FORM_DER, der, size);
    EVP_PKEY_CTX_free(parameters);
    EVP_MD_CTX_free(context);
}

Test(lcp_signature, sm2_is_good_with_an_empty_identity_and_else_not_decided)
{
    waiting w;

    make_sm2(&w);
    sign_sm2(&w, NULL);
    expect_verdict("empty", assay_bytes_of(w.bytes, w.size), ASSAY_LCP_GOOD, ASSAY_ALG_SM3_256);
    sign_sm2(&w, "1234567812345678");
    expect_verdict("GM/T 0009's", assay_bytes_of(w.bytes, w.size), ASSAY_LCP_UNCHECKED,
                   ASSAY_ALG_SM3_256);
    sign_sm2(&w, "8765432187654321");
    expect_verdict("another", assay_bytes_of(w.bytes, w.size), ASSAY_LCP_BAD, ASSAY_ALG_SM3_256);
    EVP_PKEY_free(w.pkey);
}

static size_t sign_plain(EVP_PKEY *pkey, const EVP_MD *md, assay_bytes data, uint8_t *signature,
                         size_t size)
{
    EVP_PKEY_CTX *const context = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned digest_size;

    EVP_Digest(data.data, data.size, digest, &digest_size, md, NULL);
    cr_assert_gt(EVP_PKEY_sign_init(context), 0);
    if (EVP_PKEY_is_a(pkey, "RSA"))
        cr_assert_gt(EVP_PKEY_CTX_set_signature_md(context, md), 0);
    cr_assert_gt(EVP_PKEY_sign(context, signature, &size, digest, digest_size), 0);
    EVP_PKEY_CTX_free(context);
    return size;
}

Test(lcp_signature, sm2_without_an_identity_is_not_decided)
{
    uint8_t der[128];
    waiting w;

    make_sm2(&w);
    place(&w, ASSAY_LCP_FORM_AUTO, der,
          sign_plain(w.pkey, EVP_sm3(), w.list.signed_data, der, sizeof der));
    expect_verdict("plain", assay_bytes_of(w.bytes, w.size), ASSAY_LCP_UNCHECKED,
                   ASSAY_ALG_SM3_256);
    EVP_PKEY_free(w.pkey);
}

static void make_rsa(waiting *w, unsigned bits)
{
    w->pkey = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits);
    w->public = (assay_key_public){
        .alg = ASSAY_ALG_RSA, .bits = (uint16_t)bits, .exponent = 65537, .size = bits / 8
    };
    little_endian(w->pkey, OSSL_PKEY_PARAM_RSA_N, w->public.value, w->public.size);
    make_waiting(w, ASSAY_ALG_RSASSA, ASSAY_ALG_SHA256);
}

/* The hash is the one that the signature names, and one that lists don't have is none. */
Test(lcp_signature, the_hash_of_rsassa_is_read_from_the_signature)
{
    static const struct {
        const EVP_MD *(*md)(void);
        enum assay_lcp_trust trust;
        uint16_t hash_alg;
    } rows[] = {
        { EVP_sha1, ASSAY_LCP_GOOD, ASSAY_ALG_SHA1 },
        { EVP_sha256, ASSAY_LCP_GOOD, ASSAY_ALG_SHA256 },
        { EVP_sha384, ASSAY_LCP_GOOD, ASSAY_ALG_SHA384 },
        { EVP_sha512, ASSAY_LCP_GOOD, ASSAY_ALG_SHA512 },
        { EVP_sha224, ASSAY_LCP_BAD, ASSAY_ALG_NULL },
        { EVP_md5, ASSAY_LCP_BAD, ASSAY_ALG_NULL },
    };
    waiting w;

    make_rsa(&w, 1024);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t signature[KEY_MAX];

        place(&w, ASSAY_LCP_FORM_RAW, signature,
              sign_plain(w.pkey, rows[i].md(), w.list.signed_data, signature, sizeof signature));
        expect_verdict(EVP_MD_get0_name(rows[i].md()), assay_bytes_of(w.bytes, w.size),
                       rows[i].trust, rows[i].hash_alg);
    }
    EVP_PKEY_free(w.pkey);
}

/* --- LMS -------------------------------------------------------------------------------------- */

enum { LMS_KEY = 48, LMS_VALUE = 1740, LMS_MESSAGE = 31 };

typedef struct lms_list {
    uint8_t key[LMS_KEY], value[LMS_VALUE], message[LMS_MESSAGE];
    assay_lcp_list list;
} lms_list;

/* A list that the vector's message stands for: what is signed is all that LMS asks of it. */
static void make_lms(lms_list *l)
{
    cr_assert(assay_hex_decode(assay_bytes_of_string(lms_key), l->key, sizeof l->key));
    cr_assert(assay_hex_decode(assay_bytes_of_string(lms_signature), l->value, sizeof l->value));
    cr_assert(assay_hex_decode(assay_bytes_of_string(lms_message), l->message, sizeof l->message));
    l->list = (assay_lcp_list){
        .bytes = assay_bytes_of(l, sizeof *l),
        .is_signed = true,
        .signature = { .scheme = ASSAY_ALG_LMS,
                       .key_alg = ASSAY_ALG_LMS,
                       .hash_alg = ASSAY_ALG_SHA256,
                       .key = assay_bytes_of(l->key, sizeof l->key),
                       .value = assay_bytes_of(l->value, sizeof l->value) },
        .signed_data = assay_bytes_of(l->message, sizeof l->message),
    };
}

static assay_lcp_verdict check_lms(const lms_list *l)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_lcp_verdict verdict = { 0 };

    cr_assert_eq(assay_lcp_signature_check(&l->list, hashes, &verdict, NULL), 0);
    assay_hashes_free(&hashes);
    return verdict;
}

Test(lcp_signature, lms_is_good_as_rfc_9858_has_it_and_with_no_other_byte)
{
    static lms_list l;
    uint8_t *const all[] = { l.key, l.value, l.message };
    const size_t sizes[] = { sizeof l.key, sizeof l.value, sizeof l.message };

    make_lms(&l);
    const assay_lcp_verdict good = check_lms(&l);
    cr_expect_eq(good.trust, ASSAY_LCP_GOOD, "%s", good.reason);
    cr_expect_eq(good.hash_alg, ASSAY_ALG_SHA256);
    for (size_t part = 0; part < 3; part++)
        for (size_t i = 0; i < sizes[part]; i++) {
            all[part][i] ^= (uint8_t)(1u << i % 8);
            const assay_lcp_verdict bad = check_lms(&l);
            cr_expect_eq(bad.trust, ASSAY_LCP_BAD, "part %zu, byte %zu", part, i);
            all[part][i] ^= (uint8_t)(1u << i % 8);
        }
}

Test(lcp_signature, lms_of_other_parameters_or_sizes_is_bad)
{
    static const struct {
        size_t offset; /* in the value */
        uint8_t byte;
        const char *field;
    } rows[] = {
        { 0, 0x01, "Q" },                              /* a leaf beyond 2^20 */
        { 7, 0x08, "LmotsType" },                      /* N24_W8 */
        { 4 + 4 + 24 + 51 * 24 + 3, 0x0C, "LmsType" }, /* M24_H15 */
    };
    static lms_list l;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        make_lms(&l);
        l.value[rows[i].offset] = rows[i].byte;
        cr_expect_str_eq(check_lms(&l).field, rows[i].field);
        cr_expect_eq(check_lms(&l).trust, ASSAY_LCP_BAD);
    }
    make_lms(&l);
    l.list.signature.value.size--;
    cr_expect_str_eq(check_lms(&l).field, "Signature");
    make_lms(&l);
    l.list.signature.key.size--;
    cr_expect_str_eq(check_lms(&l).field, "KeySize");
    make_lms(&l);
    l.list.signature.hash_alg = ASSAY_ALG_SHA384;
    cr_expect_str_eq(check_lms(&l).field, "HashAlg");
}

/* --- what else there is ---------------------------------------------------------------------- */

Test(lcp_signature, what_can_not_be_checked_is_never_good)
{
    static const struct {
        uint16_t scheme;
        const char *reason;
    } rows[] = {
        { ASSAY_ALG_MLDSA, "ML-DSA signatures can't be checked here" },
        { 0x7777, "the signature's scheme is unknown here" },
    };
    static const uint8_t value[] = { 1 };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_hashes *hashes = assay_hashes_new();
        const assay_lcp_list list = {
            .bytes = assay_bytes_of(value, 1),
            .is_signed = true,
            .signature = { .scheme = rows[i].scheme, .value = assay_bytes_of(value, 1) },
        };
        assay_lcp_verdict verdict = { .trust = ASSAY_LCP_GOOD };

        cr_expect_eq(assay_lcp_signature_check(&list, hashes, &verdict, NULL), 0);
        cr_expect_eq(verdict.trust, ASSAY_LCP_UNCHECKED);
        cr_expect_str_eq(verdict.reason, rows[i].reason);
        assay_hashes_free(&hashes);
    }
}

static assay_bytes allocating;

static int check_once(void)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_cursor cursor = assay_cursor_of(allocating);
    assay_lcp_verdict verdict = { .trust = ASSAY_LCP_GOOD };
    assay_lcp_list list;
    int status = -ASSAY_NO_MEMORY;

    if (hashes != NULL && assay_lcp_list_read(&cursor, 0, &list, NULL) == 0)
        status = assay_lcp_signature_check(&list, hashes, &verdict, NULL);
    assay_hashes_free(&hashes);
    cr_expect(status < 0 || verdict.trust != ASSAY_LCP_BAD, "no memory is no bad signature");
    return status;
}

Test(lcp_signature, without_memory_nothing_is_bad)
{
    for (size_t i = 0; i < GOOD; i++) {
        assay_file file = load(good[i].path);

        allocating = file.bytes;
        each_allocation_fails(good[i].path, check_once);
        assay_file_close(&file);
    }
}
