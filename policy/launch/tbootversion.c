/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How versions of tboot differ in what they measure. Each row was read in the sources of the
 * version that it is named by: option table and parser (cmdline.c), policies and hash_module()
 * (policy.c), the call of verify_all_nvindices() (tboot.c).
 */
#include "policy/launch/tboot.h"

enum { LEGACY_SHA1 = 0, SHA1 = ASSAY_ALG_SHA1, SHA256 = ASSAY_ALG_SHA256 };

static const assay_tboot_version versions[] = {
    { "1.7", true, false, SHA1, true, true, false, ASSAY_TBOOT_AGILE_GONE, false, LEGACY_SHA1,
      LEGACY_SHA1, false, false },
    { "1.8", true, true, SHA1, true, true, false, ASSAY_TBOOT_AGILE_BROKEN, true, SHA1, SHA1, false,
      true },
    { "1.9", true, true, SHA1, false, true, false, ASSAY_TBOOT_AGILE_BROKEN, true, SHA1, SHA1,
      false, true },
    { "1.9.7", true, true, SHA1, false, true, false, ASSAY_TBOOT_AGILE_TPM, true, SHA1, SHA1, false,
      true },
    { "1.9.12", true, true, SHA256, false, true, true, ASSAY_TBOOT_AGILE_TPM, true, SHA256, SHA256,
      false, true },
    { "1.10", true, true, SHA256, false, true, true, ASSAY_TBOOT_AGILE_TPM, true, SHA256, SHA1,
      true, true },
    { "1.11", true, true, SHA256, false, true, true, ASSAY_TBOOT_AGILE_GONE, true, SHA256, SHA1,
      true, true },
    /* The sources of May 2026, which call themselves 1.11.12 still: without TPM 1.2 and SHA-1. */
    { "1.11.13", false, true, SHA256, false, false, true, ASSAY_TBOOT_AGILE_GONE, false, SHA256,
      SHA256, false, true },
};

enum { VERSIONS = sizeof versions / sizeof *versions, NUMBERS = 3, NUMBER_MAX = 9999 };

const assay_tboot_version *assay_tboot_version_at(size_t index)
{
    return index < VERSIONS ? &versions[index] : NULL;
}

const assay_tboot_version *assay_tboot_newest(void)
{
    return assay_tboot_version_find("1.11.12");
}

/* "1.9.12" as one number that grows with the version, or 0. */
static unsigned long rank_of(const char *name)
{
    unsigned long rank = 0;

    for (unsigned i = 0; i < NUMBERS; i++) {
        unsigned long number = 0;

        if (i > 0 && *name == '.')
            name++;
        else if (i > 0 && *name != '\0')
            return 0;
        if (*name == '\0' && i < 2)
            return 0;
        for (; *name >= '0' && *name <= '9' && number <= NUMBER_MAX; name++)
            number = number * 10 + (unsigned long)(*name - '0');
        if (number > NUMBER_MAX)
            return 0;
        rank = rank * (NUMBER_MAX + 1) + number;
    }
    return *name == '\0' ? rank : 0;
}

const assay_tboot_version *assay_tboot_version_find(const char *name)
{
    const unsigned long rank = rank_of(name);
    const assay_tboot_version *found = NULL;

    for (size_t i = 0; i < VERSIONS && rank != 0; i++)
        if (rank_of(versions[i].name) <= rank)
            found = &versions[i];
    return found;
}

static void builtin_entries(const assay_tboot_version *version, uint8_t pcr, assay_vlp *policy)
{
    enum { GEO_TAG_INDEX = 0x40000010, GEO_TAG_PCR = 22 };

    policy->entries[0] = (assay_vlp_entry){ .mod_num = 0, .pcr = ASSAY_VLP_PCR_NONE };
    policy->entries[1] = (assay_vlp_entry){ .mod_num = ASSAY_VLP_NUM_ANY, .pcr = pcr };
    policy->num_entries = 2;
    if (version->builtin_nv)
        policy->entries[policy->num_entries++] = (assay_vlp_entry){ .mod_num = ASSAY_VLP_NUM_NV_RAW,
                                                                    .pcr = GEO_TAG_PCR,
                                                                    .nv_index = GEO_TAG_INDEX };
}

void assay_tboot_builtin(const assay_tboot_version *version, bool tpm12, bool details,
                         assay_vlp *ret_policy)
{
    const bool legacy = !details || (tpm12 && version->builtin12_is_legacy);

    assay_vlp_begin(ret_policy, ASSAY_VLP_NONFATAL, ASSAY_ALG_SHA1, ASSAY_VLP_EXTEND_PCR17);
    ret_policy->alg_number = tpm12 ? version->builtin12_alg : version->builtin_alg;
    builtin_entries(version, legacy ? 19 : 17, ret_policy);
}

void assay_tboot_mend(const assay_tboot_version *version, assay_vlp *policy)
{
    /* Not in 1.7, whose number for SHA-1 it is, nor in sources that have no SHA-1. */
    if (policy->alg_number == LEGACY_SHA1 && version->tpm20 && version->sha1)
        policy->alg_number = SHA1;
}
