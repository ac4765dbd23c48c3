/* SPDX-License-Identifier: BSD-2-Clause */
/* What lcp allows says: the verdict, each reason, what matched, what is measured. */
#include "cli/complain.h"
#include "cli/document.h"
#include "cli/lcp_allows.h"
#include "cli/style.h"
#include "eventlog/txtflags.h"

enum { INDENT = 12, MEASURED_MAX = 1024 };

/* Text. */

static void put_verdict(const cli_allowing *w)
{
    static const enum cli_tone tones[] = { CLI_GOOD, CLI_BAD, CLI_WARN };
    static const char *const words[] = {
        ": SINIT would accept this launch.",
        ": SINIT would refuse this launch.",
        ": whether SINIT would accept this launch hangs on what was not said.",
    };
    const enum assay_lcp_outcome outcome = w->evaluation.outcome;

    cli_put_toned(w->call, tones[outcome], assay_lcp_outcome_name(outcome));
    assay_put_string(w->call->out, words[outcome]);
    assay_put_char(w->call->out, '\n');
    if (w->evaluation.errorcode == 0)
        return;
    assay_put_format(w->call->out, "TXT.ERRORCODE 0x%08x", w->evaluation.errorcode);
    if (w->evaluation.errorcode_known != UINT32_MAX)
        assay_put_format(w->call->out, " under mask 0x%08x", w->evaluation.errorcode_known);
    assay_put_string(w->call->out, ": SINIT, class 6");
    if ((w->evaluation.errorcode_known & 0x7C00) != 0)
        assay_put_format(w->call->out, ", major %u", w->evaluation.errorcode >> 10 & 0x1F);
    assay_put_char(w->call->out, '\n');
}

static void put_reason(const cli_allowing *w, const assay_lcp_reason *reason)
{
    static const enum cli_tone tones[] = { CLI_FAINT, CLI_BAD, CLI_WARN };
    static const char *const marks[] = { "", "refused", "unknown" };
    const assay_lcp_reason_info *const info = assay_lcp_reason_describe(reason->code);
    char words[640];
    assay_writer text = assay_writer_lent(words, sizeof words - 1);

    assay_put_string(w->call->out, "  ");
    cli_put_toned(w->call, tones[info->outcome], marks[info->outcome]);
    assay_put_format(w->call->out, "%*s", (int)(INDENT - 2 - strlen(marks[info->outcome])), "");
    if (reason->index != ASSAY_LCP_INDICES) {
        assay_put_string(&text, assay_lcp_index_name(reason->index));
        if (reason->list != ASSAY_LCP_NO_LIST)
            assay_put_format(&text, " list %u", reason->list);
        if (reason->element != ASSAY_LCP_NO_ELEMENT)
            assay_put_format(&text, " element %u", reason->element);
        assay_put_string(&text, ": ");
    }
    assay_put_string(&text, info->meaning);
    if (reason->detail[0] != '\0')
        assay_put_format(&text, " (%s)", reason->detail);
    if (info->outcome != ASSAY_LCP_ACCEPTED && info->action[0] != '\0')
        assay_put_format(&text, " %s", info->action);
    if (w->options->common.verbose > 0)
        assay_put_format(&text, " [%s, TXT SDG %s]", info->name, info->clause);
    words[text.used] = '\0';
    cli_put_wrapped(w->call->out, words, INDENT, INDENT, w->call->width);
}

static void put_measured(const cli_allowing *w)
{
    assay_writer *const out = w->call->out;
    char buffer[MEASURED_MAX];
    assay_writer data = assay_writer_lent(buffer, sizeof buffer);

    assay_put_format(out, "\nPolicyControl 0x%08x (", w->evaluation.policy_control);
    assay_txt_put_flags(out, assay_txt_policy_control, w->evaluation.policy_control);
    assay_put_format(out, "), SINIT of version %u at least\n", w->evaluation.sinit_min_version);
    if (w->launch.tpm12)
        return;
    assay_lcp_put_details(&data, &w->evaluation, w->options->big_endian);
    assay_put_string(out, "details     ");
    assay_put_hex(out, assay_written(&data));
    data = assay_writer_lent(buffer, sizeof buffer);
    assay_lcp_put_authorities(&data, &w->evaluation, w->options->big_endian);
    assay_put_string(out, "\nauthorities ");
    assay_put_hex(out, assay_written(&data));
    assay_put_char(out, '\n');
}

static void put_text(const cli_allowing *w)
{
    const assay_lcp_evaluation *const e = &w->evaluation;

    if (w->options->common.quiet)
        return;
    put_verdict(w);
    assay_put_char(w->call->out, '\n');
    for (size_t i = 0; i < e->reason_count; i++)
        put_reason(w, &e->reasons[i]);
    if (e->reasons_seen > e->reason_count)
        assay_put_format(w->call->out, "  and %llu more reasons\n",
                         (unsigned long long)(e->reasons_seen - e->reason_count));
    if (e->outcome == ASSAY_LCP_ACCEPTED)
        put_measured(w);
}

/* Documents. */

static void emit_place(assay_output *out, enum assay_lcp_index index, uint32_t list,
                       uint32_t element)
{
    if (index != ASSAY_LCP_INDICES)
        assay_emit_string(out, "index", assay_lcp_index_name(index));
    if (list != ASSAY_LCP_NO_LIST)
        assay_emit_u64(out, "list", list);
    if (element != ASSAY_LCP_NO_ELEMENT)
        assay_emit_u64(out, "element", element);
}

static void emit_reasons(assay_output *out, const assay_lcp_evaluation *e)
{
    assay_emit_array(out, "reasons");
    for (size_t i = 0; i < e->reason_count; i++) {
        const assay_lcp_reason *const reason = &e->reasons[i];
        const assay_lcp_reason_info *const info = assay_lcp_reason_describe(reason->code);

        assay_emit_object(out, NULL);
        assay_emit_string(out, "code", info->name);
        assay_emit_string(out, "outcome", assay_lcp_outcome_name(info->outcome));
        emit_place(out, reason->index, reason->list, reason->element);
        assay_emit_string(out, "detail", reason->detail);
        assay_emit_string(out, "meaning", info->meaning);
        assay_emit_string(out, "action", info->action);
        assay_emit_string(out, "clause", info->clause);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void emit_digest(assay_output *out, const assay_digest *digest)
{
    assay_emit_alg(out, "digest_alg", digest->alg);
    assay_emit_hex(out, "digest", assay_bytes_of(digest->value, digest->size));
}

static void emit_matches(assay_output *out, const assay_lcp_evaluation *e)
{
    assay_emit_array(out, "matches");
    for (size_t i = 0; i < ASSAY_TXT_ELEMENTS; i++) {
        const assay_lcp_match *const match = &e->matches[i];

        if (!match->matched)
            continue;
        assay_emit_object(out, NULL);
        assay_emit_string(out, "kind", assay_lcp_kind_name((enum assay_lcp_kind)i));
        emit_place(out, match->index, match->list, match->element);
        assay_emit_u64(out, "entry", match->entry);
        assay_emit_bool(out, "fallback", match->fallback);
        assay_emit_address(out, "control", match->control);
        emit_digest(out, &match->digest);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void emit_authorities(assay_output *out, const assay_lcp_evaluation *e)
{
    assay_emit_array(out, "authorities");
    for (size_t i = 0; i < e->authority_count; i++) {
        assay_emit_object(out, NULL);
        emit_place(out, e->authorities[i].index, e->authorities[i].list, ASSAY_LCP_NO_ELEMENT);
        assay_emit_bool(out, "signed", e->authorities[i].sign_alg != ASSAY_ALG_NULL);
        if (e->authorities[i].sign_alg != ASSAY_ALG_NULL) {
            assay_emit_alg(out, "sign_alg", e->authorities[i].sign_alg);
            assay_emit_alg(out, "hash_alg", e->authorities[i].hash_alg);
            assay_emit_u64(out, "pubkey_size", e->authorities[i].pubkey_size);
        }
        emit_digest(out, &e->authorities[i].digest);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void emit_effective(assay_output *out, const assay_lcp_evaluation *e)
{
    assay_emit_object(out, "effective");
    assay_emit_bool(out, "any", e->any);
    assay_emit_address(out, "policy_control", e->policy_control);
    assay_txt_emit_flags(out, "policy_control_names", assay_txt_policy_control, e->policy_control);
    assay_emit_address(out, "lcp_hash_alg_mask", e->lcp_hash_alg_mask);
    assay_emit_address(out, "lcp_sign_alg_mask", e->lcp_sign_alg_mask);
    assay_emit_address(out, "aux_hash_alg_mask", e->aux_hash_alg_mask);
    assay_emit_u64(out, "sinit_min_version", e->sinit_min_version);
    assay_emit_array(out, "ignore_ps");
    for (size_t i = 0; i < ASSAY_TXT_ELEMENTS; i++)
        if (e->ignore_ps[i])
            assay_emit_string(out, NULL, assay_lcp_kind_name((enum assay_lcp_kind)i));
    assay_emit_end(out);
    assay_emit_end(out);
}

/* What SINIT measures, of an accepted launch alone. */
static int emit_measured(assay_output *out, const cli_allowing *w)
{
    char buffer[MEASURED_MAX];
    assay_writer data = assay_writer_lent(buffer, sizeof buffer);
    uint8_t hash12[20];
    int status = 0;

    if (w->evaluation.outcome != ASSAY_LCP_ACCEPTED)
        return 0;
    assay_emit_object(out, "measured");
    if (w->launch.tpm12) {
        status = assay_lcp_policy_hash12(&w->evaluation, hash12);
        assay_emit_hex(out, "lcp_policy_hash", assay_bytes_of(hash12, sizeof hash12));
    } else {
        assay_lcp_put_details(&data, &w->evaluation, w->options->big_endian);
        assay_emit_hex(out, "details", assay_written(&data));
        data = assay_writer_lent(buffer, sizeof buffer);
        assay_lcp_put_authorities(&data, &w->evaluation, w->options->big_endian);
        assay_emit_hex(out, "authorities", assay_written(&data));
    }
    assay_emit_end(out);
    return status;
}

static int emit(const cli_allowing *w)
{
    const assay_lcp_evaluation *const e = &w->evaluation;
    assay_output out = cli_document_begin(w->call);
    int status = 0;

    assay_emit_array(&out, "inputs");
    for (size_t i = 0; i < w->input_count && status == 0; i++)
        status = cli_emit_input(&out, NULL, &w->inputs[i]);
    assay_emit_end(&out);
    assay_emit_string(&out, "tpm", w->launch.tpm12 ? "1.2" : "2.0");
    assay_emit_string(&out, "verdict", assay_lcp_outcome_name(e->outcome));
    emit_reasons(&out, e);
    emit_effective(&out, e);
    emit_matches(&out, e);
    emit_authorities(&out, e);
    if (e->errorcode != 0) {
        assay_emit_address(&out, "errorcode", e->errorcode);
        assay_emit_address(&out, "errorcode_known", e->errorcode_known);
    }
    if (status == 0)
        status = emit_measured(&out, w);
    assay_emit_end(&out);
    return status;
}

int cli_allowing_put(const cli_allowing *w)
{
    if (w->options->common.notation == CLI_TEXT) {
        put_text(w);
        return CLI_YES;
    }
    return emit(w) == 0 ? CLI_YES : cli_complain_inputs(w->call->verb);
}
