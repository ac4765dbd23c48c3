/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Authenticated code modules of Intel TXT (TXT SDG appendix A): SINIT, which SENTER
 * measures and starts, BIOS modules, and those that revoke either. A module is a header
 * with a key and a signature, a scratch area that is neither signed nor measured, and a
 * user area whose first bytes are the chipset AC module information table: which chipsets,
 * processors and TPMs the module is for. Everything is little-endian, numbers of RSA too.
 *
 * Header versions: 0.0 (RSA-2048), 3.0 (RSA-3072), and 4.0 and 5.4, which put a key and a
 * signature of XMSS behind those of RSA. Up to version 8 of the information table its fields
 * are offsets of the lists; from 9 on the lists follow it one after the other, each with a
 * name of four letters.
 *
 * All views are lent from the bytes that were read.
 */
#ifndef ASSAY_BOOT_ARTEFACT_ACM_H
#define ASSAY_BOOT_ARTEFACT_ACM_H

#include "base/guid.h"
#include "base/hash.h"
#include "base/output.h"
#include "eventlog/txtflags.h"

/** ModuleSubType, as flags: may run at processor reset; an ANC module, without information table.
 */
enum { ASSAY_ACM_AT_RESET = 1, ASSAY_ACM_ANC = 2 };

/** Flags, table A-2. */
enum { ASSAY_ACM_PRE_PRODUCTION = 1 << 14, ASSAY_ACM_DEBUG_SIGNED = 1 << 15 };

/** ChipsetACMType. */
enum assay_acm_type {
    ASSAY_ACM_BIOS = 0,
    ASSAY_ACM_SINIT = 1,
    ASSAY_ACM_BIOS_REVOCATION = 8,
    ASSAY_ACM_SINIT_REVOCATION = 9,
};

/** TPM families of the TPM information list, table A-9; shifted down, to be combined. */
enum { ASSAY_ACM_TPM12 = 1, ASSAY_ACM_TPM20_FIFO = 2, ASSAY_ACM_TPM20_CRB = 8 };

/** Chipset AC module information table, table A-3. */
typedef struct assay_acm_info {
    uint8_t chipset_acm_type; /* enum assay_acm_type, or anything */
    uint8_t version;
    uint16_t length;
    uint32_t os_sinit_data_ver;  /* the newest OsSinitData it takes */
    uint32_t min_mle_header_ver; /* the oldest MLE header it takes */
    uint32_t capabilities;       /* see assay_txt_capabilities; version 3 and later */
    uint8_t acm_version;         /* compared with SINITMinVersion of policies */
    uint8_t acm_revision[3];     /* major, minor, build: hexadecimal digits */
    bool has_processors;         /* version 4 and later, or a list is there */
    bool has_tpm;                /* version 5 and later, or a list is there */
    uint32_t tpm_capabilities;   /* table A-9 */
    assay_bytes chipsets;        /* entries, without their count; read with assay_acm_chipset_at */
    assay_bytes chipsets2;       /* the same, list CS2L of version 9: matched by mask */
    assay_bytes processors;      /* the same for assay_acm_processor_at */
    assay_bytes tpm_algs;        /* TPM_ALG_IDs of two bytes each */
} assay_acm_info;

typedef struct assay_acm {
    assay_bytes module;   /* the whole of it, Size bytes */
    size_t padding;       /* bytes of the file after it */
    uint16_t module_type; /* 2: chipset */
    uint16_t module_subtype;
    uint32_t header_len;     /* bytes, as all sizes here */
    uint32_t header_version; /* major in the upper half */
    uint16_t chipset_id;
    uint16_t flags;
    uint32_t module_vendor; /* 0x8086 */
    uint32_t date;          /* BCD: 0x20131231 */
    uint16_t txt_svn;
    uint16_t se_svn; /* of SGX */
    uint32_t code_control;
    uint32_t error_entry_point;
    uint32_t gdt_limit;
    uint32_t gdt_base_ptr;
    uint32_t seg_sel;
    uint32_t entry_point;
    uint32_t scratch_size;
    assay_bytes key;       /* RSAPubKey: the modulus as it lies there */
    uint32_t exponent;     /* RSAPubExp; 65537 where the version has no such field */
    assay_bytes signature; /* RSASig as it lies there */
    assay_bytes xmss_key;  /* versions 4.0 and 5.4; else no bytes */
    assay_bytes xmss_signature;
    assay_bytes scratch;
    assay_bytes user_area;
    bool has_info; /* all but ANC modules */
    assay_acm_info info;
} assay_acm;

/** An entry of a chipset ID list, table A-5. */
typedef struct assay_acm_chipset {
    uint32_t flags; /* bit 0: revision_id is a mask */
    uint16_t vendor_id;
    uint16_t device_id;
    uint16_t revision_id;
    uint16_t register_mask; /* of the device, in CS2L */
    uint32_t extended_id;
} assay_acm_chipset;

/** An entry of the processor ID list, table A-7. */
typedef struct assay_acm_processor {
    uint32_t fms; /* family, model, stepping as CPUID leaf 1 has them in EAX */
    uint32_t fms_mask;
    uint64_t platform_id; /* of the MSR IA32_PLATFORM_ID */
    uint64_t platform_mask;
} assay_acm_processor;

enum { ASSAY_ACM_CHIPSET_SIZE = 16, ASSAY_ACM_PROCESSOR_SIZE = 24 };

/** Why the bytes look like an AC module, as a static phrase, or NULL. Looks at the header alone. */
const char *assay_acm_detect(assay_bytes bytes);

/**
 * Reads a module. Returns 0, or a negative kind with `error` filled: -ASSAY_UNKNOWN_FORMAT for
 * what is no AC module at all. What was read before the fault stands in *acm.
 */
int assay_acm_open(assay_acm *acm, assay_bytes bytes, assay_error *error);

/** Whether it is a SINIT, and no other kind of module. */
bool assay_acm_is_sinit(const assay_acm *acm);

/** "SINIT", "BIOS", "SINIT revocation", ... ; "ANC" without information table. Static. */
const char *assay_acm_type_name(const assay_acm *acm);

/** The entry of that index in info.chipsets or info.chipsets2; false beyond the last. */
bool assay_acm_chipset_at(assay_bytes chipsets, size_t index, assay_acm_chipset *ret_chipset);
bool assay_acm_processor_at(assay_bytes processors, size_t index,
                            assay_acm_processor *ret_processor);

/**
 * What is signed, and what the processor hashes for HASH_START: the first 128 bytes and the user
 * area; not key, signature and scratch.
 */
void assay_acm_signed_parts(const assay_acm *acm, assay_bytes ret_parts[2]);

/**
 * H(signed parts). HASH_START's data is the SHA-256 of these (SHA-1 where the SINIT to MLE data
 * is older than version 7) and then the four bytes of EDX at SENTER. 0 or a negative kind.
 */
int assay_acm_digest(const assay_acm *acm, assay_hash *hash, uint8_t *ret_digest);

/**
 * Hash of the public key as it lies in the module: what SINIT measures as SINIT_PUBKEY_HASH and,
 * with SHA-256, what the register TXT.PUBLIC.KEY holds. 0 or a negative kind.
 */
int assay_acm_key_digest(const assay_acm *acm, assay_hash *hash, uint8_t *ret_digest);

/** How the RSA signature stands to the module's own key: no proof of who signed it. */
enum assay_acm_signature {
    ASSAY_ACM_SIGNATURE_GOOD,
    ASSAY_ACM_SIGNATURE_BAD,
    ASSAY_ACM_SIGNATURE_UNCHECKED, /* of a header version whose scheme isn't public */
};

/** 0, or a negative kind when the check itself failed. */
int assay_acm_check_signature(const assay_acm *acm, assay_hashes *hashes,
                              enum assay_acm_signature *ret_result, assay_error *error);

/** What a launch needs of a module; each part may be unknown. */
typedef struct assay_acm_platform {
    bool has_didvid;
    uint64_t didvid; /* register TXT.DIDVID: vendor 15:0, device 31:16, revision 47:32 */
    bool has_ver_fsbif;
    uint32_t ver_fsbif; /* register TXT.VER.FSBIF; bit 31: chipset fused for production */
    bool has_ver_emif;
    uint32_t ver_emif; /* TXT.VER.EMIF (QPIIF), which counts where FSBIF is all ones or zero */
    bool has_public_key;
    uint8_t public_key[32]; /* register TXT.PUBLIC.KEY: SHA-256 of the key that the chipset wants */
    bool has_cpuid;
    uint32_t cpuid_signature; /* EAX of CPUID leaf 1 */
    bool has_platform_id;
    uint64_t platform_id;   /* MSR IA32_PLATFORM_ID */
    uint32_t platform_type; /* BiosData.MleFlags bits 2:1: 1 client, 2 server; 0 unknown */
    uint32_t tpm_family;    /* ASSAY_ACM_TPM12, _TPM20_FIFO or _TPM20_CRB, or'ed; 0 unknown */
    bool has_sinit_size;
    uint32_t sinit_size; /* register TXT.SINIT.SIZE: room for the module, bytes */
    bool has_min_version;
    uint8_t sinit_min_version; /* SINITMinVersion of policy and matching MLE element, the larger */
    bool has_mle;
    uint32_t mle_header_version;
    uint32_t mle_capabilities;
} assay_acm_platform;

/** What is compared, in this order. */
enum assay_acm_check {
    ASSAY_ACM_CHECK_TYPE,          /* it is a SINIT at all */
    ASSAY_ACM_CHECK_PLATFORM_TYPE, /* client or server */
    ASSAY_ACM_CHECK_PRODUCTION,    /* debug signed against production fused */
    ASSAY_ACM_CHECK_CHIPSET,       /* DIDVID in the chipset ID list */
    ASSAY_ACM_CHECK_PROCESSOR,     /* CPUID and IA32_PLATFORM_ID in the processor ID list */
    ASSAY_ACM_CHECK_KEY,           /* the key's hash is the chipset's */
    ASSAY_ACM_CHECK_TPM,           /* the TPM's family in the TPM information list */
    ASSAY_ACM_CHECK_SIZE,          /* room in the SINIT region */
    ASSAY_ACM_CHECK_VERSION,       /* AcmVersion against a policy's minimum */
    ASSAY_ACM_CHECK_MLE,           /* versions and wake-up that MLE and SINIT share */
    ASSAY_ACM_CHECKS
};

enum assay_acm_answer {
    ASSAY_ACM_UNKNOWN, /* the platform didn't say, or the module lists nothing */
    ASSAY_ACM_FITS,
    ASSAY_ACM_UNFIT,
};

typedef struct assay_acm_fit {
    bool fits;      /* nothing is unfit; what is unknown doesn't count */
    size_t unfit;   /* how many checks say no */
    size_t unknown; /* how many can't say */
    struct {
        enum assay_acm_answer answer;
        char why[160]; /* a sentence without its full stop, of numbers and this program's words */
    } checks[ASSAY_ACM_CHECKS];
} assay_acm_fit;

/**
 * Compares a module with a platform. Every check is answered, so that all reasons are there at
 * once. 0, or a negative kind when a hash could not be made.
 */
int assay_acm_fits(const assay_acm *acm, const assay_acm_platform *platform, assay_hashes *hashes,
                   assay_acm_fit *ret_fit);

/** "type", "platform_type", "production" ... for documents. Static. */
const char *assay_acm_check_name(enum assay_acm_check check);

/** The capabilities of the TPM information list, table A-9. */
extern const assay_txt_flag assay_acm_tpm_flags[];

/** The module's fields, in an object the caller has begun. */
void assay_acm_emit(assay_output *out, const assay_acm *acm);

#endif
