/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An event log: bytes in, events out.
 *
 *     assay_log log;
 *     assay_event event;
 *     int status = assay_log_open(&log, bytes, NULL, NULL, &error);
 *
 *     while (status >= 0 && (status = assay_log_next(&log, &event)) > 0)
 *         ... event ...
 *     if (status < 0)
 *         ... log.error says what is wrong, and where ...
 *     assay_log_close(&log);
 *
 * What can be read is read: every event before a fault is yielded, then the
 * fault. What is odd and harmless (padding after the last event, digests that the
 * header did not announce) is a finding and not a failure.
 *
 * Reading the binary formats allocates nothing: events are views into the bytes
 * of the caller, who keeps them until he is done. An event of a text format lives
 * until the next call of assay_log_next.
 */
#ifndef ASSAY_EVENTLOG_LOG_H
#define ASSAY_EVENTLOG_LOG_H

#include "base/cursor.h"
#include "base/error.h"
#include "base/writer.h"
#include "eventlog/event.h"
#include "eventlog/finding.h"

/** A bank as the log's header announces it: TCG_EfiSpecIdEventAlgorithmSize. */
typedef struct assay_bank {
    uint16_t alg;  /* algorithmId */
    uint16_t size; /* digestSize in bytes: rules for an algorithm unknown here */
} assay_bank;

/** TCG_EfiSpecIDEvent, PFP 1.06 section 10.4.5.1 (and "Spec ID Event00", "...02"). */
typedef struct assay_spec_id {
    bool present;
    uint8_t signature;       /* 3: "Spec ID Event03"; 0 and 2: the SHA-1 format's */
    uint32_t platform_class; /* 0 client, 1 server */
    uint8_t version_minor;
    uint8_t version_major;
    uint8_t errata;
    uint8_t uintn_size; /* 1: 32 bit, 2: 64 bit */
    assay_bytes vendor_info;
} assay_spec_id;

/** Who wrote a log, in the order in which a boot comes to them. */
enum assay_stage {
    ASSAY_STAGE_FIRMWARE,  /* and what runs before ExitBootServices */
    ASSAY_STAGE_LAUNCH,    /* a dynamic launch: SINIT, tboot, Secure Launch */
    ASSAY_STAGE_KERNEL,    /* Linux IMA */
    ASSAY_STAGE_USERSPACE, /* systemd */
    ASSAY_STAGES
};

/** "firmware", "launch", "kernel", "userspace". Static. */
const char *assay_stage_name(enum assay_stage stage);

/** What a log says of itself before its first measurement; all a writer needs to know. */
typedef struct assay_log_header {
    assay_spec_id spec_id;
    size_t bank_count;
    assay_bank banks[ASSAY_BANKS_MAX]; /* in header order */
    /*
     * The PCRIndex of the records is the index of a confidential-computing
     * measurement register (UEFI 2.10 section 38.4.1: 0 MRTD, 1 RTMR0 ... 4 RTMR3).
     */
    bool measurement_registers;
    enum assay_stage stage;
    /*
     * The records keep all that was hashed, so that the digest of every bank follows from them
     * (Linux IMA, eventlog/ima.h): `banks` are only those whose digests the log states.
     */
    bool banks_follow;
    bool big_endian; /* as are the integers of an IMA list of such a kernel; else little-endian */
} assay_log_header;

/** What lies after the last event. */
enum assay_tail {
    ASSAY_TAIL_NONE,
    ASSAY_TAIL_ZEROS, /* 0x00 to the end of the area */
    ASSAY_TAIL_ONES,  /* 0xFF to the end of the area */
    ASSAY_TAIL_OTHER, /* a record of zeros, or the log's own end mark, then anything */
};

/** Events by number. */
typedef struct assay_event_range {
    uint32_t first, count;
} assay_event_range;

struct assay_format;

typedef struct assay_log {
    assay_bytes bytes;                  /* the whole input */
    const struct assay_format *format;  /* the reader; see assay_log_format_name */
    const char *why;                    /* what in the input names the format; static */
    assay_log_header header;
    enum assay_tail tail;
    uint64_t tail_offset;               /* set with tail */
    assay_error error;                  /* set when assay_log_next returned a negative kind */
    assay_findings *findings;           /* the caller's, or NULL */
    /*
     * Events that assay_log_next passes over, since another log of the same boot has them: the
     * caller's to set, after opening, from assay_log_overlap().
     */
    assay_event_range repeated;

    /* The reader's own, not for callers. */
    assay_cursor cursor;
    uint32_t next_number;
    uint64_t extending; /* events so far that extend a PCR */
    bool ended;
    uint64_t state[16];
    void *owned;
} assay_log;

/**
 * Begins to read `bytes`. `format` is a name that assay_log_format_at() knows, or
 * NULL to detect it. Findings go to `findings` unless that is NULL.
 *
 * Returns 0, or the negative kind after filling `error`: -ASSAY_UNKNOWN_FORMAT
 * when nothing fits, -ASSAY_TRUNCATED or -ASSAY_MALFORMED for a broken header.
 * The log needs closing only after 0.
 */
int assay_log_open(assay_log *log, assay_bytes bytes, const char *format,
                   assay_findings *findings, assay_error *error);

/**
 * Begins to read the input of an opened log once more, by the same format and without the events
 * that `source` passes over (`repeated`). Findings go nowhere: whoever reads `source` has them.
 * Returns as assay_log_open does, and has to be closed likewise.
 */
int assay_log_open_again(assay_log *log, const assay_log *source, assay_error *error);

/**
 * The next event: 1 and *ret_event, 0 at the end, or the negative kind with
 * log->error filled. After 0 or a failure every further call says the same.
 */
int assay_log_next(assay_log *log, assay_event *ret_event);

/**
 * Whether events are views into the input, and so last as long as it does; those of a
 * text format last until the next call of assay_log_next.
 */
bool assay_log_events_last(const assay_log *log);

/**
 * The PCR values that the log's own writer computed and put behind its events, as text that
 * assay_pcrvalues_parse() reads; no bytes where there are none. Of a log that was read to its
 * end; lent until it is closed. They are no TPM's values, and may be computed wrong.
 */
assay_bytes assay_log_claimed_pcrs(const assay_log *log);

/** Frees what a text format needed; harmless otherwise. */
void assay_log_close(assay_log *log);

/** The format's name, as --log-format and JSON spell it: "tcg2", "ima-text" ... Static. */
const char *assay_log_format_name(const assay_log *log);

/** What a person calls the format: "TCG crypto-agile log". Static. */
const char *assay_log_format_title(const assay_log *log);

/**
 * Whether an event is the Spec ID event that its log's header was read from: event 0, "Spec ID
 * Event03" of a crypto-agile log, or "...00" or "...02" of one in the SHA-1 format.
 */
bool assay_log_is_spec_id(const assay_log_header *header, const assay_event *event);

/**
 * Whether an event is a record of its format alone, which says nothing of the boot: that one, or
 * "FRMT ID EVENT00" before Intel TXT's list of a bank (TXT SDG appendix G.2.1).
 */
bool assay_log_is_header(const assay_log *log, const assay_event *event);

/** Whether the header lists a bank of `alg`. */
bool assay_log_announces(const assay_log_header *header, uint16_t alg);

/** One row of the table of formats; NULL beyond the last. All strings static. */
typedef struct assay_format_info {
    const char *name;
    const char *title;
    const char *clause; /* where the format is defined */
    bool writable;
} assay_format_info;

const assay_format_info *assay_log_format_at(size_t index);

/**
 * Writes logs: begin, one call an event, end. The bytes of the binary formats
 * come out as firmware lays them out; write(read(x)) == x for every x that was
 * read to its end without a finding.
 *
 * `header` is what assay_log.header holds after opening. Spec ID header events,
 * which readers yield as event 0, are written from `header`: passing such an
 * event to assay_log_write_event writes nothing more.
 */
typedef struct assay_log_writer {
    const struct assay_format *format;
    const assay_log_header *header;
    assay_writer *writer; /* lent or growing: some formats patch a length in at the end */
    size_t start;         /* where in the writer this log begins */
    void *owned;          /* the format's own, until assay_log_write_end */
    uint64_t state[40];   /* the format's own */
} assay_log_writer;

/** 0 or a negative kind; -ASSAY_UNSUPPORTED when the format has no writer. */
int assay_log_write_begin(assay_log_writer *log_writer, const char *format,
                          const assay_log_header *header, assay_writer *writer, assay_error *error);

/**
 * -ASSAY_UNSUPPORTED when the format cannot hold this event: a bank it has no room for, data, or
 * that its data was not kept.
 */
int assay_log_write_event(assay_log_writer *log_writer, const assay_event *event,
                          assay_error *error);

/** Ends the log and frees what the format needed: once after each begin that returned 0. */
int assay_log_write_end(assay_log_writer *log_writer, assay_error *error);

#endif
