/* SPDX-License-Identifier: BSD-2-Clause */
/* systemd: pcrlock, measure, cryptenroll: the formats. */
#include "policy/export/formats.h"
#include "policy/export/systemd/systemd.h"

const assay_export_format *const assay_exports_systemd[] = {
    &assay_export_pcrlock,
    &assay_export_pcrsig,
    &assay_export_cryptenroll,
    NULL,
};

bool assay_systemd_knows_bank(uint16_t alg)
{
    return alg == ASSAY_ALG_SHA1 || alg == ASSAY_ALG_SHA256 || alg == ASSAY_ALG_SHA384 ||
           alg == ASSAY_ALG_SHA512;
}
