/* SPDX-License-Identifier: BSD-2-Clause */
#include "replay/datacheck.h"

#include "base/cursor.h"
#include "eventlog/types.h"

enum { PCRS = 24, CANDIDATES_MAX = 5, SECTION_NAME_MAX = 32 };

/* The bytes that one candidate says were hashed, one part after the other. */
struct measured {
    size_t count;
    assay_bytes parts[2];
    uint8_t name[SECTION_NAME_MAX];
    bool folded; /* logged is what a register of zeros becomes when extended with their digest */
};

/* Whether an event that has a candidate's bytes can have another digest than its rule's. */
enum fit {
    MAY_FIT,
    MUST_FIT, /* the program always hashes them: this or another candidate of the rule fits */
};

/* One way in which some program gets from an event's data to its digest. */
struct candidate {
    const char *name;
    /* False where this event has no such bytes. */
    bool (*measure)(const assay_event *event, const assay_payload *payload,
                    struct measured *ret_measured);
    enum fit fit;
};

struct rule {
    const char *reason; /* why a digest that fits no candidate proves nothing; NULL: not in the log */
    struct candidate candidates[CANDIDATES_MAX]; /* the usual one first */
};

static const uint8_t zeros[ASSAY_DIGEST_MAX];

static bool measure(struct measured *measured, assay_bytes bytes)
{
    measured->folded = false;
    measured->count = 1;
    measured->parts[0] = bytes;
    return true;
}

static bool measure_with_nul(struct measured *measured, assay_bytes bytes, size_t nul_size)
{
    measure(measured, bytes);
    measured->count = 2;
    measured->parts[1] = assay_bytes_of(zeros, nul_size);
    return true;
}

static bool whole(const assay_event *event, const assay_payload *payload, struct measured *measured)
{
    (void)payload;
    return measure(measured, event->data);
}

/* Intel TXT logs most of its golden values without data (TXT SDG appendix G). */
static bool whole_if_any(const assay_event *event, const assay_payload *payload,
                         struct measured *measured)
{
    return event->data.size > 0 && whole(event, payload, measured);
}

/* TXT SDG 1.10.1.1: for some SINIT modules the digest is already the value of PCR 17. */
static bool folded_if_any(const assay_event *event, const assay_payload *payload,
                          struct measured *measured)
{
    if (!whole_if_any(event, payload, measured))
        return false;
    measured->folded = true;
    return true;
}

/* A variable that the log cuts off was hashed in full. */
static bool variable_data(const assay_event *event, const assay_payload *payload,
                          struct measured *measured)
{
    (void)event;
    return payload->kind == ASSAY_PAYLOAD_VARIABLE && !assay_variable_is_cut(&payload->variable) &&
           measure(measured, payload->variable.data);
}

/* shim before 15 states one byte more than it fills and hashes. */
static bool all_but_stray_byte(const assay_event *event, const assay_payload *payload,
                               struct measured *measured)
{
    return payload->kind == ASSAY_PAYLOAD_VARIABLE && payload->variable.trailing.size > 0 &&
           measure(measured, assay_bytes_of(event->data.data, event->data.size - 1));
}

/* systemd-stub for a UKI profile. */
static bool tagged_data(const assay_event *event, const assay_payload *payload,
                        struct measured *measured)
{
    assay_tag tag;

    (void)event;
    if (payload->kind != ASSAY_PAYLOAD_TAGGED || payload->tagged.count != 1)
        return false;
    assay_cursor c = assay_cursor_of(payload->tagged.list);
    return assay_tagged_next(&c, &tag) && measure(measured, tag.data);
}

/* GRUB's strings, the only ones of EV_IPL with a prefix and a text that is itself hashed. */
static bool is_grub_string(const assay_payload *payload)
{
    return payload->kind == ASSAY_PAYLOAD_IPL &&
           (payload->ipl.kind == ASSAY_IPL_GRUB_COMMAND ||
            payload->ipl.kind == ASSAY_IPL_KERNEL_CMDLINE ||
            payload->ipl.kind == ASSAY_IPL_MODULE_CMDLINE);
}

static bool grub_text(const assay_event *event, const assay_payload *payload,
                      struct measured *measured)
{
    (void)event;
    return is_grub_string(payload) && measure(measured, payload->ipl.text);
}

static bool grub_text_with_nul(const assay_event *event, const assay_payload *payload,
                               struct measured *measured)
{
    (void)event;
    return is_grub_string(payload) && measure_with_nul(measured, payload->ipl.text, 1);
}

static bool options_with_nul(const assay_event *event, const assay_payload *payload,
                             struct measured *measured)
{
    (void)event;
    return payload->kind == ASSAY_PAYLOAD_IPL && payload->ipl.kind == ASSAY_IPL_OPTIONS &&
           measure_with_nul(measured, payload->ipl.text, 2);
}

/* The characters of `text` as ASCII into `name`, or 0 when one does not fit. */
static size_t section_name(const assay_ipl *ipl, uint8_t name[static SECTION_NAME_MAX])
{
    assay_cursor c = assay_cursor_of(ipl->text);
    size_t length = 0;

    while (assay_left(&c) > 0 && length < SECTION_NAME_MAX) {
        const uint16_t character = ipl->utf16 ? assay_take_u16le(&c) : assay_take_u8(&c);

        if (character >= 0x80)
            return 0;
        name[length++] = (uint8_t)character;
    }
    return assay_left(&c) == 0 ? length : 0;
}

/* systemd-stub logs the name in UTF-16 and hashes it in ASCII, then a second event its contents. */
static bool section_name_with_nul(const assay_event *event, const assay_payload *payload,
                                  struct measured *measured)
{
    (void)event;
    if (payload->kind != ASSAY_PAYLOAD_IPL || payload->ipl.kind != ASSAY_IPL_SECTION)
        return false;
    const size_t length = section_name(&payload->ipl, measured->name);
    return length > 0 && measure_with_nul(measured, assay_bytes_of(measured->name, length), 1);
}

#define WHOLE "whole data"
#define NOT_IN_LOG "what was measured is not in the log"

/* The same with a name for what was measured. */
static const char *const elsewhere[ASSAY_PAYLOAD_KINDS] = {
    [ASSAY_PAYLOAD_IMAGE] = "the digest is of the image, which is not in the log",
    [ASSAY_PAYLOAD_BLOB] = "the digest is of the firmware, which is not in the log",
    [ASSAY_PAYLOAD_HANDOFF] = "the digest is of the tables, which are not in the log",
    [ASSAY_PAYLOAD_TAGGED] = "the digest is of what the tag names, which is not in the log",
    [ASSAY_PAYLOAD_IPL] = "the digest is of what the text names, which is not in the log",
};

static const struct rule rules[] = {
    [ASSAY_RULES_NONE] = { NULL, { { NULL, NULL, MAY_FIT } } },
    [ASSAY_RULES_DATA] = { NULL, { { WHOLE, whole, MUST_FIT } } },
    [ASSAY_RULES_MAYBE_DATA] = { NULL, { { WHOLE, whole, MAY_FIT } } },
    [ASSAY_RULES_VERSION] = { "this firmware measures other bytes than the version it logs",
                              { { WHOLE, whole, MAY_FIT } } },
    [ASSAY_RULES_VARIABLE] = { "the log holds the variable in part",
                               { { WHOLE, whole, MAY_FIT },
                                 { "VariableData only", variable_data, MUST_FIT } } },
    [ASSAY_RULES_BOOT_VARIABLE] = { "the log holds the variable in part",
                                    { { "VariableData only", variable_data, MUST_FIT },
                                      { WHOLE, whole, MAY_FIT } } },
    [ASSAY_RULES_AUTHORITY] = { "the log holds the variable in part",
                                { { WHOLE, whole, MAY_FIT },
                                  { "all but a stray last byte", all_but_stray_byte, MAY_FIT },
                                  { "VariableData only", variable_data, MUST_FIT } } },
    [ASSAY_RULES_TAGGED] = { NULL,
                             { { WHOLE, whole, MAY_FIT },
                               { "tagged data only", tagged_data, MAY_FIT } } },
    [ASSAY_RULES_IPL] = { NULL,
                          { { "text without prefix and NUL", grub_text, MUST_FIT },
                            { "text without prefix, with NUL", grub_text_with_nul, MUST_FIT },
                            { "section name in ASCII with NUL", section_name_with_nul, MAY_FIT },
                            { "UTF-16 text with NUL", options_with_nul, MAY_FIT },
                            { WHOLE, whole, MAY_FIT } } },
    [ASSAY_RULES_SEPARATOR] = { NULL, { { WHOLE, whole, MUST_FIT } } },
    [ASSAY_RULES_HCRTM] = { NULL, { { WHOLE, whole, MAY_FIT } } },
    [ASSAY_RULES_TXT_DATA] = { "the log holds no data for this record",
                               { { WHOLE, whole_if_any, MUST_FIT } } },
    [ASSAY_RULES_HASH_START] = { "the digest is of other data, or the log holds none",
                                 { { WHOLE, whole_if_any, MAY_FIT },
                                   { "PCR 17 after extending the data", folded_if_any, MAY_FIT } } },
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
static int bank_agrees(const struct bank *bank, const struct measured *measured)
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
static int count_agreeing(const struct bank *banks, int count, const struct measured *measured)
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

static const char *reason_of(const struct rule *rule, const assay_payload *payload)
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

static int try_candidates(const struct rule *rule, const assay_event *event,
                          const assay_payload *payload, const struct bank *banks, int count,
                          assay_datacheck *ret_check)
{
    bool must_fit = false;
    int agreeing = 0;

    for (size_t i = 0; i < CANDIDATES_MAX && rule->candidates[i].name != NULL; i++) {
        const struct candidate *const candidate = &rule->candidates[i];
        struct measured measured;

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
        must_fit |= candidate->fit == MUST_FIT;
    }
    not_checkable(ret_check, reason_of(rule, payload));
    judge_mismatch(banks, count, must_fit, agreeing, ret_check);
    return 0;
}

int assay_datacheck_event(assay_hashes *hashes, const assay_event *event,
                          const assay_payload *payload, assay_datacheck *ret_check)
{
    const assay_event_type *const type = assay_event_type_find(event->type);
    const struct rule *const rule = &rules[type != NULL ? type->rules : ASSAY_RULES_MAYBE_DATA];
    struct bank banks[ASSAY_BANKS_MAX];

    if ((type != NULL && !type->extends) || event->pcr_index >= PCRS)
        return not_checkable(ret_check, "the event extends nothing");
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

    if (check->outcome == ASSAY_CONTRADICTED)
        assay_findings_add(findings, ASSAY_FINDING_DATA_CONTRADICTED, event->number, event->offset,
                           event->pcr_index, "%s (%s bank)", check->reason, bank);
    else if (check->outcome == ASSAY_NOT_CHECKABLE && event->type == EV_S_CRTM_VERSION &&
             check->alg != 0)
        assay_findings_add(findings, ASSAY_FINDING_VERSION_DIGEST, event->number, event->offset,
                           event->pcr_index, "%s (%s bank)", check->reason, bank);
}
