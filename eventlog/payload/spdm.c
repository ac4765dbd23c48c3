/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/spdm.h"

#include "base/alg.h"

static const assay_bytes first_signature = ASSAY_LITERAL("SPDM Device Sec\0");
static const assay_bytes second_signature = ASSAY_LITERAL("SPDM Device Sec2");

enum { BLOCK_HEADER = 4 /* of SPDM_MEASUREMENT_BLOCK */, MEASUREMENTS_HEADER = 8 };

/* Bits of SPDM's MeasurementHashAlgo; BaseHashAlgo has the same without the first. */
static const uint16_t hashes[] = {
    ASSAY_ALG_NULL,     ASSAY_ALG_SHA256,   ASSAY_ALG_SHA384,   ASSAY_ALG_SHA512,
    ASSAY_ALG_SHA3_256, ASSAY_ALG_SHA3_384, ASSAY_ALG_SHA3_512, ASSAY_ALG_SM3_256,
};

/* The TPM_ALG_ID of one bit; 0 for none or several. */
static uint16_t hash_of(uint32_t hash_algo, bool base)
{
    for (size_t i = base ? 1 : 0; i < sizeof hashes / sizeof *hashes; i++)
        if (hash_algo == 1u << (base ? i - 1 : i))
            return hashes[i];
    return 0;
}

const char *assay_spdm_hash_name(uint32_t hash_algo, bool base)
{
    const uint16_t alg = hash_of(hash_algo, base);

    if (alg == ASSAY_ALG_NULL)
        return "raw";
    return alg != 0 ? assay_alg_find(alg)->name : NULL;
}

const char *assay_spdm_value_name(uint8_t value_type)
{
    static const char *const names[] = {
        "immutable ROM",          "mutable firmware",          "hardware configuration",
        "firmware configuration", "measurement manifest",      "device mode",
        "firmware version",       "firmware security version", "hash-extended measurement",
        "informational",          "structured manifest",
    };

    return value_type < sizeof names / sizeof *names ? names[value_type] : NULL;
}

bool assay_spdm_block_next(assay_cursor *cursor, assay_spdm_block *ret_block)
{
    assay_spdm_block block = { .index = assay_take_u8(cursor) };

    block.specification = assay_take_u8(cursor);
    block.measurement = assay_take(cursor, assay_take_u16le(cursor));
    if (cursor->failed)
        return false;

    assay_cursor inner = assay_cursor_of(block.measurement);
    block.value_type = assay_take_u8(&inner);
    block.value = assay_take(&inner, assay_take_u16le(&inner));
    block.dmtf = (block.specification & 1) != 0 && !inner.failed && assay_left(&inner) == 0;
    *ret_block = block;
    return true;
}

/* A device path, where its length fits. */
static bool take_path(assay_cursor *cursor, assay_bytes *ret_path)
{
    assay_cursor ahead = *cursor;
    const uint64_t size = assay_take_u64le(&ahead);

    if (ahead.failed || size > assay_left(&ahead))
        return false;
    *ret_path = assay_take(&ahead, (size_t)size);
    *cursor = ahead;
    return true;
}

/* EDK II before 2024 wrote the device's context right behind the block. */
static bool take_first(assay_cursor *c, assay_spdm *spdm)
{
    assay_spdm_block block;

    spdm->version = assay_take_u16le(c);
    spdm->length = assay_take_u16le(c);
    spdm->hash_algo = assay_take_u32le(c);
    spdm->device_type = assay_take_u32le(c);
    const assay_bytes rest = assay_peek_rest(c);
    if (!assay_spdm_block_next(c, &block))
        return false;
    spdm->content = assay_bytes_of(rest.data, BLOCK_HEADER + block.measurement.size);
    take_path(c, &spdm->path);
    return true;
}

static bool take_second(assay_cursor *c, assay_spdm *spdm)
{
    spdm->version = assay_take_u16le(c);
    spdm->auth_state = assay_take_u8(c);
    spdm->reserved = assay_take_u8(c);
    spdm->length = assay_take_u32le(c);
    spdm->device_type = assay_take_u32le(c);
    spdm->sub_header_type = assay_take_u32le(c);
    const uint32_t size = assay_take_u32le(c);
    spdm->sub_header_uid = assay_take_u64le(c);
    if (c->failed || !take_path(c, &spdm->path))
        return false;
    spdm->content = assay_take(c, size);
    return !c->failed;
}

bool assay_spdm_decode(assay_bytes data, assay_spdm *ret_spdm)
{
    assay_cursor c = assay_cursor_of(data);
    assay_spdm spdm = { .signature = assay_take(&c, first_signature.size) };

    spdm.second = assay_bytes_equal(spdm.signature, second_signature);
    if (!spdm.second && !assay_bytes_equal(spdm.signature, first_signature))
        return false;
    if (!(spdm.second ? take_second(&c, &spdm) : take_first(&c, &spdm)))
        return false;
    spdm.context = assay_take_rest(&c);
    *ret_spdm = spdm;
    return true;
}

static void put_path(assay_writer *writer, assay_bytes path)
{
    assay_put_u64le(writer, path.size);
    assay_put(writer, path);
}

static void put_first(assay_writer *writer, const assay_spdm *spdm)
{
    assay_put_u16le(writer, spdm->version);
    assay_put_u16le(writer, (uint16_t)spdm->length);
    assay_put_u32le(writer, spdm->hash_algo);
    assay_put_u32le(writer, spdm->device_type);
    assay_put(writer, spdm->content);
    if (spdm->path.data != NULL)
        put_path(writer, spdm->path);
}

static void put_second(assay_writer *writer, const assay_spdm *spdm)
{
    assay_put_u16le(writer, spdm->version);
    assay_put_u8(writer, spdm->auth_state);
    assay_put_u8(writer, spdm->reserved);
    assay_put_u32le(writer, spdm->length);
    assay_put_u32le(writer, spdm->device_type);
    assay_put_u32le(writer, spdm->sub_header_type);
    assay_put_u32le(writer, (uint32_t)spdm->content.size);
    assay_put_u64le(writer, spdm->sub_header_uid);
    put_path(writer, spdm->path);
    assay_put(writer, spdm->content);
}

void assay_spdm_encode(assay_writer *writer, const assay_spdm *spdm)
{
    assay_put(writer, spdm->signature);
    if (spdm->second)
        put_second(writer, spdm);
    else
        put_first(writer, spdm);
    assay_put(writer, spdm->context);
}

assay_cursor assay_spdm_blocks(const assay_spdm *spdm, uint32_t *ret_hash_algo)
{
    assay_cursor c = assay_cursor_of(spdm->content);
    uint32_t hash_algo = spdm->hash_algo;

    if (spdm->second) {
        assay_take(&c, MEASUREMENTS_HEADER - sizeof hash_algo);
        hash_algo = assay_take_u32le(&c);
        if (spdm->sub_header_type != ASSAY_SPDM_MEASUREMENT_BLOCKS || c.failed) {
            c = assay_cursor_of(ASSAY_NO_BYTES);
            hash_algo = 0;
        }
    }
    if (ret_hash_algo != NULL)
        *ret_hash_algo = hash_algo;
    return c;
}

bool assay_spdm_chain_of(const assay_spdm *spdm, assay_spdm_chain *ret_chain)
{
    assay_cursor c = assay_cursor_of(spdm->content);
    assay_spdm_chain chain = { .spdm_version = assay_take_u16le(&c) };

    chain.slot_id = assay_take_u8(&c);
    chain.reserved = assay_take_u8(&c);
    chain.hash_algo = assay_take_u32le(&c);
    chain.length = assay_take_u16le(&c);
    chain.chain_reserved = assay_take_u16le(&c);
    const assay_alg *const alg = assay_alg_find(hash_of(chain.hash_algo, true));
    chain.root_hash = assay_take(&c, alg != NULL ? alg->size : 0);
    chain.certificates = assay_take_rest(&c);
    if (!spdm->second || spdm->sub_header_type != ASSAY_SPDM_CERT_CHAIN || c.failed)
        return false;
    *ret_chain = chain;
    return true;
}
