/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Secure Boot Advanced Targeting (rhboot/shim, SBAT.md): lines of comma-separated columns. An image
 * says in its section .sbat of which generation its components are; a level, kept in the variable
 * SbatLevel, says which generation each must be of at least. A level's first line holds its version
 * and its date: "sbat,1,2025021800".
 */
#ifndef ASSAY_BOOT_ARTEFACT_SBAT_H
#define ASSAY_BOOT_ARTEFACT_SBAT_H

#include "boot/artefact/pe.h"

/** The level that every shim starts from: "sbat,1,2021030218" and a line feed. */
extern const assay_bytes assay_sbat_original;

/** The two levels that a shim since 15.7 brings along in its section .sbatlevel, without NUL. */
typedef struct assay_sbat_levels {
    assay_bytes automatic; /* called "previous" until 15.8 */
    assay_bytes latest;
} assay_sbat_levels;

/** False when there is no such section, or it can't be read. */
bool assay_sbat_levels_of(const assay_pe *pe, assay_sbat_levels *ret_levels);

/**
 * Whether shim keeps the level it finds instead of `candidate`: it is one, and its version, then
 * its date, is the same or newer.
 */
bool assay_sbat_keeps(assay_bytes level, assay_bytes candidate);

/** Whether it can be a level at all, which is all that shim asks until 15.5. */
bool assay_sbat_is_level(assay_bytes level);

/** Whether an image with this content of .sbat may be started under a level. */
bool assay_sbat_passes(assay_bytes level, assay_bytes section);

/** The generation of a component in a section .sbat; -1 where it isn't named. */
int assay_sbat_generation(assay_bytes section, const char *component);

#endif
