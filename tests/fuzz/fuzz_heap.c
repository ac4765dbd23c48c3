/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a TXT heap: its logs, its tables and what is said of them. */
#include "eventlog/heap.h"
#include "tests/fuzz/txt_properties.h"

/* Elements lie in their table one behind the other. */
static void demand_elements(const assay_txt_heap *heap, enum assay_txt_table table)
{
    assay_txt_elements elements = assay_txt_heap_elements(heap, table);
    assay_txt_element element;
    assay_error error = { .what = "" };
    uint64_t end = heap->tables[table].offset;
    int step;

    while ((step = assay_txt_heap_next_element(&elements, &element, &error)) > 0) {
        demand(element.offset >= end, "elements follow each other");
        end = element.offset + 8 + element.data.size;
        demand(end <= heap->tables[table].offset + 8 + heap->tables[table].data.size,
               "elements lie in their table");
    }
    demand(step == 0 || error.what[0] != '\0', "a fault is explained");
}

static void demand_logs(const assay_txt_heap *heap)
{
    assay_txt_heap_log logs[ASSAY_TXT_LOGS_MAX];
    assay_error error = { .what = "" };
    const int count = assay_txt_heap_logs(heap, logs, &error);

    demand(count >= 0 || error.what[0] != '\0', "a fault is explained");
    for (int i = 0; i < count; i++)
        demand(logs[i].start == ASSAY_NO_OFFSET ||
                   (logs[i].start >= heap->offset && logs[i].start < heap->offset + heap->size),
               "a log begins in the heap, or nowhere");
}

static void demand_words(const assay_txt_heap *heap)
{
    assay_writer writer = assay_writer_growing(FUZZ_CEILING);
    assay_output out = assay_output_json_line(&writer);

    assay_emit_object(&out, NULL);
    assay_txt_heap_emit(&out, heap);
    demand(out.depth == 1, "what is begun is ended");
    assay_emit_end(&out);
    assay_txt_heap_summary(&writer, heap);
    demand(writer.failure == 0, "a heap is said in bounds");
    assay_writer_close(&writer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static assay_findings findings;
    const assay_bytes bytes = assay_bytes_of(data, size);
    const reading reading = read_twice(bytes, "heap", &findings);
    assay_txt_heap heap;
    assay_error error = { .what = "" };
    const int status = assay_txt_heap_open(&heap, bytes, &error);

    demand(status == 0 || error.what[0] != '\0', "a fault is explained");
    demand(heap.offset + heap.size <= size && heap.end <= heap.offset + heap.size,
           "the heap lies in the input");
    for (enum assay_txt_table t = 0; t < ASSAY_TXT_TABLES; t++)
        demand_elements(&heap, t);
    demand_logs(&heap);
    demand_words(&heap);
    if (reading.status == 0 && reading.events > 0 && plain(&findings))
        demand_same_events(bytes, "heap", "heap");
    return 0;
}
