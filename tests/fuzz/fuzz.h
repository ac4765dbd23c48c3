/* SPDX-License-Identifier: BSD-2-Clause */
/* What fuzz targets of log formats demand of any bytes. */
#ifndef ASSAY_TESTS_FUZZ_FUZZ_H
#define ASSAY_TESTS_FUZZ_FUZZ_H

#include "tests/reading.h"

#include <stdio.h>
#include <stdlib.h>

enum { FUZZ_CEILING = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void demand(bool holds, const char *property)
{
    if (holds)
        return;
    fprintf(stderr, "this does not hold: %s\n", property);
    abort();
}

/** Reads the bytes twice: the same each time, explained, in order. `findings` are the first's. */
static inline reading read_twice(assay_bytes bytes, const char *format, assay_findings *findings)
{
    static assay_findings others;
    const reading first = read_log(bytes, format, findings);
    const reading second = read_log(bytes, format, &others);

    demand(reading_equal(&first, &second), "a second reading says the same");
    demand(findings->count == others.count, "a second reading finds the same");
    demand(reading_explained(&first, bytes.size), "a failure has a kind, a place and a text");
    demand(findings_in_order(findings), "findings come in the order of the events");
    return first;
}

/** Copies a log that can be read; it must be possible. The caller closes the writer. */
static inline assay_writer copy_readable(assay_bytes bytes, const char *from, const char *to)
{
    assay_writer copy = assay_writer_growing(FUZZ_CEILING);
    assay_error error = { .what = "" };
    const int status = copy_log_from(bytes, from, to, &copy, &error);

    if (status < 0)
        fprintf(stderr, "%s\n", error.what);
    demand(status == 0, "a log that can be read can be written");
    return copy;
}

/** The log written back, and as text and back again, is `log`, which `format` can read. */
static inline void demand_identity(assay_bytes log, const char *format)
{
    assay_writer back = copy_readable(log, format, format);
    assay_writer text = copy_readable(log, format, "text");
    assay_writer from_text = copy_readable(assay_written(&text), "text", format);

    demand(assay_bytes_equal(assay_written(&back), log), "write(read(x)) == x");
    demand(assay_bytes_equal(assay_written(&from_text), log), "from text to log is the way back");
    assay_writer_close(&from_text);
    assay_writer_close(&text);
    assay_writer_close(&back);
}

/** Text that can be read has one canonical form, which stands for the same. */
static inline void demand_canonical(assay_bytes text)
{
    assay_writer once = copy_readable(text, "text", "text");
    assay_writer twice = copy_readable(assay_written(&once), "text", "text");

    demand(assay_bytes_equal(assay_written(&once), assay_written(&twice)),
           "canonical text stays as it is");
    assay_writer_close(&twice);
    assay_writer_close(&once);
}

/** What must hold of any bytes read as one of the TCG's formats. */
static inline void demand_tcg(assay_bytes bytes, const char *format)
{
    static assay_findings findings;
    const reading reading = read_twice(bytes, format, &findings);
    const size_t end = reading.tail == ASSAY_TAIL_NONE ? bytes.size : (size_t)reading.tail_offset;

    /* A header with oddities is not reproduced; all else is, up to the tail. */
    if (reading.status == 0 && findings.seen[ASSAY_FINDING_SPEC_VERSION] == 0 && end > 0)
        demand_identity(assay_bytes_of(bytes.data, end), format);
}

#endif
