/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Texts as systemd-boot and systemd-stub have them: UTF-16LE, here without its NUL, kept by the
 * boot. No text at all (no bytes) and an empty one differ, as they do there.
 */
#ifndef ASSAY_BOOT_LOADER_SDTEXT_H
#define ASSAY_BOOT_LOADER_SDTEXT_H

#include "boot/loader/boot.h"

/**
 * A file's text as it is read (xstrn8_to_16 in src/boot/efi-string.c): up to a NUL, without what is
 * no UTF-8 and without characters beyond U+FFFF. No bytes of no bytes.
 */
assay_bytes assay_sd_text(assay_boot *boot, assay_bytes utf8);

/** LoadOptions as text: up to a NUL. */
assay_bytes assay_sd_options(assay_bytes load_options);

/** The same with its NUL, as it is handed over and measured; no bytes of no text. */
assay_bytes assay_sd_with_nul(assay_boot *boot, assay_bytes text);

/** Two texts with a blank between them; the other where one of them is empty or none. */
assay_bytes assay_sd_join(assay_boot *boot, assay_bytes first, assay_bytes second);

/** How command lines are tidied up before they are used (mangle_stub_cmdline). */
enum assay_sd_mangling {
    ASSAY_SD_CHOPS, /* until 254: control characters become blanks, trailing blanks go */
    ASSAY_SD_TRIMS, /* since 255: leading ones go too, and U+007F is a control character */
};

assay_bytes assay_sd_mangle(assay_boot *boot, assay_bytes text, enum assay_sd_mangling mangling);

/** EV_IPL in PCR 12 of a command line, which is measured with its NUL. */
void assay_sd_measure_options(assay_boot *boot, assay_bytes text);

/** EV_IPL whose data are an ASCII description in UTF-16. */
void assay_sd_measure(assay_boot *boot, uint32_t pcr, enum assay_part part,
                      const assay_bytes *parts, size_t count, const char *description);

/**
 * LoadImage as systemd's programs call it: by shim where that has its own, or that of the firmware
 * with shim's word in the place of its check (src/boot/shim.c). False when it is refused.
 */
bool assay_sd_load(assay_boot *boot, const assay_boot_image *image, const assay_pe *pe);

/** The bytes of a section as they are in memory, VirtualSize of them: at most two parts. */
enum {
    ASSAY_SD_SECTION_PARTS = 2,
    ASSAY_SD_ZEROS_MAX = 1 << 24, /* a section that has more of them is none that anyone made */
};
size_t assay_sd_section_parts(assay_boot *boot, const assay_pe_section *section,
                              assay_bytes ret_parts[ASSAY_SD_SECTION_PARTS]);

#endif
