/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sources of a conversion as the records that the target shall have. They are walked twice: to
 * write them, and to compare them with what reads back. Private to eventlog/convert_*.c.
 */
#ifndef ASSAY_EVENTLOG_CONVERT_WALK_H
#define ASSAY_EVENTLOG_CONVERT_WALK_H

#include "eventlog/convert.h"
#include "eventlog/format/format.h"

typedef struct assay_converter {
    const assay_convert_source *sources;
    size_t count;
    const assay_convert_wish *wish;
    const assay_format_room *room;
    const assay_format *target;
    assay_conversion *result;
    assay_error *error;
    assay_hashes *hashes;
    assay_log heads[ASSAY_CONVERT_SOURCES]; /* opened for their headers alone */
    size_t opened;
    assay_log_header header;            /* of the target */
    bool bank_by_bank;                  /* a record of several banks has to be split */
    bool joined[ASSAY_CONVERT_SOURCES]; /* lists of one bank each that run side by side */
    assay_writer refused; /* numbers of the records that the writer did not take, u32 each */
} assay_converter;

typedef struct assay_walk {
    assay_converter *c;
    size_t bank; /* the pass: of which bank, where records are split */
    size_t next; /* position in the order */
    bool open;
    size_t source;
    assay_log log;
    assay_log lists[ASSAY_BANKS_MAX]; /* in the place of `log`, where the source is joined */
    uint32_t records;                 /* so far */
    bool first_time;                  /* counts what is lost */
    assay_event event;                /* as the target shall have it */
    assay_event as_read;
    assay_convert_digests digests;
} assay_walk;

/** Counts a loss; `event` is that of the source. */
assay_lost *assay_convert_lose(assay_conversion *result, enum assay_loss loss, size_t source,
                               uint32_t event, uint64_t offset);
void assay_convert_lose_of_event(assay_conversion *result, assay_loss_set losses, size_t source,
                                 const assay_event *event);

/** The next record of the target, in walk->event: 1, 0 at the end, or a negative kind. */
int assay_walk_next(assay_walk *w);
void assay_walk_end(assay_walk *w);

/**
 * Whether a source is lists of one bank each that say the same of the banks of the target, event by
 * event, so that a record of several banks can stand for one of each: 1, 0, or a negative kind.
 */
int assay_walk_runs_parallel(assay_converter *c, size_t source);

/** The next event of a list of such a source: 1, 0 at its end, or a negative kind. */
int assay_walk_next_of_list(const assay_converter *c, assay_log *log, uint16_t alg,
                            assay_event *ret_event);

/** Whether a header event says more than the header of its log that is made of it. */
bool assay_convert_header_says_more(const assay_log *log, const assay_event *event);

#endif
