/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LMS, which libcrypto 3.0 hasn't: the one set of parameters that lists have, LMS_SHA256_M24_H20
 * with LMOTS_SHA256_N24_W4 (RFC 8554 sections 4.6 and 5.4.2, RFC 9858, NIST SP 800-208). Key and
 * signature are as RFC 8554 writes them, big-endian.
 */
#include "policy/lcp/signature_private.h"

enum {
    LMS_TYPE = 0x0000000D,
    LMOTS_TYPE = 0x00000007,
    N = 24, /* bytes of a hash: SHA-256's first */
    W = 4,  /* bits of a coefficient */
    P = 51, /* coefficients: 48 of the message's hash, 3 of the checksum */
    LS = 4, /* bits that the checksum is shifted left */
    H = 20, /* height of the tree */
    STEPS = (1 << W) - 1,
    ID = 16,
};

/* What parts the hashes' uses. */
enum { D_PBLK = 0x8080, D_MESG = 0x8181, D_LEAF = 0x8282, D_INTR = 0x8383 };

typedef struct lms {
    assay_hash *sha256;
    assay_bytes id, root; /* I and T[1] */
    uint32_t leaf;        /* q */
    assay_bytes seed, y, path;
} lms;

/* H(I | number | tag | more ...) into N bytes. */
static int hash(const lms *l, uint32_t number, uint16_t tag, const assay_bytes *more, size_t count,
                uint8_t *ret_digest)
{
    const uint8_t head[] = { (uint8_t)(number >> 24), (uint8_t)(number >> 16),
                             (uint8_t)(number >> 8),  (uint8_t)number,
                             (uint8_t)(tag >> 8),     (uint8_t)tag };
    uint8_t whole[32];
    assay_bytes parts[4] = { l->id, assay_bytes_of(head, sizeof head) };

    for (size_t i = 0; i < count; i++)
        parts[2 + i] = more[i];
    const int status = assay_hash_parts(l->sha256, parts, 2 + count, whole);
    memcpy(ret_digest, whole, N);
    return status;
}

static unsigned coefficient(const uint8_t *bytes, size_t i)
{
    return i % 2 == 0 ? bytes[i / 2] >> 4 : bytes[i / 2] & 0x0F;
}

/* The message's hash and, behind it, the checksum of its coefficients. */
static int hash_message(const lms *l, assay_bytes message, uint8_t ret_hash[static N + 2])
{
    const assay_bytes parts[] = { l->seed, message };
    const int status = hash(l, l->leaf, D_MESG, parts, 2, ret_hash);
    unsigned sum = 0;

    for (size_t i = 0; i < (size_t)2 * N; i++)
        sum += STEPS - coefficient(ret_hash, i);
    sum <<= LS;
    ret_hash[N] = (uint8_t)(sum >> 8);
    ret_hash[N + 1] = (uint8_t)sum;
    return status;
}

/* Walks one chain from where the signer left it to its end. */
static int finish_chain(const lms *l, size_t i, unsigned from, uint8_t value[static N])
{
    int status = 0;

    for (unsigned j = from; j < STEPS && status == 0; j++) {
        const uint8_t step = (uint8_t)j;
        const assay_bytes parts[] = { assay_bytes_of(&step, 1), assay_bytes_of(value, N) };

        status = hash(l, l->leaf, (uint16_t)i, parts, 2, value);
    }
    return status;
}

/* The one-time public key that the signature stands for. */
static int find_one_time_key(const lms *l, assay_bytes message, uint8_t ret_key[static N])
{
    uint8_t digits[N + 2], ends[P * N];
    int status = hash_message(l, message, digits);

    for (size_t i = 0; i < P && status == 0; i++) {
        memcpy(ends + i * N, l->y.data + i * N, N);
        status = finish_chain(l, i, coefficient(digits, i), ends + i * N);
    }
    const assay_bytes all = assay_bytes_of(ends, sizeof ends);
    return status == 0 ? hash(l, l->leaf, D_PBLK, &all, 1, ret_key) : status;
}

/* The root that this leaf and the path beside it lead to. */
static int find_root(const lms *l, assay_bytes message, uint8_t ret_root[static N])
{
    uint32_t node = (1u << H) + l->leaf;
    uint8_t key[N];
    int status = find_one_time_key(l, message, key);

    if (status == 0)
        status = hash(l, node, D_LEAF, &(assay_bytes){ key, N }, 1, ret_root);
    for (size_t i = 0; i < H && status == 0; i++, node /= 2) {
        const assay_bytes beside = assay_bytes_of(l->path.data + i * N, N);
        const assay_bytes here = assay_bytes_of(ret_root, N);
        const assay_bytes parts[] = { node % 2 == 1 ? beside : here,
                                      node % 2 == 1 ? here : beside };

        status = hash(l, node / 2, D_INTR, parts, 2, ret_root);
    }
    return status;
}

/* The name of the field that is not of this set of parameters, or NULL. */
static const char *read_pair(lms *l, assay_bytes key, assay_bytes signature)
{
    assay_cursor k = assay_cursor_of(key), s = assay_cursor_of(signature);

    if (assay_take_u32be(&k) != LMS_TYPE)
        return "LmsType";
    if (assay_take_u32be(&k) != LMOTS_TYPE)
        return "LmotsType";
    l->id = assay_take(&k, ID);
    l->root = assay_take(&k, N);
    l->leaf = assay_take_u32be(&s);
    if (assay_take_u32be(&s) != LMOTS_TYPE)
        return "LmotsType";
    l->seed = assay_take(&s, N);
    l->y = assay_take(&s, (size_t)P * N);
    if (assay_take_u32be(&s) != LMS_TYPE)
        return "LmsType";
    l->path = assay_take(&s, (size_t)H * N);
    if (k.failed || assay_left(&k) > 0)
        return "KeySize";
    if (s.failed || assay_left(&s) > 0)
        return "Signature";
    return l->leaf >> H == 0 ? NULL : "Q";
}

int assay_lcp_check_lms(const assay_lcp_checking *c)
{
    const assay_lcp_signature *const signature = &c->list->signature;
    uint8_t root[N];
    lms l;
    int status = assay_hashes_get(c->hashes, ASSAY_ALG_SHA256, &l.sha256);

    if (status < 0)
        return assay_lcp_judge_hash(c, status);
    const char *const field = read_pair(&l, signature->key, signature->value);
    if (field != NULL)
        return assay_lcp_judge(c, ASSAY_LCP_BAD, signature->key, field,
                               "the key or the signature isn't of LMS_SHA256_M24_H20 with "
                               "LMOTS_SHA256_N24_W4");
    if (signature->hash_alg != ASSAY_ALG_SHA256)
        return assay_lcp_judge(c, ASSAY_LCP_BAD, assay_lcp_before(signature->value, 2), "HashAlg",
                               "the signature's hash isn't SHA-256");
    status = find_root(&l, c->list->signed_data, root);
    if (status < 0)
        return assay_lcp_judge_hash(c, status);
    c->verdict->hash_alg = ASSAY_ALG_SHA256;
    if (!assay_bytes_equal(assay_bytes_of(root, N), l.root))
        return assay_lcp_judge(c, ASSAY_LCP_BAD, signature->value, "Signature",
                               "the signature doesn't fit: the list, the key or the signature was "
                               "changed, or another key made it");
    return assay_lcp_judge(c, ASSAY_LCP_GOOD, signature->value, "Signature",
                           "the list is what the key signed");
}
