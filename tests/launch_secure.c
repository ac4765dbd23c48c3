/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Secure Launch: events named by labels. The log is made here: SINIT's MLE_HASH, then what Linux
 * records by the policy of GRUB's SLR table, digests SHA-256 of the bytes given.
 */
#include "tests/launch.h"

#include "eventlog/types.h"
#include "policy/launch/securelaunch.h"

static const assay_bank sha256 = { ASSAY_ALG_SHA256, 32 };

static void put_event(assay_prediction *log, uint32_t pcr, uint32_t type, assay_bytes label,
                      const assay_bytes *parts, size_t count)
{
    assay_predicted_event event = { .origin = ASSAY_PREDICTED_KEPT,
                                    .part = assay_part_of(type),
                                    .base = (uint32_t)log->count };
    assay_digests digests = { .count = 0 };

    add_digest(&digests, ASSAY_ALG_SHA256, parts, count);
    event.event = (assay_event){ .pcr_index = pcr, .type = type, .digest_count = 1, .data = label };
    event.event.digests[0] =
        (assay_event_digest){ ASSAY_ALG_SHA256, assay_bytes_of(digests.list[0].value, 32) };
    cr_assert_eq(assay_prediction_add(log, &event, NULL), 0);
}

static const uint8_t zeros[4096];

/* The command line "old" in a buffer of `size` bytes. */
static assay_prediction *make_log(size_t size)
{
    const assay_log_header header = { .bank_count = 1, .banks = { sha256 } };
    const assay_bytes cmdline[] = { ASSAY_LITERAL("old"), assay_bytes_of(zeros, size - 3) };
    assay_prediction *const log = assay_prediction_new(&header);

    log->format = "tcg2";
    put_event(log, 17, TXT_EVTYPE_MLE_HASH, ASSAY_LITERAL(""), &ASSAY_LITERAL("mle"), 1);
    put_event(log, 17, SL_EVTYPE_START, ASSAY_LITERAL(""), &ASSAY_LITERAL(""), 1);
    put_event(log, 18, SL_EVTYPE_SECURE_LAUNCH, ASSAY_LITERAL("Measured boot parameters\0\0"),
              &ASSAY_LITERAL("params"), 1);
    put_event(log, 18, SL_EVTYPE_SECURE_LAUNCH, ASSAY_LITERAL("Measured Kernel command line"),
              cmdline, 2);
    put_event(log, 17, SL_EVTYPE_SECURE_LAUNCH, ASSAY_LITERAL("Measured Kernel initrd\0"),
              &ASSAY_LITERAL("old initrd"), 1);
    put_event(log, 17, SL_EVTYPE_SECURE_LAUNCH, ASSAY_LITERAL("MB module"),
              &ASSAY_LITERAL("module 0"), 1);
    put_event(log, 17, SL_EVTYPE_SECURE_LAUNCH, ASSAY_LITERAL("MB module"),
              &ASSAY_LITERAL("module 1"), 1);
    put_event(log, 17, SL_EVTYPE_END, ASSAY_LITERAL(""), &ASSAY_LITERAL(""), 1);
    return log;
}

static void expect_digest(const assay_predicted_event *event, const assay_bytes *parts,
                          size_t count)
{
    assay_digests digests = { .count = 0 };

    add_digest(&digests, ASSAY_ALG_SHA256, parts, count);
    cr_assert_eq(event->event.digest_count, 1);
    cr_expect(assay_bytes_equal(event->event.digests[0].value,
                                assay_bytes_of(digests.list[0].value, 32)));
}

enum { BOOT_PARAMETERS = 2, CMDLINE, INITRD, MODULE_0, MODULE_1 };

Test(launch_secure, a_command_line_takes_the_form_of_the_one_before)
{
    static const size_t sizes[] = { 3, 4, 255, 2047, 2048, 4095, 4096 };
    const assay_secure_launch secure = { .has_cmdline = true,
                                         .cmdline = ASSAY_LITERAL("new one"),
                                         .has_base_cmdline = true,
                                         .base_cmdline = ASSAY_LITERAL("old") };
    const assay_launch launch = { .secure = &secure };

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        /* With no buffer, and with its NUL alone, it is as long as it is. */
        const size_t size = sizes[i] <= 4 ? sizes[i] + 4 : sizes[i];
        const assay_bytes parts[] = { secure.cmdline, assay_bytes_of(zeros, size - 7) };
        assay_prediction *base = make_log(sizes[i]);
        assay_prediction *prediction = predict(base, &launch);

        expect_digest(&prediction->events[CMDLINE], parts, 2);
        cr_expect_eq(prediction->events[BOOT_PARAMETERS].origin, ASSAY_PREDICTED_UNKNOWN);
        assay_prediction_free(&prediction);
        assay_prediction_free(&base);
    }
}

Test(launch_secure, a_command_line_whose_form_is_not_known_is_unknown)
{
    assay_secure_launch secure = { .has_cmdline = true, .cmdline = ASSAY_LITERAL("new") };
    const assay_launch launch = { .secure = &secure };
    assay_prediction *base = make_log(1000);

    for (unsigned i = 0; i < 2; i++) {
        assay_prediction *prediction = predict(base, &launch);

        cr_expect_eq(prediction->events[CMDLINE].origin, ASSAY_PREDICTED_UNKNOWN);
        cr_expect_str_eq(value_of(prediction, ASSAY_ALG_SHA256, 18), "unknown");
        cr_expect_str_neq(value_of(prediction, ASSAY_ALG_SHA256, 17), "unknown");
        assay_prediction_free(&prediction);
        secure.has_base_cmdline = true;
        secure.base_cmdline = ASSAY_LITERAL("old");
    }
    assay_prediction_free(&base);
}

Test(launch_secure, a_command_line_longer_than_its_buffer_is_unknown)
{
    const assay_secure_launch secure = { .has_cmdline = true,
                                         .cmdline = assay_bytes_of(zeros, 256),
                                         .has_base_cmdline = true,
                                         .base_cmdline = ASSAY_LITERAL("old") };
    const assay_launch launch = { .secure = &secure };
    assay_prediction *base = make_log(255);
    assay_prediction *prediction = predict(base, &launch);

    cr_expect_eq(prediction->events[CMDLINE].origin, ASSAY_PREDICTED_UNKNOWN);
    assay_prediction_free(&prediction);
    assay_prediction_free(&base);
}

Test(launch_secure, files_replace_what_labels_name)
{
    assay_secure_launch secure = { .initrd = { .given = true }, .module_count = 2 };
    const assay_launch launch = { .secure = &secure };
    assay_prediction *base = make_log(2048);

    add_digest(&secure.initrd.digests, ASSAY_ALG_SHA256, &ASSAY_LITERAL("new initrd"), 1);
    secure.modules[1].given = true;
    add_digest(&secure.modules[1].digests, ASSAY_ALG_SHA256, &ASSAY_LITERAL("new module"), 1);
    assay_prediction *prediction = predict(base, &launch);
    expect_digest(&prediction->events[INITRD], &ASSAY_LITERAL("new initrd"), 1);
    expect_digest(&prediction->events[MODULE_0], &ASSAY_LITERAL("module 0"), 1);
    expect_digest(&prediction->events[MODULE_1], &ASSAY_LITERAL("new module"), 1);
    cr_expect_eq(prediction->events[CMDLINE].origin, ASSAY_PREDICTED_KEPT);
    assay_prediction_free(&prediction);
    assay_prediction_free(&base);
}

Test(launch_secure, marks_extend_nothing)
{
    assay_prediction *base = make_log(2048);
    assay_prediction *unmarked = make_log(2048);
    char value[65];

    memmove(&unmarked->events[1], &unmarked->events[2], 5 * sizeof *unmarked->events);
    unmarked->count = 6;
    strcpy(value, value_of(base, ASSAY_ALG_SHA256, 17));
    cr_expect_str_eq(value, value_of(unmarked, ASSAY_ALG_SHA256, 17));
    assay_prediction_free(&unmarked);
    assay_prediction_free(&base);
}
