/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/live.h"

#include "cli/complain.h"

int cli_live_values(const cli_call *call, const cli_live_options *options, assay_pcrs *values)
{
    assay_pcrs more = { 0 };
    assay_error error;
    const int status = cli_tpm_pcrs(call, options->tcti, &more);

    if (status != CLI_YES || assay_pcrs_merge(values, &more))
        return status;
    assay_fail(&error, ASSAY_MALFORMED, ASSAY_NOWHERE,
               "the TPM's PCRs contradict the values that were given");
    /* What names the boot stands last, behind a reference where the verb takes one. */
    return cli_complain_hint(call->verb, call->arguments[call->argument_count - 1], &error,
                             "with --live give only logs of the boot that is running");
}

int cli_boot_live(const cli_call *call, const cli_live_options *options, cli_boot *boot)
{
    if (!options->live)
        return CLI_YES;
    const int status = cli_live_values(call, options, &boot->values);
    if (status == CLI_YES)
        boot->boot.values = &boot->values;
    return status;
}
