/* SPDX-License-Identifier: BSD-2-Clause */
/* eventlog/log.h: formats by name, and writers that have no room. */
#include <criterion/criterion.h>

#include "eventlog/log.h"

static const assay_log_header one_bank = { .bank_count = 1,
                                           .banks = { { ASSAY_ALG_SHA256, 32 } } };

Test(log, a_format_nobody_knows_is_neither_read_nor_written)
{
    assay_writer writer = assay_writer_lent(NULL, 0);
    assay_log_writer out;
    assay_error error;
    assay_log log;

    cr_expect_eq(assay_log_open(&log, ASSAY_LITERAL("x"), "tcg3", NULL, &error),
                 -ASSAY_UNKNOWN_FORMAT);
    cr_expect_str_eq(error.what, "there is no log format of that name");
    cr_expect_eq(assay_log_write_begin(&out, "tcg3", &one_bank, &writer, &error),
                 -ASSAY_UNSUPPORTED);
}

Test(log, a_crypto_agile_log_of_no_bank_is_not_written)
{
    const assay_log_header none = { .bank_count = 0 };
    assay_writer writer = assay_writer_growing(1024);
    assay_log_writer out;

    cr_expect_eq(assay_log_write_begin(&out, "tcg2", &none, &writer, NULL), -ASSAY_UNSUPPORTED);
    cr_expect_eq(assay_written(&writer).size, 0);
    assay_writer_close(&writer);
}

Test(log, a_log_that_does_not_fit_is_told_at_its_end)
{
    uint8_t little[16];
    assay_writer writer = assay_writer_lent(little, sizeof little);
    assay_log_writer out;
    assay_error error;

    cr_assert_eq(assay_log_write_begin(&out, "tcg2", &one_bank, &writer, &error), 0);
    cr_expect_eq(assay_log_write_end(&out, &error), -ASSAY_TOO_LARGE);
}

Test(log, the_formats_have_names_of_their_own_and_a_clause)
{
    const assay_format_info *format, *other;

    for (size_t i = 0; (format = assay_log_format_at(i)) != NULL; i++) {
        cr_expect(strlen(format->title) > 0 && strlen(format->clause) > 0, "%s", format->name);
        for (size_t k = 0; k < i; k++) {
            other = assay_log_format_at(k);
            cr_expect_str_neq(format->name, other->name);
        }
    }
}
