/* SPDX-License-Identifier: BSD-2-Clause */
/* assay lcp show: what a policy, a policy data file, a list or an element says. */
#include "cli/complain.h"
#include "cli/document.h"
#include "cli/input.h"
#include "cli/style.h"
#include "cli/verbs.h"
#include "policy/lcp/emit.h"
#include "policy/lcp/recognise.h"
#include "policy/lcp/show.h"

enum { FILES_MAX = 2, CEILING = 64 * 1024 * 1024, TEXT_MAX = 16 * CEILING };

typedef struct lcp_show_options {
    cli_common common;
} lcp_show_options;

typedef struct work {
    const cli_call *call;
    size_t count;
    cli_input inputs[FILES_MAX];
    bool has[ASSAY_LCP_INPUT_ELEMENT + 1]; /* which kinds of files were read */
    assay_lcp_policy policy;
    assay_lcp_data data;
    assay_lcp_list list;
    assay_lcp_element element;
    assay_hashes *hashes;
    bool hash_known, hash_matches; /* PolicyHash, of policy and data together */
    int status;
} work;

static int trouble(work *w, const char *name, const assay_error *error)
{
    w->status = CLI_TROUBLE;
    if (error->kind == ASSAY_UNKNOWN_FORMAT)
        return cli_complain_hint(w->call->verb, name, error,
                                 "'assay show' is for logs, 'assay vlp show' for tboot's policies");
    return cli_complain(w->call->verb, name, error);
}

static int fail(work *w, const char *name, enum assay_kind kind, const char *what)
{
    assay_error error;

    assay_fail(&error, kind, ASSAY_NOWHERE, "%s", what);
    return trouble(w, name, &error);
}

/* Bytes behind a list or an element in a file of its own. */
static int check_rest(const assay_cursor *cursor, assay_error *error)
{
    if (assay_left(cursor) == 0)
        return 0;
    return assay_fail(error, ASSAY_MALFORMED, (assay_place){ cursor->offset, ASSAY_NO_EVENT, NULL },
                      "%zu bytes follow that belong to nothing", assay_left(cursor));
}

static int read_list(work *w, assay_bytes bytes, assay_error *error)
{
    assay_cursor cursor = assay_cursor_of(bytes);
    const int status = assay_lcp_list_read(&cursor, 0, &w->list, error);

    return status < 0 ? status : check_rest(&cursor, error);
}

/* 1 where there is nothing to show of it, else as the others. */
static int read_element(work *w, assay_bytes bytes, assay_error *error)
{
    assay_cursor cursor = assay_cursor_of(bytes);
    const int status = assay_lcp_element_next(&cursor, 0, &w->element, error);

    if (status == 0)
        return assay_fail(error, ASSAY_TRUNCATED, ASSAY_NOWHERE, "the file is empty");
    return status < 0 ? status : check_rest(&cursor, error);
}

static int read_as(work *w, enum assay_lcp_input kind, assay_bytes bytes, assay_error *error)
{
    int status;

    switch (kind) {
    case ASSAY_LCP_INPUT_POLICY:
        status = assay_lcp_policy_read(&w->policy, bytes, error);
        w->has[kind] = status == 0;
        return status;
    case ASSAY_LCP_INPUT_DATA:
        w->has[kind] = true;
        return assay_lcp_data_read(&w->data, bytes, error);
    case ASSAY_LCP_INPUT_LIST:
        w->has[kind] = true;
        return read_list(w, bytes, error);
    case ASSAY_LCP_INPUT_ELEMENT:
        status = read_element(w, bytes, error);
        w->has[kind] = w->element.bytes.data != NULL;
        return status;
    default:
        return assay_fail(error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE,
                          "this is no policy, policy data file, list or element of TXT");
    }
}

/* Two files go together when one is a policy and the other its data. */
static bool fits(const work *w, enum assay_lcp_input kind)
{
    if (w->count == 1)
        return true;
    return (kind == ASSAY_LCP_INPUT_POLICY && w->has[ASSAY_LCP_INPUT_DATA]) ||
           (kind == ASSAY_LCP_INPUT_DATA && w->has[ASSAY_LCP_INPUT_POLICY]);
}

static void read_file(work *w, const char *path)
{
    cli_input *const input = &w->inputs[w->count];
    assay_error error;

    if (cli_input_open(input, path, &error) < 0) {
        trouble(w, path, &error);
        return;
    }
    w->count++;
    const enum assay_lcp_input kind = assay_lcp_recognise(input->file.bytes);
    if (kind != ASSAY_LCP_NO_INPUT && !fits(w, kind))
        fail(w, path, ASSAY_UNSUPPORTED, "of two files one is a policy, the other its data");
    else if (read_as(w, kind, input->file.bytes, &error) < 0)
        trouble(w, path, &error);
}

static void compare_hash(work *w)
{
    uint8_t digest[ASSAY_DIGEST_MAX];
    assay_hash *hash;

    if (!w->has[ASSAY_LCP_INPUT_POLICY] || !w->has[ASSAY_LCP_INPUT_DATA] ||
        w->status == CLI_TROUBLE)
        return;
    if (assay_hashes_get(w->hashes, w->policy.hash_alg, &hash) < 0 ||
        assay_lcp_data_hash(&w->data, hash, digest) < 0) {
        fail(w, NULL, ASSAY_UNSUPPORTED, "the policy's hash can't be computed here");
        return;
    }
    w->hash_known = true;
    w->hash_matches =
        assay_bytes_equal(assay_bytes_of(w->policy.policy_hash.value, w->policy.policy_hash.size),
                          assay_bytes_of(digest, assay_hash_size(hash)));
    if (!w->hash_matches)
        w->status = CLI_NO;
}

/* Text. */

static assay_hash *policy_hash(const work *w)
{
    assay_hash *hash = NULL;

    if (w->has[ASSAY_LCP_INPUT_POLICY])
        assay_hashes_get(w->hashes, w->policy.hash_alg, &hash);
    return hash;
}

static void put_data(const work *w)
{
    assay_writer *const out = w->call->out;

    assay_put_format(out, "Policy data: %zu list%s, %zu bytes\n", w->data.list_count,
                     w->data.list_count == 1 ? "" : "s", w->data.bytes.size);
    if (w->data.reserved != 0)
        assay_put_format(out, "  reserved bytes are not zero: 0x%x\n", w->data.reserved);
    if (w->data.after.size > 0)
        assay_put_format(out, "  %zu bytes follow the last list\n", w->data.after.size);
    if (w->hash_known && w->hash_matches)
        cli_put_toned(w->call, CLI_GOOD, "  PolicyHash is that of these lists\n");
    else if (w->hash_known)
        cli_put_toned(w->call, CLI_BAD,
                      "  PolicyHash is not that of these lists: SINIT would reset the platform\n");
    for (size_t i = 0; i < w->data.list_count; i++) {
        assay_put_char(out, '\n');
        assay_lcp_list_put(out, &w->data.lists[i], i, policy_hash(w));
    }
}

static void put_text(const work *w)
{
    assay_writer *const out = w->call->out;

    if (w->has[ASSAY_LCP_INPUT_POLICY]) {
        assay_put_format(out, "Policy for TPM %s\n", w->policy.version >> 8 == 2 ? "1.2" : "2.0");
        assay_lcp_policy_put(out, &w->policy);
    }
    if (w->has[ASSAY_LCP_INPUT_POLICY] && w->has[ASSAY_LCP_INPUT_DATA])
        assay_put_char(out, '\n');
    if (w->has[ASSAY_LCP_INPUT_DATA])
        put_data(w);
    if (w->has[ASSAY_LCP_INPUT_LIST])
        assay_lcp_list_put(out, &w->list, 0, NULL);
    if (w->has[ASSAY_LCP_INPUT_ELEMENT])
        assay_lcp_element_put(out, &w->element, 0, 0);
}

/* Masks and flags may have any number of words. */
static void put_folded(work *w)
{
    cli_call unfolded = *w->call;
    assay_writer text = assay_writer_growing(TEXT_MAX);
    work shown = *w;

    unfolded.out = &text;
    shown.call = &unfolded;
    put_text(&shown);
    cli_put_folded(w->call->out, assay_written(&text), w->call->width);
    if (text.failure != 0)
        fail(w, NULL, ASSAY_NO_MEMORY, "no memory");
    assay_writer_close(&text);
}

/* JSON and YAML. */

static int emit_inputs(const work *w, assay_output *out)
{
    int status = 0;

    assay_emit_array(out, "inputs");
    for (size_t i = 0; i < w->count && status == 0; i++)
        status = cli_emit_input(out, NULL, &w->inputs[i]);
    assay_emit_end(out);
    return status;
}

static int emit_parts(const work *w, assay_output *out, assay_hash *sha256)
{
    int status = 0;

    if (w->has[ASSAY_LCP_INPUT_POLICY])
        assay_lcp_policy_emit(out, "policy", &w->policy);
    if (w->has[ASSAY_LCP_INPUT_DATA])
        status = assay_lcp_data_emit(out, &w->data, sha256);
    if (w->has[ASSAY_LCP_INPUT_LIST] && w->status != CLI_TROUBLE)
        status = assay_lcp_list_emit(out, "list", &w->list, sha256);
    if (w->has[ASSAY_LCP_INPUT_ELEMENT])
        assay_lcp_element_emit(out, "element", &w->element);
    if (w->hash_known)
        assay_emit_bool(out, "policy_hash_matches", w->hash_matches);
    return status;
}

/* A list that is broken has no document: "lcp create" would make another one of it. */
static bool has_parts(const work *w)
{
    return w->has[ASSAY_LCP_INPUT_POLICY] || w->has[ASSAY_LCP_INPUT_DATA] ||
           (w->has[ASSAY_LCP_INPUT_LIST] && w->status != CLI_TROUBLE) ||
           w->has[ASSAY_LCP_INPUT_ELEMENT];
}

static void emit(work *w)
{
    assay_output out = cli_document_begin(w->call);
    assay_hash *sha256;
    int status = assay_hashes_get(w->hashes, ASSAY_ALG_SHA256, &sha256);

    out.indented = w->call->common->notation == CLI_JSON && !w->call->common->lines;
    if (status == 0)
        status = emit_inputs(w, &out);
    if (status == 0)
        status = emit_parts(w, &out, sha256);
    assay_emit_end(&out);
    if (status < 0)
        fail(w, NULL, (enum assay_kind)(-status), "a hash can't be computed");
}

static int run(const cli_call *call)
{
    work w = { .call = call, .hashes = assay_hashes_new() };

    if (w.hashes == NULL)
        return fail(&w, NULL, ASSAY_NO_MEMORY, "no memory");
    for (size_t i = 0; i < call->argument_count && w.status == CLI_YES; i++)
        read_file(&w, call->arguments[i]);
    compare_hash(&w);
    if (call->common->quiet)
        ; /* the status tells */
    else if (w.count == call->argument_count && call->common->notation == CLI_TEXT)
        put_folded(&w);
    else if (w.count == call->argument_count && has_parts(&w))
        emit(&w);
    for (size_t i = 0; i < w.count; i++)
        cli_input_close(&w.inputs[i]);
    assay_hashes_free(&w.hashes);
    return w.status;
}

const cli_verb cli_lcp_show = {
    .name = "lcp show",
    .summary = "show a policy, its data, a list or an element",
    .usage = "FILE [DATA]",
    .about = "Shows a policy, a policy data file, a list or an element, whichever FILE is; of a "
             "policy and its data together, in either order, also whether PolicyHash is that of "
             "the lists, and exits 1 where it is not. Signatures are for 'assay lcp verify'.\n"
             "--format json prints what 'assay lcp create --from' makes the same files of.",
    .options = NULL,
    .options_size = sizeof(lcp_show_options),
    .least = 1,
    .most = FILES_MAX,
    .run = run,
};
