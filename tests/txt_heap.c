/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eventlog/heap.h, on the heaps that fixtures/logs/txt.py makes from the specification;
 * it puts the numbers into them that are expected here.
 */
#include "eventlog/heap.h"
#include "tests/payload.h"

#include "base/file.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static assay_file fixture(const char *name)
{
    char path[100];
    assay_error error;
    assay_file file;

    snprintf(path, sizeof path, "fixtures/logs/%s.bin", name);
    cr_assert_eq(assay_file_read(&file, path, 1 << 20, &error), 0, "%s", error.what);
    return file;
}

Test(txt_heap, the_tables_have_the_fields_of_the_specification)
{
    assay_file file = fixture("txt-heap-agile");
    assay_txt_heap heap;
    assay_txt_mdr mdr;

    cr_assert_eq(assay_txt_heap_open(&heap, file.bytes, NULL), 0);
    cr_expect_eq(heap.offset, 0);
    cr_expect_eq(heap.size, 4696);
    cr_expect_not(heap.has_registers);
    cr_expect_eq(heap.bios_data.version, 6);
    cr_expect_eq(heap.bios_data.bios_sinit_size, 0x40000);
    cr_expect_eq(heap.bios_data.lcp_pd_base, 0x6FB00000);
    cr_expect_eq(heap.bios_data.lcp_pd_size, 0x300C);
    cr_expect_eq(heap.bios_data.num_log_procs, 72);
    cr_expect_eq(heap.bios_data.mle_flags, 2);
    cr_expect_eq(heap.tables[ASSAY_TXT_OS_MLE_DATA].offset, 116);
    cr_expect_eq(heap.tables[ASSAY_TXT_OS_MLE_DATA].data.size, 4096);
    cr_expect_eq(heap.os_sinit_data.version, 7);
    cr_expect_eq(heap.os_sinit_data.mle_page_table_base, 0x10800000);
    cr_expect_eq(heap.os_sinit_data.mle_size, 0x60000);
    cr_expect_eq(heap.os_sinit_data.mle_header_base, 0x10000);
    cr_expect_eq(heap.os_sinit_data.pmr_low_size, 0x1A00000);
    cr_expect_eq(heap.os_sinit_data.pmr_high_base, 0x100000000);
    cr_expect_eq(heap.os_sinit_data.pmr_high_size, 0x200000000);
    cr_expect_eq(heap.os_sinit_data.lcp_po_base, 0x66A00000);
    cr_expect_eq(heap.os_sinit_data.lcp_po_size, 0xC000);
    cr_expect_eq(heap.os_sinit_data.capabilities, 0x201);
    cr_expect_eq(heap.os_sinit_data.rsdp_ptr, 0xF0000);
    cr_expect_eq(heap.sinit_mle_data.version, 9);
    cr_expect_eq(heap.sinit_mle_data.bios_acm_id.size, 20);
    cr_expect_eq(heap.sinit_mle_data.rlp_wakeup_addr, 0x6FEC2C20);
    cr_expect_eq(heap.sinit_mle_data.num_mdrs, 3);
    cr_expect_eq(heap.sinit_mle_data.processor_scrtm_status, 1);
    cr_assert(assay_txt_heap_mdr(&heap, 2, &mdr));
    cr_expect_eq(mdr.address, 0xE0000000);
    cr_expect_eq(mdr.length, 0x10000000);
    cr_expect_eq(mdr.type, 3);
    cr_expect_not(assay_txt_heap_mdr(&heap, 3, &mdr));
    assay_file_close(&file);
}

Test(txt_heap, each_table_yields_its_elements_in_order)
{
    static const struct {
        enum assay_txt_table table;
        uint32_t types[4];
        size_t count;
    } expected[] = {
        { ASSAY_TXT_BIOS_DATA, { 1, 2, 4 }, 3 },
        { ASSAY_TXT_OS_MLE_DATA, { 0 }, 0 },
        { ASSAY_TXT_OS_SINIT_DATA, { 7, 8, 13 }, 3 },
        { ASSAY_TXT_SINIT_MLE_DATA, { 6, 9 }, 2 },
    };
    assay_file file = fixture("txt-heap-agile");
    assay_txt_heap heap;

    cr_assert_eq(assay_txt_heap_open(&heap, file.bytes, NULL), 0);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assay_txt_elements elements = assay_txt_heap_elements(&heap, expected[i].table);
        assay_txt_element element;
        size_t count = 0;

        while (assay_txt_heap_next_element(&elements, &element, NULL) > 0)
            cr_expect_eq(element.type, expected[i].types[count++]);
        cr_expect_eq(count, expected[i].count, "%s", assay_txt_table_name(expected[i].table));
        cr_expect_eq(assay_txt_heap_next_element(&elements, &element, NULL), 0,
                     "it stays at its end");
    }
    assay_file_close(&file);
}

typedef struct where {
    const char *name;
    int count;
    struct {
        uint32_t element;
        uint16_t alg;
        uint64_t address, start;
        uint32_t next;
    } logs[2];
} where;

static void check_logs(const where *where)
{
    assay_file file = fixture(where->name);
    assay_txt_heap heap;
    assay_txt_heap_log logs[ASSAY_TXT_LOGS_MAX];

    cr_assert_eq(assay_txt_heap_open(&heap, file.bytes, NULL), 0);
    cr_assert_eq(assay_txt_heap_logs(&heap, logs, NULL), where->count);
    for (int i = 0; i < where->count; i++) {
        cr_expect_eq(logs[i].element, where->logs[i].element);
        cr_expect_eq(logs[i].alg, where->logs[i].alg);
        cr_expect_eq(logs[i].address, where->logs[i].address);
        cr_expect_eq(logs[i].start, where->logs[i].start);
        cr_expect_eq(logs[i].next_record_offset, where->logs[i].next);
    }
    assay_file_close(&file);
}

Test(txt_heap, logs_are_found_with_and_without_the_address_of_the_heap)
{
    static const where places[] = {
        { "txt-heap-tpm12", 1, { { 5, 0, 0x7BF20000 + 68, 16 + 68, 0 } } },
        { "txt-heap-banks",
          2,
          { { 7, 0x0004, 0x6FF00000 + 60, 60, 713 },
            { 7, 0x000B, 0x6FF00000 + 2108, 2108, 1001 } } },
        { "txt-heap-agile", 1, { { 8, 0, 0x5A000000 + 124, 124, 1542 } } },
    };

    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        check_logs(&places[i]);
}

Test(txt_heap, without_capability_bit_9_the_logs_of_the_banks_are_meant)
{
    assay_file file = fixture("txt-heap-agile");
    uint8_t *const copy = malloc(file.bytes.size);
    assay_txt_heap heap;
    assay_txt_heap_log logs[ASSAY_TXT_LOGS_MAX];

    memcpy(copy, file.bytes.data, file.bytes.size);
    copy[4228 + 80 + 1] = 0x00; /* Capabilities 0x201 */
    cr_assert_eq(assay_txt_heap_open(&heap, assay_bytes_of(copy, file.bytes.size), NULL), 0);
    cr_assert_eq(assay_txt_heap_logs(&heap, logs, NULL), 1);
    cr_expect_eq(logs[0].element, ASSAY_TXT_ELEMENT_EVENT_LOG_POINTER2);
    free(copy);
    assay_file_close(&file);
}

Test(txt_heap, elements_came_with_version_4_of_the_table_of_the_firmware)
{
    assay_file file = fixture("txt-heap-agile");
    uint8_t *const copy = malloc(file.bytes.size);
    assay_txt_heap heap;
    assay_txt_element element;

    memcpy(copy, file.bytes.data, file.bytes.size);
    copy[8] = 3;
    cr_assert_eq(assay_txt_heap_open(&heap, assay_bytes_of(copy, file.bytes.size), NULL), 0);
    assay_txt_elements elements = assay_txt_heap_elements(&heap, ASSAY_TXT_BIOS_DATA);
    cr_expect_eq(assay_txt_heap_next_element(&elements, &element, NULL), 0);
    free(copy);
    assay_file_close(&file);
}

Test(txt_heap, a_log_on_any_page_shows_where_the_heap_lay)
{
    enum { FURTHER = 3 * 4096, LOG = 124, ADDRESS = 4364 };
    assay_file file = fixture("txt-heap-agile");
    assay_writer moved = assay_writer_growing(1 << 20);
    assay_txt_heap heap;
    assay_txt_heap_log logs[ASSAY_TXT_LOGS_MAX];

    assay_put(&moved, assay_bytes_of(file.bytes.data, 116));
    assay_put_u64le(&moved, 4104 + FURTHER); /* OsMleData */
    assay_put_zeros(&moved, FURTHER);
    assay_put(&moved, assay_bytes_of(file.bytes.data + LOG, ADDRESS - LOG));
    assay_put_u64le(&moved, 0x12345000 + LOG + FURTHER);
    assay_put(&moved, assay_bytes_of(file.bytes.data + ADDRESS + 8, file.bytes.size - ADDRESS - 8));
    cr_assert_eq(assay_txt_heap_open(&heap, assay_written(&moved), NULL), 0);
    cr_assert_eq(assay_txt_heap_logs(&heap, logs, NULL), 1);
    cr_expect_eq(logs[0].start, LOG + FURTHER);
    assay_writer_close(&moved);
    assay_file_close(&file);
}

Test(txt_heap, an_image_of_memory_has_its_heap_where_the_register_says)
{
    enum { BASE = 0x2000 };
    assay_file file = fixture("txt-heap-tpm12");
    const size_t size = file.bytes.size - 16;
    uint8_t *const memory = calloc(1, BASE + size);
    assay_writer registers = assay_writer_lent(memory, 16);
    assay_txt_heap heap;

    assay_put_u64le(&registers, BASE);
    assay_put_u64le(&registers, size);
    memcpy(memory + BASE, file.bytes.data + 16, size);
    cr_expect_str_eq(assay_txt_heap_detect(assay_bytes_of(memory, BASE + size)),
                     "TXT.HEAP.BASE at the start, and a TXT heap's BiosData where it says");
    cr_assert_eq(assay_txt_heap_open(&heap, assay_bytes_of(memory, BASE + size), NULL), 0);
    cr_expect(heap.has_registers);
    cr_expect_eq(heap.base, BASE);
    cr_expect_eq(heap.offset, BASE);
    cr_expect_eq(heap.tables[ASSAY_TXT_OS_SINIT_DATA].offset, BASE + 1108 - 16);
    free(memory);
    assay_file_close(&file);
}

Test(txt_heap, before_a_launch_there_is_only_the_table_of_the_firmware)
{
    assay_file file = fixture("txt-heap-agile");
    assay_txt_heap heap;

    cr_assert_eq(assay_txt_heap_open(&heap, assay_bytes_of(file.bytes.data, 116), NULL), 0);
    cr_expect(heap.tables[ASSAY_TXT_BIOS_DATA].present);
    cr_expect_not(heap.tables[ASSAY_TXT_OS_MLE_DATA].present);
    cr_expect_str_eq(TEXT_OF(assay_txt_heap_summary, &heap),
                     "TXT heap of a machine with 72 logical processors; BiosData 6; no launch was "
                     "prepared");
    cr_expect_not_null(strstr(JSON_OF(assay_txt_heap_emit, &heap), "\"os_sinit_data\":null"));
    assay_file_close(&file);
}

Test(txt_heap, what_is_sound_before_a_fault_is_there)
{
    assay_file file = fixture("txt-heap-agile");
    assay_txt_heap heap;
    assay_error error;

    cr_expect_eq(assay_txt_heap_open(&heap, assay_bytes_of(file.bytes.data, 4500), &error),
                 -ASSAY_TRUNCATED);
    cr_expect_eq(error.offset, 4420);
    cr_expect_str_eq(error.field, "SinitMleData");
    cr_expect(heap.tables[ASSAY_TXT_OS_SINIT_DATA].present);
    cr_expect_not(heap.tables[ASSAY_TXT_SINIT_MLE_DATA].present);
    cr_expect_str_eq(TEXT_OF(assay_txt_heap_summary, &heap),
                     "TXT heap of a machine with 72 logical processors; BiosData 6, OsSinitData 7; "
                     "SINIT has left nothing");
    assay_file_close(&file);
}

Test(txt_heap, it_is_said_in_one_line_and_as_json)
{
    static const char *const parts[] = {
        "{\"offset\":0,\"size\":4696,\"bios_data\":{\"offset\":0,\"size\":108,\"version\":6,",
        "\"num_log_procs\":72,\"sinit_flags\":\"0x0\",\"mle_flags\":\"0x2\","
        "\"mle_flag_names\":[\"client platform\"],\"elements\":[{\"type\":1,"
        "\"type_name\":\"BIOS_SPEC_VER\",\"offset\":44,\"size\":6,"
        "\"bios_spec_ver\":\"2.1.0\"}",
        "\"os_mle_data\":{\"offset\":116,\"size\":4096}",
        "\"capability_names\":[\"wake-up by GETSEC\",\"crypto-agile "
        "log\"],\"rsdp_ptr\":\"0xf0000\"",
        "\"mdrs\":[{\"address\":\"0x0\",\"length\":655360,\"type\":0,\"type_name\":\"usable\"}",
        "\"event_logs\":[{\"element\":\"EVENT_LOG_POINTER2_1\",\"address\":\"0x5a00007c\","
        "\"offset\":124,\"allocated\":4096,\"first_record_offset\":0,"
        "\"next_record_offset\":1542}]}",
    };
    assay_file file = fixture("txt-heap-agile");
    assay_txt_heap heap;

    cr_assert_eq(assay_txt_heap_open(&heap, file.bytes, NULL), 0);
    cr_expect_str_eq(TEXT_OF(assay_txt_heap_summary, &heap),
                     "TXT heap of a machine with 72 logical processors; BiosData 6, OsSinitData 7, "
                     "SinitMleData 9");
    const char *const json = JSON_OF(assay_txt_heap_emit, &heap);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        cr_expect_not_null(strstr(json, parts[i]), "%s in %s", parts[i], json);
    json_t *const parsed = json_loads(json, 0, NULL);
    cr_expect_not_null(parsed);
    json_decref(parsed);
    assay_file_close(&file);
}

Test(txt_heap, the_logs_of_banks_are_said_by_their_algorithm)
{
    assay_file file = fixture("txt-heap-banks");
    assay_txt_heap heap;

    cr_assert_eq(assay_txt_heap_open(&heap, file.bytes, NULL), 0);
    cr_expect_not_null(
        strstr(JSON_OF(assay_txt_heap_emit, &heap),
               "\"event_logs\":[{\"element\":\"EVENT_LOG_POINTER2\",\"alg\":\"sha1\""));
    assay_file_close(&file);
}

Test(txt_heap, what_the_registers_say_is_said)
{
    assay_file file = fixture("txt-heap-tpm12");
    assay_txt_heap heap;

    cr_assert_eq(assay_txt_heap_open(&heap, file.bytes, NULL), 0);
    const char *const json = JSON_OF(assay_txt_heap_emit, &heap);
    cr_expect_not_null(strstr(json, "{\"offset\":16,\"base\":\"0x7bf20000\",\"size\":1372,"));
    cr_expect_not_null(strstr(json, "\"event_logs\":[{\"element\":\"TPM_EVENT_LOG_PTR\","
                                    "\"address\":\"0x7bf20044\",\"offset\":84}]"));
    assay_file_close(&file);
}

Test(txt_heap, a_log_that_is_not_in_the_image_has_no_offset)
{
    assay_file file = fixture("txt-heap-banks");
    uint8_t *const copy = malloc(file.bytes.size);
    assay_txt_heap heap;

    memcpy(copy, file.bytes.data, file.bytes.size);
    memset(copy + 4268, 0x77, 2); /* the first log's algorithm, */
    copy[4279] = 0x80;            /* and its address */
    cr_assert_eq(assay_txt_heap_open(&heap, assay_bytes_of(copy, file.bytes.size), NULL), 0);
    cr_expect_not_null(strstr(JSON_OF(assay_txt_heap_emit, &heap),
                              "\"alg\":\"0x7777\",\"address\":\"0x800000006ff0003c\","
                              "\"offset\":null,"));
    free(copy);
    assay_file_close(&file);
}

Test(txt_heap, element_types_have_names_up_to_the_last_known)
{
    cr_expect_str_eq(assay_txt_element_name(ASSAY_TXT_ELEMENT_END), "END");
    cr_expect_str_eq(assay_txt_element_name(13), "TPR_REQ");
    cr_expect_null(assay_txt_element_name(10));
    cr_expect_null(assay_txt_element_name(14));
    cr_expect_null(assay_txt_element_name(UINT32_MAX));
}

Test(txt_heap, other_bytes_are_no_heap)
{
    static const uint8_t zeros[64], ones[4] = { 1, 1, 1, 1 };
    assay_txt_heap heap;

    cr_expect_null(assay_txt_heap_detect(assay_bytes_of(zeros, sizeof zeros)));
    cr_expect_null(assay_txt_heap_detect(assay_bytes_of(ones, sizeof ones)));
    cr_expect_null(assay_txt_heap_detect(ASSAY_NO_BYTES));
    cr_expect_eq(assay_txt_heap_open(&heap, assay_bytes_of(ones, sizeof ones), NULL),
                 -ASSAY_TRUNCATED);
    cr_expect_str_eq(TEXT_OF(assay_txt_heap_summary, &heap),
                     "TXT heap without a table that can be read");
}

static assay_txt_element element_of(uint32_t type, assay_bytes data)
{
    return (assay_txt_element){ .type = type, .data = data };
}

Test(txt_heap, what_elements_hold_is_said)
{
    static const uint8_t acpi[36] = { 'A', 'P', 'I', 'C', 36 };
    static const uint8_t two_acms[] = { 2, 0, 0, 0, 0,    0,    0xF8, 0xFF, 0, 0,
                                        0, 0, 0, 0, 0xF0, 0xFF, 0,    0,    0, 0 };
    static const uint8_t range[] = { 1, 0, 0, 0,    0, 0x10, 0, 0, 0, 0,
                                     0, 0, 0, 0x20, 0, 0,    0, 0, 0, 0 };
    const struct {
        uint32_t type;
        assay_bytes data;
        const char *json;
    } rows[] = {
        { ASSAY_TXT_ELEMENT_BIOS_SPEC_VER, ASSAY_LITERAL("\2\0\1\0\0\0"),
          "{\"bios_spec_ver\":\"2.1.0\"}" },
        { ASSAY_TXT_ELEMENT_BIOS_SPEC_VER, ASSAY_LITERAL("\2\0\1\0\0"), "{}" },
        { ASSAY_TXT_ELEMENT_ACM, assay_bytes_of(two_acms, sizeof two_acms),
          "{\"num_acms\":2,\"acm_addrs\":[\"0xfff80000\",\"0xfff00000\"]}" },
        { ASSAY_TXT_ELEMENT_ACM, assay_bytes_of(two_acms, sizeof two_acms - 1),
          "{\"num_acms\":2,\"acm_addrs\":[\"0xfff80000\"]}" },
        { ASSAY_TXT_ELEMENT_CUSTOM,
          ASSAY_LITERAL("\x41\x06\x93\xc3\xcb\xe3\x40\x4f\xd7\x91\x27\xf8\xb9\xe2\x5c\x86"),
          "{\"uuid\":\"c3930641-e3cb-4f40-91d7-27f8b9e25c86\"}" },
        /* shorter than the table says */
        { ASSAY_TXT_ELEMENT_MADT, assay_bytes_of(acpi, sizeof acpi - 1), "{}" },
        { ASSAY_TXT_ELEMENT_TPR_REQ, assay_bytes_of(range, sizeof range),
          "{\"ranges\":[{\"base\":\"0x1000\",\"size\":8192}]}" },
        { 99, ASSAY_LITERAL("what"), "{}" },
    };
    uint8_t table[36];

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const assay_txt_element element = element_of(rows[i].type, rows[i].data);

        cr_expect(strncmp(JSON_OF(assay_txt_element_emit, &element), rows[i].json,
                          strlen(rows[i].json)) == 0,
                  "row %zu: %s", i, JSON_OF(assay_txt_element_emit, &element));
    }
    memcpy(table, acpi, sizeof table);
    table[9] = 0x100 - 0x41; /* 'A' 'P' 'I' 'C' and 36 make 0x141 */
    assay_txt_element madt =
        element_of(ASSAY_TXT_ELEMENT_MADT, assay_bytes_of(table, sizeof table));
    cr_expect_not_null(strstr(JSON_OF(assay_txt_element_emit, &madt),
                              "{\"signature\":\"APIC\",\"length\":36,\"checksum_good\":true}"));
    table[10]++;
    cr_expect_not_null(strstr(JSON_OF(assay_txt_element_emit, &madt), "\"checksum_good\":false"));
}
