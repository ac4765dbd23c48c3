/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/registers.h"

#include <stddef.h>

#define PCR(n) (1u << (n))
#define RANGE(first, last) ((2u << (last)) - (1u << (first)))

typedef struct measurement_register {
    const char *name;
    const char *title;
    uint32_t number;
    uint32_t pcrs;
} measurement_register;

/* By PCRIndex. */
static const measurement_register tdx[] = {
    { "MRTD", "MRTD (PCR 0)", ASSAY_NO_REGISTER, PCR(0) },
    { "RTMR0", "RTMR0 (PCR 1, 7)", 0, PCR(1) | PCR(7) },
    { "RTMR1", "RTMR1 (PCR 2-6)", 1, RANGE(2, 6) },
    { "RTMR2", "RTMR2 (PCR 8-15)", 2, RANGE(8, 15) },
    { "RTMR3", "RTMR3 (no PCR)", 3, 0 },
};

static const measurement_register csv[] = {
    { "RTMR0", "RTMR0 (PCR 0)", 0, PCR(0) },
    { "RTMR1", "RTMR1 (PCR 1, 7)", 1, PCR(1) | PCR(7) },
    { "RTMR2", "RTMR2 (PCR 2-6)", 2, RANGE(2, 6) },
    { "RTMR3", "RTMR3 (PCR 8-15)", 3, RANGE(8, 15) },
    { "RTMR4", "RTMR4 (PCR 16, 23)", 4, PCR(16) | PCR(23) },
};

_Static_assert(sizeof tdx / sizeof *tdx == ASSAY_REGISTERS_MAX, "one row a register");
_Static_assert(sizeof csv / sizeof *csv == ASSAY_REGISTERS_MAX, "one row a register");

static const measurement_register *row_of(enum assay_registers registers, uint32_t index)
{
    if (registers == ASSAY_REGISTERS_PCR || index >= ASSAY_REGISTERS_MAX)
        return NULL;
    return registers == ASSAY_REGISTERS_CSV ? &csv[index] : &tdx[index];
}

enum assay_registers assay_registers_of(const assay_log_header *header)
{
    if (!header->measurement_registers)
        return ASSAY_REGISTERS_PCR;
    return header->bank_count == 1 && header->banks[0].alg == ASSAY_ALG_SM3_256
               ? ASSAY_REGISTERS_CSV
               : ASSAY_REGISTERS_TDX;
}

uint32_t assay_register_number(enum assay_registers registers, uint32_t index)
{
    const measurement_register *const row = row_of(registers, index);

    if (registers == ASSAY_REGISTERS_PCR)
        return index;
    return row != NULL ? row->number : ASSAY_NO_REGISTER;
}

/* What neither table gives to a register, software measures into the last one. */
uint32_t assay_register_index(enum assay_registers registers, uint32_t pcr)
{
    if (registers == ASSAY_REGISTERS_PCR)
        return pcr;
    for (uint32_t index = 0; index < ASSAY_REGISTERS_MAX; index++)
        if ((row_of(registers, index)->pcrs & PCR(pcr)) != 0)
            return index;
    return ASSAY_REGISTERS_MAX - 1;
}

uint32_t assay_register_pcrs(enum assay_registers registers, uint32_t index)
{
    const measurement_register *const row = row_of(registers, index);

    if (registers == ASSAY_REGISTERS_PCR)
        return index < 24 ? PCR(index) : 0;
    return row != NULL ? row->pcrs : 0;
}

const char *assay_register_name(enum assay_registers registers, uint32_t index)
{
    const measurement_register *const row = row_of(registers, index);

    return row != NULL ? row->name : NULL;
}

const char *assay_register_title(enum assay_registers registers, uint32_t index)
{
    const measurement_register *const row = row_of(registers, index);

    return row != NULL ? row->title : NULL;
}
