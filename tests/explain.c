/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay/explain.h: each lesson, on a log of which the expected value is known, because the
 * value is folded from an edit of the same measurements. The digests and the fold
 * itself are tested against a TPM in tests/replay*.c.
 */
#include "tests/measure.h"

#include "base/file.h"
#include "replay/explain.h"
#include "replay/pcrvalues.h"

/* A log in memory, and the machine it is compared with. */
static assay_hashes *hashes;
static assay_writer bytes;
static assay_log_header header;
static assay_log_writer writer;
static assay_log source;
static assay_findings findings;
static assay_replay logged, machine; /* what the log says, and what was extended */
static assay_comparison comparison;
static assay_explanation explanation;

static void set_up(void)
{
    assay_error error;

    hashes = assay_hashes_new();
    bytes = assay_writer_growing(1 << 26);
    header = header_of(three_banks);
    header.spec_id.version_major = 2;
    header.spec_id.uintn_size = 2;
    assay_findings_reset(&findings);
    cr_assert_eq(assay_log_write_begin(&writer, "tcg2", &header, &bytes, &error), 0);
    cr_assert_eq(assay_replay_begin(&machine, &header, hashes, NULL), 0);
}

static void tear_down(void)
{
    assay_writer_close(&bytes);
    assay_hashes_free(&hashes);
}

TestSuite(explain, .init = set_up, .fini = tear_down);

/* Writes an event into the log; its digest is the hash of `text`, which is its data too. */
static void in_log(uint32_t pcr, uint32_t type, const char *text)
{
    assay_error error;
    measured m;

    measure(hashes, &m, three_banks, pcr, type, text);
    m.event.data = assay_bytes_of_string(text);
    cr_assert_eq(assay_log_write_event(&writer, &m.event, &error), 0);
}

/* Extends the machine's PCR with the hash of `text`. */
static void in_tpm(uint32_t pcr, const char *text)
{
    fold_text(&machine, pcr, EV_IPL, text);
}

static void in_both(uint32_t pcr, uint32_t type, const char *text)
{
    in_log(pcr, type, text);
    in_tpm(pcr, text);
}

static void extend_digest(unsigned pcr, uint8_t filler)
{
    uint8_t digest[ASSAY_DIGEST_MAX];
    measured m;

    measure(hashes, &m, three_banks, pcr, EV_IPL, "");
    memset(digest, filler, sizeof digest);
    for (size_t i = 0; three_banks[i] != 0; i++)
        set_digest(&m, three_banks[i], digest);
    cr_assert_eq(assay_replay_event(&machine, &m.event), 0);
}

static void read_log(void)
{
    assay_event event;
    assay_error error;

    cr_assert_eq(assay_log_open(&source, assay_written(&bytes), NULL, &findings, &error), 0);
    cr_assert_eq(assay_replay_begin(&logged, &source.header, hashes, &findings), 0);
    while (assay_log_next(&source, &event) > 0)
        cr_assert_eq(assay_replay_event(&logged, &event), 0);
}

/* The explanation of a PCR in every bank, all of the same name; "" when there is none. */
static const char *explain(unsigned pcr)
{
    const char *name = NULL;

    read_log();
    assay_compare(&logged, &machine.pcrs, ASSAY_ALL_PCRS, &comparison);
    for (size_t i = 0; i < comparison.count; i++) {
        const assay_pcr_status *const status = &comparison.list[i];
        assay_chain chain;

        if (status->pcr != pcr)
            continue;
        cr_assert_eq(assay_chain_read(&chain, (const assay_log *const[]){ &source }, 1, hashes,
                                      status->alg, pcr),
                     0);
        const int result = assay_explain(&chain, &comparison, status, &findings, &explanation);
        assay_chain_free(&chain);
        cr_assert_geq(result, 0);
        const char *const found = result > 0 ? explanation.name : "";
        cr_expect(name == NULL || strcmp(name, found) == 0, "banks differ: %s, %s", name, found);
        name = found;
    }
    assay_log_close(&source);
    return name;
}

static void expect_lesson(unsigned pcr, const char *name, const char *words)
{
    const char *const found = explain(pcr);

    cr_assert_str_eq(found, name, "%s: %s", found, explanation.text);
    cr_expect_not_null(strstr(explanation.text, words), "%s", explanation.text);
    cr_expect_not(explanation.cut);
}

static void five_events(unsigned pcr)
{
    in_both(pcr, EV_S_CRTM_VERSION, "one");
    in_both(pcr, EV_EFI_PLATFORM_FIRMWARE_BLOB, "two");
    in_both(pcr, EV_EFI_PLATFORM_FIRMWARE_BLOB, "three");
    in_both(pcr, EV_SEPARATOR, "four");
    in_both(pcr, EV_IPL, "five");
}

Test(explain, a_PCR_that_matches_needs_no_explanation)
{
    five_events(0);
    cr_expect_str_eq(explain(0), "");
    cr_expect_str_eq(explain(3), "", "nor one that nobody touched");
}

Test(explain, a_bank_that_was_never_extended)
{
    in_log(4, EV_IPL, "one");
    in_log(4, EV_IPL, "two");
    expect_lesson(4, "never-extended", "2 measurements");
    cr_expect(explanation.proven);
}

Test(explain, a_locality_that_the_log_does_not_mention)
{
    static const char *const words[] = { "locality 3", "locality 4" };
    static const assay_bytes data[] = { ASSAY_LITERAL("StartupLocality\0\3"),
                                        ASSAY_LITERAL("StartupLocality\0\4") };

    for (size_t i = 0; i < 2; i++) {
        tear_down();
        set_up();
        fold_no_action(&machine, 0, data[i]);
        five_events(0);
        expect_lesson(0, "startup-locality", words[i]);
        cr_expect(explanation.proven);
    }
}

Test(explain, a_locality_that_the_log_is_wrong_about)
{
    assay_error error;
    measured m;

    measure(hashes, &m, three_banks, 0, EV_NO_ACTION, "");
    m.event.data = ASSAY_LITERAL("StartupLocality\0\3");
    cr_assert_eq(assay_log_write_event(&writer, &m.event, &error), 0);
    five_events(0);
    expect_lesson(0, "startup-locality", "locality 0");
}

Test(explain, values_folded_from_ones_instead_of_zeros)
{
    assay_pcr_bank *bank;

    in_log(18, TXT_EVTYPE_MLE_HASH, "one");
    in_tpm(18, "one");
    for (size_t i = 0; three_banks[i] != 0; i++) {
        assay_hash *hash;
        measured m;

        cr_assert_eq(assay_hashes_get(hashes, three_banks[i], &hash), 0);
        bank = assay_pcrs_bank(&machine.pcrs, three_banks[i]);
        memset(bank->value[18], 0xFF, bank->size);
        measure(hashes, &m, three_banks, 18, EV_IPL, "one");
        assay_hash_extend(hash, bank->value[18],
                          assay_event_digest_of(&m.event, three_banks[i]).data);
    }
    expect_lesson(18, "launch-start", "all ones");
}

/* PCR 17 := H("launch"), though it looks like what is extended, and the reverse. */
Test(explain, hash_start_of_the_other_meaning)
{
    assay_error error;
    measured m;

    measure(hashes, &m, three_banks, 17, TXT_EVTYPE_HASH_START, "launch");
    m.event.data = ASSAY_LITERAL("data that tells nothing");
    cr_assert_eq(assay_log_write_event(&writer, &m.event, &error), 0);
    in_tpm(17, "launch");
    for (size_t i = 0; three_banks[i] != 0; i++) {
        assay_pcr_bank *const bank = assay_pcrs_bank(&machine.pcrs, three_banks[i]);

        memcpy(bank->value[17], assay_event_digest_of(&m.event, bank->alg).data, bank->size);
    }
    in_both(17, TXT_EVTYPE_MLE_HASH, "one");
    expect_lesson(17, "hash-start", "not what was extended");
}

Test(explain, a_hash_start_result_that_was_extended)
{
    assay_replay launch;
    assay_error error;
    measured m;

    /* The log has H(zeros | H(data)); the TPM extends that instead of holding it. */
    cr_assert_eq(assay_replay_begin(&launch, &header, hashes, NULL), 0);
    fold_text(&launch, 17, EV_IPL, "launch");
    measure(hashes, &m, three_banks, 17, TXT_EVTYPE_HASH_START, "launch");
    m.event.data = ASSAY_LITERAL("launch");
    for (size_t i = 0; three_banks[i] != 0; i++)
        set_digest(&m, three_banks[i], assay_pcrs_value(&launch.pcrs, three_banks[i], 17).data);
    cr_assert_eq(assay_log_write_event(&writer, &m.event, &error), 0);
    m.event.type = EV_IPL;
    cr_assert_eq(assay_replay_event(&machine, &m.event), 0);
    in_both(17, TXT_EVTYPE_MLE_HASH, "one");
    expect_lesson(17, "hash-start", "was extended, though");
}

Test(explain, no_action_that_a_tool_extended)
{
    in_both(0, EV_S_CRTM_VERSION, "one");
    in_log(0, EV_NO_ACTION, "SP800-155 Event3");
    in_tpm(0, "SP800-155 Event3");
    in_both(0, EV_SEPARATOR, "two");
    expect_lesson(0, "no-action-extended", "1 EV_NO_ACTION");
}

Test(explain, no_action_that_a_tool_extended_from_another_start)
{
    fold_no_action(&machine, 0, ASSAY_LITERAL("StartupLocality\0\3"));
    in_log(0, EV_NO_ACTION, "SP800-155 Event3");
    in_tpm(0, "SP800-155 Event3");
    in_both(0, EV_S_CRTM_VERSION, "one");
    expect_lesson(0, "no-action-extended", "1 EV_NO_ACTION");
}

Test(explain, the_cap_of_windows)
{
    five_events(7);
    extend_digest(7, 0x00);
    extend_digest(12, 0x00); /* and a PCR that nobody used */
    expect_lesson(7, "windows-cap", "Windows");
    expect_lesson(12, "windows-cap", "Windows");
    cr_expect(explanation.proven);
}

Test(explain, boot_phases_in_PCR_11)
{
    in_both(4, EV_IPL, "firmware");
    in_both(11, EV_IPL, "section");
    in_tpm(11, "enter-initrd");
    in_tpm(11, "leave-initrd");
    in_tpm(11, "sysinit");
    in_tpm(11, "ready");
    expect_lesson(11, "boot-phases", "enter-initrd, leave-initrd, sysinit, ready");
    in_tpm(11, "shutdown");
    in_tpm(11, "final");
    expect_lesson(11, "boot-phases", "ready, shutdown, final");
}

Test(explain, boot_phases_without_an_initrd_and_without_a_stub)
{
    in_both(4, EV_IPL, "firmware");
    in_tpm(11, "sysinit");
    in_tpm(11, "ready");
    expect_lesson(11, "boot-phases", ": sysinit, ready");
}

Test(explain, boot_phases_belong_into_PCR_11_alone)
{
    in_both(4, EV_IPL, "firmware");
    in_both(12, EV_IPL, "command line");
    in_tpm(12, "ready");
    expect_lesson(12, "later-extends", "operating system");
}

Test(explain, exit_boot_services_that_the_log_lacks)
{
    five_events(5);
    in_tpm(5, "Exit Boot Services Invocation");
    expect_lesson(5, "unlogged-tail", "ExitBootServices invocation");
    in_tpm(5, "Exit Boot Services Returned with Success");
    expect_lesson(5, "unlogged-tail", "ExitBootServices invocation, ExitBootServices success");
}

Test(explain, the_log_of_a_launch_has_no_firmware)
{
    in_both(17, TXT_EVTYPE_MLE_HASH, "one");
    in_tpm(3, "\xFF\xFF\xFF\xFF");
    in_tpm(5, "Exit Boot Services Invocation");
    in_tpm(5, "Exit Boot Services Returned with Success");
    in_tpm(6, "something");
    expect_lesson(3, "other-log",
                  "not among the logs; all that it can hold of it: separator of ones");
    expect_lesson(5, "other-log", ": ExitBootServices invocation, ExitBootServices success");
    expect_lesson(6, "", "");
}

Test(explain, a_log_of_the_firmware_lacks_a_separator)
{
    in_both(4, EV_SEPARATOR, "one");
    in_tpm(3, "\xFF\xFF\xFF\xFF");
    expect_lesson(3, "unlogged-tail", "after it were extended: separator of ones");
}

Test(explain, exit_boot_services_twice)
{
    in_both(5, EV_SEPARATOR, "one");
    in_both(5, EV_EFI_ACTION, "Exit Boot Services Invocation");
    in_both(5, EV_EFI_ACTION, "Exit Boot Services Returned with Success");
    in_tpm(5, "Exit Boot Services Invocation");
    in_tpm(5, "Exit Boot Services Returned with Success");
    expect_lesson(5, "unlogged-tail", "invocation, ExitBootServices success");
}

Test(explain, values_read_before_the_log_ended)
{
    five_events(5);
    in_log(5, EV_EFI_ACTION, "Exit Boot Services Invocation");
    in_log(5, EV_EFI_ACTION, "Exit Boot Services Returned with Success");
    expect_lesson(5, "read-early", "the last 2 events were logged");
    cr_expect_not_null(strstr(explanation.text, "EV_EFI_ACTION"));
}

/* A log whose last two events stand there again: A B C B C, and A B C was extended. */
Test(explain, a_log_that_repeats_its_end_is_told_from_one_that_is_longer)
{
    in_both(5, EV_SEPARATOR, "a");
    in_both(5, EV_EFI_GPT_EVENT, "b");
    in_both(5, EV_EFI_ACTION, "c");
    in_log(5, EV_EFI_GPT_EVENT, "b");
    in_log(5, EV_EFI_ACTION, "c");
    expect_lesson(5, "listed-twice", "twice, from event 4 on");
}

/* Events 1 to 5 of PCR 2 in the log; the machine extends `order`, ended by 0. */
static void machine_extends(const char *order)
{
    static const char *const texts[] = { "one", "two", "three", "four", "five" };

    for (size_t i = 0; i < 5; i++)
        in_log(2, EV_EFI_PLATFORM_FIRMWARE_BLOB, texts[i]);
    in_both(3, EV_SEPARATOR, "one");
    for (; *order != '\0'; order++)
        in_tpm(2, texts[*order - '1']);
}

Test(explain, one_event_that_was_not_extended)
{
    static const char *const orders[] = { "2345", "1345", "1245", "1235" };

    for (uint32_t i = 0; i < 4; i++) {
        tear_down();
        set_up();
        machine_extends(orders[i]);
        expect_lesson(2, "not-extended", "not extended");
        cr_expect_eq(explanation.event, i + 1);
        cr_expect(explanation.proven);
    }
}

Test(explain, one_event_that_was_extended_twice)
{
    static const char *const orders[] = { "112345", "122345", "123345", "123445", "123455" };

    for (uint32_t i = 0; i < 5; i++) {
        tear_down();
        set_up();
        machine_extends(orders[i]);
        expect_lesson(2, "extended-twice", "twice");
        cr_expect_eq(explanation.event, i + 1);
    }
}

Test(explain, two_neighbours_in_the_other_order)
{
    static const char *const orders[] = { "21345", "13245", "12435", "12354" };

    for (uint32_t i = 0; i < 4; i++) {
        tear_down();
        set_up();
        machine_extends(orders[i]);
        expect_lesson(2, "swapped", "other order");
        cr_expect_eq(explanation.event, i + 1);
    }
}

Test(explain, a_digest_that_is_not_what_was_extended)
{
    measured m;
    assay_error error;

    in_both(2, EV_EFI_ACTION, "one");
    measure(hashes, &m, three_banks, 2, EV_EFI_ACTION, "another text than its data");
    m.event.data = ASSAY_LITERAL("two");
    cr_assert_eq(assay_log_write_event(&writer, &m.event, &error), 0);
    in_tpm(2, "two");
    in_both(2, EV_EFI_ACTION, "three");
    in_both(3, EV_SEPARATOR, "one");
    expect_lesson(2, "digest-altered", "hash of its data");
    cr_expect_eq(explanation.event, 2);
}

Test(explain, a_separator_that_the_log_lacks)
{
    static const uint8_t zeros[4];
    const assay_bytes separator = { zeros, 4 };
    assay_hash *hash;

    in_both(3, EV_SEPARATOR, "another PCR");
    in_both(2, EV_EFI_BOOT_SERVICES_DRIVER, "one");
    for (size_t i = 0; three_banks[i] != 0; i++) {
        assay_pcr_bank *const bank = assay_pcrs_bank(&machine.pcrs, three_banks[i]);
        uint8_t digest[ASSAY_DIGEST_MAX];

        cr_assert_eq(assay_hashes_get(hashes, bank->alg, &hash), 0);
        cr_assert_eq(assay_hash_parts(hash, &separator, 1, digest), 0);
        cr_assert_eq(assay_hash_extend(hash, bank->value[2], digest), 0);
    }
    in_both(2, EV_EFI_BOOT_SERVICES_DRIVER, "two");
    expect_lesson(2, "unlogged-event", "separator");
    cr_expect_eq(explanation.event, 3, "the event before which it stands");
}

Test(explain, SHA1_digests_with_zeros_in_a_larger_bank)
{
    static const uint16_t sha1[] = { ASSAY_ALG_SHA1, 0 };
    uint8_t padded[ASSAY_DIGEST_MAX] = { 0 };
    measured m;

    in_log(2, EV_IPL, "one");
    in_both(3, EV_SEPARATOR, "one");
    measure(hashes, &m, sha1, 2, EV_IPL, "one");
    memcpy(padded, m.event.digests[0].value.data, 20);
    set_digest(&m, ASSAY_ALG_SHA256, padded);
    set_digest(&m, ASSAY_ALG_SHA384, padded);
    cr_assert_eq(assay_replay_event(&machine, &m.event), 0);
    /* The SHA-1 bank is right, so leave it out of what is compared. */
    assay_pcrs_bank(&machine.pcrs, ASSAY_ALG_SHA1)->present = 0;
    expect_lesson(2, "padded-sha1", "zeros after them");
}

Test(explain, values_of_two_PCRs_exchanged)
{
    in_both(1, EV_IPL, "one");
    in_log(4, EV_IPL, "two");
    in_log(5, EV_IPL, "three");
    in_tpm(5, "two");
    in_tpm(4, "three");
    expect_lesson(4, "other-pcr", "PCR 5");
    expect_lesson(5, "other-pcr", "PCR 4");
}

Test(explain, a_bank_without_digests)
{
    static const uint16_t sha256[] = { ASSAY_ALG_SHA256, 0 };
    assay_error error;
    measured m;

    in_both(12, EV_IPL, "one");
    measure(hashes, &m, sha256, 12, EV_IPL, "two");
    cr_assert_eq(assay_log_write_event(&writer, &m.event, &error), 0);
    in_tpm(12, "two");
    assay_pcrs_bank(&machine.pcrs, ASSAY_ALG_SHA256)->present = 0;
    expect_lesson(12, "incomplete", "1 event of this PCR without");
    cr_expect_not(explanation.proven);
}

/* As assay predict writes it (eventlog/payload/unknown.h): the type, three algorithms, words. */
Test(explain, a_prediction_that_does_not_know_a_digest)
{
    assay_error error;
    measured m;

    in_both(12, EV_IPL, "one");
    measure(hashes, &m, three_banks, 12, EV_NO_ACTION, "not to be extended");
    m.event.data = ASSAY_LITERAL("assay unknown\0\0\0\15\0\0\0\3\0\4\0\13\0\14\0no file");
    cr_assert_eq(assay_log_write_event(&writer, &m.event, &error), 0);
    in_tpm(12, "two");
    expect_lesson(12, "incomplete", "a prediction that does not know a digest of this PCR");
    cr_expect_not(explanation.proven);
}

Test(explain, a_log_that_is_cut)
{
    in_both(3, EV_SEPARATOR, "one");
    in_both(2, EV_IPL, "one");
    in_tpm(2, "two");
    in_tpm(2, "three");
    assay_put_string(&bytes, "\1\2\3");
    expect_lesson(2, "truncated", "to its end");
}

Test(explain, a_log_of_another_boot)
{
    static const char digits[] = "01234567";

    for (unsigned pcr = 0; pcr < 8; pcr++) {
        const char here[] = { 'a', digits[pcr], '\0' }, there[] = { 'b', digits[pcr], '\0' };

        in_log(pcr, EV_IPL, here);
        in_tpm(pcr, there);
    }
    expect_lesson(4, "other-boot", "24 values");
}

Test(explain, a_firmware_PCR_without_events)
{
    in_both(0, EV_S_CRTM_VERSION, "one");
    in_tpm(2, "a driver that was not logged");
    expect_lesson(2, "unlogged-firmware", "no event of this PCR");
}

Test(explain, PCR_0_alone_that_nothing_explains)
{
    five_events(0);
    in_tpm(0, "what the firmware did not log");
    in_both(1, EV_IPL, "one");
    in_both(7, EV_IPL, "one");
    expect_lesson(0, "pcr0-only", "Only PCR 0 differs");
    cr_expect_not(explanation.proven);
}

Test(explain, PCR_0_is_not_alone_when_another_differs)
{
    in_log(0, EV_NO_ACTION, "SP800-155 Event3");
    five_events(0);
    in_tpm(0, "what the firmware did not log");
    in_both(1, EV_IPL, "one");
    in_tpm(1, "nor this");
    in_both(7, EV_IPL, "one");
    expect_lesson(0, "unexplained", "more than one event");
}

Test(explain, a_launch_that_nothing_explains)
{
    in_both(0, EV_IPL, "one");
    in_both(17, TXT_EVTYPE_HASH_START, "launch");
    in_both(17, TXT_EVTYPE_MLE_HASH, "one");
    in_tpm(17, "what tboot did not log");
    expect_lesson(17, "sinit-alone", "0x501");
    in_both(17, TB_EVTYPE_HASH, "two");
    expect_lesson(17, "later-extends", "operating system");
}

Test(explain, a_chain_of_a_bank_unknown_here)
{
    assay_chain chain;

    cr_expect_eq(assay_chain_read(&chain, NULL, 0, hashes, 0x7777, 0), -ASSAY_UNSUPPORTED);
    cr_assert_eq(assay_chain_read(&chain, NULL, 0, hashes, ASSAY_ALG_SHA1, 18), 0);
    cr_expect_eq(chain.start[0], 0xFF);
    cr_expect_eq(chain.links.count, 0);
    assay_chain_free(&chain);
}

Test(explain, what_nothing_explains_is_called_that)
{
    five_events(2);
    in_tpm(2, "what the firmware did not log");
    in_both(1, EV_IPL, "one");
    expect_lesson(2, "unexplained", "more than one event");
}

Test(explain, the_work_is_bounded_and_says_so)
{
    char text[16];

    in_both(1, EV_IPL, "one");
    for (int i = 0; i < 3000; i++) {
        snprintf(text, sizeof text, "%d", i);
        in_log(2, EV_IPL, text);
    }
    in_tpm(2, "something else");
    cr_expect_str_eq(explain(2), "unexplained");
    cr_expect(explanation.cut);
}

Test(explain, every_lesson_has_words_of_its_own)
{
    const assay_lesson_info *lesson, *other;
    size_t count = 0;

    for (; (lesson = assay_lesson_at(count)) != NULL; count++) {
        cr_expect_gt(strlen(lesson->action), 20, "%s", lesson->name);
        for (size_t i = 0; i < count && (other = assay_lesson_at(i)) != NULL; i++)
            cr_expect_str_neq(lesson->name, other->name);
    }
    cr_expect_eq(count, 31);
}

/* k1 extended PCR 11 from its initrd, in its TPM's four banks; fixtures/README.md. */
Test(explain, a_recorded_boot_whose_initrd_extended_its_phases)
{
    assay_error error;
    assay_file file;

    cr_assert_eq(assay_file_read(&file, "fixtures/machines/k1-userspace-extends/eventlog.bin",
                                 1 << 20, &error),
                 0);
    assay_writer_close(&bytes);
    bytes = assay_writer_growing(1 << 20);
    assay_put(&bytes, file.bytes);
    assay_file_close(&file);
    cr_assert_eq(
        assay_pcrvalues_read("fixtures/machines/k1-userspace-extends", &machine.pcrs, &error), 0);
    expect_lesson(11, "boot-phases", "enter-initrd, leave-initrd, sysinit, ready");
    cr_expect_str_eq(explain(23), "", "an application's PCR has a reason and no explanation");
}
