/* SPDX-License-Identifier: BSD-2-Clause */
/* Signatures of RSA: PKCS #1 v1.5 with the hash that the signature itself names, and PSS. */
#include "policy/key/key_private.h"
#include "policy/lcp/signature_private.h"

#include <openssl/err.h>
#include <openssl/rsa.h>

/* Sizes in bytes: what lists have, and what they had if hardware took more. */
enum { MODULUS_MAX = 512, EXPONENT = 65537 };

/* RFC 8017 9.2, note 1. */
static const struct prefix {
    uint16_t alg;
    uint8_t size;
    uint8_t bytes[19];
} prefixes[] = {
    { ASSAY_ALG_SHA1,
      15,
      { 0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2B, 0x0E, 0x03, 0x02, 0x1A, 0x05, 0x00, 0x04,
        0x14 } },
    { ASSAY_ALG_SHA256,
      19,
      { 0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
        0x05, 0x00, 0x04, 0x20 } },
    { ASSAY_ALG_SHA384,
      19,
      { 0x30, 0x41, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02,
        0x05, 0x00, 0x04, 0x30 } },
    { ASSAY_ALG_SHA512,
      19,
      { 0x30, 0x51, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03,
        0x05, 0x00, 0x04, 0x40 } },
};

enum { PREFIXES = sizeof prefixes / sizeof *prefixes };

assay_bytes assay_digest_info_prefix(uint16_t hash_alg)
{
    for (size_t i = 0; i < PREFIXES; i++)
        if (prefixes[i].alg == hash_alg)
            return assay_bytes_of(prefixes[i].bytes, prefixes[i].size);
    return ASSAY_NO_BYTES;
}

/* The digest of a DigestInfo; its algorithm, or TPM_ALG_NULL for what is none. */
static uint16_t digest_of(assay_bytes info, assay_bytes *ret_digest)
{
    for (size_t i = 0; i < PREFIXES; i++) {
        const assay_bytes prefix = assay_bytes_of(prefixes[i].bytes, prefixes[i].size);
        const size_t digest = prefix.data[prefix.size - 1];

        if (assay_bytes_start_with(info, prefix) && info.size == prefix.size + digest) {
            *ret_digest = assay_bytes_of(info.data + prefix.size, digest);
            return prefixes[i].alg;
        }
    }
    return ASSAY_ALG_NULL;
}

/* What makes a key none that can be checked with; false after the verdict. */
static bool key_is_sound(const assay_lcp_checking *c)
{
    const assay_lcp_signature *const signature = &c->list->signature;

    if (signature->exponent != EXPONENT)
        assay_lcp_judge(c, ASSAY_LCP_BAD, assay_lcp_before(signature->key, 4), "Exponent",
                        "the key's exponent isn't 65537");
    else if (signature->key.size == 0 || signature->key.size > MODULUS_MAX)
        assay_lcp_judge(c, ASSAY_LCP_UNCHECKED, signature->key, "PubkeySize",
                        "the key has a size that isn't checked here: lists have RSA-2048, "
                        "RSA-3072, and once had RSA-1024");
    else if (signature->value.size != signature->key.size)
        assay_lcp_judge(c, ASSAY_LCP_BAD, signature->value, "KeySize",
                        "the signature is not as long as the key");
    else if (signature->key.data[signature->key.size - 1] < 0x80)
        assay_lcp_judge(c, ASSAY_LCP_BAD, signature->key, "PubkeyValue",
                        "the modulus is shorter than its size says");
    else
        return true;
    return false;
}

static void reverse(uint8_t *to, assay_bytes from)
{
    for (size_t i = 0; i < from.size; i++)
        to[i] = from.data[from.size - 1 - i];
}

static int judge_rsassa(const assay_lcp_checking *c, assay_bytes info)
{
    const assay_bytes at = c->list->signature.value;
    assay_bytes stated = ASSAY_NO_BYTES;
    assay_digest digest;

    c->verdict->hash_alg = digest_of(info, &stated);
    if (c->verdict->hash_alg == ASSAY_ALG_NULL)
        return assay_lcp_judge(c, ASSAY_LCP_BAD, at, "SigBlock",
                               "the signature holds the digest of no hash that lists have");
    const int status =
        assay_lcp_signature_digest(c->list, c->verdict->hash_alg, c->hashes, &digest);
    if (status < 0)
        return assay_lcp_judge_hash(c, status);
    if (!assay_bytes_equal(assay_bytes_of(digest.value, digest.size), stated))
        return assay_lcp_judge(c, ASSAY_LCP_BAD, c->list->bytes, "PolicyElements",
                               "the signature is the key's, but the list isn't what was signed");
    return assay_lcp_judge(c, ASSAY_LCP_GOOD, at, "SigBlock", "the list is what the key signed");
}

static int recover(const assay_lcp_checking *c, EVP_PKEY_CTX *context)
{
    const assay_bytes value = c->list->signature.value;
    uint8_t signature[MODULUS_MAX], info[MODULUS_MAX];
    size_t size = sizeof info;

    reverse(signature, value);
    if (EVP_PKEY_verify_recover_init(context) <= 0 ||
        EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) <= 0 ||
        EVP_PKEY_verify_recover(context, info, &size, signature, value.size) <= 0)
        return assay_lcp_judge_refused(c, value, "SigBlock",
                                       "the signature isn't the key's: it was changed, or the "
                                       "key was, or another key made it");
    return judge_rsassa(c, assay_bytes_of(info, size));
}

static int judge_no_key(const assay_lcp_checking *c)
{
    return assay_lcp_judge_refused(c, c->list->signature.key, "PubkeyValue",
                                   "the key is none: its numbers can't be");
}

static int with_key(const assay_lcp_checking *c,
                    int (*work)(const assay_lcp_checking *c, EVP_PKEY_CTX *context))
{
    const assay_lcp_signature *const signature = &c->list->signature;

    if (!key_is_sound(c))
        return 0;
    ERR_set_mark();
    EVP_PKEY *const pkey = assay_key_rsa(signature->key, signature->exponent);
    EVP_PKEY_CTX *const context =
        pkey == NULL ? NULL : EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
    const int status = context == NULL ? judge_no_key(c) : work(c, context);
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(pkey);
    ERR_pop_to_mark();
    return status;
}

int assay_lcp_check_rsassa(const assay_lcp_checking *c)
{
    return with_key(c, recover);
}

static int verify_pss(const assay_lcp_checking *c, EVP_PKEY_CTX *context)
{
    const assay_lcp_signature *const stored = &c->list->signature;
    uint8_t signature[MODULUS_MAX];
    assay_digest digest;

    if (assay_digest_info_prefix(stored->hash_alg).data == NULL)
        return assay_lcp_judge(c, ASSAY_LCP_BAD, assay_lcp_before(stored->value, 2), "HashAlg",
                               "the signature's hash is none that RSA is used with");
    const int status = assay_lcp_signature_digest(c->list, stored->hash_alg, c->hashes, &digest);
    if (status < 0)
        return assay_lcp_judge_hash(c, status);
    c->verdict->hash_alg = stored->hash_alg;
    reverse(signature, stored->value);
    if (EVP_PKEY_verify_init(context) <= 0 ||
        !assay_key_set_scheme(context, ASSAY_ALG_RSAPSS, stored->hash_alg))
        return assay_fail(c->error, ASSAY_CRYPTO, ASSAY_NOWHERE, "libcrypto refuses RSA-PSS");
    if (EVP_PKEY_verify(context, signature, stored->value.size, digest.value, digest.size) != 1)
        return assay_lcp_judge_refused(c, stored->value, "Signature",
                                       "the signature doesn't fit: the list, the key or the "
                                       "signature was changed, or another key made it");
    return assay_lcp_judge(c, ASSAY_LCP_GOOD, stored->value, "Signature",
                           "the list is what the key signed");
}

int assay_lcp_check_rsapss(const assay_lcp_checking *c)
{
    return with_key(c, verify_pss);
}
