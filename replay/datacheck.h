/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Does an event's digest follow from its data? By the rules of the program that
 * wrote it: firmware hashes a whole UEFI_VARIABLE_DATA for one type and its last
 * field for another, GRUB hashes a line without its prefix, and the digest of an
 * image is of an image that is not in the log.
 *
 * "Verified" speaks of the bytes that the rule names and of no others: where
 * "VariableData only" was hashed, anyone may have written the variable's name.
 */
#ifndef ASSAY_REPLAY_DATACHECK_H
#define ASSAY_REPLAY_DATACHECK_H

#include "base/hash.h"
#include "eventlog/finding.h"
#include "eventlog/payload/payload.h"

enum assay_outcome {
    ASSAY_VERIFIED,      /* every digest that can be computed is what `rule` yields */
    ASSAY_CONTRADICTED,  /* the type's digest always covers its data, and here it does not */
    ASSAY_NOT_CHECKABLE, /* the measured bytes may be elsewhere */
};

typedef struct assay_datacheck {
    enum assay_outcome outcome;
    const char *rule;   /* verified: what was hashed, "VariableData only". Static; else NULL */
    const char *reason; /* otherwise: why, a phrase. Static; else NULL */
    uint16_t alg;       /* not verified: the first bank that disagrees; 0: nothing to compare */
} assay_datacheck;

/** "verified", "contradicted", "not checkable". */
const char *assay_outcome_name(enum assay_outcome outcome);

/** Checks one event. 0, -ASSAY_CRYPTO or -ASSAY_NO_MEMORY. */
int assay_datacheck_event(assay_hashes *hashes, const assay_event *event,
                          const assay_payload *payload, assay_datacheck *ret_check);

/** Adds the finding that the outcome calls for, if it calls for one. */
void assay_datacheck_note(const assay_event *event, const assay_datacheck *check,
                          assay_findings *findings);

#endif
