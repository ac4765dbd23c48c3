/* SPDX-License-Identifier: BSD-2-Clause */
/* assay vlp create: a policy by options, or from another form of it. */
#include "cli/complain.h"
#include "cli/vlp.h"

#include <stdlib.h>

typedef struct create_options {
    cli_common common;
    cli_number type, alg, control, element_control, builtin, wrap;
    const char *from;
} create_options;

static const uint32_t wrappings[] = { ASSAY_LCP_CUSTOM, ASSAY_LCP_CUSTOM2 };

static int check_usage(const cli_call *call, const create_options *o)
{
    const cli_common *const common = &o->common;
    const int sources = o->type.given + (o->from != NULL) + o->builtin.given;

    if (sources != 1)
        return cli_complain_usage(call->verb,
                                  "one of --type, --from and --builtin says what to make");
    if (!o->type.given && (o->alg.given || o->control.given))
        return cli_complain_usage(call->verb, "--alg and --control go with --type");
    if (o->element_control.given && !o->wrap.given)
        return cli_complain_usage(call->verb, "--element-control goes with --wrap");
    if (o->control.given && (o->control.value & ~(uint32_t)ASSAY_VLP_EXTEND_PCR17) != 0)
        return cli_complain_usage(call->verb, "--control has one bit, 0x1: extend PCR 17");
    if (common->notation != CLI_TEXT &&
        (common->output == NULL || strcmp(common->output, "-") == 0))
        return cli_complain_usage(call->verb, "with --format the document goes to standard output, "
                                              "so the policy wants --output FILE");
    return CLI_YES;
}

static int make(cli_vlp_file *file, const cli_call *call, const create_options *o)
{
    if (o->from != NULL)
        return cli_vlp_open_sound(file, call, o->from);
    if (cli_vlp_begin(file, call) != CLI_YES)
        return CLI_TROUBLE;
    if (o->builtin.given)
        assay_vlp_builtin((enum assay_vlp_builtin)o->builtin.value, &file->policy);
    else
        assay_vlp_begin(&file->policy, (enum assay_vlp_type)o->type.value,
                        o->alg.given ? (uint16_t)o->alg.value : ASSAY_ALG_SHA256,
                        o->control.given ? o->control.value : ASSAY_VLP_EXTEND_PCR17);
    return CLI_YES;
}

static int run(const cli_call *call)
{
    const create_options *const o = call->options;
    cli_vlp_file *const file = calloc(1, sizeof *file);
    int status = check_usage(call, o);

    if (file == NULL)
        return cli_complain_memory(call->verb);
    if (status == CLI_YES)
        status = make(file, call, o);
    if (status == CLI_YES)
        status = cli_vlp_save(call, &file->policy, o->wrap.given ? wrappings[o->wrap.value] : 0,
                              o->element_control.value, o->common.output);
    if (status == CLI_YES && o->common.notation != CLI_TEXT)
        status = cli_vlp_emit(call, file);
    if (status == CLI_YES && file->policy.num_entries > 0)
        cli_vlp_warn(call, &file->policy);
    cli_vlp_close(file);
    free(file);
    return status;
}

static const char *const type_words[] = { "nonfatal", "continue", "halt", NULL };
static const char *const builtin_words[] = { "da", "legacy", "legacy-sha1", NULL };
static const char *const wrap_words[] = { "custom", "custom2", NULL };

static const cli_option create_options_table[] = {
    { 0, "type", "TYPE", "what tboot does after an error: nonfatal, continue or halt",
      cli_take_choice, offsetof(create_options, type), type_words },
    { 0, "alg", "ALG", "algorithm of the digests: sha256 (default), sha384, sha512, sm3, sha1",
      cli_vlp_take_alg, offsetof(create_options, alg), NULL },
    { 0, "control", "N", "1 (default): the policy is measured into PCR 17; 0: it is not",
      cli_take_u32, offsetof(create_options, control), NULL },
    { 0, "from", "FILE", "the policy of this file: JSON, binary or wrapped", cli_take_text,
      offsetof(create_options, from), NULL },
    { 0, "builtin", "NAME", "the policy that tboot has built in: da, legacy or legacy-sha1",
      cli_take_choice, offsetof(create_options, builtin), builtin_words },
    { 0, "wrap", "TYPE", "write an element for an LCP list: custom (0x03) or custom2 (0x13)",
      cli_take_choice, offsetof(create_options, wrap), wrap_words },
    { 0, "element-control", "N", "PolEltControl of that element (default 0)", cli_take_u32,
      offsetof(create_options, element_control), NULL },
    { .name = NULL },
};

const cli_verb cli_vlp_create = {
    .name = "vlp create",
    .summary = "make a policy by options, from JSON, or bare or wrapped from another",
    .usage = "--type TYPE | --from FILE | --builtin NAME",
    .about =
        "Makes a policy without entries of the given type, for 'assay vlp add'; or the one of a "
        "file, be it the JSON that 'assay vlp show --format json' prints, a policy as it lies in "
        "NV, or a custom element, a list or a policy data file that has one. Images that the "
        "JSON names are measured; they are found from the folder of the JSON file on.\n"
        "--wrap writes the policy in a custom element, which 'assay lcp create' takes into a "
        "list; without it a policy that was wrapped comes out bare.",
    .options = create_options_table,
    .options_size = sizeof(create_options),
    .least = 0,
    .most = 0,
    .run = run,
    .own_output = true,
};
