/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tpm2_eventlog prints of an event's data: what is rebuilt of it, what is lost, and what a
 * writer of the log may have put there.
 */
#include "tests/allocfail.h"
#include "tests/tpm2text.h"

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

Test(tpm2yaml_data, data_are_rebuilt_to_the_byte_or_lost)
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

#define SHA1_OF_01 "bf8b4530d8d246dd74ac53a13471bba17941dff7" /* printf '\1' | sha1sum */

/* Of Attributes and of SecureBoot only a bit is shown: the digest tells the rest. */
#define SECURE_BOOT(digest, answer)                                                                \
    "- EventNum: 0\n  PCRIndex: 7\n  EventType: EV_EFI_VARIABLE_DRIVER_CONFIG\n"                   \
    "  DigestCount: 1\n  Digests:\n  - AlgorithmId: sha1\n    Digest: \"" digest "\"\n"            \
    "  EventSize: 53\n  Event:\n    VariableName: 8be4df61-93ca-11d2-aa0d-00e098032b8c\n"          \
    "    UnicodeNameLength: 10\n    VariableDataLength: 1\n    UnicodeName: SecureBoot\n"          \
    "    VariableData:\n      Enabled: '" answer "'\npcrs:\n"

Test(tpm2yaml_data, a_guess_must_meet_the_digest)
{
    cr_assert_eq(read_string(SECURE_BOOT(SHA1_OF_01, "Yes")), 1, "%s", fault.what);
    cr_expect_str_eq(events[0].data + 2 * 52, "01");
    cr_assert_eq(read_string(SECURE_BOOT(SHA1_OF_01, "No")), 1);
    cr_expect_not(assay_event_keeps_data(&events[0].event));
    cr_expect(strstr(events[0].label, "UnicodeName: SecureBoot") != NULL, "%s", events[0].label);
    cr_expect(strstr(events[0].label, "Enabled: 'No'") != NULL, "%s", events[0].label);
}

Test(tpm2yaml_data, an_unknown_type_is_one_and_hcrtm_is_known)
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
Test(tpm2yaml_data, a_text_cannot_forge_an_event)
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

static int read_everything(void)
{
    for (size_t i = 0; i < sizeof rebuilt / sizeof *rebuilt; i++) {
        const int status = read_log(assay_bytes_of_string(rebuilt[i].text), NULL, NULL).status;

        if (status < 0)
            return status;
    }
    return 0;
}

Test(tpm2yaml_data, each_allocation_may_fail)
{
    cr_expect_gt(each_allocation_fails("tpm2-eventlog", read_everything), 10);
}
