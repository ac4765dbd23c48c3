/* SPDX-License-Identifier: BSD-2-Clause */
/* What must hold of any bytes read as one of Intel TXT's logs. */
#ifndef ASSAY_TESTS_FUZZ_TXT_PROPERTIES_H
#define ASSAY_TESTS_FUZZ_TXT_PROPERTIES_H

#include "eventlog/types.h"
#include "tests/fuzz/fuzz.h"

/**
 * Whether two events say the same. A first event of EV_NO_ACTION may hold the sizes of what
 * it heads, and those change with the rest of an area that is not written.
 */
static inline bool says_the_same(const assay_event *a, const assay_event *b)
{
    return assay_event_equal(a, b) || (a->number == 0 && a->type == EV_NO_ACTION &&
                                       b->type == EV_NO_ACTION && a->data.size == b->data.size);
}

/**
 * Zeros with something else behind them are events of nothing; where that isn't written, they are
 * the end of the area, and a conversion says that they read back differently.
 */
static inline bool is_nothing(const assay_event *event)
{
    return event->pcr_index == 0 && event->type == 0 && event->data.size == 0 &&
           assay_bytes_all(event->digests[0].value, 0);
}

/** A log of `from`, written as `to`, has the same events. */
static inline void demand_same_events(assay_bytes bytes, const char *from, const char *to)
{
    assay_writer copy = copy_readable(bytes, from, to);
    assay_log a, b;
    assay_event x, y;
    int more;

    demand(assay_log_open(&a, bytes, from, NULL, NULL) == 0, "it was opened before");
    demand(assay_log_open(&b, assay_written(&copy), to, NULL, NULL) == 0, "what is written opens");
    do {
        more = assay_log_next(&a, &x);
        const int other = assay_log_next(&b, &y);
        if (more > 0 && other == 0 && is_nothing(&x) && b.tail == ASSAY_TAIL_ZEROS)
            break;
        demand(more == other, "what is written has as many events");
        demand(more <= 0 || says_the_same(&x, &y), "what is written says the same");
    } while (more > 0);
    assay_log_close(&a);
    assay_log_close(&b);
    assay_writer_close(&copy);
}

/** `seen`, whether nothing about the log is odd that a writer would not repeat. */
static inline bool plain(const assay_findings *seen)
{
    return seen->seen[ASSAY_FINDING_TXT_HEADER] == 0 && seen->seen[ASSAY_FINDING_SPEC_VERSION] == 0;
}

static inline void demand_txt(assay_bytes bytes, const char *format)
{
    static assay_findings findings;
    const reading reading = read_twice(bytes, format, &findings);

    if (reading.status != 0 || reading.events == 0 || !plain(&findings))
        return;
    demand_same_events(bytes, format, format);
    demand_same_events(bytes, format, "heap");
    if (reading.tail == ASSAY_TAIL_NONE)
        demand_identity(bytes, format);
}

#endif
