/* SPDX-License-Identifier: BSD-2-Clause */
/* What the terminal can do, and text for it: colours, columns. */
#ifndef ASSAY_CLI_STYLE_H
#define ASSAY_CLI_STYLE_H

#include "cli/command.h"

/** What a piece of text is, for those who see colours; never the only sign of it. */
enum cli_tone { CLI_PLAIN, CLI_FAINT, CLI_STRONG, CLI_GOOD, CLI_WARN, CLI_BAD };

/** Whether text to `fd` is to be coloured: --color, NO_COLOR, TERM, and if it is a terminal. */
bool cli_style_color(int fd, enum cli_color color);

/** COLUMNS, or the width of the terminal at `fd`, or 80. */
size_t cli_style_width(int fd);

void cli_tone_begin(const cli_call *call, enum cli_tone tone);
void cli_tone_end(const cli_call *call, enum cli_tone tone);

/** Text in a tone. */
void cli_put_toned(const cli_call *call, enum cli_tone tone, const char *text);

/**
 * Writes `text` from a log, harmless, in lines of at most `columns`, all but the first
 * of them at `indent`. What does not fit into `lines` (1 to 3) is cut and ends in "...".
 */
void cli_put_fitted(assay_writer *out, assay_bytes text, size_t columns, size_t lines,
                    size_t indent);

/**
 * Writes words of our own, of which the first stands at `column`; lines end before
 * `width` and begin at `indent`. A new line in `text` leaves a line empty; a word longer
 * than a line is cut.
 */
void cli_put_wrapped(assay_writer *out, const char *text, size_t column, size_t indent,
                     size_t width);

/**
 * Writes lines of our own that are ready, `text`, of which some may be too long: those go on in the
 * next line, four columns further in than they begin, wherever there is a blank to end at. A word
 * is never cut: what is hexadecimal can be copied.
 */
void cli_put_folded(assay_writer *out, assay_bytes text, size_t width);

#endif
