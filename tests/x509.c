/* SPDX-License-Identifier: BSD-2-Clause */
/* eventlog/payload/x509.h: expected values are what the openssl command prints. */
#include <criterion/criterion.h>

#include "base/error.h"
#include "eventlog/payload/x509.h"
#include "tests/allocfail.h"
#include "tests/certificate.h"

#include <openssl/err.h>
#include <stdlib.h>

static const char *serial_of(const char *serial)
{
    static assay_x509 certificate;
    const struct attribute subject = { "CN", V_ASN1_UTF8STRING, ASSAY_LITERAL("x") };

    cr_assert(assay_x509_read(certificate_with(&subject, 1, serial, "20240102030405Z"),
                              &certificate));
    return certificate.serial;
}

Test(x509, a_certificate_is_whose_the_openssl_command_says_it_is)
{
    /* openssl x509 -subject -serial -dates -fingerprint -sha256 -nameopt RFC2253,-esc_msb */
    static const char sha256[] = "c204b88752eeb74d48c84ecacad2552596090"
                                 "35c78def6958b741f5e1126f10f";
    uint8_t fingerprint[32];
    assay_x509 certificate;

    cr_assert(assay_x509_read(example_certificate(), &certificate));
    cr_expect_str_eq(certificate.subject, "CN=Example UEFI CA,O=Prüfer\\, Inc.,C=DE");
    cr_expect_str_eq(certificate.issuer, "CN=Example UEFI CA,O=Prüfer\\, Inc.,C=DE");
    cr_expect_str_eq(certificate.name, "Example UEFI CA");
    cr_expect_str_eq(certificate.serial, "1234567890abcdef");
    cr_expect_str_eq(certificate.not_before, "2026-11-20T20:05:55Z");
    cr_expect_str_eq(certificate.not_after, "2036-11-17T20:05:55Z");
    assay_hex_decode(ASSAY_LITERAL(sha256), fingerprint, sizeof fingerprint);
    cr_expect_arr_eq(certificate.sha256, fingerprint, sizeof fingerprint);
}

Test(x509, the_fingerprint_covers_the_certificate_and_not_what_follows_it)
{
    uint8_t padded[EXAMPLE_SIZE + 9] = { 0 };
    assay_x509 alone, with_padding;

    memcpy(padded, example_certificate().data, EXAMPLE_SIZE);
    cr_assert(assay_x509_read(example_certificate(), &alone));
    cr_assert(assay_x509_read(assay_bytes_of(padded, sizeof padded), &with_padding));
    cr_expect_arr_eq(alone.sha256, with_padding.sha256, sizeof alone.sha256);
}

Test(x509, every_prefix_and_every_changed_byte_is_read_or_refused_without_a_trace)
{
    const assay_bytes whole = example_certificate();

    for (size_t i = 0; i < whole.size; i++) {
        uint8_t *const prefix = malloc(i + 1);
        uint8_t *const changed = malloc(whole.size);
        assay_x509 certificate = { .name = "untouched" };

        memcpy(prefix, whole.data, i);
        cr_expect_not(assay_x509_read(assay_bytes_of(prefix, i), &certificate));
        cr_expect_str_eq(certificate.name, "untouched");
        memcpy(changed, whole.data, whole.size);
        changed[i] ^= 0xFF;
        assay_x509_read(assay_bytes_of(changed, whole.size), &certificate);
        free(prefix);
        free(changed);
    }
    cr_expect_eq(ERR_peek_error(), 0, "libcrypto's error queue is as it was");
}

static int read_example(void)
{
    assay_x509 certificate;

    if (!assay_x509_read(example_certificate(), &certificate))
        return -ASSAY_NO_MEMORY;
    cr_assert_str_eq(certificate.subject, "CN=Example UEFI CA,O=Prüfer\\, Inc.,C=DE");
    cr_assert_str_eq(certificate.issuer, certificate.subject);
    cr_assert_str_eq(certificate.name, "Example UEFI CA");
    return 0;
}

Test(x509, without_memory_there_is_no_certificate_rather_than_half_of_one)
{
    cr_expect_gt(each_allocation_fails("x509", read_example), 10);
}

Test(x509, an_error_that_was_there_before_stays)
{
    assay_x509 certificate;

    ERR_raise(ERR_LIB_USER, 1);
    assay_x509_read(ASSAY_LITERAL("0\x82 no certificate"), &certificate);
    cr_expect_eq(ERR_GET_LIB(ERR_get_error()), ERR_LIB_USER);
    cr_expect_eq(ERR_get_error(), 0);
}

Test(x509, names_can_not_move_a_terminal_or_end_early)
{
    const struct attribute subject[] = {
        { "CN", V_ASN1_UTF8STRING, ASSAY_LITERAL("outer") },
        { "CN", V_ASN1_UTF8STRING, ASSAY_LITERAL("good\0\n\x1b[31m") },
    };
    assay_x509 certificate;

    cr_assert(assay_x509_read(certificate_with(subject, 2, "7", "20240102030405Z"),
                              &certificate));
    cr_expect_str_eq(certificate.name, "good\\00\\0A\\1B[31m");
    cr_expect_str_eq(certificate.subject, "CN=good\\00\\0A\\1B[31m,CN=outer");
    cr_expect_str_eq(certificate.issuer, "CN=issuer");
}

Test(x509, the_short_name_is_common_name_then_organization_then_subject)
{
    const struct attribute subjects[][2] = {
        { { "CN", V_ASN1_UTF8STRING, ASSAY_LITERAL("a CA") },
          { "O", V_ASN1_UTF8STRING, ASSAY_LITERAL("an organization") } },
        { { "O", V_ASN1_BMPSTRING, ASSAY_LITERAL("\0V\0M") },
          { "L", V_ASN1_UTF8STRING, ASSAY_LITERAL("a place") } },
        { { "L", V_ASN1_UTF8STRING, ASSAY_LITERAL("a place") },
          { "C", V_ASN1_PRINTABLESTRING, ASSAY_LITERAL("DE") } },
        { { "CN", V_ASN1_UTF8STRING, ASSAY_LITERAL("") },
          { "L", V_ASN1_UTF8STRING, ASSAY_LITERAL("a place") } },
    };
    static const char *const names[] = { "a CA", "VM", "C=DE,L=a place", "L=a place,CN=" };

    for (size_t i = 0; i < 4; i++) {
        assay_x509 certificate;

        cr_assert(assay_x509_read(certificate_with(subjects[i], 2, "7", "20240102030405Z"),
                                  &certificate));
        cr_expect_str_eq(certificate.name, names[i]);
    }
}

Test(x509, long_names_end_in_dots_and_in_whole_characters)
{
    uint8_t umlauts[20000]; /* of "ü", c3 bc */
    assay_x509 certificate;
    struct attribute subject = { "CN", V_ASN1_UTF8STRING, { umlauts, sizeof umlauts } };

    for (size_t i = 0; i < sizeof umlauts; i++)
        umlauts[i] = i % 2 == 0 ? 0xC3 : 0xBC;
    cr_assert(assay_x509_read(certificate_with(&subject, 1, "7", "20240102030405Z"),
                              &certificate));
    /* 512 bytes hold 254 of two bytes, three dots and the NUL; "CN=" makes that odd. */
    cr_expect_eq(strlen(certificate.name), 254 * 2 + 3);
    cr_expect_str_eq(certificate.name + 254 * 2, "...");
    cr_expect_eq(strlen(certificate.subject), 3 + 252 * 2 + 3);
    cr_expect_str_eq(certificate.subject + 3 + 252 * 2, "...");

    subject.value.size = 508;
    cr_assert(assay_x509_read(certificate_with(&subject, 1, "7", "20240102030405Z"),
                              &certificate));
    cr_expect_eq(strlen(certificate.subject), 511, "what just fits is not cut");
}

Test(x509, a_certificate_whose_name_is_no_text_is_refused)
{
    uint8_t changed[EXAMPLE_SIZE];
    assay_x509 certificate;

    memcpy(changed, example_certificate().data, sizeof changed);
    /* "Prüfer" in UTF-8 loses the second byte of its second letter. */
    uint8_t *const letter = memmem(changed, sizeof changed, "Pr\xc3\xbc", 4);
    cr_assert_not_null(letter);
    letter[3] = 'u';
    cr_expect_not(assay_x509_read(assay_bytes_of(changed, sizeof changed), &certificate));
    cr_expect_eq(ERR_peek_error(), 0);
}

/* The parts of a certificate as small as they can be; RFC 5280 section 4.1 puts them together. */
#define VERSION_3 "\xa0\x03\x02\x01\x02"
#define SERIAL "\x02\x01\x05"
#define EMPTY "\x30\x00" /* for an algorithm or a key */
#define NAME "\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01x"
#define TIME "\x17\x0d" "240102030405Z"
#define VALIDITY "\x30\x1e" TIME TIME
#define SIGNATURE "\x03\x01\x00"
/* 3 + 2 + 14 + 32 + 14 + 2 bytes are 67, 0x43 */
#define FIELDS SERIAL EMPTY NAME VALIDITY NAME EMPTY

static const struct {
    const char *what;
    assay_bytes der;
    bool good;
} outlines[] = {
    { "all parts", ASSAY_LITERAL("\x30\x4a\x30\x43" FIELDS EMPTY SIGNATURE), true },
    { "and a version", ASSAY_LITERAL("\x30\x4f\x30\x48" VERSION_3 FIELDS EMPTY SIGNATURE), true },
    { "two versions",
      ASSAY_LITERAL("\x30\x54\x30\x4d" VERSION_3 VERSION_3 FIELDS EMPTY SIGNATURE), false },
    { "a length in two bytes that one would hold",
      ASSAY_LITERAL("\x30\x82\x00\x4a\x30\x43" FIELDS EMPTY SIGNATURE), true },
    { "a length in three bytes",
      ASSAY_LITERAL("\x30\x83\x00\x00\x4a\x30\x43" FIELDS EMPTY SIGNATURE), false },
    { "an indefinite length, 128 bytes if it were one",
      ASSAY_LITERAL("\x30\x80\x30\x43" FIELDS EMPTY SIGNATURE VALIDITY VALIDITY), false },
    { "a SET in place of the outer SEQUENCE",
      ASSAY_LITERAL("\x31\x4a\x30\x43" FIELDS EMPTY SIGNATURE), false },
    { "no signatureValue", ASSAY_LITERAL("\x30\x47\x30\x43" FIELDS EMPTY), false },
    { "no signatureAlgorithm", ASSAY_LITERAL("\x30\x48\x30\x43" FIELDS SIGNATURE), false },
    { "no subjectPublicKeyInfo",
      ASSAY_LITERAL("\x30\x48\x30\x41" SERIAL EMPTY NAME VALIDITY NAME EMPTY SIGNATURE), false },
    { "no subject",
      ASSAY_LITERAL("\x30\x3c\x30\x35" SERIAL EMPTY NAME VALIDITY EMPTY EMPTY SIGNATURE), false },
    { "no serialNumber",
      ASSAY_LITERAL("\x30\x47\x30\x40" EMPTY NAME VALIDITY NAME EMPTY EMPTY SIGNATURE), false },
    { "one time instead of two",
      ASSAY_LITERAL("\x30\x3b\x30\x34" SERIAL EMPTY NAME "\x30\x0f" TIME NAME EMPTY EMPTY SIGNATURE),
      false },
    { "a time that is a text",
      ASSAY_LITERAL("\x30\x4a\x30\x43" SERIAL EMPTY NAME "\x30\x1e\x0c\x0d" "240102030405Z" TIME NAME
                    EMPTY EMPTY SIGNATURE), false },
    { "a serial number without a byte",
      ASSAY_LITERAL("\x30\x49\x30\x42\x02\x00" EMPTY NAME VALIDITY NAME EMPTY EMPTY SIGNATURE),
      false },
    { "the fields reach out of the certificate",
      ASSAY_LITERAL("\x30\x4a\x30\x49" FIELDS EMPTY SIGNATURE), false },
};

Test(x509, the_outline_of_a_certificate)
{
    for (size_t i = 0; i < sizeof outlines / sizeof *outlines; i++) {
        assay_x509 certificate;

        cr_expect_eq(assay_x509_read(outlines[i].der, &certificate), outlines[i].good, "%s",
                     outlines[i].what);
    }
}

Test(x509, more_than_the_ceiling_is_not_looked_into)
{
    static uint8_t large[ASSAY_X509_MAX + 1];
    assay_x509 certificate;

    memcpy(large, example_certificate().data, EXAMPLE_SIZE);
    cr_expect(assay_x509_read(assay_bytes_of(large, ASSAY_X509_MAX), &certificate));
    cr_expect_not(assay_x509_read(assay_bytes_of(large, ASSAY_X509_MAX + 1), &certificate));
    cr_expect_not(assay_x509_read(ASSAY_NO_BYTES, &certificate));
}

Test(x509, serial_numbers_of_any_size_and_sign)
{
    static const char long_serial[] = "11112222333344445555666677778888"
                                      "11112222333344445555666677778888";

    cr_expect_str_eq(serial_of("-80"), "-80");
    cr_expect_str_eq(serial_of("00"), "00");
    cr_expect_str_eq(serial_of(long_serial), "11112222333344445555666677778888"
                                             "1111222233334444555566667777...");
}

Test(x509, a_time_that_is_none_is_empty)
{
    uint8_t changed[EXAMPLE_SIZE];
    assay_x509 certificate;

    memcpy(changed, example_certificate().data, sizeof changed);
    /* "261120200555Z" begins with the first of the two UTCTime tags, 17 0d. */
    for (size_t i = 0; i + 2 < sizeof changed; i++)
        if (changed[i] == 0x17 && changed[i + 1] == 0x0D) {
            changed[i + 4] = '9';
            break;
        }
    cr_assert(assay_x509_read(assay_bytes_of(changed, sizeof changed), &certificate));
    cr_expect_str_eq(certificate.not_before, "");
    cr_expect_str_eq(certificate.not_after, "2036-11-17T20:05:55Z");
}

Test(x509, what_is_likely_a_certificate)
{
    uint8_t sequence[3 + 200] = { 0x30, 0x81, 200 };

    cr_expect(assay_x509_is_likely(example_certificate()));
    cr_expect(assay_x509_is_likely(assay_bytes_of(sequence, 203)));
    cr_expect_not(assay_x509_is_likely(assay_bytes_of(sequence, 202)), "the length reaches out");
    sequence[2] = 199;
    cr_expect_not(assay_x509_is_likely(assay_bytes_of(sequence, 203)), "a byte is left");
    sequence[2] = 127;
    cr_expect_not(assay_x509_is_likely(assay_bytes_of(sequence, 130)), "too small to be one");
    sequence[2] = 128;
    cr_expect(assay_x509_is_likely(assay_bytes_of(sequence, 131)));
    sequence[0] = 0x31;
    cr_expect_not(assay_x509_is_likely(assay_bytes_of(sequence, 131)), "a SET");
    cr_expect_not(assay_x509_is_likely(ASSAY_LITERAL("\x30\x80")), "an indefinite length");
    cr_expect_not(assay_x509_is_likely(ASSAY_LITERAL("\x30\x82\x01")), "the length is cut off");
    cr_expect_not(assay_x509_is_likely(ASSAY_NO_BYTES));
}
