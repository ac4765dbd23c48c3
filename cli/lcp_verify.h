/* SPDX-License-Identifier: BSD-2-Clause */
/* What lcp verify found out. Private to lcp_verify*.c. */
#ifndef ASSAY_CLI_LCP_VERIFY_H
#define ASSAY_CLI_LCP_VERIFY_H

#include "cli/command.h"
#include "cli/input.h"
#include "policy/lcp/verify.h"

typedef struct cli_lcp_verify_options {
    cli_common common;
    unsigned role; /* enum assay_lcp_index */
    bool role_given, strict;
    const char *expect;
} cli_lcp_verify_options;

enum { CLI_LCP_FILES_MAX = 16 };
#define CLI_LCP_NONE SIZE_MAX

/** A policy with its data, or a file alone. */
typedef struct cli_verified_subject {
    size_t policy, body;          /* of inputs, or CLI_LCP_NONE */
    assay_lcp_findings *findings; /* owned */
} cli_verified_subject;

typedef struct cli_verified {
    const cli_call *call;
    const cli_lcp_verify_options *options;
    size_t input_count;
    cli_input inputs[CLI_LCP_FILES_MAX];
    enum assay_lcp_input kinds[CLI_LCP_FILES_MAX];
    bool has_expected;
    cli_input expected;
    size_t subject_count;
    cli_verified_subject subjects[CLI_LCP_FILES_MAX];
    bool sound;
} cli_verified;

/** Puts it out in the notation that was asked for. CLI_YES or CLI_TROUBLE. */
int cli_verified_put(const cli_verified *verified);

#endif
