/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay/claimed.h: the values of PCRs that tpm2_eventlog prints behind the events.
 */
#include "replay/claimed.h"
#include "tests/tpm2text.h"

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

Test(tpm2yaml_claimed, the_values_at_the_end_are_compared)
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
