/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a policy and what goes with it, cut at a place that the first byte says: verify,
 * allows and diff always end, with findings that lie in their files. And whatever of a sound signed
 * list is changed, it is not sound any more.
 */
#include "policy/lcp/diff.h"
#include "tests/fuzz/fuzz.h"

#include "tests/fuzz/lcp_signed.h"

static assay_lcp_findings findings;
static assay_lcp_evaluation evaluation;

static void demand_findings(assay_bytes policy, assay_bytes body)
{
    for (size_t i = 0; i < findings.count; i++) {
        const assay_lcp_finding *const finding = &findings.list[i];
        const assay_bytes file = finding->input == ASSAY_LCP_INPUT_POLICY ? policy : body;

        demand(finding->offset == ASSAY_NO_OFFSET || finding->offset <= file.size,
               "a finding lies in its file");
        demand(strnlen(finding->detail, sizeof finding->detail) < sizeof finding->detail,
               "its words end");
    }
}

static void verify(assay_bytes policy, assay_bytes body, enum assay_lcp_input kind)
{
    const assay_lcp_subject subject = { policy, body, kind, (enum assay_lcp_index)(body.size % 3) };
    assay_error error;

    demand(assay_lcp_verify(&subject, &findings, &error) == 0, "verify ends");
    demand_findings(policy, body);
}

static void evaluate(assay_bytes policy, assay_bytes data)
{
    static const assay_pcrs pcrs = {
        .bank_count = 1,
        .banks = { { .alg = ASSAY_ALG_SHA256, .size = 32, .present = ASSAY_ALL_PCRS } },
    };
    assay_lcp_launch launch = {
        .tpm12 = data.size % 2 == 1,
        .mle = { { .alg = ASSAY_ALG_SHA256, .size = 32 } },
        .pcrs = data.size % 4 < 2 ? &pcrs : NULL,
        .indices = { { .policy = policy, .data = data }, { .policy = policy, .data = data } },
    };
    uint8_t buffer[1024], hash[20];
    assay_writer writer = assay_writer_lent(buffer, sizeof buffer);
    assay_error error;

    demand(assay_lcp_evaluate(&launch, &evaluation, &error) == 0, "allows ends");
    demand(evaluation.authority_count <= ASSAY_TXT_ELEMENTS, "there is room for authorities");
    demand((evaluation.errorcode != 0) <= (evaluation.outcome == ASSAY_LCP_REFUSED),
           "an error code is of a refusal");
    assay_lcp_put_details(&writer, &evaluation, false);
    assay_lcp_put_authorities(&writer, &evaluation, true);
    demand(writer.failure == 0, "what is measured has its room");
    demand(assay_lcp_policy_hash12(&evaluation, hash) == 0, "LcpPolicyHash can be made");
}

static void count_change(const assay_lcp_change *change, void *context)
{
    demand(change->field != NULL, "what changes has a name");
    ++*(unsigned *)context;
}

static void compare(assay_bytes a, assay_bytes b)
{
    const enum assay_lcp_input kind = assay_lcp_recognise(a);
    unsigned changes = 0;
    assay_error error;
    int which;

    const int same = assay_lcp_diff(kind, a, a, count_change, &changes, &which, &error);
    demand(same <= 0 && changes == 0, "nothing differs from itself");
    const int status = assay_lcp_diff(kind, a, b, count_change, &changes, &which, &error);
    demand(status < 0 || (status == 1) == (changes > 0), "a difference is told");
    demand(status != 0 || assay_bytes_equal(a, b), "what is the same has the same bytes");
}

/* The input as changes to a sound signed list: place and mask, place and mask ... */
static void change_signed(assay_bytes input)
{
    static uint8_t list[sizeof signed_list];
    assay_cursor cursor = assay_cursor_of(input);

    memcpy(list, signed_list, sizeof list);
    while (assay_left(&cursor) >= 3) {
        const uint16_t place = assay_take_u16le(&cursor);

        list[place % sizeof list] ^= assay_take_u8(&cursor);
    }
    const assay_bytes changed = assay_bytes_of(list, sizeof list);
    verify(ASSAY_NO_BYTES, changed, assay_lcp_recognise(changed));
    const bool sound = assay_lcp_findings_count(&findings, ASSAY_LCP_WARNING) == 0;
    demand(sound <= (memcmp(list, signed_list, sizeof list) == 0), "what was changed is not sound");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const size_t cut = data[0] <= size - 1 ? data[0] : size - 1;
    const assay_bytes first = assay_bytes_of(data + 1, cut);
    const assay_bytes second = assay_bytes_of(data + 1 + cut, size - 1 - cut);
    enum assay_lcp_input one = assay_lcp_recognise(first), two = assay_lcp_recognise(second);

    assay_lcp_recognise_pair(first, &one, second, &two);
    verify(first, second, two);
    verify(ASSAY_NO_BYTES, first, one);
    evaluate(first, second);
    compare(first, second);
    change_signed(second);
    return 0;
}
