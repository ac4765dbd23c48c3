/* SPDX-License-Identifier: BSD-2-Clause */
/* The TCG's PC Client RIM: the formats. */
#include "policy/export/rim/rim.h"

#include "policy/export/formats.h"

static const assay_export_format tcg_rim = {
    .name = "tcg-rim",
    .title = "TCG PC Client RIM: base RIM (SWID tag) and support RIM (event log), a pair a variant",
    .reader = "HIRS (June 2026); XMLDSig and SWID tools",
    .holds = "all banks of the firmware's log; PCRs that firmware and boot loaders extend",
    .loses = "steps that vary; dynamic launch, IMA and systemd's events; values without events; "
             "components, inputs, validity",
    .folder = true,
    .takes_key = true,
    .settings = assay_rim_settings,
    .write = assay_rim_write,
    .checks_signature = true,
    .read = assay_rim_read,
};

const assay_export_format *const assay_exports_rim[] = {
    &tcg_rim,
    NULL,
};
