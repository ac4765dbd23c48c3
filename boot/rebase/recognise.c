/* SPDX-License-Identifier: BSD-2-Clause */
/* What an event is by itself: a table of rules. */
#include "boot/rebase/recognise.h"

#include "base/utf16.h"
#include "boot/rebase/chain.h"
#include "eventlog/payload/ipl.h"
#include "eventlog/payload/tagged.h"
#include "eventlog/payload/variable.h"
#include "eventlog/types.h"

enum { ANY_PCR = -1 };

/* An event is of a role when its type and PCR are, and `fits` says so. */
typedef struct rule {
    uint32_t type;
    int pcr;
    enum assay_role role;
    bool (*fits)(const assay_event *event, const char *text, uint32_t number);
    const char *text;
    uint32_t number;
} rule;

static bool is_variable(const assay_event *event, const char *text, uint32_t number)
{
    assay_variable variable;

    (void)number;
    return assay_variable_decode(event->data, &variable) &&
           (text == NULL || assay_utf16_is(variable.name, text));
}

static bool is_action(const assay_event *event, const char *text, uint32_t number)
{
    (void)number;
    return assay_bytes_start_with(event->data, assay_bytes_of_string(text));
}

static bool is_tag(const assay_event *event, const char *text, uint32_t number)
{
    assay_tagged tagged;
    assay_tag tag;

    (void)text;
    if (!assay_tagged_decode(event->data, &tagged) || tagged.count != 1)
        return false;
    assay_cursor cursor = assay_cursor_of(tagged.list);
    return assay_tagged_next(&cursor, &tag) && tag.id == number;
}

static bool is_ipl(const assay_event *event, const char *text, uint32_t number)
{
    assay_ipl ipl;

    return assay_ipl_decode(event, &ipl) && (uint32_t)ipl.kind == number &&
           (text == NULL || assay_bytes_equal(ipl.text, assay_bytes_of_string(text)));
}

static bool is_red_hat_file(const assay_event *event, const char *text, uint32_t number)
{
    return is_ipl(event, NULL, number) &&
           assay_bytes_find(event->data, assay_bytes_of_string(text)) < event->data.size;
}

/*
 * The first that fits counts. Names of shim's variables: rhboot/shim, mok.c, mok_state_variables;
 * texts of GRUB: Red Hat's patches to loader/i386/efi/linux.c, and grub-core/kern/verifiers.c with
 * commands/tpm.c; tags: systemd's src/fundamental/tpm2-pcr.h and Linux's
 * drivers/firmware/efi/libstub/efistub.h. EDK2's TcgDxe and older Tcg2Dxe
 * measure boot options into PCR 5 (ReadAndMeasureBootVariable), newer ones into PCR 1.
 */
static const rule rules[] = {
    { EV_S_CRTM_VERSION, 0, ASSAY_ROLE_CRTM_VERSION, NULL, NULL, 0 },
    { EV_EFI_PLATFORM_FIRMWARE_BLOB, ANY_PCR, ASSAY_ROLE_FIRMWARE_VOLUME, NULL, NULL, 0 },
    { EV_EFI_PLATFORM_FIRMWARE_BLOB2, ANY_PCR, ASSAY_ROLE_FIRMWARE_VOLUME, NULL, NULL, 0 },
    { EV_EFI_VARIABLE_DRIVER_CONFIG, 7, ASSAY_ROLE_POLICY, is_variable, NULL, 0 },
    { EV_EFI_VARIABLE_AUTHORITY, 7, ASSAY_ROLE_SBAT_LEVEL, is_variable, "SbatLevel", 0 },
    { EV_EFI_VARIABLE_AUTHORITY, 7, ASSAY_ROLE_SHIM_POLICY, is_variable, "MokSBState", 0 },
    { EV_EFI_VARIABLE_AUTHORITY, 7, ASSAY_ROLE_SHIM_POLICY, is_variable, "MokDBState", 0 },
    { EV_EFI_VARIABLE_AUTHORITY, 7, ASSAY_ROLE_SHIM_AUTHORITY, is_variable, "MokListRT", 0 },
    { EV_EFI_VARIABLE_AUTHORITY, 7, ASSAY_ROLE_SHIM_AUTHORITY, is_variable, "MokList", 0 },
    { EV_EFI_VARIABLE_AUTHORITY, 7, ASSAY_ROLE_SHIM_AUTHORITY, is_variable, "Shim", 0 },
    { EV_EFI_VARIABLE_AUTHORITY, 7, ASSAY_ROLE_AUTHORITY, is_variable, NULL, 0 },
    { EV_SEPARATOR, ANY_PCR, ASSAY_ROLE_SEPARATOR, NULL, NULL, 0 },
    { EV_EFI_VARIABLE_BOOT, ANY_PCR, ASSAY_ROLE_BOOT_ORDER, is_variable, "BootOrder", 0 },
    { EV_EFI_VARIABLE_BOOT2, ANY_PCR, ASSAY_ROLE_BOOT_ORDER, is_variable, "BootOrder", 0 },
    { EV_EFI_VARIABLE_BOOT, ANY_PCR, ASSAY_ROLE_BOOT_OPTION, is_variable, NULL, 0 },
    { EV_EFI_VARIABLE_BOOT2, ANY_PCR, ASSAY_ROLE_BOOT_OPTION, is_variable, NULL, 0 },
    { EV_EFI_ACTION, ANY_PCR, ASSAY_ROLE_CALLING, is_action, "Calling EFI Application", 0 },
    { EV_EFI_ACTION, ANY_PCR, ASSAY_ROLE_RETURNING, is_action, "Returning from EFI Application",
      0 },
    { EV_EFI_ACTION, 5, ASSAY_ROLE_EXIT, is_action, "Exit Boot Services", 0 },
    { EV_EFI_GPT_EVENT, 5, ASSAY_ROLE_GPT, NULL, NULL, 0 },
    { EV_EFI_BOOT_SERVICES_DRIVER, ANY_PCR, ASSAY_ROLE_DRIVER, NULL, NULL, 0 },
    { EV_EFI_RUNTIME_SERVICES_DRIVER, ANY_PCR, ASSAY_ROLE_DRIVER, NULL, NULL, 0 },
    { EV_EFI_BOOT_SERVICES_APPLICATION, 2, ASSAY_ROLE_DRIVER, NULL, NULL, 0 },
    { EV_EFI_BOOT_SERVICES_APPLICATION, ANY_PCR, ASSAY_ROLE_IMAGE, NULL, NULL, 0 },
    { EV_IPL, 14, ASSAY_ROLE_MOK_LIST, is_ipl, "MokList", ASSAY_IPL_SHIM },
    { EV_IPL, 14, ASSAY_ROLE_MOK_LIST_X, is_ipl, "MokListX", ASSAY_IPL_SHIM },
    { EV_IPL, 14, ASSAY_ROLE_MOK_SB_STATE, is_ipl, "MokSBState", ASSAY_IPL_SHIM },
    { EV_IPL, 14, ASSAY_ROLE_MOK_OTHER, is_ipl, NULL, ASSAY_IPL_SHIM },
    { EV_IPL, ANY_PCR, ASSAY_ROLE_GRUB_COMMAND, is_ipl, NULL, ASSAY_IPL_GRUB_COMMAND },
    { EV_IPL, ANY_PCR, ASSAY_ROLE_GRUB_CMDLINE, is_ipl, NULL, ASSAY_IPL_KERNEL_CMDLINE },
    { EV_IPL, ANY_PCR, ASSAY_ROLE_GRUB_KERNEL, is_red_hat_file, "Kernel", ASSAY_IPL_GRUB_FILE },
    { EV_IPL, ANY_PCR, ASSAY_ROLE_GRUB_INITRD, is_red_hat_file, "Initrd", ASSAY_IPL_GRUB_FILE },
    { EV_IPL, ANY_PCR, ASSAY_ROLE_GRUB_FILE, is_ipl, NULL, ASSAY_IPL_FILE },
    { EV_IPL, 11, ASSAY_ROLE_SECTION_NAME, is_ipl, NULL, ASSAY_IPL_SECTION },
    { EV_IPL, ANY_PCR, ASSAY_ROLE_OPTIONS, is_ipl, NULL, ASSAY_IPL_OPTIONS },
    { EV_IPL, ANY_PCR, ASSAY_ROLE_STUB_INITRD, is_ipl, NULL, ASSAY_IPL_INITRD },
    { EV_EVENT_TAG, 5, ASSAY_ROLE_LOADER_CONF, is_tag, NULL, ASSAY_TAG_SYSTEMD_LOADER_CONF },
    { EV_EVENT_TAG, 12, ASSAY_ROLE_PROFILE, is_tag, NULL, ASSAY_TAG_SYSTEMD_PROFILE },
    { EV_EVENT_TAG, 9, ASSAY_ROLE_LINUX_OPTIONS, is_tag, NULL, ASSAY_TAG_LINUX_LOAD_OPTIONS },
    { EV_EVENT_TAG, 9, ASSAY_ROLE_LINUX_INITRD, is_tag, NULL, ASSAY_TAG_LINUX_INITRD },
};

static enum assay_role role_of(const assay_event *event)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        const rule *const row = &rules[i];

        if (row->type == event->type &&
            (row->pcr == ANY_PCR || (uint32_t)row->pcr == event->pcr_index) &&
            (row->fits == NULL || row->fits(event, row->text, row->number)))
            return row->role;
    }
    return ASSAY_ROLE_OTHER;
}

static const enum assay_part parts[ASSAY_ROLES] = {
    [ASSAY_ROLE_CRTM_VERSION] = ASSAY_PART_FIRMWARE,
    [ASSAY_ROLE_FIRMWARE_VOLUME] = ASSAY_PART_FIRMWARE,
    [ASSAY_ROLE_POLICY] = ASSAY_PART_SECURE_BOOT,
    [ASSAY_ROLE_AUTHORITY] = ASSAY_PART_SECURE_BOOT,
    [ASSAY_ROLE_SHIM_AUTHORITY] = ASSAY_PART_SHIM,
    [ASSAY_ROLE_SBAT_LEVEL] = ASSAY_PART_SHIM,
    [ASSAY_ROLE_SHIM_POLICY] = ASSAY_PART_SHIM,
    [ASSAY_ROLE_SEPARATOR] = ASSAY_PART_FIRMWARE,
    [ASSAY_ROLE_BOOT_ORDER] = ASSAY_PART_BOOT_OPTION,
    [ASSAY_ROLE_BOOT_OPTION] = ASSAY_PART_BOOT_OPTION,
    [ASSAY_ROLE_CALLING] = ASSAY_PART_BOOT_OPTION,
    [ASSAY_ROLE_RETURNING] = ASSAY_PART_BOOT_OPTION,
    [ASSAY_ROLE_GPT] = ASSAY_PART_GPT,
    [ASSAY_ROLE_DRIVER] = ASSAY_PART_OPTION_ROM,
    [ASSAY_ROLE_IMAGE] = ASSAY_PART_LOADER,
    [ASSAY_ROLE_IMAGE_FIRMWARE] = ASSAY_PART_FIRMWARE,
    [ASSAY_ROLE_IMAGE_SHIM] = ASSAY_PART_SHIM,
    [ASSAY_ROLE_IMAGE_GRUB] = ASSAY_PART_GRUB,
    [ASSAY_ROLE_IMAGE_SDBOOT] = ASSAY_PART_LOADER,
    [ASSAY_ROLE_IMAGE_UKI] = ASSAY_PART_UKI,
    [ASSAY_ROLE_IMAGE_ADDON] = ASSAY_PART_ADDON,
    [ASSAY_ROLE_IMAGE_KERNEL] = ASSAY_PART_KERNEL,
    [ASSAY_ROLE_IMAGE_STUB_KERNEL] = ASSAY_PART_UKI,
    [ASSAY_ROLE_IMAGE_WINDOWS] = ASSAY_PART_LOADER,
    [ASSAY_ROLE_MOK_LIST] = ASSAY_PART_SHIM,
    [ASSAY_ROLE_MOK_LIST_X] = ASSAY_PART_SHIM,
    [ASSAY_ROLE_MOK_SB_STATE] = ASSAY_PART_SHIM,
    [ASSAY_ROLE_MOK_OTHER] = ASSAY_PART_SHIM,
    [ASSAY_ROLE_GRUB_COMMAND] = ASSAY_PART_GRUB,
    [ASSAY_ROLE_GRUB_FILE] = ASSAY_PART_GRUB,
    [ASSAY_ROLE_GRUB_KERNEL] = ASSAY_PART_KERNEL,
    [ASSAY_ROLE_GRUB_INITRD] = ASSAY_PART_INITRD,
    [ASSAY_ROLE_GRUB_CMDLINE] = ASSAY_PART_CMDLINE,
    [ASSAY_ROLE_SECTION_NAME] = ASSAY_PART_UKI,
    [ASSAY_ROLE_SECTION] = ASSAY_PART_UKI,
    [ASSAY_ROLE_OPTIONS] = ASSAY_PART_CMDLINE,
    [ASSAY_ROLE_STUB_INITRD] = ASSAY_PART_ADDON,
    [ASSAY_ROLE_LOADER_CONF] = ASSAY_PART_LOADER,
    [ASSAY_ROLE_PROFILE] = ASSAY_PART_UKI,
    [ASSAY_ROLE_LINUX_OPTIONS] = ASSAY_PART_CMDLINE,
    [ASSAY_ROLE_LINUX_INITRD] = ASSAY_PART_INITRD,
    [ASSAY_ROLE_EXIT] = ASSAY_PART_EXIT,
};

enum assay_part assay_role_part(enum assay_role role)
{
    return parts[role];
}

void assay_recognise(const assay_prediction *prediction, assay_recognised *ret_events)
{
    for (size_t i = 0; i < prediction->count; i++)
        ret_events[i] = (assay_recognised){ .role = role_of(&prediction->events[i].event) };
    assay_recognise_chain(prediction, ret_events);
    /* What no rule knows keeps the part that its type has: those of a dynamic launch. */
    for (size_t i = 0; i < prediction->count; i++)
        ret_events[i].part = ret_events[i].role != ASSAY_ROLE_OTHER ? parts[ret_events[i].role]
                                                                    : prediction->events[i].part;
}
