/* SPDX-License-Identifier: BSD-2-Clause */
/* When two steps measure the same, and when they are of one thing. */
#include "base/guid.h"
#include "eventlog/payload/variable.h"
#include "eventlog/types.h"
#include "policy/reference/sequence.h"

static bool extends(const assay_event *event)
{
    return event->content != ASSAY_CONTENT_PCCLIENT_STD || assay_event_type_extends(event->type);
}

/* A log of one bank need not say so: what it has no other digest of may be of that bank alone. */
static bool may_be_only(const assay_event *event, uint16_t alg)
{
    return event->only_bank == 0 && event->digest_count == 1 && event->digests[0].alg == alg;
}

static bool same_banks(const assay_event *a, const assay_event *b)
{
    return a->only_bank == b->only_bank || may_be_only(a, b->only_bank) ||
           may_be_only(b, a->only_bank);
}

/* A log without data says nothing of them. */
static bool same_data(const assay_event *a, const assay_event *b)
{
    return !assay_event_keeps_data(a) || !assay_event_keeps_data(b) ||
           assay_bytes_equal(a->data, b->data);
}

bool assay_events_alike(const assay_event *a, const assay_event *b)
{
    size_t common = 0;

    if (a->pcr_index != b->pcr_index || a->nv_index != b->nv_index || !same_banks(a, b) ||
        extends(a) != extends(b))
        return false;
    if (!extends(a))
        return a->type == b->type && same_data(a, b);
    for (size_t i = 0; i < a->digest_count; i++) {
        const assay_bytes other = assay_event_digest_of(b, a->digests[i].alg);

        if (other.data != NULL && !assay_bytes_equal(a->digests[i].value, other))
            return false;
        common += other.data != NULL;
    }
    return common > 0;
}

static bool is_variable(const assay_event *event)
{
    const assay_event_type *const type = assay_event_type_find(event->type);

    return type != NULL && type->decoder == ASSAY_DECODE_VARIABLE;
}

static bool same_variable(const assay_event *a, const assay_event *b)
{
    assay_variable left, right;

    if (!is_variable(a) || !assay_variable_decode(a->data, &left) ||
        !assay_variable_decode(b->data, &right))
        return true;
    return assay_guid_equal(&left.vendor, &right.vendor) &&
           assay_bytes_equal(left.name, right.name);
}

bool assay_steps_same_place(const assay_sequence_step *a, const assay_sequence_step *b)
{
    return a->stage == b->stage && a->event.pcr_index == b->event.pcr_index &&
           a->event.nv_index == b->event.nv_index && a->event.content == b->event.content &&
           same_banks(&a->event, &b->event) && a->event.type == b->event.type &&
           a->component.role == b->component.role && a->component.index == b->component.index &&
           same_variable(&a->event, &b->event);
}

assay_sequence_step assay_sequence_step_of(const assay_reference *reference,
                                           const assay_reference_step *step, size_t variant)
{
    const assay_reference_alternative *const at =
        variant == SIZE_MAX ? &step->alternatives[0] : assay_reference_at(step, variant);
    assay_sequence_step one = { .stage = step->stage,
                                .event = at->event,
                                .component = reference->components[at->component],
                                .unknown_count = at->unknown_count,
                                .varies = step->varies,
                                .repeats = step->repeats };

    memcpy(one.unknown, at->unknown, sizeof one.unknown);
    return one;
}
