/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a format has no room for is refused by its writer, and not written as something else. The
 * events are those that the layouts in the formats' own files can't say.
 */
#include <criterion/criterion.h>

#include "eventlog/log.h"
#include "eventlog/types.h"

enum { CEILING = 1 << 20 };

#define SHA1 "aaaaaaaaaaaaaaaaaaaa"
#define SHA256 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define OF_SHA1 { ASSAY_ALG_SHA1, ASSAY_LITERAL(SHA1) }
#define OF_SHA256 { ASSAY_ALG_SHA256, ASSAY_LITERAL(SHA256) }
#define IMA .type = ASSAY_NO_EVENT_TYPE, .content = ASSAY_CONTENT_IMA_TEMPLATE

/* Template ima-ng (security/integrity/ima): d-ng "sha1:" NUL and 20 bytes, n-ng "a" NUL. */
#define D_NG "\x1a\0\0\0sha1:\0" SHA1
#define IMA_NG D_NG "\2\0\0\0a\0"

static const struct {
    const char *format;
    size_t banks;
    assay_bank bank[2];
    size_t taken; /* of the events, the last is refused */
    assay_event events[2];
} cases[] = {
    /* An IMA list. */
    { "ima", 1, { { ASSAY_ALG_SHA1, 20 } }, 0,
      { { .type = EV_SEPARATOR, .digest_count = 1, .digests = { OF_SHA1 } } } },
    { "ima", 1, { { ASSAY_ALG_SHA1, 20 } }, 0,
      { { IMA, .name = ASSAY_LITERAL("ima-ng"), .data = ASSAY_LITERAL(IMA_NG), .nv_index = 0x1800001,
          .digest_count = 1, .digests = { OF_SHA1 } } } },
    { "ima", 1, { { ASSAY_ALG_SHA1, 20 } }, 0,
      { { IMA, .name = ASSAY_LITERAL("ima-ng"), .data = ASSAY_LITERAL(IMA_NG),
          .digest_count = 1, .digests = { OF_SHA256 } } } },
    { "ima", 1, { { ASSAY_ALG_SHA1, 20 } }, 0,
      { { IMA, .data = ASSAY_LITERAL(IMA_NG), .digest_count = 1, .digests = { OF_SHA1 } } } },
    { "ima", 1, { { ASSAY_ALG_SHA1, 20 } }, 0,
      { { IMA, .name = ASSAY_LITERAL("other"), .data = ASSAY_LITERAL(IMA_NG), .digest_count = 1,
          .digests = { OF_SHA1 } } } },
    /* Its first template has a digest of 20 bytes before the name. */
    { "ima", 1, { { ASSAY_ALG_SHA1, 20 } }, 1,
      { { IMA, .name = ASSAY_LITERAL("ima-ng"), .data = ASSAY_LITERAL(IMA_NG), .digest_count = 1,
          .digests = { OF_SHA1 } },
        { IMA, .name = ASSAY_LITERAL("ima"), .data = ASSAY_LITERAL("short"), .digest_count = 1,
          .digests = { OF_SHA1 } } } },
    { "ima-text", 1, { { ASSAY_ALG_SHA1, 20 } }, 0,
      { { .type = EV_SEPARATOR, .digest_count = 1, .digests = { OF_SHA1 } } } },
    /* The final events table: nothing gives a digest its size, and zeros end it. */
    { "final-events", 1, { { 0x1004, 4 } }, 0,
      { { .type = EV_SEPARATOR, .digest_count = 1,
          .digests = { { 0x1004, ASSAY_LITERAL("abcd") } } } } },
    { "final-events", 1, { { ASSAY_ALG_SHA1, 20 } }, 0, { { .pcr_index = 0, .type = 0 } } },
    /* The text of tpm2_eventlog. */
    { "tpm2-eventlog", 1, { { ASSAY_ALG_SHA1, 20 } }, 0,
      { { IMA, .name = ASSAY_LITERAL("ima-ng"), .data = ASSAY_LITERAL(IMA_NG), .digest_count = 1,
          .digests = { OF_SHA1 } } } },
    { "tpm2-eventlog", 1, { { ASSAY_ALG_SHA1, 20 } }, 0,
      { { .type = EV_SEPARATOR, .nv_index = 0x1800001, .digest_count = 1, .digests = { OF_SHA1 },
          .data = ASSAY_LITERAL("\0\0\0\0") } } },
    { "tpm2-eventlog", 1, { { ASSAY_ALG_SHA1, 20 } }, 0,
      { { .type = ASSAY_NO_EVENT_TYPE, .content = ASSAY_CONTENT_OTHER, .name = ASSAY_LITERAL("x"),
          .digest_count = 1, .digests = { OF_SHA1 } } } },
    /* tboot's text: the first event says which of its shapes it is. */
    { "txtstat", 2, { { ASSAY_ALG_SHA1, 20 }, { ASSAY_ALG_SHA256, 32 } }, 1,
      { { .pcr_index = 17, .type = 0x402, .digest_count = 2, .digests = { OF_SHA1, OF_SHA256 },
          .data = ASSAY_LITERAL("") },
        { .pcr_index = 17, .type = 0x402, .only_bank = ASSAY_ALG_SHA1, .digest_count = 1,
          .digests = { OF_SHA1 }, .data = ASSAY_LITERAL("") } } },
    { "txtstat", 1, { { ASSAY_ALG_SHA1, 20 } }, 1,
      { { .pcr_index = 17, .type = 0x402, .digest_count = 1, .digests = { OF_SHA1 },
          .data = ASSAY_LITERAL("") },
        { .pcr_index = 17, .type = 0x402, .digest_count = 2, .digests = { OF_SHA1, OF_SHA256 },
          .data = ASSAY_LITERAL("") } } },
    { "txtstat", 1, { { ASSAY_ALG_SHA1, 20 } }, 1,
      { { .pcr_index = 17, .type = 0x402, .digest_count = 1, .digests = { OF_SHA1 },
          .data = ASSAY_LITERAL("") },
        { .pcr_index = 17, .type = 0x402, .digest_count = 1, .digests = { OF_SHA256 },
          .data = ASSAY_LITERAL("") } } },
};

Test(refused, what_a_format_has_no_room_for)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assay_log_header header = { .bank_count = cases[i].banks };
        assay_writer writer = assay_writer_growing(CEILING);
        assay_log_writer out;
        assay_error error = { 0 };

        for (size_t b = 0; b < cases[i].banks; b++)
            header.banks[b] = cases[i].bank[b];
        cr_assert_eq(assay_log_write_begin(&out, cases[i].format, &header, &writer, &error), 0);
        for (size_t e = 0; e < cases[i].taken; e++)
            cr_expect_eq(assay_log_write_event(&out, &cases[i].events[e], &error), 0,
                         "case %zu, %s: %s", i, cases[i].format, error.what);
        const uint64_t before = writer.written;
        cr_expect_eq(assay_log_write_event(&out, &cases[i].events[cases[i].taken], &error),
                     -ASSAY_UNSUPPORTED, "case %zu, %s", i, cases[i].format);
        cr_expect_eq(writer.written, before, "case %zu, %s", i, cases[i].format);
        cr_expect_neq(error.what[0], '\0', "case %zu, %s", i, cases[i].format);
        assay_log_write_end(&out, &error);
        assay_writer_close(&writer);
    }
}

/* coreboot counts its entries in 16 bits. */
Test(refused, an_entry_beyond_what_coreboot_counts)
{
    static const assay_log_header header = { .bank_count = 1, .banks = { { ASSAY_ALG_SHA1, 20 } } };
    const assay_event event = { .type = ASSAY_NO_EVENT_TYPE, .label = ASSAY_LITERAL("FMAP: FMAP"),
                                .digest_count = 1, .digests = { OF_SHA1 } };
    assay_writer writer = assay_writer_growing((size_t)16 << 20);
    assay_log_writer out;
    assay_error error;

    cr_assert_eq(assay_log_write_begin(&out, "coreboot", &header, &writer, &error), 0);
    for (unsigned n = 0; n < 65535; n++)
        cr_assert_eq(assay_log_write_event(&out, &event, &error), 0, "%s", error.what);
    cr_expect_eq(assay_log_write_event(&out, &event, &error), -ASSAY_UNSUPPORTED);
    cr_expect_eq(assay_log_write_end(&out, &error), 0);

    static assay_log log;
    assay_event read;
    uint32_t count = 0;
    cr_assert_eq(assay_log_open(&log, assay_written(&writer), "coreboot", NULL, NULL), 0);
    while (assay_log_next(&log, &read) > 0)
        count++;
    cr_expect_eq(count, 65535);
    assay_log_close(&log);
    assay_writer_close(&writer);
}
