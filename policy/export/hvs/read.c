/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flavors read back: the values that they name. In our own, "reference_variants" says whose a part
 * is; of others, one of each part is a variant together, and of more each flavor is one alone.
 */
#include "policy/export/hvs/flavor.h"

#include "base/base64.h"
#include "base/jsonwalk.h"
#include "policy/export/imported.h"

enum { FILE_BYTES_MAX = 64 << 20, FILE_VALUES_MAX = 1 << 20, FLAVORS_MAX = 4096 };

typedef struct reader {
    assay_import_job *job;
    assay_reference *reference;
    assay_json_walk at;
    bool told;        /* all flavors say whose they are */
    bool one_of_each; /* else: whether they are parts of one boot */
    size_t unchecked; /* flavors whose signature nobody checked */
    size_t events;    /* that are named and not kept */
    size_t others;    /* flavors of asset tags, software and IMA */
} reader;

typedef int flavor_visitor(reader *r, json_t *flavor);

static json_t *description_of(json_t *flavor)
{
    return json_object_get(json_object_get(flavor, "meta"), "description");
}

static assay_bytes said(json_t *flavor, const char *key)
{
    return assay_json_text(json_object_get(description_of(flavor), key));
}

/* A flavor of the part OS has its firmware beside its description alone. */
static assay_bytes said_of_bios(json_t *flavor, const char *key)
{
    const assay_bytes described = said(flavor, key);

    return described.size > 0
               ? described
               : assay_json_text(json_object_get(json_object_get(flavor, "bios"), key));
}

/* Whether the document is sound, and signed where that is wanted. */

static int digest_of(reader *r, json_t *flavor, assay_digest *ret_digest)
{
    assay_writer canonical = assay_writer_growing(FILE_BYTES_MAX);
    assay_hash *hash = NULL;
    assay_error inner;
    int status = assay_hvs_put_canonical(&canonical, flavor, &inner);

    if (status < 0)
        status = assay_json_refuse_as(&r->at, (enum assay_kind)-status, "flavor", "%s", inner.what);
    if (status == 0)
        status = assay_json_check_writer(&r->at, "flavor", &canonical);
    if (status == 0 && assay_hashes_get(r->job->hashes, ASSAY_ALG_SHA384, &hash) < 0)
        status = assay_json_refuse_as(&r->at, ASSAY_CRYPTO, NULL, "libcrypto has no SHA-384");
    if (status == 0) {
        const assay_bytes written = assay_written(&canonical);

        *ret_digest = (assay_digest){ .alg = ASSAY_ALG_SHA384, .size = 48 };
        assay_hash_parts(hash, &written, 1, ret_digest->value);
    }
    assay_writer_close(&canonical);
    return status;
}

static int check_signature(reader *r, const assay_digest *digest, assay_bytes signature)
{
    for (size_t i = 0; i < r->job->trusted_count; i++) {
        const assay_key *const key = r->job->trusted[i];
        const int good =
            assay_key_public_of(key)->alg != ASSAY_ALG_RSA
                ? 0
                : assay_key_verify(key, ASSAY_ALG_RSASSA, digest, signature, r->at.error);

        if (good != 0)
            return good < 0 ? good : 0;
    }
    return assay_json_refuse_as(&r->at, ASSAY_UNTRUSTED, "signature",
                                "none of the trusted keys made it");
}

static int check_signed(reader *r, json_t *wrapper, const assay_digest *digest)
{
    json_t *const text = json_object_get(wrapper, "signature");
    assay_writer signature = assay_writer_growing(ASSAY_KEY_SIGNATURE_MAX);
    int status = 0;

    if (r->job->trusted_count == 0)
        r->unchecked += text != NULL;
    else if (text == NULL)
        status = assay_json_refuse_as(&r->at, ASSAY_UNTRUSTED, "signature",
                                      "it is not signed, and keys are trusted");
    else if (!assay_put_unbase64(&signature, assay_json_text(text)) || signature.failure != 0)
        status = assay_json_refuse(&r->at, "signature", "no signature in Base64");
    else
        status = check_signature(r, digest, assay_written(&signature));
    assay_writer_close(&signature);
    return status;
}

/* Of asset tags, software and IMA: another struct, and no values of a boot. */
static bool is_ours(json_t *flavor)
{
    for (int part = 0; part < ASSAY_HVS_PARTS; part++)
        if (assay_json_is_word(json_object_get(description_of(flavor), "flavor_part"),
                               assay_hvs_part_name((enum assay_hvs_part)part)))
            return true;
    return false;
}

static int check_flavor(reader *r, json_t *wrapper)
{
    static const char *const known[] = { "flavor", "signature", NULL };
    json_t *const flavor = json_object_get(wrapper, "flavor");
    assay_digest digest;
    int status = assay_json_check_keys(&r->at, wrapper, known);

    if (status == 0 && !json_is_object(flavor))
        status = assay_json_refuse(&r->at, "flavor", "there is none");
    if (status < 0 || !is_ours(flavor))
        return status;
    status = digest_of(r, flavor, &digest);
    if (status == 0)
        status = check_signed(r, wrapper, &digest);
    if (status == 0 && said(flavor, "label").size == 0)
        status = assay_json_refuse(&r->at, "flavor", "HVS demands a label, and it has none");
    return status;
}

/* Those of `list` that are ours into `kept`, each of them sound. */
static int check_each(reader *r, json_t *list, json_t *kept)
{
    int status =
        kept == NULL ? assay_json_refuse_as(&r->at, ASSAY_NO_MEMORY, NULL, "no memory") : 0;

    if (json_array_size(list) > FLAVORS_MAX)
        return assay_json_refuse_as(&r->at, ASSAY_TOO_LARGE, NULL, "more than %d flavors",
                                    FLAVORS_MAX);
    for (size_t i = 0; i < json_array_size(list) && status == 0; i++) {
        const size_t before = assay_json_enter_index(&r->at, i);
        json_t *const wrapper = json_array_get(list, i);

        status = check_flavor(r, wrapper);
        if (status == 0 && is_ours(json_object_get(wrapper, "flavor")) &&
            json_array_append(kept, wrapper) < 0)
            status = assay_json_refuse_as(&r->at, ASSAY_NO_MEMORY, NULL, "no memory");
        assay_json_leave(&r->at, before);
    }
    r->others = status == 0 ? json_array_size(list) - json_array_size(kept) : 0;
    return status;
}

/* The list in whatever is wrapped around it, or around none; a new reference, or NULL. */
static json_t *list_of(json_t *document)
{
    static const char *const collections[] = { "flavor_collection", "signed_flavor_collection" };
    static const char *const lists[] = { "flavors", "signed_flavors" };

    if (json_is_array(document))
        return json_incref(document);
    for (size_t i = 0; i < 2; i++) {
        json_t *const inner = json_object_get(document, collections[i]);
        json_t *const list = json_object_get(inner != NULL ? inner : document, lists[i]);

        if (json_is_array(list) && json_array_size(list) > 0)
            return json_incref(list);
    }
    if (json_object_get(document, "flavor") != NULL)
        return json_pack("[O]", document);
    return json_object_get(document, "meta") != NULL ? json_pack("[{sO}]", "flavor", document)
                                                     : NULL;
}

static int visit(reader *r, json_t *list, flavor_visitor *visitor)
{
    int status = 0;

    for (size_t i = 0; i < json_array_size(list) && status == 0; i++) {
        const size_t before = assay_json_enter_index(&r->at, i);

        status = visitor(r, json_object_get(json_array_get(list, i), "flavor"));
        assay_json_leave(&r->at, before);
    }
    return status;
}

/* Whose a flavor is. */

static void look_at(reader *r, json_t *list)
{
    size_t parts[ASSAY_HVS_PARTS] = { 0 };

    r->told = r->one_of_each = true;
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *const flavor = json_object_get(json_array_get(list, i), "flavor");
        json_t *const description = description_of(flavor);

        r->told &= json_array_size(json_object_get(description, "reference_variants")) > 0;
        for (int part = 0; part < ASSAY_HVS_PARTS; part++)
            if (assay_json_is_word(json_object_get(description, "flavor_part"),
                                   assay_hvs_part_name((enum assay_hvs_part)part)))
                r->one_of_each &= ++parts[part] == 1;
    }
}

static int want_variant(reader *r, assay_bytes name)
{
    assay_reference_variant *variant;

    if (assay_import_find_variant(r->reference, name) != NULL)
        return 0;
    return assay_import_variant(r->reference, name, &variant, r->at.error);
}

static int add_variants(reader *r, json_t *flavor)
{
    json_t *const names = json_object_get(description_of(flavor), "reference_variants");
    int status = 0;

    if (!r->told)
        return want_variant(r, r->one_of_each ? assay_import_variant_name(r->job)
                                              : said(flavor, "label"));
    for (size_t i = 0; i < json_array_size(names) && status == 0; i++)
        status = want_variant(r, assay_json_text(json_array_get(names, i)));
    return status;
}

/* The names of variants are written in their order, so that this order is the same again. */
static void sort_variants(assay_reference *reference)
{
    for (size_t i = 1; i < reference->variant_count; i++)
        for (size_t j = i;
             j > 0 && strcmp(reference->variants[j].name, reference->variants[j - 1].name) < 0;
             j--) {
            const assay_reference_variant other = reference->variants[j];

            reference->variants[j] = reference->variants[j - 1];
            reference->variants[j - 1] = other;
        }
}

/* Values. */

static int set_value(reader *r, assay_reference_variant *variant, uint16_t alg, unsigned pcr,
                     assay_bytes value)
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

static int set_values(reader *r, json_t *flavor, uint16_t alg, unsigned pcr, assay_bytes value)
{
    json_t *const names = json_object_get(description_of(flavor), "reference_variants");
    const size_t count = r->told ? json_array_size(names) : 1;
    int status = 0;

    for (size_t i = 0; i < count && status == 0; i++) {
        const assay_bytes name = r->told          ? assay_json_text(json_array_get(names, i))
                                 : r->one_of_each ? assay_import_variant_name(r->job)
                                                  : said(flavor, "label");

        status = set_value(r, assay_import_find_variant(r->reference, name), alg, pcr, value);
    }
    return status;
}

static size_t events_in(json_t *rule)
{
    return json_array_size(json_object_get(json_object_get(rule, "eventlog_equals"), "events")) +
           json_array_size(json_object_get(rule, "eventlog_includes"));
}

static int read_rule(reader *r, json_t *flavor, json_t *rule)
{
    json_t *const pcr = json_object_get(rule, "pcr");
    json_t *const measurement = json_object_get(rule, "measurement");
    const char *const bank = json_string_value(json_object_get(pcr, "bank"));
    const json_int_t index = json_integer_value(json_object_get(pcr, "index"));
    const assay_alg *const alg =
        bank == NULL ? NULL : assay_alg_by_name(assay_bytes_of_string(bank));

    r->events += events_in(rule);
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
        status = set_values(r, flavor, alg->id, (unsigned)index, assay_written(&value));
    assay_writer_close(&value);
    return status;
}

static int read_flavor(reader *r, json_t *flavor)
{
    json_t *const rules = json_object_get(flavor, "pcrs");
    const size_t before = assay_json_enter(&r->at, "pcrs");
    int status = 0;

    for (size_t i = 0; i < json_array_size(rules) && status == 0; i++) {
        const size_t outside = assay_json_enter_index(&r->at, i);

        status = read_rule(r, flavor, json_array_get(rules, i));
        assay_json_leave(&r->at, outside);
    }
    assay_json_leave(&r->at, before);
    return status;
}

/* What they say of the machine. */

static int take(reader *r, const char **into, assay_bytes text)
{
    return assay_import_text(&r->at, r->reference, text, into);
}

static int read_description(reader *r, json_t *flavor)
{
    assay_reference_environment *const where = &r->reference->environment;
    const char *name = NULL;
    int status = take(r, &where->firmware_vendor, said_of_bios(flavor, "bios_name"));

    if (status == 0)
        status = take(r, &where->firmware_version, said_of_bios(flavor, "bios_version"));
    if (status == 0)
        status = take(r, &where->os_name, said(flavor, "os_name"));
    if (status == 0)
        status = take(r, &where->os_version, said(flavor, "os_version"));
    if (status == 0)
        status = take(r, &where->host, said(flavor, "hardware_uuid"));
    if (status == 0)
        status = take(r, &r->reference->version, said(flavor, "reference_version"));
    if (status == 0)
        status = take(r, &name, said(flavor, "reference_name"));
    if (name != NULL && assay_import_setting_of(r->job, "name") == NULL)
        r->reference->name = name;
    if (where->host != NULL)
        r->reference->scope = ASSAY_SCOPE_HOST;
    return status;
}

static void note_all(const reader *r)
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
    if (r->events > 0)
        assay_import_note_on(r->job, ASSAY_EXPORT_LOSS,
                             "%zu events are named without their data and without their order "
                             "among the PCRs, and are not kept: the reference has values alone",
                             r->events);
}

static int read_kept(reader *r, json_t *list)
{
    look_at(r, list);
    int status = visit(r, list, add_variants);
    if (status == 0) {
        sort_variants(r->reference);
        status = visit(r, list, read_description);
    }
    return status == 0 ? visit(r, list, read_flavor) : status;
}

static int read_document(reader *r, json_t *document)
{
    json_t *const list = list_of(document);
    json_t *const kept = json_array();
    int status = list == NULL ? assay_json_refuse_as(&r->at, ASSAY_UNKNOWN_FORMAT, NULL,
                                                     "these are no flavors of HVS")
                              : check_each(r, list, kept);

    if (status == 0)
        status = read_kept(r, kept);
    json_decref(kept);
    json_decref(list);
    return status;
}

int assay_hvs_read_flavors(assay_import_job *job, assay_reference **ret_reference,
                           assay_error *error)
{
    reader r = { .job = job, .at = { .error = error }, .reference = assay_import_begin(job) };
    assay_bytes text;
    json_t *document = NULL;
    int status = assay_import_one_file(job, &text, error);

    if (status == 0)
        status = assay_json_load(&document, text, FILE_BYTES_MAX, FILE_VALUES_MAX, error);
    if (status == 0 && r.reference != NULL)
        status = read_document(&r, document);
    json_decref(document);
    status = assay_import_end(r.reference, status, ret_reference, error);
    if (status == 0)
        note_all(&r);
    return status;
}
