/* SPDX-License-Identifier: BSD-2-Clause */
/* clang-format off */
/*
 * The text form of a log, for people who write fixtures: a test states a boot in
 * ten lines. docs/textlog.md is its manual; this is its grammar, by lines of words.
 *
 *     log       = "assay-log 1" (bank+ | "none")  { flag | spec-id }  event*
 *     bank      = ALG | NUMBER "/" SIZE              an unknown algorithm states its size
 *     flag      = "measurement-registers" | "banks-follow" | "big-endian"
 *               | "stage" ("launch" | "kernel" | "userspace")
 *     spec-id   = "spec-id" { "platform-class:" N | "version-major:" N | "version-minor:" N
 *                           | "errata:" N | "uintn-size:" N } [ "vendor-info" item* ]
 *     event     = (pcrIndex | "nv:" NUMBER) type [ "not-kept" ] item* [ "=" digest* item* ]
 *     type      = a name of types.def | NUMBER | "-" | "ima_tlv" | "systemd" | "cel"
 *               | ("ima_template" | "other") "name"
 *     item      = "text" | u"text" | "hex:" DIGITS | "u8:" N ... "u64:" N | "guid:" GUID
 *               | "var:" GUID u"name"                UEFI_VARIABLE_DATA with all that follows
 *     digest    = [ "only:" ] (ALG | NUMBER) [ [ "/" SIZE ] ":" DIGITS ]
 *
 * Words stand between blanks; "#" begins a comment; a "\" at its end joins a line
 * with the next. The last line ends with a newline like all others, so that a file
 * which was cut is never taken for a shorter log.
 *
 * The items of an event whose data were "not-kept" are its label. A digest without its value
 * is H(event data), for an IMA entry what eventlog/ima.h says, or zeros for a type that extends
 * nothing; items after "=" are the measured bytes where those differ from the data.
 * Without digests after "=", or without "=", there is such a digest for each bank of
 * the first line; "=" alone says that there is none.
 *
 * Private to textlog_*.c.
 */
/* clang-format on */
#ifndef ASSAY_EVENTLOG_FORMAT_TEXTLOG_H
#define ASSAY_EVENTLOG_FORMAT_TEXTLOG_H

#include "base/hash.h"
#include "eventlog/format/format.h"
#include "eventlog/ima.h"

enum { ASSAY_TEXTLOG_VERSION = 1 };

/** What log->owned points to while a text log is read. */
typedef struct assay_textlog {
    uint8_t *scratch; /* data and digests of the event at hand */
    size_t capacity;
    assay_writer bytes; /* over scratch */
    assay_hashes *hashes;
    size_t spec_id_offset; /* of the "spec-id" line */
    uint8_t vendor_info[UINT8_MAX];
} assay_textlog;

/** A word: characters of the input without the blanks around them. */
typedef struct assay_textlog_word {
    size_t offset;    /* in the input */
    assay_bytes text; /* empty at the end of a line, no bytes at the end of the input */
} assay_textlog_word;

/** The next word of the line: 1, 0 at the line's end, or a negative kind. */
int assay_textlog_word_next(assay_log *log, assay_textlog_word *ret_word);

/**
 * The first word of the next line that has one, with room in the scratch for all that
 * the line stands for: 1, 0 at the end of the input, or a negative kind.
 */
int assay_textlog_line_begin(assay_log *log, assay_textlog_word *ret_word);

/**
 * Empties the scratch and makes room in it for what a line of `size` characters stands
 * for. No item has more than four bytes a character ("var:X u\"\"" has 32); the digests
 * that are computed come on top. 0 or a negative kind.
 */
int assay_textlog_reserve(assay_log *log, size_t size);

/** Fails as malformed at a word of the input; the message names its line and column. */
int assay_textlog_fail(assay_log *log, size_t offset, const char *field, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** When `text` begins with `prefix`, what follows it; else no bytes. */
assay_bytes assay_textlog_after(assay_bytes text, const char *prefix);

/** Reads the lines before the first event into log->header. 0 or a negative kind. */
int assay_textlog_header_read(assay_log *log);

/**
 * Reads items, beginning with `word`, and appends their bytes to `writer`. 0 with
 * `word` at the first one that is no item: "=", or the line's end.
 */
int assay_textlog_items_read(assay_log *log, assay_textlog_word *word, const char *field,
                             assay_writer *writer);

/**
 * Sets the event's digests: what is stated after "=", where `word` stands, or at the
 * line's end what its absence means. 0 or a negative kind.
 */
int assay_textlog_digests_read(assay_log *log, assay_textlog_word *word, assay_event *event);

/** What a digest is the hash of, in order; or zeros, where nothing is extended. */
typedef struct assay_textlog_measured {
    bool extends;
    size_t count; /* of parts; 0: nothing follows */
    assay_bytes parts[ASSAY_IMA_PARTS];
} assay_textlog_measured;

/** What the digests of an event follow from where none is spelled out. */
assay_textlog_measured assay_textlog_measured_of(const assay_event *event);

/** The digests that follow from bytes which are written down, whatever the event is. */
assay_textlog_measured assay_textlog_measured_as(assay_bytes bytes);

/**
 * The digest of `alg` that follows. Up to ASSAY_DIGEST_MAX bytes. 0 or a negative kind,
 * -ASSAY_UNSUPPORTED for an algorithm unknown here.
 */
int assay_textlog_digest(assay_hashes *hashes, uint16_t alg, const assay_textlog_measured *measured,
                         uint8_t *ret_digest);

/** Whether events of this content have a name: its string follows the word for the content. */
bool assay_textlog_has_name(enum assay_content content);

/** Reads one string, the word itself, and appends its characters. 0 or a negative kind. */
int assay_textlog_string_read(assay_log *log, assay_textlog_word *word, const char *field,
                              assay_writer *writer);

/** What assay_log_writer.owned points to while a text log is written. */
typedef struct assay_textlog_writer {
    assay_hashes *hashes;
    uint64_t line_start; /* of the line at hand, in bytes written */
} assay_textlog_writer;

/** Before a word of `size` characters: a blank, or the start of a continued line. */
void assay_textlog_word_begin(assay_log_writer *out, size_t size);

/** Puts a word there. */
void assay_textlog_word_put(assay_log_writer *out, assay_bytes word);
void assay_textlog_string_put(assay_log_writer *out, const char *word);

/** Puts bytes as one string, whatever they are. */
void assay_textlog_quoted_put(assay_log_writer *out, assay_bytes bytes);

/** Puts the items that read best and stand for exactly these bytes of an event of `type`. */
void assay_textlog_items_put(assay_log_writer *out, uint32_t type, assay_bytes bytes);

/** Puts "=" and what a reader would not find by itself; 0 or a negative kind. */
int assay_textlog_digests_put(assay_log_writer *out, const assay_event *event);

/** The functions of the row. */
int assay_textlog_write_begin(assay_log_writer *out, assay_error *error);
int assay_textlog_write_event(assay_log_writer *out, const assay_event *event, assay_error *error);
int assay_textlog_write_end(assay_log_writer *out, assay_error *error);

#endif
