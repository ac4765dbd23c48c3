/* SPDX-License-Identifier: BSD-2-Clause */
/* Conversion: what each kind of loss is, what becomes of headers, and that what is said is so. */
#include <criterion/criterion.h>

#include "base/hex.h"
#include "eventlog/convert.h"
#include "eventlog/types.h"
#include "tests/allocfail.h"
#include "tests/reading.h"

#include <stdio.h>

#define BIT(loss) ((assay_loss_set)1 << ASSAY_LOSS_##loss)

enum { CEILING = 1 << 20 };

static const uint8_t digest[ASSAY_DIGEST_MAX] = { 1 };
static const uint8_t byte = 7;

static const assay_format_room everything = { .contents = (1u << ASSAY_CONTENTS) - 1,
                                              .types = true,
                                              .data = true,
                                              .labels = true,
                                              .spec_id = true,
                                              .nv_indices = true,
                                              .registers = true,
                                              .only_bank = true,
                                              .odd_digests = true,
                                              .no_banks = true };

/* Two banks, as most firmware announces them. */
static const assay_log_header two_banks = {
    .bank_count = 2, .banks = { { ASSAY_ALG_SHA1, 20 }, { ASSAY_ALG_SHA256, 32 } }
};
static const assay_log_header sha1_alone = { .bank_count = 1, .banks = { { ASSAY_ALG_SHA1, 20 } } };

static const assay_event usual = { .pcr_index = 4,
                                   .type = EV_SEPARATOR,
                                   .digest_count = 2,
                                   .digests = { { ASSAY_ALG_SHA1, { digest, 20 } },
                                                { ASSAY_ALG_SHA256, { digest, 32 } } },
                                   .data = { &byte, 1 } };

Test(convert, what_has_room_is_not_lost)
{
    assay_event fitted = usual;

    cr_expect_eq(assay_convert_losses(&everything, &two_banks, &two_banks, &usual), 0);
    cr_expect(assay_convert_fit(&everything, &two_banks, &fitted));
    cr_expect(assay_event_equal(&fitted, &usual));
    cr_expect_eq(assay_convert_compare(&two_banks, &usual, &fitted), 0);
}

/* One thing missing from a room that has all else; what the event then has; and what comparing
 * shows. */
Test(convert, each_kind_of_loss_is_told_and_dropped)
{
    assay_format_room no_content = everything, no_types = everything, no_data = everything,
                      no_data_no_labels = everything, no_labels = everything, no_nv = everything,
                      no_registers = everything, one_bank = everything, no_only = everything,
                      usual_sizes = everything, bank_by_bank = everything;
    assay_event ima = usual, label = usual, nv = usual, only = usual, odd = usual,
                unannounced = usual, missing = usual, other_only = usual;
    assay_log_header registers = two_banks;

    no_content.contents = 1u << ASSAY_CONTENT_PCCLIENT_STD;
    no_types.types = no_data.data = no_data_no_labels.data = no_data_no_labels.labels = false;
    no_labels.labels = no_nv.nv_indices = no_registers.registers = false;
    no_only.only_bank = usual_sizes.odd_digests = false;
    one_bank.banks = ASSAY_ROOM_ONE_BANK;
    bank_by_bank.banks = ASSAY_ROOM_BANK_BY_BANK;
    registers.measurement_registers = true;
    ima.content = ASSAY_CONTENT_IMA_TEMPLATE;
    label.data = ASSAY_NO_BYTES;
    label.label = ASSAY_LITERAL("words");
    nv.nv_index = 0x1800001;
    only.only_bank = ASSAY_ALG_SHA1;
    only.digest_count = 1;
    other_only.only_bank = ASSAY_ALG_SHA256;
    other_only.digest_count = 1;
    other_only.digests[0] = usual.digests[1];
    odd.digests[0].value.size = 3;
    unannounced.digests[1] = (assay_event_digest){ ASSAY_ALG_SHA384, { digest, 48 } };
    missing.digest_count = 1;

    const struct {
        const char *what;
        const assay_format_room *room;
        const assay_log_header *to, *from;
        const assay_event *event;
        assay_loss_set losses;
        bool fits;
        assay_loss_set seen; /* by comparing the event with what is left of it */
    } cases[] = {
        { "content", &no_content, &two_banks, &two_banks, &ima, BIT(CONTENT), false, 0 },
        { "NV index", &no_nv, &two_banks, &two_banks, &nv, BIT(NV_INDEX), false, 0 },
        { "type", &no_types, &two_banks, &two_banks, &usual, BIT(TYPE), true, BIT(TYPE) },
        { "data", &no_data, &two_banks, &two_banks, &usual, BIT(DATA), true,
          BIT(DATA) | BIT(LABEL) },
        { "data and no word for it", &no_data_no_labels, &two_banks, &two_banks, &usual, BIT(DATA),
          true, BIT(DATA) },
        { "label", &no_labels, &two_banks, &two_banks, &label, BIT(LABEL), true, BIT(LABEL) },
        { "registers", &no_registers, &registers, &registers, &usual, BIT(REGISTERS), true, 0 },
        { "one bank", &one_bank, &sha1_alone, &two_banks, &usual, BIT(BANK), true, BIT(BANK) },
        { "one bank, and not this", &one_bank, &sha1_alone, &two_banks, &other_only, BIT(BANK),
          false, 0 },
        { "unannounced", &one_bank, &sha1_alone, &two_banks, &unannounced, BIT(UNANNOUNCED), true,
          BIT(BANK) },
        { "only one bank", &no_only, &two_banks, &two_banks, &only, BIT(ONLY_BANK), true,
          BIT(ONLY_BANK) },
        { "only one bank where there is one", &no_only, &sha1_alone, &two_banks, &only, 0, true,
          0 },
        { "size", &usual_sizes, &two_banks, &two_banks, &odd, BIT(DIGEST_SIZE), true, BIT(BANK) },
        { "a bank that is missing", &bank_by_bank, &two_banks, &two_banks, &missing, BIT(ONLY_BANK),
          true, 0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assay_event fitted = *cases[i].event;
        const bool fits = assay_convert_fit(cases[i].room, cases[i].to, &fitted);

        cr_expect_eq(
            assay_convert_losses(cases[i].room, cases[i].to, cases[i].from, cases[i].event),
            cases[i].losses, "%s", cases[i].what);
        cr_expect_eq(fits, cases[i].fits, "%s", cases[i].what);
        if (fits) {
            cr_expect_eq(assay_convert_compare(cases[i].to, cases[i].event, &fitted), cases[i].seen,
                         "%s", cases[i].what);
            cr_expect_eq(assay_convert_losses(cases[i].room, cases[i].to, cases[i].from, &fitted) &
                             ~(BIT(REGISTERS) | BIT(ONLY_BANK)),
                         0, "%s: what fits loses nothing more", cases[i].what);
        }
    }
}

Test(convert, an_event_without_a_digest_has_no_room_where_each_record_has_one)
{
    assay_format_room one_bank = everything;
    assay_event none = usual;

    one_bank.banks = ASSAY_ROOM_ONE_BANK;
    none.digest_count = 0;
    cr_expect_eq(assay_convert_losses(&one_bank, &sha1_alone, &two_banks, &none), BIT(EVENT));
    cr_expect_not(assay_convert_fit(&one_bank, &sha1_alone, &none));
}

Test(convert, comparing_finds_what_the_table_did_not_foresee)
{
    assay_event other = usual, order = usual, changed = usual;

    other.pcr_index = 5;
    cr_expect_eq(assay_convert_compare(&two_banks, &usual, &other), BIT(OTHER));
    order.digests[0] = usual.digests[1];
    order.digests[1] = usual.digests[0];
    cr_expect_eq(assay_convert_compare(&two_banks, &usual, &order), BIT(DIGEST_ORDER));
    changed.digests[1].value = assay_bytes_of(&digest[1], 32);
    cr_expect_eq(assay_convert_compare(&two_banks, &usual, &changed), BIT(BANK));
}

/* Headers. */

Test(convert, banks_are_put_together_selected_and_narrowed)
{
    static const uint16_t sha256 = ASSAY_ALG_SHA256, sha384 = ASSAY_ALG_SHA384;
    const assay_log_header more = { .bank_count = 2,
                                    .banks = { { ASSAY_ALG_SHA256, 32 }, { 0x7123, 4 } } };
    const assay_log_header follow = { .bank_count = 1,
                                      .banks = { { ASSAY_ALG_SHA1, 20 } },
                                      .banks_follow = true,
                                      .stage = ASSAY_STAGE_KERNEL };
    const assay_log_header *const both[] = { &two_banks, &more }, *const ima[] = { &follow };
    assay_format_room room = everything;
    assay_log_header header;

    cr_assert_eq(assay_convert_header(&room, both, 2, NULL, 0, &header, NULL), 0);
    cr_expect_eq(header.bank_count, 3);
    cr_expect_eq(header.banks[2].alg, 0x7123);
    cr_assert_eq(assay_convert_header(&room, both, 2, &sha256, 1, &header, NULL), 0);
    cr_expect_eq(header.bank_count, 1);
    cr_expect_eq(assay_convert_header(&room, both, 2, &sha384, 1, &header, NULL), 0);
    cr_expect_eq(header.bank_count, 0, "not there, and it does not follow");
    cr_assert_eq(assay_convert_header(&room, ima, 1, &sha384, 1, &header, NULL), 0);
    cr_expect_eq(header.bank_count, 1, "not there, and it follows");
    cr_expect_eq(header.banks[0].alg, ASSAY_ALG_SHA384);
    room.banks = ASSAY_ROOM_ONE_BANK;
    cr_assert_eq(assay_convert_header(&room, both, 2, NULL, 0, &header, NULL), 0);
    cr_expect_eq(header.bank_count, 1);
    cr_expect_eq(header.banks[0].alg, ASSAY_ALG_SHA256);
    room.banks = ASSAY_ROOM_SHA1_ONLY;
    cr_assert_eq(assay_convert_header(&room, both, 2, NULL, 0, &header, NULL), 0);
    cr_expect_eq(header.banks[0].alg, ASSAY_ALG_SHA1);
}

Test(convert, logs_that_are_no_one_log_are_refused)
{
    const assay_log_header registers = { .bank_count = 1,
                                         .banks = { { ASSAY_ALG_SHA384, 48 } },
                                         .measurement_registers = true };
    const assay_log_header small = { .bank_count = 1, .banks = { { 0x7123, 4 } } };
    const assay_log_header large = { .bank_count = 1, .banks = { { 0x7123, 5 } } };
    const assay_log_header *const kinds[] = { &two_banks, &registers },
                                  *const sizes[] = { &small, &large }, *const none[] = { &small };
    assay_format_room sha1_only = everything;
    assay_log_header header;
    assay_error error;

    cr_expect_eq(assay_convert_header(&everything, kinds, 2, NULL, 0, &header, &error),
                 -ASSAY_UNSUPPORTED);
    cr_expect_eq(assay_convert_header(&everything, sizes, 2, NULL, 0, &header, &error),
                 -ASSAY_UNSUPPORTED);
    sha1_only.banks = ASSAY_ROOM_SHA1_ONLY;
    sha1_only.no_banks = false;
    cr_expect_eq(assay_convert_header(&sha1_only, none, 1, NULL, 0, &header, &error),
                 -ASSAY_UNSUPPORTED);
}

/* Whole logs. */

static assay_conversion conversion;

static int convert_text(const char *const *texts, size_t count, const assay_convert_wish *wish,
                        assay_writer *writer, assay_error *error)
{
    assay_convert_source sources[ASSAY_CONVERT_SOURCES];

    for (size_t i = 0; i < count && i < ASSAY_CONVERT_SOURCES; i++)
        sources[i] = (assay_convert_source){ .bytes = assay_bytes_of_string(texts[i]) };
    return assay_convert(sources, count, wish, writer, &conversion, error);
}

/* What a log becomes, and as text again, which the caller frees. */
static void expect_becomes(const char *text, const assay_convert_wish *wish, const char *expected)
{
    const assay_convert_wish as_text = { .to = "text" };
    assay_writer once = assay_writer_growing(CEILING), back = assay_writer_growing(CEILING);
    assay_error error = { .kind = 0 };

    cr_assert_eq(convert_text(&text, 1, wish, &once, &error), 0, "%s", error.what);
    const assay_conversion first = conversion;
    const assay_convert_source source = { .bytes = assay_written(&once), .format = wish->to };
    cr_assert_eq(assay_convert(&source, 1, &as_text, &back, &conversion, &error), 0, "%s",
                 error.what);
    cr_expect(assay_bytes_equal(assay_written(&back), assay_bytes_of_string(expected)), "%s: %.*s",
              wish->to, (int)back.used, (const char *)back.data);
    conversion = first;
    assay_writer_close(&once);
    assay_writer_close(&back);
}

#define SHA1_LOG                                                                                   \
    "assay-log 1 sha1\n"                                                                           \
    "0 EV_NO_ACTION \"Spec ID Event02\" hex:0000000000000201020d \"TXT is none!!\"\n"              \
    "4 EV_SEPARATOR u32:0\n"
#define EVENTS "0 EV_NO_ACTION hex:01\n4 EV_ACTION \"one\"\n"

Test(convert, a_header_is_made_and_unmade)
{
    expect_becomes("assay-log 1 sha1\n" EVENTS, &(assay_convert_wish){ .to = "tcg2" },
                   "assay-log 1 sha1\nspec-id\n" EVENTS);
    cr_expect(assay_conversion_is_lossless(&conversion));
    expect_becomes("assay-log 1 sha1\nspec-id\n" EVENTS, &(assay_convert_wish){ .to = "tcg12" },
                   "assay-log 1 sha1\n" EVENTS);
    cr_expect(assay_conversion_is_lossless(&conversion), "such a header says nothing");
    cr_expect_eq(conversion.events, 2);
    expect_becomes("assay-log 1 sha1\nspec-id errata:5\n" EVENTS,
                   &(assay_convert_wish){ .to = "tcg12" }, "assay-log 1 sha1\n" EVENTS);
    cr_expect_eq(conversion.lost[ASSAY_LOSS_SPEC_ID].count, 1);
    cr_expect_eq(conversion.lost[ASSAY_LOSS_SPEC_ID].event, 0);
    cr_expect_not(assay_conversion_is_lossless(&conversion));
}

Test(convert, lists_of_one_bank_each_become_records_of_all_where_they_say_the_same)
{
    static const char parallel[] = "assay-log 1 sha1 sha256\n"
                                   "18 EV_ACTION \"one\" = only:sha1\n"
                                   "19 EV_ACTION \"two\" = only:sha1\n"
                                   "18 EV_ACTION \"one\" = only:sha256\n"
                                   "19 EV_ACTION \"two\" = only:sha256\n";
    static const char different[] = "assay-log 1 sha1 sha256\n"
                                    "18 EV_ACTION \"one\" = only:sha1\n"
                                    "18 EV_ACTION \"eno\" = only:sha256\n";

    expect_becomes(
        parallel, &(assay_convert_wish){ .to = "tcg2" },
        "assay-log 1 sha1 sha256\nstage launch\nspec-id\n18 EV_ACTION \"one\"\n19 EV_ACTION \"two\"\n");
    cr_expect(assay_conversion_is_lossless(&conversion));
    cr_expect_eq(conversion.events, 4);
    cr_expect_eq(conversion.written, 2);
    expect_becomes(different, &(assay_convert_wish){ .to = "tcg2" },
                   "assay-log 1 sha1 sha256\nstage launch\nspec-id\n18 EV_ACTION \"one\" = sha1\n"
                   "18 EV_ACTION \"eno\" = sha256\n");
    cr_expect_eq(conversion.lost[ASSAY_LOSS_ONLY_BANK].count, 2);
    cr_expect_eq(conversion.lost[ASSAY_LOSS_ONLY_BANK].pcrs, 1u << 18);
}

Test(convert, records_of_all_banks_become_lists_bank_by_bank)
{
    /* printf one | sha1sum; printf one | sha256sum */
    expect_becomes("assay-log 1 sha1 sha256\n4 EV_ACTION \"one\"\n",
                   &(assay_convert_wish){ .to = "inteljson" },
                   "assay-log 1 sha1 sha256\n"
                   "4 EV_ACTION not-kept = only:sha1:fe05bcdcdc4928012781a5f1a2a77cbb5398e106\n"
                   "4 EV_ACTION not-kept = \\\n    only:sha256:"
                   "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed\n");
    cr_expect_eq(conversion.lost[ASSAY_LOSS_DATA].count, 1);
    cr_expect_eq(conversion.written, 2);
}

Test(convert, an_ima_entry_has_the_digest_of_the_bank_that_is_asked_for)
{
    static const uint16_t sha256 = ASSAY_ALG_SHA256;
    /* printf '\1\2\3\4' | sha256sum; a violation states zeros in every bank */
    expect_becomes(
        "assay-log 1 sha1\nstage kernel\nbanks-follow\n"
        "10 ima_template \"ima-ng\" hex:01020304\n"
        "10 ima_template \"ima-ng\" hex:05 = sha1:0000000000000000000000000000000000000000\n",
        &(assay_convert_wish){ .to = "text", .banks = &sha256, .bank_count = 1 },
        "assay-log 1 sha256\nstage kernel\nbanks-follow\n"
        "10 ima_template \"ima-ng\" hex:01020304\n"
        "10 ima_template \"ima-ng\" hex:05 = \\\n    sha256:"
        "0000000000000000000000000000000000000000000000000000000000000000\n");
    cr_expect(assay_conversion_is_lossless(&conversion));
}

Test(convert, logs_are_joined_in_the_order_of_their_stages)
{
    static const char *const logs[] = {
        "assay-log 1 sha1\nstage kernel\nbanks-follow\n10 ima_template \"ima-ng\" hex:01020304\n",
        "assay-log 1 sha256\nspec-id errata:5\n4 EV_ACTION \"one\"\n",
        "assay-log 1 sha256\nspec-id errata:6\nstage launch\n17 EV_ACTION \"two\"\n",
    };
    /* The firmware's bank follows for the entry; what a second first event said is lost. */
    static const char expected[] = "assay-log 1 sha256 sha1\nspec-id errata:5\n"
                                   "4 EV_ACTION \"one\" = sha256\n17 EV_ACTION \"two\" = sha256\n"
                                   "10 ima_template \"ima-ng\" hex:01020304 = sha1 sha256\n";
    assay_writer text = assay_writer_growing(CEILING);
    assay_error error;

    cr_assert_eq(convert_text(logs, 3, &(assay_convert_wish){ .to = "text" }, &text, &error), 0,
                 "%s", error.what);
    cr_expect(assay_bytes_equal(assay_written(&text), assay_bytes_of_string(expected)), "%.*s",
              (int)text.used, (const char *)text.data);
    cr_expect_eq(conversion.order[0], 1);
    cr_expect_eq(conversion.order[2], 0);
    cr_expect_eq(conversion.lost[ASSAY_LOSS_SPEC_ID].count, 1);
    cr_expect_eq(conversion.lost[ASSAY_LOSS_SPEC_ID].source, 2);
    assay_writer_close(&text);
}

/* Said of two logs: what would be made of nothing is lost by nobody. */
Test(convert, a_second_header_that_says_nothing_is_not_lost)
{
    static const char *const logs[] = { "assay-log 1 sha1\nspec-id errata:5\n4 EV_ACTION \"one\"\n",
                                        "assay-log 1 sha1\nspec-id\n4 EV_ACTION \"two\"\n" };
    assay_writer log = assay_writer_growing(CEILING);
    assay_error error;

    cr_assert_eq(convert_text(logs, 2, &(assay_convert_wish){ .to = "tcg2" }, &log, &error), 0);
    cr_expect(assay_conversion_is_lossless(&conversion));
    cr_expect_eq(conversion.written, 2);
    assay_writer_close(&log);
}

/* Firmware wrote a digest into its header, where none belongs. */
Test(convert, a_header_that_says_more_than_it_should_is_told)
{
    static const char *const text[] = { "assay-log 1 sha1\nspec-id\n4 EV_ACTION \"one\"\n" };
    assay_writer log = assay_writer_growing(CEILING), again = assay_writer_growing(CEILING);
    assay_error error;

    cr_assert_eq(convert_text(text, 1, &(assay_convert_wish){ .to = "tcg2" }, &log, &error), 0);
    log.data[8] = 1; /* the first byte of the digest, TCG_PCClientPCREvent */
    const assay_convert_source source = { .bytes = assay_written(&log) };
    cr_assert_eq(assay_convert(&source, 1, &(assay_convert_wish){ .to = "text" }, &again,
                               &conversion, &error),
                 0);
    cr_expect_eq(conversion.lost[ASSAY_LOSS_SPEC_ID].count, 1);
    assay_writer_close(&again);
    assay_writer_close(&log);
}

/* An event like a header is an event where the log has no such header. */
Test(convert, an_event_that_looks_like_a_header_is_kept)
{
    static const char event[] = "0 EV_NO_ACTION \"Spec ID Event03\\0\"\n4 EV_ACTION \"one\"\n";
    char before[200], after[200];

    snprintf(before, sizeof before, "assay-log 1 sha1\n%s", event);
    snprintf(after, sizeof after, "assay-log 1 sha1\nspec-id\n%s", event);
    expect_becomes(before, &(assay_convert_wish){ .to = "tcg2" }, after);
    cr_expect(assay_conversion_is_lossless(&conversion));
    cr_expect_eq(conversion.written, 2);
}

Test(convert, a_selection_is_no_loss)
{
    static const uint16_t sha1 = ASSAY_ALG_SHA1;

    expect_becomes(
        "assay-log 1 sha1 sha256\n4 EV_ACTION \"one\"\n7 EV_ACTION \"two\"\nnv:5 cel\n",
        &(assay_convert_wish){ .to = "tcg12", .banks = &sha1, .bank_count = 1, .pcrs = 1u << 7 },
        "assay-log 1 sha1\n7 EV_ACTION \"two\"\n");
    cr_expect(assay_conversion_is_lossless(&conversion));
    cr_expect_eq(conversion.events, 3);
    cr_expect_eq(conversion.selected, 1);
}

Test(convert, losses_are_counted_from_the_first)
{
    static const char text[] =
        "assay-log 1 sha1 sha256\n4 EV_ACTION \"one\" = sha1\n"
        "7 EV_ACTION \"two\"\n9 EV_ACTION \"two\"\nnv:5 cel\n10 systemd \"{}\"\n";

    expect_becomes(
        text, &(assay_convert_wish){ .to = "tcg12" },
        "assay-log 1 sha1\n4 EV_ACTION \"one\"\n7 EV_ACTION \"two\"\n9 EV_ACTION \"two\"\n");
    cr_expect_eq(conversion.lost[ASSAY_LOSS_BANK].count, 2);
    cr_expect_eq(conversion.lost[ASSAY_LOSS_BANK].event, 1);
    cr_expect_eq(conversion.lost[ASSAY_LOSS_BANK].offset, 24 + 25);
    cr_expect_eq(conversion.lost[ASSAY_LOSS_BANK].pcrs, 1u << 7 | 1u << 9);
    cr_expect_eq(conversion.lost[ASSAY_LOSS_CONTENT].count, 2);
    cr_expect_eq(conversion.lost[ASSAY_LOSS_CONTENT].event, 3);
    cr_expect_eq(conversion.written, 3);
}

Test(convert, what_is_sound_of_a_cut_log_is_converted)
{
    expect_becomes("assay-log 1 sha1\n4 EV_ACTION \"one\"\n7 EV_ACT",
                   &(assay_convert_wish){ .to = "tcg12" },
                   "assay-log 1 sha1\n4 EV_ACTION \"one\"\n");
    cr_expect_eq(conversion.lost[ASSAY_LOSS_TRUNCATED].count, 1);
    cr_expect_eq(conversion.lost[ASSAY_LOSS_TRUNCATED].event, 1);
    cr_expect_eq(conversion.cut.kind, ASSAY_TRUNCATED);
}

/* Cleared memory is the end of a SHA-1 log: the table does not know, reading back tells. */
Test(convert, a_record_that_ends_the_target_is_found_by_reading_back)
{
    static const char text[] = "assay-log 1 sha1\n4 EV_ACTION \"one\"\n"
                               "0 0 = sha1:0000000000000000000000000000000000000000\n"
                               "7 EV_ACTION \"two\"\n";
    assay_writer log = assay_writer_growing(CEILING);
    const char *const texts[] = { text };

    cr_assert_eq(convert_text(texts, 1, &(assay_convert_wish){ .to = "tcg12" }, &log, NULL), 0);
    cr_expect_eq(conversion.lost[ASSAY_LOSS_OTHER].count, 2);
    cr_expect_eq(conversion.lost[ASSAY_LOSS_OTHER].event, 1);
    assay_writer_close(&log);
}

/* A list of one bank has no number for every algorithm, which the table does not say. */
Test(convert, what_a_writer_refuses_is_told)
{
    static const char *const lists[] = {
        "assay-log 1 sha1 0x7123/2\n4 EV_ACTION = only:0x7123:0001\n"
        "4 EV_ACTION \"a\" = only:sha1\n"
    };
    static const char *const unknown[] = { "assay-log 1 sha3_256\n4 EV_ACTION\n" };
    assay_writer log = assay_writer_growing(CEILING);
    assay_error error;

    cr_assert_eq(convert_text(lists, 1, &(assay_convert_wish){ .to = "inteljson" }, &log, &error),
                 0);
    cr_expect_eq(conversion.lost[ASSAY_LOSS_EVENT].count, 1);
    cr_expect_eq(conversion.refused.kind, ASSAY_UNSUPPORTED);
    cr_expect_eq(conversion.written, 1);
    assay_writer_close(&log);
    log = assay_writer_growing(CEILING);
    cr_expect_eq(convert_text(unknown, 1, &(assay_convert_wish){ .to = "txt2" }, &log, &error),
                 -ASSAY_UNSUPPORTED);
    assay_writer_close(&log);
}

Test(convert, what_can_not_be_converted_at_all_is_an_error)
{
    static const char *const nothing[] = { "assay-log 1 sha1\n10 systemd \"{}\"\n" };
    static const char *const no_log[] = { "assay-log 1 sha1\n4 EV_ACTION\n", "no log at all" };
    assay_writer log = assay_writer_growing(CEILING);
    assay_error error;

    cr_expect_eq(convert_text(nothing, 1, &(assay_convert_wish){ .to = "tcg12" }, &log, &error),
                 -ASSAY_UNSUPPORTED);
    cr_expect_not_null(strstr(error.what, "no room for any"), "%s", error.what);
    cr_expect_eq(convert_text(no_log, 2, &(assay_convert_wish){ .to = "tcg12" }, &log, &error),
                 -ASSAY_UNKNOWN_FORMAT);
    cr_expect_eq(conversion.failed, 1);
    cr_expect_eq(convert_text(no_log, 1, &(assay_convert_wish){ .to = "nonsense" }, &log, &error),
                 -ASSAY_UNSUPPORTED);
    cr_expect_eq(convert_text(no_log, 0, &(assay_convert_wish){ .to = "text" }, &log, &error),
                 -ASSAY_UNSUPPORTED);
    assay_writer_close(&log);
}

Test(convert, names_of_losses_are_told_apart)
{
    for (enum assay_loss a = 0; a < ASSAY_LOSSES; a++)
        for (enum assay_loss b = 0; b < a; b++)
            cr_expect_str_neq(assay_loss_describe(a)->name, assay_loss_describe(b)->name);
}

/* Allocations. */

static const char *target;

static int convert_sample(void)
{
    static const char *const logs[] = {
        "assay-log 1 sha1 sha256\n18 EV_ACTION \"one\" = only:sha1\n18 EV_ACTION \"one\" = "
        "only:sha256\n",
        "assay-log 1 sha1\nstage kernel\nbanks-follow\n10 ima_template \"ima-ng\" hex:01020304\n",
    };
    assay_writer log = assay_writer_growing(CEILING);
    assay_error error = { .kind = 0 };
    const int status = convert_text(logs, 2, &(assay_convert_wish){ .to = target }, &log, &error);

    cr_assert_eq(-status, error.kind, "the error says what the status does");
    assay_writer_close(&log);
    return status;
}

Test(convert, each_failing_allocation_is_survived)
{
    static const char *const targets[] = { "text", "tcg2", "inteljson", "heap" };

    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        target = targets[i];
        cr_expect_gt(each_allocation_fails(target, convert_sample), 5);
    }
}
