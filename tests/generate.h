/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Valid logs made from bytes: the same choices, the same log. Units take the choices
 * from a seeded generator of numbers, a fuzzer its own input. The log is a model
 * (header, events) and, encoded here and not by the library, the bytes of its format.
 */
#ifndef ASSAY_TESTS_GENERATE_H
#define ASSAY_TESTS_GENERATE_H

#include "eventlog/log.h"

enum { GENERATED_EVENTS = 12, GENERATED_POOL = 16 * 1024 };

typedef struct generated {
    const char *format; /* "tcg12" or "tcg2": whose rules it keeps; text holds both */
    assay_log_header header;
    size_t event_count;
    assay_event events[GENERATED_EVENTS + 1]; /* with the crypto-agile header as event 0 */
    uint8_t tail_byte;
    size_t tail_size;
    uint8_t pool[GENERATED_POOL]; /* what the events lend */
    size_t pool_used;
    assay_cursor choices;
} generated;

/** Makes a log; where the choices run out, the simplest one is made. */
void generate(generated *ret_log, assay_bytes choices);

/** Its bytes, the tail included; sets the offsets of the events to where they are. */
void generated_encode(generated *log, assay_writer *writer);

/** Fills `ret_bytes` with bytes that depend on `seed` alone (SplitMix64). */
void random_bytes(uint64_t seed, uint8_t *ret_bytes, size_t size);

#endif
