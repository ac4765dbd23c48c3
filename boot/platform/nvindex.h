/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The NV indices of Intel TXT and tboot in a TPM 2.0, and whether they are as they must be
 * (TXT SDG appendix J). A wrong one makes SINIT reset the machine, or lets somebody change a policy
 * who must not.
 */
#ifndef ASSAY_BOOT_PLATFORM_NVINDEX_H
#define ASSAY_BOOT_PLATFORM_NVINDEX_H

#include "base/error.h"
#include "eventlog/payload/txtnv.h"

enum assay_nv_role {
#define TXT_NV(ID, old, new, name, what, least, per_digest, wanted, unwanted, alternative)         \
    ASSAY_NV_##ID,
#include "boot/platform/nvindex.def"
    ASSAY_NV_ROLES
};

enum assay_nv_fault {
#define TXT_NV_FAULT(ID, severity, what, action) ASSAY_NV_##ID,
#include "boot/platform/nvindex.def"
    ASSAY_NV_FAULTS
};

typedef struct assay_nv_role_info {
    uint32_t handles[2]; /* before and after Intel's reserved range */
    const char *name, *what;
    uint32_t least, per_digest;
    uint32_t wanted, unwanted, alternative; /* TPMA_NV */
} assay_nv_role_info;

typedef struct assay_nv_fault_info {
    const char *what;   /* a clause without its full stop */
    const char *action; /* a sentence without its full stop */
    bool wrong;         /* else it is only noted */
} assay_nv_fault_info;

const assay_nv_role_info *assay_nv_role_describe(enum assay_nv_role role);
const assay_nv_fault_info *assay_nv_fault_describe(enum assay_nv_fault fault);

/** Which index has this handle, of either range; ASSAY_NV_ROLES for one of somebody else. */
enum assay_nv_role assay_nv_role_of(uint32_t handle);

typedef struct assay_nv_verdict {
    enum assay_nv_role role;
    uint32_t faults;         /* a bit each: 1 << enum assay_nv_fault */
    uint32_t expected_size;  /* the least it must have; 0: not known */
    uint32_t lacking, extra; /* TPMA_NV bits */
    bool wrong;              /* a fault that is more than noted */
} assay_nv_verdict;

/** Judges one index. One of no known role has no faults. */
void assay_nv_judge(const assay_txt_nv_public *index, assay_nv_verdict *ret_verdict);

/** The index and its verdict, as an object. `key` is NULL in an array. */
void assay_nv_emit(assay_output *out, const char *key, const assay_txt_nv_public *index);

/** TPMS_NV_PUBLIC as text has it, with its own memory. */
typedef struct assay_nv_read {
    assay_txt_nv_public index; /* auth_policy is lent from `policy` below */
    uint8_t policy[64];
} assay_nv_read;

enum { ASSAY_NV_READ_MAX = 64 };

/**
 * Reads what tpm2_nvreadpublic(1) prints: up to ASSAY_NV_READ_MAX indices. `friendly` names of
 * attributes count where they are the byte-swapped `value`, as old versions print that. Returns
 * how many, or a negative kind with `error` filled; those before the fault are then not counted.
 */
int assay_nv_read_text(assay_bytes text, assay_nv_read ret_list[ASSAY_NV_READ_MAX],
                       assay_error *error);

/** Writes an index so that assay_nv_read_text reads it back. */
void assay_nv_write_text(assay_writer *writer, const assay_txt_nv_public *index);

#endif
