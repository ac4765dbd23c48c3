/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of assay golden show. */
#include "cli/golden_files.h"
#include "cli/golden_show.h"
#include "cli/style.h"
#include "eventlog/types.h"
#include "policy/reference/json.h"

enum { LABEL = 14 }; /* columns of what stands before a value */

static void put_bytes(const cli_golden_shown *shown, const char *label, assay_bytes text)
{
    assay_put_format(shown->call->out, "  %-*s", LABEL, label);
    cli_put_fitted(shown->call->out, text, shown->call->width - LABEL - 2, 2, LABEL + 2);
    assay_put_char(shown->call->out, '\n');
}

static void put_line(const cli_golden_shown *shown, const char *label, const char *text)
{
    put_bytes(shown, label, assay_bytes_of_string(text));
}

/* Several texts in a line, those that there are. */
static void put_texts(const cli_golden_shown *shown, const char *label, const char *const *texts,
                      size_t count)
{
    char line[512];
    assay_writer writer = assay_writer_lent(line, sizeof line - 1);

    for (size_t i = 0; i < count; i++)
        if (texts[i] != NULL)
            assay_put_format(&writer, "%s%.160s", writer.used > 0 ? " " : "", texts[i]);
    line[writer.used] = '\0';
    if (writer.used > 0)
        put_line(shown, label, line);
}

static void put_text(const cli_golden_shown *shown, const char *label, const char *text)
{
    put_texts(shown, label, &text, 1);
}

static void put_title(const cli_golden_shown *shown, const char *title)
{
    assay_put_char(shown->call->out, '\n');
    cli_put_toned(shown->call, CLI_STRONG, title);
    assay_put_char(shown->call->out, '\n');
}

static void put_hex(assay_writer *out, const char *label, const uint8_t digest[32])
{
    assay_put_format(out, "  %-*s", LABEL, label);
    assay_put_hex(out, assay_bytes_of(digest, 32));
    assay_put_char(out, '\n');
}

static void put_where(const cli_golden_shown *shown)
{
    const assay_reference_environment *const e = &shown->reference->environment;
    const char *const platform[] = { e->platform_manufacturer, e->platform_model,
                                     e->platform_version };
    const char *const firmware[] = { e->firmware_vendor, e->firmware_version };
    const char *const os[] = { e->os_name, e->os_version };

    put_texts(shown, "platform", platform, 3);
    put_texts(shown, "firmware", firmware, 2);
    put_texts(shown, "system", os, 2);
    put_text(shown, "class", e->class_id);
    put_text(shown, "host", e->host);
}

static void put_head(const cli_golden_shown *shown)
{
    const assay_reference *const r = shown->reference;
    const char *const vendor[] = { r->vendor, r->vendor_uri };
    const char *const name[] = { "Reference", r->name, r->version };
    char line[512];
    assay_writer title = assay_writer_lent(line, sizeof line - 1);

    for (size_t i = 0; i < 3; i++)
        if (name[i] != NULL)
            assay_put_format(&title, "%s%.200s", i > 0 ? " " : "", name[i]);
    assay_put_format(&title, ", revision %llu", (unsigned long long)r->revision);
    cli_tone_begin(shown->call, CLI_STRONG);
    cli_put_fitted(shown->call->out, assay_written(&title), shown->call->width, 1, 0);
    cli_tone_end(shown->call, CLI_STRONG);
    assay_put_char(shown->call->out, '\n');
    put_hex(shown->call->out, "identity", shown->identity);
    put_text(shown, "supersedes", r->supersedes);
    put_texts(shown, "vendor", vendor, 2);
    if (r->scope != ASSAY_SCOPE_UNSAID)
        put_text(shown, "scope", assay_scope_name(r->scope));
    put_where(shown);
    put_text(shown, "not before", r->not_before);
    put_text(shown, "not after", r->not_after);
    put_text(shown, "made by", r->tool);
    if (r->extensions != NULL)
        put_text(shown, "extensions", "are there, and mean nothing to this program");
}

static void put_signatures(const cli_golden_shown *shown)
{
    const assay_reference *const r = shown->reference;
    const char *const signer = cli_golden_signer(shown);

    if (signer != NULL) {
        assay_put_format(shown->call->out, "  %-*s", LABEL, "trusted");
        cli_put_toned(shown->call, CLI_GOOD, "signed by ");
        cli_put_fitted(shown->call->out, assay_bytes_of_string(signer),
                       shown->call->width - LABEL - 12, 1, 0);
        assay_put_char(shown->call->out, '\n');
    }
    if (r->signature_count == 0)
        put_line(shown, "signatures", "none in the file");
    for (size_t i = 0; i < r->signature_count; i++) {
        char line[256];
        assay_writer writer = assay_writer_lent(line, sizeof line - 1);

        assay_put_format(&writer, "%.40s by ", r->signatures[i].algorithm);
        assay_put_hex(&writer, assay_bytes_of(r->signatures[i].key_id, 8));
        assay_put_format(&writer, "...: %s",
                         cli_golden_signature_trusted(shown, i) ? "verified" : "not checked");
        line[writer.used] = '\0';
        put_line(shown, i == 0 ? "signatures" : "", line);
    }
}

static void put_inputs(const cli_golden_shown *shown)
{
    const assay_reference *const r = shown->reference;

    if (r->input_count > 0)
        put_title(shown, "Made from");
    for (size_t i = 0; i < r->input_count; i++) {
        put_line(shown, r->inputs[i].kind, r->inputs[i].name);
        put_hex(shown->call->out, "", r->inputs[i].sha256);
    }
}

/* Variants and components. */

static void put_variants(const cli_golden_shown *shown, assay_variant_set variants, size_t columns,
                         size_t indent)
{
    const assay_reference *const r = shown->reference;
    char line[512];
    assay_writer writer = assay_writer_lent(line, sizeof line);

    for (size_t i = 0; i < r->variant_count; i++)
        if ((variants >> i & 1) != 0)
            assay_put_format(&writer, "%s%.100s", writer.used > 0 ? ", " : "", r->variants[i].name);
    cli_put_fitted(shown->call->out, assay_written(&writer), columns, 3, indent);
}

static void put_variant(const cli_golden_shown *shown, const assay_reference_variant *variant)
{
    assay_writer *const out = shown->call->out;
    const char *const what = variant->values.measurement_registers ? "register" : "PCR";

    assay_put_char(out, '\n');
    cli_tone_begin(shown->call, CLI_STRONG);
    assay_put_string(out, "Variant ");
    cli_put_fitted(out, assay_bytes_of_string(variant->name), shown->call->width - 8, 1, 0);
    cli_tone_end(shown->call, CLI_STRONG);
    assay_put_char(out, '\n');
    if (variant->only_pcrs != 0) {
        assay_put_format(out, "  of %s ", what);
        assay_pcr_set_write(out, variant->only_pcrs);
        assay_put_string(out, " alone\n");
    }
    for (size_t i = 0; i < variant->values.bank_count; i++) {
        const assay_pcr_bank *const bank = &variant->values.banks[i];

        if (bank->present != 0)
            assay_put_format(out, "  %s, bank %s\n", what, assay_alg_find(bank->alg)->name);
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
            if (!assay_pcr_set_has(bank->present, pcr))
                continue;
            assay_put_format(out, "%4u ", pcr);
            assay_put_hex(out, assay_bytes_of(bank->value[pcr], bank->size));
            assay_put_format(out, " %s\n", assay_confidence_name(variant->confidence[i][pcr]));
        }
    }
}

static void put_component(const cli_golden_shown *shown, size_t i)
{
    const assay_reference_component *const c = &shown->reference->components[i];
    const cli_component_steps steps = cli_component_steps_of(shown, i);
    const assay_variant_set all = assay_reference_all(shown->reference);
    assay_writer *const out = shown->call->out;
    const char *const texts[] = { c->name, c->version, c->vendor };

    put_texts(shown, assay_part_name(c->role), texts, 3);
    assay_put_format(out, "  %-*s%zu step%s", LABEL, "", steps.count, steps.count == 1 ? "" : "s");
    if (steps.pcrs != 0) {
        assay_put_string(out, ", PCR ");
        assay_pcr_set_write(out, steps.pcrs);
    }
    assay_put_char(out, '\n');
    if (steps.count == 0 || (steps.variants & all) == all)
        return;
    assay_put_format(out, "  %-*sonly in ", LABEL, "");
    put_variants(shown, steps.variants, shown->call->width - LABEL - 10, LABEL + 10);
    assay_put_char(out, '\n');
}

/* Steps. */

static void put_type(assay_writer *out, const assay_event *event)
{
    const assay_event_type *const row = assay_event_type_find(event->type);

    if (row != NULL)
        assay_put_string(out, row->name);
    else if (event->type == ASSAY_NO_EVENT_TYPE)
        assay_put_string(out, assay_content_name(event->content));
    else
        assay_put_format(out, "0x%08x", event->type);
}

/* How many steps of each kind go into a PCR. */
static void put_counts(const cli_golden_shown *shown)
{
    size_t counts[ASSAY_PCRS][CLI_HELD_KINDS] = { { 0 } };

    for (size_t i = 0; i < shown->reference->step_count; i++) {
        const assay_reference_step *const step = &shown->reference->steps[i];
        const uint32_t pcr = step->alternatives[0].event.pcr_index;

        if (pcr < ASSAY_PCRS)
            counts[pcr][cli_held_of(shown, step)]++;
    }
    assay_put_string(shown->call->out, "   PCR  fixed  alternatives  varies\n");
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
        const size_t *const n = counts[pcr];

        if (n[0] + n[1] + n[2] > 0)
            assay_put_format(shown->call->out, "%6u %6zu %13zu %7zu\n", pcr, n[CLI_HELD_FIXED],
                             n[CLI_HELD_ALTERNATIVES], n[CLI_HELD_VARIES]);
    }
}

static void put_digests(const cli_golden_shown *shown,
                        const assay_reference_alternative *alternative)
{
    for (size_t i = 0; i < alternative->event.digest_count; i++) {
        char unknown[ASSAY_ALG_NUMBER_SIZE];

        assay_put_format(shown->call->out, "      %-8s",
                         assay_alg_name(alternative->event.digests[i].alg, unknown));
        assay_put_hex(shown->call->out, alternative->event.digests[i].value);
        assay_put_char(shown->call->out, '\n');
    }
    for (size_t i = 0; i < alternative->unknown_count; i++) {
        char unknown[ASSAY_ALG_NUMBER_SIZE];

        assay_put_format(shown->call->out, "      %-8snot known\n",
                         assay_alg_name(alternative->unknown[i], unknown));
    }
}

/* "PCR 4  EV_EFI_BOOT_SERVICES_APPLICATION  kernel", and below what it is of. */
static void put_event(const cli_golden_shown *shown, const assay_reference_alternative *alternative)
{
    const assay_event *const event = &alternative->event;
    const assay_reference_component *const component =
        &shown->reference->components[alternative->component];
    assay_writer *const out = shown->call->out;
    char text[1024];
    assay_writer what = assay_writer_lent(text, sizeof text);

    if (event->nv_index != 0)
        assay_put_format(out, "NV 0x%x  ", event->nv_index);
    else
        assay_put_format(out, "PCR %u  ", event->pcr_index);
    put_type(out, event);
    assay_put_format(out, "  %s\n", assay_part_name(component->role));
    if (!assay_event_keeps_data(event))
        assay_put(&what, event->label);
    else
        assay_reference_put_what(&what, event);
    if (what.used > 0) {
        assay_put_string(out, "      ");
        cli_put_fitted(out, assay_written(&what), shown->call->width - 6, 2, 6);
        assay_put_char(out, '\n');
    }
}

static void put_alternative(const cli_golden_shown *shown,
                            const assay_reference_alternative *alternative, bool all)
{
    put_event(shown, alternative);
    if (!all) {
        assay_put_string(shown->call->out, "      in ");
        put_variants(shown, alternative->variants, shown->call->width - 9, 9);
        assay_put_char(shown->call->out, '\n');
    }
    if (shown->call->common->verbose > 0)
        put_digests(shown, alternative);
}

static void put_step(const cli_golden_shown *shown, size_t i)
{
    const assay_reference_step *const step = &shown->reference->steps[i];
    const enum cli_held held = cli_held_of(shown, step);
    const assay_variant_set all = assay_reference_all(shown->reference);
    assay_writer *const out = shown->call->out;

    for (size_t k = 0; k < step->alternative_count; k++) {
        if (k == 0)
            assay_put_format(out, "%5zu %s  ", i, cli_held_name(held));
        else
            assay_put_string(out, "      or  ");
        put_alternative(shown, &step->alternatives[k],
                        (step->alternatives[k].variants & all) == all);
    }
    if (step->varies == NULL)
        return;
    assay_put_string(out, "      ");
    cli_put_fitted(out, assay_bytes_of_string(step->varies), shown->call->width - 6, 2, 6);
    assay_put_string(out, step->repeats ? "\n      any number of times\n" : "\n");
}

static void put_steps(const cli_golden_shown *shown)
{
    const assay_reference *const r = shown->reference;

    put_title(shown, r->step_count > 0 ? "Steps" : "No steps: values alone");
    if (r->step_count > 0)
        put_counts(shown);
    for (size_t i = 0; i < r->step_count; i++)
        if (shown->call->common->verbose > 0 || cli_held_of(shown, &r->steps[i]) != CLI_HELD_FIXED)
            put_step(shown, i);
}

/* Files. */

static void put_file_counts(const cli_golden_shown *shown)
{
    static const char *const names[ASSAY_FILE_KINDS][2] = { { "file", "files" },
                                                            { "keyring", "keyrings" },
                                                            { "buffer", "buffers" } };
    const assay_reference *const r = shown->reference;
    size_t counts[ASSAY_FILE_KINDS] = { 0 };

    for (size_t at = 0; at < r->file_count; at += cli_files_of_path(r, at))
        counts[r->files[at].kind]++;
    assay_put_string(shown->call->out, "  ");
    for (size_t kind = 0; kind < ASSAY_FILE_KINDS; kind++)
        if (counts[kind] > 0)
            assay_put_format(shown->call->out, "%zu %s, ", counts[kind],
                             names[kind][counts[kind] != 1]);
    assay_put_format(shown->call->out, "%zu digest%s\n", r->file_count,
                     r->file_count == 1 ? "" : "s");
}

/* What the kernel may list once it runs. */
static void put_files(const cli_golden_shown *shown)
{
    const assay_reference *const r = shown->reference;
    const assay_variant_set all = assay_reference_all(r);

    put_title(shown, "Files");
    put_file_counts(shown);
    for (size_t i = 0, next = 0; shown->call->common->verbose > 0 && i < r->file_count; i++) {
        if (i == next) {
            next += cli_files_of_path(r, i);
            put_bytes(shown, assay_file_kind_name(r->files[i].kind), r->files[i].path);
        }
        assay_put_string(shown->call->out, "  ");
        cli_put_file_digest(shown->call->out, &r->files[i], 2, LABEL + 2);
        if ((r->files[i].variants & all) == all)
            continue;
        assay_put_format(shown->call->out, "  %-*sonly in ", LABEL, "");
        put_variants(shown, r->files[i].variants, shown->call->width - LABEL - 10, LABEL + 10);
        assay_put_char(shown->call->out, '\n');
    }
}

void cli_golden_put(const cli_golden_shown *shown)
{
    put_head(shown);
    put_signatures(shown);
    put_inputs(shown);
    if (shown->reference->component_count > 0)
        put_title(shown, "Components");
    for (size_t i = 0; i < shown->reference->component_count; i++)
        put_component(shown, i);
    for (size_t i = 0; i < shown->reference->variant_count; i++)
        put_variant(shown, &shown->reference->variants[i]);
    put_steps(shown);
    if (shown->reference->file_count > 0)
        put_files(shown);
}
