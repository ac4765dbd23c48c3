/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/text.h"

#include "base/utf16.h"

/* So many printable characters before other bytes are a name and no accident. */
enum { NAME_MIN = 3, UTF16_MIN = 2 * 2 };

static bool is_printable(uint8_t c)
{
    return (c >= 0x20 && c < 0x7F) || c == '\t' || c == '\n' || c == '\r';
}

static size_t printable_length(assay_bytes data)
{
    size_t length = 0;

    while (length < data.size && is_printable(data.data[length]))
        length++;
    return length;
}

static assay_text split(enum assay_text_form form, assay_bytes data, size_t length)
{
    assay_cursor c = assay_cursor_of(data);
    const assay_bytes text = assay_take(&c, length);

    return (assay_text){ form, text, assay_take_rest(&c) };
}

static bool decode_ascii(assay_bytes data, assay_text *ret_text)
{
    const size_t length = printable_length(data);

    if (length == 0 || (length < data.size && length < NAME_MIN))
        return false;
    *ret_text = split(ASSAY_TEXT_ASCII, data, length);
    return true;
}

static bool decode_utf16(assay_bytes data, size_t least, assay_text *ret_text)
{
    const size_t length = assay_utf16_until_nul(data).size;
    const assay_text text = split(ASSAY_TEXT_UTF16, data, length);

    if (length < least || (length > 0 && !assay_utf16_is_text(text.text)) ||
        !assay_bytes_all(text.rest, 0))
        return false;
    *ret_text = text;
    return true;
}

bool assay_text_decode(assay_bytes data, assay_text *ret_text)
{
    return decode_ascii(data, ret_text) || decode_utf16(data, UTF16_MIN, ret_text);
}

bool assay_text_decode_version(assay_bytes data, assay_text *ret_text)
{
    if (assay_text_decode(data, ret_text))
        return true;
    if (data.size == 0)
        *ret_text = split(ASSAY_TEXT_EMPTY, data, 0);
    else if (data.size == sizeof(assay_guid))
        *ret_text = split(ASSAY_TEXT_GUID, data, data.size);
    else
        return decode_utf16(data, 0, ret_text);
    return true;
}

void assay_text_encode(assay_writer *writer, const assay_text *text)
{
    assay_put(writer, text->text);
    assay_put(writer, text->rest);
}

static assay_guid guid_of(assay_bytes bytes)
{
    assay_cursor c = assay_cursor_of(bytes);

    return assay_take_guid(&c);
}

void assay_text_emit(assay_output *out, const assay_text *text)
{
    if (text->form == ASSAY_TEXT_GUID) {
        const assay_guid guid = guid_of(text->text);

        assay_emit_guid(out, "guid", &guid);
    } else if (text->form == ASSAY_TEXT_UTF16) {
        assay_emit_text16(out, "text", text->text);
    } else {
        assay_emit_text(out, "text", text->text);
    }
    if (!assay_bytes_all(text->rest, 0))
        assay_emit_hex(out, "rest", text->rest);
}

void assay_text_summary(assay_writer *writer, const assay_text *text)
{
    const assay_guid guid = guid_of(text->text);

    switch (text->form) {
    case ASSAY_TEXT_EMPTY:
        assay_put_string(writer, "empty");
        break;
    case ASSAY_TEXT_ASCII:
        assay_put(writer, text->text);
        break;
    case ASSAY_TEXT_UTF16:
        assay_put_utf16(writer, text->text);
        break;
    case ASSAY_TEXT_GUID:
        assay_put_guid_name(writer, &guid);
        break;
    }
}
