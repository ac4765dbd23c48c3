/* SPDX-License-Identifier: BSD-2-Clause */
/* CBOR: writing. */
#include "policy/export/corim/cbor.h"

/* Major types (RFC 8949 section 3.1). */
enum { UNSIGNED, NEGATIVE, BYTE_STRING, TEXT_STRING, ARRAY, MAP, TAG };

/* The first byte's low bits: the number itself, or in how many bytes it follows. */
enum { IN_ONE = 24, IN_TWO, IN_FOUR, IN_EIGHT };

static void put_first(assay_writer *writer, unsigned major, unsigned low)
{
    assay_put_u8(writer, (uint8_t)(major << 5 | low));
}

static void put_head(assay_writer *writer, unsigned major, uint64_t value)
{
    if (value < IN_ONE) {
        put_first(writer, major, (unsigned)value);
    } else if (value <= UINT8_MAX) {
        put_first(writer, major, IN_ONE);
        assay_put_u8(writer, (uint8_t)value);
    } else if (value <= UINT16_MAX) {
        put_first(writer, major, IN_TWO);
        assay_put_u16be(writer, (uint16_t)value);
    } else if (value <= UINT32_MAX) {
        put_first(writer, major, IN_FOUR);
        assay_put_u32be(writer, (uint32_t)value);
    } else {
        put_first(writer, major, IN_EIGHT);
        assay_put_u64be(writer, value);
    }
}

void assay_cbor_put_uint(assay_writer *writer, uint64_t value)
{
    put_head(writer, UNSIGNED, value);
}

void assay_cbor_put_int(assay_writer *writer, int64_t value)
{
    put_head(writer, value < 0 ? NEGATIVE : UNSIGNED,
             value < 0 ? ~(uint64_t)value : (uint64_t)value);
}

void assay_cbor_put_bytes(assay_writer *writer, assay_bytes bytes)
{
    put_head(writer, BYTE_STRING, bytes.size);
    assay_put(writer, bytes);
}

void assay_cbor_put_text(assay_writer *writer, const char *text)
{
    put_head(writer, TEXT_STRING, strlen(text));
    assay_put_string(writer, text);
}

void assay_cbor_put_array(assay_writer *writer, uint64_t count)
{
    put_head(writer, ARRAY, count);
}

void assay_cbor_put_map(assay_writer *writer, uint64_t count)
{
    put_head(writer, MAP, count);
}

void assay_cbor_put_tag(assay_writer *writer, uint64_t tag)
{
    put_head(writer, TAG, tag);
}
