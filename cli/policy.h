/* SPDX-License-Identifier: BSD-2-Clause */
/* What the verbs of TPM 2.0 policies have in common. */
#ifndef ASSAY_CLI_POLICY_H
#define ASSAY_CLI_POLICY_H

#include "base/output.h"
#include "cli/golden_learn.h"
#include "cli/golden_open.h"
#include "policy/export/tpm/plan.h"

/** The options of all of them; each verb's own struct is this one. */
typedef struct cli_policy_options {
    cli_common common;
    cli_reference_options reading; /* and the key that signs */
    cli_words predicted, variants, branches;
    uint16_t hash;
    const char *policy_ref, *pub;
    const char *nv_public, *operand;
    cli_number operation, offset;
    bool replace;
} cli_policy_options;

#define CLI_POLICY_ROW(name, value, help, take, field, words)                                      \
    {                                                                                              \
        0, name, value, help, take, offsetof(cli_policy_options, field), words                     \
    }

#define CLI_POLICY_HASH_ROW                                                                        \
    CLI_POLICY_ROW("hash", "ALG", "the hash of the session: sha256 if not given", cli_take_alg,    \
                   hash, NULL)

/** The rows of those that are about a reference. */
#define CLI_POLICY_OPTIONS                                                                         \
    CLI_POLICY_HASH_ROW,                                                                           \
        CLI_POLICY_ROW("variant", "NAME", "only this variant; may be given again", cli_take_words, \
                       variants, NULL),                                                            \
        CLI_PREDICTED_OPTION(cli_policy_options, predicted),                                       \
        CLI_REFERENCE_OPTIONS(cli_policy_options, reading)

/** A reference, and the policies of its variants. */
typedef struct cli_policy {
    const cli_call *call;
    const cli_policy_options *options;
    cli_opened golden;
    assay_export_setting settings[2];
    assay_export_job job;
    assay_tpm_plan plan; /* once it is made */
} cli_policy;

/** Opens the reference. CLI_YES, or CLI_NO or CLI_TROUBLE after saying why; close after all. */
int cli_policy_open(cli_policy *policy, const cli_call *call);
void cli_policy_close(cli_policy *policy);

/**
 * Plans the policies; with a key, PolicyAuthorize. A PCR that --pcr asks for and that a variant has
 * no value of is trouble: without it the policy would bind less than was asked for.
 */
int cli_policy_plan(cli_policy *policy, const assay_key *key, const assay_tpm_dialect *dialect);

/** Prints a line of a policy, and what it asserts; the caller adds to it, and ends it. */
void cli_policy_put(assay_writer *out, const assay_digest *policy, const char *what);

/** The line of each variant's PolicyPCR. */
void cli_policy_put_variants(const cli_policy *policy);

/** "inputs" of the document, and "hash". CLI_YES, or CLI_TROUBLE after saying why. */
int cli_policy_emit_inputs(const cli_policy *policy, assay_output *out);

/** A variant's "name", "selection", "pcrs_digest" and "policy", into an object that is open. */
void cli_policy_emit_variant(const cli_policy *policy, assay_output *out, size_t branch);

/** Writes the raw policy to --output where there is one. CLI_YES or CLI_TROUBLE. */
int cli_policy_save(const cli_call *call, const assay_digest *policy);

#endif
