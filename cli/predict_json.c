/* SPDX-License-Identifier: BSD-2-Clause */
/* A prediction as a document. */
#include "cli/document.h"
#include "cli/fold.h"
#include "cli/predict.h"
#include "eventlog/types.h"
#include "replay/pcrvalues.h"

static void emit_part(assay_output *out, enum assay_part part, uint32_t index)
{
    assay_emit_string(out, "part", assay_part_name(part));
    if (part == ASSAY_PART_MODULE)
        assay_emit_u64(out, "module", index);
    if (part == ASSAY_PART_NV_CONTENT)
        assay_emit_u64(out, "nv_index", index);
}

static void emit_alg(assay_output *out, const char *key, uint16_t alg)
{
    char number[ASSAY_ALG_NUMBER_SIZE];

    assay_emit_string(out, key, assay_alg_name(alg, number));
}

static void emit_digests(assay_output *out, const char *key, const assay_event *event)
{
    char number[ASSAY_ALG_NUMBER_SIZE];

    assay_emit_object(out, key);
    for (size_t i = 0; i < event->digest_count; i++)
        assay_emit_hex(out, assay_alg_name(event->digests[i].alg, number), event->digests[i].value);
    assay_emit_end(out);
}

static void emit_unknown(assay_output *out, const assay_predicted_event *event)
{
    assay_emit_array(out, "unknown");
    for (size_t i = 0; i < event->unknown_count; i++)
        emit_alg(out, NULL, event->unknown[i]);
    assay_emit_end(out);
    if (event->unknown_count > 0 && event->why != NULL)
        assay_emit_string(out, "why", event->why);
}

static void emit_what(assay_output *out, const assay_predicted_event *event)
{
    const assay_event_type *const type = assay_event_type_find(event->event.type);

    assay_emit_u64(out, "pcr", event->event.pcr_index);
    assay_emit_u64(out, "type", event->event.type);
    if (type != NULL)
        assay_emit_string(out, "type_name", type->name);
    emit_part(out, event->part, event->index);
}

static void emit_event(const predict_work *w, assay_output *out, const assay_predicted_event *event)
{
    assay_emit_object(out, NULL);
    assay_emit_u64(out, "number", event->event.number);
    emit_what(out, event);
    assay_emit_string(out, "origin", assay_predicted_name(event->origin));
    if (w->base != NULL)
        assay_emit_string(out, "change", assay_whatif_name(assay_whatif_of(w->base, event)));
    if (w->base != NULL && event->base < w->base->count)
        assay_emit_u64(out, "base_event", event->base);
    emit_digests(out, "digests", &event->event);
    assay_emit_hex(out, "data_hex", event->event.data);
    emit_unknown(out, event);
    assay_emit_end(out);
}

static void emit_change(void *context, const assay_whatif_change *change)
{
    assay_output *const out = context;
    const assay_predicted_event *const event =
        change->after != NULL ? change->after : change->before;

    assay_emit_object(out, NULL);
    assay_emit_string(out, "kind", assay_whatif_name(change->kind));
    emit_what(out, event);
    if (change->before != NULL)
        emit_digests(out, "before", &change->before->event);
    if (change->after != NULL)
        emit_digests(out, "after", &change->after->event);
    assay_emit_end(out);
}

/* A file of a scenario. */
static int emit_opened(const predict_work *w, assay_output *out, const char *role,
                       const char *name, assay_bytes bytes)
{
    uint8_t sha256[32];
    assay_hash *hash;
    int status = assay_hashes_get(w->hashes, ASSAY_ALG_SHA256, &hash);

    if (status == 0)
        status = assay_hash_parts(hash, &bytes, 1, sha256);
    if (status < 0)
        return status;
    assay_emit_object(out, NULL);
    assay_emit_string(out, "role", role);
    assay_emit_string(out, "file", name);
    assay_emit_u64(out, "size", bytes.size);
    assay_emit_hex(out, "sha256", assay_bytes_of(sha256, sizeof sha256));
    assay_emit_end(out);
    return 0;
}

static int emit_boot_inputs(const predict_work *w, assay_output *out)
{
    const char *role, *name;
    assay_bytes bytes;
    int status = 0;

    if (w->scenario_open)
        status = cli_emit_input(out, "scenario", &w->scenario);
    for (size_t i = 0; status >= 0 && assay_scenario_files_at(w->boot, i, &role, &name, &bytes);
         i++)
        status = emit_opened(w, out, role, name, bytes);
    return status;
}

static int emit_inputs(const predict_work *w, assay_output *out)
{
    int status = cli_emit_inputs(out, &w->logs);

    assay_emit_array(out, "files");
    if (predict_is_boot(w))
        status = emit_boot_inputs(w, out);
    for (size_t i = 0; i < w->file_count && status >= 0; i++)
        status = cli_emit_input(out, w->files[i].role, &w->files[i].input);
    assay_emit_end(out);
    return status;
}

static void emit_base(const predict_work *w, assay_output *out)
{
    const assay_launch_facts *const facts = &w->facts;

    assay_emit_object(out, "base");
    assay_emit_u64(out, "events", w->base->count);
    assay_emit_string(out, "tpm", facts->tpm12 ? "1.2" : "2.0");
    assay_emit_string(out, "mapping", facts->details ? "da" : "legacy");
    assay_emit_bool(out, "tboot", facts->tboot);
    assay_emit_bool(out, "secure_launch", facts->secure);
    if (facts->extpol_known)
        assay_emit_string(out, "extpol", assay_tboot_extpol_name(&facts->extpol));
    if (facts->tboot)
        assay_emit_string(out, "vlp",
                          facts->builtin        ? "builtin"
                          : facts->policy_known ? "given"
                                                : "unknown");
    if (facts->plan_known)
        assay_emit_u64(out, "modules", facts->modules);
    assay_emit_end(out);
}

/* {bank: {pcr: value}} of the launch and of what the log extends, where it can be known. */
static void emit_values(const predict_work *w, assay_output *out, const char *key,
                        const assay_prediction_values *values)
{
    const assay_pcr_set launch_pcrs = 0x7E0000; /* 17 to 22 */
    assay_pcrs pcrs = cli_wanted_values(w->call->common, &values->replay.pcrs);

    for (size_t i = 0; i < pcrs.bank_count; i++)
        for (size_t b = 0; b < values->replay.pcrs.bank_count; b++)
            if (values->replay.pcrs.banks[b].alg == pcrs.banks[i].alg)
                pcrs.banks[i].present &=
                    (values->replay.measured | launch_pcrs) & ~values->unknown[b];
    assay_emit_object(out, key);
    assay_pcrvalues_emit(out, &pcrs);
    assay_emit_end(out);
}

static void emit_pcr_sets(const predict_work *w, assay_output *out, const char *key,
                          enum assay_whatif_kind kind)
{
    const assay_pcrs *const pcrs = &w->values.replay.pcrs;

    assay_emit_object(out, key);
    for (size_t b = 0; b < pcrs->bank_count; b++) {
        assay_emit_array(out, assay_alg_find(pcrs->banks[b].alg)->name);
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
            if (cli_pcr_wanted(w->call->common, pcr) &&
                assay_whatif_value(&w->base_values, &w->values, pcrs->banks[b].alg, pcr) == kind)
                assay_emit_u64(out, NULL, pcr);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void emit_unknown_pcrs(const predict_work *w, assay_output *out)
{
    const assay_pcrs *const pcrs = &w->values.replay.pcrs;

    assay_emit_object(out, "unknown_pcrs");
    for (size_t b = 0; b < pcrs->bank_count; b++) {
        assay_emit_array(out, assay_alg_find(pcrs->banks[b].alg)->name);
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
            if (cli_pcr_wanted(w->call->common, pcr) &&
                assay_pcr_set_has(w->values.unknown[b], pcr))
                assay_emit_u64(out, NULL, pcr);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void emit_remarks(const predict_work *w, assay_output *out)
{
    assay_emit_array(out, "remarks");
    for (size_t i = 0; i < w->prediction->remark_count; i++) {
        const assay_prediction_remark *const remark = &w->prediction->remarks[i];

        assay_emit_object(out, NULL);
        emit_part(out, remark->part, remark->index);
        assay_emit_bool(out, "refused", remark->refused);
        assay_emit_string(out, "text", remark->text);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void emit_policy(const predict_work *w, assay_output *out)
{
    const assay_lcp_evaluation *const e = w->evaluation;

    if (e == NULL)
        return;
    assay_emit_object(out, "policy");
    assay_emit_string(out, "outcome", assay_lcp_outcome_name(e->outcome));
    assay_emit_array(out, "reasons");
    for (size_t i = 0; i < e->reason_count; i++) {
        const assay_lcp_reason_info *const info = assay_lcp_reason_describe(e->reasons[i].code);

        assay_emit_object(out, NULL);
        assay_emit_string(out, "code", info->name);
        assay_emit_string(out, "outcome", assay_lcp_outcome_name(info->outcome));
        assay_emit_string(out, "meaning", info->meaning);
        assay_emit_string(out, "detail", e->reasons[i].detail);
        assay_emit_end(out);
    }
    assay_emit_end(out);
    assay_emit_end(out);
}

int predict_emit(const predict_work *w)
{
    assay_output out = cli_document_begin(w->call);
    int status = emit_inputs(w, &out);

    if (w->base != NULL)
        emit_base(w, &out);
    emit_policy(w, &out);
    assay_emit_bool(&out, "refused", w->refused);
    assay_emit_bool(&out, "all_known", !assay_prediction_has_unknown(w->prediction));
    assay_emit_array(&out, "events");
    for (size_t i = 0; i < w->prediction->count; i++)
        if (cli_pcr_wanted(w->call->common, w->prediction->events[i].event.pcr_index))
            emit_event(w, &out, &w->prediction->events[i]);
    assay_emit_end(&out);
    if (w->base != NULL) {
        assay_emit_array(&out, "changes");
        if (assay_whatif_changes(w->base, w->prediction, emit_change, &out) < 0)
            status = -ASSAY_NO_MEMORY;
        assay_emit_end(&out);
    }
    emit_remarks(w, &out);
    emit_values(w, &out, "pcrs", &w->values);
    if (w->base != NULL) {
        emit_values(w, &out, "base_pcrs", &w->base_values);
        emit_pcr_sets(w, &out, "changed_pcrs", ASSAY_WHATIF_CHANGED);
    }
    emit_unknown_pcrs(w, &out);
    assay_emit_end(&out);
    return status;
}
