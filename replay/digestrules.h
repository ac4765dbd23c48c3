/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which bytes which program hashes: enum assay_digest_rules of eventlog/types.h, each
 * a short list of candidates with the usual one first. A boot loader that hashes
 * differently is one more candidate. Private to replay/.
 */
#ifndef ASSAY_REPLAY_DIGESTRULES_H
#define ASSAY_REPLAY_DIGESTRULES_H

#include "eventlog/ima.h"
#include "eventlog/payload/payload.h"
#include "eventlog/types.h"

enum { ASSAY_CANDIDATES_MAX = 5, ASSAY_SECTION_NAME_MAX = 32 };

/** The bytes that a candidate says were hashed, one part after the other. */
typedef struct assay_measured {
    size_t count;
    assay_bytes parts[ASSAY_IMA_PARTS]; /* of the event, of constants, or of `name` */
    uint8_t name[ASSAY_SECTION_NAME_MAX];
    bool folded; /* logged is what a register of zeros becomes when extended with their digest */
} assay_measured;

/** Whether an event that has a candidate's bytes can have another digest than its rule's. */
enum assay_fit {
    ASSAY_MAY_FIT,
    ASSAY_MUST_FIT, /* the program always hashes them, so that some candidate of the rule fits */
};

/** One way in which some program gets from an event's data to its digest. */
typedef struct assay_candidate {
    const char *name; /* "VariableData only"; NULL behind the last */
    /** False where this event has no such bytes. */
    bool (*measure)(const assay_event *event, const assay_payload *payload,
                    assay_measured *ret_measured);
    enum assay_fit fit;
} assay_candidate;

typedef struct assay_digest_rule {
    const char
        *reason; /* why a digest that fits no candidate proves nothing; NULL: not in the log */
    assay_candidate candidates[ASSAY_CANDIDATES_MAX];
} assay_digest_rule;

/** The row of a rule. Static. */
const assay_digest_rule *assay_digest_rule_of(enum assay_digest_rules rules);

#endif
