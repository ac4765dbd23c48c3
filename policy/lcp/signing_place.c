/* SPDX-License-Identifier: BSD-2-Clause */
/* Signatures in the forms of other programs, as lists store them; and made here. */
#include "policy/key/key_private.h"
#include "policy/lcp/signing.h"

#include <openssl/err.h>

static int refuse(assay_error *error, enum assay_kind kind, const char *what)
{
    return assay_fail(error, kind, ASSAY_NOWHERE, "%s", what);
}

/* Numbers of `size` bytes each, turned into the other byte order. */
static void put_reversed(assay_writer *writer, assay_bytes numbers, size_t size)
{
    for (size_t at = 0; at < numbers.size; at += size)
        for (size_t i = size; i > 0; i--)
            assay_put_u8(writer, numbers.data[at + i - 1]);
}

static size_t number_size(const assay_lcp_signature *block)
{
    return block->key_alg == ASSAY_ALG_ECC ? block->key.size / 2 : block->key.size;
}

static int import_der(const assay_lcp_signature *block, assay_bytes der, assay_writer *writer)
{
    uint8_t numbers[ASSAY_KEY_PUBLIC_MAX];
    const size_t size = number_size(block);

    if (block->key_alg != ASSAY_ALG_ECC || 2 * size > sizeof numbers)
        return -ASSAY_MALFORMED;
    ERR_set_mark();
    const size_t written = assay_key_ecc_from_der(der, size, numbers);
    ERR_pop_to_mark();
    if (written == 0)
        return -ASSAY_MALFORMED;
    put_reversed(writer, assay_bytes_of(numbers, written), size);
    return 0;
}

static int complain_size(const assay_lcp_signature *block, assay_bytes signature,
                         assay_error *error)
{
    return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                      "the signature has %zu bytes, and one of this key has %zu%s", signature.size,
                      block->value.size,
                      block->key_alg == ASSAY_ALG_ECC ? ", or is DER of two such numbers" : "");
}

int assay_lcp_signature_import(const assay_lcp_signature *block, enum assay_lcp_signature_form form,
                               assay_bytes signature, assay_writer *writer, assay_error *error)
{
    if ((block->key_alg != ASSAY_ALG_RSA && block->key_alg != ASSAY_ALG_ECC) ||
        block->value.size > ASSAY_KEY_SIGNATURE_MAX)
        return refuse(error, ASSAY_UNSUPPORTED, "such signatures can't be put into a list here");
    if (form == ASSAY_LCP_FORM_DER || form == ASSAY_LCP_FORM_AUTO) {
        if (import_der(block, signature, writer) == 0)
            return 0;
        if (form == ASSAY_LCP_FORM_DER)
            return refuse(error, ASSAY_MALFORMED,
                          block->key_alg == ASSAY_ALG_ECC
                              ? "the signature isn't DER of two numbers of the key's size"
                              : "signatures of RSA aren't DER; their form is raw");
    }
    if (signature.size != block->value.size || signature.size == 0)
        return complain_size(block, signature, error);
    if (form == ASSAY_LCP_FORM_LE)
        assay_put(writer, signature);
    else
        put_reversed(writer, signature, number_size(block));
    return 0;
}

int assay_lcp_signature_key(const assay_lcp_signature *block, assay_key_public *ret_key,
                            assay_error *error)
{
    if ((block->key_alg != ASSAY_ALG_RSA && block->key_alg != ASSAY_ALG_ECC) ||
        block->key.size > sizeof ret_key->value)
        return refuse(error, ASSAY_UNSUPPORTED, "the list's key is of a kind not used here");
    *ret_key = (assay_key_public){ .alg = block->key_alg,
                                   .bits = block->key_bits,
                                   .size = block->key.size };
    if (block->key_alg == ASSAY_ALG_RSA)
        ret_key->exponent = block->exponent;
    else
        ret_key->curve = block->scheme == ASSAY_ALG_SM2 ? ASSAY_CURVE_SM2
                         : block->key_bits == 256       ? ASSAY_CURVE_P256
                                                        : ASSAY_CURVE_P384;
    memcpy(ret_key->value, block->key.data, block->key.size);
    return 0;
}

int assay_lcp_signing_sign(const assay_lcp_list *prepared, const assay_key *key, uint16_t hash_alg,
                           assay_hashes *hashes, assay_writer *writer, assay_error *error)
{
    const assay_lcp_signature *const block = &prepared->signature;
    uint8_t made[ASSAY_KEY_SIGNATURE_MAX];
    assay_digest digest;
    const int status = assay_lcp_signature_digest(prepared, hash_alg, hashes, &digest);

    if (status < 0)
        return refuse(error, (enum assay_kind)(-status), "the list's digest can't be made");
    const int size = assay_key_sign(key, block->scheme, &digest, made, error);
    if (size < 0)
        return size;
    return assay_lcp_signature_import(block, ASSAY_LCP_FORM_RAW, assay_bytes_of(made, (size_t)size),
                                      writer, error);
}
