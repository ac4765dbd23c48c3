/* SPDX-License-Identifier: BSD-2-Clause */
/* Events as HVS' trust agent reads them out of the UEFI and the TXT log. */
#include "policy/export/hvs/flavor.h"

#include "eventlog/payload/payload.h"
#include "eventlog/types.h"

#include <stdio.h>

/* What it calls TXT's types; those of UEFI have the TCG's own names. */
static const struct {
    uint32_t type;
    const char *name;
} txt_names[] = {
    { TXT_EVTYPE_PCRMAPPING, "PCR_MAPPING" },
    { TXT_EVTYPE_HASH_START, "HASH_START" },
    { TXT_EVTYPE_COMBINED_HASH, "COMBINED_HASH" },
    { TXT_EVTYPE_MLE_HASH, "MLE_HASH" },
    { TXT_EVTYPE_BIOSAC_REG_DATA, "BIOSAC_REG_DATA" },
    { TXT_EVTYPE_CPU_SCRTM_STAT, "CPU_SCRTM_STAT" },
    { TXT_EVTYPE_LCP_CONTROL_HASH, "LCP_CONTROL_HASH" },
    { TXT_EVTYPE_ELEMENTS_HASH, "ELEMENTS_HASH" },
    { TXT_EVTYPE_STM_HASH, "STM_HASH" },
    { TXT_EVTYPE_OSSINITDATA_CAP_HASH, "OSSINITDATA_CAP_HASH" },
    { TXT_EVTYPE_SINIT_PUBKEY_HASH, "SINIT_PUBKEY_HASH" },
    { TXT_EVTYPE_LCP_HASH, "LCP_HASH" },
    { TXT_EVTYPE_LCP_DETAILS_HASH, "LCP_DETAILS_HASH" },
    { TXT_EVTYPE_LCP_AUTHORITIES_HASH, "LCP_AUTHORITIES_HASH" },
    { TXT_EVTYPE_NV_INFO_HASH, "NV_INFO_HASH" },
    { TXT_EVTYPE_KM_HASH, "EVTYPE_KM_HASH" },
    { TXT_EVTYPE_BPM_HASH, "EVTYPE_BPM_HASH" },
    { TXT_EVTYPE_KM_INFO_HASH, "EVTYPE_KM_INFO_HASH" },
    { TXT_EVTYPE_BPM_INFO_HASH, "EVTYPE_BPM_INFO_HASH" },
    { TXT_EVTYPE_BOOT_POL_HASH, "EVTYPE_BOOT_POL_HASH" },
    { TXT_EVTYPE_CAP_VALUE, "CAP_VALUE" },
};

/* TB_EVTYPE_HASH by the order in which they stand in the log, whatever PCR they extend. */
static const char *const tboot_names[] = { "tb_policy", "tb_policy", "vmlinuz", "initrd",
                                           "asset-tag" };

const char *assay_hvs_type_name(uint32_t type)
{
    const assay_event_type *const row = assay_event_type_find(type);

    for (size_t i = 0; i < sizeof txt_names / sizeof *txt_names; i++)
        if (txt_names[i].type == type)
            return txt_names[i].name;
    return row != NULL && strncmp(row->name, "EV_", 3) == 0 ? row->name : "";
}

enum { TBOOT_NAMES = sizeof tboot_names / sizeof *tboot_names };

/* What the agent calls it, where the log keeps that; else NULL. */
static const char *tboot_label(const assay_event *event)
{
    for (size_t i = 0; i < TBOOT_NAMES && !assay_event_keeps_data(event); i++)
        if (assay_bytes_equal(event->label, assay_bytes_of_string(tboot_names[i])))
            return tboot_names[i];
    return NULL;
}

/* By its label, else by its place. */
static const char *tboot_name(const assay_event *event, size_t place)
{
    const char *const label = tboot_label(event);

    return label != NULL ? label : place < TBOOT_NAMES ? tboot_names[place] : "";
}

/* A trust report has no types; with tboot's names the agent calls events of this type alone. */
static uint32_t type_of(const assay_event *event, bool launch)
{
    return launch && !assay_event_states_type(event) && tboot_label(event) != NULL ? TB_EVTYPE_HASH
                                                                                   : event->type;
}

/* Only printable ASCII: of anything else the agent drops what Go calls not printable. */
static void take_tag(assay_hvs_event *event, assay_bytes text)
{
    const uint8_t *const end = memchr(text.data, '\0', text.size);
    const size_t size = end != NULL ? (size_t)(end - text.data) : text.size;

    for (size_t i = 0; i < size; i++)
        if (text.data[i] < 0x20 || text.data[i] > 0x7e)
            return;
    if (size < sizeof event->tag) {
        memcpy(event->tag, text.data, size);
        event->tag[size] = '\0';
    }
}

/* The name of a UEFI variable; the agent takes the low byte of each unit. */
static void take_variable(assay_hvs_event *event, const assay_event *from)
{
    uint8_t name[ASSAY_HVS_TAG_MAX] = { 0 };
    assay_variable variable;
    size_t size = 0;

    if (!assay_variable_decode(from->data, &variable))
        return;
    for (size_t i = 0; i + 1 < variable.name.size && size < sizeof name; i += 2)
        name[size++] = variable.name.data[i + 1] == 0 ? variable.name.data[i] : 0xff;
    if (size > 0)
        take_tag(event, assay_bytes_of(name, size));
}

static void take_uefi_tag(assay_hvs_event *event, const assay_event *from)
{
    if (!assay_event_keeps_data(from) || from->data.size == 0)
        return;
    switch (from->type) {
    case EV_EFI_VARIABLE_DRIVER_CONFIG:
    case EV_EFI_VARIABLE_BOOT:
    case EV_EFI_VARIABLE_BOOT2:
    case EV_EFI_VARIABLE_AUTHORITY:
        take_variable(event, from);
        break;
    case EV_POST_CODE:
    case EV_ACTION:
    case EV_EFI_ACTION:
    case EV_PLATFORM_CONFIG_FLAGS:
    case EV_EFI_HCRTM_EVENT:
    case EV_IPL:
        take_tag(event, from->data);
        break;
    default:
        break;
    }
}

/* The agent tags it "StartupLocality" and the number, and HVS' replay looks for just that. */
static void take_locality_tag(assay_hvs_event *event, const assay_event *from)
{
    static const char signature[] = "StartupLocality";

    if (from->type == EV_NO_ACTION && from->data.size > sizeof signature &&
        memcmp(from->data.data, signature, sizeof signature) == 0)
        snprintf(event->tag, sizeof event->tag, "%s%u", signature,
                 from->data.data[sizeof signature]);
}

static bool is_unknown(const assay_reference_alternative *at, uint16_t alg)
{
    for (size_t i = 0; i < at->unknown_count; i++)
        if (at->unknown[i] == alg)
            return true;
    return false;
}

static bool is_in_bank(const assay_reference_alternative *at, uint16_t alg)
{
    return assay_event_digest_of(&at->event, alg).data != NULL || is_unknown(at, alg);
}

static bool is_spec_id(const assay_event *event)
{
    static const char signature[] = "Spec ID Event";

    return event->type == EV_NO_ACTION && event->data.size >= sizeof signature &&
           memcmp(event->data.data, signature, sizeof signature - 1) == 0;
}

static int add(assay_export_job *job, assay_hvs_events *events, const assay_reference_step *step,
               const assay_reference_alternative *at, uint16_t alg, size_t tboot)
{
    assay_hvs_event *const event =
        assay_arena_more(&job->arena, &events->events, events->count, sizeof *event);
    const bool launch = step->stage == ASSAY_STAGE_LAUNCH;

    if (event == NULL)
        return -ASSAY_NO_MEMORY;
    event->type = type_of(&at->event, launch);
    event->untyped = event->type == at->event.type && !assay_event_states_type(&at->event);
    event->digest = assay_event_digest_of(&at->event, alg);
    event->varies = step->varies != NULL || is_unknown(at, alg);
    event->name = assay_hvs_type_name(event->type);
    if (event->type == TB_EVTYPE_HASH)
        event->name = tboot_name(&at->event, tboot);
    if (!assay_event_keeps_data(&at->event) && at->event.label.size > 0)
        take_tag(event, at->event.label);
    else if (launch)
        snprintf(event->tag, sizeof event->tag, "%s", event->name);
    else
        take_uefi_tag(event, &at->event);
    take_locality_tag(event, &at->event);
    events->launched |= launch;
    events->untyped |= event->untyped;
    events->count++;
    return 0;
}

/* Beyond its PCRs, as with PCR_MAPPING's 255, the agent takes the log to be at its end. */
enum { AGENT_PCRS = 24 };

static void mark_unseen(assay_hvs_events *events, enum assay_stage stage, const bool ended[])
{
    const bool read = stage <= ASSAY_STAGE_LAUNCH;

    events->unseen |= !read || ended[stage];
    events->cut |= read && ended[stage];
}

int assay_hvs_events_of(assay_export_job *job, size_t variant, uint16_t alg, unsigned pcr,
                        assay_hvs_events *ret_events)
{
    const assay_reference *const reference = job->reference;
    bool ended[ASSAY_STAGE_LAUNCH + 1] = { false }; /* the log of each stage that it reads */
    size_t tboot = 0;
    int status = 0;

    *ret_events = (assay_hvs_events){ .count = 0 };
    for (size_t i = 0; i < reference->step_count && status == 0; i++) {
        const assay_reference_step *const step = &reference->steps[i];
        const assay_reference_alternative *const at = assay_reference_at(step, variant);

        if (at != NULL && at->event.pcr_index >= AGENT_PCRS && step->stage <= ASSAY_STAGE_LAUNCH)
            ended[step->stage] = true;
        if (at == NULL || !is_in_bank(at, alg) || is_spec_id(&at->event))
            continue;
        if (at->event.pcr_index == pcr)
            mark_unseen(ret_events, step->stage, ended);
        if (at->event.pcr_index == pcr && step->stage <= ASSAY_STAGE_LAUNCH)
            status = add(job, ret_events, step, at, alg, tboot);
        tboot += step->stage == ASSAY_STAGE_LAUNCH && at->event.type == TB_EVTYPE_HASH;
    }
    return status;
}

bool assay_hvs_replays_to(assay_hashes *hashes, uint16_t alg, unsigned pcr,
                          const assay_hvs_events *events, assay_bytes value)
{
    uint8_t chain[ASSAY_DIGEST_MAX] = { 0 };
    assay_hash *hash;

    if (assay_hashes_get(hashes, alg, &hash) < 0)
        return false;
    if (pcr == 0 && events->count > 0 && strcmp(events->events[0].tag, "StartupLocality3") == 0)
        chain[value.size - 1] = 3;
    for (size_t i = 0; i < events->count; i++) {
        const assay_hvs_event *const event = &events->events[i];

        if (event->type == EV_NO_ACTION)
            continue;
        if (event->varies || event->digest.size != value.size ||
            assay_hash_extend(hash, chain, event->digest.data) < 0)
            return false;
    }
    return assay_bytes_equal(assay_bytes_of(chain, value.size), value);
}
