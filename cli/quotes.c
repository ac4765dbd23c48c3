/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/quotes.h"

#include "cli/complain.h"

#include <stdlib.h>

enum { CLI_QUOTE_FILE_MAX = 1 << 16 };

static int read_nonce(const cli_call *call, const char *text, uint8_t room[ASSAY_QUOTE_NONCE_MAX],
                      assay_bytes *ret_nonce)
{
    assay_writer writer = assay_writer_lent(room, ASSAY_QUOTE_NONCE_MAX);

    *ret_nonce = ASSAY_NO_BYTES;
    if (text == NULL)
        return CLI_YES;
    if (!assay_put_decoded(&writer, assay_bytes_of_string(text)) || writer.failure != 0)
        return cli_complain_usage(call->verb, "--nonce wants at most %d bytes in hexadecimal",
                                  ASSAY_QUOTE_NONCE_MAX);
    *ret_nonce = assay_bytes_of(room, writer.used);
    return CLI_YES;
}

static int complain_quote(const cli_call *call, const char *name, int status,
                          const assay_error *error)
{
    cli_complain_hint(call->verb, name, error, "values that no quote vouches for are anyone's word");
    return status == -ASSAY_MALFORMED ? CLI_NO : CLI_TROUBLE;
}

static int check_quote(const cli_call *call, const cli_quote_options *o, const assay_key *key,
                       assay_bytes nonce, assay_hashes *hashes, assay_quote *ret_quote)
{
    assay_file attest, signature;
    assay_error error;

    if (assay_file_read(&attest, o->quote, CLI_QUOTE_FILE_MAX, &error) < 0)
        return cli_complain(call->verb, o->quote, &error);
    int status = assay_file_read(&signature, o->sig, CLI_QUOTE_FILE_MAX, &error);
    if (status < 0) {
        assay_file_close(&attest);
        return cli_complain(call->verb, o->sig, &error);
    }
    status = assay_quote_check(attest.bytes, signature.bytes, key, nonce, hashes, ret_quote,
                               &error);
    assay_file_close(&signature);
    assay_file_close(&attest);
    return status == 0 ? CLI_YES : complain_quote(call, o->quote, status, &error);
}

bool cli_quote_is_asked(const cli_quote_options *o)
{
    return o->quote != NULL || o->sig != NULL || o->key != NULL || o->nonce != NULL;
}

int cli_quote_read(const cli_call *call, const cli_quote_options *options, assay_hashes *hashes,
                   assay_quote *ret_quote)
{
    setenv("TSS2_LOG", "all+none", 0); /* what tss2-mu says of malformed quotes is said here */
    const assay_key_source source = { .name = options->key };
    uint8_t room[ASSAY_QUOTE_NONCE_MAX];
    assay_bytes nonce;
    assay_error error;
    assay_key *key = NULL;

    if (options->quote == NULL || options->sig == NULL || options->key == NULL)
        return cli_complain_usage(call->verb, "--quote, --sig and --key go together");
    int status = read_nonce(call, options->nonce, room, &nonce);
    if (status != CLI_YES)
        return status;
    if (assay_key_open(&key, &source, &error) < 0)
        return cli_complain(call->verb, options->key, &error);
    if (assay_key_check_strength(key, &error) < 0) {
        assay_key_free(&key);
        return cli_complain(call->verb, options->key, &error);
    }
    status = check_quote(call, options, key, nonce, hashes, ret_quote);
    assay_key_free(&key);
    return status;
}

static int take_quote(const cli_call *call, const cli_quote_options *options, assay_hashes *hashes,
                      cli_boot *boot)
{
    assay_error error;
    int status = cli_quote_read(call, options, hashes, &boot->quote);

    if (status != CLI_YES)
        return status;
    status = assay_boot_take_quote(&boot->boot, &boot->quote, hashes, &boot->quoted, &error);
    return status == 0 ? CLI_YES : complain_quote(call, options->quote, status, &error);
}

int cli_boot_quote(const cli_call *call, const cli_quote_options *options, cli_boot *boot)
{
    if (!cli_quote_is_asked(options))
        return CLI_YES;
    assay_hashes *hashes = assay_hashes_new();
    const int status = hashes == NULL ? cli_complain_memory(call->verb)
                                      : take_quote(call, options, hashes, boot);
    assay_hashes_free(&hashes);
    return status;
}
