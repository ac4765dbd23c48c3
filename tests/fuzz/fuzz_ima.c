/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a list of Linux IMA, binary and ASCII: the same twice; and what is read is
 * written as a list of the same entries, or refused, and then stays as it is.
 */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/payload_properties.h"

static void demand_same_entries(assay_bytes one, const char *from, assay_bytes other,
                                const char *to)
{
    static assay_log a, b;
    assay_event x, y;

    demand(assay_log_open(&a, one, from, NULL, NULL) == 0, "the first opens again");
    demand(assay_log_open(&b, other, to, NULL, NULL) == 0, "what was written opens");
    /* Which bank it is can only be told by digests that follow from the data. */
    if (a.header.banks[0].alg == b.header.banks[0].alg) {
        while (assay_log_next(&a, &x) > 0)
            demand(assay_log_next(&b, &y) > 0 && assay_event_equal(&x, &y),
                   "the entries are the same");
        demand(assay_log_next(&b, &y) == 0, "and as many");
    }
    assay_log_close(&b);
    assay_log_close(&a);
}

static void try_copy(assay_bytes bytes, const char *from, const char *to)
{
    assay_writer once = assay_writer_growing(FUZZ_CEILING),
                 twice = assay_writer_growing(FUZZ_CEILING);
    assay_error error = { .what = "" };
    const int status = copy_log_from(bytes, from, to, &once, &error);

    demand(status == 0 || status == -ASSAY_UNSUPPORTED, "what can be read is written or refused");
    if (status == 0 && once.used > 0) {
        demand_same_entries(bytes, from, assay_written(&once), to);
        demand(copy_log_from(assay_written(&once), to, to, &twice, &error) == 0 &&
                   assay_bytes_equal(assay_written(&once), assay_written(&twice)),
               "a written list stays as it is");
    }
    assay_writer_close(&twice);
    assay_writer_close(&once);
}

/* Every entry is decoded, or is opaque; a list of many is known by its first ones. */
static void try_payloads(assay_bytes bytes, const char *format)
{
    enum { DECODED_MAX = 16 };
    static assay_log log;
    assay_event event;

    if (assay_log_open(&log, bytes, format, NULL, NULL) < 0)
        return;
    while (log.next_number < DECODED_MAX && assay_log_next(&log, &event) > 0)
        if (assay_event_keeps_data(&event))
            must_read_payload(&event);
    assay_log_close(&log);
}

static void try_format(assay_bytes bytes, const char *format)
{
    static assay_findings findings;

    try_payloads(bytes, format);

    if (read_twice(bytes, format, &findings).status != 0)
        return;
    try_copy(bytes, format, "ima");
    try_copy(bytes, format, "ima-text");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes bytes = assay_bytes_of(data, size);

    try_format(bytes, "ima");
    try_format(bytes, "ima-text");
    return 0;
}
