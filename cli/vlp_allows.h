/* SPDX-License-Identifier: BSD-2-Clause */
/* assay vlp allows: what its parts share. */
#ifndef ASSAY_CLI_VLP_ALLOWS_H
#define ASSAY_CLI_VLP_ALLOWS_H

#include "cli/vlp.h"
#include "policy/lcp/vlpallows.h"

enum { CLI_VLP_MODULES_MAX = 128, CLI_VLP_INDICES_MAX = 32 };

typedef struct cli_vlp_module {
    const char *name; /* of the file, or the digits of the digest */
    const char *cmdline;
    bool is_digest;
} cli_vlp_module;

typedef struct cli_vlp_modules {
    size_t count;
    cli_vlp_module list[CLI_VLP_MODULES_MAX];
} cli_vlp_modules;

typedef struct cli_vlp_index {
    uint32_t index;
    const char *file;
} cli_vlp_index;

typedef struct cli_vlp_indices {
    size_t count;
    cli_vlp_index list[CLI_VLP_INDICES_MAX];
} cli_vlp_indices;

typedef struct cli_vlp_allows_options {
    cli_common common;
    cli_vlp_modules modules;
    cli_vlp_indices indices;
    cli_number extpol;  /* ASSAY_ALG_NULL: embedded */
    cli_number mapping; /* 0: details/authorities, 1: legacy */
} cli_vlp_allows_options;

typedef struct cli_vlp_trial {
    const cli_call *call;
    const cli_vlp_allows_options *options;
    cli_vlp_file policy;
    assay_vlp_launch launch;
    assay_vlp_verdict verdict;
    assay_digest digests[CLI_VLP_MODULES_MAX];
    assay_vlp_nv indices[CLI_VLP_INDICES_MAX];
    cli_input contents[CLI_VLP_INDICES_MAX];
    size_t opened; /* of contents */
} cli_vlp_trial;

/** Goes through the launch and says it, as text or as a document. 0 or a negative kind. */
int cli_vlp_allows_put(cli_vlp_trial *t);
int cli_vlp_allows_emit(cli_vlp_trial *t);

#endif
