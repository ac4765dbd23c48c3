/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tboot measures itself, by its source: tboot/common/policy.c, cmdline.c and integrity.c of
 * the versions below. All of it are events of type 0x501 without data.
 *
 * Its policy goes into PCR 17, and with details/authorities mapping the same digest into PCR 18.
 * Then module 0 goes into PCR 17 (legacy mapping: 18), then each module, 0 included, into the PCR
 * of the first entry of the policy that is for it, then NV indices into those of theirs. Of more
 * than 32 measurements tboot drops the rest.
 */
#ifndef ASSAY_POLICY_LAUNCH_TBOOT_H
#define ASSAY_POLICY_LAUNCH_TBOOT_H

#include "boot/artefact/digests.h"
#include "policy/lcp/vlp.h"

/** What "extpol=agile" comes to. */
enum assay_tboot_agile {
    ASSAY_TBOOT_AGILE_BROKEN, /* digests of memory that was not set: nobody can know them */
    ASSAY_TBOOT_AGILE_TPM,    /* the TPM hashes, for all of its banks */
    ASSAY_TBOOT_AGILE_GONE,   /* taken for sha256 */
};

/** A row a behaviour: versions from `name` on, up to the next row. */
typedef struct assay_tboot_version {
    const char *name; /* "1.9.12" */
    bool tpm12, tpm20;
    uint16_t extpol;     /* TPM_ALG_ID of what stands for no extpol= */
    bool skips_filename; /* the first word of a module's command line is not measured */
    bool sha1, sha384;   /* extpol=sha1; extpol=sha384 and sha512 */
    enum assay_tboot_agile agile;
    bool measures_nv;         /* with a TPM 1.2 and measure_nv=true; with a TPM 2.0 no version */
    uint8_t builtin_alg;      /* hash_alg of its built-in policies */
    uint8_t builtin12_alg;    /* the same with a TPM 1.2 */
    bool builtin12_is_legacy; /* with a TPM 1.2 the policy for legacy mapping, whatever is mapped */
    bool builtin_nv;          /* its built-in policies have an entry for NV index 0x40000010 */
} assay_tboot_version;

/** The rows, the oldest first; NULL beyond the last. Static. */
const assay_tboot_version *assay_tboot_version_at(size_t index);

/** The row that "1.10.5" falls under; NULL for what is no version, or older than all rows. */
const assay_tboot_version *assay_tboot_version_find(const char *name);

const assay_tboot_version *assay_tboot_newest(void);

enum assay_tboot_mode {
    ASSAY_TBOOT_FIXED,    /* one algorithm, so one bank */
    ASSAY_TBOOT_EMBEDDED, /* all banks whose algorithm tboot has, by its own code */
    ASSAY_TBOOT_AGILE,    /* all banks, by the TPM */
};

typedef struct assay_tboot_extpol {
    enum assay_tboot_mode mode;
    uint16_t current; /* TPM_ALG_ID that the policy is hashed with; the bank of a fixed one */
} assay_tboot_extpol;

/** The value of extpol=, no bytes for none. False for one that this version does not know. */
bool assay_tboot_extpol_of(const assay_tboot_version *version, bool tpm12, assay_bytes value,
                           assay_tboot_extpol *ret_extpol);

/** "sha256", "embedded", "agile". Static. */
const char *assay_tboot_extpol_name(const assay_tboot_extpol *extpol);

/** Whether tboot extends this bank with what it measures. */
bool assay_tboot_extends(const assay_tboot_extpol *extpol, uint16_t bank);

/** What tboot takes from its command line; no bytes for what is not there. */
typedef struct assay_tboot_options {
    assay_bytes extpol;
    assay_bytes pcr_map;
    assay_bytes measure_nv;
} assay_tboot_options;

/**
 * Reads a command line as tboot does: options parted by blanks, the last of a name counts, and a
 * name may be shortened to what begins no earlier option. Lent from `cmdline`.
 */
assay_tboot_options assay_tboot_options_of(assay_bytes cmdline);

/** What this version measures of a module's command line: all, or what follows the first word. */
assay_bytes assay_tboot_measured_cmdline(const assay_tboot_version *version, assay_bytes cmdline);

/** The policy it falls back on. */
void assay_tboot_builtin(const assay_tboot_version *version, bool tpm12, bool details,
                         assay_vlp *ret_policy);

/**
 * What tboot makes of a policy it read before it hashes it: from 1.8 on a hash_alg of 0, which
 * older tools write for SHA-1, becomes 4.
 */
void assay_tboot_mend(const assay_tboot_version *version, assay_vlp *policy);

enum assay_tboot_subject {
    ASSAY_TBOOT_POLICY,
    ASSAY_TBOOT_MODULE,
    ASSAY_TBOOT_NV,
};

/** A measurement: of what, and where it goes. */
typedef struct assay_tboot_step {
    enum assay_tboot_subject subject;
    uint32_t index; /* of the module, from 0; of the NV index */
    unsigned time;  /* how many steps before it are of the same subject and index */
    uint8_t pcr;
    const assay_vlp_entry *entry; /* by which; NULL for the policy, and for module 0 before it */
} assay_tboot_step;

enum { ASSAY_TBOOT_STEPS_MAX = 32 };

typedef struct assay_tboot_plan {
    size_t count;
    assay_tboot_step steps[ASSAY_TBOOT_STEPS_MAX];
    size_t dropped;  /* measurements for which tboot has no room */
    size_t unlisted; /* modules that no entry of the policy is for */
    uint32_t unlisted_first;
} assay_tboot_plan;

/**
 * What is measured of `modules` modules under a policy of version 2, in order. NV indices only
 * with `nv`.
 */
void assay_tboot_plan_of(const assay_vlp *policy, bool details, size_t modules, bool nv,
                         assay_tboot_plan *ret_plan);

#endif
