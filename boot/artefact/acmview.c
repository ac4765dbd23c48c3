/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/acm.h"

#include <stdio.h>

bool assay_acm_is_sinit(const assay_acm *acm)
{
    return acm->has_info && acm->info.chipset_acm_type == ASSAY_ACM_SINIT;
}

const char *assay_acm_type_name(const assay_acm *acm)
{
    if (!acm->has_info)
        return "ANC";
    switch (acm->info.chipset_acm_type) {
    case ASSAY_ACM_BIOS:
        return "BIOS";
    case ASSAY_ACM_SINIT:
        return "SINIT";
    case ASSAY_ACM_BIOS_REVOCATION:
        return "BIOS revocation";
    case ASSAY_ACM_SINIT_REVOCATION:
        return "SINIT revocation";
    default:
        return "unknown";
    }
}

/* BCD, year first; nonsense stays readable as the digits that it is. */
static void emit_date(assay_output *out, uint32_t date)
{
    char text[16];

    snprintf(text, sizeof text, "%04x-%02x-%02x", date >> 16, date >> 8 & 0xff, date & 0xff);
    assay_emit_string(out, "date", text);
}

static void emit_version(assay_output *out, const char *key, uint32_t version)
{
    char text[24];

    snprintf(text, sizeof text, "%u.%u", version >> 16, version & 0xffff);
    assay_emit_string(out, key, text);
}

static void emit_chipsets(assay_output *out, const char *key, assay_bytes list)
{
    assay_acm_chipset chipset;

    if (list.data == NULL)
        return;
    assay_emit_array(out, key);
    for (size_t i = 0; assay_acm_chipset_at(list, i, &chipset); i++) {
        assay_emit_object(out, NULL);
        assay_emit_address(out, "flags", chipset.flags);
        assay_emit_address(out, "vendor", chipset.vendor_id);
        assay_emit_address(out, "device", chipset.device_id);
        assay_emit_address(out, "revision", chipset.revision_id);
        assay_emit_address(out, "register_mask", chipset.register_mask);
        assay_emit_address(out, "extended", chipset.extended_id);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void emit_processors(assay_output *out, assay_bytes list)
{
    assay_acm_processor processor;

    assay_emit_array(out, "processors");
    for (size_t i = 0; assay_acm_processor_at(list, i, &processor); i++) {
        assay_emit_object(out, NULL);
        assay_emit_address(out, "fms", processor.fms);
        assay_emit_address(out, "fms_mask", processor.fms_mask);
        assay_emit_address(out, "platform_id", processor.platform_id);
        assay_emit_address(out, "platform_mask", processor.platform_mask);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

const assay_txt_flag assay_acm_tpm_flags[] = {
    { 1u << 0, 1u << 0, "maximum agility" },
    { 1u << 1, 1u << 1, "maximum performance" },
    { 1u << 2, 1u << 2, "TPM 1.2" },
    { 1u << 3, 1u << 3, "TPM 2.0 behind FIFO" },
    { 1u << 5, 1u << 5, "TPM 2.0 behind CRB" },
    { 1u << 6, 1u << 6, "NV indices of the TCG's range" },
    { 0, 0, NULL },
};

static void emit_tpm(assay_output *out, const assay_acm_info *info)
{
    assay_cursor c = assay_cursor_of(info->tpm_algs);

    assay_emit_address(out, "tpm_capabilities", info->tpm_capabilities);
    assay_txt_emit_flags(out, "tpm_capability_names", assay_acm_tpm_flags, info->tpm_capabilities);
    assay_emit_array(out, "tpm_algorithms");
    while (assay_left(&c) >= 2)
        assay_emit_alg(out, NULL, assay_take_u16le(&c));
    assay_emit_end(out);
}

static void emit_info(assay_output *out, const assay_acm_info *info)
{
    char revision[16];

    snprintf(revision, sizeof revision, "%x.%x.%x", info->acm_revision[0], info->acm_revision[1],
             info->acm_revision[2]);
    assay_emit_object(out, "info");
    assay_emit_u64(out, "version", info->version);
    assay_emit_u64(out, "acm_version", info->acm_version);
    assay_emit_string(out, "acm_revision", revision);
    assay_emit_u64(out, "os_sinit_data_version", info->os_sinit_data_ver);
    assay_emit_address(out, "min_mle_header_version", info->min_mle_header_ver);
    assay_emit_address(out, "capabilities", info->capabilities);
    assay_txt_emit_flags(out, "capability_names", assay_txt_capabilities, info->capabilities);
    emit_chipsets(out, "chipsets", info->chipsets);
    emit_chipsets(out, "chipsets2", info->chipsets2);
    if (info->has_processors)
        emit_processors(out, info->processors);
    if (info->has_tpm)
        emit_tpm(out, info);
    assay_emit_end(out);
}

void assay_acm_emit(assay_output *out, const assay_acm *acm)
{
    assay_emit_string(out, "type", assay_acm_type_name(acm));
    emit_version(out, "header_version", acm->header_version);
    emit_date(out, acm->date);
    assay_emit_u64(out, "size", acm->module.size);
    assay_emit_u64(out, "padding", acm->padding);
    assay_emit_bool(out, "pre_production", (acm->flags & ASSAY_ACM_PRE_PRODUCTION) != 0);
    assay_emit_bool(out, "debug_signed", (acm->flags & ASSAY_ACM_DEBUG_SIGNED) != 0);
    assay_emit_bool(out, "runs_at_reset", (acm->module_subtype & ASSAY_ACM_AT_RESET) != 0);
    assay_emit_address(out, "chipset_id", acm->chipset_id);
    assay_emit_u64(out, "txt_svn", acm->txt_svn);
    assay_emit_u64(out, "se_svn", acm->se_svn);
    assay_emit_u64(out, "header_length", acm->header_len);
    assay_emit_u64(out, "scratch_size", acm->scratch_size);
    assay_emit_address(out, "code_control", acm->code_control);
    assay_emit_address(out, "entry_point", acm->entry_point);
    assay_emit_u64(out, "key_bits", 8 * acm->key.size);
    assay_emit_u64(out, "exponent", acm->exponent);
    if (acm->has_info)
        emit_info(out, &acm->info);
}
