/* SPDX-License-Identifier: BSD-2-Clause */
/* eventlog/types.def: one row a type, in order, under the names that others use too. */
#include <criterion/criterion.h>

#include "eventlog/types.h"

Test(types, values_rise_and_names_are_unique)
{
    const assay_event_type *type, *next, *other;

    for (unsigned i = 0; (type = assay_event_type_at(i)) != NULL; i++) {
        cr_expect_not_null(type->clause);
        if ((next = assay_event_type_at(i + 1)) != NULL)
            cr_expect_lt(type->value, next->value, "%s is not before %s", type->name, next->name);
        for (unsigned j = 0; j < i && (other = assay_event_type_at(j)) != NULL; j++)
            cr_expect_str_neq(type->name, other->name);
    }
}

Test(types, every_row_is_found_by_its_value_and_its_name)
{
    const assay_event_type *type;

    for (unsigned i = 0; (type = assay_event_type_at(i)) != NULL; i++) {
        cr_expect_eq(assay_event_type_find(type->value), type);
        cr_expect_eq(assay_event_type_by_name(type->name), type);
    }
}

Test(types, neighbours_of_known_values_are_unknown)
{
    static const uint32_t unknown[] = {
        0x14,       0x400,      0x405,      0x41B,      0x4FD,
        0x500,      0x505,      0x60000005, 0x7FFFFFFF, 0x8000000E,
        0x8000000F, 0x80000011, 0x800000DF, 0x800000E5, 0xFFFFFFFF
    };

    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        cr_expect_null(assay_event_type_find(unknown[i]), "0x%08x", unknown[i]);
    cr_expect_null(assay_event_type_by_name("EV_SEPARATOR "));
    cr_expect_null(assay_event_type_by_name(""));
}

/* What tpm2_eventlog 5.4 prints as EventType for a log with one event of each value. */
static const struct {
    uint32_t value;
    const char *name;
} others[] = {
    { 0x0, "EV_PREBOOT_CERT" },
    { 0x1, "EV_POST_CODE" },
    { 0x2, "EV_UNUSED" },
    { 0x3, "EV_NO_ACTION" },
    { 0x4, "EV_SEPARATOR" },
    { 0x5, "EV_ACTION" },
    { 0x6, "EV_EVENT_TAG" },
    { 0x7, "EV_S_CRTM_CONTENTS" },
    { 0x8, "EV_S_CRTM_VERSION" },
    { 0x9, "EV_CPU_MICROCODE" },
    { 0xA, "EV_PLATFORM_CONFIG_FLAGS" },
    { 0xB, "EV_TABLE_OF_DEVICES" },
    { 0xC, "EV_COMPACT_HASH" },
    { 0xD, "EV_IPL" },
    { 0xE, "EV_IPL_PARTITION_DATA" },
    { 0xF, "EV_NONHOST_CODE" },
    { 0x10, "EV_NONHOST_CONFIG" },
    { 0x11, "EV_NONHOST_INFO" },
    { 0x12, "EV_OMIT_BOOT_DEVICE_EVENTS" },
    { 0x80000001, "EV_EFI_VARIABLE_DRIVER_CONFIG" },
    { 0x80000002, "EV_EFI_VARIABLE_BOOT" },
    { 0x80000003, "EV_EFI_BOOT_SERVICES_APPLICATION" },
    { 0x80000004, "EV_EFI_BOOT_SERVICES_DRIVER" },
    { 0x80000005, "EV_EFI_RUNTIME_SERVICES_DRIVER" },
    { 0x80000006, "EV_EFI_GPT_EVENT" },
    { 0x80000007, "EV_EFI_ACTION" },
    { 0x80000008, "EV_EFI_PLATFORM_FIRMWARE_BLOB" },
    { 0x80000009, "EV_EFI_HANDOFF_TABLES" },
    { 0x8000000A, "EV_EFI_PLATFORM_FIRMWARE_BLOB2" },
    { 0x8000000B, "EV_EFI_HANDOFF_TABLES2" },
    { 0x8000000C, "EV_EFI_VARIABLE_BOOT2" },
    { 0x800000E0, "EV_EFI_VARIABLE_AUTHORITY" },
};

Test(types, names_agree_with_tpm2_eventlog)
{
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const assay_event_type *const type = assay_event_type_find(others[i].value);

        cr_assert_not_null(type, "%s", others[i].name);
        cr_expect_str_eq(type->name, others[i].name);
    }
}

/* Seen in logs, but only their vendors know what they mean: they have a name, no more. */
Test(types, a_vendors_secret_is_named_and_not_known)
{
    cr_expect_not(assay_event_type_is_known(NULL));
    cr_expect(assay_event_type_is_known(assay_event_type_find(EV_SEPARATOR)));
    cr_expect(assay_event_type_is_known(assay_event_type_find(0x60000001)));
    cr_expect_str_eq(assay_event_type_find(0x60000001)->name, "ESXI_COMPONENT");
    cr_assert_not_null(assay_event_type_find(0x8401));
    cr_expect_not(assay_event_type_is_known(assay_event_type_find(0x8401)));
    cr_expect(assay_event_type_find(0x8401)->extends);
}

Test(types, what_extends_nothing_is_known)
{
    const assay_event_type *type;
    unsigned still = 0;

    for (unsigned i = 0; (type = assay_event_type_at(i)) != NULL; i++)
        still += !type->extends;
    cr_expect_eq(still, 4);
    cr_expect_not(assay_event_type_find(EV_NO_ACTION)->extends);
    cr_expect_not(assay_event_type_find(TXT_EVTYPE_PCRMAPPING)->extends);
    cr_expect_not(assay_event_type_find(SL_EVTYPE_START)->extends);
    cr_expect_not(assay_event_type_find(SL_EVTYPE_END)->extends);
}
