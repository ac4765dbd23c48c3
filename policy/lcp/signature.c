/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/signature_private.h"

#include <openssl/err.h>

const char *assay_lcp_trust_name(enum assay_lcp_trust trust)
{
    return trust == ASSAY_LCP_GOOD ? "good" : trust == ASSAY_LCP_BAD ? "bad" : "unchecked";
}

uint16_t assay_lcp_curve_hash(uint16_t scheme, uint16_t bits)
{
    if (scheme == ASSAY_ALG_SM2)
        return bits == 256 ? ASSAY_ALG_SM3_256 : ASSAY_ALG_NULL;
    return bits == 256 ? ASSAY_ALG_SHA256 : bits == 384 ? ASSAY_ALG_SHA384 : ASSAY_ALG_NULL;
}

int assay_lcp_signature_digest(const assay_lcp_list *list, uint16_t hash_alg, assay_hashes *hashes,
                               assay_digest *ret_digest)
{
    const assay_lcp_signature *const signature = &list->signature;
    assay_hash *hash;
    int status = assay_hashes_get(hashes, hash_alg, &hash);

    if (status < 0)
        return status;
    *ret_digest = (assay_digest){ .alg = hash_alg, .size = (uint16_t)assay_hash_size(hash) };
    if (signature->scheme == ASSAY_ALG_SM2)
        return assay_sm2_digest(hash, signature->key, list->signed_data, ASSAY_SM2_EMPTY,
                                ret_digest->value);
    return assay_hash_parts(hash, &list->signed_data, 1, ret_digest->value);
}

int assay_lcp_judge(const assay_lcp_checking *c, enum assay_lcp_trust trust, assay_bytes at,
                    const char *field, const char *reason)
{
    c->verdict->trust = trust;
    c->verdict->offset = c->list->offset;
    if (at.data != NULL)
        c->verdict->offset += (uint64_t)(at.data - c->list->bytes.data);
    c->verdict->field = field;
    c->verdict->reason = reason;
    return 0;
}

int assay_lcp_judge_refused(const assay_lcp_checking *c, assay_bytes at, const char *field,
                            const char *reason)
{
    if (ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE ||
        ERR_GET_REASON(ERR_peek_error()) == ERR_R_MALLOC_FAILURE)
        return assay_fail(c->error, ASSAY_NO_MEMORY, ASSAY_NOWHERE,
                          "no memory to check a signature");
    return assay_lcp_judge(c, ASSAY_LCP_BAD, at, field, reason);
}

int assay_lcp_judge_hash(const assay_lcp_checking *c, int status)
{
    if (status == -ASSAY_UNSUPPORTED)
        return assay_lcp_judge(c, ASSAY_LCP_UNCHECKED, c->list->signature.value, "HashAlg",
                               "libcrypto has no such hash");
    return assay_fail(c->error, (enum assay_kind)(-status), ASSAY_NOWHERE,
                      "the list's digest can't be made");
}

static int check_signed(const assay_lcp_checking *c)
{
    const assay_lcp_signature *const signature = &c->list->signature;

    if (signature->empty)
        return assay_lcp_judge(c, ASSAY_LCP_BAD, signature->value, "Signature",
                               "the place of the signature is empty: the list waits for one");
    switch (signature->scheme) {
    case ASSAY_ALG_RSASSA:
        return assay_lcp_check_rsassa(c);
    case ASSAY_ALG_RSAPSS:
        return assay_lcp_check_rsapss(c);
    case ASSAY_ALG_ECDSA:
    case ASSAY_ALG_SM2:
        return assay_lcp_check_ecc(c);
    case ASSAY_ALG_LMS:
        return assay_lcp_check_lms(c);
    case ASSAY_ALG_MLDSA:
        return assay_lcp_judge(c, ASSAY_LCP_UNCHECKED, signature->value, "Signature",
                               "ML-DSA signatures can't be checked here");
    default:
        return assay_lcp_judge(c, ASSAY_LCP_UNCHECKED, signature->value, "SigScheme",
                               "the signature's scheme is unknown here");
    }
}

static int check(const assay_lcp_checking *c)
{
    *c->verdict = (assay_lcp_verdict){ .hash_alg = ASSAY_ALG_NULL };
    return c->list->is_signed ? check_signed(c)
                              : assay_lcp_judge(c, ASSAY_LCP_UNCHECKED, ASSAY_NO_BYTES,
                                                "SigAlgorithm", "the list isn't signed");
}

/*
 * libcrypto doesn't always say that it had no memory, and refuses a key or a signature then as if
 * it were bad. So no one is called bad who isn't so twice.
 */
static int check_again(const assay_lcp_checking *c)
{
    const assay_lcp_verdict before = *c->verdict;
    const int status = check(c);

    if (status < 0 || (c->verdict->trust == before.trust && c->verdict->reason == before.reason))
        return status;
    return assay_fail(c->error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory to check a signature");
}

int assay_lcp_signature_check(const assay_lcp_list *list, assay_hashes *hashes,
                              assay_lcp_verdict *ret_verdict, assay_error *error)
{
    assay_lcp_verdict verdict;
    const assay_lcp_checking c = { list, hashes, &verdict, error };
    int status = check(&c);

    if (status == 0 && verdict.trust == ASSAY_LCP_BAD)
        status = check_again(&c);
    if (status == 0)
        *ret_verdict = verdict;
    return status;
}
