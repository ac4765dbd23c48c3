/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/ipl.h"

#include "base/utf16.h"
#include "base/utf8.h"

enum { PCR_KERNEL_CONFIG = 12 };

/* GRUB 2.04 and later, then the GRUB 2.02 of Red Hat and its descendants. */
static const struct {
    const char *prefix;
    enum assay_ipl_kind kind;
} prefixes[] = {
    { "grub_cmd: ", ASSAY_IPL_GRUB_COMMAND },
    { "kernel_cmdline: ", ASSAY_IPL_KERNEL_CMDLINE },
    { "module_cmdline: ", ASSAY_IPL_MODULE_CMDLINE },
    { "grub_cmd ", ASSAY_IPL_GRUB_COMMAND },
    { "grub_kernel_cmdline ", ASSAY_IPL_KERNEL_CMDLINE },
    { "grub_linuxefi ", ASSAY_IPL_GRUB_FILE },
    { "grub_linux ", ASSAY_IPL_GRUB_FILE },
    { "grub_initrd ", ASSAY_IPL_GRUB_FILE },
    { "grub_module ", ASSAY_IPL_GRUB_FILE },
    { "grub_multiboot ", ASSAY_IPL_GRUB_FILE },
};

/* The variables whose contents shim measures into PCR 14 (mok.c of shim 15 and 16). */
static const char *const shim_variables[] = {
    "MokList", "MokListX", "MokSBState", "MokDBState", "MokListTrusted", "MokPolicy", "MokIgnoreDB",
};

/* The cpio archives that systemd-stub makes and measures. */
static const char *const initrds[] = {
    "Credentials initrd",
    "Global credentials initrd",
    "System extension initrd",
    "Configuration extension initrd",
    "Global system extension initrd",        /* lanzaboote's stub, whose names are ASCII */
    "Global configuration extension initrd",
};

static bool is_text(assay_bytes bytes)
{
    assay_cursor c = assay_cursor_of(bytes);

    while (assay_left(&c) > 0) {
        uint32_t character = 0;
        const size_t size = assay_utf8_decode(assay_peek_rest(&c), &character);
        const bool space = character == '\t' || character == '\n' || character == '\r';

        if (size == 0 || (character < 0x20 && !space) || character == 0x7F)
            return false;
        assay_take(&c, size);
    }
    return bytes.size > 0;
}

static bool contains(assay_bytes bytes, char c)
{
    return bytes.size > 0 && memchr(bytes.data, c, bytes.size) != NULL;
}

static bool is_one_of(assay_bytes text, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (assay_bytes_equal(text, assay_bytes_of_string(names[i])))
            return true;
    return false;
}

static bool is_initrd16(assay_bytes text)
{
    for (size_t i = 0; i < sizeof initrds / sizeof *initrds; i++)
        if (assay_utf16_is(text, initrds[i]))
            return true;
    return false;
}

static assay_ipl split(assay_bytes data, size_t prefix, size_t text)
{
    assay_cursor c = assay_cursor_of(data);
    assay_ipl ipl = { .prefix = assay_take(&c, prefix) };

    ipl.text = assay_take(&c, text);
    ipl.rest = assay_take_rest(&c);
    return ipl;
}

static size_t length_to_nul(assay_bytes bytes, size_t from)
{
    const uint8_t *const nul =
        bytes.size > from ? memchr(bytes.data + from, 0, bytes.size - from) : NULL;

    return nul != NULL ? (size_t)(nul - bytes.data) - from : bytes.size - from;
}

static bool decode_grub(assay_bytes data, assay_ipl *ret_ipl)
{
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        const assay_bytes prefix = assay_bytes_of_string(prefixes[i].prefix);

        if (!assay_bytes_start_with(data, prefix))
            continue;
        *ret_ipl = split(data, prefix.size, length_to_nul(data, prefix.size));
        ret_ipl->kind = prefixes[i].kind;
        return true;
    }
    return false;
}

/* systemd before 251 logged its string a byte short, so that half of the NUL is missing. */
static bool decode_utf16(const assay_event *event, assay_ipl *ret_ipl)
{
    const assay_bytes data = event->data;
    const assay_bytes whole = assay_bytes_of(data.data, data.size - data.size % 2);
    assay_ipl ipl = split(data, 0, assay_utf16_until_nul(whole).size);

    if (!assay_utf16_is_text(ipl.text) || !assay_bytes_all(ipl.rest, 0))
        return false;
    ipl.utf16 = true;
    if (is_initrd16(ipl.text))
        ipl.kind = ASSAY_IPL_INITRD;
    else if (ipl.text.data[0] == '.' && event->pcr_index != PCR_KERNEL_CONFIG)
        ipl.kind = ASSAY_IPL_SECTION;
    else
        ipl.kind = ASSAY_IPL_OPTIONS;
    *ret_ipl = ipl;
    return true;
}

static bool decode_ascii(assay_bytes data, assay_ipl *ret_ipl)
{
    assay_ipl ipl = split(data, 0, length_to_nul(data, 0));

    if (!is_text(ipl.text))
        return false;
    if (is_one_of(ipl.text, shim_variables, sizeof shim_variables / sizeof *shim_variables))
        ipl.kind = ASSAY_IPL_SHIM;
    else if (is_one_of(ipl.text, initrds, sizeof initrds / sizeof *initrds))
        ipl.kind = ASSAY_IPL_INITRD;
    else if (contains(ipl.text, '/'))
        ipl.kind = ASSAY_IPL_FILE;
    else if (ipl.text.data[0] == '.')
        ipl.kind = ASSAY_IPL_SECTION;
    else
        ipl.kind = ASSAY_IPL_TEXT;
    *ret_ipl = ipl;
    return true;
}

/* One character of UTF-16 is as well one of ASCII and its NUL, so a zero decides at once. */
bool assay_ipl_decode(const assay_event *event, assay_ipl *ret_ipl)
{
    const assay_bytes data = event->data;

    if (data.size == 0) {
        *ret_ipl = (assay_ipl){ .kind = ASSAY_IPL_EMPTY };
        return true;
    }
    if (decode_grub(data, ret_ipl))
        return true;
    if (data.size > 3 && data.data[1] == 0)
        return decode_utf16(event, ret_ipl);
    return decode_ascii(data, ret_ipl);
}

void assay_ipl_encode(assay_writer *writer, const assay_ipl *ipl)
{
    assay_put(writer, ipl->prefix);
    assay_put(writer, ipl->text);
    assay_put(writer, ipl->rest);
}

const char *assay_ipl_kind_name(enum assay_ipl_kind kind)
{
    static const char *const names[] = {
        [ASSAY_IPL_EMPTY] = "empty",
        [ASSAY_IPL_GRUB_COMMAND] = "grub command",
        [ASSAY_IPL_KERNEL_CMDLINE] = "kernel command line",
        [ASSAY_IPL_MODULE_CMDLINE] = "module command line",
        [ASSAY_IPL_GRUB_FILE] = "grub file",
        [ASSAY_IPL_FILE] = "file",
        [ASSAY_IPL_SHIM] = "shim variable",
        [ASSAY_IPL_SECTION] = "section",
        [ASSAY_IPL_OPTIONS] = "load options",
        [ASSAY_IPL_INITRD] = "initrd",
        [ASSAY_IPL_TEXT] = "text",
    };

    return names[kind];
}

void assay_ipl_emit(assay_output *out, const assay_ipl *ipl)
{
    assay_emit_string(out, "kind", assay_ipl_kind_name(ipl->kind));
    if (ipl->utf16)
        assay_emit_text16(out, "text", ipl->text);
    else
        assay_emit_text(out, "text", ipl->text);
}

void assay_ipl_summary(assay_writer *writer, const assay_ipl *ipl)
{
    assay_put_string(writer, assay_ipl_kind_name(ipl->kind));
    if (ipl->kind == ASSAY_IPL_EMPTY)
        return;
    assay_put_string(writer, ": ");
    if (ipl->utf16)
        assay_put_utf16(writer, ipl->text);
    else
        assay_put(writer, ipl->text);
}
