/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of artefacts that assay measure knows. */
#include "cli/measure.h"

/* What is told by a name comes first, what is told by little last. */
static const cli_measure_kind kinds[] = {
    { "bootoption", "boot option", false, false, cli_is_boot_option, cli_measure_boot_option,
      cli_measured_put_variable, cli_measured_emit_variable },
    { "efivar", "UEFI variable", false, false, cli_is_variable, cli_measure_variable,
      cli_measured_put_variable, cli_measured_emit_variable },
    { "grub-config", "configuration of GRUB", false, false, cli_is_grub_config,
      cli_measure_grub_config, NULL, NULL },
    { "loader-config", "configuration of systemd-boot", false, false, cli_is_loader_config,
      cli_measure_loader_config, NULL, NULL },
    { "acm", "authenticated code module", false, true, cli_is_acm, cli_measure_acm,
      cli_measured_put_acm, cli_measured_emit_acm },
    { "mle", "measured launched environment", true, true, cli_is_mle, cli_measure_mle,
      cli_measured_put_mle, cli_measured_emit_mle },
    { "uki", "unified kernel image", true, false, cli_is_uki, cli_measure_uki,
      cli_measured_put_uki, cli_measured_emit_uki },
    { "addon", "addon of unified kernel images", false, false, cli_is_addon, cli_measure_addon,
      cli_measured_put_pe, cli_measured_emit_pe },
    { "linux", "Linux kernel", true, false, cli_is_linux, cli_measure_linux, cli_measured_put_pe,
      cli_measured_emit_pe },
    { "pe", "EFI image", false, false, cli_is_pe, cli_measure_pe, cli_measured_put_pe,
      cli_measured_emit_pe },
    { "elf", "ELF executable", false, true, cli_is_elf, cli_measure_elf, cli_measured_put_elf,
      cli_measured_emit_elf },
    { "initrd", "initial RAM disk", false, false, cli_is_initrd, cli_measure_initrd,
      cli_measured_put_initrd, cli_measured_emit_initrd },
    { "gpt", "disk with a partition table", false, false, cli_is_disk, cli_measure_disk,
      cli_measured_put_disk, cli_measured_emit_disk },
    { "firmware", "flash image of firmware", false, false, cli_is_firmware, cli_measure_firmware,
      cli_measured_put_firmware, cli_measured_emit_firmware },
    { "optionrom", "option ROM", false, false, cli_is_rom, cli_measure_rom, cli_measured_put_rom,
      cli_measured_emit_rom },
    { "siglist", "signature lists", false, false, cli_is_siglist, cli_measure_siglist,
      cli_measured_put_variable, cli_measured_emit_variable },
    { "acpi", "ACPI tables", false, false, cli_is_acpi, cli_measure_acpi, NULL, NULL },
    { "slb", "secure loader block", false, true, cli_is_slb, cli_measure_slb, cli_measured_put_slb,
      cli_measured_emit_slb },
    { "cmdline", "command line", false, false, NULL, cli_measure_cmdline, NULL, NULL },
    { "tboot-module", "module of tboot", true, true, NULL, cli_measure_module, NULL, NULL },
};

const char *const cli_measure_kind_names[] = {
    "bootoption", "efivar",  "grub-config", "loader-config", "acm", "mle",      "uki",
    "addon",      "linux",   "pe",          "elf",           "initrd", "gpt",   "firmware",
    "optionrom",  "siglist", "acpi",        "slb",           "cmdline", "tboot-module", NULL,
};

const cli_measure_kind *cli_measure_kind_at(size_t index)
{
    return index < sizeof kinds / sizeof *kinds ? &kinds[index] : NULL;
}

unsigned cli_measure_kind_number(const char *name)
{
    unsigned number = 0;

    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, name) == 0)
            number = i + 1;
    return number;
}
