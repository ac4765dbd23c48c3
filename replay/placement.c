/* SPDX-License-Identifier: BSD-2-Clause */
#include "replay/placement.h"

#include "eventlog/types.h"

#define PCR(n) (1u << (n))
#define RANGE(first, last) ((2u << (last)) - (1u << (first)))

/*
 * PCRs whose events facts are read from: an event hidden there under a type that
 * nobody reads would change what is said. Any event of another type is refused.
 */
static const assay_pcr_set strict = PCR(4) | PCR(7) | PCR(8) | PCR(9) | RANGE(11, 13);

/* In order of value. PCR 17 to 22 belong to the dynamic launch, 16 and 23 to anybody. */
static const struct {
    uint32_t type;
    assay_pcr_set pcrs;
} places[] = {
    { EV_POST_CODE, PCR(0) },
    { EV_SEPARATOR, RANGE(0, 7) | RANGE(12, 14) },
    { EV_ACTION, RANGE(1, 6) },
    { EV_EVENT_TAG, RANGE(0, 3) | RANGE(5, 6) | PCR(9) | RANGE(11, 14) },
    { EV_S_CRTM_CONTENTS, PCR(0) },
    { EV_S_CRTM_VERSION, PCR(0) },
    { EV_CPU_MICROCODE, RANGE(0, 1) },
    { EV_PLATFORM_CONFIG_FLAGS, PCR(1) | PCR(3) },
    { EV_TABLE_OF_DEVICES, PCR(1) },
    { EV_COMPACT_HASH, PCR(0) | PCR(2) | RANGE(4, 6) | PCR(11) },
    { EV_IPL, PCR(4) | RANGE(8, 15) },
    { EV_IPL_PARTITION_DATA, PCR(5) },
    { EV_NONHOST_CODE, PCR(0) | PCR(2) },
    { EV_NONHOST_CONFIG, PCR(1) | PCR(3) },
    { EV_NONHOST_INFO, PCR(0) | PCR(2) },
    { EV_OMIT_BOOT_DEVICE_EVENTS, PCR(4) },
    { EV_POST_CODE2, PCR(0) },
    { TXT_EVTYPE_HASH_START, PCR(17) },
    { TXT_EVTYPE_COMBINED_HASH, PCR(17) },
    { TXT_EVTYPE_MLE_HASH, RANGE(17, 18) },
    { TXT_EVTYPE_BIOSAC_REG_DATA, PCR(17) },
    { TXT_EVTYPE_CPU_SCRTM_STAT, RANGE(17, 18) },
    { TXT_EVTYPE_LCP_CONTROL_HASH, RANGE(17, 18) },
    { TXT_EVTYPE_ELEMENTS_HASH, PCR(17) },
    { TXT_EVTYPE_STM_HASH, PCR(17) },
    { TXT_EVTYPE_OSSINITDATA_CAP_HASH, RANGE(17, 18) },
    { TXT_EVTYPE_SINIT_PUBKEY_HASH, PCR(18) },
    { TXT_EVTYPE_LCP_HASH, PCR(18) },
    { TXT_EVTYPE_LCP_DETAILS_HASH, PCR(17) },
    { TXT_EVTYPE_LCP_AUTHORITIES_HASH, PCR(18) },
    { TXT_EVTYPE_NV_INFO_HASH, RANGE(17, 18) },
    { TXT_EVTYPE_COLD_BOOT_BIOS_HASH, PCR(17) },
    { TXT_EVTYPE_KM_HASH, PCR(17) },
    { TXT_EVTYPE_BPM_HASH, PCR(17) },
    { TXT_EVTYPE_KM_INFO_HASH, PCR(18) },
    { TXT_EVTYPE_BPM_INFO_HASH, PCR(18) },
    { TXT_EVTYPE_BOOT_POL_HASH, PCR(17) },
    { TXT_EVTYPE_RANDOM_VALUE, RANGE(17, 18) },
    { TXT_EVTYPE_CAP_VALUE, RANGE(17, 18) },
    { TB_EVTYPE_HASH, RANGE(17, 23) },
    { SL_EVTYPE_SECURE_LAUNCH, RANGE(17, 22) },
    { RKT_CONTAINER, PCR(15) },
    { ESXI_COMPONENT, RANGE(17, 22) },
    { ESXI_COMMAND, RANGE(17, 22) },
    { ESXI_OPTION, RANGE(17, 22) },
    { ESXI_SECURITY_OPTION, RANGE(17, 22) },
    { EV_EFI_VARIABLE_DRIVER_CONFIG, PCR(1) | PCR(3) | PCR(5) | PCR(7) },
    { EV_EFI_VARIABLE_BOOT, PCR(1) | PCR(5) },
    { EV_EFI_BOOT_SERVICES_APPLICATION, PCR(2) | PCR(4) },
    { EV_EFI_BOOT_SERVICES_DRIVER, PCR(0) | PCR(2) | PCR(4) },
    { EV_EFI_RUNTIME_SERVICES_DRIVER, PCR(0) | PCR(2) | PCR(4) },
    { EV_EFI_GPT_EVENT, PCR(5) },
    { EV_EFI_ACTION, RANGE(1, 7) | PCR(14) },
    { EV_EFI_PLATFORM_FIRMWARE_BLOB, PCR(0) | PCR(2) },
    { EV_EFI_HANDOFF_TABLES, RANGE(0, 1) },
    { EV_EFI_PLATFORM_FIRMWARE_BLOB2, PCR(0) | PCR(2) },
    { EV_EFI_HANDOFF_TABLES2, RANGE(0, 1) },
    { EV_EFI_VARIABLE_BOOT2, PCR(1) | PCR(5) },
    { EV_EFI_GPT_EVENT2, PCR(5) },
    { EV_EFI_HCRTM_EVENT, PCR(0) },
    { EV_EFI_VARIABLE_AUTHORITY, PCR(7) },
    { EV_EFI_SPDM_FIRMWARE_BLOB, PCR(0) | PCR(2) },
    { EV_EFI_SPDM_FIRMWARE_CONFIG, PCR(1) | PCR(3) },
    { EV_EFI_SPDM_DEVICE_POLICY, PCR(7) },
    { EV_EFI_SPDM_DEVICE_AUTHORITY, PCR(7) },
    { ISECL_SOFTWARE, PCR(15) },
};

enum { PLACES = sizeof places / sizeof *places };

static assay_pcr_set places_of(uint32_t type)
{
    for (size_t i = 0; i < PLACES; i++)
        if (places[i].type == type)
            return places[i].pcrs;
    return 0;
}

enum assay_placement assay_placement_of(uint32_t type, assay_pcr_set pcrs)
{
    if (pcrs == 0 || ((places_of(type) | PCR(16) | PCR(23)) & pcrs) != 0)
        return ASSAY_PLACE_USUAL;
    return (strict & pcrs) != 0 ? ASSAY_PLACE_REFUSED : ASSAY_PLACE_ODD;
}

unsigned assay_placement_count(uint32_t type, assay_pcr_set pcrs)
{
    assay_pcr_set usual = places_of(type) & pcrs;
    unsigned count = 0;

    for (; usual != 0; usual &= usual - 1)
        count++;
    return count;
}

bool assay_placement_is_strict(uint32_t type, assay_pcr_set pcrs)
{
    const assay_pcr_set usual = places_of(type) & pcrs;

    return (strict & (usual != 0 ? usual : pcrs)) != 0;
}
