/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EV_NO_ACTION (PFP 1.06 section 10.4.5): remarks about the log that extend nothing.
 * Sixteen bytes of signature say which structure follows. No PCR covers them, so
 * anyone may have written them.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_NOACTION_H
#define ASSAY_EVENTLOG_PAYLOAD_NOACTION_H

#include "eventlog/payload/nvevent.h"
#include "eventlog/payload/platformid.h"
#include "eventlog/payload/specid.h"

enum assay_no_action_kind {
    ASSAY_NO_ACTION_OTHER, /* a signature that is unknown here, or a structure that is cut off */
    ASSAY_NO_ACTION_SPEC_ID,
    ASSAY_NO_ACTION_STARTUP_LOCALITY,
    ASSAY_NO_ACTION_PLATFORM_ID,
    ASSAY_NO_ACTION_HCRTM,
    ASSAY_NO_ACTION_TXT_FORMAT,
    ASSAY_NO_ACTION_NV_EVENT,
};

/** TCG_HCRTMComponentEvent, "H-CRTM CompMeas": what was hashed before TPM2_Startup. */
typedef struct assay_hcrtm_component {
    assay_bytes description;
    uint8_t measurement_format; /* 0: a TPMT_HA, 1: the data itself */
    assay_bytes measurement;
} assay_hcrtm_component;

/** "FRMT ID EVENT00" of Intel TXT's logs of one bank, TXT SDG appendix G.2.1. */
typedef struct assay_txt_format {
    uint32_t revision;
    uint32_t digest_alg_id; /* 1 SHA-1, 2 SHA-256, 3 SHA-384, 4 SHA-512, 5 SM3; no TPM_ALG_ID */
    uint32_t digest_size;   /* bytes */
} assay_txt_format;

typedef struct assay_no_action {
    enum assay_no_action_kind kind;
    assay_bytes signature; /* sixteen bytes, padded with NULs */
    union {
        assay_spec_id_event spec_id;
        uint8_t startup_locality; /* of TPM2_Startup: 0, 3, or 4; "StartupLocality", 10.4.5.3 */
        assay_platform_id platform_id;
        assay_hcrtm_component hcrtm;
        assay_txt_format txt_format;
        assay_nv_event nv;
    };
    assay_bytes rest; /* what follows the structure: nothing, padding, or the unknown */
} assay_no_action;

/** False when the data does not begin with sixteen bytes of text and NULs. */
bool assay_no_action_decode(assay_bytes data, assay_no_action *ret_no_action);
void assay_no_action_encode(assay_writer *writer, const assay_no_action *no_action);
void assay_no_action_emit(assay_output *out, const assay_no_action *no_action);
void assay_no_action_summary(assay_writer *writer, const assay_no_action *no_action);

#endif
