/* SPDX-License-Identifier: BSD-2-Clause */
/* assay policy authorize: the policy of a key, and what it signs of each variant. */
#include "cli/complain.h"
#include "cli/document.h"
#include "cli/export.h"
#include "cli/policy.h"
#include "cli/verbs.h"

typedef struct authorized {
    cli_policy policy;
    assay_key *key;
    bool can_sign;
    assay_tpm_dialect dialect;
    assay_tpm_name name;
    assay_digest top;
} authorized;

static int open_key(authorized *a)
{
    const cli_policy_options *const o = a->policy.options;
    const cli_call *const call = a->policy.call;
    assay_error error;

    if ((o->reading.keys.key != NULL) == (o->pub != NULL))
        return cli_complain_usage(call->verb, "give --key, the private key that signs, or --pub, "
                                              "the public one of who signs elsewhere");
    if (o->pub == NULL) {
        a->can_sign = true;
        return cli_signing_key(call, &o->reading.keys, &a->key);
    }
    return assay_key_open(&a->key, &(assay_key_source){ .name = o->pub }, &error) < 0 ||
                   assay_key_check_strength(a->key, &error) < 0
               ? cli_complain(call->verb, o->pub, &error)
               : CLI_YES;
}

/* Who has the public key alone gets the same policy, and what is to be signed. */
static int plan(authorized *a)
{
    assay_error error;
    const int status = cli_policy_plan(&a->policy, a->can_sign ? a->key : NULL, &a->dialect);

    if (status != CLI_YES)
        return status;
    a->top = a->policy.plan.policy;
    if (assay_tpm_key_name(&a->name, a->key, &a->dialect.how, a->policy.job.hashes, &error) < 0 ||
        (!a->can_sign &&
         assay_tpm_policy_authorize(&a->top, &a->name, a->policy.plan.policy_ref,
                                    a->policy.job.hashes, &error) < 0))
        return cli_complain(a->policy.call->verb, NULL, &error);
    return CLI_YES;
}

static void emit_variant(const authorized *a, assay_output *out, size_t i)
{
    const assay_tpm_plan *const p = &a->policy.plan;
    uint8_t tbs[2 * ASSAY_DIGEST_MAX];
    assay_writer writer = assay_writer_lent(tbs, sizeof tbs);

    assay_put(&writer, assay_tpm_policy_bytes(assay_tpm_branch_policy(p, i)));
    assay_put(&writer, p->policy_ref);
    assay_emit_object(out, NULL);
    cli_policy_emit_variant(&a->policy, out, i);
    assay_emit_hex(out, "to_sign", assay_written(&writer));
    if (a->can_sign)
        assay_emit_hex(out, "signature", p->branches[i].signature);
    assay_emit_end(out);
}

static int emit(const authorized *a)
{
    assay_output out = cli_document_begin(a->policy.call);
    const int status = cli_policy_emit_inputs(&a->policy, &out);

    assay_emit_array(&out, "variants");
    for (size_t i = 0; i < a->policy.plan.count; i++)
        emit_variant(a, &out, i);
    assay_emit_end(&out);
    assay_emit_hex(&out, "key_name", assay_tpm_name_bytes(&a->name));
    assay_emit_hex(&out, "policy_ref", a->policy.plan.policy_ref);
    assay_emit_hex(&out, "policy", assay_tpm_policy_bytes(&a->top));
    assay_emit_end(&out);
    return status;
}

/* The folder is what 'export --to tpm2-policy' writes. */
static int save(authorized *a)
{
    const assay_export_format *const format = assay_export_format_by_name("tpm2-policy");
    const cli_call *const call = a->policy.call;
    assay_error error;

    if (call->common->output == NULL)
        return CLI_YES;
    if (!a->can_sign)
        return cli_complain_usage(call->verb, "--output wants --key: without it nothing is signed");
    if (assay_export_write(format, &a->policy.job, &error) < 0)
        return cli_complain(call->verb, NULL, &error);
    return cli_save_export(call, format, &a->policy.job, a->policy.options->replace);
}

static int put(authorized *a)
{
    const cli_common *const common = a->policy.call->common;
    const int status = save(a);

    if (status != CLI_YES || common->quiet)
        return status;
    if (common->notation != CLI_TEXT)
        return emit(a);
    if (common->output != NULL)
        return CLI_YES;
    cli_policy_put_variants(&a->policy);
    cli_policy_put(a->policy.call->out, &a->top, "authorize ");
    assay_put_hex(a->policy.call->out, assay_tpm_name_bytes(&a->name));
    assay_put_char(a->policy.call->out, '\n');
    return CLI_YES;
}

static int run(const cli_call *call)
{
    authorized a = { .dialect = { .how = assay_tpm_loadexternal(ASSAY_ALG_SHA256) } };
    int status = cli_policy_open(&a.policy, call);

    if (status == CLI_YES)
        status = open_key(&a);
    if (status == CLI_YES) {
        a.dialect.scheme = assay_tpm_scheme_of(assay_key_public_of(a.key));
        status = plan(&a);
    }
    if (status == CLI_YES)
        status = put(&a);
    assay_key_free(&a.key);
    cli_policy_close(&a.policy);
    return status;
}

static const cli_option options[] = {
    CLI_SIGNING_OPTIONS(cli_policy_options, reading.keys),
    CLI_POLICY_ROW("pub", "KEY", "in place of --key: the public key of who signs elsewhere",
                   cli_take_text, pub, NULL),
    CLI_POLICY_ROW("policy-ref", "HEX", "what is signed with each policy, so that it is no other's",
                   cli_take_text, policy_ref, NULL),
    CLI_POLICY_ROW("replace", NULL, "replace a folder that is there, with all that is in it",
                   cli_take_flag, replace, NULL),
    CLI_POLICY_OPTIONS,
    { .name = NULL },
};

const cli_verb cli_policy_authorize = {
    .name = "policy authorize",
    .summary = "PolicyAuthorize: whatever a key signs",
    .usage = "REF | [VARIANT=]BOOT...",
    .about =
        "What is sealed to this policy opens in every boot whose PolicyPCR the key signed, so "
        "an update needs a signature and no sealing anew. Prints the policy of each variant and "
        "the key's, last; --output is a folder with signatures and scripts for tpm2-tools, as "
        "'assay export' writes it in the format tpm2-policy.\n"
        "The key is named as tpm2_loadexternal loads it. RSA signs with PKCS #1 v1.5, P-256 "
        "and P-384 with ECDSA, over SHA-256.",
    .options = options,
    .options_size = sizeof(cli_policy_options),
    .least = 0,
    .most = CLI_WORDS_MAX,
    .run = run,
    .own_output = true,
    .reads_logs = true,
};
