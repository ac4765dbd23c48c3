/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/export/corim/rvps.h"
#include "policy/export/imported.h"

#include "base/base64.h"
#include "base/jsonwalk.h"
#include "base/number.h"

/* What is read into: the one boot there can be. */
typedef struct rvps_reading {
    assay_import_job *job;
    assay_json_walk at;
    assay_pcrs values;
} rvps_reading;

/* The PCR that a name is of: a prefix and two digits. */
static bool pcr_of(const assay_import_job *job, const char *name, unsigned *ret_pcr)
{
    const char *const said = assay_import_setting_of(job, "prefix");
    const assay_bytes prefix = assay_bytes_of_string(said != NULL ? said : ASSAY_RVPS_PREFIX);
    const assay_bytes text = assay_bytes_of_string(name);
    uint64_t pcr;

    if (text.size != prefix.size + 2 || !assay_bytes_start_with(text, prefix) ||
        !assay_digits_read(assay_bytes_of(name + prefix.size, 2), 10, ASSAY_PCRS - 1, &pcr))
        return false;
    *ret_pcr = (unsigned)pcr;
    return true;
}

static int read_value(rvps_reading *r, const json_t *value, unsigned pcr)
{
    assay_pcr_bank *const bank = assay_pcrs_add_bank(&r->values, ASSAY_ALG_SHA256);
    assay_writer into = assay_writer_lent(bank->value[pcr], bank->size);
    int status = assay_json_read_hex(&r->at, value, NULL, &into);

    if (status == 0 && (into.used != bank->size || into.failure != 0))
        status = assay_json_refuse(&r->at, NULL, "a SHA-256 is %u bytes", bank->size);
    if (status == 0)
        bank->present |= (assay_pcr_set)1 << pcr;
    return status;
}

/* Several values of a PCR are of several boots, and nothing says of which. */
static int read_list(rvps_reading *r, const json_t *list, unsigned pcr)
{
    if (!json_is_array(list) || json_array_size(list) == 0)
        return assay_json_refuse(&r->at, NULL, "this is no list, or an empty one");
    if (json_array_size(list) > 1) {
        assay_import_note_on(r->job, ASSAY_EXPORT_LOSS,
                             "PCR %u has %zu values, and nothing says which go with those of other "
                             "PCRs: it is left out",
                             pcr, json_array_size(list));
        return 0;
    }
    const size_t before = assay_json_enter_index(&r->at, 0);
    const int status = read_value(r, json_array_get(list, 0), pcr);
    assay_json_leave(&r->at, before);
    return status;
}

static int read_sample(rvps_reading *r, json_t *sample)
{
    const char *name;
    json_t *list;
    size_t others = 0;
    int status = 0;

    if (!json_is_object(sample))
        return assay_json_refuse(&r->at, NULL, "this is no object");
    json_object_foreach(sample, name, list)
    {
        char key[] = "pcr00";
        unsigned pcr;

        if (!pcr_of(r->job, name, &pcr)) {
            others++;
            continue;
        }
        key[3] = (char)('0' + pcr / 10);
        key[4] = (char)('0' + pcr % 10);
        const size_t before = assay_json_enter(&r->at, key);
        status = read_list(r, list, pcr);
        assay_json_leave(&r->at, before);
        if (status < 0)
            return status;
    }
    if (others > 0)
        assay_import_note_on(r->job, ASSAY_EXPORT_LOSS,
                             "%zu names are of no PCR, and left out (--set prefix)", others);
    return 0;
}

/* The payload's own document, whose places begin with its name. */
static int read_payload(rvps_reading *r, const json_t *message)
{
    const assay_bytes base64 = assay_json_text(json_object_get(message, "payload"));
    assay_writer text = assay_writer_growing(ASSAY_RVPS_MAX);
    json_t *sample = NULL;
    int status;

    if (base64.data == NULL || !assay_put_unbase64(&text, base64))
        status = assay_json_refuse(&r->at, "payload", "this is no base64");
    else
        status = assay_json_check_writer(&r->at, "payload", &text);
    if (status == 0)
        status = assay_json_load(&sample, assay_written(&text), ASSAY_RVPS_MAX,
                                 ASSAY_RVPS_VALUES_MAX, r->at.error);
    if (status == 0) {
        const size_t before = assay_json_enter(&r->at, "payload");

        status = read_sample(r, sample);
        assay_json_leave(&r->at, before);
    }
    json_decref(sample);
    assay_writer_close(&text);
    return status;
}

static int read_message(rvps_reading *r, json_t *message)
{
    static const char *const known[] = { "version", "type", "payload", NULL };
    const json_t *const version = json_object_get(message, "version");
    const int status = assay_json_check_keys(&r->at, message, known);

    if (status < 0)
        return status;
    /* Trustee takes its absence for its own. */
    if (version != NULL && !assay_json_is_word(version, ASSAY_RVPS_VERSION))
        return assay_json_refuse_as(&r->at, ASSAY_UNSUPPORTED, "version",
                                    "messages are of version " ASSAY_RVPS_VERSION);
    if (!assay_json_is_word(json_object_get(message, "type"), "sample"))
        return assay_json_refuse_as(&r->at, ASSAY_UNSUPPORTED, "type",
                                    "messages of type sample are read; the payload of type corim "
                                    "is base64 of a CoRIM");
    return read_payload(r, message);
}

int assay_rvps_read(assay_import_job *job, assay_reference **ret_reference, assay_error *error)
{
    rvps_reading reading = { .job = job, .at.error = error };
    assay_reference_variant *variant;
    assay_bytes text = ASSAY_NO_BYTES;
    json_t *message = NULL;
    int status = assay_import_one_file(job, &text, error);

    if (status == 0)
        status = assay_json_load(&message, text, (size_t)2 * ASSAY_RVPS_MAX, ASSAY_RVPS_VALUES_MAX, error);
    if (status == 0)
        status = read_message(&reading, message);
    json_decref(message);
    if (status < 0)
        return status;
    assay_reference *const reference = assay_import_begin(job);
    if (reference != NULL && reading.values.bank_count > 0) {
        status = assay_import_variant(reference, assay_import_variant_name(job), &variant, error);
        if (status == 0)
            variant->values = reading.values;
    }
    return assay_import_end(reference, status, ret_reference, error);
}
