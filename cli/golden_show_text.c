/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of assay golden show: what is said of the whole, and what comes after what. */
#include "cli/golden_show_text.h"
#include "cli/style.h"

static void put_where(const cli_golden_shown *shown)
{
    const assay_reference_environment *const e = &shown->reference->environment;
    const char *const platform[] = { e->platform_manufacturer, e->platform_model,
                                     e->platform_version };
    const char *const firmware[] = { e->firmware_vendor, e->firmware_version };
    const char *const os[] = { e->os_name, e->os_version };

    cli_shown_put_texts(shown, "platform", platform, 3);
    cli_shown_put_texts(shown, "firmware", firmware, 2);
    cli_shown_put_texts(shown, "system", os, 2);
    cli_shown_put_text(shown, "class", e->class_id);
    cli_shown_put_text(shown, "host", e->host);
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
    cli_shown_put_hex(shown, "identity", shown->identity);
    cli_shown_put_text(shown, "supersedes", r->supersedes);
    cli_shown_put_texts(shown, "vendor", vendor, 2);
    if (r->scope != ASSAY_SCOPE_UNSAID)
        cli_shown_put_text(shown, "scope", assay_scope_name(r->scope));
    put_where(shown);
    cli_shown_put_text(shown, "not before", r->not_before);
    cli_shown_put_text(shown, "not after", r->not_after);
    cli_shown_put_text(shown, "made by", r->tool);
    if (r->extensions != NULL)
        cli_shown_put_text(shown, "extensions", "are there, and mean nothing to this program");
}

static void put_signatures(const cli_golden_shown *shown)
{
    const assay_reference *const r = shown->reference;
    const char *const signer = cli_golden_signer(shown);

    if (signer != NULL) {
        assay_put_format(shown->call->out, "  %-*s", CLI_SHOWN_LABEL, "trusted");
        cli_put_toned(shown->call, CLI_GOOD, "signed by ");
        cli_put_fitted(shown->call->out, assay_bytes_of_string(signer),
                       shown->call->width - CLI_SHOWN_LABEL - 12, 1, 0);
        assay_put_char(shown->call->out, '\n');
    }
    if (r->signature_count == 0)
        cli_shown_put_line(shown, "signatures", "none in the file");
    for (size_t i = 0; i < r->signature_count; i++) {
        char line[256];
        assay_writer writer = assay_writer_lent(line, sizeof line - 1);

        assay_put_format(&writer, "%.40s by ", r->signatures[i].algorithm);
        assay_put_hex(&writer, assay_bytes_of(r->signatures[i].key_id, 8));
        assay_put_format(&writer, "...: %s",
                         cli_golden_signature_trusted(shown, i) ? "verified" : "not checked");
        line[writer.used] = '\0';
        cli_shown_put_line(shown, i == 0 ? "signatures" : "", line);
    }
}

static void put_inputs(const cli_golden_shown *shown)
{
    const assay_reference *const r = shown->reference;

    if (r->input_count > 0)
        cli_shown_put_title(shown, "Made from");
    for (size_t i = 0; i < r->input_count; i++) {
        cli_shown_put_line(shown, r->inputs[i].kind, r->inputs[i].name);
        cli_shown_put_hex(shown, "", r->inputs[i].sha256);
    }
}

void cli_golden_put(const cli_golden_shown *shown)
{
    put_head(shown);
    put_signatures(shown);
    put_inputs(shown);
    if (shown->reference->component_count > 0)
        cli_shown_put_title(shown, "Components");
    for (size_t i = 0; i < shown->reference->component_count; i++)
        cli_shown_put_component(shown, i);
    for (size_t i = 0; i < shown->reference->variant_count; i++)
        cli_shown_put_variant(shown, &shown->reference->variants[i]);
    cli_shown_put_steps(shown);
    if (shown->reference->file_count > 0)
        cli_shown_put_files(shown);
}
