/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The canonical event log in its TLV encoding, written with the widths that Google's
 * programs write and demand: records count from 0 in 8 bytes, a PCR has one.
 */
#include "eventlog/format/celtlv.h"

enum { RECNUM_SIZE = 8, PCR_SIZE = 1, WORD_SIZE = 4 };

/* out->state */
enum { NEXT_RECNUM };

static void put_head(assay_writer *w, int type, size_t size)
{
    assay_put_u8(w, (uint8_t)type);
    assay_put_u32be(w, (uint32_t)size);
}

static void put_bytes(assay_writer *w, int type, assay_bytes value)
{
    put_head(w, type, value.size);
    assay_put(w, value);
}

static void put_word(assay_writer *w, int type, uint32_t value)
{
    put_head(w, type, WORD_SIZE);
    assay_put_u32be(w, value);
}

static void put_index(assay_writer *w, const assay_log_header *header, const assay_event *event)
{
    const int type = header->measurement_registers ? ASSAY_CEL_TYPE_REGISTER : ASSAY_CEL_TYPE_PCR;

    if (event->nv_index != 0) {
        put_word(w, ASSAY_CEL_TYPE_NV_INDEX, event->nv_index);
    } else if (event->pcr_index > UINT8_MAX) {
        put_word(w, type, event->pcr_index);
    } else {
        put_head(w, type, PCR_SIZE);
        assay_put_u8(w, (uint8_t)event->pcr_index);
    }
}

static void put_digests(assay_writer *w, const assay_event *event)
{
    size_t size = 0;

    for (size_t i = 0; i < event->digest_count; i++)
        size += ASSAY_CELTLV_HEAD + event->digests[i].value.size;
    put_head(w, ASSAY_CEL_TYPE_DIGESTS, size);
    for (size_t i = 0; i < event->digest_count; i++)
        put_bytes(w, event->digests[i].alg, event->digests[i].value);
}

static void put_content(assay_writer *w, int type, const assay_event *event)
{
    if (event->content == ASSAY_CONTENT_PCCLIENT_STD) {
        put_head(w, type, (size_t)2 * ASSAY_CELTLV_HEAD + WORD_SIZE + event->data.size);
        put_word(w, 0, event->type);
        put_bytes(w, 1, event->data);
    } else if (event->content == ASSAY_CONTENT_IMA_TEMPLATE) {
        put_head(w, type, (size_t)2 * ASSAY_CELTLV_HEAD + event->name.size + event->data.size);
        put_bytes(w, 0, event->name);
        put_bytes(w, 1, event->data);
    } else {
        put_bytes(w, type, event->data);
    }
}

static void put_record(assay_log_writer *out, int type, const assay_event *event)
{
    put_head(out->writer, ASSAY_CEL_TYPE_RECNUM, RECNUM_SIZE);
    assay_put_u64be(out->writer, out->state[NEXT_RECNUM]++);
    put_index(out->writer, out->header, event);
    put_digests(out->writer, event);
    put_content(out->writer, type, event);
}

int assay_celtlv_write_begin(assay_log_writer *out, assay_error *error)
{
    uint8_t buffer[ASSAY_CEL_SPEC_ID_MAX];
    assay_event event;

    out->state[NEXT_RECNUM] = 0;
    if (!assay_cel_has_spec_id(out->header))
        return 0;
    const int status = assay_cel_spec_id_event(out->header, buffer, &event, error);
    if (status == 0)
        put_record(out, ASSAY_CEL_TYPE_PCCLIENT_STD, &event);
    return status;
}

static int refuse(const assay_event *event, const char *field, assay_error *error, const char *what)
{
    return assay_fail(error, ASSAY_UNSUPPORTED,
                      (assay_place){ event->offset, event->number, field }, "%s", what);
}

int assay_celtlv_write_event(assay_log_writer *out, const assay_event *event, assay_error *error)
{
    const int type = assay_cel_type_of(event);

    if (type < 0)
        return refuse(event, "content", error, "CEL-TLV has no type for this content");
    if (event->data.size > UINT32_MAX - UINT16_MAX || event->name.size > UINT16_MAX / 2)
        return refuse(event, "content", error, "a content longer than CEL-TLV can say");
    for (size_t i = 0; i < event->digest_count; i++)
        if (event->digests[i].alg > UINT8_MAX)
            return refuse(event, "digests", error,
                          "CEL-TLV has one byte for an algorithm, and this one needs two");
    put_record(out, type, event);
    return 0;
}
