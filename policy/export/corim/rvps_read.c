/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/export/corim/rvps.h"
#include "policy/export/imported.h"

#include "base/base64.h"
#include "base/jsonwalk.h"
#include "base/number.h"

#include <stdlib.h>

enum { DIGEST_SIZE = 32 };

/*
 * What is read into. Of lists of several values the first of each are one boot, and so on, which is
 * how they are written here.
 */
typedef struct rvps_reading {
    assay_import_job *job;
    assay_json_walk at;
    size_t boot_count; /* the longest list's */
    assay_pcrs boots[ASSAY_VARIANTS_MAX];
} rvps_reading;

/* The number that a name says: a prefix and two digits. */
static bool number_of(const assay_import_job *job, const char *name, unsigned *ret_number)
{
    const char *const said = assay_import_setting_of(job, "prefix");
    const assay_bytes prefix = assay_bytes_of_string(said != NULL ? said : ASSAY_RVPS_PREFIX);
    const assay_bytes text = assay_bytes_of_string(name);
    uint64_t number;

    if (text.size != prefix.size + 2 || !assay_bytes_start_with(text, prefix) ||
        !assay_digits_read(assay_bytes_of(name + prefix.size, 2), 10, 99, &number))
        return false;
    *ret_number = (unsigned)number;
    return true;
}

static int read_value(rvps_reading *r, const json_t *value, uint8_t ret_value[DIGEST_SIZE])
{
    assay_writer into = assay_writer_lent(ret_value, DIGEST_SIZE);
    const int status = assay_json_read_hex(&r->at, value, NULL, &into);

    return status == 0 && (into.used != DIGEST_SIZE || into.failure != 0)
               ? assay_json_refuse(&r->at, NULL, "a SHA-256 is %d bytes", DIGEST_SIZE)
               : status;
}

static void set_value(assay_pcrs *values, unsigned pcr, const uint8_t value[DIGEST_SIZE])
{
    assay_pcr_bank *const bank = assay_pcrs_add_bank(values, ASSAY_ALG_SHA256);

    memcpy(bank->value[pcr], value, DIGEST_SIZE);
    bank->present |= (assay_pcr_set)1 << pcr;
}

static int check_list(rvps_reading *r, const json_t *list)
{
    const size_t count = json_array_size(list);

    if (!json_is_array(list) || count == 0)
        return assay_json_refuse(&r->at, NULL, "this is no list, or an empty one");
    if (count > ASSAY_VARIANTS_MAX)
        return assay_json_refuse_as(&r->at, ASSAY_TOO_LARGE, NULL, "more than %d values",
                                    ASSAY_VARIANTS_MAX);
    if (count > r->boot_count)
        r->boot_count = count;
    return 0;
}

/* One value is of all boots; of a list of another length nothing says which boots it is of. */
static int read_list(rvps_reading *r, const json_t *values, unsigned pcr)
{
    const size_t count = json_array_size(values);
    const bool told = count == 1 || count == r->boot_count;
    assay_json_list list = assay_json_begin_list(&r->at, NULL, values);
    const json_t *one;
    int status = 0;

    if (!told)
        assay_import_note_on(r->job, ASSAY_EXPORT_LOSS,
                             "PCR %u has %zu values and another PCR %zu, and nothing says which go "
                             "together: it is left out",
                             pcr, count, r->boot_count);
    for (size_t i = 0; status == 0 && (one = assay_json_next(&list)) != NULL; i++) {
        uint8_t value[DIGEST_SIZE];

        status = read_value(r, one, value);
        for (size_t boot = 0; boot < r->boot_count && told && status == 0; boot++)
            if (count == 1 || boot == i)
                set_value(&r->boots[boot], pcr, value);
    }
    assay_json_end_list(&list);
    return status;
}

/* First how many boots there are, then their values. */
static int read_lists(rvps_reading *r, json_t *sample, bool counted, size_t *ret_others)
{
    const char *name;
    json_t *list;

    json_object_foreach(sample, name, list)
    {
        char key[] = "pcr00";
        unsigned pcr;

        if (!number_of(r->job, name, &pcr)) {
            *ret_others += counted;
            continue;
        }
        if (pcr >= ASSAY_PCRS)
            return assay_json_refuse(&r->at, NULL, "'%s' is no PCR from 0 to 23",
                                     assay_json_key_shown(name));
        key[3] = (char)('0' + pcr / 10);
        key[4] = (char)('0' + pcr % 10);
        const size_t before = assay_json_enter(&r->at, key);
        const int status = counted ? read_list(r, list, pcr) : check_list(r, list);
        assay_json_leave(&r->at, before);
        if (status < 0)
            return status;
    }
    return 0;
}

static int read_sample(rvps_reading *r, json_t *sample)
{
    size_t others = 0;
    int status;

    if (!json_is_object(sample))
        return assay_json_refuse(&r->at, NULL, "this is no object");
    status = read_lists(r, sample, false, &others);
    if (status == 0)
        status = read_lists(r, sample, true, &others);
    if (status == 0 && others > 0)
        assay_import_note_on(r->job, ASSAY_EXPORT_LOSS,
                             "%zu names are of no PCR, and left out (--set prefix)", others);
    if (status == 0 && r->boot_count > 1)
        assay_import_note_on(r->job, ASSAY_EXPORT_ADVICE,
                             "the message doesn't say which values belong together: the first of "
                             "each list were taken for one boot, and so on");
    return status;
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
        status = assay_json_load_held(&r->at, "payload", &sample, assay_written(&text),
                                      ASSAY_RVPS_MAX, ASSAY_RVPS_VALUES_MAX);
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

/* A boot alone has the name that is said, several are numbered. */
static int add_boots(const rvps_reading *r, assay_reference *reference, assay_error *error)
{
    int status = 0;

    for (size_t i = 0; i < r->boot_count && status == 0; i++) {
        assay_reference_variant *variant;

        status = assay_import_numbered(r->job, reference, i, r->boot_count, &variant, error);
        if (status == 0)
            variant->values = r->boots[i];
    }
    return status;
}

static int read(rvps_reading *r, assay_reference **ret_reference, assay_error *error)
{
    assay_bytes text = ASSAY_NO_BYTES;
    json_t *message = NULL;
    int status = assay_import_one_file(r->job, &text, error);

    if (status == 0)
        status = assay_json_load(&message, text, (size_t)2 * ASSAY_RVPS_MAX, ASSAY_RVPS_VALUES_MAX,
                                 error);
    if (status == 0)
        status = read_message(r, message);
    json_decref(message);
    if (status < 0)
        return status;
    assay_reference *const reference = assay_import_begin(r->job);
    if (reference != NULL)
        status = add_boots(r, reference, error);
    return assay_import_end(reference, status, ret_reference, error);
}

/* Room for all boots that there can be is too much for a stack. */
int assay_rvps_read(assay_import_job *job, assay_reference **ret_reference, assay_error *error)
{
    rvps_reading *const reading = calloc(1, sizeof *reading);

    if (reading == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the values");
    reading->job = job;
    reading->at.error = error;
    const int status = read(reading, ret_reference, error);
    free(reading);
    return status;
}
