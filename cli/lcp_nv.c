/* SPDX-License-Identifier: BSD-2-Clause */
/* assay lcp nv: the launch control policy in the TPM's NV memory. */
#include "cli/lcp_nv.h"

#include "base/hex.h"
#include "cli/complain.h"
#include "cli/document.h"
#include "cli/verbs.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    bool changes;              /* it has a plan */
    enum assay_lcp_nv_act act; /* then */
    int (*run)(cli_nv *nv);
    size_t least, most; /* arguments after the name */
} acts[] = {
    { "show", false, 0, cli_lcp_nv_show, 0, 0 },
    { "read", false, 0, cli_lcp_nv_read, 0, 0 },
    { "verify", false, 0, cli_lcp_nv_verify, 1, 1 },
    { "define", true, ASSAY_LCP_NV_DEFINE, NULL, 0, 1 },
    { "write", true, ASSAY_LCP_NV_WRITE, NULL, 1, 1 },
    { "lock", true, ASSAY_LCP_NV_LOCK, NULL, 0, 0 },
    { "delete", true, ASSAY_LCP_NV_DELETE, NULL, 0, 0 },
};

enum { ACTS = sizeof acts / sizeof *acts };

int cli_lcp_nv_complain(const cli_nv *nv, const assay_error *error)
{
    return cli_tpm_complain(nv->call, nv->options->tcti, nv->tpm, error);
}

void cli_lcp_nv_put_index(assay_writer *out, uint32_t index)
{
    enum assay_lcp_nv_role role;
    enum assay_lcp_nv_range range;

    if (assay_lcp_nv_find(index, &role, &range))
        assay_put_format(out, "%s ", assay_lcp_nv_kind_of(role)->name);
    assay_put_format(out, "0x%08x", index);
}

/* Files. */

static int open_input(cli_nv *nv, const char *name, cli_input *input, bool *ret_open)
{
    assay_error error;

    if (cli_input_open(input, name, &error) < 0)
        return cli_complain(nv->call->verb, name, &error);
    *ret_open = true;
    return CLI_YES;
}

static int open_inputs(cli_nv *nv)
{
    int status = CLI_YES;

    if (nv->call->argument_count > 1)
        status = open_input(nv, nv->call->arguments[1], &nv->policy, &nv->has_policy);
    if (status == CLI_YES && nv->options->data != NULL)
        status = open_input(nv, nv->options->data, &nv->data, &nv->has_data);
    return status;
}

int cli_lcp_nv_emit_inputs(assay_output *out, const cli_nv *nv)
{
    int status = 0;

    assay_emit_array(out, "inputs");
    if (nv->has_policy)
        status = cli_emit_input(out, "policy", &nv->policy);
    if (nv->has_data && status == 0)
        status = cli_emit_input(out, "data", &nv->data);
    assay_emit_end(out);
    return status;
}

/* Which index is meant, once it is known which range the platform uses. */

static bool parse_index(const cli_nv *nv, enum assay_lcp_nv_range range, uint32_t *ret_index)
{
    const char *const text = nv->options->index != NULL ? nv->options->index : "po";

    return assay_lcp_nv_parse(text, range, ret_index);
}

static int ask_for_index(cli_nv *nv)
{
    enum assay_lcp_nv_role role;
    enum assay_lcp_nv_range range;
    uint32_t index;

    if (!parse_index(nv, ASSAY_LCP_NV_NEW, &index))
        return cli_complain_usage(nv->call->verb,
                                  "--index wants po, ps, aux, sgx, vl, error or a number such as "
                                  "0x01c10106, not '%s'",
                                  nv->options->index);
    if (!assay_lcp_nv_find(index, &role, &range))
        nv->survey->other_index = index;
    return CLI_YES;
}

static void choose_index(cli_nv *nv)
{
    bool certain;
    const enum assay_lcp_nv_range range = nv->options->range == CLI_NV_NEW ? ASSAY_LCP_NV_NEW
                                          : nv->options->range == CLI_NV_OLD
                                              ? ASSAY_LCP_NV_OLD
                                              : assay_lcp_nv_range_in_use(nv->survey, &certain);

    parse_index(nv, range, &nv->index);
}

static int look(cli_nv *nv)
{
    assay_error error;
    int status = ask_for_index(nv);

    if (status == CLI_YES)
        status = cli_tpm_open(nv->call, nv->options->tcti, &nv->tpm);
    if (status == CLI_YES && assay_lcp_nv_look(nv->tpm, &nv->passwords, nv->survey, &error) < 0)
        status = cli_lcp_nv_complain(nv, &error);
    if (status == CLI_YES)
        choose_index(nv);
    return status;
}

/* Running. */

static size_t act_of(const char *name)
{
    size_t i = 0;

    while (i < ACTS && strcmp(acts[i].name, name) != 0)
        i++;
    return i;
}

static int check_usage(const cli_call *call, size_t act)
{
    const size_t given = call->argument_count - 1;

    if (act == ACTS) {
        cli_nearest nearest = cli_nearest_to(assay_bytes_of_string(call->arguments[0]));

        for (size_t i = 0; i < ACTS; i++)
            cli_nearest_try(&nearest, acts[i].name);
        return cli_complain_word(call->verb, &nearest, "there is no '%s'", call->arguments[0]);
    }
    if (given < acts[act].least)
        return cli_complain_usage(call->verb, "%s wants a POLICY", acts[act].name);
    if (given > acts[act].most)
        return cli_complain_usage(call->verb, "%s takes no '%s'", acts[act].name,
                                  call->arguments[1 + acts[act].most]);
    return CLI_YES;
}

static int run_act(cli_nv *nv, size_t act)
{
    uint8_t owner[CLI_PASSWORD_MAX], index[CLI_PASSWORD_MAX];
    int status = cli_password(nv->call, "owner-auth", nv->options->owner_auth, owner,
                              &nv->passwords.owner.size);

    if (status == CLI_YES)
        status = cli_password(nv->call, "index-auth", nv->options->index_auth, index,
                              &nv->passwords.index.size);
    nv->passwords.owner.data = nv->options->owner_auth != NULL ? owner : NULL;
    nv->passwords.index.data = nv->options->index_auth != NULL ? index : NULL;
    if (status == CLI_YES)
        status = open_inputs(nv);
    if (status == CLI_YES)
        status = look(nv);
    if (status == CLI_YES)
        status = acts[act].changes ? cli_lcp_nv_change(nv, acts[act].act) : acts[act].run(nv);
    explicit_bzero(owner, sizeof owner);
    explicit_bzero(index, sizeof index);
    return status;
}

static int run(const cli_call *call)
{
    const size_t act = act_of(call->arguments[0]);
    cli_nv nv = { .call = call, .options = call->options, .act = call->arguments[0] };
    int status = check_usage(call, act);

    if (status != CLI_YES)
        return status;
    nv.survey = calloc(1, sizeof *nv.survey);
    if (nv.survey == NULL)
        return cli_complain_memory(call->verb);
    status = run_act(&nv, act);
    if (nv.has_policy)
        cli_input_close(&nv.policy);
    if (nv.has_data)
        cli_input_close(&nv.data);
    assay_tpm_close(&nv.tpm);
    free(nv.survey);
    return status;
}

static const char *take_digest(const cli_option *option, const char *value, void *field)
{
    uint8_t digest[ASSAY_DIGEST_MAX];
    const size_t size = strlen(value) / 2;

    (void)option;
    if (size == 0 || size > sizeof digest ||
        !assay_hex_decode(assay_bytes_of_string(value), digest, size))
        return "hexadecimal digits";
    *(const char **)field = value;
    return NULL;
}

static const char *const ranges[] = { "auto", "new", "old", NULL };

static const cli_option nv_options[] = {
    { 'i', "index", "INDEX",
      "po (which is meant without this), ps, aux, sgx, vl, error, or a number", cli_take_text,
      offsetof(cli_lcp_nv_options, index), NULL },
    { 0, "range", "auto|new|old",
      "the handles 0x01c101.. or the older ones; auto: those that the platform has", cli_take_word,
      offsetof(cli_lcp_nv_options, range), ranges },
    { 'd', "data", "FILE", "the policy data file, to judge a policy of type LIST", cli_take_text,
      offsetof(cli_lcp_nv_options, data), NULL },
    { 'T', "tcti", "TCTI", CLI_TCTI_HELP, cli_take_text, offsetof(cli_lcp_nv_options, tcti), NULL },
    { 'P', "owner-auth", "AUTH", "the owner's password: words, file:NAME, hex:00ff", cli_take_text,
      offsetof(cli_lcp_nv_options, owner_auth), NULL },
    { 0, "index-auth", "AUTH", "the index's own password, in the same forms", cli_take_text,
      offsetof(cli_lcp_nv_options, index_auth), NULL },
    { 0, "name-alg", "ALG", "the hash algorithm that an index is defined with (sha256)",
      cli_take_alg, offsetof(cli_lcp_nv_options, name_alg), NULL },
    { 0, "auth-policy", "DIGEST", "the owner's TPM policy for writing, to define the index with",
      take_digest, offsetof(cli_lcp_nv_options, auth_policy), NULL },
    { 'n', "dry-run", NULL, "say what would be done, and do nothing", cli_take_flag,
      offsetof(cli_lcp_nv_options, dry_run), NULL },
    { 0, "force", NULL, "do what is refused; an index in the way is replaced", cli_take_flag,
      offsetof(cli_lcp_nv_options, force), NULL },
    { .name = NULL },
};

const cli_verb cli_lcp_nv = {
    .name = "lcp nv",
    .summary = "put a policy into the TPM, and look at what is there",
    .usage = "show|read|verify|define|write|lock|delete [POLICY]",
    .about =
        "The indices of a launch in the NV memory of a TPM 2.0: show all of them, read one, verify "
        "it against a policy, define the owner's, write a policy to it, lock it, delete it.\n"
        "write defines the index where it is not, writes, reads back and compares. What would keep "
        "the machine from launching, or lose what protects it, is refused in words (exit status 1) "
        "unless --force is given; a policy of type LIST wants its lists with --data, so that they "
        "can be judged as SINIT will judge them.\n"
        "A password as a word can be seen by other users of the machine; file:NAME can't.",
    .options = nv_options,
    .options_size = sizeof(cli_lcp_nv_options),
    .least = 1,
    .most = 2,
    .run = run,
};
