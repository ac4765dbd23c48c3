/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Predictions of launches. Values were computed by a Python program of its own from the bytes of
 * the fixtures, by the formulas beside them; known digests are those of real machines' logs.
 */
#include "tests/launch.h"

#include "eventlog/types.h"
#include "policy/launch/securelaunch.h"
#include "policy/launch/values.h"
#include "policy/launch/whatif.h"
#include "tests/allocfail.h"
#include "tests/collection.h"

#define BANK "fixtures/logs/txt-sha256.bin"
#define CONTAINER "fixtures/logs/txt-container.bin"
#define AGILE "fixtures/logs/txt-heap-agile.bin"
#define REAL "../shared/corpus/txt-real/"

static const assay_launch nothing;

/* Nothing replaced. */

static void expect_same_events(const assay_prediction *base, const assay_prediction *prediction)
{
    cr_assert_eq(base->count, prediction->count);
    for (size_t i = 0; i < base->count; i++) {
        cr_expect(assay_event_equal(&base->events[i].event, &prediction->events[i].event),
                  "event %zu", i);
        cr_expect_eq(prediction->events[i].origin, ASSAY_PREDICTED_KEPT);
    }
}

/* Whether the log written is, to the end of its events, the log read. */
static void expect_same_bytes(const assay_prediction *prediction, assay_bytes log)
{
    assay_writer writer = assay_writer_growing(1 << 24);
    assay_error error = { .what = "" };

    cr_assert_eq(assay_prediction_write(prediction, NULL, &writer, &error), 0, "%s", error.what);
    const assay_bytes written = assay_written(&writer);
    cr_assert_leq(written.size, log.size);
    cr_expect_eq(memcmp(written.data, log.data, written.size), 0);
    cr_expect(assay_bytes_all(assay_bytes_of(log.data + written.size, log.size - written.size), 0),
              "no event is left out");
    assay_writer_close(&writer);
}

static void expect_unchanged(const char *path, bool bytes)
{
    assay_file file;
    assay_error error;

    cr_assert_eq(assay_file_read(&file, path, 1 << 24, &error), 0, "%s", error.what);
    assay_prediction *base = read_base(file.bytes, NULL);
    assay_prediction *prediction = predict(base, &nothing);
    expect_same_events(base, prediction);
    if (bytes)
        expect_same_bytes(prediction, file.bytes);
    assay_prediction_free(&prediction);
    assay_prediction_free(&base);
    assay_file_close(&file);
}

Test(launch, nothing_replaced_is_the_log_again)
{
    expect_unchanged(BANK, true);
    expect_unchanged(CONTAINER, false);
    expect_unchanged("fixtures/logs/txt-container-skl.bin", false);
    expect_unchanged(AGILE, false);
    expect_unchanged("fixtures/logs/txt-heap-banks.bin", false);
    expect_unchanged("fixtures/logs/txt-heap-tpm12.bin", false);
    expect_unchanged("fixtures/logs/txtstat-agile.txt", false);
    expect_unchanged("fixtures/logs/txtstat-banks.txt", false);
    expect_unchanged("fixtures/logs/txtstat-tpm12.txt", false);
}

Test(launch, nothing_replaced_is_a_real_machines_log_again)
{
    if (access(REAL "txt-logs.bin", R_OK) != 0)
        cr_skip_test("no collection");
    expect_unchanged(REAL "txt-logs.bin", true);
    expect_unchanged(REAL "txt_heap_info.bin", false);
    expect_unchanged(REAL "isecl-measure-log.json", false);
    expect_unchanged("../shared/corpus/txt/intel-txt-heap-dump-carved.bin", true);
    expect_unchanged("../shared/corpus/txt/isecl-resources-hostmanifest1.json", false);
}

/* What the log says of its launch. */

static assay_launch_facts facts_of(const assay_prediction *base)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_launch_facts facts;
    static assay_vlp policy;

    cr_assert_eq(assay_launch_facts_of(base, NULL, NULL, hashes, &facts, &policy), 0);
    assay_hashes_free(&hashes);
    return facts;
}

Test(launch, a_log_tells_mapping_policy_and_modules)
{
    assay_prediction *base = base_of(BANK);
    assay_launch_facts facts = facts_of(base);

    cr_expect(facts.txt && facts.tboot && !facts.secure && !facts.tpm12 && facts.details);
    cr_expect(facts.policy_known && facts.builtin && facts.plan_known);
    cr_expect_str_eq(facts.version->name, "1.11");
    cr_expect_str_eq(assay_tboot_extpol_name(&facts.extpol), "sha256");
    cr_expect_eq(facts.modules, 1);
    assay_prediction_free(&base);

    base = base_of(CONTAINER);
    facts = facts_of(base);
    cr_expect(facts.tpm12 && !facts.details && facts.builtin && facts.plan_known);
    cr_expect_eq(facts.modules, 2, "module 0 in PCR 18, module 1 in PCR 19");
    assay_prediction_free(&base);
}

Test(launch, a_real_log_tells_its_two_modules)
{
    if (access(REAL "txt-logs.bin", R_OK) != 0)
        cr_skip_test("no collection");
    assay_prediction *base = base_of(REAL "txt-logs.bin");
    assay_launch_facts facts = facts_of(base);

    cr_expect_eq(facts.modules, 2);
    cr_expect_str_eq(assay_tboot_extpol_name(&facts.extpol), "sha256");
    assay_prediction_free(&base);
    base = base_of(REAL "txt_heap_info.bin");
    facts = facts_of(base);
    cr_expect_eq(facts.modules, 2);
    cr_expect_str_eq(assay_tboot_extpol_name(&facts.extpol), "embedded",
                     "tboot's events have digests of both banks");
    assay_prediction_free(&base);
}

/* Replaced by itself, each way. */

static void expect_values(const assay_prediction *a, const assay_prediction *b)
{
    char value[2 * ASSAY_DIGEST_MAX + 1];

    for (size_t i = 0; i < a->header.bank_count; i++)
        for (unsigned pcr = 17; pcr <= 22; pcr++) {
            strcpy(value, value_of(a, a->header.banks[i].alg, pcr));
            cr_expect_str_eq(value, value_of(b, a->header.banks[i].alg, pcr), "PCR %u", pcr);
        }
}

static void take_digests(assay_digests *digests, const assay_event *event)
{
    digests->count = 0;
    for (size_t i = 0; i < event->digest_count; i++) {
        assay_digest *const digest = &digests->list[digests->count++];

        *digest = (assay_digest){ .alg = event->digests[i].alg,
                                  .size = (uint16_t)event->digests[i].value.size };
        memcpy(digest->value, event->digests[i].value.data, digest->size);
    }
}

static void expect_itself(const char *path, uint32_t pcr_of_mle, size_t modules,
                          const uint32_t (*places)[2])
{
    assay_launch_module list[2] = { { .kept = false } };
    assay_launch launch = { .replaces_mle = true,
                            .replaces_tboot = true,
                            .modules = list,
                            .module_count = modules,
                            .modules_end = true };
    assay_prediction *base = base_of(path);

    take_digests(&launch.mle, &event_of(base, TXT_EVTYPE_MLE_HASH, pcr_of_mle, 0)->event);
    for (size_t i = 0; i < modules; i++)
        take_digests(&list[i].digests,
                     &event_of(base, TB_EVTYPE_HASH, places[i][0], places[i][1])->event);
    assay_prediction *prediction = predict(base, &launch);
    cr_assert_eq(base->count, prediction->count);
    for (size_t i = 0; i < base->count; i++)
        cr_expect(base->events[i].event.type == TXT_EVTYPE_COMBINED_HASH ||
                      assay_event_equal(&base->events[i].event, &prediction->events[i].event),
                  "event %zu", i);
    if (event_of(prediction, TXT_EVTYPE_HASH_START, 17, 0) != NULL && pcr_of_mle == 17)
        expect_values(base, prediction);
    assay_prediction_free(&prediction);
    assay_prediction_free(&base);
}

Test(launch, a_launch_replaced_by_itself_is_the_same)
{
    static const uint32_t one[][2] = { { 17, 1 } }, legacy[][2] = { { 18, 0 }, { 19, 0 } };

    expect_itself(BANK, 17, 1, one);
    expect_itself(AGILE, 17, 1, one);
    expect_itself("fixtures/logs/txtstat-agile.txt", 17, 1, one);
    expect_itself(CONTAINER, 18, 2, legacy);
}

Test(launch, a_real_launch_replaced_by_itself_is_the_same)
{
    static const uint32_t two[][2] = { { 17, 1 }, { 17, 2 } };

    if (access(REAL "txt-logs.bin", R_OK) != 0)
        cr_skip_test("no collection");
    expect_itself(REAL "txt-logs.bin", 17, 2, two);
    expect_itself(REAL "txt_heap_info.bin", 17, 2, two);
}

/* Something else. */

#define MLE_17 "17dd1d1d1a744c928b080816d9ad42a5ab1659787d6b44c398edded5fedc5b88"
#define MODULES_17 "988e2b25623b46782c5f825299c7a799cbd394fc6b84e01e53fa36ff6ab2954c"
#define OLD_18 "aad1b79ddda01ebaa7130030d65103b9cf8bb749eb8be1d111717e215b058f07"

Test(launch, another_mle_changes_pcr_17_and_leaves_18)
{
    assay_launch launch = { .replaces_mle = true };
    assay_prediction *base = base_of(BANK);

    /* The fixture's MLE digest replaced by SHA256("an mle"); HASH_START there is the value itself.
     */
    add_digest(&launch.mle, ASSAY_ALG_SHA256, &ASSAY_LITERAL("an mle"), 1);
    assay_prediction *prediction = predict(base, &launch);
    cr_expect_str_eq(value_of(prediction, ASSAY_ALG_SHA256, 17), MLE_17);
    cr_expect_str_eq(value_of(prediction, ASSAY_ALG_SHA256, 18), OLD_18);
    assay_prediction_free(&prediction);
    assay_prediction_free(&base);
}

Test(launch, an_mle_without_a_digest_in_a_bank_is_unknown_there)
{
    assay_launch launch = { .replaces_mle = true };
    assay_prediction *base = base_of(AGILE);

    add_digest(&launch.mle, ASSAY_ALG_SHA256, &ASSAY_LITERAL("an mle"), 1);
    assay_prediction *prediction = predict(base, &launch);
    const assay_predicted_event *const event = event_of(prediction, TXT_EVTYPE_MLE_HASH, 17, 0);
    cr_expect_eq(event->origin, ASSAY_PREDICTED_COMPUTED);
    cr_assert_eq(event->unknown_count, 1);
    cr_expect_eq(event->unknown[0], ASSAY_ALG_SHA1);
    cr_expect_str_eq(value_of(prediction, ASSAY_ALG_SHA1, 17), "unknown");
    cr_expect_str_neq(value_of(prediction, ASSAY_ALG_SHA256, 17), "unknown");
    cr_expect_str_neq(value_of(prediction, ASSAY_ALG_SHA1, 18), "unknown");
    assay_prediction_free(&prediction);
    assay_prediction_free(&base);
}

Test(launch, modules_are_hashed_with_their_command_lines)
{
    const assay_launch_module modules[] = {
        { .cmdline = ASSAY_LITERAL("root=/dev/sda1 ro"), .image = ASSAY_LITERAL("a kernel") },
        { .cmdline = ASSAY_LITERAL(""), .image = ASSAY_LITERAL("an initrd") },
    };
    const assay_launch launch = { .replaces_tboot = true, .modules = modules, .module_count = 2 };
    assay_prediction *base = base_of(BANK);
    assay_prediction *prediction = predict(base, &launch);

    /* H(H(cmdline) | H(image)) of each, after the fixture's events up to tboot's policy. */
    cr_expect_str_eq(value_of(prediction, ASSAY_ALG_SHA256, 17), MODULES_17);
    cr_expect_str_eq(value_of(prediction, ASSAY_ALG_SHA256, 18), OLD_18);
    assay_prediction_free(&prediction);
    assay_prediction_free(&base);
}

Test(launch, a_module_that_is_kept_stays_what_it_is)
{
    const assay_launch_module modules[] = {
        { .kept = true }, { .cmdline = ASSAY_LITERAL(""), .image = ASSAY_LITERAL("new") }
    };
    const assay_launch launch = { .replaces_tboot = true, .modules = modules, .module_count = 2 };
    assay_prediction *base = base_of(CONTAINER);
    assay_prediction *prediction = predict(base, &launch);
    char before[2 * ASSAY_DIGEST_MAX + 1];

    for (unsigned pcr = 17; pcr <= 19; pcr++) {
        strcpy(before, value_of(base, ASSAY_ALG_SHA1, pcr));
        if (pcr == 19)
            cr_expect_str_neq(before, value_of(prediction, ASSAY_ALG_SHA1, pcr));
        else
            cr_expect_str_eq(before, value_of(prediction, ASSAY_ALG_SHA1, pcr), "PCR %u", pcr);
    }
    assay_prediction_free(&prediction);
    assay_prediction_free(&base);
}

Test(launch, hash_start_comes_out_the_same_from_both_kinds_of_records)
{
    static const uint8_t header[128] = { 0 };
    const assay_acm acm = { .module = assay_bytes_of(header, sizeof header),
                            .user_area = ASSAY_LITERAL("code"),
                            .key = ASSAY_LITERAL("a modulus"),
                            .exponent = 65537 };
    const assay_launch launch = { .sinit = &acm };
    assay_hashes *hashes = assay_hashes_new();
    uint8_t data[36] = { 0 }, start[32] = { 0 }, key[32];
    assay_hash *hash;

    /* SHA256(signed parts) | EDX, which is zero in the fixtures; PCR 17 = H(zeros | H(those)). */
    cr_assert_eq(assay_hashes_get(hashes, ASSAY_ALG_SHA256, &hash), 0);
    assay_hash_parts(hash, (assay_bytes[]){ acm.module, acm.user_area }, 2, data);
    assay_hash_parts(hash, (assay_bytes[]){ assay_bytes_of(data, 36) }, 1, start);
    assay_hash_parts(hash, &acm.key, 1, key);
    assay_prediction *base = base_of(AGILE);
    assay_prediction *prediction = predict(base, &launch);
    const assay_event *event = &event_of(prediction, TXT_EVTYPE_HASH_START, 17, 0)->event;
    cr_expect(assay_bytes_equal(event->data, assay_bytes_of(data, 36)));
    cr_expect(assay_bytes_equal(event->digests[1].value, assay_bytes_of(start, 32)), "its input");
    event = &event_of(prediction, TXT_EVTYPE_SINIT_PUBKEY_HASH, 18, 0)->event;
    cr_expect(assay_bytes_equal(event->digests[1].value, assay_bytes_of(key, 32)));
    assay_prediction_free(&prediction);
    assay_prediction_free(&base);

    base = base_of(CONTAINER);
    prediction = predict(base, &launch);
    event = &event_of(prediction, TXT_EVTYPE_HASH_START, 17, 0)->event;
    uint8_t sha1[20], result[20] = { 0 };
    cr_assert_eq(assay_hashes_get(hashes, ASSAY_ALG_SHA1, &hash), 0);
    assay_hash_parts(hash, (assay_bytes[]){ assay_bytes_of(data, 36) }, 1, sha1);
    assay_hash_extend(hash, result, sha1);
    cr_expect(assay_bytes_equal(event->digests[0].value, assay_bytes_of(result, 20)), "its result");
    assay_prediction_free(&prediction);
    assay_prediction_free(&base);
    assay_hashes_free(&hashes);
}

Test(launch, after_a_sinit_that_is_no_production_module_nothing_is_known)
{
    static const uint8_t header[128] = { 0 };
    const assay_acm acm = { .module = assay_bytes_of(header, sizeof header),
                            .user_area = ASSAY_LITERAL("code"),
                            .key = ASSAY_LITERAL("a modulus"),
                            .flags = ASSAY_ACM_PRE_PRODUCTION };
    const assay_launch launch = { .sinit = &acm };
    assay_prediction *base = base_of(AGILE);
    assay_prediction *prediction = predict(base, &launch);

    cr_expect_str_eq(value_of(prediction, ASSAY_ALG_SHA256, 17), "unknown");
    cr_expect_str_eq(value_of(prediction, ASSAY_ALG_SHA1, 18), "unknown");
    assay_prediction_free(&prediction);
    assay_prediction_free(&base);
}

/* The fixture's CombinedHashData with policy control 2 and a policy hash of 0x55: SHA1 of the 80
 * bytes is 45b8231c..., PCR 17 = SHA1(SHA1(start | that) | tboot's policy). */
Test(launch, the_combined_hash_of_a_tpm_12_takes_another_policy)
{
    assay_launch_lcp lcp = { .known = true, .policy_control = 2 };
    const assay_launch launch = { .lcp = &lcp };
    assay_prediction *base = base_of(CONTAINER);
    char digest[41] = "";

    memset(lcp.policy_hash, 0x55, sizeof lcp.policy_hash);
    assay_prediction *prediction = predict(base, &launch);
    assay_hex_encode(digest,
                     event_of(prediction, TXT_EVTYPE_COMBINED_HASH, 17, 0)->event.digests[0].value);
    cr_expect_str_eq(digest, "45b8231caf28b512ecb78c145064b34f66b4f3ff");
    cr_expect_str_eq(value_of(prediction, ASSAY_ALG_SHA1, 17),
                     "7a4ed409977f354802e706cc1b46ee338ed80040");
    assay_prediction_free(&prediction);
    assay_prediction_free(&base);
}

Test(launch, what_a_policy_with_elements_makes_of_another_mle_is_not_guessed)
{
    assay_launch launch = { .replaces_mle = true };
    assay_prediction *base = base_of(CONTAINER);

    add_digest(&launch.mle, ASSAY_ALG_SHA1, &ASSAY_LITERAL("an mle"), 1);
    assay_prediction *prediction = predict(base, &launch);
    cr_expect_eq(event_of(prediction, TXT_EVTYPE_COMBINED_HASH, 17, 0)->origin,
                 ASSAY_PREDICTED_UNKNOWN);
    cr_expect_str_eq(value_of(prediction, ASSAY_ALG_SHA1, 17), "unknown");
    cr_expect_str_neq(value_of(prediction, ASSAY_ALG_SHA1, 18), "unknown");
    assay_prediction_free(&prediction);
    assay_prediction_free(&base);
}

/* Without the policies: only the digest that an element named keeps meeting that element. */
Test(launch, an_element_that_named_the_old_mle_may_not_name_the_new)
{
    assay_launch launch = { .replaces_mle = true };
    assay_txt_details details = { .big_endian = false };
    assay_prediction *base = base_of(BANK);
    uint8_t bytes[256];
    assay_writer data = assay_writer_lent(bytes, sizeof bytes);

    add_digest(&launch.mle, ASSAY_ALG_SHA256, &ASSAY_LITERAL("an mle"), 1);
    details.elements[0].matched = true;
    details.elements[0].digest =
        (assay_txt_ha){ ASSAY_ALG_SHA256, assay_bytes_of(launch.mle.list[0].value, 32) };
    assay_txt_details_encode(&data, &details);
    for (size_t i = 0; i < base->count; i++)
        if (base->events[i].event.type == TXT_EVTYPE_LCP_DETAILS_HASH)
            base->events[i].event.data = assay_written(&data);
    assay_prediction *prediction = predict(base, &launch);
    cr_expect_eq(event_of(prediction, TXT_EVTYPE_LCP_DETAILS_HASH, 17, 0)->origin,
                 ASSAY_PREDICTED_KEPT);
    assay_prediction_free(&prediction);

    launch.mle.list[0].value[0] ^= 1;
    prediction = predict(base, &launch);
    cr_expect_eq(event_of(prediction, TXT_EVTYPE_LCP_DETAILS_HASH, 17, 0)->origin,
                 ASSAY_PREDICTED_UNKNOWN);
    cr_expect_eq(event_of(prediction, TXT_EVTYPE_LCP_AUTHORITIES_HASH, 18, 0)->origin,
                 ASSAY_PREDICTED_UNKNOWN);
    assay_prediction_free(&prediction);
    assay_prediction_free(&base);
}

Test(launch, details_and_authorities_are_those_of_the_policy)
{
    const assay_launch_lcp lcp = { .known = true,
                                   .policy_control = 4,
                                   .details = ASSAY_LITERAL("details"),
                                   .authorities = ASSAY_LITERAL("authorities") };
    const assay_launch launch = { .lcp = &lcp };
    assay_prediction *base = base_of(BANK);
    assay_prediction *prediction = predict(base, &launch);
    assay_digests digests = { .count = 0 };
    static const struct {
        uint32_t type, pcr;
        assay_bytes data;
    } rows[] = {
        { TXT_EVTYPE_LCP_CONTROL_HASH, 17, ASSAY_LITERAL("\4\0\0\0") },
        { TXT_EVTYPE_LCP_CONTROL_HASH, 18, ASSAY_LITERAL("\4\0\0\0") },
        { TXT_EVTYPE_LCP_DETAILS_HASH, 17, ASSAY_LITERAL("details") },
        { TXT_EVTYPE_LCP_AUTHORITIES_HASH, 18, ASSAY_LITERAL("authorities") },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const assay_event *const event = &event_of(prediction, rows[i].type, rows[i].pcr, 0)->event;

        digests.count = 0;
        add_digest(&digests, ASSAY_ALG_SHA256, &rows[i].data, 1);
        cr_expect(assay_bytes_equal(event->data, rows[i].data), "row %zu", i);
        cr_expect(
            assay_bytes_equal(event->digests[0].value, assay_bytes_of(digests.list[0].value, 32)),
            "row %zu", i);
    }
    assay_prediction_free(&prediction);
    assay_prediction_free(&base);
}

static void expect_course(const assay_prediction *prediction, const char *expected)
{
    char text[1024];
    assay_writer words = assay_writer_lent(text, sizeof text - 1);

    for (size_t i = 0; i < prediction->count; i++)
        assay_put_format(&words, "%u:%x%s ", prediction->events[i].event.pcr_index,
                         prediction->events[i].event.type,
                         prediction->events[i].origin == ASSAY_PREDICTED_UNKNOWN ? "?" : "");
    text[assay_written(&words).size] = '\0';
    cr_expect_str_eq(text, expected);
}

/* TXT SDG 1.10.2 and G.1, and tboot's with details/authorities mapping; what the log of the legacy
 * mapping doesn't hold is unknown. The other way the combined hash is. */
Test(launch, the_other_mapping_of_a_tpm_12_is_known_in_part)
{
    assay_launch launch = { .mapping = ASSAY_LAUNCH_MAPPING_DETAILS };
    assay_prediction *base = base_of(CONTAINER);
    assay_prediction *details = predict(base, &launch);

    expect_course(details, "255:401 17:402 17:40a? 17:40b 17:40c 17:40d? 17:40f? 17:404 18:410? "
                           "18:40b 18:40f? 18:40c 18:411? 17:501 18:501 17:501 19:501 ");
    cr_expect_eq(details->events[0].event.data.data[0], 1);
    cr_expect_str_eq(value_of(details, ASSAY_ALG_SHA1, 17), "unknown");
    cr_expect_str_eq(value_of(details, ASSAY_ALG_SHA1, 18), "unknown");
    launch.mapping = ASSAY_LAUNCH_MAPPING_LEGACY;
    assay_prediction *legacy = predict(details, &launch);
    expect_course(legacy, "255:401 17:402 17:403? 18:404 17:501 18:501 19:501 ");
    cr_expect(assay_event_equal(&legacy->events[3].event, &base->events[3].event), "the MLE");
    cr_expect_str_eq(value_of(legacy, ASSAY_ALG_SHA1, 17), "unknown");
    cr_expect_str_neq(value_of(legacy, ASSAY_ALG_SHA1, 18), "unknown");
    assay_prediction_free(&legacy);
    assay_prediction_free(&details);
    assay_prediction_free(&base);
}

/* Refusals, each with its sentence. */
Test(launch, what_makes_no_sense_is_refused)
{
    static const assay_vlp version1 = { .version = 1 };
    static const assay_secure_launch secure;
    static const struct {
        const char *path;
        assay_launch launch;
        const char *says;
    } rows[] = {
        { BANK, { .mapping = ASSAY_LAUNCH_MAPPING_LEGACY }, "a TPM 2.0 has details/authorities" },
        { BANK, { .secure = &secure }, "no events of Secure Launch" },
        { BANK,
          { .replaces_tboot = true, .has_extpol = true, .extpol = ASSAY_LITERAL("md5") },
          "doesn't know that extpol=" },
        { BANK, { .replaces_tboot = true, .modules_end = true }, "wants a module at least" },
        { BANK, { .replaces_tboot = true, .vlp = &version1 }, "a policy of version 1" },
        { "fixtures/logs/systemd.log", { .replaces_mle = true }, "no events of SINIT" },
        { "fixtures/logs/systemd.log", { .replaces_tboot = true }, "no events of SINIT" },
    };
    assay_hashes *hashes = assay_hashes_new();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_prediction *base = base_of(rows[i].path), *prediction = NULL;
        assay_error error = { .what = "" };

        cr_expect_eq(assay_launch_predict(base, &rows[i].launch, hashes, &prediction, &error),
                     -ASSAY_UNSUPPORTED, "row %zu", i);
        cr_expect_not_null(strstr(error.what, rows[i].says), "row %zu: %s", i, error.what);
        cr_expect_null(prediction);
        assay_prediction_free(&base);
    }
    assay_hashes_free(&hashes);
}

/* The log of a prediction. */

Test(launch, a_digest_that_is_not_known_has_a_record_that_others_pass_over)
{
    assay_launch launch = { .replaces_mle = true };
    assay_prediction *base = base_of(AGILE);
    assay_writer writer = assay_writer_growing(1 << 20);

    add_digest(&launch.mle, ASSAY_ALG_SHA256, &ASSAY_LITERAL("an mle"), 1);
    assay_prediction *prediction = predict(base, &launch);
    cr_assert_eq(assay_prediction_write(prediction, NULL, &writer, NULL), 0);
    assay_prediction *again = read_base(assay_written(&writer), "tcg2");
    cr_assert_eq(again->count, prediction->count);
    for (size_t i = 0; i < again->count; i++) {
        cr_expect(assay_event_equal(&again->events[i].event, &prediction->events[i].event));
        cr_expect_eq(again->events[i].unknown_count, prediction->events[i].unknown_count);
    }
    cr_expect_str_eq(value_of(again, ASSAY_ALG_SHA1, 17), "unknown");
    assay_prediction_free(&again);
    assay_prediction_free(&prediction);
    assay_prediction_free(&base);
    assay_writer_close(&writer);
}

Test(launch, an_event_known_in_no_bank_is_its_record_alone)
{
    const assay_launch launch = { .replaces_mle = true };
    assay_prediction *base = base_of(AGILE);
    assay_prediction *prediction = predict(base, &launch);
    assay_writer writer = assay_writer_growing(1 << 20);
    assay_unknown_record record;
    assay_event event;
    assay_log log;
    unsigned records = 0;

    cr_assert_eq(assay_prediction_write(prediction, NULL, &writer, NULL), 0);
    cr_assert_eq(assay_log_open(&log, assay_written(&writer), NULL, NULL, NULL), 0);
    while (assay_log_next(&log, &event) > 0) {
        cr_expect_neq(event.type, TXT_EVTYPE_MLE_HASH);
        if (event.type != EV_NO_ACTION || !assay_unknown_record_decode(event.data, &record))
            continue;
        records++;
        cr_expect_eq(record.type, TXT_EVTYPE_MLE_HASH);
        cr_expect_eq(record.count, 2);
        cr_expect_eq(event.pcr_index, 17);
        cr_expect(assay_bytes_all(event.digests[0].value, 0));
    }
    cr_expect_eq(records, 1);
    assay_prediction *again = read_base(assay_written(&writer), NULL);
    cr_expect_eq(again->count, prediction->count);
    cr_expect_str_eq(value_of(again, ASSAY_ALG_SHA256, 17), "unknown");
    assay_prediction_free(&again);
    assay_prediction_free(&prediction);
    assay_prediction_free(&base);
    assay_writer_close(&writer);
}

Test(launch, what_is_no_such_record_is_not_taken_for_one)
{
    static const struct {
        assay_bytes data;
        const char *why;
    } rows[] = {
        { ASSAY_LITERAL(""), "no bytes" },
        { ASSAY_LITERAL("StartupLocality\0\3"), "another signature" },
        { ASSAY_LITERAL("assay unknown\0\0\0\4\4\0"), "the type is cut" },
        { ASSAY_LITERAL("assay unknown\0\0\0\4\4\0\0\1\0"), "an algorithm is missing" },
        { ASSAY_LITERAL("assay unknown\0\0\0\4\4\0\0\21\0"), "more banks than a log has" },
    };
    assay_unknown_record record;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect(!assay_unknown_record_decode(rows[i].data, &record), "%s", rows[i].why);
    cr_expect(assay_unknown_record_decode(ASSAY_LITERAL("assay unknown\0\0\0\4\4\0\0\1\0\13\0why"),
                                          &record));
    cr_expect(record.type == 0x404 && record.count == 1 && record.algs[0] == 11);
    cr_expect(assay_bytes_equal(record.words, ASSAY_LITERAL("why")));
}

/* What if. */

typedef struct seen {
    size_t count;
    assay_whatif_change changes[8];
} seen;

static void see(void *context, const assay_whatif_change *change)
{
    seen *const s = context;

    if (s->count < 8)
        s->changes[s->count] = *change;
    s->count++;
}

Test(launch, what_changes_is_told_event_by_event)
{
    const assay_launch_module modules[] = {
        { .cmdline = ASSAY_LITERAL("quiet"), .image = ASSAY_LITERAL("kernel") },
    };
    const assay_launch launch = {
        .replaces_tboot = true, .modules = modules, .module_count = 1, .modules_end = true
    };
    assay_prediction *base = base_of(CONTAINER);
    assay_prediction *prediction = predict(base, &launch);
    static assay_prediction_values before, after;
    assay_hashes *hashes = assay_hashes_new();
    seen s = { .count = 0 };

    cr_assert_eq(assay_whatif_changes(base, prediction, see, &s), 0);
    cr_assert_eq(s.count, 2);
    cr_expect_eq(s.changes[0].kind, ASSAY_WHATIF_CHANGED);
    cr_expect_eq(s.changes[0].after->part, ASSAY_PART_MODULE);
    cr_expect_eq(s.changes[0].after->event.pcr_index, 18);
    cr_expect_eq(s.changes[1].kind, ASSAY_WHATIF_REMOVED);
    cr_expect_eq(s.changes[1].before->event.pcr_index, 19);
    cr_assert_eq(assay_prediction_fold(base, hashes, &before), 0);
    cr_assert_eq(assay_prediction_fold(prediction, hashes, &after), 0);
    cr_expect_eq(assay_whatif_value(&before, &after, ASSAY_ALG_SHA1, 17), ASSAY_WHATIF_SAME);
    cr_expect_eq(assay_whatif_value(&before, &after, ASSAY_ALG_SHA1, 18), ASSAY_WHATIF_CHANGED);
    cr_expect_eq(assay_whatif_value(&before, &after, ASSAY_ALG_SHA1, 19), ASSAY_WHATIF_CHANGED);
    assay_hashes_free(&hashes);
    assay_prediction_free(&prediction);
    assay_prediction_free(&base);
}

static int predict_all(void)
{
    static const assay_launch_module modules[] = {
        { .cmdline = { (const uint8_t *)"a", 1 }, .image = { (const uint8_t *)"b", 1 } },
    };
    const assay_launch launch = {
        .replaces_mle = true, .replaces_tboot = true, .modules = modules, .module_count = 1
    };
    assay_prediction *base = NULL, *prediction = NULL;
    assay_hashes *hashes = assay_hashes_new();
    assay_file file;
    assay_error error;
    assay_log log;
    int status = hashes == NULL ? -ASSAY_NO_MEMORY : assay_file_read(&file, BANK, 1 << 20, &error);

    if (status == 0) {
        status = assay_log_open(&log, file.bytes, NULL, NULL, &error);
        if (status == 0) {
            base = assay_prediction_new(&log.header);
            status = base == NULL ? -ASSAY_NO_MEMORY : assay_prediction_read(base, &log, &error);
            assay_log_close(&log);
        }
        if (status == 0)
            status = assay_launch_predict(base, &launch, hashes, &prediction, &error);
        assay_file_close(&file);
    }
    assay_prediction_free(&prediction);
    assay_prediction_free(&base);
    assay_hashes_free(&hashes);
    return status;
}

Test(launch, no_memory_is_said)
{
    cr_expect_gt(each_allocation_fails("launch", predict_all), 5);
}
