/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/ovmfmachine.h"

#include "base/hex.h"
#include "boot/artefact/ffs.h"
#include "boot/loader/jobs.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum { PE_AT = 0x280, PE_SIZE = 1024 };

/* The name of Debian's DXEFV in 2022.11 and 2025.02. */
static const assay_guid dxefv_name =
    ASSAY_GUID(0x7cb8bdc9, 0xf8eb, 0x4f34, 0xaa, 0xea, 0x3e, 0xe4, 0xaf, 0x65, 0x16, 0xa1);

/* Microsoft PE/COFF specification: DOS header, COFF header, optional header, no section. */
void machine_put_pe(assay_writer *out, assay_bytes text)
{
    const size_t start = out->used;

    assay_put_string(out, "MZ");
    assay_put_zeros(out, 0x3c - 2);
    assay_put_u32le(out, PE_AT);
    assay_put_zeros(out, 0x40);
    assay_put(out, text);
    cr_assert_leq(out->used - start, (size_t)PE_AT);
    assay_put_zeros(out, PE_AT - (out->used - start));
    assay_put(out, ASSAY_LITERAL("PE\0\0"));
    assay_put_u16le(out, 0x8664);
    assay_put_zeros(out, 14);
    assay_put_u16le(out, 240); /* SizeOfOptionalHeader */
    assay_put_u16le(out, 0x22);
    assay_put_u16le(out, 0x20b);
    assay_put_zeros(out, 54);
    assay_put_u32le(out, 0x1000); /* SizeOfImage */
    assay_put_u32le(out, PE_SIZE);
    assay_put_zeros(out, 4);
    assay_put_u16le(out, 10); /* EFI application */
    assay_put_zeros(out, 38);
    assay_put_u32le(out, 16);
    assay_put_zeros(out, 128);
    assay_put_zeros(out, PE_SIZE - (out->used - start));
}

static void put_utf16(assay_writer *out, const char *text)
{
    for (; *text != '\0'; text++)
        assay_put_u16le(out, (uint8_t)*text);
    assay_put_u16le(out, 0);
}

static void put_firmware_file(assay_writer *files, const assay_guid *name, const char *title,
                              assay_bytes text)
{
    assay_writer sections = assay_writer_growing(1 << 16), pe = assay_writer_growing(1 << 16);
    assay_writer wide = assay_writer_growing(1 << 16);

    machine_put_pe(&pe, text);
    put_utf16(&wide, title);
    assay_ffs_put_section(&sections, ASSAY_FFS_PE32, ASSAY_NO_BYTES, assay_written(&pe));
    assay_ffs_put_section(&sections, ASSAY_FFS_USER_INTERFACE, ASSAY_NO_BYTES,
                          assay_written(&wide));
    assay_ffs_put_file(files, name, ASSAY_FFS_APPLICATION, assay_written(&sections));
    assay_writer_close(&wide);
    assay_writer_close(&pe);
    assay_writer_close(&sections);
}

static void make_volume(ovmfmachine *m)
{
    static const char shell[] = "s\0t\0a\0r\0t\0u\0p\0.\0n\0s\0h\0\0\0"
                                "h\0o\0m\0e\0f\0i\0l\0e\0s\0y\0s\0t\0e\0m\0\0";
    const assay_fv_made made = { .file_system = assay_guid_ffs2,
                                 .attributes = ASSAY_FV_ERASE_POLARITY,
                                 .has_name = true,
                                 .name = dxefv_name,
                                 .block = 4096 };
    assay_writer files = assay_writer_growing(1 << 16);

    m->volume = assay_writer_growing(1 << 20);
    put_firmware_file(&files, &assay_guid_uiapp, "UiApp", ASSAY_NO_BYTES);
    put_firmware_file(&files, &assay_guid_shell_file, "Shell", assay_bytes_of(shell, sizeof shell));
    assay_fv_put(&m->volume, &made, assay_written(&files));
    assay_writer_close(&files);
}

void machine_open(ovmfmachine *m)
{
    const assay_log_header header = { .bank_count = 1,
                                      .banks = { { ASSAY_ALG_SHA256, 32 } } };

    *m = (ovmfmachine){ .programs = assay_writer_growing(1 << 20) };
    make_volume(m);
    m->scenario.bank_count = 1;
    m->scenario.banks[0] = ASSAY_ALG_SHA256;
    m->scenario.variables = assay_variables_new();
    m->scenario.disk_count = 1;
    m->scenario.disks[0] = (assay_scenario_disk){ .bus = ASSAY_DISK_VIRTIO,
                                                  .pci_device = 1,
                                                  .bootindex = -1,
                                                  .esp = assay_tree_new() };
    m->boot = (assay_boot){ .scenario = &m->scenario,
                            .prediction = assay_prediction_new(&header),
                            .hashes = assay_hashes_new(),
                            .error = &m->error,
                            .has_ovmf = true };
    m->boot.ovmf.dxefv = assay_written(&m->volume);
}

void machine_free(ovmfmachine *m)
{
    cr_assert_eq(m->boot.status, 0, "%s", m->error.what);
    assay_boot_free_jobs(&m->boot);
    assay_hashes_free(&m->boot.hashes);
    assay_prediction_free(&m->boot.prediction);
    assay_variables_free(&m->scenario.variables);
    assay_tree_free(&m->scenario.disks[0].esp);
    for (size_t i = 0; i < m->file_count; i++)
        free(m->files[i]);
    assay_writer_close(&m->programs);
    assay_writer_close(&m->volume);
}

static void put_bytes(ovmfmachine *m, const char *path, assay_bytes bytes)
{
    char *const copy = malloc(bytes.size + 1);

    cr_assert_lt(m->file_count, MACHINE_FILES);
    memcpy(copy, bytes.data, bytes.size);
    m->files[m->file_count++] = copy;
    cr_assert_eq(assay_tree_add_bytes(m->scenario.disks[0].esp, assay_bytes_of_string(path),
                                      assay_bytes_of(copy, bytes.size), &m->error),
                 0, "%s", m->error.what);
}

void machine_put_text(ovmfmachine *m, const char *path, const char *text)
{
    put_bytes(m, path, assay_bytes_of_string(text));
}

void machine_put_program(ovmfmachine *m, const char *path, const char *text)
{
    assay_writer pe = assay_writer_growing(1 << 16);

    machine_put_pe(&pe, assay_bytes_of_string(text));
    put_bytes(m, path, assay_written(&pe));
    assay_writer_close(&pe);
}

void machine_set(ovmfmachine *m, const char *name, const char *hex)
{
    assay_writer data = assay_writer_growing(1 << 16);

    cr_assert(assay_put_decoded(&data, assay_bytes_of_string(hex)));
    const assay_efivar variable = { .vendor = assay_guid_global_variable,
                                    .name = assay_bytes_of_string(name),
                                    .attributes = 7,
                                    .data = assay_written(&data) };
    cr_assert_eq(assay_variables_set(m->scenario.variables, &variable), 0);
    assay_writer_close(&data);
}

/* --- what came of it -------------------------------------------------------------------------- */

static const char *hex_of(assay_bytes bytes)
{
    static char text[2048];
    assay_writer out = assay_writer_lent(text, sizeof text - 1);

    assay_put_hex(&out, bytes);
    text[out.used] = '\0';
    return text;
}

const char *machine_order(const assay_boot_manager *manager)
{
    uint8_t room[64];
    assay_writer order = assay_writer_lent(room, sizeof room);

    for (size_t i = 0; i < manager->options.count; i++)
        assay_put_u16le(&order, manager->options.list[i].number);
    return hex_of(assay_written(&order));
}

const char *machine_option(const assay_boot_manager *manager, uint16_t number)
{
    for (size_t i = 0; i < manager->options.count; i++)
        if (manager->options.list[i].number == number)
            return hex_of(manager->options.list[i].data);
    return "none";
}

const assay_event *machine_event(const ovmfmachine *m, uint32_t pcr, uint32_t type, size_t n)
{
    for (size_t i = 0; i < m->boot.prediction->count; i++) {
        const assay_event *const event = &m->boot.prediction->events[i].event;

        if (event->pcr_index == pcr && event->type == type && n-- == 0)
            return event;
    }
    return NULL;
}

size_t machine_count(const ovmfmachine *m, uint32_t pcr, uint32_t type)
{
    size_t n = 0;

    while (machine_event(m, pcr, type, n) != NULL)
        n++;
    return n;
}

bool machine_remarks(const ovmfmachine *m, const char *words)
{
    for (size_t i = 0; i < m->boot.prediction->remark_count; i++)
        if (strstr(m->boot.prediction->remarks[i].text, words) != NULL)
            return true;
    return false;
}
