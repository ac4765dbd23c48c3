/* SPDX-License-Identifier: BSD-2-Clause */
/* What an authenticated code module says of itself. */
#include "cli/measure.h"
#include "cli/style.h"

enum { COLUMN = CLI_MEASURED_COLUMN };

static const char *const signature_words[] = {
    [ASSAY_ACM_SIGNATURE_GOOD] = "good",
    [ASSAY_ACM_SIGNATURE_BAD] = "bad",
    [ASSAY_ACM_SIGNATURE_UNCHECKED] = "unchecked",
};

static void put_signature(const cli_call *call, const cli_measured *m)
{
    const assay_acm *const acm = &m->as.acm;

    cli_measured_label(call, "signature");
    assay_put_format(call->out, "RSA-%zu, ", 8 * acm->key.size);
    switch (m->signature) {
    case ASSAY_ACM_SIGNATURE_GOOD:
        cli_put_toned(call, CLI_GOOD, "good");
        assay_put_string(call->out, " by the key in the module\n");
        break;
    case ASSAY_ACM_SIGNATURE_BAD:
        cli_put_toned(call, CLI_BAD, "bad");
        assay_put_string(call->out, ": a processor refuses this module\n");
        break;
    case ASSAY_ACM_SIGNATURE_UNCHECKED:
        cli_put_toned(call, CLI_WARN, "not checked");
        assay_put_string(call->out, ": the scheme of this header version isn't known\n");
        break;
    }
}

static void put_chipsets(const cli_call *call, assay_bytes list)
{
    assay_acm_chipset chipset;

    for (size_t i = 0; assay_acm_chipset_at(list, i, &chipset); i++) {
        cli_measured_label(call, i == 0 ? "chipsets" : "");
        assay_put_format(call->out, "vendor 0x%04x, device 0x%04x, revision %s0x%x\n",
                         chipset.vendor_id, chipset.device_id,
                         (chipset.flags & 1) != 0 ? "any bit of " : "", chipset.revision_id);
    }
}

static void put_chipsets2(const cli_call *call, assay_bytes list)
{
    assay_acm_chipset chipset;

    for (size_t i = 0; assay_acm_chipset_at(list, i, &chipset); i++) {
        cli_measured_label(call, i == 0 ? "chipsets" : "");
        assay_put_format(call->out, "vendor 0x%04x, device 0x%04x under mask 0x%04x\n",
                         chipset.vendor_id, chipset.device_id, chipset.register_mask);
    }
}

static void put_processors(const cli_call *call, assay_bytes list)
{
    assay_acm_processor processor;

    for (size_t i = 0; assay_acm_processor_at(list, i, &processor); i++) {
        cli_measured_label(call, i == 0 ? "processors" : "");
        assay_put_format(call->out, "0x%x under mask 0x%x", processor.fms, processor.fms_mask);
        if (processor.platform_mask != 0)
            assay_put_format(call->out, ",\n%*splatform id 0x%llx under 0x%llx", COLUMN, "",
                             (unsigned long long)processor.platform_id,
                             (unsigned long long)processor.platform_mask);
        assay_put_char(call->out, '\n');
    }
}

static const char *purpose_of(const assay_acm *acm)
{
    if ((acm->flags & ASSAY_ACM_DEBUG_SIGNED) != 0)
        return "debugging: chipsets fused for production refuse it";
    if ((acm->flags & ASSAY_ACM_PRE_PRODUCTION) != 0)
        return "pre-production: a launch with it caps PCR 17 and 18";
    return "production";
}

void cli_measured_put_acm(const cli_call *call, const cli_measured *m)
{
    const assay_acm *const acm = &m->as.acm;
    const assay_acm_info *const info = &acm->info;

    cli_measured_label(call, "module");
    assay_put_format(call->out, "%s of %04x-%02x-%02x, %zu bytes, TXT SVN %u, header %u.%u\n",
                     assay_acm_type_name(acm), acm->date >> 16, acm->date >> 8 & 0xff,
                     acm->date & 0xff, acm->module.size, acm->txt_svn, acm->header_version >> 16,
                     acm->header_version & 0xffff);
    cli_measured_label(call, "made for");
    assay_put_format(call->out, "%s\n", purpose_of(acm));
    put_signature(call, m);
    if (m->event_count == 0) {
        cli_measured_label(call, "digests");
        assay_put_string(call->out, "of what is signed of it\n");
    }
    if (!acm->has_info)
        return;
    cli_measured_label(call, "version");
    assay_put_format(call->out, "AcmVersion %u, OsSinitData up to %u, MLE header from %u.%u\n",
                     info->acm_version, info->os_sinit_data_ver, info->min_mle_header_ver >> 16,
                     info->min_mle_header_ver & 0xffff);
    cli_measured_put_flags(call, "capabilities", assay_txt_capabilities, info->capabilities);
    put_chipsets(call, info->chipsets);
    put_chipsets2(call, info->chipsets2);
    put_processors(call, info->processors);
    if (info->has_tpm)
        cli_measured_put_flags(call, "TPM", assay_acm_tpm_flags, info->tpm_capabilities);
}

void cli_measured_emit_acm(assay_output *out, const cli_measured *m)
{
    assay_emit_object(out, "acm");
    assay_emit_string(out, "signature", signature_words[m->signature]);
    assay_emit_hex(out, "signed_sha256", assay_bytes_of(m->hash_start, 32));
    assay_acm_emit(out, &m->as.acm);
    assay_emit_end(out);
}
