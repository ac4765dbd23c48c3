/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dead Simple Signing Envelope, as Keylime writes and verifies it (keylime/dsse/dsse.py, ecdsa.py):
 * what is signed is "DSSEv1", then payload type and payload each behind its length in decimal.
 */
#include "policy/export/keylime/keylime.h"

#include "base/base64.h"
#include "base/hex.h"
#include "base/output.h"

static const char payload_type[] = "application/vnd.keylime+json";

/* Pre-authentication encoding. */
static void put_pae(assay_writer *writer, assay_bytes payload)
{
    assay_put_format(writer, "DSSEv1 %zu %s %zu ", sizeof payload_type - 1, payload_type,
                     payload.size);
    assay_put(writer, payload);
}

static int sha256(assay_hashes *hashes, assay_bytes bytes, uint8_t ret_digest[static 32])
{
    assay_hash *hash;
    const int status = assay_hashes_get(hashes, ASSAY_ALG_SHA256, &hash);

    return status < 0 ? status : assay_hash_parts(hash, &bytes, 1, ret_digest);
}

/* What Keylime calls a key: SHA-256 of its PEM. It looks for KEYID.pub by that name. */
static int key_name(const assay_key *key, assay_hashes *hashes, char ret_name[static 65])
{
    assay_writer pem = assay_writer_growing(1 << 16);
    uint8_t digest[32];
    int status = assay_key_put_pem(key, &pem);

    if (status == 0)
        status = sha256(hashes, assay_written(&pem), digest);
    assay_writer_close(&pem);
    assay_hex_encode(ret_name, assay_bytes_of(digest, sizeof digest));
    ret_name[64] = '\0';
    return status;
}

/* The signature in DER. Its size, or a negative kind. */
static int sign(const assay_key *key, assay_hashes *hashes, assay_bytes payload,
                uint8_t ret_der[ASSAY_KEY_SIGNATURE_MAX], assay_error *error)
{
    assay_writer pae = assay_writer_growing(payload.size + 128);
    assay_digest digest = { .alg = ASSAY_ALG_SHA256, .size = 32 };
    uint8_t numbers[ASSAY_KEY_SIGNATURE_MAX];

    put_pae(&pae, payload);
    int status = pae.failure != 0 ? -pae.failure
                                  : sha256(hashes, assay_written(&pae), digest.value);
    assay_writer_close(&pae);
    if (status < 0)
        return assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                          "what is to be signed can't be hashed");
    status = assay_key_sign(key, ASSAY_ALG_ECDSA, &digest, numbers, error);
    if (status < 0)
        return status;
    const size_t size = assay_key_ecdsa_to_der(assay_bytes_of(numbers, (size_t)status), ret_der);
    return size > 0 ? (int)size
                    : assay_fail(error, ASSAY_CRYPTO, ASSAY_NOWHERE, "the signature has no DER");
}

static void emit_base64(assay_output *out, const char *key, assay_bytes bytes)
{
    assay_writer text = assay_writer_growing(bytes.size * 2 + 8);

    assay_put_base64(&text, bytes);
    assay_emit_text(out, key, assay_written(&text));
    if (text.failure != 0)
        out->writer->failure = text.failure;
    assay_writer_close(&text);
}

int assay_keylime_sign(const assay_key *key, assay_bytes payload, assay_hashes *hashes,
                       assay_writer *writer, assay_error *error)
{
    const assay_key_public *const public = assay_key_public_of(key);
    uint8_t der[ASSAY_KEY_SIGNATURE_MAX];
    assay_output out = assay_output_json(writer);
    char name[65];

    if (public->alg != ASSAY_ALG_ECC || public->curve == ASSAY_CURVE_SM2)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "Keylime verifies runtime policies by ECDSA keys alone");
    const int size = sign(key, hashes, payload, der, error);
    if (size < 0)
        return size;
    const int status = key_name(key, hashes, name);
    if (status < 0)
        return assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                          "the key's name can't be had");
    assay_emit_object(&out, NULL);
    emit_base64(&out, "payload", payload);
    assay_emit_string(&out, "payloadType", payload_type);
    assay_emit_array(&out, "signatures");
    assay_emit_object(&out, NULL);
    assay_emit_string(&out, "keyid", name);
    emit_base64(&out, "sig", assay_bytes_of(der, (size_t)size));
    assay_emit_end(&out);
    assay_emit_end(&out);
    assay_emit_end(&out);
    return 0;
}
