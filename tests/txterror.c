/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot/platform/errorcode.h. Fields are what tboot's txt-parse_err prints of the same codes;
 * meanings are those of the TXT Software Development Guide, appendix I, and of reports that cite
 * the error list of a SINIT.
 */
#include "boot/platform/errorcode.h"
#include "tests/payload.h"

static assay_txt_error decoded(uint32_t raw)
{
    assay_txt_error error;

    assay_txt_error_decode(raw, &error);
    return error;
}

Test(txterror, fields_of_acm_errors_are_those_that_parse_err_prints)
{
    static const struct {
        uint32_t raw;
        uint8_t module, class_code, major;
        uint16_t minor;
    } rows[] = {
        { 0xc0000871, 1, 0x07, 0x2, 0 },    { 0xc00014f1, 1, 0x0f, 0x5, 0 },
        { 0xc0001c21, 1, 0x02, 0x7, 0 },    { 0xc0003491, 1, 0x09, 0xd, 0 },
        { 0xc0033451, 1, 0x05, 0xd, 3 },    { 0xc01428d1, 1, 0x0d, 0xa, 0x14 },
        { 0xc0142c61, 1, 0x06, 0xb, 0x14 }, { 0xc0007051, 1, 0x05, 0x1c, 0 },
        { 0xc0003c11, 1, 0x01, 0xf, 0 },    { 0xc00b1c61, 1, 0x06, 0x7, 0xb },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const assay_txt_error error = decoded(rows[i].raw);

        cr_expect_eq(error.kind, ASSAY_TXT_ERROR_ACM, "0x%x", rows[i].raw);
        cr_expect(assay_txt_error_is_failure(&error));
        cr_expect_eq(error.module, rows[i].module, "0x%x", rows[i].raw);
        cr_expect_eq(error.class_code, rows[i].class_code, "0x%x", rows[i].raw);
        cr_expect_eq(error.major, rows[i].major, "0x%x", rows[i].raw);
        cr_expect_eq(error.minor, rows[i].minor, "0x%x", rows[i].raw);
    }
}

Test(txterror, each_kind_is_told_from_the_others)
{
    static const struct {
        uint32_t raw;
        const char *kind;
        bool failure;
    } rows[] = {
        { 0x00000000, "none", false },     { 0x40000001, "none", false },
        { 0xc0000001, "success", false },  { 0xc0000009, "success", false },
        { 0xc0060000, "progress", false }, { 0x80000000, "processor", true },
        { 0x80000005, "processor", true }, { 0xc0008001, "mle", true },
        { 0xc0039c51, "mle", true },       { 0xc00aa841, "mle", true },
        { 0xc00014f1, "acm", true },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const assay_txt_error error = decoded(rows[i].raw);

        cr_expect_str_eq(assay_txt_error_kind_name(error.kind), rows[i].kind, "0x%x", rows[i].raw);
        cr_expect_eq(assay_txt_error_is_failure(&error), rows[i].failure, "0x%x", rows[i].raw);
    }
}

Test(txterror, codes_that_machines_had_are_explained)
{
    static const struct {
        uint32_t raw;
        const char *what, *source;
    } rows[] = {
        { 0xc00014f1, "the size of the MLE is not valid", "TXT SDG" },
        { 0xc0001c21, "the mask of an MTRR is not valid", "TXT SDG" },
        { 0xc0033451, "protected memory ranges (PMR) is not valid", "Broadwell" },
        { 0xc00b1c61, "failed its integrity check", "TXT SDG" },
        { 0xc0000c71, "page tables of the MLE have a hole", "i5_i7_DUAL" },
        { 0xc0000ca1, "checksum of the ACPI table RSDT", "i5_i7_DUAL" },
        { 0x80000000, "not of TXT", "TXT SDG" },
        { 0x80000005, "not mapped write-back", "TXT SDG" },
        { 0x80000007, "signature of the ACM", "TXT SDG" },
        { 0x8000000a, "must not happen while launched", "TXT SDG" },
        { 0x8000000c, "machine check", "TXT SDG" },
        { 0xc000800f, "could not be mapped", "Linux Secure Launch" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const assay_txt_error error = decoded(rows[i].raw);

        cr_assert_geq(error.meaning_count, 1, "0x%x", rows[i].raw);
        cr_expect_not_null(strstr(error.meanings[0].what, rows[i].what), "0x%x: %s", rows[i].raw,
                           error.meanings[0].what);
        cr_expect_not_null(strstr(error.meanings[0].source, rows[i].source));
        cr_expect_gt(strlen(error.meanings[0].action), 0);
    }
}

Test(txterror, tables_that_disagree_are_both_given_the_standard_first)
{
    const assay_txt_error page = decoded(0xc0000901); /* class 0x10, major 2, module 1 */
    const assay_txt_error layout = decoded(0xc0008001);

    cr_assert_eq(page.meaning_count, 2);
    cr_expect_not_null(strstr(page.meanings[0].what, "ascending order"));
    cr_expect_not_null(strstr(page.meanings[1].what, "not in the policy"));
    cr_assert_eq(layout.meaning_count, 2, "tboot's and Linux's error 1");
    cr_expect_str_eq(layout.meanings[0].name, "LAYOUT_ERR");
    cr_expect_str_eq(layout.meanings[1].name, "SL_ERROR_GENERIC");
}

Test(txterror, minor_codes_are_said_where_their_meaning_is_public)
{
    const assay_txt_error list = decoded(0xc0000000 | 0x4b << 16 | 7 << 10 | 6 << 4 | 1);
    const assay_txt_error element = decoded(0xc0000000 | 4u << 16 | 4 << 10 | 6 << 4 | 1);
    const assay_txt_error tpm = decoded(0xc0000000 | 0x101u << 16 | 1 << 10 | 4 << 4 | 1);
    const assay_txt_error sgx = decoded(0x80000000 | 3u << 16 | 0x10);

    cr_expect_eq(list.list_index, 1);
    cr_expect_not_null(strstr(list.minor_what, "list has a version"));
    cr_expect_str_eq(element.minor_what, "an STM element");
    cr_expect_not_null(strstr(TEXT_OF(assay_txt_error_summary, &tpm), "TPM error 0x101"));
    cr_expect_eq(sgx.extended, 3);
}

Test(txterror, what_no_table_knows_is_said_to_be_unknown)
{
    const assay_txt_error acm = decoded(0xc0007051), mle = decoded(0xc0039c51);

    cr_expect_eq(acm.meaning_count, 0);
    cr_expect_eq(mle.meaning_count, 0);
    cr_expect_not_null(strstr(TEXT_OF(assay_txt_error_summary, &acm), "no public table"));
    cr_expect_not_null(strstr(TEXT_OF(assay_txt_error_summary, &mle), "0x1c51:0x3"));
}

Test(txterror, the_revocation_acm_has_errors_of_its_own)
{
    const assay_txt_error racm = decoded(0xc0000000 | 0x13 << 10 | 8 << 4 | 9);

    cr_assert_eq(racm.meaning_count, 1);
    cr_expect_str_eq(racm.meanings[0].what, "it is revoked already");
    /* Its class 4, major 0x10 is no missing hash algorithm. */
    const assay_txt_error po = decoded(0xc0000000 | 0x10 << 10 | 4 << 4 | 9);
    cr_assert_eq(po.meaning_count, 1);
    cr_expect_not_null(strstr(po.meanings[0].what, "PO index"));
    cr_expect_str_eq(assay_txt_error_module_name(9), "the revocation ACM");
    cr_expect_null(assay_txt_error_module_name(5));
}

Test(txterror, the_status_of_the_bios_acm_has_the_same_fields)
{
    assay_txt_error error;

    assay_txt_acm_status_decode(0x80009c10, &error); /* valid, ACM started, major 7, class 1 */
    cr_expect_eq(error.kind, ASSAY_TXT_ERROR_ACM);
    cr_expect_eq(error.class_code, 1);
    cr_expect_eq(error.major, 7);
    assay_txt_acm_status_decode(0x00009c10, &error);
    cr_expect_eq(error.kind, ASSAY_TXT_ERROR_NONE);
}

Test(txterror, a_code_is_read_as_people_write_it_and_garbage_is_refused)
{
    static const struct {
        const char *text;
        uint32_t raw;
    } good[] = {
        { "0xc00014f1", 0xc00014f1 },
        { "0XC00014F1", 0xc00014f1 },
        { "0x0", 0 },
        { "0", 0 },
        { "80000005", 0x80000005 },
        { "0x1", 1 },
    };
    static const char *const bad[] = { "garbage",    "",        "0x",   "0xfffffffffffffffff",
                                       "c00014f",    "-1",      "0x1 ", "0xc00014f1h",
                                       "1234567890", "c00014g1" };
    assay_error error;
    uint32_t raw = 7;

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        cr_expect_eq(assay_txt_error_read(assay_bytes_of_string(good[i].text), &raw, &error), 0);
        cr_expect_eq(raw, good[i].raw, "%s", good[i].text);
    }
    raw = 7;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(assay_txt_error_read(assay_bytes_of_string(bad[i]), &raw, &error),
                     -ASSAY_MALFORMED, "%s", bad[i]);
    cr_expect_eq(raw, 7, "nothing is written");
}

Test(txterror, every_value_has_words_and_a_document)
{
    for (uint32_t kind = 0; kind < 4; kind++)
        for (uint32_t low = 0; low < 0x10000; low += 7) {
            const assay_txt_error error = decoded(kind << 30 | 0x00c50000 | low);

            cr_assert_gt(strlen(TEXT_OF(assay_txt_error_summary, &error)), 10);
        }
    const assay_txt_error error = decoded(0xc00014f1);
    const char *const json = JSON_OF(assay_txt_error_emit, &error);
    cr_expect_not_null(strstr(json, "\"kind\":\"acm\",\"failure\":true"), "%s", json);
    cr_expect_not_null(strstr(json, "\"class\":15,\"class_name\":\"MLE header check\",\"major\":5"),
                       "%s", json);
}

Test(txterror, tboots_own_errors_are_named)
{
    cr_expect_str_eq(assay_tboot_error_find(13)->name, "TB_ERR_SINIT_NOT_PRESENT");
    cr_expect_str_eq(assay_tboot_error_find(19)->name, "TB_ERR_PREV_TXT_ERROR");
    cr_expect_null(assay_tboot_error_find(20));
}
