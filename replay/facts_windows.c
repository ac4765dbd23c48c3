/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What Windows says of its own start in PCR 12 and 13: each boot program (boot manager, loader,
 * resume) states the settings it ran with, and closes the PCRs with a separator.
 *
 * Whatever runs may extend these PCRs. So a statement counts for more than a claim only when
 * Secure Boot was on and one of the keys that sign nothing but Windows verified what ran.
 */
#include "base/utf16.h"
#include "eventlog/payload/sipavalue.h"
#include "eventlog/payload/varcontent.h"
#include "eventlog/payload/x509.h"
#include "replay/facts_internal.h"

enum { PCR_SECURE_BOOT = 7, PCR_SETTINGS = 12, PCR_DETAILS = 13 };

/* Settings that are on or off. */
static const uint32_t switches[FACT_SWITCHES] = {
    [FACT_SWITCH_CODE_INTEGRITY] = SIPAEVENT_CODEINTEGRITY,
    [FACT_SWITCH_TEST_SIGNING] = SIPAEVENT_TESTSIGNING,
    [FACT_SWITCH_FLIGHT_SIGNING] = SIPAEVENT_FLIGHTSIGNING,
    [FACT_SWITCH_BOOT_DEBUG] = SIPAEVENT_BOOTDEBUGGING,
    [FACT_SWITCH_KERNEL_DEBUG] = SIPAEVENT_OSKERNELDEBUG,
    [FACT_SWITCH_HYPERVISOR_DEBUG] = SIPAEVENT_HYPERVISOR_DEBUG,
    [FACT_SWITCH_SAFE_MODE] = SIPAEVENT_SAFEMODE,
    [FACT_SWITCH_WINPE] = SIPAEVENT_WINPE,
    [FACT_SWITCH_DMA] = SIPAEVENT_HYPERVISOR_BOOT_DMA_PROTECTION,
};

/* Settings that are numbers. */
static const uint32_t numbers[FACT_NUMBERS] = {
    [FACT_NUMBER_BOOT] = SIPAEVENT_BOOTCOUNTER,
    [FACT_NUMBER_EVENTS] = SIPAEVENT_EVENTCOUNTER,
    [FACT_NUMBER_DEVICE] = SIPAEVENT_OSDEVICE,
    [FACT_NUMBER_HYPERVISOR] = SIPAEVENT_HYPERVISOR_LAUNCH_TYPE,
    [FACT_NUMBER_VSM] = SIPAEVENT_VSM_LAUNCH_TYPE,
    [FACT_NUMBER_HVCI] = SIPAEVENT_VBS_HVCI_POLICY,
};

/* Names of Microsoft's certificates that sign Windows' boot programs and nothing else. */
static const char *const signers[] = {
    "Microsoft Windows Production PCA 2011",
    "Windows UEFI CA 2023",
    "Microsoft Root Certificate Authority 2010",
};

static void look_at_authority(fact_windows *w, const assay_variable *variable)
{
    assay_variable_content content;
    assay_x509 certificate;

    assay_variable_content_of(variable, &content);
    if (content.kind != ASSAY_VARIABLE_SIGNATURE ||
        !assay_x509_read(content.signature.data, &certificate))
        return;
    for (size_t i = 0; i < sizeof signers / sizeof *signers; i++)
        w->authority |= strcmp(certificate.name, signers[i]) == 0;
}

static void copy_text(char *target, size_t size, assay_bytes text16)
{
    assay_writer writer = assay_writer_lent(target, size - 1);
    assay_cursor c = assay_cursor_of(assay_utf16_until_nul(text16));

    while (assay_left(&c) >= 2)
        assay_put_utf16(&writer, assay_take(&c, 2));
    target[writer.used] = '\0';
}

static void note_number(fact_windows *w, const assay_sipa_record *record)
{
    uint64_t number;

    if (!assay_sipa_number(record->data, &number))
        return;
    for (unsigned i = 0; i < FACT_SWITCHES; i++)
        if (switches[i] == record->type) {
            w->said[i]++;
            w->on[i] += number != 0;
        }
    for (unsigned i = 0; i < FACT_NUMBERS; i++)
        if (numbers[i] == record->type && !w->known[i]) {
            w->known[i] = true;
            w->number[i] = number;
        }
    if (record->type == SIPAEVENT_TRANSFER_CONTROL)
        w->resumed |= number == ASSAY_SIPA_TO_RESUME;
    if (record->type == SIPAEVENT_BITLOCKER_UNLOCK) {
        w->unlock_known = true;
        w->unlock |= number;
    }
}

static void note_record(fact_windows *w, const assay_sipa_record *record)
{
    if (record->type == SIPAEVENT_SYSTEMROOT && w->root[0] == '\0')
        copy_text(w->root, sizeof w->root, record->data);
    else if (record->type == SIPAEVENT_ELAM_KEYNAME && w->elam[0] == '\0')
        copy_text(w->elam, sizeof w->elam, record->data);
    else
        note_number(w, record);
}

static void look_at_settings(assay_facts *facts, const assay_event *event, const assay_sipa *sipa,
                             const assay_datacheck *check)
{
    fact_windows *const w = &facts->windows;
    const fact_basis basis = fact_basis_of_event(event, check);
    assay_sipa_walk walk = assay_sipa_walk_of(sipa);
    assay_sipa_record record;

    if (!w->stated)
        w->basis = basis;
    w->stated = true;
    w->basis.banks &= basis.banks;
    if (basis.doubt != NULL)
        w->basis.doubt = basis.doubt;
    while (assay_sipa_walk_next(&walk, &record))
        note_record(w, &record);
}

/* The list of what must not boot, which later Windows keeps beside the firmware's dbx. */
static void state_revocation(assay_facts *facts, const assay_event *event,
                             const assay_sipa_record *record, const assay_datacheck *check)
{
    fact_basis basis = fact_basis_of_event(event, check);
    assay_sipa_digested list;
    char time[32];

    if (record->type != SIPAEVENT_BOOT_REVOCATION_LIST ||
        fact_is_stated(facts, FACT_WINDOWS_REVOCATION) ||
        !assay_sipa_revocation_read(record->data, &list))
        return;
    basis.verified = true;
    assay_writer writer = fact_begin(facts, FACT_WINDOWS_REVOCATION, basis);
    facts->windows.revocation = facts->count; /* the next one's number: 0 says that there is none */
    if (assay_sipa_time(list.number, time))
        assay_put_format(&writer, "of %s, ", time);
    assay_put_string(&writer, "digest ");
    assay_put_hex(&writer, list.digest);
    fact_end(facts, &writer);
}

static void look_at_details(assay_facts *facts, const assay_event *event, const assay_sipa *sipa,
                            const assay_datacheck *check)
{
    assay_sipa_walk walk = assay_sipa_walk_of(sipa);
    assay_sipa_record record;

    while (assay_sipa_walk_next(&walk, &record))
        state_revocation(facts, event, &record, check);
}

void facts_windows_event(assay_facts *facts, const assay_event *event, const assay_payload *payload,
                         const assay_datacheck *check)
{
    const assay_semantics *const s = facts->semantics;

    if (s->measurement_registers)
        return;
    if (payload->kind == ASSAY_PAYLOAD_VARIABLE && event->type == EV_EFI_VARIABLE_AUTHORITY &&
        event->pcr_index == PCR_SECURE_BOOT && check->outcome == ASSAY_VERIFIED)
        look_at_authority(&facts->windows, &payload->variable);
    /* What comes after the separator is not of Windows' boot programs. */
    if (payload->kind != ASSAY_PAYLOAD_SIPA || event->type != EV_EVENT_TAG ||
        !assay_semantics_before_separator(s, event))
        return;
    if (event->pcr_index == PCR_SETTINGS)
        look_at_settings(facts, event, &payload->sipa, check);
    else if (event->pcr_index == PCR_DETAILS)
        look_at_details(facts, event, &payload->sipa, check);
}

/* Facts, each of what the boot programs said together. */

static bool any(const fact_windows *w, enum fact_switch which)
{
    return w->on[which] > 0;
}

static void state_switch(assay_facts *facts, enum assay_fact_name name, enum fact_switch which)
{
    const fact_windows *const w = &facts->windows;

    if (w->said[which] == 0)
        return;
    if (w->on[which] == 0 || w->on[which] == w->said[which])
        fact_state(facts, name, w->basis, "%s", w->on[which] > 0 ? "on" : "off");
    else
        fact_state(facts, name, w->basis, "on in %u of %u boot programs", w->on[which],
                   w->said[which]);
}

static void state_boot(assay_facts *facts)
{
    const fact_windows *const w = &facts->windows;
    assay_writer writer = fact_begin(facts, FACT_WINDOWS_BOOT, w->basis);

    assay_put_string(&writer, w->resumed ? "resumed from hibernation" : "started anew");
    if (w->known[FACT_NUMBER_BOOT])
        assay_put_format(&writer, ", boot counter %llu",
                         (unsigned long long)w->number[FACT_NUMBER_BOOT]);
    if (w->known[FACT_NUMBER_EVENTS])
        assay_put_format(&writer, ", event counter %llu",
                         (unsigned long long)w->number[FACT_NUMBER_EVENTS]);
    fact_end(facts, &writer);
}

static void state_system(assay_facts *facts)
{
    const fact_windows *const w = &facts->windows;
    const char *const device = assay_sipa_device_name(w->number[FACT_NUMBER_DEVICE]);

    if (w->root[0] == '\0')
        return;
    if (w->known[FACT_NUMBER_DEVICE] && device != NULL)
        fact_state(facts, FACT_WINDOWS_SYSTEM, w->basis, "%s on a %s", w->root, device);
    else
        fact_state(facts, FACT_WINDOWS_SYSTEM, w->basis, "%s", w->root);
}

static void state_bitlocker(assay_facts *facts)
{
    const fact_windows *const w = &facts->windows;

    enum { CACHED = 1 }; /* by the boot program before */

    if (!w->unlock_known)
        return;
    if (w->unlock == 0) {
        fact_state(facts, FACT_WINDOWS_BITLOCKER, w->basis, "no volume was unlocked");
        return;
    }
    assay_writer writer = fact_begin(facts, FACT_WINDOWS_BITLOCKER, w->basis);
    assay_put_string(&writer, "unlocked with ");
    assay_sipa_put_unlock(&writer, w->unlock == CACHED ? CACHED : w->unlock & ~(uint64_t)CACHED);
    fact_end(facts, &writer);
}

static void state_test_signing(assay_facts *facts)
{
    const fact_windows *const w = &facts->windows;

    if (any(w, FACT_SWITCH_FLIGHT_SIGNING) && !any(w, FACT_SWITCH_TEST_SIGNING))
        fact_state(facts, FACT_WINDOWS_TEST_SIGNING, w->basis,
                   "off, but preview builds' keys count");
    else
        state_switch(facts, FACT_WINDOWS_TEST_SIGNING, FACT_SWITCH_TEST_SIGNING);
}

static void state_debugging(assay_facts *facts)
{
    const fact_windows *const w = &facts->windows;
    const bool boot = any(w, FACT_SWITCH_BOOT_DEBUG), kernel = any(w, FACT_SWITCH_KERNEL_DEBUG);
    const bool hypervisor = any(w, FACT_SWITCH_HYPERVISOR_DEBUG);

    if (w->said[FACT_SWITCH_BOOT_DEBUG] + w->said[FACT_SWITCH_KERNEL_DEBUG] == 0)
        return;
    if (!boot && !kernel && !hypervisor)
        fact_state(facts, FACT_WINDOWS_DEBUGGING, w->basis, "off");
    else
        fact_state(facts, FACT_WINDOWS_DEBUGGING, w->basis, "on:%s%s%s",
                   boot ? " boot programs" : "", kernel ? " kernel" : "",
                   hypervisor ? " hypervisor" : "");
}

static void state_mode(assay_facts *facts)
{
    const fact_windows *const w = &facts->windows;

    if (w->said[FACT_SWITCH_SAFE_MODE] + w->said[FACT_SWITCH_WINPE] > 0)
        fact_state(facts, FACT_WINDOWS_MODE, w->basis, "%s",
                   any(w, FACT_SWITCH_WINPE)       ? "Windows PE"
                   : any(w, FACT_SWITCH_SAFE_MODE) ? "safe mode"
                                                   : "normal");
}

static void state_vbs(assay_facts *facts)
{
    const fact_windows *const w = &facts->windows;

    if (!w->known[FACT_NUMBER_HYPERVISOR] && !w->known[FACT_NUMBER_VSM])
        return;
    if (w->number[FACT_NUMBER_HYPERVISOR] == 0 && w->number[FACT_NUMBER_VSM] == 0) {
        fact_state(facts, FACT_WINDOWS_VBS, w->basis, "off: no hypervisor was started");
        return;
    }
    fact_state(facts, FACT_WINDOWS_VBS, w->basis,
               "hypervisor %s, virtual secure mode %s, code integrity in it %s",
               w->number[FACT_NUMBER_HYPERVISOR] != 0 ? "on" : "off",
               w->number[FACT_NUMBER_VSM] != 0 ? "on" : "off",
               !w->known[FACT_NUMBER_HVCI]        ? "not stated"
               : w->number[FACT_NUMBER_HVCI] != 0 ? "on"
                                                  : "off");
}

void facts_windows_finish(assay_facts *facts)
{
    static const char stranger[] =
        "no key of Windows' own is among what verified the programs that ran";
    fact_windows *const w = &facts->windows;

    if (!w->authority && w->revocation > 0)
        facts->slots[w->revocation - 1].basis.doubt = stranger;
    if (!w->stated)
        return;
    w->basis.verified = true;
    if (!w->authority && w->basis.doubt == NULL)
        w->basis.doubt = stranger;
    state_boot(facts);
    state_system(facts);
    state_bitlocker(facts);
    state_switch(facts, FACT_WINDOWS_CODE_INTEGRITY, FACT_SWITCH_CODE_INTEGRITY);
    state_test_signing(facts);
    state_debugging(facts);
    state_mode(facts);
    state_vbs(facts);
    state_switch(facts, FACT_WINDOWS_DMA_PROTECTION, FACT_SWITCH_DMA);
    if (w->elam[0] != '\0')
        fact_state(facts, FACT_WINDOWS_ELAM, w->basis, "%s", w->elam);
}
