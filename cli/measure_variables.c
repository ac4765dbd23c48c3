/* SPDX-License-Identifier: BSD-2-Clause */
/* UEFI variables and boot options: what a file holds, and what it is called. */
#include "cli/measure_variable.h"

#include "cli/style.h"
#include "eventlog/payload/siglist.h"

enum { GUID_TEXT = ASSAY_GUID_TEXT - 1 };

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
        assay_guid_by_name(assay_bytes_of_string(cli_variable_vendor(given)), &v->variable.vendor);
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
        return cli_variable_name_matches(name, "Boot####-8be4df61-93ca-11d2-aa0d-00e098032b8c");
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
