/* SPDX-License-Identifier: BSD-2-Clause */
/* The list as it becomes: with an empty place for its signature, and then with the signature. */
#include "cli/complain.h"
#include "cli/lcp_signing.h"

/* What was written is read again: what counts is what a reader sees. */
static int read_becoming(cli_lcp_subject *subject)
{
    assay_cursor cursor = assay_cursor_of(assay_written(&subject->changed));
    assay_error error;

    if (assay_lcp_list_read(&cursor, 0, &subject->becoming, &error) == 0)
        return CLI_YES;
    return cli_complain(subject->call->verb, subject->input.name, &error);
}

static int refuse_signed(const cli_lcp_subject *subject)
{
    if (!subject->list.is_signed || subject->list.signature.empty || subject->options->replace)
        return CLI_YES;
    return cli_lcp_refuse_for(subject, "the list is signed already",
                              "--replace puts a new signature in the place of the old one");
}

/* SINIT wants each signed list of a policy to have a key of its own (TXT SDG 3.3). */
static int refuse_key_of_another(const cli_lcp_subject *subject)
{
    const assay_bytes key = subject->becoming.signature.key;

    for (size_t i = 0; i < subject->data.list_count; i++)
        if (i != subject->number && subject->data.lists[i].is_signed &&
            assay_bytes_equal(subject->data.lists[i].signature.key, key) &&
            !subject->options->force) {
            assay_error error;

            assay_fail(&error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                       "list %zu of the file is signed with this key already, and SINIT wants "
                       "another for each list",
                       i);
            return cli_lcp_refuse(subject, &error, "sign with another key; --force signs with it");
        }
    return CLI_YES;
}

int cli_lcp_prepare(cli_lcp_subject *subject, const assay_key_public *key)
{
    const cli_lcp_options *const options = subject->options;
    assay_error error;
    int status = refuse_signed(subject);

    if (status != CLI_YES)
        return status;
    subject->signing = (assay_lcp_signing){
        .scheme = options->scheme,
        .hash_alg = options->hash,
        .revocation_counter =
            options->rev.given ? (uint16_t)options->rev.value : subject->list.revocation_counter,
        .force = options->force,
    };
    if (assay_lcp_signing_choose(&subject->signing, subject->list.version, key, &error) < 0)
        return cli_lcp_refuse(subject, &error, "assay-lcp(1) says which keys which lists take");
    if (assay_lcp_signing_prepare(&subject->changed, &subject->list, key, &subject->signing,
                                  &error) < 0)
        return cli_complain(subject->call->verb, subject->input.name, &error);
    status = read_becoming(subject);
    return status == CLI_YES ? refuse_key_of_another(subject) : status;
}

int cli_lcp_place(cli_lcp_subject *subject, assay_bytes signature)
{
    const assay_bytes place = subject->becoming.signature.value;
    assay_error error = { 0 };

    /* The writer's own bytes: the place lies in what was read from there. */
    memcpy(subject->changed.data + (place.data - subject->changed.data), signature.data,
           place.size);
    const int status = read_becoming(subject);
    if (status != CLI_YES)
        return status;
    if (assay_lcp_signature_check(&subject->becoming, subject->hashes, &subject->verdict, &error) <
        0)
        return cli_complain(subject->call->verb, subject->input.name, &error);
    return subject->verdict.trust == ASSAY_LCP_GOOD ? CLI_YES : CLI_NO;
}
