/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/sipavalue.h"

#include "base/alg.h"

#include <stdio.h>

bool assay_sipa_revocation_read(assay_bytes data, assay_sipa_digested *ret)
{
    assay_cursor c = assay_cursor_of(data);
    assay_sipa_digested list = { .number = assay_take_u64le(&c) };
    const uint32_t size = assay_take_u32le(&c);

    list.alg = assay_take_u16le(&c);
    list.digest = assay_take(&c, size);
    *ret = list;
    return !c.failed && assay_left(&c) == 0;
}

bool assay_sipa_policy_read(assay_bytes data, assay_sipa_digested *ret)
{
    assay_cursor c = assay_cursor_of(data);
    assay_sipa_digested policy = { .number = assay_take_u64le(&c) };
    const uint16_t name_size = assay_take_u16le(&c);

    policy.alg = assay_take_u16le(&c);
    const uint32_t digest_size = assay_take_u32le(&c);
    policy.name = assay_take(&c, name_size);
    policy.digest = assay_take(&c, digest_size);
    *ret = policy;
    return !c.failed && assay_left(&c) == 0;
}

bool assay_sipa_boot_policy_read(assay_bytes data, assay_sipa_digested *ret)
{
    enum { VERSION = 1 };
    assay_cursor c = assay_cursor_of(data);
    const uint32_t version = assay_take_u32le(&c);
    const uint32_t offset = assay_take_u32le(&c);
    assay_sipa_digested policy = { .alg = assay_take_u16le(&c) };
    const uint16_t size = assay_take_u16le(&c);

    policy.number = assay_take_u32le(&c);
    policy.signers = assay_take_u32le(&c);
    if (c.failed || version != VERSION || offset != c.offset)
        return false;
    policy.digest = assay_take(&c, size);
    *ret = policy;
    return !c.failed && assay_left(&c) == 0;
}

/* The bits of a number whose first byte is not zero. */
static uint32_t bits_of(assay_bytes number)
{
    uint32_t bits = (uint32_t)(number.size * 8);

    for (unsigned mask = 0x80; mask > 0 && (number.data[0] & mask) == 0; mask >>= 1)
        bits--;
    return bits;
}

/* One DER element of a tag (X.690): what it holds. A size takes three bytes at most here. */
static assay_bytes take_der(assay_cursor *cursor, uint8_t tag)
{
    const uint8_t found = assay_take_u8(cursor);
    size_t size = assay_take_u8(cursor);

    if (size == 0x81)
        size = assay_take_u8(cursor);
    else if (size == 0x82)
        size = assay_take_u16be(cursor);
    else if (size > 0x7F)
        cursor->failed = true;
    cursor->failed |= found != tag;
    return assay_take(cursor, size);
}

/* An INTEGER that is not negative, without the zero that keeps its sign. */
static assay_bytes take_der_number(assay_cursor *cursor)
{
    assay_bytes number = take_der(cursor, 0x02);

    while (number.size > 0 && number.data[0] == 0) {
        number.data++;
        number.size--;
    }
    cursor->failed |= number.size == 0;
    return number;
}

bool assay_sipa_public_key_read(assay_bytes der, assay_sipa_key *ret)
{
    /* AlgorithmIdentifier: rsaEncryption (1.2.840.113549.1.1.1), no parameters. */
    static const assay_bytes rsa =
        ASSAY_LITERAL("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00");
    enum { SEQUENCE = 0x30, BIT_STRING = 0x03 };
    assay_cursor whole = assay_cursor_of(der);
    assay_cursor info = assay_cursor_of(take_der(&whole, SEQUENCE));

    if (whole.failed || assay_left(&whole) > 0 ||
        !assay_bytes_equal(take_der(&info, SEQUENCE), rsa))
        return false;
    assay_cursor bits = assay_cursor_of(take_der(&info, BIT_STRING));
    if (info.failed || assay_left(&info) > 0 || assay_take_u8(&bits) != 0)
        return false;
    assay_cursor key = assay_cursor_of(take_der(&bits, SEQUENCE));
    if (bits.failed || assay_left(&bits) > 0)
        return false;
    ret->modulus = take_der_number(&key);
    ret->exponent = take_der_number(&key);
    if (key.failed || assay_left(&key) > 0)
        return false;
    ret->bits = bits_of(ret->modulus);
    return true;
}

bool assay_sipa_identity_key_read(assay_bytes data, assay_sipa_key *ret)
{
    enum { RSA = 1 };
    assay_cursor c = assay_cursor_of(data);
    const uint32_t algorithm = assay_take_u32le(&c);
    assay_sipa_key key = { .bits = assay_take_u32le(&c) };
    const uint32_t exponent_size = assay_take_u32le(&c);
    const uint32_t modulus_size = assay_take_u32le(&c);

    key.exponent = assay_take(&c, exponent_size);
    key.modulus = assay_take(&c, modulus_size);
    *ret = key;
    return !c.failed && assay_left(&c) == 0 && algorithm == RSA;
}

bool assay_sipa_quote_read(assay_bytes data, assay_sipa_quote *ret_quote)
{
    enum { TPM_GENERATED = 0xFF544347u, ATTEST_QUOTE = 0x8018, SELECT_MAX = 4 };
    assay_cursor c = assay_cursor_of(data);
    assay_sipa_quote quote = { 0 };

    if (assay_take_u32be(&c) != TPM_GENERATED || assay_take_u16be(&c) != ATTEST_QUOTE)
        return false;
    quote.qualified_signer = assay_take(&c, assay_take_u16be(&c));
    quote.extra_data = assay_take(&c, assay_take_u16be(&c));
    quote.clock = assay_take_u64be(&c);
    quote.reset_count = assay_take_u32be(&c);
    quote.restart_count = assay_take_u32be(&c);
    quote.safe = assay_take_u8(&c) != 0;
    quote.firmware_version = assay_take_u64be(&c);
    if (assay_take_u32be(&c) != 1)
        return false;
    quote.alg = assay_take_u16be(&c);
    const assay_bytes select = assay_take(&c, assay_take_u8(&c));
    for (size_t i = 0; i < select.size && i < SELECT_MAX; i++)
        quote.pcrs |= (uint32_t)select.data[i] << 8 * i;
    quote.pcr_digest = assay_take(&c, assay_take_u16be(&c));
    *ret_quote = quote;
    return !c.failed && assay_left(&c) == 0 && select.size <= SELECT_MAX;
}

bool assay_sipa_time(uint64_t filetime, char ret_text[32])
{
    /* Days are counted from 0000-03-01, so that a leap day ends its year. */
    enum { DAY = 86400, DAYS_TO_1601 = 584694, ERA = 146097, YEAR_MAX = 9999 };
    const uint64_t seconds = filetime / 10000000;
    const uint64_t days = seconds / DAY + DAYS_TO_1601;
    const unsigned second = (unsigned)(seconds % DAY);
    const unsigned of_era = (unsigned)(days % ERA);
    const unsigned year_of_era =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / (ERA - 1)) / 365;
    const unsigned of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const unsigned month = (5 * of_year + 2) / 153; /* 0 is March */
    const uint64_t year = days / ERA * 400 + year_of_era + (month > 9);

    if (year > YEAR_MAX)
        return false;
    snprintf(ret_text, 32, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)year,
             month > 9 ? month - 9 : month + 3, of_year - (153 * month + 2) / 5 + 1, second / 3600,
             second / 60 % 60, second % 60);
    return true;
}

const char *assay_sipa_transfer_name(uint64_t target)
{
    static const char *const names[] = { NULL,      "OS loader",         "resume from hibernation",
                                         "utility", "unchecked program", "hypervisor" };

    return target < sizeof names / sizeof *names ? names[target] : NULL;
}

const char *assay_sipa_device_name(uint64_t device)
{
    static const struct {
        uint32_t device;
        const char *name;
    } names[] = {
        { 0x00000000, "unknown" },        { 0x00010001, "hard disk" },
        { 0x00010002, "removable disk" }, { 0x00010003, "CD-ROM" },
        { 0x00010004, "partition" },      { 0x00010005, "file" },
        { 0x00010006, "RAM disk" },       { 0x00010007, "virtual hard disk" },
        { 0x00020000, "serial port" },    { 0x00030000, "UDP" },
        { 0x00040000, "VMBus" },          { 0x00050000, "composite" },
        { 0x00060000, "CimFS" },
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].device == device)
            return names[i].name;
    return NULL;
}

const char *assay_sipa_algorithm_name(uint64_t algorithm)
{
    switch (algorithm) {
    case 0x8003:
        return "md5";
    case 0x8004:
        return "sha1";
    case 0x800C:
        return "sha256";
    case 0x800D:
        return "sha384";
    case 0x800E:
        return "sha512";
    default:
        return NULL;
    }
}

void assay_sipa_put_unlock(assay_writer *writer, uint64_t flags)
{
    static const struct {
        uint32_t flag;
        const char *name;
    } names[] = {
        { 0x01, "cached key" }, { 0x02, "key on media" }, { 0x04, "TPM" },
        { 0x10, "PIN" },        { 0x20, "external key" }, { 0x40, "recovery key" },
        { 0x80, "passphrase" }, { 0x100, "network" },     { 0x200, "key of the OS volume" },
    };
    const char *separator = "";

    if (flags == 0)
        assay_put_string(writer, "nothing");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if ((flags & names[i].flag) == 0)
            continue;
        assay_put_format(writer, "%s%s", separator, names[i].name);
        flags &= ~(uint64_t)names[i].flag;
        separator = " and ";
    }
    if (flags != 0)
        assay_put_format(writer, "%s0x%llx", separator, (unsigned long long)flags);
}
