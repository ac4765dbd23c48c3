/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flavors read back: whose they are, and their values. In our own, "reference_variants" says whose
 * a part is; of others, one of each part is a variant together, and of more each flavor is one
 * alone.
 */
#include "policy/export/hvs/read.h"

#include "policy/export/imported.h"

typedef int flavor_visitor(assay_hvs_reading *r, json_t *flavor);

static int visit(assay_hvs_reading *r, const json_t *flavors, flavor_visitor *visitor)
{
    assay_json_list list = assay_json_begin_list(&r->at, NULL, flavors);
    const json_t *wrapper;
    int status = 0;

    while (status == 0 && (wrapper = assay_json_next(&list)) != NULL)
        status = visitor(r, json_object_get(wrapper, "flavor"));
    assay_json_end_list(&list);
    return status;
}

/* Whose a flavor is. */

static void look_at(assay_hvs_reading *r, const json_t *flavors)
{
    size_t parts[ASSAY_HVS_PARTS] = { 0 };

    r->told = r->one_of_each = true;
    for (size_t i = 0; i < json_array_size(flavors); i++) {
        json_t *const flavor = json_object_get(json_array_get(flavors, i), "flavor");
        json_t *const description = assay_hvs_description_of(flavor);

        r->told &= json_array_size(json_object_get(description, "reference_variants")) > 0;
        for (int part = 0; part < ASSAY_HVS_PARTS; part++)
            if (assay_json_is_word(json_object_get(description, "flavor_part"),
                                   assay_hvs_part_name((enum assay_hvs_part)part)))
                r->one_of_each &= ++parts[part] == 1;
    }
}

/* The name of variant `index` that the flavor is of; no bytes beyond the last. */
static assay_bytes name_at(const assay_hvs_reading *r, json_t *flavor, size_t index)
{
    if (r->told)
        return assay_json_text(json_array_get(
            json_object_get(assay_hvs_description_of(flavor), "reference_variants"), index));
    if (index > 0)
        return ASSAY_NO_BYTES;
    return r->one_of_each ? assay_import_variant_name(r->job) : assay_hvs_said_by(flavor, "label");
}

static size_t name_count(const assay_hvs_reading *r, json_t *flavor)
{
    return r->told ? json_array_size(
                         json_object_get(assay_hvs_description_of(flavor), "reference_variants"))
                   : 1;
}

static int add_variants(assay_hvs_reading *r, json_t *flavor)
{
    assay_reference_variant *variant;
    int status = 0;

    for (size_t i = 0; i < name_count(r, flavor) && status == 0; i++)
        status =
            assay_import_want_variant(r->reference, name_at(r, flavor, i), &variant, r->at.error);
    return status;
}

static assay_variant_set variants_of(const assay_hvs_reading *r, json_t *flavor)
{
    assay_variant_set variants = 0;

    for (size_t i = 0; i < name_count(r, flavor); i++) {
        const assay_reference_variant *const variant =
            assay_import_find_variant(r->reference, name_at(r, flavor, i));

        variants |= (assay_variant_set)1 << (variant - r->reference->variants);
    }
    return variants;
}

/* Values. */

static int set_value(assay_hvs_reading *r, assay_reference_variant *variant, uint16_t alg,
                     unsigned pcr, assay_bytes value)
{
    switch (assay_import_set_value(&variant->values, alg, pcr, value)) {
    case ASSAY_IMPORT_WRONG_SIZE:
        return assay_json_refuse(&r->at, "measurement", "it is not as long as its bank's digests");
    case ASSAY_IMPORT_OTHER:
        return assay_json_refuse(&r->at, "measurement",
                                 "another part of the same boot has another value of PCR %u", pcr);
    default:
        return 0;
    }
}

static int set_values(assay_hvs_reading *r, assay_variant_set variants, uint16_t alg, unsigned pcr,
                      assay_bytes value)
{
    int status = 0;

    for (size_t i = 0; i < r->reference->variant_count && status == 0; i++)
        if ((variants >> i & 1) != 0)
            status = set_value(r, &r->reference->variants[i], alg, pcr, value);
    return status;
}

static int read_rule(assay_hvs_reading *r, assay_variant_set variants, const json_t *rule)
{
    json_t *const pcr = json_object_get(rule, "pcr");
    json_t *const measurement = json_object_get(rule, "measurement");
    const char *const bank = json_string_value(json_object_get(pcr, "bank"));
    const json_int_t index = json_integer_value(json_object_get(pcr, "index"));
    const assay_alg *const alg =
        bank == NULL ? NULL : assay_alg_by_name(assay_bytes_of_string(bank));

    if (alg == NULL || assay_hvs_bank_name(alg->id) == NULL ||
        strcmp(assay_hvs_bank_name(alg->id), bank) != 0)
        return assay_json_refuse(&r->at, "pcr", "the bank is not SHA1, SHA256 or SHA384");
    if (!json_is_integer(json_object_get(pcr, "index")))
        return assay_json_refuse(&r->at, "pcr", "it has no index");
    if (index < 0 || index >= ASSAY_PCRS)
        return assay_json_refuse(&r->at, "pcr", "there is no such PCR");
    assay_writer value = assay_writer_growing(ASSAY_DIGEST_MAX);
    int status = 0;
    if (json_string_length(measurement) > 0)
        status = assay_json_read_hex(&r->at, measurement, "measurement", &value);
    if (status == 0 && value.used > 0)
        status = set_values(r, variants, alg->id, (unsigned)index, assay_written(&value));
    assay_writer_close(&value);
    return status < 0 ? status : assay_hvs_read_events(r, rule, (unsigned)index, alg->id, variants);
}

static int read_flavor(assay_hvs_reading *r, json_t *flavor)
{
    assay_json_list list = assay_json_begin_list(&r->at, "pcrs", json_object_get(flavor, "pcrs"));
    const assay_variant_set variants = variants_of(r, flavor);
    const json_t *rule;
    int status = 0;

    while (status == 0 && (rule = assay_json_next(&list)) != NULL)
        status = read_rule(r, variants, rule);
    assay_json_end_list(&list);
    return status;
}

/* What they say of the machine. */

static int take(assay_hvs_reading *r, const char **into, assay_bytes text)
{
    return assay_import_text(&r->at, r->reference, text, into);
}

/* A flavor of the part OS has its firmware beside its description alone. */
static assay_bytes said_of_bios(json_t *flavor, const char *key)
{
    const assay_bytes described = assay_hvs_said_by(flavor, key);

    return described.size > 0
               ? described
               : assay_json_text(json_object_get(json_object_get(flavor, "bios"), key));
}

static int read_description(assay_hvs_reading *r, json_t *flavor)
{
    assay_reference_environment *const where = &r->reference->environment;
    const char *name = NULL;
    int status = take(r, &where->firmware_vendor, said_of_bios(flavor, "bios_name"));

    if (status == 0)
        status = take(r, &where->firmware_version, said_of_bios(flavor, "bios_version"));
    if (status == 0)
        status = take(r, &where->os_name, assay_hvs_said_by(flavor, "os_name"));
    if (status == 0)
        status = take(r, &where->os_version, assay_hvs_said_by(flavor, "os_version"));
    if (status == 0)
        status = take(r, &where->host, assay_hvs_said_by(flavor, "hardware_uuid"));
    if (status == 0)
        status = take(r, &r->reference->version, assay_hvs_said_by(flavor, "reference_version"));
    if (status == 0)
        status = take(r, &name, assay_hvs_said_by(flavor, "reference_name"));
    if (name != NULL && assay_import_setting_of(r->job, "name") == NULL)
        r->reference->name = name;
    if (where->host != NULL)
        r->reference->scope = ASSAY_SCOPE_HOST;
    return status;
}

static void note_all(const assay_hvs_reading *r)
{
    if (r->unchecked > 0)
        assay_import_note_on(r->job, ASSAY_EXPORT_ADVICE,
                             "the signatures of %zu flavors are not checked: no key is trusted",
                             r->unchecked);
    if (r->others > 0)
        assay_import_note_on(r->job, ASSAY_EXPORT_LOSS,
                             "%zu flavors of asset tags, software or IMA are passed by: they hold "
                             "no values of a boot",
                             r->others);
}

static int read_flavors(assay_hvs_reading *r, const json_t *flavors)
{
    look_at(r, flavors);
    int status = visit(r, flavors, add_variants);
    /* They are named in their order, so that this order is the same again. */
    assay_import_sort_variants(r->reference);
    if (status == 0)
        status = visit(r, flavors, read_description);
    if (status == 0)
        status = visit(r, flavors, read_flavor);
    return status == 0 ? assay_hvs_add_steps(r) : status;
}

static int read_document(assay_hvs_reading *r, json_t *document)
{
    json_t *flavors = NULL;
    int status = assay_hvs_open_document(r, document, &flavors);

    if (status == 0)
        status = read_flavors(r, flavors);
    json_decref(flavors);
    return status;
}

int assay_hvs_read_flavors(assay_import_job *job, assay_reference **ret_reference,
                           assay_error *error)
{
    assay_hvs_reading r = { .job = job,
                            .at = { .error = error },
                            .reference = assay_import_begin(job) };
    assay_bytes text;
    json_t *document = NULL;
    int status = assay_import_one_file(job, &text, error);

    if (status == 0)
        status = assay_json_load(&document, text, ASSAY_HVS_FILE_BYTES_MAX,
                                 ASSAY_HVS_FILE_VALUES_MAX, error);
    if (status == 0 && r.reference != NULL)
        status = read_document(&r, document);
    json_decref(document);
    status = assay_import_end(r.reference, status, ret_reference, error);
    if (status == 0)
        note_all(&r);
    return status;
}
