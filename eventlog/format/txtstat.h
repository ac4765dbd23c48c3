/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The event logs in what tboot prints: on a serial line, in its memory log, and as txt-stat(8)
 * shows it. People paste it from mails, so that lines come with "TBOOT: " or without, quoted,
 * wrapped, with times before them; what counts is the order of the words.
 *
 *     EVENT_LOG_POINTER: ...                    TPM 1.2, "Event Log Container:"
 *     EVENT_LOG_PTR: ... { Log Descrption: ... Alg: N }   TPM 2.0, a log a bank
 *     TCG EVENT_LOG_PTR: ... TCG Event Log Header: ...    TPM 2.0, crypto-agile
 *     ... EventsOffset: [N,N] ...
 *
 *     Event: PCRIndex: N Type: 0xN Digest: HEX* Data: N bytes HEX*
 *     TCG Event: pcr_index: N event_type: 0xN count: N { SHA256: HEX* } event_data: N bytes HEX*
 *
 * What tboot extends after the launch it prints as it does so, in the same form. A part that
 * begins with one of the first three lines is a launch: one that failed and the next one may
 * stand in a text, and so may the heap and tboot's log of the same launch.
 *
 * Private to txtstat*.c.
 */
#ifndef ASSAY_EVENTLOG_FORMAT_TXTSTAT_H
#define ASSAY_EVENTLOG_FORMAT_TXTSTAT_H

#include "eventlog/format/format.h"

/** More data than any event of a launch has. */
enum { ASSAY_TXTSTAT_DATA_MAX = 16 << 20 };

typedef struct assay_txtstat_word {
    size_t offset;    /* in the input */
    assay_bytes text; /* empty at the end of the input */
} assay_txtstat_word;

/** The words of a text, without what is before and between tboot's own. */
typedef struct assay_txtstat_words {
    assay_cursor cursor;
    bool in_line; /* what stands before a line's words has been skipped */
} assay_txtstat_words;

/** The next word; false at the end of the input. */
bool assay_txtstat_word_next(assay_txtstat_words *words, assay_txtstat_word *ret_word);
bool assay_txtstat_word_is(const assay_txtstat_word *word, const char *text);

/** The byte that two hexadecimal digits stand for, or -1. */
int assay_txtstat_byte(const assay_txtstat_word *word);

/** "17" or "0x402", up to UINT32_MAX. */
bool assay_txtstat_number(const assay_txtstat_word *word, uint32_t *ret_number);

/** "[48,296]" */
bool assay_txtstat_range(const assay_txtstat_word *word, uint32_t *ret_from, uint32_t *ret_to);

enum assay_txtstat_shape {
    ASSAY_TXTSTAT_UNKNOWN,   /* where the logs begin isn't in the text */
    ASSAY_TXTSTAT_CONTAINER, /* TPM 1.2 */
    ASSAY_TXTSTAT_BANKS,     /* TPM 2.0, one log a bank */
    ASSAY_TXTSTAT_AGILE,
};

/** An event, or the header of a crypto-agile log. */
typedef struct assay_txtstat_record {
    uint64_t offset;
    uint64_t data_offset;
    uint32_t pcr_index;
    uint32_t type;
    uint16_t digest_count;
    assay_bank digests[ASSAY_BANKS_MAX];
    uint8_t values[ASSAY_BANKS_MAX][ASSAY_DIGEST_MAX];
    assay_writer data;     /* the vendor information of a header */
    uint64_t size;         /* in a binary log */
    bool stale;            /* bytes follow a digest that are none of it */
    assay_spec_id spec_id; /* of a header; without its vendor information */
} assay_txtstat_record;

enum assay_txtstat_step {
    ASSAY_TXTSTAT_END,
    ASSAY_TXTSTAT_LAUNCH, /* the logs of a launch begin */
    ASSAY_TXTSTAT_HEADER,
    ASSAY_TXTSTAT_RECORD,
    ASSAY_TXTSTAT_REST,  /* of a record whose beginning isn't there */
    ASSAY_TXTSTAT_FAULT, /* in `fault` */
};

/** A reader of the text; zeroed but for `words` and `record.data`. */
typedef struct assay_txtstat_reader {
    assay_txtstat_words words;
    enum assay_txtstat_shape shape;
    uint16_t alg;      /* of the log at hand, where it is said */
    uint64_t expected; /* bytes of records since the launch began, by its own word */
    uint64_t place;    /* where the last step found what it found */
    bool in_rest;
    assay_error fault;
    assay_txtstat_record record; /* after HEADER and RECORD */
} assay_txtstat_reader;

/** Goes to the next thing worth knowing. */
enum assay_txtstat_step assay_txtstat_step(assay_txtstat_reader *reader);

/** Reads the record that begins with PCRIndex, pcr_index or the header; true, or a fault. */
bool assay_txtstat_record_read(assay_txtstat_reader *reader);
bool assay_txtstat_agile_read(assay_txtstat_reader *reader);
bool assay_txtstat_header_read(assay_txtstat_reader *reader);

/** The algorithm that tboot calls so ("SHA256:"), or 0; and by which name, or NULL. */
uint16_t assay_txtstat_alg(const assay_txtstat_word *word);
const char *assay_txtstat_alg_name(uint16_t alg);

enum { ASSAY_TXTSTAT_LAUNCHES = 16 /* of so many launches the places are said */ };

/** The logs of a launch, as far as they are in the text. */
typedef struct assay_txtstat_launch {
    size_t start;
    bool begun; /* its first line is there */
    bool broken;
    uint32_t events;
    uint64_t size, expected; /* of the records, as found and by the launch's own word */
    enum assay_txtstat_shape shape;
    size_t bank_count;
    assay_bank banks[ASSAY_BANKS_MAX];
    bool has_header;
    uint64_t header_place;
    assay_spec_id spec_id;
    uint8_t vendor_info[UINT8_MAX];
} assay_txtstat_launch;

/** Where the launches are that aren't read. */
typedef struct assay_txtstat_others {
    size_t count;
    struct {
        size_t start;
        uint32_t events;
    } list[ASSAY_TXTSTAT_LAUNCHES];
} assay_txtstat_others;

/** Whether the record is the header event of one bank's log: of SHA-1's size, and of no bank. */
bool assay_txtstat_is_bank_header(const assay_txtstat_record *record);

/** Whether there is anything in the launch to be read. */
bool assay_txtstat_has_logs(const assay_txtstat_launch *launch);

/** Takes in what the reader's step found; false when the launch has ended. */
bool assay_txtstat_take_step(assay_txtstat_launch *launch, const assay_txtstat_reader *reader,
                             enum assay_txtstat_step step);

/** Makes `launch` the chosen one if it is the last that is whole, or the last of them. */
void assay_txtstat_choose(assay_txtstat_launch *chosen, const assay_txtstat_launch *launch,
                          assay_txtstat_others *others);

/** The shape of a launch without its first line: a log of SHA-1 alone is one of TPM 1.2. */
void assay_txtstat_guess_shape(assay_txtstat_launch *launch);

/** The functions of the row. */
int assay_txtstat_write_begin(assay_log_writer *out, assay_error *error);
int assay_txtstat_write_event(assay_log_writer *out, const assay_event *event, assay_error *error);
int assay_txtstat_write_end(assay_log_writer *out, assay_error *error);

#endif
