/* SPDX-License-Identifier: BSD-2-Clause */
/* assay lcp create: a policy and its data, a list or an element, from options or from JSON. */
#include "cli/lcp_create.h"

#include "base/file.h"
#include "cli/complain.h"
#include "cli/save.h"
#include "cli/verbs.h"
#include "policy/lcp/recognise.h"
#include "policy/lcp/signature.h"
#include "policy/lcp/words.h"

#include <stdlib.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 4096 };

/* What was made: the file of -o, and the policy data file. */
typedef struct outcome {
    assay_writer main, data;
    assay_lcp_policy policy;
    bool has_policy;
    uint32_t chosen, stale_lists;
} outcome;

static const cli_lcp_create_options *options_of(const cli_call *call)
{
    return call->options;
}

static int complain(const cli_lcp_work *work, const char *file)
{
    if (work->failed != NULL)
        return cli_complain(work->call->verb, work->failed, &work->error);
    return cli_complain_hint(work->call->verb, file, &work->error,
                             file == NULL ? "'assay lcp create --help' says what it takes"
                                          : "assay-lcp(1) says what a document may have");
}

static assay_writer begin_saying(const cli_call *call)
{
    assay_writer err = assay_writer_draining(STDERR_FILENO);

    assay_put_format(&err, "assay %s: ", call->verb->name);
    return err;
}

static void put_mask(assay_writer *err, const char *name, const assay_lcp_word *words,
                     uint32_t mask)
{
    assay_put_format(err, "\n  %s: ", name);
    assay_lcp_put_words(err, words, mask);
}

void cli_lcp_say_chosen(const cli_call *call, const assay_lcp_policy *policy, uint32_t chosen)
{
    const uint32_t masks =
        ASSAY_LCP_CHOICE_HASH_MASK | ASSAY_LCP_CHOICE_SIGN_MASK | ASSAY_LCP_CHOICE_AUX_MASK;

    if (call->common->quiet || policy->version >> 8 != 3 || (chosen & masks) == 0)
        return;
    assay_writer err = begin_saying(call);
    assay_put_string(&err, "chosen, because nobody said otherwise:");
    if ((chosen & ASSAY_LCP_CHOICE_HASH_MASK) != 0)
        put_mask(&err, "LcpHashAlgMask (--hash-mask)", assay_lcp_hash_mask_words,
                 policy->lcp_hash_alg_mask);
    if ((chosen & ASSAY_LCP_CHOICE_SIGN_MASK) != 0)
        put_mask(&err, "LcpSignAlgMask (--sign-mask)", assay_lcp_sign_mask_words,
                 policy->lcp_sign_alg_mask);
    if ((chosen & ASSAY_LCP_CHOICE_AUX_MASK) != 0)
        put_mask(&err, "AuxHashAlgMask (--aux-mask)", assay_lcp_hash_mask_words,
                 policy->aux_hash_alg_mask);
    assay_put_char(&err, '\n');
    assay_writer_close(&err);
}

static void say_stale(const cli_call *call, uint32_t lists)
{
    const bool dropped = options_of(call)->stale == ASSAY_LCP_STALE_DROP;

    for (unsigned i = 0; i < 32; i++) {
        if ((lists >> i & 1) == 0)
            continue;
        assay_writer err = begin_saying(call);
        assay_put_format(&err, "warning: list %u has changed since it was signed; %s\n", i,
                         dropped ? "it is not signed any more"
                                 : "zeros wait for its new signature ('assay lcp sign')");
        assay_writer_close(&err);
    }
}

/* --from */

static int make_from(cli_lcp_work *work, outcome *made)
{
    const cli_lcp_create_options *const options = work->options;
    assay_writer text = assay_writer_growing(ASSAY_LCP_JSON_MAX);
    assay_lcp_sources sources;
    assay_lcp_made from;
    int status = cli_lcp_read_file(work, options->from, &text);

    if (status == 0) {
        free(work->failed);
        work->failed = NULL;
        work->folder_of = strdup(options->from);
        cli_lcp_sources(work, &sources);
        status =
            assay_lcp_json_read(&from, assay_written(&text), &sources,
                                (enum assay_lcp_stale)options->stale, work->hashes, &work->error);
    }
    assay_writer_close(&text);
    if (status < 0)
        return status;
    made->has_policy = from.policy.used > 0;
    made->policy = from.said;
    made->chosen = from.chosen;
    made->stale_lists = from.stale_lists;
    assay_put(&made->data, assay_written(&from.data));
    assay_put(&made->main, assay_written(made->has_policy     ? &from.policy
                                         : from.list.used > 0 ? &from.list
                                                              : &from.element));
    assay_lcp_made_close(&from);
    return 0;
}

/* From options and files. */

/* A file that must be one list, or elements and nothing else. */
static int append_file(cli_lcp_work *work, const char *path, enum assay_lcp_input wanted,
                       assay_writer *out)
{
    const size_t before = out->used;
    const int status = cli_lcp_read_file(work, path, out);

    if (status < 0)
        return status;
    const assay_bytes bytes = assay_bytes_of(out->data + before, out->used - before);
    const enum assay_lcp_input kind =
        bytes.size == 0 ? ASSAY_LCP_NO_INPUT : assay_lcp_recognise(bytes);
    if (kind != wanted)
        return cli_lcp_fail(work, "this is no %s", assay_lcp_input_name(wanted));
    assay_cursor cursor = assay_cursor_of(bytes);
    assay_lcp_element element;
    assay_lcp_list list;
    const int read = wanted == ASSAY_LCP_INPUT_LIST
                         ? assay_lcp_list_read(&cursor, 0, &list, &work->error)
                         : assay_lcp_element_next(&cursor, 0, &element, &work->error);
    free(work->failed);
    work->failed = NULL;
    if (read >= 0 && assay_left(&cursor) > 0)
        return cli_lcp_fail(work, "a file of one %s has more in it", assay_lcp_input_name(wanted));
    return read < 0 ? read : 0;
}

static int append_arguments(cli_lcp_work *work, enum assay_lcp_input wanted, assay_writer *out)
{
    int status = 0;

    for (size_t i = 0; i < work->call->argument_count && status == 0; i++)
        status = append_file(work, work->call->arguments[i], wanted, out);
    return status;
}

static int make_list(cli_lcp_work *work, outcome *made)
{
    assay_writer elements = assay_writer_growing(ASSAY_LCP_FILE_MAX);
    int status = append_arguments(work, ASSAY_LCP_INPUT_ELEMENT, &elements);

    if (status == 0)
        status = cli_lcp_make_elements(work, &elements);
    if (status == 0)
        cli_lcp_put_list(work, assay_written(&elements), &made->main);
    assay_writer_close(&elements);
    return status;
}

/* The lists of the arguments, and behind them the one of the options. */
static int make_data(cli_lcp_work *work, outcome *made, assay_lcp_data *ret_data, bool *ret_any)
{
    assay_writer elements = assay_writer_growing(ASSAY_LCP_FILE_MAX);
    int status = cli_lcp_make_elements(work, &elements);
    const size_t own = status == 0 && elements.used > 0;
    const size_t count = work->call->argument_count + own;

    *ret_any = count > 0;
    if (status == 0 && count > ASSAY_LCP_LISTS_MAX)
        status = cli_lcp_fail(work, "%zu lists; there may be 8", count);
    if (status == 0 && count > 0) {
        assay_lcp_data_encode(&made->data, &(assay_lcp_data){ 0 });
        if (made->data.failure == 0)
            made->data.data[made->data.used - 1] = (uint8_t)count; /* NumLists */
        status = append_arguments(work, ASSAY_LCP_INPUT_LIST, &made->data);
    }
    if (status == 0 && own)
        cli_lcp_put_list(work, assay_written(&elements), &made->data);
    assay_writer_close(&elements);
    return status == 0 && count > 0
               ? assay_lcp_data_read(ret_data, assay_written(&made->data), &work->error)
               : status;
}

static uint32_t choices_of(const cli_lcp_create_options *options)
{
    return (options->version.given ? 0 : ASSAY_LCP_CHOICE_VERSION) |
           (options->alg.given ? 0 : ASSAY_LCP_CHOICE_HASH_ALG) |
           (options->type.given ? 0 : ASSAY_LCP_CHOICE_TYPE) |
           (options->max_sinit.given ? 0 : ASSAY_LCP_CHOICE_MAX_SINIT) |
           (options->hash_mask.given ? 0 : ASSAY_LCP_CHOICE_HASH_MASK) |
           (options->sign_mask.given ? 0 : ASSAY_LCP_CHOICE_SIGN_MASK) |
           (options->aux_mask.given ? 0 : ASSAY_LCP_CHOICE_AUX_MASK) | ASSAY_LCP_CHOICE_HASH;
}

static assay_lcp_policy policy_of(const cli_lcp_create_options *options)
{
    assay_lcp_policy policy = {
        .version = (uint16_t)options->version.value,
        .hash_alg = (uint16_t)options->alg.value,
        .policy_type = (uint8_t)options->type.value,
        .sinit_min_version = (uint8_t)options->min_version.value,
        .policy_control = options->control.value,
        .max_sinit_min_ver = (uint8_t)options->max_sinit.value,
        .max_biosac_min_ver = (uint8_t)options->max_biosac.value,
        .lcp_hash_alg_mask = (uint16_t)options->hash_mask.value,
        .lcp_sign_alg_mask = options->sign_mask.value,
        .aux_hash_alg_mask = (uint16_t)options->aux_mask.value,
    };

    memcpy(policy.data_revocation_counters, options->revocation.list,
           sizeof policy.data_revocation_counters);
    return policy;
}

static int check_masks(cli_lcp_work *work, const assay_lcp_policy *policy)
{
    const cli_lcp_create_options *const options = work->options;

    if (policy->version == 0x0302 && policy->aux_hash_alg_mask != 0 && !options->force)
        return cli_lcp_fail(work, "AuxHashAlgMask is reserved in policies 3.2");
    if (policy->version >> 8 == 3)
        return 0;
    if (options->hash_mask.given || options->sign_mask.given || options->aux_mask.given)
        return cli_lcp_fail(work, "a policy 2.x has no masks of algorithms");
    return 0;
}

static int make_policy(cli_lcp_work *work, outcome *made)
{
    assay_lcp_data data;
    bool any = false;
    int status = make_data(work, made, &data, &any);

    if (status < 0)
        return status;
    made->has_policy = true;
    made->chosen = choices_of(work->options);
    made->policy = policy_of(work->options);
    if (made->policy.policy_type == ASSAY_LCP_TYPE_ANY && any && work->options->type.given)
        return cli_lcp_fail(work, "a policy of type ANY has no lists");
    if (!any && work->options->type.given && made->policy.policy_type == ASSAY_LCP_TYPE_LIST)
        return cli_lcp_fail(work, "a policy of type LIST wants lists, or options that make one");
    if (!any && !work->options->type.given)
        return cli_lcp_fail(work, "no lists: --type any, if everything is to be permitted");
    status = assay_lcp_policy_complete(&made->policy, made->chosen, any ? &data : NULL,
                                       work->hashes, &work->error);
    if (status == 0)
        status = check_masks(work, &made->policy);
    if (status == 0)
        assay_lcp_policy_encode(&made->main, &made->policy);
    return status;
}

/* A place that waits for its signature may: PolicyHash is made of the key. */
static int check_signatures(cli_lcp_work *work, const assay_lcp_data *data)
{
    assay_lcp_verdict verdict;

    for (size_t i = 0; i < data->list_count; i++) {
        const assay_lcp_list *const list = &data->lists[i];

        if (!list->is_signed || list->signature.empty)
            continue;
        const int status = assay_lcp_signature_check(list, work->hashes, &verdict, &work->error);
        if (status < 0)
            return status;
        if (verdict.trust == ASSAY_LCP_BAD)
            return cli_lcp_fail(work, "the signature of list %zu is bad: SINIT would refuse it", i);
    }
    return 0;
}

/* Two lists signed with one key, and a bad signature, are a policy that SINIT refuses. */
static int check_data(cli_lcp_work *work, const outcome *made)
{
    assay_lcp_data data;
    int status = 0;

    if (made->data.used > 0)
        status = assay_lcp_data_read(&data, assay_written(&made->data), &work->error);
    if (status == 0 && made->data.used > 0 && !work->options->force)
        status = assay_lcp_data_check(&data, &work->error);
    if (status == 0 && made->data.used > 0 && !work->options->force)
        status = check_signatures(work, &data);
    if (status == 0 && (made->main.failure != 0 || made->data.failure != 0))
        return cli_lcp_fail(work, "what is made is too large");
    return status;
}

static int make(cli_lcp_work *work, outcome *made)
{
    const cli_lcp_create_options *const options = work->options;
    int status;

    if (options->from != NULL)
        status = make_from(work, made);
    else if (options->element.given)
        status = cli_lcp_make_element(work, &made->main);
    else
        status = options->list ? make_list(work, made) : make_policy(work, made);
    return status == 0 ? check_data(work, made) : status;
}

static int check_usage(const cli_call *call)
{
    const cli_lcp_create_options *const options = options_of(call);

    if ((options->from != NULL) + options->element.given + options->list > 1)
        return cli_complain_usage(call->verb, "one of --from, --element and --list");
    if (options->from != NULL && call->argument_count > 0)
        return cli_complain_usage(call->verb, "--from has all in it; no file goes beside it");
    return CLI_YES;
}

static int write_out(const cli_lcp_work *work, const outcome *made)
{
    const cli_lcp_create_options *const options = work->options;
    const bool has_main = made->main.used > 0, has_data = made->data.used > 0;
    const char *const data =
        options->data != NULL || has_main ? options->data : options->common.output;
    const char *const names[2] = { has_main ? options->common.output : NULL,
                                   has_data ? data : NULL };
    const assay_bytes parts[2] = { assay_written(&made->main), assay_written(&made->data) };

    if (has_main && has_data && names[0] == NULL)
        return cli_complain_usage(work->call->verb, "--output FILE is missing, for the policy");
    if (has_main && has_data && data == NULL)
        return cli_complain_usage(work->call->verb, "--data FILE is missing, for the lists");
    if (!has_data && options->data != NULL)
        return cli_complain_usage(work->call->verb, "there are no lists for the file of --data");
    if (has_main && has_data && strcmp(names[0], names[1]) == 0)
        return cli_complain_usage(work->call->verb, "--output and --data are one file");
    if (names[0] != NULL && names[1] != NULL)
        return cli_save_both(work->call, names, parts);
    return cli_save_binary(work->call, names[has_main ? 0 : 1], parts[has_main ? 0 : 1],
                           "what is made");
}

static int run(const cli_call *call)
{
    cli_lcp_work work = { .call = call, .options = options_of(call), .hashes = assay_hashes_new() };
    outcome made = { .main = assay_writer_growing(ASSAY_LCP_FILE_MAX),
                     .data = assay_writer_growing(ASSAY_LCP_FILE_MAX) };
    int status = check_usage(call);

    if (status == CLI_YES && work.hashes == NULL) {
        assay_fail(&work.error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory");
        status = complain(&work, NULL);
    }
    if (status == CLI_YES && make(&work, &made) < 0)
        status = complain(&work, work.options->from);
    if (status == CLI_YES)
        status = write_out(&work, &made);
    if (status == CLI_YES) {
        say_stale(call, made.stale_lists);
        if (made.has_policy)
            cli_lcp_say_chosen(call, &made.policy, made.chosen);
    }
    assay_writer_close(&made.main);
    assay_writer_close(&made.data);
    assay_hashes_free(&work.hashes);
    free(work.folder_of);
    free(work.failed);
    return status;
}

const cli_verb cli_lcp_create = {
    .name = "lcp create",
    .summary = "make a policy and its data, a list, an element",
    .usage = "-o FILE [--data FILE] [LIST...]",
    .about =
        "Makes a policy, and of type LIST its policy data file, from lists in files and from a "
        "list that the options describe. With --list makes a list of element files and options; "
        "with --element an element of options and of FILEs with hashes, PCR values or data; with "
        "--from whatever a document says.\n"
        "Both files are written whole, or none of them. Masks that nobody gives are chosen so "
        "that the policy's own lists count, and said.",
    .options = cli_lcp_create_table,
    .options_size = sizeof(cli_lcp_create_options),
    .least = 0,
    .most = ARGUMENTS_MAX,
    .run = run,
    .own_output = true,
};
