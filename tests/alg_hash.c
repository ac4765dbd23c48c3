/* SPDX-License-Identifier: BSD-2-Clause */
/* base/alg.h and base/hash.h: the registry's numbers and names,
 * and hashing by published vectors. */
#include <criterion/criterion.h>

#include "base/hash.h"
#include "base/hex.h"

/* H("abc"): FIPS 180-2 appendices A to D, FIPS 202 examples, GB/T 32905-2016 appendix A.1. */
static const struct {
    uint16_t id; /* TCG Algorithm Registry 1.34, table 3 */
    const char *name, *also, *abc;
} vectors[] = {
    { 0x0004, "sha1", "SHA-1", "a9993e364706816aba3e25717850c26c9cd0d89d" },
    { 0x000B, "sha256", "SHA256",
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { 0x000C, "sha384", "sha-384",
      "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
      "8086072ba1e7cc2358baeca134c825a7" },
    { 0x000D, "sha512", "Sha_512",
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
      "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f" },
    { 0x0012, "sm3_256", "SM3",
      "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0" },
    { 0x0027, "sha3_256", "SHA3-256",
      "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532" },
    { 0x0028, "sha3_384", "sha3384",
      "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b2"
      "98d88cea927ac7f539f1edf228376d25" },
    { 0x0029, "sha3_512", "SHA3_512",
      "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e"
      "10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0" },
};

Test(alg, every_row_is_found_by_number_and_by_any_spelling)
{
    cr_expect_eq(sizeof vectors / sizeof *vectors, ASSAY_ALGS);
    for (size_t i = 0; i < ASSAY_ALGS; i++) {
        const assay_alg *const alg = assay_alg_at(i);

        cr_expect_eq(alg->id, vectors[i].id);
        cr_expect_str_eq(alg->name, vectors[i].name);
        cr_expect_eq(alg->size, strlen(vectors[i].abc) / 2);
        cr_expect_eq(assay_alg_find(vectors[i].id), alg);
        cr_expect_eq(assay_alg_index(vectors[i].id), i);
        cr_expect_eq(assay_alg_by_name(assay_bytes_of_string(vectors[i].name)), alg);
        cr_expect_eq(assay_alg_by_name(assay_bytes_of_string(vectors[i].also)), alg);
    }
}

Test(alg, what_is_not_in_the_table_is_not_found)
{
    static const char *const unknown[] = { "", "sha", "sha2", "md5", "sha2566", "sha256 ",
                                           "sha256aaaaaaaaaaaaaaaaaaa", "null" };

    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        cr_expect_null(assay_alg_by_name(assay_bytes_of_string(unknown[i])), "%s", unknown[i]);
    cr_expect_null(assay_alg_find(ASSAY_ALG_NULL));
    cr_expect_eq(assay_alg_index(0xFFFF), ASSAY_ALGS);
}

static assay_hash *hash_for(assay_hashes *hashes, uint16_t alg)
{
    assay_hash *hash = NULL;

    cr_assert_eq(assay_hashes_get(hashes, alg, &hash), 0);
    return hash;
}

Test(hash, published_vectors_whole_in_parts_and_in_pieces)
{
    const assay_bytes parts[] = { ASSAY_LITERAL("a"), ASSAY_NO_BYTES, ASSAY_LITERAL("bc") };
    assay_hashes *hashes = assay_hashes_new();

    for (size_t i = 0; i < ASSAY_ALGS; i++) {
        assay_hash *const hash = hash_for(hashes, vectors[i].id);
        uint8_t expected[ASSAY_DIGEST_MAX], digest[ASSAY_DIGEST_MAX];
        const size_t size = assay_hash_size(hash);

        cr_assert(assay_hex_decode(assay_bytes_of_string(vectors[i].abc), expected, size));
        cr_expect_eq(assay_hash_parts(hash, parts, 3, digest), 0);
        cr_expect_arr_eq(digest, expected, size, "%s", vectors[i].name);
        cr_expect_eq(assay_hash_begin(hash), 0);
        for (const char *c = "abc"; *c != '\0'; c++)
            cr_expect_eq(assay_hash_update(hash, assay_bytes_of(c, 1)), 0);
        cr_expect_eq(assay_hash_end(hash, digest), 0);
        cr_expect_arr_eq(digest, expected, size, "%s", vectors[i].name);
    }
    assay_hashes_free(&hashes);
    cr_expect_null(hashes);
    assay_hashes_free(&hashes);
}

Test(hash, extending_is_the_hash_of_both_halves)
{
    /* head -c 32 /dev/zero | cat - <(printf abc | sha256sum | xxd -r -p) | sha256sum */
    static const char expected[] =
        "589f9ffed4c477966bfb8d41f37895b08c69047df8f911d6f3b57fbe08faee8d";
    assay_hashes *hashes = assay_hashes_new();
    assay_hash *const hash = hash_for(hashes, ASSAY_ALG_SHA256);
    uint8_t pcr[32] = { 0 }, digest[32], value[32];

    cr_assert(assay_hex_decode(assay_bytes_of_string(vectors[1].abc), digest, 32));
    cr_assert(assay_hex_decode(assay_bytes_of_string(expected), value, 32));
    cr_expect_eq(assay_hash_extend(hash, pcr, digest), 0);
    cr_expect_arr_eq(pcr, value, 32);
    assay_hashes_free(&hashes);
}

Test(hash, an_algorithm_unknown_here_is_unsupported)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_hash *hash = NULL;

    cr_expect_eq(assay_hashes_get(hashes, 0x0013, &hash), -ASSAY_UNSUPPORTED);
    cr_expect_null(hash);
    assay_hashes_free(&hashes);
}
