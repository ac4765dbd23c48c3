/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of check's text about PCRs that do not match: why not, what to do, what is silent. */
#include "cli/check_said.h"

#include "cli/style.h"

/* Explanations, those of the same words together. */

static bool same(const assay_explanation *a, const assay_explanation *b)
{
    return strcmp(a->name, b->name) == 0 && strcmp(a->text, b->text) == 0;
}

/* "PCR 0-7 (sha1, sha256)" of all that has the same explanation as `first`. */
static void put_heading(const cli_call *call, const cli_checked *checked,
                        const cli_explained *first)
{
    cli_sentence s;
    assay_writer *const words = cli_sentence_begin(&s);
    assay_pcr_set pcrs = 0;
    uint16_t last = ASSAY_ALG_NULL;

    for (size_t i = 0; i < checked->explained_count; i++)
        if (same(&checked->explained[i].explanation, &first->explanation))
            pcrs |= (assay_pcr_set)1 << checked->explained[i].status->pcr;
    assay_put_format(words, "%s ", cli_register_kind(checked));
    assay_pcr_set_write(words, pcrs);
    assay_put_string(words, " (");
    for (size_t i = 0; i < checked->explained_count; i++)
        if (same(&checked->explained[i].explanation, &first->explanation))
            cli_write_bank(words, &last, checked->explained[i].status->alg);
    assay_put_char(words, ')');
    cli_tone_begin(call, CLI_STRONG);
    cli_sentence_put(call, &s, 0, 2);
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
    cli_sentence s;

    assay_put_char(call->out, '\n');
    put_heading(call, checked, first);
    if (first->status->state == ASSAY_PCR_MISMATCH) {
        assay_put_string(call->out, "  holds  ");
        cli_put_value(call->out, status->expected, 9);
        assay_put_string(call->out, "  log    ");
        cli_put_value(call->out, status->replayed, 9);
    }
    assay_put_format(cli_sentence_begin(&s), "%s%s%s", explanation->text,
                     explanation->proven ? " (proven: the value follows from it)." : ".",
                     explanation->cut ? " Not every edit was tried: the log is too long." : "");
    cli_sentence_put(call, &s, 2, 2);
    assay_put_format(cli_sentence_begin(&s), "Next: %s", explanation->action);
    cli_sentence_put(call, &s, 2, 8);
}

/* Whether an earlier entry has the same words. */
static bool told(const cli_checked *checked, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (same(&checked->explained[i].explanation, &checked->explained[index].explanation))
            return true;
    return false;
}

void cli_check_put_explanations(const cli_call *call, const cli_checked *checked)
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
    cli_sentence s;

    for (size_t i = 0; i < comparison->count; i++) {
        const assay_pcr_status *const status = &comparison->list[i];

        if (status->why != first->why || is_explained(checked, status))
            continue;
        pcrs |= (assay_pcr_set)1 << status->pcr;
        cli_write_bank(&banks, &last, status->alg);
    }
    names[assay_written(&banks).size] = '\0';
    assay_writer *const words = cli_sentence_begin(&s);
    assay_put_format(words, "%s ", cli_register_kind(checked));
    assay_pcr_set_write(words, pcrs);
    if (first->state != ASSAY_PCR_NOT_IN_LOG) /* the reason is one of the bank */
        assay_put_format(words, " (%s)", names);
    assay_put_format(words, " not compared: %s.", first->why);
    cli_sentence_put(call, &s, 0, 2);
}

void cli_check_put_silences(const cli_call *call, const cli_checked *checked)
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
