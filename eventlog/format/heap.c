/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The event logs in an Intel TXT heap image, where the elements of OsSinitData point to
 * them (TXT SDG appendix C.3): a container of TPM 1.2, one log a bank, or a crypto-agile
 * log. Logs of several banks are yielded one after the other.
 */
#include "eventlog/heap.h"
#include "eventlog/format/txt.h"

enum { LOG = ASSAY_AREA_STATES, LOGS, ELEMENT };

static const char next_field[] = "NextRecordOffset";

static int fail_with(assay_log *log, const assay_error *error)
{
    log->error = *error;
    log->error.event = log->next_number;
    return -error->kind;
}

static int fail_without_os_sinit_data(assay_log *log, const assay_txt_heap *heap)
{
    if (heap->end == heap->offset + heap->size)
        return assay_log_fail(log, ASSAY_TRUNCATED, heap->end, "OsSinitData",
                              "the image ends before OsSinitData");
    return assay_log_fail(log, ASSAY_MALFORMED, heap->end, "OsSinitData",
                          "the heap has no OsSinitData: no launch was prepared, so there is no "
                          "event log");
}

/* The heap and its logs: how many, or a negative kind. */
static int read_logs(assay_log *log, assay_txt_heap *heap, assay_txt_heap_log *logs)
{
    assay_error error = { 0 };
    const int opened = assay_txt_heap_open(heap, log->bytes, &error);

    if (!heap->tables[ASSAY_TXT_OS_SINIT_DATA].present)
        return opened < 0 ? fail_with(log, &error) : fail_without_os_sinit_data(log, heap);
    const int count = assay_txt_heap_logs(heap, logs, &error);
    if (count < 0)
        return fail_with(log, &error);
    return count > 0 ? count
                     : assay_log_fail(log, ASSAY_MALFORMED,
                                      heap->tables[ASSAY_TXT_OS_SINIT_DATA].offset, "OsSinitData",
                                      "no element points to an event log");
}

static assay_log_area area_of(const assay_txt_heap_log *where)
{
    return (assay_log_area){
        .first = where->start + where->first_record_offset,
        .next = where->start + where->next_record_offset,
        .end = where->start + where->allocated,
        .next_offset = where->offset + 16, /* address, allocated size, first record offset */
    };
}

/* Records that belong to two logs would be read twice, once with the wrong digest size. */
static bool overlap(const assay_txt_heap_log *a, const assay_txt_heap_log *b)
{
    const assay_log_area x = area_of(a), y = area_of(b);

    return a->start != ASSAY_NO_OFFSET && b->start != ASSAY_NO_OFFSET && x.first < y.next &&
           y.first < x.next;
}

static int check_log(assay_log *log, const assay_txt_heap_log *logs, size_t index)
{
    const assay_txt_heap_log *const where = &logs[index];

    if (where->start == ASSAY_NO_OFFSET)
        return assay_log_fail(log, ASSAY_TRUNCATED, where->offset, "PhysicalAddress",
                              "the event log at address 0x%llx is not in the image",
                              (unsigned long long)where->address);
    for (size_t i = 0; i < index; i++)
        if (overlap(&logs[i], where))
            return assay_log_fail(log, ASSAY_MALFORMED, where->offset, "PhysicalAddress",
                                  "the event logs of algorithms 0x%04x and 0x%04x overlap",
                                  logs[i].alg, where->alg);
    return 0;
}

static int enter_area(assay_log *log, const assay_txt_heap_log *where)
{
    const assay_log_area area = area_of(where);

    return assay_area_enter(log, &area, next_field);
}

static int enter_agile(assay_log *log, const assay_txt_heap_log *where)
{
    const int status = enter_area(log, where);

    /* Before SINIT runs there is not even a header. */
    return status < 0 || where->first_record_offset == where->next_record_offset
               ? status
               : assay_tcg2_open(log);
}

static int enter_bank(assay_log *log, const assay_txt_heap_log *where, assay_bank *bank)
{
    const int status = enter_area(log, where);

    return status < 0 ? status : assay_txt2_open(log, bank);
}

/* Goes to the first record of a log. */
static int enter_log(assay_log *log, size_t index)
{
    assay_txt_heap heap;
    assay_txt_heap_log logs[ASSAY_TXT_LOGS_MAX] = { { .start = ASSAY_NO_OFFSET } };
    int status = read_logs(log, &heap, logs);

    if (status >= 0)
        status = check_log(log, logs, index);
    if (status < 0)
        return status;
    log->cursor =
        assay_cursor_of(assay_bytes_of(log->bytes.data, (size_t)(heap.offset + heap.size)));
    assay_seek(&log->cursor, logs[index].start);
    switch (logs[index].element) {
    case ASSAY_TXT_ELEMENT_TPM_EVENT_LOG_PTR:
        return assay_txt_open(log);
    case ASSAY_TXT_ELEMENT_EVENT_LOG_POINTER2:
        return enter_bank(log, &logs[index], &log->header.banks[index]);
    default:
        return enter_agile(log, &logs[index]);
    }
}

/* The bank of a log that is read later; its header knows the size of an algorithm unknown here. */
static assay_bank peek_bank(const assay_log *log, const assay_txt_heap_log *where)
{
    const assay_alg *const alg = assay_alg_find(where->alg);
    assay_log ahead = *log;
    assay_bank bank = { where->alg, alg != NULL ? alg->size : 0 };

    ahead.findings = NULL;
    if (where->start != ASSAY_NO_OFFSET) {
        const assay_log_area area = area_of(where);

        /* What lies behind a log is not its header. */
        if (area.next < ahead.cursor.bytes.size)
            ahead.cursor.bytes.size = (size_t)area.next;
        assay_seek(&ahead.cursor, area.first);
    }
    if (alg == NULL)
        assay_txt2_open(&ahead, &bank);
    return bank;
}

static int announce_banks(assay_log *log, const assay_txt_heap_log *logs, size_t count)
{
    assay_log_header *const header = &log->header;

    for (size_t i = 0; i < count; i++) {
        const assay_bank bank = peek_bank(log, &logs[i]);

        /* A log without a HashAlgID says it in its header, or is of SHA-1. */
        for (size_t j = 0; j < i; j++)
            if (logs[j].alg == logs[i].alg || header->banks[j].alg == bank.alg)
                return assay_log_fail(log, ASSAY_MALFORMED, logs[i].offset - 4, "HashAlgID",
                                      "algorithm 0x%04x has two event logs", bank.alg);
        header->banks[header->bank_count++] = bank;
    }
    return 0;
}

static void note_heap(assay_log *log, const assay_txt_heap *heap)
{
    char text[160] = "";
    assay_writer writer = assay_writer_lent(text, sizeof text - 1);

    assay_txt_heap_summary(&writer, heap);
    assay_log_note(log, ASSAY_FINDING_TXT_HEAP, heap->offset, "%s", text);
}

static int open(assay_log *log)
{
    assay_txt_heap heap;
    assay_txt_heap_log logs[ASSAY_TXT_LOGS_MAX] = { { .start = ASSAY_NO_OFFSET } };
    const int count = read_logs(log, &heap, logs);

    if (count < 0)
        return count;
    note_heap(log, &heap);
    log->header.stage = ASSAY_STAGE_LAUNCH;
    log->state[LOGS] = (uint64_t)count;
    log->state[ELEMENT] = logs[0].element;
    if (logs[0].element == ASSAY_TXT_ELEMENT_EVENT_LOG_POINTER2) {
        const int status = announce_banks(log, logs, (size_t)count);

        if (status < 0)
            return status;
    }
    return enter_log(log, 0);
}

/* The next event of the log at the cursor, or what came at its end. */
static int next_of_log(assay_log *log, assay_event *ret_event)
{
    int status;

    switch (log->state[ELEMENT]) {
    case ASSAY_TXT_ELEMENT_TPM_EVENT_LOG_PTR:
        return assay_txt_next(log, ret_event);
    case ASSAY_TXT_ELEMENT_EVENT_LOG_POINTER2:
        status = assay_log_at_end(log)
                     ? 0
                     : assay_txt2_next(log, log->header.banks[log->state[LOG]], ret_event);
        break;
    default:
        status =
            assay_tcg2_next(log, log->header.bank_count > 0 && assay_area_at_first(log), ret_event);
        break;
    }
    return status != 0 ? status : assay_area_leave(log, next_field);
}

/* What is wrong with the heap beside its logs is said after them. */
static int check_heap(assay_log *log)
{
    assay_txt_heap heap;
    assay_error error = { 0 };
    int status = assay_txt_heap_open(&heap, log->bytes, &error);

    for (enum assay_txt_table t = 0; t < ASSAY_TXT_TABLES && status >= 0; t++) {
        assay_txt_elements elements = assay_txt_heap_elements(&heap, t);
        assay_txt_element element;

        do
            status = assay_txt_heap_next_element(&elements, &element, &error);
        while (status > 0);
    }
    return status < 0 ? fail_with(log, &error) : 0;
}

static int next(assay_log *log, assay_event *ret_event)
{
    int status;

    while ((status = next_of_log(log, ret_event)) == 0) {
        if (++log->state[LOG] >= log->state[LOGS])
            return check_heap(log);
        status = enter_log(log, (size_t)log->state[LOG]);
        if (status < 0)
            return status;
    }
    return status;
}

const assay_format assay_format_heap = {
    .info = { "heap", "Intel TXT heap image", "TXT SDG appendices C and G", true },
    .room = { .contents = 1u << ASSAY_CONTENT_PCCLIENT_STD,
              .banks = ASSAY_ROOM_ANY_BANKS, .types = true, .data = true, .spec_id = true,
              .only_bank = true },
    .detect = assay_txt_heap_detect,
    .open = open,
    .next = next,
    .write_begin = assay_heap_write_begin,
    .write_event = assay_heap_write_event,
    .write_end = assay_heap_write_end,
    .is_header = assay_txt2_is_list_header,
};
