/* SPDX-License-Identifier: BSD-2-Clause */
/* assay lcp diff: what differs between two policies, policy data files, lists or elements. */
#include "cli/complain.h"
#include "cli/document.h"
#include "cli/input.h"
#include "cli/style.h"
#include "cli/verbs.h"
#include "policy/lcp/diff.h"

typedef struct lcp_diff_options {
    cli_common common;
} lcp_diff_options;

typedef struct work {
    const cli_call *call;
    size_t count;
    cli_input inputs[2];
    enum assay_lcp_input kind;
    assay_output out;
} work;

/* Text. */

static void put_place(assay_writer *out, const assay_lcp_change *change)
{
    const bool removed = change->kind == ASSAY_LCP_REMOVED;
    const uint32_t list = removed ? change->list_expected : change->list_actual;
    const uint32_t element = removed ? change->element_expected : change->element_actual;

    if (list != ASSAY_LCP_NO_LIST)
        assay_put_format(out, "list %u, ", list);
    if (element != ASSAY_LCP_NO_ELEMENT)
        assay_put_format(out, "element %u, ", element);
    assay_put_string(out, change->field);
    if (change->index != ASSAY_LCP_NO_ELEMENT)
        assay_put_format(out, "[%u]", change->index);
    assay_put_format(out, " at byte %llu\n", (unsigned long long)change->offset);
}

static void put_change(const assay_lcp_change *change, void *context)
{
    static const enum cli_tone tones[] = { CLI_WARN, CLI_GOOD, CLI_BAD, CLI_PLAIN };
    const work *const w = context;
    assay_writer *const out = w->call->out;
    const char *const name = assay_lcp_change_name(change->kind);

    cli_put_toned(w->call, tones[change->kind], name);
    assay_put_format(out, "%*s", (int)(9 - strlen(name)), "");
    put_place(out, change);
    if (change->kind == ASSAY_LCP_MOVED)
        return;
    if (change->expected[0] != '\0')
        assay_put_format(out, "       - %s\n", change->expected);
    if (change->actual[0] != '\0')
        assay_put_format(out, "       + %s\n", change->actual);
}

/* Documents. */

static void emit_number(assay_output *out, const char *key, uint32_t number)
{
    if (number != UINT32_MAX)
        assay_emit_u64(out, key, number);
}

static void emit_change(const assay_lcp_change *change, void *context)
{
    work *const w = context;

    assay_emit_object(&w->out, NULL);
    assay_emit_string(&w->out, "kind", assay_lcp_change_name(change->kind));
    assay_emit_string(&w->out, "field", change->field);
    emit_number(&w->out, "number", change->index);
    emit_number(&w->out, "list_expected", change->list_expected);
    emit_number(&w->out, "list_actual", change->list_actual);
    emit_number(&w->out, "element_expected", change->element_expected);
    emit_number(&w->out, "element_actual", change->element_actual);
    assay_emit_u64(&w->out, "offset", change->offset);
    assay_emit_string(&w->out, "expected", change->expected);
    assay_emit_string(&w->out, "actual", change->actual);
    assay_emit_end(&w->out);
}

static void ignore_change(const assay_lcp_change *change, void *context)
{
    (void)change;
    (void)context;
}

static int diff(work *w, assay_lcp_change_visit *visit)
{
    assay_error error;
    int which;
    const int status = assay_lcp_diff(w->kind, w->inputs[0].file.bytes, w->inputs[1].file.bytes,
                                      visit, w, &which, &error);

    if (status < 0)
        return cli_complain(w->call->verb, w->inputs[which].name, &error);
    return status == 0 ? CLI_YES : CLI_NO;
}

static int diff_document(work *w)
{
    int status = CLI_YES, hashed = 0;

    w->out = cli_document_begin(w->call);
    assay_emit_array(&w->out, "inputs");
    for (size_t i = 0; i < 2 && hashed == 0; i++)
        hashed = cli_emit_input(&w->out, NULL, &w->inputs[i]);
    assay_emit_end(&w->out);
    assay_emit_string(&w->out, "kind", assay_lcp_input_name(w->kind));
    assay_emit_array(&w->out, "changes");
    status = diff(w, emit_change);
    assay_emit_end(&w->out);
    assay_emit_end(&w->out);
    if (hashed == 0)
        return status;
    return cli_complain_inputs(w->call->verb);
}

static int compare(work *w)
{
    const enum assay_lcp_input other = assay_lcp_recognise(w->inputs[1].file.bytes);

    w->kind = assay_lcp_recognise(w->inputs[0].file.bytes);
    if (w->kind == ASSAY_LCP_NO_INPUT || other != w->kind) {
        const char *const name = assay_lcp_input_name(w->kind);
        const char *const other_name = assay_lcp_input_name(other);
        assay_error error;

        assay_fail(&error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE,
                   "the first file is %s, the second %s; two of one kind are wanted",
                   name == NULL ? "nothing known" : name,
                   other_name == NULL ? "nothing known" : other_name);
        return cli_complain(w->call->verb, w->inputs[1].name, &error);
    }
    if (w->call->common->notation != CLI_TEXT)
        return diff_document(w);
    return diff(w, w->call->common->quiet ? ignore_change : put_change);
}

static int run(const cli_call *call)
{
    work w = { .call = call };
    int status = CLI_YES;
    assay_error error;

    for (; w.count < 2 && status == CLI_YES; w.count++)
        if (cli_input_open(&w.inputs[w.count], call->arguments[w.count], &error) < 0) {
            status = cli_complain(call->verb, call->arguments[w.count], &error);
            break;
        }
    if (status == CLI_YES)
        status = compare(&w);
    for (size_t i = 0; i < w.count; i++)
        cli_input_close(&w.inputs[i]);
    return status;
}

const cli_verb cli_lcp_diff = {
    .name = "lcp diff",
    .summary = "compare two policies, policy data files, lists or elements",
    .usage = "EXPECTED ACTUAL",
    .about =
        "Compares two files of one kind by their fields. Lists that are signed with the same key "
        "belong together, others by their place; elements and their digests are added, removed, "
        "changed or moved.\n"
        "Exit status is 0 if the files are the same, 1 if they differ, 2 if one can't be read.",
    .options_size = sizeof(lcp_diff_options),
    .least = 2,
    .most = 2,
    .run = run,
};
