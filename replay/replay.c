/* SPDX-License-Identifier: BSD-2-Clause */
#include "replay/replay.h"

#include "eventlog/types.h"
#include "replay/imadigest.h"

enum {
    PCR_DRTM_FIRST = 17, /* PCRs that a dynamic launch resets */
    PCR_DRTM_LAST = 22,
    LOCALITY_HCRTM = 4,
};

static assay_pcr_set bit(uint32_t pcr)
{
    return (assay_pcr_set)1 << pcr;
}

/* Start values. */

static uint8_t *value_of(assay_replay *replay, const assay_replay_bank *bank, uint32_t pcr)
{
    return replay->pcrs.banks[bank->slot].value[pcr];
}

void assay_replay_start(const assay_replay *replay, unsigned pcr, size_t size, uint8_t *ret_value)
{
    const bool drtm = pcr >= PCR_DRTM_FIRST && pcr <= PCR_DRTM_LAST;

    memset(ret_value, drtm && !replay->dynamic_launch ? 0xFF : 0x00, size);
    /* The locality of TPM2_Startup stands in the last byte of PCR 0, in every bank. */
    if (pcr == 0 && replay->startup_locality > 0)
        ret_value[size - 1] = (uint8_t)replay->startup_locality;
}

/* Sets PCRs to their start values anew: the log has said what those are. */
static void restart(assay_replay *replay, unsigned first, unsigned last)
{
    for (size_t i = 0; i < replay->pcrs.bank_count; i++) {
        assay_pcr_bank *const values = &replay->pcrs.banks[i];

        for (unsigned pcr = first; pcr <= last; pcr++)
            assay_replay_start(replay, pcr, values->size, values->value[pcr]);
    }
}

static void start_at_locality(assay_replay *replay, int locality)
{
    replay->startup_locality = locality;
    restart(replay, 0, 0);
}

/* Those that a log can extend. */
static assay_pcr_set registers_of(const assay_replay *replay)
{
    assay_pcr_set set = 0;

    for (uint32_t index = 0; index < ASSAY_REGISTERS_MAX; index++) {
        const uint32_t number = assay_register_number(replay->registers, index);

        if (number != ASSAY_NO_REGISTER)
            set |= bit(number);
    }
    return set;
}

static void start_bank(assay_replay *replay, assay_replay_bank *bank)
{
    assay_pcr_bank *const values = assay_pcrs_add_bank(&replay->pcrs, bank->alg);

    bank->slot = (size_t)(values - replay->pcrs.banks);
    values->present = ASSAY_ALL_PCRS;
    if (replay->measurement_registers)
        values->present = registers_of(replay);
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        assay_replay_start(replay, pcr, values->size, values->value[pcr]);
}

int assay_replay_add_bank(assay_replay *replay, uint16_t alg)
{
    if (assay_replay_bank_of(replay, alg) != NULL)
        return 0;
    if (replay->bank_count == ASSAY_BANKS_MAX)
        return -ASSAY_TOO_LARGE;

    assay_replay_bank bank = { .alg = alg, .incomplete = replay->all_banks };
    const int status = assay_hashes_get(replay->hashes, alg, &bank.hash);
    if (status == 0)
        start_bank(replay, &bank);
    else if (status != -ASSAY_UNSUPPORTED)
        return status;
    else if (assay_alg_find(alg) != NULL) /* of one unknown here the log's reader has told */
        assay_findings_add(replay->findings, ASSAY_FINDING_BANK_UNKNOWN, ASSAY_NO_EVENT,
                           ASSAY_NO_OFFSET, ASSAY_NO_PCR, "libcrypto does not offer %s",
                           assay_alg_find(alg)->name);
    replay->banks[replay->bank_count++] = bank;
    return 0;
}

int assay_replay_begin(assay_replay *replay, const assay_log_header *header, assay_hashes *hashes,
                       assay_findings *findings)
{
    memset(replay, 0, sizeof *replay);
    replay->hashes = hashes;
    replay->findings = findings;
    replay->last = ASSAY_NO_PCR;
    replay->startup_locality = -1;
    replay->measurement_registers = header->measurement_registers;
    replay->pcrs.measurement_registers = header->measurement_registers;
    replay->registers = assay_registers_of(header);
    return assay_replay_continue(replay, header);
}

int assay_replay_continue(assay_replay *replay, const assay_log_header *header)
{
    int status = 0;

    if (replay->measurement_registers != header->measurement_registers)
        return -ASSAY_UNSUPPORTED;
    replay->firmware = replay->firmware || header->stage == ASSAY_STAGE_FIRMWARE;
    for (size_t i = 0; i < header->bank_count && status == 0; i++)
        status = assay_replay_add_bank(replay, header->banks[i].alg);
    return status;
}

/* Folding into all banks. */

/* One event on its way through the rules. */
typedef struct measurement {
    assay_replay *replay;
    const assay_event *event;
    uint32_t pcr; /* the register: pcrIndex, unless the rules say otherwise */
} measurement;

typedef int fold_function(const measurement *m, assay_replay_bank *bank, uint8_t *value,
                          const uint8_t *digest);

/* Most logs list an event's digests in the header's order: then nothing is searched. */
static assay_bytes digest_of(const assay_event *event, size_t position, uint16_t alg)
{
    if (position < event->digest_count && event->digests[position].alg == alg)
        return event->digests[position].value;
    return assay_event_digest_of(event, alg);
}

static int fold_bank(const measurement *m, assay_replay_bank *bank, assay_bytes digest,
                     fold_function *fold)
{
    int status = 0;

    if (bank->hash != NULL && digest.size != assay_hash_size(bank->hash)) {
        bank->incomplete |= bit(m->pcr);
        return 0;
    }
    if (bank->hash != NULL)
        status = fold(m, bank, value_of(m->replay, bank, m->pcr), digest.data);
    bank->extended |= bit(m->pcr);
    return status;
}

static void remember_measured(const measurement *m)
{
    assay_replay *const replay = m->replay;

    replay->measured |= bit(m->pcr);
    if (m->event->only_bank == 0)
        replay->all_banks |= bit(m->pcr);
    replay->last = m->pcr;
}

static int fold_banks(const measurement *m, fold_function *fold)
{
    assay_replay *const replay = m->replay;
    const uint16_t only = m->event->only_bank;
    int status = 0;

    for (size_t i = 0; i < replay->bank_count && status == 0; i++) {
        assay_replay_bank *const bank = &replay->banks[i];
        const assay_bytes digest = digest_of(m->event, i, bank->alg);

        if (digest.data != NULL)
            status = fold_bank(m, bank, digest, fold);
        else if (only == 0 || only == bank->alg)
            bank->incomplete |= bit(m->pcr);
    }
    remember_measured(m);
    return status;
}

/* The rules: what each does about an event, and whether that is the last word on it. */

enum { NEXT_RULE, DECIDED }; /* or a negative kind */

static void note(const measurement *m, enum assay_finding_code code, const char *detail)
{
    assay_findings_add(m->replay->findings, code, m->event->number, m->event->offset,
                       m->event->pcr_index, "%s", detail);
}

static int measurement_register(measurement *m)
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
static bool says_again(const measurement *m, uint8_t locality)
{
    const assay_replay_bank *const bank =
        m->event->only_bank == 0 ? NULL : assay_replay_bank_of(m->replay, m->event->only_bank);

    return m->event->only_bank != 0 && m->pcr == 0 && m->replay->startup_locality == locality &&
           (bank == NULL || !assay_pcr_set_has(bank->extended, 0));
}

/* Why a StartupLocality event can't be believed; NULL when it can. */
static const char *locality_fault(const measurement *m, bool cut, uint8_t locality)
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

static int startup_locality(measurement *m)
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
        start_at_locality(m->replay, locality);
    return DECIDED;
}

static int no_action(measurement *m)
{
    (void)m;
    return DECIDED;
}

static int marker(measurement *m)
{
    return assay_event_type_extends(m->event->type) ? NEXT_RULE : DECIDED;
}

static int no_such_pcr(measurement *m)
{
    return m->pcr >= ASSAY_PCRS ? DECIDED : NEXT_RULE; /* the reader of the log has reported it */
}

static int hcrtm(measurement *m)
{
    assay_replay *const replay = m->replay;

    if (m->pcr != 0 || replay->measurement_registers || assay_pcr_set_has(replay->measured, 0))
        return NEXT_RULE;
    if (replay->startup_locality >= 0 && replay->startup_locality != LOCALITY_HCRTM)
        note(m, ASSAY_FINDING_STARTUP_LOCALITY,
             "an H-CRTM starts PCR 0 at 4, and StartupLocality says otherwise");
    replay->hcrtm = true;
    start_at_locality(replay, LOCALITY_HCRTM);
    return NEXT_RULE;
}

static int dynamic_launch(measurement *m)
{
    if (m->pcr < PCR_DRTM_FIRST || m->pcr > PCR_DRTM_LAST || m->replay->dynamic_launch)
        return NEXT_RULE;
    m->replay->dynamic_launch = true;
    restart(m->replay, PCR_DRTM_FIRST, PCR_DRTM_LAST);
    return NEXT_RULE;
}

static int cap(measurement *m)
{
    for (size_t i = 0; i < m->replay->bank_count; i++)
        if (assay_event_digest_of(m->event, m->replay->banks[i].alg).data != NULL)
            m->replay->banks[i].capped |= bit(m->pcr);
    note(m, ASSAY_FINDING_CAPPED, "a cap was extended");
    return NEXT_RULE;
}

/* Which of its two meanings the digest has, told by computing both from the data. */
static int tell_hash_start(const measurement *m, const assay_replay_bank *bank,
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

static int fold_hash_start(const measurement *m, assay_replay_bank *bank, uint8_t *value,
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

static int hash_start(measurement *m)
{
    if (m->pcr != PCR_DRTM_FIRST)
        return NEXT_RULE;
    const int status = fold_banks(m, fold_hash_start);
    return status < 0 ? status : DECIDED;
}

static int fold_extend(const measurement *m, assay_replay_bank *bank, uint8_t *value,
                       const uint8_t *digest)
{
    (void)m;
    return assay_hash_extend(bank->hash, value, digest);
}

static int extend(measurement *m)
{
    const int status = fold_banks(m, fold_extend);

    return status < 0 ? status : DECIDED;
}

static int nv_index(measurement *m)
{
    return m->event->nv_index != 0 ? DECIDED : NEXT_RULE;
}

/* What a canonical log says of itself stands in the log alone, or was measured like any event. */
static int cel_management(measurement *m)
{
    if (m->event->content != ASSAY_CONTENT_CEL)
        return NEXT_RULE;
    for (size_t i = 0; i < m->event->digest_count; i++)
        if (!assay_bytes_all(m->event->digests[i].value, 0x00))
            return NEXT_RULE;
    return DECIDED;
}

static int ima_template(measurement *m)
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
            status = fold_bank(m, bank, digest, fold_extend);
        else
            bank->incomplete |= bit(m->pcr);
    }
    remember_measured(m);
    return status < 0 ? status : DECIDED;
}

enum { ANY_TYPE = UINT32_MAX };

typedef struct rule {
    assay_replay_rule_info info;
    uint32_t type; /* of the events it is about, or ANY_TYPE */
    int (*apply)(measurement *m);
} rule;

static const rule rules[] = {
    { { "nv-index", "CEL 1.0 section 4.2; TPM 2.0 Part 3, TPM2_NV_Extend" }, ANY_TYPE, nv_index },
    { { "measurement-register", "UEFI 2.10 section 38.4.1" }, ANY_TYPE, measurement_register },
    { { "startup-locality", "PFP 1.06 section 10.4.5.3" }, EV_NO_ACTION, startup_locality },
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
    measurement m = { replay, event, event->pcr_index };
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

const assay_replay_bank *assay_replay_bank_of(const assay_replay *replay, uint16_t alg)
{
    for (size_t i = 0; i < replay->bank_count; i++)
        if (replay->banks[i].alg == alg)
            return &replay->banks[i];
    return NULL;
}

bool assay_replay_untouched(const assay_replay_bank *bank, unsigned pcr)
{
    return !assay_pcr_set_has(bank->extended | bank->incomplete, pcr);
}
