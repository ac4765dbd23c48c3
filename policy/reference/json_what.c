/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an event is of, in few words. The format of references has these texts: other words for
 * the same event would break every signature, so this asks the readers of payloads what they
 * found, and not how they would put it.
 */
#include "base/utf16.h"
#include "base/utf8.h"
#include "eventlog/payload/devpath.h"
#include "eventlog/payload/payload.h"
#include "policy/reference/json_private.h"

/* Bytes as they were measured: an escape is at most four times as long. */
enum { MAX = ASSAY_REFERENCE_WHAT_MAX / 4 };

/* As much of `text` as there is room for, and no part of a character. */
static void put_bytes(assay_writer *writer, assay_bytes text)
{
    uint32_t character;

    while (text.size > 0) {
        size_t size = assay_utf8_decode(text, &character);

        if (size == 0)
            size = 1;
        if (writer->used + size > writer->capacity)
            return;
        assay_put(writer, assay_bytes_of(text.data, size));
        text = assay_bytes_of(text.data + size, text.size - size);
    }
}

static void put_wide(assay_writer *writer, assay_bytes text)
{
    uint8_t narrow[MAX / 2 * 3];
    assay_writer made = assay_writer_lent(narrow, sizeof narrow);

    if (text.size > MAX)
        text.size = MAX;
    assay_put_utf16(&made, text);
    put_bytes(writer, assay_written(&made));
}

static void put_text(assay_writer *writer, const assay_text *text)
{
    if (text->form == ASSAY_TEXT_ASCII)
        put_bytes(writer, text->text);
    else if (text->form == ASSAY_TEXT_UTF16)
        put_wide(writer, text->text);
}

static void put_ipl(assay_writer *writer, const assay_ipl *ipl)
{
    put_bytes(writer, ipl->prefix);
    if (ipl->utf16)
        put_wide(writer, ipl->text);
    else
        put_bytes(writer, ipl->text);
}

/* The files of the path, one after the other as firmware opens them. */
static void put_path(assay_writer *writer, assay_bytes bytes)
{
    assay_devpath path = assay_devpath_of(bytes);
    assay_devpath_node node;

    while (assay_devpath_next(&path, &node)) {
        const assay_bytes name = assay_devpath_file_name(&node);

        if (name.data != NULL)
            put_wide(writer, name);
    }
}

/* The EFI stub's and others' command lines. */
static void put_tagged(assay_writer *writer, const assay_tagged *tagged)
{
    assay_cursor cursor = assay_cursor_of(tagged->list);
    assay_tag tag;
    assay_text text;

    if (assay_tagged_next(&cursor, &tag) && assay_text_decode(tag.data, &text))
        put_text(writer, &text);
}

static void put_payload(assay_writer *writer, const assay_payload *payload)
{
    switch (payload->kind) {
    case ASSAY_PAYLOAD_TEXT:
        put_text(writer, &payload->text);
        break;
    case ASSAY_PAYLOAD_IPL:
        put_ipl(writer, &payload->ipl);
        break;
    case ASSAY_PAYLOAD_VARIABLE:
        put_wide(writer, payload->variable.name);
        break;
    case ASSAY_PAYLOAD_IMAGE:
        put_path(writer, payload->image.path);
        break;
    case ASSAY_PAYLOAD_TAGGED:
        put_tagged(writer, &payload->tagged);
        break;
    case ASSAY_PAYLOAD_SYSTEMD:
        put_bytes(writer, payload->systemd.string);
        break;
    case ASSAY_PAYLOAD_IMA:
        put_bytes(writer, assay_ima_file_name(&payload->ima));
        break;
    default:
        break;
    }
}

void assay_reference_put_what(assay_writer *writer, const assay_event *event)
{
    uint8_t words[MAX];
    assay_writer made = assay_writer_lent(words, sizeof words);
    assay_payload payload;

    if (!assay_event_keeps_data(event) || event->data.size == 0)
        return;
    assay_payload_decode(event, &payload);
    put_payload(&made, &payload);
    assay_put_safe(writer, assay_written(&made));
}
