/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Boot options out of hostile variables: u16 number, u16 size, bytes, again and again; 0xFFFF is
 * BootOrder, 0xFFFE BootNext. What is left of them is sound, and a second refresh changes nothing.
 */
#include "boot/loader/bootfile.h"
#include "boot/loader/bootmanager.h"
#include "boot/loader/jobs.h"
#include "tests/fuzz/property.h"

enum { BOOT_ORDER = 0xffff, BOOT_NEXT = 0xfffe, BANK_SIZE = 32 };

static void set(assay_variables *variables, uint16_t number, assay_bytes data)
{
    char name[9];

    assay_boot_option_name(number, name);
    const assay_efivar variable = {
        .vendor = assay_guid_global_variable,
        .name = assay_bytes_of_string(number == BOOT_ORDER  ? "BootOrder"
                                      : number == BOOT_NEXT ? "BootNext"
                                                            : name),
        .attributes = 7,
        .data = data,
    };
    assay_variables_set(variables, &variable);
}

static assay_variables *variables_of(assay_bytes bytes)
{
    assay_variables *const variables = assay_variables_new();
    assay_cursor c = assay_cursor_of(bytes);

    while (assay_left(&c) >= 4) {
        const uint16_t number = assay_take_u16le(&c), size = assay_take_u16le(&c);

        set(variables, number, assay_take_up_to(&c, size));
    }
    return variables;
}

/* The menu and a shell, without a line of code. */
static void pretend_firmware(assay_boot_manager *manager)
{
    manager->files->list[0] = (assay_fvfile){ .volume = { { 1 } }, .name = assay_guid_uiapp };
    manager->files->list[1] = (assay_fvfile){ .volume = { { 1 } }, .name = assay_guid_shell_file };
    manager->files->count = 2;
    manager->menu = &manager->files->list[0];
}

static void must_be_sound(const assay_boot_options *options)
{
    must(options->count <= ASSAY_BOOT_OPTIONS_MAX);
    for (size_t i = 0; i < options->count; i++) {
        must(options->list[i].load_option.path_size == options->list[i].load_option.path.size);
        must(assay_boot_options_find(options, options->list[i].data) <= i);
    }
}

static void play(assay_boot *boot)
{
    assay_boot_manager *manager = assay_boot_manager_new(boot);
    assay_boot_image image;

    must(manager != NULL);
    pretend_firmware(manager);
    assay_boot_manager_refresh(manager);
    must_be_sound(&manager->options);
    const size_t count = manager->options.count;

    assay_boot_manager_refresh(manager);
    must(manager->options.count == count);
    for (size_t i = 0; i < count; i++)
        assay_bootfile_find(boot, manager->files, manager->options.list[i].load_option.path,
                            &image);
    assay_boot_manager_boot(manager);
    must(boot->status == 0);
    assay_boot_manager_free(&manager);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_log_header header = { .bank_count = 1,
                                      .banks = { { ASSAY_ALG_SHA256, BANK_SIZE } } };
    static assay_scenario scenario;
    assay_error error;
    assay_boot boot = { .scenario = &scenario, .error = &error };

    scenario.bank_count = 1;
    scenario.banks[0] = ASSAY_ALG_SHA256;
    scenario.variables = variables_of(assay_bytes_of(data, size));
    scenario.disk_count = 1;
    scenario.disks[0] = (assay_scenario_disk){ .bus = ASSAY_DISK_VIRTIO,
                                               .bootindex = size % 2 == 0 ? -1 : 0,
                                               .esp = assay_tree_new() };
    assay_tree_add_bytes(scenario.disks[0].esp, ASSAY_LITERAL("EFI/BOOT/BOOTX64.EFI"),
                         ASSAY_LITERAL("MZ"), NULL);
    boot.prediction = assay_prediction_new(&header);
    boot.hashes = assay_hashes_new();
    play(&boot);
    assay_boot_free_jobs(&boot);
    assay_hashes_free(&boot.hashes);
    assay_prediction_free(&boot.prediction);
    assay_tree_free(&scenario.disks[0].esp);
    assay_variables_free(&scenario.variables);
    return 0;
}
