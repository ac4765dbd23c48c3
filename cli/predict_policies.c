/* SPDX-License-Identifier: BSD-2-Clause */
/* assay predict: the launch control policies, what SINIT makes of them, and tboot's among them. */
#include "cli/complain.h"
#include "cli/predict.h"
#include "eventlog/types.h"
#include "policy/lcp/nv.h"
#include "policy/lcp/vlpwrap.h"
#include "replay/pcrvalues.h"

#include <stdlib.h>

/* The events of the base that tell what isn't given. */
static const assay_event *base_event(const predict_work *w, uint32_t type)
{
    for (size_t i = 0; i < w->base->count; i++)
        if (w->base->events[i].event.type == type)
            return &w->base->events[i].event;
    return NULL;
}

static void take_digest(assay_digest list[static ASSAY_ALGS], uint16_t alg, assay_bytes value)
{
    const size_t at = assay_alg_index(alg);

    if (at == ASSAY_ALGS || value.size > ASSAY_DIGEST_MAX)
        return;
    list[at] = (assay_digest){ .alg = alg, .size = (uint16_t)value.size };
    memcpy(list[at].value, value.data, value.size);
}

static void take_digests(assay_digest list[static ASSAY_ALGS], const assay_digests *digests)
{
    for (size_t i = 0; i < digests->count; i++)
        take_digest(list, digests->list[i].alg,
                    assay_bytes_of(digests->list[i].value, digests->list[i].size));
}

/* Logs of one bank have one event each. */
static void take_base_digests(const predict_work *w, uint32_t type,
                              assay_digest list[static ASSAY_ALGS])
{
    for (size_t i = 0; i < w->base->count; i++) {
        const assay_event *const event = &w->base->events[i].event;

        for (size_t d = 0; d < event->digest_count && event->type == type; d++)
            take_digest(list, event->digests[d].alg, event->digests[d].value);
    }
}

static void describe_stm(const predict_work *w, assay_lcp_launch *launch)
{
    const assay_event *const event = base_event(w, TXT_EVTYPE_STM_HASH);

    if (w->launch.replaces_stm) {
        launch->stm_known = true;
        launch->stm_present = w->launch.stm.count > 0;
        take_digests(launch->stm, &w->launch.stm);
    } else if (event != NULL && assay_event_keeps_data(event)) {
        launch->stm_known = true;
        launch->stm_present = event->data.size == 0;
        if (launch->stm_present)
            take_base_digests(w, TXT_EVTYPE_STM_HASH, launch->stm);
    }
}

static void describe(const predict_work *w, assay_lcp_launch *launch)
{
    launch->tpm12 = w->facts.tpm12;
    if (w->launch.replaces_mle)
        take_digests(launch->mle, &w->launch.mle);
    else
        take_base_digests(w, TXT_EVTYPE_MLE_HASH, launch->mle);
    launch->pcrs = w->options->pcr_values != NULL ? &w->pcrs : NULL;
    launch->sinit_version_known = w->launch.sinit != NULL || w->options->sinit_version.given;
    launch->sinit_version = (uint8_t)w->options->sinit_version.value;
    if (w->launch.sinit != NULL) {
        launch->sinit_version = w->acm.info.acm_version;
        launch->pre_production = (w->acm.flags & ASSAY_ACM_PRE_PRODUCTION) != 0;
    }
    describe_stm(w, launch);
}

static int open_provision(predict_work *w, const char *path, const char *role, const char *data,
                          const char *data_role, assay_lcp_provision *provision)
{
    if (path != NULL && strcmp(path, "none") != 0) {
        const struct predict_file *const file = predict_open_file(w, path, role);

        if (file == NULL)
            return CLI_TROUBLE;
        provision->policy = file->input.file.bytes;
    }
    if (data != NULL) {
        const struct predict_file *const file = predict_open_file(w, data, data_role);

        if (file == NULL)
            return CLI_TROUBLE;
        provision->data = file->input.file.bytes;
    }
    return CLI_YES;
}

static int open_pcr_values(predict_work *w)
{
    const char *const path = w->options->pcr_values;
    assay_error error;

    if (path == NULL)
        return CLI_YES;
    const struct predict_file *const file = predict_open_file(w, path, "pcr-values");
    if (file == NULL)
        return CLI_TROUBLE;
    return assay_pcrvalues_parse(file->input.file.bytes, &w->pcrs, &error) < 0
               ? cli_complain_values(w->call->verb, path, &error)
               : CLI_YES;
}

/* Whether the index is defined in the base: 1, 0, or -1 when the base doesn't say. */
static int defined_in_base(const predict_work *w, size_t index)
{
    const assay_event *const event = base_event(w, TXT_EVTYPE_NV_INFO_HASH);
    assay_txt_nv_info info;

    if (event == NULL || !assay_txt_nv_info_decode(event->data, &info))
        return -1;
    return info.indices[index].defined;
}

enum { PS_INDEX = 1, PO_INDEX = 2 }; /* in NV_INFO */

const char predict_new_index[] = "new";

/* The handles that a platform uses: those of its other indices. */
static enum assay_lcp_nv_range range_of_base(const predict_work *w)
{
    const uint32_t seen = w->launch.nv_info.indices[0].nv_index;
    enum assay_lcp_nv_role role;
    enum assay_lcp_nv_range range;

    return assay_lcp_nv_find(seen, &role, &range) ? range : ASSAY_LCP_NV_NEW;
}

/* The owner's index as 'assay lcp nv write' leaves it: defined, without a policy, and written. */
static assay_txt_nv_public as_provisioned(const predict_work *w, size_t size)
{
    enum { WRITTEN = 1u << 29 };

    return (assay_txt_nv_public){
        .defined = true,
        .nv_index = assay_lcp_nv_index(ASSAY_LCP_NV_PO, range_of_base(w)),
        .name_alg = ASSAY_ALG_SHA256,
        .attributes = assay_lcp_nv_kind_of(ASSAY_LCP_NV_PO)->attributes | WRITTEN,
        .auth_policy = assay_bytes_of("", 0),
        .data_size = (uint16_t)size,
    };
}

/* An index that is given: whether NV_INFO changes by it, and to what. */
static void define(predict_work *w, const char *path, const char *public, assay_bytes policy,
                   size_t index)
{
    const int before = defined_in_base(w, index);
    assay_txt_nv_public *const now = &w->launch.nv_info.indices[index];

    if (path == NULL || before < 0)
        return;
    if (public != NULL && strcmp(public, predict_new_index) == 0)
        *now = as_provisioned(w, policy.size);
    if (public != NULL)
        return;
    if (strcmp(path, "none") == 0) {
        w->launch.replaces_nv = w->launch.replaces_nv || before > 0;
        *now = (assay_txt_nv_public){ .defined = false };
    } else if (before == 0 || now->data_size != policy.size)
        w->launch.nv_unknown = index == PO_INDEX
                                   ? "the owner's index has to be defined anew, and how is not "
                                     "given (--po-public FILE, or new)"
                                   : "the supplier's index has to be defined anew, and how is not "
                                     "given (--ps-public)";
}

/* Whether all that is not known decides about yes and no alone, and not what yes measures. */
static bool only_acceptance_unknown(const assay_lcp_evaluation *e)
{
    for (size_t i = 0; i < e->reason_count; i++) {
        const enum assay_lcp_reason_code code = e->reasons[i].code;

        if (assay_lcp_reason_describe(code)->outcome == ASSAY_LCP_UNKNOWN &&
            code != ASSAY_LCP_REASON_SINIT_UNKNOWN &&
            code != ASSAY_LCP_REASON_SIGNATURE_UNCHECKED &&
            code != ASSAY_LCP_REASON_STM_REQUIRED_UNKNOWN)
            return false;
    }
    return e->reasons_seen == e->reason_count;
}

/* Why the evaluation doesn't say what SINIT will measure; NULL when it does. */
static const char *why_unknown(const predict_work *w)
{
    const assay_lcp_evaluation *const e = w->evaluation;
    const bool owner_rules = e->any && e->has[ASSAY_LCP_PO];

    if (e->outcome == ASSAY_LCP_REFUSED)
        return "SINIT refuses this launch";
    if (w->options->po == NULL && defined_in_base(w, PO_INDEX) != 0)
        return "the owner's policy (PO) is not given; say --po none where there is none";
    if (w->options->ps == NULL && !owner_rules && defined_in_base(w, PS_INDEX) != 0)
        return "the supplier's policy (PS) is not given; say --ps none where there is none";
    if (e->outcome == ASSAY_LCP_UNKNOWN && !only_acceptance_unknown(e))
        return "which elements of the policies are met hangs on what is not given";
    return NULL;
}

static bool base_is_big_endian(const predict_work *w)
{
    const assay_event *const event = base_event(w, TXT_EVTYPE_LCP_DETAILS_HASH);
    assay_txt_details details;

    return event != NULL && event->data.size > 1 &&
           assay_txt_details_decode(event->data, &details) && details.big_endian;
}

static int measure(predict_work *w)
{
    assay_writer details = assay_writer_lent(w->details, sizeof w->details);
    assay_writer authorities = assay_writer_lent(w->authorities, sizeof w->authorities);
    const bool big_endian = base_is_big_endian(w);

    w->launch.lcp = &w->lcp;
    w->lcp.why = why_unknown(w);
    w->lcp.known = w->lcp.why == NULL;
    w->lcp.any = w->evaluation->any;
    w->lcp.policy_control = w->evaluation->policy_control;
    w->refused = w->evaluation->outcome == ASSAY_LCP_REFUSED;
    assay_lcp_put_details(&details, w->evaluation, big_endian);
    assay_lcp_put_authorities(&authorities, w->evaluation, big_endian);
    w->lcp.details = assay_written(&details);
    w->lcp.authorities = assay_written(&authorities);
    return w->facts.tpm12 ? assay_lcp_policy_hash12(w->evaluation, w->lcp.policy_hash) : 0;
}

static assay_bytes wrapped_vlp(assay_bytes data)
{
    assay_vlp_place place;

    return assay_vlp_locate(data, &place, NULL) == 0 && place.wrapping == ASSAY_VLP_IN_DATA
               ? place.policy
               : ASSAY_NO_BYTES;
}

/* tboot looks into the owner's lists when it finds no policy in NV and the owner's has lists. */
static int take_wrapped_vlp(predict_work *w, const assay_lcp_provision *po)
{
    const bool list = w->evaluation->has[ASSAY_LCP_PO] && po->policy.size > 4 &&
                      po->policy.data[po->policy.data[1] == 2 ? 3 : 4] == ASSAY_LCP_TYPE_LIST;
    const assay_bytes found = list ? wrapped_vlp(po->data) : ASSAY_NO_BYTES;
    assay_error error;

    if (found.data == NULL || w->options->vlp != NULL || !w->facts.builtin)
        return CLI_YES;
    if (assay_vlp_read(&w->vlp, found, &error) < 0)
        return cli_complain(w->call->verb, w->options->po_data, &error);
    w->launch.vlp = &w->vlp;
    w->launch.replaces_tboot = true;
    return CLI_YES;
}

int predict_open_policies(predict_work *w)
{
    const predict_options *const o = w->options;
    assay_lcp_launch *launch;
    assay_error error;

    if (o->po == NULL && o->ps == NULL) {
        return o->po_data == NULL && o->ps_data == NULL && o->pcr_values == NULL
                   ? CLI_YES
                   : cli_complain_usage(w->call->verb,
                                        "a policy data file belongs to a policy: --po or --ps");
    }
    launch = calloc(1, sizeof *launch);
    w->evaluation = calloc(1, sizeof *w->evaluation);
    int status = launch == NULL || w->evaluation == NULL ? CLI_TROUBLE : open_pcr_values(w);
    if (launch == NULL || w->evaluation == NULL)
        cli_complain_memory(w->call->verb);
    if (status == CLI_YES)
        status =
            open_provision(w, o->po, "po", o->po_data, "po-data", &launch->indices[ASSAY_LCP_PO]);
    if (status == CLI_YES)
        status =
            open_provision(w, o->ps, "ps", o->ps_data, "ps-data", &launch->indices[ASSAY_LCP_PS]);
    if (status == CLI_YES) {
        w->replaces = true;
        define(w, o->po, o->po_public, launch->indices[ASSAY_LCP_PO].policy, PO_INDEX);
        define(w, o->ps, o->ps_public, launch->indices[ASSAY_LCP_PS].policy, PS_INDEX);
        describe(w, launch);
        if (assay_lcp_evaluate(launch, w->evaluation, &error) < 0)
            status = cli_complain(w->call->verb, NULL, &error);
    }
    if (status == CLI_YES && measure(w) < 0)
        status = cli_complain_kind(w->call->verb, NULL, -ASSAY_CRYPTO,
                                   "the policies' hash can't be computed");
    if (status == CLI_YES)
        status = take_wrapped_vlp(w, &launch->indices[ASSAY_LCP_PO]);
    free(launch);
    return status;
}
