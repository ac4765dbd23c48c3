/* SPDX-License-Identifier: BSD-2-Clause */
/* What a CoRIM says of a reference, and what it has no place for. */
#include "policy/export/corim/keep.h"
#include "policy/export/corim/profile.h"
#include "policy/export/corim/quoted.h"
#include "policy/export/plain/plain.h"

#include <stdio.h>
#include <stdlib.h>

static const char *setting_or(const assay_export_job *job, const char *name, const char *otherwise)
{
    const char *const said = assay_export_setting_of(job, name);

    return said != NULL ? said : otherwise;
}

/* An id that follows from the reference's identity. */
static const char *id_of_reference(assay_export_job *job, const char *word)
{
    char text[ASSAY_UUID_TEXT];
    uint8_t uuid[16];

    if (assay_reference_uuid(job->reference, word, uuid) < 0)
        return NULL;
    assay_uuid_format(uuid, text);
    return assay_arena_text(&job->arena, assay_bytes_of_string(text));
}

/* Two machines' CoMIDs made of one reference are two tags. */
static const char *id_of(assay_export_job *job, const char *word)
{
    const char *const instance = assay_export_setting_of(job, "instance");
    char *words = NULL;

    if (instance == NULL)
        return id_of_reference(job, word);
    if (asprintf(&words, "%s of %s", word, instance) < 0)
        return NULL;
    const char *const id = id_of_reference(job, words);
    free(words);
    return id;
}

static const char *id_of_superseded(assay_export_job *job, const char *word)
{
    char text[ASSAY_UUID_TEXT];
    uint8_t identity[32], uuid[16];
    assay_writer writer = assay_writer_lent(identity, sizeof identity);

    if (job->reference->supersedes == NULL ||
        !assay_put_decoded(&writer, assay_bytes_of_string(job->reference->supersedes)) ||
        writer.used != sizeof identity || assay_uuid_of(identity, word, uuid) < 0)
        return NULL;
    assay_uuid_format(uuid, text);
    return assay_arena_text(&job->arena, assay_bytes_of_string(text));
}

/*
 * One that was read from a CoRIM goes on under the ids that it had there: a greater tag-version
 * says that it is newer. Another one replaces, by its id, the one that it supersedes.
 */
static int set_ids(assay_export_job *job, const assay_corim_kept *kept, assay_corim *corim,
                   assay_error *error)
{
    static const char corim_word[] = "corim", comid_word[] = "comid";

    corim->id = setting_or(job, "id", kept->id);
    if (corim->id == NULL)
        corim->id = id_of(job, corim_word);
    corim->tag_id = setting_or(job, "tag-id", kept->tag_id);
    corim->replaces = kept->replaces;
    if (corim->tag_id == NULL) {
        corim->tag_id = id_of(job, comid_word);
        corim->replaces = id_of_superseded(job, comid_word);
    }
    corim->tag_version = job->reference->revision - 1;
    return corim->id != NULL && corim->tag_id != NULL
               ? 0
               : assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the ids");
}

static bool is_oid(const char *dots)
{
    uint8_t contents[256];
    assay_writer oid = assay_writer_lent(contents, sizeof contents);

    return assay_oid_put(&oid, dots) && oid.failure == 0;
}

static int set_class(assay_export_job *job, bool of_machines, assay_corim *corim,
                     assay_error *error)
{
    const assay_reference *const reference = job->reference;
    const assay_reference_environment *const environment = &reference->environment;

    corim->class_id = setting_or(job, "class-id", environment->class_id);
    corim->vendor = setting_or(
        job, "vendor", of_machines ? environment->platform_manufacturer : reference->vendor);
    corim->model = setting_or(job, "model",
                              of_machines && environment->platform_model != NULL
                                  ? environment->platform_model
                                  : reference->name);
    if (corim->class_id != NULL && !assay_uuid_is(assay_bytes_of_string(corim->class_id)) &&
        !is_oid(corim->class_id))
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "the class-id is neither a UUID nor an object identifier");
    if (!of_machines &&
        (environment->platform_manufacturer != NULL || environment->platform_model != NULL))
        assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                             "the platform's manufacturer and model are left out: the class is "
                             "the image's, and it has one vendor and model");
    return 0;
}

/*
 * A platform's or a host's values are of a class of machines; all others of an image. Veraison's
 * scheme of single machines takes no class.
 */
static int set_environment(assay_export_job *job, assay_corim *corim, assay_error *error)
{
    const assay_reference *const reference = job->reference;
    const assay_reference_environment *const environment = &reference->environment;
    int status = 0;

    corim->instance = setting_or(
        job, "instance", reference->scope == ASSAY_SCOPE_HOST ? environment->host : NULL);
    if (corim->instance != NULL && assay_corim_profile_is_quoted(corim->profile))
        assay_export_note_on(job, ASSAY_EXPORT_NATURE,
                             "names of vendor, model and class are left out: the scheme takes an "
                             "instance alone");
    else
        status = set_class(job,
                           reference->scope == ASSAY_SCOPE_PLATFORM ||
                               reference->scope == ASSAY_SCOPE_HOST,
                           corim, error);
    if (environment->platform_version != NULL || environment->firmware_vendor != NULL ||
        environment->firmware_version != NULL || environment->os_name != NULL ||
        environment->os_version != NULL)
        assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                             "versions of platform, firmware and operating system are left out: "
                             "a class has no place for them");
    return status;
}

static int set_time(const char *text, bool *ret_has, int64_t *ret_time, assay_error *error)
{
    *ret_has = text != NULL;
    return text == NULL || assay_epoch_of(text, ret_time)
               ? 0
               : assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                            "the reference's validity is no time in UTC");
}

static int set_validity(assay_export_job *job, assay_corim *corim, assay_error *error)
{
    const assay_reference *const reference = job->reference;
    int status =
        set_time(reference->not_before, &corim->has_not_before, &corim->not_before, error);

    if (status == 0)
        status = set_time(reference->not_after, &corim->has_not_after, &corim->not_after, error);
    if (status == 0 && corim->has_not_before && !corim->has_not_after) {
        corim->has_not_before = false;
        assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                             "not-before is left out: a validity has to have a not-after");
    }
    return status;
}

static int set_form(const assay_export_job *job, const assay_corim_kept *kept, assay_corim *corim,
                    assay_error *error)
{
    const char *const said = assay_export_setting_of(job, "form");

    corim->form = assay_corim_profile_is_quoted(corim->profile) ? ASSAY_CORIM_QUOTED : kept->form;
    return said == NULL || assay_corim_form_of(said, &corim->form)
               ? 0
               : assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                            "form is measurements, integrity-registers or quoted-digest");
}

/* Without the banks whose algorithm has no number, where that would have to be written. */
static assay_pcrs tuple_of(assay_export_job *job, enum assay_corim_form form, size_t variant)
{
    const assay_pcrs wanted = assay_plain_values(job, variant);
    assay_pcrs tuple = { .measurement_registers = wanted.measurement_registers };
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    for (size_t i = 0; i < wanted.bank_count; i++)
        if (form == ASSAY_CORIM_QUOTED || assay_named_information_of(wanted.banks[i].alg) != 0)
            tuple.banks[tuple.bank_count++] = wanted.banks[i];
        else
            assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                                 "bank %s is left out: CoRIM has no number for its algorithm",
                                 assay_alg_name(wanted.banks[i].alg, unknown));
    return tuple;
}

static bool equal_tuples(const assay_pcrs *a, const assay_pcrs *b)
{
    bool equal = a->bank_count == b->bank_count;

    for (size_t i = 0; i < a->bank_count && equal; i++) {
        equal = a->banks[i].alg == b->banks[i].alg && a->banks[i].present == b->banks[i].present;
        for (unsigned pcr = 0; pcr < ASSAY_PCRS && equal; pcr++)
            equal = assay_bytes_equal(assay_pcrs_value(a, a->banks[i].alg, pcr),
                                      assay_pcrs_value(b, b->banks[i].alg, pcr));
    }
    return equal;
}

static bool has_tuple(const assay_corim *corim, const assay_pcrs *tuple)
{
    for (size_t i = 0; i < corim->tuple_count; i++)
        if (equal_tuples(&corim->tuples[i], tuple))
            return true;
    return false;
}

static int set_tuples(assay_export_job *job, assay_corim *corim, assay_error *error)
{
    const assay_reference *const reference = job->reference;

    corim->tuples = assay_arena_room(&job->arena, reference->variant_count * sizeof(assay_pcrs));
    if (corim->tuples == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the values");
    for (size_t i = 0; i < reference->variant_count; i++) {
        if (!assay_export_has_variant(job, i))
            continue;
        const assay_pcrs tuple = tuple_of(job, corim->form, i);
        if (tuple.bank_count == 0)
            assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                                 "variant %s has no value that can be written, and is left out",
                                 reference->variants[i].name);
        else if (has_tuple(corim, &tuple))
            assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                                 "variant %s has the values of one before it, and no triple of "
                                 "its own",
                                 reference->variants[i].name);
        else
            corim->tuples[corim->tuple_count++] = tuple;
    }
    return corim->tuple_count > 0
               ? 0
               : assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                            "there is no value that a CoRIM can hold");
}

/* A quote's digest is of one bank here; an RTMR's key is no number of a PCR. */
static int set_boots(assay_export_job *job, assay_corim *corim, assay_error *error)
{
    int status;

    if (corim->form == ASSAY_CORIM_QUOTED) {
        job->banks[0] = assay_export_one_bank(job);
        job->bank_count = 1;
    }
    status = set_tuples(job, corim, error);
    if (status == 0 && corim->form == ASSAY_CORIM_QUOTED)
        return assay_corim_set_quoted(job, corim, error);
    for (size_t i = 0; i < corim->tuple_count; i++)
        if (corim->tuples[i].measurement_registers)
            corim->form = ASSAY_CORIM_REGISTERS;
    return status;
}

static assay_pcr_set pcrs_of(const assay_pcrs *tuple)
{
    assay_pcr_set pcrs = 0;

    for (size_t i = 0; i < tuple->bank_count; i++)
        pcrs |= tuple->banks[i].present;
    return pcrs;
}

/* Veraison's parsec-tpm takes a triple for a quote when it has each PCR that was quoted. */
static void note_partly(assay_export_job *job, const assay_corim *corim)
{
    assay_pcr_set all = 0;

    for (size_t i = 0; i < corim->tuple_count; i++)
        all |= pcrs_of(&corim->tuples[i]);
    for (size_t i = 0; i < job->reference->variant_count; i++) {
        const assay_pcrs tuple = tuple_of(job, corim->form, i);
        const assay_pcr_set missing = all & ~pcrs_of(&tuple);
        char text[ASSAY_PCR_SET_TEXT];

        if (assay_export_has_variant(job, i) && tuple.bank_count > 0 && missing != 0)
            assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                                 "variant %s has no value of PCR %s, and others have: a quote of "
                                 "all these is refused of that boot",
                                 job->reference->variants[i].name,
                                 assay_pcr_set_text(missing, text));
    }
}

static void note_losses(assay_export_job *job, const assay_corim *corim)
{
    const assay_reference *const reference = job->reference;

    if (corim->form == ASSAY_CORIM_REGISTERS)
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "Trustee's RVPS passes over integrity-registers: it would take in "
                             "nothing of this");
    if (corim->form == ASSAY_CORIM_QUOTED)
        assay_export_note_on(job, ASSAY_EXPORT_NATURE,
                             "the PCRs themselves are left out: a digest of all of them is "
                             "written, from which nothing is read back");

    assay_plain_note_losses(job);
    if (corim->form == ASSAY_CORIM_MEASUREMENTS)
        note_partly(job, corim);
    if (corim->tuple_count > 1)
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "Trustee's RVPS keeps one list for each name: of %zu triples it "
                             "keeps the last alone (rvps of type sample has them all)",
                             corim->tuple_count);
    if (assay_export_variant_count(job) > 1)
        assay_export_note_on(job, ASSAY_EXPORT_NATURE,
                             "the names of the variants are left out: triples have an order only");
    if (reference->version != NULL)
        assay_export_note_on(job, ASSAY_EXPORT_NATURE,
                             "the version is left out: a class has a vendor and a model only");
    if (reference->vendor == NULL && reference->vendor_uri != NULL)
        assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                             "the vendor's URI is left out: an entity has to have a name");
}

int assay_corim_of_job(assay_export_job *job, assay_corim *ret_corim, assay_error *error)
{
    assay_corim_kept kept;
    int status = assay_corim_recall(&job->arena, job->reference->extensions, &kept, error);

    *ret_corim = (assay_corim){ .entity = job->reference->vendor };
    if (job->reference->vendor != NULL)
        ret_corim->entity_uri = job->reference->vendor_uri;
    if (status == 0)
        status = set_ids(job, &kept, ret_corim, error);
    if (status < 0)
        return status;
    ret_corim->profile = assay_corim_profile_of(setting_or(job, "profile", kept.profile));
    status = set_form(job, &kept, ret_corim, error);
    if (status == 0)
        status = set_environment(job, ret_corim, error);
    if (status == 0)
        status = set_validity(job, ret_corim, error);
    if (status == 0)
        status = set_boots(job, ret_corim, error);
    if (status < 0)
        return status;
    assay_corim_profile_check(job, ret_corim);
    note_losses(job, ret_corim);
    return 0;
}
