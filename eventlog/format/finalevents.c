/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EFI_TCG2_FINAL_EVENTS_TABLE (TCG EFI Protocol Specification section 7): what the firmware
 * measured after somebody had first asked it for its log. A configuration table of UEFI:
 *
 *     u64 Version, 1 | u64 NumberOfEvents | records of TCG_PCR_EVENT2
 *
 * There is no header of the log: digests have the size of their algorithm, and the banks are
 * those that the records have. Events measured before ExitBootServices are in the log as well.
 */
#include "eventlog/format/format.h"
#include "eventlog/types.h"

enum { VERSION = 1, COUNT_OFFSET = 8, HEADER_SIZE = 16, ZERO_RECORD = 12, PCRS = 24 };

/* log->state */
enum { COUNT };

static const char count_field[] = "NumberOfEvents";

/* Whether a record may begin here that firmware can have written. */
static bool record_here(assay_cursor c)
{
    const uint32_t pcr_index = assay_take_u32le(&c), type = assay_take_u32le(&c);
    const uint32_t count = assay_take_u32le(&c);
    const assay_alg *const alg = assay_alg_find(assay_take_u16le(&c));

    return !c.failed && pcr_index < PCRS && type != 0 && assay_event_type_find(type) != NULL &&
           count > 0 && count <= ASSAY_BANKS_MAX && alg != NULL;
}

static const char *detect(assay_bytes bytes)
{
    assay_cursor c = assay_cursor_of(bytes);
    const uint64_t version = assay_take_u64le(&c), count = assay_take_u64le(&c);

    if (c.failed || version != VERSION)
        return NULL;
    if (count == 0)
        return assay_bytes_all(assay_peek_rest(&c), 0) ? "version 1, no events, and nothing else"
                                                       : NULL;
    return record_here(c) ? "version 1, a number of events, and a TCG_PCR_EVENT2" : NULL;
}

static void collect_banks(assay_log *log)
{
    assay_log ahead = *log;
    assay_event event;

    ahead.findings = NULL;
    for (uint64_t i = 0; i < log->state[COUNT]; i++) {
        if (assay_tcg2_read_record(&ahead, &event) <= 0)
            return;
        for (size_t d = 0; d < event.digest_count; d++) {
            const uint16_t alg = event.digests[d].alg;

            if (!assay_log_announces(&log->header, alg))
                log->header.banks[log->header.bank_count++] =
                    (assay_bank){ alg, (uint16_t)event.digests[d].value.size };
        }
    }
}

static int open(assay_log *log)
{
    const uint64_t version = assay_take_u64le(&log->cursor);

    log->state[COUNT] = assay_take_u64le(&log->cursor);
    if (log->cursor.failed)
        return assay_log_fail(log, ASSAY_TRUNCATED, 0, "EFI_TCG2_FINAL_EVENTS_TABLE",
                              "the table begins with %d bytes, and the input has %zu", HEADER_SIZE,
                              log->bytes.size);
    if (version != VERSION)
        return assay_log_fail(log, ASSAY_MALFORMED, 0, "Version",
                              "version %llu; there is none but version %d",
                              (unsigned long long)version, VERSION);
    collect_banks(log);
    return 0;
}

static bool record_of_zeros_here(const assay_log *log)
{
    assay_cursor c = log->cursor;
    const assay_bytes head = assay_take(&c, ZERO_RECORD);

    return head.data != NULL && assay_bytes_all(head, 0);
}

static int next(assay_log *log, assay_event *ret_event)
{
    if (log->next_number >= log->state[COUNT])
        return assay_log_at_end(log) ? 0 : assay_log_end_with_tail(log, log->cursor.offset);
    if (assay_left(&log->cursor) == 0 || record_of_zeros_here(log))
        return assay_log_fail(log, ASSAY_TRUNCATED, log->cursor.offset, count_field,
                              "the table has %llu events by its own word, and %u are there",
                              (unsigned long long)log->state[COUNT], log->next_number);
    return assay_tcg2_read_record(log, ret_event);
}

static int write_begin(assay_log_writer *out, assay_error *error)
{
    (void)error;
    assay_put_u64le(out->writer, VERSION);
    assay_put_u64le(out->writer, 0); /* known at the end */
    return 0;
}

static int write_event(assay_log_writer *out, const assay_event *event, assay_error *error)
{
    for (size_t i = 0; i < event->digest_count; i++) {
        const assay_alg *const alg = assay_alg_find(event->digests[i].alg);

        if (alg == NULL || alg->size != event->digests[i].value.size)
            return assay_fail(error, ASSAY_UNSUPPORTED,
                              (assay_place){ event->offset, event->number, "digests" },
                              "the final events table has no header that gives algorithm 0x%04x "
                              "its size",
                              event->digests[i].alg);
    }
    if (event->pcr_index == 0 && event->type == 0 && event->digest_count == 0)
        return assay_fail(error, ASSAY_UNSUPPORTED,
                          (assay_place){ event->offset, event->number, "pcrIndex" },
                          "a record of zeros would end the table");
    out->state[COUNT]++;
    return assay_format_tcg2.write_event(out, event, error);
}

static int write_end(assay_log_writer *out, assay_error *error)
{
    (void)error;
    assay_patch_u32le(out->writer, out->start + COUNT_OFFSET, (uint32_t)out->state[COUNT]);
    return 0;
}

const assay_format assay_format_final_events = {
    .info = { "final-events", "final events table (EFI_TCG2_FINAL_EVENTS_TABLE)",
              "TCG EFI Protocol Specification section 7", true },
    .room = { .contents = 1u << ASSAY_CONTENT_PCCLIENT_STD,
              .banks = ASSAY_ROOM_ANY_BANKS,
              .types = true,
              .data = true },
    .detect = detect,
    .open = open,
    .next = next,
    .write_begin = write_begin,
    .write_event = write_event,
    .write_end = write_end,
};
