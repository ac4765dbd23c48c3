/* SPDX-License-Identifier: BSD-2-Clause */
/* What is said of verified launch policies: remarks, differences, what tboot does. */
#include <criterion/criterion.h>

#include "policy/lcp/vlpallows.h"
#include "policy/lcp/vlpdiff.h"
#include "policy/lcp/vlplint.h"
#include "tests/vlp.h"

#define TWENTY "0102030405060708090a0b0c0d0e0f1011121314"
#define THIRTY_TWO TWENTY "15161718191a1b1c1d1e1f20"
#define OTHER_32 "ff02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"
#define HEAD(n) "02 02 0b 01000000 00000000 " n " "

/* Remarks, as text: "code@entry code@entry". */

typedef struct said {
    char text[512];
    size_t used;
} said;

static void remark(void *context, const assay_vlp_remark *r)
{
    said *const s = context;

    s->used += (size_t)snprintf(s->text + s->used, sizeof s->text - s->used, "%s%s",
                                s->used > 0 ? " " : "", assay_vlp_remark_name(r->code));
    if (r->entry != ASSAY_VLP_NO_ENTRY)
        s->used += (size_t)snprintf(s->text + s->used, sizeof s->text - s->used, "@%zu", r->entry);
    cr_assert_lt(s->used, sizeof s->text);
    cr_expect_neq(r->detail[0], '\0');
    cr_expect_gt(strlen(assay_vlp_remark_action(r->code)), 10);
}

Test(vlp_judged, each_remark_is_made_where_it_belongs)
{
    static const struct {
        const char *digits, *remarks;
    } rows[] = {
        { HEAD("01") "00 11 01 00000000 01" THIRTY_TWO, "" },
        { HEAD("00"), "no-entries" },
        { HEAD("01") "00 11 00 00000000 00", "nothing-verified" },
        { HEAD("02") "81 13 00 00000000 00  02 14 01 00000000 01" THIRTY_TWO, "shadowed@1" },
        { HEAD("02") "81 13 00 00000000 00  82 16 01 01000000 01" THIRTY_TWO, "" },
        { HEAD("02") "00 11 01 00000000 01" THIRTY_TWO "00 11 01 00000000 01" THIRTY_TWO,
          "num-twice@1" },
        { HEAD("02") "82 16 01 01000000 01" THIRTY_TWO "82 16 01 02000000 01" THIRTY_TWO, "" },
        { HEAD("02") "82 16 01 01000000 01" THIRTY_TWO "82 16 01 01000000 01" THIRTY_TWO,
          "num-twice@1" },
        { HEAD("01") "00 11 01 00000000 00", "no-hashes@0" },
        { HEAD("01") "00 11 00 00000000 01" THIRTY_TWO, "nothing-verified hashes-unused@0" },
        { HEAD("01") "00 11 01 00000000 02" THIRTY_TWO THIRTY_TWO, "hash-twice@0" },
        { HEAD("01") "00 11 01 00000000 05" THIRTY_TWO THIRTY_TWO THIRTY_TWO THIRTY_TWO THIRTY_TWO,
          "many-hashes@0 hash-twice@0 hash-twice@0 hash-twice@0 hash-twice@0" },
        { HEAD("01") "83 16 01 00000000 01" THIRTY_TWO, "no-nv-index@0" },
        { HEAD("01") "00 11 01 05000000 01" THIRTY_TWO, "nv-index-unused@0" },
        { HEAD("01") "00 00 01 00000000 01" THIRTY_TWO, "pcr-static@0" },
        { HEAD("01") "00 0f 01 00000000 01" THIRTY_TWO, "pcr-static@0" },
        { HEAD("01") "00 10 01 00000000 01" THIRTY_TWO, "pcr-resettable@0" },
        { HEAD("01") "00 17 01 00000000 01" THIRTY_TWO, "pcr-resettable@0" },
        { HEAD("01") "00 16 01 00000000 01" THIRTY_TWO, "" },
        { HEAD("01") "00 ff 01 00000000 01" THIRTY_TWO, "" },
        { "02 02 0b 02000000 00000000 01 00 11 01 00000000 01" THIRTY_TWO,
          "control-unknown policy-not-measured" },
        { "02 02 0b 01000000 01000000 01 00 11 01 00000000 01" THIRTY_TWO, "reserved" },
        { HEAD("01") "00 11 01 00000000 01" THIRTY_TWO "00", "trailing" },
        { "02 02 12 01000000 00000000 01 00 11 01 00000000 01" THIRTY_TWO, "extpol" },
        { "02 02 04 01000000 00000000 01 00 11 01 00000000 01" TWENTY, "sha1" },
        { "02 02 00 01000000 00000000 01 00 11 01 00000000 01" TWENTY, "sha1-number sha1" },
        { "01 02 01000000 01 fe5b6a750b5b334d67b8d783fb4636bf 00 01 01000000 01" TWENTY
          "000000000000000000000001",
          "version-1 reserved padding@0 reserved@0" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        said s = { .used = 0 };
        vlp_bytes bytes;
        const assay_vlp policy = vlp_of(rows[i].digits, &bytes);

        assay_vlp_lint(&policy, remark, &s);
        cr_expect_str_eq(s.text, rows[i].remarks, "%s: %s", rows[i].digits, s.text);
    }
}

/* tboot's buffer: 12 + 8 * (8 + 4 * 64) = 2124 bytes. */
Test(vlp_judged, a_policy_may_be_too_large_for_tboot)
{
    static const struct {
        uint8_t digests;
        const char *remarks;
    } rows[] = {
        { 63, "many-entries many-hashes@0" },           /* 12 + 9 * 8 + 63 * 32 = 2100 */
        { 64, "many-entries too-large many-hashes@0" }, /* 2132 */
    };
    static uint8_t digests[64 * 32];

    for (size_t i = 0; i < 64; i++)
        digests[i * 32] = (uint8_t)i;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        said s = { .used = 0 };
        assay_vlp policy;

        assay_vlp_begin(&policy, ASSAY_VLP_HALT, ASSAY_ALG_SHA256, ASSAY_VLP_EXTEND_PCR17);
        policy.num_entries = 9;
        for (uint8_t e = 0; e < 9; e++)
            policy.entries[e] = (assay_vlp_entry){ .mod_num = e, .pcr = 17 };
        policy.entries[0].hash_type = ASSAY_VLP_HASH_IMAGE;
        policy.entries[0].num_hashes = rows[i].digests;
        policy.entries[0].hashes = assay_bytes_of(digests, rows[i].digests * 32u);
        assay_vlp_lint(&policy, remark, &s);
        cr_expect_str_eq(s.text, rows[i].remarks, "%s", s.text);
    }
}

/* Differences. */

static void change(void *context, const assay_vlp_change *c)
{
    said *const s = context;
    const size_t entry =
        c->expected_position != ASSAY_VLP_NO_ENTRY ? c->expected_position : c->actual_position;

    s->used += (size_t)snprintf(s->text + s->used, sizeof s->text - s->used, "%s%s %s",
                                s->used > 0 ? "; " : "", assay_vlp_change_name(c->kind), c->field);
    if (entry != ASSAY_VLP_NO_ENTRY)
        s->used += (size_t)snprintf(s->text + s->used, sizeof s->text - s->used, "@%zu", entry);
    if (c->expected[0] != '\0' || c->actual[0] != '\0')
        s->used += (size_t)snprintf(s->text + s->used, sizeof s->text - s->used, " %.12s>%.12s",
                                    c->expected, c->actual);
    cr_assert_lt(s->used, sizeof s->text);
}

Test(vlp_judged, each_difference_is_named)
{
    static const struct {
        const char *expected, *actual, *changes;
    } rows[] = {
        { HEAD("00"), HEAD("00"), "" },
        { HEAD("00"), "02 00 0b 01000000 00000000 00", "changed type halt>nonfatal" },
        { HEAD("00"), "02 02 0c 01000000 00000000 00", "changed alg sha256>sha384" },
        { HEAD("00"), "02 02 0b 00000000 00000000 00", "changed control 0x00000001>0x00000000" },
        { HEAD("00"), "02 02 0b 01000000 01000000 00", "changed reserved 0x00000000>0x00000001" },
        { HEAD("00"), HEAD("00") "00", "changed trailing 0 bytes>1 bytes" },
        { HEAD("00"), "01 02 00000000 00", "changed version 2>1" },
        { HEAD("01") "00 11 00 00000000 00", HEAD("00"), "removed entry@0" },
        { HEAD("00"), HEAD("01") "00 11 00 00000000 00", "added entry@0" },
        { HEAD("01") "00 11 00 00000000 00", HEAD("01") "00 ff 01 02000000 00",
          "changed pcr@0 17>none; changed hash@0 any>image; "
          "changed nv_index@0 0x00000000>0x00000002" },
        { HEAD("01") "00 11 01 00000000 01" THIRTY_TWO, HEAD("01") "00 11 01 00000000 01" OTHER_32,
          "removed hashes@0 010203040506>; added hashes@0 >ff0203040506" },
        { HEAD("01") "00 11 01 00000000 02" THIRTY_TWO OTHER_32,
          HEAD("01") "00 11 01 00000000 02" OTHER_32 THIRTY_TWO,
          "changed hashes@0 2 digests>the same, in" },
        { HEAD("02") "01 11 00 00000000 00  81 11 00 00000000 00",
          HEAD("02") "81 11 00 00000000 00  01 11 00 00000000 00",
          "moved entry@0 entry 0>entry 1; moved entry@1 entry 1>entry 0" },
        { HEAD("02") "01 11 00 00000000 00  81 11 00 00000000 00",
          HEAD("01") "81 11 00 00000000 00", "removed entry@0" },
        { HEAD("01") "82 16 00 01000000 00", HEAD("01") "82 16 00 02000000 00",
          "removed entry@0; added entry@0" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        said s = { .used = 0 };
        vlp_bytes one, other;
        const assay_vlp expected = vlp_of(rows[i].expected, &one);
        const assay_vlp actual = vlp_of(rows[i].actual, &other);
        const size_t count = assay_vlp_diff(&expected, &actual, change, &s);

        cr_expect_str_eq(s.text, rows[i].changes, "row %zu: %s", i, s.text);
        cr_expect_eq(count == 0, rows[i].changes[0] == '\0');
    }
}

/* What tboot does. */

typedef struct steps {
    size_t count;
    assay_vlp_step list[64];
} steps;

static void step(void *context, const assay_vlp_step *s)
{
    steps *const all = context;

    cr_assert_lt(all->count, sizeof all->list / sizeof *all->list);
    cr_expect_neq(s->reason[0], '\0');
    all->list[all->count++] = *s;
}

static assay_digest digest_of(const char *digits)
{
    const vlp_bytes bytes = vlp_unhex(digits);
    assay_digest digest = { .alg = ASSAY_ALG_SHA256, .size = (uint16_t)bytes.size };

    memcpy(digest.value, bytes.data, bytes.size);
    return digest;
}

static steps try(const char *policy, const assay_vlp_launch *launch, assay_vlp_verdict *verdict)
{
    assay_hashes *hashes = assay_hashes_new();
    steps all = { .count = 0 };
    vlp_bytes bytes;
    const assay_vlp read = vlp_of(policy, &bytes);

    cr_assert_eq(assay_vlp_allows(&read, launch, hashes, step, &all, verdict), 0);
    assay_hashes_free(&hashes);
    return all;
}

/* verify_all_modules(): policy to 17 and 18, module 0 to 17, then module by module. */
Test(vlp_judged, a_launch_goes_in_the_order_of_tboot)
{
    const assay_digest modules[] = { digest_of(THIRTY_TWO), digest_of(OTHER_32) };
    assay_vlp_launch launch = {
        .current = ASSAY_ALG_SHA256, .details = true, .modules = modules, .module_count = 2
    };
    static const char policy[] =
        HEAD("02") "00 ff 01 00000000 01" THIRTY_TWO "81 13 00 00000000 00";
    assay_vlp_verdict verdict;
    steps all = try(policy, &launch, &verdict);

    cr_assert_eq(all.count, 5);
    cr_expect(all.list[0].subject == ASSAY_VLP_OF_POLICY && all.list[0].pcr == 17);
    cr_expect(all.list[1].subject == ASSAY_VLP_OF_POLICY && all.list[1].pcr == 18);
    cr_expect(all.list[2].subject == ASSAY_VLP_OF_FIRST_MODULE && all.list[2].pcr == 17);
    cr_expect(all.list[3].entry == 0 && all.list[3].hash == 0 &&
              all.list[3].pcr == ASSAY_VLP_PCR_NONE);
    cr_expect(all.list[4].entry == 1 && all.list[4].hash == -1 && all.list[4].pcr == 19);
    cr_expect(verdict.verified && verdict.action == ASSAY_VLP_GO_ON);
    cr_expect(verdict.used[0] && verdict.used[1]);

    launch.details = false;
    all = try(policy, &launch, &verdict);
    cr_assert_eq(all.count, 4, "the legacy mapping extends the policy into PCR 17 alone");
    cr_expect(all.list[1].subject == ASSAY_VLP_OF_FIRST_MODULE && all.list[1].pcr == 18);
}

/* The map of tboot/common/policy.c for a module without its digest, one without an entry. */
Test(vlp_judged, what_follows_a_failure_is_the_policy_types_matter)
{
    static const struct {
        const char *policy;
        enum assay_tboot_error error;
        enum assay_vlp_action action;
        bool next_reached;
    } rows[] = {
#define WRONG(type)                                                                                \
    "02 " type " 0b 01000000 00000000 02 00 ff 01 00000000 01" OTHER_32 "01 ff 00 00000000 00"
#define NONE(type) "02 " type " 0b 01000000 00000000 01 01 ff 00 00000000 00"
        { WRONG("00"), ASSAY_TBOOT_ERR_MODULE_VERIFICATION_FAILED, ASSAY_VLP_GO_ON, true },
        { WRONG("01"), ASSAY_TBOOT_ERR_MODULE_VERIFICATION_FAILED, ASSAY_VLP_GO_ON, true },
        { WRONG("02"), ASSAY_TBOOT_ERR_MODULE_VERIFICATION_FAILED, ASSAY_VLP_STOP, false },
        { NONE("00"), ASSAY_TBOOT_ERR_MODULES_NOT_IN_POLICY, ASSAY_VLP_GO_ON, true },
        { NONE("01"), ASSAY_TBOOT_ERR_MODULES_NOT_IN_POLICY, ASSAY_VLP_STOP, false },
        { NONE("02"), ASSAY_TBOOT_ERR_MODULES_NOT_IN_POLICY, ASSAY_VLP_STOP, false },
    };
    const assay_digest modules[] = { digest_of(THIRTY_TWO), digest_of(THIRTY_TWO) };
    const assay_vlp_launch launch = { .current = ASSAY_ALG_SHA256,
                                      .modules = modules,
                                      .module_count = 2 };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_vlp_verdict verdict;
        const steps all = try(rows[i].policy, &launch, &verdict);

        cr_expect_eq(all.list[2].error, rows[i].error, "row %zu", i);
        cr_expect_eq(all.list[2].action, rows[i].action, "row %zu", i);
        cr_expect_eq(all.list[3].error, ASSAY_TBOOT_ERR_NONE, "row %zu", i);
        cr_expect_eq(all.list[3].reached, rows[i].next_reached, "row %zu", i);
        cr_expect_not(verdict.verified, "row %zu", i);
        cr_expect_eq(verdict.action, rows[i].action, "row %zu", i);
    }
}

Test(vlp_judged, the_map_of_errors_to_actions_is_tboots)
{
    static const struct {
        enum assay_vlp_type type;
        const char *unmeasured_or_other; /* by error 0 to 19: c continue, u unmeasured, h halt */
    } rows[] = {
        { ASSAY_VLP_NONFATAL, "ccchuuuuuccccuucchcu" },
        { ASSAY_VLP_CONTINUE, "chhhhhhhhchcchhhhhch" },
        { ASSAY_VLP_HALT, "chhhhhhhhhhhhhhhhhhh" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (unsigned error = 0; error < ASSAY_TBOOT_ERRORS; error++)
            cr_expect_eq(assay_vlp_action_name(assay_vlp_action_after(
                             rows[i].type, (enum assay_tboot_error)error))[0],
                         rows[i].unmeasured_or_other[error], "%s, %s",
                         assay_vlp_type_name(rows[i].type),
                         assay_tboot_error_name((enum assay_tboot_error)error));
    cr_expect_eq(ASSAY_TBOOT_ERRORS, 20);
}

Test(vlp_judged, tboot_measures_with_its_own_algorithm_not_the_policys)
{
    const assay_digest modules[] = { digest_of(THIRTY_TWO) };
    assay_vlp_launch launch = { .current = ASSAY_ALG_SHA256,
                                .modules = modules,
                                .module_count = 1 };
    static const char sm3[] = "02 02 12 01000000 00000000 01 00 ff 01 00000000 01" THIRTY_TWO;
    assay_vlp_verdict verdict;
    steps all = try(sm3, &launch, &verdict);

    cr_expect_eq(all.list[2].error, ASSAY_TBOOT_ERR_MODULE_VERIFICATION_FAILED);
    cr_expect(strstr(all.list[2].reason, "sm3_256") != NULL);
    launch.embedded = true;
    all = try(sm3, &launch, &verdict);
    cr_expect(verdict.verified && strstr(all.list[2].reason, "embedded") != NULL);
}

/* sha256 of "content", by sha256sum. */
#define CONTENT_HASH "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73"

Test(vlp_judged, nv_indices_are_hashed_or_taken_as_they_are)
{
    const vlp_bytes raw = vlp_unhex(THIRTY_TWO);
    static const uint8_t wide[48] = { 1 };
    const struct {
        const char *policy;
        assay_bytes content;
        enum assay_tboot_error error;
        const char *reason;
    } rows[] = {
        { HEAD("01") "82 16 01 01000000 01" CONTENT_HASH, ASSAY_LITERAL("content"),
          ASSAY_TBOOT_ERR_NONE, "digest 0" },
        { HEAD("01") "82 16 01 01000000 01" CONTENT_HASH, ASSAY_LITERAL("contents"),
          ASSAY_TBOOT_ERR_NV_VERIFICATION_FAILED, "not the digest" },
        { HEAD("01") "83 16 01 01000000 01" THIRTY_TWO,
          { raw.data, raw.size },
          ASSAY_TBOOT_ERR_NONE,
          "digest 0" },
        { HEAD("01") "83 16 00 01000000 00", { wide, 48 }, ASSAY_TBOOT_ERR_NONE, "any" },
        { HEAD("01") "83 16 00 01000000 00",
          { raw.data, 31 },
          ASSAY_TBOOT_ERR_NV_VERIFICATION_FAILED,
          "31 bytes" },
        { HEAD("01") "83 16 00 01000000 00",
          { raw.data, 20 },
          ASSAY_TBOOT_ERR_NV_VERIFICATION_FAILED,
          "20 bytes" },
        { HEAD("01") "83 16 00 02000000 00",
          { raw.data, raw.size },
          ASSAY_TBOOT_ERR_NV_VERIFICATION_FAILED,
          "not given" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const assay_vlp_nv nv = { 1, rows[i].content };
        const assay_vlp_launch launch = { .current = ASSAY_ALG_SHA256,
                                          .indices = &nv,
                                          .index_count = 1 };
        assay_vlp_verdict verdict;
        const steps all = try(rows[i].policy, &launch, &verdict);

        cr_assert_eq(all.count, 2);
        cr_expect_eq(all.list[1].error, rows[i].error, "row %zu", i);
        cr_expect(strstr(all.list[1].reason, rows[i].reason) != NULL, "row %zu: %s", i,
                  all.list[1].reason);
        cr_expect_eq(all.list[1].pcr, all.list[1].digest.size > 0 ? 22 : ASSAY_VLP_PCR_NONE);
    }
}

/* integrity.h: MAX_VL_HASHES is 32. One is the policy's, one that of module 0. */
Test(vlp_judged, tboot_keeps_32_measurements)
{
    assay_digest modules[40];
    const assay_vlp_launch launch = { .current = ASSAY_ALG_SHA256,
                                      .modules = modules,
                                      .module_count = 40 };
    assay_vlp_verdict verdict;

    for (size_t i = 0; i < 40; i++)
        modules[i] = digest_of(THIRTY_TWO);
    const steps all = try(HEAD("01") "81 13 00 00000000 00", &launch, &verdict);
    cr_expect_eq(all.list[2 + 29].pcr, 19);
    cr_expect_eq(all.list[2 + 30].pcr, ASSAY_VLP_PCR_NONE);
    cr_expect(strstr(all.list[2 + 30].reason, "32 measurements") != NULL);
}

Test(vlp_judged, version_1_is_not_for_the_tboot_of_today)
{
    assay_hashes *hashes = assay_hashes_new();
    const assay_vlp_launch launch = { .current = ASSAY_ALG_SHA1 };
    assay_vlp_verdict verdict;
    vlp_bytes bytes;
    const assay_vlp policy = vlp_of("01 00 00000000 00", &bytes);

    cr_expect_eq(assay_vlp_allows(&policy, &launch, hashes, step, NULL, &verdict),
                 -ASSAY_UNSUPPORTED);
    assay_hashes_free(&hashes);
}
