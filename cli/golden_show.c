/* SPDX-License-Identifier: BSD-2-Clause */
/* assay golden show: what a reference holds. */
#include "cli/golden_show.h"

#include "cli/complain.h"
#include "cli/verbs.h"

enum cli_held cli_held_of(const cli_golden_shown *shown, const assay_reference_step *step)
{
    if (step->varies != NULL)
        return CLI_HELD_VARIES;
    return assay_reference_is_fixed(step, assay_reference_all(shown->reference))
               ? CLI_HELD_FIXED
               : CLI_HELD_ALTERNATIVES;
}

const char *cli_held_name(enum cli_held held)
{
    static const char *const names[CLI_HELD_KINDS] = {
        [CLI_HELD_FIXED] = "fixed",
        [CLI_HELD_ALTERNATIVES] = "alternatives",
        [CLI_HELD_VARIES] = "varies",
    };

    return names[held];
}

cli_component_steps cli_component_steps_of(const cli_golden_shown *shown, size_t component)
{
    cli_component_steps steps = { .count = 0 };

    for (size_t i = 0; i < shown->reference->step_count; i++) {
        const assay_reference_step *const step = &shown->reference->steps[i];
        bool its = false;

        for (size_t k = 0; k < step->alternative_count; k++) {
            const assay_reference_alternative *const alternative = &step->alternatives[k];

            if (alternative->component != component)
                continue;
            its = true;
            steps.variants |= alternative->variants;
            if (alternative->event.pcr_index < ASSAY_PCRS)
                steps.pcrs |= (assay_pcr_set)1 << alternative->event.pcr_index;
        }
        steps.count += its;
    }
    return steps;
}

bool cli_golden_signature_trusted(const cli_golden_shown *shown, size_t i)
{
    const cli_reference *const file = shown->file;
    uint8_t id[32];

    return file->signer < file->trusted.count &&
           assay_key_id(file->trusted.keys[file->signer], id) == 0 &&
           memcmp(id, shown->reference->signatures[i].key_id, sizeof id) == 0;
}

const char *cli_golden_signer(const cli_golden_shown *shown)
{
    const cli_golden_show_options *const options = shown->call->options;

    return shown->file->signer < shown->file->trusted.count
               ? options->reference.keys.trust.list[shown->file->signer]
               : NULL;
}

static int show(cli_golden_shown *shown)
{
    const cli_call *const call = shown->call;
    int status = assay_reference_identity(shown->reference, shown->identity);

    if (status < 0)
        return cli_complain_kind(call->verb, shown->file->input.name, status,
                                 "the reference's identity can't be made");
    if (call->common->quiet)
        return CLI_YES;
    if (call->common->notation == CLI_TEXT)
        cli_golden_put(shown);
    else
        status = cli_golden_emit(shown);
    return status < 0 ? cli_complain_inputs(call->verb) : CLI_YES;
}

static int run(const cli_call *call)
{
    const cli_golden_show_options *const options = call->options;
    cli_reference file;
    int status = cli_reference_open(&file, call, call->arguments[0], &options->reference);

    if (status != CLI_YES)
        return status;
    cli_golden_shown shown = { .call = call, .file = &file, .reference = file.reference };
    status = show(&shown);
    cli_reference_close(&file);
    return status;
}

static const cli_option options[] = {
    CLI_REFERENCE_OPTIONS(cli_golden_show_options, reference),
    { 0, NULL, NULL, NULL, NULL, 0, NULL },
};

const cli_verb cli_golden_show = {
    .name = "golden show",
    .summary = "show what a reference holds",
    .usage = "REF",
    .about = "Shows what the reference says of itself, where its values come from and how well "
             "they are known, the components it tells apart, and of each PCR how many of its steps "
             "are fixed, have alternatives or vary; with -v every step.\n"
             "With --trust a reference that none of these keys signed is refused with exit "
             "status 1; without it, signatures are shown and not checked.",
    .options = options,
    .options_size = sizeof(cli_golden_show_options),
    .least = 1,
    .most = 1,
    .run = run,
};
