/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OVMF's PEI volume as it lies in memory when it is measured. Its modules run in place and keep
 * their variables in the volume, and PlatformPei has run before Tcg2Pei measures it: so the digest
 * depends on the machine's memory, on its processors, and, with SMM, on an UEFI variable. What
 * depends on what was read out of EDK2's sources (OvmfPkg/PlatformPei, OvmfPkg/Library/
 * PlatformInitLib, MdePkg's and OvmfPkg's AcpiTimerLib, UefiCpuPkg/Library/SmmRelocationLib); where
 * a build has these variables was read out of the memory of a machine that ran it.
 */
#ifndef ASSAY_BOOT_ARTEFACT_OVMFPEI_H
#define ASSAY_BOOT_ARTEFACT_OVMFPEI_H

#include "base/hash.h"
#include "boot/artefact/ovmf.h"

/** A Q35 machine of QEMU. */
typedef struct assay_ovmf_machine {
    uint64_t memory; /* bytes */
    uint32_t cpus;
    uint8_t physical_address_bits; /* that it has, and is believed: not Intel's 40, for which OVMF
                                      takes 36; 0 is 40, as of QEMU's qemu64 */
    bool gigabyte_pages;           /* CPUID says so: as of QEMU's max, and not of qemu64 */
    assay_bytes memory_types;      /* the variable MemoryTypeInformation; or no bytes */
} assay_ovmf_machine;

/** What can be made of it. */
enum assay_ovmf_pei {
    ASSAY_OVMF_PEI_KNOWN,
    ASSAY_OVMF_PEI_UNKNOWN_BUILD,   /* no row: nothing is known of its variables */
    ASSAY_OVMF_PEI_UNKNOWN_MACHINE, /* it was not seen what this machine makes of them */
};

/** Bytes below 4 GiB that QEMU's Q35 gives to a machine of this much memory. */
uint64_t assay_ovmf_memory_below_4g(uint64_t memory);

/**
 * Writes the variables into `volume`, a copy of ovmf->peifv. The build is recognised by the SHA-256
 * of the volume as it was built. ASSAY_OVMF_PEI_KNOWN or why not, with nothing written; or a
 * negative kind, when there is no SHA-256.
 */
int assay_ovmf_pei_variables(const assay_ovmf *ovmf, const assay_ovmf_machine *machine,
                             assay_hashes *hashes, uint8_t *volume, assay_error *error);

#endif
