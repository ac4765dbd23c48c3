/* SPDX-License-Identifier: BSD-2-Clause */
/* Launch control policies made by hand, for the tests of verify, allows and diff. */
#ifndef ASSAY_TESTS_LCP_H
#define ASSAY_TESTS_LCP_H

#include <criterion/criterion.h>

#include "base/file.h"
#include "policy/lcp/policy.h"

#define LCP_FIXTURES "fixtures/policies/lcp/"

enum { LCP_BYTES = 8192 };

typedef struct lcp_bytes {
    size_t size;
    uint8_t data[LCP_BYTES];
} lcp_bytes;

static inline assay_bytes lcp_view(const lcp_bytes *bytes)
{
    return bytes->size == 0 ? ASSAY_NO_BYTES : assay_bytes_of(bytes->data, bytes->size);
}

/** A fixture, copied so that it may be changed. */
static inline lcp_bytes lcp_fixture(const char *path)
{
    lcp_bytes bytes = { 0 };
    assay_file file;
    assay_error error;

    cr_assert_eq(assay_file_read(&file, path, LCP_BYTES, &error), 0, "%s: %s", path, error.what);
    bytes.size = file.bytes.size;
    memcpy(bytes.data, file.bytes.data, file.bytes.size);
    assay_file_close(&file);
    return bytes;
}

static inline lcp_bytes lcp_written(const assay_writer *writer)
{
    const assay_bytes written = assay_written(writer);
    lcp_bytes bytes = { .size = written.size };

    cr_assert_leq(written.size, LCP_BYTES);
    memcpy(bytes.data, written.data, written.size);
    return bytes;
}

/** A digest of one byte throughout. */
static inline assay_digest lcp_digest(uint16_t alg, uint8_t byte)
{
    assay_digest digest = { .alg = alg, .size = assay_alg_find(alg)->size };

    memset(digest.value, byte, digest.size);
    return digest;
}

/** An element of MLE, SBIOS, STM with one digest (none of them: size 0). */
static inline void lcp_put_element(assay_writer *writer, uint32_t type, uint32_t control,
                                   uint8_t minver, const assay_digest *digest)
{
    const assay_digest zeros = lcp_digest(digest->alg, 0);
    assay_lcp_element element = {
        .type = type,
        .control = control,
        .hash_alg = digest->alg,
        .count = digest->size == 0 ? 0 : 1,
        .digests = assay_bytes_of(digest->value, digest->size),
        .sinit_min_version = minver,
    };

    if (type == ASSAY_LCP_SBIOS || type == ASSAY_LCP_SBIOS2)
        element.fallback = assay_bytes_of(zeros.value, zeros.size);
    assay_lcp_element_encode(writer, &element);
}

/** A PCONF2 for one bank, with the digest given. */
static inline void lcp_put_pconf2(assay_writer *writer, uint32_t control, uint32_t pcrs,
                                  const assay_digest *digest)
{
    uint8_t buffer[128];
    assay_writer infos = assay_writer_lent(buffer, sizeof buffer);
    const assay_lcp_pcr_info info = { .bank = digest->alg,
                                      .pcrs = pcrs,
                                      .digest = assay_bytes_of(digest->value, digest->size) };

    assay_lcp_pcr_info_encode(&infos, ASSAY_LCP_PCONF2, &info);
    const assay_lcp_element element = { .type = ASSAY_LCP_PCONF2,
                                        .control = control,
                                        .hash_alg = digest->alg,
                                        .count = 1,
                                        .infos = assay_written(&infos) };
    assay_lcp_element_encode(writer, &element);
}

/** An unsigned list of what `elements` holds. */
static inline lcp_bytes lcp_list(uint16_t version, const assay_writer *elements)
{
    uint8_t buffer[LCP_BYTES];
    assay_writer writer = assay_writer_lent(buffer, sizeof buffer);
    const assay_lcp_list list = { .version = version, .elements = assay_written(elements) };

    assay_lcp_list_encode(&writer, &list);
    return lcp_written(&writer);
}

/** A policy data file of lists as they lie in files. */
static inline lcp_bytes lcp_data(size_t count, const lcp_bytes *lists)
{
    static const char signature[32] = "Intel(R) TXT LCP_POLICY_DATA";
    uint8_t buffer[LCP_BYTES];
    assay_writer writer = assay_writer_lent(buffer, sizeof buffer);

    assay_put(&writer, assay_bytes_of(signature, sizeof signature));
    assay_put_zeros(&writer, 3);
    assay_put_u8(&writer, (uint8_t)count);
    for (size_t i = 0; i < count; i++)
        assay_put(&writer, lcp_view(&lists[i]));
    return lcp_written(&writer);
}

/** Sets PolicyHash by the data (empty: none), and writes the policy. */
static inline lcp_bytes lcp_policy(assay_lcp_policy policy, const lcp_bytes *data)
{
    uint8_t buffer[128];
    assay_writer writer = assay_writer_lent(buffer, sizeof buffer);
    assay_hashes *hashes = assay_hashes_new();
    assay_lcp_data read;
    assay_hash *hash;

    policy.policy_hash = lcp_digest(policy.hash_alg, 0);
    if (data != NULL && data->size > 0) {
        cr_assert_eq(assay_lcp_data_read(&read, lcp_view(data), NULL), 0);
        cr_assert_eq(assay_hashes_get(hashes, policy.hash_alg, &hash), 0);
        cr_assert_eq(assay_lcp_data_hash(&read, hash, policy.policy_hash.value), 0);
    }
    assay_hashes_free(&hashes);
    assay_lcp_policy_encode(&writer, &policy);
    return lcp_written(&writer);
}

/** A policy 3.1 of type LIST with SHA-256, as sound as can be. */
static inline assay_lcp_policy lcp_plain_policy(void)
{
    return (assay_lcp_policy){ .version = 0x0301,
                               .hash_alg = ASSAY_ALG_SHA256,
                               .policy_type = ASSAY_LCP_TYPE_LIST,
                               .max_sinit_min_ver = 0xFF,
                               .lcp_hash_alg_mask = 0x0008,
                               .lcp_sign_alg_mask = 0x00000008,
                               .aux_hash_alg_mask = 0x0008 };
}

#endif
