/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each event of a machine's log is: which program measured it, and of what. By the event's
 * type and PCR, by its data, and by what comes before and after it; never by its digest.
 */
#ifndef ASSAY_BOOT_REBASE_RECOGNISE_H
#define ASSAY_BOOT_REBASE_RECOGNISE_H

#include "boot/prediction.h"

enum assay_role {
    ASSAY_ROLE_OTHER,
    ASSAY_ROLE_CRTM_VERSION,
    ASSAY_ROLE_FIRMWARE_VOLUME,
    ASSAY_ROLE_POLICY,         /* SecureBoot, PK, KEK, db, dbx ...: PCR 7 before its separator */
    ASSAY_ROLE_AUTHORITY,      /* the entry of db that let an image pass */
    ASSAY_ROLE_SHIM_AUTHORITY, /* the certificate by which shim let an image pass */
    ASSAY_ROLE_SBAT_LEVEL,
    ASSAY_ROLE_SHIM_POLICY,    /* MokSBState and the like in PCR 7 */
    ASSAY_ROLE_SEPARATOR,
    ASSAY_ROLE_BOOT_ORDER,
    ASSAY_ROLE_BOOT_OPTION,
    ASSAY_ROLE_CALLING,   /* a boot option is tried */
    ASSAY_ROLE_RETURNING, /* it came back */
    ASSAY_ROLE_GPT,
    ASSAY_ROLE_DRIVER,       /* out of an option ROM, or of firmware */
    ASSAY_ROLE_IMAGE,        /* not told apart */
    ASSAY_ROLE_IMAGE_FIRMWARE, /* out of a firmware volume: its setup, the shell */
    ASSAY_ROLE_IMAGE_SHIM,
    ASSAY_ROLE_IMAGE_GRUB,
    ASSAY_ROLE_IMAGE_SDBOOT,
    ASSAY_ROLE_IMAGE_UKI,
    ASSAY_ROLE_IMAGE_ADDON,
    ASSAY_ROLE_IMAGE_KERNEL,
    ASSAY_ROLE_IMAGE_STUB_KERNEL, /* a UKI's .linux */
    ASSAY_ROLE_IMAGE_WINDOWS,
    ASSAY_ROLE_MOK_LIST,
    ASSAY_ROLE_MOK_LIST_X,
    ASSAY_ROLE_MOK_SB_STATE,
    ASSAY_ROLE_MOK_OTHER,
    ASSAY_ROLE_GRUB_COMMAND,
    ASSAY_ROLE_GRUB_FILE,
    ASSAY_ROLE_GRUB_KERNEL,  /* a file that `linux` read; Red Hat's "grub_linuxefi Kernel" */
    ASSAY_ROLE_GRUB_INITRD,  /* one that `initrd` read; `index` counts them from 0 */
    ASSAY_ROLE_GRUB_CMDLINE, /* kernel_cmdline */
    ASSAY_ROLE_SECTION_NAME, /* systemd-stub: H(name) */
    ASSAY_ROLE_SECTION,      /* systemd-stub: H(content) */
    ASSAY_ROLE_OPTIONS,      /* load options, by systemd-boot or systemd-stub */
    ASSAY_ROLE_STUB_INITRD,  /* systemd-stub: credentials, extensions */
    ASSAY_ROLE_LOADER_CONF,
    ASSAY_ROLE_PROFILE,
    ASSAY_ROLE_LINUX_OPTIONS, /* Linux's EFI stub */
    ASSAY_ROLE_LINUX_INITRD,
    ASSAY_ROLE_EXIT,
    ASSAY_ROLES
};

typedef struct assay_recognised {
    enum assay_role role;
    enum assay_part part;
    uint32_t index; /* GRUB_INITRD: which */
} assay_recognised;

/** Recognises all events of a log into `ret_events`, one for each of prediction->count. */
void assay_recognise(const assay_prediction *prediction, assay_recognised *ret_events);

/** The part that a role is of. */
enum assay_part assay_role_part(enum assay_role role);

/** Whether it is an image that firmware, shim or a boot loader started: PCR 4. */
static inline bool assay_role_is_image(enum assay_role role)
{
    return role >= ASSAY_ROLE_IMAGE && role <= ASSAY_ROLE_IMAGE_WINDOWS;
}

/** The words of a command of GRUB's (its text, without prefix) one by one; false at the end. */
bool assay_take_word(assay_bytes *text, assay_bytes *ret_word);

/** The file that an image event's device path ends in: UTF-16LE, or no bytes. */
assay_bytes assay_image_file_name(const assay_event *event);

#endif
