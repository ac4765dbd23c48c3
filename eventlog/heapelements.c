/* SPDX-License-Identifier: BSD-2-Clause */
/* What the extended data elements of a TXT heap say (TXT SDG appendix C.3). */
#include "eventlog/heap.h"

#include <stdio.h>

enum { ACPI_HEADER = 36, LISTED_MAX = 64 /* of what an element may hold any number of */ };

static void emit_spec_version(assay_output *out, assay_cursor *c)
{
    const uint16_t major = assay_take_u16le(c), minor = assay_take_u16le(c);
    const uint16_t revision = assay_take_u16le(c);
    char text[24];

    if (c->failed)
        return;
    snprintf(text, sizeof text, "%u.%u.%u", major, minor, revision);
    assay_emit_string(out, "bios_spec_ver", text);
}

static void emit_acms(assay_output *out, assay_cursor *c)
{
    const uint32_t count = assay_take_u32le(c);

    if (c->failed)
        return;
    assay_emit_u64(out, "num_acms", count);
    assay_emit_array(out, "acm_addrs");
    for (uint32_t i = 0; i < count && i < LISTED_MAX && assay_left(c) >= sizeof(uint64_t); i++)
        assay_emit_address(out, NULL, assay_take_u64le(c));
    assay_emit_end(out);
}

/* A u32, three u16 and six bytes; the numbers are little-endian. */
static void emit_custom(assay_output *out, assay_cursor *c)
{
    const uint32_t data1 = assay_take_u32le(c);
    const uint16_t data2 = assay_take_u16le(c), data3 = assay_take_u16le(c);
    const uint16_t data4 = assay_take_u16le(c);
    const assay_bytes data5 = assay_take(c, 6);
    char text[40];

    if (c->failed)
        return;
    snprintf(text, sizeof text, "%08x-%04x-%04x-%04x-%02x%02x%02x%02x%02x%02x", data1, data2, data3,
             data4, data5.data[0], data5.data[1], data5.data[2], data5.data[3], data5.data[4],
             data5.data[5]);
    assay_emit_string(out, "uuid", text);
}

static void emit_ranges(assay_output *out, assay_cursor *c)
{
    const uint32_t count = assay_take_u32le(c);

    if (c->failed)
        return;
    assay_emit_array(out, "ranges");
    for (uint32_t i = 0; i < count && i < LISTED_MAX && assay_left(c) >= 2 * sizeof(uint64_t);
         i++) {
        assay_emit_object(out, NULL);
        assay_emit_address(out, "base", assay_take_u64le(c));
        assay_emit_u64(out, "size", assay_take_u64le(c));
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

/* An ACPI table that SINIT has checked and copied: its header, and whether its bytes add up to 0.
 */
static void emit_acpi(assay_output *out, assay_cursor *c)
{
    const assay_bytes table = assay_peek_rest(c);
    const assay_bytes signature = assay_take(c, 4);
    const uint32_t length = assay_take_u32le(c);
    uint8_t sum = 0;

    if (c->failed || length < ACPI_HEADER || length > table.size)
        return;
    for (size_t i = 0; i < length; i++)
        sum = (uint8_t)(sum + table.data[i]);
    assay_emit_text(out, "signature", signature);
    assay_emit_u64(out, "length", length);
    assay_emit_bool(out, "checksum_good", sum == 0);
}

void assay_txt_element_emit(assay_output *out, const assay_txt_element *element)
{
    assay_cursor c = assay_cursor_of(element->data);

    switch (element->type) {
    case ASSAY_TXT_ELEMENT_BIOS_SPEC_VER:
        emit_spec_version(out, &c);
        break;
    case ASSAY_TXT_ELEMENT_ACM:
        emit_acms(out, &c);
        break;
    case ASSAY_TXT_ELEMENT_CUSTOM:
        emit_custom(out, &c);
        break;
    case ASSAY_TXT_ELEMENT_MADT:
    case ASSAY_TXT_ELEMENT_MCFG:
        emit_acpi(out, &c);
        break;
    case ASSAY_TXT_ELEMENT_TPR_REQ:
        emit_ranges(out, &c);
        break;
    default: /* the pointers to event logs have an array of their own */
        break;
    }
}
