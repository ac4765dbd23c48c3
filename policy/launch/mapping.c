/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The other mapping of PCRs that a TPM 1.2 has (TXT SDG 1.10.1 and 1.10.2): what SINIT would record
 * then. What a log of one mapping doesn't hold of the other is unknown.
 */
#include "eventlog/types.h"
#include "policy/launch/steps.h"

enum { CONTROL_CAPABILITIES = 1u << 2 }; /* PolicyControl: Capabilities are measured */

static const char not_held[] = "a log of the other mapping doesn't hold it";

typedef struct remapping {
    assay_launching launching; /* of which `prediction` is the log in the making */
    const assay_predicted_event *mle;
    bool has_combined;
    assay_txt_combined_hash combined;
} remapping;

static void begin(assay_event_maker *maker, uint32_t pcr, uint32_t type)
{
    assay_predicted_event event = { .part = assay_part_of(type), .base = ASSAY_NO_EVENT };

    event.event = (assay_event){ .pcr_index = pcr, .type = type, .data = assay_bytes_of("", 0) };
    assay_make_from(maker, &event);
}

static const assay_bank_list sha1_bank = { 1, { ASSAY_ALG_SHA1 } };

static int put_unknown(remapping *r, uint32_t pcr, uint32_t type)
{
    assay_event_maker maker;

    begin(&maker, pcr, type);
    assay_make_none(&maker, &sha1_bank, not_held);
    return assay_make_end(&maker, &r->launching);
}

static int put_word(remapping *r, uint32_t pcr, uint32_t type, bool known, uint32_t word)
{
    uint8_t bytes[4];
    assay_writer data = assay_writer_lent(bytes, sizeof bytes);
    assay_event_maker maker;

    if (!known)
        return put_unknown(r, pcr, type);
    begin(&maker, pcr, type);
    assay_put_u32le(&data, word);
    maker.predicted.event.data = assay_written(&data);
    const int status =
        assay_make_hash(&maker, r->launching.hashes, &sha1_bank, maker.predicted.event.data);
    return status < 0 ? status : assay_make_end(&maker, &r->launching);
}

/* An STM's event is there only where there is one. */
static int put_stm(remapping *r)
{
    assay_event_maker maker;

    if (!r->has_combined)
        return put_unknown(r, 17, TXT_EVTYPE_STM_HASH);
    if (r->combined.mseg_valid == 0)
        return 0;
    begin(&maker, 17, TXT_EVTYPE_STM_HASH);
    assay_make_digest(&maker, ASSAY_ALG_SHA1, r->combined.stm_hash);
    return assay_make_end(&maker, &r->launching);
}

static int put_mle(remapping *r, uint32_t pcr)
{
    assay_predicted_event mle = *r->mle;

    mle.event.pcr_index = pcr;
    return assay_prediction_add(r->launching.prediction, &mle, r->launching.error);
}

static int put_words(remapping *r, uint32_t pcr, bool control_last)
{
    const assay_txt_combined_hash *const c = &r->combined;
    const bool capabilities = r->has_combined && (c->policy_control & CONTROL_CAPABILITIES) != 0;
    int status = put_word(r, pcr, TXT_EVTYPE_CPU_SCRTM_STAT, r->has_combined && c->has_scrtm_status,
                          c->processor_scrtm_status);

    if (status >= 0 && control_last)
        status = put_word(r, pcr, TXT_EVTYPE_OSSINITDATA_CAP_HASH, capabilities, c->capabilities);
    if (status >= 0)
        status = put_word(r, pcr, TXT_EVTYPE_LCP_CONTROL_HASH, r->has_combined, c->policy_control);
    if (status >= 0 && !control_last) {
        status = put_unknown(r, pcr, TXT_EVTYPE_ELEMENTS_HASH);
        if (status >= 0)
            status = put_stm(r);
        if (status >= 0)
            status =
                put_word(r, pcr, TXT_EVTYPE_OSSINITDATA_CAP_HASH, capabilities, c->capabilities);
    }
    return status;
}

static int put_details(remapping *r)
{
    int status = put_unknown(r, 17, TXT_EVTYPE_BIOSAC_REG_DATA);

    if (status >= 0)
        status = put_words(r, 17, false);
    if (status >= 0)
        status = put_mle(r, 17);
    if (status >= 0)
        status = put_unknown(r, 18, TXT_EVTYPE_SINIT_PUBKEY_HASH);
    if (status >= 0)
        status = put_words(r, 18, true);
    return status >= 0 ? put_unknown(r, 18, TXT_EVTYPE_LCP_HASH) : status;
}

static int put_legacy(remapping *r)
{
    const int status = put_unknown(r, 17, TXT_EVTYPE_COMBINED_HASH);

    return status >= 0 ? put_mle(r, 18) : status;
}

/* SINIT's own events but those that both mappings have alike. */
static bool is_mapped(const assay_event *event)
{
    return event->type > TXT_EVTYPE_HASH_START && event->type <= TXT_EVTYPE_LCP_AUTHORITIES_HASH;
}

static int put_mapping(remapping *r, const assay_predicted_event *base, bool details)
{
    const uint8_t word[4] = { details };
    assay_predicted_event event = *base;

    event.event.data = assay_bytes_of(word, sizeof word);
    return assay_prediction_add(r->launching.prediction, &event, r->launching.error);
}

int assay_remap(const assay_launching *launching, bool details, assay_prediction *remapped)
{
    const assay_prediction *const base = launching->base;
    remapping r = { .launching = *launching };
    bool done = false;
    int status = 0;

    r.launching.prediction = remapped;
    for (size_t i = 0; i < base->count; i++) {
        assay_txt_payload payload;

        if (base->events[i].event.type == TXT_EVTYPE_MLE_HASH)
            r.mle = &base->events[i];
        if (base->events[i].event.type == TXT_EVTYPE_COMBINED_HASH &&
            assay_txt_decode(&base->events[i].event, &payload) &&
            payload.kind == ASSAY_TXT_COMBINED_HASH) {
            r.has_combined = true;
            r.combined = payload.combined_hash;
        }
    }
    if (r.mle == NULL)
        return assay_fail(launching->error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "the log has no MLE_HASH, so its mapping can't be told");
    for (size_t i = 0; i < base->count && status >= 0; i++) {
        const assay_predicted_event *const event = &base->events[i];

        if (event->event.type == TXT_EVTYPE_PCRMAPPING)
            status = put_mapping(&r, event, details);
        else if (!is_mapped(&event->event))
            status = assay_prediction_add(remapped, event, launching->error);
        else if (!done) {
            status = details ? put_details(&r) : put_legacy(&r);
            done = true;
        }
    }
    return status < 0 ? status : 0;
}
