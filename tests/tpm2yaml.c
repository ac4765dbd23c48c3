/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tpm2_eventlog prints: the shape of each release, what pastes do to it, data that are
 * rebuilt and data that are lost, and what a wrong text is told. tests/cli/tpm2_eventlog.py asks
 * the program itself.
 */
#include <criterion/criterion.h>

#include "base/hex.h"
#include "eventlog/types.h"
#include "replay/claimed.h"
#include "replay/pcrvalues.h"
#include "tests/allocfail.h"
#include "tests/reading.h"

#include <stdio.h>
#include <stdlib.h>

/* printf 'Exit Boot' | sha1sum; printf 'Boot' ...: SHA-1 of the data in the text, where one counts.
 */
#define D20 "00112233445566778899aabbccddeeff00112233"
#define D32 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define SHA1_OF_01 "bf8b4530d8d246dd74ac53a13471bba17941dff7" /* printf '\1' | sha1sum */

enum { CEILING = 1 << 20, EVENTS_MAX = 8 };

static assay_findings findings;

/* An event that was read, kept. */
typedef struct kept {
    assay_event event;
    char data[2000], label[600]; /* in digits; as text */
} kept;

static kept events[EVENTS_MAX];
static assay_error fault;

static void keep(kept *kept, const assay_event *event)
{
    kept->event = *event;
    kept->data[0] = kept->label[0] = '\0';
    cr_assert_lt(event->data.size, sizeof kept->data / 2);
    assay_hex_encode(kept->data, event->data);
    kept->data[2 * event->data.size] = '\0';
    if (!assay_event_keeps_data(event))
        snprintf(kept->label, sizeof kept->label, "%.*s", (int)event->label.size,
                 (const char *)event->label.data);
}

/* Reads a text; how many events it has. */
static size_t read_text(assay_bytes text)
{
    assay_event event;
    assay_log log;
    size_t count = 0;

    assay_findings_reset(&findings);
    fault = (assay_error){ .kind = 0 };
    if (assay_log_open(&log, text, NULL, &findings, &fault) < 0)
        return 0;
    cr_expect_str_eq(assay_log_format_name(&log), "tpm2-eventlog");
    while (assay_log_next(&log, &event) > 0 && count < EVENTS_MAX)
        keep(&events[count++], &event);
    fault = log.error;
    assay_log_close(&log);
    return count;
}

static size_t read_string(const char *text)
{
    return read_text(assay_bytes_of_string(text));
}

/* The shapes: one header, one variable, one action; of each release. */

#define VARIABLE_DATA                                                                              \
    "61dfe48bca93d211aa0d00e098032b8c"                                                             \
    "0200000000000000"                                                                             \
    "0100000000000000"                                                                             \
    "64006200"                                                                                     \
    "aa"
#define ACTION_DATA "4578697420426f6f74" /* "Exit Boot" */

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

#define HEADER                                                                                     \
    "---\nversion: 1\nevents:\n"                                                                   \
    "- EventNum: 0\n"                                                                              \
    "  PCRIndex: 0\n"                                                                              \
    "  EventType: EV_NO_ACTION\n"                                                                  \
    "  Digest: \"0000000000000000000000000000000000000000\"\n"                                     \
    "  EventSize: 33\n"                                                                            \
    "  SpecID:\n"                                                                                  \
    "  - Signature: Spec ID Event03\n"                                                             \
    "    platformClass: 0\n"                                                                       \
    "    specVersionMinor: 0\n"                                                                    \
    "    specVersionMajor: 2\n"                                                                    \
    "    specErrata: 0\n"                                                                          \
    "    uintnSize: 2\n"                                                                           \
    "    numberOfAlgorithms: 1\n"                                                                  \
    "    Algorithms:\n"                                                                            \
    "    - Algorithm[0]:\n"                                                                        \
    "      algorithmId: sha256\n"                                                                  \
    "      digestSize: 32\n"                                                                       \
    "    vendorInfoSize: 0\n"
#define EVENT(number, pcr, type, size)                                                             \
    "- EventNum: " number "\n  PCRIndex: " pcr "\n  EventType: " type "\n"                         \
    "  DigestCount: 1\n  Digests:\n  - AlgorithmId: sha256\n    Digest: \"" D32 "\"\n"             \
    "  EventSize: " size "\n"
#define VARIABLE                                                                                   \
    EVENT("1", "7", "EV_EFI_VARIABLE_DRIVER_CONFIG", "37")                                         \
    "  Event:\n"                                                                                   \
    "    VariableName: 8be4df61-93ca-11d2-aa0d-00e098032b8c\n"                                     \
    "    UnicodeNameLength: 2\n"                                                                   \
    "    VariableDataLength: 1\n"                                                                  \
    "    UnicodeName: db\n"                                                                        \
    "    VariableData: \"aa\"\n"
#define ACTION EVENT("2", "4", "EV_EFI_ACTION", "9") "  Event: |-\n    Exit Boot\n"

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

/* Data. */

#define ONE(type, size, lines) HEADER EVENT("1", "4", type, size) lines "pcrs:\n"

static const struct {
    const char *text, *data; /* data in digits; NULL: lost */
} rebuilt[] = {
    { ONE("EV_SEPARATOR", "4", "  Event: \"00000000\"\n"), "00000000" },
    { ONE("EV_SEPARATOR", "0", ""), "" },
    { ONE("EV_SEPARATOR", "4", "  Event: 00000000\n"), "00000000" },
    { ONE("EV_SEPARATOR", "8", "  Event: \"00000000\"\n"), NULL }, /* cut at 1024 bytes */
    { ONE("EV_SEPARATOR", "4", "  Event: \"0000000x\"\n"), NULL },
    { ONE("EV_SEPARATOR", "4", ""), NULL },
    /* printf stops at a NUL: one byte less is that NUL, more is anything. */
    { ONE("EV_EFI_ACTION", "3", "  Event: |-\n    ab\n"), "616200" },
    { ONE("EV_EFI_ACTION", "4", "  Event: |-\n    ab\n"), NULL },
    { ONE("EV_EFI_ACTION", "2", "  Event: 'ab'\n"), "6162" },
    { ONE("EV_EFI_ACTION", "3", "  Event: 'a'b'\n"), "612762" },
    { ONE("EV_EFI_ACTION", "3", "  Event: 'ab'\n"), "616200" },
    { ONE("EV_EFI_ACTION", "4", "  Event: |-\n      ab\n"), "20206162" },
    { ONE("EV_EFI_ACTION", "3", "  Event: |-\n    a\n    b\n"), "610a62" }, /* YAML's own */
    { ONE("EV_EFI_ACTION", "3", "  Event: |-\n    a\nb\n"), "610a62" },     /* the program's */
    { ONE("EV_EFI_ACTION", "2", "  Event: abcd\n"), "abcd" }, /* 4.x, of a type with digits */
    { ONE("EV_POST_CODE", "9", "  Event: |-\n    ACPI DATA\n"), "414350492044415441" },
    { ONE("EV_POST_CODE", "16", "  Event:\n    BlobBase: 0x820000\n    BlobLength: 0xe0000\n"),
      "00008200000000000000"
      "0e0000000000" },
    /* Any text is taken for an address and a length there, and what follows those is lost. */
    { ONE("EV_S_CRTM_CONTENTS", "27",
          "  Event:\n    BlobBase: 0x61754720746f6f42\n    BlobLength: 0x757361654d206472\n"),
      NULL },
    /* "grub_cmd: \"\n", NUL; 5.4, 5.6, 5.1; a newline at the end is not printed by 5.4. */
    { ONE("EV_IPL", "4", "  Event:\n    String: |-\n      \"a\\'\\\\\\0\"\n"), "61275c00" },
    { ONE("EV_IPL", "3", "  Event:\n    String: |-\n      \"a\"\n      \"b\"\n"), "610a62" },
    { ONE("EV_IPL", "4", "  Event:\n    String: |-\n      \"a\"\n      \"b\"\n"), "610a620a" },
    { ONE("EV_IPL", "3", "  Event:\n    String: |-\n      \"a\"b\"\n"), "612262" },
    { ONE("EV_IPL", "2", "  Event:\n    String: |-\n      \"\\x01\\xff\"\n"), "01ff" },
    { ONE("EV_IPL", "5", "  Event:\n    String: \"a\\n\\\n      \\x20b\\0\"\n"), "610a206200" },
    { ONE("EV_IPL", "5", "  Event:\n    String: \"a \\\"b\\\\\"\n"), "612022625c" },
    { ONE("EV_IPL", "3", "  Event:\n    String: |-\n      a\n      b\n"), "610a62" },
    { ONE("EV_IPL", "3", "  Event:\n    String: |-\n      ab\n"), NULL }, /* a NUL or a newline? */
    { ONE("EV_IPL", "5", "  Event:\n    String: \"\\q\"\n"), NULL },
    { ONE("EV_EFI_BOOT_SERVICES_APPLICATION", "36",
          "  Event:\n    ImageLocationInMemory: 0x1ddcb018\n    ImageLengthInMemory: 876544\n"
          "    ImageLinkTimeAddress: 0x0\n    LengthOfDevicePath: 4\n    DevicePath: "
          "'7fff0400'\n"),
      "18b0dc1d00000000"
      "00600d0000000000"
      "0000000000000000"
      "0400000000000000"
      "7fff0400" },
    { ONE("EV_EFI_BOOT_SERVICES_APPLICATION", "36",
          "  Event:\n    ImageLocationInMemory: 0x1ddcb018\n    ImageLengthInMemory: 876544\n"
          "    ImageLinkTimeAddress: 0x0\n    LengthOfDevicePath: 4\n    DevicePath: "
          "'PciRoot(0x0)'\n"),
      NULL },
    { ONE("EV_EFI_PLATFORM_FIRMWARE_BLOB2", "19",
          "  Event:\n    BlobDescriptionSize: 2\n    BlobDescription: \"4142\"\n"
          "    BlobBase: 0x1\n    BlobLength: 0x2\n"),
      "024142"
      "0100000000000000"
      "0200000000000000" },
    { ONE("EV_EFI_PLATFORM_FIRMWARE_BLOB2", "19", /* as 5.4 prints it */
          "  Event:\n    BlobDescriptionSize: 2\n    BlobDescription: \"41\"\n"
          "    BlobBase: 0x1\n    BlobLength: 0x2\n"),
      NULL },
    { ONE("EV_NO_ACTION", "17", "  Event:\n    StartupLocality: 3\n"),
      "537461727475704c6f63616c697479"
      "0003" },
    { ONE("EV_EFI_VARIABLE_BOOT", "36", /* a name with its NUL */
          "  Event:\n    VariableName: 8be4df61-93ca-11d2-aa0d-00e098032b8c\n"
          "    UnicodeNameLength: 2\n    VariableDataLength: 0\n    UnicodeName: a\n"),
      "61dfe48bca93d211aa0d00e098032b8c"
      "0200000000000000"
      "0000000000000000"
      "61000000" },
    { ONE("EV_EFI_VARIABLE_BOOT", "54",
          "  Event:\n    VariableName: 8be4df61-93ca-11d2-aa0d-00e098032b8c\n"
          "    UnicodeNameLength: 9\n    VariableDataLength: 4\n    UnicodeName: BootOrder\n"
          "    VariableData:\n    - Boot0001\n    - Boot000a\n"),
      "61dfe48bca93d211aa0d00e098032b8c"
      "0900000000000000"
      "0400000000000000"
      "42006f006f0074004f007200640065007200"
      "01000a00" },
    /* A list of one hash: EFI_SIGNATURE_LIST, EFI_SIGNATURE_DATA. */
    { ONE("EV_EFI_VARIABLE_DRIVER_CONFIG", "84",
          "  Event:\n    VariableName: 8be4df61-93ca-11d2-aa0d-00e098032b8c\n"
          "    UnicodeNameLength: 2\n    VariableDataLength: 48\n    UnicodeName: db\n"
          "    VariableData:\n    - SignatureType: 8be4df61-93ca-11d2-aa0d-00e098032b8c\n"
          "      SignatureListSize: 48\n      SignatureHeaderSize: 0\n      SignatureSize: 20\n"
          "      Keys:\n      - SignatureOwner: 8be4df61-93ca-11d2-aa0d-00e098032b8c\n"
          "        SignatureData: 01020304\n"),
      "61dfe48bca93d211aa0d00e098032b8c"
      "0200000000000000"
      "3000000000000000"
      "64006200"
      "61dfe48bca93d211aa0d00e098032b8c"
      "300000000000000014000000"
      "61dfe48bca93d211aa0d00e098032b8c"
      "01020304" },
};

Test(tpm2yaml, data_are_rebuilt_to_the_byte_or_lost)
{
    for (size_t i = 0; i < sizeof rebuilt / sizeof *rebuilt; i++) {
        cr_assert_eq(read_string(rebuilt[i].text), 2, "%s\n%s", fault.what, rebuilt[i].text);
        const kept *const event = &events[1];
        cr_expect_eq(assay_event_keeps_data(&event->event), rebuilt[i].data != NULL, "%s",
                     rebuilt[i].text);
        cr_expect_str_eq(event->data, rebuilt[i].data != NULL ? rebuilt[i].data : "", "%s",
                         rebuilt[i].text);
    }
}

/* Of Attributes and of SecureBoot only a bit is shown: the digest tells the rest. */
#define SECURE_BOOT(digest, answer)                                                                \
    "- EventNum: 0\n  PCRIndex: 7\n  EventType: EV_EFI_VARIABLE_DRIVER_CONFIG\n"                   \
    "  DigestCount: 1\n  Digests:\n  - AlgorithmId: sha1\n    Digest: \"" digest "\"\n"            \
    "  EventSize: 53\n  Event:\n    VariableName: 8be4df61-93ca-11d2-aa0d-00e098032b8c\n"          \
    "    UnicodeNameLength: 10\n    VariableDataLength: 1\n    UnicodeName: SecureBoot\n"          \
    "    VariableData:\n      Enabled: '" answer "'\npcrs:\n"

Test(tpm2yaml, a_guess_must_meet_the_digest)
{
    cr_assert_eq(read_string(SECURE_BOOT(SHA1_OF_01, "Yes")), 1, "%s", fault.what);
    cr_expect_str_eq(events[0].data + 2 * 52, "01");
    cr_assert_eq(read_string(SECURE_BOOT(SHA1_OF_01, "No")), 1);
    cr_expect_not(assay_event_keeps_data(&events[0].event));
    cr_expect(strstr(events[0].label, "UnicodeName: SecureBoot") != NULL, "%s", events[0].label);
    cr_expect(strstr(events[0].label, "Enabled: 'No'") != NULL, "%s", events[0].label);
}

Test(tpm2yaml, an_unknown_type_is_one_and_hcrtm_is_known)
{
    cr_assert_eq(read_string(ONE("Unknown event type", "1", "  Event: \"00\"\n")), 2);
    cr_expect_eq(events[1].event.type, ASSAY_NO_EVENT_TYPE);
    cr_expect_eq(events[1].event.content, ASSAY_CONTENT_OTHER);
    cr_assert_eq(read_string(HEADER EVENT("1", "0", "Unknown event type",
                                          "5") "  Event: \"484352544d\"\npcrs:\n"),
                 2);
    cr_expect_eq(events[1].event.type, EV_EFI_HCRTM_EVENT);
}

/* A text that the log's writer chose to look like an event is counted, not believed. */
Test(tpm2yaml, a_text_cannot_forge_an_event)
{
    static const char forged[] = "a\n" EVENT("3", "0", "EV_SEPARATOR", "0");
    char size[16], text[2000];

    snprintf(size, sizeof size, "%zu", strlen(forged) - 1);
    snprintf(text, sizeof text,
             HEADER VARIABLE
             "- EventNum: 2\n  PCRIndex: 4\n  EventType: EV_EFI_ACTION\n  DigestCount: 1\n"
             "  Digests:\n  - AlgorithmId: sha256\n    Digest: \"" D32 "\"\n  EventSize: %s\n"
             "  Event: |-\n    %.*s\n" EVENT("3", "5", "EV_SEPARATOR", "0") "pcrs:\n",
             size, (int)strlen(forged) - 1, forged);
    cr_assert_eq(read_string(text), 4, "%s", fault.what);
    cr_expect_eq(events[2].event.data.size, strlen(forged) - 1);
    cr_expect_eq(events[3].event.pcr_index, 5);
    cr_expect_eq(findings.count, 0);
    /* The same of a name, whose length is known too. */
    snprintf(
        text, sizeof text,
        HEADER EVENT(
            "1", "7", "EV_EFI_VARIABLE_DRIVER_CONFIG",
            "%zu") "  Event:\n    VariableName: 8be4df61-93ca-11d2-aa0d-00e098032b8c\n"
                   "    UnicodeNameLength: %zu\n    VariableDataLength: 1\n    UnicodeName: %.*s\n"
                   "    VariableData: \"aa\"\n" ACTION "pcrs:\n",
        33 + 2 * (strlen(forged) - 1), strlen(forged) - 1, (int)strlen(forged) - 1, forged);
    cr_assert_eq(read_string(text), 3, "%s", fault.what);
    cr_expect(assay_event_keeps_data(&events[1].event));
    cr_expect_eq(events[2].event.pcr_index, 4);
}

/* What is wrong. */

static const struct {
    const char *text;
    const char *at; /* the failure's place is where this stands last */
    int kind;
    const char *field;
} wrong[] = {
    { "- EventNum: 0\n  PCRIndex: x\n", "  PCRIndex", ASSAY_MALFORMED, "PCRIndex" },
    { "- EventNum: 0\n  PCRIndex: 4294967296\n", "  PCRIndex", ASSAY_MALFORMED, "PCRIndex" },
    { "- EventNum: 0\n  PCRIndex: 0\n  EventType: EV_NONSENSE\n", "  EventType", ASSAY_MALFORMED,
      "EventType" },
    { "- EventNum: 0\n  EventSize: 4294967296\n", "  EventSize", ASSAY_MALFORMED, "EventSize" },
    { "- EventNum: 0\n  DigestCount: \n", "  DigestCount", ASSAY_MALFORMED, "DigestCount" },
    { "- EventNum: 0\n  - AlgorithmId: md5\n", "  - AlgorithmId", ASSAY_MALFORMED, "AlgorithmId" },
    { "- EventNum: 0\n  - AlgorithmId: sha1\n    Digest: \"" D20 "\"\n  - AlgorithmId: sha1\n",
      "  - AlgorithmId", ASSAY_MALFORMED, "AlgorithmId" },
    { "- EventNum: 0\n  - AlgorithmId: sha1\n    Digest: \"" D32 "\"\n  EventSize: 0\n",
      "    Digest", ASSAY_MALFORMED, "Digest" },
    { "- EventNum: 0\n  - AlgorithmId: sha1\n    Digest: \"001", "    Digest", ASSAY_TRUNCATED,
      "Digest" },
    { "- EventNum: 0\n  Digest: \"" D20 "\"\n  Digest: \"" D20 "\"\n", "  Digest", ASSAY_MALFORMED,
      "Digest" },
    { "- EventNum: 0\n  PCRIndex: 0\n  EventType: EV_IPL\n  DigestCount: 2\n  - AlgorithmId: sha1\n"
      "    Digest: \"" D20 "\"\n  EventSize: 0\npcrs:\n",
      "- EventNum", ASSAY_MALFORMED, "Digests" },
    { "- EventNum: 0\n  PCRIndex: 0\n  EventType: EV_IPL\n", "- EventNum", ASSAY_TRUNCATED,
      "EventSize" },
    { "- EventNum: 0\n  EventType: EV_IPL\n- EventNum: 1\n", "- EventNum: 0", ASSAY_MALFORMED,
      "PCRIndex" },
    { "- EventNum: 0\n  SpecID:\n", "- EventNum", ASSAY_TRUNCATED, "PCRIndex" },
    { "- EventNum: 0\n  PCRIndex: 0\n  EventType: EV_IPL\n  Digest: \"" D20 "\"\n"
      "  EventSize: 33\n  SpecID:\n",
      "- EventNum", ASSAY_MALFORMED, "SpecID" },
    { "- EventNum: 0\n  PCRIndex: 0\n  EventType: EV_NO_ACTION\n  Digest: \"" D20 "\"\n"
      "  EventSize: 33\n  SpecID:\n    numberOfAlgorithms: 2\n      algorithmId: sha1\n"
      "      digestSize: 20\n",
      "      digestSize", ASSAY_TRUNCATED, "numberOfAlgorithms" },
    { "- EventNum: 0\n  PCRIndex: 0\n  EventType: EV_NO_ACTION\n  Digest: \"" D20 "\"\n"
      "  EventSize: 33\n  SpecID:\n      algorithmId: sha1\n      digestSize: 32\n",
      "      digestSize", ASSAY_MALFORMED, "digestSize" },
    { "- EventNum: 0\n  PCRIndex: 0\n  EventType: EV_NO_ACTION\n  Digest: \"" D20 "\"\n"
      "  EventSize: 33\n  SpecID:\n      digestSize: 32\n",
      "      digestSize", ASSAY_MALFORMED, "digestSize" },
    { "- EventNum: 0\n  PCRIndex: 0\n  EventType: EV_NO_ACTION\n  Digest: \"" D20 "\"\n"
      "  EventSize: 33\n  SpecID:\n    uintnSize: 256\n",
      "    uintnSize", ASSAY_MALFORMED, "SpecID" },
    { "- EventNum: 0\n  PCRIndex: 0\n  EventType: EV_NO_ACTION\n  Digest: \"" D20 "\"\n"
      "  EventSize: 33\n  SpecID:\n    vendorInfo: \"0\"\n",
      "    vendorInfo", ASSAY_MALFORMED, "vendorInfo" },
    { "- EventNum: 0\n  PCRIndex: 0\n  EventType: EV_NO_ACTION\n  Digest: \"" D20 "\"\n"
      "  EventSize: 33\n  SpecID:\n    algorithmId: sha1\n    digestSize: 20\n"
      "    algorithmId: sha1 \n",
      "    algorithmId", ASSAY_MALFORMED, "algorithmId" },
};

static const char *last_place(const char *text, const char *needle)
{
    const char *last = NULL;

    for (const char *at = text; (at = strstr(at, needle)) != NULL; at++)
        last = at;
    return last;
}

Test(tpm2yaml, what_is_wrong_is_refused_with_its_place)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        cr_expect_eq(read_string(wrong[i].text), 0, "%s", wrong[i].text);
        cr_expect_eq(fault.kind, wrong[i].kind, "%s: %s", wrong[i].text, fault.what);
        cr_assert_not_null(fault.field);
        cr_expect_str_eq(fault.field, wrong[i].field, "%s: %s", wrong[i].text, fault.what);
        cr_expect_eq(fault.offset,
                     (uint64_t)(last_place(wrong[i].text, wrong[i].at) - wrong[i].text), "%s: %zu",
                     wrong[i].text, (size_t)fault.offset);
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

/* Writing. */

static void expect_text(const char *log, const char *text)
{
    assay_writer writer = assay_writer_growing(CEILING);
    assay_error error = { 0 };

    cr_assert_eq(copy_log(assay_bytes_of_string(log), "tpm2-eventlog", &writer, &error), 0, "%s",
                 error.what);
    assay_put_char(&writer, '\0');
    cr_expect_str_eq((const char *)writer.data, text);
    assay_writer_close(&writer);
}

Test(tpm2yaml, the_sample_is_written_as_the_program_prints_it)
{
    expect_text("assay-log 1 sha256\nspec-id version-major:2 uintn-size:2\n"
                "7 EV_EFI_VARIABLE_DRIVER_CONFIG hex:" VARIABLE_DATA " = sha256:" D32 "\n"
                "4 EV_EFI_ACTION \"Exit Boot\" = sha256:" D32 "\n",
                HEADER VARIABLE ACTION "pcrs:\n");
}

/* Where the program's own shape would lose bytes there are digits. */
Test(tpm2yaml, no_byte_is_lost_in_writing)
{
    static const char *const data[] = {
        "00",
        "0000",
        "610000",
        "20",
        "6120",
        "0a",
        "610a",
        "0a61",
        "1b5b41",
        "ff",
        "c285",
        "2561",
        "2d2d2d",
        "5c7831",
        "22",
        "2261",
        "27",
        "2d20",
        "e280a8",
        "f3a08081",
        "61dfe48bca93d211aa0d00e098032b8c0200000000000000010000000000000064006200aabb",
        "61dfe48bca93d211aa0d00e098032b8c0200000000000000090000000000000064006200aa",
        "61dfe48bca93d211aa0d00e098032b8c02000000000000000100000000000000d8006200aa",
        "61dfe48bca93d211aa0d00e098032b8c0200000000000000010000000000000000d86200aa",
        "61dfe48bca93d211aa0d00e098032b8c020000000000000001000000000000000a002200aa",
        "0500000000000000",
        "00000000000000000100000000000000",
        "02414201000000000000000200000000000000",
    };
    static const char *const types[] = { "EV_POST_CODE",  "EV_IPL",
                                         "EV_EFI_ACTION", "EV_EFI_VARIABLE_BOOT",
                                         "EV_SEPARATOR",  "EV_EFI_PLATFORM_FIRMWARE_BLOB2",
                                         "EV_NO_ACTION",  "EV_EFI_BOOT_SERVICES_DRIVER" };

    for (size_t d = 0; d < sizeof data / sizeof *data; d++)
        for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
            assay_writer yaml = assay_writer_growing(CEILING), back = assay_writer_growing(CEILING);
            assay_error error = { 0 };
            char text[400], whole[400];

            snprintf(text, sizeof text, "assay-log 1 sha256\n4 %s hex:%s = sha256:" D32 "\n",
                     types[t], data[d]);
            cr_assert_eq(copy_log(assay_bytes_of_string(text), "tpm2-eventlog", &yaml, &error), 0);
            cr_assert_eq(copy_log(assay_written(&yaml), "text", &back, &error), 0, "%s",
                         error.what);
            assay_writer canonical = assay_writer_lent(whole, sizeof whole);
            copy_log(assay_bytes_of_string(text), "text", &canonical, &error);
            cr_expect(assay_bytes_equal(assay_written(&back), assay_written(&canonical)),
                      "%s\n%.*s", text, (int)yaml.used, (const char *)yaml.data);
            assay_writer_close(&back);
            assay_writer_close(&yaml);
        }
}

Test(tpm2yaml, what_the_text_cannot_hold_is_refused)
{
    static const char *const logs[] = {
        "assay-log 1 sha256\n4 0x8402 hex:00\n",
        "assay-log 1 sha384\nmeasurement-registers\n1 EV_SEPARATOR u32:0\n",
        "assay-log 1 sha1 sha256\n17 EV_SEPARATOR u32:0 = only:sha1\n",
        "[{\"pcr\":{\"index\":4,\"bank\":\"SHA1\"},\"tpm_events\":[{\"type_id\":\"0x4\","
        "\"tags\":[\"x\"],\"measurement\":\"" D20 "\"}]}]",
    };

    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
        assay_writer writer = assay_writer_growing(CEILING);
        assay_error error = { 0 };

        cr_expect_eq(copy_log(assay_bytes_of_string(logs[i]), "tpm2-eventlog", &writer, &error),
                     -ASSAY_UNSUPPORTED, "%s", logs[i]);
        assay_writer_close(&writer);
    }
}

/* The values behind the events. */

/* sha256(00 * 32 | sha256 of four zeros): a PCR 5 with a separator. */
#define SHA256_OF_ZEROS "df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119"
#define SEPARATED "3d458cfe55cc03ea1f443f1562beec8df51c75e14a9fcf9a7234a13f198e7969"

static void expect_claim(const char *value, enum assay_finding_code code, bool locality)
{
    static assay_replay replay;
    assay_hashes *hashes = assay_hashes_new();
    assay_event event;
    assay_log log;
    char text[2000];

    snprintf(text, sizeof text,
             "%s- EventNum: 1\n  PCRIndex: 0\n  EventType: EV_SEPARATOR\n  DigestCount: 1\n"
             "  Digests:\n  - AlgorithmId: sha256\n    Digest: \"" SHA256_OF_ZEROS "\"\n"
             "  EventSize: 4\n  Event: \"00000000\"\npcrs:\n  sha256:\n    0  : 0x%s\n",
             locality ? "- EventNum: 0\n  PCRIndex: 0\n  EventType: EV_NO_ACTION\n"
                        "  DigestCount: 1\n  Digests:\n  - AlgorithmId: sha256\n    Digest: "
                        "\"0000000000000000000000000000000000000000000000000000000000000000\"\n"
                        "  EventSize: 17\n  Event: \"537461727475704c6f63616c6974790003\"\n"
                      : "",
             value);
    assay_findings_reset(&findings);
    cr_assert_eq(assay_log_open(&log, assay_bytes_of_string(text), NULL, NULL, NULL), 0);
    cr_assert_eq(assay_replay_begin(&replay, &log.header, hashes, NULL), 0);
    while (assay_log_next(&log, &event) > 0)
        cr_assert_eq(assay_replay_event(&replay, &event), 0);
    cr_assert_eq(assay_claimed_check(&log, &replay, &findings), 0);
    for (int other = 0; other < ASSAY_FINDING_CODES; other++)
        cr_expect_eq(findings.seen[other], other == (int)code, "%s: %d", value, other);
    assay_log_close(&log);
    assay_hashes_free(&hashes);
}

Test(tpm2yaml, the_values_at_the_end_are_compared)
{
    expect_claim(SEPARATED, ASSAY_FINDING_CODES, false);
    expect_claim(D32, ASSAY_FINDING_CLAIMED_DIFFERS, false);
    expect_claim("00", ASSAY_FINDING_TEXT_LINE, false);
    /* As 5.4 does: zeros, extended with 32 zeros and then the separator's digest. By hand:
     * python3 -c 'from hashlib import sha256 as h; z = bytes(32);
     *   print(h(h(z + z).digest() + h(bytes(4)).digest()).hexdigest())' */
    expect_claim("91f768f162963026acf3a69fde454285b38444148dd92a35474b12f142544532",
                 ASSAY_FINDING_CLAIMED_OLD_RULES, true);
    expect_claim(SEPARATED, ASSAY_FINDING_CLAIMED_DIFFERS, true);
}

/* Memory. */

static int read_everything(void)
{
    for (size_t i = 0; i < sizeof rebuilt / sizeof *rebuilt; i++) {
        const int status = read_log(assay_bytes_of_string(rebuilt[i].text), NULL, NULL).status;

        if (status < 0)
            return status;
    }
    return 0;
}

Test(tpm2yaml, each_allocation_may_fail)
{
    cr_expect_gt(each_allocation_fails("tpm2-eventlog", read_everything), 10);
}
