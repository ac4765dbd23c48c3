/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The quotes in Windows' trailer: a key of the machine's TPM signed PCR values when the log
 * was taken, and their digest must be that of the values the log folds to. Nothing covers the
 * trailer itself, and whose key it is the log can't prove.
 */
#include "base/utf16.h"
#include "eventlog/payload/sipavalue.h"
#include "replay/facts_internal.h"

enum { PCR_SETTINGS = 12 };

/* The hash of a signing scheme, which the size of its digest tells. */
static uint16_t scheme_hash(size_t size)
{
    static const uint16_t algs[] = { ASSAY_ALG_SHA1, ASSAY_ALG_SHA256, ASSAY_ALG_SHA384,
                                     ASSAY_ALG_SHA512 };

    for (size_t i = 0; i < sizeof algs / sizeof *algs; i++)
        if (assay_alg_find(algs[i])->size == size)
            return algs[i];
    return ASSAY_ALG_NULL;
}

static void keep_quote(fact_quotes *quotes, const assay_event *event, const assay_sipa_quote *quote)
{
    fact_quote *const kept = &quotes->list[quotes->count];

    if (quotes->count == FACT_QUOTES || quote->pcr_digest.size > sizeof kept->digest)
        return;
    quotes->count++;
    kept->event = event->number;
    kept->alg = quote->alg;
    kept->pcrs = quote->pcrs;
    kept->digest_size = quote->pcr_digest.size;
    if (kept->digest_size > 0)
        memcpy(kept->digest, quote->pcr_digest.data, kept->digest_size);
    memcpy(kept->key, quotes->key, sizeof kept->key);
}

void facts_quote_event(assay_facts *facts, const assay_event *event, const assay_payload *payload)
{
    fact_quotes *const quotes = &facts->quotes;
    assay_sipa_record record;
    assay_sipa_quote quote;

    if (payload->kind != ASSAY_PAYLOAD_SIPA || facts->semantics->measurement_registers)
        return;
    assay_sipa_walk walk = assay_sipa_walk_of(&payload->sipa);
    while (assay_sipa_walk_next(&walk, &record)) {
        if (record.type == SIPAEVENT_AIKID) {
            assay_writer writer = assay_writer_lent(quotes->key, sizeof quotes->key - 1);
            assay_put_utf16(&writer, assay_utf16_until_nul(record.data));
            quotes->key[writer.used] = '\0';
        }
        if (record.type == SIPAEVENT_QUOTE && assay_sipa_quote_read(record.data, &quote))
            keep_quote(quotes, event, &quote);
    }
}

/* Whether the log's own values have the quoted digest; `ret_reason` says why it can't be said. */
static bool is_met(const assay_facts *facts, const fact_quote *quote, const assay_replay *replay,
                   const char **ret_reason)
{
    assay_bytes values[ASSAY_PCRS];
    uint8_t digest[ASSAY_DIGEST_MAX];
    assay_hash *hash;
    size_t count = 0;

    *ret_reason = "the quote is of PCR values that the log can't be folded to";
    for (unsigned pcr = 0; pcr < 32; pcr++) {
        if ((quote->pcrs >> pcr & 1) == 0)
            continue;
        if (pcr >= ASSAY_PCRS)
            return false;
        values[count] = assay_pcrs_value(&replay->pcrs, quote->alg, pcr);
        if (values[count++].data == NULL)
            return false;
    }
    if (assay_hashes_get(facts->semantics->hashes, scheme_hash(quote->digest_size), &hash) < 0 ||
        assay_hash_parts(hash, values, count, digest) < 0)
        return false;
    *ret_reason = "the quote is of other PCR values than the log folds to";
    return memcmp(digest, quote->digest, quote->digest_size) == 0;
}

static void state_quote(assay_facts *facts, const fact_quote *quote, const assay_replay *replay)
{
    fact_basis basis = fact_basis_of_pcr(facts, PCR_SETTINGS);
    const char *reason;

    basis.event = quote->event;
    basis.doubt = "the quote's signature is not checked, and its key may be anybody's";
    if (!is_met(facts, quote, replay, &reason)) {
        fact_unknown(facts, FACT_WINDOWS_QUOTE, basis, reason);
        return;
    }
    assay_writer writer = fact_begin(facts, FACT_WINDOWS_QUOTE, basis);
    assay_put_string(&writer, "a key named \"");
    assay_put_string(&writer, quote->key);
    assay_put_string(&writer, "\" signed PCR ");
    assay_pcr_set_write(&writer, quote->pcrs);
    assay_put_format(&writer, " (%s) as this log has them", assay_alg_find(quote->alg)->name);
    fact_end(facts, &writer);
}

void facts_quote_finish(assay_facts *facts, const assay_replay *replay)
{
    for (size_t i = 0; i < facts->quotes.count; i++)
        state_quote(facts, &facts->quotes.list[i], replay);
}
