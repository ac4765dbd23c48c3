/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/varcontent.h"

#include "base/hex.h"
#include "base/utf16.h"
#include "eventlog/payload/devpath.h"
#include "eventlog/payload/siglist.h"
#include "eventlog/payload/x509.h"

/* Which variables hold what. */
static const struct {
    const char *vendor;
    const char *name;
    enum assay_variable_kind kind;
} variables[] = {
#define VARIABLE(vendor, name, kind) { vendor, name, ASSAY_VARIABLE_##kind },
#include "eventlog/payload/variables.def"
#undef VARIABLE
};

/* Whether UTF-16 `name` is `pattern`, in which # stands for a hexadecimal digit. */
static bool name_matches(assay_bytes name, const char *pattern)
{
    assay_cursor c = assay_cursor_of(name);

    for (; *pattern != '\0'; pattern++) {
        const uint16_t unit = assay_take_u16le(&c);
        const bool digit = unit < 0x80 && assay_hex_digit((char)unit) >= 0;

        if (*pattern == '#' ? !digit : unit != (uint8_t)*pattern)
            return false;
    }
    return !c.failed && assay_left(&c) == 0;
}

static enum assay_variable_kind promised_kind(const assay_variable *variable)
{
    const char *const vendor = assay_guid_name(&variable->vendor);

    for (size_t i = 0; vendor != NULL && i < sizeof variables / sizeof *variables; i++)
        if (strcmp(variables[i].vendor, vendor) == 0 &&
            name_matches(variable->name, variables[i].name))
            return variables[i].kind;
    return ASSAY_VARIABLE_OPAQUE;
}

/* The readers get at least one byte. */

static bool read_flag(assay_bytes data, assay_variable_content *content)
{
    assay_cursor c = assay_cursor_of(data);

    content->number = assay_take_u8(&c);
    return !c.failed && assay_left(&c) == 0;
}

static bool read_number(assay_bytes data, assay_variable_content *content)
{
    uint8_t wide[8] = { 0 };

    if (data.size > sizeof wide)
        return false;
    memcpy(wide, data.data, data.size);
    assay_cursor c = assay_cursor_of(assay_bytes_of(wide, sizeof wide));
    content->number = assay_take_u64le(&c);
    return true;
}

/* Printable ASCII and ends of line; a NUL at the end, which is none of the text. */
static bool read_text(assay_bytes data, assay_variable_content *content)
{
    if (data.data[data.size - 1] == '\0')
        data.size--;
    for (size_t i = 0; i < data.size; i++)
        if ((data.data[i] < 0x20 && data.data[i] != '\n' && data.data[i] != '\r') ||
            data.data[i] >= 0x7F)
            return false;
    content->bytes = data;
    return true;
}

static bool read_boot_order(assay_bytes data, assay_variable_content *content)
{
    content->bytes = data;
    return data.size % 2 == 0;
}

static bool read_load_option(assay_bytes data, assay_variable_content *content)
{
    return assay_load_option_decode(data, &content->load_option);
}

static bool read_device_path(assay_bytes data, assay_variable_content *content)
{
    assay_devpath path = assay_devpath_of(data);
    assay_devpath_node node;

    while (assay_devpath_next(&path, &node))
        continue;
    content->bytes = data;
    return path.ended;
}

/* A list of a type known here, or lists of any type whose sizes agree. */
static bool read_signatures(assay_bytes data, assay_variable_content *content)
{
    assay_siglists lists = assay_siglists_of(data);
    int step = assay_siglists_next(&lists);

    content->bytes = data;
    if (assay_signature_type_index(&lists.list.type) < ASSAY_SIGNATURE_TYPES)
        return true;
    while (step > 0)
        step = assay_siglists_next(&lists);
    return step == ASSAY_SIGLIST_END;
}

static bool read_certificate(assay_bytes data, assay_variable_content *content)
{
    content->bytes = data;
    return assay_x509_is_likely(data);
}

static bool read_signature(assay_bytes data, assay_variable_content *content)
{
    return assay_signature_decode(data, &content->signature) &&
           assay_signature_guess(content->signature.data) != ASSAY_SIGNATURE_OTHER;
}

static bool read_opaque(assay_bytes data, assay_variable_content *content)
{
    content->bytes = data;
    return true;
}

static const struct {
    const char *name;
    bool (*read)(assay_bytes data, assay_variable_content *content);
} kinds[ASSAY_VARIABLE_KINDS] = {
    [ASSAY_VARIABLE_OPAQUE] = { "opaque", read_opaque },
    [ASSAY_VARIABLE_UNSET] = { "unset", read_opaque },
    [ASSAY_VARIABLE_FLAG] = { "flag", read_flag },
    [ASSAY_VARIABLE_NUMBER] = { "number", read_number },
    [ASSAY_VARIABLE_TEXT] = { "text", read_text },
    [ASSAY_VARIABLE_SIGNATURES] = { "signatures", read_signatures },
    [ASSAY_VARIABLE_SIGNATURE] = { "signature", read_signature },
    [ASSAY_VARIABLE_CERTIFICATE] = { "certificate", read_certificate },
    [ASSAY_VARIABLE_BOOT_ORDER] = { "boot_order", read_boot_order },
    [ASSAY_VARIABLE_LOAD_OPTION] = { "load_option", read_load_option },
    [ASSAY_VARIABLE_DEVICE_PATH] = { "device_path", read_device_path },
};

const char *assay_variable_kind_name(enum assay_variable_kind kind)
{
    return kinds[kind].name;
}

/*
 * What else may be under a name. A signature database is logged whole when it is
 * configuration, and as the one entry that was used when it is an authority.
 */
static const enum assay_variable_kind otherwise[ASSAY_VARIABLE_KINDS] = {
    [ASSAY_VARIABLE_SIGNATURES] = ASSAY_VARIABLE_CERTIFICATE,
    [ASSAY_VARIABLE_CERTIFICATE] = ASSAY_VARIABLE_SIGNATURE,
};

void assay_variable_content_of(const assay_variable *variable, assay_variable_content *ret_content)
{
    assay_variable_content content = { promised_kind(variable), { 0 } };

    if (variable->data.size == 0)
        content.kind = ASSAY_VARIABLE_UNSET;
    while (!kinds[content.kind].read(variable->data, &content))
        content.kind = otherwise[content.kind];
    *ret_content = content;
}
