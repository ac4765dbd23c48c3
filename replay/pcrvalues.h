/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCR values as people and programs hand them over, and give them on. Each form is
 * recognised by its content:
 *
 *     JSON              {"sha256": {"0": "hex", ...}, ...}, also inside "pcrs"; the registers of a
 *                       TDX guest as {"rtmr": {"0": "hex", ...}}
 *     tpm2_pcrread      sha256:
 *                         0 : 0x....
 *     lines             sha256:0 hex        ('=' or ':' may stand for the blank)
 *     TPM 1.2's sysfs   PCR-00: 3A 3F ...
 *     HVS host manifest {"pcr_manifest": {"sha2pcrs": [{"index": "pcr_0", "value": "hex"}, ...]}},
 *                       also inside "host_manifest" (Intel's trust reports)
 *     a sysfs folder    pcr-sha256/0 ... as /sys/class/tpm/tpm0 has them
 *
 * Hexadecimal may be in either case, with or without 0x. A value of the wrong length, a
 * PCR or a bank named twice with different values, and text that is none of these are
 * refused with the byte offset.
 */
#ifndef ASSAY_REPLAY_PCRVALUES_H
#define ASSAY_REPLAY_PCRVALUES_H

#include "base/output.h"
#include "replay/pcrs.h"

/** The forms that are text, by what writes them. */
enum assay_pcrvalues_form {
    ASSAY_PCRVALUES_JSON,
    ASSAY_PCRVALUES_PCRREAD, /* not for measurement registers: tpm2_pcrread knows none */
    ASSAY_PCRVALUES_LINES,   /* nor has this form a name for them */
};

enum { ASSAY_PCRVALUES_CEILING = 1 << 20 }; /* bytes of a file of values: far more than any has */

/** Reads values from text of any of the forms. 0 or a negative kind with `error` filled. */
int assay_pcrvalues_parse(assay_bytes text, assay_pcrs *ret_pcrs, assay_error *error);

/**
 * The same, where a value that is faulty (of the wrong length, no hexadecimal, twice and
 * different, of a PCR that is none) costs its bank and not the others: 0 with the banks that
 * have none in *ret_pcrs, and in *ret_fault the first fault, or kind 0. What is wrong with the
 * text as a whole, or with all of its banks, is refused as above.
 */
int assay_pcrvalues_salvage(assay_bytes text, assay_pcrs *ret_pcrs, assay_error *ret_fault,
                            assay_error *error);

/**
 * The values that a document with a log brings along: an HVS host manifest's, or those that the
 * quotes of a go-tpm-tools attestation speak for (whose signatures nobody has checked). 1 with
 * *ret_pcrs, 0 when `text` is no such document or has none, or a negative kind.
 */
int assay_pcrvalues_beside(assay_bytes text, assay_pcrs *ret_pcrs, assay_error *error);

/** Reads a file (or "-"), a sysfs folder, or pcrs.json of a machine folder. */
int assay_pcrvalues_read(const char *path, assay_pcrs *ret_pcrs, assay_error *error);

/** Writes every value that is present so that assay_pcrvalues_parse() reads it back. */
void assay_pcrvalues_write(assay_writer *writer, const assay_pcrs *pcrs,
                           enum assay_pcrvalues_form form);

/** The banks as members of an object the caller has begun: "sha256": {"0": "hex", ...}, ... */
void assay_pcrvalues_emit(assay_output *out, const assay_pcrs *pcrs);

/** "0" to "23": a PCR's key in documents. Static. */
const char *assay_pcr_key(unsigned pcr);

#endif
