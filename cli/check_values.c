/* SPDX-License-Identifier: BSD-2-Clause */
/* The PCR values that check compares with: of all that was named, or of what the logs came with. */
#include "cli/check.h"

#include "cli/complain.h"
#include "replay/pcrvalues.h"

static int complain_contradiction(const cli_call *call, const cli_input *input)
{
    assay_error error;

    assay_fail(&error, ASSAY_MALFORMED, ASSAY_NOWHERE, "its PCR values contradict those before it");
    return cli_complain_hint(call->verb, input->name, &error,
                             "give the values of one machine at one moment");
}

/* A faulty value costs its bank; the others are compared, and it is told afterwards. */
static int read_file(cli_checked *checked, const cli_input *input, assay_pcrs *ret_pcrs,
                     assay_error *error)
{
    assay_error fault = { 0 };
    const int status = input->file.bytes.size == 0
                           ? assay_pcrvalues_read(input->name, ret_pcrs, error)
                           : assay_pcrvalues_salvage(input->file.bytes, ret_pcrs, &fault, error);

    if (status == 0 && fault.kind != 0 && checked->faulty == NULL) {
        checked->fault = fault;
        checked->faulty = input->name;
    }
    return status;
}

static int add_values(const cli_call *call, cli_checked *checked, const cli_input *input)
{
    assay_pcrs more;
    assay_error error;

    if (read_file(checked, input, &more, &error) < 0)
        return cli_complain_values(call->verb, input->name, &error);
    if (assay_pcrs_merge(&checked->given, &more))
        return CLI_YES;
    return complain_contradiction(call, input);
}

/* What stands beside a log in its own document. */
static int add_values_beside(const cli_call *call, assay_pcrs *pcrs, const cli_input *input)
{
    assay_pcrs more = { 0 };
    assay_error error;
    const int status = assay_pcrvalues_beside(input->file.bytes, &more, &error);

    if (status < 0)
        return cli_complain(call->verb, input->name, &error);
    if (status == 0 || assay_pcrs_merge(pcrs, &more))
        return CLI_YES;
    return complain_contradiction(call, input);
}

int cli_check_read_values(const cli_call *call, const cli_live_options *live, cli_checked *checked)
{
    const cli_logs *const logs = &checked->fold->logs;
    int status = CLI_YES;

    for (size_t i = 0; i < logs->value_count && status == CLI_YES; i++)
        status = add_values(call, checked, &logs->values[i]);
    const bool beside = !live->live && logs->value_count == 0;
    for (size_t i = 0; beside && i < logs->count && status == CLI_YES; i++)
        status = add_values_beside(call, &checked->given, &logs->list[i]->input);
    if (live->live && status == CLI_YES)
        status = cli_live_values(call, live, &checked->given);
    checked->wanted = cli_wanted_values(call->common, &checked->given);
    return status;
}
