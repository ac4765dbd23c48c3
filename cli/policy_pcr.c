/* SPDX-License-Identifier: BSD-2-Clause */
/* assay policy pcr and or: PolicyPCR of each variant, and PolicyOR over all. */
#include "cli/complain.h"
#include "cli/document.h"
#include "cli/input.h"
#include "cli/policy.h"
#include "cli/verbs.h"

#include <errno.h>

/* PolicyPCR. */

static int emit_pcr(const cli_policy *policy)
{
    assay_output out = cli_document_begin(policy->call);
    const int status = cli_policy_emit_inputs(policy, &out);

    assay_emit_array(&out, "variants");
    for (size_t i = 0; i < policy->plan.count; i++) {
        assay_emit_object(&out, NULL);
        cli_policy_emit_variant(policy, &out, i);
        assay_emit_end(&out);
    }
    assay_emit_end(&out);
    assay_emit_end(&out);
    return status;
}

static int put_pcr(const cli_policy *policy)
{
    const cli_common *const common = policy->call->common;

    if (common->output != NULL && policy->plan.count > 1)
        return cli_complain_usage(policy->call->verb,
                                  "the reference has %zu variants, and --output holds one policy: "
                                  "name it with --variant, or make 'policy or' of all",
                                  policy->plan.count);
    const int status = cli_policy_save(policy->call, assay_tpm_branch_policy(&policy->plan, 0));
    if (status != CLI_YES || common->quiet)
        return status;
    if (common->notation != CLI_TEXT)
        return emit_pcr(policy);
    if (common->output == NULL)
        cli_policy_put_variants(policy);
    return CLI_YES;
}

static int run_pcr(const cli_call *call)
{
    cli_policy policy;
    int status = cli_policy_open(&policy, call);

    if (status == CLI_YES)
        status = cli_policy_plan(&policy, NULL, &(assay_tpm_dialect){ .each = false });
    if (status == CLI_YES)
        status = put_pcr(&policy);
    cli_policy_close(&policy);
    return status;
}

/* PolicyOR. */

typedef struct either {
    cli_policy policy;
    size_t count; /* variants, then --branch */
    assay_digest branches[ASSAY_TPM_BRANCHES_MAX];
    assay_tpm_or tree;
} either;

/* A policy that somebody else made: raw, of the session's hash. */
static int add_branch(either *e, const char *path)
{
    const cli_call *const call = e->policy.call;
    assay_digest *const branch = &e->branches[e->count];
    cli_input input;
    assay_error error;
    int status = CLI_YES;

    if (cli_input_open(&input, path, &error) < 0)
        return cli_complain(call->verb, path, &error);
    *branch = e->branches[0];
    if (input.file.bytes.size != branch->size) {
        assay_fail(&error, ASSAY_MALFORMED, ASSAY_NOWHERE, "a policy of %s has %u bytes, not %zu",
                   assay_alg_find(branch->alg)->name, branch->size, input.file.bytes.size);
        status = cli_complain(call->verb, path, &error);
    } else {
        memcpy(branch->value, input.file.bytes.data, branch->size);
        e->count++;
    }
    cli_input_close(&input);
    return status;
}

static int plant(either *e)
{
    const cli_words *const more = &e->policy.options->branches;
    assay_error error;
    int status = CLI_YES;

    for (size_t i = 0; i < e->policy.plan.count; i++)
        e->branches[e->count++] = *assay_tpm_branch_policy(&e->policy.plan, i);
    for (size_t i = 0; i < more->count && status == CLI_YES; i++)
        status = add_branch(e, more->list[i]);
    if (status == CLI_YES && e->count < ASSAY_TPM_OR_MIN)
        status = cli_complain_usage(
            e->policy.call->verb, "there is one variant: 'policy pcr' is its policy, and --branch "
                                  "adds another");
    if (status == CLI_YES && assay_tpm_or_plant(&e->tree, e->branches, e->count,
                                                &e->policy.job.arena, e->policy.job.hashes,
                                                &error) < 0)
        status = cli_complain(e->policy.call->verb, NULL, &error);
    return status;
}

static int emit_or(const either *e)
{
    assay_output out = cli_document_begin(e->policy.call);
    const int status = cli_policy_emit_inputs(&e->policy, &out);

    assay_emit_array(&out, "branches");
    for (size_t i = 0; i < e->count; i++) {
        assay_emit_object(&out, NULL);
        if (i < e->policy.plan.count)
            cli_policy_emit_variant(&e->policy, &out, i);
        else
            assay_emit_hex(&out, "policy", assay_tpm_policy_bytes(&e->branches[i]));
        assay_emit_end(&out);
    }
    assay_emit_end(&out);
    assay_emit_array(&out, "rows");
    for (size_t row = 1; row <= e->tree.depth; row++) {
        assay_emit_array(&out, NULL);
        for (size_t i = 0; i < e->tree.rows[row].count; i++)
            assay_emit_hex(&out, NULL, assay_tpm_policy_bytes(&e->tree.rows[row].policies[i]));
        assay_emit_end(&out);
    }
    assay_emit_end(&out);
    assay_emit_hex(&out, "policy", assay_tpm_policy_bytes(assay_tpm_or_policy(&e->tree)));
    assay_emit_end(&out);
    return status;
}

static void put_or_text(const either *e)
{
    assay_writer *const out = e->policy.call->out;

    cli_policy_put_variants(&e->policy);
    for (size_t i = e->policy.plan.count; i < e->count; i++) {
        cli_policy_put(out, &e->branches[i], "branch ");
        assay_put_safe(out, assay_bytes_of_string(
                                e->policy.options->branches.list[i - e->policy.plan.count]));
        assay_put_char(out, '\n');
    }
    for (size_t row = 1; row <= e->tree.depth; row++)
        for (size_t i = 0; i < e->tree.rows[row].count; i++)
            cli_policy_put(out, &e->tree.rows[row].policies[i], "or\n");
}

static int put_or(const either *e)
{
    const cli_common *const common = e->policy.call->common;
    const int status = cli_policy_save(e->policy.call, assay_tpm_or_policy(&e->tree));

    if (status != CLI_YES || common->quiet)
        return status;
    if (common->notation != CLI_TEXT)
        return emit_or(e);
    if (common->output == NULL)
        put_or_text(e);
    return CLI_YES;
}

static int run_or(const cli_call *call)
{
    either e = { .count = 0 };
    int status = cli_policy_open(&e.policy, call);

    if (status == CLI_YES)
        status = cli_policy_plan(&e.policy, NULL, &(assay_tpm_dialect){ .each = false });
    if (status == CLI_YES)
        status = plant(&e);
    if (status == CLI_YES)
        status = put_or(&e);
    cli_policy_close(&e.policy);
    return status;
}

static const cli_option pcr_options[] = {
    CLI_POLICY_OPTIONS,
    { .name = NULL },
};

static const cli_option or_options[] = {
    CLI_POLICY_ROW("branch", "FILE", "one more policy, raw, after the variants; may be given again",
                   cli_take_words, branches, NULL),
    CLI_POLICY_OPTIONS,
    { .name = NULL },
};

const cli_verb cli_policy_pcr = {
    .name = "policy pcr",
    .summary = "PolicyPCR of each variant",
    .usage = "REF | [VARIANT=]BOOT...",
    .about = "Prints what TPM2_PolicyPCR makes of the values of each variant: the PCRs that it "
             "measures, in SHA-256 if there is that bank. --pcr and --bank ask for others; several "
             "banks are bound together. With --output the policy is written raw, as 'tpm2_create "
             "-L' reads it.",
    .options = pcr_options,
    .options_size = sizeof(cli_policy_options),
    .least = 0,
    .most = CLI_WORDS_MAX,
    .run = run_pcr,
    .own_output = true,
    .reads_logs = true,
};

const cli_verb cli_policy_or = {
    .name = "policy or",
    .summary = "PolicyOR over all variants",
    .usage = "REF | [VARIANT=]BOOT...",
    .about = "Prints what TPM2_PolicyOR makes of the variants' policies, in the order of the "
             "reference. It takes eight branches: more make a tree, eight by eight.",
    .options = or_options,
    .options_size = sizeof(cli_policy_options),
    .least = 0,
    .most = CLI_WORDS_MAX,
    .run = run_or,
    .own_output = true,
    .reads_logs = true,
};
