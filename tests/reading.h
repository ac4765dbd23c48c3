/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A log read to its end and summed up in a few words that a second reading, or the
 * reading of a part, must repeat. For unit tests and fuzz targets alike, hence in a header.
 */
#ifndef ASSAY_TESTS_READING_H
#define ASSAY_TESTS_READING_H

#include "eventlog/log.h"

typedef struct reading {
    const char *format; /* NULL when it was not opened */
    int status;         /* 0: read to the end; else the negative kind */
    uint32_t events;
    uint64_t print; /* of all that the events say, and of their order */
    uint64_t end;   /* of the last event's data, in the input; of no meaning for text */
    assay_error error;
    enum assay_tail tail;
    uint64_t tail_offset;
} reading;

/* FNV-1a, 64 bit. */
static inline uint64_t print_bytes(uint64_t print, assay_bytes bytes)
{
    for (size_t i = 0; i < bytes.size; i++)
        print = (print ^ bytes.data[i]) * 0x100000001b3;
    return (print ^ bytes.size) * 0x100000001b3;
}

static inline uint64_t print_number(uint64_t print, uint64_t number)
{
    return print_bytes(print, assay_bytes_of(&number, sizeof number));
}

/** A number for the event, and for `print`, which stands for the events before it. */
static inline uint64_t print_event(uint64_t print, const assay_event *event)
{
    print = print_number(print, event->pcr_index);
    print = print_number(print, event->type);
    print = print_number(print, event->only_bank);
    print = print_number(print, event->offset);
    for (size_t i = 0; i < event->digest_count; i++) {
        print = print_number(print, event->digests[i].alg);
        print = print_bytes(print, event->digests[i].value);
    }
    print = print_bytes(print, event->label);
    return print_bytes(print, event->data);
}

/** Reads `bytes` as `format`, or as what they are detected to be. */
static inline reading read_log(assay_bytes bytes, const char *format, assay_findings *findings)
{
    reading reading = { .error = { .kind = 0 } };
    assay_event event;
    assay_log log;

    if (findings != NULL)
        assay_findings_reset(findings);
    reading.status = assay_log_open(&log, bytes, format, findings, &reading.error);
    if (reading.status < 0)
        return reading;
    while ((reading.status = assay_log_next(&log, &event)) > 0) {
        reading.events++;
        reading.print = print_event(reading.print, &event);
        reading.end = event.data_offset + event.data.size;
    }
    reading.format = assay_log_format_name(&log);
    reading.error = log.error;
    reading.tail = log.tail;
    reading.tail_offset = log.tail_offset;
    assay_log_close(&log);
    return reading;
}

static inline bool reading_equal(const reading *a, const reading *b)
{
    return a->format == b->format && a->status == b->status && a->events == b->events &&
           a->print == b->print && a->error.kind == b->error.kind &&
           a->error.offset == b->error.offset && a->error.event == b->error.event &&
           strcmp(a->error.what, b->error.what) == 0 && a->tail == b->tail &&
           a->tail_offset == b->tail_offset;
}

/** Whether a failure says so: a negative kind, the same in the error, a text, a place inside. */
static inline bool reading_explained(const reading *reading, size_t size)
{
    if (reading->status == 0)
        return reading->error.kind == 0;
    return reading->status < 0 && reading->error.kind == -reading->status &&
           reading->error.what[0] != '\0' &&
           (reading->error.offset <= size || reading->error.offset == ASSAY_NO_OFFSET);
}

/** Whether the findings come in the order of the events. */
static inline bool findings_in_order(const assay_findings *findings)
{
    for (size_t i = 1; i < findings->count; i++)
        if (findings->list[i - 1].event > findings->list[i].event)
            return false;
    return true;
}

/**
 * Reads `bytes` as `from`, or as what they are detected to be, and writes them as `to`,
 * or as what they are. 0 when the log was read to its end and written whole.
 */
static inline int copy_log_from(assay_bytes bytes, const char *from, const char *to,
                                assay_writer *writer, assay_error *error)
{
    assay_log_writer out;
    assay_event event;
    assay_log log;
    int status = assay_log_open(&log, bytes, from, NULL, error);

    if (status < 0)
        return status;
    status = assay_log_write_begin(&out, to == NULL ? assay_log_format_name(&log) : to, &log.header,
                                   writer, error);
    if (status == 0) {
        while ((status = assay_log_next(&log, &event)) > 0)
            if ((status = assay_log_write_event(&out, &event, error)) < 0)
                break;
        if (log.error.kind != 0)
            *error = log.error;
        const int end = assay_log_write_end(&out, status < 0 ? NULL : error);
        status = status < 0 ? status : end;
    }
    assay_log_close(&log);
    return status;
}

/** The same for bytes whose format is detected. */
static inline int copy_log(assay_bytes bytes, const char *to, assay_writer *writer,
                           assay_error *error)
{
    return copy_log_from(bytes, NULL, to, writer, error);
}

#endif
