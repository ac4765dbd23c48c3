/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/check.h"

#include "cli/complain.h"
#include "cli/document.h"

static void emit_place(assay_output *out, const cli_checked *checked,
                       const assay_pcr_status *status)
{
    assay_emit_string(out, "bank", cli_bank_name(&checked->fold->replay.pcrs, status->alg));
    assay_emit_u64(out, "pcr", status->pcr);
}

/* A match that the fold alone does not give: after which event, of how many, and by which digests. */
static void emit_runtime(assay_output *out, const cli_checked *checked,
                         const assay_pcr_status *status)
{
    assay_emit_object(out, "runtime");
    assay_emit_u64(out, "log", status->met->log);
    assay_emit_u64(out, "event", status->met->event);
    assay_emit_u64(out, "after", status->met->after);
    assay_emit_u64(out, "of", checked->runtime.extended[status->pcr]);
    assay_emit_bool(out, "padded_sha1", status->met->padded);
    assay_emit_end(out);
}

static void emit_pcrs(assay_output *out, const cli_checked *checked)
{
    const size_t count = checked->comparison != NULL ? checked->comparison->count : 0;

    assay_emit_array(out, "pcrs");
    for (size_t i = 0; i < count; i++) {
        const assay_pcr_status *const status = &checked->comparison->list[i];

        assay_emit_object(out, NULL);
        emit_place(out, checked, status);
        assay_emit_hex(out, "expected", status->expected);
        if (status->replayed.data != NULL)
            assay_emit_hex(out, "replayed", status->replayed);
        else
            assay_emit_null(out, "replayed");
        assay_emit_string(out, "status", assay_pcr_state_name(status->state));
        if (status->why != NULL)
            assay_emit_string(out, "why", status->why);
        if (status->met != NULL)
            emit_runtime(out, checked, status);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void emit_explanations(assay_output *out, const cli_checked *checked)
{
    assay_emit_array(out, "explanations");
    for (size_t i = 0; i < checked->explained_count; i++) {
        const assay_explanation *const explanation = &checked->explained[i].explanation;

        assay_emit_object(out, NULL);
        emit_place(out, checked, checked->explained[i].status);
        assay_emit_string(out, "name", explanation->name);
        assay_emit_bool(out, "proven", explanation->proven);
        assay_emit_bool(out, "cut", explanation->cut);
        if (explanation->event != ASSAY_NO_EVENT)
            assay_emit_u64(out, "event", explanation->event);
        assay_emit_string(out, "text", explanation->text);
        assay_emit_string(out, "action", explanation->action);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void emit_facts(assay_output *out, const cli_checked *checked)
{
    assay_emit_array(out, "facts");
    for (size_t i = 0; i < checked->fact_count; i++) {
        const assay_fact *const fact = &checked->facts[i];

        assay_emit_object(out, NULL);
        assay_emit_string(out, "name", fact->name);
        assay_emit_string(out, "standing", assay_standing_name(fact->standing));
        assay_emit_text(out, "text", assay_bytes_of_string(fact->text));
        if (fact->why != NULL)
            assay_emit_string(out, "why", fact->why);
        if (fact->event != ASSAY_NO_EVENT)
            assay_emit_u64(out, "event", fact->event);
        if (fact->pcr != ASSAY_NO_PCR)
            assay_emit_u64(out, "pcr", fact->pcr);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void emit_boot_aggregate(assay_output *out, const assay_boot_aggregate *aggregate)
{
    const assay_alg *const alg = assay_alg_find(aggregate->alg);

    if (aggregate->outcome == ASSAY_BOOT_AGGREGATE_NONE)
        return;
    assay_emit_object(out, "boot_aggregate");
    assay_emit_string(out, "outcome", assay_boot_aggregate_name(aggregate->outcome));
    if (alg != NULL)
        assay_emit_string(out, "bank", alg->name);
    else
        assay_emit_null(out, "bank");
    assay_emit_end(out);
}

int cli_check_emit(const cli_call *call, const cli_checked *checked)
{
    assay_output out = cli_document_begin(call);
    const int status = cli_emit_inputs(&out, &checked->fold->logs);

    assay_emit_string(&out, "verdict", assay_verdict_name(checked->verdict));
    assay_emit_bool(&out, "weak", checked->values.weak);
    cli_check_emit_quote(&out, checked);
    emit_pcrs(&out, checked);
    emit_boot_aggregate(&out, &checked->aggregate);
    emit_explanations(&out, checked);
    emit_facts(&out, checked);
    cli_emit_findings(&out, checked->fold->findings);
    assay_emit_end(&out);
    return status < 0 ? CLI_TROUBLE : CLI_YES;
}
