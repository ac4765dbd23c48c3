/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/bootmanager.h"

#include "base/utf16.h"
#include "boot/loader/bootdevice.h"
#include "boot/loader/bootfile.h"

#include <stdlib.h>

enum {
    OS_INDICATIONS_BOOT_TO_FW_UI = 0x01, /* EFI_OS_INDICATIONS_*, UEFI 2.10 section 8.5.4 */
    OS_INDICATIONS_START_PLATFORM_RECOVERY = 0x40,
};

/* EfiBootManagerGetBootManagerMenu: an option of its own, found by its path or made. */
static void add_menu(assay_boot_manager *manager)
{
    const assay_fvfile *const menu = manager->menu;
    assay_boot *const boot = manager->boot;

    for (size_t i = 0; i < manager->options.count; i++)
        if (assay_fvfiles_of_path(manager->files, manager->options.list[i].load_option.path) ==
            menu)
            return;
    const assay_bytes path = assay_fvfile_path(boot, menu);
    const assay_bytes title =
        menu->title.data != NULL
            ? assay_utf16_until_nul(menu->title)
            : assay_boot_utf16(boot, ASSAY_LITERAL("Boot Manager Menu"), false);

    assay_boot_options_add(boot, &manager->options,
                           assay_boot_option_make(boot,
                                                  ASSAY_LOAD_OPTION_ACTIVE |
                                                      ASSAY_LOAD_OPTION_HIDDEN |
                                                      ASSAY_LOAD_OPTION_CATEGORY_APP,
                                                  title, path, ASSAY_NO_BYTES));
}

assay_boot_manager *assay_boot_manager_new(assay_boot *boot)
{
    assay_boot_manager *manager = (assay_boot_manager *)calloc(1, sizeof *manager);

    if (manager == NULL) {
        assay_boot_fail(boot, ASSAY_NO_MEMORY, "no memory for the boot manager");
        return NULL;
    }
    manager->boot = boot;
    manager->files = assay_fvfiles_new(boot);
    if (boot->status == 0) {
        manager->menu = assay_fvfiles_find(manager->files, &assay_guid_uiapp);
        manager->device_count = assay_bootdevice_list(boot->scenario, manager->devices);
        assay_boot_options_read(&manager->options, boot);
    }
    if (manager->menu != NULL)
        add_menu(manager);
    if (boot->status < 0)
        assay_boot_manager_free(&manager);
    return manager;
}

void assay_boot_manager_free(assay_boot_manager **manager)
{
    if (*manager != NULL)
        assay_fvfiles_free(&(*manager)->files);
    free(*manager);
    *manager = NULL;
}

void assay_boot_manager_ready(assay_boot_manager *manager)
{
    assay_boot *const boot = manager->boot;

    if (boot->ready_to_boot)
        assay_boot_measure_data(
            boot, 4, EV_EFI_ACTION, ASSAY_PART_BOOT_OPTION,
            ASSAY_LITERAL("Returning from EFI Application from Boot Option"));
    else if (manager->menu != NULL)
        assay_boot_options_measure(boot, &manager->options);
    else
        assay_boot_options_measure_as_they_are(boot);
    assay_firmware_ready_to_boot(boot);
}

/* --- attempts --------------------------------------------------------------------------------- */

/* The menu is no boot option like others: nothing says ReadyToBoot, and it waits for a person. */
static enum assay_boot_end open_menu(assay_boot_manager *manager, const char *why)
{
    assay_boot_image image;

    if (manager->menu != NULL && assay_bootfile_of_firmware(manager->boot, manager->menu, &image)) {
        assay_pe pe;

        image.part = ASSAY_PART_FIRMWARE;
        if (assay_pe_open(&pe, image.file, NULL) == 0)
            assay_boot_load(manager->boot, &image, &pe);
    }
    assay_boot_remark(manager->boot, ASSAY_PART_BOOT_OPTION, true,
                      "the firmware's menu opens and waits for a person: %s", why);
    return ASSAY_BOOT_WAITS;
}

static bool is_menu(const assay_boot_manager *manager, const assay_boot_option *option)
{
    return manager->menu != NULL &&
           assay_fvfiles_of_path(manager->files, option->load_option.path) == manager->menu;
}

/* EfiBootManagerBoot. What is told: the optional data, but for the mark of firmware's options. */
static enum assay_boot_end attempt(assay_boot_manager *manager, const assay_boot_option *option)
{
    assay_boot *const boot = manager->boot;
    assay_boot_image image;

    if (is_menu(manager, option))
        return open_menu(manager, "a boot option names it");
    assay_boot_manager_ready(manager);
    if (!assay_bootfile_find(boot, manager->files, option->load_option.path, &image))
        return ASSAY_BOOT_RETURNED;
    if (option->load_option.optional_data.size > 0 && !assay_boot_option_is_automatic(option))
        image.load_options = option->load_option.optional_data;
    return assay_boot_start(boot, &image);
}

/* Only active ones of the category for booting are tried in order. */
static bool is_tried(const assay_boot_option *option)
{
    const uint32_t attributes = option->load_option.attributes;

    return (attributes & ASSAY_LOAD_OPTION_ACTIVE) != 0 &&
           (attributes & ASSAY_LOAD_OPTION_CATEGORY) == 0;
}

static enum assay_boot_end try_next(assay_boot_manager *manager)
{
    assay_boot_option option;

    if (!manager->options.reserved)
        return ASSAY_BOOT_RETURNED;
    for (size_t i = 0; i < manager->options.count; i++)
        if (manager->options.list[i].number == manager->options.next)
            return attempt(manager, &manager->options.list[i]);
    if (!assay_boot_option_read(manager->boot->scenario->variables, manager->options.next,
                                &option))
        return ASSAY_BOOT_RETURNED;
    return attempt(manager, &option);
}

static enum assay_boot_end try_in_order(assay_boot_manager *manager)
{
    enum assay_boot_end end = ASSAY_BOOT_RETURNED;

    for (size_t i = 0; i < manager->options.count && end == ASSAY_BOOT_RETURNED; i++)
        if (is_tried(&manager->options.list[i]) && manager->boot->status == 0)
            end = attempt(manager, &manager->options.list[i]);
    return end;
}

/* Firmware that isn't known has an option of its own for the disk, as all of it does. */
static void start_own_option(assay_boot_manager *manager)
{
    assay_boot_measure_unknown(manager->boot, 1, EV_EFI_VARIABLE_BOOT, ASSAY_PART_BOOT_OPTION,
                               ASSAY_NO_BYTES,
                               "which boot options firmware adds that isn't known can't be told");
    assay_boot_manager_ready(manager);
}

/* PlatformRecovery0000, which is the default file of any disk; without ReadyToBoot. */
static enum assay_boot_end recover(assay_boot_manager *manager)
{
    assay_boot *const boot = manager->boot;
    assay_boot_image image;
    enum assay_boot_end end = ASSAY_BOOT_RETURNED;

    if (boot->status == 0 && assay_bootfile_find_default(boot, &image)) {
        if (!boot->has_ovmf && !boot->ready_to_boot)
            start_own_option(manager);
        end = assay_boot_start(boot, &image);
    }
    if (end == ASSAY_BOOT_RETURNED && boot->status == 0)
        end = open_menu(manager, "no boot option starts");
    return end;
}

static uint64_t os_indications(const assay_boot *boot)
{
    assay_cursor c = assay_cursor_of(assay_variables_data(
        boot->scenario->variables, &assay_guid_global_variable, "OsIndications"));

    return assay_take_u64le(&c);
}

static void remark_on_other_options(assay_boot *boot)
{
    static const char *const orders[] = { "DriverOrder", "SysPrepOrder" };

    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
        if (assay_variables_data(boot->scenario->variables, &assay_guid_global_variable, orders[i])
                .size > 0)
            assay_boot_remark(boot, ASSAY_PART_BOOT_OPTION, false,
                              "%s names programs that run before boot options do, which are not "
                              "predicted",
                              orders[i]);
}

enum assay_boot_end assay_boot_manager_boot(assay_boot_manager *manager)
{
    const uint64_t wishes = os_indications(manager->boot);
    enum assay_boot_end end = ASSAY_BOOT_RETURNED;

    remark_on_other_options(manager->boot);
    if ((wishes & OS_INDICATIONS_BOOT_TO_FW_UI) != 0)
        return open_menu(manager, "OsIndications asks for it");
    if ((wishes & OS_INDICATIONS_START_PLATFORM_RECOVERY) == 0) {
        end = try_next(manager);
        if (end == ASSAY_BOOT_RETURNED)
            end = try_in_order(manager);
    }
    return end == ASSAY_BOOT_RETURNED ? recover(manager) : end;
}

enum assay_boot_end assay_boot_manager_run(assay_boot *boot)
{
    assay_boot_manager *manager = assay_boot_manager_new(boot);
    enum assay_boot_end end = ASSAY_BOOT_RETURNED;

    if (manager == NULL)
        return end;
    assay_firmware_configuration(boot);
    assay_firmware_option_roms(boot);
    assay_boot_manager_refresh(manager);
    end = assay_boot_manager_boot(manager);
    assay_boot_manager_free(&manager);
    return end;
}
