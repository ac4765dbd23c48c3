/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What EDK2's firmware measures before it starts anything (SecurityPkg/Tcg/Tcg2Pei and Tcg2Dxe;
 * since 2017 in this order): its own code and the variables of Secure Boot, and at ReadyToBoot the
 * separators. Drivers of option ROMs and ACPI tables, which come between, have files of their own.
 */
#include "boot/artefact/ovmfpei.h"
#include "boot/loader/boot.h"
#include "eventlog/payload/blob.h"

#define SEPARATOR ASSAY_LITERAL("\0\0\0\0")
#define CALLING ASSAY_LITERAL("Calling EFI Application from Boot Option")

enum { BLOB_SIZE = 16 };

static const assay_guid secure_boot_enable =
    ASSAY_GUID(0xf0a30bc7, 0xaf08, 0x4556, 0x99, 0xc4, 0x00, 0x10, 0x09, 0xc9, 0x3a, 0x44);
static const assay_guid memory_type_information =
    ASSAY_GUID(0x4c19049f, 0x4137, 0x4dd3, 0x9c, 0x10, 0x8b, 0x97, 0xa8, 0x3f, 0xfd, 0xfa);

/* --- PCR 0: the firmware's code --------------------------------------------------------------- */

/* UEFI_PLATFORM_FIRMWARE_BLOB of a volume, kept. */
static assay_bytes blob_data(assay_boot *boot, uint64_t base, assay_bytes volume)
{
    const assay_blob blob = { .base = base, .length = volume.size };
    uint8_t data[BLOB_SIZE];
    assay_writer out = assay_writer_lent(data, sizeof data);

    assay_blob_encode(&out, &blob);
    return assay_boot_keep(boot, assay_written(&out));
}

static const char *why_unknown(enum assay_ovmf_pei result)
{
    return result == ASSAY_OVMF_PEI_UNKNOWN_BUILD
               ? "it is not known what this build's modules write into their own volume"
               : "it is not known what this build's modules write into it on this machine";
}

/* PEIFV, with the variables of the modules that have run in it. */
static void measure_peifv(assay_boot *boot)
{
    const assay_ovmf *const ovmf = &boot->ovmf;
    const assay_scenario *const s = boot->scenario;
    const assay_ovmf_machine machine = {
        .memory = s->machine.memory,
        .cpus = s->machine.cpus,
        .physical_address_bits = s->machine.physical_address_bits,
        .gigabyte_pages = s->machine.gigabyte_pages,
        .memory_types = assay_variables_data(s->variables, &memory_type_information,
                                             "MemoryTypeInformation"),
    };
    const assay_bytes data = blob_data(boot, ovmf->peifv_base, ovmf->peifv);
    uint8_t *const room = assay_boot_room(boot, ovmf->peifv.size);

    if (room == NULL)
        return;
    memcpy(room, ovmf->peifv.data, ovmf->peifv.size);
    const int result = assay_ovmf_pei_variables(ovmf, &machine, boot->hashes, room, boot->error);
    if (result < 0)
        boot->status = result;
    else if (result == ASSAY_OVMF_PEI_KNOWN)
        assay_boot_measure(boot, 0, EV_EFI_PLATFORM_FIRMWARE_BLOB, ASSAY_PART_FIRMWARE,
                           assay_bytes_of(room, ovmf->peifv.size), data);
    else
        assay_boot_measure_unknown(boot, 0, EV_EFI_PLATFORM_FIRMWARE_BLOB, ASSAY_PART_FIRMWARE,
                                   data, why_unknown((enum assay_ovmf_pei)result));
}

static void measure_code(assay_boot *boot)
{
    const assay_ovmf *const ovmf = &boot->ovmf;

    if (!boot->has_ovmf) {
        assay_boot_measure_unknown(boot, 0, EV_EFI_PLATFORM_FIRMWARE_BLOB, ASSAY_PART_FIRMWARE,
                                   ASSAY_NO_BYTES,
                                   boot->scenario->firmware.data == NULL
                                       ? "the firmware's code is not given"
                                       : "it is firmware of which it isn't known what it measures");
        return;
    }
    assay_boot_measure_data(boot, 0, EV_S_CRTM_VERSION, ASSAY_PART_FIRMWARE, ovmf->version);
    measure_peifv(boot);
    assay_boot_measure(boot, 0, EV_EFI_PLATFORM_FIRMWARE_BLOB, ASSAY_PART_FIRMWARE, ovmf->dxefv,
                       blob_data(boot, ovmf->dxefv_base, ovmf->dxefv));
}

/* --- PCR 7: Secure Boot ----------------------------------------------------------------------- */

/* AuthVariableLib: on where there is a PK, unless it was switched off. */
static bool is_secure_boot_on(const assay_boot *boot)
{
    const assay_variables *const v = boot->scenario->variables;
    const assay_efivar *const enable =
        assay_variables_find(v, &secure_boot_enable, "SecureBootEnable");

    if (boot->scenario->secure_boot_known)
        return boot->scenario->secure_boot;
    if ((boot->has_ovmf && !boot->ovmf.has_secure_boot) ||
        assay_variables_data(v, &assay_guid_global_variable, "PK").size == 0)
        return false;
    return enable == NULL || (enable->data.size > 0 && enable->data.data[0] == 1);
}

static void measure_policy(assay_boot *boot, const assay_guid *vendor, const char *name,
                           assay_bytes data)
{
    assay_boot_measure_variable(boot, 7, EV_EFI_VARIABLE_DRIVER_CONFIG, ASSAY_PART_SECURE_BOOT,
                                vendor, name, data);
}

/* Each, even where there is none; dbt only where there is one (since 2017). */
static void measure_secure_boot(assay_boot *boot)
{
    const assay_variables *const v = boot->scenario->variables;
    const assay_guid *const global = &assay_guid_global_variable;
    const assay_guid *const security = &assay_guid_image_security;
    const bool exists = !boot->has_ovmf || boot->ovmf.has_secure_boot;
    const uint8_t on = boot->secure_boot;
    const assay_bytes dbt = assay_variables_data(v, security, "dbt");

    measure_policy(boot, global, "SecureBoot",
                   exists ? assay_bytes_of(&on, sizeof on) : ASSAY_NO_BYTES);
    measure_policy(boot, global, "PK", assay_variables_data(v, global, "PK"));
    measure_policy(boot, global, "KEK", assay_variables_data(v, global, "KEK"));
    measure_policy(boot, security, "db", boot->db);
    measure_policy(boot, security, "dbx", boot->dbx);
    if (dbt.size > 0)
        measure_policy(boot, security, "dbt", dbt);
    assay_boot_measure_data(boot, 7, EV_SEPARATOR, ASSAY_PART_SECURE_BOOT, SEPARATOR);
}

static void open_firmware(assay_boot *boot)
{
    assay_error error;

    if (boot->scenario->firmware.data == NULL)
        return;
    const int status = assay_ovmf_open(&boot->ovmf, boot->scenario->firmware, &error);
    boot->has_ovmf = status == 0;
    if (status == -ASSAY_NO_MEMORY)
        assay_boot_fail(boot, ASSAY_NO_MEMORY, "no memory for the firmware's volumes");
    else if (status < 0)
        assay_boot_remark(boot, ASSAY_PART_FIRMWARE, false,
                          "what the firmware measures of itself is not known: %s", error.what);
}

void assay_firmware_start(assay_boot *boot)
{
    const assay_variables *const v = boot->scenario->variables;

    open_firmware(boot);
    boot->secure_boot = is_secure_boot_on(boot);
    boot->db = assay_variables_data(v, &assay_guid_image_security, "db");
    boot->dbx = assay_variables_data(v, &assay_guid_image_security, "dbx");
    measure_code(boot);
    measure_secure_boot(boot);
}

/* --- ReadyToBoot ------------------------------------------------------------------------------ */

void assay_firmware_ready_to_boot(assay_boot *boot)
{
    assay_boot_measure_data(boot, 4, EV_EFI_ACTION, ASSAY_PART_BOOT_OPTION, CALLING);
    for (uint32_t pcr = 0; pcr < 7 && !boot->ready_to_boot; pcr++)
        assay_boot_measure_data(boot, pcr, EV_SEPARATOR, ASSAY_PART_FIRMWARE, SEPARATOR);
    boot->ready_to_boot = true;
}
