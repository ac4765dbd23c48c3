/* SPDX-License-Identifier: BSD-2-Clause */
/* assay vlp allows: what tboot would do with these modules under this policy. */
#include "cli/vlp_allows.h"

#include "cli/complain.h"

#include <stdlib.h>

typedef const char *taken;

/* Modules come in boot order; a command line belongs to the module before it. */
static taken take_module(const cli_option *option, const char *value, void *field)
{
    cli_vlp_modules *const modules = field;

    if (*value == '\0')
        return "";
    if (modules->count == CLI_VLP_MODULES_MAX)
        return "there are no more than 128 modules";
    modules->list[modules->count++] =
        (cli_vlp_module){ .name = value, .is_digest = strcmp(option->name, "digest") == 0 };
    return NULL;
}

static taken take_cmdline(const cli_option *option, const char *value, void *field)
{
    cli_vlp_modules *const modules = field;
    cli_vlp_module *const last = modules->count > 0 ? &modules->list[modules->count - 1] : NULL;

    (void)option;
    if (last == NULL || last->is_digest || last->cmdline != NULL)
        return "it stands behind the --module it belongs to";
    last->cmdline = value;
    return NULL;
}

static taken take_nv(const cli_option *option, const char *value, void *field)
{
    cli_vlp_indices *const indices = field;
    cli_vlp_index *const next = &indices->list[indices->count];

    (void)option;
    if (indices->count == CLI_VLP_INDICES_MAX)
        return "there are no more than 32 indices";
    const char *const wrong = cli_take_index_file(value, &next->index, &next->file);
    indices->count += wrong == NULL;
    return wrong;
}

static taken take_extpol(const cli_option *option, const char *value, void *field)
{
    if (strcmp(value, "embedded") != 0)
        return cli_vlp_take_alg(option, value, field);
    *(cli_number *)field = (cli_number){ true, ASSAY_ALG_NULL };
    return NULL;
}

/* What tboot measures with unless told: SHA-256, and SHA-1 where it has nothing but a TPM 1.2. */
static void settle_launch(const cli_vlp_allows_options *o, const assay_vlp *policy,
                          assay_vlp_launch *launch)
{
    const bool sha1 = assay_vlp_alg(policy) == ASSAY_ALG_SHA1;

    launch->embedded = o->extpol.given && o->extpol.value == ASSAY_ALG_NULL;
    launch->current = o->extpol.given && !launch->embedded ? (uint16_t)o->extpol.value
                      : sha1                               ? ASSAY_ALG_SHA1
                                                           : ASSAY_ALG_SHA256;
    launch->details = o->mapping.given ? o->mapping.value == 0 : !sha1;
}

static int measure_module(cli_vlp_trial *t, size_t i)
{
    const cli_vlp_module *const module = &t->options->modules.list[i];
    assay_digest *const digest = &t->digests[i];

    if (module->is_digest)
        return cli_vlp_digest(module->name, t->launch.current, digest)
                   ? CLI_YES
                   : cli_complain_usage(t->call->verb,
                                        "--digest wants the digits of a digest of the algorithm "
                                        "that tboot measures with (--extpol)");
    return cli_vlp_measure_file(t->call, t->policy.hashes, module->name,
                                module->cmdline != NULL ? module->cmdline : "", t->launch.current,
                                digest);
}

static int gather(cli_vlp_trial *t)
{
    const cli_vlp_allows_options *const o = t->options;
    int status = CLI_YES;
    assay_error error;

    settle_launch(o, &t->policy.policy, &t->launch);
    for (size_t i = 0; i < o->modules.count && status == CLI_YES; i++)
        status = measure_module(t, i);
    for (size_t i = 0; i < o->indices.count && status == CLI_YES; i++) {
        const char *const name = o->indices.list[i].file;

        if (cli_input_open(&t->contents[i], name, &error) < 0)
            return cli_complain(t->call->verb, name, &error);
        t->opened++;
        t->indices[i] = (assay_vlp_nv){ o->indices.list[i].index, t->contents[i].file.bytes };
    }
    t->launch.modules = t->digests;
    t->launch.module_count = o->modules.count;
    t->launch.indices = t->indices;
    t->launch.index_count = o->indices.count;
    return status;
}

static int try(cli_vlp_trial *t)
{
    const int status =
        t->call->common->notation == CLI_TEXT ? cli_vlp_allows_put(t) : cli_vlp_allows_emit(t);
    assay_error error;

    if (status == 0)
        return t->verdict.verified ? CLI_YES : CLI_NO;
    assay_fail(&error, (enum assay_kind)(-status), ASSAY_NOWHERE,
               t->policy.policy.version == 1 ? "no tboot after 2008 reads a policy of version 1"
                                             : "a digest can't be computed");
    return cli_complain(t->call->verb, t->policy.input.name, &error);
}

static int run(const cli_call *call)
{
    cli_vlp_trial *const t = calloc(1, sizeof *t);
    int status;

    if (t == NULL)
        return cli_complain_memory(call->verb);
    t->call = call;
    t->options = call->options;
    status = cli_vlp_open_sound(&t->policy, call, call->arguments[0]);
    if (status == CLI_YES)
        status = gather(t);
    if (status == CLI_YES)
        status = try(t);
    for (size_t i = 0; i < t->opened; i++)
        cli_input_close(&t->contents[i]);
    cli_vlp_close(&t->policy);
    free(t);
    return status;
}

static const char *const mapping_words[] = { "da", "legacy", NULL };

static const cli_option allows_options_table[] = {
    { 0, "module", "FILE", "the next module in boot order, unzipped where it is gzip", take_module,
      offsetof(cli_vlp_allows_options, modules), NULL },
    { 0, "cmdline", "TEXT", "command line of the module before it, without its name", take_cmdline,
      offsetof(cli_vlp_allows_options, modules), NULL },
    { 0, "digest", "HEX", "the next module, of which only the digest is known", take_module,
      offsetof(cli_vlp_allows_options, modules), NULL },
    { 0, "nv", "INDEX=FILE", "the content of an NV index", take_nv,
      offsetof(cli_vlp_allows_options, indices), NULL },
    { 0, "extpol", "ALG", "what tboot is started with: sha256 (its default), sha384 ..., embedded",
      take_extpol, offsetof(cli_vlp_allows_options, extpol), NULL },
    { 0, "pcr-map", "MAP", "how PCRs are mapped: da (TPM 2.0) or legacy", cli_take_choice,
      offsetof(cli_vlp_allows_options, mapping), mapping_words },
    { .name = NULL },
};

const cli_verb cli_vlp_allows = {
    .name = "vlp allows",
    .summary = "would tboot start these modules, and what goes into which PCR?",
    .usage = "POLICY [--module FILE [--cmdline TEXT]]... [--nv INDEX=FILE]...",
    .about =
        "Goes through a launch as tboot 1.11 does: the policy, module 0, every module, every entry "
        "for NV. Of each: which entry applies (the first that fits, even where a later one would "
        "fit better), whether it has one of the digests, what tboot does if not, and which PCR is "
        "extended with what. SINIT and policy data files are no modules here: tboot takes them "
        "out of its list before.\n"
        "Exit status 0: all is verified; 1: something is not, whether tboot goes on or halts.",
    .options = allows_options_table,
    .options_size = sizeof(cli_vlp_allows_options),
    .least = 1,
    .most = 1,
    .run = run,
};
