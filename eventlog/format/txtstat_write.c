/* SPDX-License-Identifier: BSD-2-Clause */
/* tboot's text, written as its memory log has it. The grammar is in txtstat.h. */
#include "eventlog/format/txt.h"
#include "eventlog/format/txtstat.h"
#include "eventlog/types.h"

#include <stdlib.h>

enum { TEXT_MAX = 1 << 30, CONTAINER_HEADER = 48, LINE_BYTES = 16 };

/* What log_writer->owned points to. */
typedef struct text {
    enum assay_txtstat_shape shape; /* UNKNOWN: nothing that says so has come */
    assay_writer logs;              /* logs that are done, with their own heads */
    assay_writer records;           /* of the log at hand */
    uint16_t alg;                   /* of the log at hand, or 0 */
    bool in_log;
    uint32_t log_count;
    uint64_t size; /* of the log at hand, in binary */
} text;

int assay_txtstat_write_begin(assay_log_writer *out, assay_error *error)
{
    const assay_spec_id *const spec_id = &out->header->spec_id;
    text *const self = calloc(1, sizeof *self);

    if (self == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory to write tboot's text");
    if (out->header->measurement_registers) {
        free(self);
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "tboot's text has no measurement registers");
    }
    self->shape =
        spec_id->present && spec_id->signature == 3 ? ASSAY_TXTSTAT_AGILE : ASSAY_TXTSTAT_UNKNOWN;
    self->logs = assay_writer_growing(TEXT_MAX);
    self->records = assay_writer_growing(TEXT_MAX);
    out->owned = self;
    return 0;
}

static int refuse(const assay_event *event, assay_error *error, const char *what)
{
    return assay_fail(error, ASSAY_UNSUPPORTED,
                      (assay_place){ event->offset, event->number, "digests" }, "%s", what);
}

static void put_bytes(assay_writer *w, assay_bytes bytes)
{
    for (size_t i = 0; i < bytes.size; i++) {
        assay_put_hex(w, assay_bytes_of(bytes.data + i, 1));
        assay_put_char(w, ' ');
    }
}

/* After "N bytes": tboot's lines of 16. */
static void put_data(assay_writer *w, const char *indent, assay_bytes data)
{
    for (size_t i = 0; i < data.size; i += LINE_BYTES) {
        const size_t left = data.size - i;

        assay_put_char(w, '\n');
        assay_put_string(w, indent);
        put_bytes(w, assay_bytes_of(data.data + i, left < LINE_BYTES ? left : LINE_BYTES));
    }
    assay_put_char(w, '\n');
}

static void put_bank_event(text *self, const assay_event *event)
{
    static const char indent[] = "\t\t\t         ";
    const assay_bytes digest = event->digests[0].value;
    assay_writer *const w = &self->records;

    assay_put_string(w, "TBOOT: \t\t\t Event:\n");
    assay_put_format(w, "TBOOT: \t\t\t     PCRIndex: %u\n", event->pcr_index);
    assay_put_format(w, "TBOOT: \t\t\t         Type: 0x%x\n", event->type);
    assay_put_string(w, "TBOOT: \t\t\t       Digest: ");
    put_bytes(w, digest);
    assay_put_format(w, "\nTBOOT: %sData: %zu bytes", indent, event->data.size);
    put_data(w, indent, event->data);
    self->size += 12u + digest.size + event->data.size;
}

static void put_agile_event(text *self, const assay_event *event)
{
    static const char indent[] = "\t\t\t     ";
    assay_writer *const w = &self->records;

    assay_put_string(w, "TBOOT: \t\t\t TCG Event:\n");
    assay_put_format(w, "TBOOT: \t\t\t      pcr_index: %u\n", event->pcr_index);
    assay_put_format(w, "TBOOT: \t\t\t     event_type: 0x%x\n", event->type);
    assay_put_format(w, "TBOOT: \t\t\t          count: %u\n", event->digest_count);
    self->size += 16u + event->data.size;
    for (size_t i = 0; i < event->digest_count; i++) {
        assay_put_format(w, "TBOOT: %s \nTBOOT: ", assay_txtstat_alg_name(event->digests[i].alg));
        put_bytes(w, event->digests[i].value);
        assay_put_char(w, '\n');
        self->size += 2u + event->digests[i].value.size;
    }
    assay_put_format(w, "TBOOT: %sevent_data: %zu bytes", indent, event->data.size);
    put_data(w, indent, event->data);
}

/* Ends the log at hand: its head, then its records. */
static void end_log(text *self)
{
    assay_writer *const w = &self->logs;

    if (!self->in_log)
        return;
    assay_put_string(w, "TBOOT: \t\t\t Log Descrption:\n");
    assay_put_format(w, "TBOOT: \t\t\t             Alg: %u\n", self->alg);
    assay_put_format(w, "TBOOT: \t\t\t            Size: %llu\n", (unsigned long long)self->size);
    assay_put_format(w, "TBOOT: \t\t\t    EventsOffset: [0,%llu]\n",
                     (unsigned long long)self->size);
    assay_put(w, assay_written(&self->records));
    if (self->records.failure != 0 && w->failure == 0)
        w->failure = self->records.failure;
    self->records.used = 0;
    self->size = 0;
    self->alg = 0;
    self->in_log = false;
    self->log_count++;
}

/* A list begins with its header, which a conversion leaves to who writes; SHA-1's has none. */
static int put_list_header(text *self, uint16_t alg, assay_error *error)
{
    static const uint8_t zeros[20];
    const assay_bank bank = { alg, assay_alg_find(alg)->size };
    uint8_t bytes[64];
    assay_writer record = assay_writer_lent(bytes, sizeof bytes);
    const int status = assay_txt2_write_header(&record, bank, error);

    if (status < 0 || record.used == 0)
        return status;
    put_bank_event(self, &(assay_event){ .type = EV_NO_ACTION,
                                         .digest_count = 1,
                                         .digests = { { ASSAY_ALG_SHA1,
                                                        assay_bytes_of(zeros, sizeof zeros) } },
                                         .data = assay_txt2_header_data(assay_written(&record)) });
    return 0;
}

static int write_bank_event(text *self, const assay_event *event, assay_error *error)
{
    const bool header = assay_txt2_is_header(event);
    int status = 0;

    if (!header && event->only_bank != event->digests[0].alg)
        return refuse(event, error,
                      "between logs of one bank each, an event of no bank or of many");
    if (header || (self->alg != 0 && self->alg != event->only_bank))
        end_log(self);
    if (!header && !self->in_log)
        status = put_list_header(self, event->only_bank, error);
    self->in_log = true;
    self->alg = header ? self->alg : event->only_bank;
    put_bank_event(self, event);
    return status;
}

/* Whether tboot can print the digests of the event. */
static bool has_names(const assay_event *event)
{
    for (size_t i = 0; i < event->digest_count; i++)
        if (assay_txtstat_alg_name(event->digests[i].alg) == NULL ||
            assay_alg_find(event->digests[i].alg)->size != event->digests[i].value.size)
            return false;
    return true;
}

static enum assay_txtstat_shape shape_of(const assay_log_writer *out, const assay_event *event)
{
    if (event->only_bank != 0 || assay_txt2_is_header(event))
        return ASSAY_TXTSTAT_BANKS;
    return out->header->bank_count <= 1 && event->digest_count == 1 &&
                   event->digests[0].alg == ASSAY_ALG_SHA1
               ? ASSAY_TXTSTAT_CONTAINER
               : ASSAY_TXTSTAT_AGILE;
}

int assay_txtstat_write_event(assay_log_writer *out, const assay_event *event, assay_error *error)
{
    text *const self = out->owned;

    if (!has_names(event))
        return refuse(event, error, "tboot's text has no name for the algorithm of a digest");
    if (self->shape == ASSAY_TXTSTAT_UNKNOWN)
        self->shape = shape_of(out, event);
    if (self->shape == ASSAY_TXTSTAT_AGILE) {
        if (event->only_bank != 0)
            return refuse(event, error, "a crypto-agile log has no events of one bank alone");
        put_agile_event(self, event);
        return 0;
    }
    if (event->digest_count != 1)
        return refuse(event, error, "a log of one bank holds one digest an event");
    if (self->shape == ASSAY_TXTSTAT_BANKS)
        return write_bank_event(self, event, error);
    if (event->only_bank != 0 || event->digests[0].alg != ASSAY_ALG_SHA1)
        return refuse(event, error, "a log of TPM 1.2 holds SHA-1 digests");
    put_bank_event(self, event);
    return 0;
}

static void put_container(const text *self, assay_writer *w)
{
    const uint64_t end = CONTAINER_HEADER + self->size;

    assay_put_string(w, "TBOOT: \t\t EVENT_LOG_POINTER:\n"
                        "TBOOT: \t\t       size: 16\n"
                        "TBOOT: \t\t  elog_addr: 0x0\n"
                        "TBOOT: \t\t\t Event Log Container:\n"
                        "TBOOT: \t\t\t     Signature: TXT Event Container\n"
                        "TBOOT: \t\t\t  ContainerVer: 1.0\n"
                        "TBOOT: \t\t\t   PCREventVer: 1.0\n");
    assay_put_format(w, "TBOOT: \t\t\t          Size: %llu\n", (unsigned long long)end);
    assay_put_format(w, "TBOOT: \t\t\t  EventsOffset: [%d,%llu]\n", CONTAINER_HEADER,
                     (unsigned long long)end);
    assay_put(w, assay_written(&self->records));
}

static void put_banks(text *self, assay_writer *w)
{
    end_log(self);
    assay_put_string(w, "TBOOT: \t\t EVENT_LOG_PTR:\n");
    assay_put_format(w, "TBOOT: \t\t       size: %u\n", 12 + 24 * self->log_count);
    assay_put_format(w, "TBOOT: \t\t      count: %u\n", self->log_count);
    assay_put(w, assay_written(&self->logs));
}

static const assay_spec_id usual = { .version_major = 2, .uintn_size = 2 };

static void put_header(const assay_log_header *header, assay_writer *w)
{
    const bool stated = header->spec_id.present && header->spec_id.signature == 3;
    const assay_spec_id *const spec_id = stated ? &header->spec_id : &usual;

    assay_put_format(w,
                     "TBOOT: \t TCG Event Log Header:\n"
                     "TBOOT: \t\t       pcr_index: 0\n"
                     "TBOOT: \t\t      event_type: 3\n"
                     "TBOOT: \t\t          digest: \n"
                     "TBOOT: \t\t event_data_size: %zu\n",
                     29 + 4 * header->bank_count + spec_id->vendor_info.size);
    assay_put_string(w, "TBOOT: \t\t \t   header event data:  \n"
                        "TBOOT: \t\t\t              signature: Spec ID Event03\n");
    assay_put_format(w, "TBOOT: \t\t\t         platform_class: %u\n", spec_id->platform_class);
    assay_put_format(w, "TBOOT: \t\t\t     spec_version_major: %u\n", spec_id->version_major);
    assay_put_format(w, "TBOOT: \t\t\t     spec_version_minor: %u\n", spec_id->version_minor);
    assay_put_format(w, "TBOOT: \t\t\t            spec_errata: %u\n", spec_id->errata);
    assay_put_format(w, "TBOOT: \t\t\t             uintn_size: %u\n", spec_id->uintn_size);
    assay_put_format(w, "TBOOT: \t\t\t   number_of_algorithms: %zu\n", header->bank_count);
    for (size_t i = 0; i < header->bank_count; i++) {
        assay_put_format(w, "TBOOT: \t\t\t\t   algorithm_id: 0x%x \n", header->banks[i].alg);
        assay_put_format(w, "TBOOT: \t\t\t\t    digest_size: %u\n", header->banks[i].size);
    }
    assay_put_format(
        w, "TBOOT: \t\t\t       vendor_info: %zu bytes\nTBOOT: ", spec_id->vendor_info.size);
    put_bytes(w, spec_id->vendor_info);
    assay_put_char(w, '\n');
}

static int put_agile(const assay_log_writer *out, assay_error *error)
{
    const text *const self = out->owned;
    const assay_log_header *const header = out->header;
    assay_writer *const w = out->writer;
    const uint64_t size = 32 + 29 + 4 * header->bank_count + self->size +
                          (header->spec_id.present ? header->spec_id.vendor_info.size : 0);

    if (header->bank_count == 0)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "a crypto-agile log has at least one bank");
    assay_put_string(w, "TBOOT: \t TCG EVENT_LOG_PTR:\n"
                        "TBOOT: \t\t       type: 8\n"
                        "TBOOT: \t\t       size: 28\n"
                        "TBOOT: \t TCG Event Log Descrption:\n");
    assay_put_format(w, "TBOOT: \t     allcoated_event_container_size: %llu\n",
                     (unsigned long long)size);
    assay_put_format(w, "TBOOT: \t                       EventsOffset: [0,%llu]\n",
                     (unsigned long long)size);
    put_header(header, w);
    assay_put(w, assay_written(&self->records));
    return 0;
}

int assay_txtstat_write_end(assay_log_writer *out, assay_error *error)
{
    text *const self = out->owned;
    int status = 0;

    if (self->shape == ASSAY_TXTSTAT_AGILE)
        status = put_agile(out, error);
    else if (self->shape == ASSAY_TXTSTAT_BANKS)
        put_banks(self, out->writer);
    else
        put_container(self, out->writer);
    const int failure = self->logs.failure != 0 ? self->logs.failure : self->records.failure;
    if (status == 0 && failure != 0)
        status = assay_fail(error, (enum assay_kind)failure, ASSAY_NOWHERE,
                            "no room to write tboot's text");
    assay_writer_close(&self->logs);
    assay_writer_close(&self->records);
    free(self);
    out->owned = NULL;
    return status;
}
