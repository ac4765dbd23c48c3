/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/reference.h"

#include "cli/complain.h"
#include "policy/reference/json.h"

static int read(cli_reference *r, const cli_call *call)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_error error;
    int status = CLI_YES;

    if (hashes == NULL)
        return cli_complain_memory(call->verb);
    if (assay_reference_read(&r->reference, r->input.file.bytes, hashes, &error) < 0)
        status = cli_complain_hint(call->verb, r->input.name, &error,
                                   "assay-reference(5) says what a reference is made of");
    assay_hashes_free(&hashes);
    return status;
}

int cli_reference_read(cli_reference *ret_reference, const cli_call *call, const char *path,
                       const cli_reference_options *options)
{
    assay_error error;

    *ret_reference = (cli_reference){ .signer = SIZE_MAX };
    if (options->sig != NULL && options->keys.trust.count == 0)
        return cli_complain_usage(call->verb,
                                  "--signature: there is no --trust that it could be by");
    if (cli_input_open(&ret_reference->input, path, &error) < 0)
        return cli_complain(call->verb, path, &error);
    int status = cli_trusted_open(call, &options->keys, &ret_reference->trusted);
    if (status == CLI_YES)
        status = read(ret_reference, call);
    if (status != CLI_YES)
        cli_reference_close(ret_reference);
    return status;
}

/* 1, 0 or a negative kind, each of the last two with `error` filled. NULL: the one in the file. */
static int verify(cli_reference *r, const cli_input *signature, assay_error *error)
{
    assay_hashes *hashes = assay_hashes_new();
    int status;

    if (hashes == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory");
    if (signature == NULL)
        status = assay_reference_verify(r->reference, r->trusted.keys, r->trusted.count, hashes,
                                        &r->signer, error);
    else
        status = assay_reference_verify_detached(r->input.file.bytes, signature->file.bytes,
                                                 r->trusted.keys, r->trusted.count, hashes,
                                                 &r->signer, error);
    assay_hashes_free(&hashes);
    return status;
}

int cli_reference_verify(cli_reference *reference, const cli_call *call, const char *sig,
                         assay_error *ret_refusal)
{
    cli_input signature;

    if (sig != NULL && cli_input_open_values(&signature, sig, ret_refusal) < 0)
        return cli_complain(call->verb, sig, ret_refusal);
    const int status = verify(reference, sig == NULL ? NULL : &signature, ret_refusal);
    if (sig != NULL)
        cli_input_close(&signature);
    if (status < 0)
        return cli_complain(call->verb, reference->input.name, ret_refusal);
    return status > 0 ? CLI_YES : CLI_NO;
}

bool cli_bytes_are_reference(assay_bytes bytes)
{
    enum { BEGINNING = 256 };
    const assay_bytes mark = ASSAY_LITERAL("\"assay-reference/");
    const size_t size = bytes.size < BEGINNING ? bytes.size : BEGINNING;

    return assay_bytes_find(assay_bytes_of(bytes.data, size), mark) < size;
}

int cli_reference_open(cli_reference *ret_reference, const cli_call *call, const char *path,
                       const cli_reference_options *options)
{
    assay_error refusal;
    int status = cli_reference_read(ret_reference, call, path, options);

    if (status != CLI_YES || options->keys.trust.count == 0)
        return status;
    status = cli_reference_verify(ret_reference, call, options->sig, &refusal);
    if (status == CLI_NO)
        cli_complain_hint(call->verb, path, &refusal,
                          "'assay golden show' without --trust says who signed it");
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
