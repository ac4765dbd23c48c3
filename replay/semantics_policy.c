/* SPDX-License-Identifier: BSD-2-Clause */
/* Secure Boot's policy: PCR 7, PFP 1.06 section 3.3.4.8. */
#include "base/utf16.h"
#include "replay/semantics_internal.h"

static const struct {
    const char *vendor; /* as assay_guid_name() has it */
    const char *name;
} policy[ASSAY_POLICY_VARIABLES] = {
    [ASSAY_POLICY_SECURE_BOOT] = { "EFI_GLOBAL_VARIABLE", "SecureBoot" },
    [ASSAY_POLICY_PK] = { "EFI_GLOBAL_VARIABLE", "PK" },
    [ASSAY_POLICY_KEK] = { "EFI_GLOBAL_VARIABLE", "KEK" },
    [ASSAY_POLICY_DB] = { "EFI_IMAGE_SECURITY_DATABASE", "db" },
    [ASSAY_POLICY_DBX] = { "EFI_IMAGE_SECURITY_DATABASE", "dbx" },
    [ASSAY_POLICY_DBT] = { "EFI_IMAGE_SECURITY_DATABASE", "dbt" },
    [ASSAY_POLICY_DBR] = { "EFI_IMAGE_SECURITY_DATABASE", "dbr" },
    [ASSAY_POLICY_AUDIT_MODE] = { "EFI_GLOBAL_VARIABLE", "AuditMode" },
    [ASSAY_POLICY_DEPLOYED_MODE] = { "EFI_GLOBAL_VARIABLE", "DeployedMode" },
};

enum { REQUIRED = (1 << ASSAY_POLICY_REQUIRED) - 1 };

const char *assay_policy_variable_name(enum assay_policy_variable variable)
{
    return policy[variable].name;
}

enum assay_policy_variable assay_policy_variable_of(const assay_variable *variable)
{
    for (unsigned i = 0; i < ASSAY_POLICY_VARIABLES; i++)
        if (assay_variable_is(variable, policy[i].vendor, policy[i].name))
            return i;
    return ASSAY_POLICY_VARIABLES;
}

/* The character without its case, for ASCII. */
static uint16_t folded(uint16_t unit)
{
    return unit >= 'A' && unit <= 'Z' ? (uint16_t)(unit + 'a' - 'A') : unit;
}

/* Whether the two names are the same but for case and whatever follows a NUL. */
static bool nearly(assay_bytes name, const char *ascii)
{
    assay_cursor c = assay_cursor_of(assay_utf16_until_nul(name));

    while (*ascii != '\0' && folded(assay_take_u16le(&c)) == folded((uint8_t)*ascii))
        ascii++;
    return *ascii == '\0' && !c.failed && assay_left(&c) < 2;
}

/* UEFI's own names are ASCII; letters of other alphabets look like them. */
static bool has_foreign_letters(assay_bytes name)
{
    assay_cursor c = assay_cursor_of(name);

    while (assay_left(&c) >= 2)
        if (assay_take_u16le(&c) > 0x7F)
            return true;
    return false;
}

static bool is_lookalike(const assay_variable *variable)
{
    for (unsigned i = 0; i < ASSAY_POLICY_VARIABLES; i++)
        if (nearly(variable->name, policy[i].name))
            return true;
    return has_foreign_letters(variable->name);
}

static void look_at_value(assay_semantics *s, const assay_event *event, assay_bytes value)
{
    s->secure_boot_on = value.size == 1 && value.data[0] == 1;
    s->secure_boot_odd = value.size > 1 || (value.size == 1 && value.data[0] > 1);
    if (s->secure_boot_odd)
        assay_semantics_find(s, ASSAY_FINDING_SECURE_BOOT_VALUE, event,
                             "SecureBoot is neither zero nor one");
}

/* Firmware that hashes VariableData alone lets one variable pass for another. */
static int look_at_digest(assay_semantics *s, const assay_event *event,
                          enum assay_policy_variable which)
{
    const int own = assay_semantics_own_digest(s, event);

    if (own != 0)
        return own < 0 ? own : 0;
    s->policy_partly |= 1u << which;
    assay_semantics_find(s, ASSAY_FINDING_VARIABLE_PARTLY, event,
                         assay_policy_variable_name(which));
    return 0;
}

static int look_at_configuration(assay_semantics *s, const assay_event *event,
                                 const assay_variable *variable)
{
    const enum assay_policy_variable which = assay_policy_variable_of(variable);

    if (!assay_semantics_before_separator(s, event))
        assay_semantics_find(s, ASSAY_FINDING_VARIABLE_LATE, event,
                             "a variable after the separator");
    if (which == ASSAY_POLICY_VARIABLES) {
        if (is_lookalike(variable))
            assay_semantics_find(s, ASSAY_FINDING_VARIABLE_LOOKALIKE, event,
                                 "a name that looks like one of Secure Boot's variables");
        return 0;
    }
    if ((s->policy_variables & 1u << which) != 0)
        assay_semantics_find(s, ASSAY_FINDING_VARIABLE_DUPLICATE, event,
                             assay_policy_variable_name(which));
    s->policy_variables |= 1u << which;
    if (which == ASSAY_POLICY_SECURE_BOOT)
        look_at_value(s, event, variable->data);
    if (which == ASSAY_POLICY_PK)
        s->pk_present = variable->data.size > 0;
    return look_at_digest(s, event, which);
}

/* The entry of db (or of a shim's list) that verified an image; never the policy itself. */
static void look_at_authority(assay_semantics *s, const assay_event *event,
                              const assay_variable *variable)
{
    const enum assay_policy_variable which = assay_policy_variable_of(variable);

    s->authority |= which == ASSAY_POLICY_DB || which == ASSAY_POLICY_DBT;
    if (which != ASSAY_POLICY_VARIABLES && which != ASSAY_POLICY_DB && which != ASSAY_POLICY_DBT)
        assay_semantics_find(s, ASSAY_FINDING_RETYPED, event,
                             "a variable that verifies nothing is said to be an authority");
}

static bool is_no_name(assay_bytes name)
{
    assay_cursor c = assay_cursor_of(name);
    bool pair = false;

    while (assay_left(&c) >= 2) {
        const uint16_t unit = assay_take_u16le(&c);

        if (unit < 0x20 || unit == 0x7F || pair != (unit >= 0xDC00 && unit <= 0xDFFF))
            return true;
        pair = unit >= 0xD800 && unit <= 0xDBFF;
    }
    return name.size < 2 || pair || assay_left(&c) != 0;
}

int assay_semantics_policy(assay_semantics *s, const assay_event *event,
                           const assay_payload *payload)
{
    if (payload->kind != ASSAY_PAYLOAD_VARIABLE)
        return 0;
    if (is_no_name(payload->variable.name))
        assay_semantics_find(s, ASSAY_FINDING_VARIABLE_NAME, event, "the name of a variable");
    if (!assay_semantics_in(s, event, 7))
        return 0;
    if (event->type == EV_EFI_VARIABLE_DRIVER_CONFIG)
        return look_at_configuration(s, event, &payload->variable);
    if (event->type == EV_EFI_VARIABLE_AUTHORITY)
        look_at_authority(s, event, &payload->variable);
    return 0;
}

void assay_semantics_policy_end(assay_semantics *s)
{
    const unsigned index = assay_semantics_index(s, 7);
    const uint32_t measured = s->policy_variables & REQUIRED;

    if (measured != 0 && measured != REQUIRED && s->course[index].separators > 0)
        assay_semantics_find_in(s, ASSAY_FINDING_SECURE_BOOT_INCOMPLETE, index,
                                "not all of SecureBoot, PK, KEK, db and dbx");
    if (s->secure_boot_on && !s->authority)
        assay_semantics_find_in(s, ASSAY_FINDING_SECURE_BOOT_UNUSED, index,
                                "on, and no entry of db verified anything");
    if (s->secure_boot_on && !s->pk_present && (measured & 1u << ASSAY_POLICY_PK) != 0)
        assay_semantics_find_in(s, ASSAY_FINDING_SECURE_BOOT_NO_PK, index, "on without PK");
}
