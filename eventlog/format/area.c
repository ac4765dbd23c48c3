/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of an input that a TXT log lies in, by the log's own word. */
#include "eventlog/format/txt.h"

enum { FIRST, NEXT, END, LIMIT, NEXT_OFFSET };

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

int assay_area_enter(assay_log *log, const assay_log_area *area, const char *next_field)
{
    const uint64_t limit = log->cursor.bytes.size;

    if (area->next < area->first)
        return assay_log_fail(log, ASSAY_MALFORMED, area->next_offset, next_field,
                              "the records end at byte %llu, before byte %llu where they begin",
                              (unsigned long long)area->next, (unsigned long long)area->first);
    if (area->first > limit)
        return assay_log_fail(log, ASSAY_TRUNCATED, area->next_offset, next_field,
                              "the records begin at byte %llu, and the input ends at byte %llu",
                              (unsigned long long)area->first, (unsigned long long)limit);
    log->state[FIRST] = area->first;
    log->state[NEXT] = area->next;
    log->state[END] = area->end;
    log->state[LIMIT] = limit;
    log->state[NEXT_OFFSET] = area->next_offset;
    assay_seek(&log->cursor, area->first);
    /* What was allocated may end before the first record, too; then there is none. */
    const uint64_t stop = smaller(smaller(area->next, area->end), limit);
    log->cursor.bytes.size = (size_t)(stop < area->first ? area->first : stop);
    return 0;
}

bool assay_area_at_first(const assay_log *log)
{
    return log->cursor.offset == log->state[FIRST];
}

int assay_area_leave(assay_log *log, const char *next_field)
{
    const uint64_t next = log->state[NEXT], end = log->state[END], limit = log->state[LIMIT];

    if (next > end)
        return assay_log_fail(log, ASSAY_MALFORMED, log->state[NEXT_OFFSET], next_field,
                              "the records end at byte %llu, the memory for them at byte %llu",
                              (unsigned long long)next, (unsigned long long)end);
    if (next > limit)
        return assay_log_fail(log, ASSAY_TRUNCATED, log->state[NEXT_OFFSET], next_field,
                              "the records end at byte %llu, and the input at byte %llu",
                              (unsigned long long)next, (unsigned long long)limit);
    if (log->cursor.offset < next)
        return 0; /* what was left of the records has been taken note of */
    log->cursor.bytes.size = (size_t)smaller(end, limit);
    return assay_log_at_end(log) ? 0 : assay_log_end_with_tail(log, log->cursor.offset);
}
