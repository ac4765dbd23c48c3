/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tboot's verified launch policy: which modules tboot may start, what their digests must be,
 * and which PCR each is extended into. Its structures are defined by tboot's source alone
 * (include/tb_policy.h); all numbers are little-endian and packed.
 *
 * Version 2 (tb_policy_t, tboot since July 2008): a header of 12 bytes
 *
 *     u8 version, u8 policy_type, u8 hash_alg, u32 policy_control, u32 reserved, u8 num_entries
 *
 * and entries of 8 bytes, each followed by its digests:
 *
 *     u8 mod_num, u8 pcr, u8 hash_type, u32 nv_index, u8 num_hashes
 *
 * Version 1 (tb_policy_index_t, tboot before): a header of 7 bytes
 *
 *     u8 version, u8 policy_type, u32 reserved, u8 num_policies
 *
 * and policies of 23 bytes, each followed by 32 bytes a digest, the last 12 of which say nothing:
 *
 *     16 bytes UUID, u8 hash_alg, u8 hash_type, u32 reserved, u8 num_hashes
 */
#ifndef ASSAY_POLICY_LCP_VLP_H
#define ASSAY_POLICY_LCP_VLP_H

#include "base/alg.h"
#include "base/error.h"
#include "base/guid.h"
#include "base/hash.h"
#include "base/writer.h"

/* policy_type: TB_POLTYPE_* */
enum assay_vlp_type {
    ASSAY_VLP_NONFATAL = 0, /* continue after any error that is not fatal */
    ASSAY_VLP_CONTINUE = 1, /* continue when verification fails, halt on other errors */
    ASSAY_VLP_HALT = 2,     /* halt on any error */
    ASSAY_VLP_TYPES
};

/* TB_HTYPE_* */
enum assay_vlp_hash_type {
    ASSAY_VLP_HASH_ANY = 0,   /* whatever the module is */
    ASSAY_VLP_HASH_IMAGE = 1, /* one of the digests; version 1 calls it "hash only" */
    ASSAY_VLP_HASH_TYPES
};

enum {
    ASSAY_VLP_NUM_MAX = 127,    /* mod_num: the largest number of a module */
    ASSAY_VLP_NUM_ANY = 129,    /* any module */
    ASSAY_VLP_NUM_NV = 130,     /* the hash of an NV index */
    ASSAY_VLP_NUM_NV_RAW = 131, /* an NV index that holds a digest */

    ASSAY_VLP_PCR_MAX = 23,
    ASSAY_VLP_PCR_NONE = 255, /* no PCR is extended */

    ASSAY_VLP_EXTEND_PCR17 = 1, /* policy_control: the policy's digest goes into PCR 17 */

    ASSAY_VLP_ENTRIES_MAX = 255,                    /* what num_entries can count */
    ASSAY_VLP_HASHES_MAX = 255,                     /* what num_hashes can count */
    ASSAY_VLP_SIZE_MAX = 12 + 255 * (8 + 255 * 64), /* bytes of the longest policy there can be */
    ASSAY_VLP_NV_ENTRIES = 8, /* tboot's buffer has room for so many entries, */
    ASSAY_VLP_NV_HASHES = 4,  /* each with so many digests of 64 bytes: */
    ASSAY_VLP_NV_SIZE = 12 + 8 * (8 + 4 * 64),
};

/** The position of an entry where there is none. */
#define ASSAY_VLP_NO_ENTRY SIZE_MAX

typedef struct assay_vlp_entry {
    uint64_t offset;    /* of the entry in what was read; 0 in one made here */
    uint8_t mod_num;    /* version 2 */
    uint8_t pcr;        /* version 2: 0 to 23, or ASSAY_VLP_PCR_NONE */
    assay_guid uuid;    /* version 1: whom the entry is for; policy/lcp/uuid.h has its text */
    uint8_t alg_number; /* version 1: hash_alg as it stands there */
    uint8_t hash_type;  /* enum assay_vlp_hash_type */
    uint32_t nv_index;  /* version 2: of NV entries, else without meaning; version 1: reserved */
    uint8_t num_hashes;
    assay_bytes hashes; /* num_hashes digests, assay_vlp_stride() bytes each; lent */
} assay_vlp_entry;

typedef struct assay_vlp {
    uint8_t version;    /* 1 or 2 */
    uint8_t type;       /* enum assay_vlp_type */
    uint8_t alg_number; /* version 2: hash_alg as it stands there: 0 is SHA-1 before tboot 1.8 */
    uint32_t control;   /* policy_control; none in version 1 */
    uint32_t reserved;
    uint8_t num_entries;  /* as many of `entries` are sound */
    assay_bytes trailing; /* what follows the policy, such as the rest of an NV index; lent */
    assay_vlp_entry entries[ASSAY_VLP_ENTRIES_MAX];
} assay_vlp;

/**
 * Reads a policy. 0; or a negative kind, and then `policy` has what was sound before the fault:
 * version 0 when not even the header is. What a field must not be is a fault, as it is
 * for tboot (version, policy_type, hash_alg, mod_num, pcr, hash_type); that reserved fields or
 * control bits are not zero is none.
 */
int assay_vlp_read(assay_vlp *policy, assay_bytes bytes, assay_error *error);

/** Writes it: `trailing` included, so that what was read comes out again byte by byte. */
void assay_vlp_write(const assay_vlp *policy, assay_writer *out);

/** An empty policy of version 2. */
void assay_vlp_begin(assay_vlp *policy, enum assay_vlp_type type, uint16_t alg, uint32_t control);

/** TPM_ALG_ID of the digests; version 1 knows SHA-1 alone. */
uint16_t assay_vlp_alg(const assay_vlp *policy);

/** Bytes of the policy without what trails it: calc_policy_size() of tboot. */
size_t assay_vlp_size(const assay_vlp *policy);

/** Bytes from one digest of an entry to the next. */
size_t assay_vlp_stride(const assay_vlp *policy);

/** The digest `index` of an entry, without padding; lent. */
assay_bytes assay_vlp_hash(const assay_vlp *policy, const assay_vlp_entry *entry, size_t index);

/**
 * The entry that applies to a module: the first whose number it is or that is for any; that is
 * all, however well a later one would fit. NULL when there is none. Version 2.
 */
const assay_vlp_entry *assay_vlp_find(const assay_vlp *policy, unsigned module);

bool assay_vlp_is_nv(const assay_vlp_entry *entry);

/** Whether two entries, of policies of `policy`'s version, are for the same module or NV index. */
bool assay_vlp_same_subject(const assay_vlp *policy, const assay_vlp_entry *a,
                            const assay_vlp_entry *b);

/** The policies tboot falls back on when it finds none, by how the launch maps its PCRs. */
enum assay_vlp_builtin {
    ASSAY_VLP_DEFAULT_DA,      /* details/authorities: TPM 2.0, or TPM 1.2 that can */
    ASSAY_VLP_DEFAULT_LG,      /* legacy mapping */
    ASSAY_VLP_DEFAULT_LG_SHA1, /* the same on a TPM 1.2 */
    ASSAY_VLP_BUILTINS
};

void assay_vlp_builtin(enum assay_vlp_builtin which, assay_vlp *ret_policy);

/** H(policy), what follows it left out, with any algorithm. 0 or a negative kind. */
int assay_vlp_digest(const assay_vlp *policy, assay_hashes *hashes, uint16_t alg,
                     assay_digest *ret_digest);

/**
 * What tboot extends PCR 17 with for the policy itself (and PCR 18 with details/authorities
 * mapping): bank( u32 policy_control | current(policy) ), where `current` is the algorithm tboot
 * measures with and `bank` that of the PCR. Without ASSAY_VLP_EXTEND_PCR17 zeros stand for the
 * digest of the policy. 0 or a negative kind.
 */
int assay_vlp_event_digest(const assay_vlp *policy, assay_hashes *hashes, uint16_t current,
                           uint16_t bank, assay_digest *ret_digest);

/* Words of the fields, static; NULL for a value without any. */
const char *assay_vlp_type_name(unsigned type);           /* "nonfatal", "continue", "halt" */
const char *assay_vlp_hash_type_name(unsigned hash_type); /* "any", "image" */
/** "any", "nv", "nv-raw", or NULL: then mod_num is a module's number. */
const char *assay_vlp_num_name(unsigned mod_num);

#endif
