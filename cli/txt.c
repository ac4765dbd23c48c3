/* SPDX-License-Identifier: BSD-2-Clause */
/* assay txt: the state of Intel TXT on a machine, live or from what was saved of it. */
#include "cli/txt.h"

#include "cli/complain.h"
#include "cli/document.h"
#include "cli/tpm.h"
#include "cli/verbs.h"

#include <stdlib.h>

static int explain_error(const cli_call *call, const char *text)
{
    assay_txt_error decoded;
    assay_error error;
    uint32_t raw;

    if (assay_txt_error_read(assay_bytes_of_string(text), &raw, &error) < 0)
        return cli_complain_hint(call->verb, NULL, &error,
                                 "--error takes what txt-stat and tboot's log show as ERRORCODE");
    assay_txt_error_decode(raw, &decoded);
    if (call->common->notation == CLI_TEXT) {
        if (!call->common->quiet)
            cli_txt_put_error(call, &decoded);
    } else {
        assay_output out = cli_document_begin(call);

        assay_emit_array(&out, "inputs");
        assay_emit_end(&out);
        assay_emit_object(&out, "error_code");
        assay_txt_error_emit(&out, &decoded);
        assay_emit_end(&out);
        assay_emit_end(&out);
    }
    return assay_txt_error_is_failure(&decoded) ? CLI_NO : CLI_YES;
}

/* --acm asks which SINIT fits, before a launch; without it the launch is what is asked. */
static int status_of(const cli_txt_found *txt)
{
    if (txt->trouble)
        return CLI_TROUBLE;
    if (txt->options->acm.count > 0)
        return cli_txt_any_acm_fits(txt) ? CLI_YES : CLI_NO;
    if (txt->judged && !txt->state.sound)
        return CLI_NO;
    return cli_txt_any_nv_wrong(txt) || (txt->compared.done && !txt->compared.equal) ? CLI_NO
                                                                                     : CLI_YES;
}

static int show(cli_txt_found *txt)
{
    if (txt->call->common->notation == CLI_TEXT) {
        if (!txt->call->common->quiet)
            cli_txt_put(txt);
    } else if (cli_txt_emit(txt) < 0) {
        return cli_complain_inputs(txt->call->verb);
    }
    return status_of(txt);
}

static void close_all(cli_txt_found *txt)
{
    for (size_t i = 0; i < txt->input_count; i++)
        cli_input_close(&txt->inputs[i]);
    assay_writer_close(&txt->heap_image);
}

/* What is wrong with the options together, or NULL. */
static const char *misuse(const cli_txt_options *options, size_t arguments)
{
    const bool files = options->heap != NULL || options->registers != NULL || options->log != NULL;

    if (options->error != NULL && (files || options->nv.count > 0 || options->acm.count > 0 ||
                                   options->policy != NULL || arguments > 0))
        return "--error explains a code, and goes with nothing else";
    if (options->policy != NULL && options->nv.count == 0 && options->tcti == NULL &&
        (files || arguments > 0))
        return "--policy is compared with what --nv FILE or the TPM of --tcti holds";
    return arguments > 0 && files ? "a folder brings its own registers, heap and log" : NULL;
}

static int run(const cli_call *call)
{
    const cli_txt_options *const options = call->options;
    const char *const wrong = misuse(options, call->argument_count);
    cli_txt_found *txt;

    if (wrong != NULL)
        return cli_complain_usage(call->verb, "%s", wrong);
    if (options->error != NULL)
        return explain_error(call, options->error);
    txt = calloc(1, sizeof *txt);
    if (txt == NULL)
        return cli_complain_memory(call->verb);
    txt->call = call;
    txt->options = options;
    txt->heap_image = assay_writer_growing(ASSAY_TXT_HEAP_MAX + 16);
    cli_txt_gather(txt);
    cli_txt_gather_tpm(txt);
    cli_txt_gather_nv(txt);
    cli_txt_gather_acms(txt);
    const int status = show(txt);
    close_all(txt);
    free(txt);
    return status;
}

static const char *take_files(const cli_option *option, const char *value, void *field)
{
    cli_txt_files *const files = field;

    (void)option;
    if (files->count == CLI_TXT_FILES_MAX)
        return "may be given 16 times";
    files->list[files->count++] = value;
    return NULL;
}

static const cli_option txt_options[] = {
    { 0, "registers", "FILE", "TXT's registers: an image of 0xfed30000 on, or txt-stat's text",
      cli_take_text, offsetof(cli_txt_options, registers), NULL },
    { 0, "heap", "FILE", "the TXT heap, from a dump of memory", cli_take_text,
      offsetof(cli_txt_options, heap), NULL },
    { 0, "log", "FILE", "the event log of the launch", cli_take_text,
      offsetof(cli_txt_options, log), NULL },
    { 0, "nv", "FILE", "what an NV index holds, or what tpm2_nvreadpublic prints of all",
      take_files, offsetof(cli_txt_options, nv), NULL },
    { 0, "policy", "FILE", "a launch control policy to compare the NV index with", cli_take_text,
      offsetof(cli_txt_options, policy), NULL },
    { 'T', "tcti", "TCTI", CLI_TCTI_HELP "; its NV indices are read", cli_take_text,
      offsetof(cli_txt_options, tcti), NULL },
    { 0, "acm", "FILE", "a SINIT: whether it fits this machine; may be given again", take_files,
      offsetof(cli_txt_options, acm), NULL },
    { 0, "error", "CODE", "explain a value of TXT.ERRORCODE, and nothing else", cli_take_text,
      offsetof(cli_txt_options, error), NULL },
    { .name = NULL },
};

const cli_verb cli_txt = {
    .name = "txt",
    .summary = "the state of Intel TXT: was the machine launched, and if not, why",
    .usage = "[FOLDER]",
    .about =
        "Judges the launch from all registers and the heap, explains TXT.ERRORCODE and what to do "
        "about it, and shows registers, heap, event logs and NV indices in words.\n"
        "Without a file it reads this machine, which takes root. FOLDER is a machine folder, of "
        "which the txt/ part is read. With --acm it says which SINIT fits, and the exit status is "
        "about that; otherwise 0 means launched and sound.",
    .options = txt_options,
    .options_size = sizeof(cli_txt_options),
    .least = 0,
    .most = 1,
    .run = run,
};
