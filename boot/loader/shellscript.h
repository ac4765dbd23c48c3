/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lines of a UEFI shell script (UEFI Shell Specification 2.2, chapter 4) as EDK2's shell takes
 * them apart (ShellPkg/Application/Shell/Shell.c). A script is ASCII, of which every byte is a
 * character, or UTF-16 with a byte order mark.
 * Private to the loaders.
 */
#ifndef ASSAY_BOOT_LOADER_SHELLSCRIPT_H
#define ASSAY_BOOT_LOADER_SHELLSCRIPT_H

#include "base/cursor.h"
#include "base/writer.h"

enum { ASSAY_SHELL_SCRIPT_MAX = 1 << 20 /* bytes of a script in UTF-8 */, ASSAY_SHELL_WORDS = 16 };

/** What one line of a script says. Everything is lent from the script. */
typedef struct assay_shell_line {
    assay_bytes text; /* without comment, '@' and the blanks around it, '^#' still in it */
    size_t count;     /* words, as far as there is room */
    assay_bytes words[ASSAY_SHELL_WORDS]; /* without quotes around them */
} assay_shell_line;

/** Writes a script's bytes as UTF-8. */
void assay_shell_script_decode(assay_writer *out, assay_bytes script);

/**
 * The next line of a decoded script that is more than blanks, a comment or a label. False at the
 * end.
 */
bool assay_shell_next_line(assay_cursor *script, assay_shell_line *ret_line);

/** Whether a word is that of a command: case doesn't count. */
bool assay_shell_word_is(assay_bytes word, const char *command);

/** What a program is told of its line: all of it, "^#" being '#'. */
void assay_shell_put_options(assay_writer *out, assay_bytes text);

/**
 * Whether the line has something in it that the shell replaces, redirects or splits at: a variable
 * in '%', '<', '>' or '|'.
 */
bool assay_shell_is_rewritten(assay_bytes text);

#endif
