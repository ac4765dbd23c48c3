/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON and YAML of assay golden show. */
#include "cli/document.h"
#include "cli/golden_files.h"
#include "cli/golden_show.h"
#include "eventlog/types.h"
#include "policy/reference/json.h"

#include <stdio.h>

static void emit_text(assay_output *out, const char *key, const char *text)
{
    if (text != NULL)
        assay_emit_string(out, key, text);
}

static void emit_head(assay_output *out, const cli_golden_shown *shown)
{
    const assay_reference *const r = shown->reference;

    assay_emit_hex(out, "identity", assay_bytes_of(shown->identity, sizeof shown->identity));
    emit_text(out, "tool", r->tool);
    assay_emit_string(out, "name", r->name);
    emit_text(out, "version", r->version);
    assay_emit_u64(out, "revision", r->revision);
    emit_text(out, "supersedes", r->supersedes);
    emit_text(out, "vendor", r->vendor);
    emit_text(out, "vendor_uri", r->vendor_uri);
    if (r->scope != ASSAY_SCOPE_UNSAID)
        assay_emit_string(out, "scope", assay_scope_name(r->scope));
    emit_text(out, "not_before", r->not_before);
    emit_text(out, "not_after", r->not_after);
    assay_emit_bool(out, "extensions", r->extensions != NULL);
}

static void emit_environment(assay_output *out, const assay_reference_environment *e)
{
    assay_emit_object(out, "environment");
    emit_text(out, "platform_manufacturer", e->platform_manufacturer);
    emit_text(out, "platform_model", e->platform_model);
    emit_text(out, "platform_version", e->platform_version);
    emit_text(out, "firmware_vendor", e->firmware_vendor);
    emit_text(out, "firmware_version", e->firmware_version);
    emit_text(out, "os_name", e->os_name);
    emit_text(out, "os_version", e->os_version);
    emit_text(out, "class_id", e->class_id);
    emit_text(out, "host", e->host);
    assay_emit_end(out);
}

static void emit_signatures(assay_output *out, const cli_golden_shown *shown)
{
    const assay_reference *const r = shown->reference;

    emit_text(out, "signer", cli_golden_signer(shown));
    assay_emit_array(out, "signatures");
    for (size_t i = 0; i < r->signature_count; i++) {
        assay_emit_object(out, NULL);
        assay_emit_string(out, "algorithm", r->signatures[i].algorithm);
        assay_emit_hex(out, "key_id", assay_bytes_of(r->signatures[i].key_id, 32));
        assay_emit_string(out, "status",
                          cli_golden_signature_trusted(shown, i) ? "verified" : "not checked");
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void emit_set(assay_output *out, const assay_reference *r, assay_variant_set variants)
{
    assay_emit_array(out, "variants");
    for (size_t i = 0; i < r->variant_count; i++)
        if ((variants >> i & 1) != 0)
            assay_emit_string(out, NULL, r->variants[i].name);
    assay_emit_end(out);
}

static void emit_provenance(assay_output *out, const assay_reference *r)
{
    assay_emit_array(out, "made_from");
    for (size_t i = 0; i < r->input_count; i++) {
        const assay_reference_input *const input = &r->inputs[i];

        assay_emit_object(out, NULL);
        assay_emit_string(out, "name", input->name);
        assay_emit_string(out, "kind", input->kind);
        assay_emit_u64(out, "size", input->size);
        assay_emit_hex(out, "sha256", assay_bytes_of(input->sha256, sizeof input->sha256));
        emit_set(out, r, input->variants);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void emit_components(assay_output *out, const cli_golden_shown *shown)
{
    const assay_reference *const r = shown->reference;

    assay_emit_array(out, "components");
    for (size_t i = 0; i < r->component_count; i++) {
        const assay_reference_component *const component = &r->components[i];
        const cli_component_steps steps = cli_component_steps_of(shown, i);

        assay_emit_object(out, NULL);
        assay_emit_string(out, "role", assay_part_name(component->role));
        assay_emit_u64(out, "index", component->index);
        assay_emit_string(out, "name", component->name);
        emit_text(out, "version", component->version);
        emit_text(out, "version_scheme", component->version_scheme);
        emit_text(out, "vendor", component->vendor);
        assay_emit_u64(out, "steps", steps.count);
        assay_emit_array(out, "pcrs");
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
            if (assay_pcr_set_has(steps.pcrs, pcr))
                assay_emit_u64(out, NULL, pcr);
        assay_emit_end(out);
        emit_set(out, r, steps.variants);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void emit_bank(assay_output *out, const assay_pcr_bank *bank,
                      const uint8_t confidence[ASSAY_PCRS])
{
    assay_emit_object(out, assay_alg_find(bank->alg)->name);
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
        char key[12];

        if (!assay_pcr_set_has(bank->present, pcr))
            continue;
        snprintf(key, sizeof key, "%u", pcr);
        assay_emit_object(out, key);
        assay_emit_hex(out, "value", assay_bytes_of(bank->value[pcr], bank->size));
        assay_emit_string(out, "confidence",
                          assay_confidence_name((enum assay_confidence)confidence[pcr]));
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void emit_only(assay_output *out, assay_pcr_set pcrs)
{
    char text[ASSAY_PCR_SET_TEXT];

    if (pcrs != 0)
        assay_emit_string(out, "only_pcrs", assay_pcr_set_text(pcrs, text));
}

static void emit_variants(assay_output *out, const assay_reference *r)
{
    assay_emit_array(out, "variants");
    for (size_t i = 0; i < r->variant_count; i++) {
        const assay_reference_variant *const variant = &r->variants[i];

        assay_emit_object(out, NULL);
        assay_emit_string(out, "name", variant->name);
        emit_only(out, variant->only_pcrs);
        assay_emit_bool(out, "measurement_registers", variant->values.measurement_registers);
        assay_emit_object(out, "pcrs");
        for (size_t bank = 0; bank < variant->values.bank_count; bank++)
            emit_bank(out, &variant->values.banks[bank], variant->confidence[bank]);
        assay_emit_end(out);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void emit_type(assay_output *out, uint32_t type)
{
    const assay_event_type *const row = assay_event_type_find(type);

    if (type == ASSAY_NO_EVENT_TYPE)
        return;
    assay_emit_u64(out, "type", type);
    if (row != NULL)
        assay_emit_string(out, "type_name", row->name);
}

static void emit_alternative(assay_output *out, const assay_reference *r,
                             const assay_reference_alternative *alternative)
{
    const assay_event *const event = &alternative->event;
    char text[ASSAY_REFERENCE_WHAT_MAX], unknown[ASSAY_ALG_NUMBER_SIZE];
    assay_writer what = assay_writer_lent(text, sizeof text);

    assay_emit_object(out, NULL);
    emit_set(out, r, alternative->variants);
    if (event->nv_index != 0)
        assay_emit_u64(out, "nv_index", event->nv_index);
    else
        assay_emit_u64(out, "pcr", event->pcr_index);
    emit_type(out, event->type);
    assay_emit_u64(out, "component", alternative->component);
    assay_reference_put_what(&what, event);
    if (what.used > 0)
        assay_emit_text(out, "what", assay_written(&what));
    if (event->label.data != NULL)
        assay_emit_text(out, "label", event->label);
    assay_emit_object(out, "digests");
    for (size_t i = 0; i < event->digest_count; i++)
        assay_emit_hex(out, assay_alg_name(event->digests[i].alg, unknown),
                       event->digests[i].value);
    assay_emit_end(out);
    assay_emit_array(out, "unknown");
    for (size_t i = 0; i < alternative->unknown_count; i++)
        assay_emit_alg(out, NULL, alternative->unknown[i]);
    assay_emit_end(out);
    assay_emit_end(out);
}

static void emit_steps(assay_output *out, const cli_golden_shown *shown)
{
    const assay_reference *const r = shown->reference;

    assay_emit_array(out, "steps");
    for (size_t i = 0; i < r->step_count; i++) {
        const assay_reference_step *const step = &r->steps[i];

        assay_emit_object(out, NULL);
        assay_emit_u64(out, "number", i);
        assay_emit_string(out, "stage", assay_stage_name(step->stage));
        assay_emit_string(out, "held", cli_held_name(cli_held_of(shown, step)));
        emit_text(out, "why", step->varies);
        if (step->varies != NULL)
            assay_emit_bool(out, "repeats", step->repeats);
        assay_emit_array(out, "alternatives");
        for (size_t k = 0; k < step->alternative_count; k++)
            emit_alternative(out, r, &step->alternatives[k]);
        assay_emit_end(out);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void emit_files(assay_output *out, const assay_reference *r)
{
    assay_emit_array(out, "files");
    for (size_t i = 0; i < r->file_count; i++) {
        assay_emit_object(out, NULL);
        assay_emit_text(out, "path", r->files[i].path);
        assay_emit_string(out, "kind", assay_file_kind_name(r->files[i].kind));
        cli_emit_file_digest(out, &r->files[i]);
        emit_set(out, r, r->files[i].variants);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

int cli_golden_emit(const cli_golden_shown *shown)
{
    assay_output out = cli_document_begin(shown->call);

    assay_emit_array(&out, "inputs");
    const int status = cli_emit_input(&out, "reference", &shown->file->input);
    assay_emit_end(&out);
    emit_head(&out, shown);
    emit_environment(&out, &shown->reference->environment);
    emit_signatures(&out, shown);
    emit_provenance(&out, shown->reference);
    emit_components(&out, shown);
    emit_variants(&out, shown->reference);
    emit_steps(&out, shown);
    emit_files(&out, shown->reference);
    assay_emit_end(&out);
    return status;
}
