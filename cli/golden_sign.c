/* SPDX-License-Identifier: BSD-2-Clause */
/* assay golden sign: a reference signed with a key, in the file or beside it. */
#include "cli/complain.h"
#include "cli/reference.h"
#include "cli/save.h"
#include "cli/verbs.h"
#include "policy/reference/json.h"

typedef struct sign_options {
    cli_common common;
    cli_key_options keys;
    const char *detached;
} sign_options;

/* What is being signed, and what becomes of it. */
typedef struct signing {
    const cli_call *call;
    const sign_options *options;
    cli_reference reference;
    assay_hashes *hashes;
    assay_writer made;
} signing;

static int complain_key(const signing *s, const assay_error *error)
{
    return cli_complain_hint(s->call->verb, s->options->keys.key, error,
                             "nothing is written; may this key sign so, and is its PIN right?");
}

/* A signature that its own key doesn't verify is of no use to anyone. */
static int complain_made(const signing *s)
{
    assay_error error;

    assay_fail(&error, ASSAY_CRYPTO, ASSAY_NOWHERE,
               "the signature that the key made doesn't fit its public key");
    return cli_complain_hint(s->call->verb, s->options->keys.key, &error,
                             "nothing is written; the key is damaged");
}

static int sign_inside(signing *s, assay_key *key)
{
    assay_reference *const reference = s->reference.reference;
    assay_error error;

    if (assay_reference_sign(reference, key, s->hashes, &error) < 0)
        return complain_key(s, &error);
    if (assay_reference_verify(reference, &key, 1, s->hashes, NULL, &error) != 1)
        return complain_made(s);
    const int status = assay_reference_write(reference, ASSAY_REFERENCE_WHOLE, &s->made);
    if (status < 0)
        return cli_complain_kind(s->call->verb, s->reference.input.name, status,
                                 "the reference can't be written");
    const char *const path = s->options->common.output;
    return cli_save(s->call, path != NULL ? path : "-", assay_written(&s->made));
}

static int sign_beside(signing *s, assay_key *key)
{
    const assay_bytes bytes = s->reference.input.file.bytes;
    assay_error error;

    if (assay_reference_sign_detached(bytes, key, s->hashes, &s->made, &error) < 0)
        return complain_key(s, &error);
    if (assay_reference_verify_detached(bytes, assay_written(&s->made), &key, 1, s->hashes, NULL,
                                        &error) != 1)
        return complain_made(s);
    return cli_save_binary(s->call, s->options->detached, assay_written(&s->made), "a signature");
}

static int run_with(signing *s, assay_key *key)
{
    const cli_reference_options nobody = { .sig = NULL };
    int status = cli_reference_read(&s->reference, s->call, s->call->arguments[0], &nobody);

    if (status != CLI_YES)
        return status;
    s->hashes = assay_hashes_new();
    status = s->hashes == NULL              ? cli_complain_memory(s->call->verb)
             : s->options->detached != NULL ? sign_beside(s, key)
                                            : sign_inside(s, key);
    assay_hashes_free(&s->hashes);
    cli_reference_close(&s->reference);
    return status;
}

static int run(const cli_call *call)
{
    signing s = { .call = call,
                  .options = call->options,
                  .made = assay_writer_growing(ASSAY_REFERENCE_FILE_MAX) };
    assay_key *key = NULL;

    if (s.options->keys.key == NULL)
        return cli_complain_usage(call->verb, "--key is missing: the private key's file or URI");
    if (call->common->notation == CLI_YAML)
        return cli_complain_usage(call->verb, "a reference is JSON");
    if (s.options->detached != NULL && call->common->output != NULL)
        return cli_complain_usage(call->verb, "--output and --detached contradict each other");
    const char *const written =
        s.options->detached != NULL ? s.options->detached : call->common->output;
    int status = cli_spare_input(call, written, s.options->keys.key);
    /* A reference may be replaced by itself with a signature, and not by a signature. */
    if (status == CLI_YES)
        status = cli_spare_input(call, s.options->detached, call->arguments[0]);
    if (status == CLI_YES)
        status = cli_signing_key(call, &s.options->keys, &key);
    if (status == CLI_YES)
        status = run_with(&s, key);
    assay_key_free(&key);
    assay_writer_close(&s.made);
    return status;
}

static const cli_option options[] = {
    CLI_SIGNING_OPTIONS(sign_options, keys),
    { 0, "detached", "SIGFILE", "write the signature of the file alone, as 'openssl dgst' has it",
      cli_take_text, offsetof(sign_options, detached), NULL },
    { 0, NULL, NULL, NULL, NULL, 0, NULL },
};

const cli_verb cli_golden_sign = {
    .name = "golden sign",
    .summary = "sign a reference",
    .usage = "REF --key KEY [-o OUT | --detached SIGFILE]",
    .about = "Adds a signature to a reference and writes it to --output; one by the same key that "
             "is there already is replaced, others stay. It covers all that the reference says, "
             "and not how its JSON is laid out.\n"
             "--detached leaves the reference alone and signs the very bytes of the file; "
             "'openssl dgst -sha256 -verify' accepts it (-sha384 of a P-384 key). Keys are RSA, "
             "P-256 or P-384.",
    .options = options,
    .options_size = sizeof(sign_options),
    .least = 1,
    .most = 1,
    .run = run,
    .own_output = true,
};
