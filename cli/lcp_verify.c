/* SPDX-License-Identifier: BSD-2-Clause */
/* assay lcp verify: everything that is wrong with policies, policy data, lists and elements. */
#include "cli/lcp_verify.h"

#include "cli/complain.h"
#include "cli/verbs.h"
#include "policy/lcp/json.h"

#include <stdlib.h>

static const char *const roles[] = { "po", "ps", NULL };

static int complain(const cli_verified *w, const char *name, enum assay_kind kind, const char *what)
{
    assay_error error;

    assay_fail(&error, kind, ASSAY_NOWHERE, "%s", what);
    return cli_complain(w->call->verb, name, &error);
}

static int open_inputs(cli_verified *w)
{
    assay_error error;

    for (; w->input_count < w->call->argument_count; w->input_count++) {
        cli_input *const input = &w->inputs[w->input_count];
        const char *const name = w->call->arguments[w->input_count];

        if (cli_input_open(input, name, &error) < 0)
            return cli_complain(w->call->verb, name, &error);
        w->kinds[w->input_count] = assay_lcp_recognise(input->file.bytes);
        if (input->file.bytes.size == 0) {
            w->input_count++;
            return complain(w, name, ASSAY_TRUNCATED, "the file is empty");
        }
    }
    return CLI_YES;
}

/* Of a policy and its data one may be so damaged that it looks like something else; a file alone
   is meant to be what the reviewed one is. */
static void correct_kinds(cli_verified *w)
{
    const enum assay_lcp_input expected =
        w->has_expected ? assay_lcp_recognise(w->expected.file.bytes) : ASSAY_LCP_NO_INPUT;

    if (w->input_count == 1 && expected != ASSAY_LCP_NO_INPUT)
        w->kinds[0] = expected;
    if (w->input_count == 2)
        assay_lcp_recognise_pair(w->inputs[0].file.bytes, &w->kinds[0], w->inputs[1].file.bytes,
                                 &w->kinds[1]);
}

/* A policy and the data beside it are one subject. */
static void find_subjects(cli_verified *w)
{
    for (size_t i = 0; i < w->input_count;) {
        cli_verified_subject *const s = &w->subjects[w->subject_count++];
        const bool more = i + 1 < w->input_count;
        const bool policy_first = more && w->kinds[i] == ASSAY_LCP_INPUT_POLICY &&
                                  w->kinds[i + 1] == ASSAY_LCP_INPUT_DATA;
        const bool data_first = more && w->kinds[i] == ASSAY_LCP_INPUT_DATA &&
                                w->kinds[i + 1] == ASSAY_LCP_INPUT_POLICY;

        s->policy = data_first ? i + 1 : i;
        s->body = policy_first ? i + 1 : i;
        if (!policy_first && !data_first) {
            s->policy = w->kinds[i] == ASSAY_LCP_INPUT_POLICY ? i : CLI_LCP_NONE;
            s->body = w->kinds[i] == ASSAY_LCP_INPUT_POLICY ? CLI_LCP_NONE : i;
        }
        i += policy_first || data_first ? 2 : 1;
    }
}

static assay_bytes bytes_of(const cli_verified *w, size_t input)
{
    return input == CLI_LCP_NONE ? ASSAY_NO_BYTES : w->inputs[input].file.bytes;
}

static bool is_document(assay_bytes bytes)
{
    size_t i = 0;

    while (i < bytes.size && (bytes.data[i] == ' ' || bytes.data[i] == '\t' ||
                              bytes.data[i] == '\r' || bytes.data[i] == '\n'))
        i++;
    return i < bytes.size && bytes.data[i] == '{';
}

/* 1 if there was a file of that kind to compare with, 0 if not, or a negative kind. */
static int expect_part(cli_verified *w, cli_verified_subject *s, enum assay_lcp_input kind,
                       assay_bytes expected, assay_error *error)
{
    const size_t input = kind == ASSAY_LCP_INPUT_POLICY ? s->policy : s->body;

    if (expected.size == 0 || input == CLI_LCP_NONE || w->kinds[input] != kind)
        return 0;
    const int status =
        assay_lcp_verify_expect(kind, expected, bytes_of(w, input), s->findings, error);
    return status < 0 ? status : 1;
}

/* A reviewed document: the files that `lcp create --from` makes of it. */
static int expect_made(cli_verified *w, cli_verified_subject *s, const assay_lcp_made *made,
                       assay_error *error)
{
    const struct {
        enum assay_lcp_input kind;
        const assay_writer *writer;
    } parts[] = { { ASSAY_LCP_INPUT_POLICY, &made->policy },
                  { ASSAY_LCP_INPUT_DATA, &made->data },
                  { ASSAY_LCP_INPUT_LIST, &made->list },
                  { ASSAY_LCP_INPUT_ELEMENT, &made->element } };
    int count = 0;

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const int status = expect_part(w, s, parts[i].kind, assay_written(parts[i].writer), error);
        if (status < 0)
            return status;
        count += status;
    }
    return count;
}

static int expect_document(cli_verified *w, cli_verified_subject *s, assay_error *error)
{
    const assay_lcp_sources sources = { 0 };
    assay_hashes *hashes = assay_hashes_new();
    assay_lcp_made made;

    if (hashes == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory");
    int status = assay_lcp_json_read(&made, w->expected.file.bytes, &sources,
                                     ASSAY_LCP_STALE_REFUSE, hashes, error);
    if (status == 0) {
        status = expect_made(w, s, &made, error);
        assay_lcp_made_close(&made);
    }
    assay_hashes_free(&hashes);
    return status;
}

static int no_counterpart(const cli_verified *w)
{
    assay_error error;

    assay_fail(&error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE,
               "none of the files is of this file's kind");
    return cli_complain_hint(w->call->verb, w->expected.name, &error,
                             "a policy is compared with a policy, a list with a list");
}

static int expect(cli_verified *w, cli_verified_subject *s)
{
    const assay_bytes bytes = w->expected.file.bytes;
    assay_error error;
    const int status = is_document(bytes)
                           ? expect_document(w, s, &error)
                           : expect_part(w, s, assay_lcp_recognise(bytes), bytes, &error);

    if (status < 0)
        return cli_complain(w->call->verb, w->expected.name, &error);
    return status > 0 ? CLI_YES : no_counterpart(w);
}

static int verify(cli_verified *w, cli_verified_subject *s)
{
    const assay_lcp_subject subject = {
        .policy = bytes_of(w, s->policy),
        .body = bytes_of(w, s->body),
        .body_kind = s->body == CLI_LCP_NONE ? ASSAY_LCP_NO_INPUT : w->kinds[s->body],
        .index =
            w->options->role_given ? (enum assay_lcp_index)w->options->role : ASSAY_LCP_INDICES,
    };
    assay_error error;

    s->findings = malloc(sizeof *s->findings);
    if (s->findings == NULL)
        return cli_complain_memory(w->call->verb);
    if (assay_lcp_verify(&subject, s->findings, &error) < 0)
        return cli_complain(w->call->verb, NULL, &error);
    if (w->options->expect != NULL && expect(w, s) != CLI_YES)
        return CLI_TROUBLE;
    w->sound = w->sound &&
               assay_lcp_findings_count(s->findings, w->options->strict ? ASSAY_LCP_NOTE
                                                                        : ASSAY_LCP_WARNING) == 0;
    return CLI_YES;
}

static int open_expected(cli_verified *w)
{
    assay_error error;

    if (w->options->expect == NULL)
        return CLI_YES;
    if (cli_input_open(&w->expected, w->options->expect, &error) < 0)
        return cli_complain(w->call->verb, w->options->expect, &error);
    w->has_expected = true;
    return CLI_YES;
}

static int verify_all(cli_verified *w)
{
    w->sound = true;
    for (size_t i = 0; i < w->subject_count; i++)
        if (verify(w, &w->subjects[i]) != CLI_YES)
            return CLI_TROUBLE;
    return CLI_YES;
}

static int run(const cli_call *call)
{
    cli_verified *const w = calloc(1, sizeof *w);

    if (w == NULL)
        return cli_complain_memory(call->verb);
    w->call = call;
    w->options = call->options;
    int status = open_inputs(w);
    if (status == CLI_YES)
        status = open_expected(w);
    if (status == CLI_YES) {
        correct_kinds(w);
        find_subjects(w);
        status = verify_all(w);
    }
    if (status == CLI_YES)
        status = cli_verified_put(w);
    if (status == CLI_YES && !w->sound)
        status = CLI_NO;
    for (size_t i = 0; i < w->subject_count; i++)
        free(w->subjects[i].findings);
    for (size_t i = 0; i < w->input_count; i++)
        cli_input_close(&w->inputs[i]);
    if (w->has_expected)
        cli_input_close(&w->expected);
    free(w);
    return status;
}

static const char *take_role(const cli_option *option, const char *value, void *field)
{
    cli_lcp_verify_options *const chosen = field;

    chosen->role_given = true;
    return cli_take_word(option, value, &chosen->role);
}

static const cli_option options[] = {
    { 0, "as", "INDEX", "whose policy it is, of the owner or the supplier", take_role, 0, roles },
    { 0, "expect", "FILE",
      "the reviewed file, or JSON as lcp show prints it: every field must be as there",
      cli_take_text, offsetof(cli_lcp_verify_options, expect), NULL },
    { 0, "strict", NULL, "notes count, too", cli_take_flag,
      offsetof(cli_lcp_verify_options, strict), NULL },
    { .name = NULL },
};

const cli_verb cli_lcp_verify = {
    .name = "lcp verify",
    .summary = "say everything that is wrong with a policy, its data, a list or an element",
    .usage = "FILE...",
    .about =
        "Holds policies, policy data files, lists and elements to the rules of the specification: "
        "sizes, reserved fields, masks, PolicyHash, every signature, revocation counters, and what "
        "is legal and hardly meant. A policy and a policy data file beside each other belong "
        "together.\n"
        "A policy is protected by the TPM it lies in, not by itself: which SINIT is the oldest, "
        "what a mask permits and the bits of PolicyControl are not determined by the policy data. "
        "--expect compares them with a reviewed file.\n"
        "Exit status is 0 if all is sound, 1 if there is an error or a warning (with --strict a "
        "note), 2 if a file can't be opened or is empty.",
    .options = options,
    .options_size = sizeof(cli_lcp_verify_options),
    .least = 1,
    .most = CLI_LCP_FILES_MAX,
    .run = run,
};
