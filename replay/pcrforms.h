/* SPDX-License-Identifier: BSD-2-Clause */
/* What the readers of the forms of PCR values share. Private to replay/. */
#ifndef ASSAY_REPLAY_PCRFORMS_H
#define ASSAY_REPLAY_PCRFORMS_H

#include "base/cursor.h"
#include "replay/pcrs.h"

/** Hexadecimal digits with an optional 0x, and blanks between, of one value. */
typedef struct assay_pcr_text {
    uint16_t alg;
    unsigned pcr;
    assay_bytes hex;
    uint64_t offset; /* of hex in the input, or ASSAY_NO_OFFSET */
} assay_pcr_text;

/** Values as far as they were read. */
typedef struct assay_pcr_reading {
    assay_pcrs pcrs;
    bool lenient;            /* a fault of one value costs its bank and not the whole */
    bool broken[ASSAY_ALGS]; /* which banks, by assay_alg_index() */
    assay_error fault;       /* the first, or of kind 0 */
} assay_pcr_reading;

/**
 * What a reader goes on with after `status` of one value of bank `alg`: 0 when it is to be
 * forgiven, with the bank marked and the fault kept.
 */
int assay_pcr_forgive(assay_pcr_reading *reading, uint16_t alg, int status,
                      const assay_error *error);

/** Takes one value in. Refuses what is not a value of the bank, or contradicts an earlier one. */
int assay_pcr_text_add(assay_pcrs *pcrs, const assay_pcr_text *text, assay_error *error);

/** Both need `error`. */
int assay_pcrjson_parse(assay_bytes text, assay_pcr_reading *reading, assay_error *error);
int assay_pcrlines_parse(assay_bytes text, assay_pcr_reading *reading, assay_error *error);

#endif
