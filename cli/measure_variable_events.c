/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which events firmware and shim log of UEFI variables, by their names. What EDK2 does is in
 * SecurityPkg/Tcg/Tcg2Dxe/Tcg2Dxe.c (MeasureAllSecureVariables, MeasureAllBootVariables), what shim
 * does in mok.c (mok_state_variables) and tpm.c.
 */
#include "cli/measure_variable.h"

#include "base/hex.h"

enum measured_form {
    WHOLE,    /* H(UEFI_VARIABLE_DATA), which is the event */
    CONTENT,  /* H(VariableData); the event is UEFI_VARIABLE_DATA */
    MIRRORED, /* H(VariableData); the event is a name and NUL */
};

/* In names # is a hexadecimal digit. */
static const struct measured_row {
    const char *vendor, *name;
    unsigned pcr;
    uint32_t type;
    enum measured_form form;
    const char *logged; /* the name in the event; NULL: its own */
    const char *when;
} rows[] = {
    { "EFI_GLOBAL_VARIABLE", "SecureBoot", 7, EV_EFI_VARIABLE_DRIVER_CONFIG, WHOLE, NULL,
      "by firmware" },
    { "EFI_GLOBAL_VARIABLE", "PK", 7, EV_EFI_VARIABLE_DRIVER_CONFIG, WHOLE, NULL, "by firmware" },
    { "EFI_GLOBAL_VARIABLE", "KEK", 7, EV_EFI_VARIABLE_DRIVER_CONFIG, WHOLE, NULL, "by firmware" },
    { "EFI_IMAGE_SECURITY_DATABASE", "db", 7, EV_EFI_VARIABLE_DRIVER_CONFIG, WHOLE, NULL,
      "by firmware" },
    { "EFI_IMAGE_SECURITY_DATABASE", "dbx", 7, EV_EFI_VARIABLE_DRIVER_CONFIG, WHOLE, NULL,
      "by firmware" },
    { "EFI_IMAGE_SECURITY_DATABASE", "dbt", 7, EV_EFI_VARIABLE_DRIVER_CONFIG, WHOLE, NULL,
      "by firmware that has one" },
    { "EFI_IMAGE_SECURITY_DATABASE", "dbr", 7, EV_EFI_VARIABLE_DRIVER_CONFIG, WHOLE, NULL,
      "by firmware that has one" },
    { "EFI_GLOBAL_VARIABLE", "BootOrder", 1, EV_EFI_VARIABLE_BOOT, CONTENT, NULL,
      "by firmware, at the first boot attempt" },
    { "EFI_GLOBAL_VARIABLE", "BootOrder", 1, EV_EFI_VARIABLE_BOOT2, WHOLE, NULL,
      "by firmware that uses this type instead" },
    { "EFI_GLOBAL_VARIABLE", "Boot####", 1, EV_EFI_VARIABLE_BOOT, CONTENT, NULL,
      "by firmware, when BootOrder names it" },
    { "EFI_GLOBAL_VARIABLE", "Boot####", 1, EV_EFI_VARIABLE_BOOT2, WHOLE, NULL,
      "by firmware that uses this type instead" },
    { "SHIM_LOCK", "MokListRT", 14, EV_IPL, MIRRORED, "MokList", "by shim" },
    { "SHIM_LOCK", "MokList", 14, EV_IPL, MIRRORED, NULL,
      "by shim, where it has no certificate of its own to put in front" },
    { "SHIM_LOCK", "MokListXRT", 14, EV_IPL, MIRRORED, "MokListX", "by shim" },
    { "SHIM_LOCK", "MokListX", 14, EV_IPL, MIRRORED, NULL,
      "by shim, where it has no list of its own to put in front" },
    { "SHIM_LOCK", "MokListTrustedRT", 14, EV_IPL, MIRRORED, "MokListTrusted", "by shim" },
    { "SHIM_LOCK", "MokSBStateRT", 14, EV_IPL, MIRRORED, "MokSBState", "by shim" },
    { "SHIM_LOCK", "MokSBState", 14, EV_IPL, MIRRORED, NULL, "by shim" },
    { "SHIM_LOCK", "MokSBStateRT", 7, EV_EFI_VARIABLE_AUTHORITY, WHOLE, "MokSBState", "by shim" },
    { "SHIM_LOCK", "MokSBState", 7, EV_EFI_VARIABLE_AUTHORITY, WHOLE, NULL, "by shim" },
    { "SHIM_LOCK", "SbatLevelRT", 7, EV_EFI_VARIABLE_AUTHORITY, WHOLE, "SbatLevel",
      "by shim, of the level that this boot began with" },
};

/* Vendors of names that are given alone. */
const char *cli_variable_vendor(const char *name)
{
    const bool database = strcmp(name, "db") == 0 || strcmp(name, "dbx") == 0 ||
                          strcmp(name, "dbt") == 0 || strcmp(name, "dbr") == 0;
    const bool shim = strncmp(name, "Mok", 3) == 0 || strncmp(name, "Sbat", 4) == 0;

    return database ? "EFI_IMAGE_SECURITY_DATABASE" : shim ? "SHIM_LOCK" : "EFI_GLOBAL_VARIABLE";
}

static assay_variable variable_of(cli_measured *m, const char *name, assay_bytes data)
{
    assay_variable variable = { .data = data, .data_length = data.size };

    assay_guid_by_name(assay_bytes_of_string(cli_variable_vendor(name)), &variable.vendor);
    variable.name = cli_measured_utf16(m, "", assay_bytes_of_string(name), false);
    variable.name_length = variable.name.size / 2;
    return variable;
}

static assay_bytes encode(cli_measured *m, const assay_variable *variable)
{
    const size_t size = 32 + variable->name.size + variable->data.size;
    uint8_t *const room = cli_measured_room(m, size);
    assay_writer out = assay_writer_lent(room, room != NULL ? size : 0);

    assay_variable_encode(&out, variable);
    return room != NULL ? assay_written(&out) : ASSAY_NO_BYTES;
}

void cli_measured_add_variable(cli_measured *m, const char *name, assay_bytes data,
                               const cli_measured_event *event)
{
    const assay_variable variable = variable_of(m, name, data);
    cli_measured_event copy = *event;

    copy.data = encode(m, &variable);
    cli_measured_add_bytes(m, &copy, copy.data);
}

bool cli_variable_name_matches(const char *name, const char *pattern)
{
    for (; *pattern != '\0' && *name != '\0'; pattern++, name++)
        if (*pattern == '#' ? assay_hex_digit(*name) < 0 : *pattern != *name)
            return false;
    return *pattern == *name;
}

static void add_row(cli_measured *m, const struct measured_row *row, const char *name,
                    assay_bytes data, const char *when)
{
    const char *const logged = row->logged != NULL ? row->logged : name;
    const assay_variable variable = variable_of(m, logged, data);
    cli_measured_event event = { .pcr = row->pcr,
                                 .type = row->type,
                                 .when = when != NULL ? when : row->when };

    if (row->form == MIRRORED)
        event.data = cli_measured_keep(m, assay_bytes_of(logged, strlen(logged) + 1));
    else
        event.data = encode(m, &variable);
    event.of = row->form == WHOLE
                   ? cli_measured_text(m, "UEFI_VARIABLE_DATA of %s", logged)
                   : cli_measured_text(m, "the content of %s", logged);
    cli_measured_add_bytes(m, &event, row->form == WHOLE ? event.data : data);
}

static void add_rows(cli_measured *m, const char *vendor, const char *name, assay_bytes data,
                     const char *when)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].vendor, vendor) == 0 && cli_variable_name_matches(name, rows[i].name))
            add_row(m, &rows[i], name, data, when);
}

void cli_measured_add_database(cli_measured *m, const char *name, assay_bytes data,
                               const char *when)
{
    add_rows(m, cli_variable_vendor(name), name, data, when);
}

void cli_measured_add_named(cli_measured *m, const assay_guid *vendor, const char *name,
                            assay_bytes data)
{
    const char *const known = assay_guid_name(vendor);

    if (known != NULL)
        add_rows(m, known, name, data, NULL);
}
