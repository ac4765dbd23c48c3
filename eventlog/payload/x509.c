/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/x509.h"

#include "base/cursor.h"
#include "base/hex.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <time.h>

/* RFC 2253, but with UTF-8 left readable. */
static const unsigned long name_flags = XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
static const unsigned long value_flags = ASN1_STRFLGS_ESC_CTRL | ASN1_STRFLGS_UTF8_CONVERT;

/* Stands for what is missing of a text. */
static const char more[] = "...";

/* The start of the UTF-8 character that the byte at `at` belongs to. */
static size_t character_start(const char *text, size_t at)
{
    while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80)
        at--;
    return at;
}

/* Copies `size` bytes of text into a field, or as much as fits and "...". */
static void put_text(char *field, size_t field_size, const char *text, size_t size)
{
    if (size < field_size) {
        memcpy(field, text, size);
        field[size] = '\0';
        return;
    }
    const size_t kept = character_start(text, field_size - sizeof more);
    memcpy(field, text, kept);
    memcpy(field + kept, more, sizeof more);
}

/*
 * What a call has printed into `bio`, as the text of a field; closes the BIO. The
 * call fails for want of memory alone: d2i_X509 refuses names that are no text.
 */
static bool take_printed(BIO *bio, int result, char field[static ASSAY_X509_TEXT])
{
    char *text = NULL;
    const long size = BIO_get_mem_data(bio, &text);

    put_text(field, ASSAY_X509_TEXT, text, size > 0 ? (size_t)size : 0);
    BIO_free(bio);
    return result >= 0;
}

static bool read_name(const X509_NAME *name, char field[static ASSAY_X509_TEXT])
{
    BIO *const bio = BIO_new(BIO_s_mem());

    return bio != NULL && take_printed(bio, X509_NAME_print_ex(bio, name, 0, name_flags), field);
}

/* The last value of that kind: the most specific one. */
static const ASN1_STRING *last_value(const X509_NAME *name, int nid)
{
    int found = -1;
    int next;

    while ((next = X509_NAME_get_index_by_NID(name, nid, found)) >= 0)
        found = next;
    return found < 0 ? NULL : X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, found));
}

/* Common name, else organization, else the whole subject. */
static bool read_short_name(const X509_NAME *subject, assay_x509 *certificate)
{
    const ASN1_STRING *value = last_value(subject, NID_commonName);

    if (value == NULL)
        value = last_value(subject, NID_organizationName);
    if (value == NULL || ASN1_STRING_length(value) == 0) {
        memcpy(certificate->name, certificate->subject, sizeof certificate->name);
        return true;
    }
    BIO *const bio = BIO_new(BIO_s_mem());
    return bio != NULL &&
           take_printed(bio, ASN1_STRING_print_ex(bio, value, value_flags), certificate->name);
}

static void read_time(const ASN1_TIME *time, char *field, size_t field_size)
{
    struct tm when = { 0 };

    if (ASN1_TIME_to_tm(time, &when) != 1 ||
        strftime(field, field_size, "%Y-%m-%dT%H:%M:%SZ", &when) == 0)
        field[0] = '\0';
}

static void read_serial(const ASN1_INTEGER *serial, char field[static ASSAY_X509_SERIAL])
{
    const bool negative = ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER;
    assay_cursor c = assay_cursor_of(
        assay_bytes_of(ASN1_STRING_get0_data(serial), (size_t)ASN1_STRING_length(serial)));
    const assay_bytes magnitude = assay_take_up_to(&c, ASSAY_X509_SERIAL);
    char digits[1 + 2 * ASSAY_X509_SERIAL] = "-";

    assay_hex_encode(digits + 1, magnitude);
    put_text(field, ASSAY_X509_SERIAL, negative ? digits : digits + 1,
             2 * magnitude.size + negative);
}

static bool read_fields(const X509 *x509, assay_bytes der, assay_x509 *ret_certificate)
{
    const X509_NAME *const subject = X509_get_subject_name(x509);
    assay_x509 certificate = { .name = "" };

    read_serial(X509_get0_serialNumber(x509), certificate.serial);
    read_time(X509_get0_notBefore(x509), certificate.not_before, sizeof certificate.not_before);
    read_time(X509_get0_notAfter(x509), certificate.not_after, sizeof certificate.not_after);
    if (!read_name(subject, certificate.subject) || !read_short_name(subject, &certificate) ||
        !read_name(X509_get_issuer_name(x509), certificate.issuer) ||
        EVP_Digest(der.data, der.size, certificate.sha256, NULL, EVP_sha256(), NULL) != 1)
        return false;
    *ret_certificate = certificate;
    return true;
}

bool assay_x509_read(assay_bytes bytes, assay_x509 *ret_certificate)
{
    const unsigned char *end = bytes.data;
    bool good = false;

    if (bytes.size == 0 || bytes.size > ASSAY_X509_MAX)
        return false;
    ERR_set_mark();
    X509 *const x509 = d2i_X509(NULL, &end, (long)bytes.size);
    if (x509 != NULL)
        good = read_fields(x509, assay_bytes_of(bytes.data, (size_t)(end - bytes.data)),
                           ret_certificate);
    X509_free(x509);
    ERR_pop_to_mark();
    return good;
}

bool assay_x509_is_likely(assay_bytes bytes)
{
    enum { SEQUENCE = 0x30, LENGTH_IN_ONE_BYTE = 0x81, LENGTH_IN_TWO_BYTES = 0x82 };
    assay_cursor c = assay_cursor_of(bytes);

    if (assay_take_u8(&c) != SEQUENCE)
        return false;
    switch (assay_take_u8(&c)) {
    case LENGTH_IN_ONE_BYTE:
        assay_take(&c, assay_take_u8(&c));
        break;
    case LENGTH_IN_TWO_BYTES:
        assay_take(&c, assay_take_u16be(&c));
        break;
    default:
        return false;
    }
    return !c.failed && assay_left(&c) == 0;
}
