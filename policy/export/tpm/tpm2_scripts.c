/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scripts for sh and tpm2-tools that seal to the policy of the folder they lie in, and unseal. They
 * ask nothing, so that they run in CI and in an initrd; TPM2TOOLS_TCTI says which TPM.
 */
#include "policy/export/tpm/tpm2.h"

#include <stdio.h>

static const char head[] =
    "set -eu\n"
    "\n"
    "absolute() {\n"
    "    case $1 in\n"
    "    /*) echo \"$1\" ;;\n"
    "    *) echo \"$PWD/$1\" ;;\n"
    "    esac\n"
    "}\n"
    "\n"
    "# A TPM without a resource manager has room for three objects only.\n"
    "make_room() {\n"
    "    tpm2_flushcontext -Q -t > /dev/null 2>&1 || true\n"
    "}\n"
    "\n"
    "work=$(mktemp -d)\n"
    "end() {\n"
    "    [ ! -e \"$work/session\" ] || tpm2_flushcontext -Q \"$work/session\" > /dev/null 2>&1 || "
    "true\n"
    "    make_room\n"
    "    rm -rf \"$work\"\n"
    "}\n"
    "trap end EXIT\n"
    "trap 'exit 1' HUP INT TERM\n"
    "\n"
    "# The same primary key each time: it follows from the TPM's seed and the template.\n"
    "make_primary() {\n"
    "    make_room\n"
    "    tpm2_createprimary -Q -C o -g sha256 -G ecc -c \"$work/primary\" \\\n"
    "        -a \"restricted|decrypt|fixedtpm|fixedparent|sensitivedataorigin|userwithauth|noda\"\n"
    "    make_room\n"
    "}\n"
    "\n";

static const char *hash_name(const assay_tpm_plan *plan)
{
    return assay_alg_find(plan->hash)->name;
}

/* Text in which each '@' stands for a word; nothing that these scripts say has an '@'. */
static void put_text(assay_writer *out, const char *text, const char *word)
{
    for (const char *at; (at = strchr(text, '@')) != NULL; text = at + 1) {
        assay_put(out, assay_bytes_of(text, (size_t)(at - text)));
        assay_put_string(out, word);
    }
    assay_put_string(out, text);
}

/* The NV index as tpm2-tools take it. */
typedef struct index_text {
    char text[sizeof "0x01500010"];
} index_text;

static index_text index_of(const assay_tpm_plan *plan)
{
    index_text index;

    snprintf(index.text, sizeof index.text, "0x%08x", plan->nv.nv_index);
    return index;
}

static void add_seal(assay_export_job *job, const assay_tpm_plan *plan)
{
    assay_writer *const out = assay_export_add_named(job, true, "seal.sh");

    assay_put_string(out,
                     "#!/bin/sh\n"
                     "# Seals a secret to the policy beside this script: seal.sh SECRET SEALED\n"
                     "#\n"
                     "# SECRET is a file of at most 128 bytes, or - for standard input. Writes\n"
                     "# SEALED.pub and SEALED.priv, which only this TPM can use.\n");
    assay_put_string(out, head);
    assay_put_string(out,
                     "[ $# -eq 2 ] || { echo \"usage: seal.sh SECRET SEALED\" >&2; exit 2; }\n"
                     "secret=$1\n"
                     "[ \"$secret\" = - ] || secret=$(absolute \"$1\")\n"
                     "sealed=$(absolute \"$2\")\n"
                     "cd \"$(dirname \"$0\")\"\n"
                     "make_primary\n");
    put_text(out,
             "tpm2_create -Q -C \"$work/primary\" -g @ -L policy.digest -a "
             "\"fixedtpm|fixedparent|noda\" \\\n"
             "    -i \"$secret\" -u \"$sealed.pub\" -r \"$sealed.priv\"\n",
             hash_name(plan));
}

/* PolicyOR of each row above a branch, as words after its folder. */
static void put_way_up(assay_writer *out, const assay_tpm_plan *plan, size_t branch)
{
    for (size_t row = 1; row <= plan->tree.depth; row++) {
        size_t first;

        branch /= ASSAY_TPM_OR_MAX;
        const size_t count = assay_tpm_or_below(&plan->tree, row, branch, &first);
        for (size_t i = 0; i < count && count > 1; i++) {
            assay_put_string(out, i == 0 ? " \\\n        " : ",");
            assay_tpm2_put_path(out, plan, row - 1, first + i);
        }
    }
}

static void put_tries(assay_writer *out, const assay_tpm_plan *plan)
{
    assay_put_string(out, "ways() {\n");
    for (size_t i = 0; i < plan->count; i++) {
        char folder[ASSAY_TPM2_FOLDER];

        assay_tpm2_folder(&plan->branches[i], folder);
        assay_put_format(out, "    \"$1\" %s", folder);
        if (plan->how != ASSAY_TPM_HOW_AUTHORIZE)
            put_way_up(out, plan, i);
        assay_put_char(out, '\n');
    }
    assay_put_string(out, "}\n\n");
}

static void put_authorize(assay_writer *out, const assay_export_job *job,
                          const assay_tpm_plan *plan)
{
    const bool referred = plan->policy_ref.size > 0;

    assay_put_format(out, "# TPM2_PolicyAuthorize: the key signed this boot's policy%s.\n",
                     referred ? " and the reference" : "");
    put_text(out,
             "authorize() {\n"
             "    tpm2_loadexternal -Q -C o -G @ -u authorize/key.pem -c \"$work/key\" -n "
             "\"$work/name\"\n"
             "    cmp \"$work/name\" authorize/key.name\n"
             "    make_room\n",
             assay_key_public_of(job->key)->alg == ASSAY_ALG_RSA ? "rsa" : "ecc");
    put_text(out,
             "    cat \"$variant/policy.digest\"@ > \"$work/approval\"\n"
             "    tpm2_verifysignature -Q -c \"$work/key\" -g sha256 -m \"$work/approval\" \\\n"
             "        -s \"$variant/signature\" -t \"$work/ticket\"\n"
             "    make_room\n",
             referred ? " authorize/policy-ref" : "");
    put_text(out,
             "    tpm2_policyauthorize -Q -S \"$work/session\" -i \"$variant/policy.digest\" \\\n"
             "        -n authorize/key.name@ -t \"$work/ticket\" > /dev/null\n"
             "}\n\n",
             referred ? " -q authorize/policy-ref" : "");
}

static void put_above(assay_writer *out, const assay_export_job *job, const assay_tpm_plan *plan)
{
    if (plan->how == ASSAY_TPM_HOW_AUTHORIZE)
        put_authorize(out, job, plan);
    else if (plan->how == ASSAY_TPM_HOW_NV)
        put_text(out,
                 "# TPM2_PolicyAuthorizeNV: the NV index holds this policy.\n"
                 "authorize() {\n"
                 "    tpm2_policyauthorizenv -Q -S \"$work/session\" -C @ @ > /dev/null\n"
                 "}\n\n",
                 index_of(plan).text);
    else
        assay_put_string(out, "authorize() { :; }\n\n");
}

static void add_unseal(assay_export_job *job, const assay_tpm_plan *plan)
{
    assay_writer *const out = assay_export_add_named(job, true, "unseal.sh");

    assay_put_string(out,
                     "#!/bin/sh\n"
                     "# Unseals what seal.sh sealed: unseal.sh SEALED > SECRET\n"
                     "#\n"
                     "# Exit status 1: this boot is none of the variants, or what they assert "
                     "does\n"
                     "# not hold; nothing is printed then.\n");
    assay_put_string(out, head);
    assay_put_string(out,
                     "# Each variant, and the policies that stand beside it in each PolicyOR.\n");
    put_tries(out, plan);
    put_above(out, job, plan);
    put_text(
        out,
        "# try VARIANT [POLICY,POLICY...]...: whether the TPM is in that state\n"
        "try() {\n"
        "    [ ! -e \"$work/matched\" ] || return 0\n"
        "    variant=variants/$1\n"
        "    shift\n"
        "    tpm2_startauthsession -Q --policy-session -g @ -S \"$work/session\"\n"
        "    if tpm2_policypcr -Q -S \"$work/session\" -l \"$(cat \"$variant/selection\")\" \\\n"
        "        \"$(cat \"$variant/pcrs.digest\")\" > /dev/null 2>&1; then\n"
        "        for policies; do\n"
        "            tpm2_policyor -Q -S \"$work/session\" \"@:$policies\" > /dev/null\n"
        "        done\n"
        "        authorize\n"
        "        : > \"$work/matched\"\n"
        "    else\n"
        "        tpm2_flushcontext -Q \"$work/session\"\n"
        "        rm -f \"$work/session\"\n"
        "    fi\n"
        "}\n\n",
        hash_name(plan));
    assay_put_string(out,
                     "[ $# -eq 1 ] || { echo \"usage: unseal.sh SEALED\" >&2; exit 2; }\n"
                     "sealed=$(absolute \"$1\")\n"
                     "cd \"$(dirname \"$0\")\"\n"
                     "make_room\n"
                     "ways try\n"
                     "[ -e \"$work/matched\" ] || { echo \"unseal.sh: this boot is none of: $(tr "
                     "'\\n' ' ' < variants/list)\" >&2; exit 1; }\n"
                     "make_primary\n"
                     "tpm2_load -Q -C \"$work/primary\" -u \"$sealed.pub\" -r \"$sealed.priv\" -c "
                     "\"$work/sealed\"\n"
                     "make_room\n"
                     "tpm2_unseal -c \"$work/sealed\" -p \"session:$work/session\" -o "
                     "\"$work/secret\" || exit 1\n"
                     "cat \"$work/secret\"\n");
}

static void add_nv_write(assay_export_job *job, const assay_tpm_plan *plan)
{
    assay_writer *const out = assay_export_add_named(job, true, "nv/write.sh");

    char size[sizeof "65535"];

    snprintf(size, sizeof size, "%u", plan->nv.data_size);
    put_text(out,
             "#!/bin/sh\n"
             "# Puts the policy into NV index @, which is made where it isn't there.\n"
             "# Done anew with a later folder, what is sealed stays and its policy changes.\n"
             "set -eu\n"
             "cd \"$(dirname \"$0\")\"\n"
             "tpm2_nvreadpublic @ > /dev/null 2>&1 ||\n"
             "    tpm2_nvdefine -Q -C o -g sha256 -a \"ownerwrite|ownerread|authread|no_da\" @ -s ",
             index_of(plan).text);
    assay_put_string(out, size);
    put_text(out, " > /dev/null\ntpm2_nvwrite -Q -C o -i contents @\n", index_of(plan).text);
}

static const char *const asserted[] = {
    [ASSAY_TPM_HOW_PCR] = "PolicyPCR: the PCRs of one boot",
    [ASSAY_TPM_HOW_OR] = "PolicyOR: one of the boots in variants/list, each a PolicyPCR",
    [ASSAY_TPM_HOW_AUTHORIZE] =
        "PolicyAuthorize: any PolicyPCR that authorize/key.pem signed; a later folder by the same "
        "key opens what is sealed today",
    [ASSAY_TPM_HOW_NV] =
        "PolicyAuthorizeNV: whatever policy the NV index holds; run nv/write.sh first, and again "
        "with each later folder",
};

static void add_readme(assay_export_job *job, const assay_tpm_plan *plan)
{
    assay_writer *const out = assay_export_add_file(job, "README.md");

    put_text(out, "# Sealing to a boot\n\n`policy.digest` is @.\n\n", asserted[plan->how]);
    if (plan->how == ASSAY_TPM_HOW_NV)
        assay_put_string(out, "    nv/write.sh\n");
    assay_put_string(
        out, "    ./seal.sh SECRET SEALED\n"
             "    ./unseal.sh SEALED > SECRET\n\n"
             "`TPM2TOOLS_TCTI` names the TPM. What the scripts run, variant by variant:\n\n");
    put_text(out,
             "    tpm2_startauthsession --policy-session -g @ -S session\n"
             "    tpm2_policypcr -S session -l \"$(cat variants/V/selection)\" \"$(cat "
             "variants/V/pcrs.digest)\"\n",
             hash_name(plan));
    if (plan->how != ASSAY_TPM_HOW_AUTHORIZE && plan->tree.depth > 0)
        put_text(out, "    tpm2_policyor -S session @:POLICY,POLICY...   # see unseal.sh\n",
                 hash_name(plan));
    if (plan->how == ASSAY_TPM_HOW_AUTHORIZE)
        put_text(out,
                 "    tpm2_verifysignature -c key -g sha256 -m APPROVAL -s variants/V/signature -t "
                 "ticket\n"
                 "    tpm2_policyauthorize -S session -i variants/V/policy.digest \\\n"
                 "        -n authorize/key.name@ -t ticket\n",
                 plan->policy_ref.size > 0 ? " -q authorize/policy-ref" : "");
    if (plan->how == ASSAY_TPM_HOW_NV)
        put_text(out, "    tpm2_policyauthorizenv -S session -C @ @\n", index_of(plan).text);
    assay_put_string(out, "    tpm2_unseal -c sealed -p session:session\n");
}

void assay_tpm2_add_scripts(assay_export_job *job, const assay_tpm_plan *plan)
{
    add_seal(job, plan);
    add_unseal(job, plan);
    if (plan->how == ASSAY_TPM_HOW_NV)
        add_nv_write(job, plan);
    add_readme(job, plan);
}
