/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys that a user names: a file, or a URI of a provider or an engine. */
#ifndef ASSAY_CLI_KEYS_H
#define ASSAY_CLI_KEYS_H

#include "cli/command.h"
#include "cli/passphrase.h"
#include "cli/take.h"

/** The options about keys, as a member of a verb's own. */
typedef struct cli_key_options {
    const char *key;
    const char *provider, *provider_path, *engine;
    cli_passphrase passphrase;
    cli_words trust; /* public keys, certificates */
} cli_key_options;

/** A row of a table of options; `type` is the verb's struct, `member` its cli_key_options. */
#define CLI_KEY_ROW(type, member, name, value, help, take, field)                                  \
    {                                                                                              \
        0, name, value, help, take,                                                                \
            offsetof(type, member) + offsetof(cli_key_options, field), NULL                        \
    }

/** The rows about a key that signs. */
#define CLI_SIGNING_OPTIONS(type, member)                                                          \
    CLI_KEY_ROW(type, member, "key", "KEY", "the private key that signs: a file or a URI",         \
                cli_take_text, key),                                                               \
        CLI_KEY_ROW(type, member, "provider", "NAME", "a provider of libcrypto that has the key",  \
                    cli_take_text, provider),                                                      \
        CLI_KEY_ROW(type, member, "provider-path", "DIR", "the folder with its module",            \
                    cli_take_text, provider_path),                                                 \
        CLI_KEY_ROW(type, member, "engine", "ID", "an engine of libcrypto that has the key",       \
                    cli_take_text, engine),                                                        \
        CLI_KEY_ROW(type, member, "passphrase-file", "FILE", "its first line opens the key",       \
                    cli_take_text, passphrase.file),                                               \
        CLI_KEY_ROW(type, member, "passphrase-env", "NAME", "a variable that opens the key",       \
                    cli_take_text, passphrase.env)

/** The row about keys that are trusted. */
#define CLI_TRUST_OPTION(type, member)                                                             \
    CLI_KEY_ROW(type, member, "trust", "KEY",                                                      \
                "a public key or certificate; what none of these signed is refused",               \
                cli_take_words, trust)

enum { CLI_TRUSTED_MAX = 16 };

typedef struct cli_trusted {
    size_t count;
    assay_key *keys[CLI_TRUSTED_MAX];
} cli_trusted;

/**
 * Opens --key, which may ask `options` for a passphrase as long as it lives; *ret_key is NULL where
 * there is none. CLI_YES, or CLI_TROUBLE after saying why.
 */
int cli_signing_key(const cli_call *call, const cli_key_options *options, assay_key **ret_key);

/** Opens every --trust. CLI_YES, or CLI_TROUBLE after saying why; to be freed after both. */
int cli_trusted_open(const cli_call *call, const cli_key_options *options,
                     cli_trusted *ret_trusted);
void cli_trusted_free(cli_trusted *trusted);

#endif
