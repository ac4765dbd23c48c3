/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of assay golden show: variants and their values, and components. */
#include "cli/golden_show_text.h"
#include "cli/style.h"

void cli_shown_put_variant(const cli_golden_shown *shown, const assay_reference_variant *variant)
{
    assay_writer *const out = shown->call->out;
    const char *const what = variant->values.measurement_registers ? "register" : "PCR";

    assay_put_char(out, '\n');
    cli_tone_begin(shown->call, CLI_STRONG);
    assay_put_string(out, "Variant ");
    cli_put_fitted(out, assay_bytes_of_string(variant->name), shown->call->width - 8, 1, 0);
    cli_tone_end(shown->call, CLI_STRONG);
    assay_put_char(out, '\n');
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

void cli_shown_put_component(const cli_golden_shown *shown, size_t i)
{
    const assay_reference_component *const c = &shown->reference->components[i];
    const cli_component_steps steps = cli_component_steps_of(shown, i);
    assay_writer *const out = shown->call->out;
    const char *const texts[] = { c->name, c->version, c->vendor };

    cli_shown_put_texts(shown, assay_part_name(c->role), texts, 3);
    assay_put_format(out, "  %-*s%zu step%s", CLI_SHOWN_LABEL, "", steps.count,
                     steps.count == 1 ? "" : "s");
    if (steps.pcrs != 0) {
        assay_put_string(out, ", PCR ");
        assay_pcr_set_write(out, steps.pcrs);
    }
    assay_put_char(out, '\n');
    if (steps.count > 0)
        cli_shown_put_only_in(shown, steps.variants);
}
