/* SPDX-License-Identifier: BSD-2-Clause */
/* What one record of Windows says, as fields and in words. */
#include "base/alg.h"
#include "base/utf16.h"
#include "eventlog/payload/sipavalue.h"

static enum assay_sipa_show show_of(uint32_t type)
{
    const assay_sipa_kind *const kind = assay_sipa_find(type);

    return kind != NULL ? kind->show : ASSAY_SIPA_HEX;
}

/* Four words, the highest first: "10.0.21250.0". */
static void put_version(assay_writer *writer, uint64_t version)
{
    assay_put_format(writer, "%u.%u.%u.%u", (unsigned)(version >> 48),
                     (unsigned)(version >> 32 & 0xFFFF), (unsigned)(version >> 16 & 0xFFFF),
                     (unsigned)(version & 0xFFFF));
}

static void emit_time(assay_output *out, const char *key, uint64_t filetime)
{
    char text[32];

    if (assay_sipa_time(filetime, text))
        assay_emit_string(out, key, text);
    else
        assay_emit_address(out, key, filetime);
}

/* A number with what it means, where that is known. */
static void emit_named(assay_output *out, uint64_t number, const char *meaning, bool hexadecimal)
{
    if (hexadecimal)
        assay_emit_address(out, "value", number);
    else
        assay_emit_u64(out, "value", number);
    if (meaning != NULL)
        assay_emit_string(out, "meaning", meaning);
}

static bool emit_number(assay_output *out, enum assay_sipa_show show, assay_bytes data)
{
    char text[256];
    uint64_t number;

    if (!assay_sipa_number(data, &number))
        return false;
    switch (show) {
    case ASSAY_SIPA_BOOLEAN:
        if (number > 1)
            return false;
        assay_emit_bool(out, "value", number == 1);
        return true;
    case ASSAY_SIPA_NUMBER:
    case ASSAY_SIPA_ADDRESS:
        emit_named(out, number, NULL, show == ASSAY_SIPA_ADDRESS);
        return true;
    case ASSAY_SIPA_TRANSFER:
        emit_named(out, number, assay_sipa_transfer_name(number), false);
        return true;
    case ASSAY_SIPA_DEVICE:
        emit_named(out, number, assay_sipa_device_name(number), true);
        return true;
    case ASSAY_SIPA_ALGORITHM:
        emit_named(out, number, assay_sipa_algorithm_name(number), true);
        return true;
    case ASSAY_SIPA_UNLOCK: {
        assay_writer words = assay_writer_lent(text, sizeof text - 1);
        assay_sipa_put_unlock(&words, number);
        text[words.used] = '\0';
        emit_named(out, number, text, false);
        return true;
    }
    default:
        return false;
    }
}

static bool emit_digested(assay_output *out, enum assay_sipa_show show, assay_bytes data)
{
    assay_sipa_digested d;
    char version[32];

    if (show == ASSAY_SIPA_REVOCATION ? !assay_sipa_revocation_read(data, &d)
        : show == ASSAY_SIPA_POLICY   ? !assay_sipa_policy_read(data, &d)
                                      : !assay_sipa_boot_policy_read(data, &d))
        return false;
    assay_emit_object(out, "value");
    if (show == ASSAY_SIPA_REVOCATION) {
        emit_time(out, "creation_time", d.number);
    } else if (show == ASSAY_SIPA_POLICY) {
        assay_writer words = assay_writer_lent(version, sizeof version - 1);

        put_version(&words, d.number);
        version[words.used] = '\0';
        assay_emit_string(out, "version", version);
        assay_emit_text16(out, "policy", assay_utf16_until_nul(d.name));
    } else {
        assay_emit_address(out, "options", d.number);
        assay_emit_u64(out, "signers", d.signers);
    }
    assay_emit_alg(out, "algorithm", d.alg);
    assay_emit_hex(out, "digest", d.digest);
    assay_emit_end(out);
    return true;
}

static bool emit_key(assay_output *out, enum assay_sipa_show show, assay_bytes data)
{
    assay_sipa_key key;

    if (show == ASSAY_SIPA_PUBLIC_KEY ? !assay_sipa_public_key_read(data, &key)
                                      : !assay_sipa_identity_key_read(data, &key))
        return false;
    assay_emit_object(out, "value");
    assay_emit_string(out, "algorithm", "rsa");
    assay_emit_u64(out, "bits", key.bits);
    assay_emit_hex(out, "modulus", key.modulus);
    assay_emit_hex(out, "exponent", key.exponent);
    assay_emit_end(out);
    return true;
}

static bool emit_signature(assay_output *out, assay_bytes data)
{
    assay_cursor c = assay_cursor_of(data);
    const uint32_t algorithm = assay_take_u32le(&c);
    const assay_bytes signature = assay_take(&c, assay_take_u32le(&c));

    if (c.failed || assay_left(&c) > 0)
        return false;
    assay_emit_object(out, "value");
    assay_emit_address(out, "algorithm", algorithm);
    assay_emit_hex(out, "signature", signature);
    assay_emit_end(out);
    return true;
}

/* Windows puts a FILETIME and zeros where a verifier's nonce would stand. */
static bool quote_time(const assay_sipa_quote *quote, char ret_text[32])
{
    assay_cursor c = assay_cursor_of(quote->extra_data);
    const uint64_t filetime = assay_take_u64le(&c);

    return !c.failed && assay_bytes_all(assay_peek_rest(&c), 0) && filetime != 0 &&
           assay_sipa_time(filetime, ret_text);
}

static bool emit_quote(assay_output *out, assay_bytes data)
{
    assay_sipa_quote quote;
    char time[32];

    if (!assay_sipa_quote_read(data, &quote))
        return false;
    assay_emit_object(out, "value");
    assay_emit_hex(out, "qualified_signer", quote.qualified_signer);
    assay_emit_hex(out, "extra_data", quote.extra_data);
    if (quote_time(&quote, time))
        assay_emit_string(out, "time", time);
    assay_emit_u64(out, "clock", quote.clock);
    assay_emit_u64(out, "reset_count", quote.reset_count);
    assay_emit_u64(out, "restart_count", quote.restart_count);
    assay_emit_bool(out, "safe", quote.safe);
    assay_emit_address(out, "firmware_version", quote.firmware_version);
    assay_emit_alg(out, "bank", quote.alg);
    assay_emit_array(out, "pcrs");
    for (unsigned pcr = 0; pcr < 32; pcr++)
        if ((quote.pcrs >> pcr & 1) != 0)
            assay_emit_u64(out, NULL, pcr);
    assay_emit_end(out);
    assay_emit_hex(out, "pcr_digest", quote.pcr_digest);
    assay_emit_end(out);
    return true;
}

static bool emit_as(assay_output *out, enum assay_sipa_show show, assay_bytes data)
{
    switch (show) {
    case ASSAY_SIPA_HEX:
    case ASSAY_SIPA_NESTED:
        return false;
    case ASSAY_SIPA_TEXT16:
        if (data.size % 2 != 0)
            return false;
        assay_emit_text16(out, "value", assay_utf16_until_nul(data));
        return true;
    case ASSAY_SIPA_REVOCATION:
    case ASSAY_SIPA_POLICY:
    case ASSAY_SIPA_BOOT_POLICY:
        return emit_digested(out, show, data);
    case ASSAY_SIPA_IDENTITY_KEY:
    case ASSAY_SIPA_PUBLIC_KEY:
        return emit_key(out, show, data);
    case ASSAY_SIPA_QUOTE:
        return emit_quote(out, data);
    case ASSAY_SIPA_SIGNATURE:
        return emit_signature(out, data);
    default:
        return emit_number(out, show, data);
    }
}

void assay_sipa_emit_value(assay_output *out, const assay_sipa_record *record)
{
    if (!emit_as(out, show_of(record->type), record->data))
        assay_emit_hex(out, "data", record->data);
}
