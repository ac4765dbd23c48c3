/* SPDX-License-Identifier: BSD-2-Clause */
/* policy/export/keylime: what Keylime's own code was seen to take, and to refuse. */
#include "tests/exported.h"

#include "base/base64.h"
#include "base/hex.h"
#include "eventlog/types.h"
#include "policy/key/key.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <unistd.h>

static assay_hashes *hashes;

static void set_up(void)
{
    hashes = assay_hashes_new();
}

static void tear_down(void)
{
    assay_hashes_free(&hashes);
}

TestSuite(export_keylime, .init = set_up, .fini = tear_down);

#define A1 "0123456789abcdef0123456789abcdef01234567"
#define B1 "1123456789abcdef0123456789abcdef01234567"
#define A2 "00000000000000000000000000000000000000000000000000000000000000aa"
#define B2 "00000000000000000000000000000000000000000000000000000000000000bb"
#define SAME "00000000000000000000000000000000000000000000000000000000000000cc"

static const char two[] = "# variant old\n"
                          "sha1:0 " A1 "\nsha256:0 " A2 "\nsha256:10 " A2 "\nsha256:16 " A2 "\n"
                          "sha256:17 " A2 "\nsha256:18 " SAME "\n"
                          "# variant new\n"
                          "sha1:0 " B1 "\nsha256:0 " B2 "\nsha256:10 " A2 "\nsha256:16 " A2 "\n"
                          "sha256:18 " SAME "\n";

/* PCR 0 of both banks; 17 is in one variant alone, 18 the same in both, 10 and 16 Keylime's. */
Test(export_keylime, tpm_policy_lists_values)
{
    assay_reference *reference = import("text", two, hashes);
    assay_export_job job = job_of(reference, hashes);

    write_job(&job, "keylime-tpm-policy");
    cr_expect_str_eq(text_of_job(&job),
                     "{\n"
                     "\"0\":[\n\"" A1 "\",\n\"" B1 "\",\n\"" A2 "\",\n\"" B2 "\"\n],\n"
                     "\"18\":[\n\"" SAME "\"\n]\n"
                     "}\n");
    cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, "PCR 10 is left out"));
    cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, "PCR 16 is left out"));
    cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, "PCR 17 of bank sha256 is left out: only 1 of the 2"));
    cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, "PCR 18 has no value of bank sha1"));
    cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, "belong together is lost"));
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "values of 2 banks"));
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "tenant stops over PCR 0-9"));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

/* 1 << 0 | 1 << 18 */
Test(export_keylime, the_body_has_it_as_a_string_with_a_mask)
{
    assay_reference *reference = import("text", two, hashes);
    assay_export_job job = job_of(reference, hashes);

    write_job(&job, "keylime-rest");
    cr_expect_str_eq(text_of_job(&job),
                     "{\n"
                     "  \"tpm_policy\":\"{\\\"0\\\":[\\\"" A1 "\\\",\\\"" B1 "\\\",\\\"" A2
                     "\\\",\\\"" B2 "\\\"],\\\"18\\\":[\\\"" SAME
                     "\\\"],\\\"mask\\\":\\\"0x40001\\\"}\",\n"
                     "  \"accept_tpm_hash_algs\":[\n"
                     "    \"sha1\",\n"
                     "    \"sha256\"\n"
                     "  ]\n"
                     "}\n");
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

/* Measured boot checks PCR 0, so that 18 is left: 1 << 18 | 0xfbff | 1 << 10. */
Test(export_keylime, the_mask_asks_for_what_other_policies_check)
{
    static const assay_export_setting settings[] = { { "ima", "yes" }, { "measured-boot", "yes" } };
    static const assay_export_setting wrong = { "ima", "maybe" };
    assay_reference *reference = import("text", two, hashes);
    assay_export_job job = job_of(reference, hashes);
    assay_error error;

    job.settings = settings;
    job.setting_count = 2;
    write_job(&job, "keylime-rest");
    cr_expect_not_null(strstr(text_of_job(&job), "{\\\"18\\\":[\\\"" SAME
                                                 "\\\"],\\\"mask\\\":\\\"0x4ffff\\\"}"),
                       "%s", text_of_job(&job));
    cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, "PCR 0 is left out"));
    assay_export_job_free(&job);
    job.settings = &wrong;
    job.setting_count = 1;
    cr_expect_eq(assay_export_write(assay_export_format_by_name("keylime-rest"), &job, &error),
                 -ASSAY_UNSUPPORTED);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(export_keylime, a_policy_without_pcrs_is_refused)
{
    assay_reference *reference = import("text", two, hashes);
    assay_export_job job = job_of(reference, hashes);

    job.pcrs = 1u << 10;
    job.pcrs_asked = true;
    write_job(&job, "keylime-tpm-policy");
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "PCR 10 is left out"));
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "check nothing"));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(export_keylime, tpm_policy_reads_back)
{
    static const char *const formats[] = { "keylime-tpm-policy", "keylime-rest" };
    assay_reference *reference = import("text", two, hashes);

    for (size_t i = 0; i < 2; i++) {
        assay_reference *read = expect_round_trip(reference, formats[i], hashes);

        cr_assert_eq(read->variant_count, 2);
        cr_expect_str_eq(read->variants[1].name, "default-2");
        for (size_t v = 0; v < 2; v++)
            for (unsigned pcr = 0; pcr <= 18; pcr += 18)
                cr_expect(assay_bytes_equal(
                    assay_reference_value(read, v, ASSAY_ALG_SHA256, pcr),
                    assay_reference_value(reference, v, ASSAY_ALG_SHA256, pcr)));
        assay_reference_free(&read);
    }
    assay_reference_free(&reference);
}

/* Both have 64 digits: the body's list of banks tells them apart. */
Test(export_keylime, banks_as_long_come_back_by_the_list_of_banks)
{
    static const uint16_t banks[] = { ASSAY_ALG_SHA256, ASSAY_ALG_SM3_256 };

    for (size_t first = 0; first < 2; first++) {
        assay_reference *reference = assay_reference_new("image");

        for (size_t i = 0; i < 2; i++) {
            assay_reference_variant *const variant =
                add_test_variant(reference, i == 0 ? "old" : "new");
            for (size_t bank = first; bank < 2; bank++) {
                /* In PCR 0 only those of the first differ. */
                set_test_value(variant, banks[bank], 0, (uint8_t)(0x10 * bank + i * (bank == first)));
                set_test_value(variant, banks[bank], 7, (uint8_t)(0x70 + bank));
            }
        }
        assay_reference *read = expect_round_trip(reference, "keylime-rest", hashes);
        cr_assert_eq(read->variant_count, 2);
        for (size_t i = 0; i < 2; i++)
            for (size_t bank = 0; bank < 2; bank++)
                for (unsigned pcr = 0; pcr <= 7; pcr += 7)
                    cr_expect(assay_bytes_equal(
                                  assay_reference_value(read, i, banks[bank], pcr),
                                  assay_reference_value(reference, i, banks[bank], pcr)),
                              "variant %zu, bank %x, PCR %u", i, banks[bank], pcr);
        assay_reference_free(&read);
        assay_reference_free(&reference);
    }
}

/* To Keylime a value twice is that value. */
Test(export_keylime, a_value_repeated_is_one_value)
{
    assay_reference *reference = import("keylime-tpm-policy",
                                        "{\"0\": [\"" A1 "\", \"" A1 "\"], \"17\": \"" A1 "\", "
                                        "\"18\": [\"" A2 "\", \"" B2 "\"]}", hashes);

    cr_assert_eq(reference->variant_count, 2);
    for (size_t i = 0; i < 2; i++)
        cr_expect_eq(assay_reference_value(reference, i, ASSAY_ALG_SHA1, 0).size, 20);
    assay_reference_free(&reference);
    reference = import("keylime-tpm-policy", "{\"0\": [\"" A1 "\", \"" A1 "\"]}", hashes);
    cr_expect_eq(reference->variant_count, 1);
    assay_reference_free(&reference);
}

/*
 * Keylime's tpm_main.py looks a quoted value up in the list of its PCR, whatever the bank: nothing
 * in the body tells of which bank an only value is.
 */
Test(export_keylime, of_banks_as_long_the_choice_is_said)
{
    static const assay_export_setting sm3 = { "bank", "sm3_256" };
    static const struct {
        const char *accepted;
        const assay_export_setting *setting;
        uint16_t alg;
        bool said;
    } rows[] = {
        { "[\"sha256\",\"sm3_256\"]", NULL, ASSAY_ALG_SHA256, true },
        { "[\"sm3_256\",\"sha256\"]", NULL, ASSAY_ALG_SM3_256, true },
        { "[\"sha256\",\"sm3_256\"]", &sm3, ASSAY_ALG_SM3_256, false },
        { "[\"sha1\",\"sha256\"]", NULL, ASSAY_ALG_SHA256, false },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_import_job job = { .hashes = hashes,
                                 .settings = rows[i].setting,
                                 .setting_count = rows[i].setting != NULL };
        assay_reference *reference = NULL;
        assay_error error = { .what = "" };
        char body[512];

        snprintf(body, sizeof body,
                 "{\"tpm_policy\":\"{\\\"17\\\":[\\\"%s\\\"]}\",\"accept_tpm_hash_algs\":%s}",
                 A2, rows[i].accepted);
        cr_assert_eq(import_bytes("keylime-rest", assay_bytes_of_string(body), &job, &reference,
                                  &error),
                     0, "row %zu: %s", i, error.what);
        cr_expect_eq(assay_reference_value(reference, 0, rows[i].alg, 17).size, 32, "row %zu", i);
        cr_expect_eq(reference->variants[0].values.bank_count, 1, "row %zu", i);
        cr_expect_eq(has_note(&job, ASSAY_EXPORT_ADVICE, "are as long"), rows[i].said, "row %zu",
                     i);
        assay_import_job_free(&job);
        assay_reference_free(&reference);
    }
}

Test(export_keylime, a_tenants_policy_is_read_as_keylime_reads_it)
{
    static const assay_export_setting bank = { "bank", "sm3_256" };
    assay_reference *reference =
        import("keylime-tpm-policy", "{\"17\": \"" A1 "\", \"18\": [\"" A2 "\"]}", hashes);
    assay_error error;

    cr_expect_str_eq(reference->variants[0].name, "default");
    cr_expect_eq(assay_reference_value(reference, 0, ASSAY_ALG_SHA1, 17).size, 20);
    cr_expect_eq(assay_reference_value(reference, 0, ASSAY_ALG_SHA256, 18).size, 32);
    assay_reference_free(&reference);
    cr_assert_eq(try_import("keylime-tpm-policy",
                            assay_bytes_of_string("{\"18\": [\"" A2 "\"], \"mask\": \"0x40000\"}"),
                            hashes, &bank, 1, &reference, &error), 0, "%s", error.what);
    cr_expect_eq(assay_reference_value(reference, 0, ASSAY_ALG_SM3_256, 18).size, 32);
    assay_reference_free(&reference);
}

Test(export_keylime, what_is_no_tpm_policy_is_refused)
{
    static const refused_text rows[] = {
        { "", "ends too early" },
        { "[]", "this is no object" },
        { "{}", "no values" },
        { "{\"mask\": \"0x0\"}", "no values" },
        { "{\"24\": \"" A1 "\"}", "no PCR from 0 to 23" }, /* Keylime takes it, no TPM has it */
        { "{\"00\": \"" A1 "\"}", "no PCR from 0 to 23" },
        { "{\"-1\": \"" A1 "\"}", "no PCR from 0 to 23" },
        { "{\"pcr\": \"" A1 "\"}", "no PCR from 0 to 23" },
        { "{\"10\": \"" A1 "\"}", "10: Keylime refuses" },
        { "{\"16\": \"" A1 "\"}", "16: Keylime refuses" },
        { "{\"0\": []}", "0: an empty list" },
        { "{\"0\": null}", "0: value 0 is not" },
        { "{\"0\": [1]}", "0: value 0 is not" },
        { "{\"0\": [[\"" A1 "\"]]}", "0: value 0 is not" },
        { "{\"0\": \"0x" A1 "\"}", "0: value 0 is not" },
        { "{\"0\": \"" A1 "00\"}", "0: value 0 is not" },
        { "{\"0\": [\"" A1 "\", \"g123456789abcdef0123456789abcdef01234567\"]}", "0: value 1 is not" },
        { "{\"0\": \"" A1 "\", \"0\": \"" A1 "\"}", "a key stands there twice" },
        { "{\"0\": [\"" A2 "\", \"" B2 "\"], \"1\": [\"" A2 "\", \"" B2 "\", \"" SAME "\"]}",
          "0: 2 values of a bank, and another PCR has 3" },
        { "{\"0\": \"" A1 "\", \"mask\": 1}", "mask: this is no number in a string" },
        { "{\"0\": \"" A1 "\", \"mask\": \"1\", \"17\": \"" A1 "\"}", "doesn't ask for PCR 17" },
        { "{\"tpm_policy\": {\"0\": \"" A1 "\"}}", "tpm_policy: this is no string" },
        { "{\"tpm_policy\": \"{\"}", "ends too early" },
        { "{\"tpm_policy\": \"{\\\"0\\\": []}\"}", "tpm_policy.0: an empty list" },
        { "{\"tpm_policy\": \"[]\"}", "tpm_policy: this is no object" },
    };

    expect_refused("keylime-tpm-policy", rows, sizeof rows / sizeof *rows, hashes);
    expect_refused("keylime-rest", rows, sizeof rows / sizeof *rows, hashes);
}

/* Measured boot. */

static assay_export_job refstate_of(const assay_reference *reference)
{
    assay_export_job job = job_of(reference, hashes);

    write_job(&job, "keylime-mb-refstate");
    return job;
}

/* What keylime-policy create measured-boot (7.14.3, with tpm2-tools 5.4) made of the same log. */
Test(export_keylime, the_reference_state_is_that_of_keylimes_generator)
{
    static const char *const parts[] = {
        "\"has_secureboot\":true",
        "\"scrtm\":{\n        \"sha256\":\""
        "0x96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7\"",
        "\"sha256\":\"0xc4ff2cfc23ae366d3dc54b6b90a673e1c59be7b89b26286d6d3bee37bb1b6852\"\n        },\n"
        "        {\n"
        "          \"sha256\":\"0xa644ed209b188dd428ea3e15c0b1dbbc1ad05d406bb2857cac4a73b98d0b6b4f\"",
        "\"pk\":[\n    {\n      \"SignatureOwner\":\"8be4df61-93ca-11d2-aa0d-00e098032b8c\",\n"
        "      \"SignatureData\":\"0x308203bd308202a5a0030201020214",
        "\"dbx\":[\n    {\n      \"SignatureOwner\":\"a0baa8a3-041d-48a8-bc87-c36d121b5e3d\",\n"
        "      \"SignatureData\":\"0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"",
        "\"vendor_db\":[]",
        "\"mokdig\":[\n    {\n"
        "      \"sha256\":\"0x342c88bb9fde2c45eeaa17321262b089181e7e841ef5a4a5e8ed240920026f97\"",
        "\"mokxdig\":[\n    {\n"
        "      \"sha256\":\"0x45e89b4a5f8283cd8ae7c66bda8346697120c84880537aadb49a665c7d7eec0f\"",
        "\"shim_authcode_sha256\":\""
        "0x80a66d53a945d2286fcadd780fae1c225aa732079cd67b5225dc78aaab4e2ff8\"",
        "\"grub_authcode_sha256\":\""
        "0xa68f6d71ebddaa19751ff8d729f67d11b0df8e4c49400c3e7e90de16119e1265\"",
        "\"kernel_authcode_sha256\":\""
        "0x5f21ff2c0d5d899842b28a8b19901ba72cf7a7ab93c02a77fadc6ff72be85b31\"",
        "\"initrd_plain_sha256\":\""
        "0xe0fa832ab889b7f542db980ce4f5fda0f2c4287d1a17e1bf6a937a3d011894b7\"",
        "\"kernel_cmdline\":\"/boot/vmlinuz\\\\ console=ttyS0\\\\ ro\\\\ quiet\"",
    };
    assay_reference *reference = learn_machine("d1-shim-grub206-sb", false, hashes);
    assay_export_job job = refstate_of(reference);
    const char *const text = text_of_job(&job);

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        cr_expect_not_null(strstr(text, parts[i]), "%s\nin %s", parts[i], text);
    cr_expect_not(assay_export_is_refused(&job), "Keylime's policy accepts the log with it");
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "measured_boot_policy_name = example"));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

/* The step of a PCR and type, the `skip`th after the first. */
static assay_event *event_of(assay_reference *reference, uint32_t pcr, uint32_t type, size_t skip)
{
    for (size_t i = 0; i < reference->step_count; i++) {
        assay_event *const event = &reference->steps[i].alternatives[0].event;

        if (event->pcr_index == pcr && event->type == type && skip-- == 0)
            return event;
    }
    cr_assert_fail("no event of type %x in PCR %u", type, pcr);
    return NULL;
}

/*
 * The rules of keylime/mba/elchecking/example.py. Run over 127 logs of real and virtual machines
 * with the state of each, it refused all of which something is said here, and no other.
 */
Test(export_keylime, what_the_example_policy_refuses_is_said)
{
    static const struct {
        uint32_t pcr, type;
        size_t skip;
        uint32_t new_pcr, new_type;
        const char *data; /* NULL: it stays */
        const char *said;
    } rows[] = {
        { 0, EV_S_CRTM_VERSION, 0, 0, EV_NO_ACTION, "StartupLocality\0\3", "StartupLocality event" },
        { 0, EV_S_CRTM_VERSION, 0, 0, EV_NO_ACTION, "other", "more EV_NO_ACTION events" },
        { 0, EV_S_CRTM_VERSION, 0, 0, EV_POST_CODE, NULL, "PCR 0 has an event EV_POST_CODE" },
        { 0, EV_S_CRTM_VERSION, 0, 0, 0x1234, NULL, "event of type 0x1234" },
        { 0, EV_EFI_PLATFORM_FIRMWARE_BLOB, 0, 0, EV_S_CRTM_VERSION, NULL, "2 of EV_S_CRTM_VERSION" },
        { 4, EV_EFI_ACTION, 0, 4, EV_EFI_ACTION, "Something", "another text" },
        { 4, EV_SEPARATOR, 0, 4, EV_SEPARATOR, "WBCL", "separator of PCR 4 is neither" },
        { 4, EV_EFI_BOOT_SERVICES_APPLICATION, 0, 4, EV_EFI_BOOT_SERVICES_DRIVER, NULL,
          "PCR 4 has an event EV_EFI_BOOT_SERVICES_DRIVER" },
        { 7, EV_EFI_VARIABLE_DRIVER_CONFIG, 1, 7, EV_EFI_VARIABLE_DRIVER_CONFIG, "short",
          "data are no variable" },
        { 7, EV_EFI_VARIABLE_AUTHORITY, 0, 7, EV_EFI_VARIABLE_DRIVER_CONFIG, NULL, "PCR 7 has" },
        { 8, EV_IPL, 0, 8, EV_IPL, "module_cmdline: x", "GRUB's commands" },
        { 8, EV_IPL, 0, 8, EV_IPL, "kernel_cmdline: x", "2 of a kernel's command line" },
        { 9, EV_IPL, 0, 9, EV_IPL, "(hd0)/etc/passwd", "takes neither for GRUB's" },
        { 9, EV_IPL, 0, 9, EV_IPL, "(hd0)/boot/initrd2", "of an initrd in PCR 9" },
        { 9, EV_IPL, 0, 9, EV_EVENT_TAG, NULL, "PCR 9 has an event EV_EVENT_TAG" },
        { 14, EV_IPL, 0, 14, EV_IPL, "MokListNew", "event of shim" },
        { 5, EV_EFI_ACTION, 0, 5, EV_EFI_GPT_EVENT, NULL, "more than 1 events EV_EFI_GPT_EVENT" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_reference *reference = learn_machine("d1-shim-grub206-sb", false, hashes);
        assay_event *const event =
            event_of(reference, rows[i].pcr, rows[i].type, rows[i].skip);

        event->pcr_index = rows[i].new_pcr;
        event->type = rows[i].new_type;
        if (rows[i].data != NULL)
            event->data = assay_bytes_of_string(rows[i].data);
        assay_export_job job = refstate_of(reference);
        cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, rows[i].said), "row %zu: %s", i,
                  rows[i].said);
        assay_export_job_free(&job);
        assay_reference_free(&reference);
    }
}

Test(export_keylime, a_digest_that_varies_is_refused_and_a_command_line_is_not)
{
    assay_reference *reference = learn_machine("d1-shim-grub206-sb", false, hashes);

    for (size_t i = 0; i < reference->step_count; i++)
        if (reference->steps[i].alternatives[0].event.pcr_index == 8 &&
            assay_bytes_start_with(reference->steps[i].alternatives[0].event.data,
                                   ASSAY_LITERAL("kernel_cmdline: ")))
            reference->steps[i].varies = "it has the boot's number in it";
    assay_export_job job = refstate_of(reference);
    cr_expect_not(assay_export_is_refused(&job));
    cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, "any is accepted"));
    cr_expect_not_null(strstr(text_of_job(&job), "\"kernel_cmdline\":\".*\""));
    assay_export_job_free(&job);

    for (size_t i = 0; i < reference->step_count; i++)
        if (reference->steps[i].alternatives[0].event.pcr_index == 4)
            reference->steps[i].varies = "who knows";
    job = refstate_of(reference);
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "a boot application (3 of 4) varies"));
    cr_expect_null(strstr(text_of_job(&job), "kernel_authcode_sha256"));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(export_keylime, a_boot_without_shim_and_grub_is_refused)
{
    assay_reference *reference = learn_machine("a5-efistub-6.12-ovmf2025", false, hashes);
    assay_export_job job = refstate_of(reference);

    cr_expect_not_null(strstr(text_of_job(&job), "\"has_secureboot\":false"));
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "without Secure Boot the policy wants two"));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

/* Runtime. */

/* The digest that Linux 6.12 itself put into IMA's first entry (fixtures/machines, ima.bin). */
Test(export_keylime, boot_aggregate_is_what_the_kernel_measured)
{
    static const char *const machines[] = { "a5-efistub-6.12-ovmf2025", "d1-shim-grub206-sb" };

    for (size_t i = 0; i < 2; i++) {
        assay_reference *seen = learn_machine(machines[i], true, hashes);
        assay_reference *computed = learn_machine(machines[i], false, hashes);
        assay_export_job job = job_of(computed, hashes);
        const assay_event *kernels = NULL;
        char digits[65] = "";

        for (size_t s = 0; s < seen->step_count; s++)
            if (seen->steps[s].stage == ASSAY_STAGE_KERNEL && kernels == NULL)
                kernels = &seen->steps[s].alternatives[0].event;
        cr_assert_not_null(kernels);
        /* ima-ng: length, "sha256:", NUL, the digest. */
        cr_assert(assay_bytes_equal(assay_bytes_of(kernels->data.data + 4, 8),
                                    ASSAY_LITERAL("sha256:\0")));
        assay_hex_encode(digits, assay_bytes_of(kernels->data.data + 12, 32));
        write_job(&job, "keylime-runtime-policy");
        cr_expect_not_null(strstr(text_of_job(&job), digits), "%s: %s", machines[i], digits);
        cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "no digests of files"));
        assay_export_job_free(&job);
        assay_reference_free(&computed);
        assay_reference_free(&seen);
    }
}

/* The kernel finds zeros in PCR 8 of this machine, which no log extends and nobody has to hold. */
Test(export_keylime, a_pcr_that_nothing_extends_is_in_boot_aggregate_as_it_starts)
{
    assay_reference *reference = learn_machine("a5-efistub-6.12-ovmf2025", false, hashes);
    assay_reference *seen = learn_machine("a5-efistub-6.12-ovmf2025", true, hashes);
    assay_pcrs *const values = &reference->variants[0].values;
    assay_export_job job = job_of(reference, hashes);
    char digits[65] = "";

    for (size_t i = 0; i < seen->step_count && digits[0] == '\0'; i++)
        if (seen->steps[i].stage == ASSAY_STAGE_KERNEL)
            assay_hex_encode(digits, assay_bytes_of(
                seen->steps[i].alternatives[0].event.data.data + 12, 32));
    for (size_t i = 0; i < values->bank_count; i++)
        values->banks[i].present &= ~((assay_pcr_set)1 << 8);
    write_job(&job, "keylime-runtime-policy");
    cr_expect_not_null(strstr(text_of_job(&job), digits), "%s: %s", digits, text_of_job(&job));
    assay_export_job_free(&job);
    assay_reference_free(&seen);
    assay_reference_free(&reference);
}

Test(export_keylime, without_the_pcrs_no_boot_aggregate_follows)
{
    assay_reference *reference = import("text", two, hashes);
    assay_export_job job = job_of(reference, hashes);

    write_job(&job, "keylime-runtime-policy");
    cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, "value of PCR 1 is not held"));
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "no boot_aggregate follows"));
    cr_expect_not_null(strstr(text_of_job(&job), "\"digests\":{}"));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

/* A file that doesn't vary, and one that does; "ima-ng" of fields behind their lengths. */
static assay_event file_event(assay_bytes data)
{
    return (assay_event){ .pcr_index = 10, .type = ASSAY_NO_EVENT_TYPE, .data = data,
                          .content = ASSAY_CONTENT_IMA_TEMPLATE, .name = ASSAY_LITERAL("ima-ng") };
}

Test(export_keylime, files_are_listed_and_those_that_vary_excluded)
{
    static const assay_bytes fixed = ASSAY_LITERAL(
        "\x1a\0\0\0sha1:\0aaaaabbbbbcccccddddd\x0a\0\0\0/a \"b.txt\0");
    static const assay_bytes varying = ASSAY_LITERAL(
        "\x1a\0\0\0sha1:\0aaaaabbbbbcccccddddd\x07\0\0\0/v.log\0");
    assay_reference *reference = learn_machine("d1-shim-grub206-sb", true, hashes);
    assay_export_job job = job_of(reference, hashes);
    size_t turn = 0;

    for (size_t i = 0; i < reference->step_count; i++) {
        assay_reference_step *const step = &reference->steps[i];

        if (step->stage != ASSAY_STAGE_KERNEL)
            continue;
        step->repeats = false;
        step->varies = turn == 0 ? NULL : "a log";
        step->alternatives[0].event = file_event(turn++ == 0 ? fixed : varying);
    }
    cr_assert_eq(turn, 2);
    write_job(&job, "keylime-runtime-policy");
    cr_expect_not_null(strstr(text_of_job(&job),
                              "\"/a \\\"b.txt\":[\n"
                              "      \"6161616161626262626263636363636464646464\""),
                       "%s", text_of_job(&job));
    cr_expect_not_null(strstr(text_of_job(&job), "\"excludes\":[\n    \"/v\\\\.log\\\\Z\"\n  ]"),
                       "%s", text_of_job(&job));
    cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, "1 entries of IMA's list vary"));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

/* Keys. */

/* As `openssl pkey` would write it. */
static assay_key *open_key(EVP_PKEY *pkey)
{
    char path[] = "/tmp/assay-keylime-XXXXXX";
    const assay_key_source source = { .name = path, .secret = true };
    FILE *const file = fdopen(mkstemp(path), "w");
    assay_key *key = NULL;

    cr_assert(file != NULL && PEM_write_PrivateKey(file, pkey, NULL, NULL, 0, NULL, NULL) == 1);
    fclose(file);
    cr_assert_eq(assay_key_open(&key, &source, NULL), 0);
    unlink(path);
    return key;
}

/* The bytes of a member in base64. */
static assay_writer member_of(const char *json, const char *name)
{
    const char *const at = strstr(json, name);
    assay_writer bytes = assay_writer_growing(1 << 20);

    cr_assert_not_null(at);
    const char *const text = at + strlen(name) + 2;
    cr_assert(assay_put_unbase64(&bytes, assay_bytes_of(text, strcspn(text, "\""))));
    return bytes;
}

/* By libcrypto alone: "DSSEv1 LENGTH TYPE LENGTH PAYLOAD", ECDSA of SHA-256 in DER. */
static bool verifies(EVP_PKEY *pkey, assay_bytes payload, assay_bytes signature)
{
    assay_writer pae = assay_writer_growing(1 << 20);
    EVP_MD_CTX *const context = EVP_MD_CTX_new();

    assay_put_format(&pae, "DSSEv1 28 application/vnd.keylime+json %zu ", payload.size);
    assay_put(&pae, payload);
    const bool good =
        EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, pkey) == 1 &&
        EVP_DigestVerify(context, signature.data, signature.size, pae.data, pae.used) == 1;
    EVP_MD_CTX_free(context);
    assay_writer_close(&pae);
    return good;
}

Test(export_keylime, a_key_makes_an_envelope_that_verifies)
{
    static const char *const curves[] = { "P-256", "P-384" };
    assay_reference *reference = learn_machine("d1-shim-grub206-sb", false, hashes);
    assay_export_job plain = job_of(reference, hashes);

    write_job(&plain, "keylime-runtime-policy");
    const assay_bytes policy = assay_bytes_of_string(text_of_job(&plain));
    for (size_t i = 0; i < 2; i++) {
        EVP_PKEY *const pkey = EVP_EC_gen(curves[i]);
        assay_key *key = open_key(pkey);
        assay_export_job job = job_of(reference, hashes);

        job.key = key;
        write_job(&job, "keylime-runtime-policy");
        assay_writer payload = member_of(text_of_job(&job), "\"payload\"");
        assay_writer signature = member_of(text_of_job(&job), "\"sig\"");
        cr_expect(assay_bytes_equal(assay_written(&payload), policy));
        cr_expect(verifies(pkey, assay_written(&payload), assay_written(&signature)));
        payload.data[0] ^= 1;
        cr_expect_not(verifies(pkey, assay_written(&payload), assay_written(&signature)));
        assay_writer_close(&signature);
        assay_writer_close(&payload);
        assay_export_job_free(&job);
        assay_key_free(&key);
        EVP_PKEY_free(pkey);
    }
    assay_export_job_free(&plain);
    assay_reference_free(&reference);
}

/* Keylime names a key by the SHA-256 of its PEM, and looks for a file of that name. */
Test(export_keylime, the_key_has_keylimes_name)
{
    assay_reference *reference = learn_machine("h3-sha1", false, hashes);
    assay_export_job job = job_of(reference, hashes);
    EVP_PKEY *const pkey = EVP_EC_gen("P-256");
    assay_key *key = open_key(pkey);
    BIO *const bio = BIO_new(BIO_s_mem());
    uint8_t digest[32];
    char digits[65] = "";
    char *pem;

    PEM_write_bio_PUBKEY(bio, pkey);
    const long size = BIO_get_mem_data(bio, &pem);
    SHA256((const unsigned char *)pem, (size_t)size, digest);
    assay_hex_encode(digits, assay_bytes_of(digest, sizeof digest));
    job.key = key;
    write_job(&job, "keylime-runtime-policy");
    const char *const at = strstr(text_of_job(&job), "\"keyid\":\"");
    cr_assert_not_null(at);
    cr_expect_eq(strncmp(at + 9, digits, 64), 0);
    BIO_free(bio);
    assay_export_job_free(&job);
    assay_key_free(&key);
    EVP_PKEY_free(pkey);
    assay_reference_free(&reference);
}

Test(export_keylime, an_rsa_key_is_refused)
{
    assay_reference *reference = learn_machine("h3-sha1", false, hashes);
    assay_export_job job = job_of(reference, hashes);
    EVP_PKEY *const pkey = EVP_RSA_gen(2048);
    assay_key *key = open_key(pkey);
    assay_error error = { .what = "" };

    job.key = key;
    cr_expect_eq(assay_export_write(assay_export_format_by_name("keylime-runtime-policy"), &job,
                                    &error), -ASSAY_UNSUPPORTED);
    cr_expect_not_null(strstr(error.what, "ECDSA"), "%s", error.what);
    assay_export_job_free(&job);
    assay_key_free(&key);
    EVP_PKEY_free(pkey);
    assay_reference_free(&reference);
}

/* What a format can't sign it doesn't drop in silence. */
Test(export_keylime, a_format_without_signatures_takes_no_key)
{
    assay_reference *reference = learn_machine("h3-sha1", false, hashes);
    EVP_PKEY *const pkey = EVP_EC_gen("P-256");
    assay_key *key = open_key(pkey);
    const assay_export_format *format;
    size_t refused = 0;

    for (size_t i = 0; (format = assay_export_format_at(i)) != NULL; i++) {
        assay_export_job job = job_of(reference, hashes);
        assay_error error = { .what = "" };
        char what[100];

        if (format->takes_key || format->write == NULL)
            continue;
        job.key = key;
        snprintf(what, sizeof what, "%s has no place for a signature", format->name);
        cr_expect_eq(assay_export_write(format, &job, &error), -ASSAY_UNSUPPORTED, "%s",
                     format->name);
        cr_expect_str_eq(error.what, what);
        cr_expect_eq(job.file_count, 0);
        refused++;
        assay_export_job_free(&job);
    }
    cr_expect_gt(refused, 0);
    assay_key_free(&key);
    EVP_PKEY_free(pkey);
    assay_reference_free(&reference);
}
