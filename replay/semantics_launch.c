/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The dynamic launch of Intel TXT: SINIT's records in PCR 17 and 18 (TXT SDG 1.10 and
 * appendix G), then those of what it launched. Several of SINIT's have no data, so
 * that only their types and their order say which is which.
 */
#include "replay/placement.h"
#include "replay/semantics_internal.h"

enum { PCR_DETAILS = 17, PCR_AUTHORITIES = 18, TXT_BASE = 0x400, TXT_SINIT_LAST = 0x41A };

#define BIT(type) (1u << ((type) - TXT_BASE))

/* What every TPM 2.0 launch records, PCR 17 and PCR 18 (details and authorities mapping). */
static const uint32_t required[2] = {
    BIT(TXT_EVTYPE_HASH_START) | BIT(TXT_EVTYPE_CPU_SCRTM_STAT) |
        BIT(TXT_EVTYPE_LCP_CONTROL_HASH) | BIT(TXT_EVTYPE_OSSINITDATA_CAP_HASH) |
        BIT(TXT_EVTYPE_MLE_HASH),
    BIT(TXT_EVTYPE_SINIT_PUBKEY_HASH) | BIT(TXT_EVTYPE_CPU_SCRTM_STAT) |
        BIT(TXT_EVTYPE_LCP_CONTROL_HASH) | BIT(TXT_EVTYPE_OSSINITDATA_CAP_HASH),
};

/* Which policy was met: TPM 2.0 has one record of it in each PCR, TPM 1.2 another. */
static const uint32_t policy[2][2] = {
    { BIT(TXT_EVTYPE_LCP_DETAILS_HASH), BIT(TXT_EVTYPE_LCP_AUTHORITIES_HASH) },
    { BIT(TXT_EVTYPE_ELEMENTS_HASH), BIT(TXT_EVTYPE_LCP_HASH) },
};

/* The legacy mapping of TPM 1.2: PCR 17 is the module and a summary, PCR 18 what it launched. */
static const uint32_t required_legacy[2] = {
    BIT(TXT_EVTYPE_HASH_START) | BIT(TXT_EVTYPE_COMBINED_HASH),
    BIT(TXT_EVTYPE_MLE_HASH),
};

/* SINIT's order, PCR by PCR, as in every TPM 2.0 log known here. */
static const uint32_t order[2][16] = {
    { TXT_EVTYPE_HASH_START, TXT_EVTYPE_COMBINED_HASH, TXT_EVTYPE_KM_HASH, TXT_EVTYPE_BPM_HASH,
      TXT_EVTYPE_BOOT_POL_HASH, TXT_EVTYPE_BIOSAC_REG_DATA, TXT_EVTYPE_CPU_SCRTM_STAT,
      TXT_EVTYPE_LCP_CONTROL_HASH, TXT_EVTYPE_ELEMENTS_HASH, TXT_EVTYPE_LCP_DETAILS_HASH,
      TXT_EVTYPE_STM_HASH, TXT_EVTYPE_OSSINITDATA_CAP_HASH, TXT_EVTYPE_MLE_HASH,
      TXT_EVTYPE_NV_INFO_HASH },
    { TXT_EVTYPE_SINIT_PUBKEY_HASH, TXT_EVTYPE_CPU_SCRTM_STAT, TXT_EVTYPE_OSSINITDATA_CAP_HASH,
      TXT_EVTYPE_LCP_CONTROL_HASH, TXT_EVTYPE_LCP_HASH, TXT_EVTYPE_LCP_AUTHORITIES_HASH,
      TXT_EVTYPE_NV_INFO_HASH, TXT_EVTYPE_MLE_HASH },
};

bool assay_is_tboot_default_policy(const assay_event *event)
{
    for (size_t i = 0; i < event->digest_count; i++)
        if (assay_txt_known_digest(TB_EVTYPE_HASH, event->digests[i].alg,
                                   event->digests[i].value) != NULL)
            return true;
    return false;
}

static assay_launch_course *course_of(assay_semantics *s, const assay_event *event)
{
    return &s->launch[event->only_bank == 0 ? ASSAY_ALGS : assay_alg_index(event->only_bank)];
}

/* Position in SINIT's order, from 1; 0 for a record that has no fixed one. */
static uint32_t rank_of(uint32_t type, unsigned side)
{
    for (uint32_t i = 0; i < sizeof order[0] / sizeof *order[0]; i++)
        if (order[side][i] == type)
            return i + 1;
    return 0;
}

static void look_at_sinit(assay_semantics *s, assay_launch_course *course,
                          const assay_event *event, unsigned side)
{
    const uint32_t rank = rank_of(event->type, side);

    if ((course->seen[side] & BIT(event->type)) != 0)
        assay_semantics_find(s, ASSAY_FINDING_LAUNCH_RECORDS, event, "SINIT's record, twice");
    if (assay_placement_of(event->type, assay_semantics_pcrs(s, event)) != ASSAY_PLACE_USUAL)
        assay_semantics_find(s, ASSAY_FINDING_LAUNCH_RECORDS, event,
                             "SINIT's record, in another PCR than SINIT's");
    course->seen[side] |= BIT(event->type);
    if (course->own[side] || (rank != 0 && rank < course->rank[side]))
        assay_semantics_find(s, ASSAY_FINDING_LAUNCH_RECORDS, event,
                             "SINIT's record, out of order");
    course->rank[side] = rank != 0 ? rank : course->rank[side];
}

/* tboot and the kernel of a Secure Launch; tboot's records have no data. */
static void look_at_launched(assay_semantics *s, assay_launch_course *course,
                             const assay_event *event, unsigned side)
{
    course->own[side] = true;
    if (event->type == TB_EVTYPE_HASH && event->data.size > 0)
        assay_semantics_find(s, ASSAY_FINDING_LAUNCH_RECORDS, event, "tboot's record, with data");
}

/* Programs that measure under types of their own do not write SINIT's. */
static void look_at_stranger(assay_semantics *s, const assay_launch_course *course,
                             const assay_event *event)
{
    if (course->seen[0] != 0 || course->seen[1] != 0)
        assay_semantics_find(s, ASSAY_FINDING_TYPE_REFUSED, event,
                             "neither SINIT nor what it launches measures such an event");
}

void assay_semantics_launch(assay_semantics *s, const assay_event *event)
{
    if (s->measurement_registers ||
        (event->pcr_index != PCR_DETAILS && event->pcr_index != PCR_AUTHORITIES))
        return;
    const unsigned side = event->pcr_index - PCR_DETAILS;
    assay_launch_course *const course = course_of(s, event);

    if (assay_is_tboot_default_policy(event) && event->type != TB_EVTYPE_HASH)
        assay_semantics_find(s, ASSAY_FINDING_RETYPED, event, "the digest of tboot's own policy");
    if (event->type > TXT_BASE && event->type <= TXT_SINIT_LAST &&
        assay_event_type_find(event->type) != NULL)
        look_at_sinit(s, course, event, side);
    else if (event->type == TB_EVTYPE_HASH || event->type == SL_EVTYPE_SECURE_LAUNCH ||
             !assay_event_states_type(event))
        look_at_launched(s, course, event, side);
    else if (event->type != TXT_EVTYPE_RANDOM_VALUE && event->type != TXT_EVTYPE_CAP_VALUE)
        look_at_stranger(s, course, event);
}

static bool has_all(const assay_launch_course *course, const uint32_t wanted[static 2])
{
    return (course->seen[0] & wanted[0]) == wanted[0] && (course->seen[1] & wanted[1]) == wanted[1];
}

static bool is_sound(const assay_launch_course *course)
{
    const bool legacy = (course->seen[0] & BIT(TXT_EVTYPE_COMBINED_HASH)) != 0;
    const uint32_t mle = BIT(TXT_EVTYPE_MLE_HASH);

    if (legacy)
        return has_all(course, required_legacy) && (course->seen[0] & mle) == 0;
    return has_all(course, required) && (course->seen[1] & mle) == 0 &&
           (has_all(course, policy[0]) || has_all(course, policy[1]));
}

void assay_semantics_launch_end(assay_semantics *s)
{
    for (size_t i = 0; i <= ASSAY_ALGS; i++) {
        const assay_launch_course *const course = &s->launch[i];

        /* The record of the module alone is not SINIT's: other launchers write it, too. */
        if (((course->seen[0] | course->seen[1]) & ~BIT(TXT_EVTYPE_HASH_START)) == 0 ||
            is_sound(course))
            continue;
        assay_semantics_find_in(s, ASSAY_FINDING_LAUNCH_RECORDS, PCR_DETAILS,
                                "not all of SINIT's records");
        assay_semantics_find_in(s, ASSAY_FINDING_LAUNCH_RECORDS, PCR_AUTHORITIES,
                                "not all of SINIT's records");
    }
}
