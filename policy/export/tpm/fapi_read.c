/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Policies of the Feature API, read back: POLICYPCR, one after the other, of one boot, and POLICYOR
 * of several. Nothing else says what a boot's PCRs are; what authorizes such policies is not kept.
 */
#include "base/hex.h"
#include "base/jsonwalk.h"
#include "policy/export/tpm/fapi.h"
#include "policy/export/imported.h"

#include <strings.h>

enum {
    FILE_MAX = 1 << 20,
    VALUES_MAX = 1 << 17,
    DEPTH_MAX = 4, /* of POLICYOR within POLICYOR */
};

typedef struct fapi_reading {
    assay_json_walk at;
    assay_reference *reference;
    assay_error *error;
    unsigned depth;
} fapi_reading;

/* "POLICYPCR" in any case, and "PCR", which the library takes too. */
static bool is_type(const json_t *element, const char *name)
{
    const char *const type = json_string_value(json_object_get(element, "type"));
    enum { PREFIX = sizeof "POLICY" - 1 };

    return type != NULL &&
           (strcasecmp(type, name) == 0 || strcasecmp(type, name + PREFIX) == 0);
}

/* "TPM2_ALG_SHA256", "SHA256". */
static const assay_alg *alg_of(const json_t *value)
{
    assay_bytes name = assay_json_text(value);
    const assay_bytes prefix = ASSAY_LITERAL("TPM2_ALG_");

    if (assay_bytes_start_with(name, prefix))
        name = assay_bytes_of(name.data + prefix.size, name.size - prefix.size);
    return name.data == NULL ? NULL : assay_alg_by_name(name);
}

static int read_value(fapi_reading *r, json_t *object, assay_reference_variant *variant)
{
    static const char *const keys[] = { "pcr", "hashAlg", "digest", NULL };
    uint8_t digest[ASSAY_DIGEST_MAX];
    uint64_t pcr;
    int failed = assay_json_check_keys(&r->at, object, keys);

    if (failed != 0)
        return failed;
    const assay_alg *const alg = alg_of(json_object_get(object, "hashAlg"));
    const assay_bytes digits = assay_json_text(json_object_get(object, "digest"));
    if (!assay_json_number(json_object_get(object, "pcr"), ASSAY_PCRS - 1, &pcr))
        return assay_json_refuse(&r->at, "pcr", "is none of 0 to %d", ASSAY_PCRS - 1);
    if (alg == NULL)
        return assay_json_refuse(&r->at, "hashAlg", "is no algorithm known here");
    if (digits.data == NULL || !assay_hex_decode(digits, digest, alg->size))
        return assay_json_refuse(&r->at, "digest", "is not %u bytes in hexadecimal", alg->size);
    if (!assay_import_value(variant, alg->id, (unsigned)pcr, assay_bytes_of(digest, alg->size)))
        return assay_json_refuse(&r->at, "pcr", "PCR %u of the bank has a value already",
                                 (unsigned)pcr);
    return 0;
}

/* Of "pcrs" and what takes them from the TPM one alone may be there (TSS FAPI's own reader). */
static int read_pcr(fapi_reading *r, json_t *element, assay_reference_variant *variant)
{
    static const char *const keys[] = { "type", "policyDigests", "pcrs", NULL };
    json_t *const pcrs = json_object_get(element, "pcrs"), *value;
    int failed = pcrs == NULL ? 0 : assay_json_check_keys(&r->at, element, keys);
    if (failed != 0)
        return failed;
    assay_json_list list = assay_json_begin_list(&r->at, "pcrs", pcrs);

    if (!json_is_array(pcrs) || json_array_size(pcrs) == 0)
        failed = assay_json_refuse(&r->at, NULL, "is no list of values: a policy that takes them "
                                                 "from the TPM says nothing of a boot");
    while (failed == 0 && (value = assay_json_next(&list)) != NULL)
        failed = read_value(r, value, variant);
    assay_json_end_list(&list);
    return failed;
}

/* A list of POLICYPCR: a boot. */
static int read_boot(fapi_reading *r, json_t *policy, assay_bytes name)
{
    assay_json_list list = assay_json_begin_list(&r->at, NULL, policy);
    assay_reference_variant *variant;
    json_t *element;
    int failed = assay_import_variant(r->reference, name, &variant, r->error);

    while (failed == 0 && (element = assay_json_next(&list)) != NULL)
        failed = is_type(element, "POLICYPCR")
                     ? read_pcr(r, element, variant)
                     : assay_json_refuse(&r->at, "type",
                                         "is neither POLICYPCR nor a POLICYOR that stands alone");
    assay_json_end_list(&list);
    return failed;
}

static int read_policy(fapi_reading *r, json_t *policy, assay_bytes name);

static int read_branches(fapi_reading *r, json_t *element)
{
    json_t *const branches = json_object_get(element, "branches"), *branch;
    assay_json_list list = assay_json_begin_list(&r->at, "branches", branches);
    int failed = 0;

    if (!json_is_array(branches) || json_array_size(branches) == 0)
        failed = assay_json_refuse(&r->at, NULL, "is no list of branches");
    while (failed == 0 && (branch = assay_json_next(&list)) != NULL)
        failed = read_policy(r, json_object_get(branch, "policy"),
                             assay_json_text(json_object_get(branch, "name")));
    assay_json_end_list(&list);
    return failed;
}

static int read_policy(fapi_reading *r, json_t *policy, assay_bytes name)
{
    const size_t before = assay_json_enter(&r->at, "policy");
    json_t *const first = json_array_get(policy, 0);
    int failed = 0;

    if (!json_is_array(policy) || first == NULL)
        failed = assay_json_refuse(&r->at, NULL, "is no list of policies");
    else if (json_array_size(policy) > 1 || !is_type(first, "POLICYOR"))
        failed = read_boot(r, policy, name);
    else if (++r->depth > DEPTH_MAX)
        failed = assay_json_refuse(&r->at, NULL, "is nested too deep");
    else {
        const size_t inner = assay_json_enter_index(&r->at, 0);

        failed = read_branches(r, first);
        assay_json_leave(&r->at, inner);
        r->depth--;
    }
    assay_json_leave(&r->at, before);
    return failed;
}

/* Files. */

/* What a document's policy is: values, or only what authorizes others. */
static bool authorizes(const json_t *document)
{
    const json_t *const first = json_array_get(json_object_get(document, "policy"), 0);

    return is_type(first, "POLICYAUTHORIZE") || is_type(first, "POLICYAUTHORIZENV");
}

/* The name of the only variant: a line in a file beside the policy. */
static assay_bytes variant_of(const assay_import_job *job)
{
    const assay_bytes line = assay_import_line(job, "variant");

    return line.data != NULL ? line : ASSAY_LITERAL("boot");
}

static int read_document(fapi_reading *r, assay_import_job *job, json_t *document, const char *path)
{
    const assay_bytes description = assay_json_text(json_object_get(document, "description"));
    json_t *const policy = json_object_get(document, "policy");
    const bool approved = strncmp(path, "approved/", strlen("approved/")) == 0;

    if (authorizes(document))
        assay_import_note_on(job, ASSAY_EXPORT_LOSS,
                             "what authorizes the policies, a key or an NV index, is not kept");
    if (!approved && !assay_import_name(r->reference, description))
        return assay_fail(r->error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory");
    return authorizes(document) ? 0
                                : read_policy(r, policy, approved ? description : variant_of(job));
}

static int read_file(fapi_reading *r, assay_import_job *job, const assay_export_file *file)
{
    json_t *document;

    job->place = file->path;
    int failed = assay_json_load(&document, assay_written(&file->writer), FILE_MAX, VALUES_MAX,
                                 r->error);
    if (failed != 0)
        return failed;
    r->at = (assay_json_walk){ .error = r->error };
    failed = read_document(r, job, document, file->path);
    json_decref(document);
    return failed;
}

int assay_fapi_read(assay_import_job *job, assay_reference **ret_reference, assay_error *error)
{
    fapi_reading r = { .error = error, .reference = assay_reference_new("reference") };
    int failed = 0;

    if (r.reference == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory");
    for (size_t i = 0; i < job->file_count && failed == 0; i++)
        if (assay_import_ends_in(job->files[i].path, ".json") || job->file_count == 1)
            failed = read_file(&r, job, &job->files[i]);
    if (failed == 0 && r.reference->variant_count == 0)
        failed = assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                            "there is no policy that says what PCRs hold");
    if (failed != 0) {
        assay_reference_free(&r.reference);
        return failed;
    }
    *ret_reference = r.reference;
    return 0;
}
