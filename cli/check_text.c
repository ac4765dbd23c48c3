/* SPDX-License-Identifier: BSD-2-Clause */
/* What check tells a person, who may be reading it at night. */
#include "cli/check.h"

#include "cli/findings.h"
#include "cli/style.h"

/* A line of our own words that is put together before it is wrapped. */
typedef struct sentence {
    char text[1024];
    assay_writer words;
} sentence;

static assay_writer *begin(sentence *s)
{
    s->words = assay_writer_lent(s->text, sizeof s->text - 1);
    return &s->words;
}

static void put(const cli_call *call, sentence *s, size_t column, size_t indent)
{
    s->text[assay_written(&s->words).size] = '\0';
    assay_put_format(call->out, "%*s", (int)column, "");
    cli_put_wrapped(call->out, s->text, column, indent, call->width);
}

static const char *kind(const cli_checked *checked)
{
    return checked->fold->replay.measurement_registers ? "RTMR" : "PCR";
}

/* "what this log says", or of several. */
static const char *what_is_said(const cli_checked *checked)
{
    return checked->fold->logs.count > 1 ? "these logs say" : "this log says";
}

/* The next of a list of banks, "sha1, sha256", which come one after the other. */
static void write_bank(assay_writer *words, uint16_t *last, uint16_t alg)
{
    if (alg == *last)
        return;
    assay_put_format(words, "%s%s", *last == ASSAY_ALG_NULL ? "" : ", ",
                     assay_alg_find(alg)->name);
    *last = alg;
}

/* The banks in which a status of this state stands. */
static void write_banks(assay_writer *words, const assay_comparison *comparison,
                        enum assay_pcr_state state)
{
    uint16_t last = ASSAY_ALG_NULL;

    for (size_t i = 0; i < comparison->count; i++)
        if (comparison->list[i].state == state)
            write_bank(words, &last, comparison->list[i].alg);
}

/* "PCR 0 holds", "PCR 0-7 hold". */
static const char *verb_s(assay_pcr_set set)
{
    return (set & (set - 1)) == 0 ? "s" : "";
}

static assay_pcr_set pcrs_of(const assay_comparison *comparison, enum assay_pcr_state state)
{
    assay_pcr_set set = 0;

    for (size_t i = 0; i < comparison->count; i++)
        if (comparison->list[i].state == state)
            set |= (assay_pcr_set)1 << comparison->list[i].pcr;
    return set;
}

/* The first line: the verdict, and what it rests on. */

static void write_match(assay_writer *words, const cli_checked *checked)
{
    const assay_comparison *const comparison = checked->comparison;

    assay_put_format(words, "%s ", kind(checked));
    assay_pcr_set_write(words, comparison->met);
    assay_put_format(words, " hold%s what %s, in ", verb_s(comparison->met),
                     what_is_said(checked));
    write_banks(words, comparison, ASSAY_PCR_MATCH);
    assay_put_char(words, '.');
    if (!comparison->weak)
        return;
    assay_put_format(words, " For %s ", kind(checked));
    assay_pcr_set_write(words, comparison->met & ~comparison->met_strong);
    assay_put_string(words, " that rests on SHA-1 alone, which is weak.");
}

static void write_mismatch(assay_writer *words, const cli_checked *checked)
{
    const assay_comparison *const comparison = checked->comparison;
    const assay_pcr_set wrong = pcrs_of(comparison, ASSAY_PCR_MISMATCH);

    assay_put_format(words, "%s ", kind(checked));
    assay_pcr_set_write(words, wrong);
    assay_put_string(words, " (");
    write_banks(words, comparison, ASSAY_PCR_MISMATCH);
    assay_put_format(words, ") hold%s something else than %s.", verb_s(wrong),
                     what_is_said(checked));
    if (comparison->met == 0)
        return;
    assay_put_format(words, " %s ", kind(checked));
    assay_pcr_set_write(words, comparison->met);
    assay_put_format(words, " match%s in ",
                     (comparison->met & (comparison->met - 1)) == 0 ? "es" : "");
    write_banks(words, comparison, ASSAY_PCR_MATCH);
    assay_put_char(words, '.');
}

static void write_unknown(assay_writer *words, const cli_checked *checked)
{
    const assay_comparison *const comparison = checked->comparison;

    if (checked->fold->replay.measured == 0)
        assay_put_string(words, "the log measures nothing, so there is nothing to believe.");
    else if (comparison == NULL)
        assay_put_string(words, "the log is sound, and no PCR values were given that could "
                                "vouch for it. 'tpm2_pcrread > pcrs.txt' on the machine writes "
                                "some.");
    else if (comparison->unproven != 0) {
        assay_put_format(words, "%s ", kind(checked));
        assay_pcr_set_write(words, comparison->unproven);
        assay_put_string(words, " can't be computed in any bank that was compared.");
    } else
        assay_put_string(words, "the values given and this log have no bank and PCR in common.");
}

static void put_verdict(const cli_call *call, const cli_checked *checked)
{
    static const enum cli_tone tones[] = { CLI_GOOD, CLI_BAD, CLI_BAD, CLI_WARN };
    const char *const name = assay_verdict_name(checked->verdict);
    sentence s;
    assay_writer *const words = begin(&s);

    cli_put_toned(call, tones[checked->verdict], name);
    assay_put_string(call->out, ": ");
    if (checked->verdict == ASSAY_VERDICT_MATCH)
        write_match(words, checked);
    else if (checked->verdict == ASSAY_VERDICT_MISMATCH)
        write_mismatch(words, checked);
    else if (checked->verdict == ASSAY_VERDICT_UNKNOWN)
        write_unknown(words, checked);
    else
        assay_put_string(words, "the log contradicts itself or is cut; don't rely on it.");
    s.text[assay_written(words).size] = '\0';
    cli_put_wrapped(call->out, s.text, strlen(name) + 2, 2, call->width);
}

/* Explanations, those of the same words together. */

static bool same(const assay_explanation *a, const assay_explanation *b)
{
    return strcmp(a->name, b->name) == 0 && strcmp(a->text, b->text) == 0;
}

/* "PCR 0-7 (sha1, sha256)" of all that has the same explanation as `first`. */
static void put_heading(const cli_call *call, const cli_checked *checked,
                        const cli_explained *first)
{
    sentence s;
    assay_writer *const words = begin(&s);
    assay_pcr_set pcrs = 0;
    uint16_t last = ASSAY_ALG_NULL;

    for (size_t i = 0; i < checked->explained_count; i++)
        if (same(&checked->explained[i].explanation, &first->explanation))
            pcrs |= (assay_pcr_set)1 << checked->explained[i].status->pcr;
    assay_put_format(words, "%s ", kind(checked));
    assay_pcr_set_write(words, pcrs);
    assay_put_string(words, " (");
    for (size_t i = 0; i < checked->explained_count; i++)
        if (same(&checked->explained[i].explanation, &first->explanation))
            write_bank(words, &last, checked->explained[i].status->alg);
    assay_put_char(words, ')');
    cli_tone_begin(call, CLI_STRONG);
    put(call, &s, 0, 2);
    cli_tone_end(call, CLI_STRONG);
}

/* The entry whose values are shown: of the same PCR and words, in SHA-256 where there is one. */
static const assay_pcr_status *shown(const cli_checked *checked, const cli_explained *first)
{
    for (size_t i = 0; i < checked->explained_count; i++) {
        const cli_explained *const other = &checked->explained[i];

        if (other->status->alg == ASSAY_ALG_SHA256 && other->status->pcr == first->status->pcr &&
            same(&other->explanation, &first->explanation))
            return other->status;
    }
    return first->status;
}

static void put_explanation(const cli_call *call, const cli_checked *checked,
                            const cli_explained *first)
{
    const assay_explanation *const explanation = &first->explanation;
    const assay_pcr_status *const status = shown(checked, first);
    sentence s;

    assay_put_char(call->out, '\n');
    put_heading(call, checked, first);
    if (first->status->state == ASSAY_PCR_MISMATCH) {
        assay_put_string(call->out, "  holds  ");
        cli_put_value(call->out, status->expected, 9);
        assay_put_string(call->out, "  log    ");
        cli_put_value(call->out, status->replayed, 9);
    }
    assay_put_format(begin(&s), "%s%s%s", explanation->text,
                     explanation->proven ? " (proven: the value follows from it)." : ".",
                     explanation->cut ? " Not every edit was tried: the log is too long." : "");
    put(call, &s, 2, 2);
    assay_put_format(begin(&s), "Next: %s", explanation->action);
    put(call, &s, 2, 8);
}

/* Whether an earlier entry has the same words. */
static bool told(const cli_checked *checked, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (same(&checked->explained[i].explanation, &checked->explained[index].explanation))
            return true;
    return false;
}

static void put_explanations(const cli_call *call, const cli_checked *checked)
{
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        for (size_t i = 0; i < checked->explained_count; i++)
            if (checked->explained[i].status->pcr == pcr && !told(checked, i))
                put_explanation(call, checked, &checked->explained[i]);
}

/* PCRs about which the log is silent, those of the same reason together. */

static bool is_explained(const cli_checked *checked, const assay_pcr_status *status)
{
    for (size_t i = 0; i < checked->explained_count; i++)
        if (checked->explained[i].status == status)
            return true;
    return false;
}

/* Every entry of the reason of `first` that has no better explanation. */
static void put_silence(const cli_call *call, const cli_checked *checked,
                        const assay_pcr_status *first)
{
    const assay_comparison *const comparison = checked->comparison;
    char names[128];
    assay_writer banks = assay_writer_lent(names, sizeof names - 1);
    uint16_t last = ASSAY_ALG_NULL;
    assay_pcr_set pcrs = 0;
    sentence s;

    for (size_t i = 0; i < comparison->count; i++) {
        const assay_pcr_status *const status = &comparison->list[i];

        if (status->why != first->why || is_explained(checked, status))
            continue;
        pcrs |= (assay_pcr_set)1 << status->pcr;
        write_bank(&banks, &last, status->alg);
    }
    names[assay_written(&banks).size] = '\0';
    assay_writer *const words = begin(&s);
    assay_put_format(words, "%s ", kind(checked));
    assay_pcr_set_write(words, pcrs);
    if (first->state != ASSAY_PCR_NOT_IN_LOG) /* the reason is one of the bank */
        assay_put_format(words, " (%s)", names);
    assay_put_format(words, " not compared: %s.", first->why);
    put(call, &s, 0, 2);
}

static void put_silences(const cli_call *call, const cli_checked *checked)
{
    const assay_comparison *const comparison = checked->comparison;
    const char *told_why[ASSAY_PCRS] = { NULL };
    size_t count = 0;

    for (size_t i = 0; comparison != NULL && i < comparison->count; i++) {
        const assay_pcr_status *const status = &comparison->list[i];
        size_t before = 0;

        if (status->why == NULL || is_explained(checked, status))
            continue;
        while (before < count && told_why[before] != status->why)
            before++;
        if (before < count)
            continue;
        if (count == 0 && checked->explained_count > 0)
            assay_put_char(call->out, '\n');
        told_why[count++] = status->why;
        put_silence(call, checked, status);
    }
}

/* Facts: what stands first, then what is only claimed. */

/* "secure boot: on", the name without its underscores. */
static void put_fact(const cli_call *call, const cli_checked *checked, const assay_fact *fact)
{
    char line[8 * ASSAY_FACT_TEXT];
    assay_writer text = assay_writer_lent(line, sizeof line - 1);

    for (const char *c = fact->name; *c != '\0'; c++)
        assay_put_char(&text, *c == '_' ? ' ' : *c);
    assay_put_string(&text, ": ");
    assay_put_safe(&text, assay_bytes_of_string(fact->text));
    if (fact->why != NULL && checked->comparison != NULL)
        assay_put_format(&text, " (%s)", fact->why);
    line[assay_written(&text).size] = '\0';
    assay_put_string(call->out, "  ");
    cli_put_wrapped(call->out, line, 2, 4, call->width);
}

static void put_facts(const cli_call *call, const cli_checked *checked,
                      enum assay_standing standing, const char *heading)
{
    bool first = true;

    for (size_t i = 0; i < checked->fact_count; i++) {
        if (checked->facts[i].standing != standing)
            continue;
        if (first)
            assay_put_format(call->out, "\n%s\n", heading);
        put_fact(call, checked, &checked->facts[i]);
        first = false;
    }
}

/* Whether an entry before this one says the same of the same PCR. */
static bool told_met(const assay_comparison *comparison, size_t index)
{
    const assay_pcr_status *const status = &comparison->list[index];

    for (size_t i = 0; i < index; i++) {
        const assay_pcr_status *const other = &comparison->list[i];

        if (other->met != NULL && other->pcr == status->pcr &&
            other->met->after == status->met->after && other->met->padded == status->met->padded)
            return true;
    }
    return false;
}

/* The banks that met the value of a PCR in the same way. */
static void write_banks_met(assay_writer *words, const assay_comparison *comparison,
                            const assay_pcr_status *status)
{
    uint16_t last = ASSAY_ALG_NULL;

    for (size_t i = 0; i < comparison->count; i++) {
        const assay_pcr_status *const other = &comparison->list[i];

        if (other->met != NULL && other->pcr == status->pcr &&
            other->met->after == status->met->after && other->met->padded == status->met->padded)
            write_bank(words, &last, other->alg);
    }
}

/* Values that the logs of the running system met in another way than by their whole fold. */
static void put_met(const cli_call *call, const cli_checked *checked)
{
    const assay_comparison *const comparison = checked->comparison;
    sentence s;

    for (size_t i = 0; comparison != NULL && i < comparison->count; i++) {
        const assay_pcr_status *const status = &comparison->list[i];

        if (status->met == NULL || told_met(comparison, i))
            continue;
        const uint32_t all = checked->runtime.extended[status->pcr];
        assay_writer *const words = begin(&s);
        assay_put_format(words, "%s %u (", kind(checked), status->pcr);
        write_banks_met(words, comparison, status);
        assay_put_char(words, ')');
        if (status->met->after < all)
            assay_put_format(words,
                             " had this value after %u of %u events: the log has grown since, and "
                             "what came later is not vouched for.",
                             status->met->after, all);
        if (status->met->padded)
            assay_put_string(words, " was extended with SHA-1 digests and zeros after them, as Linux "
                                    "does where it lacks the bank's hash: no better than SHA-1.");
        put(call, &s, 0, 2);
    }
}

/* That the list belongs to this boot; where it does not, a finding says so. */
static void put_boot_aggregate(const cli_call *call, const cli_checked *checked)
{
    const enum assay_boot_aggregate_outcome outcome = checked->aggregate.outcome;
    sentence s;

    if (outcome != ASSAY_BOOT_AGGREGATE_PCRS_0_7 && outcome != ASSAY_BOOT_AGGREGATE_PCRS_0_9)
        return;
    assay_put_format(begin(&s), "The IMA list is of this boot: boot_aggregate is the hash of PCR %s (%s).",
                     outcome == ASSAY_BOOT_AGGREGATE_PCRS_0_7 ? "0-7" : "0-9",
                     assay_alg_find(checked->aggregate.alg)->name);
    put(call, &s, 0, 2);
}

void cli_check_put(const cli_call *call, const cli_checked *checked)
{
    const bool verbose = call->common->verbose > 0;
    const enum assay_severity least = verbose ? ASSAY_NOTE : ASSAY_WARNING;

    put_verdict(call, checked);
    put_met(call, checked);
    put_boot_aggregate(call, checked);
    put_explanations(call, checked);
    put_silences(call, checked);
    if (cli_any_findings(call, checked->fold->findings, least))
        assay_put_char(call->out, '\n');
    cli_put_findings(call, checked->fold->findings, least);
    put_facts(call, checked, ASSAY_STANDS, "Stands, the PCR values vouch for it:");
    put_facts(call, checked, ASSAY_CLAIMED,
              checked->comparison != NULL ? "Claimed by the log, and not vouched for:"
                                          : "Claimed by the log, for no PCR values were given:");
    if (verbose)
        put_facts(call, checked, ASSAY_UNKNOWN, "Can't be said:");
}
