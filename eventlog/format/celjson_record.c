/* SPDX-License-Identifier: BSD-2-Clause */
/* A record of a canonical event log in JSON: its place, its digests. */
#include "base/number.h"
#include "eventlog/format/celjson.h"
#include "eventlog/jsontext.h"

#include <errno.h>

int assay_celjson_refuse(assay_log *log, assay_bytes at, const char *field, const char *what)
{
    const assay_celjson *const self = log->owned;
    const uint8_t *const place = at.data != NULL ? at.data : self->text.data;

    return assay_log_fail(log, ASSAY_MALFORMED, (uint64_t)(place - log->bytes.data), field, "%s",
                          what);
}

int assay_celjson_no_memory(assay_log *log)
{
    return assay_log_fail(log, ASSAY_NO_MEMORY, 0, NULL, "no memory to read the JSON");
}

static int refuse_text(assay_log *log, const json_error_t *fault)
{
    const assay_celjson *const self = log->owned;
    const enum json_error_code code = json_error_code(fault);
    const uint64_t start = (uint64_t)(self->text.data - log->bytes.data);
    const uint64_t inside = fault->position > 0 && (size_t)fault->position <= self->text.size
                                ? (uint64_t)fault->position
                                : 0;
    const bool cut =
        code == json_error_premature_end_of_input && start + self->text.size == log->bytes.size;

    if (self->framing == ASSAY_CELJSON_SEQUENCE && !cut) {
        assay_log_note(log, ASSAY_FINDING_RECORD_SKIPPED, start, "%zu bytes that are no JSON",
                       self->text.size);
        return 0;
    }
    if (cut)
        return assay_log_fail(log, ASSAY_TRUNCATED, start, NULL, "the JSON ends inside a record");
    return assay_log_fail(log, ASSAY_MALFORMED, start + inside, NULL,
                          code == json_error_duplicate_key ? "a key stands there twice"
                                                           : "not JSON");
}

int assay_celjson_parse(assay_log *log)
{
    assay_celjson *const self = log->owned;
    json_error_t fault;

    json_decref(self->record);
    self->record = NULL;
    if (self->text.size > ASSAY_CELJSON_RECORD_MAX ||
        !assay_json_is_modest(self->text, ASSAY_CELJSON_DEPTH + 1, ASSAY_CELJSON_NODES))
        return assay_log_fail(log, ASSAY_TOO_LARGE, (uint64_t)(self->text.data - log->bytes.data),
                              NULL, "a record of more bytes, values or depth than any has");
    errno = 0;
    self->record = json_loadb((const char *)self->text.data, self->text.size,
                              JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &fault);
    /* jansson 2.14 cuts a string that it can't make room for, and says so nowhere else. */
    if (errno == ENOMEM ||
        (self->record == NULL && json_error_code(&fault) == json_error_out_of_memory))
        return assay_celjson_no_memory(log);
    return self->record != NULL ? 1 : refuse_text(log, &fault);
}

bool assay_celjson_number(const json_t *value, uint64_t max, uint64_t *ret_number)
{
    if (json_is_string(value))
        return assay_number_read(
            assay_bytes_of(json_string_value(value), json_string_length(value)), max, ret_number);
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        (uint64_t)json_integer_value(value) > max)
        return false;
    *ret_number = (uint64_t)json_integer_value(value);
    return true;
}

bool assay_celjson_hex(assay_writer *writer, const json_t *value)
{
    return json_is_string(value) &&
           assay_put_decoded(writer,
                             assay_bytes_of(json_string_value(value), json_string_length(value)));
}

static assay_bytes place_of(const assay_log *log, const char *key)
{
    const assay_celjson *const self = log->owned;

    return assay_json_member(self->text, key);
}

static int read_register(assay_log *log, const json_t *rtmr, assay_event *event)
{
    uint64_t number;

    if (!assay_celjson_number(rtmr, UINT32_MAX - 1, &number))
        return assay_celjson_refuse(log, place_of(log, "rtmr"), "rtmr", "not a number");
    event->pcr_index = (uint32_t)number + 1; /* UEFI 2.10 section 38.4.1: 0 is MRTD */
    return 0;
}

static int read_nv_index(assay_log *log, const json_t *index, assay_event *event)
{
    uint64_t number;

    if (!assay_celjson_number(index, UINT32_MAX, &number) || number == 0)
        return assay_celjson_refuse(log, place_of(log, "nv_index"), "nv_index", "no NV index");
    event->nv_index = (uint32_t)number;
    event->pcr_index = UINT32_MAX;
    return 0;
}

static int read_index(assay_log *log, assay_event *event)
{
    const assay_celjson *const self = log->owned;
    const json_t *const pcr = json_object_get(self->record, "pcr");
    const json_t *const nv_index = json_object_get(self->record, "nv_index");
    const json_t *const rtmr = json_object_get(self->record, "rtmr");
    uint64_t number;

    if ((pcr != NULL) + (nv_index != NULL) + (rtmr != NULL) != 1)
        return assay_celjson_refuse(log, ASSAY_NO_BYTES, "pcr",
                                    "a record names one of pcr, nv_index and rtmr");
    if (nv_index != NULL)
        return read_nv_index(log, nv_index, event);
    if (log->next_number == 0)
        log->header.measurement_registers = rtmr != NULL;
    if (log->header.measurement_registers != (rtmr != NULL))
        return assay_celjson_refuse(log, ASSAY_NO_BYTES, "pcr",
                                    "PCRs and measurement registers in one log");
    if (rtmr != NULL)
        return read_register(log, rtmr, event);
    if (!assay_celjson_number(pcr, UINT32_MAX, &number))
        return assay_celjson_refuse(log, place_of(log, "pcr"), "pcr", "not the number of a PCR");
    event->pcr_index = (uint32_t)number;
    return 0;
}

/* The TPM_ALG_ID of a name or number; 0 for a name unknown here. */
static bool read_alg(const json_t *value, uint16_t *ret_alg)
{
    uint64_t number = 0;

    if (json_is_string(value)) {
        const assay_alg *const alg =
            assay_alg_by_name(assay_bytes_of(json_string_value(value), json_string_length(value)));

        if (alg != NULL || !assay_celjson_number(value, UINT16_MAX, &number)) {
            *ret_alg = alg != NULL ? alg->id : 0;
            return true;
        }
    } else if (!assay_celjson_number(value, UINT16_MAX, &number)) {
        return false;
    }
    *ret_alg = (uint16_t)number;
    return number != 0;
}

/* The value goes to self->digests, where it may still be moved; the event gets its size. */
static int read_digest(assay_log *log, const json_t *object, assay_event *event)
{
    assay_celjson *const self = log->owned;
    const json_t *const hex = json_object_get(object, "digest");
    const assay_bytes place = place_of(log, "digests");
    uint16_t id;

    if (!read_alg(json_object_get(object, "hashAlg"), &id))
        return assay_celjson_refuse(log, place, "hashAlg", "a digest without its algorithm");
    const assay_alg *const alg = assay_alg_find(id);
    const size_t size = json_string_length(hex) / 2, before = self->digests.used;
    if (size == 0 || size > UINT16_MAX || (alg != NULL && size != alg->size) ||
        !assay_celjson_hex(&self->digests, hex))
        return assay_celjson_refuse(log, place, "digest",
                                    "not hexadecimal digits, as many as a digest has");
    if (id == 0) {
        self->digests.used = before;
        assay_log_note(log, ASSAY_FINDING_BANK_UNKNOWN, (uint64_t)(place.data - log->bytes.data),
                       "a digest of %zu bytes of an algorithm whose name is unknown", size);
        return 0;
    }
    if (assay_event_digest_of(event, id).data != NULL)
        return assay_celjson_refuse(log, place, "hashAlg", "a second digest of its algorithm");
    event->digests[event->digest_count++] =
        (assay_event_digest){ id, assay_bytes_of(place.data, size) };
    return 0;
}

static void place_digests(assay_celjson *self, assay_event *event)
{
    assay_cursor c = assay_cursor_of(assay_written(&self->digests));

    for (size_t i = 0; i < event->digest_count; i++)
        event->digests[i].value = assay_take(&c, event->digests[i].value.size);
}

static int read_digests(assay_log *log, assay_event *event)
{
    assay_celjson *const self = log->owned;
    const json_t *const digests = json_object_get(self->record, "digests");
    const assay_bytes place = place_of(log, "digests");
    const json_t *digest;
    size_t i;

    event->digest_count = 0;
    self->digests.used = 0;
    if (!json_is_array(digests) || place.data == NULL)
        return assay_celjson_refuse(log, place, "digests", "a record without its digests");
    if (json_array_size(digests) > ASSAY_BANKS_MAX)
        return assay_celjson_refuse(log, place, "digests", "more digests than a TPM has banks");
    json_array_foreach(digests, i, digest)
    {
        const int status = read_digest(log, digest, event);

        if (status < 0)
            return status;
    }
    if (self->digests.failure != 0)
        return assay_celjson_no_memory(log);
    place_digests(self, event);
    return 0;
}

static int check_number(assay_log *log, const assay_event *event)
{
    assay_celjson *const self = log->owned;
    const json_t *const recnum = json_object_get(self->record, "recnum");
    uint64_t number;

    if (recnum == NULL)
        return 0;
    if (!assay_celjson_number(recnum, UINT64_MAX, &number))
        return assay_celjson_refuse(log, place_of(log, "recnum"), "recnum", "not a number");
    assay_cel_check_order(log, &self->order, number, event);
    return 0;
}

int assay_celjson_record(assay_log *log, assay_event *ret_event)
{
    assay_celjson *const self = log->owned;
    int status;

    ret_event->number = log->next_number;
    ret_event->offset = (uint64_t)(self->text.data - log->bytes.data);
    self->data.used = 0;
    if (!json_is_object(self->record))
        return assay_celjson_refuse(log, ASSAY_NO_BYTES, NULL, "a record that is not an object");
    status = read_index(log, ret_event);
    if (status == 0)
        status = check_number(log, ret_event);
    if (status == 0)
        status = read_digests(log, ret_event);
    if (status == 0)
        status = assay_celjson_content(log, ret_event);
    if (status == 0 && self->data.failure != 0)
        status = assay_celjson_no_memory(log);
    return status < 0 ? status : 1;
}
