/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Facts about a boot that the log supports: the state of Secure Boot, debug mode,
 * DMA protection, who signed what ran, the dynamic launch.
 *
 * An event's type and data are its writer's word. A fact *stands* when the digests
 * of the events it rests on follow from their data and the PCR they were extended
 * into met a value somebody vouches for in a bank stronger than SHA-1; it is
 * *claimed* when nobody vouched for the PCR or no digest covers the words; and where the
 * events contradict each other, come after the separator that ends the firmware's
 * authority, or are missing, there is no fact but a reason.
 *
 * Who extended a PCR, no PCR says. What stands was extended before anything that the
 * firmware started could have done so (before the PCR's separator), or by what ran
 * under Secure Boot: there the first authority is the firmware's word, and each later
 * one the word of what the earlier ones had verified. Other PCRs may hold events of
 * whatever ran; of them only that they were measured stands.
 */
#ifndef ASSAY_REPLAY_FACTS_H
#define ASSAY_REPLAY_FACTS_H

#include "replay/compare.h"
#include "replay/semantics.h"

enum assay_standing {
    ASSAY_STANDS,  /* proven: covered by a PCR value that was met */
    ASSAY_CLAIMED, /* the log says so, and `why` says what is missing for more */
    ASSAY_UNKNOWN, /* can't be said; the text is the reason */
};

enum { ASSAY_FACTS_MAX = 96, ASSAY_FACT_TEXT = 512 };

typedef struct assay_fact {
    const char *name; /* "secure_boot", "dbx", "dma_protection" ... static */
    enum assay_standing standing;
    const char *why;  /* claimed: why it is no more than that, a phrase. Static; else NULL */
    uint32_t event;   /* the event it rests on, or ASSAY_NO_EVENT */
    uint32_t pcr;     /* and its PCR, or ASSAY_NO_PCR */
    char text[ASSAY_FACT_TEXT]; /* the value in words, UTF-8 from the log included */
} assay_fact;

typedef struct assay_facts assay_facts; /* collects while a log is read */

/**
 * Collects from a log whose events `semantics` looks at, too: it must have seen an event
 * before assay_facts_event does, and the log's end before assay_facts_finish. It stays the
 * caller's. NULL when there is no memory.
 */
assay_facts *assay_facts_new(const assay_semantics *semantics);
void assay_facts_free(assay_facts **facts);

/** Takes note of one event, in log order. Nothing of it is kept but text. */
void assay_facts_event(assay_facts *facts, const assay_event *event, const assay_payload *payload,
                       const assay_datacheck *check);

/**
 * The facts, after the last event. `comparison` may be NULL: then nothing stands.
 * Returns how many there are in `ret_facts`, in the order of assay_fact_name_at().
 */
size_t assay_facts_finish(assay_facts *facts, const assay_replay *replay,
                          const assay_comparison *comparison,
                          assay_fact ret_facts[ASSAY_FACTS_MAX]);

/** "stands", "claimed", "unknown". */
const char *assay_standing_name(enum assay_standing standing);

/** The names of facts in the order in which they are stated; NULL beyond the last. */
const char *assay_fact_name_at(size_t index);

#endif
