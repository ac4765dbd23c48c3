/* SPDX-License-Identifier: BSD-2-Clause */
/* The passphrase or PIN of a key. */
#ifndef ASSAY_CLI_PASSPHRASE_H
#define ASSAY_CLI_PASSPHRASE_H

#include "cli/command.h"
#include "policy/key/key.h"

/** Where it comes from; NULL both: from who sits at the terminal. */
typedef struct cli_passphrase {
    const char *file; /* its first line; "-" is standard input */
    const char *env;  /* the name of a variable */
} cli_passphrase;

/** Whether the options about it can be meant: CLI_YES, or CLI_TROUBLE after saying why not. */
int cli_passphrase_check(const cli_call *call, const cli_passphrase *from);

/** What a passphrase is read from, as assay_key_source has it; the context is a cli_passphrase. */
int cli_take_passphrase(char *buffer, size_t size, const void *passphrase);

#endif
