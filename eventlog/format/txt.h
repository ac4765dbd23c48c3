/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the readers of Intel TXT's logs share. The same container may be a file of
 * its own or lie inside a heap image, so each is opened at the log's cursor and
 * ends where the cursor's bytes end. Private to eventlog/format/.
 */
#ifndef ASSAY_EVENTLOG_FORMAT_TXT_H
#define ASSAY_EVENTLOG_FORMAT_TXT_H

#include "eventlog/format/format.h"

/**
 * Where a log says that it lies (TXT SDG appendix G): records from `first` to `next`,
 * in memory that was allocated up to `end`. All three are offsets in the input, as
 * the log has them: they may be beyond it.
 */
typedef struct assay_log_area {
    uint64_t first;
    uint64_t next;
    uint64_t end;
    uint64_t next_offset; /* of the field that says `next` */
} assay_log_area;

/** The slots of assay_log.state that the area takes; a format's own begin after them. */
enum { ASSAY_AREA_STATES = 5 };

/**
 * Confines the cursor to the records of the area, as far as the cursor's bytes have
 * them. Fails when the records end before they begin or begin beyond those bytes.
 * `next_field` is the name of the field that says where they end.
 */
int assay_area_enter(assay_log *log, const assay_log_area *area, const char *next_field);

/** Whether no record of the area has been read. */
bool assay_area_at_first(const assay_log *log);

/**
 * After the last record there was to read: 0 with a note of what fills the rest of the
 * area, or the failure that the records should go on, at the field that says so.
 */
int assay_area_leave(assay_log *log, const char *next_field);

/** TPM 1.2: "TXT Event Container" (TXT SDG appendix G.1). */
int assay_txt_open(assay_log *log);
int assay_txt_next(assay_log *log, assay_event *ret_event);

/**
 * TPM 2.0, one log a bank: "FRMT ID EVENT00" (TXT SDG appendix G.2.1), which a log of
 * SHA-1 lacks. `bank` says what the log should hold; with {0, 0} the header says it.
 * Where only the algorithm is given, the header supplies the digest size. The cursor
 * stays at the header.
 */
int assay_txt2_open(assay_log *log, assay_bank *bank);
int assay_txt2_next(assay_log *log, assay_bank bank, assay_event *ret_event);

/** Whether the event is that header. */
bool assay_txt2_is_header(const assay_event *event);

/** assay_format.is_header of formats that have lists of one bank each. */
bool assay_txt2_is_list_header(const assay_log_header *header, const assay_event *event);

/** Writes that header; nothing for SHA-1. -ASSAY_UNSUPPORTED for an algorithm without a number. */
int assay_txt2_write_header(assay_writer *writer, assay_bank bank, assay_error *error);

/** The data of such a record. */
assay_bytes assay_txt2_header_data(assay_bytes record);

/** Writes an event; nothing for the header event, which has been written. */
int assay_txt2_write_event(assay_writer *writer, assay_bank bank, const assay_event *event,
                           assay_error *error);

/** The writer of heap images, heapwriter.c. */
int assay_heap_write_begin(assay_log_writer *out, assay_error *error);
int assay_heap_write_event(assay_log_writer *out, const assay_event *event, assay_error *error);
int assay_heap_write_end(assay_log_writer *out, assay_error *error);

#endif
