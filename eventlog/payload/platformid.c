/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/platformid.h"

#include "base/utf16.h"
#include "eventlog/payload/devpath.h"

static assay_bytes take_string(assay_cursor *cursor)
{
    return assay_take(cursor, assay_take_u8(cursor));
}

static void put_string(assay_writer *writer, assay_bytes string)
{
    assay_put_u8(writer, (uint8_t)string.size);
    assay_put(writer, string);
}

static assay_locator take_locator(assay_cursor *cursor)
{
    const uint32_t type = assay_take_u32le(cursor);
    const assay_bytes value = assay_take(cursor, assay_take_u32le(cursor));

    return (assay_locator){ type, value };
}

static void put_locator(assay_writer *writer, const assay_locator *locator)
{
    assay_put_u32le(writer, locator->type);
    assay_put_u32le(writer, (uint32_t)locator->value.size);
    assay_put(writer, locator->value);
}

assay_platform_id assay_take_platform_id(assay_cursor *cursor,
                                         enum assay_platform_id_version version)
{
    assay_platform_id id = { .version = version };

    id.vendor_id = assay_take_u32le(cursor);
    id.reference_manifest_guid = assay_take_guid(cursor);
    if (version >= ASSAY_PLATFORM_ID_2) {
        id.platform_manufacturer = take_string(cursor);
        id.platform_model = take_string(cursor);
        id.platform_version = take_string(cursor);
        id.firmware_manufacturer = take_string(cursor);
        id.firmware_manufacturer_id = assay_take_u32le(cursor);
        id.firmware_version = take_string(cursor);
    }
    if (version >= ASSAY_PLATFORM_ID_3) {
        id.rim = take_locator(cursor);
        id.platform_cert = take_locator(cursor);
    }
    return id;
}

void assay_put_platform_id(assay_writer *writer, const assay_platform_id *id)
{
    assay_put_u32le(writer, id->vendor_id);
    assay_put_guid(writer, &id->reference_manifest_guid);
    if (id->version >= ASSAY_PLATFORM_ID_2) {
        put_string(writer, id->platform_manufacturer);
        put_string(writer, id->platform_model);
        put_string(writer, id->platform_version);
        put_string(writer, id->firmware_manufacturer);
        assay_put_u32le(writer, id->firmware_manufacturer_id);
        put_string(writer, id->firmware_version);
    }
    if (id->version >= ASSAY_PLATFORM_ID_3) {
        put_locator(writer, &id->rim);
        put_locator(writer, &id->platform_cert);
    }
}

static assay_bytes until_nul(assay_bytes text)
{
    const uint8_t *const nul = text.size > 0 ? memchr(text.data, 0, text.size) : NULL;

    return nul != NULL ? assay_bytes_of(text.data, (size_t)(nul - text.data)) : text;
}

static void emit_uri(assay_output *out, assay_bytes value)
{
    const assay_bytes uri = until_nul(value);
    const assay_bytes rest = assay_bytes_of(value.data + uri.size, value.size - uri.size);

    assay_emit_text(out, "uri", uri);
    if (!assay_bytes_all(rest, 0))
        assay_emit_hex(out, "rest", rest);
}

static bool is_device_path(assay_bytes value)
{
    assay_devpath path = assay_devpath_of(value);
    assay_devpath_node node;

    while (assay_devpath_next(&path, &node))
        continue;
    return path.ended;
}

/* A GUID, then the name with its NUL. */
static void emit_variable(assay_output *out, assay_bytes value)
{
    assay_cursor c = assay_cursor_of(value);
    const assay_guid guid = assay_take_guid(&c);

    if (c.failed) {
        assay_emit_hex(out, "value", value);
        return;
    }
    assay_emit_guid(out, "vendor_guid", &guid);
    assay_emit_text16(out, "variable", assay_utf16_until_nul(assay_take_rest(&c)));
}

static void emit_locator(assay_output *out, const char *key, const assay_locator *locator)
{
    static const char *const types[] = { "raw data", "URI", "device path", "variable" };

    assay_emit_object(out, key);
    if (locator->type < sizeof types / sizeof *types)
        assay_emit_string(out, "type", types[locator->type]);
    else
        assay_emit_u64(out, "type", locator->type);
    if (locator->type == ASSAY_LOCATOR_URI)
        emit_uri(out, locator->value);
    else if (locator->type == ASSAY_LOCATOR_DEVICE_PATH && is_device_path(locator->value))
        assay_devpath_emit(out, "device_path", locator->value);
    else if (locator->type == ASSAY_LOCATOR_VARIABLE)
        emit_variable(out, locator->value);
    else
        assay_emit_hex(out, "value", locator->value);
    assay_emit_end(out);
}

void assay_platform_id_emit(assay_output *out, const assay_platform_id *id)
{
    assay_emit_u64(out, "vendor_id", id->vendor_id);
    assay_emit_guid(out, "reference_manifest_guid", &id->reference_manifest_guid);
    if (id->version >= ASSAY_PLATFORM_ID_2) {
        assay_emit_text(out, "platform_manufacturer", until_nul(id->platform_manufacturer));
        assay_emit_text(out, "platform_model", until_nul(id->platform_model));
        assay_emit_text(out, "platform_version", until_nul(id->platform_version));
        assay_emit_text(out, "firmware_manufacturer", until_nul(id->firmware_manufacturer));
        assay_emit_u64(out, "firmware_manufacturer_id", id->firmware_manufacturer_id);
        assay_emit_text(out, "firmware_version", until_nul(id->firmware_version));
    }
    if (id->version >= ASSAY_PLATFORM_ID_3) {
        emit_locator(out, "rim", &id->rim);
        emit_locator(out, "platform_certificate", &id->platform_cert);
    }
}

/* Where the manifest or the certificate is found; of raw data and nothing, nothing. */
static void put_locator_summary(assay_writer *writer, const char *what,
                                const assay_locator *locator)
{
    if (locator->value.size == 0 || locator->type == ASSAY_LOCATOR_RAW ||
        locator->type > ASSAY_LOCATOR_VARIABLE)
        return;
    assay_put_format(writer, ", %s ", what);
    if (locator->type == ASSAY_LOCATOR_URI) {
        assay_put(writer, until_nul(locator->value));
    } else if (locator->type == ASSAY_LOCATOR_DEVICE_PATH) {
        assay_devpath_summary(writer, locator->value);
    } else {
        assay_cursor c = assay_cursor_of(locator->value);

        assay_take(&c, sizeof(assay_guid));
        assay_put_string(writer, "in variable ");
        assay_put_utf16(writer, assay_utf16_until_nul(assay_take_rest(&c)));
    }
}

void assay_platform_id_summary(assay_writer *writer, const assay_platform_id *id)
{
    char guid[ASSAY_GUID_TEXT];

    assay_guid_format(&id->reference_manifest_guid, guid);
    assay_put_format(writer, ": manifest %s", guid);
    if (id->version < ASSAY_PLATFORM_ID_2)
        return;
    assay_put_string(writer, ", ");
    assay_put(writer, until_nul(id->platform_manufacturer));
    assay_put_string(writer, " ");
    assay_put(writer, until_nul(id->platform_model));
    assay_put_string(writer, ", firmware ");
    assay_put(writer, until_nul(id->firmware_version));
    if (id->version < ASSAY_PLATFORM_ID_3)
        return;
    put_locator_summary(writer, "RIM", &id->rim);
    put_locator_summary(writer, "certificate", &id->platform_cert);
}
