/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The outline of a certificate is walked here, and libcrypto reads only the parts
 * that are shown: d2i_X509 takes ten times as long as all of this, nearly all of it
 * for a public key that nobody asked for.
 */
#include "eventlog/payload/x509.h"

#include "base/cursor.h"
#include "base/hex.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <time.h>

enum { ANY = 0x00, INTEGER = 0x02, BIT_STRING = 0x03, SEQUENCE = 0x30, VERSION = 0xA0 };

/** A DER element, X.690 section 8.1. */
typedef struct element {
    assay_bytes whole; /* identifier and length included */
    assay_cursor content;
} element;

/* Lengths up to the 16 bits that ASSAY_X509_MAX needs. */
static size_t take_length(assay_cursor *cursor)
{
    enum { SHORT = 0x7F, ONE_BYTE = 0x81, TWO_BYTES = 0x82 };
    const uint8_t first = assay_take_u8(cursor);

    if (first == ONE_BYTE)
        return assay_take_u8(cursor);
    if (first == TWO_BYTES)
        return assay_take_u16be(cursor);
    cursor->failed = cursor->failed || first > SHORT;
    return first;
}

/* The next element if its identifier is `tag`; else the cursor has failed. */
static element take_element(assay_cursor *cursor, uint8_t tag)
{
    const assay_cursor before = *cursor;
    const uint8_t identifier = assay_take_u8(cursor);

    cursor->failed = cursor->failed || (tag != ANY && tag != identifier);
    const assay_bytes content = assay_take(cursor, take_length(cursor));
    assay_cursor again = before;
    return (element){ assay_take(&again, cursor->offset - before.offset),
                      assay_cursor_of(content) };
}

/* RFC 2253, but with UTF-8 left readable. */
static const unsigned long name_flags = XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
static const unsigned long value_flags = ASN1_STRFLGS_ESC_CTRL | ASN1_STRFLGS_UTF8_CONVERT;

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
    static const char more[] = "...";

    if (size < field_size) {
        memcpy(field, text, size);
        field[size] = '\0';
        return;
    }
    const size_t kept = character_start(text, field_size - sizeof more);
    memcpy(field, text, kept);
    memcpy(field + kept, more, sizeof more);
}

/* What a call has printed into `bio`, as the text of a field; closes the BIO. */
static bool take_printed(BIO *bio, int result, char field[static ASSAY_X509_TEXT])
{
    char *text = NULL;
    const long size = BIO_get_mem_data(bio, &text);

    if (result >= 0)
        put_text(field, ASSAY_X509_TEXT, size > 0 ? text : "", size > 0 ? (size_t)size : 0);
    BIO_free(bio);
    return result >= 0;
}

static bool print_name(const X509_NAME *name, char field[static ASSAY_X509_TEXT])
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
static bool print_short_name(const X509_NAME *subject, assay_x509 *certificate)
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

static bool read_names(assay_bytes subject, assay_bytes issuer, assay_x509 *certificate)
{
    X509_NAME *const whose = d2i_X509_NAME(NULL, &subject.data, (long)subject.size);
    X509_NAME *const by = d2i_X509_NAME(NULL, &issuer.data, (long)issuer.size);
    const bool good = whose != NULL && by != NULL && print_name(whose, certificate->subject) &&
                      print_short_name(whose, certificate) &&
                      print_name(by, certificate->issuer);

    X509_NAME_free(whose);
    X509_NAME_free(by);
    return good;
}

static bool read_time(assay_bytes der, char field[static ASSAY_X509_TIME])
{
    ASN1_TIME *const time = d2i_ASN1_TIME(NULL, &der.data, (long)der.size);
    struct tm when = { 0 };

    if (time != NULL && ASN1_TIME_to_tm(time, &when) == 1)
        strftime(field, ASSAY_X509_TIME, "%Y-%m-%dT%H:%M:%SZ", &when);
    ASN1_TIME_free(time);
    return time != NULL;
}

static bool read_serial(assay_bytes der, char field[static ASSAY_X509_SERIAL])
{
    ASN1_INTEGER *const serial = d2i_ASN1_INTEGER(NULL, &der.data, (long)der.size);
    char digits[1 + 2 * ASSAY_X509_SERIAL] = "-";

    if (serial == NULL)
        return false;
    const bool negative = ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER;
    assay_cursor c = assay_cursor_of(
        assay_bytes_of(ASN1_STRING_get0_data(serial), (size_t)ASN1_STRING_length(serial)));
    const assay_bytes magnitude = assay_take_up_to(&c, ASSAY_X509_SERIAL);

    assay_hex_encode(digits + 1, magnitude);
    put_text(field, ASSAY_X509_SERIAL, negative ? digits : digits + 1,
             2 * magnitude.size + negative);
    ASN1_INTEGER_free(serial);
    return true;
}

static bool read_fingerprint(assay_bytes der, assay_x509 *certificate)
{
    return EVP_Digest(der.data, der.size, certificate->sha256, NULL, EVP_sha256(), NULL) == 1;
}

/* Certificate and TBSCertificate, RFC 5280 section 4.1; extensions are not looked at. */
static bool read_certificate(assay_bytes bytes, assay_x509 *certificate)
{
    assay_cursor c = assay_cursor_of(bytes);
    element whole = take_element(&c, SEQUENCE);
    element fields = take_element(&whole.content, SEQUENCE);

    take_element(&whole.content, SEQUENCE);   /* signatureAlgorithm */
    take_element(&whole.content, BIT_STRING); /* signatureValue */
    assay_cursor f = fields.content;
    take_element(&f, VERSION);
    if (f.failed) /* it is optional */
        f = fields.content;
    const element serial = take_element(&f, INTEGER);
    take_element(&f, SEQUENCE); /* signature */
    const element issuer = take_element(&f, SEQUENCE);
    element validity = take_element(&f, SEQUENCE);
    const element not_before = take_element(&validity.content, ANY);
    const element not_after = take_element(&validity.content, ANY);
    const element subject = take_element(&f, SEQUENCE);
    take_element(&f, SEQUENCE); /* subjectPublicKeyInfo */
    return !whole.content.failed && !f.failed && !validity.content.failed &&
           read_serial(serial.whole, certificate->serial) &&
           read_names(subject.whole, issuer.whole, certificate) &&
           read_time(not_before.whole, certificate->not_before) &&
           read_time(not_after.whole, certificate->not_after) &&
           read_fingerprint(whole.whole, certificate);
}

bool assay_x509_read(assay_bytes bytes, assay_x509 *ret_certificate)
{
    assay_x509 certificate = { .name = "" };

    if (bytes.size > ASSAY_X509_MAX)
        return false;
    ERR_set_mark();
    const bool good = read_certificate(bytes, &certificate);
    ERR_pop_to_mark();
    if (good)
        *ret_certificate = certificate;
    return good;
}

bool assay_x509_is_likely(assay_bytes bytes)
{
    enum { LEAST = 128 }; /* the key and the signature alone see to more */
    assay_cursor c = assay_cursor_of(bytes);
    const element whole = take_element(&c, SEQUENCE);

    return !c.failed && assay_left(&c) == 0 && assay_left(&whole.content) >= LEAST;
}
