/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/golden_save.h"

#include "base/utf8.h"
#include "cli/complain.h"
#include "cli/save.h"
#include "policy/reference/json.h"

/* Files may have any name, and a reference names its inputs for people to read. */
static int check_names(const cli_call *call, const assay_reference *reference)
{
    assay_error error;

    for (size_t i = 0; i < reference->input_count; i++) {
        const char *const name = reference->inputs[i].name;

        if (assay_utf8_is_printable(assay_bytes_of_string(name)))
            continue;
        assay_fail(&error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                   "the file's name has characters that can't be shown as they are");
        return cli_complain_hint(call->verb, name, &error,
                                 "a reference names what it was made of: give the file another "
                                 "name, or a link to it");
    }
    return CLI_YES;
}

int cli_golden_save(const cli_call *call, const assay_reference *reference)
{
    const char *const path = call->common->output;

    if (check_names(call, reference) != CLI_YES)
        return CLI_TROUBLE;
    assay_writer json = assay_writer_growing(ASSAY_REFERENCE_FILE_MAX);
    const int written = assay_reference_write(reference, ASSAY_REFERENCE_WHOLE, &json);
    const int status = written < 0 ? cli_complain_kind(call->verb, path, written,
                                                       "the reference can't be written")
                                   : cli_save(call, path != NULL ? path : "-",
                                              assay_written(&json));

    assay_writer_close(&json);
    return status;
}
