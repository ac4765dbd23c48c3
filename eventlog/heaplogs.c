/* SPDX-License-Identifier: BSD-2-Clause */
/* The event logs that the elements of a TXT heap point to (TXT SDG appendices C.3 and G). */
#include "eventlog/heap.h"

enum { PAGE = 4096, CAPABILITY_TCG_LOG = 1u << 9, ELEMENT_HEADER = 8, RESERVED = 2 };

static uint32_t element_bit(uint32_t type)
{
    return type < 32 ? 1u << type : 0;
}

/* The type of the element that SINIT was to use, or 0 for none. */
static int choose_element(const assay_txt_heap *heap, uint32_t *ret_type, assay_error *error)
{
    const uint32_t agile = ASSAY_TXT_ELEMENT_EVENT_LOG_POINTER2_1;
    const uint32_t per_bank = ASSAY_TXT_ELEMENT_EVENT_LOG_POINTER2;
    assay_txt_elements elements = assay_txt_heap_elements(heap, ASSAY_TXT_OS_SINIT_DATA);
    assay_txt_element element;
    uint32_t there = 0;
    int status;

    while ((status = assay_txt_heap_next_element(&elements, &element, error)) > 0)
        there |= element_bit(element.type);
    const bool both = (there & element_bit(agile)) != 0 && (there & element_bit(per_bank)) != 0;
    const bool want_agile = (heap->os_sinit_data.capabilities & CAPABILITY_TCG_LOG) != 0;
    if ((there & element_bit(agile)) != 0 && (!both || want_agile))
        *ret_type = agile;
    else if ((there & element_bit(per_bank)) != 0)
        *ret_type = per_bank;
    else
        *ret_type = (there & element_bit(ASSAY_TXT_ELEMENT_TPM_EVENT_LOG_PTR)) != 0
                        ? ASSAY_TXT_ELEMENT_TPM_EVENT_LOG_PTR
                        : 0;
    /* What comes after the element can't take it away; the fault counts when nothing was found. */
    return *ret_type != 0 ? 0 : status;
}

static void take_log(assay_cursor *c, uint64_t element_offset, assay_txt_heap_log *log)
{
    if (log->element == ASSAY_TXT_ELEMENT_EVENT_LOG_POINTER2) {
        log->alg = assay_take_u16le(c);
        assay_take(c, RESERVED);
    }
    log->offset = element_offset + ELEMENT_HEADER + c->offset;
    log->address = assay_take_u64le(c);
    if (log->element == ASSAY_TXT_ELEMENT_TPM_EVENT_LOG_PTR)
        return;
    log->allocated = assay_take_u32le(c);
    log->first_record_offset = assay_take_u32le(c);
    log->next_record_offset = assay_take_u32le(c);
}

/* The pointers of one element: how many, or a negative kind. */
static int read_element(const assay_txt_element *element, assay_txt_heap_log *logs,
                        assay_error *error)
{
    assay_cursor c = assay_cursor_of(element->data);
    const bool counted = element->type == ASSAY_TXT_ELEMENT_EVENT_LOG_POINTER2;
    const uint32_t count = counted ? assay_take_u32le(&c) : 1;
    const assay_place place = { element->offset, ASSAY_NO_EVENT,
                                assay_txt_element_name(element->type) };

    if (count > ASSAY_TXT_LOGS_MAX)
        return assay_fail(error, ASSAY_MALFORMED, place,
                          "%u event logs; a TPM has at most %d banks", count, ASSAY_TXT_LOGS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        logs[i] = (assay_txt_heap_log){ .element = element->type };
        take_log(&c, element->offset, &logs[i]);
    }
    if (c.failed)
        return assay_fail(error, ASSAY_TRUNCATED, place,
                          "the element has %zu bytes, too few for %u pointers", element->data.size,
                          count);
    return (int)count;
}

static int read_logs(const assay_txt_heap *heap, assay_txt_heap_log *logs, assay_error *error)
{
    assay_txt_elements elements = assay_txt_heap_elements(heap, ASSAY_TXT_OS_SINIT_DATA);
    assay_txt_element element;
    uint32_t wanted = 0;
    int status = choose_element(heap, &wanted, error);

    if (wanted == 0)
        return status;
    while ((status = assay_txt_heap_next_element(&elements, &element, error)) > 0)
        if (element.type == wanted)
            return read_element(&element, logs, error);
    return status;
}

/* Whether any of the headers that an event log can begin with stands at `offset`. */
static bool log_begins_at(const assay_txt_heap *heap, uint64_t offset)
{
    static const struct {
        size_t offset;
        assay_bytes signature;
    } marks[] = {
        { 0, ASSAY_LITERAL("TXT Event Container") },
        { 32, ASSAY_LITERAL("FRMT ID EVENT00") },
        { 32, ASSAY_LITERAL("Spec ID Event0") },
    };

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        assay_cursor c = assay_cursor_of(heap->input);

        assay_seek(&c, offset);
        assay_take(&c, marks[i].offset);
        if (assay_bytes_equal(assay_take(&c, marks[i].signature.size), marks[i].signature))
            return true;
    }
    return false;
}

/* Where `address` is in the input, when the heap's first byte has the address `base`. */
static uint64_t locate(const assay_txt_heap *heap, uint64_t base, uint64_t address)
{
    return address >= base && address - base < heap->size ? heap->offset + (address - base)
                                                          : ASSAY_NO_OFFSET;
}

static bool base_fits(const assay_txt_heap *heap, uint64_t base, const assay_txt_heap_log *log)
{
    const uint64_t start = locate(heap, base, log->address);

    return start != ASSAY_NO_OFFSET &&
           (log_begins_at(heap, start) || log_begins_at(heap, start + log->first_record_offset));
}

/* The heap begins on a page, so what lies in it keeps its place in its page. */
static bool page_base(const assay_txt_heap *heap, const assay_txt_heap_log *log, uint64_t *ret_base)
{
    for (uint64_t in = log->address % PAGE; in < heap->size && in <= log->address; in += PAGE)
        if (base_fits(heap, log->address - in, log)) {
            *ret_base = log->address - in;
            return true;
        }
    return false;
}

static uint64_t find_base(const assay_txt_heap *heap, const assay_txt_heap_log *logs, size_t count)
{
    uint64_t base;

    for (size_t i = 0; i < count; i++)
        if (base_fits(heap, heap->base, &logs[i]))
            return heap->base;
    for (size_t i = 0; i < count; i++)
        if (base_fits(heap, 0, &logs[i]))
            return 0;
    for (size_t i = 0; i < count; i++)
        if (page_base(heap, &logs[i], &base))
            return base;
    return heap->base;
}

int assay_txt_heap_logs(const assay_txt_heap *heap,
                        assay_txt_heap_log ret_logs[ASSAY_TXT_LOGS_MAX], assay_error *error)
{
    const int count = read_logs(heap, ret_logs, error);

    if (count <= 0)
        return count;
    const uint64_t base = find_base(heap, ret_logs, (size_t)count);
    for (int i = 0; i < count; i++)
        ret_logs[i].start = locate(heap, base, ret_logs[i].address);
    return count;
}
