/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file's signature as IMA and EVM keep it in an extended attribute and in the field
 * "sig" of an entry: security/integrity/integrity.h of Linux, struct signature_v2_hdr and
 * struct evm_ima_xattr_data. Nothing here verifies anything.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_IMASIG_H
#define ASSAY_EVENTLOG_PAYLOAD_IMASIG_H

#include "base/output.h"

/** enum evm_ima_xattr_type: what the first byte of an attribute says that it is. */
enum assay_ima_xattr {
    ASSAY_IMA_XATTR_DIGEST = 0x01, /* SHA-1 of the file */
    ASSAY_IMA_XATTR_EVM_HMAC = 0x02,
    ASSAY_IMA_XATTR_SIGNATURE = 0x03, /* of the file's digest */
    ASSAY_IMA_XATTR_DIGEST_NG = 0x04, /* any digest of the file */
    ASSAY_IMA_XATTR_EVM_PORTABLE = 0x05, /* of the file's metadata, on whatever machine */
    ASSAY_IMA_XATTR_VERITY = 0x06,       /* of the file's fs-verity digest */
};

typedef struct assay_ima_signature {
    uint8_t type;    /* enum assay_ima_xattr, or anything */
    bool understood; /* the rest is of version 2 or 3 */
    uint8_t version;
    uint8_t hash_algo; /* enum hash_algo of the kernel */
    uint32_t key_id;   /* last 4 bytes of the key's subject key identifier */
    uint16_t sig_size; /* as stated */
    size_t size;       /* bytes of the signature that are there */
} assay_ima_signature;

/** Total: of what is no signature of a known version the type alone is told. */
void assay_ima_signature_decode(assay_bytes attribute, assay_ima_signature *ret_signature);

/** "IMA signature" ... Static; NULL for a type unknown here. */
const char *assay_ima_xattr_name(uint8_t type);

/** "sha256" ...: the kernel's enum hash_algo. Static; NULL for a number unknown here. */
const char *assay_ima_hash_name(uint8_t hash_algo);

/** As an object under `key`. */
void assay_ima_signature_emit(assay_output *out, const char *key, assay_bytes attribute);

/** "signed with key 0badcafe". */
void assay_ima_signature_summary(assay_writer *writer, assay_bytes attribute);

#endif
