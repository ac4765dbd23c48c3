/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/platform/nvindex.h"
#include "policy/export/tpm/tpm2.h"

#include <stdio.h>

enum { FILE_VALUES = 8 }; /* of tpm2_policypcr -f and tpm2_createpolicy -f */

/* Names. */

/* variants/list names them all, and is a file. */
static bool is_plain(const char *name)
{
    const size_t size = strlen(name);

    return size > 0 && size < ASSAY_TPM2_FOLDER && name[0] != '.' && name[0] != '-' &&
           strcmp(name, "list") != 0 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
               size;
}

void assay_tpm2_folder(const assay_tpm_branch *branch, char ret_name[ASSAY_TPM2_FOLDER])
{
    if (is_plain(branch->name))
        snprintf(ret_name, ASSAY_TPM2_FOLDER, "%s", branch->name);
    else /* No plain name has a '+'. */
        snprintf(ret_name, ASSAY_TPM2_FOLDER, "variant+%zu", branch->variant + 1);
}

void assay_tpm2_put_path(assay_writer *writer, const assay_tpm_plan *plan, size_t row, size_t place)
{
    char folder[ASSAY_TPM2_FOLDER];

    if (row == 0) {
        assay_tpm2_folder(&plan->branches[place], folder);
        assay_put_format(writer, "variants/%s/policy.digest", folder);
    } else {
        assay_put_format(writer, "or/%zu-%zu.digest", row, place + 1);
    }
}

/* Files. */

static void add_line(assay_export_job *job, const char *text, const char *path)
{
    assay_writer *const writer = assay_export_add_file(job, path);

    assay_put_string(writer, text);
    assay_put_char(writer, '\n');
}

static void add_bytes(assay_export_job *job, assay_bytes bytes, const char *path)
{
    assay_put(assay_export_add_file(job, path), bytes);
}

static void add_signature(assay_export_job *job, const assay_tpm_plan *plan, size_t place,
                          const char *folder)
{
    const assay_bytes signature = plan->branches[place].signature;
    const bool ecc = plan->scheme == ASSAY_ALG_ECDSA;
    uint8_t der[ASSAY_KEY_SIGNATURE_MAX];
    const size_t der_size = ecc ? assay_key_ecdsa_to_der(signature, der) : 0;

    assay_tpm_put_signature(assay_export_add_named(job, false, "variants/%s/signature", folder),
                            plan->scheme, ASSAY_ALG_SHA256, signature);
    assay_put(assay_export_add_named(job, false, "variants/%s/signature.raw", folder),
              ecc ? assay_bytes_of(der, der_size) : signature);
}

static int add_values(assay_export_job *job, const assay_tpm_plan *plan,
                      const assay_tpm_branch *branch, const char *folder, assay_error *error)
{
    const assay_pcrs *const values = assay_tpm_branch_values(job, branch);
    assay_writer *writer = assay_export_add_named(job, false, "variants/%s/pcrs.raw", folder);
    assay_digest digest;
    int failed = assay_tpm_selection_put_values(writer, &branch->selection, values, error);

    if (failed == 0)
        failed = assay_tpm_pcr_digest(&digest, plan->hash, &branch->selection, values, job->hashes,
                                      error);
    if (failed != 0)
        return failed;
    writer = assay_export_add_named(job, false, "variants/%s/pcrs.digest", folder);
    assay_put_hex(writer, assay_tpm_policy_bytes(&digest));
    assay_put_char(writer, '\n');
    return 0;
}

static int add_branch(assay_export_job *job, const assay_tpm_plan *plan, size_t place,
                      assay_error *error)
{
    const assay_tpm_branch *const branch = &plan->branches[place];
    char folder[ASSAY_TPM2_FOLDER];
    assay_writer *writer;

    assay_tpm2_folder(branch, folder);
    writer = assay_export_add_named(job, false, "variants/%s/name", folder);
    assay_put_string(writer, branch->name);
    assay_put_char(writer, '\n');
    writer = assay_export_add_named(job, false, "variants/%s/selection", folder);
    assay_tpm_selection_write(writer, &branch->selection);
    assay_put_char(writer, '\n');
    assay_put(assay_export_add_named(job, false, "variants/%s/policy.digest", folder),
              assay_tpm_policy_bytes(assay_tpm_branch_policy(plan, place)));
    if (plan->how == ASSAY_TPM_HOW_AUTHORIZE)
        add_signature(job, plan, place, folder);
    return add_values(job, plan, branch, folder, error);
}

static void add_list(assay_export_job *job, const assay_tpm_plan *plan)
{
    assay_writer *const writer = assay_export_add_file(job, "variants/list");

    for (size_t i = 0; i < plan->count; i++) {
        char folder[ASSAY_TPM2_FOLDER];

        assay_tpm2_folder(&plan->branches[i], folder);
        assay_put_string(writer, folder);
        assay_put_char(writer, '\n');
    }
}

/* The last row is in policy.digest, or in the NV index. */
static void add_tree(assay_export_job *job, const assay_tpm_plan *plan)
{
    for (size_t row = 1; row < plan->tree.depth; row++)
        for (size_t i = 0; i < plan->tree.rows[row].count; i++)
            assay_put(assay_export_add_named(job, false, "or/%zu-%zu.digest", row, i + 1),
                      assay_tpm_policy_bytes(&plan->tree.rows[row].policies[i]));
}

static void add_authorize(assay_export_job *job, const assay_tpm_plan *plan)
{
    assay_key_put_pem(job->key, assay_export_add_file(job, "authorize/key.pem"));
    add_bytes(job, assay_tpm_name_bytes(&plan->key_name), "authorize/key.name");
    if (plan->policy_ref.size > 0)
        add_bytes(job, plan->policy_ref, "authorize/policy-ref");
}

/* TPMT_HA: what TPM2_PolicyAuthorizeNV compares with. */
static void add_nv(assay_export_job *job, const assay_tpm_plan *plan)
{
    assay_writer *const contents = assay_export_add_file(job, "nv/contents");

    assay_put_u16be(contents, plan->hash);
    assay_put(contents, assay_tpm_policy_bytes(assay_tpm_or_policy(&plan->tree)));
    assay_nv_write_text(assay_export_add_file(job, "nv/public"), &plan->nv);
    add_bytes(job, assay_tpm_name_bytes(&plan->nv_name), "nv/name");
}

static void note_losses(assay_export_job *job, const assay_tpm_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        const size_t values = assay_tpm_selection_count(&plan->branches[i].selection);

        if (values > FILE_VALUES)
            assay_export_note_on(
                job, ASSAY_EXPORT_ADVICE,
                "tpm2-tools 5.4 read at most %d values with -f, and variant %s has "
                "%zu: give it pcrs.digest as its argument, as the scripts do",
                FILE_VALUES, plan->branches[i].name, values);
    }
    if (job->reference->step_count > 0)
        assay_export_note_on(job, ASSAY_EXPORT_NATURE,
                             "a policy holds what PCRs come to: the steps and components that they "
                             "come from are not written");
}

static int write_folder(assay_export_job *job, assay_error *error)
{
    assay_tpm_dialect dialect = { .how = assay_tpm_loadexternal(ASSAY_ALG_SHA256) };
    assay_tpm_plan plan;

    if (job->key != NULL)
        dialect.scheme = assay_tpm_scheme_of(assay_key_public_of(job->key));
    int failed = assay_tpm_plan_make(&plan, job, &dialect, error);
    if (failed != 0)
        return failed;
    add_line(job, job->reference->name, "name");
    add_bytes(job, assay_tpm_policy_bytes(&plan.policy), "policy.digest");
    add_list(job, &plan);
    for (size_t i = 0; i < plan.count && failed == 0; i++)
        failed = add_branch(job, &plan, i, error);
    if (plan.how != ASSAY_TPM_HOW_AUTHORIZE)
        add_tree(job, &plan);
    if (plan.how == ASSAY_TPM_HOW_AUTHORIZE)
        add_authorize(job, &plan);
    if (plan.how == ASSAY_TPM_HOW_NV)
        add_nv(job, &plan);
    assay_tpm2_add_scripts(job, &plan);
    note_losses(job, &plan);
    return failed;
}

static const assay_export_setting_info settings[] = {
    ASSAY_TPM_PLAN_SETTINGS,
    { "selection", "SELECTION", "of a file of values read alone: sha256:0,4,9" },
    { NULL, NULL, NULL },
};

const assay_export_format assay_export_tpm2_policy = {
    .name = "tpm2-policy",
    .title = "TPM 2.0 policies as files, with scripts that seal and unseal",
    .reader = "tpm2-tools (run with 5.4), and a TPM 2.0",
    .holds = "every bank and PCR that the TPM has; sha256 unless others are asked for",
    .loses = "steps, components, everything but values",
    .folder = true,
    .takes_key = true,
    .settings = settings,
    .write = write_folder,
    .read = assay_tpm2_read,
};
