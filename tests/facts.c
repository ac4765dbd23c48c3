/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay/facts.h: what stands, what is claimed, what can't be said; and that no
 * rewriting of a log makes it say something else. PCR values of fixtures/machines are
 * those of the TPM; those of small boots are what their events fold to.
 */
#include "eventlog/types.h"
#include "tests/boot.h"
#include "tests/boot_text.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static const char machine[] = "fixtures/machines/d1-shim-grub206-sb";

static verdict before, after;

/* The boot of shim, GRUB and Linux under Secure Boot, and what the TPM held after it. */
static boot *real_boot(assay_pcrs *ret_values)
{
    boot *made = boot_of_machine(machine);

    cr_assert_not_null(made, "the tests run in the project's folder");
    cr_assert(values_of_machine(machine, ret_values));
    boot_keep_bank(made, ASSAY_ALG_SHA256);
    return made;
}

/* A boot, and the values that a TPM holds after exactly these events. */
static boot *small_boot(const char *text, assay_pcrs *ret_values)
{
    boot *made = boot_of_text(text);

    boot_judge(made, NULL, &before);
    *ret_values = before.pcrs;
    return made;
}

static void expect_fact(const verdict *said, const char *name, enum assay_standing standing,
                        const char *text)
{
    const assay_fact *const fact = fact_of(said, name);

    cr_assert_not_null(fact, "%s", name);
    cr_expect_eq(fact->standing, standing, "%s is %s", name, assay_standing_name(fact->standing));
    cr_expect_str_eq(fact->text, text, "%s: %s", name, fact->text);
    cr_expect_eq(fact->why != NULL, standing == ASSAY_CLAIMED, "%s", name);
}

/* The scenario's Microsoft and Debian keys; the texts are of its certificates and of shim. */
Test(facts, of_a_real_boot_stand)
{
    static const char *const texts[][2] = {
        { "firmware_version", "empty" },
        { "option_roms", "none was measured" },
        { "secure_boot", "on" },
        { "db", "2 certificates (Microsoft Windows Production PCA 2011, Microsoft Corporation UEFI "
                "CA 2011)" },
        { "dbx", "1 SHA-256 hash" },
        { "authority", "db: Microsoft Corporation UEFI CA 2011" },
        { "sbat_level", "sbat,1,2025021800; shim,4; grub,5" },
        { "debug_mode", "the firmware does not report it" },
        { "dma_protection", "the firmware does not report that it is off" },
        { "kernel_cmdline", "/boot/vmlinuz console=ttyS0 ro quiet" },
        { "exit_boot_services", "called once, with success" },
        { "dynamic_launch", "none is logged" },
    };
    assay_pcrs values;
    boot *made = real_boot(&values);

    boot_judge(made, &values, &before);
    cr_expect_not(refused(&before));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        expect_fact(&before, texts[i][0], ASSAY_STANDS, texts[i][1]);
    cr_expect_eq(fact_of(&before, "boot_image")->standing, ASSAY_CLAIMED);
    boot_free(&made);
}

Test(facts, are_claimed_without_values_and_with_sha1_alone)
{
    assay_pcrs values;
    boot *made = boot_of_machine("fixtures/machines/h3-sha1");

    cr_assert_not_null(made);
    cr_assert(values_of_machine("fixtures/machines/h3-sha1", &values));
    boot_judge(made, NULL, &before);
    cr_expect_str_eq(fact_of(&before, "secure_boot")->why, "no PCR values were given");
    boot_judge(made, &values, &before);
    cr_expect_str_eq(fact_of(&before, "secure_boot")->why, "only the SHA-1 bank of the PCR is met");
    for (size_t i = 0; i < before.count; i++)
        cr_expect_neq(before.facts[i].standing, ASSAY_STANDS, "%s", before.facts[i].name);
    boot_free(&made);
}

/* Windows caps a bank that it does not use. */
Test(facts, stand_in_one_strong_bank_whatever_happened_to_another)
{
    assay_pcrs values;
    boot *made = boot_of_machine(machine);

    cr_assert(values_of_machine(machine, &values));
    assay_pcrs_bank(&values, ASSAY_ALG_SHA384)->value[7][0] ^= 1;
    boot_judge(made, &values, &before);
    expect_fact(&before, "secure_boot", ASSAY_STANDS, "on");
    boot_free(&made);
}

Test(facts, are_unknown_where_the_pcr_has_another_value)
{
    assay_pcrs values;
    boot *made = real_boot(&values);

    assay_pcrs_bank(&values, ASSAY_ALG_SHA256)->value[7][0] ^= 1;
    boot_judge(made, &values, &before);
    cr_expect_eq(fact_of(&before, "secure_boot")->standing, ASSAY_UNKNOWN);
    cr_expect_eq(fact_of(&before, "firmware_version")->standing, ASSAY_STANDS);
    boot_free(&made);
}

/* Types are not measured. */
static void retype_each(boot *made, const assay_pcrs *values)
{
    static const uint32_t strange[] = { 0x8401, 0x10000000, 0xFFFFFFFF };

    boot_judge(made, values, &before);
    cr_assert_not(refused(&before));
    for (size_t i = made->header.spec_id.present; i < made->count; i++) {
        const uint32_t type = made->events[i].type;
        const assay_event_type *row;
        unsigned strangers = 0;

        for (unsigned k = 0; strangers < 3; k++) {
            row = assay_event_type_at(k);
            made->events[i].type = row != NULL ? row->value : strange[strangers++];
            boot_judge(made, values, &after);
            cr_expect(refused(&after) || same_facts(&before, &after),
                      "event %zu of type 0x%x as 0x%x", i, type, made->events[i].type);
        }
        made->events[i].type = type;
    }
}

Test(facts, no_event_of_a_real_boot_can_be_given_another_type)
{
    assay_pcrs values;
    boot *made = real_boot(&values);

    retype_each(made, &values);
    boot_free(&made);
}

Test(facts, no_event_of_a_small_boot_can_be_given_another_type)
{
    static const char *const boots[] = {
        BOOT,
        LAUNCH,
        HEADER VERSION SECURE_BOOT_OFF PK KEK DB DBX SEPARATOR(7) SEPARATORS
            AUTHORITY SHIM "u\"MokSBState\" hex:01\n" EXIT_CALL EXIT_BAD EXIT_CALL EXIT_GOOD,
        HEADER "7 EV_EFI_ACTION \"UEFI Debug Mode\"\n" VERSION SECURE_BOOT_ON KEYS
            "7 EV_EFI_ACTION \"DMA Protection Disabled\"\n" SEPARATOR(7) SEPARATORS DB_USED
            EXIT_CALL EXIT_GOOD,
        HEADER VERSION SECURE_BOOT_ON KEYS SEPARATOR(7) SEPARATORS DB_USED
            "11 EV_IPL u\".linux\" hex:0000 = \".linux\" u8:0\n"
            "11 EV_IPL u\".linux\" hex:0000 = \"content\"\n"
            "12 EV_IPL u\"quiet splash\" hex:0000\n"
            "9 EV_EVENT_TAG u32:0x8f3b22ec u32:13 \"Linux initrd\" u8:0 = \"initrd\"\n"
            EXIT_CALL EXIT_GOOD,
        HEADER "0 EV_EFI_HCRTM_EVENT \"HCRTM\" = \"firmware\"\n" VERSION FIRMWARE EXIT_CALL
            EXIT_GOOD,
    };

    for (size_t i = 0; i < sizeof boots / sizeof *boots; i++) {
        assay_pcrs values;
        boot *made = small_boot(boots[i], &values);

        retype_each(made, &values);
        boot_free(&made);
    }
}

/* Data is not always hashed: no byte of an event makes a new fact stand. */
Test(facts, no_byte_of_a_real_boot_can_be_changed_into_a_standing_fact)
{
    assay_pcrs values;
    boot *made = real_boot(&values);

    boot_judge(made, &values, &before);
    for (size_t i = 1; i < made->count; i++) {
        uint8_t bytes[8192];
        assay_bytes *const data = &made->events[i].data;
        const assay_bytes original = *data;

        cr_assert_leq(original.size, sizeof bytes);
        memcpy(bytes, original.data, original.size);
        *data = assay_bytes_of(bytes, original.size);
        /* All bytes of short events, every hundredth or so of signature lists. */
        for (size_t at = 0; at < original.size; at += 1 + original.size / 64) {
            bytes[at] ^= 0x01;
            boot_judge(made, &values, &after);
            for (size_t k = 0; k < after.count; k++) {
                const assay_fact *const fact = &after.facts[k];
                bool known = fact->standing != ASSAY_STANDS;

                for (size_t b = 0; b < before.count && !known; b++)
                    known = before.facts[b].standing == ASSAY_STANDS &&
                            strcmp(before.facts[b].name, fact->name) == 0 &&
                            strcmp(before.facts[b].text, fact->text) == 0;
                cr_expect(known, "event %zu, byte %zu: %s %s", i, at, fact->name, fact->text);
            }
            bytes[at] ^= 0x01;
        }
        *data = original;
    }
    boot_free(&made);
}

/* Order exists per PCR only. */
Test(facts, do_not_depend_on_the_order_of_different_pcrs)
{
    assay_pcrs values;
    boot *made = real_boot(&values);

    boot_judge(made, &values, &before);
    srand(1);
    for (int round = 0; round < 40; round++) {
        boot *mixed = boot_copy(made);

        for (int swap = 0; swap < 400; swap++) {
            const size_t i = 1 + (size_t)rand() % (mixed->count - 2);
            const assay_event event = mixed->events[i];

            if (event.pcr_index == mixed->events[i + 1].pcr_index)
                continue;
            mixed->events[i] = mixed->events[i + 1];
            mixed->events[i + 1] = event;
        }
        boot_judge(mixed, &values, &after);
        cr_expect(same_facts(&before, &after), "round %d", round);
        cr_expect_not(refused(&after));
        boot_free(&mixed);
    }
    boot_free(&made);
}

/* What runs later can extend what it likes, and log it as the firmware's. */
Test(facts, a_second_history_is_refused)
{
    assay_pcrs values;
    boot *made = small_boot(BOOT, &values);
    boot *twice = boot_of_text(BOOT);

    boot_append(twice, made);
    boot_judge(twice, NULL, &before);
    values = before.pcrs; /* the TPM was extended with all of it */
    boot_judge(twice, &values, &after);
    cr_expect(refused(&after));
    cr_expect_eq(fact_of(&after, "secure_boot")->standing, ASSAY_UNKNOWN);
    cr_expect_eq(fact_of(&after, "kernel_cmdline")->standing, ASSAY_STANDS);
    boot_free(&twice);
    boot_free(&made);
}

/* What a system that was started without Secure Boot may try. */
Test(facts, a_history_appended_under_other_types_is_refused)
{
    assay_pcrs values;
    boot *made = small_boot(HEADER VERSION SECURE_BOOT_OFF KEYS SEPARATOR(7) SEPARATORS
                                EXIT_CALL EXIT_GOOD, &values);
    const size_t own = made->count;

    boot_append_text(made, HEADER VERSION FIRMWARE EXIT_CALL EXIT_GOOD);
    for (size_t i = 0; i < own; i++)
        made->events[i].type = EV_EVENT_TAG;
    boot_judge(made, NULL, &before);
    values = before.pcrs;
    boot_judge(made, &values, &after);
    cr_expect(refused(&after));
    cr_expect_neq(fact_of(&after, "secure_boot")->standing, ASSAY_STANDS);
    boot_free(&made);
}

/* Secure Boot is six facts. */
Test(facts, each_variable_of_secure_boot_is_missed)
{
    static const char *const names[] = { "secure_boot", "pk", "kek", "db", "dbx" };
    assay_pcrs values;
    boot *made = small_boot(BOOT, &values);

    for (size_t i = 0; i < 5; i++) {
        boot *without = boot_copy(made);

        boot_remove(without, 1 + i); /* behind the version */
        boot_judge(without, NULL, &before);
        values = before.pcrs; /* firmware that measured no more */
        boot_judge(without, &values, &after);
        cr_expect(refused(&after));
        cr_expect_eq(fact_of(&after, names[i])->standing, ASSAY_UNKNOWN, "%s", names[i]);
        boot_free(&without);
    }
    boot_free(&made);
}

Test(facts, secure_boot_says_what_was_measured)
{
    static const struct {
        const char *log;
        const char *text;
    } states[] = {
        { HEADER SECURE_BOOT_ON KEYS SEPARATOR(7) DB_USED, "on" },
        { HEADER SECURE_BOOT_OFF KEYS SEPARATOR(7), "off" },
        { HEADER CONFIG GLOBAL "u\"SecureBoot\"\n" KEYS SEPARATOR(7),
          "off: the firmware has no such variable" },
    };

    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        assay_pcrs values;
        boot *made = small_boot(states[i].log, &values);

        boot_judge(made, &values, &after);
        expect_fact(&after, "secure_boot", ASSAY_STANDS, states[i].text);
        expect_fact(&after, "pk", ASSAY_STANDS, "1 SHA-256 hash");
        boot_free(&made);
    }
}

Test(facts, secure_boot_without_authority_is_said)
{
    assay_pcrs values;
    boot *made = small_boot(HEADER SECURE_BOOT_ON KEYS SEPARATOR(7), &values);

    boot_judge(made, &values, &after);
    expect_fact(&after, "authority", ASSAY_STANDS,
                "none, although Secure Boot is on: no entry of db verified anything");
    boot_free(&made);
}

Test(facts, without_secure_boot_nobody_vouches_for_an_authority)
{
    assay_pcrs values;
    boot *made = small_boot(HEADER SECURE_BOOT_OFF KEYS SEPARATOR(7) AUTHORITY SHIM
                            "u\"SbatLevel\" \"sbat,1,2021030218\" u8:10\n", &values);

    boot_judge(made, &values, &after);
    expect_fact(&after, "sbat_level", ASSAY_CLAIMED, "sbat,1,2021030218");
    boot_free(&made);
}

Test(facts, a_digest_of_the_value_alone_says_nothing)
{
    assay_pcrs values;
    boot *made = small_boot(HEADER CONFIG GLOBAL "u\"SecureBoot\" hex:01 = hex:01\n" KEYS
                            SEPARATOR(7) DB_USED, &values);

    boot_judge(made, &values, &after);
    expect_fact(&after, "secure_boot", ASSAY_UNKNOWN,
                "the digest covers the variable's value and not its name");
    boot_free(&made);
}

Test(facts, debug_and_dma_are_the_firmwares_word_before_the_separator_only)
{
    assay_pcrs values;
    boot *made = small_boot(HEADER "7 EV_EFI_ACTION \"UEFI Debug Mode\"\n" SECURE_BOOT_OFF KEYS
                            SEPARATOR(7) "7 EV_EFI_ACTION \"DMA Protection Disabled\"\n", &values);

    boot_judge(made, &values, &after);
    expect_fact(&after, "debug_mode", ASSAY_STANDS, "on: a debugger may control the firmware");
    expect_fact(&after, "dma_protection", ASSAY_CLAIMED,
                "off: devices could read and write memory while the firmware ran");
    boot_free(&made);
}

Test(facts, nothing_is_the_firmwares_word_without_a_separator)
{
    assay_pcrs values;
    boot *made = small_boot(HEADER VERSION SECURE_BOOT_OFF KEYS, &values);

    boot_judge(made, &values, &after);
    cr_expect_not(refused(&after));
    cr_expect_eq(fact_of(&after, "secure_boot")->standing, ASSAY_UNKNOWN);
    cr_expect_eq(fact_of(&after, "debug_mode")->standing, ASSAY_UNKNOWN);
    cr_expect_eq(fact_of(&after, "firmware_version")->standing, ASSAY_UNKNOWN);
    boot_free(&made);
}

/* GRUB hashes the words after the prefix, so the prefix is anybody's. */
Test(facts, a_command_line_is_not_found_by_its_label)
{
    assay_pcrs values;
    boot *made = small_boot(HEADER GRUB_LINE("linux /vmlinuz single") GRUB_LINE("/vmlinuz single")
                            KERNEL_LINE("/vmlinuz quiet"), &values);

    boot_judge(made, &values, &after);
    expect_fact(&after, "kernel_cmdline", ASSAY_UNKNOWN,
                "PCR 8 has more than one line that may be it");
    boot_free(&made);
    made = small_boot(HEADER GRUB_LINE("/vmlinuz single"), &values);
    boot_judge(made, &values, &after);
    cr_expect_eq(fact_of(&after, "kernel_cmdline")->standing, ASSAY_UNKNOWN);
    boot_free(&made);
    made = small_boot(HEADER "8 EV_IPL \"hidden\" = \"/vmlinuz single\"\n" KERNEL_LINE("/vmlinuz"),
                      &values);
    boot_judge(made, &values, &after);
    expect_fact(&after, "kernel_cmdline", ASSAY_CLAIMED, "/vmlinuz");
    boot_free(&made);
}

Test(facts, a_launch_says_what_was_launched)
{
    assay_pcrs values;
    boot *made = small_boot(LAUNCH, &values);

    boot_judge(made, &values, &after);
    expect_fact(&after, "dynamic_launch", ASSAY_STANDS, "Intel TXT");
    expect_fact(&after, "sinit", ASSAY_STANDS, "sha256 " HASH);
    /* printf mle | sha256sum */
    expect_fact(&after, "mle", ASSAY_STANDS,
                "sha256 5ce977ed5726c6c55533de1f28153ea8045fa0f8e7bb9c1dc781b85ba695ed40");
    expect_fact(&after, "scrtm_status", ASSAY_STANDS, "PCR 0 is rooted in the processor");
    expect_fact(&after, "launch_control_policy", ASSAY_STANDS, "anything may be launched (ANY)");
    expect_fact(&after, "tboot_policy", ASSAY_STANDS,
                "tboot's own: no verified launch policy was provisioned");
    boot_free(&made);
}

Test(facts, no_launch_is_certain_where_pcr_17_is_as_it_was)
{
    assay_pcrs values;
    boot *made = small_boot(BOOT, &values);

    boot_judge(made, &values, &after);
    expect_fact(&after, "dynamic_launch", ASSAY_STANDS, "none is logged");
    memset(assay_pcrs_bank(&values, ASSAY_ALG_SHA256)->value[17], 0x55, 32);
    boot_judge(made, &values, &after);
    cr_expect_eq(fact_of(&after, "dynamic_launch")->standing, ASSAY_UNKNOWN);
    boot_free(&made);
}

/* The stronger of the two logs that a TXT machine without the agile option keeps. */
Test(facts, of_logs_of_one_bank_the_stronger_is_read)
{
    boot *made = boot_of_text("assay-log 1 sha1 sha256\n"
                              "17 TXT_EVTYPE_HASH_START hex:" HASH " u32:0 = only:sha1\n"
                              "17 TB_EVTYPE_HASH = only:sha1 \"policy\"\n"
                              "17 TXT_EVTYPE_HASH_START hex:" HASH " u32:0 = only:sha256\n"
                              "17 TB_EVTYPE_HASH = only:sha256 \"policy\"\n");

    boot_judge(made, NULL, &after);
    /* printf policy | sha256sum */
    expect_fact(&after, "tboot_policy", ASSAY_CLAIMED,
                "provisioned, sha256 "
                "823412d1eacb67956220e532959f0104603057c88704863ca38e7cd188fda812");
    cr_expect_eq(fact_of(&after, "sinit")->event, 2);
    boot_free(&made);
}

Test(facts, what_is_too_long_or_too_much_is_cut_and_said)
{
    static char log[128 * 1024] = HEADER "8 EV_IPL \"kernel_cmdline: /";
    size_t used = strlen(log);

    for (int i = 0; i < 600; i++)
        log[used++] = 'x';
    used += (size_t)sprintf(log + used, "\" u8:0\n");
    for (int i = 0; i < 20; i++)
        used += (size_t)sprintf(log + used, "%s", IMAGE);
    boot *made = boot_of_text(log);
    boot_judge(made, NULL, &after);
    cr_expect_eq(strlen(fact_of(&after, "kernel_cmdline")->text), ASSAY_FACT_TEXT - 1);
    cr_expect_str_eq(fact_of(&after, "kernel_cmdline")->text + ASSAY_FACT_TEXT - 4, "...");
    size_t last = 0;
    for (size_t i = 0; i < after.count; i++)
        last = strcmp(after.facts[i].name, "boot_image") == 0 ? i : last;
    cr_expect_str_eq(after.facts[last].text, "4 more are not listed");
    boot_free(&made);
}

Test(facts, names_and_standings_are_words)
{
    size_t count = 0;

    for (const char *name; (name = assay_fact_name_at(count)) != NULL; count++)
        cr_expect_gt(strlen(name), 1);
    cr_expect_eq(count, 38);
    cr_expect_str_eq(assay_standing_name(ASSAY_STANDS), "stands");
    cr_expect_str_eq(assay_standing_name(ASSAY_UNKNOWN), "unknown");
}
