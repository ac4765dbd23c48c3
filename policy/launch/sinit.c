/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What SINIT records (TXT SDG 1.10.1, 1.10.2 and appendix G): each event of the platform's log is
 * kept unless something that it is of is replaced.
 */
#include "eventlog/types.h"
#include "policy/launch/steps.h"

enum {
    HASH_START_SHA1 = 20 + 4,
    HASH_START_SHA256 = 32 + 4,
    CONTROL_CAPABILITIES = 1u << 2, /* PolicyControl: Capabilities are measured */
    WORD = 4,
    DATA_MAX = 2048,
};

/* An event in the making, with all that it takes to make it. */
typedef struct making {
    assay_launching *launching;
    const assay_launch *launch;
    const assay_predicted_event *base;
    assay_bank_list banks;
    assay_event_maker maker;
    uint8_t data[DATA_MAX];
} making;

static int end(making *m)
{
    const int status = assay_make_end(&m->maker, m->launching);

    return status < 0 ? status : 1;
}

static int unknown(making *m, const char *why)
{
    assay_make_none(&m->maker, &m->banks, why);
    return end(m);
}

/* The event with other data, of which all its digests are. */
static int with_data(making *m, assay_bytes data)
{
    /* A log that keeps no data says in words what it was; that still holds. */
    if (assay_event_keeps_data(&m->base->event))
        m->maker.predicted.event.data = data;
    const int status = assay_make_hash(&m->maker, m->launching->hashes, &m->banks, data);
    return status < 0 ? status : end(m);
}

static int with_word(making *m, uint32_t word)
{
    assay_writer writer = assay_writer_lent(m->data, sizeof m->data);

    assay_put_u32le(&writer, word);
    return with_data(m, assay_written(&writer));
}

/* HASH_START. What is logged is H(data), or what PCR 17 then is; the PCR comes out the same. */
static int put_start(making *m, uint16_t alg, assay_bytes data)
{
    const assay_bytes logged = assay_event_digest_of(&m->base->event, alg);
    uint8_t input[ASSAY_DIGEST_MAX], result[ASSAY_DIGEST_MAX] = { 0 };
    assay_hash *hash;
    int status = assay_hashes_get(m->launching->hashes, alg, &hash);

    if (status == 0)
        status = assay_hash_parts(hash, &m->base->event.data, 1, input);
    if (status == 0)
        status = assay_hash_extend(hash, result, input);
    if (status == -ASSAY_UNSUPPORTED)
        assay_make_unknown(&m->maker, alg, "this bank's algorithm can't be computed here");
    if (status < 0)
        return status == -ASSAY_UNSUPPORTED ? 0 : status;
    const size_t size = assay_hash_size(hash);
    const bool is_result = assay_bytes_equal(logged, assay_bytes_of(result, size));
    if (!is_result && logged.data != NULL &&
        !assay_bytes_equal(logged, assay_bytes_of(input, size))) {
        assay_make_unknown(&m->maker, alg,
                           "the log's digest is not of its data, so how SINIT's "
                           "hash enters PCR 17 here is not known");
        return 0;
    }
    status = assay_hash_parts(hash, &data, 1, input);
    memset(result, 0, sizeof result);
    if (status == 0 && is_result)
        status = assay_hash_extend(hash, result, input);
    assay_make_digest(&m->maker, alg, assay_bytes_of(is_result ? result : input, size));
    return status;
}

static int hash_start(making *m)
{
    const assay_bytes old = m->base->event.data;
    const uint16_t alg = old.size == HASH_START_SHA1 ? ASSAY_ALG_SHA1 : ASSAY_ALG_SHA256;
    assay_hash *hash;
    int status;

    if (m->launch->sinit == NULL)
        return 0;
    if (old.size != HASH_START_SHA1 && old.size != HASH_START_SHA256)
        return unknown(m, "the log doesn't keep the flags of SENTER, which are hashed with SINIT");
    status = assay_hashes_get(m->launching->hashes, alg, &hash);
    if (status == 0)
        status = assay_acm_digest(m->launch->sinit, hash, m->data);
    if (status < 0)
        return status;
    memcpy(m->data + assay_hash_size(hash), old.data + old.size - WORD, WORD);
    m->maker.predicted.event.data = assay_bytes_of(m->data, old.size);
    for (size_t i = 0; i < m->banks.count && status == 0; i++)
        status = put_start(m, m->banks.algs[i], m->maker.predicted.event.data);
    return status < 0 ? status : end(m);
}

static int sinit_key(making *m)
{
    int status = 0;

    if (m->launch->sinit == NULL)
        return 0;
    for (size_t i = 0; i < m->banks.count && status == 0; i++) {
        uint8_t digest[ASSAY_DIGEST_MAX];
        assay_hash *hash;

        status = assay_hashes_get(m->launching->hashes, m->banks.algs[i], &hash);
        if (status == 0)
            status = assay_acm_key_digest(m->launch->sinit, hash, digest);
        if (status == 0)
            assay_make_digest(&m->maker, m->banks.algs[i],
                              assay_bytes_of(digest, assay_hash_size(hash)));
        else if (status == -ASSAY_UNSUPPORTED) {
            assay_make_unknown(&m->maker, m->banks.algs[i],
                               "this bank's algorithm can't be computed here");
            status = 0;
        }
    }
    return status < 0 ? status : end(m);
}

static int mle(making *m)
{
    if (!m->launch->replaces_mle)
        return 0;
    assay_make_known(&m->maker, &m->banks, &m->launch->mle,
                     "the MLE, or its digest in this bank, is not given");
    return end(m);
}

static int capabilities(making *m)
{
    return m->launch->replaces_capabilities ? with_word(m, m->launch->capabilities) : 0;
}

static int stm(making *m)
{
    static const uint8_t none = 0;

    if (!m->launch->replaces_stm)
        return 0;
    if (m->launch->stm.count == 0)
        return m->launching->facts.tpm12
                   ? unknown(m,
                             "a TPM 1.2's log has no such event, or one of zeros, without an STM")
                   : with_data(m, assay_bytes_of(&none, 1));
    if (assay_event_keeps_data(&m->base->event))
        m->maker.predicted.event.data = assay_bytes_of(&none, 0);
    assay_make_known(&m->maker, &m->banks, &m->launch->stm,
                     "the digest of the STM is not given in this bank");
    return end(m);
}

static int control(making *m)
{
    if (m->launch->lcp == NULL)
        return 0;
    return m->launch->lcp->known ? with_word(m, m->launch->lcp->policy_control)
                                 : unknown(m, m->launch->lcp->why);
}

/* Whether the digest that matched is the new MLE's too: then the same element still does. */
static bool still_matches(const assay_txt_ha *matched, const assay_digests *digests)
{
    const assay_digest *const digest = assay_digests_find(digests, matched->alg);

    return digest != NULL &&
           assay_bytes_equal(matched->digest, assay_bytes_of(digest->value, digest->size));
}

/* Without the policies: whether the log's details hold for what is replaced. */
static bool details_hold(const making *m)
{
    const assay_prediction *const log = m->launching->base;
    assay_txt_details details;

    for (size_t i = 0; i < log->count; i++) {
        const assay_event *const event = &log->events[i].event;

        if (event->type != TXT_EVTYPE_LCP_DETAILS_HASH ||
            event->only_bank != m->base->event.only_bank)
            continue;
        if (event->data.size == 1 && event->data.data[0] == 0)
            return true;
        return assay_txt_details_decode(event->data, &details) &&
               (!m->launch->replaces_mle || !details.elements[0].matched ||
                still_matches(&details.elements[0].digest, &m->launch->mle)) &&
               (!m->launch->replaces_stm || !details.elements[4].matched ||
                still_matches(&details.elements[4].digest, &m->launch->stm));
    }
    return false;
}

static int policy_data(making *m, assay_bytes data)
{
    const assay_launch_lcp *const lcp = m->launch->lcp;

    if (lcp != NULL)
        return lcp->known ? with_data(m, data) : unknown(m, lcp->why);
    if ((!m->launch->replaces_mle && !m->launch->replaces_stm) || details_hold(m))
        return 0;
    return unknown(m, "a policy with elements is in force: which one the new launch meets can't "
                      "be told without the policies");
}

static int details(making *m)
{
    return policy_data(m, m->launch->lcp != NULL ? m->launch->lcp->details : ASSAY_NO_BYTES);
}

static int authorities(making *m)
{
    return policy_data(m, m->launch->lcp != NULL ? m->launch->lcp->authorities : ASSAY_NO_BYTES);
}

/* ELEMENTS_HASH and LCP_HASH of a TPM 1.2 with details/authorities mapping. */
static int elements12(making *m)
{
    if (m->launch->lcp == NULL && !m->launch->replaces_mle && !m->launch->replaces_stm)
        return 0;
    if (m->launch->lcp == NULL && assay_bytes_all(m->base->event.data, 0) &&
        m->base->event.data.size > 0)
        return 0; /* nothing matched, since everything is allowed */
    return unknown(m, "how SINIT lays out matched elements for a TPM 1.2 is not public in full");
}

static int nv_info(making *m)
{
    assay_writer writer = assay_writer_lent(m->data, sizeof m->data);

    if (m->launch->nv_unknown != NULL)
        return unknown(m, m->launch->nv_unknown);
    if (!m->launch->replaces_nv)
        return 0;
    assay_txt_nv_info_encode(&writer, &m->launch->nv_info);
    return writer.failure != 0 ? unknown(m, "the definitions of the indices are too long")
                               : with_data(m, assay_written(&writer));
}

static void combine_lcp(const assay_launch_lcp *lcp, assay_txt_combined_hash *combined)
{
    if (lcp == NULL)
        return;
    combined->policy_control = lcp->policy_control;
    combined->lcp_policy_hash = assay_bytes_of(lcp->policy_hash, sizeof lcp->policy_hash);
}

static void combine_stm(const assay_launch *launch, assay_txt_combined_hash *combined)
{
    static const uint8_t zeros[20];
    const assay_digest *const digest = assay_digests_find(&launch->stm, ASSAY_ALG_SHA1);

    if (!launch->replaces_stm)
        return;
    combined->stm_hash = digest == NULL ? assay_bytes_of(zeros, sizeof zeros)
                                        : assay_bytes_of(digest->value, digest->size);
    combined->mseg_valid = digest != NULL;
}

static int combined_hash(making *m)
{
    const assay_launch *const launch = m->launch;
    assay_writer writer = assay_writer_lent(m->data, sizeof m->data);
    assay_txt_payload payload;

    const bool replaced =
        launch->lcp != NULL || launch->replaces_capabilities || launch->replaces_stm;
    if (!assay_txt_decode(&m->base->event, &payload) || payload.kind != ASSAY_TXT_COMBINED_HASH)
        return replaced ? unknown(m, "the log doesn't keep what is hashed with it") : 0;
    if (launch->lcp == NULL && launch->replaces_mle &&
        !assay_bytes_all(payload.combined_hash.lcp_policy_hash, 0))
        return unknown(m, "a policy with elements is in force: which one the new launch meets "
                          "can't be told without the policies");
    if (!replaced)
        return 0;
    if (launch->lcp != NULL && !launch->lcp->known)
        return unknown(m, launch->lcp->why);
    combine_lcp(launch->lcp, &payload.combined_hash);
    combine_stm(launch, &payload.combined_hash);
    if (launch->replaces_capabilities)
        payload.combined_hash.capabilities = launch->capabilities;
    else if (payload.combined_hash.capabilities == 0 &&
             (payload.combined_hash.policy_control & CONTROL_CAPABILITIES) != 0)
        return unknown(m, "the policy now has the capabilities measured, and the log has none");
    if ((payload.combined_hash.policy_control & CONTROL_CAPABILITIES) == 0)
        payload.combined_hash.capabilities = 0;
    assay_txt_encode(&writer, &payload);
    return with_data(m, assay_written(&writer));
}

static const struct {
    uint32_t type;
    int (*predict)(making *m);
} rules[] = {
    { TXT_EVTYPE_HASH_START, hash_start },
    { TXT_EVTYPE_COMBINED_HASH, combined_hash },
    { TXT_EVTYPE_MLE_HASH, mle },
    { TXT_EVTYPE_LCP_CONTROL_HASH, control },
    { TXT_EVTYPE_ELEMENTS_HASH, elements12 },
    { TXT_EVTYPE_STM_HASH, stm },
    { TXT_EVTYPE_OSSINITDATA_CAP_HASH, capabilities },
    { TXT_EVTYPE_SINIT_PUBKEY_HASH, sinit_key },
    { TXT_EVTYPE_LCP_HASH, elements12 },
    { TXT_EVTYPE_LCP_DETAILS_HASH, details },
    { TXT_EVTYPE_LCP_AUTHORITIES_HASH, authorities },
    { TXT_EVTYPE_NV_INFO_HASH, nv_info },
};

int assay_predict_sinit(assay_launching *launching, const assay_predicted_event *base)
{
    making m = { .launching = launching,
                 .launch = launching->launch,
                 .base = base,
                 .banks = assay_banks_of(base) };

    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].type == base->event.type) {
            assay_make_from(&m.maker, base);
            return rules[i].predict(&m);
        }
    return 0;
}
