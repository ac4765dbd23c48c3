/* SPDX-License-Identifier: BSD-2-Clause */
/* replay/pcrs.h: banks of values, and sets of PCRs. */
#include <criterion/criterion.h>

#include "replay/pcrs.h"

Test(pcrs, a_bank_is_added_once)
{
    assay_pcrs pcrs = { 0 };
    assay_pcr_bank *const bank = assay_pcrs_add_bank(&pcrs, ASSAY_ALG_SHA384);

    cr_assert_not_null(bank);
    cr_expect_eq(bank->size, 48);
    cr_expect_eq(bank->present, 0);
    cr_expect_eq(assay_pcrs_add_bank(&pcrs, ASSAY_ALG_SHA384), bank);
    cr_expect_eq(assay_pcrs_bank(&pcrs, ASSAY_ALG_SHA384), bank);
    cr_expect_eq(assay_pcrs_bank_const(&pcrs, ASSAY_ALG_SHA384), bank);
    cr_expect_eq(pcrs.bank_count, 1);
    cr_expect_null(assay_pcrs_bank(&pcrs, ASSAY_ALG_SHA1));
    cr_expect_null(assay_pcrs_bank_const(&pcrs, ASSAY_ALG_SHA1));
    cr_expect_null(assay_pcrs_add_bank(&pcrs, 0x1234), "an algorithm unknown here");
}

Test(pcrs, there_is_room_for_every_algorithm)
{
    assay_pcrs pcrs = { 0 };

    for (size_t i = 0; i < ASSAY_ALGS; i++)
        cr_expect_not_null(assay_pcrs_add_bank(&pcrs, assay_alg_at(i)->id));
    cr_expect_eq(pcrs.bank_count, ASSAY_ALGS);
}

Test(pcrs, a_value_is_there_or_is_no_bytes)
{
    assay_pcrs pcrs = { 0 };
    assay_pcr_bank *const bank = assay_pcrs_add_bank(&pcrs, ASSAY_ALG_SHA1);

    bank->present = 1u << 23;
    cr_expect_eq(assay_pcrs_value(&pcrs, ASSAY_ALG_SHA1, 23).data, bank->value[23]);
    cr_expect_eq(assay_pcrs_value(&pcrs, ASSAY_ALG_SHA1, 23).size, 20);
    cr_expect_null(assay_pcrs_value(&pcrs, ASSAY_ALG_SHA1, 22).data);
    cr_expect_null(assay_pcrs_value(&pcrs, ASSAY_ALG_SHA1, 24).data);
    cr_expect_null(assay_pcrs_value(&pcrs, ASSAY_ALG_SHA256, 23).data);
}

Test(pcrs, sets_are_written_and_read_as_ranges)
{
    static const struct {
        const char *text;
        assay_pcr_set set;
    } sets[] = {
        { "0", 0x1 },      { "23", 0x800000 }, { "0-7", 0xFF },      { "0-7,14", 0x40FF },
        { "0,2,4", 0x15 }, { "0-1,3", 0xB },   { "0-23", 0xFFFFFF }, { "16-17,20-23", 0xF30000 },
    };
    char text[100];

    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        assay_pcr_set set = 0;
        assay_writer writer = assay_writer_lent(text, sizeof text);

        cr_expect(assay_pcr_set_parse(sets[i].text, &set), "%s", sets[i].text);
        cr_expect_eq(set, sets[i].set, "%s", sets[i].text);
        assay_pcr_set_write(&writer, set);
        cr_expect(assay_bytes_equal(assay_written(&writer), assay_bytes_of_string(sets[i].text)));
    }
}

/*
 * Pairs with a gap between are the longest way of writing 10 to 23, five times "10-11,"; below 10
 * they are as good as numbers alone.
 */
Test(pcrs, a_string_has_room_for_every_set)
{
    static const char longest[] = "0-1,3-4,6,8,10-11,13-14,16-17,19-20,22-23";
    char text[ASSAY_PCR_SET_TEXT];

    cr_expect_eq(sizeof longest, sizeof text);
    cr_expect_str_eq(assay_pcr_set_text(0xDB6D5B, text), longest);
    cr_expect_str_eq(assay_pcr_set_text(0, text), "");
}

Test(pcrs, an_empty_set_is_written_as_nothing)
{
    char text[10];
    assay_writer writer = assay_writer_lent(text, sizeof text);

    assay_pcr_set_write(&writer, 0);
    cr_expect_eq(writer.written, 0);
}

Test(pcrs, other_ways_of_writing_a_set_are_read)
{
    assay_pcr_set set;

    cr_expect(assay_pcr_set_parse("7,0,0-2,1", &set));
    cr_expect_eq(set, 0x87);
    cr_expect(assay_pcr_set_parse("5-5", &set));
    cr_expect_eq(set, 0x20);
    cr_expect(assay_pcr_set_parse("007", &set));
    cr_expect_eq(set, 0x80);
}

Test(pcrs, what_is_no_set_is_refused_and_writes_nothing)
{
    static const char *const wrong[] = { "",   ",",    "0,",     "24",         "7-0",  "-1", "1-",
                                         "a",  "0x1",  "0 1",    "1;2",        "0--1", " 0", "0 ",
                                         "+1", "0-24", "000000", "4294967296", "1-2-3" };
    assay_pcr_set set = 42;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        cr_expect_not(assay_pcr_set_parse(wrong[i], &set), "'%s'", wrong[i]);
    cr_expect_eq(set, 42);
}

static assay_pcrs one_value(uint16_t alg, unsigned pcr, uint8_t first_byte)
{
    assay_pcrs pcrs = { 0 };
    assay_pcr_bank *const bank = assay_pcrs_add_bank(&pcrs, alg);

    bank->present = (assay_pcr_set)1 << pcr;
    bank->value[pcr][0] = first_byte;
    return pcrs;
}

Test(pcrs, values_from_two_places_are_merged_when_they_agree)
{
    assay_pcrs all = { 0 };
    const assay_pcrs a = one_value(ASSAY_ALG_SHA1, 3, 7), b = one_value(ASSAY_ALG_SHA1, 4, 8),
                     c = one_value(ASSAY_ALG_SHA256, 3, 9), other = one_value(ASSAY_ALG_SHA1, 3, 8);

    cr_expect(assay_pcrs_merge(&all, &a));
    cr_expect(assay_pcrs_merge(&all, &a), "the same value again");
    cr_expect(assay_pcrs_merge(&all, &b));
    cr_expect(assay_pcrs_merge(&all, &c));
    cr_expect_eq(assay_pcrs_value(&all, ASSAY_ALG_SHA1, 3).data[0], 7);
    cr_expect_eq(assay_pcrs_value(&all, ASSAY_ALG_SHA1, 4).data[0], 8);
    cr_expect_eq(assay_pcrs_value(&all, ASSAY_ALG_SHA256, 3).data[0], 9);
    const assay_pcrs before = all;
    cr_expect_not(assay_pcrs_merge(&all, &other));
    cr_expect_eq(memcmp(&before, &all, sizeof all), 0, "a refusal changes nothing");
}

Test(pcrs, PCRs_and_measurement_registers_are_not_merged)
{
    assay_pcrs pcrs = one_value(ASSAY_ALG_SHA384, 0, 1), empty = { 0 };
    assay_pcrs registers = one_value(ASSAY_ALG_SHA384, 0, 1);

    registers.measurement_registers = true;
    cr_expect_not(assay_pcrs_merge(&pcrs, &registers));
    cr_expect(assay_pcrs_merge(&empty, &registers));
    cr_expect(empty.measurement_registers);
}
