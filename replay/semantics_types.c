/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Types are not measured, so anyone can rewrite them. What betrays it: a digest that
 * belongs to another type, and a type that nothing measures into that PCR.
 */
#include "base/utf16.h"
#include "replay/placement.h"
#include "replay/semantics_internal.h"

enum { FIRMWARE_PCRS = 8 };

/* Configuration in PCR 0, 1 and 3 may be the same four bytes as a separator. */
static bool may_be_configuration(const assay_semantics *s, const assay_event *event,
                                 enum assay_known known)
{
    const bool separator = known == ASSAY_KNOWN_SEPARATOR || known == ASSAY_KNOWN_SEPARATOR_ERROR;
    const unsigned index = event->pcr_index;

    return separator && (index <= 1 || index == 3 || index >= FIRMWARE_PCRS ||
                         s->measurement_registers);
}

static void look_at_known(assay_semantics *s, const assay_event *event, enum assay_known known)
{
    if (assay_event_states_type(event) && !assay_known_allows(known, event->type) &&
        !may_be_configuration(s, event, known))
        assay_semantics_find(s, ASSAY_FINDING_RETYPED, event,
                             "the digest of a separator or of one of the firmware's actions");
}

int assay_semantics_own_digest(assay_semantics *s, const assay_event *event)
{
    uint8_t digest[ASSAY_DIGEST_MAX];

    for (size_t i = 0; i < event->digest_count; i++) {
        assay_hash *hash;

        if (assay_hashes_get(s->hashes, event->digests[i].alg, &hash) < 0)
            continue;
        if (assay_hash_parts(hash, &event->data, 1, digest) < 0)
            return -ASSAY_CRYPTO;
        if (assay_bytes_equal(event->digests[i].value,
                              assay_bytes_of(digest, assay_hash_size(hash))))
            return 1;
    }
    return 0;
}

/*
 * Of images, firmware blobs and tables the measured bytes are elsewhere, and in no log
 * known is such a digest of the event's own data.
 */
static int look_at_own_digest(assay_semantics *s, const assay_event *event)
{
    const assay_event_type *const type = assay_event_type_find(event->type);

    if (type == NULL || type->rules != ASSAY_RULES_NONE || event->data.size == 0)
        return 0;
    const int own = assay_semantics_own_digest(s, event);
    if (own > 0)
        assay_semantics_find(s, ASSAY_FINDING_RETYPED, event,
                             "the digest is of the event's data, which this type never measures");
    return own < 0 ? own : 0;
}

/* A device's policy and authority (PFP 1.06 section 10.2.9) are the variable "devdb". */
static bool is_device_policy(const assay_event *event)
{
    assay_variable variable;

    return assay_variable_decode(event->data, &variable) && assay_utf16_is(variable.name, "devdb");
}

/* What the table of places can't say: who else must have measured there. */
static bool refused_by_company(const assay_semantics *s, const assay_event *event)
{
    const unsigned index = event->pcr_index;

    switch (event->type) {
    case EV_IPL:
    case EV_COMPACT_HASH:
        /* Boot code of conventional firmware in PCR 4; Windows and systemd-stub share PCR 11. */
        if (assay_semantics_in(s, event, 4))
            return s->uefi && !s->conventional;
        return !s->measurement_registers && index == 11 && s->course[index].events > 0 &&
               s->first_type[index] != event->type;
    case EV_EFI_SPDM_DEVICE_POLICY:
    case EV_EFI_SPDM_DEVICE_AUTHORITY:
        return assay_event_keeps_data(event) && !is_device_policy(event);
    default:
        return false;
    }
}

static void look_at_place(assay_semantics *s, const assay_event *event)
{
    const assay_event_type *const type = assay_event_type_find(event->type);
    const enum assay_placement place =
        assay_placement_of(event->type, assay_semantics_pcrs(s, event));

    if (!assay_event_type_is_known(type))
        assay_semantics_find(s, ASSAY_FINDING_TYPE_UNKNOWN, event, "a type that is unknown here");
    if (!assay_event_states_type(event))
        return; /* the log does not say what belongs where */
    if (place == ASSAY_PLACE_REFUSED || refused_by_company(s, event))
        assay_semantics_find(s, ASSAY_FINDING_TYPE_REFUSED, event,
                             "nothing measures an event of this type into this PCR");
    else if (place == ASSAY_PLACE_ODD && assay_event_type_is_known(type))
        assay_semantics_find(s, ASSAY_FINDING_TYPE_UNEXPECTED, event,
                             "nothing known measures an event of this type into this PCR");
}

/* A tag of Linux or systemd as a boot loader's text: the size and the name betray it. */
static bool is_known_tag(const assay_event *event)
{
    assay_tagged tagged;
    assay_tag tag;

    if (!assay_tagged_decode(event->data, &tagged))
        return false;
    assay_cursor c = assay_cursor_of(tagged.list);
    return assay_tagged_next(&c, &tag) && assay_tag_name(tag.id) != NULL;
}

/* A Linux EFI stub left the tag out where it measured into a register, and wrote its text alone. */
static bool is_untagged_tag(const assay_event *event)
{
    return assay_bytes_equal(event->data, assay_bytes_of("LOADED_IMAGE::LoadOptions", 26)) ||
           assay_bytes_equal(event->data, assay_bytes_of("Linux initrd", 13));
}

static bool reads_as_its_type(const assay_semantics *s, const assay_event *event,
                              const assay_payload *payload)
{
    switch (event->type) {
    case EV_COMPACT_HASH: /* a number where text may stand */
    case EV_SEPARATOR:    /* known by its digest */
        return true;
    case EV_EVENT_TAG:
        return payload->kind == ASSAY_PAYLOAD_TAGGED ||
               (payload->kind == ASSAY_PAYLOAD_SIPA && payload->sipa.rest.size == 0) ||
               (s->measurement_registers && is_untagged_tag(event));
    case EV_IPL: /* in PCR 4 the boot code of conventional firmware, with any data or none */
        if (assay_semantics_in(s, event, 4))
            return true;
        return payload->kind == ASSAY_PAYLOAD_IPL && !is_known_tag(event);
    default:
        return payload->kind != ASSAY_PAYLOAD_OPAQUE;
    }
}

static void look_at_data(assay_semantics *s, const assay_event *event,
                         const assay_payload *payload)
{
    const assay_event_type *const type = assay_event_type_find(event->type);

    if (!assay_event_type_is_known(type) || type->decoder == ASSAY_DECODE_OPAQUE ||
        !assay_event_keeps_data(event) ||
        !assay_placement_is_strict(event->type, assay_semantics_pcrs(s, event)))
        return;
    if (!reads_as_its_type(s, event, payload))
        assay_semantics_find(s, ASSAY_FINDING_DATA_REFUSED, event,
                             "the data is not what the type demands");
}

/* Remarks have zeros for digests; nothing that was hashed has. SINIT writes some for no STM. */
static void look_at_zeros(assay_semantics *s, const assay_event *event)
{
    bool zeros = event->digest_count > 0 && event->pcr_index < 16;

    for (size_t i = 0; i < event->digest_count; i++)
        zeros &= assay_bytes_all(event->digests[i].value, 0);
    if (zeros)
        assay_semantics_find(s, ASSAY_FINDING_RETYPED, event,
                             "zeros for a digest, as only events that extend nothing have");
}

/* "Calling INT 19h" and its kin; what UEFI says in PCR 4 is known by digest. */
static void note_firmware(assay_semantics *s, const assay_event *event, enum assay_known known)
{
    s->uefi |= event->type > EV_EFI_EVENT_BASE;
    s->application |= event->type == EV_EFI_BOOT_SERVICES_APPLICATION;
    s->conventional |= event->type == EV_ACTION && assay_semantics_in(s, event, 4) &&
                       known == ASSAY_KNOWN_NOTHING;
}

int assay_semantics_type(assay_semantics *s, const assay_event *event,
                         const assay_payload *payload, enum assay_known known)
{
    note_firmware(s, event, known);
    look_at_known(s, event, known);
    look_at_zeros(s, event);
    look_at_place(s, event);
    look_at_data(s, event, payload);
    return look_at_own_digest(s, event);
}
