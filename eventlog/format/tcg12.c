/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The SHA-1 log of TPM 1.2: records of TCG_PCClientPCREvent (PFP 1.06 table 15;
 * PC Client Implementation Specification for Conventional BIOS 1.21, 11.1.1).
 * TPM 2.0 firmware may offer it too, to systems that do not ask for more.
 *
 *     u32 pcrIndex | u32 eventType | u8 digest[20] | u32 eventSize | event
 */
#include "eventlog/format/format.h"
#include "eventlog/types.h"

enum { SHA1_SIZE = 20, PCRS = 24 };

static const assay_bank sha1_bank = { ASSAY_ALG_SHA1, SHA1_SIZE };

int assay_single_bank_read_record(assay_log *log, assay_bank bank, assay_event *ret_event)
{
    assay_cursor *const c = &log->cursor;
    const size_t start = c->offset;

    ret_event->number = log->next_number;
    ret_event->offset = start;
    ret_event->digest_count = 1;
    ret_event->pcr_index = assay_take_u32le(c);
    ret_event->type = assay_take_u32le(c);
    ret_event->digests[0].alg = bank.alg;
    ret_event->digests[0].value = assay_take(c, bank.size);
    const uint32_t size = assay_take_u32le(c);
    ret_event->data_offset = c->offset;
    const char *const field = c->failed ? "TCG_PCClientPCREvent" : "event";
    ret_event->data = assay_take(c, size);
    return c->failed ? assay_log_fail_truncated(log, start, field) : 1;
}

void assay_single_bank_write_record(assay_writer *writer, const assay_event *event,
                                    assay_bytes digest)
{
    assay_put_u32le(writer, event->pcr_index);
    assay_put_u32le(writer, event->type);
    assay_put(writer, digest);
    assay_put_u32le(writer, (uint32_t)event->data.size);
    assay_put(writer, event->data);
}

int assay_tcg12_read_record(assay_log *log, assay_event *ret_event)
{
    return assay_single_bank_read_record(log, sha1_bank, ret_event);
}

static const char *detect(assay_bytes bytes)
{
    assay_cursor c = assay_cursor_of(bytes);
    const uint32_t pcr_index = assay_take_u32le(&c);
    const assay_event_type *const type = assay_event_type_find(assay_take_u32le(&c));
    const bool mapping = pcr_index == 0xFF && type != NULL && type->value == TXT_EVTYPE_PCRMAPPING;

    if (c.failed || type == NULL || (pcr_index >= PCRS && !mapping))
        return NULL;
    return "the first record has a PCR index and an event type of the SHA-1 format";
}

/* What 1.2 firmware says of itself stays an event like any other; the header repeats it. */
static void read_spec_id(assay_log *log)
{
    assay_log ahead = *log;
    assay_event event;

    if (assay_tcg12_read_record(&ahead, &event) > 0)
        assay_spec_id_read_forerunner(&event, &log->header.spec_id);
}

static int open(assay_log *log)
{
    log->header.bank_count = 1;
    log->header.banks[0] = sha1_bank;
    read_spec_id(log);
    assay_coreboot_slots_note(log);
    return 0;
}

/* pcrIndex, eventType and eventSize zero, and no digest: the area was cleared and not filled. */
static bool blank(const assay_event *event)
{
    return event->pcr_index == 0 && event->type == 0 && event->data.size == 0 &&
           assay_bytes_all(event->digests[0].value, 0);
}

static int next(assay_log *log, assay_event *ret_event)
{
    const size_t start = log->cursor.offset;

    if (assay_log_at_end(log))
        return 0;
    const int status = assay_tcg12_read_record(log, ret_event);
    if (status > 0 && blank(ret_event))
        return assay_log_end_with_tail(log, start);
    return status;
}

static int write_begin(assay_log_writer *out, assay_error *error)
{
    (void)out, (void)error; /* the format has no header: a Spec ID is an event like any other */
    return 0;
}

static int write_event(assay_log_writer *out, const assay_event *event, assay_error *error)
{
    const assay_bytes digest = assay_event_digest_of(event, ASSAY_ALG_SHA1);

    if (digest.data == NULL)
        return assay_fail(error, ASSAY_UNSUPPORTED,
                          (assay_place){ event->offset, event->number, "digest" },
                          "the SHA-1 format cannot hold an event without a SHA-1 digest");
    assay_single_bank_write_record(out->writer, event, digest);
    return 0;
}

const assay_format assay_format_tcg12 = {
    .info = { "tcg12", "TCG SHA-1 log", "PFP 1.06 table 15", true },
    .room = { .contents = 1u << ASSAY_CONTENT_PCCLIENT_STD,
              .banks = ASSAY_ROOM_SHA1_ONLY, .types = true, .data = true },
    .detect = detect,
    .open = open,
    .next = next,
    .write_begin = write_begin,
    .write_event = write_event,
};
