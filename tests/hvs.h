/* SPDX-License-Identifier: BSD-2-Clause */
/* Launches that flavors of HVS are made of. */
#ifndef ASSAY_TESTS_HVS_H
#define ASSAY_TESTS_HVS_H

#include "tests/exported.h"

/* The id of a flavor that has none. */
#define NIL "00000000-0000-0000-0000-000000000000"

typedef struct logged {
    uint32_t pcr, type;
} logged;

/* Learnt of a log of such events, whose digests count up from 0x10. */
static inline assay_reference *hvs_learnt_of(assay_hashes *hashes, enum assay_stage stage,
                                             const logged *events, size_t count)
{
    assay_writer text = assay_writer_growing(1 << 16);
    assay_reference *reference = assay_reference_new("launched");
    assay_error error = { .what = "" };
    assay_event event = { .digest_count = 1 };
    uint8_t digest[32];
    assay_log_header header = { .bank_count = 1,
                                .banks = { { ASSAY_ALG_SHA256, 32 } },
                                .stage = stage };
    assay_log_writer out;
    assay_log log, *const logs[] = { &log };

    cr_assert_eq(assay_log_write_begin(&out, "text", &header, &text, &error), 0, "%s", error.what);
    for (size_t i = 0; i < count; i++) {
        memset(digest, (int)(0x10 + i), sizeof digest);
        event.pcr_index = events[i].pcr;
        event.type = events[i].type;
        event.digests[0] = (assay_event_digest){ ASSAY_ALG_SHA256, assay_bytes_of(digest, 32) };
        cr_assert_eq(assay_log_write_event(&out, &event, &error), 0, "%s", error.what);
    }
    cr_assert_eq(assay_log_write_end(&out, &error), 0, "%s", error.what);
    cr_assert_eq(assay_log_open(&log, assay_written(&text), "text", NULL, &error), 0, "%s",
                 error.what);
    const assay_learnt_boot boot = { .variant = "boot", .log_count = 1, .logs = logs };
    cr_assert_eq(assay_learn_boot(reference, &boot, hashes, &error), 0, "%s", error.what);
    assay_log_close(&log);
    assay_writer_close(&text);
    return reference;
}

/* A launch as tboot logs one: TXT SDG's types, 0x501 of PCR 17, 18, 17, 17. */
static inline assay_reference *hvs_launched(assay_hashes *hashes)
{
    static const logged events[] = { { 17, 0x402 }, { 17, 0x40c }, { 17, 0x404 }, { 18, 0x410 },
                                     { 17, 0x501 }, { 18, 0x501 }, { 17, 0x501 }, { 17, 0x501 } };

    return hvs_learnt_of(hashes, ASSAY_STAGE_LAUNCH, events, sizeof events / sizeof *events);
}

#endif
