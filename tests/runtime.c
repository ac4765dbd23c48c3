/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay/runtime.h, and what replay/compare.h makes of it. The list is three entries of ima-ng,
 * files a, b and c with a SHA-1 digest of zeros; the values were computed without the code under
 * test, in Python:
 *
 *     data = lv(b'sha1:\0' + bytes(20)) + lv(name + b'\0')     lv: 4 bytes of length, little endian
 *     pcr = sha256(pcr + sha256(data))                         an entry
 *     pcr = sha256(pcr + sha1(data) + bytes(12))               the same, padded
 *     pcr = sha256(pcr + b'\xff' * 32)                         a violation; padded: b'\xff' * 20 +
 * bytes(12)
 */
#include "tests/measure.h"

#include "eventlog/ima.h"
#include "replay/compare.h"

#define ONE "3be42b55b93a6a754e5764ac9db85d5e633b50563629c0a2fd90bcb92f531837"
#define TWO "fd81631f0c40a4a8cc5aad3e724b0f3234003d0923dfd25a23a273a794b4ca05"
#define THREE "032e64955bbf3860096c5b9ca1317315a468e37541451bc9fa06a272fba969e0"
#define PADDED_TWO "614c9ff9055c11029ffe73326cac729e0a7334eb387f5a8ebbb94547e4687d35"
#define PADDED_THREE "145263c01e34b33d6029220e3599a4ffa88415bed009acb501d5d048435cd97a"
/* a, then a violation: as a template digest, and of both paddings. */
#define VIOLATION "e2a0a43cc5519e8eaa8129aa963551a630e2cf5ecfc7b1a977ef133d9926c5e1"
#define VIOLATION_WHOLE "db0d8d7560a0ab39b91ac761585e4af2af4bc58ac1e73cd650f75a711f3052dc"
#define VIOLATION_20 "70489cae266ac14aa9a28c6dfe5656681679dc316c099bff304495a62fe588fe"
/* What no fold of the list gives. */
#define ELSEWHERE "00000000000000000000000000000000000000000000000000000000000000aa"

enum { DATA = 4 + 6 + 20 + 4 + 2 };

static const char *const sha1_of[] = { "c49b2a457f34b0321b375d5036e8db5043a05d63",
                                       "621465d26c9097db691efea1acfb90e5bdd821a5",
                                       "f22aeba2a82edd77dc6ae3d1f2fa671dfc6a4893" };

static assay_hashes *hashes;
static assay_replay replay;
static assay_pcrs expected;
static assay_runtime runtime;
static assay_comparison comparison;

static void tear_down(void)
{
    assay_hashes_free(&hashes);
}

TestSuite(runtime, .fini = tear_down);

static void expect_value(const char *hex)
{
    assay_pcr_bank *const bank = assay_pcrs_add_bank(&expected, ASSAY_ALG_SHA256);

    bank->present = 1u << ASSAY_IMA_PCR;
    cr_assert(assay_hex_decode(assay_bytes_of_string(hex), bank->value[ASSAY_IMA_PCR], 32));
}

/* A list of the SHA-1 bank, folded in SHA-256 too, and a value to look for. */
static void begin(const char *value)
{
    const assay_log_header header = { .bank_count = 1,
                                      .banks = { { ASSAY_ALG_SHA1, 20 } },
                                      .stage = ASSAY_STAGE_KERNEL,
                                      .banks_follow = true };

    hashes = assay_hashes_new();
    expect_value(value);
    cr_assert_eq(assay_replay_begin(&replay, &header, hashes, NULL), 0);
    cr_assert_eq(assay_replay_add_bank(&replay, ASSAY_ALG_SHA256), 0);
    assay_runtime_begin(&runtime, &expected, &replay);
}

static void fold_entry(uint32_t number, bool violation)
{
    static const uint8_t zeros[20];
    const char name = (char)('a' + number);
    uint8_t data[DATA] = "\x1a\0\0\0sha1:\0", sha1[20];

    data[30] = 2;
    data[34] = (uint8_t)name;
    cr_assert(assay_hex_decode(assay_bytes_of_string(sha1_of[number]), sha1, sizeof sha1));
    const assay_event event = {
        .number = number,
        .pcr_index = ASSAY_IMA_PCR,
        .type = ASSAY_NO_EVENT_TYPE,
        .digest_count = 1,
        .digests = { { ASSAY_ALG_SHA1, assay_bytes_of(violation ? zeros : sha1, 20) } },
        .data = assay_bytes_of(data, sizeof data),
        .content = ASSAY_CONTENT_IMA_TEMPLATE,
        .name = ASSAY_LITERAL("ima-ng"),
    };
    cr_assert_eq(assay_replay_event(&replay, &event), 0);
    cr_assert_eq(assay_runtime_event(&runtime, &replay, &event, 1), 0);
}

static const assay_pcr_status *compared(void)
{
    assay_compare(&replay, &expected, ASSAY_ALL_PCRS, &comparison);
    assay_compare_runtime(&comparison, &runtime);
    cr_assert_eq(comparison.count, 1);
    return &comparison.list[0];
}

Test(runtime, a_value_is_met_where_the_list_had_it)
{
    static const struct {
        const char *value;
        enum assay_pcr_state state;
        uint32_t after; /* 0: met by the whole fold, or not at all */
        bool padded;
    } cases[] = {
        { THREE, ASSAY_PCR_MATCH, 0, false },     { TWO, ASSAY_PCR_MATCH, 2, false },
        { ONE, ASSAY_PCR_MATCH, 1, false },       { PADDED_THREE, ASSAY_PCR_MATCH, 3, true },
        { PADDED_TWO, ASSAY_PCR_MATCH, 2, true }, { ELSEWHERE, ASSAY_PCR_MISMATCH, 0, false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        memset(&expected, 0, sizeof expected);
        begin(cases[i].value);
        for (uint32_t number = 0; number < 3; number++)
            fold_entry(number, false);
        const assay_pcr_status *const status = compared();
        cr_expect_eq(status->state, cases[i].state, "case %zu", i);
        cr_assert_eq(status->met != NULL, cases[i].after > 0, "case %zu", i);
        if (status->met != NULL) {
            cr_expect_eq(status->met->after, cases[i].after, "case %zu", i);
            cr_expect_eq(status->met->event, cases[i].after - 1, "case %zu", i);
            cr_expect_eq(status->met->log, 1);
            cr_expect_eq(status->met->padded, cases[i].padded, "case %zu", i);
        }
        /* Padded SHA-1 is no better than SHA-1. */
        cr_expect_eq(comparison.weak, cases[i].padded, "case %zu", i);
        assay_hashes_free(&hashes);
    }
    cr_expect_eq(runtime.extended[ASSAY_IMA_PCR], 3);
}

Test(runtime, a_violation_is_ones_of_any_length)
{
    static const struct {
        const char *value;
        bool padded;
    } cases[] = { { VIOLATION, false }, { VIOLATION_WHOLE, true }, { VIOLATION_20, true } };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        memset(&expected, 0, sizeof expected);
        begin(cases[i].value);
        fold_entry(0, false);
        fold_entry(1, true);
        const assay_pcr_status *const status = compared();
        cr_expect_eq(status->state, ASSAY_PCR_MATCH, "case %zu", i);
        cr_expect_eq(status->met != NULL, cases[i].padded, "case %zu", i);
        assay_hashes_free(&hashes);
    }
}

/* In a log of everything, a CEL, the firmware's events come first, in the same PCR even. */
Test(runtime, entries_are_told_in_any_log)
{
    measured m;

    begin(ELSEWHERE);
    measure(hashes, &m, three_banks, ASSAY_IMA_PCR, EV_SEPARATOR, "x");
    cr_assert_eq(assay_replay_event(&replay, &m.event), 0);
    cr_assert_eq(assay_runtime_event(&runtime, &replay, &m.event, 0), 0);
    cr_expect_eq(runtime.extended[ASSAY_IMA_PCR], 0);
    /* sha256(sha256(bytes(32) + sha256(b'x')) + sha1(data of a) + bytes(12)) */
    expect_value("9364d34abe7d567331f5ce955486887b40eb2e8e184ae29be8d53457253ac1e5");
    fold_entry(0, false);
    const assay_pcr_status *const status = compared();
    cr_expect_eq(status->state, ASSAY_PCR_MATCH);
    cr_assert_not_null(status->met);
    cr_expect(status->met->padded);
    cr_expect_eq(status->met->after, 1);
}

/*
 * A log that calls itself the kernel's, or puts an entry first, and goes on with events of the
 * boot: those behind the value would be believed though nobody vouches for them.
 */
Test(runtime, events_of_the_boot_are_no_list_that_has_grown)
{
    measured m;

    begin(ONE);
    fold_entry(0, false);
    cr_assert_not_null(assay_runtime_hit_of(&runtime, ASSAY_ALG_SHA256, ASSAY_IMA_PCR));
    measure(hashes, &m, three_banks, ASSAY_IMA_PCR, EV_EFI_ACTION, "forged");
    cr_assert_eq(assay_replay_event(&replay, &m.event), 0);
    cr_assert_eq(assay_runtime_event(&runtime, &replay, &m.event, 1), 0);
    cr_expect_eq(compared()->state, ASSAY_PCR_MISMATCH);
}

/* An NV index is no PCR, whatever its record says. */
Test(runtime, an_nv_index_extends_no_pcr)
{
    measured m;

    begin(THREE);
    measure(hashes, &m, three_banks, 10, EV_IPL, "x");
    m.event.nv_index = 0x01D10200;
    cr_assert_eq(assay_replay_event(&replay, &m.event), 0);
    cr_expect_eq(replay.last, ASSAY_NO_PCR);
    cr_expect_eq(replay.measured, 0);
}
