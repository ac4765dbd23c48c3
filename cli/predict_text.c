/* SPDX-License-Identifier: BSD-2-Clause */
/* A prediction for people: the events, what changes, what can't be known, the values. */
#include "cli/fold.h"
#include "cli/predict.h"
#include "cli/show.h"
#include "cli/style.h"
#include "eventlog/types.h"

enum { TYPE_COLUMNS = 21, ORIGIN_COLUMNS = 9, PART_COLUMNS = 30, NOTE = 4, PART_MAX = 80 };

void predict_put_part(assay_writer *out, enum assay_part part, uint32_t index)
{
    assay_put_string(out, assay_part_title(part));
    if (part == ASSAY_PART_MODULE)
        assay_put_format(out, " %u", index);
    else if (part == ASSAY_PART_NV_CONTENT)
        assay_put_format(out, " 0x%08x", index);
}

static const char *part_text(char text[PART_MAX], enum assay_part part, uint32_t index)
{
    assay_writer words = assay_writer_lent(text, PART_MAX - 1);

    predict_put_part(&words, part, index);
    text[assay_written(&words).size] = '\0';
    return text;
}

static const char *type_name(uint32_t type)
{
    const assay_event_type *const row = assay_event_type_find(type);

    return row == NULL ? "" : show_short_type(row->name);
}

static void put_event(const predict_work *w, const assay_predicted_event *event)
{
    const enum assay_whatif_kind kind = assay_whatif_of(w->base, event);
    static const enum cli_tone tones[] = { CLI_PLAIN, CLI_WARN, CLI_WARN, CLI_WARN, CLI_BAD };
    char part[PART_MAX];

    assay_put_format(w->call->out, "%4u ", event->event.number);
    if (event->event.pcr_index < ASSAY_PCRS)
        assay_put_format(w->call->out, "%3u ", event->event.pcr_index);
    else
        assay_put_string(w->call->out, "  ? ");
    assay_put_format(w->call->out, "%-*.*s ", TYPE_COLUMNS, TYPE_COLUMNS,
                     type_name(event->event.type));
    assay_put_format(w->call->out, "%-*s ", ORIGIN_COLUMNS - 1,
                     assay_predicted_name(event->origin));
    part_text(part, event->part, event->index);
    if (kind == ASSAY_WHATIF_SAME)
        assay_put_string(w->call->out, part);
    else {
        assay_put_format(w->call->out, "%-*.*s ", PART_COLUMNS, PART_COLUMNS, part);
        cli_put_toned(w->call, tones[kind], assay_whatif_name(kind));
    }
    assay_put_char(w->call->out, '\n');
}

static bool is_shown(const predict_work *w, const assay_predicted_event *event)
{
    const cli_common *const common = w->call->common;

    if (!cli_pcr_wanted(common, event->event.pcr_index))
        return false;
    if (common->verbose > 0 || predict_is_boot(w))
        return true;
    /* Of the firmware's boot only what becomes other; of a dynamic launch all. */
    return (event->part != ASSAY_PART_OTHER && event->part < ASSAY_PART_FIRMWARE) ||
           assay_whatif_of(w->base, event) != ASSAY_WHATIF_SAME;
}

static void put_events(const predict_work *w)
{
    assay_put_format(w->call->out, "\n   # PCR %-*s %-*s OF\n", TYPE_COLUMNS, "TYPE",
                     ORIGIN_COLUMNS - 1, "ORIGIN");
    for (size_t i = 0; i < w->prediction->count; i++)
        if (is_shown(w, &w->prediction->events[i]))
            put_event(w, &w->prediction->events[i]);
}

static void put_base(const predict_work *w)
{
    const assay_launch_facts *const facts = &w->facts;
    char line[256];
    assay_writer words = assay_writer_lent(line, sizeof line - 1);

    assay_put_format(&words, "%zu events", w->base->count);
    if (facts->txt)
        assay_put_format(&words, ", TPM %s, %s mapping", facts->tpm12 ? "1.2" : "2.0",
                         facts->details ? "details/authorities" : "legacy");
    if (facts->tboot) {
        assay_put_string(&words, "; tboot");
        if (facts->extpol_known)
            assay_put_format(&words, " with extpol=%s", assay_tboot_extpol_name(&facts->extpol));
        assay_put_string(&words, facts->builtin        ? ", built-in policy"
                                 : facts->policy_known ? ", the policy given"
                                                       : ", a policy that is not known");
        if (facts->plan_known)
            assay_put_format(&words, ", %zu module%s", facts->modules,
                             facts->modules == 1 ? "" : "s");
    }
    if (facts->secure)
        assay_put_string(&words, "; Secure Launch");
    line[assay_written(&words).size] = '\0';
    cli_tone_begin(w->call, CLI_STRONG);
    cli_put_fitted(w->call->out, assay_bytes_of_string(w->options->base), w->call->width - 1, 1, 0);
    cli_tone_end(w->call, CLI_STRONG);
    assay_put_string(w->call->out, "\n  ");
    cli_put_wrapped(w->call->out, line, 2, 2, w->call->width);
}

/* Sentences. */

static void put_note(const predict_work *w, enum cli_tone tone, const char *mark, const char *text)
{
    cli_put_toned(w->call, tone, mark);
    assay_put_char(w->call->out, ' ');
    cli_put_wrapped(w->call->out, text, strlen(mark) + 1, NOTE, w->call->width);
}

static bool same_reason(const assay_predicted_event *a, const assay_predicted_event *b)
{
    return a->part == b->part && a->index == b->index && a->why == b->why &&
           a->unknown_count == b->unknown_count &&
           memcmp(a->unknown, b->unknown, a->unknown_count * sizeof *a->unknown) == 0;
}

/* Events whose digests are unknown for one reason are told of together, at the first. */
static bool told_before(const predict_work *w, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (w->prediction->events[i].unknown_count > 0 &&
            same_reason(&w->prediction->events[i], &w->prediction->events[at]))
            return true;
    return false;
}

static void put_unknown(const predict_work *w, size_t at)
{
    const assay_predicted_event *const event = &w->prediction->events[at];
    char text[700], part[PART_MAX], number[ASSAY_ALG_NUMBER_SIZE];
    assay_writer words = assay_writer_lent(text, sizeof text - 1);

    assay_put_format(&words, "%s (event", part_text(part, event->part, event->index));
    for (size_t i = at; i < w->prediction->count && words.written < sizeof text / 2; i++)
        if (w->prediction->events[i].unknown_count > 0 &&
            same_reason(event, &w->prediction->events[i]))
            assay_put_format(&words, "%s %zu", i == at ? "" : ",", i);
    for (size_t i = 0; i < event->unknown_count; i++)
        assay_put_format(&words, "%s%s", i == 0 ? "; bank " : " ",
                         assay_alg_name(event->unknown[i], number));
    assay_put_format(&words, "): %s.", event->why != NULL ? event->why : "not known");
    text[assay_written(&words).size] = '\0';
    put_note(w, CLI_BAD, "unknown:", text);
}

static void put_remark(const predict_work *w, const assay_prediction_remark *remark)
{
    char text[400], part[PART_MAX];
    assay_writer words = assay_writer_lent(text, sizeof text - 1);

    assay_put_format(&words, "%s: %s.", part_text(part, remark->part, remark->index), remark->text);
    text[assay_written(&words).size] = '\0';
    put_note(w, remark->refused ? CLI_BAD : CLI_WARN, remark->refused ? "refused:" : "note:", text);
}

static void put_reason(const predict_work *w, const assay_lcp_reason *reason)
{
    const assay_lcp_reason_info *const info = assay_lcp_reason_describe(reason->code);
    static const enum cli_tone tones[] = { CLI_PLAIN, CLI_BAD, CLI_WARN };
    char text[700], mark[16];
    assay_writer words = assay_writer_lent(text, sizeof text - 1);
    assay_writer said = assay_writer_lent(mark, sizeof mark - 1);

    if (info->outcome == ASSAY_LCP_ACCEPTED && w->call->common->verbose == 0)
        return;
    if (reason->index < ASSAY_LCP_INDICES)
        assay_put_format(&words, "%s: ", assay_lcp_index_name(reason->index));
    assay_put_string(&words, info->meaning);
    if (reason->detail[0] != '\0')
        assay_put_format(&words, " (%s)", reason->detail);
    if (info->action[0] != '\0')
        assay_put_format(&words, " %s", info->action);
    text[assay_written(&words).size] = '\0';
    assay_put_format(&said, "%s:", assay_lcp_outcome_name(info->outcome));
    mark[assay_written(&said).size] = '\0';
    put_note(w, tones[info->outcome], mark, text);
}

static void put_notes(const predict_work *w)
{
    if (w->evaluation != NULL || w->prediction->remark_count > 0 ||
        assay_prediction_has_unknown(w->prediction))
        assay_put_char(w->call->out, '\n');
    for (size_t i = 0; w->evaluation != NULL && i < w->evaluation->reason_count; i++)
        put_reason(w, &w->evaluation->reasons[i]);
    for (size_t i = 0; i < w->prediction->remark_count; i++)
        put_remark(w, &w->prediction->remarks[i]);
    for (size_t i = 0; i < w->prediction->count; i++)
        if (w->prediction->events[i].unknown_count > 0 && is_shown(w, &w->prediction->events[i]) &&
            !told_before(w, i))
            put_unknown(w, i);
}

/* Which PCRs change, and by what. */

typedef struct culprits {
    const predict_work *w;
    uint32_t pcr;
    assay_writer *words;
    size_t count;
    enum assay_part part; /* the last one named, and its index */
    uint32_t index;
} culprits;

static bool concerns(const assay_predicted_event *event, uint32_t pcr)
{
    return event != NULL && event->event.pcr_index == pcr;
}

static void put_culprit(void *context, const assay_whatif_change *change)
{
    culprits *const c = context;
    const assay_predicted_event *const event =
        change->after != NULL ? change->after : change->before;

    if (!concerns(change->before, c->pcr) && !concerns(change->after, c->pcr))
        return;
    if (c->count > 0 && c->part == event->part && c->index == event->index)
        return;
    c->part = event->part;
    c->index = event->index;
    assay_put_string(c->words, c->count++ == 0 ? "" : ", ");
    predict_put_part(c->words, event->part, event->index);
    if (change->kind == ASSAY_WHATIF_ADDED || change->kind == ASSAY_WHATIF_REMOVED)
        assay_put_format(c->words, " (%s)", assay_whatif_name(change->kind));
}

static void put_value_change(const predict_work *w, uint32_t pcr, bool changed, bool unknown)
{
    char text[1024];
    assay_writer words = assay_writer_lent(text, sizeof text - 1);
    culprits c = { .w = w, .pcr = pcr, .words = &words };

    assay_put_format(&words, "PCR %u %s", pcr,
                     unknown   ? "can't be known: "
                     : changed ? "changes: "
                               : "stays.");
    if (changed || unknown) {
        assay_whatif_changes(w->base, w->prediction, put_culprit, &c);
        if (c.count == 0)
            assay_put_string(&words, "see below");
    }
    text[assay_written(&words).size] = '\0';
    cli_put_wrapped(w->call->out, text, 0, NOTE, w->call->width);
}

/* PCRs whose value becomes other in some bank, or unknown. */
static assay_pcr_set changed_pcrs(const predict_work *w)
{
    const assay_pcrs *const pcrs = &w->values.replay.pcrs;
    assay_pcr_set set = 0;

    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        for (size_t b = 0; b < pcrs->bank_count; b++)
            if (assay_whatif_value(&w->base_values, &w->values, pcrs->banks[b].alg, pcr) !=
                ASSAY_WHATIF_SAME)
                set |= (assay_pcr_set)1 << pcr;
    return set;
}

/* Those that some bank extends, before or after: of the launch, and whatever changes. */
static assay_pcr_set shown_pcrs(const predict_work *w)
{
    assay_pcr_set set = w->base_values.replay.measured | w->values.replay.measured;
    const bool all = predict_is_boot(w) || w->call->common->verbose > 0;

    for (size_t i = 0; i < w->values.replay.pcrs.bank_count; i++)
        set |= w->values.unknown[i];
    if (!all && w->call->common->pcrs == 0)
        set &= (assay_pcr_set)0x7E0000 | changed_pcrs(w);
    return set;
}

static void put_changes(const predict_work *w)
{
    const assay_pcrs *const pcrs = &w->values.replay.pcrs;
    const assay_pcr_set wanted = shown_pcrs(w);

    assay_put_char(w->call->out, '\n');
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
        bool changed = false, unknown = false;

        if (!assay_pcr_set_has(wanted, pcr) || !cli_pcr_wanted(w->call->common, pcr))
            continue;
        for (size_t b = 0; b < pcrs->bank_count; b++) {
            const enum assay_whatif_kind kind =
                assay_whatif_value(&w->base_values, &w->values, pcrs->banks[b].alg, pcr);

            changed = changed || kind != ASSAY_WHATIF_SAME;
            unknown = unknown || kind == ASSAY_WHATIF_UNKNOWN;
        }
        put_value_change(w, pcr, changed, unknown);
    }
}

static void put_bank(const predict_work *w, size_t at)
{
    const assay_pcr_bank *const bank = &w->values.replay.pcrs.banks[at];
    const assay_replay_bank *const folded = assay_replay_bank_of(&w->values.replay, bank->alg);
    const assay_pcr_set wanted = shown_pcrs(w) & (folded->extended | w->values.unknown[at]);

    if (wanted == 0)
        return;
    cli_put_toned(w->call, CLI_STRONG, assay_alg_find(bank->alg)->name);
    assay_put_char(w->call->out, '\n');
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
        if (!assay_pcr_set_has(wanted, pcr) || !cli_pcr_wanted(w->call->common, pcr))
            continue;
        assay_put_format(w->call->out, "%4u  ", pcr);
        if (assay_pcr_set_has(w->values.unknown[at], pcr))
            assay_put_string(w->call->out, "unknown\n");
        else
            cli_put_value(w->call->out, assay_bytes_of(bank->value[pcr], bank->size), 6);
    }
}

void predict_put_text(const predict_work *w)
{
    if (predict_is_boot(w))
        predict_put_boot(w);
    else {
        put_base(w);
        put_events(w);
    }
    put_notes(w);
    if (!predict_is_boot(w))
        put_changes(w);
    assay_put_char(w->call->out, '\n');
    for (size_t i = 0; i < w->values.replay.pcrs.bank_count; i++)
        put_bank(w, i);
}
