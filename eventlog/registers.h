/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Measurement registers: what a confidential guest has in the place of a TPM's PCRs. Its log
 * (UEFI 2.10 section 38.4.1) is a crypto-agile one whose PCRIndex is the index of such a
 * register, and each register stands for several PCRs of the PC Client profile.
 */
#ifndef ASSAY_EVENTLOG_REGISTERS_H
#define ASSAY_EVENTLOG_REGISTERS_H

#include "eventlog/log.h"

enum assay_registers {
    ASSAY_REGISTERS_PCR, /* a TPM's: PCRIndex is the PCR */
    /*
     * Intel TDX: MRTD, which nothing extends once the guest runs, and RTMR 0 to 3 of SHA-384
     * under the indices 1 to 4 (UEFI 2.10 section 38.4.1).
     */
    ASSAY_REGISTERS_TDX,
    /* Hygon CSV: RTMR 0 to 4 of SM3 under their own numbers (Linux, psp-hygon.h). */
    ASSAY_REGISTERS_CSV,
};

enum { ASSAY_REGISTERS_MAX = 5, ASSAY_NO_REGISTER = UINT32_MAX };

/** Whose registers the records of a log speak of: CSV's when SM3 is its only bank. */
enum assay_registers assay_registers_of(const assay_log_header *header);

/**
 * The number under which a register is known and its value is kept, of the PCRIndex of a
 * record: RTMR 0 for index 1 of TDX. ASSAY_NO_REGISTER for MRTD and where there is none; of a
 * TPM the index itself.
 */
uint32_t assay_register_number(enum assay_registers registers, uint32_t index);

/** The PCRIndex under which `pcr`, below 24, is recorded. */
uint32_t assay_register_index(enum assay_registers registers, uint32_t pcr);

/** The PCRs, bit i for PCR i, that the register of that PCRIndex stands for; 0 for none. */
uint32_t assay_register_pcrs(enum assay_registers registers, uint32_t index);

/** "RTMR0", "MRTD" for a record's PCRIndex; NULL for a TPM, or where there is none. Static. */
const char *assay_register_name(enum assay_registers registers, uint32_t index);

/** The same with the PCRs: "RTMR0 (PCR 1, 7)", "RTMR3 (no PCR)". Static, or NULL. */
const char *assay_register_title(enum assay_registers registers, uint32_t index);

#endif
