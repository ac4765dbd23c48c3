/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The chain of one PCR in one bank: its start value and, in order, what was extended.
 * Replay keeps only where a chain ends; whoever looks for the link that is
 * missing, doubled or out of place needs it whole.
 */
#ifndef ASSAY_REPLAY_CHAIN_H
#define ASSAY_REPLAY_CHAIN_H

#include "replay/replay.h"

typedef struct assay_link {
    uint32_t event; /* number in its log */
    uint32_t log;   /* which of the logs */
    uint32_t type;  /* eventType */
    uint32_t after; /* an EV_NO_ACTION: how many links stand before it; else its own position */
    bool has_data;
    bool ima;       /* an entry of an IMA list */
    uint8_t digest[ASSAY_DIGEST_MAX];
    uint8_t data_digest[ASSAY_DIGEST_MAX]; /* H(data), where has_data */
    uint8_t padded_sha1[ASSAY_DIGEST_MAX]; /* the event's SHA-1 digest, then zeros; or zeros */
} assay_link;

typedef struct assay_links {
    size_t count;
    size_t capacity;
    assay_link *list;
} assay_links;

enum { ASSAY_COUNTED_MAX = 1024 };

/** The event of PCR 12 in which Windows says which boot it is, when its digest is of its data. */
typedef struct assay_counted {
    size_t size; /* of its data; 0: there is no such event */
    size_t link; /* its position */
    size_t boot_at, events_at; /* where the two counters stand in data; events_at 0: not there */
    uint64_t boot, events;
    uint8_t data[ASSAY_COUNTED_MAX];
} assay_counted;

typedef struct assay_chain {
    uint16_t alg;
    unsigned pcr;
    assay_hash *hash;                /* lent from the hashes */
    size_t size;                     /* bytes of a value */
    uint8_t start[ASSAY_DIGEST_MAX]; /* or what a HASH_START that logged its result loaded */
    bool loaded;                     /* the latter */
    assay_links links;               /* what was extended */
    assay_links no_actions;          /* EV_NO_ACTION events of the PCR, which were not */
    size_t missing;                  /* events of the PCR without a digest for the bank */
    assay_counted counted;           /* the first such event */
    uint32_t log;                    /* the one being read; after that, how many there are */
} assay_chain;

/**
 * Reads the chain of a PCR out of the logs of one boot, each opened again (assay_log_open_again).
 * `hashes` stay the caller's. 0 or a negative kind; a log that can't be read to its end gives the
 * chain so far. Free after 0.
 */
int assay_chain_read(assay_chain *chain, const assay_log *const *logs, size_t log_count,
                     assay_hashes *hashes, uint16_t alg, unsigned pcr);
void assay_chain_free(assay_chain *chain);

#endif
