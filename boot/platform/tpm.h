/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A live TPM 2.0 behind one small interface: PCRs, NV indices and what it says of itself.
 *
 *     assay_tpm *tpm;
 *
 *     if (assay_tpm_open(&tpm, NULL, &error) < 0)
 *         ... error.what, and assay_tpm_advice_on(rc) what to do ...
 *     status = assay_tpm_nv_public(tpm, 0x01C10106, &area, &error);
 *     assay_tpm_close(&tpm);
 *
 * It is reached over tpm2-tss by a TCTI string, as tpm2-tools take it: "device:/dev/tpmrm0",
 * "swtpm:host=localhost,port=2321", "swtpm:path=/run/swtpm.sock". tpm2-tss writes its own log to
 * standard error unless the environment says TSS2_LOG=all+none; this library leaves the
 * environment to the program.
 *
 * A function that fails returns a negative kind and says in `error` (which may be NULL) which
 * command it was, tpm2-tss's words, and the response code. What a TPM answers is not trusted: each
 * size is compared with what was asked for. Integers are the host's. A password goes to the TPM in
 * plain, as tpm2-tools send it. One thread at a time.
 */
#ifndef ASSAY_BOOT_PLATFORM_TPM_H
#define ASSAY_BOOT_PLATFORM_TPM_H

#include "base/alg.h"
#include "base/error.h"

typedef struct assay_tpm assay_tpm;

struct TSS2_TCTI_OPAQUE_CONTEXT_BLOB; /* tpm2-tss's TSS2_TCTI_CONTEXT */

/**
 * Connects to a TPM. `tcti` NULL: what the environment has in TPM2TOOLS_TCTI, else in TCTI, else
 * device:/dev/tpmrm0, else device:/dev/tpm0. Close after 0. -ASSAY_IO where there is none, or it
 * does not answer; -ASSAY_UNSUPPORTED for a TPM 1.2.
 */
int assay_tpm_open(assay_tpm **ret_tpm, const char *tcti, assay_error *error);

/** The same over a connection of the caller's, which stays his and must outlive the TPM. */
int assay_tpm_open_on(assay_tpm **ret_tpm, struct TSS2_TCTI_OPAQUE_CONTEXT_BLOB *connection,
                      assay_error *error);

/** Closes and nulls; nothing for NULL. */
void assay_tpm_close(assay_tpm **tpm);

/** The string that a TPM would be looked for with: `tcti`, or by the environment; NULL: devices. */
const char *assay_tpm_tcti(const char *tcti);

/** The response code (TSS2_RC) of the last command that failed; 0 when none has. */
uint32_t assay_tpm_last(const assay_tpm *tpm);

/** What an operator can do about a response code: a phrase, static; NULL where nothing is known. */
const char *assay_tpm_advice_on(uint32_t response_code);

/* Response codes a caller may want to tell apart: TPM 2.0 Part 2, 6.6.3, without their positions.
 */
enum {
    ASSAY_TPM_RC_FAILURE = 0x101,
    ASSAY_TPM_RC_NV_LOCKED = 0x148,
    ASSAY_TPM_RC_NV_AUTHORIZATION = 0x149,
    ASSAY_TPM_RC_NV_UNINITIALIZED = 0x14A,
    ASSAY_TPM_RC_NV_DEFINED = 0x14C,
    ASSAY_TPM_RC_AUTH_FAIL = 0x08E,
    ASSAY_TPM_RC_BAD_AUTH = 0x0A2,
    ASSAY_TPM_RC_LOCALITY = 0x907,
};

/** A response code of the TPM without the handle, session or parameter it is about. */
uint32_t assay_tpm_rc(uint32_t response_code);

/** The locality (0 to 4) of the commands that follow. A device of the kernel has 0 alone. */
int assay_tpm_set_locality(assay_tpm *tpm, uint8_t locality, assay_error *error);

/** What a TPM says of itself: TPM2_GetCapability, TPM_PT_FIXED and TPM_PT_VAR. */
typedef struct assay_tpm_info {
    char family[5];        /* "2.0" */
    char manufacturer[5];  /* "INTC"; anything not printable is '?' */
    uint32_t firmware[2];  /* TPM_PT_FIRMWARE_VERSION_1 and _2 */
    uint32_t revision;     /* of the specification, times 100 */
    uint16_t nv_index_max; /* bytes of one NV index; 0: it doesn't say */
    uint16_t nv_chunk;     /* bytes of one read or write of an index: TPM_PT_NV_BUFFER_MAX */
    bool owner_auth_set;   /* the owner has a password */
    bool locked_out;       /* too many wrong passwords */
} assay_tpm_info;

/** As read when the TPM was opened; lent. */
const assay_tpm_info *assay_tpm_get_info(const assay_tpm *tpm);

/* PCRs. */

enum { ASSAY_TPM_PCRS = 24 };

typedef struct assay_tpm_bank {
    uint16_t alg;  /* TPM_ALG_ID */
    uint16_t size; /* bytes of a value; 0 for an algorithm unknown here */
    uint32_t pcrs; /* bit i: the bank has PCR i; after reading: `value` has it */
    uint8_t value[ASSAY_TPM_PCRS][ASSAY_DIGEST_MAX];
} assay_tpm_bank;

/**
 * The banks that are allocated, without values, at most ASSAY_BANKS_MAX of them; banks without
 * any PCR are left out.
 */
int assay_tpm_banks(assay_tpm *tpm, assay_tpm_bank *ret_banks, size_t *ret_count,
                    assay_error *error);

/**
 * Reads the PCRs bank->pcrs of bank->alg. All of them are of one moment: where PCRs of the TPM
 * changed in between, it is read anew, and fails after some tries.
 */
int assay_tpm_read_pcrs(assay_tpm *tpm, assay_tpm_bank *bank, assay_error *error);

/** TPM2_PCR_Extend of one PCR, in all the banks of `digests` at once. */
int assay_tpm_extend(assay_tpm *tpm, unsigned pcr, const assay_digest *digests, size_t count,
                     assay_error *error);

/* NV indices. */

/** TPMA_NV, TPM 2.0 Part 2, 13.4. */
enum {
    ASSAY_TPMA_NV_PPWRITE = 1 << 0,
    ASSAY_TPMA_NV_OWNERWRITE = 1 << 1,
    ASSAY_TPMA_NV_AUTHWRITE = 1 << 2,
    ASSAY_TPMA_NV_POLICYWRITE = 1 << 3,
    ASSAY_TPMA_NV_POLICY_DELETE = 1 << 10,
    ASSAY_TPMA_NV_WRITELOCKED = 1 << 11,
    ASSAY_TPMA_NV_WRITEALL = 1 << 12,
    ASSAY_TPMA_NV_WRITEDEFINE = 1 << 13,
    ASSAY_TPMA_NV_WRITE_STCLEAR = 1 << 14,
    ASSAY_TPMA_NV_PPREAD = 1 << 16,
    ASSAY_TPMA_NV_OWNERREAD = 1 << 17,
    ASSAY_TPMA_NV_AUTHREAD = 1 << 18,
    ASSAY_TPMA_NV_POLICYREAD = 1 << 19,
    ASSAY_TPMA_NV_NO_DA = 1 << 25,
    ASSAY_TPMA_NV_READLOCKED = 1 << 28,
    ASSAY_TPMA_NV_WRITTEN = 1 << 29,
    ASSAY_TPMA_NV_PLATFORMCREATE = 1 << 30,
};

/** TPMS_NV_PUBLIC, TPM 2.0 Part 2, 13.5, by value. */
typedef struct assay_tpm_nv {
    uint32_t index;
    uint16_t name_alg;    /* TPM_ALG_ID */
    uint32_t attributes;  /* TPMA_NV */
    uint16_t policy_size; /* bytes of policy; 0: none, which no policy session meets */
    uint8_t policy[ASSAY_DIGEST_MAX];
    uint16_t size; /* bytes of data */
} assay_tpm_nv;

/** By whose right an index is read, written or locked. */
enum assay_tpm_right { ASSAY_TPM_BY_INDEX, ASSAY_TPM_BY_OWNER, ASSAY_TPM_BY_PLATFORM };

/** A right and its password, which may be empty. */
typedef struct assay_tpm_auth {
    enum assay_tpm_right right;
    assay_bytes password;
} assay_tpm_auth;

/** 1 and the index as it is defined, 0 where there is none, or a negative kind. */
int assay_tpm_nv_public(assay_tpm *tpm, uint32_t index, assay_tpm_nv *ret_public,
                        assay_error *error);

/** The indices that are defined, in ascending order: at most `room`; *ret_count has how many. */
int assay_tpm_nv_indices(assay_tpm *tpm, uint32_t *ret_indices, size_t room, size_t *ret_count,
                         assay_error *error);

/** Defines an index by right of the owner or platform; `index_password` becomes its own. */
int assay_tpm_nv_define(assay_tpm *tpm, const assay_tpm_nv *area, const assay_tpm_auth *auth,
                        assay_bytes index_password, assay_error *error);

/** Removes an index and what is in it, by right of the owner or platform. */
int assay_tpm_nv_undefine(assay_tpm *tpm, uint32_t index, const assay_tpm_auth *auth,
                          assay_error *error);

/** Reads `size` bytes from the start of an index. */
int assay_tpm_nv_read(assay_tpm *tpm, uint32_t index, const assay_tpm_auth *auth, uint8_t *ret_data,
                      size_t size, assay_error *error);

/**
 * Writes from the start of an index, in as many commands as the TPM needs: after a failure the
 * index may hold the beginning.
 */
int assay_tpm_nv_write(assay_tpm *tpm, uint32_t index, const assay_tpm_auth *auth, assay_bytes data,
                       assay_error *error);

/**
 * TPM2_NV_WriteLock: until the TPM's next reset for an index with WRITE_STCLEAR, for good for one
 * with WRITEDEFINE; others can't be locked. TPM2_NV_ReadLock is the same for reading.
 */
int assay_tpm_nv_lock_write(assay_tpm *tpm, uint32_t index, const assay_tpm_auth *auth,
                            assay_error *error);
int assay_tpm_nv_lock_read(assay_tpm *tpm, uint32_t index, const assay_tpm_auth *auth,
                           assay_error *error);

#endif
