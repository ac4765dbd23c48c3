/* SPDX-License-Identifier: BSD-2-Clause */
/* A quote that a user gives with a boot. */
#ifndef ASSAY_CLI_QUOTES_H
#define ASSAY_CLI_QUOTES_H

#include "cli/boots.h"

typedef struct cli_quote_options {
    const char *quote, *sig, *key, *nonce;
} cli_quote_options;

#define CLI_QUOTE_ROW(type, member, name, value, help, field)                                      \
    {                                                                                              \
        0, name, value, help, cli_take_text, offsetof(type, member.field), NULL                    \
    }

/** Their rows, in the table of a verb whose struct `type` has them as `member`. */
#define CLI_QUOTE_OPTIONS(type, member)                                                            \
    CLI_QUOTE_ROW(type, member, "quote", "FILE", "the TPM's quote of the PCRs, a TPMS_ATTEST",     \
                  quote),                                                                          \
        CLI_QUOTE_ROW(type, member, "sig", "FILE", "its signature", sig),                          \
        CLI_QUOTE_ROW(type, member, "key", "KEY",                                                  \
                      "the public key or certificate that it must be by", key),                    \
        CLI_QUOTE_ROW(type, member, "nonce", "HEX", "what the quote was asked for with", nonce)

/** Whether any of these options was given. */
bool cli_quote_is_asked(const cli_quote_options *options);

/**
 * Reads the quote and checks its signature and its nonce. CLI_YES; CLI_NO where it is not by that
 * key, or has another nonce; or CLI_TROUBLE, also where it is no quote; both after saying why.
 */
int cli_quote_read(const cli_call *call, const cli_quote_options *options, assay_hashes *hashes,
                   assay_quote *ret_quote);

/**
 * Checks the quote that was given, if one was, and makes the boot's values those that it covers.
 * CLI_YES; CLI_NO where it does not vouch for them; or CLI_TROUBLE; both after saying why.
 */
int cli_boot_quote(const cli_call *call, const cli_quote_options *options, cli_boot *boot);

#endif
