/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TXT_EVTYPE_NV_INFO_HASH (TXT SDG 3.3.10): how the three NV indices of a launch control
 * policy are defined in a TPM 2.0. For each, one byte 0 where it is not, else one byte 1
 * and a TPMS_NV_PUBLIC, which is big-endian, as all that comes out of a TPM.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_TXTNV_H
#define ASSAY_EVENTLOG_PAYLOAD_TXTNV_H

#include "base/output.h"

/** TPMS_NV_PUBLIC, TPM 2.0 Part 2, 13.5. */
typedef struct assay_txt_nv_public {
    bool defined;
    uint32_t nv_index;
    uint16_t name_alg;   /* TPM_ALG_ID */
    uint32_t attributes; /* TPMA_NV; see assay_txt_nv_attributes */
    assay_bytes auth_policy;
    uint16_t data_size;
} assay_txt_nv_public;

enum { ASSAY_TXT_NV_INDICES = 3 };

typedef struct assay_txt_nv_info {
    assay_txt_nv_public indices[ASSAY_TXT_NV_INDICES]; /* AUX, platform supplier, platform owner */
} assay_txt_nv_info;

bool assay_txt_nv_info_decode(assay_bytes data, assay_txt_nv_info *ret_info);
void assay_txt_nv_info_encode(assay_writer *writer, const assay_txt_nv_info *info);
void assay_txt_nv_info_emit(assay_output *out, const assay_txt_nv_info *info);
void assay_txt_nv_info_summary(assay_writer *writer, const assay_txt_nv_info *info);

#endif
