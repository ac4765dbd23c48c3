/* SPDX-License-Identifier: BSD-2-Clause */
/* Flavors as HVS takes them: alone, as a collection, or as the body of POST /hvs/v2/flavors. */
#include "policy/export/hvs/flavor.h"

#include "base/base64.h"
#include "base/jsonwalk.h"

enum { FLAVOR_BYTES_MAX = 64 << 20, FLAVOR_VALUES_MAX = 1 << 20 };

static const char nil[] = "00000000-0000-0000-0000-000000000000";

enum form { FORM_BODY, FORM_COLLECTION, FORM_FLAVOR };

/* What comes of a flavor's canonical form. */
typedef struct sealing {
    char id[ASSAY_UUID_TEXT];
    assay_digest digest;
} sealing;

/* What a server would refuse, or never find. */

static void note_lookup(assay_export_job *job, const char *part, const char *setting,
                        const char *otherwise)
{
    if (assay_hvs_said(job, setting, otherwise) == NULL)
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "HVS finds a host's %s flavor by what the host says of itself, and "
                             "the reference does not say it: give --set %s=TEXT",
                             part, setting);
}

static void note_untyped(assay_export_job *job, const assay_hvs_rule *rule)
{
    for (size_t i = 0; i < rule->count; i++)
        if (rule->events[i]->untyped) {
            assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                                 "PCR %u has events whose type the reference doesn't know, and HVS "
                                 "compares types, so that no host has them",
                                 rule->pcr);
            return;
        }
}

static bool has_part(const assay_hvs_plan *plan, enum assay_hvs_part part)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->flavors[i].part == part)
            return true;
    return false;
}

static void note_all(assay_export_job *job, const assay_hvs_plan *plan)
{
    const assay_reference_environment *const where = &job->reference->environment;
    size_t parts[ASSAY_HVS_PARTS] = { 0 };

    for (size_t i = 0; i < plan->count; i++) {
        parts[plan->flavors[i].part]++;
        for (size_t j = 0; j < plan->flavors[i].count; j++)
            note_untyped(job, &plan->flavors[i].rules[j]);
    }
    if (has_part(plan, ASSAY_HVS_PLATFORM)) {
        note_lookup(job, "PLATFORM", "bios-name", where->firmware_vendor);
        note_lookup(job, "PLATFORM", "bios-version", where->firmware_version);
    }
    if (has_part(plan, ASSAY_HVS_OS)) {
        note_lookup(job, "OS", "os-name", where->os_name);
        note_lookup(job, "OS", "os-version", where->os_version);
    }
    if (parts[ASSAY_HVS_PLATFORM] > 1 && parts[ASSAY_HVS_OS] > 1)
        assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                             "HVS takes any of %zu PLATFORM flavors with any of %zu OS flavors: "
                             "which of the variants' parts belong together is lost",
                             parts[ASSAY_HVS_PLATFORM], parts[ASSAY_HVS_OS]);
    if (plan->txt && plan->hardware_uuid == NULL)
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "initrd goes into the OS flavor and LCP_CONTROL_HASH into PLATFORM, "
                             "since the reference is of no one host: --set hardware-uuid=UUID "
                             "puts both into HOST_UNIQUE as HVS' own templates do");
}

/* The flavor's JSON, read back: what is signed is what was written. */
static int load_flavor(assay_export_job *job, const assay_hvs_plan *plan,
                       const assay_hvs_flavor *flavor, json_t **ret_flavor, assay_error *error)
{
    assay_writer text = assay_writer_growing(FLAVOR_BYTES_MAX);
    assay_output out = assay_output_json_line(&text);

    assay_hvs_emit_flavor(&out, NULL, job, plan, flavor, nil);
    const int status = text.failure != 0
                           ? assay_fail(error, (enum assay_kind)text.failure, ASSAY_NOWHERE,
                                        "no room for a flavor")
                           : assay_json_load(ret_flavor, assay_written(&text), FLAVOR_BYTES_MAX,
                                             FLAVOR_VALUES_MAX, error);
    assay_writer_close(&text);
    return status;
}

static int digest_of(assay_export_job *job, uint16_t alg, assay_bytes bytes,
                     assay_digest *ret_digest, assay_error *error)
{
    assay_hash *hash;
    int status = assay_hashes_get(job->hashes, alg, &hash);

    *ret_digest = (assay_digest){ .alg = alg };
    if (status == 0) {
        ret_digest->size = (uint16_t)assay_hash_size(hash);
        status = assay_hash_parts(hash, &bytes, 1, ret_digest->value);
    }
    return status == 0 ? 0
                       : assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                                    "libcrypto can't hash it");
}

/*
 * The id follows from the flavor: HVS has each once, and the same flavor of another revision of
 * the reference is the same. RFC 9562 section 5.8.
 */
static void make_id(const assay_digest *sha256, char ret_id[static ASSAY_UUID_TEXT])
{
    uint8_t uuid[16];

    memcpy(uuid, sha256->value, sizeof uuid);
    uuid[6] = (uint8_t)((uuid[6] & 0x0f) | 0x80);
    uuid[8] = (uint8_t)((uuid[8] & 0x3f) | 0x80);
    assay_uuid_format(uuid, ret_id);
}

static int seal_flavor(assay_export_job *job, const assay_hvs_plan *plan,
                       const assay_hvs_flavor *flavor, sealing *ret_seal, assay_error *error)
{
    assay_writer canonical = assay_writer_growing(FLAVOR_BYTES_MAX);
    assay_digest sha256;
    json_t *loaded = NULL;
    int status = load_flavor(job, plan, flavor, &loaded, error);

    if (status == 0)
        status = assay_hvs_put_canonical(&canonical, loaded, error);
    if (status == 0 && canonical.failure != 0)
        status = assay_fail(error, (enum assay_kind)canonical.failure, ASSAY_NOWHERE,
                            "no room for a flavor");
    if (status == 0)
        status = digest_of(job, ASSAY_ALG_SHA256, assay_written(&canonical), &sha256, error);
    if (status == 0)
        make_id(&sha256, ret_seal->id);
    if (status == 0)
        status =
            digest_of(job, ASSAY_ALG_SHA384, assay_written(&canonical), &ret_seal->digest, error);
    json_decref(loaded);
    assay_writer_close(&canonical);
    return status;
}

static int emit_signature(assay_output *out, const assay_export_job *job, const sealing *seal,
                          assay_error *error)
{
    uint8_t signature[ASSAY_KEY_SIGNATURE_MAX];
    assay_writer text = assay_writer_growing((size_t)4 * ASSAY_KEY_SIGNATURE_MAX);
    const int size = assay_key_sign(job->key, ASSAY_ALG_RSASSA, &seal->digest, signature, error);

    if (size > 0) {
        assay_put_base64(&text, assay_bytes_of(signature, (size_t)size));
        assay_emit_text(out, "signature", assay_written(&text));
    }
    assay_writer_close(&text);
    return size < 0 ? size : 0;
}

/* {"flavor": ...}, with its signature where there is a key; inside an object that is begun. */
static int emit_wrapped(assay_output *out, assay_export_job *job, const assay_hvs_plan *plan,
                        const assay_hvs_flavor *flavor, assay_error *error)
{
    sealing seal;
    const int status = seal_flavor(job, plan, flavor, &seal, error);

    if (status < 0)
        return status;
    assay_hvs_emit_flavor(out, "flavor", job, plan, flavor, seal.id);
    return job->key == NULL ? 0 : emit_signature(out, job, &seal, error);
}

static int emit_list(assay_output *out, assay_export_job *job, const assay_hvs_plan *plan,
                     assay_error *error)
{
    int status = 0;

    assay_emit_array(out, job->key != NULL ? "signed_flavors" : "flavors");
    for (size_t i = 0; i < plan->count && status == 0; i++) {
        assay_emit_object(out, NULL);
        status = emit_wrapped(out, job, plan, &plan->flavors[i], error);
        assay_emit_end(out);
    }
    assay_emit_end(out);
    return status;
}

static int emit_body(assay_output *out, assay_export_job *job, const assay_hvs_plan *plan,
                     assay_error *error)
{
    assay_emit_string(out, "connection_string", "");
    assay_emit_object(out, job->key != NULL ? "signed_flavor_collection" : "flavor_collection");
    const int status = emit_list(out, job, plan, error);
    assay_emit_end(out);
    assay_emit_array(out, "flavorgroup_names");
    assay_emit_string(out, NULL, assay_hvs_said(job, "flavorgroup", "automatic"));
    assay_emit_end(out);
    if (job->key != NULL)
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "HVS 5 makes no flavor of a signed_flavor_collection that is posted: "
                             "post the unsigned body, which the server signs with its own key, "
                             "and use the signed flavors where HVS' verifier runs on its own");
    return status;
}

static int choose_form(const assay_export_job *job, enum form *ret_form, assay_error *error)
{
    static const char *const names[] = { "body", "collection", "flavor" };
    const char *const set = assay_export_setting_of(job, "form");

    *ret_form = job->key != NULL ? FORM_COLLECTION : FORM_BODY;
    if (set == NULL)
        return 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], set) == 0) {
            *ret_form = (enum form)i;
            return 0;
        }
    return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                      "form is body, collection or flavor");
}

/* Leaves only the flavors of the part that is asked for. */
static int keep_part(const assay_export_job *job, assay_hvs_plan *plan, assay_error *error)
{
    const char *const set = assay_export_setting_of(job, "part");
    size_t kept = 0;
    int part = 0;

    if (set == NULL)
        return 0;
    while (part < ASSAY_HVS_PARTS &&
           strcmp(assay_hvs_part_name((enum assay_hvs_part)part), set) != 0)
        part++;
    if (part == ASSAY_HVS_PARTS)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "part is PLATFORM, OS or HOST_UNIQUE");
    for (size_t i = 0; i < plan->count; i++)
        if (plan->flavors[i].part == (enum assay_hvs_part)part)
            plan->flavors[kept++] = plan->flavors[i];
    plan->count = kept;
    return 0;
}

static int check_key(const assay_export_job *job, assay_error *error)
{
    if (job->key == NULL || assay_key_public_of(job->key)->alg == ASSAY_ALG_RSA)
        return 0;
    return assay_fail(
        error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
        "flavors are signed with RSA (PKCS #1 v1.5, SHA-384), and the key is another");
}

static int write_form(assay_export_job *job, const assay_hvs_plan *plan, enum form form,
                      assay_error *error)
{
    if (form == FORM_FLAVOR && plan->count != 1)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "there are %zu flavors and form=flavor holds one: choose with "
                          "part=PART and --variant",
                          plan->count);
    assay_output out = assay_output_json_indented(assay_export_add_file(job, ""));

    assay_emit_object(&out, NULL);
    const int status = form == FORM_BODY ? emit_body(&out, job, plan, error)
                       : form == FORM_COLLECTION
                           ? emit_list(&out, job, plan, error)
                           : emit_wrapped(&out, job, plan, &plan->flavors[0], error);
    assay_emit_end(&out);
    return status;
}

int assay_hvs_write_flavors(assay_export_job *job, assay_error *error)
{
    enum form form = FORM_BODY;
    assay_hvs_plan plan = { .count = 0 };
    const uint16_t alg = assay_export_one_bank(job);
    int status = check_key(job, error);

    if (status == 0)
        status = choose_form(job, &form, error);
    if (status == 0 && assay_hvs_bank_name(alg) == NULL)
        status = assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                            "HVS looks values up in SHA-1, SHA-256 and SHA-384 alone: choose one "
                            "with --bank");
    if (status == 0)
        status = assay_hvs_plan_make(job, alg, &plan, error);
    if (status == 0)
        status = keep_part(job, &plan, error);
    if (status == 0 && plan.count == 0)
        status = assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                            "nothing of what is wanted is held, so that there is no flavor");
    if (status < 0)
        return status;
    note_all(job, &plan);
    assay_export_note_unheld(job);
    return write_form(job, &plan, form, error);
}
