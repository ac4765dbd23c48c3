/* SPDX-License-Identifier: BSD-2-Clause */
/* What the verbs that change a policy share. */
#ifndef ASSAY_CLI_VLP_EDIT_H
#define ASSAY_CLI_VLP_EDIT_H

#include "cli/vlp.h"

/** Changes the policy; digests it makes lie in `room`. CLI_YES or CLI_TROUBLE after saying why. */
typedef int cli_vlp_change(const cli_call *call, cli_vlp_file *file, assay_writer *room);

/**
 * Reads the policy of the first argument, changes it, writes it back in the form it had, or to
 * the file of --output, and says what is odd about it now.
 */
int cli_vlp_edit(const cli_call *call, cli_vlp_change *change);

#endif
