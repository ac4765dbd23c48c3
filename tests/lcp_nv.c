/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What speaks against putting a policy into NV, and what would be done. Policies are those that
 * tboot's tools made, with bytes changed here; offsets are those of LCP_POLICY2 (TXT SDG E.1) and
 * of the file's lists. tests/cli/lcp_nv.sh does it all on a TPM.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "policy/lcp/nv.h"
#include "policy/lcp/policy.h"
#include "tests/allocfail.h"

#define FIXTURES "fixtures/policies/"

enum {
    ROOM = 8192,
    PO = 0x01C10106,
    OLD_PO = 0x01400001,
    PS = 0x01C10103,
    VL = 0x01C10131,
    OWNERS = 0x0204000A,
    WRITTEN = 0x20000000,
    /* multi-3.0.dat: three lists 2.0; the first is not signed, the others are, with RSA. */
    FIRST_LIST = 36,
    FIRST_ALG = 58,
    FIRST_COUNT = 60,
    FIRST_DIGEST = 62,
    SECOND_MODULUS = 156,
    SECOND_SIGNATURE = 412,
};

typedef struct bytes {
    uint8_t data[ROOM];
    size_t size;
} bytes;

static void load(bytes *file, const char *name)
{
    char path[128];
    assay_file opened;
    assay_error error;

    snprintf(path, sizeof path, FIXTURES "%s", name);
    cr_assert_eq(assay_file_read(&opened, path, ROOM, &error), 0, "%s: %s", path, error.what);
    memcpy(file->data, opened.bytes.data, opened.bytes.size);
    file->size = opened.bytes.size;
    assay_file_close(&opened);
}

static assay_bytes view(const bytes *file)
{
    return assay_bytes_of(file->data, file->size);
}

static void patch(bytes *file, size_t offset, size_t size, uint64_t value)
{
    for (size_t i = 0; i < size; i++)
        file->data[offset + i] = (uint8_t)(value >> 8 * i);
}

/* PolicyHash of sha256 for the data as they are now. */
static void rehash(bytes *policy, const bytes *data)
{
    static assay_lcp_data lists;
    assay_hashes *hashes = assay_hashes_new();
    assay_hash *hash;

    cr_assert_eq(assay_lcp_data_read(&lists, view(data), NULL), 0);
    cr_assert_eq(assay_hashes_get(hashes, ASSAY_ALG_SHA256, &hash), 0);
    cr_assert_eq(assay_lcp_data_hash(&lists, hash, policy->data + ASSAY_LCP_POLICY2_FIXED), 0);
    assay_hashes_free(&hashes);
}

static assay_lcp_nv_survey survey;
static assay_lcp_nv_plan plan;
static bytes policy, data;
static assay_error error;

static assay_lcp_nv_state *state_of(uint32_t index)
{
    enum assay_lcp_nv_role role;
    enum assay_lcp_nv_range range;

    cr_assert(assay_lcp_nv_find(index, &role, &range));
    return &survey.states[role][range];
}

/* The TPM has this index with these bytes. */
static void provision(uint32_t index, uint32_t attributes, const bytes *content)
{
    assay_lcp_nv_state *const state = state_of(index);

    state->defined = state->known = true;
    state->area = (assay_tpm_nv){ .index = index,
                                  .name_alg = ASSAY_ALG_SHA256,
                                  .attributes = attributes,
                                  .size = (uint16_t)content->size };
    memcpy(state->content, content->data, content->size);
}

static void make(const assay_lcp_nv_wish *wish)
{
    assay_hashes *hashes = assay_hashes_new();

    cr_assert_eq(assay_lcp_nv_plan_make(&plan, &survey, wish, hashes, &error), 0);
    assay_hashes_free(&hashes);
}

/* The names of what was objected, a blank after each. */
static const char *objections(void)
{
    static char names[1024];

    names[0] = '\0';
    for (size_t i = 0; i < plan.objection_count; i++) {
        strcat(names, assay_lcp_nv_objection_describe(plan.objections[i].code)->name);
        strcat(names, " ");
    }
    return names;
}

static void start(void)
{
    memset(&survey, 0, sizeof survey);
    load(&policy, "lcp/multi-3.0.pol");
    load(&data, "lcp/multi-3.0.dat");
}

static assay_lcp_nv_wish writing(void)
{
    return (assay_lcp_nv_wish){
        .act = ASSAY_LCP_NV_WRITE, .index = PO, .policy = view(&policy), .data = view(&data)
    };
}

Test(lcp_nv, a_good_policy_is_defined_written_and_read_back)
{
    static const char *const steps[] = {
        ("define 0x01c10106: 70 bytes, sha256, attributes 0x0204000a (OWNERWRITE, POLICYWRITE, "
         "AUTHREAD, NO_DA)"),
        "write 0x01c10106: 70 bytes, launch control policy 3.0, LIST, sha256",
        "read back 0x01c10106 and compare",
    };

    start();
    const assay_lcp_nv_wish wish = writing();
    make(&wish);
    cr_expect_str_eq(objections(), "");
    cr_assert_eq(plan.step_count, 3);
    for (size_t i = 0; i < 3; i++) {
        char text[256] = { 0 };
        assay_writer words = assay_writer_lent(text, sizeof text - 1);

        assay_lcp_nv_step_write(&words, &plan, i);
        cr_expect_str_eq(text, steps[i]);
    }
    cr_expect_eq(memcmp(plan.content, policy.data, 70), 0);
}

Test(lcp_nv, what_is_wrong_with_a_policy)
{
    static const struct {
        const char *wanted;
        size_t offset, size;
        uint64_t value;
    } rows[] = {
        { "newer-version ", 0, 2, 0x0303 },
        { "not-a-policy ", 0, 2, 0x0400 },
        { "not-a-policy ", 2, 2, 0x000C }, /* sha384 in 70 bytes */
        { "policy-type ", 4, 1, 2 },
        { "sinit-min-version ", 5, 1, 255 },
        { "revoked ", 8, 2, 6 }, /* the second list has 5 */
        { "pconf-control ", 22, 4, 0x0002000A },
        { "max-sinit-min-ver ", 26, 1, 0 },
        { "empty-hash-mask no-mle ", 28, 2, 0 },     /* nor is any element allowed then */
        { "hash-not-in-mask no-mle ", 28, 2, 0x40 }, /* all three are of sha256 */
        { "empty-sign-mask signature-not-allowed signature-not-allowed ", 30, 4, 0 },
        { "signature-not-allowed ", 30, 4, 0x08 }, /* RSA-3072 with SHA-256 is bit 6 */
        { "reserved-bytes ", 36, 2, 1 },
        { "data-hash ", 38, 1, 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        start();
        patch(&policy, rows[i].offset, rows[i].size, rows[i].value);
        const assay_lcp_nv_wish wish = writing();
        make(&wish);
        cr_expect_str_eq(objections(), rows[i].wanted, "byte %zu: %s", rows[i].offset,
                         objections());
        cr_expect_eq(plan.step_count == 0, strcmp(rows[i].wanted, "max-sinit-min-ver ") != 0);
    }
}

Test(lcp_nv, what_is_wrong_with_its_lists)
{
    static const struct {
        const char *wanted;
        size_t offset, size;
        uint64_t value;
    } rows[] = {
        { "data-broken ", 0, 1, 'i' },
        { "data-broken ", 35, 1, 9 },
        { "data-broken ", FIRST_LIST, 2, 0x0900 },
        { "bad-signature ", SECOND_SIGNATURE + 5, 1, 0 },
        { "bad-signature ", SECOND_MODULUS - 26, 1, 0 }, /* in a digest that it covers */
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        start();
        patch(&data, rows[i].offset, rows[i].size, rows[i].value);
        const assay_lcp_nv_wish wish = writing();
        make(&wish);
        cr_expect(strstr(objections(), rows[i].wanted) != NULL, "byte %zu: %s", rows[i].offset,
                  objections());
        cr_expect_eq(plan.step_count, 0);
    }
}

Test(lcp_nv, an_unsigned_list_changed_is_another_policy)
{
    start();
    patch(&data, FIRST_DIGEST, 1, 0);
    assay_lcp_nv_wish wish = writing();
    make(&wish);
    cr_expect_str_eq(objections(), "data-hash ");
    rehash(&policy, &data);
    make(&wish);
    cr_expect_str_eq(objections(), "");
}

Test(lcp_nv, a_place_without_a_signature)
{
    start();
    memset(data.data + SECOND_SIGNATURE, 0, 256);
    const assay_lcp_nv_wish wish = writing();
    make(&wish);
    cr_expect_str_eq(objections(), "signature-missing ");
}

/* One unsigned list 2.0 of one MLE2 element of `count` digests. */
static void single(uint16_t alg, uint16_t count)
{
    data.size = FIRST_DIGEST + 32u * count;
    patch(&data, 35, 1, 1);
    patch(&data, FIRST_LIST + 4, 4, 18u + 32u * count);
    patch(&data, FIRST_LIST + 8, 4, 18u + 32u * count);
    patch(&data, FIRST_ALG, 2, alg);
    patch(&data, FIRST_COUNT, 2, count);
    rehash(&policy, &data);
}

Test(lcp_nv, lists_that_nothing_can_meet_or_that_forbid_nothing)
{
    start();
    single(ASSAY_ALG_SHA256, 1);
    assay_lcp_nv_wish wish = writing();
    make(&wish);
    cr_expect_str_eq(objections(), "");
    single(ASSAY_ALG_SHA256, 0);
    wish.data = view(&data);
    make(&wish);
    cr_expect_str_eq(objections(), "no-match ");
    single(ASSAY_ALG_SM3_256, 1);
    patch(&policy, 28, 2, 8); /* sha256 alone: SINIT passes over the element */
    wish.data = view(&data);
    make(&wish);
    cr_expect_str_eq(objections(), "no-mle ");
}

Test(lcp_nv, a_list_without_its_data)
{
    bytes any;

    start();
    assay_lcp_nv_wish wish = writing();
    wish.data = ASSAY_NO_BYTES;
    make(&wish);
    cr_expect_str_eq(objections(), "no-data ");
    load(&any, "lcp/any-3.0-sha256.pol");
    provision(PO, OWNERS | WRITTEN, &any);
    make(&wish);
    cr_expect_str_eq(objections(), "any-to-list ");
    wish.force = true;
    make(&wish);
    cr_expect_eq(plan.step_count, 2, "write, read back");
}

Test(lcp_nv, the_wrong_kind_of_bytes)
{
    static const struct {
        const char *file;
        uint32_t index;
        const char *wanted;
    } rows[] = {
        { "vl/sha256.pol", PO, "vlp-in-po " },
        { "vl/create-halt-0x1.pol", PO, "vlp-in-po " }, /* begins like LCP_POLICY 2.2: 02 02 */
        { "lcp/any-3.0-sha256.pol", VL, "lcp-in-vl " },
        { "lcp/any-2.2.pol", PO, "tpm12-policy " },
        { "lcp/any-2.2.pol", VL, "lcp-in-vl " },
        { "lcp/list-2.4.dat", PO, "data-in-nv " },
        { "lcp/list-2.4.dat", VL, "data-in-nv " },
        { "lcp/mle2-sha256.elt", PO, "not-a-policy " },
        { "lcp/mle2-sha256.elt", VL, "not-a-policy " },
        { "vl/sha256.pol", VL, "" },
        { "vl/create-halt-0x1.pol", VL, "" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        start();
        load(&policy, rows[i].file);
        assay_lcp_nv_wish wish = writing();
        wish.index = rows[i].index;
        make(&wish);
        cr_expect_str_eq(objections(), rows[i].wanted, "%s: %s", rows[i].file, objections());
    }
}

Test(lcp_nv, tboots_policy_must_be_readable_and_fit)
{
    start();
    load(&policy, "vl/sha256.pol");
    policy.size -= 1; /* its last digest is cut */
    assay_lcp_nv_wish wish = writing();
    wish.index = VL;
    make(&wish);
    cr_expect(strstr(objections(), "vlp-broken") != NULL, "%s", objections());
    memset(policy.data + policy.size, 0, 2200 - policy.size);
    policy.size = 2200;
    wish.policy = view(&policy);
    make(&wish);
    cr_expect_str_eq(objections(), "vlp-size ");
    policy.size = 5000;
    wish.policy = view(&policy);
    wish.force = true;
    make(&wish);
    cr_expect(assay_lcp_nv_plan_has(&plan, ASSAY_LCP_NV_TOO_LARGE));
    cr_expect_eq(plan.step_count, 0, "which no force helps");
}

Test(lcp_nv, an_index_that_is_not_as_it_must_be)
{
    static const struct {
        uint32_t attributes;
        uint16_t name_alg, less;
        const char *wanted;
        size_t steps; /* when forced: delete, define, write, read back, or fewer */
    } rows[] = {
        { OWNERS, ASSAY_ALG_SHA256, 0, "", 2 },
        { OWNERS | WRITTEN, ASSAY_ALG_SHA384, 0, "", 2 },
        { OWNERS, ASSAY_ALG_SHA1, 0, "weak-name-alg ", 4 },
        { OWNERS, ASSAY_ALG_SHA256, 16, "size ", 4 },
        { OWNERS & ~0x40000u, ASSAY_ALG_SHA256, 0, "attributes ", 4 }, /* AUTHREAD */
        { OWNERS | 1, ASSAY_ALG_SHA256, 0, "attributes ", 4 },         /* PPWRITE */
        { OWNERS & ~2u, ASSAY_ALG_SHA256, 0, "attributes ", 4 },       /* OWNERWRITE */
        { OWNERS | WRITTEN | 0x800, ASSAY_ALG_SHA256, 0, "locked ", 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        start();
        provision(PO, rows[i].attributes, &policy);
        state_of(PO)->area.name_alg = rows[i].name_alg;
        state_of(PO)->area.size = (uint16_t)(policy.size - rows[i].less);
        state_of(PO)->known = false;
        assay_lcp_nv_wish wish = writing();
        make(&wish);
        cr_expect_str_eq(objections(), rows[i].wanted, "row %zu: %s", i, objections());
        cr_expect_eq(plan.step_count, rows[i].wanted[0] == '\0' ? 2u : 0u);
        wish.force = true;
        make(&wish);
        cr_expect_eq(plan.step_count, rows[i].steps, "row %zu", i);
    }
}

Test(lcp_nv, sinit_knows_no_password)
{
    start();
    assay_lcp_nv_wish wish = writing();
    wish.index_password = true;
    make(&wish);
    cr_expect_str_eq(objections(), "index-password ");
    wish.force = true;
    make(&wish);
    cr_expect_eq(plan.step_count, 3);
    provision(PO, OWNERS | WRITTEN, &policy);
    state_of(PO)->known = false;
    state_of(PO)->unreadable = true;
    state_of(PO)->refused = 0x9a2; /* TPM 2.0 Part 2, 6.6: TPM_RC_BAD_AUTH of session 1 */
    wish = writing();
    make(&wish);
    cr_expect_str_eq(objections(), "index-password ");
    wish.force = true;
    make(&wish);
    cr_expect_eq(plan.step_count, 4, "deleted and defined without one");
}

Test(lcp_nv, an_index_larger_than_any_policy_is_replaced)
{
    start();
    load(&policy, "vl/sha256.pol");
    provision(VL, OWNERS, &policy);
    state_of(VL)->area.size = 65535;
    state_of(VL)->known = false;
    assay_lcp_nv_wish wish = writing();
    wish.index = VL;
    make(&wish);
    cr_expect_str_eq(objections(), "size ");
    wish.force = true;
    make(&wish);
    cr_expect_eq(plan.step_count, 4);
    cr_expect_eq(plan.size, policy.size);
}

Test(lcp_nv, what_is_there_already_is_left_alone)
{
    start();
    provision(PO, OWNERS | WRITTEN, &policy);
    const assay_lcp_nv_wish wish = writing();
    make(&wish);
    cr_expect(plan.step_count == 0 && !assay_lcp_nv_plan_refused(&plan));
    const assay_lcp_nv_wish define = { .act = ASSAY_LCP_NV_DEFINE, .index = PO };
    make(&define);
    cr_expect(plan.step_count == 0 && !assay_lcp_nv_plan_refused(&plan), "%s", objections());
}

Test(lcp_nv, defining_over_an_index_loses_it)
{
    start();
    provision(PO, OWNERS | WRITTEN, &policy);
    assay_lcp_nv_wish wish = { .act = ASSAY_LCP_NV_DEFINE,
                               .index = PO,
                               .name_alg = ASSAY_ALG_SHA384 };
    make(&wish);
    cr_expect_str_eq(objections(), "exists ");
    wish.force = true;
    make(&wish);
    cr_expect_eq(plan.step_count, 2);
    cr_expect_eq(plan.steps[0], ASSAY_LCP_NV_STEP_DELETE);
    state_of(PO)->known = false;
    state_of(PO)->unreadable = true;
    wish.force = false;
    make(&wish);
    cr_expect_str_eq(objections(), "unreadable exists ");
}

Test(lcp_nv, indices_that_are_not_the_owners)
{
    static const struct {
        uint32_t index;
        const char *wanted;
    } rows[] = { { 0x01C10103, "platform-index " }, { 0x01800001, "platform-index " },
                 { 0x01C10102, "platform-index " }, { 0x01800003, "platform-index " },
                 { 0x01C10104, "platform-index " }, { 0x01800004, "platform-index " },
                 { 0x01500001, "no-role " } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        start();
        survey.other_index = 0x01500001;
        const assay_lcp_nv_wish wish = { .act = ASSAY_LCP_NV_DEFINE, .index = rows[i].index };
        make(&wish);
        cr_expect_str_eq(objections(), rows[i].wanted);
    }
    start();
    const assay_lcp_nv_wish unseen = { .act = ASSAY_LCP_NV_DEFINE, .index = 0x01500001 };
    assay_hashes *hashes = assay_hashes_new();
    cr_expect_eq(assay_lcp_nv_plan_make(&plan, &survey, &unseen, hashes, &error),
                 -ASSAY_UNSUPPORTED);
    assay_hashes_free(&hashes);
}

Test(lcp_nv, the_range_is_the_firmwares)
{
    bool certain;
    bytes any;

    start();
    cr_expect_eq(assay_lcp_nv_range_in_use(&survey, &certain), ASSAY_LCP_NV_NEW);
    cr_expect_not(certain);
    load(&any, "lcp/any-3.0-sha256.pol");
    provision(OLD_PO, OWNERS | WRITTEN, &any);
    cr_expect_eq(assay_lcp_nv_range_in_use(&survey, &certain), ASSAY_LCP_NV_OLD);
    cr_expect_not(certain, "an owner may err");
    provision(0x01800001, 0x62042C04, &any);
    assay_lcp_nv_wish wish = writing();
    make(&wish);
    cr_expect_str_eq(objections(), "other-range ");
    wish.index = OLD_PO;
    make(&wish);
    cr_expect_str_eq(objections(), "");
}

Test(lcp_nv, deleting)
{
    bytes any;

    start();
    assay_lcp_nv_wish wish = { .act = ASSAY_LCP_NV_DELETE, .index = PO };
    make(&wish);
    cr_expect_str_eq(objections(), "not-defined ");
    provision(PO, OWNERS | WRITTEN, &policy);
    make(&wish);
    cr_expect_str_eq(objections(), "delete-list ");
    load(&any, "lcp/any-3.0-sha256.pol");
    provision(PO, OWNERS | WRITTEN, &any);
    make(&wish);
    cr_expect_str_eq(objections(), "");
    cr_expect_eq(plan.step_count, 1);
    patch(&any, 22, 4, 8); /* PolicyControl: PO is required */
    provision(PS, 0x62042C04, &any);
    make(&wish);
    cr_expect_str_eq(objections(), "ps-wants-po ");
}

Test(lcp_nv, locking)
{
    static const struct {
        uint32_t attributes;
        const char *wanted;
        bool forced;
    } rows[] = {
        { OWNERS | WRITTEN, "no-lock ", false },
        { OWNERS | 0x4000, "unwritten ", false },
        { OWNERS | WRITTEN | 0x4000, "", true },              /* WRITE_STCLEAR */
        { OWNERS | WRITTEN | 0x2000, "lock-forever ", true }, /* WRITEDEFINE */
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        start();
        provision(PO, rows[i].attributes, &policy);
        assay_lcp_nv_wish wish = { .act = ASSAY_LCP_NV_LOCK, .index = PO };
        make(&wish);
        cr_expect_str_eq(objections(), rows[i].wanted);
        wish.force = true;
        make(&wish);
        cr_expect_eq(plan.step_count, rows[i].forced ? 1u : 0u, "row %zu", i);
    }
}

Test(lcp_nv, weaker_is_remarked)
{
    start();
    provision(PO, OWNERS | WRITTEN, &policy);
    load(&policy, "lcp/any-3.0-sha256.pol");
    const assay_lcp_nv_wish wish = writing();
    make(&wish);
    cr_expect(strstr(objections(), "list-to-any ") != NULL, "%s", objections());
    cr_expect_eq(plan.step_count, 2);
}

/* The policy of a machine that launched, as a mail to tboot-devel of 2020-02-04 shows it. */
Test(lcp_nv, a_policy_that_works_on_hardware_is_not_refused)
{
    static const uint8_t worked[70] = { 0x00, 0x03, 0x0b, 0x00, 0x01, [22] = 0x02, [28] = 0xc8,
                                        0x00, 0x08, 0x30, 0x00, 0x00, 0x08 };

    start();
    memcpy(policy.data, worked, sizeof worked);
    policy.size = sizeof worked;
    provision(PO, 0x2224000A, &policy);
    state_of(PO)->content[5] = 1;
    const assay_lcp_nv_wish wish = writing();
    make(&wish);
    cr_expect_str_eq(objections(), "max-sinit-min-ver ");
    cr_expect_eq(plan.step_count, 2);
}

Test(lcp_nv, where_two_policies_differ)
{
    static const struct {
        size_t offset;
        const char *field;
    } rows[] = { { 0, "data" },
                 { 2, "HashAlg" },
                 { 4, "PolicyType" },
                 { 5, "SINITMinVersion" },
                 { 7, "DataRevocationCounters" },
                 { 21, "DataRevocationCounters" },
                 { 22, "PolicyControl" },
                 { 26, "MaxSinitMinVer" },
                 { 28, "LcpHashAlgMask" },
                 { 33, "LcpSignAlgMask" },
                 { 34, "AuxHashAlgMask" },
                 { 38, "PolicyHash" },
                 { 69, "PolicyHash" } };
    const char *field;
    size_t offset;
    bytes other;

    start();
    cr_expect_not(assay_lcp_nv_difference(view(&policy), view(&policy), &field, &offset));
    for (size_t i = 1; i < sizeof rows / sizeof *rows; i++) {
        other = policy;
        other.data[rows[i].offset] ^= 0x80;
        cr_assert(assay_lcp_nv_difference(view(&policy), view(&other), &field, &offset));
        cr_expect_eq(offset, rows[i].offset);
        cr_expect(strstr(field, rows[i].field) == field, "byte %zu: %s", offset, field);
    }
    other = policy;
    other.size--;
    cr_assert(assay_lcp_nv_difference(view(&policy), view(&other), &field, &offset));
    cr_expect_eq(offset, 69);
    cr_expect(assay_lcp_nv_difference(view(&policy), ASSAY_NO_BYTES, &field, &offset));
}

Test(lcp_nv, names_of_indices)
{
    uint32_t index = 0;

    cr_expect(assay_lcp_nv_parse("PO", ASSAY_LCP_NV_OLD, &index) && index == OLD_PO);
    cr_expect(assay_lcp_nv_parse("vl", ASSAY_LCP_NV_NEW, &index) && index == VL);
    cr_expect(assay_lcp_nv_parse("0x01C10106", ASSAY_LCP_NV_OLD, &index) && index == PO);
    cr_expect_not(assay_lcp_nv_parse("0x81000001", ASSAY_LCP_NV_NEW, &index), "no NV index");
    cr_expect_not(assay_lcp_nv_parse("pol", ASSAY_LCP_NV_NEW, &index));
    cr_expect_not(assay_lcp_nv_parse("", ASSAY_LCP_NV_NEW, &index));
}

static int make_a_plan(void)
{
    const assay_lcp_nv_wish wish = writing();
    assay_hashes *hashes = assay_hashes_new();
    const int status = hashes == NULL
                           ? -ASSAY_NO_MEMORY
                           : assay_lcp_nv_plan_make(&plan, &survey, &wish, hashes, &error);

    assay_hashes_free(&hashes);
    return status;
}

static int make_a_vl_plan(void)
{
    assay_lcp_nv_wish wish = writing();
    assay_hashes *hashes = assay_hashes_new();

    wish.index = VL;
    const int status = hashes == NULL
                           ? -ASSAY_NO_MEMORY
                           : assay_lcp_nv_plan_make(&plan, &survey, &wish, hashes, &error);
    assay_hashes_free(&hashes);
    return status;
}

Test(lcp_nv, no_memory)
{
    start();
    cr_expect_gt(each_allocation_fails("judging a policy and its lists", make_a_plan), 0);
    load(&policy, "vl/sha256.pol");
    cr_expect_gt(each_allocation_fails("judging tboot's policy", make_a_vl_plan), 0);
}
