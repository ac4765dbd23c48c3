/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/tpm/: what a TPM computed in a trial session of tpm2-tools (the commands stand beside the
 * values; swtpm 0.7.3, tpm2-tools 5.4), and what is written out here by hand. tests/checks/policies
 * asks a TPM again each time.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/hex.h"
#include "policy/tpm/or.h"
#include "policy/tpm/public.h"
#include "tests/room.h"

static assay_hashes *hashes;

static void open_hashes(void)
{
    hashes = assay_hashes_new();
    cr_assert_not_null(hashes);
}

static void close_hashes(void)
{
    assay_hashes_free(&hashes);
}

static void close_room(void)
{
    room_remove();
    close_hashes();
}

TestSuite(tpm_policy, .init = open_hashes, .fini = close_hashes);

#define expect_hex(bytes, hex) expect_bytes(__LINE__, bytes, hex)

static void expect_bytes(int line, assay_bytes bytes, const char *hex)
{
    char text[2 * 256 + 1] = "";

    cr_assert_leq(bytes.size, 256);
    assay_hex_encode(text, bytes);
    text[2 * bytes.size] = '\0';
    cr_expect_str_eq(text, hex, "line %d", line);
}

static void set(assay_pcrs *pcrs, uint16_t alg, unsigned pcr, uint8_t byte)
{
    assay_pcr_bank *const bank = assay_pcrs_add_bank(pcrs, alg);

    memset(bank->value[pcr], byte, bank->size);
    bank->present |= (assay_pcr_set)1 << pcr;
}

static assay_tpm_selection selected(const char *text)
{
    assay_tpm_selection selection;
    assay_error error;

    cr_assert_eq(assay_tpm_selection_read(&selection, assay_bytes_of_string(text), &error), 0, "%s",
                 text);
    return selection;
}

static assay_digest begin(uint16_t alg)
{
    assay_digest policy;
    assay_error error;

    cr_assert_eq(assay_tpm_policy_begin(&policy, alg, hashes, &error), 0);
    return policy;
}

static assay_digest filled(uint16_t alg, uint8_t byte)
{
    assay_digest digest = begin(alg);

    memset(digest.value, byte, digest.size);
    return digest;
}

static assay_pcrs some_values(void)
{
    assay_pcrs pcrs = { 0 };

    set(&pcrs, ASSAY_ALG_SHA1, 0, 0x01);
    set(&pcrs, ASSAY_ALG_SHA256, 4, 0x11);
    set(&pcrs, ASSAY_ALG_SHA256, 9, 0x22);
    return pcrs;
}

/* tpm2_startauthsession -g HASH; tpm2_policypcr -l SELECTION -f VALUES -L: 20 times 01, 32 times 11
 * and 32 times 22, in the order of the selection. */
Test(tpm_policy, pcr_is_what_a_tpm_says_in_every_session_hash)
{
    static const struct {
        uint16_t alg;
        const char *selection, *policy;
    } rows[] = {
        { ASSAY_ALG_SHA1, "sha1:0+sha256:4,9", "b3319bb6e45f204b26a6dfb49e3bc1a15b3e6542" },
        { ASSAY_ALG_SHA256, "sha1:0+sha256:4,9",
          "18e0deab6c6265291950ff266b92090e1e4ef1adbd6b8e2c157c7a0ea148acee" },
        { ASSAY_ALG_SHA384, "sha1:0+sha256:4,9",
          "4e06c808a39140067a7de88d5911d6879faf1fc26f14a258eb5dab8bbd46fae73a1e9ea5bbbe80a7e35e961f"
          "9f5a23dd" },
        { ASSAY_ALG_SHA512, "sha1:0+sha256:4,9",
          "0ef3c00eba4f66f66928a3435f6b1c5f48aa2011d5f72e4b59cc1b787e7bfd5a060881956d3b510ca497eead"
          "0aa67790c8fb397d3b4a62c1de5316d2a8cd4089" },
        { ASSAY_ALG_SHA256, "sha256:4,9+sha1:0",
          "011d2199db8b7e4ad2d1e06b5c3846997a22df5f74f470d4142654f89bf01b68" },
        { ASSAY_ALG_SHA256, "sha256:9,4+sha1:0",
          "011d2199db8b7e4ad2d1e06b5c3846997a22df5f74f470d4142654f89bf01b68" },
    };
    const assay_pcrs values = some_values();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const assay_tpm_selection selection = selected(rows[i].selection);
        assay_digest policy = begin(rows[i].alg);
        assay_error error;

        cr_assert_eq(assay_tpm_policy_pcr(&policy, &selection, &values, hashes, &error), 0);
        expect_hex(assay_tpm_policy_bytes(&policy), rows[i].policy);
    }
}

/* By hand: PCR 4 = H(H(zeros | 11..) | 33..), PCR 9 = H(zeros | 44..), digest = H(PCR 4 | PCR 9),
 * policy = H(zeros | 0000017f | 00000001 000b 03 100200 | digest). */
Test(tpm_policy, pcr_is_the_sum_of_its_parts)
{
    static const uint8_t zeros[32];
    static const uint8_t head[] = { 0, 0, 1, 0x7F, 0, 0, 0, 1, 0, 0x0B, 3, 0x10, 0x02, 0 };
    const assay_tpm_selection selection = selected("sha256:4,9");
    assay_digest policy = begin(ASSAY_ALG_SHA256);
    uint8_t pcr4[32], pcr9[32], digest[32], expected[32], extended[32];
    assay_pcrs values = { 0 };
    assay_hash *sha256;
    assay_error error;

    cr_assert_eq(assay_hashes_get(hashes, ASSAY_ALG_SHA256, &sha256), 0);
    memset(extended, 0x11, 32);
    assay_hash_parts(sha256,
                     (assay_bytes[]){ assay_bytes_of(zeros, 32), assay_bytes_of(extended, 32) }, 2,
                     pcr4);
    memset(extended, 0x33, 32);
    assay_hash_parts(sha256,
                     (assay_bytes[]){ assay_bytes_of(pcr4, 32), assay_bytes_of(extended, 32) }, 2,
                     pcr4);
    memset(extended, 0x44, 32);
    assay_hash_parts(sha256,
                     (assay_bytes[]){ assay_bytes_of(zeros, 32), assay_bytes_of(extended, 32) }, 2,
                     pcr9);
    assay_hash_parts(sha256, (assay_bytes[]){ assay_bytes_of(pcr4, 32), assay_bytes_of(pcr9, 32) },
                     2, digest);
    assay_hash_parts(sha256,
                     (assay_bytes[]){ assay_bytes_of(zeros, 32), assay_bytes_of(head, sizeof head),
                                      assay_bytes_of(digest, 32) },
                     3, expected);
    set(&values, ASSAY_ALG_SHA256, 4, 0);
    set(&values, ASSAY_ALG_SHA256, 9, 0);
    memcpy(values.banks[0].value[4], pcr4, 32);
    memcpy(values.banks[0].value[9], pcr9, 32);
    cr_assert_eq(assay_tpm_policy_pcr(&policy, &selection, &values, hashes, &error), 0);
    cr_expect_eq(memcmp(policy.value, expected, 32), 0);
    /* What another TPM said of the same. */
    expect_hex(assay_tpm_policy_bytes(&policy),
               "726021751ab0aa4cbef9481c7155dabda98f966611eccea6a49dd4c58f36f03b");
}

Test(tpm_policy, pcr_without_values_or_selection_is_refused)
{
    const assay_tpm_selection missing = selected("sha256:4,10"), nothing = { 0 };
    const assay_pcrs values = some_values();
    assay_digest policy = filled(ASSAY_ALG_SHA256, 7);
    const assay_digest before = policy;
    assay_error error;

    cr_expect_eq(assay_tpm_policy_pcr(&policy, &missing, &values, hashes, &error),
                 -ASSAY_UNSUPPORTED);
    cr_expect_str_eq(error.what, "PCR 10 of sha256 has no value here");
    cr_expect_eq(assay_tpm_policy_pcr(&policy, &nothing, &values, hashes, &error),
                 -ASSAY_UNSUPPORTED);
    cr_expect_str_eq(error.what, "no PCR is selected");
    cr_expect_eq(memcmp(&policy, &before, sizeof policy), 0);
}

/* tpm2_policyor -L OUT sha256:B1,B2,... where Bi is 32 times the byte i; the ninth is then beside
 * the policy of the first eight. */
Test(tpm_policy, or_is_what_a_tpm_says_and_more_than_eight_make_a_tree)
{
    static const struct {
        size_t count, depth;
        const char *policy;
    } rows[] = {
        { 1, 0, "0101010101010101010101010101010101010101010101010101010101010101" },
        { 2, 1, "b7f2739ce512b4d913cf42f92ce548cec940017dd3149d7c38ab236ff8e50fc3" },
        { 8, 1, "22751e0e32cf722ead497c87aeef13e927516e453e00a393fb0536c57e492c9f" },
        { 9, 2, "9d926b5176f7a19a28cf87bdf475602e90bbb1d349a93ec7ce79b611f2714128" },
    };
    assay_digest branches[9];
    assay_error error;

    for (uint8_t i = 0; i < 9; i++)
        branches[i] = filled(ASSAY_ALG_SHA256, (uint8_t)(i + 1));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_arena arena = { 0 };
        assay_tpm_or tree;

        cr_assert_eq(
            assay_tpm_or_plant(&tree, branches, rows[i].count, &arena, hashes, &error), 0);
        cr_expect_eq(tree.depth, rows[i].depth);
        expect_hex(assay_tpm_policy_bytes(assay_tpm_or_policy(&tree)), rows[i].policy);
        assay_arena_free(&arena);
    }
}

Test(tpm_policy, trees_have_every_branch_in_order)
{
    static assay_digest branches[ASSAY_TPM_BRANCHES_MAX];

    for (size_t count = 1; count <= ASSAY_TPM_BRANCHES_MAX; count += count < 80 ? 1 : 108) {
        assay_arena arena = { 0 };
        assay_tpm_or tree;
        assay_error error;

        for (size_t i = 0; i < count; i++)
            branches[i] = filled(ASSAY_ALG_SHA256, (uint8_t)i);
        cr_assert_eq(assay_tpm_or_plant(&tree, branches, count, &arena, hashes, &error), 0);
        cr_expect_eq(tree.rows[tree.depth].count, 1);
        for (size_t row = 1; row <= tree.depth; row++) {
            size_t next = 0, first;

            for (size_t i = 0; i < tree.rows[row].count; i++) {
                const size_t below = assay_tpm_or_below(&tree, row, i, &first);
                cr_assert(below >= 1 && below <= 8, "%zu branches", count);
                cr_expect_eq(first, next);
                next += below;
            }
            cr_expect_eq(next, tree.rows[row - 1].count, "%zu branches", count);
        }
        assay_arena_free(&arena);
    }
}

Test(tpm_policy, or_refuses_what_no_tpm_takes)
{
    assay_digest policy = begin(ASSAY_ALG_SHA256);
    assay_digest branches[9];
    assay_arena arena = { 0 };
    assay_tpm_or tree;
    assay_error error;

    for (size_t i = 0; i < 9; i++)
        branches[i] = filled(i == 1 ? ASSAY_ALG_SHA384 : ASSAY_ALG_SHA256, 1);
    cr_expect_eq(assay_tpm_policy_or(&policy, branches, 1, hashes, &error), -ASSAY_UNSUPPORTED);
    cr_expect_eq(assay_tpm_policy_or(&policy, branches, 9, hashes, &error), -ASSAY_UNSUPPORTED);
    cr_expect_eq(assay_tpm_policy_or(&policy, branches, 2, hashes, &error), -ASSAY_UNSUPPORTED);
    cr_expect_str_eq(error.what, "branch 2 is a policy of another hash");
    cr_expect_eq(assay_tpm_or_plant(&tree, branches, 0, &arena, hashes, &error),
                 -ASSAY_UNSUPPORTED);
    cr_expect_eq(assay_tpm_or_plant(&tree, branches, ASSAY_TPM_BRANCHES_MAX + 1, &arena, hashes,
                                    &error),
                 -ASSAY_TOO_LARGE);
    assay_arena_free(&arena);
}

/* tpm2_policyauthorize -i ANY -n NAME [-q 0102ff] -L, the name being 000b and 32 times aa. */
Test(tpm_policy, authorize_is_what_a_tpm_says_with_and_without_a_reference)
{
    const assay_bytes reference = ASSAY_LITERAL("\x01\x02\xff");
    static const struct {
        uint16_t alg;
        bool referred;
        const char *policy;
    } rows[] = {
        { ASSAY_ALG_SHA256, false,
          "a4f7bfab2472e143ef60d41094cbe7cec16817938d7db63ecf344327a36102e0" },
        { ASSAY_ALG_SHA256, true,
          "6ba1a1719ef993f9562c881123249386fb9ecbc01df6a1988795314923f6dd4b" },
        { ASSAY_ALG_SHA384, true,
          "a4a1a4492896988855edd448fae91d2bffcc611f9844d52b239c3486ad77681b14d48e5da7a326ab04b7d59f"
          "70daaf74" },
    };
    assay_tpm_name name = { .size = 34, .value = { 0x00, 0x0B } };

    memset(name.value + 2, 0xAA, 32);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_digest policy = filled(rows[i].alg, 5);
        assay_error error;

        cr_assert_eq(assay_tpm_policy_authorize(&policy, &name,
                                                rows[i].referred ? reference : ASSAY_NO_BYTES,
                                                hashes, &error),
                     0);
        expect_hex(assay_tpm_policy_bytes(&policy), rows[i].policy);
    }
}

/* printf (32 times 01, then 0102ff) | sha256sum */
Test(tpm_policy, approval_covers_the_policy_and_the_reference)
{
    const assay_digest approved = filled(ASSAY_ALG_SHA256, 1);
    assay_digest digest;
    assay_error error;

    cr_assert_eq(assay_tpm_approval(&digest, ASSAY_ALG_SHA256, &approved,
                                    ASSAY_LITERAL("\x01\x02\xff"), hashes, &error),
                 0);
    expect_hex(assay_tpm_policy_bytes(&digest), "c3e17ec52c5618a3a342d05929eb0008a3bdf783473085f57a6e227b9a4eea03");
}

/* tpm2_nvdefine -C o -s 34 -a "ownerread|ownerwrite|authread|authwrite|policyread|policywrite"
 * 0x01500010; 000b and 32 times 05 written; the names are tpm2_nvreadpublic's before and after. */
static assay_tpm_name nv_name(uint32_t written)
{
    const assay_txt_nv_public nv = { .nv_index = 0x01500010, .name_alg = ASSAY_ALG_SHA256,
                                     .attributes = 0x000E000E | written, .data_size = 34 };
    assay_tpm_name name;
    assay_error error;

    cr_assert_eq(assay_tpm_nv_name(&name, &nv, hashes, &error), 0);
    return name;
}

Test(tpm_policy, an_nv_index_has_another_name_once_it_is_written)
{
    const assay_tpm_name before = nv_name(0), after = nv_name(0x20000000);

    expect_hex(assay_tpm_name_bytes(&before),
               "000bd6f3fae75b4770a9db91893fe8434041e90a8001bb294970da044e7028cad9ff");
    expect_hex(assay_tpm_name_bytes(&after),
               "000beb21fe07a4129213568cc715517d90211c4734523748b60f05b09af98eb63824");
}

/* tpm2_policyauthorizenv -C o -L; tpm2_policynv -C o -i 000b --offset=0 INDEX eq -L, and
 * -i 0505 --offset=2 INDEX uge. */
Test(tpm_policy, nv_policies_are_what_a_tpm_says)
{
    const assay_tpm_name name = nv_name(0x20000000);
    assay_digest policy = filled(ASSAY_ALG_SHA256, 5);
    assay_error error;

    cr_assert_eq(assay_tpm_policy_authorize_nv(&policy, &name, hashes, &error), 0);
    expect_hex(assay_tpm_policy_bytes(&policy),
               "f9fdd94ee59a3bc9915a7a45a2bfa35bf8e7b2e1afe701b5670cf6b940b4c11b");
    policy = begin(ASSAY_ALG_SHA256);
    cr_assert_eq(assay_tpm_policy_nv(&policy, &name, ASSAY_LITERAL("\x00\x0b"), 0, ASSAY_TPM_EO_EQ,
                                     hashes, &error),
                 0);
    expect_hex(assay_tpm_policy_bytes(&policy),
               "2fbab89dad6ffd2fcae0c41c92f2586ca1e00bea9bd00b727afe0b1aeec86ce6");
    policy = begin(ASSAY_ALG_SHA256);
    cr_assert_eq(assay_tpm_policy_nv(&policy, &name, ASSAY_LITERAL("\x05\x05"), 2,
                                     ASSAY_TPM_EO_UNSIGNED_GE, hashes, &error),
                 0);
    expect_hex(assay_tpm_policy_bytes(&policy),
               "a3b0bd52f170ec6424be61b486af45f89253d73a6e2133d60b7a8bb4cdd33218");
}

/* tpm2_policyauthvalue -L */
Test(tpm_policy, auth_value_is_what_a_tpm_says)
{
    assay_digest policy = begin(ASSAY_ALG_SHA256);
    assay_error error;

    cr_assert_eq(assay_tpm_policy_auth_value(&policy, hashes, &error), 0);
    expect_hex(assay_tpm_policy_bytes(&policy),
               "8fcd2169ab92694e0c633f1ab772842b8241bbc20288981fc7ac1eddc1fddb0e");
}

/* tpm2_loadexternal -C o -G rsa|ecc -u PEM -n NAME */
Test(tpm_policy, keys_have_the_names_that_tpm2_loadexternal_gives, .fini = close_room)
{
    static const struct {
        const char *pem, *name;
    } rows[] = {
        { "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEi4GhOg3gWmx9oVJATU1OZvim1gBZ\n"
          "bo3HICvVfOqifLb1hbcbUYcsobowxECcsOxB8V1ptJg8QnRJ8SV2/i8Yzw==\n",
          "000b8a333ac761e1d3c096caf023b63f67c0ae4a03c39b874a6d8f707a138d2671e2" },
        { "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAyQ3S8euKbSizTCg5rAta\n"
          "8ZTFWg2XDDoKWknEXO2aHUg0QCxtl2JJPGejG4dQ7eH1K+b1H1dVNzH5EB1cmkqE\n"
          "s8RyPUf/7QWtbrCo++baeg8hJ752GSlc/y3ry7YLXi8VvsfAEUoCDVyyKKGNkCkB\n"
          "RlGym4/xPFuaZ7c5TDediIS5Js/XjGGvz6IxNHAlPmzLr7RQEJuNn79yqgosD9AG\n"
          "Woc+3Kou7irEYAQW+Npfz9ngatu+9TY1PxluWffOhi1hwzIuOLuHNgXUf0AqYAA1\n"
          "je1IGGKRYn67AbxEl4VOROhNAMnLJo6yA6rSMPGp4N9xr9tbdaPMDp6r5OejDqzv\n"
          "7wIDAQAB\n",
          "000b31cfa013281ff1cce1fe1dd5ec0df5e079484eb5b9b49cbd8c7cddcd3cdbd435" },
    };
    const assay_tpm_template how = assay_tpm_loadexternal(ASSAY_ALG_SHA256);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_key *key = NULL;
        assay_tpm_name name;
        assay_error error;
        char command[1024];

        snprintf(command, sizeof command,
                 "printf '%%s\n' '-----BEGIN PUBLIC KEY-----' '%s-----END PUBLIC KEY-----' > key",
                 rows[i].pem);
        cr_assert_eq(room_run(command), 0);
        cr_assert_eq(assay_key_open(&key, &(assay_key_source){ .name = room_file("key") }, &error),
                     0, "%s", error.what);
        cr_assert_eq(assay_tpm_key_name(&name, key, &how, hashes, &error), 0);
        expect_hex(assay_tpm_name_bytes(&name), rows[i].name);
        assay_key_free(&key);
    }
}

/* TPM 2.0 Part 2, 11.3.4: the scheme, its hash, and TPM2B of each number. */
Test(tpm_policy, signatures_are_a_tpms_structures)
{
    uint8_t buffer[64];
    assay_writer writer = assay_writer_lent(buffer, sizeof buffer);

    assay_tpm_put_signature(&writer, ASSAY_ALG_RSASSA, ASSAY_ALG_SHA256,
                            ASSAY_LITERAL("\x01\x02\x03\x04"));
    expect_hex(assay_written(&writer), "0014000b000401020304");
    writer = assay_writer_lent(buffer, sizeof buffer);
    assay_tpm_put_signature(&writer, ASSAY_ALG_ECDSA, ASSAY_ALG_SHA384,
                            ASSAY_LITERAL("\x01\x02\x03\x04"));
    expect_hex(assay_written(&writer), "0018000c0002010200020304");
}

/* Selections as text. */

Test(tpm_policy, selections_are_read_as_they_are_written)
{
    static const struct {
        const char *text, *written;
    } rows[] = {
        { "sha256:0", "sha256:0" },
        { "sha256:9,4,4", "sha256:4,9" },
        { "sha384:23+sha1:0", "sha384:23+sha1:0" },
        { "SHA256:07", "sha256:7" },
        { "sm3_256:all", "sm3_256:0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const assay_tpm_selection selection = selected(rows[i].text);
        uint8_t text[256];
        assay_writer writer = assay_writer_lent(text, sizeof text);

        assay_tpm_selection_write(&writer, &selection);
        assay_put_u8(&writer, 0);
        cr_expect_str_eq((const char *)text, rows[i].written);
    }
}

Test(tpm_policy, selections_that_are_none_are_refused_at_their_place)
{
    static const struct {
        const char *text;
        uint64_t offset;
    } rows[] = {
        { "", 0 },           { "sha256", 6 },        { "sha256:", 7 },   { "sha256:24", 7 },
        { "sha256:1,", 9 },  { "sha256:1+", 9 },     { "sha256:-1", 7 }, { "sha256:1 ,2", 7 },
        { "md5:1", 0 },      { "sha1:1+sha1:2", 7 }, { "sha1:100", 5 },  { "sha1:1,,2", 7 },
        { "sha1:1:2", 5 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_tpm_selection selection;
        assay_error error;

        cr_expect_eq(assay_tpm_selection_read(&selection, assay_bytes_of_string(rows[i].text),
                                              &error),
                     -ASSAY_MALFORMED, "%s", rows[i].text);
        cr_expect_eq(error.offset, rows[i].offset, "%s: %llu", rows[i].text,
                     (unsigned long long)error.offset);
    }
}
