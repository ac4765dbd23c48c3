/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/systemd.h"

#include "eventlog/jsontext.h"

/* userspace event types of systemd 255 to 262: what they are called, and what the string is. */
static const struct type {
    const char *name, *title;
    enum assay_systemd_hashing hashing;
} types[] = {
    { "phase", "boot phase", ASSAY_SYSTEMD_WORD },
    { "filesystem", "file system", ASSAY_SYSTEMD_WORD },
    { "volume-key", "key of an encrypted volume", ASSAY_SYSTEMD_KEYED },
    { "machine-id", "machine ID", ASSAY_SYSTEMD_WORD },
    { "product-id", "product ID", ASSAY_SYSTEMD_WORD },
    { "keyslot", "key slot that unlocked a volume", ASSAY_SYSTEMD_WORD },
    { "nvpcr-init", "NvPCR set up", ASSAY_SYSTEMD_KEYED },
    { "nvpcr-separator", "NvPCRs are set up", ASSAY_SYSTEMD_WORD },
    { "dm-verity", "verified volume", ASSAY_SYSTEMD_UNKNOWN },
    { "imds-userdata", "user data of the cloud", ASSAY_SYSTEMD_UNKNOWN },
    { "os-separator", "end of the boot loader's part", ASSAY_SYSTEMD_WORD },
    { "login", "login of a user", ASSAY_SYSTEMD_UNKNOWN },
};

static const struct type *type_of(const assay_systemd *systemd)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (assay_bytes_equal(systemd->event_type, assay_bytes_of_string(types[i].name)))
            return &types[i];
    return NULL;
}

static bool read_number(assay_bytes digits, uint64_t *ret_number)
{
    enum { DIGITS_MAX = 19 };
    assay_cursor c = assay_cursor_of(digits);
    uint64_t number = 0;

    if (digits.size == 0 || digits.size > DIGITS_MAX)
        return false;
    while (assay_left(&c) > 0) {
        const uint8_t digit = assay_take_u8(&c);

        if (digit < '0' || digit > '9')
            return false;
        number = number * 10 + (digit - '0');
    }
    *ret_number = number;
    return true;
}

static assay_bytes string_member(assay_bytes object, const char *key)
{
    return assay_json_string(assay_json_member(object, key));
}

bool assay_systemd_decode(assay_bytes data, assay_systemd *ret_systemd)
{
    assay_systemd systemd = {
        .text = data,
        .event_type = string_member(data, "eventType"),
        .string = string_member(data, "string"),
        .boot_id = string_member(data, "bootId"),
        .nv_index_name = string_member(data, "nvIndexName"),
    };

    if (systemd.event_type.data == NULL && systemd.string.data == NULL)
        return false;
    systemd.has_timestamp = read_number(assay_json_member(data, "timestamp"), &systemd.timestamp);
    *ret_systemd = systemd;
    return true;
}

void assay_systemd_encode(assay_writer *writer, const assay_systemd *systemd)
{
    assay_put(writer, systemd->text);
}

static void emit_if_any(assay_output *out, const char *key, assay_bytes text)
{
    if (text.data != NULL)
        assay_emit_text(out, key, text);
}

void assay_systemd_emit(assay_output *out, const assay_systemd *systemd)
{
    emit_if_any(out, "event_type", systemd->event_type);
    emit_if_any(out, "string", systemd->string);
    emit_if_any(out, "nv_index_name", systemd->nv_index_name);
    emit_if_any(out, "boot_id", systemd->boot_id);
    if (systemd->has_timestamp)
        assay_emit_u64(out, "timestamp_us", systemd->timestamp);
}

void assay_systemd_summary(assay_writer *writer, const assay_systemd *systemd)
{
    const struct type *const type = type_of(systemd);

    if (type != NULL)
        assay_put_string(writer, type->title);
    else if (systemd->event_type.data != NULL)
        assay_put(writer, systemd->event_type);
    else
        assay_put_string(writer, "systemd");
    if (systemd->nv_index_name.data != NULL) {
        assay_put_string(writer, " (NvPCR ");
        assay_put(writer, systemd->nv_index_name);
        assay_put_char(writer, ')');
    }
    if (systemd->string.data != NULL) {
        assay_put_string(writer, ": ");
        assay_put(writer, systemd->string);
    }
}

enum assay_systemd_hashing assay_systemd_hashing_of(const assay_systemd *systemd)
{
    const struct type *const type = type_of(systemd);

    return type != NULL ? type->hashing : ASSAY_SYSTEMD_UNKNOWN;
}

bool assay_systemd_is_literal(const assay_systemd *systemd)
{
    static const assay_bytes cut = ASSAY_LITERAL("...");
    const assay_bytes string = systemd->string;

    if (string.size == 0 || memchr(string.data, '\\', string.size) != NULL)
        return false;
    return string.size < cut.size ||
           !assay_bytes_equal(assay_bytes_of(string.data + string.size - cut.size, cut.size), cut);
}
