/* SPDX-License-Identifier: BSD-2-Clause */
/* Which of the words there are was meant by one that there is not. */
#ifndef ASSAY_CLI_NEAREST_H
#define ASSAY_CLI_NEAREST_H

#include "base/bytes.h"

typedef struct cli_nearest {
    assay_bytes word;   /* as it was typed; lent */
    const char *name;   /* the best so far of those tried, or NULL: none is near enough; lent */
    const char *prefix; /* what stands before every name: "" or "--" */
    size_t edits;       /* that this name takes, or one more than any may take */
} cli_nearest;

cli_nearest cli_nearest_to(assay_bytes word);

/**
 * Tries one word there is. It is near enough when it begins with all letters typed, or when at
 * most a third of these (one of two) are wrong, missing, too many or exchanged with their
 * neighbour.
 */
void cli_nearest_try(cli_nearest *nearest, const char *name);

/** Tries each of a list that NULL ends. */
void cli_nearest_try_all(cli_nearest *nearest, const char *const *names);

#endif
