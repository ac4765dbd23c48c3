/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TXT logs with one number wrong, or cut. Each row is a fixture, what is done to it, and
 * what must be said: the kind and the place of the fault, after the events before it.
 */
#include <criterion/criterion.h>

#include "base/file.h"
#include "tests/reading.h"

#include <stdio.h>
#include <stdlib.h>

enum { CEILING = 1 << 20, WHOLE = 0 };

typedef struct fault {
    const char *sentence;
    const char *name;
    size_t cut;      /* the fixture's size after it, or WHOLE */
    size_t at;       /* where four bytes become `number`; unchanged when WHOLE is cut */
    uint32_t number; /* little-endian */
    int kind;        /* 0: nothing is wrong */
    uint32_t events;
    uint64_t offset; /* of the fault */
} fault;

static const fault container_faults[] = {
    { "the records end before the container", "txt-container", WHOLE, 44, 0, ASSAY_MALFORMED, 0,
      44 },
    { "the records end inside the header", "txt-container", WHOLE, 44, 47, ASSAY_MALFORMED, 0, 44 },
    { "the records end where they begin", "txt-container", WHOLE, 44, 48, 0, 0, 0 },
    { "the records end one byte before the last one does", "txt-container", WHOLE, 44, 391,
      ASSAY_TRUNCATED, 6, 360 },
    { "the records end one byte behind the last one, in padding", "txt-container", WHOLE, 44, 393,
      0, 7, 0 },
    { "the records fill the container with zeros", "txt-container", WHOLE, 44, 1024, 0, 7, 0 },
    { "the records end one byte behind the container", "txt-container", WHOLE, 44, 1025,
      ASSAY_MALFORMED, 7, 44 },
    { "the records have the largest end there is", "txt-container", WHOLE, 44, 0xFFFFFFFF,
      ASSAY_MALFORMED, 7, 44 },
    { "the container has no size", "txt-container", WHOLE, 36, 0, ASSAY_MALFORMED, 0, 44 },
    { "the container ends inside a record", "txt-container", WHOLE, 36, 391, ASSAY_TRUNCATED, 6,
      360 },
    { "the container ends between records", "txt-container", WHOLE, 36, 360, ASSAY_MALFORMED, 6,
      44 },
    { "the container ends with its records", "txt-container", WHOLE, 36, 392, 0, 7, 0 },
    { "the container goes on behind the input, unused", "txt-container", WHOLE, 36, 0xFFFFFFFF, 0,
      7, 0 },
    { "the records begin at the container", "txt-container", WHOLE, 40, 0, ASSAY_MALFORMED, 0, 40 },
    { "the records begin inside the header", "txt-container", WHOLE, 40, 47, ASSAY_MALFORMED, 0,
      40 },
    { "the records begin with the last one", "txt-container", WHOLE, 40, 360, 0, 1, 0 },
    { "the records begin behind their end", "txt-container", WHOLE, 40, 393, ASSAY_MALFORMED, 0,
      44 },
    { "the records begin at the largest offset there is", "txt-container", WHOLE, 40, 0xFFFFFFFF,
      ASSAY_MALFORMED, 0, 44 },
    { "a record has the largest size there is", "txt-container", WHOLE, 84 + 28, 0xFFFFFFFF,
      ASSAY_TRUNCATED, 1, 84 },
    { "the input ends inside the header", "txt-container", 47, 0, 0, ASSAY_TRUNCATED, 0, 0 },
    { "the input ends inside a record", "txt-container", 391, 0, 0, ASSAY_TRUNCATED, 6, 360 },
    { "the input ends between records", "txt-container", 360, 0, 0, ASSAY_TRUNCATED, 6, 44 },
    { "the container says version 2.0", "txt-container", WHOLE, 32, 0x00010002, 0, 7, 0 },
    { "a record comes around the container that is no EV_NO_ACTION", "txt-container-skl", WHOLE, 4,
      1, ASSAY_MALFORMED, 0, 4 },
    { "the record around the container is smaller than it", "txt-container-skl", WHOLE, 28, 72,
      ASSAY_TRUNCATED, 0, 32 },
    { "the record around the container goes on behind it", "txt-container-skl", WHOLE, 28, 74,
      ASSAY_MALFORMED, 0, 57 + 40 },
    { "the records begin behind the record around the container", "txt-container-skl", WHOLE,
      57 + 40, 49, ASSAY_MALFORMED, 0, 57 + 40 },
};

static const fault bank_faults[] = {
    { "the header is no EV_NO_ACTION", "txt-sha256", WHOLE, 4, 4, ASSAY_MALFORMED, 0, 4 },
    { "the header is too small", "txt-sha256", WHOLE, 28, 27, ASSAY_TRUNCATED, 0, 32 },
    { "the header has the largest size there is", "txt-sha256", WHOLE, 28, 0xFFFFFFFF,
      ASSAY_TRUNCATED, 0, 0 },
    { "the algorithm has no number", "txt-sha256", WHOLE, 52, 0, ASSAY_UNSUPPORTED, 0, 52 },
    { "the algorithm has a number not given yet", "txt-sha256", WHOLE, 52, 6, ASSAY_UNSUPPORTED, 0,
      52 },
    { "the digest is that of another algorithm", "txt-sha256", WHOLE, 52, 3, ASSAY_MALFORMED, 0,
      56 },
    { "the digest has no size", "txt-sha256", WHOLE, 56, 0, ASSAY_MALFORMED, 0, 56 },
    { "the digest has a size that 16 bits don't hold", "txt-sha256", WHOLE, 56, 0x10020,
      ASSAY_MALFORMED, 0, 56 },
    { "the revision is 2", "txt-sha256", WHOLE, 48, 2, 0, 20, 0 },
    { "the input ends inside the header", "txt-sha256", 59, 0, 0, ASSAY_TRUNCATED, 0, 0 },
    { "the input ends inside the last record", "txt-sha256", 1000, 0, 0, ASSAY_TRUNCATED, 19, 957 },
    { "the input ends between records", "txt-sha256", 957, 0, 0, 0, 19, 0 },
};

static const fault heap_faults[] = {
    { "OsMleData has a size smaller than its size field", "txt-heap-agile", WHOLE, 116, 7,
      ASSAY_MALFORMED, 0, 116 },
    { "OsMleData has the largest low half of a size", "txt-heap-agile", WHOLE, 116, 0xFFFFFFFF,
      ASSAY_TRUNCATED, 0, 116 },
    { "OsMleData has a size beyond 4 GiB", "txt-heap-agile", WHOLE, 120, 0xFFFFFFFF,
      ASSAY_TRUNCATED, 0, 116 },
    { "the tables end before OsSinitData", "txt-heap-agile", WHOLE, 116, 0, ASSAY_MALFORMED, 0,
      116 },
    { "the image ends before OsSinitData", "txt-heap-agile", 4220, 0, 0, ASSAY_TRUNCATED, 0, 4220 },
    { "OsSinitData ends inside its fields", "txt-heap-agile", WHOLE, 4220, 99, ASSAY_TRUNCATED, 0,
      4220 },
    { "OsSinitData ends with its fields, without an element", "txt-heap-agile", WHOLE, 4220, 100,
      ASSAY_MALFORMED, 0, 4220 },
    { "OsSinitData has no END", "txt-heap-agile", WHOLE, 4412, 13, ASSAY_MALFORMED, 20, 4420 },
    { "an element has no size", "txt-heap-agile", WHOLE, 4324, 0, ASSAY_MALFORMED, 0, 4324 },
    { "an element is a byte smaller than its header", "txt-heap-agile", WHOLE, 4324, 7,
      ASSAY_MALFORMED, 0, 4324 },
    { "an element behind the pointer goes on beyond its table", "txt-heap-agile", WHOLE, 4388,
      0xFFFFFFFF, ASSAY_TRUNCATED, 20, 4388 },
    { "an element of BiosData goes on beyond its table", "txt-heap-agile", WHOLE, 48, 0x7FFFFFFF,
      ASSAY_TRUNCATED, 20, 48 },
    { "the pointer is too small for its fields", "txt-heap-agile", WHOLE, 4360, 27, ASSAY_TRUNCATED,
      0, 4356 },
    { "the log's address is none", "txt-heap-agile", WHOLE, 4364, 0, ASSAY_MALFORMED, 0, 0 },
    { "the log's address is elsewhere in its page", "txt-heap-agile", WHOLE, 4364, 0x5A00007D,
      ASSAY_TRUNCATED, 0, 4364 },
    { "the log's address is beyond what exists, and so may be the heap", "txt-heap-agile", WHOLE,
      4368, 0xFFFFFFFF, 0, 20, 0 },
    { "the records begin behind their end", "txt-heap-agile", WHOLE, 4376, 1543, ASSAY_MALFORMED, 0,
      4380 },
    { "the records end before they begin to be a log", "txt-heap-agile", WHOLE, 4380, 31,
      ASSAY_TRUNCATED, 0, 124 },
    { "the records end where they begin", "txt-heap-agile", WHOLE, 4380, 0, 0, 0, 0 },
    { "the records end inside the last one", "txt-heap-agile", WHOLE, 4380, 1541, ASSAY_TRUNCATED,
      19, 1594 },
    { "the records end one byte behind what was allocated", "txt-heap-agile", WHOLE, 4380, 4097,
      ASSAY_MALFORMED, 20, 4380 },
    { "the records have the largest end there is", "txt-heap-agile", WHOLE, 4380, 0xFFFFFFFF,
      ASSAY_MALFORMED, 20, 4380 },
    { "what was allocated ends inside the last record", "txt-heap-agile", WHOLE, 4372, 1541,
      ASSAY_TRUNCATED, 19, 1594 },
    { "what was allocated has the largest size there is", "txt-heap-agile", WHOLE, 4372, 0xFFFFFFFF,
      0, 20, 0 },
    { "SinitMleData is cut", "txt-heap-agile", 4695, 0, 0, ASSAY_TRUNCATED, 20, 4420 },
    { "SinitMleData is too small for its version", "txt-heap-agile", WHOLE, 4420, 155,
      ASSAY_TRUNCATED, 20, 4420 },
    { "there is no SinitMleData", "txt-heap-agile", 4420, 0, 0, 0, 20, 0 },
    { "the image ends inside the log", "txt-heap-agile", 1000, 0, 0, ASSAY_TRUNCATED, 0, 116 },
    { "there are more logs than a TPM has banks", "txt-heap-banks", WHOLE, 4264, 17,
      ASSAY_MALFORMED, 0, 4256 },
    { "there are more logs than the element holds", "txt-heap-banks", WHOLE, 4264, 3,
      ASSAY_TRUNCATED, 0, 4256 },
    { "there is no log", "txt-heap-banks", WHOLE, 4264, 0, ASSAY_MALFORMED, 0, 4156 },
    { "a bank has two logs", "txt-heap-banks", WHOLE, 4292, ASSAY_ALG_SHA1, ASSAY_MALFORMED, 0,
      4292 },
    { "a log is of another bank than announced", "txt-heap-banks", WHOLE, 4292, ASSAY_ALG_SHA384,
      ASSAY_MALFORMED, 19, 2108 + 52 },
    { "the first log has no header to say how long an unknown digest is", "txt-heap-banks", WHOLE,
      4268, 0x7777, ASSAY_UNSUPPORTED, 0, 60 },
    { "an unknown algorithm's digest has the size that the header says", "txt-heap-banks", WHOLE,
      4292, 0x7777, ASSAY_MALFORMED, 19, 2108 + 52 },
    { "the container's address is another one", "txt-heap-tpm12", WHOLE, 1216, 0x7BF20001,
      ASSAY_MALFORMED, 0, 17 },
    { "the container's address is before the heap", "txt-heap-tpm12", WHOLE, 1216, 0x7BF1FFFF,
      ASSAY_TRUNCATED, 0, 1216 },
    { "the container's records end before it", "txt-heap-tpm12", WHOLE, 128, 0, ASSAY_MALFORMED, 0,
      128 },
    { "the register says less than the heap has", "txt-heap-tpm12", WHOLE, 8, 100, ASSAY_TRUNCATED,
      0, 60 },
};

static uint8_t *spoil(const fault *fault, size_t *ret_size)
{
    char path[100];
    assay_error error;
    assay_file file;

    snprintf(path, sizeof path, "fixtures/logs/%s.bin", fault->name);
    cr_assert_eq(assay_file_read(&file, path, CEILING, &error), 0, "%s", error.what);
    *ret_size = fault->cut != WHOLE ? fault->cut : file.bytes.size;
    uint8_t *const exact = malloc(*ret_size);
    memcpy(exact, file.bytes.data, *ret_size);
    for (size_t i = 0; i < 4 && fault->cut == WHOLE; i++)
        exact[fault->at + i] = (uint8_t)(fault->number >> 8 * i);
    assay_file_close(&file);
    return exact;
}

static void check_faults(const fault *faults, size_t count)
{
    static assay_findings findings;

    for (size_t i = 0; i < count; i++) {
        const fault *const fault = &faults[i];
        size_t size;
        uint8_t *const exact = spoil(fault, &size);
        const reading first = read_log(assay_bytes_of(exact, size), NULL, &findings);
        const reading second = read_log(assay_bytes_of(exact, size), NULL, NULL);

        cr_expect_eq(first.status, -fault->kind, "%s: %s", fault->sentence, first.error.what);
        cr_expect_eq(first.events, fault->events, "%s: %u events", fault->sentence, first.events);
        cr_expect(fault->kind == 0 || first.error.offset == fault->offset, "%s: at %zu: %s",
                  fault->sentence, (size_t)first.error.offset, first.error.what);
        cr_expect(reading_equal(&first, &second), "%s", fault->sentence);
        cr_expect(reading_explained(&first, size), "%s", fault->sentence);
        free(exact);
    }
}

/* The heap of two banks behind registers, so that its address needs no log's header. */
static void check_second_address(uint64_t address, int kind, uint64_t offset)
{
    const fault whole = { .name = "txt-heap-banks", .at = 4296, .number = (uint32_t)address };
    size_t size;
    uint8_t *const heap = spoil(&whole, &size);
    assay_writer writer = assay_writer_growing(CEILING);

    assay_put_u64le(&writer, 0x6FF00000);
    assay_put_u64le(&writer, size);
    assay_put(&writer, assay_bytes_of(heap, size));
    const reading reading = read_log(assay_written(&writer), NULL, NULL);
    cr_expect_eq(reading.status, -kind, "%s", reading.error.what);
    cr_expect_eq(reading.events, 19);
    cr_expect_eq(reading.error.offset, offset);
    assay_writer_close(&writer);
    free(heap);
}

Test(txt_malformed, the_log_of_a_second_bank_is_nowhere_or_in_the_first)
{
    check_second_address(0x6FEFFFFF, ASSAY_TRUNCATED, 16 + 4296);
    check_second_address(0x6FF00000 + 4488, ASSAY_TRUNCATED, 16 + 4296);
    check_second_address(0x6FF00000 + 60, ASSAY_MALFORMED, 16 + 4296);
    check_second_address(0x6FF00000 + 60 + 712, ASSAY_MALFORMED, 16 + 4296);
}

Test(txt_malformed, containers)
{
    check_faults(container_faults, sizeof container_faults / sizeof *container_faults);
}

Test(txt_malformed, logs_of_one_bank)
{
    check_faults(bank_faults, sizeof bank_faults / sizeof *bank_faults);
}

Test(txt_malformed, heaps)
{
    check_faults(heap_faults, sizeof heap_faults / sizeof *heap_faults);
}
