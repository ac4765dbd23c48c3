/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a PCR is extended with, and what is not: each rule a function and a row of the table below,
 * in the order in which they are asked.
 */
#include "replay/rules.h"

#include "eventlog/payload/unknown.h"
#include "eventlog/types.h"
#include "replay/imadigest.h"

enum { LOCALITY_HCRTM = 4 };

/* What a rule says: whether it was the last word on the event. */

enum { NEXT_RULE, DECIDED }; /* or a negative kind */

static void note(const assay_measurement *m, enum assay_finding_code code, const char *detail)
{
    assay_findings_add(m->replay->findings, code, m->event->number, m->event->offset,
                       m->event->pcr_index, "%s", detail);
}

static int measurement_register(assay_measurement *m)
{
    const uint32_t index = m->event->pcr_index;

    if (!m->replay->measurement_registers)
        return NEXT_RULE;
    if (m->event->type == EV_NO_ACTION)
        return DECIDED;
    m->pcr = assay_register_number(m->replay->registers, index);
    if (m->pcr != ASSAY_NO_REGISTER)
        return NEXT_RULE;
    if (index >= ASSAY_REGISTERS_MAX && index < ASSAY_PCRS)
        note(m, ASSAY_FINDING_PCR_RANGE, "no such measurement register");
    return DECIDED;
}

/* Lists of one bank each begin anew: what one said of the start, the next says again. */
static bool says_again(const assay_measurement *m, uint8_t locality)
{
    const assay_replay_bank *const bank =
        m->event->only_bank == 0 ? NULL : assay_replay_bank_of(m->replay, m->event->only_bank);

    return m->event->only_bank != 0 && m->pcr == 0 && m->replay->startup_locality == locality &&
           (bank == NULL || !assay_pcr_set_has(bank->extended, 0));
}

/* Why a StartupLocality event can't be believed; NULL when it can. */
static const char *locality_fault(const assay_measurement *m, bool cut, uint8_t locality)
{
    if (m->pcr != 0)
        return "StartupLocality in another PCR than 0";
    if (cut)
        return "StartupLocality without its locality";
    if (assay_pcr_set_has(m->replay->measured, 0))
        return "StartupLocality after a measurement of PCR 0";
    if (m->replay->startup_locality >= 0)
        return "a second StartupLocality";
    if (locality != 0 && locality != 3 && locality != 4)
        return "StartupLocality names a locality that can't start a TPM";
    return NULL;
}

static int startup_locality(assay_measurement *m)
{
    static const assay_bytes signature = ASSAY_LITERAL("StartupLocality\0");
    assay_cursor c = assay_cursor_of(m->event->data);

    if (!assay_bytes_equal(assay_take(&c, signature.size), signature))
        return NEXT_RULE;
    /* Some firmware logs more than the 17 bytes; the locality is the one after the signature. */
    const uint8_t locality = assay_take_u8(&c);
    if (!c.failed && says_again(m, locality))
        return DECIDED;
    const char *const fault = locality_fault(m, c.failed, locality);
    if (fault != NULL)
        note(m, ASSAY_FINDING_STARTUP_LOCALITY, fault);
    else
        assay_replay_start_at_locality(m->replay, locality);
    return DECIDED;
}

/* A prediction says of which digests it doesn't know the value: without them the fold is none. */
static int unknown_digest(assay_measurement *m)
{
    assay_unknown_record record;

    if (m->pcr >= ASSAY_PCRS || !assay_unknown_record_decode(m->event->data, &record))
        return NEXT_RULE;
    for (size_t i = 0; i < m->replay->bank_count; i++)
        for (size_t a = 0; a < record.count; a++)
            if (m->replay->banks[i].alg == record.algs[a])
                m->replay->banks[i].incomplete |= assay_pcr_bit(m->pcr);
    return DECIDED;
}

static int no_action(assay_measurement *m)
{
    (void)m;
    return DECIDED;
}

static int marker(assay_measurement *m)
{
    return assay_event_type_extends(m->event->type) ? NEXT_RULE : DECIDED;
}

static int no_such_pcr(assay_measurement *m)
{
    return m->pcr >= ASSAY_PCRS ? DECIDED : NEXT_RULE; /* the reader of the log has reported it */
}

static int hcrtm(assay_measurement *m)
{
    assay_replay *const replay = m->replay;

    if (m->pcr != 0 || replay->measurement_registers || assay_pcr_set_has(replay->measured, 0))
        return NEXT_RULE;
    if (replay->startup_locality >= 0 && replay->startup_locality != LOCALITY_HCRTM)
        note(m, ASSAY_FINDING_STARTUP_LOCALITY,
             "an H-CRTM starts PCR 0 at 4, and StartupLocality says otherwise");
    replay->hcrtm = true;
    assay_replay_start_at_locality(replay, LOCALITY_HCRTM);
    return NEXT_RULE;
}

static int dynamic_launch(assay_measurement *m)
{
    if (m->pcr < PCR_DRTM_FIRST || m->pcr > PCR_DRTM_LAST || m->replay->dynamic_launch)
        return NEXT_RULE;
    m->replay->dynamic_launch = true;
    assay_replay_restart(m->replay, PCR_DRTM_FIRST, PCR_DRTM_LAST);
    return NEXT_RULE;
}

static int cap(assay_measurement *m)
{
    for (size_t i = 0; i < m->replay->bank_count; i++)
        if (assay_event_digest_of(m->event, m->replay->banks[i].alg).data != NULL)
            m->replay->banks[i].capped |= assay_pcr_bit(m->pcr);
    note(m, ASSAY_FINDING_CAPPED, "a cap was extended");
    return NEXT_RULE;
}

/* Which of its two meanings the digest has, told by computing both from the data. */
static int tell_hash_start(const assay_measurement *m, const assay_replay_bank *bank,
                           const uint8_t *digest, enum assay_hash_start *ret_meaning)
{
    const size_t size = assay_hash_size(bank->hash);
    uint8_t input[ASSAY_DIGEST_MAX], result[ASSAY_DIGEST_MAX] = { 0 };

    *ret_meaning = ASSAY_HASH_START_UNKNOWN;
    if (m->event->data.size == 0)
        return 0;
    int status = assay_hash_parts(bank->hash, &m->event->data, 1, input);
    if (status == 0)
        status = assay_hash_extend(bank->hash, result, input);
    if (memcmp(digest, input, size) == 0)
        *ret_meaning = ASSAY_HASH_START_INPUT;
    else if (memcmp(digest, result, size) == 0)
        *ret_meaning = ASSAY_HASH_START_RESULT;
    return status;
}

static int fold_hash_start(const assay_measurement *m, assay_replay_bank *bank, uint8_t *value,
                           const uint8_t *digest)
{
    enum assay_hash_start meaning = ASSAY_HASH_START_UNKNOWN;
    const bool first = !assay_pcr_set_has(bank->extended, m->pcr);
    const int status = first ? tell_hash_start(m, bank, digest, &meaning) : 0;

    if (status < 0)
        return status;
    /* Where the log keeps no data at all, that it can't be told says nothing about this event. */
    if (meaning == ASSAY_HASH_START_UNKNOWN && (!first || assay_event_keeps_data(m->event)))
        note(m, ASSAY_FINDING_HASH_START,
             first ? "the digest is neither of its two meanings" : "not the first of its PCR");
    if (first)
        bank->hash_start = meaning;
    if (meaning != ASSAY_HASH_START_RESULT)
        return assay_hash_extend(bank->hash, value, digest);
    memcpy(value, digest, assay_hash_size(bank->hash));
    return 0;
}

static int hash_start(assay_measurement *m)
{
    if (m->pcr != PCR_DRTM_FIRST)
        return NEXT_RULE;
    const int status = assay_replay_fold_banks(m, fold_hash_start);
    return status < 0 ? status : DECIDED;
}

static int fold_extend(const assay_measurement *m, assay_replay_bank *bank, uint8_t *value,
                       const uint8_t *digest)
{
    (void)m;
    return assay_hash_extend(bank->hash, value, digest);
}

static int extend(assay_measurement *m)
{
    const int status = assay_replay_fold_banks(m, fold_extend);

    return status < 0 ? status : DECIDED;
}

static int nv_index(assay_measurement *m)
{
    return m->event->nv_index != 0 ? DECIDED : NEXT_RULE;
}

/* What a canonical log says of itself stands in the log alone, or was measured like any event. */
static int cel_management(assay_measurement *m)
{
    if (m->event->content != ASSAY_CONTENT_CEL)
        return NEXT_RULE;
    for (size_t i = 0; i < m->event->digest_count; i++)
        if (!assay_bytes_all(m->event->digests[i].value, 0x00))
            return NEXT_RULE;
    return DECIDED;
}

static int ima_template(assay_measurement *m)
{
    uint8_t buffer[ASSAY_DIGEST_MAX];
    assay_bytes digest;
    int status = 0;

    if (m->event->content != ASSAY_CONTENT_IMA_TEMPLATE)
        return NEXT_RULE;
    for (size_t i = 0; i < m->replay->bank_count && status == 0; i++) {
        assay_replay_bank *const bank = &m->replay->banks[i];

        status = assay_ima_digest(bank->hash, bank->alg, m->event, buffer, &digest);
        if (status == 0 && digest.data != NULL)
            status = assay_replay_fold_bank(m, bank, digest, fold_extend);
        else
            bank->incomplete |= assay_pcr_bit(m->pcr);
    }
    assay_replay_remember(m);
    return status < 0 ? status : DECIDED;
}

enum { ANY_TYPE = UINT32_MAX };

typedef struct rule {
    assay_replay_rule_info info;
    uint32_t type; /* of the events it is about, or ANY_TYPE */
    int (*apply)(assay_measurement *m);
} rule;

static const rule rules[] = {
    { { "nv-index", "CEL 1.0 section 4.2; TPM 2.0 Part 3, TPM2_NV_Extend" }, ANY_TYPE, nv_index },
    { { "measurement-register", "UEFI 2.10 section 38.4.1" }, ANY_TYPE, measurement_register },
    { { "startup-locality", "PFP 1.06 section 10.4.5.3" }, EV_NO_ACTION, startup_locality },
    { { "unknown-digest", "assay-predict(1)" }, EV_NO_ACTION, unknown_digest },
    { { "no-action", "PFP 1.06 section 10.4.5" }, EV_NO_ACTION, no_action },
    { { "marker", "TXT SDG appendix G; TrenchBoot Secure Launch" }, ANY_TYPE, marker },
    { { "no-such-pcr", "PTP 1.05, PCR attributes" }, ANY_TYPE, no_such_pcr },
    { { "cel-management", "CEL 1.0 section 5.1, celmgt: no digest, or zeros" }, ANY_TYPE,
      cel_management },
    { { "ima-template", "Linux, security/integrity/ima/ima_queue.c" }, ANY_TYPE, ima_template },
    { { "hcrtm", "TPM 2.0 Part 1, H-CRTM before TPM2_Startup" }, EV_EFI_HCRTM_EVENT, hcrtm },
    { { "dynamic-launch", "PTP 1.05; TXT SDG 1.10.1.1" }, ANY_TYPE, dynamic_launch },
    { { "cap", "TXT SDG appendix G" }, TXT_EVTYPE_CAP_VALUE, cap },
    { { "random-cap", "TXT SDG appendix G" }, TXT_EVTYPE_RANDOM_VALUE, cap },
    { { "hash-start", "TXT SDG 1.10.1.1" }, TXT_EVTYPE_HASH_START, hash_start },
    { { "extend", "TPM 2.0 Part 3, TPM2_PCR_Extend" }, ANY_TYPE, extend },
};

enum { RULES = sizeof rules / sizeof *rules };

int assay_replay_event(assay_replay *replay, const assay_event *event)
{
    assay_measurement m = { replay, event, event->pcr_index };
    int outcome = NEXT_RULE;

    replay->last = ASSAY_NO_PCR;
    for (size_t i = 0; i < RULES && outcome == NEXT_RULE; i++)
        if (rules[i].type == ANY_TYPE || rules[i].type == event->type)
            outcome = rules[i].apply(&m);
    return outcome < 0 ? outcome : 0;
}

const assay_replay_rule_info *assay_replay_rule_at(size_t index)
{
    return index < RULES ? &rules[index].info : NULL;
}
