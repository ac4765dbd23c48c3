/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Secure Boot is six facts: SecureBoot, PK, KEK, db, dbx, and what verified what ran.
 * PCR 7, PFP 1.06 section 3.3.4.8; shim's additions are in its README.tpm.
 */
#include "base/utf16.h"
#include "eventlog/payload/siglist.h"
#include "eventlog/payload/varcontent.h"
#include "replay/facts_internal.h"

enum { PCR_POLICY = 7, REQUIRED = (1 << ASSAY_POLICY_REQUIRED) - 1 };

static const enum assay_fact_name fact_of[ASSAY_POLICY_REQUIRED] = {
    [ASSAY_POLICY_SECURE_BOOT] = FACT_SECURE_BOOT,
    [ASSAY_POLICY_PK] = FACT_PK,
    [ASSAY_POLICY_KEK] = FACT_KEK,
    [ASSAY_POLICY_DB] = FACT_DB,
    [ASSAY_POLICY_DBX] = FACT_DBX,
};

/* Why the event does not say what the variable held; NULL when it does. */
static const char *doubt_about(const assay_facts *facts, enum assay_policy_variable which,
                               const assay_variable *variable, const assay_datacheck *check)
{
    if (check->outcome != ASSAY_VERIFIED)
        return "the digest of the variable's event is not of its data";
    if ((facts->semantics->policy_partly & 1u << which) != 0)
        return "the digest covers the variable's value and not its name";
    if (assay_variable_is_cut(variable) || variable->trailing.size > 0)
        return "the size of the variable is not the size that its event states";
    if (which == ASSAY_POLICY_SECURE_BOOT && facts->semantics->secure_boot_odd)
        return "the variable is neither zero nor one";
    return NULL;
}

static void put_value(assay_writer *writer, enum assay_policy_variable which,
                      const assay_variable *variable)
{
    if (which != ASSAY_POLICY_SECURE_BOOT && variable->data.size == 0)
        assay_put_string(writer, "empty");
    else if (which != ASSAY_POLICY_SECURE_BOOT)
        assay_siglists_summary(writer, variable->data);
    else if (variable->data.size == 0)
        assay_put_string(writer, "off: the firmware has no such variable");
    else
        assay_put_string(writer, variable->data.data[0] == 1 ? "on" : "off");
}

static void look_at_configuration(assay_facts *facts, const assay_event *event,
                                  const assay_variable *variable, const assay_datacheck *check)
{
    const enum assay_policy_variable which = assay_policy_variable_of(variable);
    fact_basis basis = fact_basis_of_event(event, check);

    if (which >= ASSAY_POLICY_REQUIRED || (facts->policy_seen & 1u << which) != 0)
        return; /* a second one breaks the PCR, and with it the first one's fact */
    facts->policy_seen |= 1u << which;
    basis.firmware = true;
    const char *const doubt = doubt_about(facts, which, variable, check);
    if (doubt != NULL) {
        fact_unknown(facts, fact_of[which], basis, doubt);
        return;
    }
    if (which == ASSAY_POLICY_SECURE_BOOT)
        facts->secure_boot = facts->semantics->secure_boot_on;
    assay_writer writer = fact_begin(facts, fact_of[which], basis);
    put_value(&writer, which, variable);
    fact_end(facts, &writer);
}

static const char shim[] = "SHIM_LOCK";

static void state_sbat_level(assay_facts *facts, fact_basis basis, const assay_variable *variable)
{
    assay_writer writer = fact_begin(facts, FACT_SBAT_LEVEL, basis);
    assay_cursor c = assay_cursor_of(variable->data);

    while (assay_left(&c) > 0) {
        const uint8_t character = assay_take_u8(&c);

        if (character != '\n')
            assay_put_u8(&writer, character);
        else if (assay_left(&c) > 0)
            assay_put_string(&writer, "; ");
    }
    fact_end(facts, &writer);
}

static void state_shim_validation(assay_facts *facts, fact_basis basis,
                                  const assay_variable *variable)
{
    const bool off = variable->data.size == 1 && variable->data.data[0] == 1;

    if (off)
        fact_state(facts, FACT_SHIM_VALIDATION, basis, "off (MokSBState)");
    else
        fact_unknown(facts, FACT_SHIM_VALIDATION, basis,
                     "MokSBState has a value that shim ignores");
}

static void state_mok_list_trusted(assay_facts *facts, fact_basis basis,
                                   const assay_variable *variable)
{
    const bool trusted = variable->data.size == 1 && variable->data.data[0] == 1;

    fact_state(facts, FACT_MOK_LIST_TRUSTED, basis, "the kernel may%s trust the keys of MokList",
               trusted ? "" : " not");
}

static void state_authority(assay_facts *facts, fact_basis basis, const assay_variable *variable)
{
    assay_writer writer = fact_begin(facts, FACT_AUTHORITY, basis);
    assay_variable_content content;

    assay_put_utf16(&writer, variable->name);
    if (assay_guid_name(&variable->vendor) == NULL) {
        assay_put_string(&writer, " of vendor ");
        assay_put_guid_name(&writer, &variable->vendor);
    }
    assay_variable_content_of(variable, &content);
    assay_variable_content_summary(&writer, &content);
    fact_end(facts, &writer);
}

/*
 * With Secure Boot off, whatever ran may have measured these, and nothing stands behind it
 * (whether it was on is known only when all is read).
 */
static void look_at_authority(assay_facts *facts, const assay_event *event,
                              const assay_variable *variable, const assay_datacheck *check)
{
    fact_basis basis = fact_basis_of_event(event, check);

    basis.firmware = true;
    basis.verified = true;
    if (assay_variable_is(variable, shim, "SbatLevel"))
        state_sbat_level(facts, basis, variable);
    else if (assay_variable_is(variable, shim, "MokSBState"))
        state_shim_validation(facts, basis, variable);
    else if (assay_variable_is(variable, shim, "MokListTrusted"))
        state_mok_list_trusted(facts, basis, variable);
    else
        state_authority(facts, basis, variable);
}

void facts_secureboot_event(assay_facts *facts, const assay_event *event,
                            const assay_payload *payload, const assay_datacheck *check)
{
    if (payload->kind != ASSAY_PAYLOAD_VARIABLE ||
        !assay_semantics_in(facts->semantics, event, PCR_POLICY))
        return;
    if (event->type == EV_EFI_VARIABLE_DRIVER_CONFIG)
        look_at_configuration(facts, event, &payload->variable, check);
    else if (event->type == EV_EFI_VARIABLE_AUTHORITY)
        look_at_authority(facts, event, &payload->variable, check);
}

static void state_missing_variables(assay_facts *facts)
{
    for (unsigned i = 0; i < ASSAY_POLICY_REQUIRED; i++)
        if ((facts->policy_seen & 1u << i) == 0)
            fact_unknown(facts, fact_of[i], fact_basis_of_pcr(facts, PCR_POLICY),
                         "the log has no such variable in PCR 7");
}

static void state_missing_authority(assay_facts *facts)
{
    fact_basis basis = fact_basis_of_pcr(facts, PCR_POLICY);

    basis.firmware = true;
    if (facts->semantics->secure_boot_on && !facts->semantics->authority)
        fact_state(facts, FACT_AUTHORITY, basis,
                   "none, although Secure Boot is on: no entry of db verified anything");
}

/* What the firmware would have said before the separator, and recognised by digest. */
static void state_notice(assay_facts *facts, enum assay_fact_name name,
                         const assay_firmware_notice *notice, const char *said,
                         const char *not_said)
{
    fact_basis basis = fact_basis_of_pcr(facts, PCR_POLICY);

    basis.firmware = true;
    basis.event = notice->event;
    if (notice->late)
        basis.doubt = "it stands after the separator, where not only the firmware measures";
    fact_state(facts, name, basis, "%s", notice->event != ASSAY_NO_EVENT ? said : not_said);
}

void facts_secureboot_finish(assay_facts *facts)
{
    const assay_semantics *const s = facts->semantics;

    if (assay_semantics_course(s, assay_semantics_index(s, PCR_POLICY))->events == 0)
        return;
    state_missing_variables(facts);
    state_missing_authority(facts);
    state_notice(facts, FACT_DEBUG_MODE, &s->debug_mode, "on: a debugger may control the firmware",
                 "the firmware does not report it");
    state_notice(facts, FACT_DMA_PROTECTION, &s->dma_disabled,
                 "off: devices could read and write memory while the firmware ran",
                 "the firmware does not report that it is off");
}
