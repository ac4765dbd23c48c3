/* SPDX-License-Identifier: BSD-2-Clause */
/* Trustee: the formats. */
#include "policy/export/corim/rvps.h"
#include "policy/export/formats.h"

static const assay_export_setting_info settings[] = {
    { "type", "sample|corim", "what takes the payload apart: lists by name, or a CoRIM" },
    { "prefix", "NAME", "before a PCR's two digits: tpm_pcr, or snp_pcr and tdx_pcr" },
    { "profile", "URI|OID", "type corim: as of the format corim" },
    { "class-id", "UUID|OID", "type corim: as of the format corim" },
    { "vendor", "NAME", "type corim: of the class" },
    { "model", "NAME", "type corim: of the class" },
    { "name", "NAME", "of the reference that is read" },
    { "variant", "NAME", "of the one boot whose values are read" },
    { NULL, NULL, NULL },
};

static const assay_export_format format_rvps = {
    .name = "rvps",
    .title = "a message to Trustee's reference value provider service",
    .reader = "Trustee (Confidential Containers) of 2026: rvps-tool register",
    .holds = "SHA-256, all PCRs",
    .loses = "which values belong to one boot, the validity, steps and components",
    .text = true,
    .settings = settings,
    .write = assay_rvps_write,
    .read = assay_rvps_read,
};

const assay_export_format *const assay_exports_rvps[] = { &format_rvps, NULL };
