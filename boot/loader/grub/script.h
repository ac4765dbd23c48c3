/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRUB's script language as a syntax tree (GRUB manual, section 6 "Writing full configuration
 * files directly"; what the manual leaves open as grub-core/script/yylex.l and parser.y have it,
 * the same from 1.99 to 2.14).
 *
 * GRUB reads a script unit by unit: a line, and the lines after it while something is open. A unit
 * with a mistake is dropped as a whole, as far as it was read, and the next line begins another.
 * Private to boot/loader/grub.
 */
#ifndef ASSAY_BOOT_LOADER_GRUB_SCRIPT_H
#define ASSAY_BOOT_LOADER_GRUB_SCRIPT_H

#include "base/error.h"
#include "base/writer.h"
#include "boot/loader/grub/pool.h"

enum {
    ASSAY_GRUB_SCRIPT_MAX = 8 << 20, /* bytes of a unit; no script has so many */
    ASSAY_GRUB_DEPTH_MAX = 100,      /* statements in one another */
};

/** What a word is made of. */
enum assay_grub_piece_kind {
    ASSAY_GRUB_TEXT,            /* unquoted; a backslash still stands before what it protects */
    ASSAY_GRUB_VARIABLE,        /* $name: its value becomes words */
    ASSAY_GRUB_QUOTED_VARIABLE, /* "$name": its value is text */
    ASSAY_GRUB_DOUBLE_QUOTED,   /* its escapes are resolved */
    ASSAY_GRUB_SINGLE_QUOTED,
    ASSAY_GRUB_TRANSLATED,      /* $"text", escapes and variables in it as written */
    ASSAY_GRUB_BLOCK,           /* { ... }: what is between the braces, as written */
};

typedef struct assay_grub_piece {
    enum assay_grub_piece_kind kind;
    assay_bytes text; /* of a variable its name */
    struct assay_grub_piece *next;
} assay_grub_piece;

typedef struct assay_grub_word {
    assay_grub_piece *pieces; /* two texts side by side were parted by backslash and newline */
    struct assay_grub_word *next;
} assay_grub_word;

enum assay_grub_statement_kind {
    ASSAY_GRUB_COMMAND,
    ASSAY_GRUB_IF,
    ASSAY_GRUB_FOR,
    ASSAY_GRUB_WHILE,
    ASSAY_GRUB_UNTIL,
    ASSAY_GRUB_FUNCTION,
};

typedef struct assay_grub_statement {
    enum assay_grub_statement_kind kind;
    assay_grub_word *words;                 /* COMMAND: of which the first names it; FOR */
    assay_bytes name;                       /* FOR: of the variable; FUNCTION */
    struct assay_grub_statement *condition; /* IF, WHILE, UNTIL */
    struct assay_grub_statement *body;
    struct assay_grub_statement *otherwise; /* IF: else, or one IF for elif; NULL: neither */
    bool elif;                              /* IF: it stands there as elif */
    struct assay_grub_statement *next;
} assay_grub_statement;

/** Where a script is read from. */
typedef struct assay_grub_lines {
    assay_bytes text;
    size_t at;           /* offset of the next line */
    size_t number;       /* of lines read */
    bool skips_comments; /* lines that begin with '#' are no lines: in configuration files */
} assay_grub_lines;

/** A unit of a script. */
typedef struct assay_grub_unit {
    assay_grub_statement *statements;
    assay_grub_statement *functions[16]; /* defined as the unit was read, even in a dropped one */
    size_t function_count;               /* those beyond 16 are left out of this list */
} assay_grub_unit;

/**
 * Reads the next unit; the tree is the pool's. 1; 0 at the end; -ASSAY_MALFORMED for a unit that is
 * dropped, after which the next may be read; -ASSAY_NO_MEMORY or -ASSAY_TOO_LARGE. The error's
 * offset is in lines->text: of the line.
 */
int assay_grub_read_unit(assay_grub_lines *lines, assay_grub_pool *pool, assay_grub_unit *ret_unit,
                         assay_error *error);

/** Writes statements as a script that reads as the same ones. */
void assay_grub_write_script(assay_writer *out, const assay_grub_statement *statements);

#endif
