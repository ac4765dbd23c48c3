/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Semantics: what the events of a log mean together, and where they contradict each
 * other.
 *
 * A PCR proves the digests that were extended into it and their order, and nothing
 * else: not the types, not the data, not the order among PCRs. So a log may be
 * rewritten until it says something else and still fold to the same value. What such
 * a log can't do is look like one that firmware wrote: its separators are missing or
 * doubled, its PCRs hold events that nothing measures there, its digests belong to
 * other types. That is what is looked for here.
 *
 *     semantics = assay_semantics_new(&log.header, hashes, findings);
 *     while (assay_log_next(&log, &event) > 0) {
 *         assay_payload_decode(&event, &payload);
 *         assay_datacheck_event(hashes, &event, &payload, &check);
 *         assay_semantics_event(semantics, &event, &payload, &check);
 *     }
 *     assay_semantics_end(semantics);
 */
#ifndef ASSAY_REPLAY_SEMANTICS_H
#define ASSAY_REPLAY_SEMANTICS_H

#include "eventlog/log.h"
#include "replay/datacheck.h"
#include "replay/pcrs.h"

typedef struct assay_semantics assay_semantics;

/** How the events of one PCR (or measurement register) went. */
typedef struct assay_pcr_course {
    uint32_t events;                /* that extended it */
    uint32_t before;                /* of these, those before its first separator */
    uint32_t separators;
    uint32_t separator_event;       /* number of the first, or ASSAY_NO_EVENT */
    bool broken;                    /* an ERROR was found: no fact rests on this PCR */
    enum assay_finding_code reason; /* broken: the first such finding */
} assay_pcr_course;

/**
 * `hashes` and `findings` (may be NULL) stay the caller's; of `header` nothing is kept.
 * NULL when there is no memory.
 */
assay_semantics *assay_semantics_new(const assay_log_header *header, assay_hashes *hashes,
                                     assay_findings *findings);
void assay_semantics_free(assay_semantics **semantics);

/** Looks at one event, in log order. 0, or -ASSAY_CRYPTO. */
int assay_semantics_event(assay_semantics *semantics, const assay_event *event,
                          const assay_payload *payload, const assay_datacheck *check);

/** After the last event: finds what is missing. */
void assay_semantics_end(assay_semantics *semantics);

/** The course of an event log's register: what pcrIndex says, below ASSAY_PCRS. */
const assay_pcr_course *assay_semantics_course(const assay_semantics *semantics, unsigned index);

/**
 * The pcrIndex under which the log records what belongs into `pcr`: the PCR itself, or
 * in a confidential-computing log the register that stands for it (UEFI 2.10 section
 * 38.4.1: PCR 1 and 7 are register 1, 2 to 6 register 2, 8 to 15 register 3).
 */
unsigned assay_semantics_index(const assay_semantics *semantics, unsigned pcr);

/** How often the log says that the firmware called or returned from ExitBootServices. */
typedef struct assay_exit_boot_services {
    uint32_t invocations, failures, successes;
    uint32_t event; /* number of the last of these, or ASSAY_NO_EVENT */
} assay_exit_boot_services;

const assay_exit_boot_services *assay_semantics_exit(const assay_semantics *semantics);

#endif
