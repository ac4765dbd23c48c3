/* SPDX-License-Identifier: BSD-2-Clause */
/* assay lcp sign: a policy list, or one of a policy data file, signed with a key. */
#include "cli/complain.h"
#include "cli/lcp_signing.h"
#include "cli/verbs.h"

/* A public key beside a private one must be its own, or the list is of no use. */
static int check_pub(const cli_lcp_subject *subject, const assay_key *key)
{
    const char *const name = subject->options->pub;
    assay_key *pub;

    if (name == NULL)
        return CLI_YES;
    int status = cli_lcp_key_open(subject, name, false, &pub);
    if (status != CLI_YES)
        return status;
    if (!assay_key_public_equal(assay_key_public_of(key), assay_key_public_of(pub)))
        status = cli_lcp_refuse_for(subject, "the public key of --pub is not that of --key",
                                    "leave --pub out, or give the one that belongs to the key");
    assay_key_free(&pub);
    return status;
}

static int sign(cli_lcp_subject *subject, const assay_key *key)
{
    uint8_t stored[ASSAY_KEY_SIGNATURE_MAX];
    assay_writer signature = assay_writer_lent(stored, sizeof stored);
    assay_error error;

    if (assay_lcp_signing_sign(&subject->becoming, key, subject->signing.hash_alg, subject->hashes,
                               &signature, &error) < 0)
        return cli_complain_hint(subject->call->verb, subject->options->key, &error,
                                 "nothing is written; may this key sign so, and is its PIN right?");
    const int status = cli_lcp_place(subject, assay_written(&signature));
    if (status != CLI_NO)
        return status;
    if (subject->verdict.trust == ASSAY_LCP_UNCHECKED) {
        assay_fail(&error, ASSAY_CRYPTO, ASSAY_NOWHERE, "%s", subject->verdict.reason);
        return cli_complain_hint(subject->call->verb, subject->options->key, &error,
                                 "nothing is written; the new signature can't be checked here");
    }
    assay_fail(&error, ASSAY_CRYPTO, ASSAY_NOWHERE,
               "the signature that the key made doesn't fit its public key");
    return cli_complain_hint(subject->call->verb, subject->options->key, &error,
                             "nothing is written; the key is damaged");
}

static int run_with(cli_lcp_subject *subject, const assay_key *key)
{
    int status = check_pub(subject, key);

    if (status == CLI_YES)
        status = cli_lcp_prepare(subject, assay_key_public_of(key));
    if (status == CLI_YES)
        status = sign(subject, key);
    if (status == CLI_YES)
        status =
            cli_lcp_write_subject(subject, subject->options->common.output, NULL, ASSAY_NO_BYTES);
    return status == CLI_YES ? cli_lcp_state(subject, false) : status;
}

static int run(const cli_call *call)
{
    const cli_lcp_options *const options = call->options;
    cli_lcp_subject subject;
    assay_key *key = NULL;

    if (options->key == NULL)
        return cli_complain_usage(call->verb, "--key is missing: the private key's file or URI");
    int status = cli_lcp_subject_open(&subject, call);
    if (status == CLI_YES)
        status = cli_lcp_key_open(&subject, options->key, true, &key);
    if (status == CLI_YES)
        status = run_with(&subject, key);
    assay_key_free(&key);
    cli_lcp_subject_close(&subject);
    return status;
}

static const cli_option options[] = {
    CLI_LCP_OPTION('k', "key", "FILE|URI",
                   "the private key: PEM or DER, or a URI that a provider knows (pkcs11:...)",
                   cli_take_text, key, NULL),
    CLI_LCP_OPTION(0, "pub", "FILE|URI", "refuse a key whose public key isn't this one",
                   cli_take_text, pub, NULL),
    CLI_LCP_SIGNING_OPTIONS,
    CLI_LCP_OPTION(0, "engine", "ID", "an engine of libcrypto that has the key", cli_take_text,
                   engine, NULL),
    CLI_LCP_OPTION(0, "passphrase-file", "FILE", "passphrase or PIN: the first line of FILE",
                   cli_take_text, passphrase.file, NULL),
    CLI_LCP_OPTION(0, "passphrase-env", "NAME", "passphrase or PIN: a variable of the environment",
                   cli_take_text, passphrase.env, NULL),
    { .name = NULL },
};

const cli_verb cli_lcp_sign = {
    .name = "lcp sign",
    .summary = "sign a policy list",
    .usage = "LIST --key KEY -o FILE",
    .about =
        "Signs a policy list, or list N of a policy data file, and writes the file with it to "
        "--output after checking what was made. Lists 1.x are signed with RSA and SHA-1, lists "
        "2.x with RSA (PKCS #1 v1.5), ECDSA or SM2, lists 3.0 with RSA-PSS, ECDSA or SM2; the key "
        "is RSA-2048, RSA-3072, P-256, P-384 or SM2.\n"
        "Says whether PolicyHash stays: a list signed anew with the same key keeps the policy "
        "valid, one signed with another key doesn't. If the key can't come here, 'assay lcp tbs' "
        "writes what it must sign and 'assay lcp addsig' takes the signature.",
    .options = options,
    .options_size = sizeof(cli_lcp_options),
    .least = 1,
    .most = 1,
    .run = run,
    .own_output = true,
};
