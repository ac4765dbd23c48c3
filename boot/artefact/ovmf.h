/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OVMF, EDK2's firmware for QEMU, as a flash image: what of it is measured, and which of EDK2's
 * features it was built with.
 *
 * Its code is a firmware volume with one LZMA section, in that two volumes that are unpacked into
 * memory at fixed addresses: PEIFV with the PEI core and its modules, which run there in place,
 * and DXEFV with all the rest. Tcg2Pei measures both as they lie in memory (EDK2,
 * SecurityPkg/Tcg/Tcg2Pei/Tcg2Pei.c). What stands here is found by what the volumes contain, so
 * that it fits builds of any year; only what the modules write into PEIFV before it is measured is
 * known by build: see ovmfpei.h.
 */
#ifndef ASSAY_BOOT_ARTEFACT_OVMF_H
#define ASSAY_BOOT_ARTEFACT_OVMF_H

#include "boot/artefact/ffs.h"

typedef struct assay_ovmf {
    assay_bytes peifv; /* PEIFV as it was built */
    assay_bytes dxefv;
    uint64_t peifv_base; /* physical addresses of both */
    uint64_t dxefv_base;
    assay_bytes version;   /* PcdFirmwareVersionString: UTF-16LE with its NUL */
    bool has_secure_boot;  /* there is a variable SecureBoot */
    bool measures_acpi;    /* QEMU's ACPI tables, into PCR 1: since February 2023 */
    assay_ffs_unpacked unpacked; /* what all of it is lent from */
} assay_ovmf;

/**
 * Finds it all in a flash image, which must outlive `ovmf`. 0, and to be closed; or a negative
 * kind: -ASSAY_UNKNOWN_FORMAT for firmware that is not built like OVMF.
 */
int assay_ovmf_open(assay_ovmf *ovmf, assay_bytes flash, assay_error *error);
void assay_ovmf_close(assay_ovmf *ovmf);

#endif
