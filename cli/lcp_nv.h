/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of "assay lcp nv" share. */
#ifndef ASSAY_CLI_LCP_NV_H
#define ASSAY_CLI_LCP_NV_H

#include "cli/command.h"
#include "cli/input.h"
#include "cli/take.h"
#include "cli/tpm.h"
#include "policy/lcp/nv.h"

enum cli_nv_range { CLI_NV_AUTO, CLI_NV_NEW, CLI_NV_OLD };

typedef struct cli_lcp_nv_options {
    cli_common common;
    const char *tcti, *index, *owner_auth, *index_auth, *data, *auth_policy;
    unsigned range; /* enum cli_nv_range */
    uint16_t name_alg;
    bool force, dry_run;
} cli_lcp_nv_options;

typedef struct cli_nv {
    const cli_call *call;
    const cli_lcp_nv_options *options;
    const char *act; /* the first argument */
    assay_tpm *tpm;
    assay_lcp_nv_survey *survey;
    uint32_t index;
    assay_lcp_nv_passwords passwords;
    bool has_policy, has_data;
    cli_input policy, data;
} cli_nv;

/* Each act returns the exit status. */
int cli_lcp_nv_show(cli_nv *nv);
int cli_lcp_nv_read(cli_nv *nv);
int cli_lcp_nv_verify(cli_nv *nv);
int cli_lcp_nv_change(cli_nv *nv, enum assay_lcp_nv_act act);

/** Says what the TPM refused, with what can be done. CLI_TROUBLE. */
int cli_lcp_nv_complain(const cli_nv *nv, const assay_error *error);

/** "inputs": the files that were given. */
int cli_lcp_nv_emit_inputs(assay_output *out, const cli_nv *nv);

/** An index and what is in it, as an object of an array; `role` may be NULL. */
void cli_lcp_nv_emit_state(assay_output *out, const char *role, uint32_t index,
                           const assay_lcp_nv_state *state);

/** "po 0x01c10106". */
void cli_lcp_nv_put_index(assay_writer *out, uint32_t index);

#endif
