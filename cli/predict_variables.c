/* SPDX-License-Identifier: BSD-2-Clause */
/* assay predict --base: UEFI variables that are replaced, from their options. */
#include "base/utf16.h"
#include "boot/artefact/signatures.h"
#include "boot/platform/varstore.h"
#include "cli/complain.h"
#include "cli/predict_parts.h"
#include "eventlog/payload/devpath.h"
#include "eventlog/payload/loadopt.h"
#include "eventlog/payload/variable.h"
#include "eventlog/types.h"

#include <stdlib.h>

enum { DBX_MAX = 1 << 24 };

static int read_variables(predict_work *w, const char *path, assay_variables **variables)
{
    assay_bytes store;
    assay_error error;

    *variables = assay_variables_new();
    if (*variables == NULL)
        return cli_complain_memory(w->call->verb);
    int status = assay_variables_read_named(*variables, path, &error);
    if (status == 0) {
        if (predict_open_bytes(w, path, "variables", &store) != CLI_YES)
            return CLI_TROUBLE;
        status = assay_varstore_read(*variables, store, NULL, &error);
    }
    return status < 0 ? cli_complain(w->call->verb, path, &error) : CLI_YES;
}

/*
 * What replaces a variable: nothing where it is what it was, as far as that is known. One that is
 * not there is empty, and so is what firmware measures of it.
 */
static assay_bytes content(const predict_work *w, const assay_guid *vendor, const char *name)
{
    const assay_bytes data = assay_variables_data(w->variables, vendor, name);

    if (w->base_variables != NULL &&
        assay_bytes_equal(data, assay_variables_data(w->base_variables, vendor, name)))
        return ASSAY_NO_BYTES;
    return data.data != NULL ? data : ASSAY_LITERAL("");
}

static void take_order(assay_rebase *what, assay_bytes order)
{
    assay_cursor cursor = assay_cursor_of(order);

    what->order_given = true;
    what->order_count = 0;
    while (assay_left(&cursor) >= 2 && what->order_count < ASSAY_REBASE_ORDER)
        what->order[what->order_count++] = assay_take_u16le(&cursor);
}

static bool in_order(assay_bytes order, uint16_t number)
{
    assay_cursor cursor = assay_cursor_of(order);

    while (assay_left(&cursor) >= 2)
        if (assay_take_u16le(&cursor) == number)
            return true;
    return false;
}

/* Behind the new order: what the firmware had put into the base's, beside what the store had. */
static void take_rest_of_order(assay_rebase *what, const assay_prediction *base, assay_bytes before)
{
    const assay_bytes given = assay_bytes_of(what->order, what->order_count * 2);
    assay_variable variable;

    for (size_t i = 0; i < base->count; i++) {
        if (base->events[i].event.type != EV_EFI_VARIABLE_BOOT ||
            !assay_variable_decode(base->events[i].event.data, &variable) ||
            !assay_utf16_is(variable.name, "BootOrder"))
            continue;
        assay_cursor cursor = assay_cursor_of(variable.data);
        while (assay_left(&cursor) >= 2 && what->order_count < ASSAY_REBASE_ORDER) {
            const uint16_t number = assay_take_u16le(&cursor);

            if (!in_order(before, number) && !in_order(given, number))
                what->order[what->order_count++] = number;
        }
        return;
    }
}

/* The number of Boot####; false for another variable. */
static bool option_number(const assay_efivar *variable, uint16_t *ret_number)
{
    char digits[5] = { 0 }, *end;

    if (!assay_guid_equal(&variable->vendor, &assay_guid_global_variable) ||
        variable->name.size != 8 || memcmp(variable->name.data, "Boot", 4) != 0)
        return false;
    memcpy(digits, variable->name.data + 4, 4);
    const unsigned long number = strtoul(digits, &end, 16);
    *ret_number = (uint16_t)number;
    return *end == '\0';
}

static void set_option(assay_rebase *what, uint16_t number, assay_bytes data)
{
    if (what->option_count < ASSAY_REBASE_OPTIONS)
        what->options[what->option_count++] = (assay_rebase_option){ number, data };
}

/* Those of `variables` that aren't the same in `others`; as they are, or as gone. */
static void take_other_options(assay_rebase *what, const assay_variables *variables,
                               const assay_variables *others, bool gone)
{
    const assay_efivar *variable;
    uint16_t number;

    for (size_t i = 0; (variable = assay_variables_at(variables, i)) != NULL; i++) {
        char name[9] = { 0 };

        if (!option_number(variable, &number))
            continue;
        memcpy(name, variable->name.data, 8);
        const assay_bytes other = assay_variables_data(others, &assay_guid_global_variable, name);
        if (gone && other.data == NULL)
            set_option(what, number, ASSAY_LITERAL(""));
        if (!gone && !assay_bytes_equal(other, variable->data))
            set_option(what, number, variable->data);
    }
}

/*
 * Boot options as far as they are others than the base's were. Firmware adds to what is in a
 * store, and what it added stays as the log has it, behind the new order.
 */
static void take_options(predict_work *w, assay_rebase *what)
{
    const assay_bytes before =
        assay_variables_data(w->base_variables, &assay_guid_global_variable, "BootOrder");
    const assay_bytes after =
        assay_variables_data(w->variables, &assay_guid_global_variable, "BootOrder");

    take_other_options(what, w->variables, w->base_variables, false);
    take_other_options(what, w->base_variables, w->variables, true);
    if (after.data == NULL || assay_bytes_equal(before, after))
        return;
    take_order(what, after);
    take_rest_of_order(what, w->base, before);
}

/* All that a variable store decides. */
static int take_variables(predict_work *w, assay_rebase *what)
{
    const char *const path = w->options->boot.variables;

    if (path == NULL)
        return CLI_YES;
    if (read_variables(w, path, &w->variables) != CLI_YES)
        return CLI_TROUBLE;
    what->pk = content(w, &assay_guid_global_variable, "PK");
    what->kek = content(w, &assay_guid_global_variable, "KEK");
    what->db = content(w, &assay_guid_image_security, "db");
    what->dbx = content(w, &assay_guid_image_security, "dbx");
    what->mok_list = content(w, &assay_guid_shim_lock, "MokList");
    what->mok_list_x = content(w, &assay_guid_shim_lock, "MokListX");
    what->mok_sb_state = content(w, &assay_guid_shim_lock, "MokSBState");
    if (w->base_variables != NULL)
        take_options(w, what);
    return CLI_YES;
}

/* A signature database: its lists, alone or behind the header of efivarfs or of an update. */
static int open_lists(predict_work *w, const char *path, const char *role, assay_bytes *ret_lists)
{
    assay_bytes bytes = ASSAY_NO_BYTES;
    assay_error error;

    if (predict_open_bytes(w, path, role, &bytes) != CLI_YES)
        return CLI_TROUBLE;
    if (bytes.data == NULL || bytes.size == 0) {
        if (bytes.data != NULL)
            *ret_lists = bytes;
        return CLI_YES;
    }
    return assay_signatures_of(bytes, ret_lists, &error) < 0
               ? cli_complain_hint(w->call->verb, path, &error,
                                   "assay-predict(1) says which forms a database may have")
               : CLI_YES;
}

static int open_order(predict_work *w, assay_rebase *what)
{
    const char *at = w->options->rebase.boot_order;

    if (at == NULL)
        return CLI_YES;
    what->order_given = true;
    what->order_count = 0;
    while (*at != '\0') {
        char *end;
        const unsigned long number = strtoul(at, &end, 16);

        if (end == at || end - at > 4 || (*end != ',' && *end != '\0') ||
            what->order_count == ASSAY_REBASE_ORDER)
            return cli_complain_usage(w->call->verb,
                                      "--boot-order takes numbers of boot options in hexadecimal, "
                                      "with commas between: 0003,0001");
        what->order[what->order_count++] = (uint16_t)number;
        at = *end == ',' ? end + 1 : end;
    }
    return CLI_YES;
}

/* Whether it is an EFI_LOAD_OPTION whose path comes to its End. */
static bool is_option(assay_bytes bytes)
{
    assay_load_option option;
    assay_devpath_node node;

    if (!assay_load_option_decode(bytes, &option))
        return false;
    assay_devpath path = assay_devpath_of(option.path);
    while (assay_devpath_next(&path, &node))
        ;
    return path.ended && option.path.size == option.path_size;
}

/* An option's file is as efivarfs has it, or without those four bytes of attributes. */
static int open_option(predict_work *w, const char *words, assay_rebase *what)
{
    char *end;
    const unsigned long number = strtoul(words, &end, 16);
    assay_bytes bytes = ASSAY_NO_BYTES;

    if (end - words != 4 || *end != '=' || what->option_count == ASSAY_REBASE_OPTIONS)
        return cli_complain_usage(w->call->verb,
                                  "--boot-option takes NNNN=FILE, or NNNN=none");
    if (predict_open_bytes(w, end + 1, "boot option", &bytes) != CLI_YES)
        return CLI_TROUBLE;
    const assay_bytes inner =
        bytes.size > 4 ? assay_bytes_of(bytes.data + 4, bytes.size - 4) : bytes;
    if (!is_option(bytes) && is_option(inner))
        bytes = inner;
    if (bytes.size > 0 && !is_option(bytes))
        return cli_complain_usage(w->call->verb,
                                  "--boot-option %.4s: %s is no boot option (EFI_LOAD_OPTION)",
                                  words, end + 1);
    what->options[what->option_count++] = (assay_rebase_option){ (uint16_t)number, bytes };
    return CLI_YES;
}

/* What the log says of dbx. */
static bool find_dbx(const assay_prediction *base, assay_bytes *ret_lists)
{
    assay_variable variable;

    for (size_t i = 0; i < base->count; i++)
        if (base->events[i].event.type == EV_EFI_VARIABLE_DRIVER_CONFIG &&
            assay_variable_decode(base->events[i].event.data, &variable) &&
            assay_utf16_is(variable.name, "dbx")) {
            *ret_lists = variable.data;
            return true;
        }
    return false;
}

static enum assay_rebase_switch switch_of(const cli_number *choice)
{
    return !choice->given     ? ASSAY_REBASE_KEEP
           : choice->value == 1 ? ASSAY_REBASE_ON
                                : ASSAY_REBASE_OFF;
}

/* The dbx of the base with what is appended to it, without entries that it has already. */
static int append_dbx(predict_work *w, assay_rebase *what)
{
    const char *const path = w->options->rebase.dbx_update;
    assay_bytes update = ASSAY_NO_BYTES, before = what->dbx;

    if (path == NULL)
        return CLI_YES;
    if (open_lists(w, path, "update of dbx", &update) != CLI_YES)
        return CLI_TROUBLE;
    if (before.data == NULL && !find_dbx(w->base, &before))
        return cli_complain_usage(w->call->verb,
                                  "the base has no dbx that something can be appended to");
    w->dbx = assay_writer_growing(DBX_MAX);
    assay_signatures_append(&w->dbx, before, update);
    if (w->dbx.failure != 0)
        return cli_complain_memory(w->call->verb);
    what->dbx = assay_written(&w->dbx);
    return CLI_YES;
}

static int open_databases(predict_work *w, assay_rebase *what)
{
    const predict_rebase_options *const o = &w->options->rebase;
    const struct {
        const char *path, *role;
        assay_bytes *lists;
    } databases[] = {
        { o->pk, "PK", &what->pk },    { o->kek, "KEK", &what->kek },
        { o->db, "db", &what->db },    { o->dbx, "dbx", &what->dbx },
        { o->dbt, "dbt", &what->dbt }, { o->mok, "MokList", &what->mok_list },
        { o->mokx, "MokListX", &what->mok_list_x },
    };

    for (size_t i = 0; i < sizeof databases / sizeof *databases; i++)
        if (open_lists(w, databases[i].path, databases[i].role, databases[i].lists) != CLI_YES)
            return CLI_TROUBLE;
    return append_dbx(w, what);
}

int predict_open_variables(predict_work *w, assay_rebase *what)
{
    static const uint8_t validation[] = { 1, 0 }; /* MokSBState: 1 disables it */
    const predict_rebase_options *const o = &w->options->rebase;

    if (o->base_variables != NULL &&
        read_variables(w, o->base_variables, &w->base_variables) != CLI_YES)
        return CLI_TROUBLE;
    what->old_variables = w->base_variables;
    if (take_variables(w, what) != CLI_YES || open_databases(w, what) != CLI_YES ||
        predict_open_bytes(w, o->sbat_level, "SbatLevel", &what->sbat_level) != CLI_YES ||
        open_order(w, what) != CLI_YES)
        return CLI_TROUBLE;
    for (size_t i = 0; i < o->boot_options.count; i++)
        if (open_option(w, o->boot_options.list[i], what) != CLI_YES)
            return CLI_TROUBLE;
    what->secure_boot = switch_of(&o->secure_boot);
    if (o->mok_validation.given)
        what->mok_sb_state = o->mok_validation.value == 1
                                 ? ASSAY_LITERAL("")
                                 : assay_bytes_of(&validation[0], 1);
    return CLI_YES;
}
