/* SPDX-License-Identifier: BSD-2-Clause */
/* A reference that a user names, and whether who signed it is trusted. */
#ifndef ASSAY_CLI_REFERENCE_H
#define ASSAY_CLI_REFERENCE_H

#include "cli/input.h"
#include "cli/keys.h"
#include "policy/reference/signature.h"

/** The options of a verb that reads references: --trust, which may come again, and --signature. */
typedef struct cli_reference_options {
    cli_key_options keys;
    const char *sig;
} cli_reference_options;

/** Their rows, in the table of a verb whose struct `type` has them as `member`. */
#define CLI_REFERENCE_OPTIONS(type, member)                                                        \
    CLI_TRUST_OPTION(type, member.keys),                                                           \
    {                                                                                              \
        0, "signature", "FILE", "a signature beside the reference, which --trust checks",          \
            cli_take_text, offsetof(type, member.sig), NULL                                        \
    }

typedef struct cli_reference {
    cli_input input;
    assay_reference *reference;
    cli_trusted trusted;
    size_t signer; /* who of `trusted` signed it; SIZE_MAX where nobody was asked for */
} cli_reference;

/** By the word that every reference begins with: a damaged one is a reference, too. */
bool cli_bytes_are_reference(assay_bytes bytes);

/**
 * Opens and reads one, and holds it to --trust where that is given. CLI_YES; or CLI_NO (nobody who
 * is trusted signed it) or CLI_TROUBLE, both after saying why. Close after CLI_YES alone.
 */
int cli_reference_open(cli_reference *ret_reference, const cli_call *call, const char *path,
                       const cli_reference_options *options);

/** The same without asking who signed it, and the keys that are trusted opened. */
int cli_reference_read(cli_reference *ret_reference, const cli_call *call, const char *path,
                       const cli_reference_options *options);

/** And that question: CLI_NO has said nothing, and *ret_refusal says why. */
int cli_reference_verify(cli_reference *reference, const cli_call *call, const char *sig,
                         assay_error *ret_refusal);

void cli_reference_close(cli_reference *reference);

#endif
