/* SPDX-License-Identifier: BSD-2-Clause */
/* check --quote: whether the TPM signed for the values, or for what the logs fold to. */
#include "cli/check_said.h"

#include "cli/complain.h"
#include "cli/style.h"
#include "policy/key/quoted.h"

#include <ctype.h>

int cli_check_take_quote(const cli_call *call, const cli_quote_options *options,
                         cli_checked *checked)
{
    if (!cli_quote_is_asked(options))
        return CLI_YES;
    const int status = cli_quote_read(call, options, checked->fold->hashes, &checked->quote);
    if (status == CLI_TROUBLE)
        return status;
    checked->quoted = status == CLI_YES ? CLI_QUOTE_PARTLY : CLI_QUOTE_REFUSED;
    checked->quoted_fold = checked->given.bank_count == 0;
    checked->quoted_without_nonce = options->nonce == NULL;
    return CLI_YES;
}

void cli_check_hold_to_quote(const cli_call *call, cli_checked *checked)
{
    const assay_pcrs *const given = checked->quoted_fold ? NULL : &checked->given;
    assay_pcrs values;

    if (checked->quoted != CLI_QUOTE_PARTLY) /* there is none to be believed */
        return;
    const int covers = assay_quoted_values(&checked->quote, given, &checked->fold->replay,
                                           checked->fold->hashes, &values);
    if (covers < 0)
        return;
    checked->quoted = covers > 0 ? CLI_QUOTE_COVERS : CLI_QUOTE_OTHER;
    if (covers == 0 || !checked->quoted_fold)
        return;
    checked->given = values;
    checked->wanted = cli_wanted_values(call->common, &values);
}

bool cli_check_keep_quoted(cli_checked *checked)
{
    if (checked->quoted != CLI_QUOTE_COVERS || checked->values.mismatched > 0)
        return false;
    assay_quoted_keep(&checked->quote, &checked->wanted);
    return true;
}

enum assay_verdict cli_check_quote_judge(const cli_checked *checked, enum assay_verdict verdict)
{
    if (verdict == ASSAY_VERDICT_UNSOUND || verdict == ASSAY_VERDICT_MISMATCH)
        return verdict;
    switch (checked->quoted) {
    case CLI_QUOTE_OTHER: return ASSAY_VERDICT_MISMATCH;
    case CLI_QUOTE_PARTLY:
    case CLI_QUOTE_REFUSED: return ASSAY_VERDICT_UNKNOWN;
    case CLI_QUOTE_NONE:
    case CLI_QUOTE_COVERS: break;
    }
    return verdict;
}

/* "PCR 0-9, 12-14 (sha256), PCR 0 (sha1)". */
static void write_selection(assay_writer *words, const assay_quote *quote)
{
    for (size_t i = 0; i < quote->bank_count; i++) {
        const assay_alg *const alg = assay_alg_find(quote->banks[i].alg);

        assay_put_format(words, "%sPCR ", i == 0 ? "" : ", ");
        assay_pcr_set_write(words, quote->banks[i].pcrs);
        assay_put_format(words, " (%s)", alg != NULL ? alg->name : "a hash unknown here");
    }
}

/* Those that it is of and the logs don't mention: what they hold, something else extended. */
static assay_pcr_set silent_in(const cli_checked *checked)
{
    assay_pcr_set asked = 0, extended = 0;

    for (size_t i = 0; i < checked->quote.bank_count; i++)
        asked |= checked->quote.banks[i].pcrs;
    for (size_t i = 0; i < checked->fold->replay.bank_count; i++)
        extended |= checked->fold->replay.banks[i].extended;
    return asked & ~extended;
}

static void write_other(assay_writer *words, const cli_checked *checked)
{
    const assay_pcr_set silent = silent_in(checked);

    if (!checked->quoted_fold) {
        assay_put_string(words, "the TPM signed other PCR values than those given.");
        return;
    }
    assay_put_string(words, "the TPM signed other PCR values than what was measured here folds to. "
                            "In which PCR they differ, a signature doesn't tell: give the values, "
                            "too ('tpm2_pcrread > pcrs.txt' on the machine).");
    if (silent == 0)
        return;
    assay_put_string(words, " It signed for PCR ");
    assay_pcr_set_write(words, silent);
    assay_put_string(words, ", too, of which nothing is said here.");
}

static void write_outcome(assay_writer *words, const cli_checked *checked)
{
    switch (checked->quoted) {
    case CLI_QUOTE_COVERS:
        assay_put_string(words, "the TPM signed for ");
        write_selection(words, &checked->quote);
        assay_put_char(words, '.');
        if (checked->quoted_without_nonce)
            assay_put_string(words, " When, is not known without --nonce.");
        break;
    case CLI_QUOTE_OTHER: write_other(words, checked); break;
    case CLI_QUOTE_PARTLY:
        assay_put_string(words, "the TPM signed for ");
        write_selection(words, &checked->quote);
        assay_put_string(words, ", and not of all of them there is a value here.");
        break;
    case CLI_QUOTE_REFUSED:
        assay_put_string(words, "the quote is not to be believed, so nobody vouches for what the "
                                "PCRs hold.");
        break;
    case CLI_QUOTE_NONE: break;
    }
}

/* Whether the verdict follows from the quote alone, not from values that differ or from the log. */
static bool decides(const cli_checked *checked)
{
    if (checked->quoted == CLI_QUOTE_OTHER)
        return checked->verdict == ASSAY_VERDICT_MISMATCH && checked->values.mismatched == 0;
    return (checked->quoted == CLI_QUOTE_PARTLY || checked->quoted == CLI_QUOTE_REFUSED) &&
           checked->verdict == ASSAY_VERDICT_UNKNOWN;
}

bool cli_check_write_quote(assay_writer *words, const cli_checked *checked)
{
    if (decides(checked))
        write_outcome(words, checked);
    return decides(checked);
}

void cli_check_put_quote(const cli_call *call, const cli_checked *checked)
{
    cli_sentence s;

    if (checked->quoted == CLI_QUOTE_NONE || decides(checked))
        return;
    write_outcome(cli_sentence_begin(&s), checked);
    s.text[0] = (char)toupper((unsigned char)s.text[0]);
    cli_sentence_put(call, &s, 0, 2);
}

static const char *const names[] = {
    [CLI_QUOTE_COVERS] = "covers",
    [CLI_QUOTE_OTHER] = "other values",
    [CLI_QUOTE_PARTLY] = "values missing",
    [CLI_QUOTE_REFUSED] = "refused",
};

/* A quote may select PCRs of one bank twice over. */
static bool is_first_of_bank(const assay_quote *quote, size_t i)
{
    size_t first = 0;

    while (quote->banks[first].alg != quote->banks[i].alg)
        first++;
    return first == i;
}

static void emit_selection(assay_output *out, const assay_quote *quote)
{
    assay_emit_object(out, "pcrs");
    for (size_t i = 0; i < quote->bank_count; i++) {
        const assay_alg *const alg = assay_alg_find(quote->banks[i].alg);

        if (alg == NULL || !is_first_of_bank(quote, i))
            continue;
        assay_emit_array(out, alg->name);
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
            if (assay_quote_has(quote, alg->id, pcr))
                assay_emit_u64(out, NULL, pcr);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

void cli_check_emit_quote(assay_output *out, const cli_checked *checked)
{
    const assay_quote *const quote = &checked->quote;

    if (checked->quoted == CLI_QUOTE_NONE)
        return;
    assay_emit_object(out, "quote");
    assay_emit_string(out, "outcome", names[checked->quoted]);
    if (checked->quoted != CLI_QUOTE_REFUSED) {
        emit_selection(out, quote);
        assay_emit_hex(out, "nonce", assay_bytes_of(quote->nonce, quote->nonce_size));
        assay_emit_u64(out, "clock", quote->clock);
        assay_emit_u64(out, "reset_count", quote->reset_count);
        assay_emit_u64(out, "restart_count", quote->restart_count);
    }
    assay_emit_end(out);
}
