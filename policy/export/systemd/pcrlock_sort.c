/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which component a measurement is of. Those that systemd-pcrlock's own verbs make ("lock-gpt" ...)
 * or that systemd installs have its names, and exactly its records, so that what systemd writes
 * takes the place of what is written here and is never counted twice.
 */
#include "policy/export/systemd/pcrlock.h"

#include "base/number.h"
#include "eventlog/types.h"
#include "policy/export/systemd/phases.h"

#include <stdio.h>

/* PCRs of the firmware, which ends its part of each with EV_SEPARATOR. */
enum { FIRMWARE_PCRS = 8, SECURE_BOOT_PCR = 7 };

/* What a boot came to so far. */
typedef struct state {
    assay_pcr_set separators; /* the boot has one in these */
    assay_pcr_set separated;  /* and it came already */
    bool started;             /* "Calling EFI Application from Boot Option" came */
} state;

/* Of what systemd has no name for, by what it is of; between systemd's own anchors. */
static const assay_pcrlock_name by_part[ASSAY_PARTS] = {
    [ASSAY_PART_OTHER] = { 690, "other" },
    [ASSAY_PART_PLATFORM] = { 550, "platform" },
    [ASSAY_PART_FIRMWARE] = { 550, "firmware" },
    [ASSAY_PART_SETUP] = { 550, "setup" },
    [ASSAY_PART_OPTION_ROM] = { 605, "option-rom" },
    [ASSAY_PART_SECURE_BOOT] = { 615, "secureboot-other" },
    [ASSAY_PART_BOOT_OPTION] = { 606, "boot-option" },
    [ASSAY_PART_GPT] = { 601, "disk" },
    [ASSAY_PART_SHIM] = { 610, "shim" },
    [ASSAY_PART_LOADER] = { 630, "boot-loader" },
    [ASSAY_PART_GRUB] = { 640, "grub" },
    [ASSAY_PART_UKI] = { 650, "uki" },
    [ASSAY_PART_ADDON] = { 655, "uki-addon" },
    [ASSAY_PART_KERNEL] = { 660, "kernel" },
    [ASSAY_PART_CMDLINE] = { 670, "loader-cmdline" },
    [ASSAY_PART_INITRD] = { 680, "loader-initrd" },
    [ASSAY_PART_EXIT] = { 700, "action-efi-exit-boot-services" },
    [ASSAY_PART_USERSPACE] = { 860, "userspace" },
};

static const assay_pcrlock_name secure_boot_separator = { 400, "secureboot-separator" };
static const assay_pcrlock_name secure_boot_authority = { 620, "secureboot-authority" };
static const assay_pcrlock_name application = { 350, "action-efi-application" };
static const assay_pcrlock_name separator = { 500, "separator" };
static const assay_pcrlock_name gpt = { 600, "gpt" };
static const assay_pcrlock_name kernel_cmdline = { 710, "kernel-cmdline" };
static const assay_pcrlock_name kernel_initrd = { 720, "kernel-initrd" };

/* Code in even PCRs, configuration in odd ones; PCR 6 systemd leaves to the platform's maker. */
static const assay_pcrlock_name early[FIRMWARE_PCRS] = {
    { 250, "firmware-code-early" }, { 250, "firmware-config-early" },
    { 250, "firmware-code-early" }, { 250, "firmware-config-early" },
    { 250, "firmware-code-early" }, { 250, "firmware-config-early" },
    { 260, "platform-early" },      { 240, "secureboot-policy" },
};

static const assay_pcrlock_name late[] = {
    { 550, "firmware-code-late" },
    { 550, "firmware-config-late" },
    { 550, "firmware-code-late" },
    { 550, "firmware-config-late" },
};

bool assay_pcrlock_comes_before(const assay_pcrlock_name *a, const assay_pcrlock_name *b)
{
    char names[2][ASSAY_PCRLOCK_WORD_MAX + 1];

    if (a->number != b->number)
        return a->number < b->number;
    /* In a file's name '.' follows the word, and '-' comes before '.'. */
    snprintf(names[0], sizeof names[0], "%s.", a->word);
    snprintf(names[1], sizeof names[1], "%s.", b->word);
    return strcmp(names[0], names[1]) < 0;
}

bool assay_pcrlock_name_read(assay_bytes text, assay_pcrlock_name *ret_name)
{
    uint64_t number;

    if (text.size < 5 || text.size - 4 >= ASSAY_PCRLOCK_WORD_MAX || text.data[3] != '-' ||
        !assay_digits_read(assay_bytes_of(text.data, 3), 10, ASSAY_PCRLOCK_NUMBER_MAX, &number))
        return false;
    for (size_t i = 4; i < text.size; i++)
        if (!((text.data[i] >= 'a' && text.data[i] <= 'z') ||
              (text.data[i] >= 'A' && text.data[i] <= 'Z') ||
              (text.data[i] >= '0' && text.data[i] <= '9') ||
              text.data[i] == '-' || text.data[i] == '_' || text.data[i] == '.'))
            return false;
    *ret_name = (assay_pcrlock_name){ .number = (unsigned)number };
    memcpy(ret_name->word, text.data + 4, text.size - 4);
    return true;
}

bool assay_pcrlock_is_single(const assay_pcrlock_name *name)
{
    const assay_boot_phase *phase;

    if (name->number == application.number && strcmp(name->word, application.word) == 0)
        return true;
    for (size_t i = 0; (phase = assay_boot_phase_at(i)) != NULL; i++)
        if (name->number == phase->number && strcmp(name->word, phase->word) == 0)
            return true;
    return false;
}

bool assay_pcrlock_is_own(const assay_pcrlock_name *name)
{
    for (size_t i = 0; i < ASSAY_PARTS; i++)
        if (i != ASSAY_PART_EXIT && strcmp(by_part[i].word, name->word) == 0)
            return true;
    return false;
}

static bool says(const assay_event *event, assay_bytes text)
{
    return event->type == EV_EFI_ACTION && assay_bytes_equal(event->data, text);
}

static assay_pcrlock_name phase_name(const assay_boot_phase *phase)
{
    assay_pcrlock_name name = { .number = phase->number };

    memcpy(name.word, phase->word, strlen(phase->word));
    return name;
}

static assay_pcrlock_name of_firmware(const state *boot, const assay_event *event)
{
    const unsigned pcr = event->pcr_index;

    if (event->type == EV_SEPARATOR)
        return pcr == SECURE_BOOT_PCR ? secure_boot_separator : separator;
    if (says(event, ASSAY_LITERAL("Calling EFI Application from Boot Option")) && pcr == 4 &&
        !boot->started)
        return application;
    return early[pcr];
}

static assay_pcrlock_name of_system(const assay_event *event, enum assay_part part)
{
    const unsigned pcr = event->pcr_index;

    if (pcr < sizeof late / sizeof *late)
        return late[pcr];
    if (pcr == 5 && (event->type == EV_EFI_GPT_EVENT || event->type == EV_EFI_GPT_EVENT2))
        return gpt;
    if (pcr == SECURE_BOOT_PCR && event->type == EV_EFI_VARIABLE_AUTHORITY)
        return secure_boot_authority;
    /* "lock-uki" makes one component of an image and its sections, whatever is in these. */
    if (pcr == ASSAY_KERNEL_BOOT_PCR)
        return by_part[ASSAY_PART_UKI];
    if (pcr == 9 && event->type == EV_EVENT_TAG && part == ASSAY_PART_CMDLINE)
        return kernel_cmdline;
    if (pcr == 9 && event->type == EV_EVENT_TAG && part == ASSAY_PART_INITRD)
        return kernel_initrd;
    return by_part[part].number != 0 ? by_part[part] : by_part[ASSAY_PART_OTHER];
}

/* What was read from such files has its name from them. */
static assay_pcrlock_name name_of(const assay_pcrlock_plan *plan, state *boot,
                                  const assay_reference_alternative *at)
{
    const assay_reference_component *const component =
        &plan->job->reference->components[at->component];
    const assay_pcr_set bit = (assay_pcr_set)1 << at->event.pcr_index;
    const assay_boot_phase *const phase = assay_boot_phase_of(at, plan->job->hashes);
    assay_pcrlock_name name;

    if (assay_pcrlock_name_read(assay_bytes_of_string(component->name), &name))
        return name;
    if (phase != NULL)
        return phase_name(phase);
    const bool before = (boot->separators & ~boot->separated & bit) != 0;
    name = before ? of_firmware(boot, &at->event) : of_system(&at->event, component->role);
    if (before && at->event.type == EV_SEPARATOR)
        boot->separated |= bit;
    if (name.number == application.number)
        boot->started = true;
    return name;
}

static int find_kind(assay_pcrlock_plan *plan, const assay_pcrlock_name *name, size_t *ret_kind,
                     assay_error *error)
{
    size_t i = 0;

    while (i < plan->kind_count && (plan->kinds[i].name.number != name->number ||
                                    strcmp(plan->kinds[i].name.word, name->word) != 0))
        i++;
    if (i == ASSAY_PCRLOCK_COMPONENTS_MAX)
        return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE, "more than %d components",
                          ASSAY_PCRLOCK_COMPONENTS_MAX);
    if (i == plan->kind_count)
        plan->kinds[plan->kind_count++] = (assay_pcrlock_kind){ .name = *name, .with = i };
    *ret_kind = i;
    return 0;
}

/* systemd-pcrlock reads the firmware's log and systemd's own, and there what extends. */
static const assay_reference_alternative *record_of(const assay_pcrlock_plan *plan,
                                                    const assay_reference_step *step,
                                                    size_t variant)
{
    const assay_reference_alternative *const at = assay_reference_at(step, variant);

    return at != NULL && step->varies == NULL && at->event.type != EV_NO_ACTION &&
                   at->event.pcr_index < ASSAY_PCRS &&
                   assay_pcr_set_has(plan->pcrs, at->event.pcr_index) &&
                   (step->stage == ASSAY_STAGE_FIRMWARE || step->stage == ASSAY_STAGE_USERSPACE)
               ? at
               : NULL;
}

static state find_separators(const assay_pcrlock_plan *plan, size_t variant)
{
    const assay_reference *const reference = plan->job->reference;
    state boot = { .separators = 0 };

    for (size_t i = 0; i < reference->step_count; i++) {
        const assay_reference_alternative *const at =
            record_of(plan, &reference->steps[i], variant);

        if (at != NULL && at->event.type == EV_SEPARATOR && at->event.pcr_index < FIRMWARE_PCRS)
            boot.separators |= (assay_pcr_set)1 << at->event.pcr_index;
    }
    return boot;
}

static int sort_boot(assay_pcrlock_plan *plan, assay_pcrlock_boot *boot, assay_error *error)
{
    const assay_reference *const reference = plan->job->reference;
    state so_far = find_separators(plan, boot->variant);

    boot->records =
        assay_arena_room(&plan->job->arena, reference->step_count * sizeof *boot->records);
    if (boot->records == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the records");
    for (size_t i = 0; i < reference->step_count; i++) {
        const assay_reference_alternative *const at =
            record_of(plan, &reference->steps[i], boot->variant);

        if (at == NULL)
            continue;
        const assay_pcrlock_name name = name_of(plan, &so_far, at);
        assay_pcrlock_record *const record = &boot->records[boot->count++];
        const int status = find_kind(plan, &name, &record->kind, error);

        record->event = &at->event;
        if (status < 0)
            return status;
    }
    return 0;
}

int assay_pcrlock_sort(assay_pcrlock_plan *plan, assay_error *error)
{
    int status = 0;

    for (size_t i = 0; i < plan->boot_count && status == 0; i++)
        status = sort_boot(plan, &plan->boots[i], error);
    return status;
}
