/* SPDX-License-Identifier: BSD-2-Clause */
/* What SINIT records of policies and of how their NV indices are defined. */
#include "eventlog/types.h"
#include "policy/launch/sinit.h"

enum { CONTROL_CAPABILITIES = 1u << 2 }; /* PolicyControl: Capabilities are measured */

int assay_sinit_control(assay_sinit_making *m)
{
    if (m->launch->lcp == NULL)
        return 0;
    return m->launch->lcp->known ? assay_sinit_word(m, m->launch->lcp->policy_control)
                                 : assay_sinit_unknown(m, m->launch->lcp->why);
}

/* Whether the digest that matched is the new MLE's too: then the same element still does. */
static bool still_matches(const assay_txt_ha *matched, const assay_digests *digests)
{
    const assay_digest *const digest = assay_digests_find(digests, matched->alg);

    return digest != NULL &&
           assay_bytes_equal(matched->digest, assay_bytes_of(digest->value, digest->size));
}

/* Without the policies: whether the log's details hold for what is replaced. */
static bool details_hold(const assay_sinit_making *m)
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

static int policy_data(assay_sinit_making *m, assay_bytes data)
{
    const assay_launch_lcp *const lcp = m->launch->lcp;

    if (lcp != NULL)
        return lcp->known ? assay_sinit_data(m, data) : assay_sinit_unknown(m, lcp->why);
    if ((!m->launch->replaces_mle && !m->launch->replaces_stm) || details_hold(m))
        return 0;
    return assay_sinit_unknown(
        m, "a policy with elements is in force: which one the new launch meets can't "
           "be told without the policies");
}

int assay_sinit_details(assay_sinit_making *m)
{
    return policy_data(m, m->launch->lcp != NULL ? m->launch->lcp->details : ASSAY_NO_BYTES);
}

int assay_sinit_authorities(assay_sinit_making *m)
{
    return policy_data(m, m->launch->lcp != NULL ? m->launch->lcp->authorities : ASSAY_NO_BYTES);
}

/* ELEMENTS_HASH and LCP_HASH of a TPM 1.2 with details/authorities mapping. */
int assay_sinit_elements12(assay_sinit_making *m)
{
    if (m->launch->lcp == NULL && !m->launch->replaces_mle && !m->launch->replaces_stm)
        return 0;
    if (m->launch->lcp == NULL && assay_bytes_all(m->base->event.data, 0) &&
        m->base->event.data.size > 0)
        return 0; /* nothing matched, since everything is allowed */
    return assay_sinit_unknown(
        m, "how SINIT lays out matched elements for a TPM 1.2 is not public in full");
}

int assay_sinit_nv_info(assay_sinit_making *m)
{
    assay_writer writer = assay_writer_lent(m->data, sizeof m->data);

    if (m->launch->nv_unknown != NULL)
        return assay_sinit_unknown(m, m->launch->nv_unknown);
    if (!m->launch->replaces_nv)
        return 0;
    assay_txt_nv_info_encode(&writer, &m->launch->nv_info);
    return writer.failure != 0
               ? assay_sinit_unknown(m, "the definitions of the indices are too long")
               : assay_sinit_data(m, assay_written(&writer));
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

int assay_sinit_combined_hash(assay_sinit_making *m)
{
    const assay_launch *const launch = m->launch;
    assay_writer writer = assay_writer_lent(m->data, sizeof m->data);
    assay_txt_payload payload;

    const bool replaced =
        launch->lcp != NULL || launch->replaces_capabilities || launch->replaces_stm;
    if (!assay_txt_decode(&m->base->event, &payload) || payload.kind != ASSAY_TXT_COMBINED_HASH)
        return replaced ? assay_sinit_unknown(m, "the log doesn't keep what is hashed with it") : 0;
    if (launch->lcp == NULL && launch->replaces_mle &&
        !assay_bytes_all(payload.combined_hash.lcp_policy_hash, 0))
        return assay_sinit_unknown(
            m, "a policy with elements is in force: which one the new launch meets "
               "can't be told without the policies");
    if (!replaced)
        return 0;
    if (launch->lcp != NULL && !launch->lcp->known)
        return assay_sinit_unknown(m, launch->lcp->why);
    combine_lcp(launch->lcp, &payload.combined_hash);
    combine_stm(launch, &payload.combined_hash);
    if (launch->replaces_capabilities)
        payload.combined_hash.capabilities = launch->capabilities;
    else if (payload.combined_hash.capabilities == 0 &&
             (payload.combined_hash.policy_control & CONTROL_CAPABILITIES) != 0)
        return assay_sinit_unknown(
            m, "the policy now has the capabilities measured, and the log has none");
    if ((payload.combined_hash.policy_control & CONTROL_CAPABILITIES) == 0)
        payload.combined_hash.capabilities = 0;
    assay_txt_encode(&writer, &payload);
    return assay_sinit_data(m, assay_written(&writer));
}
