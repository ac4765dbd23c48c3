/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of assay golden show: steps. */
#include "cli/golden_show_text.h"
#include "cli/style.h"
#include "eventlog/types.h"
#include "policy/reference/json.h"

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
        cli_shown_put_names(shown, alternative->variants, shown->call->width - 9, 9);
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

void cli_shown_put_steps(const cli_golden_shown *shown)
{
    const assay_reference *const r = shown->reference;

    cli_shown_put_title(shown, r->step_count > 0 ? "Steps" : "No steps: values alone");
    if (r->step_count > 0)
        put_counts(shown);
    for (size_t i = 0; i < r->step_count; i++)
        if (shown->call->common->verbose > 0 || cli_held_of(shown, &r->steps[i]) != CLI_HELD_FIXED)
            put_step(shown, i);
}
