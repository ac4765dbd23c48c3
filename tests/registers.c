/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eventlog/registers.h. TDX: the table of UEFI 2.10 section 38.4.1. CSV: the table in Linux'
 * psp-hygon.h, where PCR 0 has a register of its own and PCR 16 and 23 share the last.
 */
#include <criterion/criterion.h>

#include "eventlog/registers.h"
#include "tests/reading.h"

enum { PCRS = 24 };

static assay_log_header header_of(uint16_t alg, bool registers)
{
    return (assay_log_header){ .bank_count = 1,
                               .banks = { { alg, assay_alg_find(alg)->size } },
                               .measurement_registers = registers };
}

Test(registers, a_log_of_sm3_alone_is_of_csv)
{
    assay_log_header header = header_of(ASSAY_ALG_SM3_256, true);

    cr_expect_eq(assay_registers_of(&header), ASSAY_REGISTERS_CSV);
    header = header_of(ASSAY_ALG_SM3_256, false);
    cr_expect_eq(assay_registers_of(&header), ASSAY_REGISTERS_PCR, "a TPM may have SM3 alone");
    header = header_of(ASSAY_ALG_SHA384, true);
    cr_expect_eq(assay_registers_of(&header), ASSAY_REGISTERS_TDX);
    header.banks[header.bank_count++] = (assay_bank){ ASSAY_ALG_SM3_256, 32 };
    cr_expect_eq(assay_registers_of(&header), ASSAY_REGISTERS_TDX);
}

/* PCRIndex of each PCR by the two tables. */
static const uint8_t places[2][PCRS] = {
    { 0, 1, 2, 2, 2, 2, 2, 1, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4 },
    { 0, 1, 2, 2, 2, 2, 2, 1, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4 },
};

Test(registers, every_pcr_is_recorded_in_one_register)
{
    for (uint32_t pcr = 0; pcr < PCRS; pcr++) {
        cr_expect_eq(assay_register_index(ASSAY_REGISTERS_PCR, pcr), pcr);
        cr_expect_eq(assay_register_index(ASSAY_REGISTERS_TDX, pcr), places[0][pcr], "%u", pcr);
        cr_expect_eq(assay_register_index(ASSAY_REGISTERS_CSV, pcr), places[1][pcr], "%u", pcr);
    }
    cr_expect_eq(assay_register_pcrs(ASSAY_REGISTERS_TDX, 1), 1u << 1 | 1u << 7);
    cr_expect_eq(assay_register_pcrs(ASSAY_REGISTERS_TDX, 2), 0x7C);
    cr_expect_eq(assay_register_pcrs(ASSAY_REGISTERS_TDX, 3), 0xFF00);
    cr_expect_eq(assay_register_pcrs(ASSAY_REGISTERS_TDX, 4), 0, "the table names no PCR");
    cr_expect_eq(assay_register_pcrs(ASSAY_REGISTERS_CSV, 4), 1u << 16 | 1u << 23);
    cr_expect_eq(assay_register_pcrs(ASSAY_REGISTERS_CSV, 5), 0);
    cr_expect_eq(assay_register_pcrs(ASSAY_REGISTERS_PCR, 7), 1u << 7);
    cr_expect_eq(assay_register_pcrs(ASSAY_REGISTERS_PCR, UINT32_MAX), 0);
}

Test(registers, tdx_counts_from_one_and_csv_from_zero)
{
    cr_expect_eq(assay_register_number(ASSAY_REGISTERS_TDX, 0), ASSAY_NO_REGISTER, "MRTD");
    cr_expect_eq(assay_register_number(ASSAY_REGISTERS_TDX, 4), 3);
    cr_expect_eq(assay_register_number(ASSAY_REGISTERS_TDX, 5), ASSAY_NO_REGISTER);
    cr_expect_eq(assay_register_number(ASSAY_REGISTERS_CSV, 0), 0);
    cr_expect_eq(assay_register_number(ASSAY_REGISTERS_CSV, 4), 4);
    cr_expect_eq(assay_register_number(ASSAY_REGISTERS_CSV, UINT32_MAX), ASSAY_NO_REGISTER);
    cr_expect_eq(assay_register_number(ASSAY_REGISTERS_PCR, 17), 17);
}

Test(registers, names)
{
    cr_expect_str_eq(assay_register_name(ASSAY_REGISTERS_TDX, 1), "RTMR0");
    cr_expect_str_eq(assay_register_title(ASSAY_REGISTERS_TDX, 1), "RTMR0 (PCR 1, 7)");
    cr_expect_str_eq(assay_register_title(ASSAY_REGISTERS_TDX, 0), "MRTD (PCR 0)");
    cr_expect_str_eq(assay_register_title(ASSAY_REGISTERS_CSV, 1), "RTMR1 (PCR 1, 7)");
    cr_expect_null(assay_register_title(ASSAY_REGISTERS_PCR, 1));
    cr_expect_null(assay_register_name(ASSAY_REGISTERS_TDX, 5));
}

/* td-shim's header has the index 0 of a PCR, and its vendor information says whose it is. */
Test(registers, a_log_of_td_shim_is_of_registers_and_keeps_its_header)
{
    static const assay_bytes text = ASSAY_LITERAL(
        "assay-log 1 sha384\nspec-id vendor-info \"td-shim\"\n1 EV_SEPARATOR u32:0\n");
    assay_writer writer = assay_writer_growing(4096);
    assay_error error;
    assay_log log;

    cr_assert_eq(copy_log(text, "tcg2", &writer, &error), 0, "%s", error.what);
    cr_expect(assay_bytes_start_with(assay_written(&writer), ASSAY_LITERAL("\0\0\0\0\3\0\0\0")));
    cr_assert_eq(assay_log_open(&log, assay_written(&writer), NULL, NULL, &error), 0);
    cr_expect(log.header.measurement_registers);
    assay_log_close(&log);
    assay_writer_close(&writer);
}
