/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot/platform/launchstate.h: registers that machines had, and one thing of them changed at a
 * time.
 */
#include "boot/platform/launchstate.h"
#include "tests/payload.h"

#include "base/file.h"

#include <stdio.h>

static assay_file fixture(const char *path)
{
    assay_error error;
    assay_file file;

    cr_assert_eq(assay_file_read(&file, path, 1 << 20, &error), 0, "%s", error.what);
    return file;
}

static assay_txt_registers registers_of(const char *name)
{
    char path[100];
    assay_txt_registers registers;

    snprintf(path, sizeof path, "fixtures/txt/registers-%s.bin", name);
    assay_file file = fixture(path);
    cr_assert_eq(assay_txt_registers_read(file.bytes, &registers, NULL), 0);
    assay_file_close(&file);
    return registers;
}

static const char *verdict_of(const assay_txt_registers *registers, const assay_txt_heap *heap)
{
    assay_txt_launch_state state;

    assay_txt_launch_judge(registers, heap, &state);
    cr_assert_gt(strlen(state.what), 0);
    cr_assert_gt(strlen(state.action), 0);
    cr_assert(!state.sound || state.verdict == ASSAY_TXT_LAUNCHED);
    return assay_txt_launch_name(state.verdict);
}

Test(txtlaunch, machines_are_judged_by_all_bits)
{
    static const struct {
        const char *fixture, *verdict;
    } rows[] = {
        { "launched", "launched" },
        { "failed", "failed" },
        { "reset", "reset-pending" },
        /* txt-stat says of both "TXT measured launch: TRUE". */
        { "no-heap", "never" },
        { "private-no-heap", "never" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const assay_txt_registers registers = registers_of(rows[i].fixture);

        cr_expect_str_eq(verdict_of(&registers, NULL), rows[i].verdict, "%s", rows[i].fixture);
    }
}

/* What people mailed or wrote down, as far as it counts. */
Test(txtlaunch, texts_that_people_pasted_are_judged)
{
    static const struct {
        const char *text, *verdict, *whose;
    } rows[] = {
        { "STS: 0x0001c091\nESTS: 0x00\nE2STS: 0x0000000000000006\nERRORCODE: 0x00000000\n"
          "DIDVID: 0x00000001b0078086\nFSBIF: 0xffffffffffffffff\nQPIIF: 0x000000009d003000\n"
          "HEAP.BASE: 0x6ff00000\nHEAP.SIZE: 1048576B (0x100000)\nDPR: 0x0000000070000051\n",
          "launched", "a server under tboot, Intel SecL's manual" },
        { "> STS: 0x00000012\n> ESTS: 0x00\n> E2STS: 0x0000000000000008\n> ERRORCODE: 0xc0003c11\n"
          "> HEAP.BASE: 0xacf20000\n> HEAP.SIZE: 917504B (0xe0000)\n> DPR: 0x00000000ad000041\n",
          "failed", "a Dell laptop, tboot-devel, 2020-04-08" },
        { "STS: 0x00000002\nESTS: 0x00\nERRORCODE: 0x00000000\nHEAP.BASE: 0x00000000\n"
          "HEAP.SIZE: 0B (0x0)\nDPR: 0x0000000000000000\n",
          "never", "a Supermicro server with TXT disabled, tboot-devel, 2020-01-23" },
        { "TBOOT: TXT.ERRORCODE: 0xc0007051\nTBOOT: TXT.ESTS: 0x0\nTBOOT: TXT.E2STS: 0xc\n"
          "TBOOT: TXT.HEAP.BASE: 0x76f20000\n",
          "failed", "tboot's log of the boot after, tboot-devel, 2019-09-10" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_txt_registers registers;

        cr_assert_eq(
            assay_txt_registers_read(assay_bytes_of_string(rows[i].text), &registers, NULL), 0);
        cr_expect_str_eq(verdict_of(&registers, NULL), rows[i].verdict, "%s", rows[i].whose);
    }
}

/* Of a launched machine one register has another value. */
Test(txtlaunch, each_register_has_its_say)
{
    static const struct {
        enum assay_txt_register id;
        uint64_t value;
        const char *verdict;
        bool sound;
        const char *why;
    } rows[] = {
        { ASSAY_TXT_STS, 0x18091, "launched", true, "as it was" },
        { ASSAY_TXT_STS, 0x1c0d1, "launched", true, "memory configuration locked" },
        { ASSAY_TXT_STS, 0x00091, "launched", true, "localities closed" },
        { ASSAY_TXT_STS, 0x18011, "contradictory", false, "the private space is closed" },
        { ASSAY_TXT_STS, 0x18093, "contradictory", false, "senter and sexit, and there is a heap" },
        { ASSAY_TXT_STS, 0x18092, "contradictory", false, "private space open without senter" },
        { ASSAY_TXT_STS, 0x00002, "never", false, "sexit alone" },
        { ASSAY_TXT_STS, 0, "never", false, "nothing" },
        { ASSAY_TXT_ESTS, 1, "contradictory", false, "launched after a TXT reset" },
        { ASSAY_TXT_ERRORCODE, 0xc0000001, "launched", true, "SINIT ended well" },
        { ASSAY_TXT_ERRORCODE, 0xc0060000, "launched", true, "progress is no error" },
        { ASSAY_TXT_ERRORCODE, 0xc00014f1, "contradictory", false, "an error" },
        { ASSAY_TXT_HEAP_BASE, 0, "contradictory", false, "launched without a heap" },
        { ASSAY_TXT_DPR, 0xdf900001, "launched", false, "the protected range protects nothing" },
        { ASSAY_TXT_DPR, 0xdf700041, "launched", false,
          "the heap ends beyond the protected range" },
        { ASSAY_TXT_HEAP_SIZE, 0xe1000, "launched", false, "the heap ends beyond it" },
        { ASSAY_TXT_DPR, 0xdf800040, "launched", false, "the protected range is not locked" },
        { ASSAY_TXT_VER_QPIIF, 0x1d003000, "launched", false, "a chipset for debugging" },
        { ASSAY_TXT_E2STS, 0, "launched", true, "no secrets" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_txt_registers registers = registers_of("launched");
        assay_txt_launch_state state;

        registers.value[rows[i].id] = rows[i].value;
        assay_txt_launch_judge(&registers, NULL, &state);
        cr_expect_str_eq(assay_txt_launch_name(state.verdict), rows[i].verdict, "%s", rows[i].why);
        cr_expect_eq(state.sound, rows[i].sound, "%s", rows[i].why);
    }
}

/* TXT SDG B.1.6: VER.FSBIF says whether the chipset is for debugging, unless it is all ones or 0.
 */
Test(txtlaunch, of_two_registers_for_the_fuse_one_counts)
{
    static const struct {
        uint32_t fsbif, qpiif;
        bool sound;
    } rows[] = {
        { 0x80000000, 0x1d003000, true },  { 0x00000001, 0x9d003000, false },
        { 0xffffffff, 0x1d003000, false }, { 0xffffffff, 0x9d003000, true },
        { 0x00000000, 0x1d003000, false }, { 0x00000000, 0x9d003000, true },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_txt_registers registers = registers_of("launched");
        assay_txt_launch_state state;

        registers.captured[ASSAY_TXT_VER_FSBIF] = registers.captured[ASSAY_TXT_VER_QPIIF] = true;
        registers.value[ASSAY_TXT_VER_FSBIF] = rows[i].fsbif;
        registers.value[ASSAY_TXT_VER_QPIIF] = rows[i].qpiif;
        assay_txt_launch_judge(&registers, NULL, &state);
        cr_expect_eq(state.sound, rows[i].sound, "row %zu", i);
    }
}

Test(txtlaunch, the_heap_tells_a_launch_that_ended_from_none)
{
    assay_txt_registers registers = registers_of("launched");
    assay_file file = fixture("fixtures/logs/txt-heap-agile.bin");
    assay_txt_heap after, before;

    cr_assert_eq(assay_txt_heap_open(&after, file.bytes, NULL), 0);
    before = after;
    before.tables[ASSAY_TXT_SINIT_MLE_DATA].present = false;
    cr_expect_str_eq(verdict_of(&registers, &after), "launched");
    cr_expect_str_eq(verdict_of(&registers, &before), "contradictory", "SINIT has left nothing");
    registers.value[ASSAY_TXT_STS] = 2;
    cr_expect_str_eq(verdict_of(&registers, &after), "torn-down");
    cr_expect_str_eq(verdict_of(&registers, &before), "never");
    registers.value[ASSAY_TXT_ERRORCODE] = 0xc0000001;
    cr_expect_str_eq(verdict_of(&registers, NULL), "torn-down", "SINIT ended well");
    cr_expect_str_eq(verdict_of(NULL, &after), "unknown");
    cr_expect_str_eq(verdict_of(NULL, NULL), "unknown");
    assay_file_close(&file);
}

Test(txtlaunch, a_heap_of_another_address_is_not_this_machines)
{
    const assay_txt_registers registers = registers_of("launched");
    assay_file file =
        fixture("fixtures/logs/txt-heap-tpm12.bin"); /* says that it lay at 0x7bf20000 */
    assay_txt_launch_state state;
    assay_txt_heap heap;

    cr_assert_eq(assay_txt_heap_open(&heap, file.bytes, NULL), 0);
    assay_txt_launch_judge(&registers, &heap, &state);
    cr_expect_not(state.sound);
    heap.base = 0xdf720000;
    assay_txt_launch_judge(&registers, &heap, &state);
    cr_expect(state.sound);
    assay_file_close(&file);
}

Test(txtlaunch, what_secure_launch_shows_of_the_registers_is_enough)
{
    assay_txt_registers registers = registers_of("launched");
    assay_txt_launch_state state;

    for (enum assay_txt_register id = 0; id < ASSAY_TXT_REGISTERS; id++)
        registers.captured[id] = assay_txt_register_describe(id)->file != NULL;
    assay_txt_launch_judge(&registers, NULL, &state);
    cr_expect_eq(state.verdict, ASSAY_TXT_LAUNCHED);
    cr_expect(state.sound, "a register that is not there speaks neither for nor against");
    registers.captured[ASSAY_TXT_STS] = false;
    cr_expect_str_eq(verdict_of(&registers, NULL), "unknown");
}

Test(txtlaunch, registers_that_nothing_answers_for_say_nothing)
{
    assay_txt_registers registers = { .form = "image" };

    for (enum assay_txt_register id = 0; id < ASSAY_TXT_REGISTERS; id++) {
        const uint32_t width = assay_txt_register_describe(id)->width;

        registers.captured[id] = true;
        registers.value[id] = width > 8 ? 0 : UINT64_MAX >> (64 - 8 * width);
    }
    memset(registers.public_key, 0xFF, sizeof registers.public_key);
    cr_expect_str_eq(verdict_of(&registers, NULL), "unknown");
}

Test(txtlaunch, the_firmware_that_disables_txt_is_named)
{
    assay_txt_registers registers = registers_of("no-heap");
    assay_txt_launch_state state;

    registers.value[ASSAY_TXT_SPAD] = (uint64_t)1 << 60;
    assay_txt_launch_judge(&registers, NULL, &state);
    cr_expect_not_null(strstr(state.action, "policy disables TXT"), "%s", state.action);
}

/* Every combination of the bits that count has a verdict, and launched is one of few. */
Test(txtlaunch, only_a_machine_of_which_all_is_right_is_launched)
{
    for (unsigned bits = 0; bits < 64; bits++) {
        assay_txt_registers registers = registers_of("launched");
        assay_txt_launch_state state;

        registers.value[ASSAY_TXT_STS] =
            (bits & 1) | (bits >> 1 & 1) << 1 | (uint64_t)(bits >> 2 & 1) << 7;
        registers.value[ASSAY_TXT_HEAP_BASE] = (bits & 8) != 0 ? 0xdf720000 : 0;
        registers.value[ASSAY_TXT_ESTS] = bits >> 4 & 1;
        registers.value[ASSAY_TXT_ERRORCODE] = (bits & 32) != 0 ? 0xc00014f1 : 0;
        assay_txt_launch_judge(&registers, NULL, &state);
        cr_expect_eq(state.sound, bits == (1 | 4 | 8), "bits 0x%x", bits);
        cr_expect_leq(state.reason_count, ASSAY_TXT_REASONS_MAX - 2);
        const char *const json = JSON_OF(assay_txt_launch_emit, &state);
        cr_expect_not_null(strstr(json, "\"reasons\":[{"), "%s", json);
    }
}
