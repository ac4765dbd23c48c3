/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Boot options as OVMF refreshes them, and the attempts to boot them. What a fresh machine makes is
 * what the event logs of recorded boots hold, whose PCR 1 is their TPM's (a1-efistub-startup-nsh,
 * i2-sata, g-d1-bootorder); the rules for the rest are read in EDK2's source.
 */
#include "boot/loader/bootfile.h"
#include "tests/ovmfmachine.h"

#include <criterion/criterion.h>

#define UIAPP                                                                                      \
    "090100002c0055006900410070007000000004071400c9bdb87cebf8344faaea3ee4af6516a10406140021aa2c"   \
    "4614760345836e8ab6f46623317fff0400"
#define SHELL                                                                                      \
    "010000002c00450046004900200049006e007400650072006e0061006c0020005300680065006c006c0000000407" \
    "1400c9bdb87cebf8344faaea3ee4af6516a10406140083a5047c3e9e1c4fad65e05268d0b4d17fff0400"
#define MISC_DEVICE                                                                                \
    "010000001600550045004600490020004d00690073006300200044006500760069006300650000000201" \
    "0c00d041030a000000000101060000017fff04004eac0881119f594d850ee21a522c59b2"
#define HARDDISK                                                                                   \
    "01000000200055004500460049002000510045004d005500200048004100520044004400490053004b00200051"   \
    "004d00300030003000300031002000000002010c00d041030a0000000001010600021f03120a000000ffff00007f"  \
    "ff04004eac0881119f594d850ee21a522c59b2"
#define DEBIAN                                                                                     \
    "010000006200640065006200690061006e00000004012a000100000000080000000000000000030000000000aaaa" \
    "aaaabbbbccccddddeeeeeeeeeeee0202040434005c004500460049005c00640065006200690061006e005c007300" \
    "680069006d007800360034002e0065006600690000007fff0400"

/* Boot options after the refresh; to be freed. */
static assay_boot_manager *refreshed(ovmfmachine *m)
{
    assay_boot_manager *const manager = assay_boot_manager_new(&m->boot);

    cr_assert_not_null(manager);
    assay_boot_manager_refresh(manager);
    return manager;
}

static void must_be(ovmfmachine *m, const char *order)
{
    assay_boot_manager *manager = refreshed(m);

    cr_assert_str_eq(machine_order(manager), order);
    assay_boot_manager_free(&manager);
}

Test(bootmanager, a_fresh_machine_gets_menu_disk_and_shell)
{
    ovmfmachine m;

    machine_open(&m);
    assay_boot_manager *manager = refreshed(&m);
    cr_assert_str_eq(machine_order(manager), "000001000200");
    cr_assert_str_eq(machine_option(manager, 0), UIAPP);
    cr_assert_str_eq(machine_option(manager, 1), MISC_DEVICE);
    cr_assert_str_eq(machine_option(manager, 2), SHELL);
    assay_boot_manager_free(&manager);
    machine_free(&m);
}

Test(bootmanager, qemus_bootindex_comes_first)
{
    ovmfmachine m;

    machine_open(&m);
    m.scenario.disks[0] = (assay_scenario_disk){ .bus = ASSAY_DISK_SATA,
                                                 .pci_device = 31,
                                                 .pci_function = 2,
                                                 .bootindex = 1,
                                                 .esp = m.scenario.disks[0].esp };
    assay_boot_manager *manager = refreshed(&m);
    cr_assert_str_eq(machine_order(manager), "010000000200");
    cr_assert_str_eq(machine_option(manager, 1), HARDDISK);
    assay_boot_manager_free(&manager);
    machine_free(&m);
}

Test(bootmanager, what_somebody_set_stays_in_front)
{
    ovmfmachine m;

    machine_open(&m);
    machine_set(&m, "Boot0010", DEBIAN);
    machine_set(&m, "BootOrder", "1000");
    must_be(&m, "1000000001000200");
    machine_free(&m);
}

Test(bootmanager, settled_options_stay_as_they_are)
{
    ovmfmachine m;

    machine_open(&m);
    machine_set(&m, "Boot0000", UIAPP);
    machine_set(&m, "Boot0001", MISC_DEVICE);
    machine_set(&m, "Boot0002", SHELL);
    machine_set(&m, "BootOrder", "020001000000");
    must_be(&m, "020001000000");
    machine_free(&m);
}

/* The disk that was there is gone, and its number goes to the one that came. */
Test(bootmanager, an_automatic_option_that_matches_nothing_is_replaced)
{
    ovmfmachine m;

    machine_open(&m);
    machine_set(&m, "Boot0000", UIAPP);
    machine_set(&m, "Boot0001", HARDDISK);
    machine_set(&m, "Boot0002", SHELL);
    machine_set(&m, "BootOrder", "000001000200");
    must_be(&m, "000002000100");
    machine_free(&m);
}

Test(bootmanager, what_is_missing_or_broken_is_taken_out_of_the_order)
{
    ovmfmachine m;

    machine_open(&m);
    machine_set(&m, "Boot0000", "0100");     /* too short */
    machine_set(&m, "BootOrder", "00000700"); /* and there is no Boot0007 */
    must_be(&m, "000001000200");
    machine_free(&m);
}

Test(bootmanager, the_number_of_boot_next_is_not_given_away)
{
    ovmfmachine m;

    machine_open(&m);
    machine_set(&m, "BootNext", "0100");
    must_be(&m, "000002000300");
    machine_free(&m);
}

/* With a boot order of QEMU's, partitions stay only where their file is on a listed disk. */
Test(bootmanager, a_partition_survives_bootindex_with_its_file)
{
    ovmfmachine m;

    machine_open(&m);
    m.scenario.disks[0].bootindex = 0;
    machine_set(&m, "Boot0010", DEBIAN);
    machine_set(&m, "BootOrder", "1000");
    must_be(&m, "010000000200");
    machine_put_program(&m, "EFI/debian/shimx64.efi", "");
    must_be(&m, "1000010000000200");
    machine_free(&m);
}

Test(bootmanager, files_of_another_build_are_stale)
{
    static const char other_volume[] =
        "010000002c007800000004071400000102030405060708090a0b0c0d0e0f0406140083a5047c3e9e1c4fad65e0"
        "5268d0b4d17fff0400";
    ovmfmachine m;

    machine_open(&m);
    machine_set(&m, "Boot0005", other_volume);
    machine_set(&m, "BootOrder", "0500");
    must_be(&m, "000001000200");
    machine_free(&m);
}

Test(bootmanager, equal_names_are_numbered)
{
    ovmfmachine m;

    machine_open(&m);
    m.scenario.disks[1] = m.scenario.disks[0];
    m.scenario.disks[1].pci_device = 2;
    m.scenario.disk_count = 2;
    assay_boot_manager *manager = refreshed(&m);
    /* "UEFI Misc Device 2" */
    cr_assert_not_null(strstr(machine_option(manager, 2), "6500760069006300650020003200"));
    cr_assert_str_eq(machine_order(manager), "0000010002000300");
    assay_boot_manager_free(&manager);
    machine_free(&m);
}

/* --- attempts --------------------------------------------------------------------------------- */

static size_t actions(const ovmfmachine *m)
{
    return machine_count(m, 4, EV_EFI_ACTION);
}

static size_t images(const ovmfmachine *m)
{
    return machine_count(m, 4, EV_EFI_BOOT_SERVICES_APPLICATION);
}

static enum assay_boot_end run(ovmfmachine *m)
{
    return assay_boot_manager_run(&m->boot);
}

Test(bootmanager, a_disk_stands_for_its_default_file)
{
    ovmfmachine m;

    machine_open(&m);
    machine_put_program(&m, "efi/boot/bootx64.efi", "");
    cr_assert_eq(run(&m), ASSAY_BOOT_STARTED);
    cr_assert_eq(machine_count(&m, 1, EV_EFI_VARIABLE_BOOT), 4);
    cr_assert_eq(actions(&m), 1);
    cr_assert_eq(images(&m), 1);
    machine_free(&m);
}

/* Calling, then for the shell Returning and Calling; the shell itself, which finds no script. */
Test(bootmanager, an_option_without_its_file_is_an_attempt_too)
{
    ovmfmachine m;

    machine_open(&m);
    cr_assert_eq(run(&m), ASSAY_BOOT_STARTED);
    cr_assert_eq(actions(&m), 3);
    cr_assert(assay_bytes_equal(machine_event(&m, 4, EV_EFI_ACTION, 1)->data,
                                ASSAY_LITERAL("Returning from EFI Application from Boot Option")));
    cr_assert_eq(images(&m), 1);
    cr_assert(machine_remarks(&m, "the UEFI shell waits"));
    machine_free(&m);
}

Test(bootmanager, what_is_no_application_is_not_started)
{
    ovmfmachine m;

    machine_open(&m);
    machine_put_text(&m, "EFI/BOOT/BOOTX64.EFI", "no PE image");
    machine_put_text(&m, "startup.nsh", "");
    run(&m);
    cr_assert_eq(actions(&m), 3);
    cr_assert_eq(images(&m), 1, "the shell alone");
    machine_free(&m);
}

Test(bootmanager, boot_next_comes_first_and_need_not_be_in_the_order)
{
    ovmfmachine m;

    machine_open(&m);
    machine_put_program(&m, "EFI/debian/shimx64.efi", "");
    machine_put_program(&m, "EFI/BOOT/BOOTX64.EFI", "");
    machine_set(&m, "Boot0010", DEBIAN);
    machine_set(&m, "BootNext", "1000");
    run(&m);
    cr_assert_eq(actions(&m), 1);
    cr_assert_eq(machine_count(&m, 1, EV_EFI_VARIABLE_BOOT), 4, "Boot0010 is not measured");
    cr_assert_eq(images(&m), 1);
    /* its path ends in shimx64.efi, NUL and End */
    const assay_bytes data = machine_event(&m, 4, EV_EFI_BOOT_SERVICES_APPLICATION, 0)->data;
    cr_assert_lt(assay_bytes_find(data, ASSAY_LITERAL("s\0h\0i\0m\0x\0006\0004\0.\0e\0f\0i\0\0\0")),
                 data.size);
    machine_free(&m);
}

Test(bootmanager, inactive_options_are_passed_over)
{
    const char *const inactive = "00" "0000006200640065006200690061006e00000004012a0001000000000800"
                                 "00000000000000030000000000aaaaaaaabbbbccccddddeeeeeeeeeeee020204"
                                 "0434005c004500460049005c00640065006200690061006e005c007300680069"
                                 "006d007800360034002e0065006600690000007fff0400";
    ovmfmachine m;

    machine_open(&m);
    machine_put_program(&m, "EFI/BOOT/BOOTX64.EFI", "");
    machine_set(&m, "Boot0004", inactive);
    machine_set(&m, "BootOrder", "0400");
    run(&m);
    cr_assert_eq(machine_count(&m, 1, EV_EFI_VARIABLE_BOOT), 5);
    cr_assert_eq(actions(&m), 1);
    machine_free(&m);
}

Test(bootmanager, unknown_firmware_boots_what_its_variables_say)
{
    ovmfmachine m;

    machine_open(&m);
    m.boot.has_ovmf = false;
    machine_put_program(&m, "EFI/debian/shimx64.efi", "");
    machine_set(&m, "Boot0010", DEBIAN);
    machine_set(&m, "BootOrder", "10000900");
    run(&m);
    cr_assert_eq(machine_count(&m, 1, EV_EFI_VARIABLE_BOOT), 2);
    const assay_bytes data = machine_event(&m, 1, EV_EFI_VARIABLE_BOOT, 0)->data;
    cr_assert_eq(data.data[data.size - 2], 9, "the order with what is missing");
    cr_assert_eq(images(&m), 1);
    machine_free(&m);
}

/* It has an option of its own for the disk then, whose number and name nobody knows. */
Test(bootmanager, unknown_firmware_without_variables_boots_its_disk)
{
    ovmfmachine m;

    machine_open(&m);
    m.boot.has_ovmf = false;
    machine_put_program(&m, "EFI/BOOT/BOOTX64.EFI", "");
    run(&m);
    cr_assert_eq(machine_count(&m, 1, EV_EFI_VARIABLE_BOOT), 1);
    cr_assert_eq(machine_event(&m, 1, EV_EFI_VARIABLE_BOOT, 0)->digest_count, 0);
    cr_assert_eq(actions(&m), 1);
    cr_assert_eq(machine_count(&m, 4, EV_SEPARATOR), 1);
    cr_assert_eq(images(&m), 1);
    machine_free(&m);
}

Test(bootmanager, os_indications_may_ask_for_the_menu)
{
    ovmfmachine m;

    machine_open(&m);
    machine_put_program(&m, "EFI/BOOT/BOOTX64.EFI", "");
    machine_set(&m, "OsIndications", "0100000000000000");
    run(&m);
    cr_assert_eq(actions(&m), 0);
    cr_assert(machine_remarks(&m, "menu"));
    machine_free(&m);
}
