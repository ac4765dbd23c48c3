/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A boot in the eyes of Keylime's policy "example": each event is looked up by PCR and type, and
 * one that has no row is refused. The policy reads what tpm2_eventlog prints of the log.
 */
#include "policy/export/keylime/refstate_walk.h"

#include "eventlog/types.h"

#include <stdarg.h>
#include <stdio.h>

enum { WHY_MAX = 512 };

void assay_refstate_refuse(assay_refstate_walk *walk, const char *format, ...)
{
    char why[WHY_MAX];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    assay_export_note_on(walk->job, ASSAY_EXPORT_REFUSAL, "variant %s: %s", walk->boot->variant,
                         why);
}

void assay_refstate_add(assay_refstate_walk *walk, enum assay_refstate_field field,
                        assay_bytes item)
{
    assay_refstate_list *const list = &walk->boot->fields[field];
    assay_bytes *const added =
        assay_arena_more(&walk->job->arena, &list->items, list->count, sizeof *added);

    if (added == NULL) {
        walk->failed = true;
        return;
    }
    *added = item;
    list->count++;
}

assay_bytes assay_refstate_text(const assay_event *event)
{
    assay_bytes text = event->data;

    text.size = assay_bytes_find(text, ASSAY_LITERAL("\0"));
    return text;
}

/* What firmware measures of itself, and what it starts. */

static void accept(assay_refstate_walk *walk)
{
    (void)walk;
}

static void visit_no_action(assay_refstate_walk *walk)
{
    assay_refstate_refuse(
        walk, "%s, and the policy takes one EV_NO_ACTION in PCR 0, the log's header",
        assay_bytes_start_with(walk->event->data, ASSAY_LITERAL("StartupLocality"))
            ? "the log has a StartupLocality event"
            : "the log has more EV_NO_ACTION events");
}

static void visit_scrtm(assay_refstate_walk *walk)
{
    assay_refstate_add(walk, ASSAY_REFSTATE_SCRTM, walk->digest);
}

static void visit_firmware(assay_refstate_walk *walk)
{
    assay_refstate_add(walk, ASSAY_REFSTATE_FIRMWARE, walk->digest);
}

static void visit_application(assay_refstate_walk *walk)
{
    assay_refstate_add(walk, ASSAY_REFSTATE_APPLICATIONS, walk->digest);
}

static void visit_separator(assay_refstate_walk *walk)
{
    const assay_bytes data = walk->event->data;

    if (data.size != 4 || !(assay_bytes_all(data, 0x00) || assay_bytes_all(data, 0xFF)))
        assay_refstate_refuse(walk, "the separator of PCR %u is neither 00000000 nor FFFFFFFF",
                              walk->event->pcr_index);
}

static void visit_action(assay_refstate_walk *walk)
{
    static const struct {
        uint32_t pcr;
        const char *text;
    } known[] = {
        { 1, "Entering ROM Based Setup" },
        { 4, "Calling EFI Application from Boot Option" },
        { 4, "Returning from EFI Application from Boot Option" },
        { 5, "Exit Boot Services Invocation" },
        { 5, "Exit Boot Services Returned with Failure" },
        { 5, "Exit Boot Services Returned with Success" },
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].pcr == walk->event->pcr_index &&
            assay_bytes_equal(assay_refstate_text(walk->event),
                              assay_bytes_of_string(known[i].text)))
            return;
    assay_refstate_refuse(walk,
                          "PCR %u has an EV_EFI_ACTION with another text than the policy knows",
                          walk->event->pcr_index);
}

/* The rows: what the policy knows. `most` 0: any number. */
static const struct event_row {
    uint32_t pcr, type;
    size_t most;
    assay_refstate_visit *visit;
} event_rows[] = {
    { 0, EV_NO_ACTION, 0, visit_no_action },
    { 0, EV_S_CRTM_VERSION, 0, visit_scrtm },
    { 0, EV_EFI_PLATFORM_FIRMWARE_BLOB, 0, visit_firmware },
    { 0, EV_EFI_PLATFORM_FIRMWARE_BLOB2, 0, visit_firmware },
    { 0, EV_SEPARATOR, 0, visit_separator },
    { 1, EV_SEPARATOR, 0, visit_separator },
    { 2, EV_SEPARATOR, 0, visit_separator },
    { 3, EV_SEPARATOR, 0, visit_separator },
    { 4, EV_SEPARATOR, 0, visit_separator },
    { 5, EV_SEPARATOR, 0, visit_separator },
    { 6, EV_SEPARATOR, 0, visit_separator },
    { 7, EV_SEPARATOR, 0, visit_separator },
    { 1, EV_CPU_MICROCODE, 1, accept },
    { 1, EV_EFI_HANDOFF_TABLES, 1, accept },
    { 1, EV_EFI_HANDOFF_TABLES2, 1, accept },
    { 1, EV_PLATFORM_CONFIG_FLAGS, 4, accept },
    { 1, EV_EFI_VARIABLE_BOOT, 0, assay_refstate_visit_boot_variable },
    { 1, EV_EFI_ACTION, 0, visit_action },
    { 2, EV_EFI_BOOT_SERVICES_DRIVER, 0, accept },
    { 4, EV_EFI_ACTION, 0, visit_action },
    { 4, EV_EFI_BOOT_SERVICES_APPLICATION, 0, visit_application },
    { 5, EV_EFI_ACTION, 0, visit_action },
    { 5, EV_EFI_GPT_EVENT, 1, accept },
    { 7, EV_EFI_VARIABLE_DRIVER_CONFIG, 0, assay_refstate_visit_variable },
    { 7, EV_EFI_VARIABLE_AUTHORITY, 0, assay_refstate_visit_variable },
    { 8, EV_IPL, 0, assay_refstate_visit_command },
    { 9, EV_IPL, 0, assay_refstate_visit_file },
    { 14, EV_IPL, 0, assay_refstate_visit_mok },
};

static void visit_event(assay_refstate_walk *walk)
{
    const assay_event *const event = walk->event;
    const assay_event_type *const type = assay_event_type_find(event->type);

    for (size_t i = 0; i < sizeof event_rows / sizeof *event_rows; i++) {
        const struct event_row *const row = &event_rows[i];

        if (row->pcr != event->pcr_index || row->type != event->type)
            continue;
        if (++walk->seen[i] > row->most && row->most > 0)
            assay_refstate_refuse(walk, "PCR %u has more than %zu events %s", row->pcr, row->most,
                                  type->name);
        else
            row->visit(walk);
        return;
    }
    if (type != NULL)
        assay_refstate_refuse(walk, "PCR %u has an event %s, which the policy doesn't know there",
                              event->pcr_index, type->name);
    else
        assay_refstate_refuse(walk,
                              "PCR %u has an event of type 0x%x, which the policy doesn't know",
                              event->pcr_index, event->type);
}

static bool is_held(const assay_reference_step *step, const assay_reference_alternative *at)
{
    bool held = step->varies == NULL;

    for (size_t i = 0; i < at->unknown_count; i++)
        held = held && at->unknown[i] != ASSAY_ALG_SHA256;
    return held;
}

int assay_refstate_read_boot(assay_export_job *job, size_t variant, assay_refstate_boot *ret_boot)
{
    assay_refstate_walk walk = { .job = job, .boot = ret_boot };

    *ret_boot = (assay_refstate_boot){ .variant = job->reference->variants[variant].name };
    for (size_t i = 0; i < job->reference->step_count && !walk.failed; i++) {
        const assay_reference_step *const step = &job->reference->steps[i];
        const assay_reference_alternative *const at = assay_reference_at(step, variant);

        if (at == NULL || step->stage != ASSAY_STAGE_FIRMWARE)
            continue;
        walk.event = &at->event;
        walk.varies = !is_held(step, at);
        walk.digest =
            walk.varies ? ASSAY_NO_BYTES : assay_event_digest_of(&at->event, ASSAY_ALG_SHA256);
        visit_event(&walk);
    }
    return walk.failed ? -ASSAY_NO_MEMORY : 0;
}
