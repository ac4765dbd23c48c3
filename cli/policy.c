/* SPDX-License-Identifier: BSD-2-Clause */
/* assay policy: TPM 2.0 policies of references. */
#include "cli/policy.h"

#include "cli/complain.h"
#include "cli/document.h"
#include "cli/export.h"
#include "cli/save.h"
#include "cli/verbs.h"

#include <errno.h>

static int prepare(cli_policy *policy)
{
    const cli_policy_options *const o = policy->options;
    assay_export_job *const job = &policy->job;
    const int status =
        cli_golden_variants(policy->call, policy->golden.reference, &o->variants, &job->variants);

    if (status != CLI_YES)
        return status;
    job->reference = policy->golden.reference;
    cli_golden_wanted(policy->call, job);
    job->hashes = assay_hashes_new();
    if (job->hashes == NULL)
        return cli_complain_memory(policy->call->verb);
    job->settings = policy->settings;
    if (o->hash != 0)
        policy->settings[job->setting_count++] =
            (assay_export_setting){ "hash", assay_alg_find(o->hash)->name };
    if (o->policy_ref != NULL)
        policy->settings[job->setting_count++] =
            (assay_export_setting){ "policy-ref", o->policy_ref };
    return CLI_YES;
}

int cli_policy_open(cli_policy *policy, const cli_call *call)
{
    const cli_policy_options *const o = call->options;

    *policy = (cli_policy){ .call = call, .options = o };
    const int status = cli_golden_open(&policy->golden, call, &o->reading, &o->predicted);
    return status == CLI_YES ? prepare(policy) : status;
}

void cli_policy_close(cli_policy *policy)
{
    assay_export_job_free(&policy->job);
    assay_hashes_free(&policy->job.hashes);
    cli_golden_close(&policy->golden);
}

/* Every PCR that was asked for, of every bank that is bound. */
static int check_asked(const cli_policy *policy)
{
    const assay_pcr_set asked = policy->call->common->pcrs;

    for (size_t i = 0; i < policy->plan.count; i++) {
        const assay_tpm_branch *const branch = &policy->plan.branches[i];

        for (size_t bank = 0; bank < branch->selection.count; bank++)
            for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
                if (assay_pcr_set_has(asked & ~branch->selection.banks[bank].pcrs, pcr))
                    return cli_complain_usage(
                        policy->call->verb, "variant '%s' has no value of PCR %u of %s",
                        branch->name, pcr, assay_alg_find(branch->selection.banks[bank].alg)->name);
    }
    return CLI_YES;
}

int cli_policy_plan(cli_policy *policy, const assay_key *key, const assay_tpm_dialect *dialect)
{
    assay_error error;

    policy->job.key = key;
    if (assay_tpm_plan_make(&policy->plan, &policy->job, dialect, &error) < 0)
        return cli_complain_hint(policy->call->verb, NULL, &error,
                                 "'assay golden show' tells which PCRs and banks a reference has");
    const int status = check_asked(policy);
    if (status == CLI_YES)
        cli_say_notes(policy->call, policy->job.notes, policy->job.note_count);
    return status;
}

/* Text. */

void cli_policy_put(assay_writer *out, const assay_digest *policy, const char *what)
{
    assay_put_hex(out, assay_tpm_policy_bytes(policy));
    assay_put_format(out, "  %s", what);
}

void cli_policy_put_variants(const cli_policy *policy)
{
    assay_writer *const out = policy->call->out;

    for (size_t i = 0; i < policy->plan.count; i++) {
        const assay_tpm_branch *const branch = &policy->plan.branches[i];

        cli_policy_put(out, assay_tpm_branch_policy(&policy->plan, i), "pcr ");
        assay_tpm_selection_write(out, &branch->selection);
        assay_put_char(out, ' ');
        assay_put_safe(out, assay_bytes_of_string(branch->name));
        assay_put_char(out, '\n');
    }
}

/* Documents. */

static void emit_learnt(const cli_policy *policy, assay_output *out)
{
    const assay_reference *const reference = policy->golden.reference;

    for (size_t i = 0; i < reference->input_count; i++) {
        const assay_reference_input *const input = &reference->inputs[i];

        assay_emit_object(out, NULL);
        assay_emit_string(out, "file", input->name);
        assay_emit_u64(out, "size", input->size);
        assay_emit_hex(out, "sha256", assay_bytes_of(input->sha256, sizeof input->sha256));
        assay_emit_end(out);
    }
}

int cli_policy_emit_inputs(const cli_policy *policy, assay_output *out)
{
    int status = 0;

    assay_emit_array(out, "inputs");
    if (policy->golden.is_opened)
        status = cli_emit_input(out, NULL, &policy->golden.opened.input);
    else
        emit_learnt(policy, out);
    assay_emit_end(out);
    assay_emit_alg(out, "hash", policy->plan.hash);
    return status < 0 ? cli_complain_inputs(policy->call->verb) : CLI_YES;
}

void cli_policy_emit_variant(const cli_policy *policy, assay_output *out, size_t branch)
{
    const assay_tpm_branch *const of = &policy->plan.branches[branch];
    char text[512];
    assay_writer selection = assay_writer_lent(text, sizeof text);
    assay_digest digest;
    assay_error error;

    assay_tpm_selection_write(&selection, &of->selection);
    assay_emit_string(out, "name", of->name);
    assay_emit_text(out, "selection", assay_written(&selection));
    /* It was made before, for the policy. */
    if (assay_tpm_pcr_digest(&digest, policy->plan.hash, &of->selection,
                             assay_tpm_branch_values(&policy->job, of), policy->job.hashes,
                             &error) == 0)
        assay_emit_hex(out, "pcrs_digest", assay_tpm_policy_bytes(&digest));
    assay_emit_hex(out, "policy",
                   assay_tpm_policy_bytes(assay_tpm_branch_policy(&policy->plan, branch)));
}

int cli_policy_save(const cli_call *call, const assay_digest *policy)
{
    return call->common->output == NULL
               ? CLI_YES
               : cli_save_binary(call, call->common->output, assay_tpm_policy_bytes(policy),
                                 "a policy");
}

/* clang-format off */
static const cli_verb *const verbs[] = {
    &cli_policy_pcr,
    &cli_policy_or,
    &cli_policy_authorize,
    &cli_policy_nv,
    NULL,
};
/* clang-format on */

const cli_verb cli_policy_verbs = {
    .name = "policy",
    .summary = "TPM 2.0 policies of references",
    .about =
        "What a secret or a key in a TPM 2.0 is sealed to, so that it can be used in the boots "
        "of a reference and in no other: computed here, before any of them boots and without "
        "a TPM.",
    .verbs = verbs,
};
