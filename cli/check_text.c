/* SPDX-License-Identifier: BSD-2-Clause */
/* What check tells a person, who may be reading it at night. */
#include "cli/check_said.h"

#include "cli/findings.h"
#include "cli/style.h"

/* "what this log says", or of several. */
static const char *what_is_said(const cli_checked *checked)
{
    return checked->fold->logs.count > 1 ? "these logs say" : "this log says";
}

/* The banks in which a status of this state stands. */
static void write_banks(assay_writer *words, const assay_comparison *comparison,
                        enum assay_pcr_state state)
{
    uint16_t last = ASSAY_ALG_NULL;

    for (size_t i = 0; i < comparison->count; i++)
        if (comparison->list[i].state == state)
            cli_write_bank(words, &last, comparison->list[i].alg);
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

    assay_put_format(words, "%s ", cli_register_kind(checked));
    assay_pcr_set_write(words, comparison->met);
    assay_put_format(words, " hold%s what %s, in ", verb_s(comparison->met), what_is_said(checked));
    write_banks(words, comparison, ASSAY_PCR_MATCH);
    assay_put_char(words, '.');
    if (!comparison->weak)
        return;
    assay_put_format(words, " For %s ", cli_register_kind(checked));
    assay_pcr_set_write(words, comparison->met & ~comparison->met_strong);
    assay_put_string(words, " that rests on SHA-1 alone, which is weak.");
}

static void write_mismatch(assay_writer *words, const cli_checked *checked)
{
    const assay_comparison *const comparison = checked->comparison;
    const assay_pcr_set wrong = pcrs_of(comparison, ASSAY_PCR_MISMATCH);

    assay_put_format(words, "%s ", cli_register_kind(checked));
    assay_pcr_set_write(words, wrong);
    assay_put_string(words, " (");
    write_banks(words, comparison, ASSAY_PCR_MISMATCH);
    assay_put_format(words, ") hold%s something else than %s.", verb_s(wrong),
                     what_is_said(checked));
    if (comparison->met == 0)
        return;
    assay_put_format(words, " %s ", cli_register_kind(checked));
    assay_pcr_set_write(words, comparison->met);
    assay_put_format(words, " match%s in ",
                     (comparison->met & (comparison->met - 1)) == 0 ? "es" : "");
    write_banks(words, comparison, ASSAY_PCR_MATCH);
    assay_put_char(words, '.');
}

static void write_unknown(assay_writer *words, const cli_checked *checked)
{
    const assay_comparison *const comparison = checked->comparison;

    if (checked->fold->logs.refused && checked->values.mismatched == 0 &&
        checked->values.unproven == 0 && checked->values.matched > 0)
        assay_put_string(words, "what could be read matches, and something that was named could "
                                "not be read.");
    else if (checked->fold->replay.measured == 0)
        assay_put_string(words, "the log measures nothing, so there is nothing to believe.");
    else if (comparison == NULL && checked->aggregate.outcome == ASSAY_BOOT_AGGREGATE_DIFFERS)
        assay_put_string(words, "each log is sound, and they don't belong together: the IMA list "
                                "began with other PCRs than the firmware's log gives.");
    else if (comparison == NULL)
        assay_put_string(words, "the log is sound, and no PCR values were given that could "
                                "vouch for it. 'tpm2_pcrread > pcrs.txt' on the machine writes "
                                "some.");
    else if (comparison->unproven != 0) {
        assay_put_format(words, "%s ", cli_register_kind(checked));
        assay_pcr_set_write(words, comparison->unproven);
        assay_put_string(words, " can't be computed in any bank that was compared.");
    } else
        assay_put_string(words, "the values given and this log have no bank and PCR in common.");
}

static void put_verdict(const cli_call *call, const cli_checked *checked)
{
    static const enum cli_tone tones[] = { CLI_GOOD, CLI_BAD, CLI_BAD, CLI_WARN };
    const char *const name = assay_verdict_name(checked->verdict);
    cli_sentence s;
    assay_writer *const words = cli_sentence_begin(&s);

    cli_put_toned(call, tones[checked->verdict], name);
    assay_put_string(call->out, ": ");
    if (cli_check_write_quote(words, checked))
        ; /* the quote decided */
    else if (checked->verdict == ASSAY_VERDICT_MATCH)
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
            cli_write_bank(words, &last, other->alg);
    }
}

/* Values that the logs of the running system met in another way than by their whole fold. */
static void put_met(const cli_call *call, const cli_checked *checked)
{
    const assay_comparison *const comparison = checked->comparison;
    cli_sentence s;

    for (size_t i = 0; comparison != NULL && i < comparison->count; i++) {
        const assay_pcr_status *const status = &comparison->list[i];

        if (status->met == NULL || told_met(comparison, i))
            continue;
        const uint32_t all = checked->runtime.extended[status->pcr];
        assay_writer *const words = cli_sentence_begin(&s);
        assay_put_format(words, "%s %u (", cli_register_kind(checked), status->pcr);
        write_banks_met(words, comparison, status);
        assay_put_char(words, ')');
        if (status->met->after < all)
            assay_put_format(words,
                             " had this value after %u of %u events: the log has grown since, and "
                             "what came later is not vouched for.",
                             status->met->after, all);
        if (status->met->padded)
            assay_put_format(words,
                             " %s extended with SHA-1 digests and zeros after them, as Linux "
                             "does where it lacks the bank's hash: no better than SHA-1.",
                             status->met->after < all ? "It was" : "was");
        cli_sentence_put(call, &s, 0, 2);
    }
}

/* That the list belongs to this boot; where it does not, a finding says so. */
static void put_boot_aggregate(const cli_call *call, const cli_checked *checked)
{
    const enum assay_boot_aggregate_outcome outcome = checked->aggregate.outcome;
    cli_sentence s;

    if (outcome != ASSAY_BOOT_AGGREGATE_PCRS_0_7 && outcome != ASSAY_BOOT_AGGREGATE_PCRS_0_9)
        return;
    assay_put_format(cli_sentence_begin(&s),
                     "The IMA list is of this boot: boot_aggregate is the hash of PCR %s (%s).",
                     outcome == ASSAY_BOOT_AGGREGATE_PCRS_0_7 ? "0-7" : "0-9",
                     assay_alg_find(checked->aggregate.alg)->name);
    cli_sentence_put(call, &s, 0, 2);
}

void cli_check_put(const cli_call *call, const cli_checked *checked)
{
    const bool verbose = call->common->verbose > 0;
    const enum assay_severity least = verbose ? ASSAY_NOTE : ASSAY_WARNING;

    put_verdict(call, checked);
    cli_check_put_quote(call, checked);
    put_met(call, checked);
    put_boot_aggregate(call, checked);
    cli_check_put_explanations(call, checked);
    cli_check_put_silences(call, checked);
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
