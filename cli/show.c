/* SPDX-License-Identifier: BSD-2-Clause */
/* assay show: every event of a log, decoded. */
#include "cli/complain.h"
#include "cli/document.h"
#include "cli/verbs.h"

static int run(const cli_call *call)
{
    const char *const name = call->arguments[0];
    cli_input input;
    assay_error error;

    if (cli_input_open(&input, name, &error) < 0)
        return cli_complain(call->verb, name, &error);
    assay_output out = cli_document_begin(call);
    cli_emit_inputs(&out, &input, 1);
    assay_emit_end(&out);
    cli_input_close(&input);
    return CLI_YES;
}

const cli_verb cli_show = {
    .name = "show",
    .summary = "print every event of a log, decoded",
    .usage = "LOG",
    .about = "Prints every event of an event log with what its data means and whether its digests "
             "follow from the data. LOG is a file, '-' for standard input, or a machine folder.",
    .options_size = sizeof(cli_common),
    .least = 1,
    .most = 1,
    .run = run,
};
