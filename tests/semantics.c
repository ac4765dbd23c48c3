/* SPDX-License-Identifier: BSD-2-Clause */
/* replay/semantics.h: each thing that is wrong with a boot is found, and nothing in a sound one. */
#include "eventlog/types.h"
#include "tests/boot.h"
#include "tests/boot_text.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static verdict said;

#define SAYS(string, type) "\"{\\\"string\\\":\\\"" string "\\\",\\\"eventType\\\":\\\"" type "\\\"}\""
#define OS_SEPARATOR_SAYS SAYS("os-separator", "os-separator")
#define OS_SEPARATOR(pcr) #pcr " systemd " OS_SEPARATOR_SAYS " = \"os-separator\"\n"

static void judge_text(const char *text)
{
    boot *made = boot_of_text(text);

    boot_judge(made, NULL, &said);
    boot_free(&made);
}

static void expect_nothing(const char *what)
{
    cr_expect_eq(assay_findings_count(&said.findings, ASSAY_WARNING), 0, "%s: %s", what,
                 said.findings.count > 0 ? said.findings.list[0].detail : "");
}

Test(semantics, sound_boots_give_no_finding)
{
    static const struct {
        const char *what;
        const char *log;
    } sound[] = {
        { "Secure Boot on", BOOT },
        { "Secure Boot off",
          HEADER VERSION SECURE_BOOT_OFF KEYS SEPARATOR(7) SEPARATORS IMAGE EXIT_CALL EXIT_GOOD },
        { "ones for separators",
          HEADER VERSION SECURE_BOOT_OFF KEYS "7 EV_SEPARATOR u32:0xFFFFFFFF\n" SEPARATORS IMAGE
              EXIT_CALL EXIT_GOOD },
        { "an authority for a driver, before the separator",
          HEADER VERSION SECURE_BOOT_ON KEYS DB_USED SEPARATOR(7) SEPARATORS EXIT_CALL EXIT_GOOD },
        { "variables of newer specifications",
          HEADER VERSION SECURE_BOOT_ON KEYS CONFIG DATABASE "u\"dbt\"\n" CONFIG GLOBAL
              "u\"AuditMode\" hex:00\n" CONFIG GLOBAL "u\"DeployedMode\" hex:01\n" SEPARATOR(7)
              SEPARATORS DB_USED EXIT_CALL EXIT_GOOD },
        { "conventional firmware with its boot code",
          HEADER SEPARATOR(0) SEPARATOR(1) SEPARATOR(4) SEPARATOR(5)
              "4 EV_ACTION \"Calling INT 19h\"\n4 EV_IPL \"MBR\" = \"code\"\n" },
        { "an H-CRTM first",
          HEADER "0 EV_EFI_HCRTM_EVENT \"HCRTM\" = \"firmware\"\n" VERSION SECURE_BOOT_ON KEYS
          SEPARATOR(7) SEPARATORS DB_USED EXIT_CALL EXIT_GOOD },
        { "Windows",
          HEADER "11 EV_COMPACT_HASH u32:16\n12 EV_SEPARATOR \"WBCL\"\n" },
        { "a dynamic launch", LAUNCH },
        { "systemd's phases and IMA's entries",
          HEADER "11 systemd \"enter-initrd\"\n10 ima_template \"ima-ng\" u32:0 u32:0\n" },
        /* As systemd-pcrextend of systemd 262 logs what its systemd-pcrosseparator.service does. */
        { "systemd's separator behind the firmware", BOOT OS_SEPARATOR(0) OS_SEPARATOR(7) },
    };

    for (size_t i = 0; i < sizeof sound / sizeof *sound; i++) {
        judge_text(sound[i].log);
        expect_nothing(sound[i].what);
    }
}

/* Each finding, and a log that has it and is otherwise as sound as it can be. */
static const struct {
    const char *finding;
    const char *what;
    const char *log;
} found[] = {
    { "event-retyped", "a separator called something else",
      HEADER VERSION SECURE_BOOT_ON KEYS "7 EV_EFI_VARIABLE_AUTHORITY u32:0\n" },
    { "event-retyped", "a separator's digest under other data",
      HEADER "4 EV_EFI_BOOT_SERVICES_APPLICATION \"x\" = u32:0\n" },
    { "event-retyped", "an action of the firmware under another type",
      HEADER "5 EV_EFI_GPT_EVENT \"Exit Boot Services Invocation\"\n" },
    { "event-retyped", "a variable called an image",
      HEADER "7 EV_EFI_BOOT_SERVICES_DRIVER " GLOBAL "u\"SecureBoot\" hex:01\n" },
    { "event-retyped", "the platform key as an authority",
      HEADER AUTHORITY GLOBAL "u\"PK\" " LIST "\n" },
    { "event-retyped", "zeros for a digest",
      HEADER "0 EV_POST_CODE \"x\" = sha256:"
             "0000000000000000000000000000000000000000000000000000000000000000\n" },
    { "event-retyped", "an H-CRTM under another type",
      HEADER "0 EV_POST_CODE \"HCRTM\" = \"firmware\"\n" },
    { "event-retyped", "tboot's policy under another type",
      HEADER "17 SL_EVTYPE_SECURE_LAUNCH = sha256:" TBOOT_DIGEST "\n" },
    { "type-refused", "an event of the policy called systemd's",
      HEADER "7 systemd \"x\" = u32:0\n" },
    { "type-refused", "an event of the policy called systemd's separator",
      HEADER "7 systemd " OS_SEPARATOR_SAYS " = u32:0\n" },
    { "type-refused", "another word of systemd's among the policy",
      HEADER "7 systemd " SAYS("os-separator", "phase") " = \"os-separator\"\n" },
    { "type-refused", "another word called systemd's separator",
      HEADER "7 systemd " SAYS("ready", "os-separator") " = \"ready\"\n" },
    { "type-refused", "an event of the firmware called IMA's",
      HEADER "0 ima_template \"ima-ng\" u32:0 u32:0\n" },
    { "type-refused", "an unknown type among the policy", HEADER "7 0x8401 \"x\"\n" },
    { "type-refused", "a boot loader's text in PCR 7", HEADER "7 EV_IPL \"x\"\n" },
    { "type-refused", "conventional boot code after UEFI's events",
      HEADER CALLING "4 EV_IPL \"MBR\" = \"code\"\n" },
    { "type-refused", "Windows and systemd in one PCR 11",
      HEADER "11 EV_COMPACT_HASH u32:16\n11 EV_IPL u\".linux\" hex:0000 = \".linux\" u8:0\n" },
    { "type-refused", "a device's policy that is none",
      HEADER "7 EV_EFI_SPDM_DEVICE_POLICY " GLOBAL "u\"SecureBoot\" hex:01\n" },
    { "type-refused", "a stranger among SINIT's records",
      HEADER SINIT17 "17 0x8401 \"x\"\n" MLE SINIT18 },
    { "type-refused", "a remark of a launch in a PCR of the firmware",
      HEADER "0 SL_EVTYPE_START\n" },
    { "type-unexpected", "a firmware version in PCR 1", HEADER "1 EV_S_CRTM_VERSION \"1.0\"\n" },
    { "type-unknown", "a vendor's type", HEADER "0 0x8401 \"x\"\n" },
    { "data-refused", "an authority that is no variable", HEADER AUTHORITY "\"x\"\n" },
    { "data-refused", "a tag of Linux as a boot loader's text",
      HEADER "9 EV_IPL u32:0x8f3b22ec u32:13 \"Linux initrd\" u8:0 = \"initrd\"\n" },
    { "no-action-digest", "a measured event called a remark",
      HEADER "0 EV_NO_ACTION \"x\" = sha256:" HASH "\n" },
    { "hcrtm-misplaced", "an H-CRTM after another event",
      HEADER VERSION "0 EV_EFI_HCRTM_EVENT \"HCRTM\" = \"firmware\"\n" },
    { "hcrtm-misplaced", "an H-CRTM in PCR 1",
      HEADER "1 EV_EFI_HCRTM_EVENT \"HCRTM\" = \"firmware\"\n" },
    { "hcrtm-misplaced", "an H-CRTM that does not say so",
      HEADER "0 EV_EFI_HCRTM_EVENT \"x\" = \"firmware\"\n" },
    { "separator-missing", "none in PCR 0", HEADER VERSION SEPARATOR(1) },
    { "separator-missing", "none in PCR 7", HEADER SECURE_BOOT_OFF KEYS SEPARATOR(0) },
    { "separator-none", "none but that of PCR 7",
      HEADER VERSION SECURE_BOOT_OFF KEYS SEPARATOR(7) },
    { "separator-duplicate", "two in PCR 0", HEADER VERSION SEPARATOR(0) SEPARATOR(0) },
    { "separator-error", "the firmware reports one", HEADER "0 EV_SEPARATOR u32:1\n" },
    { "separator-odd", "text", HEADER "0 EV_SEPARATOR \"text\"\n" },
    { "separator-odd", "a variable called a separator",
      HEADER "7 EV_SEPARATOR " GLOBAL "u\"SecureBoot\" hex:01\n" },
    { "variable-duplicate", "SecureBoot twice", HEADER SECURE_BOOT_ON SECURE_BOOT_OFF },
    { "variable-late", "SecureBoot after the separator", HEADER SEPARATOR(7) SECURE_BOOT_ON },
    { "variable-lookalike", "another vendor's SecureBoot",
      HEADER CONFIG DATABASE "u\"SecureBoot\" hex:01\n" },
    { "variable-lookalike", "another case", HEADER CONFIG GLOBAL "u\"secureboot\" hex:01\n" },
    { "variable-lookalike", "a NUL behind the name",
      /* UEFI_VARIABLE_DATA by hand: GUID, 3 characters, 1 byte, "PK" and a NUL, the byte. */
      HEADER CONFIG "guid:8be4df61-93ca-11d2-aa0d-00e098032b8c u64:3 u64:1 u\"PK\" u16:0 u8:1\n" },
    { "variable-lookalike", "a letter of another alphabet (U+0435 for e)",
      HEADER CONFIG GLOBAL "u\"S\\u0435cureBoot\" hex:01\n" },
    { "variable-name-unmeasured", "the digest of the value alone",
      HEADER CONFIG GLOBAL "u\"SecureBoot\" hex:01 = hex:01\n" },
    { "variable-name", "half a surrogate pair",
      HEADER "1 EV_EFI_VARIABLE_BOOT guid:8be4df61-93ca-11d2-aa0d-00e098032b8c u64:1 u64:1 "
             "u16:0xD800 u8:1\n" },
    { "variable-name", "no name",
      HEADER "1 EV_EFI_VARIABLE_BOOT guid:8be4df61-93ca-11d2-aa0d-00e098032b8c "
             "u64:0 u64:1 u8:1\n" },
    { "secure-boot-incomplete", "no dbx", HEADER SECURE_BOOT_OFF PK KEK DB SEPARATOR(7) },
    { "secure-boot-value", "two", HEADER CONFIG GLOBAL "u\"SecureBoot\" hex:02\n" },
    { "secure-boot-without-pk", "on, and no platform key",
      HEADER SECURE_BOOT_ON CONFIG GLOBAL "u\"PK\"\n" KEK DB DBX SEPARATOR(7) },
    { "secure-boot-without-authority", "on, and nothing verified",
      HEADER SECURE_BOOT_ON KEYS SEPARATOR(7) },
    { "debug-mode", "the firmware's word", HEADER "7 EV_EFI_ACTION \"UEFI Debug Mode\"\n" },
    { "dma-protection-disabled", "the firmware's word",
      HEADER "7 EV_EFI_ACTION \"DMA Protection Disabled\"\n" },
    { "crtm-version", "none", HEADER "0 EV_EFI_PLATFORM_FIRMWARE_BLOB u64:1 u64:2 = \"x\"\n" },
    { "crtm-version", "twice the same", HEADER VERSION VERSION },
    { "crtm-version-conflict", "two", HEADER VERSION "0 EV_S_CRTM_VERSION u\"2.0\" hex:0000\n" },
    { "crtm-version-conflict", "hidden under another type",
      HEADER "0 EV_POST_CODE u\"1.0\" hex:0000\n" CALLING },
    { "exit-boot-services-missing", "no call", HEADER CALLING SEPARATOR(5) },
    { "exit-boot-services-repeated", "two calls",
      HEADER CALLING EXIT_CALL EXIT_GOOD EXIT_CALL EXIT_GOOD },
    { "exit-boot-services-failed", "a call without an end", HEADER CALLING EXIT_CALL },
    { "exit-boot-services-failed", "a failure, then success",
      HEADER CALLING EXIT_CALL EXIT_BAD EXIT_CALL EXIT_GOOD },
    { "bank-downgrade", "an event without SHA-256",
      "assay-log 1 sha1 sha256\n" VERSION "4 EV_EFI_ACTION \"x\" = sha1\n" },
    { "bank-weak", "SHA-1 alone", "assay-log 1 sha1\n" VERSION },
    { "launch-records", "one twice", HEADER SINIT17 MLE MLE SINIT18 },
    { "launch-records", "no hash of what was launched", HEADER SINIT17 SINIT18 },
    { "launch-records", "one in the other PCR",
      HEADER SINIT17 MLE SINIT18 "18 TXT_EVTYPE_STM_HASH u8:0\n" },
    { "launch-records", "tboot's with data",
      HEADER SINIT17 MLE SINIT18 "17 TB_EVTYPE_HASH \"x\"\n" },
    { "launch-records", "what was launched, before the policy", HEADER MLE SINIT17 SINIT18 },
    { "launch-records", "SINIT's after tboot's",
      HEADER SINIT17 TBOOT MLE SINIT18 },
};

Test(semantics, each_finding_is_made)
{
    for (size_t i = 0; i < sizeof found / sizeof *found; i++) {
        judge_text(found[i].log);
        cr_expect_geq(seen(&said, found[i].finding), 1, "%s: %s", found[i].finding, found[i].what);
    }
}

Test(semantics, an_error_breaks_its_pcr_and_no_other)
{
    boot *made = boot_of_text(HEADER VERSION SEPARATOR(0) SEPARATOR(0) SECURE_BOOT_OFF KEYS
                                  SEPARATOR(7));
    boot_judge(made, NULL, &said);
    boot_free(&made);
    cr_expect_eq(fact_of(&said, "firmware_version")->standing, ASSAY_UNKNOWN);
    cr_expect_eq(fact_of(&said, "secure_boot")->standing, ASSAY_CLAIMED);
}

Test(semantics, a_digest_of_an_error_names_it_whatever_the_data_say)
{
    /* PFP 1.06 section 10.4.1: the event may hold what went wrong, the digest is of one. */
    judge_text(HEADER "0 EV_SEPARATOR \"out of resources\" = u32:1\n");
    cr_expect_eq(seen(&said, "separator-error"), 1);
}

#define REGISTERS "assay-log 1 sha384\nmeasurement-registers\n"
#define REGISTER_POLICY                                                                            \
    "1 EV_EFI_VARIABLE_DRIVER_CONFIG " GLOBAL "u\"SecureBoot\" hex:00\n"                          \
    "1 EV_EFI_VARIABLE_DRIVER_CONFIG " GLOBAL "u\"PK\"\n"                                         \
    "1 EV_EFI_VARIABLE_DRIVER_CONFIG " GLOBAL "u\"KEK\"\n"                                        \
    "1 EV_EFI_VARIABLE_DRIVER_CONFIG " DATABASE "u\"db\"\n"                                       \
    "1 EV_EFI_VARIABLE_DRIVER_CONFIG " DATABASE "u\"dbx\"\n" SEPARATOR(1)
#define REGISTER_BOOT_ORDER "1 EV_EFI_VARIABLE_BOOT " GLOBAL "u\"BootOrder\" u16:1\n"
#define REGISTER_IMAGE                                                                             \
    "2 EV_EFI_BOOT_SERVICES_APPLICATION u64:4096 u64:8192 u64:0 u64:0 = \"image\"\n"
#define REGISTER_EXIT                                                                              \
    "2 EV_EFI_ACTION \"Exit Boot Services Invocation\"\n"                                         \
    "2 EV_EFI_ACTION \"Exit Boot Services Returned with Success\"\n"

/* UEFI 2.10 section 38.4.1: register 1 is PCR 1 and 7, register 2 is PCR 2 to 6. */
Test(semantics, measurement_registers_are_judged_by_their_pcrs)
{
    static const struct {
        const char *what;
        const char *log;
    } sound[] = {
        { "a separator a register", REGISTERS REGISTER_POLICY REGISTER_BOOT_ORDER SEPARATOR(2)
          REGISTER_IMAGE "3 EV_IPL \"grub_cmd: ls\" u8:0 = \"ls\"\n" REGISTER_EXIT },
        { "a separator a PCR", REGISTERS REGISTER_POLICY SEPARATOR(1) SEPARATOR(1) SEPARATOR(2)
          SEPARATOR(2) SEPARATOR(2) SEPARATOR(2) SEPARATOR(2) REGISTER_IMAGE REGISTER_EXIT },
        { "TDVF measures what is PCR 0's into register 1",
          REGISTERS "1 EV_EFI_PLATFORM_FIRMWARE_BLOB2 u8:2 \"Fv\" u64:0 u64:1 = \"volume\"\n"
          REGISTER_POLICY SEPARATOR(2) REGISTER_IMAGE REGISTER_EXIT },
        { "anybody measures into register 4",
          REGISTERS REGISTER_POLICY SEPARATOR(2) REGISTER_EXIT "4 EV_COMPACT_HASH \"x\"\n" },
        { "td-shim starts no application and leaves no boot services",
          "assay-log 1 sha384\nspec-id vendor-info \"td-shim\"\n"
          "1 EV_PLATFORM_CONFIG_FLAGS \"td_hob\" = \"hob\"\n" SEPARATOR(1) SEPARATOR(2)
          "2 EV_EFI_PLATFORM_FIRMWARE_BLOB2 u8:2 \"td\" u64:0 u64:1 = \"payload\"\n" },
    };

    for (size_t i = 0; i < sizeof sound / sizeof *sound; i++) {
        judge_text(sound[i].log);
        expect_nothing(sound[i].what);
    }
    judge_text(sound[0].log);
    cr_expect_str_eq(fact_of(&said, "secure_boot")->text, "off");
}

/* tianocore/edk2#6051 */
Test(semantics, two_separators_in_the_register_of_the_policy_and_none_in_the_next_are_known)
{
    judge_text(REGISTERS REGISTER_POLICY REGISTER_BOOT_ORDER SEPARATOR(1) REGISTER_IMAGE
                   REGISTER_EXIT);
    cr_expect_eq(seen(&said, "separator-register"), 1);
    cr_expect_eq(assay_findings_count(&said.findings, ASSAY_WARNING), 1);
    cr_expect_eq(strncmp(said.findings.list[0].detail, "RTMR1 (PCR 2-6): ", 17), 0);
    cr_expect_str_eq(fact_of(&said, "secure_boot")->text, "off");
}

Test(semantics, what_is_wrong_in_measurement_registers)
{
    static const struct {
        const char *token;
        const char *log;
    } wrong[] = {
        { "separator-missing", REGISTERS REGISTER_POLICY REGISTER_IMAGE REGISTER_EXIT },
        { "separator-missing",
          REGISTERS REGISTER_BOOT_ORDER SEPARATOR(2) REGISTER_IMAGE REGISTER_EXIT },
        { "separator-none", REGISTERS REGISTER_BOOT_ORDER REGISTER_IMAGE REGISTER_EXIT },
        { "separator-duplicate", REGISTERS REGISTER_POLICY SEPARATOR(1) SEPARATOR(1) SEPARATOR(1)
          SEPARATOR(2) REGISTER_EXIT },
        { "type-refused", REGISTERS REGISTER_POLICY "1 EV_IPL \"text\"\n" SEPARATOR(2) },
        { "type-refused", REGISTERS REGISTER_POLICY SEPARATOR(2) REGISTER_IMAGE
          "2 EV_IPL \"text\"\n" REGISTER_EXIT },
        { "type-refused", REGISTERS REGISTER_POLICY SEPARATOR(2) "3 EV_POST_CODE \"x\"\n" },
        { "data-refused", REGISTERS "1 EV_EFI_VARIABLE_DRIVER_CONFIG hex:00\n" REGISTER_POLICY
          SEPARATOR(2) },
        { "data-refused", REGISTERS REGISTER_POLICY SEPARATOR(2) "3 EV_EVENT_TAG \"text\"\n" },
        { "variable-late", REGISTERS REGISTER_POLICY SEPARATOR(2)
          "1 EV_EFI_VARIABLE_DRIVER_CONFIG " GLOBAL "u\"SecureBoot\" hex:01\n" },
        { "event-retyped", REGISTERS REGISTER_POLICY SEPARATOR(2)
          "2 EV_EFI_GPT_EVENT \"Exit Boot Services Invocation\"\n" },
    };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        judge_text(wrong[i].log);
        cr_expect_gt(seen(&said, wrong[i].token), 0, "row %zu: %s", i, wrong[i].token);
    }
}

/* A Linux stub wrote the text of its tag alone, where it measured into a register. */
Test(semantics, a_tag_of_linux_without_its_tag_is_known_in_measurement_registers)
{
    judge_text(REGISTERS REGISTER_POLICY SEPARATOR(2) REGISTER_IMAGE REGISTER_EXIT
               "3 EV_EVENT_TAG \"LOADED_IMAGE::LoadOptions\" u8:0 = \"quiet\"\n");
    expect_nothing("a tag's text");
}
