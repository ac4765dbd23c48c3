/* SPDX-License-Identifier: BSD-2-Clause */
/* Intel SecL-DC: the formats. */
#include "policy/export/formats.h"

#include "policy/export/hvs/flavor.h"

static const assay_export_setting_info flavor_settings[] = {
    { "form", "body|collection|flavor", "the POST body, the flavors alone, or one flavor" },
    { "part", "PART", "only PLATFORM, OS or HOST_UNIQUE" },
    { "label", "TEXT", "what the labels begin with; no two flavors of a server have the same" },
    { "flavorgroup", "NAME", "whose flavors they become: automatic" },
    { "hardware-uuid", "UUID", "of the one host that HOST_UNIQUE is about" },
    { "bios-name", "TEXT", "as the host's trust agent says it" },
    { "bios-version", "TEXT", "likewise" },
    { "os-name", "TEXT", "likewise: RedHatEnterprise, Ubuntu ..." },
    { "os-version", "TEXT", "likewise" },
    { "vmm-name", "TEXT", "likewise, of a host with a hypervisor" },
    { "vmm-version", "TEXT", "likewise" },
    { "tpm-version", "TEXT", "2.0" },
    { "name", "NAME", "of the reference that is read" },
    { "variant", "NAME",
      "of the one boot that is read of flavors which do not say whose they are" },
    { 0 },
};

static const assay_export_setting_info template_settings[] = {
    { "label", "TEXT", "no two templates of a server have the same" },
    { "os-name", "TEXT", "of the hosts that it is for, as their trust agents say it" },
    { "hardware-uuid", "UUID", "with a HOST_UNIQUE part, as HVS' own templates" },
    { 0 },
};

static const assay_export_format flavor_format = {
    .name = "hvs-flavor",
    .title = "Intel SecL-DC flavors: PLATFORM, OS, HOST_UNIQUE",
    .reader = "Host Verification Service 5 (POST /hvs/v2/flavors); read against its structs, "
              "rules and signature check",
    .holds = "one bank of SHA-1, SHA-256, SHA-384; any PCR",
    .loses = "the data of events and their order among PCRs; the events of a PCR without a value, "
             "that others than the agent's logs extend, or that come behind PCR_MAPPING; which "
             "variants' parts belong together; components",
    .text = true,
    .takes_key = true,
    .settings = flavor_settings,
    .write = assay_hvs_write_flavors,
    .checks_signature = true,
    .read = assay_hvs_read_flavors,
};

static const assay_export_format template_format = {
    .name = "hvs-template",
    .title = "Intel SecL-DC flavor template: which PCRs and events make a flavor of a host",
    .reader = "Host Verification Service 4 and 5 (POST /hvs/v2/flavor-templates); checked by its "
              "schema",
    .holds = "the PCRs, no values: the server takes those from a host that it trusts",
    .loses = "all values",
    .text = true,
    .settings = template_settings,
    .write = assay_hvs_write_template,
};

const assay_export_format *const assay_exports_hvs[] = {
    &flavor_format,
    &template_format,
    NULL,
};
