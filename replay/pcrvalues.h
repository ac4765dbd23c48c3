/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCR values as people and programs hand them over. Each form is recognised by
 * its content:
 *
 *     JSON              {"sha256": {"0": "hex", ...}, ...}, also inside "pcrs"
 *     tpm2_pcrread      sha256:
 *                         0 : 0x....
 *     lines             sha256:0 hex        ('=' or ':' may stand for the blank)
 *     a sysfs folder    pcr-sha256/0 ... as /sys/class/tpm/tpm0 has them
 *
 * A value of the wrong length, a PCR or a bank named twice with different values, and
 * text that is none of these are refused with the byte offset.
 */
#ifndef ASSAY_REPLAY_PCRVALUES_H
#define ASSAY_REPLAY_PCRVALUES_H

#include "replay/pcrs.h"

/** Reads values from text of any of the forms. 0 or a negative kind with `error` filled. */
int assay_pcrvalues_parse(assay_bytes text, assay_pcrs *ret_pcrs, assay_error *error);

/** Reads a file (or "-"), or a sysfs folder. */
int assay_pcrvalues_read(const char *path, assay_pcrs *ret_pcrs, assay_error *error);

#endif
