/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/signature.h"

#include "eventlog/payload/x509.h"

#include <stdio.h>

/*
 * UEFI 2.10 section 32.4.1, "Related Definitions". The prose there gives
 * EFI_CERT_X509_SM3 32 bytes; its structure has 48, like that of SHA-256.
 */
static const assay_signature_type types[ASSAY_SIGNATURE_TYPES] = {
    { "EFI_CERT_X509", ASSAY_SIGNATURE_CERTIFICATE, 0, "certificate", "certificates" },
    { "EFI_CERT_SHA1", ASSAY_SIGNATURE_HASH, 20, "SHA-1 hash", "SHA-1 hashes" },
    { "EFI_CERT_SHA224", ASSAY_SIGNATURE_HASH, 28, "SHA-224 hash", "SHA-224 hashes" },
    { "EFI_CERT_SHA256", ASSAY_SIGNATURE_HASH, 32, "SHA-256 hash", "SHA-256 hashes" },
    { "EFI_CERT_SHA384", ASSAY_SIGNATURE_HASH, 48, "SHA-384 hash", "SHA-384 hashes" },
    { "EFI_CERT_SHA512", ASSAY_SIGNATURE_HASH, 64, "SHA-512 hash", "SHA-512 hashes" },
    { "EFI_CERT_SM3", ASSAY_SIGNATURE_HASH, 32, "SM3 hash", "SM3 hashes" },
    { "EFI_CERT_X509_SHA256", ASSAY_SIGNATURE_REVOCATION, 48, "SHA-256 certificate hash",
      "SHA-256 certificate hashes" },
    { "EFI_CERT_X509_SHA384", ASSAY_SIGNATURE_REVOCATION, 64, "SHA-384 certificate hash",
      "SHA-384 certificate hashes" },
    { "EFI_CERT_X509_SHA512", ASSAY_SIGNATURE_REVOCATION, 80, "SHA-512 certificate hash",
      "SHA-512 certificate hashes" },
    { "EFI_CERT_X509_SM3", ASSAY_SIGNATURE_REVOCATION, 48, "SM3 certificate hash",
      "SM3 certificate hashes" },
    { "EFI_CERT_RSA2048", ASSAY_SIGNATURE_OTHER, 256, "RSA-2048 key", "RSA-2048 keys" },
    { "EFI_CERT_RSA2048_SHA1", ASSAY_SIGNATURE_OTHER, 256, "RSA-2048 signature of a SHA-1 hash",
      "RSA-2048 signatures of SHA-1 hashes" },
    { "EFI_CERT_RSA2048_SHA256", ASSAY_SIGNATURE_OTHER, 256,
      "RSA-2048 signature of a SHA-256 hash", "RSA-2048 signatures of SHA-256 hashes" },
    { "EFI_CERT_EXTERNAL_MANAGEMENT", ASSAY_SIGNATURE_OTHER, 1, "external management entry",
      "external management entries" },
};

const assay_signature_type *assay_signature_type_at(size_t index)
{
    return index < ASSAY_SIGNATURE_TYPES ? &types[index] : NULL;
}

size_t assay_signature_type_index(const assay_guid *type)
{
    const char *const name = assay_guid_name(type);
    size_t i = 0;

    if (name == NULL)
        return ASSAY_SIGNATURE_TYPES;
    while (i < ASSAY_SIGNATURE_TYPES && strcmp(types[i].name, name) != 0)
        i++;
    return i;
}

/* The hash type whose digests have as many bytes as `data`, or NULL. */
static const assay_signature_type *hash_type(assay_bytes data)
{
    for (size_t i = 0; i < ASSAY_SIGNATURE_TYPES; i++)
        if (types[i].form == ASSAY_SIGNATURE_HASH && types[i].size == data.size)
            return &types[i];
    return NULL;
}

enum assay_signature_form assay_signature_guess(assay_bytes data)
{
    if (assay_x509_is_likely(data))
        return ASSAY_SIGNATURE_CERTIFICATE;
    return hash_type(data) != NULL ? ASSAY_SIGNATURE_HASH : ASSAY_SIGNATURE_OTHER;
}

bool assay_signature_decode(assay_bytes bytes, assay_signature *ret_signature)
{
    assay_cursor c = assay_cursor_of(bytes);
    assay_signature signature;

    signature.owner = assay_take_guid(&c);
    signature.data = assay_take_rest(&c);
    if (c.failed)
        return false;
    *ret_signature = signature;
    return true;
}

void assay_signature_encode(assay_writer *writer, const assay_signature *signature)
{
    assay_put_guid(writer, &signature->owner);
    assay_put(writer, signature->data);
}

void assay_certificate_emit(assay_output *out, assay_bytes der)
{
    assay_x509 certificate;

    if (!assay_x509_read(der, &certificate)) {
        assay_emit_hex(out, "data_hex", der);
        return;
    }
    assay_emit_string(out, "subject", certificate.subject);
    assay_emit_string(out, "issuer", certificate.issuer);
    assay_emit_string(out, "serial", certificate.serial);
    assay_emit_string(out, "not_before", certificate.not_before);
    assay_emit_string(out, "not_after", certificate.not_after);
    assay_emit_hex(out, "sha256",
                   assay_bytes_of(certificate.sha256, sizeof certificate.sha256));
}

/* An EFI_TIME (UEFI 2.10 section 8.3.1) of zeros stands for "from the beginning". */
static void emit_time_of_revocation(assay_output *out, assay_bytes time)
{
    assay_cursor c = assay_cursor_of(time);
    char text[32];

    if (assay_bytes_all(time, 0)) {
        assay_emit_string(out, "revoked_since", "ever");
        return;
    }
    const unsigned year = assay_take_u16le(&c);
    const unsigned month = assay_take_u8(&c);
    const unsigned day = assay_take_u8(&c);
    const unsigned hour = assay_take_u8(&c);
    const unsigned minute = assay_take_u8(&c);
    snprintf(text, sizeof text, "%04u-%02u-%02uT%02u:%02u:%02uZ", year, month, day, hour, minute,
             assay_take_u8(&c));
    assay_emit_string(out, "revoked_since", text);
}

static void emit_revocation(assay_output *out, assay_bytes data)
{
    enum { EFI_TIME = 16 };
    assay_cursor c = assay_cursor_of(data);

    assay_emit_hex(out, "tbs_hash", assay_take(&c, data.size - EFI_TIME));
    emit_time_of_revocation(out, assay_take_rest(&c));
}

static void emit_owner(assay_output *out, const assay_guid *owner)
{
    const char *const name = assay_guid_name(owner);

    assay_emit_guid(out, "owner", owner);
    if (name != NULL)
        assay_emit_string(out, "owner_name", name);
}

static void emit_content(assay_output *out, enum assay_signature_form form, assay_bytes data)
{
    switch (form) {
    case ASSAY_SIGNATURE_CERTIFICATE:
        assay_certificate_emit(out, data);
        break;
    case ASSAY_SIGNATURE_HASH:
        assay_emit_hex(out, "hash", data);
        break;
    case ASSAY_SIGNATURE_REVOCATION:
        emit_revocation(out, data);
        break;
    case ASSAY_SIGNATURE_OTHER:
        assay_emit_hex(out, "data_hex", data);
        break;
    }
}

/* A type whose data has another size than the type demands is not looked into. */
static enum assay_signature_form form_of(const assay_signature_type *type, assay_bytes data)
{
    const bool fits = type != NULL && (type->size == 0 || type->size == data.size);

    return fits ? type->form : ASSAY_SIGNATURE_OTHER;
}

void assay_signature_emit(assay_output *out, const assay_guid *type,
                          const assay_signature *signature)
{
    if (type == NULL) {
        emit_owner(out, &signature->owner);
        emit_content(out, assay_signature_guess(signature->data), signature->data);
        return;
    }
    const assay_signature_type *const row =
        assay_signature_type_at(assay_signature_type_index(type));
    if (row != NULL)
        assay_emit_string(out, "type", row->name);
    else
        assay_emit_guid(out, "type", type);
    emit_owner(out, &signature->owner);
    emit_content(out, form_of(row, signature->data), signature->data);
}

void assay_signature_summary(assay_writer *writer, assay_bytes data)
{
    const assay_signature_type *const hash = hash_type(data);
    assay_x509 certificate;

    if (assay_x509_is_likely(data) && assay_x509_read(data, &certificate)) {
        assay_put_string(writer, certificate.name);
    } else if (hash != NULL) {
        assay_put_format(writer, "%s ", hash->one);
        assay_put_hex(writer, data);
    } else {
        assay_put_format(writer, "%zu bytes", data.size);
    }
}
