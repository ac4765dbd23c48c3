/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Intel's event lists, read. jansson keeps no places: each is found again in the text, where the
 * lists and their digests come in the order of the tree.
 */
#include "eventlog/format/inteljson.h"

#include "base/number.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

int assay_inteljson_refuse(assay_log *log, const char *field, const char *what)
{
    assay_inteljson *const self = log->owned;

    return assay_log_fail(log, ASSAY_MALFORMED, assay_inteljson_place(&self->text, self->position),
                          field, "%s", what);
}

int assay_inteljson_no_memory(assay_log *log)
{
    return assay_log_fail(log, ASSAY_NO_MEMORY, 0, NULL, "no memory to read the JSON");
}

bool assay_inteljson_find(assay_inteljson *self, const char *string)
{
    char quoted[2 * ASSAY_DIGEST_MAX + 8];
    const int length = snprintf(quoted, sizeof quoted, "\"%s\"", string);
    const assay_bytes json = self->text.json;

    if ((size_t)length >= sizeof quoted)
        return false;
    const uint8_t *const at =
        memmem(json.data + self->position, json.size - self->position, quoted, (size_t)length);
    if (at == NULL)
        return false;
    self->position = (size_t)(at - json.data);
    return true;
}

/* Numbers. */

bool assay_inteljson_number_after(assay_bytes text, assay_bytes prefix, unsigned base,
                                  uint32_t *ret_number)
{
    assay_cursor c = assay_cursor_of(text);
    uint64_t number;

    if (!assay_bytes_equal(assay_take(&c, prefix.size), prefix) ||
        !assay_digits_read(assay_take_rest(&c), base, UINT32_MAX, &number))
        return false;
    *ret_number = (uint32_t)number;
    return true;
}

/* 17 or "pcr_17". */
static bool parse_pcr_index(const json_t *value, uint32_t *ret_index)
{
    if (!json_is_integer(value))
        return assay_inteljson_number_after(assay_inteljson_string(value), ASSAY_LITERAL("pcr_"),
                                            10, ret_index);
    const json_int_t index = json_integer_value(value);
    if (index < 0 || index > UINT32_MAX)
        return false;
    *ret_index = (uint32_t)index;
    return true;
}

/* Lists. */

static const char *events_key(const json_t *list)
{
    return json_object_get(list, "tpm_events") != NULL ? "tpm_events" : "event_log";
}

/* `bank` is the one that lists of this place are of, or NULL. */
static int read_head(assay_log *log, json_t *list, const assay_alg *bank,
                     assay_inteljson_list *ret_head)
{
    json_t *const pcr = json_object_get(list, "pcr");
    const json_t *const index =
        json_object_get(pcr != NULL ? pcr : list, pcr != NULL ? "index" : "pcr_index");
    const json_t *const name =
        json_object_get(pcr != NULL ? pcr : list, pcr != NULL ? "bank" : "pcr_bank");
    json_t *const events = json_object_get(list, events_key(list));

    *ret_head = (assay_inteljson_list){ .alg = bank };
    if (!json_is_object(list) || events == NULL)
        return assay_inteljson_refuse(log, "tpm_events", "a list of events without its events");
    if (!parse_pcr_index(index, &ret_head->pcr_index))
        return assay_inteljson_refuse(log, "index",
                                      "a list of events without the number of its PCR");
    if (name != NULL)
        ret_head->alg = assay_alg_by_name(assay_inteljson_string(name));
    if (ret_head->alg == NULL)
        return assay_inteljson_refuse(log, "bank",
                                      "a list of events without a bank that is known here");
    if (bank != NULL && ret_head->alg != bank)
        return assay_inteljson_refuse(log, "bank",
                                      "a list of events under the name of another bank");
    if (!json_is_array(events) && !json_is_null(events))
        return assay_inteljson_refuse(log, "tpm_events", "the events of a list are not an array");
    ret_head->events = json_is_array(events) ? events : NULL;
    return 0;
}

static void announce(assay_log_header *header, const assay_alg *alg)
{
    if (alg != NULL && !assay_log_announces(header, alg->id))
        header->banks[header->bank_count++] = (assay_bank){ alg->id, alg->size };
}

static int add_lists(assay_log *log, json_t *lists, const assay_alg *bank)
{
    assay_inteljson *const self = log->owned;
    json_t *list;
    size_t i;

    if (json_is_null(lists))
        return 0;
    if (!json_is_array(lists))
        return assay_inteljson_refuse(log, NULL, "the lists of events are not an array");
    json_array_foreach(lists, i, list)
    {
        assay_inteljson_list head;

        assay_inteljson_find(self, events_key(list));
        const int status = read_head(log, list, bank, &head);
        if (status < 0)
            return status;
        announce(&log->header, head.alg);
        if (json_array_append(self->lists, list) < 0)
            return assay_inteljson_no_memory(log);
    }
    return 0;
}

static int add_map(assay_log *log, json_t *map)
{
    const char *name;
    json_t *lists;

    json_object_foreach(map, name, lists)
    {
        const assay_alg *const bank = assay_alg_by_name(assay_bytes_of_string(name));

        if (bank == NULL)
            return assay_inteljson_refuse(log, "pcr_event_log_map",
                                          "a key that is not the name of a bank");
        const int status = add_lists(log, lists, bank);
        if (status < 0)
            return status;
    }
    return 0;
}

static int add_document(assay_log *log)
{
    static const char map_key[] = "pcr_event_log_map";
    assay_inteljson *const self = log->owned;
    json_t *const inner = json_object_get(self->document, "host_manifest");
    json_t *const manifest =
        json_object_get(inner != NULL ? inner : self->document, "pcr_manifest");
    json_t *const map = json_object_get(manifest, map_key);

    if (json_is_array(self->document))
        return add_lists(log, self->document, NULL);
    assay_inteljson_find(self, map_key);
    if (!json_is_object(map))
        return assay_inteljson_refuse(log, map_key,
                                      "JSON without lists of events: neither a measure log, nor a "
                                      "host manifest, nor a trust report");
    const size_t start = self->position;
    const int status = add_map(log, map);
    if (status == 0)
        self->position = start;
    return status;
}

/* The row. */

static int next(assay_log *log, assay_event *ret_event)
{
    assay_inteljson *const self = log->owned;
    json_t *list;

    while ((list = json_array_get(self->lists, self->list)) != NULL) {
        assay_inteljson_list head;
        const int status = read_head(log, list, NULL, &head);

        if (status < 0)
            return status;
        if (self->event < json_array_size(head.events))
            return assay_inteljson_event_read(log, &head, ret_event);
        self->list++;
        self->event = 0;
    }
    return 0;
}

/* The document. */

/* jansson calls a lack of memory a bad token in places; errno tells. */
static int refuse_document(assay_log *log, const json_error_t *fault, int cause)
{
    assay_inteljson *const self = log->owned;
    const enum json_error_code code = json_error_code(fault);

    if (cause == ENOMEM || code == json_error_out_of_memory)
        return assay_inteljson_no_memory(log);
    if (fault->position > 0 && (size_t)fault->position <= self->text.json.size)
        self->position = (size_t)fault->position;
    if (code == json_error_premature_end_of_input)
        return assay_log_fail(log, ASSAY_TRUNCATED,
                              assay_inteljson_place(&self->text, self->position), NULL,
                              "the JSON ends too early");
    return assay_inteljson_refuse(
        log, NULL, code == json_error_duplicate_key ? "a key stands there twice" : "not JSON");
}

static int parse(assay_log *log)
{
    assay_inteljson *const self = log->owned;
    json_error_t fault;

    errno = 0;
    self->document = json_loadb((const char *)self->text.json.data, self->text.json.size,
                                JSON_REJECT_DUPLICATES, &fault);
    if (self->document == NULL)
        return refuse_document(log, &fault, errno);
    if (errno == ENOMEM)
        return assay_inteljson_no_memory(
            log); /* jansson 2.14 cuts a string that it can't make room for */
    self->lists = json_array();
    return self->lists != NULL ? add_document(log) : assay_inteljson_no_memory(log);
}

static int open(assay_log *log)
{
    assay_inteljson *const self = calloc(1, sizeof *self);

    log->owned = self;
    if (self == NULL)
        return assay_inteljson_no_memory(log);
    self->label = assay_writer_growing(ASSAY_INTELJSON_CEILING);
    const int status = assay_inteljson_text_open(log, &self->text);
    return status == 0 ? parse(log) : status;
}

static void close(assay_log *log)
{
    assay_inteljson *const self = log->owned;

    if (self == NULL)
        return;
    json_decref(self->lists);
    json_decref(self->document);
    assay_writer_close(&self->label);
    assay_inteljson_text_close(&self->text);
    free(self);
}

const assay_format assay_format_inteljson = {
    .info = { "inteljson", "Intel's event lists (trust agent, HVS)",
              "intel-secl: measure log, host manifest, trust report, TPM quote response", true },
    .room = { .contents = 1u << ASSAY_CONTENT_PCCLIENT_STD,
              .banks = ASSAY_ROOM_BANK_BY_BANK,
              .types = true,
              .labels = true,
              .only_bank = true,
              .odd_digests = true,
              .holds_data = assay_inteljson_holds_data },
    .detect = assay_inteljson_detect,
    .open = open,
    .next = next,
    .close = close,
    .write_begin = assay_inteljson_write_begin,
    .write_event = assay_inteljson_write_event,
    .write_end = assay_inteljson_write_end,
};
