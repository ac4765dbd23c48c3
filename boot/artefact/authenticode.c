/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/authenticode.h"

#include "base/guid.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

enum {
    HEADER = 8,      /* of WIN_CERTIFICATE */
    SIGNERS_MAX = 8, /* each costs a chain of certificates */
};

static const assay_guid pkcs7_guid =
    ASSAY_GUID(0x4aafd29d, 0x68df, 0x49ee, 0x8a, 0xa9, 0x34, 0x7d, 0x37, 0x56, 0x65, 0xa7);

struct assay_authenticode {
    PKCS7 *pkcs7;
    assay_bytes content; /* of SpcIndirectDataContent: what is signed; lent from pkcs7 */
    assay_digest digest;
    uint8_t *signer; /* DER */
    size_t signer_size;
};

assay_win_certificates assay_win_certificates_of(const assay_pe *pe)
{
    assay_cursor c = assay_cursor_of(pe->file);

    assay_seek(&c, pe->certificates_offset);
    const assay_bytes table = assay_take(&c, pe->certificates_size);

    return (assay_win_certificates){ .cursor = assay_cursor_of(table),
                                     .base = pe->certificates_offset };
}

static int fail(assay_error *error, enum assay_kind kind, uint64_t offset, const char *what)
{
    const assay_place place = { offset, ASSAY_NO_EVENT, "WIN_CERTIFICATE" };

    return assay_fail(error, kind, place, "%s", what);
}

/* What is signed, of a certificate's body. */
static assay_bytes signed_data(uint16_t type, assay_bytes body)
{
    assay_cursor c = assay_cursor_of(body);

    if (type == ASSAY_WIN_CERT_TYPE_PKCS_SIGNED_DATA)
        return body;
    if (type != ASSAY_WIN_CERT_TYPE_EFI_GUID)
        return ASSAY_NO_BYTES;
    const assay_guid kind = assay_take_guid(&c);

    return assay_guid_equal(&kind, &pkcs7_guid) ? assay_take_rest(&c) : ASSAY_NO_BYTES;
}

int assay_win_certificates_next(assay_win_certificates *walk, assay_win_certificate *ret,
                                assay_error *error)
{
    assay_cursor c = walk->cursor;
    const uint64_t offset = walk->base + c.offset;

    if (assay_left(&c) == 0)
        return 0;
    if (walk->count == ASSAY_WIN_CERTIFICATES_MAX)
        return fail(error, ASSAY_TOO_LARGE, offset, "there are more than 32 certificates");
    const uint32_t length = assay_take_u32le(&c);
    const uint16_t revision = assay_take_u16le(&c), type = assay_take_u16le(&c);

    if (length < HEADER)
        return fail(error, ASSAY_MALFORMED, offset, "a certificate is shorter than its header");
    const assay_bytes body = assay_take(&c, length - HEADER);

    assay_take(&c, (8 - length % 8) % 8);
    if (c.failed)
        return fail(error, ASSAY_MALFORMED, offset,
                    "a certificate reaches beyond the certificate table");
    walk->cursor = c;
    walk->count++;
    *ret = (assay_win_certificate){ .offset = offset, .length = length, .revision = revision,
                                    .type = type, .signed_data = signed_data(type, body) };
    return 1;
}

static uint16_t alg_of(const X509_ALGOR *identifier)
{
    const ASN1_OBJECT *oid;

    X509_ALGOR_get0(&oid, NULL, NULL, identifier);
    switch (OBJ_obj2nid(oid)) {
    case NID_sha1:
        return ASSAY_ALG_SHA1;
    case NID_sha256:
        return ASSAY_ALG_SHA256;
    case NID_sha384:
        return ASSAY_ALG_SHA384;
    case NID_sha512:
        return ASSAY_ALG_SHA512;
    default:
        return 0;
    }
}

/* The content of the element that DER `bytes` begin with, and what follows it. */
static bool take_element(assay_bytes bytes, int wanted, assay_bytes *ret_content,
                         assay_bytes *ret_rest)
{
    const unsigned char *at = bytes.data;
    long size;
    int tag, class;

    if (bytes.size > LONG_MAX ||
        (ASN1_get_object(&at, &size, &tag, &class, (long)bytes.size) & 0x81) != 0 || tag != wanted)
        return false;
    assay_cursor c = assay_cursor_of(bytes);

    assay_seek(&c, (size_t)(at - bytes.data));
    *ret_content = assay_take(&c, (size_t)size);
    *ret_rest = assay_take_rest(&c);
    return !c.failed;
}

/* DigestInfo: an AlgorithmIdentifier and the digest. */
static bool read_digest(assay_bytes der, assay_digest *ret)
{
    const unsigned char *at = der.data;
    X509_SIG *const info = der.size > LONG_MAX ? NULL : d2i_X509_SIG(NULL, &at, (long)der.size);
    const X509_ALGOR *identifier;
    const ASN1_OCTET_STRING *value;

    if (info == NULL)
        return false;
    X509_SIG_get0(info, &identifier, &value);
    const size_t size = (size_t)ASN1_STRING_length(value);
    const uint16_t alg = alg_of(identifier);
    const bool fits = size <= sizeof ret->value &&
                      (alg == 0 || assay_alg_find(alg)->size == size);

    if (fits) {
        *ret = (assay_digest){ .alg = alg, .size = (uint16_t)size };
        memcpy(ret->value, ASN1_STRING_get0_data(value), size);
    }
    X509_SIG_free(info);
    return fits;
}

/* SpcIndirectDataContent: SpcAttributeTypeAndOptionalValue, then DigestInfo. */
static bool read_content(assay_authenticode *signature)
{
    const PKCS7 *const inner = signature->pkcs7->d.sign->contents;
    char oid[64];
    assay_bytes rest, data;

    if (inner == NULL || inner->type == NULL || inner->d.other == NULL ||
        OBJ_obj2txt(oid, sizeof oid, inner->type, 1) <= 0 ||
        strcmp(oid, "1.3.6.1.4.1.311.2.1.4") != 0 || inner->d.other->type != V_ASN1_SEQUENCE)
        return false;
    const ASN1_STRING *const sequence = inner->d.other->value.sequence;
    const assay_bytes der = assay_bytes_of(ASN1_STRING_get0_data(sequence),
                                           (size_t)ASN1_STRING_length(sequence));

    return take_element(der, V_ASN1_SEQUENCE, &signature->content, &rest) &&
           take_element(signature->content, V_ASN1_SEQUENCE, &data, &rest) &&
           read_digest(rest, &signature->digest);
}

/* What is missing stays missing. */
static void keep_signer(assay_authenticode *signature)
{
    STACK_OF(X509) *const signers = PKCS7_get0_signers(signature->pkcs7, NULL, PKCS7_BINARY);
    unsigned char *der = NULL;
    const int size = sk_X509_num(signers) > 0 ? i2d_X509(sk_X509_value(signers, 0), &der) : 0;

    if (size > 0) {
        signature->signer = der;
        signature->signer_size = (size_t)size;
    }
    sk_X509_free(signers);
}

/* PKCS7_verify() of libcrypto 3.0 leaks memory over a digest algorithm that it doesn't offer. */
static bool has_known_digests(const STACK_OF(X509_ALGOR) *algs)
{
    for (int i = 0; i < sk_X509_ALGOR_num(algs); i++)
        if (alg_of(sk_X509_ALGOR_value(algs, i)) == 0)
            return false;
    return sk_X509_ALGOR_num(algs) > 0 && sk_X509_ALGOR_num(algs) <= SIGNERS_MAX;
}

static bool is_plain(PKCS7 *pkcs7)
{
    return PKCS7_type_is_signed(pkcs7) && pkcs7->d.sign != NULL &&
           has_known_digests(pkcs7->d.sign->md_algs) &&
           sk_PKCS7_SIGNER_INFO_num(PKCS7_get_signer_info(pkcs7)) <= SIGNERS_MAX;
}

static bool read_signature(assay_authenticode *signature, assay_bytes bytes)
{
    const unsigned char *at = bytes.data;

    if (bytes.data == NULL || bytes.size > INT_MAX)
        return false;
    signature->pkcs7 = d2i_PKCS7(NULL, &at, (long)bytes.size);
    if (signature->pkcs7 == NULL || !is_plain(signature->pkcs7) || !read_content(signature))
        return false;
    keep_signer(signature);
    return true;
}

int assay_authenticode_open(assay_bytes signed_data, assay_authenticode **ret,
                            assay_error *error)
{
    assay_authenticode *signature = OPENSSL_zalloc(sizeof *signature);

    if (signature == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for a signature");
    ERR_set_mark();
    const bool read = read_signature(signature, signed_data);

    ERR_pop_to_mark();
    if (!read) {
        assay_authenticode_free(&signature);
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "this is no Authenticode signature");
    }
    *ret = signature;
    return 0;
}

void assay_authenticode_free(assay_authenticode **signature)
{
    if (*signature != NULL) {
        PKCS7_free((*signature)->pkcs7);
        OPENSSL_free((*signature)->signer);
        OPENSSL_free(*signature);
    }
    *signature = NULL;
}

const assay_digest *assay_authenticode_digest(const assay_authenticode *signature)
{
    return &signature->digest;
}

assay_bytes assay_authenticode_signer(const assay_authenticode *signature)
{
    return assay_bytes_of(signature->signer, signature->signer_size);
}

static bool verify(const assay_authenticode *signature, X509 *trusted)
{
    X509_STORE *const store = X509_STORE_new();
    BIO *const content =
        BIO_new_mem_buf(signature->content.data, (int)signature->content.size);
    const bool verified =
        store != NULL && content != NULL && X509_STORE_add_cert(store, trusted) == 1 &&
        X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME) == 1 &&
        X509_STORE_set_purpose(store, X509_PURPOSE_ANY) == 1 &&
        PKCS7_verify(signature->pkcs7, NULL, store, content, NULL, PKCS7_BINARY) == 1;

    BIO_free(content);
    X509_STORE_free(store);
    return verified;
}

static X509 *read_certificate(assay_bytes der)
{
    const unsigned char *at = der.data;

    return der.data == NULL || der.size > INT_MAX ? NULL : d2i_X509(NULL, &at, (long)der.size);
}

bool assay_authenticode_is_by(const assay_authenticode *signature, assay_bytes certificate)
{
    ERR_set_mark();
    X509 *const trusted = read_certificate(certificate);
    const bool verified = trusted != NULL && verify(signature, trusted);

    X509_free(trusted);
    ERR_pop_to_mark();
    return verified;
}

bool assay_authenticode_is_of(const assay_authenticode *signature, const assay_digests *digests)
{
    const assay_digest *const inside = &signature->digest;
    const assay_digest *const found =
        inside->alg != 0 ? assay_digests_find(digests, inside->alg) : NULL;

    return found != NULL && found->size == inside->size &&
           memcmp(found->value, inside->value, found->size) == 0;
}

bool assay_certificate_tbs_digests(assay_bytes certificate, assay_hashes *hashes,
                                   const uint16_t *algs, size_t count,
                                   assay_digests *ret_digests)
{
    unsigned char *der = NULL;

    ERR_set_mark();
    X509 *const x509 = read_certificate(certificate);
    const int size = x509 != NULL ? i2d_re_X509_tbs(x509, &der) : -1;
    const assay_bytes tbs = assay_bytes_of(der, size > 0 ? (size_t)size : 0);
    const bool done =
        size > 0 && assay_digests_of(hashes, algs, count, &tbs, 1, ret_digests) == 0;

    OPENSSL_free(der);
    X509_free(x509);
    ERR_pop_to_mark();
    return done;
}

bool assay_certificate_has_usage(assay_bytes certificate, const char *oid)
{
    ERR_set_mark();
    X509 *const x509 = read_certificate(certificate);
    EXTENDED_KEY_USAGE *const usages =
        x509 != NULL ? X509_get_ext_d2i(x509, NID_ext_key_usage, NULL, NULL) : NULL;
    bool found = false;
    char text[128];

    for (int i = 0; i < sk_ASN1_OBJECT_num(usages) && !found; i++)
        found = OBJ_obj2txt(text, sizeof text, sk_ASN1_OBJECT_value(usages, i), 1) > 0 &&
                strcmp(text, oid) == 0;
    EXTENDED_KEY_USAGE_free(usages);
    X509_free(x509);
    ERR_pop_to_mark();
    return found;
}
