/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/vlp_edit.h"

#include "cli/complain.h"

#include <stdlib.h>

static int check_form(const cli_call *call, const cli_vlp_file *file)
{
    const char *const name = file->input.name;

    if (file->is_json)
        return cli_complain_usage(call->verb,
                                  "%s is JSON: edit it, or make a policy of it with "
                                  "'assay vlp create --from'",
                                  name);
    if (file->place.wrapping > ASSAY_VLP_IN_ELEMENT)
        return cli_complain_usage(call->verb,
                                  "%s is a %s, which a changed policy would break: "
                                  "take it out with 'assay vlp create --from'",
                                  name, assay_vlp_wrapping_name(file->place.wrapping));
    if (file->policy.version == 1)
        return cli_complain_usage(call->verb,
                                  "%s has version 1, which no tboot after 2008 reads: "
                                  "it is shown, not changed",
                                  name);
    /* NV has such bytes behind a policy that is smaller than its index. */
    if (call->common->output == NULL && !assay_bytes_all(file->policy.trailing, 0) &&
        !assay_bytes_all(file->policy.trailing, 0xff))
        return cli_complain_usage(call->verb,
                                  "%s has %zu bytes behind what would be a policy, so it may be "
                                  "something else: --output FILE leaves it as it is",
                                  name, file->policy.trailing.size);
    return CLI_YES;
}

static int change_file(const cli_call *call, cli_vlp_file *file, cli_vlp_change *change)
{
    const cli_common *const common = call->common;
    const char *const path = common->output != NULL ? common->output : call->arguments[0];
    assay_writer room = assay_writer_growing(ASSAY_VLP_JSON_MAX);
    int status = check_form(call, file);

    if (status == CLI_YES)
        status = change(call, file, &room);
    if (status == CLI_YES)
        status = cli_vlp_save(call, &file->policy, file->place.element, file->place.control, path);
    if (status == CLI_YES && common->notation != CLI_TEXT)
        status = cli_vlp_emit(call, file);
    if (status == CLI_YES)
        cli_vlp_warn(call, &file->policy);
    assay_writer_close(&room);
    return status;
}

int cli_vlp_edit(const cli_call *call, cli_vlp_change *change)
{
    cli_vlp_file *file;
    int status;

    if (strcmp(call->arguments[0], "-") == 0 && call->common->output == NULL)
        return cli_complain_usage(call->verb, "a policy from standard input wants --output FILE");
    file = calloc(1, sizeof *file);
    if (file == NULL)
        return cli_complain_memory(call->verb);
    status = cli_vlp_open_sound(file, call, call->arguments[0]);
    if (status == CLI_YES)
        status = change_file(call, file, change);
    cli_vlp_close(file);
    free(file);
    return status;
}
