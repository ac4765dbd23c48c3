/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ACPI tables, which QEMU makes and hands over in files, with a file of commands of how to put them
 * together (QEMU, docs/specs and hw/acpi/bios-linker-loader.c). OVMF measures the commands, then
 * each file as an ALLOCATE command fetches it, before it is changed (EDK2, OvmfPkg/Library/
 * AcpiPlatformLib/QemuFwCfgAcpi.c, since edk2-stable202302).
 */
#include "boot/loader/boot.h"

#define COMMANDS "etc/table-loader"
#define TPM_LOG "etc/tpm/log"

enum {
    COMMAND_SIZE = 128,
    COMMAND_ALLOCATE = 1,
    FILE_SIZE = 56,        /* of a name in a command, with its NULs */
    TPM_LOG_SIZE = 65536,  /* room that is handed over empty */
};

static assay_bytes find(const assay_boot *boot, const char *name)
{
    for (size_t i = 0; i < boot->scenario->blob_count; i++)
        if (strcmp(boot->scenario->blobs[i].name, name) == 0)
            return boot->scenario->blobs[i].bytes;
    return ASSAY_NO_BYTES;
}

static void measure(assay_boot *boot, const char *name)
{
    const assay_bytes data = ASSAY_LITERAL("ACPI DATA");
    assay_bytes table = find(boot, name);
    uint8_t *room = NULL;

    if (table.data == NULL && strcmp(name, TPM_LOG) == 0)
        room = assay_boot_room(boot, TPM_LOG_SIZE);
    if (room != NULL)
        table = assay_bytes_of(memset(room, 0, TPM_LOG_SIZE), TPM_LOG_SIZE);
    if (table.data != NULL)
        assay_boot_measure(boot, 1, EV_PLATFORM_CONFIG_FLAGS, ASSAY_PART_SETUP, table, data);
    else
        assay_boot_measure_unknown(boot, 1, EV_PLATFORM_CONFIG_FLAGS, ASSAY_PART_SETUP, data,
                                   "it is a table that QEMU makes, and it is not given");
}

/* The name of the file that a command allocates; false for another command. */
static bool is_allocate(assay_cursor *commands, char name[FILE_SIZE])
{
    assay_cursor c = assay_cursor_of(assay_take(commands, COMMAND_SIZE));
    const uint32_t command = assay_take_u32le(&c);
    const assay_bytes file = assay_take(&c, FILE_SIZE);

    if (command != COMMAND_ALLOCATE || file.data == NULL || file.data[FILE_SIZE - 1] != 0)
        return false;
    memcpy(name, file.data, FILE_SIZE);
    return true;
}

/* What a Q35 with a TPM allocates, in this order. */
static void measure_usual(assay_boot *boot)
{
    measure(boot, "etc/acpi/rsdp");
    measure(boot, TPM_LOG);
    measure(boot, "etc/acpi/tables");
}

void assay_firmware_configuration(assay_boot *boot)
{
    assay_cursor commands = assay_cursor_of(find(boot, COMMANDS));
    char name[FILE_SIZE];

    if (!boot->has_ovmf || !boot->ovmf.measures_acpi)
        return;
    measure(boot, COMMANDS);
    if (commands.bytes.data == NULL)
        measure_usual(boot);
    while (assay_left(&commands) >= COMMAND_SIZE)
        if (is_allocate(&commands, name))
            measure(boot, name);
}
