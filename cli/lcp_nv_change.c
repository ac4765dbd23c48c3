/* SPDX-License-Identifier: BSD-2-Clause */
/* assay lcp nv define, write, lock and delete: what would be done, and doing it. */
#include "base/hex.h"
#include "cli/complain.h"
#include "cli/document.h"
#include "cli/lcp_nv.h"
#include "cli/style.h"

#include <stdio.h>
#include <stdlib.h>

enum { INDENT = 4 };

typedef struct change {
    cli_nv *nv;
    assay_lcp_nv_plan *plan;
    assay_hashes *hashes;
    uint8_t auth_policy[ASSAY_DIGEST_MAX];
} change;

/* Text. */

static void put_objection(const cli_call *call, const assay_lcp_nv_objected *objected, bool forced)
{
    static const char *const words[] = { "remark", "refused", "can't be done" };
    static const enum cli_tone tones[] = { CLI_FAINT, CLI_BAD, CLI_BAD };
    const assay_lcp_nv_objection_info *const info = assay_lcp_nv_objection_describe(objected->code);
    const bool is_forced = forced && info->weight == ASSAY_LCP_NV_REFUSAL;
    const char *const word = is_forced ? "forced" : words[info->weight];
    char text[768];

    cli_put_toned(call, is_forced ? CLI_WARN : tones[info->weight], word);
    assay_put_string(call->out, ": ");
    snprintf(text, sizeof text, "%s.", info->meaning);
    cli_put_wrapped(call->out, text, strlen(word) + 2, INDENT, call->width);
    assay_put_string(call->out, "  ");
    snprintf(text, sizeof text, "%s%s%s", info->name, objected->detail[0] != '\0' ? ": " : "",
             objected->detail);
    cli_put_wrapped(call->out, text, 2, INDENT, call->width);
    assay_put_string(call->out, "  -> ");
    snprintf(text, sizeof text, "%s.", info->action);
    cli_put_wrapped(call->out, text, INDENT + 1, INDENT + 1, call->width);
}

static void put_step(const change *c, size_t number, const char *mark)
{
    char text[512];
    assay_writer words = assay_writer_lent(text, sizeof text - 1);

    assay_lcp_nv_step_write(&words, c->plan, number);
    text[words.used] = '\0';
    assay_put_format(c->nv->call->out, "%zu%s ", number + 1, mark);
    cli_put_wrapped(c->nv->call->out, text, 2 + strlen(mark), INDENT, c->nv->call->width);
}

static void put_text(const change *c, bool refused)
{
    const cli_call *const call = c->nv->call;
    const assay_lcp_nv_plan *const plan = c->plan;
    const bool dry = c->nv->options->dry_run;

    for (size_t i = 0; i < plan->objection_count; i++)
        put_objection(call, &plan->objections[i], plan->wish.force);
    if (refused)
        assay_put_string(call->out, "nothing was done\n");
    else if (plan->step_count == 0)
        assay_put_string(call->out, "nothing to do: the index is as it should be\n");
    else if (dry)
        assay_put_string(call->out, "would be done:\n");
    for (size_t i = 0; i < plan->step_count; i++)
        put_step(c, i, dry ? "" : i < plan->done ? " done:" : " not done:");
}

/* Documents. */

static void emit_objections(assay_output *out, const assay_lcp_nv_plan *plan)
{
    static const char *const weights[] = { "remark", "refusal", "bar" };

    assay_emit_array(out, "objections");
    for (size_t i = 0; i < plan->objection_count; i++) {
        const assay_lcp_nv_objected *const objected = &plan->objections[i];
        const assay_lcp_nv_objection_info *const info =
            assay_lcp_nv_objection_describe(objected->code);

        assay_emit_object(out, NULL);
        assay_emit_string(out, "code", info->name);
        assay_emit_string(out, "weight", weights[info->weight]);
        assay_emit_string(out, "detail", objected->detail);
        assay_emit_string(out, "meaning", info->meaning);
        assay_emit_string(out, "action", info->action);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void emit_steps(assay_output *out, const assay_lcp_nv_plan *plan)
{
    assay_emit_array(out, "steps");
    for (size_t i = 0; i < plan->step_count; i++) {
        char text[512];
        assay_writer words = assay_writer_lent(text, sizeof text);

        assay_lcp_nv_step_write(&words, plan, i);
        assay_emit_object(out, NULL);
        assay_emit_text(out, "step", assay_bytes_of(text, words.used));
        assay_emit_bool(out, "done", i < plan->done);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static int emit(const change *c, bool refused)
{
    assay_output out = cli_document_begin(c->nv->call);

    assay_emit_string(&out, "act", c->nv->act);
    const int status = cli_lcp_nv_emit_inputs(&out, c->nv);
    assay_emit_address(&out, "index", c->plan->wish.index);
    assay_emit_bool(&out, "refused", refused);
    assay_emit_bool(&out, "forced", c->plan->wish.force);
    assay_emit_bool(&out, "dry_run", c->nv->options->dry_run);
    emit_objections(&out, c->plan);
    emit_steps(&out, c->plan);
    assay_emit_end(&out);
    return status;
}

/* Doing. */

static assay_bytes bytes_of(bool given, const cli_input *input)
{
    return given ? input->file.bytes : ASSAY_NO_BYTES;
}

static int make_plan(change *c, enum assay_lcp_nv_act act, assay_error *error)
{
    const cli_lcp_nv_options *const options = c->nv->options;
    assay_lcp_nv_wish wish = { .act = act,
                               .index = c->nv->index,
                               .force = options->force,
                               .policy = bytes_of(c->nv->has_policy, &c->nv->policy),
                               .data = bytes_of(c->nv->has_data, &c->nv->data),
                               .name_alg = options->name_alg,
                               .index_password = c->nv->passwords.index.size > 0 };

    if (options->auth_policy != NULL) {
        const size_t size = strlen(options->auth_policy) / 2;

        assay_hex_decode(assay_bytes_of_string(options->auth_policy), c->auth_policy, size);
        wish.auth_policy = assay_bytes_of(c->auth_policy, size);
    }
    c->plan = calloc(1, sizeof *c->plan);
    c->hashes = assay_hashes_new();
    if (c->plan == NULL || c->hashes == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for a plan");
    return assay_lcp_nv_plan_make(c->plan, c->nv->survey, &wish, c->hashes, error);
}

static int say(const change *c, bool refused)
{
    if (c->nv->options->common.notation == CLI_TEXT) {
        if (!c->nv->options->common.quiet)
            put_text(c, refused);
        return CLI_YES;
    }
    return emit(c, refused) == 0 ? CLI_YES : cli_complain_inputs(c->nv->call->verb);
}

static int carry_out(change *c)
{
    const bool refused = assay_lcp_nv_plan_refused(c->plan);
    assay_error error = { 0 };
    int status = CLI_YES;

    if (!refused && !c->nv->options->dry_run &&
        assay_lcp_nv_plan_do(c->plan, c->nv->tpm, &c->nv->passwords, &error) < 0)
        status = cli_lcp_nv_complain(c->nv, &error);
    if (say(c, refused) != CLI_YES || status != CLI_YES)
        return CLI_TROUBLE;
    return refused ? CLI_NO : CLI_YES;
}

int cli_lcp_nv_change(cli_nv *nv, enum assay_lcp_nv_act act)
{
    change c = { .nv = nv };
    assay_error error;
    int status = make_plan(&c, act, &error);

    status = status < 0 ? cli_complain(nv->call->verb, NULL, &error) : carry_out(&c);
    assay_hashes_free(&c.hashes);
    free(c.plan);
    return status;
}
