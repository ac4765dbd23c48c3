/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What SINIT records (TXT SDG 1.10.1, 1.10.2 and appendix G): each event of the platform's log is
 * kept unless something that it is of is replaced.
 */
#include "policy/launch/sinit.h"
#include "eventlog/types.h"

enum {
    HASH_START_SHA1 = 20 + 4,
    HASH_START_SHA256 = 32 + 4,
    WORD = 4,
};

int assay_sinit_end(assay_sinit_making *m)
{
    const int status = assay_make_end(&m->maker, m->launching);

    return status < 0 ? status : 1;
}

int assay_sinit_unknown(assay_sinit_making *m, const char *why)
{
    assay_make_none(&m->maker, &m->banks, why);
    return assay_sinit_end(m);
}

/* The event with other data, of which all its digests are. */
int assay_sinit_data(assay_sinit_making *m, assay_bytes data)
{
    /* A log that keeps no data says in words what it was; that still holds. */
    if (assay_event_keeps_data(&m->base->event))
        m->maker.predicted.event.data = data;
    const int status = assay_make_hash(&m->maker, m->launching->hashes, &m->banks, data);
    return status < 0 ? status : assay_sinit_end(m);
}

int assay_sinit_word(assay_sinit_making *m, uint32_t word)
{
    assay_writer writer = assay_writer_lent(m->data, sizeof m->data);

    assay_put_u32le(&writer, word);
    return assay_sinit_data(m, assay_written(&writer));
}

/* HASH_START. What is logged is H(data), or what PCR 17 then is; the PCR comes out the same. */
static int put_start(assay_sinit_making *m, uint16_t alg, assay_bytes data)
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

static int hash_start(assay_sinit_making *m)
{
    const assay_bytes old = m->base->event.data;
    const uint16_t alg = old.size == HASH_START_SHA1 ? ASSAY_ALG_SHA1 : ASSAY_ALG_SHA256;
    assay_hash *hash;
    int status;

    if (m->launch->sinit == NULL)
        return 0;
    if (old.size != HASH_START_SHA1 && old.size != HASH_START_SHA256)
        return assay_sinit_unknown(
            m, "the log doesn't keep the flags of SENTER, which are hashed with SINIT");
    status = assay_hashes_get(m->launching->hashes, alg, &hash);
    if (status == 0)
        status = assay_acm_digest(m->launch->sinit, hash, m->data);
    if (status < 0)
        return status;
    memcpy(m->data + assay_hash_size(hash), old.data + old.size - WORD, WORD);
    m->maker.predicted.event.data = assay_bytes_of(m->data, old.size);
    for (size_t i = 0; i < m->banks.count && status == 0; i++)
        status = put_start(m, m->banks.algs[i], m->maker.predicted.event.data);
    return status < 0 ? status : assay_sinit_end(m);
}

static int sinit_key(assay_sinit_making *m)
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
    return status < 0 ? status : assay_sinit_end(m);
}

static int mle(assay_sinit_making *m)
{
    if (!m->launch->replaces_mle)
        return 0;
    assay_make_known(&m->maker, &m->banks, &m->launch->mle,
                     "the MLE, or its digest in this bank, is not given");
    return assay_sinit_end(m);
}

static int capabilities(assay_sinit_making *m)
{
    return m->launch->replaces_capabilities ? assay_sinit_word(m, m->launch->capabilities) : 0;
}

static int stm(assay_sinit_making *m)
{
    static const uint8_t none = 0;

    if (!m->launch->replaces_stm)
        return 0;
    if (m->launch->stm.count == 0)
        return m->launching->facts.tpm12
                   ? assay_sinit_unknown(
                         m, "a TPM 1.2's log has no such event, or one of zeros, without an STM")
                   : assay_sinit_data(m, assay_bytes_of(&none, 1));
    if (assay_event_keeps_data(&m->base->event))
        m->maker.predicted.event.data = assay_bytes_of(&none, 0);
    assay_make_known(&m->maker, &m->banks, &m->launch->stm,
                     "the digest of the STM is not given in this bank");
    return assay_sinit_end(m);
}

static const struct {
    uint32_t type;
    int (*predict)(assay_sinit_making *m);
} rules[] = {
    { TXT_EVTYPE_HASH_START, hash_start },
    { TXT_EVTYPE_COMBINED_HASH, assay_sinit_combined_hash },
    { TXT_EVTYPE_MLE_HASH, mle },
    { TXT_EVTYPE_LCP_CONTROL_HASH, assay_sinit_control },
    { TXT_EVTYPE_ELEMENTS_HASH, assay_sinit_elements12 },
    { TXT_EVTYPE_STM_HASH, stm },
    { TXT_EVTYPE_OSSINITDATA_CAP_HASH, capabilities },
    { TXT_EVTYPE_SINIT_PUBKEY_HASH, sinit_key },
    { TXT_EVTYPE_LCP_HASH, assay_sinit_elements12 },
    { TXT_EVTYPE_LCP_DETAILS_HASH, assay_sinit_details },
    { TXT_EVTYPE_LCP_AUTHORITIES_HASH, assay_sinit_authorities },
    { TXT_EVTYPE_NV_INFO_HASH, assay_sinit_nv_info },
};

int assay_predict_sinit(assay_launching *launching, const assay_predicted_event *base)
{
    assay_sinit_making m = { .launching = launching,
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
