/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/golden_check.h"

#include "cli/complain.h"
#include "cli/document.h"
#include "cli/golden_files.h"
#include "eventlog/payload/payload.h"

static void emit_text_or_null(assay_output *out, const char *key, const char *text)
{
    if (text != NULL)
        assay_emit_text(out, key, assay_bytes_of_string(text));
    else
        assay_emit_null(out, key);
}

/* The digests and the decoded data of an event, or null. */
static void emit_event(assay_output *out, const char *key, const assay_event *event)
{
    assay_payload payload;

    if (event == NULL) {
        assay_emit_null(out, key);
        return;
    }
    assay_emit_object(out, key);
    assay_emit_u64(out, "type", event->type);
    assay_emit_object(out, "digests");
    for (size_t i = 0; i < event->digest_count; i++) {
        const assay_alg *const alg = assay_alg_find(event->digests[i].alg);

        if (alg != NULL)
            assay_emit_hex(out, alg->name, event->digests[i].value);
    }
    assay_emit_end(out);
    assay_emit_object(out, "decoded");
    assay_payload_decode(event, &payload);
    assay_emit_string(out, "payload", assay_payload_kind_name(payload.kind));
    assay_payload_emit(out, &payload);
    assay_emit_end(out);
    assay_emit_end(out);
}

/* What a file of that path may be. */
static void emit_held(assay_output *out, const assay_reference *reference, size_t at)
{
    const size_t count = at != SIZE_MAX ? cli_files_of_path(reference, at) : 0;

    assay_emit_array(out, "held");
    for (size_t i = 0; i < count; i++) {
        assay_emit_object(out, NULL);
        cli_emit_file_digest(out, &reference->files[at + i]);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void emit_difference(assay_output *out, const assay_reference *reference,
                            const assay_reference_difference *d)
{
    assay_emit_object(out, NULL);
    assay_emit_string(out, "kind", assay_compared_name(d->kind));
    assay_emit_string(out, "role", assay_part_name(d->role));
    assay_emit_string(out, "stage", assay_stage_name(d->stage));
    assay_emit_u64(out, "pcr", d->pcr_index);
    if (d->event != ASSAY_NO_EVENT)
        assay_emit_u64(out, "event", d->event);
    else
        assay_emit_null(out, "event");
    if (d->step != SIZE_MAX)
        assay_emit_u64(out, "step", d->step);
    else
        assay_emit_null(out, "step");
    assay_emit_bool(out, "data_contradicted", d->contradicted);
    emit_event(out, "expected", d->expected);
    emit_event(out, "actual", d->actual);
    emit_held(out, reference, d->file);
    assay_emit_end(out);
}

static void emit_components(assay_output *out, const assay_reference_result *result)
{
    assay_emit_array(out, "components");
    for (size_t i = 0; i < result->component_count; i++) {
        const assay_reference_component_result *const c = &result->components[i];

        assay_emit_object(out, NULL);
        assay_emit_string(out, "role", assay_part_name(c->role));
        assay_emit_u64(out, "index", c->index);
        emit_text_or_null(out, "name", c->name);
        emit_text_or_null(out, "version", c->version);
        assay_emit_string(out, "outcome", assay_compared_name(c->outcome));
        if (c->first != SIZE_MAX)
            assay_emit_u64(out, "first_difference", c->first);
        else
            assay_emit_null(out, "first_difference");
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void emit_hex_or_null(assay_output *out, const char *key, assay_bytes bytes)
{
    if (bytes.data != NULL)
        assay_emit_hex(out, key, bytes);
    else
        assay_emit_null(out, key);
}

static void emit_pcrs(assay_output *out, const assay_reference_result *result)
{
    assay_emit_array(out, "pcrs");
    for (size_t i = 0; i < result->pcr_count; i++) {
        const assay_reference_pcr_result *const pcr = &result->pcrs[i];

        assay_emit_object(out, NULL);
        assay_emit_string(out, "bank", assay_alg_find(pcr->alg)->name);
        assay_emit_u64(out, "pcr", pcr->pcr);
        emit_hex_or_null(out, "expected", pcr->expected);
        emit_hex_or_null(out, "actual", pcr->actual);
        assay_emit_string(out, "outcome", assay_compared_name(pcr->outcome));
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void emit_reference(assay_output *out, const cli_golden_checked *checked, int *status)
{
    const assay_reference *const reference = checked->reference.reference;

    assay_emit_object(out, "reference");
    emit_text_or_null(out, "name", reference->name);
    assay_emit_u64(out, "revision", reference->revision);
    assay_emit_bool(out, "trusted", checked->reference.signer != SIZE_MAX);
    assay_emit_bool(out, "in_date", checked->expired == NULL);
    assay_emit_array(out, "inputs");
    *status = cli_emit_input(out, "reference", &checked->reference.input);
    assay_emit_end(out);
    assay_emit_end(out);
}

int cli_golden_check_emit(const cli_call *call, const cli_golden_checked *checked)
{
    const assay_reference_result *const result = &checked->result;
    assay_output out = cli_document_begin(call);
    int reference;
    const int status = cli_emit_inputs(&out, &checked->boot->logs);

    emit_reference(&out, checked, &reference);
    assay_emit_string(&out, "at", checked->at);
    assay_emit_string(&out, "verdict",
                      assay_reference_verdict_name(cli_golden_verdict(checked)));
    emit_text_or_null(&out, "variant", cli_golden_variant(checked));
    emit_text_or_null(&out, "why", checked->expired != NULL ? checked->expired : result->why);
    assay_emit_bool(&out, "weak", result->weak);
    assay_emit_bool(&out, "vouched", result->vouched);
    assay_emit_bool(&out, "log_contradicts", result->log_contradicts);
    assay_emit_array(&out, "unlogged");
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        if (assay_pcr_set_has(result->unlogged, pcr))
            assay_emit_u64(&out, NULL, pcr);
    assay_emit_end(&out);
    assay_emit_u64(&out, "unlisted", result->unlisted);
    emit_components(&out, result);
    assay_emit_array(&out, "differences");
    for (size_t i = 0; i < result->difference_count; i++)
        emit_difference(&out, checked->reference.reference, &result->differences[i]);
    assay_emit_end(&out);
    emit_pcrs(&out, result);
    cli_emit_findings(&out, &checked->boot->findings);
    assay_emit_end(&out);
    return status < 0 || reference < 0 ? cli_complain_inputs(call->verb) : CLI_YES;
}
