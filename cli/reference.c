/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/reference.h"

#include "cli/complain.h"
#include "policy/reference/json.h"

static int refuse(const cli_call *call, const char *path, const assay_error *error)
{
    cli_complain_hint(call->verb, path, error,
                      "nothing in it is to be trusted; 'assay golden show' says who signed it");
    return CLI_NO;
}

static int verify(cli_reference *r, const cli_call *call, const char *path, const char *sig,
                  assay_hashes *hashes)
{
    cli_input signature;
    assay_error error;
    int status;

    if (sig == NULL) {
        status = assay_reference_verify(r->reference, r->trusted.keys, r->trusted.count, hashes,
                                        &r->signer, &error);
    } else {
        if (cli_input_open_values(&signature, sig, &error) < 0)
            return cli_complain(call->verb, sig, &error);
        status = assay_reference_verify_detached(r->input.file.bytes, signature.file.bytes,
                                                 r->trusted.keys, r->trusted.count, hashes,
                                                 &r->signer, &error);
        cli_input_close(&signature);
    }
    if (status < 0)
        return cli_complain(call->verb, path, &error);
    return status == 0 ? refuse(call, path, &error) : CLI_YES;
}

static int read(cli_reference *r, const cli_call *call, const char *path, const char *sig)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_error error;
    int status = CLI_YES;

    if (hashes == NULL)
        return cli_complain_memory(call->verb);
    if (assay_reference_read(&r->reference, r->input.file.bytes, hashes, &error) < 0)
        status = cli_complain_hint(call->verb, path, &error,
                                   "assay-golden(1) says what a reference is made of");
    else if (r->trusted.count > 0)
        status = verify(r, call, path, sig, hashes);
    assay_hashes_free(&hashes);
    return status;
}

int cli_reference_open(cli_reference *ret_reference, const cli_call *call, const char *path,
                       const cli_reference_options *options)
{
    assay_error error;

    *ret_reference = (cli_reference){ .signer = SIZE_MAX };
    if (options->sig != NULL && options->keys.trust.count == 0)
        return cli_complain_usage(call->verb, "--sig: there is no --trust that it could be by");
    if (cli_input_open(&ret_reference->input, path, &error) < 0)
        return cli_complain(call->verb, path, &error);
    int status = cli_trusted_open(call, &options->keys, &ret_reference->trusted);
    if (status == CLI_YES)
        status = read(ret_reference, call, path, options->sig);
    if (status != CLI_YES)
        cli_reference_close(ret_reference);
    return status;
}

void cli_reference_close(cli_reference *reference)
{
    assay_reference_free(&reference->reference);
    cli_trusted_free(&reference->trusted);
    cli_input_close(&reference->input);
}
