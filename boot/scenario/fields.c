/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/scenario/fields.h"

#define OF(member) offsetof(assay_document, member)

static const assay_field machine[] = {
    { "memory", ASSAY_FIELD_NUMBER, OF(memory), (uint64_t)1 << 32 },
    { "cpus", ASSAY_FIELD_NUMBER, OF(cpus), 65535 },
    { "smm", ASSAY_FIELD_FLAG, OF(smm), 1 },
    { "physical_address_bits", ASSAY_FIELD_NUMBER, OF(physical_address_bits), 57 },
    { "gigabyte_pages", ASSAY_FIELD_FLAG, OF(gigabyte_pages), 1 },
    { "qemu", ASSAY_FIELD_NUMBER, OF(qemu), 99 },
    { .key = NULL },
};

static const assay_field firmware[] = {
    { "code", ASSAY_FIELD_TEXT, OF(code), 0 },
    { "variables", ASSAY_FIELD_TEXT, OF(variables), 0 },
    { "secure_boot", ASSAY_FIELD_FLAG, OF(secure_boot), 1 },
    { .key = NULL },
};

static const assay_field direct[] = {
    { "kernel", ASSAY_FIELD_TEXT, OF(kernel), 0 },
    { "initrd", ASSAY_FIELD_TEXT, OF(initrd), 0 },
    { "cmdline", ASSAY_FIELD_TEXT, OF(cmdline), 0 },
    { .key = NULL },
};

static const assay_field choice[] = {
    { "boot_manager", ASSAY_FIELD_TEXT, OF(boot_manager), 0 },
    { "grub", ASSAY_FIELD_TEXT, OF(grub), 0 },
    { .key = NULL },
};

static const assay_field userspace[] = {
    { "ima", ASSAY_FIELD_FLAG, OF(ima), 1 },
    { "ima_hash", ASSAY_FIELD_TEXT, OF(ima_hash), 0 },
    { "ima_template", ASSAY_FIELD_TEXT, OF(ima_template), 0 },
    { .key = NULL },
};

const assay_field_group assay_field_groups[ASSAY_FIELD_GROUPS] = {
    { "machine", machine }, { "firmware", firmware },   { "direct", direct },
    { "choice", choice },   { "userspace", userspace },
};

#undef OF
#define OF(member) offsetof(assay_document_disk, member)

const assay_field assay_disk_fields[] = {
    { "bus", ASSAY_FIELD_TEXT, OF(bus), 0 },
    { "pci_device", ASSAY_FIELD_NUMBER, OF(pci_device), 31 },
    { "pci_function", ASSAY_FIELD_NUMBER, OF(pci_function), 7 },
    { "port", ASSAY_FIELD_NUMBER, OF(port), 65535 },
    { "serial", ASSAY_FIELD_TEXT, OF(serial), 0 },
    { "description", ASSAY_FIELD_TEXT, OF(description), 0 },
    { "path", ASSAY_FIELD_TEXT, OF(path), 0 },
    { "bootindex", ASSAY_FIELD_NUMBER, OF(bootindex), INT32_MAX },
    { "image", ASSAY_FIELD_TEXT, OF(image), 0 },
    { "gpt", ASSAY_FIELD_TEXT, OF(gpt), 0 },
    { .key = NULL },
};

#undef OF
#define OF(member) offsetof(assay_document_rom, member)

const assay_field assay_rom_fields[] = {
    { "file", ASSAY_FIELD_TEXT, OF(file), 0 },
    { "pci_device", ASSAY_FIELD_NUMBER, OF(pci_device), 31 },
    { "pci_function", ASSAY_FIELD_NUMBER, OF(pci_function), 7 },
    { .key = NULL },
};

const char *const assay_document_keys[] = { "assay", "banks", "disks", NULL };
const char *const assay_firmware_keys[] = { "tables", "option_roms", NULL };
const char *const assay_disk_keys[] = { "esp", NULL };
const char *const assay_userspace_keys[] = { "phases", "extends", NULL };
const char *const assay_no_keys[] = { NULL };
