/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Certificates for tests. One is a file's bytes, made by
 *
 *     openssl req -x509 -new -key k.pem -utf8 -subj '/C=DE/O=Prüfer, Inc./CN=Example UEFI CA'
 *         -days 3650 -set_serial 0x1234567890abcdef -outform DER
 *
 * with a P-256 key; the others are made as they are needed, with names that no
 * command would take.
 */
#ifndef ASSAY_TESTS_CERTIFICATE_H
#define ASSAY_TESTS_CERTIFICATE_H

#include "base/bytes.h"
#include "base/hex.h"

#include <openssl/x509.h>

enum { EXAMPLE_SIZE = 458 };

static inline assay_bytes example_certificate(void)
{
    static const char text[] =
        "308201c63082016da00302010202081234567890abcdef300a06082a8648ce3d040302303f310b3009060355"
        "04061302444531163014060355040a0c0d5072c3bc6665722c20496e632e3118301606035504030c0f457861"
        "6d706c652055454649204341301e170d3236313132303230303535355a170d3336313131373230303535355a"
        "303f310b300906035504061302444531163014060355040a0c0d5072c3bc6665722c20496e632e3118301606"
        "035504030c0f4578616d706c6520554546492043413059301306072a8648ce3d020106082a8648ce3d030107"
        "034200047148e0f4cf47eedd38d5e7396d67bbfe2a4b05404574bb086dcbc380d090606e04ff7f429e36b3a4"
        "ee381b228c6c19006c485372910f0cc098ad5ecca85aff93a3533051301d0603551d0e041604146e17fbeca7"
        "52db1200e2510e77cb3fc813002c80301f0603551d230418301680146e17fbeca752db1200e2510e77cb3fc8"
        "13002c80300f0603551d130101ff040530030101ff300a06082a8648ce3d04030203470030440220422474fd"
        "635950653658425d0b94460b621f0a012ccc7f6a30bc5253834da52a022059aacd7aee92d7c3b7d149511606"
        "1ffd507fcc054c37ced9c7ff886a7ef032e4";
    static uint8_t der[EXAMPLE_SIZE];

    assay_hex_decode(ASSAY_LITERAL(text), der, sizeof der);
    return assay_bytes_of(der, sizeof der);
}

/** One attribute of a subject: any bytes as any ASN.1 string type. */
struct attribute {
    const char *field; /* "CN" */
    int type;          /* V_ASN1_UTF8STRING ... */
    assay_bytes value;
};

/** A certificate issued by "CN=issuer", in a buffer that the next call uses again. */
static inline assay_bytes certificate_with(const struct attribute *subject, size_t count,
                                           const char *serial, const char *not_before)
{
    static uint8_t der[128 * 1024];
    EVP_PKEY *const key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    X509 *const x509 = X509_new();
    X509_NAME *const name = X509_NAME_new();
    X509_NAME *const issuer = X509_NAME_new();
    BIGNUM *number = NULL;
    unsigned char *end = der;

    for (size_t i = 0; i < count; i++)
        X509_NAME_add_entry_by_txt(name, subject[i].field, subject[i].type, subject[i].value.data,
                                   (int)subject[i].value.size, -1, 0);
    X509_set_subject_name(x509, name);
    X509_NAME_add_entry_by_txt(issuer, "CN", MBSTRING_ASC, (const unsigned char *)"issuer", -1, -1,
                               0);
    X509_set_issuer_name(x509, issuer);
    X509_set_pubkey(x509, key);
    BN_hex2bn(&number, serial);
    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x509));
    ASN1_TIME_set_string(X509_getm_notBefore(x509), not_before);
    ASN1_TIME_set_string(X509_getm_notAfter(x509), "20500101000000Z");
    X509_sign(x509, key, EVP_sha256());
    const int size = i2d_X509(x509, &end);
    BN_free(number);
    X509_NAME_free(issuer);
    X509_NAME_free(name);
    X509_free(x509);
    EVP_PKEY_free(key);
    return assay_bytes_of(der, (size_t)size);
}

#endif
