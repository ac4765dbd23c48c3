/* SPDX-License-Identifier: BSD-2-Clause */
#include "replay/datacheck.h"

#include "replay/digestrules.h"
#include "replay/pcrs.h"

#define NOT_IN_LOG "what was measured is not in the log"

/* The same with a name for what was measured. */
static const char *const elsewhere[ASSAY_PAYLOAD_KINDS] = {
    [ASSAY_PAYLOAD_IMAGE] = "the digest is of the image, which is not in the log",
    [ASSAY_PAYLOAD_BLOB] = "the digest is of the firmware, which is not in the log",
    [ASSAY_PAYLOAD_HANDOFF] = "the digest is of the tables, which are not in the log",
    [ASSAY_PAYLOAD_TAGGED] = "the digest is of what the tag names, which is not in the log",
    [ASSAY_PAYLOAD_SIPA] = "the digest is of more than the event holds",
    [ASSAY_PAYLOAD_IPL] = "the digest is of what the text names, which is not in the log",
};

/* A digest that can be computed here. */
struct bank {
    uint16_t alg;
    assay_hash *hash;
    assay_bytes digest;
};

/* Collects the digests to compare, the shortest and so the cheapest first: most candidates fail. */
static int collect_banks(assay_hashes *hashes, const assay_event *event,
                         struct bank banks[static ASSAY_BANKS_MAX])
{
    int count = 0;

    for (size_t i = 0; i < event->digest_count; i++) {
        struct bank bank = { .alg = event->digests[i].alg, .digest = event->digests[i].value };
        const int status = assay_hashes_get(hashes, bank.alg, &bank.hash);

        if (status == -ASSAY_UNSUPPORTED ||
            (status == 0 && bank.digest.size != assay_hash_size(bank.hash)))
            continue;
        if (status < 0)
            return status;
        if (count > 0 && bank.digest.size < banks[0].digest.size) {
            banks[count++] = banks[0];
            banks[0] = bank;
        } else {
            banks[count++] = bank;
        }
    }
    return count;
}

/* 1 when the bank's digest is that of the measured bytes, 0 when not, or a negative kind. */
static int bank_agrees(const struct bank *bank, const assay_measured *measured)
{
    uint8_t digest[ASSAY_DIGEST_MAX], pcr[ASSAY_DIGEST_MAX] = { 0 };
    const uint8_t *computed = digest;
    int status = assay_hash_parts(bank->hash, measured->parts, measured->count, digest);

    if (status == 0 && measured->folded) {
        status = assay_hash_extend(bank->hash, pcr, digest);
        computed = pcr;
    }
    if (status < 0)
        return status;
    return memcmp(computed, bank->digest.data, bank->digest.size) == 0;
}

/* How many banks agree before one disagrees: `count` when all do. Or a negative kind. */
static int count_agreeing(const struct bank *banks, int count, const assay_measured *measured)
{
    for (int i = 0; i < count; i++) {
        const int status = bank_agrees(&banks[i], measured);

        if (status <= 0)
            return status < 0 ? status : i;
    }
    return count;
}

static int not_checkable(assay_datacheck *check, const char *reason)
{
    *check = (assay_datacheck){ .outcome = ASSAY_NOT_CHECKABLE, .reason = reason };
    return 0;
}

static bool any_is_zeros(const struct bank *banks, int count)
{
    for (int i = 0; i < count; i++)
        if (assay_bytes_all(banks[i].digest, 0))
            return true;
    return false;
}

static const char *reason_of(const assay_digest_rule *rule, const assay_payload *payload)
{
    if (rule->reason != NULL)
        return rule->reason;
    return elsewhere[payload->kind] != NULL ? elsewhere[payload->kind] : NOT_IN_LOG;
}

/* What a digest that fits no candidate means; check->reason says what it does for this rule. */
static void judge_mismatch(const struct bank *banks, int count, bool must_fit, int agreeing,
                           assay_datacheck *check)
{
    check->alg = banks[agreeing].alg;
    if (any_is_zeros(banks, count)) {
        check->reason = "a digest of zeros: that bank was not measured";
    } else if (agreeing > 0) {
        check->outcome = ASSAY_CONTRADICTED;
        check->reason = "one bank's digest follows from the data, another's does not";
    } else if (must_fit) {
        check->outcome = ASSAY_CONTRADICTED;
        check->reason = "the digest does not follow from the data";
    }
}

static int try_candidates(const assay_digest_rule *rule, const assay_event *event,
                          const assay_payload *payload, const struct bank *banks, int count,
                          assay_datacheck *ret_check)
{
    bool must_fit = false;
    int agreeing = 0;

    for (size_t i = 0; i < ASSAY_CANDIDATES_MAX && rule->candidates[i].name != NULL; i++) {
        const assay_candidate *const candidate = &rule->candidates[i];
        assay_measured measured;

        if (!candidate->measure(event, payload, &measured))
            continue;
        const int agree = count_agreeing(banks, count, &measured);
        if (agree < 0)
            return agree;
        if (agree == count) {
            *ret_check = (assay_datacheck){ .outcome = ASSAY_VERIFIED, .rule = candidate->name };
            return 0;
        }
        agreeing = agree > agreeing ? agree : agreeing;
        must_fit |= candidate->fit == ASSAY_MUST_FIT;
    }
    not_checkable(ret_check, reason_of(rule, payload));
    judge_mismatch(banks, count, must_fit, agreeing, ret_check);
    return 0;
}

/* What is no event of the PC Client profile has rules by its content. */
static enum assay_digest_rules rules_of(const assay_event *event, const assay_event_type *type)
{
    switch (event->content) {
    case ASSAY_CONTENT_IMA_TEMPLATE:
        return ASSAY_RULES_IMA;
    case ASSAY_CONTENT_SYSTEMD:
        return ASSAY_RULES_SYSTEMD;
    case ASSAY_CONTENT_CEL:
    case ASSAY_CONTENT_OTHER:
        return ASSAY_RULES_CEL;
    default:
        return type != NULL ? type->rules : ASSAY_RULES_MAYBE_DATA;
    }
}

static bool is_violation(const assay_event *event)
{
    return event->content == ASSAY_CONTENT_IMA_TEMPLATE && assay_ima_is_violation(event);
}

int assay_datacheck_event(assay_hashes *hashes, const assay_event *event,
                          const assay_payload *payload, assay_datacheck *ret_check)
{
    const assay_event_type *const type = assay_event_type_find(event->type);
    const assay_digest_rule *const rule = assay_digest_rule_of(rules_of(event, type));
    struct bank banks[ASSAY_BANKS_MAX];

    if (!assay_event_type_extends(event->type) ||
        (event->nv_index == 0 && event->pcr_index >= ASSAY_PCRS))
        return not_checkable(ret_check, "the event extends nothing");
    if (is_violation(event))
        return not_checkable(ret_check, "a violation: the PCR was extended with ones");
    if (!assay_event_keeps_data(event))
        return not_checkable(ret_check, "the log keeps no data of its events");
    if (rule->candidates[0].name == NULL)
        return not_checkable(ret_check, reason_of(rule, payload));
    const int count = collect_banks(hashes, event, banks);
    if (count < 0)
        return count;
    if (count == 0)
        return not_checkable(ret_check, "no digest of an algorithm that can be computed here");
    return try_candidates(rule, event, payload, banks, count, ret_check);
}

const char *assay_outcome_name(enum assay_outcome outcome)
{
    static const char *const names[] = {
        [ASSAY_VERIFIED] = "verified",
        [ASSAY_CONTRADICTED] = "contradicted",
        [ASSAY_NOT_CHECKABLE] = "not checkable",
    };

    return names[outcome];
}

void assay_datacheck_note(const assay_event *event, const assay_datacheck *check,
                          assay_findings *findings)
{
    const assay_alg *const alg = assay_alg_find(check->alg);
    const char *const bank = alg != NULL ? alg->name : "no";

    if (is_violation(event))
        assay_findings_add(findings, ASSAY_FINDING_IMA_VIOLATION, event->number, event->offset,
                           event->pcr_index, "%s", check->reason);
    else if (check->outcome == ASSAY_CONTRADICTED)
        assay_findings_add(findings, ASSAY_FINDING_DATA_CONTRADICTED, event->number, event->offset,
                           event->pcr_index, "%s (%s bank)", check->reason, bank);
    else if (check->outcome == ASSAY_NOT_CHECKABLE && event->type == EV_S_CRTM_VERSION &&
             check->alg != 0)
        assay_findings_add(findings, ASSAY_FINDING_VERSION_DIGEST, event->number, event->offset,
                           event->pcr_index, "%s (%s bank)", check->reason, bank);
}
