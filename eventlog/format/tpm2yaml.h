/* SPDX-License-Identifier: BSD-2-Clause */
/* clang-format off */
/*
 * What tpm2_eventlog of tpm2-tools prints, as people paste it. Its shape changed with
 * releases; all of these are read:
 *
 *     4.x        "- Event[0]:", pcrIndex, eventType, digest, eventDataSize; nothing in quotes
 *     5.0        logs of SHA-1 too, without EventNum; "events:" with two more blanks before each
 *                line, 'text' in single quotes
 *     5.1        "version: 1"; with --eventlog-version=2, fields of variables, paths and tables
 *     5.4, 5.5   the lines of EV_IPL in double quotes with escapes
 *     5.6 on     the same as one string whose lines end in a backslash
 *
 * It is YAML in name: text of the log stands there as it is, with control characters, quotes
 * and newlines, standard error comes between the lines, and a paste brings "> ", fences and
 * CRs along. So this reads lines, not YAML. Where the length of a text is known it counts
 * characters, since a text may hold what looks like the next event.
 *
 * Data are rebuilt where the text has all of their bytes; where some are missing that a guess
 * can fill in, the guess must meet the event's digest. Else the event has a label.
 *
 * Private to tpm2yaml*.c.
 */
/* clang-format on */
#ifndef ASSAY_EVENTLOG_FORMAT_TPM2YAML_H
#define ASSAY_EVENTLOG_FORMAT_TPM2YAML_H

#include "base/hash.h"
#include "eventlog/format/format.h"

enum {
    ASSAY_TPM2YAML_DATA_MAX = 16 << 20, /* bytes of an event's data; firmware logs are smaller */
    ASSAY_TPM2YAML_LABEL_MAX = 512,     /* bytes of a label; what is longer is cut */
    ASSAY_TPM2YAML_TEXT_MAX = 4096,     /* characters that are counted across lines */
};

/** A line, of which `raw` is all but the quoting before and the CR and newline behind it. */
typedef struct assay_tpm2yaml_line {
    size_t offset; /* of the line in the input */
    size_t at;     /* of `raw` in the input */
    size_t indent; /* blanks at the start of raw */
    assay_bytes raw;
    assay_bytes text; /* raw without the blanks around it */
} assay_tpm2yaml_line;

/** How events begin: with "- EventNum: 0" or "- Event[0]:", or with their PCRIndex. */
enum assay_tpm2yaml_kind {
    ASSAY_TPM2YAML_EITHER,
    ASSAY_TPM2YAML_NUMBERED,
    ASSAY_TPM2YAML_UNNUMBERED,
};

/** What log->owned points to. */
typedef struct assay_tpm2yaml {
    size_t quoting;      /* characters of quoting and indentation before each line */
    size_t event_indent; /* of the lines that begin an event */
    enum assay_tpm2yaml_kind kind;
    bool old;             /* 4.x: numbers that mean nothing, and no end */
    uint32_t next_number; /* that the next event should have */
    bool started;         /* a line of the program's was seen */
    bool finished;        /* "pcrs:" was seen */
    bool held;            /* `first` is still to be yielded */
    assay_event first;
    assay_hashes *hashes;
    assay_writer data;
    assay_writer label;
    assay_writer pcrs; /* the lines below "pcrs:" */
    uint8_t digests[ASSAY_BANKS_MAX][ASSAY_DIGEST_MAX];
    uint8_t vendor_info[UINT8_MAX];
} assay_tpm2yaml;

static inline assay_tpm2yaml *assay_tpm2yaml_of(const assay_log *log)
{
    return log->owned;
}

/** The next line that is the program's own; not moved over. False at the end of the text. */
bool assay_tpm2yaml_peek(assay_log *log, assay_tpm2yaml_line *ret_line);

/** Moves behind a line. */
void assay_tpm2yaml_skip(assay_log *log, const assay_tpm2yaml_line *line);

/** Whether the line ends an event: the next event, "pcrs:". */
bool assay_tpm2yaml_ends_event(const assay_log *log, const assay_tpm2yaml_line *line);

/** Whether it begins one. */
bool assay_tpm2yaml_begins_event(const assay_log *log, const assay_tpm2yaml_line *line);

/** Where, in the first bytes of a text, its first line of the program's is; false: in none. */
bool assay_tpm2yaml_find(assay_bytes bytes, size_t *ret_offset, size_t *ret_quoting);

/**
 * Splits "- key: value" at its first colon. `ret_value` is no bytes without one; it keeps the
 * blanks at its end, which may be the text's.
 */
assay_bytes assay_tpm2yaml_split(const assay_tpm2yaml_line *line, assay_bytes *ret_value);

/**
 * Counts `count` characters of text from an offset of the input on, across lines, and puts them
 * there. `units` counts UTF-16 units, else bytes. Whether they end where a line ends that the
 * program's next line follows; then the log is behind them.
 */
bool assay_tpm2yaml_count(assay_log *log, size_t offset, uint64_t count, bool units,
                          assay_writer *ret_text);

/** Undoes the escapes of the program's strings, C's and YAML's; false for others. */
bool assay_tpm2yaml_unescape(assay_bytes text, assay_writer *ret_text);

/** Puts UTF-8 as UTF-16LE and counts its units; false for what is not UTF-8. */
bool assay_tpm2yaml_utf16(assay_bytes text, assay_writer *ret_utf16, uint64_t *ret_units);

/** `text` without the blanks around it, and without one pair of quotes around that. */
assay_bytes assay_tpm2yaml_trim(assay_bytes text);
assay_bytes assay_tpm2yaml_unquote(assay_bytes text);

/** "23", "-1", "0x17"; false, and nothing written, for anything else. */
bool assay_tpm2yaml_number(assay_bytes text, uint64_t *ret_number);

/** What of an event's data was found. */
typedef struct assay_tpm2yaml_data {
    uint64_t size;        /* EventSize */
    bool lost;            /* bytes are missing */
    bool guessed;         /* some are guessed */
    bool overread;        /* it ends in digits that may be more than the event has */
    bool split;           /* it ends in a text that was split into lines: one newline may be lost */
    size_t variable_data; /* where in the data VariableData begins, or 0 */
    uint64_t variable_data_length;
    uint64_t name_length;
    size_t enabled_at;   /* where a number is of which only the lowest bit is shown */
    size_t enabled_size; /* its bytes, or 0 */
    bool enabled;
} assay_tpm2yaml_data;

/** Reads what follows "Event:", which is on `line`, into `event`: data or a label. 0 or a kind. */
int assay_tpm2yaml_data_read(assay_log *log, const assay_tpm2yaml_line *line, uint64_t size,
                             assay_event *event);

/** Whether the line has the key of a field of some event's data. */
bool assay_tpm2yaml_is_field(const assay_tpm2yaml_line *line);

/** Puts what a line below "Event:" stands for; sets `data->lost` where it can't. */
void assay_tpm2yaml_field_read(assay_log *log, const assay_tpm2yaml_line *line,
                               assay_tpm2yaml_data *data);

/** Reads the event that begins with `start`: 1 or a negative kind. */
int assay_tpm2yaml_event_read(assay_log *log, const assay_tpm2yaml_line *start, assay_event *event);

/** Reads the lines below "SpecID:" into log->header. 0 or a negative kind. */
int assay_tpm2yaml_specid_read(assay_log *log);

/** The functions of the row. */
int assay_tpm2yaml_write_begin(assay_log_writer *out, assay_error *error);
int assay_tpm2yaml_write_event(assay_log_writer *out, const assay_event *event, assay_error *error);
int assay_tpm2yaml_write_end(assay_log_writer *out, assay_error *error);

#endif
