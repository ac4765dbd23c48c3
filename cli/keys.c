/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/keys.h"

#include "cli/complain.h"

static int complain_key(const cli_call *call, const char *name, bool secret,
                        const assay_error *error)
{
    if (error->kind != ASSAY_UNKNOWN_FORMAT)
        return cli_complain(call->verb, name, error);
    return cli_complain_hint(call->verb, name, error,
                             secret ? "--key takes the private key, or its URI"
                                    : "a public key or a certificate is wanted, or its URI");
}

static int open_key(const cli_call *call, const cli_key_options *options, const char *name,
                    bool secret, assay_key **ret_key)
{
    const assay_key_source source = { .name = name,
                                      .provider = options->provider,
                                      .provider_path = options->provider_path,
                                      .engine = secret ? options->engine : NULL,
                                      .passphrase = cli_take_passphrase,
                                      .passphrase_context = &options->passphrase,
                                      .secret = secret };
    assay_error error;

    if (assay_key_open(ret_key, &source, &error) < 0)
        return complain_key(call, name, secret, &error);
    if (assay_key_check_strength(*ret_key, &error) == 0)
        return CLI_YES;
    assay_key_free(ret_key);
    return cli_complain(call->verb, name, &error);
}

int cli_signing_key(const cli_call *call, const cli_key_options *options, assay_key **ret_key)
{
    *ret_key = NULL;
    if (options->key == NULL &&
        (options->provider != NULL || options->engine != NULL || options->passphrase.file != NULL ||
         options->passphrase.env != NULL))
        return cli_complain_usage(call->verb, "there is no --key that this could be about");
    if (options->key == NULL)
        return CLI_YES;
    const int status = cli_passphrase_check(call, &options->passphrase);
    return status != CLI_YES ? status : open_key(call, options, options->key, true, ret_key);
}

int cli_trusted_open(const cli_call *call, const cli_key_options *options,
                     cli_trusted *ret_trusted)
{
    int status = CLI_YES;

    *ret_trusted = (cli_trusted){ .count = 0 };
    if (options->trust.count > CLI_TRUSTED_MAX)
        return cli_complain_usage(call->verb, "--trust: at most %d keys", CLI_TRUSTED_MAX);
    for (size_t i = 0; i < options->trust.count && status == CLI_YES; i++) {
        status = open_key(call, options, options->trust.list[i], false, &ret_trusted->keys[i]);
        if (status == CLI_YES)
            ret_trusted->count++;
    }
    return status;
}

void cli_trusted_free(cli_trusted *trusted)
{
    while (trusted->count > 0)
        assay_key_free(&trusted->keys[--trusted->count]);
}
