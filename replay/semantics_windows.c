/* SPDX-License-Identifier: BSD-2-Clause */
/* What the records of Windows (wbcl.h of its SDK) say that somebody should know. */
#include "eventlog/payload/sipa.h"
#include "replay/semantics_internal.h"

enum { PCR_SETTINGS = 12, PCR_LAST = 14, ERROR_CLASS = 3 };

/* Settings of a boot program that are worth a remark; each is made once. */
static const struct {
    uint32_t type;
    uint64_t mask; /* the value's bits that matter; all are compared with `value` */
    uint64_t value;
    enum assay_finding_code code;
    const char *detail;
} remarks[] = {
    { SIPAEVENT_TRANSFER_CONTROL, UINT64_MAX, ASSAY_SIPA_TO_RESUME, ASSAY_FINDING_WINDOWS_RESUME,
      "the boot manager starts winresume" },
    { SIPAEVENT_BOOTDEBUGGING, 1, 1, ASSAY_FINDING_WINDOWS_DEBUG, "of the boot programs" },
    { SIPAEVENT_OSKERNELDEBUG, 1, 1, ASSAY_FINDING_WINDOWS_DEBUG, "of the kernel" },
    { SIPAEVENT_HYPERVISOR_DEBUG, 1, 1, ASSAY_FINDING_WINDOWS_DEBUG, "of the hypervisor" },
    { SIPAEVENT_CODEINTEGRITY, UINT64_MAX, 0, ASSAY_FINDING_WINDOWS_UNSIGNED,
      "code integrity is off" },
    { SIPAEVENT_TESTSIGNING, 1, 1, ASSAY_FINDING_WINDOWS_UNSIGNED, "test signing is on" },
    { SIPAEVENT_SAFEMODE, 1, 1, ASSAY_FINDING_WINDOWS_MODE, "safe mode" },
    { SIPAEVENT_WINPE, 1, 1, ASSAY_FINDING_WINDOWS_MODE, "Windows PE" },
    { SIPAEVENT_BITLOCKER_UNLOCK, 0x40, 0x40, ASSAY_FINDING_WINDOWS_RECOVERY,
      "FVEB_UNLOCK_FLAG_RECOVERY" },
};

enum { REMARKS = sizeof remarks / sizeof *remarks };

static void look_at_setting(assay_semantics *s, const assay_event *event,
                            const assay_sipa_record *record, uint64_t number)
{
    for (unsigned i = 0; i < REMARKS; i++) {
        if (remarks[i].type != record->type || (number & remarks[i].mask) != remarks[i].value ||
            (s->windows.remarked >> i & 1) != 0)
            continue;
        s->windows.remarked |= 1u << i;
        assay_semantics_find(s, remarks[i].code, event, remarks[i].detail);
    }
}

static void look_at_counter(assay_semantics *s, const assay_event *event, uint64_t counter)
{
    assay_windows_course *const windows = &s->windows;

    if (windows->counted && windows->counter != counter)
        assay_semantics_find(s, ASSAY_FINDING_WINDOWS_COUNTERS, event, "another boot counter");
    windows->counted = true;
    windows->counter = counter;
}

static void look_at_record(assay_semantics *s, const assay_event *event,
                           const assay_sipa_record *record)
{
    const assay_sipa_kind *const kind = assay_sipa_find(record->type);
    uint64_t number;

    if ((record->type >> 16 & 0xFF) == ERROR_CLASS)
        assay_semantics_find(s, ASSAY_FINDING_WINDOWS_ERROR, event,
                             kind != NULL ? kind->name : "of a kind unknown here");
    if (!assay_sipa_number(record->data, &number))
        return;
    if (record->type == SIPAEVENT_BOOTCOUNTER)
        look_at_counter(s, event, number);
    look_at_setting(s, event, record, number);
}

void assay_semantics_windows(assay_semantics *s, const assay_event *event,
                             const assay_payload *payload)
{
    if (payload->kind != ASSAY_PAYLOAD_SIPA || s->measurement_registers)
        return;
    if (payload->sipa.rest.size > 0)
        assay_semantics_find(s, ASSAY_FINDING_WINDOWS_RECORD, event, "its size is not its event's");
    if (event->type == EV_NO_ACTION || event->pcr_index < PCR_SETTINGS ||
        event->pcr_index > PCR_LAST)
        return;
    if (!assay_semantics_before_separator(s, event)) {
        assay_semantics_find(s, ASSAY_FINDING_WINDOWS_LATE, event, "after \"WBCL\"");
        return;
    }
    assay_sipa_walk walk = assay_sipa_walk_of(&payload->sipa);
    assay_sipa_record record;
    while (event->pcr_index == PCR_SETTINGS && assay_sipa_walk_next(&walk, &record))
        look_at_record(s, event, &record);
}
