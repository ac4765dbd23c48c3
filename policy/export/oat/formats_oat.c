/* SPDX-License-Identifier: BSD-2-Clause */
/* OpenAttestation and Open CIT: the formats. */
#include "policy/export/formats.h"

#include "policy/export/oat/oat.h"

#define NAMES                                                                                      \
    { "oem", "TEXT", "the manufacturer, whose BIOS it is" },                                       \
        { "bios-name", "TEXT", "of the BIOS' MLE" }, { "bios-version", "TEXT", "likewise" },       \
        { "os-name", "TEXT", "that the VMM is on" }, { "os-version", "TEXT", "likewise" },         \
        { "vmm-name", "TEXT", "of the VMM's MLE" }, { "vmm-version", "TEXT", "likewise" },         \
        { "host", "NAME", "adds a host of these MLEs" },                                           \
        { "host-ip", "ADDRESS", "its address, where the name won't do" },                          \
        { "host-port", "PORT", "of its agent: 9999" },                                             \
        { "ranges", "checked|all", "PCR 0-5 and 17-20 as older servers check, or all" },           \
        { "name", "NAME", "of the reference that is read" },                                       \
    {                                                                                              \
        "bank", "ALG", "whose values are read, where their length does not tell"                   \
    }

static const assay_export_setting_info wlm_settings[] = {
    NAMES,
    { "edit", "yes|no", "changes MLEs that the server has" },
    { 0 },
};

static const assay_export_setting_info cit_settings[] = { NAMES, { 0 } };

static const assay_export_format wlm = {
    .name = "oat-wlm",
    .title = "OpenAttestation's white list as REST bodies in order, with a plan",
    .reader = "OpenAttestation 1.5 to 2.3 (WLMService); read in its source",
    .holds = "one bank that nobody names; PCR 0-5 as BIOS, 17-20 as VMM, or all with ranges=all",
    .loses = "the bank; other PCRs; variants but as MLEs of their own; events and components",
    .folder = true,
    .settings = wlm_settings,
    .write = assay_oat_write_wlm,
    .read = assay_oat_read,
};

static const assay_export_format commands = {
    .name = "oat-commands",
    .title = "OpenAttestation's white list as command lines of its oat_* scripts",
    .reader = "OpenAttestation 2.x's command-line tools; read in their source",
    .holds = "as oat-wlm",
    .loses = "as oat-wlm",
    .text = true,
    .settings = wlm_settings,
    .write = assay_oat_write_commands,
};

static const assay_export_format cit = {
    .name = "open-cit",
    .title = "Open CIT's white list: REST bodies of its v1 and its v2, with a plan each",
    .reader = "Open CIT 2 and 3 (Mt. Wilson); read in the source of 3.2.1",
    .holds = "one bank of SHA-1 and, from 2.2, SHA-256; PCRs as oat-wlm",
    .loses = "other banks and PCRs; variants but as MLEs of their own; events and components",
    .folder = true,
    .settings = cit_settings,
    .write = assay_oat_write_cit,
    .read = assay_oat_read,
};

const assay_export_format *const assay_exports_oat[] = {
    &wlm,
    &commands,
    &cit,
    NULL,
};
