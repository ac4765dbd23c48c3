/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a SINIT is one for a platform (TXT SDG 2.2.3.1, listing 3, and 2.2.3.2). Names what
 * doesn't fit instead of letting the launch end in a reset.
 */
#include "boot/artefact/acm.h"

#include <stdarg.h>
#include <stdio.h>

enum {
    PRODUCTION_FUSED = 31, /* bit of TXT.VER.FSBIF and TXT.VER.EMIF */
    CLIENT = 1,
    SERVER = 2,
    WAKEUPS = 3, /* capabilities: by GETSEC, by MONITOR */
};

const char *assay_acm_check_name(enum assay_acm_check check)
{
    static const char *const names[ASSAY_ACM_CHECKS] = {
        [ASSAY_ACM_CHECK_TYPE] = "type",
        [ASSAY_ACM_CHECK_PLATFORM_TYPE] = "platform_type",
        [ASSAY_ACM_CHECK_PRODUCTION] = "production",
        [ASSAY_ACM_CHECK_CHIPSET] = "chipset",
        [ASSAY_ACM_CHECK_PROCESSOR] = "processor",
        [ASSAY_ACM_CHECK_KEY] = "key",
        [ASSAY_ACM_CHECK_TPM] = "tpm",
        [ASSAY_ACM_CHECK_SIZE] = "size",
        [ASSAY_ACM_CHECK_VERSION] = "version",
        [ASSAY_ACM_CHECK_MLE] = "mle",
    };

    return names[check];
}

__attribute__((format(printf, 4, 5))) static void answer(assay_acm_fit *fit,
                                                         enum assay_acm_check check,
                                                         enum assay_acm_answer given,
                                                         const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(fit->checks[check].why, sizeof fit->checks[check].why, format, arguments);
    va_end(arguments);
    fit->checks[check].answer = given;
    fit->unfit += given == ASSAY_ACM_UNFIT;
    fit->unknown += given == ASSAY_ACM_UNKNOWN;
}

static enum assay_acm_answer yes_or_no(bool fits)
{
    return fits ? ASSAY_ACM_FITS : ASSAY_ACM_UNFIT;
}

static void check_type(const assay_acm *acm, assay_acm_fit *fit)
{
    const bool sinit = assay_acm_is_sinit(acm);
    const bool at_reset = (acm->module_subtype & ASSAY_ACM_AT_RESET) != 0;

    if (!sinit)
        answer(fit, ASSAY_ACM_CHECK_TYPE, ASSAY_ACM_UNFIT, "it is a %s module, no SINIT",
               assay_acm_type_name(acm));
    else
        answer(fit, ASSAY_ACM_CHECK_TYPE, yes_or_no(!at_reset), "%s",
               at_reset ? "it is for processor reset, which SENTER refuses" : "it is a SINIT");
}

static const char *platform_word(uint32_t type)
{
    return type == CLIENT ? "clients" : type == SERVER ? "servers" : "no type of platform";
}

static void check_platform_type(const assay_acm *acm, const assay_acm_platform *p,
                                assay_acm_fit *fit)
{
    const uint32_t type = acm->info.capabilities >> 6 & 3;
    const enum assay_acm_check check = ASSAY_ACM_CHECK_PLATFORM_TYPE;

    if (acm->info.version < 5)
        answer(fit, check, ASSAY_ACM_UNKNOWN, "the module doesn't say for what platforms it is");
    else if (p->platform_type != CLIENT && p->platform_type != SERVER)
        answer(fit, check, ASSAY_ACM_UNKNOWN, "client or server isn't known of the platform");
    else
        answer(fit, check, yes_or_no(type == p->platform_type),
               "the module is for %s, the platform one of %s", platform_word(type),
               platform_word(p->platform_type));
}

/* The register that tells of the fuses: the older one, unless it says nothing. */
static bool fuses(const assay_acm_platform *p, uint32_t *ret_register)
{
    const bool fsbif = p->has_ver_fsbif && p->ver_fsbif != 0 && p->ver_fsbif != UINT32_MAX;

    if (!fsbif && (!p->has_ver_emif || !p->has_ver_fsbif))
        return false;
    *ret_register = fsbif ? p->ver_fsbif : p->ver_emif;
    return true;
}

static void check_production(const assay_acm *acm, const assay_acm_platform *p, assay_acm_fit *fit)
{
    const bool debug = (acm->flags & ASSAY_ACM_DEBUG_SIGNED) != 0;
    uint32_t version;

    if (!fuses(p, &version)) {
        answer(fit, ASSAY_ACM_CHECK_PRODUCTION, ASSAY_ACM_UNKNOWN,
               "the chipset's fuses aren't known");
        return;
    }
    const bool fused = (version >> PRODUCTION_FUSED) != 0;

    answer(fit, ASSAY_ACM_CHECK_PRODUCTION, yes_or_no(fused != debug),
           "the module is signed for %s, the chipset fused for %s",
           debug ? "debugging" : "production", fused ? "production" : "debugging");
}

typedef struct didvid {
    uint16_t vendor, device, revision;
} didvid;

static bool chipset_matches(const assay_acm_chipset *chipset, const didvid *id)
{
    if (chipset->vendor_id != id->vendor || chipset->device_id != id->device)
        return false;
    return (chipset->flags & 1) != 0 ? (chipset->revision_id & id->revision) != 0
                                     : chipset->revision_id == id->revision;
}

/* Entries of the list CS2L mask the device and leave the revision alone. */
static bool chipset2_matches(const assay_acm_chipset *chipset, const didvid *id)
{
    return chipset->vendor_id == id->vendor &&
           (id->device & chipset->register_mask) == chipset->device_id;
}

static bool any_chipset(assay_bytes list, const didvid *id,
                        bool (*matches)(const assay_acm_chipset *chipset, const didvid *id))
{
    assay_acm_chipset chipset;

    for (size_t i = 0; assay_acm_chipset_at(list, i, &chipset); i++)
        if (matches(&chipset, id))
            return true;
    return false;
}

static void check_chipset(const assay_acm *acm, const assay_acm_platform *p, assay_acm_fit *fit)
{
    const assay_acm_info *const info = &acm->info;
    const didvid id = { (uint16_t)p->didvid, (uint16_t)(p->didvid >> 16),
                        (uint16_t)(p->didvid >> 32) };

    if (!p->has_didvid || (info->chipsets.data == NULL && info->chipsets2.data == NULL)) {
        answer(fit, ASSAY_ACM_CHECK_CHIPSET, ASSAY_ACM_UNKNOWN, "%s",
               p->has_didvid ? "the module lists no chipsets" : "the chipset isn't known");
        return;
    }
    /* Each list that is there must have it. */
    const bool fits =
        (info->chipsets.data == NULL || any_chipset(info->chipsets, &id, chipset_matches)) &&
        (info->chipsets2.data == NULL || any_chipset(info->chipsets2, &id, chipset2_matches));

    answer(fit, ASSAY_ACM_CHECK_CHIPSET, yes_or_no(fits),
           "the chipset, vendor 0x%04x device 0x%04x revision 0x%04x, is %s the module's list",
           id.vendor, id.device, id.revision, fits ? "in" : "not in");
}

static void check_processor(const assay_acm *acm, const assay_acm_platform *p, assay_acm_fit *fit)
{
    const enum assay_acm_check check = ASSAY_ACM_CHECK_PROCESSOR;
    assay_acm_processor processor;
    bool by_fms = false, fits = false;

    if (!acm->info.has_processors || !p->has_cpuid) {
        answer(fit, check, ASSAY_ACM_UNKNOWN, "%s",
               p->has_cpuid ? "the module lists no processors" : "the processor isn't known");
        return;
    }
    for (size_t i = 0; assay_acm_processor_at(acm->info.processors, i, &processor); i++) {
        const bool fms = processor.fms == (p->cpuid_signature & processor.fms_mask);

        by_fms = by_fms || fms;
        fits =
            fits || (fms && (p->platform_id & processor.platform_mask) == processor.platform_id &&
                     (p->has_platform_id || processor.platform_mask == 0));
    }
    if (by_fms && !fits && !p->has_platform_id)
        answer(fit, check, ASSAY_ACM_UNKNOWN,
               "processor 0x%x is in the module's list, if the platform id is right",
               p->cpuid_signature);
    else
        answer(fit, check, yes_or_no(fits), "processor 0x%x%s is %s the module's list",
               p->cpuid_signature, by_fms && !fits ? " with this platform id" : "",
               fits ? "in" : "not in");
}

static int check_key(const assay_acm *acm, const assay_acm_platform *p, assay_hashes *hashes,
                     assay_acm_fit *fit)
{
    uint8_t digest[ASSAY_DIGEST_MAX];
    assay_hash *hash;
    int status = assay_hashes_get(hashes, ASSAY_ALG_SHA256, &hash);

    if (status == 0)
        status = assay_acm_key_digest(acm, hash, digest);
    if (status < 0)
        return status;
    if (!p->has_public_key) {
        answer(fit, ASSAY_ACM_CHECK_KEY, ASSAY_ACM_UNKNOWN,
               "the hash of the key that the chipset wants isn't known");
        return 0;
    }
    const bool fits = memcmp(digest, p->public_key, sizeof p->public_key) == 0;

    answer(fit, ASSAY_ACM_CHECK_KEY, yes_or_no(fits), "the module's key is %s",
           fits ? "the chipset's" : "another than TXT.PUBLIC.KEY names");
    return 0;
}

static const char *tpm_word(uint32_t family)
{
    return family == ASSAY_ACM_TPM12        ? "a TPM 1.2"
           : family == ASSAY_ACM_TPM20_FIFO ? "a TPM 2.0 behind FIFO"
           : family == ASSAY_ACM_TPM20_CRB  ? "a TPM 2.0 behind CRB"
                                            : "a TPM 2.0";
}

static void check_tpm(const assay_acm *acm, const assay_acm_platform *p, assay_acm_fit *fit)
{
    const uint32_t families = acm->info.tpm_capabilities >> 2 & 15;
    /* Before the list there was only TPM 1.2. */
    const uint32_t known = acm->info.has_tpm ? families : ASSAY_ACM_TPM12;

    if (p->tpm_family == 0 || !acm->has_info)
        answer(fit, ASSAY_ACM_CHECK_TPM, ASSAY_ACM_UNKNOWN, "%s",
               acm->has_info ? "the TPM's family isn't known" : "the module names no TPM");
    else
        answer(fit, ASSAY_ACM_CHECK_TPM, yes_or_no((known & p->tpm_family) != 0),
               "the platform has %s, which the module %s", tpm_word(p->tpm_family),
               (known & p->tpm_family) != 0 ? "supports" : "doesn't support");
}

static void check_size(const assay_acm *acm, const assay_acm_platform *p, assay_acm_fit *fit)
{
    if (!p->has_sinit_size || p->sinit_size == 0)
        answer(fit, ASSAY_ACM_CHECK_SIZE, ASSAY_ACM_UNKNOWN,
               "the size of the SINIT region isn't known");
    else
        answer(fit, ASSAY_ACM_CHECK_SIZE, yes_or_no(acm->module.size <= p->sinit_size),
               "the module has %zu bytes, the SINIT region %u", acm->module.size, p->sinit_size);
}

static void check_version(const assay_acm *acm, const assay_acm_platform *p, assay_acm_fit *fit)
{
    const uint8_t version = acm->info.acm_version;

    if (!p->has_min_version || !acm->has_info)
        answer(fit, ASSAY_ACM_CHECK_VERSION, ASSAY_ACM_UNKNOWN, "no policy's minimum is given");
    else
        answer(fit, ASSAY_ACM_CHECK_VERSION, yes_or_no(version >= p->sinit_min_version),
               "the module's AcmVersion is %u, the policy's minimum %u", version,
               p->sinit_min_version);
}

static void check_mle(const assay_acm *acm, const assay_acm_platform *p, assay_acm_fit *fit)
{
    const uint32_t wanted = acm->info.min_mle_header_ver;
    const bool wakes = (acm->info.capabilities & p->mle_capabilities & WAKEUPS) != 0;

    if (!p->has_mle || !acm->has_info)
        answer(fit, ASSAY_ACM_CHECK_MLE, ASSAY_ACM_UNKNOWN, "no MLE is given");
    else if (p->mle_header_version < wanted)
        answer(fit, ASSAY_ACM_CHECK_MLE, ASSAY_ACM_UNFIT,
               "the module wants an MLE header of version 0x%x, the MLE's is 0x%x", wanted,
               p->mle_header_version);
    else
        answer(fit, ASSAY_ACM_CHECK_MLE, yes_or_no(wakes), "%s",
               wakes ? "module and MLE share a version and a way to wake processors"
                     : "module and MLE share no way to wake the other processors");
}

int assay_acm_fits(const assay_acm *acm, const assay_acm_platform *platform, assay_hashes *hashes,
                   assay_acm_fit *ret_fit)
{
    *ret_fit = (assay_acm_fit){ 0 };
    check_type(acm, ret_fit);
    check_platform_type(acm, platform, ret_fit);
    check_production(acm, platform, ret_fit);
    check_chipset(acm, platform, ret_fit);
    check_processor(acm, platform, ret_fit);
    const int status = check_key(acm, platform, hashes, ret_fit);

    check_tpm(acm, platform, ret_fit);
    check_size(acm, platform, ret_fit);
    check_version(acm, platform, ret_fit);
    check_mle(acm, platform, ret_fit);
    ret_fit->fits = ret_fit->unfit == 0;
    return status;
}
