/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/document.h"
#include "cli/style.h"
#include "cli/vlp_allows.h"
#include "policy/lcp/vlpdiff.h"

typedef struct telling {
    cli_vlp_trial *trial;
    assay_output out;
} telling;

static const char *name_of_module(const cli_vlp_trial *t, unsigned module)
{
    const cli_vlp_module *const m = &t->options->modules.list[module];

    return m->is_digest ? NULL : m->name;
}

static void put_subject(const cli_vlp_trial *t, const assay_vlp_step *step)
{
    assay_writer *const out = t->call->out;
    const char *name;

    switch (step->subject) {
    case ASSAY_VLP_OF_POLICY:
        assay_put_string(out, "policy");
        return;
    case ASSAY_VLP_OF_NV:
        assay_put_format(out, "NV index 0x%08x", step->nv_index);
        return;
    default:
        assay_put_format(out, "module %u", step->module);
        name = name_of_module(t, step->module);
        if (name != NULL) {
            assay_put_string(out, " (");
            assay_put_safe(out, assay_bytes_of_string(name));
            assay_put_char(out, ')');
        }
    }
}

static void put_mark(const cli_call *call, const assay_vlp_step *step)
{
    if (step->error == ASSAY_TBOOT_ERR_NONE)
        cli_put_toned(call, CLI_GOOD, "ok  ");
    else
        cli_put_toned(call, CLI_BAD, "BAD ");
}

static void put_what_follows(assay_writer *out, const assay_vlp_step *step)
{
    static const char *const words[ASSAY_VLP_ACTIONS] = { "goes on", "starts it unmeasured",
                                                          "halts" };

    if (step->error == ASSAY_TBOOT_ERR_NONE)
        return;
    if (step->reached)
        assay_put_format(out, "    %s: tboot %s\n", assay_tboot_error_name(step->error),
                         words[step->action]);
    else
        assay_put_format(out, "    %s, if tboot had not halted before\n",
                         assay_tboot_error_name(step->error));
}

static void put_step(void *context, const assay_vlp_step *step)
{
    const cli_vlp_trial *const t = ((telling *)context)->trial;
    assay_writer *const out = t->call->out;
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    if (t->call->common->quiet)
        return;
    put_mark(t->call, step);
    put_subject(t, step);
    assay_put_format(out, ": %s\n", step->reason);
    put_what_follows(out, step);
    if (step->pcr != ASSAY_VLP_PCR_NONE) {
        assay_put_format(out, "    PCR %u %s\n    ", step->pcr,
                         assay_alg_name(step->digest.alg, unknown));
        assay_put_hex(out, assay_bytes_of(step->digest.value, step->digest.size));
        assay_put_char(out, '\n');
    }
}

static void put_unused(const cli_vlp_trial *t)
{
    const assay_vlp *const policy = &t->policy.policy;

    for (size_t i = 0; i < policy->num_entries; i++) {
        if (t->verdict.used[i])
            continue;
        assay_put_format(t->call->out, "    entry %zu, ", i);
        assay_vlp_put_subject(t->call->out, policy, &policy->entries[i]);
        assay_put_string(t->call->out, ", applied to nothing\n");
    }
}

static const char *conclusion(const assay_vlp_verdict *verdict)
{
    return verdict->verified                               ? "verified: tboot starts module 0"
           : verdict->action == ASSAY_VLP_STOP             ? "not verified: tboot halts"
           : verdict->action == ASSAY_VLP_GO_ON_UNMEASURED ? "not verified: tboot starts module 0 "
                                                             "without a measured launch"
                                                           : "not verified: tboot starts module 0 "
                                                             "all the same";
}

int cli_vlp_allows_put(cli_vlp_trial *t)
{
    telling to = { .trial = t };
    const int status = assay_vlp_allows(&t->policy.policy, &t->launch, t->policy.hashes, put_step,
                                        &to, &t->verdict);

    if (status < 0 || t->call->common->quiet)
        return status;
    put_unused(t);
    assay_put_format(t->call->out, "%s (policy type %s)\n", conclusion(&t->verdict),
                     assay_vlp_type_name(t->policy.policy.type));
    return 0;
}

/* As a document. */

static void emit_step(void *context, const assay_vlp_step *step)
{
    static const char *const subjects[] = { "policy", "first-module", "module", "nv" };
    telling *const to = context;
    assay_output *const out = &to->out;

    assay_emit_object(out, NULL);
    assay_emit_string(out, "subject", subjects[step->subject]);
    if (step->subject == ASSAY_VLP_OF_MODULE || step->subject == ASSAY_VLP_OF_FIRST_MODULE) {
        assay_emit_u64(out, "module", step->module);
        if (name_of_module(to->trial, step->module) != NULL)
            assay_emit_string(out, "file", name_of_module(to->trial, step->module));
    }
    if (step->subject == ASSAY_VLP_OF_NV)
        assay_emit_address(out, "nv_index", step->nv_index);
    if (step->entry != ASSAY_VLP_NO_ENTRY)
        assay_emit_u64(out, "entry", step->entry);
    if (step->hash >= 0)
        assay_emit_u64(out, "hash", (uint64_t)step->hash);
    if (step->pcr != ASSAY_VLP_PCR_NONE)
        assay_emit_u64(out, "pcr", step->pcr);
    if (step->digest.size > 0) {
        assay_emit_alg(out, "alg", step->digest.alg);
        assay_emit_hex(out, "digest", assay_bytes_of(step->digest.value, step->digest.size));
    }
    assay_emit_bool(out, "verified", step->error == ASSAY_TBOOT_ERR_NONE);
    assay_emit_string(out, "reason", step->reason);
    if (step->error != ASSAY_TBOOT_ERR_NONE) {
        assay_emit_string(out, "error", assay_tboot_error_name(step->error));
        assay_emit_string(out, "action", assay_vlp_action_name(step->action));
    }
    assay_emit_bool(out, "reached", step->reached);
    assay_emit_end(out);
}

static int emit_inputs(assay_output *out, const cli_vlp_trial *t)
{
    int status;

    assay_emit_array(out, "inputs");
    status = cli_emit_input(out, NULL, &t->policy.input);
    for (size_t i = 0; i < t->opened && status == 0; i++)
        status = cli_emit_input(out, NULL, &t->contents[i]);
    assay_emit_end(out);
    return status;
}

int cli_vlp_allows_emit(cli_vlp_trial *t)
{
    telling to = { t, cli_document_begin(t->call) };
    assay_output *const out = &to.out;

    int status = emit_inputs(out, t);
    assay_emit_string(out, "type", assay_vlp_type_name(t->policy.policy.type));
    assay_emit_array(out, "steps");
    if (status == 0)
        status = assay_vlp_allows(&t->policy.policy, &t->launch, t->policy.hashes, emit_step, &to,
                                  &t->verdict);
    assay_emit_end(out);
    assay_emit_array(out, "unused");
    for (size_t i = 0; i < t->policy.policy.num_entries; i++)
        if (!t->verdict.used[i])
            assay_emit_u64(out, NULL, i);
    assay_emit_end(out);
    assay_emit_bool(out, "verified", t->verdict.verified);
    assay_emit_string(out, "action", assay_vlp_action_name(t->verdict.action));
    assay_emit_end(out);
    return status;
}
