/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flash images of firmware: the volumes in them, and what EDK2's Tcg2Pei measures of OVMF's
 * (SecurityPkg/Tcg/Tcg2Pei/Tcg2Pei.c); and the variables of one that is a variable store.
 */
#include "cli/measure_machine.h"
#include "cli/measure_variable.h"

#include "base/utf16.h"
#include "boot/artefact/ovmf.h"
#include "boot/platform/varstore.h"
#include "eventlog/payload/blob.h"

enum { PCR_CODE = 0, BLOB_SIZE = 16, DESCRIPTOR = 16 };

/* A volume at its beginning, or Intel's flash descriptor, or a name that flash images have. */
bool cli_is_firmware(assay_bytes bytes, const char *name)
{
    assay_cursor c = assay_cursor_of(bytes);
    uint64_t offset = 0;
    assay_fv fv;

    assay_seek(&c, DESCRIPTOR);
    const bool descriptor = assay_take_u32le(&c) == 0x0FF0A55A && !c.failed;
    const size_t size = name != NULL ? strlen(name) : 0;
    const bool named = size > 3 && (strcmp(name + size - 3, ".fd") == 0 ||
                                    strcmp(name + size - 3, ".FD") == 0);

    return assay_fv_detect(bytes) ||
           ((descriptor || named) && assay_fv_next(bytes, &offset, &fv) > 0);
}

static void find_volumes(cli_measured_firmware *firmware, assay_bytes flash)
{
    uint64_t offset = 0;
    assay_fv fv;

    while (assay_fv_next(flash, &offset, &fv) > 0) {
        if (firmware->count == CLI_FLASH_VOLUMES) {
            firmware->more = true;
            return;
        }
        firmware->volumes[firmware->count++] =
            (cli_measured_volume){ (uint64_t)(fv.volume.data - flash.data), fv };
    }
}

static void add_volume(cli_measured *m, const char *of, uint64_t base, assay_bytes volume)
{
    const assay_blob blob = { .base = base, .length = volume.size };
    uint8_t data[BLOB_SIZE];
    assay_writer out = assay_writer_lent(data, sizeof data);

    assay_blob_encode(&out, &blob);
    cli_measured_add_bytes(m,
                           &(cli_measured_event){ .pcr = PCR_CODE,
                                                  .type = EV_EFI_PLATFORM_FIRMWARE_BLOB,
                                                  .of = of,
                                                  .when = "by OVMF, at reset",
                                                  .data = cli_measured_keep(m,
                                                                            assay_written(&out)) },
                           volume);
}

static const char *version_of(cli_measured *m, assay_bytes version)
{
    char text[256];
    assay_writer out = assay_writer_lent(text, sizeof text - 1);

    assay_put_utf16(&out, assay_utf16_until_nul(version));
    text[out.used] = '\0';
    return cli_measured_text(m, "%s", text);
}

static void add_ovmf(cli_measured *m, cli_measured_firmware *firmware, const assay_ovmf *ovmf)
{
    const assay_bytes version = cli_measured_keep(m, ovmf->version);

    firmware->is_ovmf = true;
    firmware->secure_boot = ovmf->has_secure_boot;
    firmware->acpi = ovmf->measures_acpi;
    firmware->version = version_of(m, version);
    firmware->unknown = "PEIFV, whose modules write into it before it is measured: what, depends "
                        "on the machine, and 'assay predict' knows it of some builds";
    cli_measured_add_bytes(m,
                           &(cli_measured_event){ .pcr = PCR_CODE,
                                                  .type = EV_S_CRTM_VERSION,
                                                  .of = "the version, in UTF-16 with NUL",
                                                  .when = "by OVMF, at reset",
                                                  .data = version },
                           version);
    add_volume(m, "DXEFV, unpacked", ovmf->dxefv_base, ovmf->dxefv);
}

static int add_variables(cli_measured *m, cli_measured_firmware *firmware, assay_error *error)
{
    assay_variables *variables = assay_variables_new();
    const assay_efivar *variable;

    if (variables == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for variables");
    const int status = assay_varstore_read(variables, m->file.bytes, NULL, error);

    for (size_t i = 0; status == 0 && (variable = assay_variables_at(variables, i)) != NULL; i++) {
        const assay_bytes data = cli_measured_keep(m, variable->data);

        cli_measured_add_named(m, &variable->vendor,
                               cli_measured_text(m, "%.*s", (int)variable->name.size,
                                                 (const char *)variable->name.data),
                               data);
        firmware->variable_count++;
    }
    assay_variables_free(&variables);
    return status;
}

static bool is_store(const cli_measured_firmware *firmware)
{
    return firmware->count > 0 &&
           assay_guid_equal(&firmware->volumes[0].fv.file_system, &assay_guid_nvram);
}

int cli_measure_firmware(cli_measured *m, assay_error *error)
{
    cli_measured_firmware *const firmware = cli_measured_room(m, sizeof *firmware);
    assay_ovmf ovmf;
    int status = 0;

    if (firmware == NULL)
        return cli_measured_status(m, error);
    *firmware = (cli_measured_firmware){ 0 };
    m->as.firmware = firmware;
    find_volumes(firmware, m->file.bytes);
    if (firmware->count == 0)
        return assay_fail(error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE,
                          "there is no firmware volume in it");
    cli_measured_digest(m, m->file.bytes);
    if (assay_ovmf_open(&ovmf, m->file.bytes, NULL) == 0) {
        add_ovmf(m, firmware, &ovmf);
        assay_ovmf_close(&ovmf);
    } else {
        firmware->unknown = is_store(firmware)
                                ? NULL
                                : "it isn't known what of itself this firmware measures";
    }
    if (is_store(firmware))
        status = add_variables(m, firmware, error);
    return status < 0 ? status : cli_measured_status(m, error);
}

/* --- what is said --------------------------------------------------------------------------- */

static void put_volume(const cli_call *call, const cli_measured_volume *volume)
{
    cli_measured_label(call, "volume");
    assay_put_format(call->out, "%llu bytes at byte %llu, ",
                     (unsigned long long)volume->fv.volume.size,
                     (unsigned long long)volume->offset);
    assay_put_string(call->out, assay_fv_has_files(&volume->fv) ? "with files\n"
                                : assay_guid_equal(&volume->fv.file_system, &assay_guid_nvram)
                                    ? "with variables\n"
                                    : "of another kind\n");
}

void cli_measured_put_firmware(const cli_call *call, const cli_measured *m)
{
    const cli_measured_firmware *const firmware = m->as.firmware;

    for (size_t i = 0; i < firmware->count; i++)
        put_volume(call, &firmware->volumes[i]);
    if (firmware->more)
        cli_measured_line(call, "", "and others");
    if (firmware->is_ovmf) {
        cli_measured_label(call, "version");
        assay_put_char(call->out, '"');
        assay_put_safe(call->out, assay_bytes_of_string(firmware->version));
        assay_put_string(call->out, "\"\n");
        cli_measured_line(call, "Secure Boot", firmware->secure_boot ? "built in" : "not built in");
    }
    if (firmware->unknown != NULL)
        cli_measured_line(call, "unknown", firmware->unknown);
}

void cli_measured_emit_firmware(assay_output *out, const cli_measured *m)
{
    const cli_measured_firmware *const firmware = m->as.firmware;

    assay_emit_object(out, "firmware");
    assay_emit_array(out, "volumes");
    for (size_t i = 0; i < firmware->count; i++) {
        const cli_measured_volume *const volume = &firmware->volumes[i];

        assay_emit_object(out, NULL);
        assay_emit_u64(out, "offset", volume->offset);
        assay_emit_u64(out, "size", volume->fv.volume.size);
        assay_emit_guid(out, "file_system", &volume->fv.file_system);
        if (volume->fv.has_name)
            assay_emit_guid(out, "name", &volume->fv.name);
        assay_emit_end(out);
    }
    assay_emit_end(out);
    assay_emit_bool(out, "more_volumes", firmware->more);
    if (firmware->is_ovmf) {
        assay_emit_string(out, "crtm_version", firmware->version);
        assay_emit_bool(out, "secure_boot", firmware->secure_boot);
        assay_emit_bool(out, "measures_acpi", firmware->acpi);
    }
    if (is_store(firmware))
        assay_emit_u64(out, "variables", firmware->variable_count);
    if (firmware->unknown != NULL)
        assay_emit_string(out, "unknown", firmware->unknown);
    assay_emit_end(out);
}
