/* SPDX-License-Identifier: BSD-2-Clause */
/* What lcp sign, lcp tbs and lcp addsig have in common. */
#ifndef ASSAY_CLI_LCP_SIGNING_H
#define ASSAY_CLI_LCP_SIGNING_H

#include "cli/command.h"
#include "cli/input.h"
#include "cli/passphrase.h"
#include "cli/take.h"
#include "policy/lcp/data.h"
#include "policy/lcp/signing.h"

cli_take cli_lcp_take_hash;   /* uint16_t: TPM_ALG_ID */
cli_take cli_lcp_take_scheme; /* uint16_t: TPM_ALG_ID */

extern const char *const cli_lcp_hashes[];
extern const char *const cli_lcp_schemes[];

typedef struct cli_lcp_options {
    cli_common common;
    const char *key, *pub, *sig, *prepared;
    const char *provider, *provider_path, *engine;
    cli_passphrase passphrase;
    uint16_t scheme, hash;
    cli_number rev, list;
    bool replace, force, digest;
    unsigned form; /* enum assay_lcp_signature_form */
} cli_lcp_options;

/** A row of a table of options. */
#define CLI_LCP_OPTION(letter, name, value, help, take, field, words)                              \
    {                                                                                              \
        letter, name, value, help, take, offsetof(cli_lcp_options, field), words                   \
    }

/** The rows that lcp sign and lcp tbs share. */
#define CLI_LCP_SIGNING_OPTIONS                                                                    \
    CLI_LCP_OPTION(0, "scheme", "rsassa|rsapss|ecdsa|sm2",                                         \
                   "how it is signed (as key and list have it)", cli_lcp_take_scheme, scheme,      \
                   cli_lcp_schemes),                                                               \
        CLI_LCP_OPTION(0, "hash-alg", "ALG", "of RSA: sha256 (default), sha384, sha512, sha1",     \
                       cli_lcp_take_hash, hash, cli_lcp_hashes),                                   \
        CLI_LCP_OPTION(0, "rev", "N", "RevocationCounter, 0 to 65535 (as it was, else 0)",         \
                       cli_take_u16, rev, NULL),                                                   \
        CLI_LCP_OPTION(0, "list", "N", "of a policy data file: which list, counted from 0",        \
                       cli_take_u16, list, NULL),                                                  \
        CLI_LCP_OPTION(0, "replace", NULL, "sign anew what is signed", cli_take_flag, replace,     \
                       NULL),                                                                      \
        CLI_LCP_OPTION(0, "force", NULL,                                                           \
                       "sign also with what is broken or not taken by all hardware",               \
                       cli_take_flag, force, NULL),                                                \
        CLI_LCP_OPTION(0, "provider", "NAME", "a provider of libcrypto that has the key",          \
                       cli_take_text, provider, NULL),                                             \
        CLI_LCP_OPTION(0, "provider-path", "DIR", "the folder with its module", cli_take_text,     \
                       provider_path, NULL)

/** A list file, or a list in a policy data file. */
typedef struct cli_lcp_subject {
    const cli_call *call;
    const cli_lcp_options *options;
    cli_input input;
    bool opened;
    bool in_data;
    assay_lcp_data data;
    size_t number; /* of the list, from 0 */
    assay_lcp_list list;
    assay_hashes *hashes;
    assay_lcp_signing signing;
    assay_writer changed;      /* the list as it becomes */
    assay_writer changed_file; /* with what lies around it */
    assay_lcp_list becoming;   /* read from it */
    assay_lcp_verdict verdict;
} cli_lcp_subject;

/**
 * Each of these says what is wrong and returns CLI_TROUBLE, or CLI_NO for what is refused; or
 * CLI_YES.
 */
int cli_lcp_subject_open(cli_lcp_subject *subject, const cli_call *call);
void cli_lcp_subject_close(cli_lcp_subject *subject);

/** The key of --key (private) or --pub. Free with assay_key_free. */
int cli_lcp_key_open(const cli_lcp_subject *subject, const char *name, bool private,
                     assay_key **ret_key);

/** Whether the list may get a signature, and how; makes `changed` of it, with an empty place. */
int cli_lcp_prepare(cli_lcp_subject *subject, const assay_key_public *key);

/** Puts a signature, as lists store it, into `changed`, and checks it: CLI_NO if it is bad. */
int cli_lcp_place(cli_lcp_subject *subject, assay_bytes signature);

/** The file with the changed list; lent from the subject. No bytes when there is no memory. */
assay_bytes cli_lcp_changed_file(cli_lcp_subject *subject);

/** Writes that file to `path`, and `to_sign` to `also` unless that is NULL: both, or neither. */
int cli_lcp_write_subject(cli_lcp_subject *subject, const char *path, const char *also,
                          assay_bytes to_sign);

/** Says, or emits, what was done. `waits`: the list has no signature yet. */
int cli_lcp_state(const cli_lcp_subject *subject, bool waits);

/** Says that it is refused: CLI_NO. */
int cli_lcp_refuse(const cli_lcp_subject *subject, const assay_error *error, const char *hint);
int cli_lcp_refuse_for(const cli_lcp_subject *subject, const char *what, const char *hint);

#endif
