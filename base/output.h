/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The output stream: one sequence of calls, several notations. Whoever has
 * something to say says it once:
 *
 *     assay_emit_object(out, NULL);
 *     assay_emit_string(out, "name", "PCR 7");
 *     assay_emit_hex(out, "value", bytes);
 *     assay_emit_end(out);
 *
 * and it comes out as JSON, as YAML or as indented text. Everything streams in
 * constant memory. Keys are static text of this program; values may come from a
 * log, so every back end makes them harmless: no byte below 0x20, no DEL, no C1
 * control, no bidirectional override and no invalid UTF-8 leaves it unescaped.
 *
 * Inside an array the key is NULL.
 */
#ifndef ASSAY_BASE_OUTPUT_H
#define ASSAY_BASE_OUTPUT_H

#include "base/bytes.h"
#include "base/guid.h"
#include "base/writer.h"

enum { ASSAY_OUTPUT_DEPTH = 16 };

struct assay_output_ops;

typedef struct assay_output {
    const struct assay_output_ops *ops;
    assay_writer *writer;
    unsigned depth;
    bool in_array[ASSAY_OUTPUT_DEPTH];
    bool not_first[ASSAY_OUTPUT_DEPTH];
    bool compact;  /* JSON: the whole document on one line */
    bool indented; /* JSON: every member and element on a line of its own */
} assay_output;

assay_output assay_output_json(assay_writer *writer); /* an array element or top-level key a line */
assay_output assay_output_json_line(assay_writer *writer); /* one document, one line */
assay_output assay_output_json_indented(assay_writer *writer); /* to be edited, and compared */
assay_output assay_output_yaml(assay_writer *writer);
assay_output assay_output_text(assay_writer *writer); /* "key: value", indented, for people */

void assay_emit_object(assay_output *out, const char *key);
void assay_emit_array(assay_output *out, const char *key);
/** Ends the innermost object or array. The last one ends the document with a newline. */
void assay_emit_end(assay_output *out);

/**
 * A stream to another writer that continues the innermost object or array of
 * `out`, so that two threads can write parts of one document; what it wrote then
 * goes to its place in `out` by assay_output_join, in order. Forking reads `out`: where
 * another thread joins meanwhile, fork from a copy.
 */
assay_output assay_output_fork(const assay_output *out, assay_writer *writer);
void assay_output_join(assay_output *out, assay_bytes written);

void assay_emit_string(assay_output *out, const char *key, const char *text); /* NUL-terminated */
void assay_emit_text(assay_output *out, const char *key, assay_bytes text);   /* UTF-8, or nearly */
void assay_emit_text16(assay_output *out, const char *key, assay_bytes text); /* UTF-16LE, or nearly */
void assay_emit_hex(assay_output *out, const char *key, assay_bytes bytes);   /* "00ff" */
void assay_emit_u64(assay_output *out, const char *key, uint64_t value);      /* 255 */
void assay_emit_address(assay_output *out, const char *key, uint64_t value);  /* "0xff" */
void assay_emit_alg(assay_output *out, const char *key, uint16_t alg);        /* assay_alg_name() */
void assay_emit_bool(assay_output *out, const char *key, bool value);
void assay_emit_null(assay_output *out, const char *key);
void assay_emit_guid(assay_output *out, const char *key, const assay_guid *guid);

/**
 * Writes UTF-8 text from a log so that a terminal can't be moved by it: what is
 * not printable, or not UTF-8, becomes \n, \t, \x1b or \u202e. A backslash stays
 * as it is, since paths of firmware are full of them.
 */
void assay_put_safe(assay_writer *writer, assay_bytes text);

#endif
