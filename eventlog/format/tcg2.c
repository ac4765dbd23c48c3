/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The crypto-agile log of TPM 2.0 (PFP 1.06 section 10.2): a header in the SHA-1
 * format, then records of TCG_PCR_EVENT2.
 *
 *     u32 pcrIndex | u32 eventType | u32 count | count x {u16 algorithm, digest}
 *     | u32 eventSize | event
 *
 * Confidential-computing logs (UEFI 2.10 section 38.4) have the same layout; there
 * PCRIndex is the index of a measurement register, and the header carries index 1, or is td-shim's.
 */
#include "eventlog/format/format.h"
#include "eventlog/types.h"

static const assay_bytes signature = ASSAY_LITERAL("Spec ID Event03\0");

enum { HEADER_DATA = 32 /* where TCG_EfiSpecIDEvent begins in the file */, SHA1_SIZE = 20 };

static const char *detect(assay_bytes bytes)
{
    assay_cursor c = assay_cursor_of(bytes);

    assay_take(&c, HEADER_DATA);
    return assay_bytes_equal(assay_take(&c, signature.size), signature)
               ? "\"Spec ID Event03\" in the first record"
               : NULL;
}

int assay_tcg2_open(assay_log *log)
{
    const assay_cursor start = log->cursor;
    assay_event event = { 0 };
    int status = assay_tcg12_read_record(log, &event);

    if (status < 0)
        return status;
    if (!assay_spec_id_is(&event))
        return assay_log_fail(log, ASSAY_MALFORMED, event.offset, "eventType",
                              "the first record is not a \"Spec ID Event03\" of EV_NO_ACTION");
    status = assay_spec_id_read(log, &event);
    log->cursor = start;
    return status;
}

static int read_digest(assay_log *log, assay_event *event)
{
    assay_cursor *const c = &log->cursor;
    const uint64_t offset = c->offset;
    const uint16_t alg = assay_take_u16le(c);
    const size_t size = assay_log_digest_size(&log->header, alg);

    if (c->failed)
        return assay_log_fail_truncated(log, event->offset, "digests");
    if (size == 0)
        return assay_log_fail(log, ASSAY_MALFORMED, offset, "digests",
                              "algorithm 0x%04x is neither announced nor known, so its digest "
                              "has no size",
                              alg);
    if (assay_event_digest_of(event, alg).data != NULL)
        return assay_log_fail(log, ASSAY_MALFORMED, offset, "digests",
                              "a second digest of algorithm 0x%04x", alg);
    const assay_bytes value = assay_take(c, size);
    if (c->failed)
        return assay_log_fail_truncated(log, event->offset, "digests");
    event->digests[event->digest_count++] = (assay_event_digest){ alg, value };
    return 0;
}

int assay_tcg2_read_record(assay_log *log, assay_event *ret_event)
{
    assay_cursor *const c = &log->cursor;
    const uint64_t start = c->offset;

    ret_event->number = log->next_number;
    ret_event->offset = start;
    ret_event->digest_count = 0;
    ret_event->pcr_index = assay_take_u32le(c);
    ret_event->type = assay_take_u32le(c);
    const uint32_t count = assay_take_u32le(c);
    if (c->failed)
        return assay_log_fail_truncated(log, start, "TCG_PCR_EVENT2");
    if (ret_event->pcr_index == 0 && ret_event->type == 0 && count == 0)
        return assay_log_end_with_tail(log, start);
    if (count > ASSAY_BANKS_MAX)
        return assay_log_fail(log, ASSAY_MALFORMED, start + 8, "count",
                              "%u digests; an event has at most %d", count, ASSAY_BANKS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        const int status = read_digest(log, ret_event);

        if (status < 0)
            return status;
    }
    const uint32_t size = assay_take_u32le(c);
    ret_event->data_offset = c->offset;
    const char *const field = c->failed ? "eventSize" : "event";
    ret_event->data = assay_take(c, size);
    return c->failed ? assay_log_fail_truncated(log, start, field) : 1;
}

int assay_tcg2_next(assay_log *log, bool first, assay_event *ret_event)
{
    if (first)
        return assay_tcg12_read_record(log, ret_event);
    if (assay_log_at_end(log))
        return 0;
    return assay_tcg2_read_record(log, ret_event);
}

/* SINIT writes the same format; its log begins with a PCR of the dynamic launch or a remark. */
static enum assay_stage stage_of(const assay_log *log)
{
    enum { PCR_DRTM_FIRST = 17 };
    assay_log ahead = *log;
    assay_event event = { 0 };

    ahead.findings = NULL;
    return assay_tcg2_next(&ahead, true, &event) > 0 &&
                   assay_tcg2_next(&ahead, false, &event) > 0 && event.pcr_index >= PCR_DRTM_FIRST
               ? ASSAY_STAGE_LAUNCH
               : ASSAY_STAGE_FIRMWARE;
}

static int open(assay_log *log)
{
    const int status = assay_tcg2_open(log);

    if (status == 0)
        log->header.stage = stage_of(log);
    return status;
}

static int next(assay_log *log, assay_event *ret_event)
{
    return assay_tcg2_next(log, log->next_number == 0, ret_event);
}

static int write_begin(assay_log_writer *out, assay_error *error)
{
    assay_writer *const w = out->writer;
    assay_writer measure = assay_writer_lent(NULL, 0);

    if (out->header->bank_count == 0 || out->header->spec_id.vendor_info.size > UINT8_MAX)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "a crypto-agile log has between 1 and %d banks and at most 255 bytes "
                          "of vendor information",
                          ASSAY_BANKS_MAX);
    assay_spec_id_put(&measure, out->header);
    assay_put_u32le(w, assay_spec_id_index(out->header));
    assay_put_u32le(w, EV_NO_ACTION);
    assay_put_zeros(w, SHA1_SIZE);
    assay_put_u32le(w, (uint32_t)measure.written);
    assay_spec_id_put(w, out->header);
    return 0;
}

static int write_event(assay_log_writer *out, const assay_event *event, assay_error *error)
{
    assay_writer *const w = out->writer;

    (void)error;
    if (event->number == 0 && assay_spec_id_is(event))
        return 0; /* written from the header */
    assay_put_u32le(w, event->pcr_index);
    assay_put_u32le(w, event->type);
    assay_put_u32le(w, event->digest_count);
    for (size_t i = 0; i < event->digest_count; i++) {
        assay_put_u16le(w, event->digests[i].alg);
        assay_put(w, event->digests[i].value);
    }
    assay_put_u32le(w, (uint32_t)event->data.size);
    assay_put(w, event->data);
    return 0;
}

bool assay_tcg2_is_header(const assay_log_header *header, const assay_event *event)
{
    return event->number == 0 && header->spec_id.present && header->spec_id.signature == 3 &&
           assay_spec_id_is(event);
}

const assay_format assay_format_tcg2 = {
    .info = { "tcg2", "TCG crypto-agile log", "PFP 1.06 section 10.2", true },
    .room = { .contents = 1u << ASSAY_CONTENT_PCCLIENT_STD,
              .banks = ASSAY_ROOM_ANY_BANKS, .types = true, .data = true, .spec_id = true,
              .registers = true },
    .detect = detect,
    .open = open,
    .next = next,
    .write_begin = write_begin,
    .write_event = write_event,
    .is_header = assay_tcg2_is_header,
};
