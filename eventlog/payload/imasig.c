/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/imasig.h"

#include "base/cursor.h"

enum { VERSION_2 = 2, VERSION_3 = 3 };

/* include/uapi/linux/hash_info.h */
static const char *const hashes[] = {
    "md4",    "md5",    "sha1",        "rmd160",      "sha256",   "sha384",   "sha512",   "sha224",
    "rmd128", "rmd256", "rmd320",      "wp256",       "wp384",    "wp512",    "tgr128",   "tgr160",
    "tgr192", "sm3",    "streebog256", "streebog512", "sha3-256", "sha3-384", "sha3-512",
};

const char *assay_ima_hash_name(uint8_t hash_algo)
{
    return hash_algo < sizeof hashes / sizeof *hashes ? hashes[hash_algo] : NULL;
}

const char *assay_ima_xattr_name(uint8_t type)
{
    static const char *const names[] = {
        [ASSAY_IMA_XATTR_DIGEST] = "IMA digest",
        [ASSAY_IMA_XATTR_EVM_HMAC] = "EVM HMAC",
        [ASSAY_IMA_XATTR_SIGNATURE] = "IMA signature",
        [ASSAY_IMA_XATTR_DIGEST_NG] = "IMA digest",
        [ASSAY_IMA_XATTR_EVM_PORTABLE] = "EVM portable signature",
        [ASSAY_IMA_XATTR_VERITY] = "fs-verity signature",
    };

    return type < sizeof names / sizeof *names ? names[type] : NULL;
}

static bool is_signature(uint8_t type)
{
    return type == ASSAY_IMA_XATTR_SIGNATURE || type == ASSAY_IMA_XATTR_EVM_PORTABLE ||
           type == ASSAY_IMA_XATTR_VERITY;
}

void assay_ima_signature_decode(assay_bytes attribute, assay_ima_signature *ret_signature)
{
    assay_cursor c = assay_cursor_of(attribute);
    assay_ima_signature signature = { .type = assay_take_u8(&c) };

    if (is_signature(signature.type)) {
        signature.version = assay_take_u8(&c);
        signature.hash_algo = assay_take_u8(&c);
        signature.key_id = assay_take_u32be(&c);
        signature.sig_size = assay_take_u16be(&c);
        signature.size = assay_left(&c);
        signature.understood =
            !c.failed && (signature.version == VERSION_2 || signature.version == VERSION_3);
    }
    *ret_signature = signature;
}

void assay_ima_signature_emit(assay_output *out, const char *key, assay_bytes attribute)
{
    assay_ima_signature signature;

    assay_ima_signature_decode(attribute, &signature);
    const char *const name = assay_ima_xattr_name(signature.type);
    const char *const hash = assay_ima_hash_name(signature.hash_algo);

    assay_emit_object(out, key);
    if (name != NULL)
        assay_emit_string(out, "type", name);
    else
        assay_emit_address(out, "type", signature.type);
    assay_emit_u64(out, "size", attribute.size);
    if (signature.understood) {
        uint8_t id[4];
        assay_writer writer = assay_writer_lent(id, sizeof id);

        assay_put_u32be(&writer, signature.key_id);
        assay_emit_u64(out, "version", signature.version);
        if (hash != NULL)
            assay_emit_string(out, "hash_algorithm", hash);
        else
            assay_emit_u64(out, "hash_algorithm", signature.hash_algo);
        assay_emit_hex(out, "key_id", assay_bytes_of(id, sizeof id));
        assay_emit_u64(out, "signature_size", signature.sig_size);
    }
    assay_emit_end(out);
}

void assay_ima_signature_summary(assay_writer *writer, assay_bytes attribute)
{
    assay_ima_signature signature;

    assay_ima_signature_decode(attribute, &signature);
    if (signature.understood)
        assay_put_format(writer, "signed with key %08x", signature.key_id);
    else
        assay_put_format(writer, "%zu bytes of %s", attribute.size,
                         assay_ima_xattr_name(signature.type) != NULL
                             ? assay_ima_xattr_name(signature.type)
                             : "a signature unknown here");
}
