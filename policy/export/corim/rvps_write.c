/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/export/corim/rvps.h"
#include "policy/export/plain/plain.h"

#include "base/base64.h"
#include "base/output.h"

#include <stdio.h>

enum { KEY_MAX = 128 };

/* Keys of the output stream are written as they are: nothing in a prefix may want escaping. */
static bool is_plain(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text < ' ' || *text > '~' || *text == '"' || *text == '\\')
            return false;
    return true;
}

/* Whether all variants that hold the PCR have one value. */
static bool is_one(const assay_export_job *job, unsigned pcr)
{
    assay_bytes first = ASSAY_NO_BYTES;

    for (size_t i = 0; i < job->reference->variant_count; i++) {
        const assay_bytes value = assay_export_value(job, i, ASSAY_ALG_SHA256, pcr);

        if (!assay_export_has_variant(job, i) || value.data == NULL)
            continue;
        if (first.data != NULL && !assay_bytes_equal(value, first))
            return false;
        first = value;
    }
    return true;
}

/*
 * One value that all variants have, or one of each variant in their order: that is nothing to the
 * RVPS, but lets a reader here find out which belong together. Returns how many there are.
 */
static size_t emit_list(const assay_export_job *job, unsigned pcr, const char *key,
                        assay_output *out)
{
    const bool one = is_one(job, pcr);
    size_t count = 0;

    for (size_t i = 0; i < job->reference->variant_count; i++) {
        const assay_bytes value = assay_export_value(job, i, ASSAY_ALG_SHA256, pcr);

        if (!assay_export_has_variant(job, i) || value.data == NULL || (one && count > 0))
            continue;
        if (count++ == 0)
            assay_emit_array(out, key);
        assay_emit_hex(out, NULL, value);
    }
    if (count > 0)
        assay_emit_end(out);
    return count;
}

/* A PCR that a wanted variant holds no value of, though it is in the list for another's. */
static void note_partly(assay_export_job *job, unsigned pcr)
{
    for (size_t i = 0; i < job->reference->variant_count; i++)
        if (assay_export_has_variant(job, i) &&
            assay_export_value(job, i, ASSAY_ALG_SHA256, pcr).data == NULL)
            assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                                 "variant %s has no value of PCR %u, and others have: a policy "
                                 "that asks for it refuses that boot",
                                 job->reference->variants[i].name, pcr);
}

static void note_banks(assay_export_job *job)
{
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    for (size_t i = 0; i < job->bank_count; i++)
        if (job->banks[i] != ASSAY_ALG_SHA256)
            assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                                 "bank %s is left out: Trustee's claims of a TPM are SHA-256",
                                 assay_alg_name(job->banks[i], unknown));
}

static int put_sample(assay_export_job *job, assay_writer *payload, assay_error *error)
{
    const char *const said = assay_export_setting_of(job, "prefix");
    const char *const prefix = said != NULL ? said : ASSAY_RVPS_PREFIX;
    assay_output out = assay_output_json_line(payload);
    size_t count = 0;

    if (strlen(prefix) > KEY_MAX - 3 || !is_plain(prefix))
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "a prefix is at most %d characters of ASCII without quotes", KEY_MAX - 3);
    assay_emit_object(&out, NULL);
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
        char key[KEY_MAX];

        snprintf(key, sizeof key, "%s%02u", prefix, pcr);
        const size_t values = emit_list(job, pcr, key, &out);
        if (values > 0)
            note_partly(job, pcr);
        count += values;
    }
    assay_emit_end(&out);
    assay_plain_note_losses(job);
    assay_export_note_tuples(job);
    note_banks(job);
    /* attestation-service/src/ear_token/ear_default_policy_cpu.rego */
    assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                         "Trustee's default policy asks for PCR 11 alone, and of a TPM for "
                         "trusted_aks, which are keys of machines: other PCRs want a policy of "
                         "your own");
    return count > 0 ? 0
                     : assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                                  "there is no SHA-256 value to write");
}

/* Its names are VENDOR/MODEL/claimPCR/digests (rvps/src/extractors/corim). */
static int put_corim(assay_export_job *job, assay_writer *payload, assay_error *error)
{
    assay_corim corim;
    const int status = assay_corim_of_job(job, &corim, error);

    if (status < 0)
        return status;
    assay_corim_write(&corim, payload);
    assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                         "the RVPS calls the values VENDOR/MODEL/claimPCR/digests by the CoRIM's "
                         "class: the default policy asks for names like tpm_pcr11");
    if (corim.tuple_count > 1)
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "the RVPS keeps one list for each name: of %zu triples it keeps the "
                             "last alone",
                             corim.tuple_count);
    return 0;
}

static void put_message(const char *type, assay_bytes payload, assay_writer *writer)
{
    assay_writer base64 = assay_writer_growing((size_t)2 * ASSAY_RVPS_MAX);
    assay_output out = assay_output_json_indented(writer);

    assay_put_base64(&base64, payload);
    assay_emit_object(&out, NULL);
    assay_emit_string(&out, "version", ASSAY_RVPS_VERSION);
    assay_emit_string(&out, "type", type);
    assay_emit_text(&out, "payload", assay_written(&base64));
    assay_emit_end(&out);
    if (base64.failure != 0 && writer->failure == 0)
        writer->failure = base64.failure;
    assay_writer_close(&base64);
}

int assay_rvps_write(assay_export_job *job, assay_error *error)
{
    const char *const said = assay_export_setting_of(job, "type");
    const char *const type = said != NULL ? said : "sample";
    const bool sample = strcmp(type, "sample") == 0;
    assay_writer payload = assay_writer_growing(ASSAY_RVPS_MAX);
    int status = assay_plain_check_pcrs(job, error);

    if (status == 0 && !sample && strcmp(type, "corim") != 0)
        status = assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "type is sample or corim");
    if (status == 0)
        status = sample ? put_sample(job, &payload, error) : put_corim(job, &payload, error);
    if (status == 0 && payload.failure != 0)
        status = assay_fail(error, (enum assay_kind)payload.failure, ASSAY_NOWHERE,
                            "the payload could not be made");
    if (status == 0) {
        put_message(type, assay_written(&payload), assay_export_add_file(job, ""));
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "the RVPS checks no signature, and replaces what it had under the "
                             "same names: all that is to be allowed goes into one message");
        if (job->reference->not_before != NULL || job->reference->not_after != NULL)
            assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                                 "the validity is left out: the RVPS sets its own, 12 months from "
                                 "when it takes the message");
    }
    assay_writer_close(&payload);
    return status;
}
