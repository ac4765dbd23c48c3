/* SPDX-License-Identifier: BSD-2-Clause */
/* assay vlp diff: two policies, by entry and field. */
#include "cli/complain.h"
#include "cli/document.h"
#include "cli/vlp.h"
#include "policy/lcp/vlpdiff.h"

#include <stdlib.h>

typedef struct diff_options {
    cli_common common;
} diff_options;

typedef struct comparison {
    const cli_call *call;
    assay_output out;
    cli_vlp_file expected, actual;
} comparison;

/* The policy that has the change's entry. */
static const assay_vlp *owner(const comparison *c, const assay_vlp_change *change)
{
    return change->expected_position != ASSAY_VLP_NO_ENTRY ? &c->expected.policy
                                                           : &c->actual.policy;
}

static void put_change(void *context, const assay_vlp_change *change)
{
    const comparison *const c = context;
    const size_t position = change->expected_position != ASSAY_VLP_NO_ENTRY
                                ? change->expected_position
                                : change->actual_position;
    assay_writer *const out = c->call->out;

    if (c->call->common->quiet)
        return;
    if (change->entry != NULL) {
        assay_put_format(out, "entry %zu, ", position);
        assay_vlp_put_subject(out, owner(c, change), change->entry);
        assay_put_string(out, ": ");
    }
    if (strcmp(change->field, "entry") != 0)
        assay_put_format(out, "%s ", change->field);
    assay_put_string(out, assay_vlp_change_name(change->kind));
    if (change->kind == ASSAY_VLP_REMOVED && change->expected[0] != '\0')
        assay_put_format(out, "\n  - %s", change->expected);
    else if (change->kind == ASSAY_VLP_ADDED && change->actual[0] != '\0')
        assay_put_format(out, "\n  + %s", change->actual);
    else if (change->expected[0] != '\0')
        assay_put_format(out, " from %s to %s", change->expected, change->actual);
    assay_put_char(out, '\n');
}

static void emit_change(void *context, const assay_vlp_change *change)
{
    comparison *const c = context;
    char subject[64];
    assay_writer words = assay_writer_lent(subject, sizeof subject);

    assay_emit_object(&c->out, NULL);
    assay_emit_string(&c->out, "kind", assay_vlp_change_name(change->kind));
    assay_emit_string(&c->out, "field", change->field);
    if (change->entry != NULL) {
        assay_vlp_put_subject(&words, owner(c, change), change->entry);
        assay_emit_text(&c->out, "component", assay_written(&words));
    }
    if (change->expected_position != ASSAY_VLP_NO_ENTRY)
        assay_emit_u64(&c->out, "expected_entry", change->expected_position);
    if (change->actual_position != ASSAY_VLP_NO_ENTRY)
        assay_emit_u64(&c->out, "actual_entry", change->actual_position);
    if (change->expected[0] != '\0')
        assay_emit_string(&c->out, "expected", change->expected);
    if (change->actual[0] != '\0')
        assay_emit_string(&c->out, "actual", change->actual);
    assay_emit_end(&c->out);
}

static int emit(comparison *c, size_t *ret_count)
{
    int status;

    c->out = cli_document_begin(c->call);
    assay_emit_array(&c->out, "inputs");
    status = cli_emit_input(&c->out, NULL, &c->expected.input);
    if (status == 0)
        status = cli_emit_input(&c->out, NULL, &c->actual.input);
    assay_emit_end(&c->out);
    assay_emit_array(&c->out, "changes");
    *ret_count = assay_vlp_diff(&c->expected.policy, &c->actual.policy, emit_change, c);
    assay_emit_end(&c->out);
    assay_emit_bool(&c->out, "equal", *ret_count == 0);
    assay_emit_end(&c->out);
    return status;
}

static int compare(comparison *c)
{
    size_t count = 0;
    int status = 0;

    if (c->call->common->notation == CLI_TEXT)
        count = assay_vlp_diff(&c->expected.policy, &c->actual.policy, put_change, c);
    else
        status = emit(c, &count);
    if (status < 0)
        return cli_complain_kind(c->call->verb, NULL, status, "its digest can't be computed");
    return count == 0 ? CLI_YES : CLI_NO;
}

static int run(const cli_call *call)
{
    comparison *const c = calloc(1, sizeof *c);
    int status;

    if (c == NULL)
        return cli_complain_memory(call->verb);
    c->call = call;
    status = cli_vlp_open_sound(&c->expected, call, call->arguments[0]);
    if (status == CLI_YES)
        status = cli_vlp_open_sound(&c->actual, call, call->arguments[1]);
    if (status == CLI_YES)
        status = compare(c);
    cli_vlp_close(&c->actual);
    cli_vlp_close(&c->expected);
    free(c);
    return status;
}

const cli_verb cli_vlp_diff = {
    .name = "vlp diff",
    .summary = "what differs between two policies, by entry and field",
    .usage = "EXPECTED ACTUAL",
    .about = "Compares two policies, each in any of the forms that 'assay vlp show' reads, so that "
             "the reviewed JSON can be held against what lies in the TPM. Entries go together by "
             "whom they are for; one that stands elsewhere among the others is moved, since tboot "
             "takes the first that fits. Exit status 0: the same, 1: they differ.",
    .options_size = sizeof(diff_options),
    .least = 2,
    .most = 2,
    .run = run,
};
