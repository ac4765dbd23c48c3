/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a wrong text of tpm2_eventlog's kind is told, and where.
 */
#include "tests/tpm2text.h"

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

Test(tpm2yaml_refused, what_is_wrong_is_refused_with_its_place)
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
