/* SPDX-License-Identifier: BSD-2-Clause */
/* replay/datacheck.h: which bytes which program hashed, and never more than that. */
#include <criterion/criterion.h>
#include <glob.h>
#include <openssl/evp.h>

#include "base/file.h"
#include "eventlog/log.h"
#include "eventlog/types.h"
#include "replay/datacheck.h"

static assay_hashes *hashes;

static void make_hashes(void)
{
    hashes = assay_hashes_new();
}

static void free_hashes(void)
{
    assay_hashes_free(&hashes);
}

TestSuite(datacheck, .init = make_hashes, .fini = free_hashes);

/* An event whose digests libcrypto makes of `measured`, without the code under test. */
struct made {
    assay_event event;
    uint8_t sha1[20], sha256[32];
};

static void make_event(struct made *made, uint32_t type, assay_bytes data, assay_bytes measured)
{
    size_t size;

    cr_assert(EVP_Q_digest(NULL, "SHA1", NULL, measured.data, measured.size, made->sha1, &size));
    cr_assert(
        EVP_Q_digest(NULL, "SHA256", NULL, measured.data, measured.size, made->sha256, &size));
    made->event = (assay_event){ .pcr_index = 1, .type = type, .data = data, .digest_count = 2 };
    made->event.digests[0] =
        (assay_event_digest){ ASSAY_ALG_SHA1, assay_bytes_of(made->sha1, sizeof made->sha1) };
    made->event.digests[1] =
        (assay_event_digest){ ASSAY_ALG_SHA256, assay_bytes_of(made->sha256, sizeof made->sha256) };
}

static assay_datacheck check(const assay_event *event)
{
    assay_payload payload;
    assay_datacheck result;

    assay_payload_decode(event, &payload);
    cr_assert_eq(assay_datacheck_event(hashes, event, &payload, &result), 0);
    cr_expect_eq(result.rule != NULL, result.outcome == ASSAY_VERIFIED);
    cr_expect_eq(result.reason == NULL, result.outcome == ASSAY_VERIFIED);
    return result;
}

#define DATA(literal) literal, sizeof(literal) - 1
#define GUID_BYTES "\x61\xdf\xe4\x8b\xca\x93\xd2\x11\xaa\x0d\x00\xe0\x98\x03\x2b\x8c"
/* UEFI_VARIABLE_DATA: a name of two characters, three bytes of data */
#define VARIABLE                                                                                   \
    GUID_BYTES "\x02\0\0\0\0\0\0\0"                                                                \
               "\x03\0\0\0\0\0\0\0"                                                                \
               "d\0b\0"                                                                            \
               "xyz"
#define TAG                                                                                        \
    "\xdb\xd6\xae\x13"                                                                             \
    "\x04\0\0\0"                                                                                   \
    "1\0\0\0"

static const struct {
    const char *who;
    uint32_t type;
    const char *data;
    size_t data_size;
    const char *measured;
    size_t measured_size;
    const char *rule;
} verified[] = {
    { "firmware", EV_EFI_ACTION, DATA("Exit Boot Services Invocation"),
      DATA("Exit Boot Services Invocation"), "whole data" },
    { "firmware", EV_SEPARATOR, DATA("\0\0\0\0"), DATA("\0\0\0\0"), "whole data" },
    { "firmware that failed", EV_SEPARATOR, DATA("\x01\0\0\0"), DATA("\x01\0\0\0"), "whole data" },
    { "Windows", EV_SEPARATOR, DATA("WBCL"), DATA("WBCL"), "whole data" },
    { "firmware", EV_S_CRTM_VERSION, DATA("1\0\0\0"), DATA("1\0\0\0"), "whole data" },
    { "firmware", EV_EFI_VARIABLE_DRIVER_CONFIG, DATA(VARIABLE), DATA(VARIABLE), "whole data" },
    { "a Lenovo of 2013", EV_EFI_VARIABLE_DRIVER_CONFIG, DATA(VARIABLE), DATA("xyz"),
      "VariableData only" },
    { "EDK II", EV_EFI_VARIABLE_BOOT, DATA(VARIABLE), DATA("xyz"), "VariableData only" },
    { "others", EV_EFI_VARIABLE_BOOT, DATA(VARIABLE), DATA(VARIABLE), "whole data" },
    { "firmware", EV_EFI_VARIABLE_AUTHORITY, DATA(VARIABLE), DATA(VARIABLE), "whole data" },
    { "shim before 15", EV_EFI_VARIABLE_AUTHORITY, DATA(VARIABLE "\0\0\0\0\0\xaf"),
      DATA(VARIABLE "\0\0\0\0\0"), "all but a stray last byte" },
    { "shim", EV_EFI_VARIABLE_AUTHORITY, DATA(VARIABLE), DATA("xyz"), "VariableData only" },
    { "Windows", EV_EVENT_TAG, DATA(TAG), DATA(TAG), "whole data" },
    { "systemd-stub", EV_EVENT_TAG, DATA(TAG), DATA("1\0\0\0"), "tagged data only" },
    { "GRUB 2.06", EV_IPL, DATA("grub_cmd: [  ]\0"), DATA("[  ]"), "text without prefix and NUL" },
    { "GRUB 2.06", EV_IPL, DATA("kernel_cmdline: /vmlinuz\0"), DATA("/vmlinuz"),
      "text without prefix and NUL" },
    { "GRUB 2.06", EV_IPL, DATA("module_cmdline: /m a\0"), DATA("/m a"),
      "text without prefix and NUL" },
    { "GRUB of Fedora", EV_IPL, DATA("grub_cmd blscfg\0"), DATA("blscfg\0"),
      "text without prefix, with NUL" },
    { "GRUB of Alibaba", EV_IPL, DATA("grub_cmd blscfg\0u"), DATA("blscfg\0"),
      "text without prefix, with NUL" },
    { "GRUB of Fedora", EV_IPL, DATA("grub_kernel_cmdline /vmlinuz\0"), DATA("/vmlinuz"),
      "text without prefix and NUL" },
    { "systemd-stub", EV_IPL, DATA(".\0l\0i\0n\0u\0x\0\0\0"), DATA(".linux\0"),
      "section name in ASCII with NUL" },
    { "systemd-boot", EV_IPL, DATA("r\0o\0\0\0"), DATA("r\0o\0\0\0"), "UTF-16 text with NUL" },
    { "systemd-boot before 251", EV_IPL, DATA("r\0o\0\0"), DATA("r\0o\0\0\0"),
      "UTF-16 text with NUL" },
    { "an unknown loader", EV_IPL, DATA("MBR"), DATA("MBR"), "whole data" },
    { "firmware", EV_COMPACT_HASH, DATA("\x10\0\0\0"), DATA("\x10\0\0\0"), "whole data" },
    { "a type without a name", 0x8402, DATA("abc"), DATA("abc"), "whole data" },
    { "SINIT", TXT_EVTYPE_LCP_CONTROL_HASH, DATA("\0\0\0\0"), DATA("\0\0\0\0"), "whole data" },
    { "SINIT", TXT_EVTYPE_HASH_START, DATA("0123456789"), DATA("0123456789"), "whole data" },
};

Test(datacheck, each_program_by_its_own_rule)
{
    for (size_t i = 0; i < sizeof verified / sizeof *verified; i++) {
        struct made made;

        make_event(&made, verified[i].type, assay_bytes_of(verified[i].data, verified[i].data_size),
                   assay_bytes_of(verified[i].measured, verified[i].measured_size));
        const assay_datacheck result = check(&made.event);
        cr_assert_eq(result.outcome, ASSAY_VERIFIED, "row %zu, %s: %s", i, verified[i].who,
                     result.reason);
        cr_expect_str_eq(result.rule, verified[i].rule, "row %zu", i);
        cr_expect_eq(result.alg, 0);
    }
}

/* TXT SDG 1.10.1.1: HASH_START may show what PCR 17 became, H(zeros | H(data)). */
Test(datacheck, hash_start_as_the_value_of_the_register)
{
    static const assay_bytes data = ASSAY_LITERAL("36 bytes: SINIT's hash and EDX");
    uint8_t both[64] = { 0 };
    struct made made;
    size_t size;

    make_event(&made, TXT_EVTYPE_HASH_START, data, data);
    memcpy(both + 32, made.sha256, 32);
    cr_assert(EVP_Q_digest(NULL, "SHA256", NULL, both, 64, made.sha256, &size));
    memset(both, 0, sizeof both);
    memcpy(both + 20, made.sha1, 20);
    cr_assert(EVP_Q_digest(NULL, "SHA1", NULL, both, 40, made.sha1, &size));
    const assay_datacheck result = check(&made.event);

    cr_assert_eq(result.outcome, ASSAY_VERIFIED);
    cr_expect_str_eq(result.rule, "PCR 17 after extending the data");
}

static const struct {
    const char *why;
    uint32_t type;
    const char *data;
    size_t size;
    enum assay_outcome outcome;
} elsewhere[] = {
    { "an action is its text", EV_EFI_ACTION, DATA("x"), ASSAY_CONTRADICTED },
    { "a separator is its value", EV_SEPARATOR, DATA("\0\0\0\0"), ASSAY_CONTRADICTED },
    { "a partition table is all of it", EV_EFI_GPT_EVENT, DATA("x"), ASSAY_CONTRADICTED },
    { "a variable is all of it or its data", EV_EFI_VARIABLE_DRIVER_CONFIG, DATA(VARIABLE),
      ASSAY_CONTRADICTED },
    { "a boot variable likewise", EV_EFI_VARIABLE_BOOT, DATA(VARIABLE), ASSAY_CONTRADICTED },
    { "an authority likewise", EV_EFI_VARIABLE_AUTHORITY, DATA(VARIABLE), ASSAY_CONTRADICTED },
    { "GRUB always hashes its commands", EV_IPL, DATA("grub_cmd: x\0"), ASSAY_CONTRADICTED },
    { "SINIT always hashes its data", TXT_EVTYPE_NV_INFO_HASH, DATA("x"), ASSAY_CONTRADICTED },
    { "SINIT logs the MLE without data", TXT_EVTYPE_MLE_HASH, DATA(""), ASSAY_NOT_CHECKABLE },
    { "where there is no data", TXT_EVTYPE_STM_HASH, DATA(""), ASSAY_NOT_CHECKABLE },
    { "a hash start without data", TXT_EVTYPE_HASH_START, DATA(""), ASSAY_NOT_CHECKABLE },
    { "tboot logs digests alone", TB_EVTYPE_HASH, DATA(""), ASSAY_NOT_CHECKABLE },
    { "a variable whose data the log cuts off", EV_EFI_VARIABLE_DRIVER_CONFIG, VARIABLE,
      sizeof VARIABLE - 2, ASSAY_NOT_CHECKABLE },
    { "an image is elsewhere", EV_EFI_BOOT_SERVICES_APPLICATION, DATA("x"), ASSAY_NOT_CHECKABLE },
    { "firmware is elsewhere", EV_EFI_PLATFORM_FIRMWARE_BLOB, DATA("0123456789abcdef"),
      ASSAY_NOT_CHECKABLE },
    { "a file is elsewhere", EV_IPL, DATA("/vmlinuz\0"), ASSAY_NOT_CHECKABLE },
    { "a section's contents are elsewhere", EV_IPL, DATA(".\0l\0i\0n\0u\0x\0\0\0"),
      ASSAY_NOT_CHECKABLE },
    { "shim's list is elsewhere", EV_IPL, DATA("MokList\0"), ASSAY_NOT_CHECKABLE },
    { "an initrd is elsewhere", EV_EVENT_TAG,
      DATA("\xec\x22\x3b\x8f"
           "\x01\0\0\0"
           "x"),
      ASSAY_NOT_CHECKABLE },
    { "some firmware hashes another version", EV_S_CRTM_VERSION, DATA("1\0\0\0"),
      ASSAY_NOT_CHECKABLE },
    { "H-CRTM is code", EV_EFI_HCRTM_EVENT, DATA("HCRTM"), ASSAY_NOT_CHECKABLE },
    { "a type without a name", 0x8402, DATA("abc"), ASSAY_NOT_CHECKABLE },
};

Test(datacheck, contradicted_only_where_the_digest_always_covers_the_data)
{
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        struct made made;

        make_event(&made, elsewhere[i].type, assay_bytes_of(elsewhere[i].data, elsewhere[i].size),
                   ASSAY_LITERAL("something else"));
        const assay_datacheck result = check(&made.event);
        cr_expect_eq(result.outcome, elsewhere[i].outcome, "%s: %s", elsewhere[i].why,
                     assay_outcome_name(result.outcome));
    }
}

Test(datacheck, what_extends_nothing_is_not_checked)
{
    struct made made;

    make_event(&made, EV_NO_ACTION, ASSAY_LITERAL("x"), ASSAY_LITERAL("x"));
    cr_expect_str_eq(check(&made.event).reason, "the event extends nothing");
    make_event(&made, EV_EFI_ACTION, ASSAY_LITERAL("x"), ASSAY_LITERAL("y"));
    made.event.pcr_index = 24;
    cr_expect_str_eq(check(&made.event).reason, "the event extends nothing");
    made.event.pcr_index = UINT32_MAX;
    cr_expect_str_eq(check(&made.event).reason, "the event extends nothing");
    made.event.pcr_index = 23;
    cr_expect_eq(check(&made.event).outcome, ASSAY_CONTRADICTED);
}

/* The banks of one event, which need not agree. */

Test(datacheck, a_bank_that_disagrees_is_named)
{
    struct made made;

    make_event(&made, EV_EFI_ACTION, ASSAY_LITERAL("x"), ASSAY_LITERAL("x"));
    made.sha256[31] ^= 1;
    cr_expect_eq(check(&made.event).outcome, ASSAY_CONTRADICTED);
    cr_expect_eq(check(&made.event).alg, ASSAY_ALG_SHA256);
    made.sha1[0] ^= 1;
    cr_expect_eq(check(&made.event).alg, ASSAY_ALG_SHA1);
}

Test(datacheck, one_bank_that_follows_convicts_the_other_even_where_data_may_be_elsewhere)
{
    struct made made;

    make_event(&made, EV_COMPACT_HASH, ASSAY_LITERAL("x"), ASSAY_LITERAL("x"));
    made.sha256[0] ^= 0x80;
    const assay_datacheck result = check(&made.event);

    cr_expect_eq(result.outcome, ASSAY_CONTRADICTED);
    cr_expect_eq(result.alg, ASSAY_ALG_SHA256);
    cr_expect_str_eq(result.reason, "one bank's digest follows from the data, another's does not");
}

Test(datacheck, a_digest_of_zeros_is_no_verdict)
{
    struct made made;

    make_event(&made, EV_EFI_ACTION, ASSAY_LITERAL("x"), ASSAY_LITERAL("x"));
    memset(made.sha256, 0, sizeof made.sha256);
    cr_expect_eq(check(&made.event).outcome, ASSAY_NOT_CHECKABLE);
    memset(made.sha1, 0, sizeof made.sha1);
    cr_expect_eq(check(&made.event).outcome, ASSAY_NOT_CHECKABLE);
    cr_expect_str_eq(check(&made.event).reason, "a digest of zeros: that bank was not measured");
}

Test(datacheck, digests_that_cannot_be_computed_decide_nothing)
{
    struct made made;

    make_event(&made, EV_EFI_ACTION, ASSAY_LITERAL("x"), ASSAY_LITERAL("x"));
    made.event.digests[0].alg = 0x7777;
    cr_expect_eq(check(&made.event).outcome, ASSAY_VERIFIED, "the other bank suffices");
    made.event.digests[1].value.size = 31;
    cr_expect_eq(check(&made.event).outcome, ASSAY_NOT_CHECKABLE);
    made.event.digest_count = 0;
    cr_expect_eq(check(&made.event).outcome, ASSAY_NOT_CHECKABLE);
    cr_expect_eq(check(&made.event).alg, 0);
}

Test(datacheck, the_order_of_the_banks_does_not_matter)
{
    struct made made;

    make_event(&made, EV_EFI_ACTION, ASSAY_LITERAL("x"), ASSAY_LITERAL("x"));
    const assay_event_digest first = made.event.digests[0];
    made.event.digests[0] = made.event.digests[1];
    made.event.digests[1] = first;
    cr_expect_eq(check(&made.event).outcome, ASSAY_VERIFIED);
    made.sha256[0] ^= 1;
    cr_expect_eq(check(&made.event).alg, ASSAY_ALG_SHA256);
}

Test(datacheck, findings_for_what_is_wrong_and_for_nothing_else)
{
    static assay_findings findings;
    struct made made;

    assay_findings_reset(&findings);
    make_event(&made, EV_EFI_ACTION, ASSAY_LITERAL("x"), ASSAY_LITERAL("x"));
    assay_datacheck result = check(&made.event);
    assay_datacheck_note(&made.event, &result, &findings);
    make_event(&made, EV_IPL, ASSAY_LITERAL("/vmlinuz"), ASSAY_LITERAL("x"));
    result = check(&made.event);
    assay_datacheck_note(&made.event, &result, &findings);
    cr_expect_eq(findings.count, 0);
    make_event(&made, EV_S_CRTM_VERSION, ASSAY_LITERAL("1\0\0"), ASSAY_LITERAL("x"));
    result = check(&made.event);
    assay_datacheck_note(&made.event, &result, &findings);
    cr_assert_eq(findings.count, 1);
    cr_expect_eq(findings.list[0].code, ASSAY_FINDING_VERSION_DIGEST);
    cr_expect_eq(assay_findings_count(&findings, ASSAY_ERROR), 0);
    make_event(&made, EV_EFI_ACTION, ASSAY_LITERAL("x"), ASSAY_LITERAL("y"));
    made.event.number = 7;
    result = check(&made.event);
    assay_datacheck_note(&made.event, &result, &findings);
    cr_assert_eq(findings.count, 2);
    cr_expect_eq(findings.list[1].code, ASSAY_FINDING_DATA_CONTRADICTED);
    cr_expect_eq(findings.list[1].event, 7);
    cr_expect_str_eq(findings.list[1].detail,
                     "the digest does not follow from the data (sha1 bank)");
    cr_expect_eq(assay_findings_count(&findings, ASSAY_ERROR), 1);
}

Test(datacheck, outcomes_have_names)
{
    cr_expect_str_eq(assay_outcome_name(ASSAY_VERIFIED), "verified");
    cr_expect_str_eq(assay_outcome_name(ASSAY_CONTRADICTED), "contradicted");
    cr_expect_str_eq(assay_outcome_name(ASSAY_NOT_CHECKABLE), "not checkable");
}

/* Recorded boots, and real logs where they are at hand. */

/* Calls `each` for every event of every log that `pattern` finds; how many logs those were. */
static size_t for_each_event(const char *pattern, void (*each)(const assay_event *event))
{
    glob_t found;
    size_t logs = 0;

    if (glob(pattern, 0, NULL, &found) != 0)
        return 0;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        assay_file file;
        assay_log log;
        assay_event event;

        cr_assert_eq(assay_file_read(&file, found.gl_pathv[i], 1 << 28, NULL), 0);
        if (assay_log_open(&log, file.bytes, NULL, NULL, NULL) == 0) {
            while (assay_log_next(&log, &event) > 0)
                each(&event);
            assay_log_close(&log);
            logs++;
        }
        assay_file_close(&file);
    }
    globfree(&found);
    return logs;
}

static size_t tally[3];

static void count_outcome(const assay_event *event)
{
    tally[check(event).outcome]++;
}

Test(datacheck, no_recorded_boot_and_no_real_log_is_contradicted)
{
    cr_expect_gt(for_each_event("fixtures/machines/*/eventlog.bin", count_outcome), 0);
    for_each_event("../shared/boots/*/eventlog.bin", count_outcome);
    for_each_event("../shared/corpus/tcg12/*.bin", count_outcome);
    for_each_event("../shared/corpus/tcg20/*.bin", count_outcome);
    for_each_event("../shared/corpus/windows/*.bin", count_outcome);
    for_each_event("../shared/corpus/ccel/*.bin", count_outcome);
    cr_expect_eq(tally[ASSAY_CONTRADICTED], 0);
    cr_expect_gt(tally[ASSAY_VERIFIED], 2 * tally[ASSAY_NOT_CHECKABLE]);
}

Test(datacheck, the_one_altered_event_of_an_altered_log_is_found)
{
    if (for_each_event("../shared/corpus/malformed/hirs-tpmlog-altered.bin", count_outcome) == 1)
        cr_expect_eq(tally[ASSAY_CONTRADICTED], 1);
}

/* Whether the digest is of a run of the data's bytes, perhaps in ASCII, perhaps with a NUL. */

static bool is_sha256_of(const uint8_t *digest, const uint8_t *bytes, size_t size)
{
    uint8_t computed[32];
    size_t length;

    cr_assert(EVP_Q_digest(NULL, "SHA256", NULL, bytes, size, computed, &length));
    return memcmp(computed, digest, sizeof computed) == 0;
}

/* What each rule's name promises, done without the code under test. */
static bool promise_kept(const char *rule, const assay_event *event)
{
    const uint8_t *const data = event->data.data;
    const size_t size = event->data.size;
    const uint8_t *const digest = assay_event_digest_of(event, ASSAY_ALG_SHA256).data;
    uint8_t other[4096] = { 0 };

    if (strcmp(rule, "whole data") == 0)
        return is_sha256_of(digest, data, size);
    if (strcmp(rule, "all but a stray last byte") == 0)
        return is_sha256_of(digest, data, size - 1);
    if (strcmp(rule, "VariableData only") == 0) {
        const size_t name = data[16] + 256u * data[17], value = data[24] + 256u * data[25];

        return is_sha256_of(digest, data + 32 + 2 * name, value);
    }
    if (strcmp(rule, "tagged data only") == 0)
        return is_sha256_of(digest, data + 8, size - 8);
    if (strcmp(rule, "text without prefix and NUL") == 0) {
        const uint8_t *const text = memchr(data, ' ', size) + 1;

        return is_sha256_of(digest, text,
                            strnlen((const char *)text, size - (size_t)(text - data)));
    }
    if (strcmp(rule, "section name in ASCII with NUL") == 0) {
        for (size_t i = 0; i + 1 < size; i += 2)
            other[i / 2] = data[i];
        return is_sha256_of(digest, other, size / 2);
    }
    if (strcmp(rule, "UTF-16 text with NUL") == 0) {
        memcpy(other, data, size);
        return is_sha256_of(digest, other, size + size % 2);
    }
    return false;
}

/* Every byte of small events, some of large ones; the event's data is put back. */
static void flip_bytes(const assay_event *event)
{
    uint8_t flipped[16384];
    assay_event changed = *event;
    const size_t step = event->data.size / 256 + 1;

    if (event->data.size > sizeof flipped || event->data.size == 0 ||
        assay_event_digest_of(event, ASSAY_ALG_SHA256).data == NULL)
        return;
    memcpy(flipped, event->data.data, event->data.size);
    changed.data.data = flipped;
    for (size_t i = 0; i < event->data.size; i += step) {
        for (int bit = 0; bit < 8; bit += 7) {
            flipped[i] ^= (uint8_t)(1 << bit);
            const assay_datacheck result = check(&changed);
            if (result.outcome == ASSAY_VERIFIED)
                cr_expect(promise_kept(result.rule, &changed), "event %u, byte %zu: %s",
                          event->number, i, result.rule);
            flipped[i] ^= (uint8_t)(1 << bit);
        }
    }
}

Test(datacheck, a_flipped_byte_is_verified_only_where_the_rule_leaves_it_out)
{
    cr_expect_gt(for_each_event("fixtures/machines/*/eventlog.bin", flip_bytes), 0);
    for_each_event("../shared/boots/[bcd][1-5]-*/eventlog.bin", flip_bytes);
}
