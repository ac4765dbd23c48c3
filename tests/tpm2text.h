/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tpm2_eventlog prints, as the tests of its reader and writer have it: a text's parts, and the
 * events that are read of one.
 */
#ifndef ASSAY_TESTS_TPM2TEXT_H
#define ASSAY_TESTS_TPM2TEXT_H

#include <criterion/criterion.h>

#include "base/hex.h"
#include "eventlog/types.h"
#include "tests/reading.h"

#include <stdio.h>

/* Digests that are of nothing. */
#define D20 "00112233445566778899aabbccddeeff00112233"
#define D32 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

enum { CEILING = 1 << 20, EVENTS_MAX = 8 };

static assay_findings findings;

/** An event that was read, kept. */
typedef struct kept {
    assay_event event;
    char data[2000], label[600]; /* in digits; as text */
} kept;

static kept events[EVENTS_MAX];
static assay_error fault;

static inline void keep(kept *kept, const assay_event *event)
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

/** Reads a text; how many events it has. */
static inline size_t read_text(assay_bytes text)
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

static inline size_t read_string(const char *text)
{
    return read_text(assay_bytes_of_string(text));
}

/* The shape of release 5.4: one header, one variable, one action. */

#define VARIABLE_DATA                                                                              \
    "61dfe48bca93d211aa0d00e098032b8c"                                                             \
    "0200000000000000"                                                                             \
    "0100000000000000"                                                                             \
    "64006200"                                                                                     \
    "aa"
#define ACTION_DATA "4578697420426f6f74" /* "Exit Boot" */

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

#endif
