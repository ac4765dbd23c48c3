/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of assay golden show, which lies in several files. */
#ifndef ASSAY_CLI_GOLDEN_SHOW_TEXT_H
#define ASSAY_CLI_GOLDEN_SHOW_TEXT_H

#include "cli/golden_show.h"

enum { CLI_SHOWN_LABEL = 14 }; /* columns of what stands before a value */

/** A line: a label, and a text that is cut where the line ends. */
void cli_shown_put_bytes(const cli_golden_shown *shown, const char *label, assay_bytes text);
void cli_shown_put_line(const cli_golden_shown *shown, const char *label, const char *text);

/** The same of several texts, those that are not NULL; no line where all are. */
void cli_shown_put_texts(const cli_golden_shown *shown, const char *label, const char *const *texts,
                         size_t count);
void cli_shown_put_text(const cli_golden_shown *shown, const char *label, const char *text);

/** A line with 32 bytes of a digest. */
void cli_shown_put_hex(const cli_golden_shown *shown, const char *label, const uint8_t digest[32]);

/** An empty line, and a title. */
void cli_shown_put_title(const cli_golden_shown *shown, const char *title);

/** The names of variants, in at most three lines of `columns`; `indent` before the next ones. */
void cli_shown_put_names(const cli_golden_shown *shown, assay_variant_set variants, size_t columns,
                         size_t indent);

/** A line with the variants that something is only in; none where it is in all. */
void cli_shown_put_only_in(const cli_golden_shown *shown, assay_variant_set variants);

/** The values of a variant, bank by bank. */
void cli_shown_put_variant(const cli_golden_shown *shown, const assay_reference_variant *variant);

/** Component `i`, and where its steps go. */
void cli_shown_put_component(const cli_golden_shown *shown, size_t i);

/** How many steps each PCR has, and those that are not fixed; all of them with --verbose. */
void cli_shown_put_steps(const cli_golden_shown *shown);

/** How many files the kernel may list; which ones with --verbose. */
void cli_shown_put_files(const cli_golden_shown *shown);

#endif
