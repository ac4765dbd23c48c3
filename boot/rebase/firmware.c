/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCR 0 and 2: the firmware's own code (boot/loader/firmware.c: EDK2's OVMF; what other firmware
 * measures of itself isn't known), and drivers out of option ROMs.
 */
#include "boot/artefact/ovmf.h"
#include "boot/rebase/play.h"
#include "eventlog/payload/blob.h"

/* The machine as far as OVMF's modules write it into their volume before it is measured. */
static void take_machine(const assay_rebase *what, assay_scenario *scenario)
{
    scenario->firmware = what->firmware;
    scenario->machine.memory = what->machine.memory;
    scenario->machine.cpus = what->machine.cpus;
    scenario->machine.smm = what->machine.smm;
    scenario->machine.physical_address_bits = what->machine.physical_address_bits;
    scenario->machine.gigabyte_pages = what->machine.gigabyte_pages;
    if (what->old_variables == NULL)
        return;
    /* Lent to be read, and the play's own are put back: no other way takes its const off. */
    scenario->variables = /* NOLINTNEXTLINE(performance-no-int-to-ptr): it never was a number */
        (assay_variables *)(uintptr_t)what->old_variables;
}

/* An event of the base's that a played one of the same type takes the place of, in their order. */
static size_t next_of_type(const assay_rebase_work *work, uint32_t type, size_t from)
{
    for (size_t i = from; i < work->count; i++)
        if (!work->items[i].removed && work->items[i].kept != NULL &&
            work->items[i].kept->event.pcr_index == 0 && work->items[i].kept->event.type == type)
            return i;
    return work->count;
}

static void take_played(assay_rebase_work *work, const assay_prediction *played)
{
    size_t from = 0;

    for (size_t i = 0; i < played->count && work->status == 0; i++) {
        const assay_predicted_event *const event = &played->events[i];
        const size_t at = next_of_type(work, event->event.type, from);

        if (event->event.pcr_index != 0 || at == work->count)
            continue;
        assay_work_copy_unless_same(work, at, event);
        from = at + 1;
    }
}

static bool is_code(const assay_rebase_item *item)
{
    return !item->removed && (item->is.role == ASSAY_ROLE_FIRMWARE_VOLUME ||
                              item->is.role == ASSAY_ROLE_CRTM_VERSION);
}

/* As many events as OVMF has, and the volumes where it has them: else it is other firmware. */
static bool looks_like(const assay_rebase_work *work, const assay_ovmf *ovmf)
{
    size_t versions = 0, volumes = 0;

    for (size_t i = 0; i < work->count; i++) {
        const assay_rebase_item *const item = &work->items[i];
        assay_blob blob;

        if (!is_code(item))
            continue;
        if (item->is.role == ASSAY_ROLE_CRTM_VERSION)
            versions++;
        else if (assay_blob_decode(item->kept->event.data, &blob) &&
                 (blob.base == ovmf->peifv_base || blob.base == ovmf->dxefv_base))
            volumes++;
        else
            return false;
    }
    return versions == 1 && volumes == 2;
}

/* OVMF's first volume holds what its modules found out about the machine. */
static void doubt_machine(assay_rebase_work *work, uint64_t base)
{
    const assay_rebase *const what = work->what;

    if (what->machine.memory > 0 && (!what->machine.smm || what->old_variables != NULL))
        return;
    for (size_t i = 0; i < work->count; i++) {
        assay_blob blob;

        if (is_code(&work->items[i]) && work->items[i].made > 0 &&
            assay_blob_decode(assay_work_event(work, i)->data, &blob) && blob.base == base)
            assay_work_unknown(work, i, ASSAY_NO_BYTES,
                               "it depends on the machine's memory and variables, which weren't "
                               "given");
    }
}

static void replace_code(assay_rebase_work *work)
{
    assay_rebase_play play;
    assay_ovmf ovmf;
    bool known = false;

    if (assay_rebase_play_begin(work, &play, 0) &&
        assay_ovmf_open(&ovmf, work->what->firmware, NULL) == 0) {
        assay_variables *const own = play.scenario.variables;

        known = looks_like(work, &ovmf);
        const uint64_t base = ovmf.peifv_base;
        assay_ovmf_close(&ovmf);
        take_machine(work->what, &play.scenario);
        if (known)
            assay_firmware_start(&play.boot);
        known = known && assay_rebase_play_finish(work, &play);
        if (known)
            take_played(work, play.boot.prediction);
        if (known)
            doubt_machine(work, base);
        play.scenario.variables = own;
    }
    assay_rebase_play_end(work, &play);
    for (size_t i = 0; i < work->count && !known && work->status == 0; i++)
        if (is_code(&work->items[i]))
            assay_work_unknown(work, i, ASSAY_NO_BYTES,
                               "which bytes of the firmware image this machine measures isn't "
                               "known");
}

/* Drivers of a ROM in the place of those that the base has of ROMs; before boot options. */
static void replace_rom(assay_rebase_work *work)
{
    size_t at = assay_work_find(work, ASSAY_ROLE_BOOT_ORDER, 0);
    assay_rebase_play play;

    for (size_t i = work->count; i-- > 0;)
        if (work->items[i].is.role == ASSAY_ROLE_DRIVER && !work->items[i].removed &&
            assay_work_event(work, i)->pcr_index == 2) {
            assay_work_remove(work, i);
            at = i;
        }
    if (at == work->count)
        at = assay_work_find(work, ASSAY_ROLE_SEPARATOR, 0);
    if (assay_rebase_play_begin(work, &play, at)) {
        play.scenario.rom_count = work->what->option_rom.size > 0 ? 1 : 0;
        play.scenario.roms[0] = (assay_scenario_rom){ .name = "given",
                                                             .bytes = work->what->option_rom };
        assay_firmware_option_roms(&play.boot);
        assay_rebase_play_finish(work, &play);
        for (size_t i = 0; i < play.boot.prediction->count && work->status == 0; i++)
            if (assay_work_insert(work, at + i, 2, EV_EFI_BOOT_SERVICES_DRIVER, ASSAY_ROLE_DRIVER))
                assay_work_copy(work, at + i, &play.boot.prediction->events[i]);
    }
    assay_rebase_play_end(work, &play);
}

void assay_rebase_firmware(assay_rebase_work *work)
{
    if (work->what->firmware.data != NULL)
        replace_code(work);
    if (work->what->option_rom.data != NULL)
        replace_rom(work);
}
