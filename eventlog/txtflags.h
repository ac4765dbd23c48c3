/* SPDX-License-Identifier: BSD-2-Clause */
/* The bit fields of Intel TXT in words, for its event log, its heap and its policies. */
#ifndef ASSAY_EVENTLOG_TXTFLAGS_H
#define ASSAY_EVENTLOG_TXTFLAGS_H

#include "base/output.h"

typedef struct assay_txt_flag {
    uint32_t mask;  /* the bits of the field; 0 ends a list */
    uint32_t value; /* of those bits, shifted as they lie, for which the word holds */
    const char *name;
} assay_txt_flag;

/** OsSinitData.Capabilities, and those of MLE header and ACM (TXT SDG table 3 and B.2). */
extern const assay_txt_flag assay_txt_capabilities[];

/** PolicyControl of a launch control policy (TXT SDG appendix D.1.2). */
extern const assay_txt_flag assay_txt_policy_control[];

/** PolEltControl of an element of such a policy (TXT SDG appendix D.3). */
extern const assay_txt_flag assay_txt_element_control[];

/** BiosData.MleFlags (TXT SDG appendix C.2). */
extern const assay_txt_flag assay_txt_mle_flags[];

/** TPMA_NV (TPM 2.0 Part 2, 13.4). */
extern const assay_txt_flag assay_txt_nv_attributes[];

/** The words for `value`, a comma between them; "bit N" for bits without one, "none" for 0. */
void assay_txt_put_flags(assay_writer *writer, const assay_txt_flag *flags, uint32_t value);

/** The same as an array of strings. */
void assay_txt_emit_flags(assay_output *out, const char *key, const assay_txt_flag *flags,
                          uint32_t value);

#endif
