/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/variable.h"

#include "base/safemath.h"
#include "base/utf16.h"
#include "eventlog/payload/varcontent.h"

/* Reads with a name of UnicodeNameLength times `unit` bytes; false when it does not fit. */
static bool read_variable(assay_bytes data, uint64_t unit, assay_variable *ret_variable)
{
    assay_cursor c = assay_cursor_of(data);
    uint64_t name_size;

    ret_variable->vendor = assay_take_guid(&c);
    ret_variable->name_length = assay_take_u64le(&c);
    ret_variable->data_length = assay_take_u64le(&c);
    if (!assay_mul_u64(ret_variable->name_length, unit, &name_size) || name_size > SIZE_MAX)
        return false;
    ret_variable->name = assay_take(&c, (size_t)name_size);
    ret_variable->data = assay_take_up_to(&c, ret_variable->data_length);
    ret_variable->trailing = assay_take_rest(&c);
    return !c.failed;
}

static bool adds_up(const assay_variable *variable)
{
    return variable->name.size % 2 == 0 && !assay_variable_is_cut(variable) &&
           variable->trailing.size == 0;
}

bool assay_variable_decode(assay_bytes data, assay_variable *ret_variable)
{
    enum { CHARACTERS = 2, BYTES = 1 };
    assay_variable by_characters, by_bytes;
    const bool fits = read_variable(data, CHARACTERS, &by_characters);

    if (fits && adds_up(&by_characters))
        *ret_variable = by_characters;
    else if (read_variable(data, BYTES, &by_bytes) && adds_up(&by_bytes))
        *ret_variable = by_bytes;
    else if (fits)
        *ret_variable = by_characters;
    else
        return false;
    return true;
}

void assay_variable_encode(assay_writer *writer, const assay_variable *variable)
{
    assay_put_guid(writer, &variable->vendor);
    assay_put_u64le(writer, variable->name_length);
    assay_put_u64le(writer, variable->data_length);
    assay_put(writer, variable->name);
    assay_put(writer, variable->data);
    assay_put(writer, variable->trailing);
}

void assay_variable_put(assay_writer *writer, const assay_guid *vendor, const char *name,
                        assay_bytes data)
{
    assay_put_guid(writer, vendor);
    assay_put_u64le(writer, strlen(name));
    assay_put_u64le(writer, data.size);
    assay_put_as_utf16(writer, assay_bytes_of_string(name));
    assay_put(writer, data);
}

bool assay_variable_is(const assay_variable *variable, const char *vendor, const char *name)
{
    const char *const known = assay_guid_name(&variable->vendor);

    return known != NULL && strcmp(known, vendor) == 0 && assay_utf16_is(variable->name, name);
}

void assay_variable_emit(assay_output *out, const assay_variable *variable)
{
    const char *const vendor = assay_guid_name(&variable->vendor);
    assay_variable_content content;

    assay_emit_guid(out, "vendor", &variable->vendor);
    if (vendor != NULL)
        assay_emit_string(out, "vendor_name", vendor);
    assay_emit_text16(out, "name", variable->name);
    assay_emit_u64(out, "data_size", variable->data.size);
    if (assay_variable_is_cut(variable))
        assay_emit_u64(out, "stated_data_size", variable->data_length);
    assay_variable_content_of(variable, &content);
    assay_variable_content_emit(out, &content);
    if (variable->trailing.size > 0)
        assay_emit_hex(out, "trailing_hex", variable->trailing);
}

void assay_variable_summary(assay_writer *writer, const assay_variable *variable)
{
    assay_variable_content content;

    assay_variable_content_of(variable, &content);
    if (content.kind == ASSAY_VARIABLE_SIGNATURE || content.kind == ASSAY_VARIABLE_CERTIFICATE)
        assay_put_string(writer, "authority ");
    assay_put_utf16(writer, variable->name);
    assay_variable_content_summary(writer, &content);
    if (assay_variable_is_cut(variable))
        assay_put_format(writer, " (cut off: %zu of %llu bytes)", variable->data.size,
                         (unsigned long long)variable->data_length);
}
