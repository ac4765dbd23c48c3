/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What Keylime's policy "example" looks for in a boot's log (keylime 7.14,
 * keylime/mba/elchecking/example.py). Private to policy/.
 */
#ifndef ASSAY_POLICY_EXPORT_KEYLIME_REFSTATE_H
#define ASSAY_POLICY_EXPORT_KEYLIME_REFSTATE_H

#include "policy/export/export.h"

/** Bytes in a row: SHA-256 digests (no bytes: not known), entries of signature databases, text. */
typedef struct assay_refstate_list {
    size_t count;
    assay_bytes *items;
} assay_refstate_list;

enum assay_refstate_field {
    ASSAY_REFSTATE_SCRTM,
    ASSAY_REFSTATE_FIRMWARE,
    ASSAY_REFSTATE_APPLICATIONS, /* shim, GRUB, and where Secure Boot is on the kernel */
    ASSAY_REFSTATE_VMLINUZ,
    ASSAY_REFSTATE_INITRD,
    ASSAY_REFSTATE_CMDLINE, /* text; no bytes: it varies */
    ASSAY_REFSTATE_MOK,
    ASSAY_REFSTATE_MOKX,
    ASSAY_REFSTATE_PK, /* from here on EFI_SIGNATURE_DATA */
    ASSAY_REFSTATE_KEK,
    ASSAY_REFSTATE_DB,
    ASSAY_REFSTATE_DBX,
    ASSAY_REFSTATE_VENDOR_DB,
    ASSAY_REFSTATE_FIELDS
};

/** A variant's boot, as the policy sees it. */
typedef struct assay_refstate_boot {
    const char *variant;
    bool secure_boot;
    assay_refstate_list fields[ASSAY_REFSTATE_FIELDS];
} assay_refstate_boot;

/**
 * Walks the variant's firmware events into *ret_boot, whose lists are the job's and lend from the
 * reference; notes what the policy would refuse of them whatever the state says. 0 or
 * -ASSAY_NO_MEMORY.
 */
int assay_refstate_read_boot(assay_export_job *job, size_t variant, assay_refstate_boot *ret_boot);

/** Notes what the policy misses in a boot, or finds too often. Whether there is nothing of that. */
bool assay_refstate_check_boot(assay_export_job *job, const assay_refstate_boot *boot);

/** The only item of a list, or no bytes. */
assay_bytes assay_refstate_only(const assay_refstate_list *list);

#endif
