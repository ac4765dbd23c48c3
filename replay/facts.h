/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Facts about a boot that the log supports: the state of Secure Boot, debug mode,
 * DMA protection, who signed what ran, the dynamic launch.
 *
 * An event's type and data are its writer's word. A fact *stands* when the digests
 * of the events it rests on follow from their data and the PCR they were extended
 * into met a value somebody vouches for; it is *claimed* when nobody vouched for the
 * PCR; and where the events contradict each other, come after the separator that ends
 * the firmware's authority, or are missing, there is no fact but a reason.
 */
#ifndef ASSAY_REPLAY_FACTS_H
#define ASSAY_REPLAY_FACTS_H

#include "replay/compare.h"
#include "replay/datacheck.h"

enum assay_standing {
    ASSAY_STANDS,  /* proven: covered by a PCR value that was met */
    ASSAY_CLAIMED, /* the log says so; no PCR value was given that covers it */
    ASSAY_UNKNOWN, /* can't be said; the text is the reason */
};

typedef struct assay_fact {
    const char *name; /* "secure_boot", "dbx", "dma_protection" ... static */
    enum assay_standing standing;
    uint32_t event;   /* the event it rests on, or ASSAY_NO_EVENT */
    uint32_t pcr;     /* and its PCR, or ASSAY_NO_PCR */
    char text[240];   /* the value in words, UTF-8 from the log included */
} assay_fact;

enum { ASSAY_FACTS_MAX = 64 };

typedef struct assay_facts assay_facts; /* collects while a log is read */

/** NULL when there is no memory. */
assay_facts *assay_facts_new(assay_findings *findings);
void assay_facts_free(assay_facts **facts);

/** Takes note of one event, in log order. */
void assay_facts_event(assay_facts *facts, const assay_event *event, const assay_payload *payload,
                       const assay_datacheck *check);

/**
 * The facts, after the last event. `comparison` may be NULL: then nothing stands.
 * Returns how many there are in `ret_facts`.
 */
size_t assay_facts_finish(assay_facts *facts, const assay_replay *replay,
                          const assay_comparison *comparison,
                          assay_fact ret_facts[static ASSAY_FACTS_MAX]);

/** "stands", "claimed", "unknown". */
const char *assay_standing_name(enum assay_standing standing);

#endif
