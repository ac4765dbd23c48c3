/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UEFI variables, boot options among them: which events firmware and shim log of them. What EDK2
 * does is in SecurityPkg/Tcg/Tcg2Dxe/Tcg2Dxe.c (MeasureAllSecureVariables, MeasureAllBootVariables),
 * what shim does in mok.c (mok_state_variables) and tpm.c.
 */
#include "cli/measure_variable.h"

#include "base/hex.h"
#include "cli/style.h"
#include "eventlog/payload/siglist.h"

enum { ATTRIBUTES = 4, GUID_TEXT = ASSAY_GUID_TEXT - 1 };

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
static const char *vendor_of(const char *name)
{
    const bool database = strcmp(name, "db") == 0 || strcmp(name, "dbx") == 0 ||
                          strcmp(name, "dbt") == 0 || strcmp(name, "dbr") == 0;
    const bool shim = strncmp(name, "Mok", 3) == 0 || strncmp(name, "Sbat", 4) == 0;

    return database ? "EFI_IMAGE_SECURITY_DATABASE" : shim ? "SHIM_LOCK" : "EFI_GLOBAL_VARIABLE";
}

static assay_variable variable_of(cli_measured *m, const char *name, assay_bytes data)
{
    assay_variable variable = { .data = data, .data_length = data.size };

    assay_guid_by_name(assay_bytes_of_string(vendor_of(name)), &variable.vendor);
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

static bool matches(const char *name, const char *pattern)
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
        if (strcmp(rows[i].vendor, vendor) == 0 && matches(name, rows[i].name))
            add_row(m, &rows[i], name, data, when);
}

void cli_measured_add_database(cli_measured *m, const char *name, assay_bytes data,
                               const char *when)
{
    add_rows(m, vendor_of(name), name, data, when);
}

void cli_measured_add_named(cli_measured *m, const assay_guid *vendor, const char *name,
                            assay_bytes data)
{
    const char *const known = assay_guid_name(vendor);

    if (known != NULL)
        add_rows(m, known, name, data, NULL);
}

/* --- the file and its name ------------------------------------------------------------------ */

/* NAME-GUID, as efivarfs calls its files. */
static bool split_name(const char *text, assay_bytes *ret_name, assay_guid *ret_vendor)
{
    const size_t size = text != NULL ? strlen(text) : 0;

    if (size < GUID_TEXT + 2 || text[size - GUID_TEXT - 1] != '-' ||
        !assay_guid_parse(assay_bytes_of(text + size - GUID_TEXT, GUID_TEXT), ret_vendor))
        return false;
    *ret_name = assay_bytes_of(text, size - GUID_TEXT - 1);
    return true;
}

bool cli_is_variable(assay_bytes bytes, const char *name)
{
    assay_bytes variable;
    assay_guid vendor;

    (void)bytes;
    return split_name(name, &variable, &vendor);
}

/* efivarfs shows what has BOOTSERVICE_ACCESS and RUNTIME_ACCESS, and there are seven bits more. */
static bool take_attributes(assay_cursor *c, uint32_t *ret_attributes)
{
    assay_cursor at = *c;
    const uint32_t attributes = assay_take_u32le(&at);

    if (at.failed || (attributes & 6) != 6 || attributes > 0xFF)
        return false;
    *ret_attributes = attributes;
    *c = at;
    return true;
}

static void name_variable(cli_measured *m, cli_measured_variable *v)
{
    const char *const given = m->options->variable;
    const char *const slash = m->input.name != NULL ? strrchr(m->input.name, '/') : NULL;
    const char *const file = slash != NULL ? slash + 1 : m->input.name;
    assay_bytes name = ASSAY_NO_BYTES;

    if (split_name(given != NULL ? given : file, &name, &v->variable.vendor)) {
        v->name = cli_measured_text(m, "%.*s", (int)name.size, (const char *)name.data);
    } else if (given != NULL) {
        assay_guid_by_name(assay_bytes_of_string(vendor_of(given)), &v->variable.vendor);
        v->name = given;
    }
}

static void read_variable(cli_measured *m)
{
    cli_measured_variable *const v = &m->as.variable;
    assay_cursor c = assay_cursor_of(m->file.bytes);

    *v = (cli_measured_variable){ 0 };
    name_variable(m, v);
    v->has_attributes = take_attributes(&c, &v->attributes);
    v->variable.data = assay_take_rest(&c);
    v->variable.data_length = v->variable.data.size;
    if (v->name != NULL)
        v->variable.name = cli_measured_utf16(m, "", assay_bytes_of_string(v->name), false);
    v->variable.name_length = v->variable.name.size / 2;
    if (m->status == 0)
        assay_variable_content_of(&v->variable, &v->content);
}

/* The databases whose entries are logged when they let an image pass. */
static bool lets_pass(const char *name)
{
    return strcmp(name, "db") == 0 || strcmp(name, "MokListRT") == 0 ||
           strcmp(name, "MokList") == 0;
}

int cli_measure_variable(cli_measured *m, assay_error *error)
{
    const cli_measured_variable *const v = &m->as.variable;

    read_variable(m);
    if (v->name == NULL)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "what a variable is measured as depends on its name, which isn't known");
    cli_measured_digest(m, v->variable.data);
    cli_measured_add_named(m, &v->variable.vendor, v->name, v->variable.data);
    const int status =
        v->content.kind == ASSAY_VARIABLE_SIGNATURES && lets_pass(v->name)
            ? cli_measured_add_authorities(m, v->name, v->content.bytes, true, error)
            : 0;
    return status < 0 ? status : cli_measured_status(m, error);
}

/* --- boot options --------------------------------------------------------------------------- */

/* FilePathList has to be there, and Description to be something that a person reads. */
static bool is_option(assay_bytes bytes)
{
    assay_load_option option;

    return assay_load_option_decode(bytes, &option) && option.attributes <= 0x1FFF &&
           option.path_size >= 4 && option.path.size == option.path_size &&
           option.description.size > 0;
}

bool cli_is_boot_option(assay_bytes bytes, const char *name)
{
    assay_cursor c = assay_cursor_of(bytes);
    uint32_t attributes;

    if (cli_is_variable(bytes, name))
        return matches(name, "Boot####-8be4df61-93ca-11d2-aa0d-00e098032b8c");
    take_attributes(&c, &attributes);
    return is_option(assay_peek_rest(&c));
}

int cli_measure_boot_option(cli_measured *m, assay_error *error)
{
    cli_measured_variable *const v = &m->as.variable;

    read_variable(m);
    if (m->status == 0 && !assay_load_option_decode(v->variable.data, &v->content.load_option))
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "this is no EFI_LOAD_OPTION: its fields don't fit, or its description "
                          "doesn't end");
    v->content.kind = ASSAY_VARIABLE_LOAD_OPTION;
    cli_measured_digest(m, v->variable.data);
    if (v->name != NULL)
        cli_measured_add_named(m, &v->variable.vendor, v->name, v->variable.data);
    else
        cli_measured_add_main(m, 1, EV_EFI_VARIABLE_BOOT,
                              "by firmware, when BootOrder names it", ASSAY_NO_BYTES);
    return cli_measured_status(m, error);
}

void cli_measured_put_variable(const cli_call *call, const cli_measured *m)
{
    const cli_measured_variable *const v = &m->as.variable;
    char line[1024];
    assay_writer text = assay_writer_lent(line, sizeof line);

    if (v->name != NULL) {
        cli_measured_label(call, "variable");
        assay_put_safe(call->out, assay_bytes_of_string(v->name));
        assay_put_string(call->out, " of ");
        assay_put_guid_name(call->out, &v->variable.vendor);
        if (v->has_attributes)
            assay_put_format(call->out, ", attributes 0x%x", v->attributes);
        assay_put_char(call->out, '\n');
    }
    if (v->content.kind == ASSAY_VARIABLE_SIGNATURES)
        assay_siglists_summary(&text, v->content.bytes);
    else if (v->content.kind == ASSAY_VARIABLE_LOAD_OPTION)
        assay_load_option_summary(&text, &v->content.load_option);
    else
        return;
    cli_measured_label(call, "content");
    cli_put_fitted(call->out, assay_written(&text), call->width - CLI_MEASURED_COLUMN, 3,
                   CLI_MEASURED_COLUMN);
    assay_put_char(call->out, '\n');
}

void cli_measured_emit_variable(assay_output *out, const cli_measured *m)
{
    const cli_measured_variable *const v = &m->as.variable;

    assay_emit_object(out, "variable");
    if (v->name != NULL) {
        assay_emit_text(out, "name", assay_bytes_of_string(v->name));
        assay_emit_guid(out, "vendor", &v->variable.vendor);
    }
    if (v->has_attributes)
        assay_emit_address(out, "attributes", v->attributes);
    assay_variable_content_emit(out, &v->content);
    assay_emit_end(out);
}
