/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/block.h"

#include "policy/lcp/policy.h"

enum {
    BLOCK_VERSION = 0x10, /* of the structures in the block of a list 3.0 */
    EXPONENT = 65537,
    RSA_SIZE_MAX = 2048, /* bytes: far beyond what any ACM takes, and key_bits has room for it */
};

#define FINE ((assay_lcp_fault){ 0, NULL, NULL })

static assay_lcp_fault fault_at(const assay_cursor *cursor, size_t back, const char *field,
                                const char *why)
{
    if (cursor->failed)
        return FINE;
    return (assay_lcp_fault){ cursor->offset - back, field, why };
}

static bool is_rsa_size(size_t size)
{
    return size > 0 && size <= RSA_SIZE_MAX;
}

static bool is_curve_size(size_t size)
{
    return size == 32 || size == 48;
}

/* LCP_SIGNATURE: all but SigBlock is signed. */
static assay_lcp_fault take_rsa(assay_cursor *cursor, assay_lcp_list *list, size_t *signed_size)
{
    assay_lcp_signature *const signature = &list->signature;
    const uint16_t size = assay_take_u16le(cursor);

    if (!is_rsa_size(size))
        return fault_at(cursor, 2, "PubkeySize", "the RSA key has no bytes, or more than 2048");
    signature->key_alg = ASSAY_ALG_RSA;
    signature->hash_alg = ASSAY_ALG_NULL;
    signature->key_bits = (uint16_t)(8 * size);
    signature->exponent = EXPONENT;
    signature->key = assay_take(cursor, size);
    *signed_size = cursor->offset;
    signature->value = assay_take(cursor, size);
    return FINE;
}

static void put_rsa(assay_writer *writer, const assay_lcp_list *list)
{
    assay_put_u16le(writer, list->revocation_counter);
    assay_put_u16le(writer, (uint16_t)list->signature.key.size);
    assay_put(writer, list->signature.key);
    assay_put(writer, list->signature.value);
}

/* LCP_ECC_SIGNATURE: all before r is signed. */
static assay_lcp_fault take_ecc(assay_cursor *cursor, assay_lcp_list *list, size_t *signed_size)
{
    assay_lcp_signature *const signature = &list->signature;
    const uint16_t size = assay_take_u16le(cursor);

    if (!is_curve_size(size))
        return fault_at(cursor, 2, "PubkeySize", "coordinates have 32 or 48 bytes, these have not");
    signature->key_alg = ASSAY_ALG_ECC;
    signature->hash_alg = ASSAY_ALG_NULL;
    signature->key_bits = (uint16_t)(8 * size);
    list->reserved = assay_take_u32le(cursor);
    signature->key = assay_take(cursor, (size_t)2 * size);
    *signed_size = cursor->offset;
    signature->value = assay_take(cursor, (size_t)2 * size);
    return FINE;
}

static void put_ecc(assay_writer *writer, const assay_lcp_list *list)
{
    assay_put_u16le(writer, list->revocation_counter);
    assay_put_u16le(writer, (uint16_t)(list->signature.key.size / 2));
    assay_put_u32le(writer, list->reserved);
    assay_put(writer, list->signature.key);
    assay_put(writer, list->signature.value);
}

/* A structure's version and the size of the key, in the unit of its kind. */
static assay_lcp_fault take_head(assay_cursor *cursor, uint16_t *ret_size)
{
    const uint8_t version = assay_take_u8(cursor);

    *ret_size = assay_take_u16le(cursor);
    return version == BLOCK_VERSION ? FINE
                                    : fault_at(cursor, 3, "Version", "the structure's is not 0x10");
}

static void put_head(assay_writer *writer, size_t size)
{
    assay_put_u8(writer, BLOCK_VERSION);
    assay_put_u16le(writer, (uint16_t)size);
}

static assay_lcp_fault check_key_size(const assay_cursor *cursor, const assay_lcp_scheme *scheme,
                                      uint16_t stated)
{
    const char *why = NULL;

    switch (scheme->key_alg) {
    case ASSAY_ALG_RSA:
        if (stated % 8 != 0 || !is_rsa_size(stated / 8))
            why = "bits of an RSA key are a multiple of 8 up to 16384";
        break;
    case ASSAY_ALG_ECC:
        if (stated % 8 != 0 || !is_curve_size(stated / 8))
            why = "a coordinate has 256 or 384 bits";
        break;
    case ASSAY_ALG_LMS: /* 56 is what tboot's header says of the same 48 bytes */
        if (stated != scheme->key_size && stated != scheme->key_size + 8)
            why = "an LMS key has 48 bytes";
        break;
    default:
        if (stated != scheme->key_size)
            why = "an ML-DSA-87 key has 2592 bytes";
    }
    return why == NULL ? FINE : fault_at(cursor, 2, "KeySize", why);
}

/* RSA and ECC: bits of which the file has every byte; else the fixed size of the structure. */
static size_t key_size(const assay_lcp_scheme *scheme, uint16_t stated)
{
    if (scheme->key_size != 0)
        return scheme->key_size;
    return scheme->key_alg == ASSAY_ALG_ECC ? stated / 8 * 2 : stated / 8;
}

static assay_lcp_fault take_key(assay_cursor *cursor, assay_lcp_signature *signature,
                                uint16_t *ret_stated)
{
    const assay_lcp_scheme *const any =
        assay_lcp_scheme_find(signature->key_alg == ASSAY_ALG_RSA   ? ASSAY_ALG_RSAPSS
                              : signature->key_alg == ASSAY_ALG_ECC ? ASSAY_ALG_ECDSA
                                                                    : signature->key_alg);
    if (any == NULL || any->key_alg != signature->key_alg)
        return fault_at(cursor, 2, "KeyAlg", "the kind of key is unknown");
    assay_lcp_fault fault = take_head(cursor, ret_stated);
    if (fault.why == NULL)
        fault = check_key_size(cursor, any, *ret_stated);
    if (fault.why != NULL || cursor->failed)
        return fault;
    if (signature->key_alg == ASSAY_ALG_RSA)
        signature->exponent = assay_take_u32le(cursor);
    const bool in_bits = any->key_size == 0;
    signature->key_bits = (uint16_t)(in_bits ? *ret_stated : 8 * *ret_stated);
    signature->key = assay_take(cursor, key_size(any, *ret_stated));
    return FINE;
}

static assay_lcp_fault take_value(assay_cursor *cursor, assay_lcp_signature *signature,
                                  uint16_t key_stated)
{
    const assay_lcp_scheme *const scheme = assay_lcp_scheme_find(signature->scheme);
    uint16_t stated;

    if (scheme == NULL || scheme->key_alg != signature->key_alg)
        return fault_at(cursor, 2, "SigScheme", "the scheme is unknown, or none of such a key");
    const assay_lcp_fault fault = take_head(cursor, &stated);
    if (fault.why != NULL)
        return fault;
    const bool is_mldsa = scheme->id == ASSAY_ALG_MLDSA;
    if (stated != (is_mldsa ? scheme->value_size : key_stated))
        return fault_at(cursor, 2, "KeySize", "the signature's is not that of its key");
    signature->hash_alg = is_mldsa ? ASSAY_ALG_NULL : assay_take_u16le(cursor);
    signature->value =
        assay_take(cursor, scheme->value_size != 0 ? scheme->value_size : key_size(scheme, stated));
    return FINE;
}

/* LCP_KEY_AND_SIGNATURE of a list 3.0: what is signed ends before it. */
static assay_lcp_fault take_key_and_signature(assay_cursor *cursor, assay_lcp_list *list,
                                              size_t *signed_size)
{
    assay_lcp_signature *const signature = &list->signature;
    uint16_t stated = 0;

    *signed_size = cursor->offset;
    if (assay_take_u8(cursor) != BLOCK_VERSION)
        return fault_at(cursor, 1, "Version", "the structure's is not 0x10");
    signature->key_alg = assay_take_u16le(cursor);
    const assay_lcp_fault fault = take_key(cursor, signature, &stated);
    if (fault.why != NULL || cursor->failed)
        return fault;
    signature->scheme = assay_take_u16le(cursor);
    return take_value(cursor, signature, stated);
}

static void put_key_and_signature(assay_writer *writer, const assay_lcp_list *list)
{
    const assay_lcp_signature *const signature = &list->signature;
    const bool in_bytes =
        signature->key_alg == ASSAY_ALG_LMS || signature->key_alg == ASSAY_ALG_MLDSA;
    const size_t stated = in_bytes ? signature->key_bits / 8 : signature->key_bits;
    const bool is_mldsa = signature->scheme == ASSAY_ALG_MLDSA;

    assay_put_u16le(writer, list->revocation_counter);
    assay_put_u8(writer, BLOCK_VERSION);
    assay_put_u16le(writer, signature->key_alg);
    put_head(writer, stated);
    if (signature->key_alg == ASSAY_ALG_RSA)
        assay_put_u32le(writer, signature->exponent);
    assay_put(writer, signature->key);
    assay_put_u16le(writer, signature->scheme);
    put_head(writer, is_mldsa ? signature->value.size : stated);
    if (!is_mldsa)
        assay_put_u16le(writer, signature->hash_alg);
    assay_put(writer, signature->value);
}

assay_lcp_fault assay_lcp_block_take(assay_cursor *cursor, assay_lcp_list *list,
                                     size_t *signed_size)
{
    list->revocation_counter = assay_take_u16le(cursor);
    if (list->version == ASSAY_LCP_LIST_3_0)
        return take_key_and_signature(cursor, list, signed_size);
    return list->signature.scheme == ASSAY_ALG_RSASSA ? take_rsa(cursor, list, signed_size)
                                                      : take_ecc(cursor, list, signed_size);
}

void assay_lcp_block_put(assay_writer *writer, const assay_lcp_list *list)
{
    if (list->version == ASSAY_LCP_LIST_3_0)
        put_key_and_signature(writer, list);
    else if (list->signature.scheme == ASSAY_ALG_RSASSA)
        put_rsa(writer, list);
    else
        put_ecc(writer, list);
}
