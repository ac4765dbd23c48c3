/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What cbmem -L and coreboot's console print. The value of PCR 2 is that of four extends in a row:
 *     v=0..0; for d in DIGESTS; do v=$(printf $v$d | xxd -r -p | sha1sum | cut -c-40); done
 */
#include <criterion/criterion.h>

#include "tests/measure.h"
#include "tests/reading.h"

#define D1 "5622416ea417186aa1ac32b32c527ac09009fb5e"
#define D2 "eb1014ae4f9463c05f842073ccee49219db01bd1"
#define D3 "e605a51c2ee2ab65a5fd848d1bebfd9b65c686c2"
#define D4 "1069701932b32c2bf4e0895022ebd996c67b6180"
#define FOLDED "c892930b72829c6c124cbc32a15350eb85b48823"
#define S1 "d631aaf502444b64c273dbae1241b1a2be795f9ff520ca93f9af4ac9286c43a7"

#define CONSOLE                                                                                    \
    "[INFO ]  coreboot TPM 1.2 measurements:\n\n"                                                  \
    "[INFO ]   PCR-2 " D1 " SHA1 [FMAP: FMAP]\n"                                                   \
    "[INFO ]   PCR-2 " D2 " SHA1 [CBFS: bootblock]\n"                                              \
    "[INFO ]   PCR-2 " D3 " SHA1 [CBFS: fallback/romstage]\n"                                      \
    "[INFO ]   PCR-2 " D4 " SHA1 [CBFS: fallback/postcar]\n"
#define ENTRY(n, digest, name)                                                                     \
    "TCPA log entry " n ":\n\tPCR: 2\n\tEvent type: Action\n\tDigest: " digest                     \
    "\n\tEvent data: " name "\n"
#define TCPA "TCPA log:\n\tSpecification: 1.21\n\tPlatform class: PC Client\n"

static assay_findings findings;
static assay_replay replay;

static unsigned fold(const char *text)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_error error;
    assay_event event;
    assay_log log;
    unsigned count = 0;

    assay_findings_reset(&findings);
    cr_assert_eq(assay_log_open(&log, assay_bytes_of_string(text), NULL, &findings, &error), 0,
                 "%s", error.what);
    cr_expect_str_eq(assay_log_format_name(&log), "cbmem");
    cr_assert_eq(assay_replay_begin(&replay, &log.header, hashes, NULL), 0);
    for (; assay_log_next(&log, &event) > 0; count++)
        cr_assert_eq(assay_replay_event(&replay, &event), 0);
    cr_expect_eq(log.error.kind, 0, "%s", log.error.what);
    assay_log_close(&log);
    assay_hashes_free(&hashes);
    return count;
}

Test(cbmem, lists_of_either_kind_fold_alike)
{
    static const char *const texts[] = {
        CONSOLE,
        TCPA ENTRY("1", D1, "FMAP: FMAP") ENTRY("2", D2, "CBFS: bootblock")
            ENTRY("3", D3, "CBFS: fallback/romstage") ENTRY("4", D4, "CBFS: fallback/postcar"),
        "> coreboot TPM log:\r\n>\r\n>  PCR-2 " D1 " SHA1\r\n> [FMAP: FMAP]\r\n>  PCR-2\r\n> " D2
        " SHA1 [x]\r\n>  PCR-2 " D3 " SHA1 []\r\n>  PCR-2 " D4 " SHA1 [x]\r\n",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        cr_expect_eq(fold(texts[i]), 4);
        expect_pcr(&replay, ASSAY_ALG_SHA1, 2, FOLDED);
        cr_expect_eq(findings.count, 0, "text %zu", i);
    }
}

Test(cbmem, the_last_boot_of_a_console_is_read)
{
    cr_expect_eq(fold("coreboot TPM 1.2 measurements:\n PCR-2 " D4 " SHA1 [x]\n" CONSOLE), 4);
    expect_pcr(&replay, ASSAY_ALG_SHA1, 2, FOLDED);
    cr_expect_eq(findings.seen[ASSAY_FINDING_CBMEM_BOOTS], 1);
}

Test(cbmem, an_entry_says_bank_type_and_name)
{
    static const char text[] =
        "TPM2 log:\nTPM2 log entry 1:\n\tPCR: 2\n\tEvent type: Action\n\tDigests:\n\t\t SHA1: " D1
        "\n\t\t SHA256: " S1 "\n\tEvent data: FMAP: FMAP\nTPM2 log entry 2:\n\tPCR: 0\n"
        "\tEvent type: No action\n\tDigests:\n\t\t SHA1: " D1 "\n\tEvent data: StartupLocality\n"
        "TPM2 log entry 3:\n\tPCR: 7\n\tEvent type: Unknown (0x80000001 >= 19)\n"
        "\tNo digests in this log entry\n\tEvent data not provided\n";
    assay_event event;
    assay_log log;

    cr_assert_eq(assay_log_open(&log, assay_bytes_of_string(text), NULL, &findings, NULL), 0);
    cr_expect_eq(log.header.bank_count, 2);
    cr_assert_eq(assay_log_next(&log, &event), 1);
    cr_expect_eq(event.type, EV_ACTION);
    cr_expect_eq(event.digest_count, 2);
    cr_expect_eq(event.only_bank, 0);
    cr_expect_eq(event.digests[1].value.data[31], 0xA7);
    cr_expect(assay_bytes_equal(event.label, ASSAY_LITERAL("FMAP: FMAP")));
    cr_assert_eq(assay_log_next(&log, &event), 1);
    cr_expect_eq(event.type, EV_NO_ACTION);
    cr_expect_eq(findings.seen[ASSAY_FINDING_CBMEM_LOCALITY], 1);
    cr_assert_eq(assay_log_next(&log, &event), 1);
    cr_expect_eq(event.type, 0x80000001);
    cr_expect_eq(event.pcr_index, 7);
    cr_expect_eq(event.digest_count, 0);
    cr_expect_eq(event.label.size, 0);
    cr_expect_eq(assay_log_next(&log, &event), 0);
    assay_log_close(&log);
}

Test(cbmem, a_fault_is_refused_where_it_stands)
{
    static const struct {
        const char *text, *field, *at; /* the text goes on so at the fault */
        int kind;
    } cases[] = {
        { "coreboot TPM log:\n PCR-2 " D1 " MD5 [x]", "digest_type", "MD5", ASSAY_MALFORMED },
        { "coreboot TPM log:\n PCR-2 " D1 " SHA256 [x]", "digest", D1, ASSAY_MALFORMED },
        { "coreboot TPM log:\n PCR-2 " D1, "digest", "", ASSAY_TRUNCATED },
        { TCPA "TCPA log entry 1:\n\tPCR: two\n", "pcr", "two", ASSAY_MALFORMED },
        { TCPA "TCPA log entry 1:\n\tPCR: 2\n\tDigest: 12\n", "digest", "12\n", ASSAY_MALFORMED },
        { TCPA "TCPA log entry 1:\n\tPCR: 2\nTCPA log entry 2:", "Event data",
          "entry 2:", ASSAY_MALFORMED },
        { TCPA "TCPA log entry 1:\n\tPCR: 2\n", "Event data", "", ASSAY_TRUNCATED },
        { TCPA "TCPA log entry 1:\n\tEvent data: x\n", "pcr", "data: x", ASSAY_MALFORMED },
        { TCPA "TCPA log entry 1:\n\tPCR: 2\n\tSHA1: " D1 "\n\tSHA1: " D2 "\n", "digests", D2,
          ASSAY_MALFORMED },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const assay_bytes text = assay_bytes_of_string(cases[i].text);
        const reading reading = read_log(text, NULL, &findings);

        cr_expect_eq(reading.status, -cases[i].kind, "case %zu: %s", i, reading.error.what);
        cr_assert_leq(reading.error.offset, text.size, "case %zu", i);
        cr_expect(strncmp(cases[i].text + reading.error.offset, cases[i].at, strlen(cases[i].at)) ==
                      0,
                  "case %zu: at %s", i, cases[i].text + reading.error.offset);
        cr_expect(cases[i].at[0] != '\0' || reading.error.offset == text.size, "case %zu", i);
        cr_expect_str_eq(reading.error.field, cases[i].field, "case %zu", i);
    }
}
