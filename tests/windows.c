/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What Windows' boot programs say of themselves: findings (replay/semantics.h) and facts
 * (replay/facts.h), and what it takes for a fact to stand. The records are in lines of the text
 * form, type and size as wbcl.h has them; PCR values are what the events fold to.
 */
#include "eventlog/types.h"
#include "replay/explain.h"
#include "tests/boot.h"
#include "tests/boot_text.h"
#include "tests/certificate.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define TAG(pcr) #pcr " EV_EVENT_TAG "
#define COUNTER(n) " u32:0x20002 u32:8 u64:" #n
#define EVENTS(n) " u32:0x20006 u32:8 u64:" #n
#define TRANSFER(n) " u32:0x20003 u32:4 u32:" #n
#define UNLOCK(n) " u32:0x20005 u32:4 u32:" #n
#define SWITCH(type, n) " u32:" #type " u32:1 u8:" #n
#define NUMBER(type, n) " u32:" #type " u32:8 u64:" #n
#define CLOSED "12 EV_SEPARATOR \"WBCL\"\n13 EV_SEPARATOR \"WBCL\"\n"

/* The boot manager, then the loader; and the list of PCR 13 with its time, 2021-03-24. */
#define MANAGER                                                                                    \
    TAG(12)                                                                                        \
    "u32:0x40010001 u32:55" COUNTER(7) TRANSFER(1) SWITCH(0x40001, 0) SWITCH(0x50003, 0)           \
        SWITCH(0x50002, 1) "\n"
#define LOADER_SAYS                                                                                \
    TAG(12)                                                                                        \
    "u32:0x50009 u32:6 u\"\\\\W\" u16:0 u32:0x50008 u32:4 u32:0x10004" SWITCH(0x50001, 0)          \
        SWITCH(0x50005, 0) SWITCH(0x50006, 0) NUMBER(0x5000A, 1) NUMBER(0x50012, 1)                \
            NUMBER(0xA0007, 1) SWITCH(0x50002, 1) UNLOCK(4)                                        \
                SWITCH(0x50030, 1) " u32:0x40010002 u32:12 u32:0x90001 u32:4 u\"D\" u16:0\n"
#define REVOKED TAG(13) "u32:0x40002 u32:16 u64:132610792180000000 u32:2 u16:11 hex:cafe\n"
#define WINDOWS MANAGER LOADER_SAYS REVOKED CLOSED

static verdict said;

static void judge_text(const char *text)
{
    boot *made = boot_of_text(text);

    boot_judge(made, NULL, &said);
    boot_free(&made);
}

static const struct {
    const char *finding;
    const char *what;
    const char *log;
} found[] = {
    { "windows-resume", "the boot manager starts winresume", HEADER TAG(12) TRANSFER(2) "\n" },
    { "windows-counters", "two boots in one log",
      HEADER TAG(12) COUNTER(7) "\n" TAG(12) COUNTER(8) "\n" },
    { "windows-late-record", "a setting after the separator",
      HEADER "12 EV_SEPARATOR \"WBCL\"\n" TAG(12) SWITCH(0x50002, 1) "\n" },
    { "windows-debug", "boot programs", HEADER TAG(12) SWITCH(0x40001, 1) "\n" },
    { "windows-debug", "kernel", HEADER TAG(12) SWITCH(0x50001, 1) "\n" },
    { "windows-debug", "hypervisor", HEADER TAG(12) SWITCH(0x5000D, 1) "\n" },
    { "windows-unsigned-code", "no code integrity", HEADER TAG(12) SWITCH(0x50002, 0) "\n" },
    { "windows-unsigned-code", "test signing", HEADER TAG(12) SWITCH(0x50003, 1) "\n" },
    { "windows-unusual-mode", "safe mode", HEADER TAG(12) SWITCH(0x50005, 1) "\n" },
    { "windows-unusual-mode", "Windows PE", HEADER TAG(12) SWITCH(0x50006, 1) "\n" },
    { "windows-recovery-key", "with others", HEADER TAG(12) UNLOCK(0x41) "\n" },
    { "windows-error", "of the firmware", HEADER TAG(12) "u32:0x30001 u32:4 u32:5\n" },
    { "windows-error", "inside a container",
      HEADER TAG(12) "u32:0x40010001 u32:8 u32:0x80030002 u32:0\n" },
    { "windows-record", "the trailer of a TPM 1.2",
      HEADER "0xFFFFFFFF EV_NO_ACTION u32:0xc0010004 u32:961 u8:1\n" },
    { "data-refused", "records of Windows that do not fit", HEADER TAG(12) COUNTER(7) " u8:1\n" },
    { "data-refused", "records of Windows as a boot loader's text",
      HEADER "13 EV_IPL" SWITCH(0x50002, 0) "\n" },
};

Test(windows, each_finding_is_made)
{
    for (size_t i = 0; i < sizeof found / sizeof *found; i++) {
        judge_text(found[i].log);
        cr_expect_geq(seen(&said, found[i].finding), 1, "%s: %s", found[i].finding, found[i].what);
    }
}

Test(windows, a_usual_start_gives_no_finding)
{
    judge_text(HEADER WINDOWS);
    cr_expect_eq(assay_findings_count(&said.findings, ASSAY_NOTE), 0, "%s",
                 said.findings.count > 0 ? said.findings.list[0].detail : "");
    judge_text(HEADER TAG(12) COUNTER(7) "\n" TAG(12) COUNTER(7) "\n" CLOSED);
    cr_expect_eq(assay_findings_count(&said.findings, ASSAY_NOTE), 0, "the same counter twice");
}

/* Firmware under Secure Boot that let a program with this signer run, and then `rest`. */
static boot *boot_signed_by(const char *name, const char *switch_line, const char *rest)
{
    enum { OWNER_SIZE = 16, HEX = 2 * 4096 };
    const struct attribute subject = { "CN", V_ASN1_UTF8STRING, assay_bytes_of_string(name) };
    const assay_bytes der = certificate_with(&subject, 1, "1", "20200101000000Z");
    char hex[HEX + 1] = "";
    static char text[4 * HEX];

    cr_assert_lt(2 * der.size, HEX);
    assay_hex_encode(hex, der);
    snprintf(text, sizeof text,
             HEADER VERSION "%s" KEYS SEPARATOR(7) CALLING SEPARATORS AUTHORITY DATABASE
             "u\"db\" hex:" OWNER "%s\n" IMAGE "%s" EXIT_CALL EXIT_GOOD,
             switch_line, hex, rest);
    return boot_of_text(text);
}

static const char production[] = "Microsoft Windows Production PCA 2011";

/* Judges a boot against the values that a TPM holds after exactly these events. */
static void judge_folded(const char *signer, const char *secure_boot, const char *rest)
{
    static verdict folded;
    boot *made = boot_signed_by(signer, secure_boot, rest);

    boot_judge(made, NULL, &folded);
    boot_judge(made, &folded.pcrs, &said);
    boot_free(&made);
}

static const char *const texts[][2] = {
    { "windows_boot", "started anew, boot counter 7" },
    { "windows_system", "\\W on a partition" },
    { "windows_bitlocker", "unlocked with TPM" },
    { "windows_code_integrity", "on" },
    { "windows_test_signing", "off" },
    { "windows_debugging", "off" },
    { "windows_mode", "normal" },
    { "windows_vbs", "hypervisor on, virtual secure mode on, code integrity in it on" },
    { "windows_dma_protection", "on" },
    { "windows_elam", "D" },
    { "windows_revocation_list", "of 2021-03-24T17:06:58Z, digest cafe" },
};

static void expect_all(enum assay_standing standing, const char *what)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const assay_fact *const fact = fact_of(&said, texts[i][0]);

        cr_assert_not_null(fact, "%s: %s", what, texts[i][0]);
        cr_expect_eq(fact->standing, standing, "%s: %s is %s", what, texts[i][0],
                     assay_standing_name(fact->standing));
        cr_expect_str_eq(fact->text, texts[i][1], "%s: %s", what, fact->text);
    }
}

Test(windows, facts_stand_when_windows_itself_was_verified)
{
    judge_folded(production, SECURE_BOOT_ON, WINDOWS);
    cr_expect_not(refused(&said));
    expect_all(ASSAY_STANDS, "all is well");
    judge_folded("Windows UEFI CA 2023", SECURE_BOOT_ON, WINDOWS);
    expect_all(ASSAY_STANDS, "the key of 2023");
}

Test(windows, facts_are_claims_when_something_else_may_have_measured)
{
    judge_folded("Microsoft Corporation UEFI CA 2011", SECURE_BOOT_ON, WINDOWS);
    expect_all(ASSAY_CLAIMED, "the key that signs shim");
    judge_folded(production, SECURE_BOOT_OFF, WINDOWS);
    expect_all(ASSAY_CLAIMED, "Secure Boot off");
}

Test(windows, facts_fall_with_the_pcr_that_says_who_was_verified)
{
    static verdict folded;
    boot *made = boot_signed_by(production, SECURE_BOOT_ON, WINDOWS);

    boot_judge(made, NULL, &folded);
    assay_pcrs_bank(&folded.pcrs, ASSAY_ALG_SHA256)->value[7][0] ^= 1;
    boot_judge(made, &folded.pcrs, &said);
    expect_all(ASSAY_CLAIMED, "PCR 7 differs");
    boot_free(&made);
}

static const struct {
    const char *what;
    const char *records;
    const char *fact;
    const char *text;
} settings[] = {
    { "resumed", TAG(12) COUNTER(9) EVENTS(512) TRANSFER(2) "\n", "windows_boot",
      "resumed from hibernation, boot counter 9, event counter 512" },
    { "programs disagree", TAG(12) SWITCH(0x50002, 1) SWITCH(0x50002, 0) "\n",
      "windows_code_integrity", "on in 1 of 2 boot programs" },
    { "nothing unlocked", TAG(12) UNLOCK(0) "\n", "windows_bitlocker", "no volume was unlocked" },
    { "a key handed on", TAG(12) UNLOCK(4) UNLOCK(1) "\n", "windows_bitlocker",
      "unlocked with TPM" },
    { "a key handed on alone", TAG(12) UNLOCK(1) "\n", "windows_bitlocker",
      "unlocked with cached key" },
    { "debugging", TAG(12) SWITCH(0x40001, 1) SWITCH(0x50001, 1) SWITCH(0x5000D, 1) "\n",
      "windows_debugging", "on: boot programs kernel hypervisor" },
    { "flight signing", TAG(12) SWITCH(0x50003, 0) SWITCH(0x50021, 1) "\n", "windows_test_signing",
      "off, but preview builds' keys count" },
    { "safe mode", TAG(12) SWITCH(0x50005, 1) SWITCH(0x50006, 0) "\n", "windows_mode",
      "safe mode" },
    { "Windows PE", TAG(12) SWITCH(0x50006, 1) "\n", "windows_mode", "Windows PE" },
    { "no hypervisor", TAG(12) NUMBER(0x5000A, 0) NUMBER(0x50012, 0) "\n", "windows_vbs",
      "off: no hypervisor was started" },
    { "a hypervisor alone", TAG(12) NUMBER(0x5000A, 1) NUMBER(0x50012, 0) "\n", "windows_vbs",
      "hypervisor on, virtual secure mode off, code integrity in it not stated" },
    { "a record after the separator does not count",
      TAG(12) SWITCH(0x50002, 0) "\n" CLOSED TAG(12) SWITCH(0x50002, 1) "\n",
      "windows_code_integrity", "off" },
};

Test(windows, settings_in_words)
{
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        char log[1024];

        snprintf(log, sizeof log, HEADER "%s", settings[i].records);
        judge_text(log);
        cr_assert_not_null(fact_of(&said, settings[i].fact), "%s", settings[i].what);
        cr_expect_str_eq(fact_of(&said, settings[i].fact)->text, settings[i].text, "%s",
                         settings[i].what);
    }
    judge_text(BOOT);
    cr_expect_null(fact_of(&said, "windows_boot"), "a boot without Windows");
}

/* Types are not measured: no event may become another and leave other facts. */
Test(windows, no_event_can_be_given_another_type)
{
    static verdict before, after;
    boot *made = boot_signed_by(production, SECURE_BOOT_ON, WINDOWS);

    boot_judge(made, NULL, &after);
    const assay_pcrs values = after.pcrs;
    boot_judge(made, &values, &before);
    for (size_t i = 0; i < made->count; i++) {
        const uint32_t type = made->events[i].type;
        const assay_event_type *row;

        for (size_t k = 0; (row = assay_event_type_at(k)) != NULL; k++) {
            made->events[i].type = row->value;
            boot_judge(made, &values, &after);
            cr_expect(refused(&after) || same_facts(&before, &after), "event %zu as %s", i,
                      row->name);
        }
        made->events[i].type = type;
    }
    boot_free(&made);
}

/*
 * TPMS_ATTEST (TPM 2.0 Part 2 section 10.12.12), big-endian, of PCR 0 and 1 of SHA-256 with
 * nothing measured: the digest is of 64 zeros, by sha1sum c8d7d0ef0eedfa82d2ea1aa592845b9a6d4b02b7.
 */
#define ATTEST(digest)                                                                             \
    "0xFFFFFFFF EV_NO_ACTION u32:0xc0010004 u32:87 u32:0x80080003 u32:4 u\"K\" u16:0"              \
    " u32:0x80080001 u32:67 hex:ff54434780180000"                                                  \
    "0000"                                                                                         \
    "0000000000000001"                                                                             \
    "00000002"                                                                                     \
    "00000003"                                                                                     \
    "01"                                                                                           \
    "0000000000000004"                                                                             \
    "00000001"                                                                                     \
    "000b"                                                                                         \
    "03"                                                                                           \
    "030000"                                                                                       \
    "0014" digest "\n"

Test(windows, a_quote_of_the_trailer_is_held_against_the_log)
{
    judge_text(HEADER TAG(12) COUNTER(7) "\n" ATTEST("c8d7d0ef0eedfa82d2ea1aa592845b9a6d4b02b7"));
    cr_assert_not_null(fact_of(&said, "windows_quote"));
    cr_expect_str_eq(fact_of(&said, "windows_quote")->text,
                     "a key named \"K\" signed PCR 0-1 (sha256) as this log has them");
    cr_expect_eq(fact_of(&said, "windows_quote")->standing, ASSAY_CLAIMED);
    judge_text(HEADER VERSION ATTEST("c8d7d0ef0eedfa82d2ea1aa592845b9a6d4b02b7"));
    cr_expect_eq(fact_of(&said, "windows_quote")->standing, ASSAY_UNKNOWN);
    judge_text("assay-log 1 sha1\n" ATTEST("c8d7d0ef0eedfa82d2ea1aa592845b9a6d4b02b7"));
    cr_expect_eq(fact_of(&said, "windows_quote")->standing, ASSAY_UNKNOWN);
}

/* Explanations: a log in the text form against what a TPM holds after another. */

static assay_explanation explanation;

/* The name of the explanation of a PCR; "" for none. */
static const char *explain(unsigned pcr, const char *log_text, const char *tpm_text)
{
    static assay_comparison comparison;
    static assay_findings findings;
    static assay_replay replay;
    assay_hashes *hashes = assay_hashes_new();
    boot *const tpm = boot_of_text(tpm_text);
    const char *name = "";
    assay_event event;
    assay_chain chain;
    assay_log log;

    boot_judge(tpm, NULL, &said);
    assay_findings_reset(&findings);
    cr_assert_eq(assay_log_open(&log, assay_bytes_of_string(log_text), NULL, &findings, NULL), 0);
    cr_assert_eq(assay_replay_begin(&replay, &log.header, hashes, NULL), 0);
    while (assay_log_next(&log, &event) > 0)
        cr_assert_eq(assay_replay_event(&replay, &event), 0);
    assay_compare(&replay, &said.pcrs, ASSAY_ALL_PCRS, &comparison);
    for (size_t i = 0; i < comparison.count; i++) {
        if (comparison.list[i].pcr != pcr)
            continue;
        cr_assert_eq(assay_chain_read(&chain, (const assay_log *const[]){ &log }, 1, hashes,
                                      comparison.list[i].alg, pcr),
                     0);
        const int result =
            assay_explain(&chain, &comparison, &comparison.list[i], &findings, &explanation);
        cr_assert_geq(result, 0);
        name = result > 0 ? explanation.name : name;
        assay_chain_free(&chain);
    }
    assay_log_close(&log);
    boot_free(&(boot *){ tpm });
    assay_hashes_free(&hashes);
    return name;
}

#define STARTED(boot, events)                                                                      \
    HEADER VERSION TAG(12) COUNTER(boot) EVENTS(events) TRANSFER(2) "\n" TAG(12)                   \
        UNLOCK(4) "\n" CLOSED
#define ZEROS "sha1:0000000000000000000000000000000000000000"

static const struct {
    const char *what;
    unsigned pcr;
    const char *log, *tpm;
    const char *name, *words;
} explained[] = {
    { "the next start", 12, STARTED(7, 512), STARTED(8, 768), "windows-start", "of boot 8" },
    { "an earlier start", 12, STARTED(70, 1024), STARTED(7, 256), "windows-start", "of boot 7" },
    { "a start without events", 12, STARTED(7, 512), STARTED(8, 512), "windows-start",
      "log is of boot 7" },
    { "a start too far away", 12, STARTED(7, 512), STARTED(72, 512), "windows-other-start",
      "different starts" },
    { "a log that Windows did not close", 12, HEADER VERSION TAG(12) UNLOCK(4) "\n",
      HEADER VERSION TAG(12) UNLOCK(2) "\n", "later-extends", "operating system" },
    { "a closed bank", 12, "assay-log 1 sha1\n" VERSION,
      "assay-log 1 sha1\n" VERSION "12 EV_IPL \"\" = " ZEROS "\n", "windows-cap", "zeros" },
    { "a closed bank with BitLocker's values", 11, "assay-log 1 sha1\n" VERSION,
      "assay-log 1 sha1\n" VERSION "11 EV_IPL \"\" = " ZEROS
      "\n11 EV_COMPACT_HASH u32:16\n11 EV_COMPACT_HASH u32:0xFFFF\n",
      "windows-cap", "BitLocker's values" },
    { "the same in another PCR", 10, "assay-log 1 sha1\n" VERSION,
      "assay-log 1 sha1\n" VERSION "10 EV_IPL \"\" = " ZEROS "\n10 EV_COMPACT_HASH u32:16\n", "",
      "" },
};

Test(windows, explanations)
{
    for (size_t i = 0; i < sizeof explained / sizeof *explained; i++) {
        const char *const name = explain(explained[i].pcr, explained[i].log, explained[i].tpm);

        cr_expect_str_eq(name, explained[i].name, "%s: %s", explained[i].what, name);
        if (name[0] != '\0')
            cr_expect_not_null(strstr(explanation.text, explained[i].words), "%s: %s",
                               explained[i].what, explanation.text);
    }
}
