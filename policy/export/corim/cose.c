/* SPDX-License-Identifier: BSD-2-Clause */
/* COSE_Sign1: what is signed, by which algorithm. */
#include "policy/export/corim/cose_private.h"

static const assay_cose_alg algs[] = {
    { -7, ASSAY_ALG_ECDSA, ASSAY_ALG_SHA256 },   /* ES256 */
    { -35, ASSAY_ALG_ECDSA, ASSAY_ALG_SHA384 },  /* ES384 */
    { -36, ASSAY_ALG_ECDSA, ASSAY_ALG_SHA512 },  /* ES512 */
    { -37, ASSAY_ALG_RSAPSS, ASSAY_ALG_SHA256 }, /* PS256 */
    { -38, ASSAY_ALG_RSAPSS, ASSAY_ALG_SHA384 }, /* PS384 */
    { -39, ASSAY_ALG_RSAPSS, ASSAY_ALG_SHA512 }, /* PS512 */
};

const assay_cose_alg *assay_cose_alg_find(int64_t number)
{
    for (size_t i = 0; i < sizeof algs / sizeof *algs; i++)
        if (algs[i].number == number)
            return &algs[i];
    return NULL;
}

/*
 * The one whose hash fits the key (RFC 9053 section 2.1 recommends so, Veraison wants it); NULL for
 * one that signs with none of them.
 */
static const assay_cose_alg *alg_of(const assay_key *key)
{
    const assay_key_public *const public = assay_key_public_of(key);

    return public->alg == ASSAY_ALG_RSA          ? assay_cose_alg_find(-37)
           : public->curve == ASSAY_CURVE_P256 ? assay_cose_alg_find(-7)
           : public->curve == ASSAY_CURVE_P384 ? assay_cose_alg_find(-35)
                                               : NULL;
}

/* Sig_structure (RFC 9052 section 4.4), without external data. */
int assay_cose_digest(const assay_cose_alg *alg, assay_bytes protected, assay_bytes payload,
                      assay_hashes *hashes, assay_digest *ret_digest)
{
    assay_writer structure = assay_writer_growing(ASSAY_COSE_MAX);
    assay_hash *hash;
    int status = assay_hashes_get(hashes, alg->hash, &hash);

    assay_cbor_put_array(&structure, 4);
    assay_cbor_put_text(&structure, "Signature1");
    assay_cbor_put_bytes(&structure, protected);
    assay_cbor_put_bytes(&structure, ASSAY_LITERAL(""));
    assay_cbor_put_bytes(&structure, payload);
    if (status == 0 && structure.failure != 0)
        status = -structure.failure;
    if (status == 0) {
        const assay_bytes written = assay_written(&structure);

        *ret_digest = (assay_digest){ .alg = alg->hash, .size = (uint16_t)assay_hash_size(hash) };
        status = assay_hash_parts(hash, &written, 1, ret_digest->value);
    }
    assay_writer_close(&structure);
    return status;
}

/* One certificate is a byte string, several are an array of them (RFC 9360 section 2). */
static void put_certificates(const assay_cose_header *header, assay_writer *writer)
{
    assay_cbor_put_int(writer, COSE_X5CHAIN);
    if (header->certificate_count > 1)
        assay_cbor_put_array(writer, header->certificate_count);
    for (size_t i = 0; i < header->certificate_count; i++)
        assay_cbor_put_bytes(writer, header->certificates[i]);
}

static int put_protected(const assay_cose_header *header, const assay_cose_alg *alg,
                         const assay_key *key, assay_writer *writer)
{
    uint8_t id[32];
    const int status = assay_key_id(key, id);

    assay_cbor_put_map(writer, 4u + (header->certificate_count > 0));
    assay_cbor_put_int(writer, COSE_ALG);
    assay_cbor_put_int(writer, alg->number);
    assay_cbor_put_int(writer, COSE_CONTENT_TYPE);
    assay_cbor_put_text(writer, header->content_type);
    assay_cbor_put_int(writer, COSE_KID);
    assay_cbor_put_bytes(writer, assay_bytes_of(id, sizeof id));
    assay_cbor_put_int(writer, COSE_CORIM_META);
    assay_cbor_put_bytes(writer, header->meta);
    if (header->certificate_count > 0)
        put_certificates(header, writer);
    return status < 0 ? status : -writer->failure;
}

int assay_cose_sign(const assay_cose_header *header, assay_bytes payload, const assay_key *key,
                    assay_hashes *hashes, assay_writer *writer, assay_error *error)
{
    const assay_cose_alg *const alg = alg_of(key);
    assay_writer protected = assay_writer_growing(ASSAY_COSE_MAX);
    uint8_t signature[ASSAY_KEY_SIGNATURE_MAX];
    assay_digest digest;
    int size = 0, status = 0;

    if (alg == NULL)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "COSE signs with RSA, NIST P-256 or NIST P-384, and the key is another");
    status = put_protected(header, alg, key, &protected);
    if (status == 0)
        status = assay_cose_digest(alg, assay_written(&protected), payload, hashes, &digest);
    if (status < 0)
        status = assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                            "what is to be signed could not be made");
    if (status == 0)
        status = size = assay_key_sign(key, alg->scheme, &digest, signature, error);
    if (status >= 0) {
        assay_cbor_put_tag(writer, ASSAY_TAG_COSE_SIGN1);
        assay_cbor_put_array(writer, 4);
        assay_cbor_put_bytes(writer, assay_written(&protected));
        assay_cbor_put_map(writer, 0);
        assay_cbor_put_bytes(writer, payload);
        assay_cbor_put_bytes(writer, assay_bytes_of(signature, (size_t)size));
        status = 0;
    }
    assay_writer_close(&protected);
    return status;
}
