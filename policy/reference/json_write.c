/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/base64.h"
#include "base/utf8.h"
#include "policy/reference/json_private.h"

#include <stdio.h>

void assay_reference_emit_text(assay_reference_writing *w, const char *key, const char *text)
{
    if (text == NULL)
        return;
    if (!assay_utf8_is_printable(assay_bytes_of_string(text)))
        w->status = -ASSAY_MALFORMED;
    assay_emit_string(&w->out, key, text);
}

void assay_reference_emit_set(assay_reference_writing *w, assay_variant_set variants)
{
    const assay_variant_set all = assay_reference_all(w->reference);

    if ((variants & all) == all)
        return;
    assay_emit_array(&w->out, "variants");
    for (size_t i = 0; i < w->reference->variant_count; i++)
        if ((variants >> i & 1) != 0)
            assay_reference_emit_text(w, NULL, w->reference->variants[i].name);
    assay_emit_end(&w->out);
}

static void emit_texts(assay_reference_writing *w, const assay_reference_text *rows,
                       const void *from)
{
    for (; rows->key != NULL; rows++) {
        const char *text;

        memcpy(&text, (const char *)from + rows->offset, sizeof text);
        assay_reference_emit_text(w, rows->key, text);
    }
}

/* An object of texts, unless none is there. */
static void emit_text_object(assay_reference_writing *w, const char *key,
                             const assay_reference_text *rows, const void *from)
{
    bool some = false;

    for (size_t i = 0; rows[i].key != NULL; i++) {
        const char *text;

        memcpy(&text, (const char *)from + rows[i].offset, sizeof text);
        some = some || text != NULL;
    }
    if (!some)
        return;
    assay_emit_object(&w->out, key);
    emit_texts(w, rows, from);
    assay_emit_end(&w->out);
}

static void emit_head(assay_reference_writing *w)
{
    const assay_reference *const r = w->reference;

    assay_emit_object(&w->out, "assay");
    assay_emit_string(&w->out, "schema", ASSAY_REFERENCE_SCHEMA);
    assay_emit_end(&w->out);
    assay_reference_emit_text(w, "tool", r->tool);
    assay_reference_emit_text(w, "name", r->name);
    assay_reference_emit_text(w, "version", r->version);
    assay_emit_u64(&w->out, "revision", r->revision);
    assay_reference_emit_text(w, "supersedes", r->supersedes);
    assay_reference_emit_text(w, "vendor", r->vendor);
    assay_reference_emit_text(w, "vendor_uri", r->vendor_uri);
    if (r->scope != ASSAY_SCOPE_UNSAID)
        assay_emit_string(&w->out, "scope", assay_scope_name(r->scope));
    emit_text_object(w, "environment", assay_reference_environment_texts, &r->environment);
    emit_text_object(w, "validity", assay_reference_validity_texts, r);
}

static void emit_inputs(assay_reference_writing *w)
{
    if (w->reference->input_count == 0)
        return;
    assay_emit_array(&w->out, "inputs");
    for (size_t i = 0; i < w->reference->input_count; i++) {
        const assay_reference_input *const input = &w->reference->inputs[i];

        assay_emit_object(&w->out, NULL);
        assay_reference_emit_text(w, "name", input->name);
        assay_reference_emit_text(w, "kind", input->kind);
        assay_emit_u64(&w->out, "size", input->size);
        assay_emit_hex(&w->out, "sha256", assay_bytes_of(input->sha256, sizeof input->sha256));
        assay_reference_emit_set(w, input->variants);
        assay_emit_end(&w->out);
    }
    assay_emit_end(&w->out);
}

static void emit_components(assay_reference_writing *w)
{
    if (w->reference->component_count == 0)
        return;
    assay_emit_array(&w->out, "components");
    for (size_t i = 0; i < w->reference->component_count; i++) {
        const assay_reference_component *const component = &w->reference->components[i];

        assay_emit_object(&w->out, NULL);
        assay_emit_string(&w->out, "id", w->ids[i]);
        assay_emit_string(&w->out, "role", assay_part_name(component->role));
        if (component->index != 0)
            assay_emit_u64(&w->out, "index", component->index);
        emit_texts(w, assay_reference_component_texts, component);
        assay_emit_end(&w->out);
    }
    assay_emit_end(&w->out);
}

/* Variants. */

static void emit_values(assay_reference_writing *w, const assay_pcrs *values)
{
    assay_emit_object(&w->out, "values");
    for (size_t i = 0; i < values->bank_count; i++) {
        const assay_pcr_bank *const bank = &values->banks[i];

        assay_emit_object(&w->out, assay_alg_find(bank->alg)->name);
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
            char key[12];

            snprintf(key, sizeof key, "%u", pcr);
            if (assay_pcr_set_has(bank->present, pcr))
                assay_emit_hex(&w->out, key, assay_bytes_of(bank->value[pcr], bank->size));
        }
        assay_emit_end(&w->out);
    }
    assay_emit_end(&w->out);
}

static void emit_confidence(assay_reference_writing *w, const assay_pcr_bank *bank,
                            const uint8_t confidence[ASSAY_PCRS])
{
    if (bank->present == 0)
        return;
    assay_emit_object(&w->out, assay_alg_find(bank->alg)->name);
    for (unsigned word = 0; word < ASSAY_CONFIDENCES; word++) {
        assay_pcr_set set = 0;
        char text[ASSAY_PCR_SET_TEXT];

        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
            if (assay_pcr_set_has(bank->present, pcr) && confidence[pcr] == word)
                set |= (assay_pcr_set)1 << pcr;
        if (set != 0)
            assay_emit_string(&w->out, assay_confidence_name((enum assay_confidence)word),
                              assay_pcr_set_text(set, text));
    }
    assay_emit_end(&w->out);
}

static void emit_only(assay_reference_writing *w, assay_pcr_set pcrs)
{
    char text[ASSAY_PCR_SET_TEXT];

    if (pcrs != 0)
        assay_emit_string(&w->out, "only_pcrs", assay_pcr_set_text(pcrs, text));
}

static void emit_variants(assay_reference_writing *w)
{
    assay_emit_array(&w->out, "variants");
    for (size_t i = 0; i < w->reference->variant_count; i++) {
        const assay_reference_variant *const variant = &w->reference->variants[i];

        assay_emit_object(&w->out, NULL);
        assay_reference_emit_text(w, "name", variant->name);
        emit_only(w, variant->only_pcrs);
        if (variant->values.measurement_registers)
            assay_emit_bool(&w->out, "measurement_registers", true);
        emit_values(w, &variant->values);
        assay_emit_object(&w->out, "confidence");
        for (size_t bank = 0; bank < variant->values.bank_count; bank++)
            emit_confidence(w, &variant->values.banks[bank], variant->confidence[bank]);
        assay_emit_end(&w->out);
        assay_emit_end(&w->out);
    }
    assay_emit_end(&w->out);
}

/* The rest. */

/* They are JSON already, on a line. */
static void emit_extensions(assay_reference_writing *w)
{
    const char *const text = w->reference->extensions;
    assay_writer line = assay_writer_growing(ASSAY_REFERENCE_FILE_MAX);

    if (text == NULL)
        return;
    assay_put_string(&line, "\n  \"extensions\":");
    assay_put_string(&line, text);
    assay_output_join(&w->out, assay_written(&line));
    if (line.failure != 0)
        w->status = -line.failure;
    assay_writer_close(&line);
}

static void emit_signatures(assay_reference_writing *w)
{
    if (w->reference->signature_count == 0)
        return;
    assay_emit_array(&w->out, "signatures");
    for (size_t i = 0; i < w->reference->signature_count; i++) {
        const assay_reference_signature *const signature = &w->reference->signatures[i];
        char text[ASSAY_REFERENCE_SIGNATURE_MAX * 2];
        assay_writer base64 = assay_writer_lent(text, sizeof text);

        assay_put_base64(&base64, signature->value);
        assay_emit_object(&w->out, NULL);
        assay_reference_emit_text(w, "algorithm", signature->algorithm);
        assay_emit_hex(&w->out, "key_id",
                       assay_bytes_of(signature->key_id, sizeof signature->key_id));
        assay_emit_text(&w->out, "value", assay_written(&base64));
        assay_emit_end(&w->out);
        if (base64.failure != 0)
            w->status = -ASSAY_TOO_LARGE;
    }
    assay_emit_end(&w->out);
}

int assay_reference_write(const assay_reference *reference, enum assay_reference_part part,
                          assay_writer *writer)
{
    assay_arena arena = { NULL };
    assay_reference_writing w = { .out = assay_output_json_indented(writer),
                                  .reference = reference,
                                  .ids = assay_reference_component_ids(reference, &arena) };

    if (w.ids == NULL) {
        assay_arena_free(&arena);
        return -ASSAY_NO_MEMORY;
    }
    assay_emit_object(&w.out, NULL);
    emit_head(&w);
    emit_inputs(&w);
    emit_components(&w);
    emit_variants(&w);
    assay_reference_emit_logs(&w);
    assay_reference_emit_steps(&w);
    assay_reference_emit_files(&w);
    emit_extensions(&w);
    if (part == ASSAY_REFERENCE_WHOLE)
        emit_signatures(&w);
    assay_emit_end(&w.out);
    assay_arena_free(&arena);
    return writer->failure != 0 ? -writer->failure : w.status;
}
