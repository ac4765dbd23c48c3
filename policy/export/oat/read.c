/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MLEs read back, out of the bodies of OpenAttestation's interface (Open CIT's v1). A BIOS and a
 * VMM make a boot; which ones, our own descriptions say. Of others, an only BIOS goes with every
 * VMM, and an only VMM with every BIOS.
 */
#include "policy/export/oat/oat.h"

#include "base/hex.h"
#include "base/jsonwalk.h"
#include "policy/export/imported.h"

enum { BODY_BYTES_MAX = 1 << 20, BODY_VALUES_MAX = 1 << 12, MLES_MAX = 4096 };

static const char marker[] = ASSAY_OAT_VARIANTS;

typedef struct read_mle {
    bool vmm;
    const char *path;
    json_t *body; /* its own reference */
} read_mle;

typedef struct reader {
    assay_import_job *job;
    assay_reference *reference;
    assay_json_walk at;
    uint16_t bank; /* of the setting, or 0 */
    size_t count;
    read_mle *mles;
    size_t types[2]; /* how many of BIOS, of VMM */
} reader;

/* Bodies. */

static int keep_mle(reader *r, json_t *body, const char *path)
{
    static const char *const known[] = { "Name",      "Version",     "OsName",
                                         "OsVersion", "OemName",     "Attestation_Type",
                                         "MLE_Type",  "Description", "MLE_Manifests",
                                         NULL };
    const bool vmm = assay_json_is_word(json_object_get(body, "MLE_Type"), "VMM");
    const int status = assay_json_check_keys(&r->at, body, known);

    if (status < 0)
        return status;
    if (!vmm && !assay_json_is_word(json_object_get(body, "MLE_Type"), "BIOS"))
        return assay_json_refuse(&r->at, "MLE_Type", "it is BIOS or VMM");
    if (r->count == MLES_MAX)
        return assay_json_refuse_as(&r->at, ASSAY_TOO_LARGE, NULL, "more than %d MLEs", MLES_MAX);
    read_mle *const slot = assay_arena_more(&r->job->arena, &r->mles, r->count, sizeof *slot);
    if (slot == NULL)
        return assay_json_refuse_as(&r->at, ASSAY_NO_MEMORY, NULL, "no memory");
    *slot = (read_mle){ vmm, path, json_incref(body) };
    r->count++;
    r->types[vmm]++;
    return 0;
}

/* What is no MLE (a manufacturer, an OS, a host, the plan) has nothing that an MLE doesn't say. */
static int read_file(reader *r, const assay_export_file *file)
{
    json_t *body = NULL;

    if (strncmp(file->path, "v2/", 3) == 0 || strstr(file->path, "/v2/") != NULL ||
        !(assay_import_ends_in(file->path, ".json") || file->path[0] == '\0' ||
          r->job->file_count == 1))
        return 0;
    r->job->place = file->path;
    int status = assay_json_load(&body, assay_written(&file->writer), BODY_BYTES_MAX,
                                 BODY_VALUES_MAX, r->at.error);
    if (status == 0 && json_object_get(body, "MLE_Type") != NULL)
        status = keep_mle(r, body, file->path);
    json_decref(body);
    return status;
}

/* Names of variants. */

static assay_bytes text_of(const read_mle *mle, const char *key)
{
    return assay_json_text(json_object_get(mle->body, key));
}

/* A name of a list, decoded; what is encoded wrongly stands for itself. */
typedef struct listed_name {
    uint8_t bytes[4 * ASSAY_OAT_TEXT_MAX];
    size_t size;
} listed_name;

static assay_bytes bytes_of(const listed_name *n)
{
    return assay_bytes_of(n->bytes, n->size);
}

/* The next name that our own description lists. False behind the last. */
static bool next_name(assay_bytes *list, listed_name *ret_name)
{
    size_t at = 0;

    ret_name->size = 0;
    if (list->size == 0)
        return false;
    for (; at < list->size && list->data[at] != ',' && ret_name->size < sizeof ret_name->bytes;
         at++) {
        uint8_t byte = list->data[at];

        if (byte == '%' && at + 2 < list->size &&
            assay_hex_decode(assay_bytes_of(list->data + at + 1, 2), &byte, 1))
            at += 2;
        ret_name->bytes[ret_name->size++] = byte;
    }
    at += at < list->size;
    *list = assay_bytes_of(list->data + at, list->size - at);
    return true;
}

static bool is_told(const read_mle *mle, assay_bytes *ret_names)
{
    const assay_bytes description = text_of(mle, "Description");
    const size_t size = sizeof marker - 1;

    if (description.size <= size || memcmp(description.data, marker, size) != 0)
        return false;
    *ret_names = assay_bytes_of(description.data + size, description.size - size);
    return true;
}

static int want(reader *r, assay_bytes name)
{
    assay_reference_variant *variant;

    return assay_import_want_variant(r->reference, name, &variant, r->at.error);
}

/* An MLE that says nothing is a variant by its version, unless it is the only one of its type. */
static int add_variants(reader *r, const read_mle *mle)
{
    assay_bytes names;
    listed_name one;
    int status = 0;

    if (is_told(mle, &names)) {
        while (status == 0 && next_name(&names, &one))
            status = want(r, bytes_of(&one));
        return status;
    }
    return r->types[mle->vmm] > 1 ? want(r, text_of(mle, "Version")) : 0;
}

static bool is_of(const reader *r, const read_mle *mle, assay_bytes variant)
{
    assay_bytes names;
    listed_name one;

    if (!is_told(mle, &names))
        return r->types[mle->vmm] == 1 || assay_bytes_equal(text_of(mle, "Version"), variant);
    while (next_name(&names, &one))
        if (assay_bytes_equal(bytes_of(&one), variant))
            return true;
    return false;
}

/* Values. */

static uint16_t bank_of(const reader *r, json_t *manifest, size_t digits)
{
    static const uint16_t by_size[] = { ASSAY_ALG_SHA1, ASSAY_ALG_SHA256, ASSAY_ALG_SHA384,
                                        ASSAY_ALG_SHA512 };
    json_t *const said = json_object_get(manifest, "PcrBank");
    const assay_alg *const named = said == NULL ? NULL : assay_alg_by_name(assay_json_text(said));

    if (said != NULL || r->bank != 0)
        return said == NULL ? r->bank : named != NULL ? named->id : 0;
    for (size_t i = 0; i < sizeof by_size / sizeof *by_size; i++)
        if ((size_t)2 * assay_alg_find(by_size[i])->size == digits)
            return by_size[i];
    return 0;
}

/* Where one is named at all. */
static bool is_bank(const json_t *name)
{
    return name == NULL || assay_alg_by_name(assay_json_text(name)) != NULL;
}

static int set_value(reader *r, const read_mle *mle, uint16_t alg, unsigned pcr, assay_bytes value)
{
    for (size_t i = 0; i < r->reference->variant_count; i++) {
        assay_reference_variant *const variant = &r->reference->variants[i];

        if (!is_of(r, mle, assay_bytes_of_string(variant->name)))
            continue;
        const enum assay_import_set set =
            assay_import_set_value(&variant->values, alg, pcr, value);
        if (set == ASSAY_IMPORT_WRONG_SIZE)
            return assay_json_refuse(&r->at, "Value", "it is not as long as its bank's digests");
        if (set != ASSAY_IMPORT_SET)
            return assay_json_refuse(&r->at, "Name", "PCR %u has a value already", pcr);
    }
    return 0;
}

static int read_manifest(reader *r, const read_mle *mle, json_t *manifest)
{
    static const char *const known[] = { "Name", "Value", "PcrBank", NULL };
    json_t *const value = json_object_get(manifest, "Value");
    assay_writer digest = assay_writer_growing(ASSAY_DIGEST_MAX);
    uint64_t pcr = 0;
    int status = assay_json_check_keys(&r->at, manifest, known);

    if (status == 0 && !json_is_string(value))
        status = assay_json_refuse(&r->at, "Value", "it is no string");
    if (status == 0 && !is_bank(json_object_get(manifest, "PcrBank")))
        status = assay_json_refuse(&r->at, "PcrBank", "no bank that is known here");
    if (status == 0 && !assay_json_number(json_object_get(manifest, "Name"), ASSAY_PCRS - 1, &pcr))
        status = assay_json_refuse(&r->at, "Name", "it is no number of a PCR");
    /* An empty value says that the PCR is there and is anything. */
    if (status == 0 && assay_json_text(value).size > 0) {
        const uint16_t alg = bank_of(r, manifest, assay_json_text(value).size);

        status = assay_json_read_hex(&r->at, value, "Value", &digest);
        if (status == 0 && alg == 0)
            status = assay_json_refuse(&r->at, "Value", "no bank has values of this length");
        if (status == 0)
            status = set_value(r, mle, alg, (unsigned)pcr, assay_written(&digest));
    }
    assay_writer_close(&digest);
    return status;
}

static int read_values(reader *r, const read_mle *mle)
{
    json_t *const manifests = json_object_get(mle->body, "MLE_Manifests"), *manifest;
    assay_json_list list = assay_json_begin_list(&r->at, "MLE_Manifests", manifests);
    int status = 0;

    r->job->place = mle->path;
    if (manifests != NULL && !json_is_array(manifests))
        status = assay_json_refuse(&r->at, NULL, "this is no array");
    while (status == 0 && (manifest = assay_json_next(&list)) != NULL)
        status = read_manifest(r, mle, manifest);
    assay_json_end_list(&list);
    return status;
}

/* What they say of the machine. */

static int take(reader *r, const char **into, assay_bytes text)
{
    return assay_import_text(&r->at, r->reference, text, into);
}

/* The version without the variant that tells several MLEs apart. */
static assay_bytes version_of(const reader *r, const read_mle *mle)
{
    const assay_bytes version = text_of(mle, "Version");
    assay_bytes names;
    listed_name first;

    if (r->types[mle->vmm] == 1 || !is_told(mle, &names) || !next_name(&names, &first) ||
        version.size <= first.size)
        return version;
    const size_t before = version.size - first.size;
    return version.data[before - 1] == '-' &&
                   memcmp(version.data + before, first.bytes, first.size) == 0
               ? assay_bytes_of(version.data, before - 1)
               : version;
}

static int read_names(reader *r, const read_mle *mle)
{
    assay_reference_environment *const where = &r->reference->environment;
    const char *name = NULL;
    int status = 0;

    if (!mle->vmm) {
        status = take(r, &where->platform_manufacturer, text_of(mle, "OemName"));
        if (status == 0)
            status = take(r, &where->firmware_vendor, text_of(mle, "Name"));
        return status < 0 ? status : take(r, &where->firmware_version, version_of(r, mle));
    }
    status = take(r, &where->os_name, text_of(mle, "OsName"));
    if (status == 0)
        status = take(r, &where->os_version, text_of(mle, "OsVersion"));
    if (status == 0)
        status = take(r, &r->reference->version, version_of(r, mle));
    if (status == 0)
        status = take(r, &name, text_of(mle, "Name"));
    if (name != NULL && assay_import_setting_of(r->job, "name") == NULL)
        r->reference->name = name;
    return status;
}

static int read_all(reader *r)
{
    int status = 0;

    for (size_t i = 0; i < r->job->file_count && status == 0; i++)
        status = read_file(r, &r->job->files[i]);
    for (size_t i = 0; i < r->count && status == 0; i++) {
        r->job->place = r->mles[i].path;
        status = add_variants(r, &r->mles[i]);
    }
    if (status == 0 && r->count > 0 && r->reference->variant_count == 0)
        status = want(r, assay_bytes_of_string("default"));
    assay_import_sort_variants(r->reference);
    for (size_t i = 0; i < r->count && status == 0; i++)
        status = read_values(r, &r->mles[i]);
    for (size_t i = 0; i < r->count && status == 0; i++)
        status = read_names(r, &r->mles[i]);
    for (size_t i = 0; i < r->count; i++)
        json_decref(r->mles[i].body);
    return status;
}

static int read_bank(const assay_import_job *job, uint16_t *ret_bank, assay_error *error)
{
    const char *const set = assay_import_setting_of(job, "bank");
    const assay_alg *const alg = set == NULL ? NULL : assay_alg_by_name(assay_bytes_of_string(set));

    *ret_bank = alg == NULL ? 0 : alg->id;
    if (set == NULL || alg != NULL)
        return 0;
    return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "bank names no hash algorithm");
}

int assay_oat_read(assay_import_job *job, assay_reference **ret_reference, assay_error *error)
{
    reader r = { .job = job, .at = { .error = error }, .reference = assay_import_begin(job) };
    int status = read_bank(job, &r.bank, error);

    if (status == 0 && r.reference != NULL)
        status = read_all(&r);
    status = assay_import_end(r.reference, status, ret_reference, error);
    if (status == 0 && r.bank == 0)
        assay_import_note_on(job, ASSAY_EXPORT_ADVICE,
                             "the white list names no bank: it is told by the length of the "
                             "values; --set bank=ALG says another");
    return status;
}
