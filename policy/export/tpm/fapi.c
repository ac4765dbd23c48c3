/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/export/tpm/fapi.h"

#include "base/output.h"
#include "policy/export/tpm/tpm2.h"

#include <ctype.h>
#include <stdio.h>

/* "TPM2_ALG_SHA256". */
static void emit_alg(assay_output *out, const char *key, uint16_t alg)
{
    char name[32];

    snprintf(name, sizeof name, "TPM2_ALG_%s", assay_alg_find(alg)->name);
    for (char *c = name; *c != '\0'; c++)
        *c = (char)toupper((unsigned char)*c);
    assay_emit_string(out, key, name);
}

/*
 * Each PCR is a POLICYPCR of its own: libtss2-fapi 3.2.1 (Debian 12) computes one of several, and
 * aborts when it is to be satisfied. One after the other they hold the same.
 */
static void emit_pcrs(assay_output *out, const assay_export_job *job,
                      const assay_tpm_branch *branch)
{
    const assay_pcrs *const values = assay_tpm_branch_values(job, branch);

    for (size_t i = 0; i < branch->selection.count; i++)
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
            const assay_tpm_selected *const bank = &branch->selection.banks[i];

            if (!assay_pcr_set_has(bank->pcrs, pcr))
                continue;
            assay_emit_object(out, NULL);
            assay_emit_string(out, "type", "POLICYPCR");
            assay_emit_array(out, "pcrs");
            assay_emit_object(out, NULL);
            assay_emit_u64(out, "pcr", pcr);
            emit_alg(out, "hashAlg", bank->alg);
            assay_emit_hex(out, "digest", assay_pcrs_value(values, bank->alg, pcr));
            assay_emit_end(out);
            assay_emit_end(out);
            assay_emit_end(out);
        }
}

static void emit_node(assay_output *out, const assay_export_job *job, const assay_tpm_plan *plan,
                      size_t row, size_t place);

/* The branches that a node stands for, "3 to 8", to be chosen from. */
static void emit_branch_name(assay_output *out, const assay_tpm_plan *plan, size_t row,
                             size_t place)
{
    size_t first = place, last = place, span = 1;
    char text[80];

    for (size_t i = 0; i < row; i++)
        span *= ASSAY_TPM_OR_MAX;
    first = place * span;
    last = first + span > plan->count ? plan->count : first + span;
    if (last - first == 1)
        snprintf(text, sizeof text, "%zu", first + 1);
    else
        snprintf(text, sizeof text, "%zu to %zu", first + 1, last);
    assay_emit_string(out, "name", last - first == 1 ? plan->branches[first].name : text);
    assay_emit_string(out, "description", last - first == 1 ? plan->branches[first].name : text);
}

static void emit_or(assay_output *out, const assay_export_job *job, const assay_tpm_plan *plan,
                    size_t row, size_t first, size_t count)
{
    assay_emit_object(out, NULL);
    assay_emit_string(out, "type", "POLICYOR");
    assay_emit_array(out, "branches");
    for (size_t i = first; i < first + count; i++) {
        assay_emit_object(out, NULL);
        emit_branch_name(out, plan, row - 1, i);
        assay_emit_array(out, "policy");
        emit_node(out, job, plan, row - 1, i);
        assay_emit_end(out);
        assay_emit_end(out);
    }
    assay_emit_end(out);
    assay_emit_end(out);
}

/* A policy of the tree: what stands alone in its row is what it is below. */
static void emit_node(assay_output *out, const assay_export_job *job, const assay_tpm_plan *plan,
                      size_t row, size_t place)
{
    size_t first;

    if (row == 0) {
        emit_pcrs(out, job, &plan->branches[place]);
        return;
    }
    const size_t count = assay_tpm_or_below(&plan->tree, row, place, &first);
    if (count == 1)
        emit_node(out, job, plan, row - 1, first);
    else
        emit_or(out, job, plan, row, first, count);
}

static void emit_bytes(assay_output *out, const char *key, assay_bytes bytes)
{
    assay_emit_array(out, key);
    for (size_t i = 0; i < bytes.size; i++)
        assay_emit_u64(out, NULL, bytes.data[i]);
    assay_emit_end(out);
}

/* Documents. */

static assay_output begin(assay_writer *writer, const char *description)
{
    assay_output out = assay_output_json_indented(writer);

    assay_emit_object(&out, NULL);
    assay_emit_string(&out, "description", description);
    return out;
}

static void end(assay_output *out)
{
    assay_emit_end(out);
    assay_emit_end(out);
}

/* Of one variant there is no branch that could have its name. */
static void write_variants(assay_export_job *job, const assay_tpm_plan *plan, const char *path)
{
    assay_output out = begin(assay_export_add_file(job, path), job->reference->name);

    assay_emit_array(&out, "policy");
    emit_node(&out, job, plan, plan->tree.depth, 0);
    end(&out);
    if (plan->count > 1)
        return;
    assay_writer *const name = assay_export_add_file(job, "variant");
    assay_put_string(name, plan->branches[0].name);
    assay_put_char(name, '\n');
}

static void emit_pem(assay_output *out, const char *key, const assay_key *of)
{
    assay_writer pem = assay_writer_growing(1 << 16);

    assay_key_put_pem(of, &pem);
    assay_emit_text(out, key, assay_written(&pem));
    assay_writer_close(&pem);
}

static void write_authorize(assay_export_job *job, const assay_tpm_plan *plan)
{
    assay_output out = begin(assay_export_add_file(job, "policy.json"), job->reference->name);

    assay_emit_array(&out, "policy");
    assay_emit_object(&out, NULL);
    assay_emit_string(&out, "type", "POLICYAUTHORIZE");
    emit_bytes(&out, "policyRef", plan->policy_ref);
    emit_pem(&out, "keyPEM", job->key);
    emit_alg(&out, "keyPEMhashAlg", ASSAY_ALG_SHA256);
    assay_emit_end(&out);
    end(&out);
}

static void emit_authorization(assay_output *out, const assay_export_job *job,
                               const assay_tpm_plan *plan, size_t place)
{
    const assay_bytes signature = plan->branches[place].signature;
    const bool ecc = plan->scheme == ASSAY_ALG_ECDSA;
    uint8_t der[ASSAY_KEY_SIGNATURE_MAX];
    const size_t size = ecc ? assay_key_ecdsa_to_der(signature, der) : 0;

    assay_emit_array(out, "policyAuthorizations");
    assay_emit_object(out, NULL);
    assay_emit_string(out, "type", "pem");
    emit_bytes(out, "policyRef", plan->policy_ref);
    emit_pem(out, "key", job->key);
    emit_alg(out, "keyPEMhashAlg", ASSAY_ALG_SHA256);
    assay_emit_hex(out, "signature", ecc ? assay_bytes_of(der, size) : signature);
    assay_emit_end(out);
    assay_emit_end(out);
}

static void write_approved(assay_export_job *job, const assay_tpm_plan *plan, size_t place)
{
    char folder[ASSAY_TPM2_FOLDER];

    assay_tpm2_folder(&plan->branches[place], folder);
    assay_output out = begin(
        assay_export_add_named(job, false, "approved/%02zu-%s.json", place + 1, folder),
        plan->branches[place].name);
    assay_emit_array(&out, "policyDigests");
    assay_emit_object(&out, NULL);
    emit_alg(&out, "hashAlg", plan->hash);
    assay_emit_hex(&out, "digest", assay_tpm_policy_bytes(assay_tpm_branch_policy(plan, place)));
    assay_emit_end(&out);
    assay_emit_end(&out);
    emit_authorization(&out, job, plan, place);
    assay_emit_array(&out, "policy");
    emit_pcrs(&out, job, &plan->branches[place]);
    end(&out);
}

static void write_nv(assay_export_job *job, const char *nv_path)
{
    assay_output out = begin(assay_export_add_file(job, "policy.json"), job->reference->name);

    assay_emit_array(&out, "policy");
    assay_emit_object(&out, NULL);
    assay_emit_string(&out, "type", "POLICYAUTHORIZENV");
    assay_emit_string(&out, "nvPath", nv_path);
    assay_emit_end(&out);
    end(&out);
}

static void write_readme(assay_export_job *job, const assay_tpm_plan *plan, const char *nv_path)
{
    assay_writer *const out = assay_export_add_file(job, "README.md");

    assay_put_string(out, "# Sealing to a boot with the Feature API\n\n"
                          "    tss2_import -p /policy/boot -i policy.json\n");
    for (size_t i = 0; i < plan->count && plan->how == ASSAY_TPM_HOW_AUTHORIZE; i++) {
        char folder[ASSAY_TPM2_FOLDER];

        assay_tpm2_folder(&plan->branches[i], folder);
        assay_put_format(out, "    tss2_import -p /policy/approved-%zu -i approved/%02zu-%s.json\n",
                         i + 1, i + 1, folder);
    }
    if (nv_path != NULL) {
        assay_put_string(out, "    tss2_import -p /policy/variants -i variants.json\n    "
                              "tss2_createnv -p ");
        assay_put_string(out, nv_path);
        assay_put_format(out, " -s %u -t noda -a \"\"\n    tss2_writeauthorizenv -p ",
                         2 + assay_alg_find(plan->hash)->size);
        assay_put_string(out, nv_path);
        assay_put_string(out, " -P /policy/variants\n");
    }
    assay_put_string(out,
                     "    tss2_createseal -p /HS/SRK/secret -P /policy/boot -i SECRET -a \"\"\n"
                     "    tss2_unseal -p /HS/SRK/secret -o -\n");
    if (plan->count > 1)
        assay_put_string(out,
                         "\ntss2_unseal asks which of the variants this boot is, and reads the "
                         "answer from standard\ninput.\n");
}

static bool check_banks(assay_export_job *job, const assay_tpm_plan *plan)
{
    bool known = true;

    for (size_t i = 0; i < plan->count; i++)
        for (size_t bank = 0; bank < plan->branches[i].selection.count; bank++)
            if (plan->branches[i].selection.banks[bank].alg > ASSAY_ALG_SM3_256) {
                assay_export_note_on(
                    job, ASSAY_EXPORT_REFUSAL, "libtss2-fapi knows no bank %s",
                    assay_alg_find(plan->branches[i].selection.banks[bank].alg)->name);
                known = false;
            }
    return known;
}

static void note_use(assay_export_job *job, const assay_tpm_plan *plan)
{
    if (job->reference->step_count > 0)
        assay_export_note_on(job, ASSAY_EXPORT_NATURE,
                             "a policy holds what PCRs come to: the steps and components that they "
                             "come from are not written");
    assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                         "each PCR is a POLICYPCR of its own, for libtss2-fapi 3.2.1 aborts in "
                         "unseal on one of several: the policy is another than that of "
                         "tpm2-policy");
    if (plan->count > 1)
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "who unseals is asked which of the %zu variants this boot is: "
                             "tss2_unseal reads the answer from standard input",
                             plan->count);
}

/* As libtss2-fapi makes a key of PEM: it signs and does nothing else, RSA with PSS. */
static assay_tpm_dialect dialect_of(const assay_key *key)
{
    const uint16_t usual = key == NULL ? 0 : assay_tpm_scheme_of(assay_key_public_of(key));
    const uint16_t scheme = usual == ASSAY_ALG_RSASSA ? ASSAY_ALG_RSAPSS : usual;

    return (assay_tpm_dialect){ .each = true,
                                .how = { .name_alg = ASSAY_ALG_SHA256,
                                         .attributes = ASSAY_TPMA_SIGN,
                                         .scheme = scheme,
                                         .scheme_hash = ASSAY_ALG_SHA256,
                                         .exponent_said = true },
                                .scheme = scheme };
}

static int write_folder(assay_export_job *job, assay_error *error)
{
    const char *const nv_path = assay_export_setting_of(job, "nv-path");
    const assay_tpm_dialect dialect = dialect_of(job->key);
    assay_tpm_plan plan;

    if (nv_path != NULL && job->key != NULL)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "a policy is authorized by a key or by an NV index: give one of both");
    const int failed = assay_tpm_plan_make(&plan, job, &dialect, error);
    if (failed != 0)
        return failed;
    if (!check_banks(job, &plan))
        return 0;
    if (plan.how == ASSAY_TPM_HOW_AUTHORIZE) {
        write_authorize(job, &plan);
        for (size_t i = 0; i < plan.count; i++)
            write_approved(job, &plan, i);
    } else {
        if (nv_path != NULL)
            write_nv(job, nv_path);
        write_variants(job, &plan, nv_path != NULL ? "variants.json" : "policy.json");
    }
    write_readme(job, &plan, nv_path);
    note_use(job, &plan);
    return 0;
}

static const assay_export_setting_info settings[] = {
    { "hash", "ALG", "hash of sessions and of what is sealed, the profile's: sha256 if not given" },
    { "policy-ref", "HEX", "what the key signs besides each policy, so that it's no other's" },
    { "nv-path", "PATH", "an NV index that holds the policy, as /nv/Owner/boot" },
    { NULL, NULL, NULL },
};

const assay_export_format assay_export_fapi = {
    .name = "fapi",
    .title = "policies of the TSS 2.0 Feature API",
    .reader = "libtss2-fapi (run with 3.2.1), tss2_import",
    .holds = "PCRs of sha1, sha256, sha384, sha512 and sm3_256; sha256 unless others are asked for",
    .loses = "steps, components, everything but values",
    .folder = true,
    .takes_key = true,
    .settings = settings,
    .write = write_folder,
    .read = assay_fapi_read,
};
