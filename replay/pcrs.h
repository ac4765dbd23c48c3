/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCR values, bank by bank: TPML_PCR_SELECTION with what it selects.
 *
 * A confidential guest has measurement registers in the place of PCRs (Intel TDX: RTMR 0 to 3,
 * of SHA-384; Hygon CSV: RTMR 0 to 4, of SM3). They are kept here as "PCR" 0 to 4 and marked as
 * what they are, so that nothing compares one kind with the other.
 */
#ifndef ASSAY_REPLAY_PCRS_H
#define ASSAY_REPLAY_PCRS_H

#include "base/alg.h"
#include "base/error.h"
#include "base/writer.h"

enum { ASSAY_PCRS = 24 };

/** A set of PCRs: bit i stands for PCR i. */
typedef uint32_t assay_pcr_set;

#define ASSAY_ALL_PCRS ((assay_pcr_set)0xFFFFFF)

static inline bool assay_pcr_set_has(assay_pcr_set set, unsigned pcr)
{
    return (set >> pcr & 1) != 0;
}

typedef struct assay_pcr_bank {
    uint16_t alg;          /* TPM_ALG_ID */
    uint16_t size;         /* bytes of a value */
    assay_pcr_set present; /* whose value is known */
    uint8_t value[ASSAY_PCRS][ASSAY_DIGEST_MAX];
} assay_pcr_bank;

typedef struct assay_pcrs {
    size_t bank_count;
    assay_pcr_bank banks[ASSAY_ALGS]; /* no algorithm twice */
    bool measurement_registers;       /* "PCR" i is measurement register i (RTMR i) */
} assay_pcrs;

/** The bank of an algorithm, or NULL. */
assay_pcr_bank *assay_pcrs_bank(assay_pcrs *pcrs, uint16_t alg);
const assay_pcr_bank *assay_pcrs_bank_const(const assay_pcrs *pcrs, uint16_t alg);

/** The bank of an algorithm, added without values when there is none yet; NULL for one unknown. */
assay_pcr_bank *assay_pcrs_add_bank(assay_pcrs *pcrs, uint16_t alg);

/** The value of a PCR, lent; no bytes where it is not present. */
assay_bytes assay_pcrs_value(const assay_pcrs *pcrs, uint16_t alg, unsigned pcr);

/**
 * Adds the values of `more`. False, with `pcrs` unchanged, when both have a value of one PCR
 * and they differ, or when one holds PCRs and the other measurement registers.
 */
bool assay_pcrs_merge(assay_pcrs *pcrs, const assay_pcrs *more);

/** Writes "0-7,14"; nothing for the empty set. */
void assay_pcr_set_write(assay_writer *writer, assay_pcr_set set);

/** Room for the longest of these as a string, with its NUL. */
enum { ASSAY_PCR_SET_TEXT = sizeof "0-1,3-4,6,8,10-11,13-14,16-17,19-20,22-23" };

/** The same as a string, in `ret_text`, which it returns. */
const char *assay_pcr_set_text(assay_pcr_set set, char ret_text[ASSAY_PCR_SET_TEXT]);

/** Reads "0-7,14"; false, and nothing written, for anything else or a PCR above 23. */
bool assay_pcr_set_parse(const char *text, assay_pcr_set *ret_set);

#endif
