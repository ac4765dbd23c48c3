/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files about a machine's own parts share: its disk, its firmware, its option ROMs. */
#ifndef ASSAY_CLI_MEASURE_MACHINE_H
#define ASSAY_CLI_MEASURE_MACHINE_H

#include "boot/artefact/fv.h"
#include "boot/artefact/gptdisk.h"
#include "boot/artefact/optionrom.h"
#include "cli/measure.h"

enum { CLI_FLASH_VOLUMES = 64, CLI_ROM_IMAGES = 32 };

typedef struct cli_measured_disk {
    assay_gptdisk table;
} cli_measured_disk;

typedef struct cli_measured_volume {
    uint64_t offset;
    assay_fv fv;
} cli_measured_volume;

typedef struct cli_measured_firmware {
    size_t count; /* volumes that are told; `more` says whether there are others */
    bool more;
    cli_measured_volume volumes[CLI_FLASH_VOLUMES];
    bool is_ovmf;     /* of which it is known what is measured */
    bool secure_boot; /* OVMF: it was built with Secure Boot */
    bool acpi;        /* OVMF: it measures ACPI tables */
    const char *version; /* UTF-8; NULL: unknown */
    const char *unknown; /* what of its measurements can't be known of the image alone */
    size_t variable_count; /* of a variable store */
} cli_measured_firmware;

typedef struct cli_measured_rom {
    size_t count;
    assay_option_rom_image images[CLI_ROM_IMAGES];
} cli_measured_rom;

#endif
