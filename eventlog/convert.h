/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Conversion between log formats, with a statement of what the target can't hold.
 *
 * What is lost follows from the target's row (room.h) and is told event by event before
 * anything is written. What was written is then read back and compared, so that "nothing is lost"
 * is not a promise of the table but was seen: a difference that the table did not foresee is a
 * loss like any other.
 *
 * Several logs of one boot become one: in the order of their stages, then as given.
 */
#ifndef ASSAY_EVENTLOG_CONVERT_H
#define ASSAY_EVENTLOG_CONVERT_H

#include "base/hash.h"
#include "eventlog/log.h"
#include "eventlog/room.h"

enum assay_loss {
#define LOSS(token, name, matters, sentence) ASSAY_LOSS_##token,
#include "eventlog/losses.def"
#undef LOSS
    ASSAY_LOSSES
};

/** Bit i stands for enum assay_loss i. */
typedef uint32_t assay_loss_set;

/** The row of a loss. All strings static. */
typedef struct assay_loss_info {
    const char *name;     /* as JSON spells it: "spec-id" */
    bool matters;         /* else it is said, and stops nothing */
    const char *sentence; /* what is lost */
} assay_loss_info;

const assay_loss_info *assay_loss_describe(enum assay_loss loss);

/** How often something is lost. */
typedef struct assay_lost {
    uint64_t count;  /* events; 1 for what is of a whole log */
    size_t source;   /* the first of them: in which source, */
    uint32_t event;  /* which event or ASSAY_NO_EVENT, */
    uint64_t offset; /* and where in the source, or ASSAY_NO_OFFSET */
    uint32_t pcrs;   /* bit i: events of PCRIndex i are among them */
} assay_lost;

/**
 * What of an event there is no room for. `from` is the header of the event's log, `to` the one
 * that assay_convert_header() made for the target.
 */
assay_loss_set assay_convert_losses(const assay_format_room *room, const assay_log_header *to,
                                    const assay_log_header *from, const assay_event *event);

/**
 * Drops from the event what there is no room for. False when that is all of it: it has no digest
 * left that a record of the target must have, or is of a kind unknown there.
 */
bool assay_convert_fit(const assay_format_room *room, const assay_log_header *to,
                       assay_event *event);

/** Room for the digests that assay_convert_complete() makes. */
typedef struct assay_convert_digests {
    uint8_t value[ASSAY_BANKS_MAX][ASSAY_DIGEST_MAX];
} assay_convert_digests;

/**
 * Gives an event whose data are all that was hashed (eventlog/ima.h) the digests of the banks of
 * `to`, and takes away those that follow from its data and belong to none of them. Leaves other
 * events as they are. 0 or a negative kind.
 */
int assay_convert_complete(const assay_format_room *room, const assay_log_header *to,
                           assay_hashes *hashes, assay_event *event,
                           assay_convert_digests *digests);

/**
 * How `written`, read back from a log of header `to`, differs from the `event` that it should be,
 * as losses; no bit when they say the same.
 */
assay_loss_set assay_convert_compare(const assay_log_header *to, const assay_event *event,
                                     const assay_event *written);

/**
 * The header of the log that logs with these headers become: their banks as far as there is room,
 * of these the `wanted` ones (TPM_ALG_ID) unless `wanted_count` is 0. -ASSAY_UNSUPPORTED when no
 * bank is left and the format must have one, or when the logs can't be one log: they differ in a
 * digest's size, in counting PCRs or registers, or have too many banks together.
 */
int assay_convert_header(const assay_format_room *room, const assay_log_header *const *from,
                         size_t count, const uint16_t *wanted, size_t wanted_count,
                         assay_log_header *ret_header, assay_error *error);

enum { ASSAY_CONVERT_SOURCES = 16 }; /* of one conversion, at most */

/** A log to convert, lent. */
typedef struct assay_convert_source {
    assay_bytes bytes;
    const char *format; /* a name, or NULL to detect it */
    assay_event_range repeated; /* left out, since another source has it: assay_log_overlap() */
} assay_convert_source;

typedef struct assay_convert_wish {
    const char *to;        /* the name of a format */
    const uint16_t *banks; /* only these; none means all */
    size_t bank_count;
    uint32_t pcrs; /* only events of these: bit i for PCRIndex i; 0 means all */
    /**
     * Told each event that is converted, as its log has it, in the order of the target. 0, or a
     * negative kind that ends the conversion. Or NULL.
     */
    int (*visit)(void *context, size_t source, const assay_log_header *header,
                 const assay_event *event);
    void *context;
} assay_convert_wish;

typedef struct assay_conversion {
    assay_lost lost[ASSAY_LOSSES];
    uint64_t events;                     /* of the sources, headers of the formats not counted */
    uint64_t selected;                   /* of these, what --pcr and the like leave */
    uint64_t written;                    /* records of the target, its own headers not counted */
    size_t order[ASSAY_CONVERT_SOURCES]; /* of the sources in the target */
    const char *from[ASSAY_CONVERT_SOURCES]; /* their formats; static */
    size_t failed;   /* the source that an error is about; SIZE_MAX: none, the target */
    assay_error cut; /* why a source was not read to its end; kind 0: all were */
    size_t cut_source;
    assay_error refused; /* what the target's writer said of the first event it did not take */
} assay_conversion;

/**
 * Converts `count` logs, in any order, at most ASSAY_CONVERT_SOURCES: writes the target into
 * `writer` (growing, empty, the caller's to close), reads it back and compares. Returns 0 when that
 * could be done, whatever was lost, or a negative kind with `error` filled unless it is NULL; what
 * `writer` holds is no log then. *ret_conversion is filled either way.
 */
int assay_convert(const assay_convert_source *sources, size_t count, const assay_convert_wish *wish,
                  assay_writer *writer, assay_conversion *ret_conversion, assay_error *error);

/** Counts a loss that is not one of an event: `pcrs` are bits. */
void assay_conversion_add(assay_conversion *conversion, enum assay_loss loss, size_t source,
                          uint64_t offset, uint32_t pcrs);

/** Whether nothing that matters is lost. */
bool assay_conversion_is_lossless(const assay_conversion *conversion);

#endif
