/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lays a heap image around a log: the smallest tables that readers accept, with the log in
 * OsMleData, where tboot keeps it, and an element of OsSinitData that points to it. Addresses count
 * from the heap's first byte.
 */
#include "eventlog/format/txt.h"
#include "eventlog/heap.h"

/*
 * The slots of assay_log_writer.state. The first two are those of the container's writer.
 * Offsets count from the start of the heap.
 */
enum {
    ELEMENT = 2,
    OS_MLE_DATA,
    CURRENT, /* the bank whose log is being written, counted from 1 */
    FIRST,   /* of each bank's log, */
    NEXT = FIRST + ASSAY_BANKS_MAX,
    STATES = NEXT + ASSAY_BANKS_MAX,
};

_Static_assert(STATES <= sizeof((assay_log_writer *)NULL)->state / sizeof(uint64_t),
               "the writer has room for two offsets a bank");

enum {
    SIZE_FIELD = 8,
    BIOS_DATA_VERSION = 3,
    BIOS_DATA_SIZE = 36,
    OS_SINIT_CAPABILITIES = 80, /* where the field is in the table's data */
    CAPABILITY_TCG_LOG = 1u << 9,
    SINIT_MLE_DATA_SIZE = 148,
    ELEMENT_HEADER = 8,
};

static uint64_t here(const assay_log_writer *out)
{
    return out->writer->used - out->start;
}

/* By the log's header, and by its first event: a log a bank is told by its events alone. */
static uint32_t choose_element(const assay_log_header *header, const assay_event *first)
{
    const bool sha1_only = header->bank_count == 1 && header->banks[0].alg == ASSAY_ALG_SHA1;
    const bool agile = header->spec_id.present && header->spec_id.signature == 3;

    if (first != NULL && (first->only_bank != 0 || assay_txt2_is_header(first)))
        return ASSAY_TXT_ELEMENT_EVENT_LOG_POINTER2;
    return sha1_only && !agile ? ASSAY_TXT_ELEMENT_TPM_EVENT_LOG_PTR
                               : ASSAY_TXT_ELEMENT_EVENT_LOG_POINTER2_1;
}

int assay_heap_write_begin(assay_log_writer *out, assay_error *error)
{
    assay_writer *const w = out->writer;

    (void)error;
    assay_put_u64le(w, SIZE_FIELD + BIOS_DATA_SIZE);
    assay_put_u32le(w, BIOS_DATA_VERSION);
    assay_put_zeros(w, BIOS_DATA_SIZE - 4);
    out->state[OS_MLE_DATA] = here(out);
    assay_put_u64le(w, 0);
    return 0;
}

/* Begins the log with its first event, or without one. */
static int begin_log(assay_log_writer *out, const assay_event *first, assay_error *error)
{
    out->state[ELEMENT] = choose_element(out->header, first);
    switch (out->state[ELEMENT]) {
    case ASSAY_TXT_ELEMENT_TPM_EVENT_LOG_PTR:
        out->state[FIRST] = here(out);
        return assay_format_txt.write_begin(out, error);
    case ASSAY_TXT_ELEMENT_EVENT_LOG_POINTER2_1:
        out->state[FIRST] = here(out);
        return assay_format_tcg2.write_begin(out, error);
    default:
        return 0; /* each bank's log begins with the first event of the bank */
    }
}

static void end_bank(assay_log_writer *out)
{
    if (out->state[CURRENT] > 0)
        out->state[NEXT + out->state[CURRENT] - 1] = here(out);
}

static int begin_bank(assay_log_writer *out, size_t index, assay_error *error)
{
    end_bank(out);
    out->state[CURRENT] = index + 1;
    out->state[FIRST + index] = here(out);
    return assay_txt2_write_header(out->writer, out->header->banks[index], error);
}

static size_t bank_index(const assay_log_header *header, uint16_t alg)
{
    size_t i = 0;

    while (i < header->bank_count && header->banks[i].alg != alg)
        i++;
    return i;
}

static int write_bank_event(assay_log_writer *out, const assay_event *event, assay_error *error)
{
    const size_t index = bank_index(out->header, event->only_bank);

    if (assay_txt2_is_header(event))
        return 0; /* written when its bank begins */
    if (index == out->header->bank_count)
        return assay_fail(error, ASSAY_UNSUPPORTED,
                          (assay_place){ event->offset, event->number, "HashAlgID" },
                          "the event is of no bank that the log's header announces");
    if (index + 1 != out->state[CURRENT]) {
        if (out->state[FIRST + index] != 0)
            return assay_fail(error, ASSAY_UNSUPPORTED,
                              (assay_place){ event->offset, event->number, "HashAlgID" },
                              "the events of a bank must follow each other");
        const int status = begin_bank(out, index, error);
        if (status < 0)
            return status;
    }
    return assay_txt2_write_event(out->writer, out->header->banks[index], event, error);
}

int assay_heap_write_event(assay_log_writer *out, const assay_event *event, assay_error *error)
{
    if (out->state[ELEMENT] == 0) {
        const int status = begin_log(out, event, error);

        if (status < 0)
            return status;
    }
    switch (out->state[ELEMENT]) {
    case ASSAY_TXT_ELEMENT_TPM_EVENT_LOG_PTR:
        return assay_format_txt.write_event(out, event, error);
    case ASSAY_TXT_ELEMENT_EVENT_LOG_POINTER2_1:
        return assay_format_tcg2.write_event(out, event, error);
    default:
        return write_bank_event(out, event, error);
    }
}

/* Ends the log of each bank; one without events has a header at most. */
static int end_banks(assay_log_writer *out, assay_error *error)
{
    int status = 0;

    for (size_t i = 0; i < out->header->bank_count && status == 0; i++)
        if (out->state[FIRST + i] == 0)
            status = begin_bank(out, i, error);
    end_bank(out);
    return status;
}

static int end_logs(assay_log_writer *out, assay_error *error)
{
    if (out->state[ELEMENT] == 0) {
        const int status = begin_log(out, NULL, error);

        if (status < 0)
            return status;
    }
    switch (out->state[ELEMENT]) {
    case ASSAY_TXT_ELEMENT_TPM_EVENT_LOG_PTR:
        return assay_format_txt.write_end(out, error);
    case ASSAY_TXT_ELEMENT_EVENT_LOG_POINTER2_1:
        out->state[NEXT] = here(out);
        return 0;
    default:
        return end_banks(out, error);
    }
}

static void put_pointer2(assay_writer *w, uint64_t first, uint64_t next)
{
    assay_put_u64le(w, first);
    assay_put_u32le(w, (uint32_t)(next - first));
    assay_put_u32le(w, 0);
    assay_put_u32le(w, (uint32_t)(next - first));
}

static void put_element_data(assay_log_writer *out, assay_writer *w)
{
    switch (out->state[ELEMENT]) {
    case ASSAY_TXT_ELEMENT_TPM_EVENT_LOG_PTR:
        assay_put_u64le(w, out->state[FIRST]);
        break;
    case ASSAY_TXT_ELEMENT_EVENT_LOG_POINTER2_1:
        put_pointer2(w, out->state[FIRST], out->state[NEXT]);
        break;
    default:
        assay_put_u32le(w, (uint32_t)out->header->bank_count);
        for (size_t i = 0; i < out->header->bank_count; i++) {
            assay_put_u32le(w, out->header->banks[i].alg);
            put_pointer2(w, out->state[FIRST + i], out->state[NEXT + i]);
        }
    }
}

static void put_end(assay_writer *w)
{
    assay_put_u32le(w, ASSAY_TXT_ELEMENT_END);
    assay_put_u32le(w, ELEMENT_HEADER);
}

static void put_os_sinit_data(assay_log_writer *out)
{
    const bool tpm12 = out->state[ELEMENT] == ASSAY_TXT_ELEMENT_TPM_EVENT_LOG_PTR;
    const bool agile = out->state[ELEMENT] == ASSAY_TXT_ELEMENT_EVENT_LOG_POINTER2_1;
    assay_writer *const w = out->writer;
    const size_t size_at = w->used;
    assay_writer counter = assay_writer_lent(NULL, 0);

    put_element_data(out, &counter);
    assay_put_u64le(w, 0);
    assay_put_u32le(w, tpm12 ? 6 : 7);
    assay_put_zeros(w, OS_SINIT_CAPABILITIES - 4);
    assay_put_u32le(w, agile ? CAPABILITY_TCG_LOG : 0);
    assay_put_u64le(w, 0);
    assay_put_u32le(w, (uint32_t)out->state[ELEMENT]);
    assay_put_u32le(w, (uint32_t)(ELEMENT_HEADER + counter.written));
    put_element_data(out, w);
    put_end(w);
    assay_patch_u32le(w, size_at, (uint32_t)(w->used - size_at));
}

static void put_sinit_mle_data(assay_log_writer *out)
{
    const bool tpm12 = out->state[ELEMENT] == ASSAY_TXT_ELEMENT_TPM_EVENT_LOG_PTR;
    assay_writer *const w = out->writer;

    /* Version 8 has no elements. */
    assay_put_u64le(w, SIZE_FIELD + SINIT_MLE_DATA_SIZE + (tpm12 ? 0 : ELEMENT_HEADER));
    assay_put_u32le(w, tpm12 ? 8 : 9);
    assay_put_zeros(w, SINIT_MLE_DATA_SIZE - 4);
    if (!tpm12)
        put_end(w);
}

int assay_heap_write_end(assay_log_writer *out, assay_error *error)
{
    const uint64_t os_mle_data = out->state[OS_MLE_DATA];
    const int status = end_logs(out, error);

    if (status < 0)
        return status;
    if (here(out) > UINT32_MAX)
        return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                          "a TXT heap holds at most 4 GiB of event logs");
    assay_patch_u32le(out->writer, out->start + (size_t)os_mle_data,
                      (uint32_t)(here(out) - os_mle_data));
    put_os_sinit_data(out);
    put_sinit_mle_data(out);
    return 0;
}
