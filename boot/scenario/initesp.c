/* SPDX-License-Identifier: BSD-2-Clause */
/* What an ESP would start when no boot option says otherwise. */
#include "boot/scenario/init_private.h"

#include "boot/artefact/pe.h"
#include "boot/loader/boot.h"

#include <stdio.h>

/* UEFI 2.10 table 3.3, and IMAGE_FILE_MACHINE_*. */
static const struct {
    uint16_t machine;
    const char *name;
} fallbacks[] = {
    { 0x8664, "BOOTX64.EFI" },   { 0x014C, "BOOTIA32.EFI" },    { 0xAA64, "BOOTAA64.EFI" },
    { 0x01C2, "BOOTARM.EFI" },   { 0x5064, "BOOTRISCV64.EFI" }, { 0x6264, "BOOTLOONGARCH64.EFI" },
};

const char *assay_init_fallback_name(uint16_t machine)
{
    for (size_t i = 0; i < sizeof fallbacks / sizeof *fallbacks; i++)
        if (fallbacks[i].machine == machine)
            return fallbacks[i].name;
    return NULL;
}

void assay_init_note_esp(assay_scenario_init *init, assay_tree *tree)
{
    char path[40];
    assay_bytes bytes;
    assay_pe pe;

    for (size_t i = 0; i < sizeof fallbacks / sizeof *fallbacks; i++) {
        snprintf(path, sizeof path, "EFI/BOOT/%s", fallbacks[i].name);
        if (assay_tree_read(tree, assay_bytes_of_string(path), &bytes, NULL) <= 0)
            continue;
        const bool sound = assay_pe_open(&pe, bytes, NULL) == 0;

        assay_init_note(init, "of the disk, \\EFI\\BOOT\\%s would be started: %s",
                        fallbacks[i].name,
                        sound ? assay_part_title(assay_boot_part_of(&pe)) : "which is no PE image");
        return;
    }
    assay_init_note(init,
                    "there is no \\EFI\\BOOT\\BOOTX64.EFI or its like: only boot options start "
                    "something");
}
