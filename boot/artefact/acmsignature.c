/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is signed of an authenticated code module, and whether the signature is its key's.
 *
 * The signature of header version 0.0 is PKCS #1 v1.5's padding around the bare SHA-256, its
 * bytes in reverse, without DigestInfo. So it is in modules that Intel signed, and neither the
 * SDG nor PKCS says so. For later versions no such module is at hand: every form is tried.
 */
#include "boot/artefact/acm.h"

#include <openssl/bn.h>

enum {
    COMMON_SIZE = 128, /* the header up to ScratchSize */
    KEY_MAX = 384,
    PADDING_MIN = 8,
    PREFIX_MAX = 19,
};

void assay_acm_signed_parts(const assay_acm *acm, assay_bytes ret_parts[2])
{
    assay_cursor c = assay_cursor_of(acm->module);

    ret_parts[0] = assay_take(&c, COMMON_SIZE);
    ret_parts[1] = acm->user_area;
}

int assay_acm_digest(const assay_acm *acm, assay_hash *hash, uint8_t *ret_digest)
{
    assay_bytes parts[2];

    assay_acm_signed_parts(acm, parts);
    return assay_hash_parts(hash, parts, 2, ret_digest);
}

int assay_acm_key_digest(const assay_acm *acm, assay_hash *hash, uint8_t *ret_digest)
{
    return assay_hash_parts(hash, &acm->key, 1, ret_digest);
}

/* DigestInfo up to the digest (RFC 8017, 9.2, note 1). */
static const struct {
    uint16_t alg;
    size_t size;
    uint8_t bytes[PREFIX_MAX];
} digest_infos[] = {
    { ASSAY_ALG_SHA1,
      15,
      { 0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04,
        0x14 } },
    { ASSAY_ALG_SHA256,
      19,
      { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
        0x05, 0x00, 0x04, 0x20 } },
    { ASSAY_ALG_SHA384,
      19,
      { 0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02,
        0x05, 0x00, 0x04, 0x30 } },
};

/* signature ^ exponent mod key, big-endian, of the key's size. */
static int recover(const assay_acm *acm, uint8_t ret_message[static KEY_MAX], assay_error *error)
{
    BN_CTX *const context = BN_CTX_new();
    BIGNUM *const n = BN_lebin2bn(acm->key.data, (int)acm->key.size, NULL);
    BIGNUM *const s = BN_lebin2bn(acm->signature.data, (int)acm->signature.size, NULL);
    BIGNUM *const e = BN_new(), *const m = BN_new();
    int status = 0;

    if (context == NULL || n == NULL || s == NULL || e == NULL || m == NULL ||
        BN_set_word(e, acm->exponent) != 1)
        status = assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for a signature");
    else if (!BN_is_odd(n)) /* no key at all: nothing verifies */
        memset(ret_message, 0, acm->key.size);
    else if (BN_mod_exp(m, s, e, n, context) != 1 ||
             BN_bn2binpad(m, ret_message, (int)acm->key.size) < 0)
        status = assay_fail(error, ASSAY_CRYPTO, ASSAY_NOWHERE,
                            "the signature can't be raised to the key's exponent");
    BN_free(m);
    BN_free(e);
    BN_free(s);
    BN_free(n);
    BN_CTX_free(context);
    return status;
}

/* What stands behind 00 01 ff ... ff 00; no bytes where there is no such padding. */
static assay_bytes unpad(assay_bytes message)
{
    assay_cursor c = assay_cursor_of(message);
    size_t padding = 0;
    uint8_t next;

    if (!assay_bytes_start_with(assay_take(&c, 2), ASSAY_LITERAL("\0\1")))
        return ASSAY_NO_BYTES;
    while ((next = assay_take_u8(&c)) == 0xff)
        padding++;
    return !c.failed && next == 0 && padding >= PADDING_MIN ? assay_take_rest(&c) : ASSAY_NO_BYTES;
}

static bool is_reverse(assay_bytes a, assay_bytes b)
{
    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++)
        if (a.data[i] != b.data[b.size - 1 - i])
            return false;
    return true;
}

/* Whether the payload stands for the module's digest in this algorithm, in any form. */
static int stands_for(const assay_acm *acm, assay_hashes *hashes, size_t info, assay_bytes payload,
                      bool *ret_good)
{
    const assay_bytes prefix = assay_bytes_of(digest_infos[info].bytes, digest_infos[info].size);
    uint8_t digest[ASSAY_DIGEST_MAX];
    assay_hash *hash;
    int status = assay_hashes_get(hashes, digest_infos[info].alg, &hash);

    if (status == 0)
        status = assay_acm_digest(acm, hash, digest);
    if (status < 0)
        return status;
    const assay_bytes wanted = assay_bytes_of(digest, assay_hash_size(hash));

    if (assay_bytes_start_with(payload, prefix)) {
        assay_cursor c = assay_cursor_of(payload);

        assay_take(&c, prefix.size);
        payload = assay_take_rest(&c);
    }
    *ret_good = *ret_good || assay_bytes_equal(payload, wanted) || is_reverse(payload, wanted);
    return 0;
}

int assay_acm_check_signature(const assay_acm *acm, assay_hashes *hashes,
                              enum assay_acm_signature *ret_result, assay_error *error)
{
    uint8_t message[KEY_MAX];
    bool good = false;
    int status = recover(acm, message, error);

    if (status < 0)
        return status;
    const assay_bytes payload = unpad(assay_bytes_of(message, acm->key.size));

    for (size_t i = 0; i < sizeof digest_infos / sizeof *digest_infos && status == 0; i++)
        status = stands_for(acm, hashes, i, payload, &good);
    if (status < 0)
        return assay_fail(error, (enum assay_kind) - status, ASSAY_NOWHERE,
                          "the module can't be hashed");
    *ret_result = good ? ASSAY_ACM_SIGNATURE_GOOD
                  : payload.data != NULL || acm->header_version == 0
                      ? ASSAY_ACM_SIGNATURE_BAD
                      : ASSAY_ACM_SIGNATURE_UNCHECKED;
    return 0;
}
