/* SPDX-License-Identifier: BSD-2-Clause */
/* assay policy nv: policies about an NV index, and what to write there. */
#include "base/hex.h"
#include "boot/platform/nvindex.h"
#include "cli/complain.h"
#include "cli/document.h"
#include "cli/input.h"
#include "cli/policy.h"
#include "cli/verbs.h"

#include <stdio.h>

enum {
    WRITTEN = 0x20000000, /* TPMA_NV_WRITTEN: no policy holds for an index without it */
    OPERAND_MAX = 2048,
    PUBLIC_MAX = 1 << 16,
};

typedef struct nv_policy {
    cli_policy policy; /* of the reference, where there is one */
    bool has_reference;
    assay_hashes *hashes;
    cli_input input;
    assay_nv_read list[ASSAY_NV_READ_MAX];
    assay_txt_nv_public index;
    size_t operand_size;
    uint8_t operand[OPERAND_MAX];
    assay_tpm_name name;
    assay_digest digest;
} nv_policy;

static const char *const operations[] = { "eq",  "neq", "sgt", "ugt", "slt", "ult", "sge",
                                          "uge", "sle", "ule", "bs",  "bc",  NULL };

/* What tpm2_nvreadpublic prints of one index. */
static int read_index(nv_policy *n, const cli_call *call)
{
    const char *const path = n->policy.options->nv_public;
    assay_error error;

    if (path == NULL)
        return cli_complain_usage(call->verb,
                                  "--nv-public is missing: what 'tpm2_nvreadpublic INDEX' "
                                  "prints");
    if (cli_input_open(&n->input, path, &error) < 0)
        return cli_complain(call->verb, path, &error);
    const int count = assay_nv_read_text(n->input.file.bytes, n->list, &error);
    if (count < 0)
        return cli_complain(call->verb, path, &error);
    if (count != 1) {
        assay_fail(&error, ASSAY_MALFORMED, ASSAY_NOWHERE, "%d NV indices, and one is wanted",
                   count);
        return cli_complain_hint(call->verb, path, &error, "'tpm2_nvreadpublic INDEX' prints one");
    }
    n->index = n->list[0].index;
    n->index.attributes |= WRITTEN;
    return CLI_YES;
}

static int read_operand(nv_policy *n, const cli_call *call)
{
    const char *const text = n->policy.options->operand;
    const assay_bytes digits = text == NULL ? ASSAY_NO_BYTES : assay_bytes_of_string(text);

    n->operand_size = digits.size / 2;
    if (text == NULL && (n->policy.options->operation.given || n->policy.options->offset.given))
        return cli_complain_usage(call->verb, "--operation and --offset are about an --operand");
    if (n->operand_size > OPERAND_MAX || !assay_hex_decode(digits, n->operand, n->operand_size))
        return cli_complain_usage(call->verb, "--operand '%s': not up to %d bytes in hexadecimal",
                                  text, OPERAND_MAX);
    return CLI_YES;
}

static int compute(nv_policy *n, const cli_call *call)
{
    const cli_policy_options *const o = n->policy.options;
    const uint16_t hash = o->hash != 0 ? o->hash : ASSAY_ALG_SHA256;
    assay_error error;
    int failed = assay_tpm_nv_name(&n->name, &n->index, n->hashes, &error);

    if (failed == 0)
        failed = assay_tpm_policy_begin(&n->digest, hash, n->hashes, &error);
    if (failed == 0 && o->operand == NULL)
        failed = assay_tpm_policy_authorize_nv(&n->digest, &n->name, n->hashes, &error);
    else if (failed == 0)
        failed = assay_tpm_policy_nv(&n->digest, &n->name,
                                     assay_bytes_of(n->operand, n->operand_size),
                                     (uint16_t)o->offset.value, (uint16_t)o->operation.value,
                                     n->hashes, &error);
    return failed == 0 ? CLI_YES : cli_complain(call->verb, o->nv_public, &error);
}

/* TPMT_HA of the variants' policy: what the index has to hold. */
static void put_contents(const nv_policy *n, assay_writer *writer)
{
    const assay_digest *const policy = &n->policy.plan.policy;

    assay_put_u16be(writer, policy->alg);
    assay_put(writer, assay_tpm_policy_bytes(policy));
}

static int open_reference(nv_policy *n, const cli_call *call)
{
    if (call->argument_count + n->policy.options->predicted.count == 0)
        return CLI_YES;
    if (n->policy.options->operand != NULL)
        return cli_complain_usage(call->verb, "with --operand there is no reference to speak of");
    const int status = cli_policy_open(&n->policy, call);
    n->has_reference = true;
    return status == CLI_YES
               ? cli_policy_plan(&n->policy, NULL, &(assay_tpm_dialect){ .each = false })
               : status;
}

static int emit(const nv_policy *n, const cli_call *call)
{
    uint8_t room[2 + ASSAY_DIGEST_MAX];
    assay_writer contents = assay_writer_lent(room, sizeof room);
    assay_output out = cli_document_begin(call);
    int status = CLI_YES;

    if (n->has_reference)
        status = cli_policy_emit_inputs(&n->policy, &out);
    else {
        assay_emit_array(&out, "inputs");
        assay_emit_end(&out);
        assay_emit_alg(&out, "hash", n->digest.alg);
    }
    assay_emit_string(&out, "assertion",
                      n->policy.options->operand == NULL ? "authorize-nv" : "nv");
    assay_emit_address(&out, "index", n->index.nv_index);
    assay_emit_hex(&out, "nv_name", assay_tpm_name_bytes(&n->name));
    if (n->has_reference) {
        put_contents(n, &contents);
        assay_emit_hex(&out, "contents", assay_written(&contents));
    }
    assay_emit_hex(&out, "policy", assay_tpm_policy_bytes(&n->digest));
    assay_emit_end(&out);
    return status;
}

static void put_text(const nv_policy *n, const cli_call *call)
{
    uint8_t room[2 + ASSAY_DIGEST_MAX];
    assay_writer contents = assay_writer_lent(room, sizeof room);

    if (n->has_reference) {
        put_contents(n, &contents);
        cli_policy_put_variants(&n->policy);
        assay_put_hex(call->out, assay_written(&contents));
        assay_put_string(call->out, "  contents of the index\n");
    }
    cli_policy_put(call->out, &n->digest,
                   n->policy.options->operand == NULL ? "authorize-nv" : "nv");
    assay_put_format(call->out, " 0x%08x\n", n->index.nv_index);
}

static int put(const nv_policy *n, const cli_call *call)
{
    const int status = cli_policy_save(call, &n->digest);

    if (status != CLI_YES || call->common->quiet)
        return status;
    if (call->common->notation != CLI_TEXT)
        return emit(n, call);
    if (call->common->output == NULL)
        put_text(n, call);
    return CLI_YES;
}

static int run(const cli_call *call)
{
    static nv_policy n;

    n = (nv_policy){ .policy = { .options = call->options } };
    n.hashes = assay_hashes_new();
    int status = n.hashes == NULL ? cli_complain_memory(call->verb) : read_index(&n, call);
    if (status == CLI_YES)
        status = read_operand(&n, call);
    if (status == CLI_YES)
        status = open_reference(&n, call);
    if (status == CLI_YES)
        status = compute(&n, call);
    if (status == CLI_YES)
        status = put(&n, call);
    if (n.has_reference)
        cli_policy_close(&n.policy);
    cli_input_close(&n.input);
    assay_hashes_free(&n.hashes);
    return status;
}

static const cli_option options[] = {
    CLI_POLICY_ROW("nv-public", "FILE", "the index, as 'tpm2_nvreadpublic INDEX' prints it",
                   cli_take_text, nv_public, NULL),
    CLI_POLICY_ROW("operand", "HEX", "PolicyNV: what the index' data is compared with",
                   cli_take_any_text, operand, NULL),
    CLI_POLICY_ROW("operation", "OPERATION",
                   "PolicyNV: how, as tpm2_policynv calls it; eq if not given", cli_take_choice,
                   operation, operations),
    CLI_POLICY_ROW("offset", "N", "PolicyNV: from which byte of the data on", cli_take_u16, offset,
                   NULL),
    CLI_POLICY_OPTIONS,
    { .name = NULL },
};

const cli_verb cli_policy_nv = {
    .name = "policy nv",
    .summary = "PolicyAuthorizeNV and PolicyNV: what an NV index holds",
    .usage = "[REF | [VARIANT=]BOOT...]",
    .about =
        "PolicyAuthorizeNV: what is sealed to it opens under whatever policy the index holds, so "
        "an update writes the index and seals nothing anew. With a reference, what to write "
        "there is printed too. With --operand it is PolicyNV: the data of the index compare so.\n"
        "The index counts as written, as it must be when the policy is used.",
    .options = options,
    .options_size = sizeof(cli_policy_options),
    .least = 0,
    .most = CLI_WORDS_MAX,
    .run = run,
    .own_output = true,
    .reads_logs = true,
};
