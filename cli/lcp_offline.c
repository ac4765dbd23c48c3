/* SPDX-License-Identifier: BSD-2-Clause */
/* assay lcp tbs and lcp addsig: a list signed by a key that is somewhere else. */
#include "cli/complain.h"
#include "cli/lcp_signing.h"
#include "cli/verbs.h"

enum { SIGNATURE_FILE_MAX = 64 * 1024 };

static int write_both(cli_lcp_subject *subject, assay_bytes to_sign)
{
    return cli_lcp_write_subject(subject, subject->options->prepared,
                                 subject->options->common.output, to_sign);
}

static int write_tbs(cli_lcp_subject *subject)
{
    assay_digest digest;
    assay_error error;

    if (!subject->options->digest)
        return write_both(subject, subject->becoming.signed_data);
    const int status = assay_lcp_signature_digest(&subject->becoming, subject->signing.hash_alg,
                                                  subject->hashes, &digest);
    if (status == 0)
        return write_both(subject, assay_bytes_of(digest.value, digest.size));
    assay_fail(&error, (enum assay_kind)(-status), ASSAY_NOWHERE, "the digest can't be made");
    return cli_complain(subject->call->verb, subject->input.name, &error);
}

static int check_tbs_usage(const cli_call *call, const cli_lcp_options *options)
{
    if (options->pub == NULL)
        return cli_complain_usage(call->verb, "--pub is missing: the public key's file or URI");
    if (options->prepared == NULL)
        return cli_complain_usage(call->verb, "--prepared is missing: the file that waits for the "
                                              "signature");
    if (options->common.output != NULL && strcmp(options->common.output, options->prepared) == 0)
        return cli_complain_usage(call->verb, "--output and --prepared are the same file");
    return CLI_YES;
}

static int run_tbs(const cli_call *call)
{
    const cli_lcp_options *const options = call->options;
    cli_lcp_subject subject;
    assay_key *key = NULL;

    int status = check_tbs_usage(call, options);
    if (status != CLI_YES)
        return status;
    status = cli_lcp_subject_open(&subject, call);
    if (status == CLI_YES)
        status = cli_lcp_key_open(&subject, options->pub, false, &key);
    if (status == CLI_YES)
        status = cli_lcp_prepare(&subject, assay_key_public_of(key));
    if (status == CLI_YES)
        status = write_tbs(&subject);
    if (status == CLI_YES)
        status = cli_lcp_state(&subject, true);
    assay_key_free(&key);
    cli_lcp_subject_close(&subject);
    return status;
}

/* Taking a signature. */

static int refuse_unprepared(const cli_lcp_subject *subject)
{
    if (!subject->list.is_signed)
        return cli_lcp_refuse_for(subject, "the list has no place for a signature",
                                  "'assay lcp tbs' makes one, and says what to sign");
    if (!subject->list.signature.empty && !subject->options->replace)
        return cli_lcp_refuse_for(subject, "the list is signed already",
                                  "--replace puts the new signature in the place of the old one");
    return CLI_YES;
}

/* Whether the signature is good in another form; a name for --sig-format, or NULL. */
static const char *form_that_fits(cli_lcp_subject *subject, assay_bytes signature)
{
    static const struct {
        enum assay_lcp_signature_form form;
        const char *hint;
    } forms[] = {
        { ASSAY_LCP_FORM_RAW, "nothing is written; with --sig-format raw it fits" },
        { ASSAY_LCP_FORM_LE, "nothing is written; with --sig-format le it fits" },
    };

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        uint8_t stored[ASSAY_KEY_SIGNATURE_MAX];
        assay_writer writer = assay_writer_lent(stored, sizeof stored);
        const enum assay_lcp_signature_form form = forms[i].form;

        if (assay_lcp_signature_import(&subject->list.signature, form, signature, &writer, NULL) ==
                0 &&
            cli_lcp_place(subject, assay_written(&writer)) == CLI_YES)
            return forms[i].hint;
    }
    return NULL;
}

static int refuse_bad(cli_lcp_subject *subject, assay_bytes signature)
{
    const assay_lcp_verdict verdict = subject->verdict;
    const char *const fits = form_that_fits(subject, signature);
    assay_error error;

    assay_fail(&error, ASSAY_CRYPTO, ASSAY_NOWHERE, "%s", verdict.reason);
    cli_complain_hint(subject->call->verb, subject->options->sig, &error,
                      fits != NULL ? fits
                                   : "nothing is written; was it this list, with this key, that "
                                     "was signed?");
    return CLI_NO;
}

/* What 'lcp sign' would have refused is refused of a signature from elsewhere, too. */
static int choose(cli_lcp_subject *subject)
{
    const assay_lcp_list *const list = &subject->becoming;
    assay_key_public key;
    assay_error error;

    subject->signing = (assay_lcp_signing){ .scheme = list->signature.scheme,
                                            .hash_alg = subject->verdict.hash_alg,
                                            .revocation_counter = list->revocation_counter,
                                            .force = subject->options->force };
    if (assay_lcp_signature_key(&list->signature, &key, &error) < 0 ||
        assay_lcp_signing_choose(&subject->signing, list->version, &key, &error) < 0)
        return cli_lcp_refuse(subject, &error, "assay-lcp(1) says which keys which lists take");
    return CLI_YES;
}

static int add(cli_lcp_subject *subject, assay_bytes signature)
{
    const enum assay_lcp_signature_form form =
        (enum assay_lcp_signature_form)subject->options->form;
    uint8_t stored[ASSAY_KEY_SIGNATURE_MAX];
    assay_writer writer = assay_writer_lent(stored, sizeof stored);
    assay_error error;

    if (assay_lcp_signature_import(&subject->list.signature, form, signature, &writer, &error) < 0)
        return cli_complain_hint(subject->call->verb, subject->options->sig, &error,
                                 "nothing is written; --sig-format says how it is written");
    int status = cli_lcp_place(subject, assay_written(&writer));
    if (status == CLI_NO)
        return refuse_bad(subject, signature);
    if (status == CLI_YES)
        status = choose(subject);
    if (status == CLI_YES)
        status =
            cli_lcp_write_subject(subject, subject->options->common.output, NULL, ASSAY_NO_BYTES);
    return status == CLI_YES ? cli_lcp_state(subject, false) : status;
}

static int read_and_add(cli_lcp_subject *subject)
{
    const char *const name = subject->options->sig;
    assay_file file;
    assay_error error;

    assay_put(&subject->changed, subject->list.bytes);
    if (subject->changed.failure != 0)
        return cli_complain_memory(subject->call->verb);
    subject->becoming = subject->list;
    subject->becoming.signature.value.data =
        subject->changed.data + (subject->list.signature.value.data - subject->list.bytes.data);
    if (assay_file_read(&file, name, SIGNATURE_FILE_MAX, &error) < 0)
        return cli_complain(subject->call->verb, name, &error);
    const int status = add(subject, file.bytes);
    assay_file_close(&file);
    return status;
}

static int run_addsig(const cli_call *call)
{
    const cli_lcp_options *const options = call->options;
    cli_lcp_subject subject;

    if (options->sig == NULL)
        return cli_complain_usage(call->verb, "--sig is missing: the file with the signature");
    int status = cli_lcp_subject_open(&subject, call);
    if (status == CLI_YES)
        status = refuse_unprepared(&subject);
    if (status == CLI_YES)
        status = read_and_add(&subject);
    cli_lcp_subject_close(&subject);
    return status;
}

static const char *const forms[] = { "auto", "raw", "der", "le", NULL };

static const cli_option tbs_options[] = {
    CLI_LCP_OPTION(0, "pub", "FILE|URI", "the public key: PEM, DER, a certificate, or a URI",
                   cli_take_text, pub, NULL),
    CLI_LCP_OPTION(0, "prepared", "FILE",
                   "the list with an empty place for its signature goes there", cli_take_text,
                   prepared, NULL),
    CLI_LCP_OPTION(0, "digest", NULL, "write the digest that is signed, not the bytes",
                   cli_take_flag, digest, NULL),
    CLI_LCP_SIGNING_OPTIONS,
    { .name = NULL },
};

const cli_verb cli_lcp_tbs = {
    .name = "lcp tbs",
    .summary = "write what a key elsewhere must sign",
    .usage = "LIST --pub KEY -o BYTES --prepared FILE",
    .about =
        "For a key that can't come here: puts the public key and an empty place for the signature "
        "into the list (--prepared), and writes exactly the bytes that the signature of such a "
        "list covers (--output), or with --digest their digest. Take both files, or only the "
        "bytes, to the key; 'assay lcp addsig' takes the signature back.\n"
        "Of SM2 the digest has the identity of the signer, an empty one, in it already.",
    .options = tbs_options,
    .options_size = sizeof(cli_lcp_options),
    .least = 1,
    .most = 1,
    .run = run_tbs,
    .own_output = true,
};

static const cli_option addsig_options[] = {
    CLI_LCP_OPTION(0, "sig", "FILE", "the signature", cli_take_text, sig, NULL),
    CLI_LCP_OPTION(
        0, "sig-format", "auto|raw|der|le",
        "how it is written: raw, big-endian (RSA's number, or r and s); der; le, as in the list",
        cli_take_word, form, forms),
    CLI_LCP_OPTION(0, "list", "N", "of a policy data file: which list, counted from 0",
                   cli_take_u16, list, NULL),
    CLI_LCP_OPTION(0, "replace", NULL, "take it also for a list that has one", cli_take_flag,
                   replace, NULL),
    CLI_LCP_OPTION(0, "force", NULL, "take also what is broken or not taken by all hardware",
                   cli_take_flag, force, NULL),
    { .name = NULL },
};

const cli_verb cli_lcp_addsig = {
    .name = "lcp addsig",
    .summary = "put a signature made elsewhere into its list",
    .usage = "PREPARED --sig FILE -o LIST",
    .about = "Puts a signature over what 'assay lcp tbs' wrote into the list that it prepared, and "
             "checks it with the key that is in the list; a signature that doesn't fit is refused "
             "and nothing written.",
    .options = addsig_options,
    .options_size = sizeof(cli_lcp_options),
    .least = 1,
    .most = 1,
    .run = run_addsig,
    .own_output = true,
};
