/* SPDX-License-Identifier: BSD-2-Clause */
/* Variables in the eyes of Keylime's policy "example": Secure Boot's, and boot options. */
#include "policy/export/keylime/refstate_walk.h"

#include "base/guid.h"
#include "eventlog/payload/payload.h"
#include "eventlog/payload/siglist.h"
#include "eventlog/types.h"

static const char global[] = "EFI_GLOBAL_VARIABLE", images[] = "EFI_IMAGE_SECURITY_DATABASE",
                  shim[] = "SHIM_LOCK";

/* The variables that the policy knows, by the type of their event. */
static const struct variable_row {
    const char *vendor, *name;
    uint32_t type;
    int field; /* enum assay_refstate_field, or -1: it is accepted as it is */
} variable_rows[] = {
    { global, "SecureBoot", EV_EFI_VARIABLE_DRIVER_CONFIG, -1 },
    { global, "PK", EV_EFI_VARIABLE_DRIVER_CONFIG, ASSAY_REFSTATE_PK },
    { global, "KEK", EV_EFI_VARIABLE_DRIVER_CONFIG, ASSAY_REFSTATE_KEK },
    { images, "db", EV_EFI_VARIABLE_DRIVER_CONFIG, ASSAY_REFSTATE_DB },
    { images, "vendor_db", EV_EFI_VARIABLE_DRIVER_CONFIG, ASSAY_REFSTATE_VENDOR_DB },
    { images, "dbx", EV_EFI_VARIABLE_DRIVER_CONFIG, ASSAY_REFSTATE_DBX },
    { images, "db", EV_EFI_VARIABLE_AUTHORITY, -1 },
    { images, "vendor_db", EV_EFI_VARIABLE_AUTHORITY, ASSAY_REFSTATE_VENDOR_DB },
    { shim, "SbatLevel", EV_EFI_VARIABLE_AUTHORITY, -1 },
    { shim, "Shim", EV_EFI_VARIABLE_AUTHORITY, -1 },
    { shim, "MokListTrusted", EV_EFI_VARIABLE_AUTHORITY, -1 },
    { shim, "MokListRT", EV_EFI_VARIABLE_AUTHORITY, -1 },
};

static bool type_fits(enum assay_refstate_field field, const assay_guid *type)
{
    const char *const name = assay_guid_name(type);
    const bool certificate = name != NULL && strcmp(name, "EFI_CERT_X509") == 0;
    const bool hash = name != NULL && strcmp(name, "EFI_CERT_SHA256") == 0;

    switch (field) {
    case ASSAY_REFSTATE_PK:
    case ASSAY_REFSTATE_KEK:
        return certificate;
    case ASSAY_REFSTATE_DBX:
        return hash;
    default:
        return certificate || hash;
    }
}

/* EFI_SIGNATURE_DATA of an entry whose data the lists lend: the owner stands before it. */
static assay_bytes entry_of(const assay_signature *signature)
{
    return assay_bytes_of(signature->data.data - sizeof signature->owner.bytes,
                          signature->data.size + sizeof signature->owner.bytes);
}

static void add_lists(assay_refstate_walk *walk, const struct variable_row *row, assay_bytes data)
{
    const enum assay_refstate_field field = (enum assay_refstate_field)row->field;
    assay_siglists lists = assay_siglists_of(data);
    size_t count = 0;
    int step;

    while ((step = assay_siglists_next(&lists)) > 0) {
        if (step == ASSAY_SIGLIST_SIGNATURE)
            assay_refstate_add(walk, field, entry_of(&lists.signature));
        else if (!type_fits(field, &lists.list.type))
            assay_refstate_refuse(walk, "%s has a list of another type than the policy takes there",
                                  row->name);
        count += step == ASSAY_SIGLIST_LIST;
    }
    if (step == ASSAY_SIGLIST_BROKEN)
        assay_refstate_refuse(walk, "%s is no list of signatures", row->name);
    if (field == ASSAY_REFSTATE_DBX && count != 1 && (walk->boot->secure_boot || count > 0))
        assay_refstate_refuse(walk, "dbx has %zu lists, and the policy takes one of SHA-256 hashes",
                              count);
}

static void visit_row(assay_refstate_walk *walk, const struct variable_row *row,
                      const assay_variable *v)
{
    if (row == &variable_rows[0]) {
        walk->boot->secure_boot = v->data.size == 1 && v->data.data[0] == 1;
        return;
    }
    if (row->field < 0)
        return;
    if (walk->varies)
        assay_refstate_refuse(
            walk, "%s varies from boot to boot, and the policy wants to know its keys", row->name);
    if (row->type == EV_EFI_VARIABLE_DRIVER_CONFIG)
        add_lists(walk, row, v->data);
    else
        assay_refstate_add(walk, (enum assay_refstate_field)row->field, v->data);
}

void assay_refstate_visit_variable(assay_refstate_walk *walk)
{
    assay_variable v;

    if (!assay_variable_decode(walk->event->data, &v)) {
        assay_refstate_refuse(walk, "PCR 7 has a %s whose data are no variable",
                              assay_event_type_find(walk->event->type)->name);
        return;
    }
    for (size_t i = 0; i < sizeof variable_rows / sizeof *variable_rows; i++) {
        const struct variable_row *const row = &variable_rows[i];

        if (row->type != walk->event->type || !assay_variable_is(&v, row->vendor, row->name))
            continue;
        if (i > 0 && (walk->variables >> i & 1) != 0)
            assay_refstate_refuse(walk, "PCR 7 has two events %s of %s, and the policy takes one",
                                  assay_event_type_find(row->type)->name, row->name);
        walk->variables |= 1u << i;
        visit_row(walk, row, &v);
        return;
    }
    assay_refstate_refuse(walk, "PCR 7 has a %s of a variable that the policy doesn't know",
                          assay_event_type_find(walk->event->type)->name);
}

/* BootOrder or Boot and hexadecimal digits. */
static bool is_boot_option(assay_bytes name)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    static const assay_bytes order = ASSAY_LITERAL("B\0o\0o\0t\0O\0r\0d\0e\0r\0"),
                             boot = ASSAY_LITERAL("B\0o\0o\0t\0");

    if (assay_bytes_equal(name, order))
        return true;
    if (!assay_bytes_start_with(name, boot) || name.size == boot.size || name.size % 2 != 0)
        return false;
    for (size_t i = boot.size; i < name.size; i += 2)
        if (name.data[i + 1] != 0 || memchr(digits, name.data[i], sizeof digits - 1) == NULL)
            return false;
    return true;
}

void assay_refstate_visit_boot_variable(assay_refstate_walk *walk)
{
    assay_variable v;
    const char *vendor;

    if (assay_variable_decode(walk->event->data, &v) &&
        (vendor = assay_guid_name(&v.vendor)) != NULL && strcmp(vendor, global) == 0 &&
        is_boot_option(v.name))
        return;
    assay_refstate_refuse(
        walk, "PCR %u has an EV_EFI_VARIABLE_BOOT of another variable than BootOrder and Boot0000",
        walk->event->pcr_index);
}
