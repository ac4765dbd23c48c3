/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unified kernel images: a PE image made of systemd-stub and of sections that it measures into
 * PCR 11 and boots (UAPI.5). Which sections a stub knows, in which order it measures them and how
 * it looks for them is a matter of its version (systemd, src/fundamental/uki.c and src/boot/pe.c,
 * 252 to 258), which it names in its section .sdmagic.
 *
 * An image may have profiles (since 257): sections before the first .profile are everybody's;
 * those from the n-th .profile to the next override them when profile n, from 0, is started.
 */
#ifndef ASSAY_BOOT_ARTEFACT_UKI_H
#define ASSAY_BOOT_ARTEFACT_UKI_H

#include "boot/artefact/pe.h"

/** The sections with a meaning, in the order in which all stubs measure those they know. */
enum assay_uki_section {
    ASSAY_UKI_LINUX,
    ASSAY_UKI_OSREL,
    ASSAY_UKI_CMDLINE,
    ASSAY_UKI_INITRD,
    ASSAY_UKI_UCODE,
    ASSAY_UKI_SPLASH,
    ASSAY_UKI_DTB,
    ASSAY_UKI_UNAME,
    ASSAY_UKI_SBAT,
    ASSAY_UKI_PCRSIG, /* never measured: it signs the outcome */
    ASSAY_UKI_PCRPKEY,
    ASSAY_UKI_PROFILE,
    ASSAY_UKI_DTBAUTO, /* of several the one that is this machine's */
    ASSAY_UKI_HWIDS,
    ASSAY_UKI_EFIFW, /* of several the one that is this machine's */
    ASSAY_UKI_SECTIONS
};

typedef struct assay_uki {
    const assay_pe *pe;
    unsigned version;     /* 257 for "257.13-1"; 0: can't be read, and taken for the newest known */
    char version_text[64]; /* as .sdmagic has it, printable; empty when it can't be read */
    size_t profile_count; /* .profile sections, for a stub that knows profiles; else 0 */
    unsigned profile;     /* the one that was asked for */
    const assay_pe_section *sections[ASSAY_UKI_SECTIONS]; /* that are used; NULL: none, or empty */
    /* There are .dtbauto or .efifw sections: which of them is used, if any, depends on the device
     * tree that firmware has or on SMBIOS by way of .hwids. The one in `sections` is then NULL. */
    bool depends_on_hardware[ASSAY_UKI_SECTIONS];
} assay_uki;

/** Whether systemd-stub is in it. */
bool assay_uki_detect(const assay_pe *pe);

/** The stub's version as it names itself: 257; 0 when there is none to be read. */
unsigned assay_uki_version(const assay_pe *pe);

/** Whether the stub of a version measures a section where there is one. */
bool assay_uki_measures(unsigned version, enum assay_uki_section section);

/** Whether the stub of a version knows profiles. */
bool assay_uki_has_profiles(unsigned version);

/** ".linux": as it is measured before its content, its NUL included. Static. */
const char *assay_uki_section_name(enum assay_uki_section section);

/**
 * Finds the sections that are used when `profile` is started. `pe` must outlive `uki`. Profile 0
 * is there even if no .profile is. 0; -ASSAY_MALFORMED when there is no such profile, or no
 * .linux, both of which the stub refuses to start.
 */
int assay_uki_open(assay_uki *uki, const assay_pe *pe, unsigned profile, assay_error *error);

/**
 * The sections of an addon (NAME.addon.efi) as the stub of a version finds them; profiles mean
 * nothing there. NULL: none, or empty.
 */
void assay_uki_addon_sections(const assay_pe *pe, unsigned version,
                              const assay_pe_section *ret_sections[ASSAY_UKI_SECTIONS]);

#endif
