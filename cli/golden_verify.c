/* SPDX-License-Identifier: BSD-2-Clause */
/* assay golden verify: whether someone who is trusted signed a reference. */
#include "cli/complain.h"
#include "cli/document.h"
#include "cli/reference.h"
#include "cli/style.h"
#include "cli/verbs.h"

typedef struct verify_options {
    cli_common common;
    cli_reference_options reference;
} verify_options;

static const char *signer_name(const cli_reference *reference, const verify_options *options)
{
    return options->reference.keys.trust.list[reference->signer];
}

static void put_text(const cli_call *call, const cli_reference *reference, const char *refusal)
{
    assay_writer *const out = call->out;

    assay_put_safe(out, assay_bytes_of_string(reference->input.name));
    if (refusal == NULL) {
        cli_put_toned(call, CLI_GOOD, ": trusted");
        assay_put_string(out, ", signed by ");
        assay_put_safe(out, assay_bytes_of_string(signer_name(reference, call->options)));
    } else {
        cli_put_toned(call, CLI_BAD, ": refused");
        assay_put_format(out, ": %s", refusal);
    }
    assay_put_char(out, '\n');
}

static int emit(const cli_call *call, const cli_reference *reference, const char *refusal)
{
    const verify_options *const options = call->options;
    assay_output out = cli_document_begin(call);
    uint8_t id[32];
    int status = 0;

    assay_emit_array(&out, "inputs");
    status = cli_emit_input(&out, "reference", &reference->input);
    assay_emit_end(&out);
    assay_emit_string(&out, "verdict", refusal == NULL ? "trusted" : "refused");
    assay_emit_bool(&out, "detached", options->reference.sig != NULL);
    if (refusal != NULL) {
        assay_emit_string(&out, "why", refusal);
    } else {
        if (status == 0)
            status = assay_key_id(reference->trusted.keys[reference->signer], id);
        assay_emit_string(&out, "signer", signer_name(reference, options));
        assay_emit_hex(&out, "key_id", assay_bytes_of(id, status == 0 ? sizeof id : 0));
    }
    assay_emit_end(&out);
    return status == 0 ? CLI_YES : cli_complain_inputs(call->verb);
}

static int state(const cli_call *call, const cli_reference *reference, const char *refusal)
{
    if (call->common->quiet)
        return CLI_YES;
    if (call->common->notation != CLI_TEXT)
        return emit(call, reference, refusal);
    put_text(call, reference, refusal);
    return CLI_YES;
}

static int run(const cli_call *call)
{
    const verify_options *const options = call->options;
    cli_reference reference;
    assay_error refusal;

    if (options->reference.keys.trust.count == 0)
        return cli_complain_usage(call->verb, "--trust is missing: the key of who may sign");
    int status = cli_reference_read(&reference, call, call->arguments[0], &options->reference);
    if (status != CLI_YES)
        return status;
    status = cli_reference_verify(&reference, call, options->reference.sig, &refusal);
    if (status != CLI_TROUBLE &&
        state(call, &reference, status == CLI_NO ? refusal.what : NULL) != CLI_YES)
        status = CLI_TROUBLE;
    cli_reference_close(&reference);
    return status;
}

static const cli_option options[] = {
    CLI_REFERENCE_OPTIONS(verify_options, reference),
    { 0, NULL, NULL, NULL, NULL, 0, NULL },
};

const cli_verb cli_golden_verify = {
    .name = "golden verify",
    .summary = "check who signed a reference",
    .usage = "REF --trust KEY [--signature FILE]",
    .about =
        "Exits 0 where a key of --trust signed the reference, in the file or, with --signature, "
        "beside it; else 1. A signature by such a key that does not fit is refused, whatever "
        "other signatures there are.",
    .options = options,
    .options_size = sizeof(verify_options),
    .least = 1,
    .most = 1,
    .run = run,
};
