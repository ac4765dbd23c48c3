/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tpm2_eventlog prints: the shape of each release, what pastes do to it, and what is none of
 * it. tests/cli/tpm2_eventlog.py asks the program itself.
 */
#include "tests/tpm2text.h"

#include <stdlib.h>

static const char release_4[] = "- Event[0]:\n"
                                "  pcrIndex: 0\n"
                                "  eventType: EV_NO_ACTION\n"
                                "  digest: 0000000000000000000000000000000000000000\n"
                                "  eventDataSize: 33\n"
                                "  SpecID:\n"
                                "    - Signature: Spec ID Event03\n"
                                "      platformClass: 0\n"
                                "      specVersionMinor: 0\n"
                                "      specVersionMajor: 2\n"
                                "      specErrata: 0\n"
                                "      uintnSize: 2\n"
                                "      numberOfAlgorithms: 1\n"
                                "      Algorithms:\n"
                                "        - Algorithm[0]:\n"
                                "          algorithmId: sha256\n"
                                "          digestSize: 32\n"
                                "      vendorInfoSize: 0\n"
                                "- Event[94210432]:\n"
                                "  PCRIndex: 7\n"
                                "  EventType: EV_EFI_VARIABLE_DRIVER_CONFIG\n"
                                "  DigestCount: 1\n"
                                "  Digests:\n"
                                "    - AlgorithmId: sha256\n"
                                "      Digest: " D32 "\n"
                                "  EventSize: 37\n"
                                "  Event:\n"
                                "    - VariableName: 8be4df61-93ca-11d2-aa0d-00e098032b8c\n"
                                "      UnicodeNameLength: 2\n"
                                "      VariableDataLength: 1\n"
                                "      UnicodeName: db\n"
                                "      VariableData: aa\n"
                                "- Event[0]:\n"
                                "  PCRIndex: 4\n"
                                "  EventType: EV_EFI_ACTION\n"
                                "  DigestCount: 1\n"
                                "  Digests:\n"
                                "    - AlgorithmId: sha256\n"
                                "      Digest: " D32 "\n"
                                "  EventSize: 9\n"
                                "  Event: Exit Boot\n";

static const char release_5_0[] = "---\n"
                                  "events:\n"
                                  "  - EventNum: 0\n"
                                  "    PCRIndex: 0\n"
                                  "    EventType: EV_NO_ACTION\n"
                                  "    Digest: \"0000000000000000000000000000000000000000\"\n"
                                  "    EventSize: 33\n"
                                  "    SpecID:\n"
                                  "      - Signature: Spec ID Event03\n"
                                  "        platformClass: 0\n"
                                  "        specVersionMinor: 0\n"
                                  "        specVersionMajor: 2\n"
                                  "        specErrata: 0\n"
                                  "        uintnSize: 2\n"
                                  "        numberOfAlgorithms: 1\n"
                                  "        Algorithms:\n"
                                  "          - Algorithm[0]:\n"
                                  "            algorithmId: sha256\n"
                                  "            digestSize: 32\n"
                                  "        vendorInfoSize: 0\n"
                                  "  - EventNum: 1\n"
                                  "    PCRIndex: 7\n"
                                  "    EventType: EV_EFI_VARIABLE_DRIVER_CONFIG\n"
                                  "    DigestCount: 1\n"
                                  "    Digests:\n"
                                  "      - AlgorithmId: sha256\n"
                                  "        Digest: \"" D32 "\"\n"
                                  "    EventSize: 37\n"
                                  "    Event:\n"
                                  "      VariableName: 8be4df61-93ca-11d2-aa0d-00e098032b8c\n"
                                  "      UnicodeNameLength: 2\n"
                                  "      VariableDataLength: 1\n"
                                  "      UnicodeName: db\n"
                                  "      VariableData: \"aa\"\n"
                                  "  - EventNum: 2\n"
                                  "    PCRIndex: 4\n"
                                  "    EventType: EV_EFI_ACTION\n"
                                  "    DigestCount: 1\n"
                                  "    Digests:\n"
                                  "      - AlgorithmId: sha256\n"
                                  "        Digest: \"" D32 "\"\n"
                                  "    EventSize: 9\n"
                                  "    Event: 'Exit Boot'\n"
                                  "pcrs:\n"
                                  "  sha256:\n"
                                  "    4  : 0x" D32 "\n";

static const char release_5_4[] = HEADER VARIABLE ACTION "pcrs:\n  sha256:\n    4  : 0x" D32 "\n";

static void expect_sample(const char *text)
{
    cr_assert_eq(read_string(text), 3, "%s\n%s", fault.what, text);
    cr_expect_eq(fault.kind, 0);
    cr_expect_eq(events[0].event.type, EV_NO_ACTION);
    cr_expect_str_eq(events[0].data, "5370656320494420" /* "Spec ID Event03", 0 | 0 | 0 2 0 2 | 1 */
                                     "4576656e74303300"
                                     "00000000"
                                     "00020002"
                                     "01000000"
                                     "0b002000"
                                     "00");
    cr_expect_eq(events[1].event.pcr_index, 7);
    cr_expect_eq(events[1].event.type, EV_EFI_VARIABLE_DRIVER_CONFIG);
    cr_expect_eq(events[1].event.digest_count, 1);
    cr_expect_eq(events[1].event.digests[0].alg, ASSAY_ALG_SHA256);
    cr_expect_str_eq(events[1].data, VARIABLE_DATA, "%s", events[1].label);
    cr_expect_eq(events[2].event.pcr_index, 4);
    cr_expect_eq(events[2].event.type, EV_EFI_ACTION);
    cr_expect_str_eq(events[2].data, ACTION_DATA, "%s", events[2].label);
}

Test(tpm2yaml, the_shapes_of_all_releases)
{
    expect_sample(release_4);
    cr_expect_eq(findings.seen[ASSAY_FINDING_TEXT_GAP], 0, "4.x numbers nothing right");
    cr_expect_eq(findings.seen[ASSAY_FINDING_TEXT_END], 0, "and ends without a word");
    expect_sample(release_5_0);
    expect_sample(release_5_4);
    cr_expect_eq(findings.count, 0);
}

/* A log of SHA-1 alone has neither numbers nor a header. */
Test(tpm2yaml, a_log_of_sha1)
{
    static const char text[] =
        "---\nversion: 1\nevents:\n"
        "  PCRIndex: 4\n  EventType: EV_EFI_ACTION\n  DigestCount: 1\n  Digests:\n"
        "  - AlgorithmId: sha1\n    Digest: \"" D20 "\"\n  EventSize: 9\n"
        "  Event: |-\n    Exit Boot\n"
        "  PCRIndex: -1\n  EventType: EV_NO_ACTION\n  DigestCount: 1\n  Digests:\n"
        "  - AlgorithmId: sha1\n    Digest: \"" D20 "\"\n  EventSize: 0\n"
        "pcrs:\n";

    cr_assert_eq(read_string(text), 2, "%s", fault.what);
    cr_expect_str_eq(events[0].data, ACTION_DATA);
    cr_expect_eq(events[1].event.pcr_index, UINT32_MAX);
    cr_expect(assay_event_keeps_data(&events[1].event));
    cr_expect_eq(findings.seen[ASSAY_FINDING_TEXT_GAP], 0);
}

/* What a terminal, a mail, an issue put around it. */

/* Each line with something before and behind it; the caller frees it. */
static char *dress(const char *text, const char *before, const char *behind)
{
    char *dressed;
    size_t size;
    FILE *const out = open_memstream(&dressed, &size);

    while (*text != '\0') {
        const char *const end = strchrnul(text, '\n');

        fprintf(out, "%s%.*s%s\n", before, (int)(end - text), text, behind);
        text = *end == '\0' ? end : end + 1;
    }
    fclose(out);
    return dressed;
}

Test(tpm2yaml, pastes)
{
    static const char *const clothes[][2] = {
        { "", "\r" }, { "> ", "" }, { "    ", "" }, { "  ", " " }, { "> > ", "\r" },
        { "\t", "" }, { "", " " },  { "", "\r\r" }, { ">", "" },   { "| ", "" },
    };
    static const char *const texts[] = { release_4, release_5_0, release_5_4 };

    for (size_t i = 0; i < sizeof clothes / sizeof *clothes; i++)
        for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
            char *const text = dress(texts[t], clothes[i][0], clothes[i][1]);

            expect_sample(text);
            free(text);
        }
}

Test(tpm2yaml, what_stands_around_and_between)
{
    expect_sample("Hello,\n\nthis is what I get:\n```yaml\n$ sudo tpm2_eventlog "
                  "/sys/kernel/security/tpm0/binary_bios_measurements\n"
                  "WARN: Event 28 is unexectedly not extending either PCR 8, 9, 12 or 14\n" HEADER
                  "\nERROR: something\n" VARIABLE ACTION "pcrs:\n  sha256:\n    4  : 0x" D32
                  "\n```\n\nRegards\n- EventNum: 77\n");
    cr_expect_eq(findings.count, 0);
    expect_sample("```\n" HEADER VARIABLE ACTION "```\nand so on\n");
    cr_expect_eq(findings.seen[ASSAY_FINDING_TEXT_END], 1);
    expect_sample(HEADER VARIABLE "[...]\n" ACTION "pcrs:\n");
    cr_expect_eq(findings.seen[ASSAY_FINDING_TEXT_LINE], 1);
}

Test(tpm2yaml, a_part_says_that_it_is_one)
{
    cr_assert_eq(read_string("    Digest: \"" D32 "\"\n  EventSize: 0\n" VARIABLE ACTION "pcrs:\n"),
                 2);
    cr_expect_str_eq(events[0].data, VARIABLE_DATA);
    cr_expect_eq(findings.seen[ASSAY_FINDING_TEXT_GAP], 1);
    cr_assert_eq(read_string(HEADER ACTION "pcrs:\n"), 2);
    cr_expect_eq(findings.seen[ASSAY_FINDING_TEXT_GAP], 1);
    cr_assert_eq(read_string(HEADER VARIABLE), 2);
    cr_expect_eq(findings.seen[ASSAY_FINDING_TEXT_END], 1);
}

/* Cut anywhere, a text has a part of the events, and says what is missing. */
Test(tpm2yaml, each_cut_gives_the_events_before_it)
{
    const size_t size = strlen(release_5_4);

    for (size_t cut = strlen(HEADER); cut < size; cut++) {
        const size_t count = read_text(assay_bytes_of(release_5_4, cut));

        cr_expect(count >= 1 && count <= 3, "%zu", cut);
        if (count > 1 && assay_event_keeps_data(&events[1].event))
            cr_expect_str_eq(events[1].data, VARIABLE_DATA, "%zu", cut);
        if (cut < size - strlen("pcrs:\n  sha256:\n    4  : 0x" D32 "\n"))
            cr_expect(fault.kind == ASSAY_TRUNCATED || fault.kind == ASSAY_MALFORMED ||
                          findings.seen[ASSAY_FINDING_TEXT_END] == 1,
                      "%zu", cut);
    }
}

Test(tpm2yaml, other_text_is_not_taken_for_it)
{
    static const char *const others[] = {
        "version: 1\nitems:\n- EventNumber: 1\n",
        "- EventNum: \n",
        "PCRIndex: one\n",
        "hello\n",
        "events:\n- a\n",
        "- Event[x]:\n",
    };
    static const char binary[] = "\0\n- EventNum: 0\n  PCRIndex: 0\n";

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        cr_expect_null(read_log(assay_bytes_of_string(others[i]), NULL, NULL).format, "%s",
                       others[i]);
    cr_expect_null(read_log(assay_bytes_of(binary, sizeof binary), NULL, NULL).format);
}
