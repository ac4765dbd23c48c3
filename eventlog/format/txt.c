/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Intel TXT's log of a TPM 1.2 (TXT SDG appendix G.1): a container that the launcher
 * allocates, SINIT fills and the launched environment appends to.
 *
 *     0   "TXT Event Container" and a NUL
 *     20  u8[12] reserved
 *     32  u8 ContainerVersionMajor, Minor | u8 PCREventVersionMajor, Minor
 *     36  u32 ContainerSize | u32 PCREventsOffset | u32 NextEventOffset
 *
 * Offsets count from the container. The records are those of the SHA-1 format. On AMD
 * machines the Secure Kernel Loader of TrenchBoot puts the container into the vendor
 * information of a TCG "Spec ID Event00", so that readers of either kind find it; there
 * ContainerSize counts from the record of that event.
 */
#include "eventlog/format/txt.h"
#include "eventlog/types.h"

static const assay_bytes signature = ASSAY_LITERAL("TXT Event Container\0");
static const assay_bytes spec_id_00 = ASSAY_LITERAL("Spec ID Event00\0");
static const assay_bank sha1_bank = { ASSAY_ALG_SHA1, 20 };
static const char next_field[] = "NextEventOffset";

enum {
    HEADER_SIZE = 48,
    RESERVED_SIZE = 12,
    SIZE_OFFSET = 36,
    EVENTS_OFFSET = 40,
    NEXT_OFFSET = 44,
    RECORD_DATA = 32,   /* of a TCG record: where its data begins */
    SPEC_ID_FIXED = 25, /* of a Spec ID: up to vendorInfo */
    SPEC_ID_CONTAINER = RECORD_DATA + SPEC_ID_FIXED,
};

static bool has_container(assay_cursor cursor)
{
    return assay_bytes_equal(assay_take(&cursor, signature.size), signature);
}

static bool has_spec_id(assay_cursor cursor)
{
    assay_take(&cursor, RECORD_DATA);
    if (!assay_bytes_equal(assay_take(&cursor, spec_id_00.size), spec_id_00))
        return false;
    assay_take(&cursor, SPEC_ID_FIXED - spec_id_00.size);
    return has_container(cursor);
}

static const char *detect(assay_bytes bytes)
{
    const assay_cursor start = assay_cursor_of(bytes);

    if (has_container(start))
        return "\"TXT Event Container\" at the start";
    if (has_spec_id(start))
        return "\"TXT Event Container\" in the vendor information of the first record";
    return NULL;
}

/* TCG_PCClientSpecIDEventStruct around the container, and where its record ends. */
static int read_spec_id(assay_log *log, uint64_t *ret_end)
{
    const assay_cursor start = log->cursor;
    assay_spec_id *const spec_id = &log->header.spec_id;
    assay_event event = { 0 };
    const int status = assay_tcg12_read_record(log, &event);

    log->cursor = start;
    if (status < 0)
        return status;
    if (event.type != EV_NO_ACTION)
        return assay_log_fail(log, ASSAY_MALFORMED, event.offset + 4, "eventType",
                              "the record of the Spec ID is not an EV_NO_ACTION");
    assay_spec_id_read_forerunner(&event, spec_id);
    if (spec_id->vendor_info.size < HEADER_SIZE)
        return assay_log_fail(log, ASSAY_TRUNCATED, event.data_offset, "vendorInfo",
                              "the vendor information is too small for the container");
    if (event.pcr_index != 0 || !assay_bytes_all(event.digests[0].value, 0) ||
        event.data.size != SPEC_ID_FIXED + HEADER_SIZE)
        assay_log_note(log, ASSAY_FINDING_TXT_HEADER, event.offset,
                       "the record of the Spec ID holds more than a container's header");
    *ret_end = event.data_offset + event.data.size;
    return 0;
}

typedef struct txt_container {
    bool plain; /* version 1.0 with 1.0 records, reserved bytes zero */
    uint32_t size, events_offset, next_offset;
} txt_container;

static bool read_container(assay_cursor *c, txt_container *ret_container)
{
    assay_take(c, signature.size);
    const bool reserved_zero = assay_bytes_all(assay_take(c, RESERVED_SIZE), 0);
    const uint32_t versions = assay_take_u32le(c);

    ret_container->plain = reserved_zero && versions == 0x00010001;
    ret_container->size = assay_take_u32le(c);
    ret_container->events_offset = assay_take_u32le(c);
    ret_container->next_offset = assay_take_u32le(c);
    return !c->failed;
}

/* `spec_id_end` is where the record around the container ends, or 0 when there is none. */
static int check_container(assay_log *log, const txt_container *container, size_t base,
                           uint64_t spec_id_end)
{
    const uint64_t events = base + (uint64_t)container->events_offset;

    if (container->events_offset < HEADER_SIZE)
        return assay_log_fail(log, ASSAY_MALFORMED, base + EVENTS_OFFSET, "PCREventsOffset",
                              "the records begin %u bytes into the container, inside its header",
                              container->events_offset);
    if (container->next_offset < container->events_offset)
        return assay_log_fail(log, ASSAY_MALFORMED, base + NEXT_OFFSET, next_field,
                              "the records end %u bytes into the container and begin at %u",
                              container->next_offset, container->events_offset);
    if (spec_id_end != 0 && events != spec_id_end)
        return assay_log_fail(log, ASSAY_MALFORMED, base + EVENTS_OFFSET, "PCREventsOffset",
                              "the records begin at byte %llu, and the Spec ID ends at byte %llu",
                              (unsigned long long)events, (unsigned long long)spec_id_end);
    if (!container->plain || container->events_offset != HEADER_SIZE)
        assay_log_note(log, ASSAY_FINDING_TXT_HEADER, base,
                       "not a container of version 1.0 with its records at byte %d", HEADER_SIZE);
    return 0;
}

static int enter_container(assay_log *log, size_t start, size_t base, uint64_t spec_id_end)
{
    assay_cursor c = log->cursor;
    txt_container container;

    assay_seek(&c, base);
    if (!read_container(&c, &container))
        return assay_log_fail(log, ASSAY_TRUNCATED, base, "TXT Event Container",
                              "the header has %d bytes, and %zu are left", HEADER_SIZE,
                              log->cursor.bytes.size - base);
    const int status = check_container(log, &container, base, spec_id_end);
    if (status < 0)
        return status;
    const assay_log_area area = {
        /* The record of the Spec ID is in the format of those that follow it. */
        .first = spec_id_end != 0 ? start : base + container.events_offset,
        .next = base + (uint64_t)container.next_offset,
        .end = start + (uint64_t)container.size,
        .next_offset = base + NEXT_OFFSET,
    };
    if (area.end > log->cursor.bytes.size)
        assay_log_note(log, ASSAY_FINDING_TXT_HEADER, base + SIZE_OFFSET,
                       "ContainerSize is %u, and the input has %zu bytes of it", container.size,
                       log->cursor.bytes.size - start);
    return assay_area_enter(log, &area, next_field);
}

int assay_txt_open(assay_log *log)
{
    const size_t start = log->cursor.offset;
    uint64_t spec_id_end = 0;

    log->header.bank_count = 1;
    log->header.banks[0] = sha1_bank;
    log->header.stage = ASSAY_STAGE_LAUNCH;
    if (has_container(log->cursor))
        return enter_container(log, start, start, spec_id_end);
    if (!has_spec_id(log->cursor))
        return assay_log_fail(log, ASSAY_MALFORMED, start, "Signature",
                              "no \"TXT Event Container\" begins here");
    const int status = read_spec_id(log, &spec_id_end);
    return status < 0 ? status
                      : enter_container(log, start, start + SPEC_ID_CONTAINER, spec_id_end);
}

int assay_txt_next(assay_log *log, assay_event *ret_event)
{
    if (assay_log_at_end(log))
        return assay_area_leave(log, next_field);
    return assay_tcg12_read_record(log, ret_event);
}

/* In a file of its own nothing should follow the container. */
static int next(assay_log *log, assay_event *ret_event)
{
    const int status = assay_txt_next(log, ret_event);

    if (status != 0 || log->tail != ASSAY_TAIL_NONE)
        return status;
    log->cursor.bytes = log->bytes;
    return assay_log_at_end(log) ? 0 : assay_log_end_with_tail(log, log->cursor.offset);
}

/* Slots of the writer's state: where the container counts its size from, and where it begins. */
enum { START, BASE };

static int write_begin(assay_log_writer *out, assay_error *error)
{
    (void)error;
    out->state[START] = out->writer->used;
    return 0;
}

static void put_container(assay_log_writer *out)
{
    assay_writer *const w = out->writer;

    out->state[BASE] = w->used;
    assay_put(w, signature);
    assay_put_zeros(w, RESERVED_SIZE);
    assay_put_u32le(w, 0x00010001);
    assay_put_u32le(w, 0);
    assay_put_u32le(w, HEADER_SIZE);
    assay_put_u32le(w, 0);
}

/* A first event that has the container in it stands where else the container would. */
static bool holds_container(const assay_event *event)
{
    assay_cursor c = assay_cursor_of(event->data);

    assay_take(&c, SPEC_ID_FIXED);
    return event->type == EV_NO_ACTION && assay_bytes_start_with(event->data, spec_id_00) &&
           assay_bytes_start_with(assay_take(&c, HEADER_SIZE), signature);
}

static int write_first(assay_log_writer *out, const assay_event *event, assay_error *error)
{
    const size_t start = (size_t)out->state[START];
    const size_t base = start + SPEC_ID_CONTAINER;

    if (!holds_container(event)) {
        put_container(out);
        return assay_format_tcg12.write_event(out, event, error);
    }
    out->state[BASE] = base;
    const int status = assay_format_tcg12.write_event(out, event, error);
    assay_patch_u32le(out->writer, base + EVENTS_OFFSET, (uint32_t)(out->writer->used - base));
    return status;
}

static int write_event(assay_log_writer *out, const assay_event *event, assay_error *error)
{
    return out->writer->used == out->state[START]
               ? write_first(out, event, error)
               : assay_format_tcg12.write_event(out, event, error);
}

static int write_end(assay_log_writer *out, assay_error *error)
{
    assay_writer *const w = out->writer;
    const size_t start = (size_t)out->state[START];

    if (w->used == start)
        put_container(out);
    if (w->used - start > UINT32_MAX)
        return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                          "a container of the TXT format holds at most 4 GiB");
    const size_t base = (size_t)out->state[BASE];
    assay_patch_u32le(w, base + SIZE_OFFSET, (uint32_t)(w->used - start));
    assay_patch_u32le(w, base + NEXT_OFFSET, (uint32_t)(w->used - base));
    return 0;
}

const assay_format assay_format_txt = {
    .info = { "txt", "Intel TXT event container", "TXT SDG appendix G.1", true },
    .room = { .contents = 1u << ASSAY_CONTENT_PCCLIENT_STD,
              .banks = ASSAY_ROOM_SHA1_ONLY, .types = true, .data = true },
    .detect = detect,
    .open = assay_txt_open,
    .next = next,
    .write_begin = write_begin,
    .write_event = write_event,
    .write_end = write_end,
};
