/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/golden_save.h"

#include "cli/complain.h"
#include "cli/save.h"
#include "policy/reference/json.h"

int cli_golden_save(const cli_call *call, const assay_reference *reference)
{
    const char *const path = call->common->output;
    assay_writer json = assay_writer_growing(ASSAY_REFERENCE_FILE_MAX);
    const int written = assay_reference_write(reference, ASSAY_REFERENCE_WHOLE, &json);
    const int status = written < 0 ? cli_complain_kind(call->verb, path, written,
                                                       "the reference can't be written")
                                   : cli_save(call, path != NULL ? path : "-",
                                              assay_written(&json));

    assay_writer_close(&json);
    return status;
}
