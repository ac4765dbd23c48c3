/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TPML_PCR_SELECTION (TPM 2.0 Part 2, 10.9.7): banks in an order that counts, and of each some
 * PCRs.
 * As tpm2-tools write one: "sha1:0,1,2+sha256:7".
 */
#ifndef ASSAY_POLICY_TPM_SELECTION_H
#define ASSAY_POLICY_TPM_SELECTION_H

#include "base/error.h"
#include "base/writer.h"
#include "replay/pcrs.h"

typedef struct assay_tpm_selected {
    uint16_t alg;
    assay_pcr_set pcrs;
} assay_tpm_selected;

typedef struct assay_tpm_selection {
    size_t count;
    assay_tpm_selected banks[ASSAY_ALGS]; /* no algorithm twice, none without PCRs */
} assay_tpm_selection;

/** Adds PCRs of a bank, at the end where the bank is new. False: no room, or not a known bank. */
bool assay_tpm_select(assay_tpm_selection *selection, uint16_t alg, assay_pcr_set pcrs);

/** How many values it selects. */
size_t assay_tpm_selection_count(const assay_tpm_selection *selection);

/** Writes TPML_PCR_SELECTION: each bank with three bytes of bits, byte i bit j for PCR 8i + j. */
void assay_tpm_selection_put(assay_writer *writer, const assay_tpm_selection *selection);

/** Writes "sha1:0,1,2+sha256:7". */
void assay_tpm_selection_write(assay_writer *writer, const assay_tpm_selection *selection);

/** Reads that; "all" stands for PCR 0 to 23. 0, or -ASSAY_MALFORMED with the place in bytes. */
int assay_tpm_selection_read(assay_tpm_selection *ret_selection, assay_bytes text,
                             assay_error *error);

/**
 * Writes the selected values, one after the other: what `tpm2_pcrread -o` writes and
 * `tpm2_policypcr -f` reads. -ASSAY_UNSUPPORTED, naming bank and PCR, where one isn't there.
 */
int assay_tpm_selection_put_values(assay_writer *writer, const assay_tpm_selection *selection,
                                   const assay_pcrs *values, assay_error *error);

#endif
