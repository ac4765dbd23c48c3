/* SPDX-License-Identifier: BSD-2-Clause */
/* What a signature says of who made it. */
#include "policy/export/rim/rimdsig.h"

#include "base/hex.h"
#include "policy/key/key_private.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

static X509 *certificate_of(const assay_export_job *job)
{
    const unsigned char *at = job->certificate_count == 0 ? NULL : job->certificates[0].data;

    return at == NULL ? NULL : d2i_X509(NULL, &at, (long)job->certificates[0].size);
}

static bool put_name(assay_bytes identifier, char ret_name[ASSAY_DSIG_KEY_NAME])
{
    if (identifier.size == 0 || identifier.size > (ASSAY_DSIG_KEY_NAME - 1) / 2)
        return false;
    assay_hex_encode(ret_name, identifier);
    ret_name[2 * identifier.size] = '\0';
    return true;
}

static assay_bytes stated_identifier(X509 *certificate)
{
    const ASN1_OCTET_STRING *const stated =
        certificate == NULL ? NULL : X509_get0_subject_key_id(certificate);

    return stated == NULL
               ? ASSAY_NO_BYTES
               : assay_bytes_of(ASN1_STRING_get0_data(stated), (size_t)ASN1_STRING_length(stated));
}

bool assay_dsig_has_identifier(const assay_export_job *job)
{
    ERR_set_mark();
    X509 *const certificate = certificate_of(job);
    const bool stated = stated_identifier(certificate).size > 0;

    X509_free(certificate);
    ERR_pop_to_mark();
    return stated;
}

/* SHA-1 of the bits of the key, without their ASN.1 tag, length and count of unused ones. */
static int computed_identifier(const assay_export_job *job, char ret_name[ASSAY_DSIG_KEY_NAME])
{
    X509_PUBKEY *info = NULL;
    const unsigned char *bits = NULL;
    int size = 0;
    uint8_t sha1[20];
    assay_hash *hash;
    int status = assay_hashes_get(job->hashes, ASSAY_ALG_SHA1, &hash);

    if (status == 0 && (X509_PUBKEY_set(&info, job->key->pkey) != 1 ||
                        X509_PUBKEY_get0_param(NULL, &bits, &size, NULL, info) != 1 || size <= 0))
        status = -ASSAY_CRYPTO;
    if (status == 0) {
        const assay_bytes part = assay_bytes_of(bits, (size_t)size);

        status = assay_hash_parts(hash, &part, 1, sha1);
    }
    X509_PUBKEY_free(info);
    if (status == 0)
        put_name(assay_bytes_of(sha1, sizeof sha1), ret_name);
    return status;
}

static int name_of(const assay_export_job *job, X509 *certificate,
                   char ret_name[ASSAY_DSIG_KEY_NAME], assay_error *error)
{
    if (job->certificate_count > 0 && certificate == NULL)
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "the signer's certificate is none of X.509");
    if (certificate != NULL && EVP_PKEY_eq(X509_get0_pubkey(certificate), job->key->pkey) != 1)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "the first certificate is not the key's");
    if (put_name(stated_identifier(certificate), ret_name))
        return 0;
    const int status = computed_identifier(job, ret_name);
    return status == 0 ? 0
                       : assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                                    "the key's identifier could not be computed");
}

int assay_dsig_key_name(const assay_export_job *job, char ret_name[ASSAY_DSIG_KEY_NAME],
                        assay_error *error)
{
    ERR_set_mark();
    X509 *const certificate = certificate_of(job);
    const int status = name_of(job, certificate, ret_name, error);

    X509_free(certificate);
    ERR_pop_to_mark();
    return status;
}

bool assay_dsig_embeds(const assay_export_job *job)
{
    const char *const said = assay_export_setting_of(job, "embed-certificates");

    if (job->certificate_count == 0)
        return false;
    return said != NULL ? strcmp(said, "yes") == 0
                        : assay_key_public_of(job->key)->alg == ASSAY_ALG_RSA;
}
