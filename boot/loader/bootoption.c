/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/bootoption.h"

#include "base/cursor.h"
#include "eventlog/payload/devpath.h"
#include "eventlog/payload/variable.h"

#include <stdio.h>

enum { DEVPATH_END_SIZE = 4, NAME_SIZE = 9 /* "Boot0001" */ };

const assay_guid assay_guid_automatic_boot_option = { { 0x4e, 0xac, 0x08, 0x81, 0x11, 0x9f, 0x59,
                                                        0x4d, 0x85, 0x0e, 0xe2, 0x1a, 0x52, 0x2c,
                                                        0x59, 0xb2 } };

void assay_boot_option_name(uint16_t number, char ret_name[9])
{
    snprintf(ret_name, NAME_SIZE, "Boot%04X", number);
}

/* The path as firmware sees it: of several the first. An unsound one is none. */
static bool has_sound_path(const assay_load_option *option)
{
    assay_devpath path = assay_devpath_of(option->path);
    assay_devpath_node node;

    if (option->path_size == 0 || option->path.size < option->path_size)
        return false;
    while (assay_devpath_next(&path, &node))
        continue;
    return path.ended;
}

static bool decode(assay_boot_option *option)
{
    return assay_load_option_decode(option->data, &option->load_option) &&
           has_sound_path(&option->load_option);
}

bool assay_boot_option_read(const assay_variables *variables, uint16_t number,
                            assay_boot_option *ret_option)
{
    char name[NAME_SIZE];
    assay_boot_option option = { .number = number };

    assay_boot_option_name(number, name);
    option.data = assay_variables_data(variables, &assay_guid_global_variable, name);
    if (option.data.data == NULL || !decode(&option))
        return false;
    *ret_option = option;
    return true;
}

static assay_bytes global(const assay_boot *boot, const char *name)
{
    return assay_variables_data(boot->scenario->variables, &assay_guid_global_variable, name);
}

void assay_boot_options_read(assay_boot_options *options, const assay_boot *boot)
{
    assay_cursor order = assay_cursor_of(global(boot, "BootOrder"));
    const assay_bytes next = global(boot, "BootNext");
    assay_cursor c = assay_cursor_of(next);

    options->count = 0;
    options->reserved = next.size == 2;
    options->next = options->reserved ? assay_take_u16le(&c) : 0;
    while (assay_left(&order) >= 2 && options->count < ASSAY_BOOT_OPTIONS_MAX)
        if (assay_boot_option_read(boot->scenario->variables, assay_take_u16le(&order),
                                   &options->list[options->count]))
            options->count++;
}

assay_bytes assay_boot_option_make(assay_boot *boot, uint32_t attributes, assay_bytes description,
                                   assay_bytes path, assay_bytes optional_data)
{
    const size_t path_size = path.size + DEVPATH_END_SIZE;
    uint8_t *const room = assay_boot_room(boot, path_size);

    if (room == NULL || path_size > UINT16_MAX)
        return ASSAY_NO_BYTES;
    assay_writer whole = assay_writer_lent(room, path_size);
    assay_put(&whole, path);
    assay_devpath_put_end(&whole);
    const assay_load_option option = {
        .attributes = attributes,
        .path_size = (uint16_t)path_size,
        .description = description,
        .path = assay_written(&whole),
        .optional_data = optional_data,
    };
    assay_writer out = assay_boot_writer();

    assay_load_option_encode(&out, &option);
    return assay_boot_take(boot, &out);
}

size_t assay_boot_options_find(const assay_boot_options *options, assay_bytes data)
{
    size_t i;

    for (i = 0; i < options->count; i++)
        if (assay_bytes_equal(options->list[i].data, data))
            break;
    return i;
}

static bool is_taken(const assay_boot_options *options, uint16_t number)
{
    if (options->reserved && options->next == number)
        return true;
    for (size_t i = 0; i < options->count; i++)
        if (options->list[i].number == number)
            return true;
    return false;
}

void assay_boot_options_add(assay_boot *boot, assay_boot_options *options, assay_bytes data)
{
    assay_boot_option option = { .number = 0, .data = data };

    if (boot->status < 0 || assay_boot_options_find(options, data) < options->count)
        return;
    if (!decode(&option) || options->count == ASSAY_BOOT_OPTIONS_MAX) {
        assay_boot_fail(boot, ASSAY_TOO_LARGE, "there are more boot options than are taken here");
        return;
    }
    while (is_taken(options, option.number))
        option.number++;
    options->list[options->count++] = option;
}

void assay_boot_options_remove(assay_boot_options *options, size_t position)
{
    options->count--;
    for (size_t i = position; i < options->count; i++)
        options->list[i] = options->list[i + 1];
}

bool assay_boot_option_is_automatic(const assay_boot_option *option)
{
    const assay_guid *const mark = &assay_guid_automatic_boot_option;

    return assay_bytes_equal(option->load_option.optional_data,
                             assay_bytes_of(mark->bytes, sizeof mark->bytes));
}

/* --- measuring -------------------------------------------------------------------------------- */

static void measure(assay_boot *boot, const char *name, assay_bytes data)
{
    assay_boot_measure(boot, 1, EV_EFI_VARIABLE_BOOT, ASSAY_PART_BOOT_OPTION, data,
                       assay_boot_variable(boot, &assay_guid_global_variable, name, data));
}

static void measure_option(assay_boot *boot, const assay_boot_option *option)
{
    char name[NAME_SIZE];

    assay_boot_option_name(option->number, name);
    measure(boot, name, option->data);
}

void assay_boot_options_measure(assay_boot *boot, const assay_boot_options *options)
{
    uint8_t *const room = assay_boot_room(boot, 2 * options->count);

    if (room == NULL || options->count == 0)
        return;
    assay_writer order = assay_writer_lent(room, 2 * options->count);
    for (size_t i = 0; i < options->count; i++)
        assay_put_u16le(&order, options->list[i].number);
    measure(boot, "BootOrder", assay_written(&order));
    for (size_t i = 0; i < options->count; i++)
        measure_option(boot, &options->list[i]);
}

void assay_boot_options_measure_as_they_are(assay_boot *boot)
{
    const assay_bytes bytes = global(boot, "BootOrder");
    assay_cursor order = assay_cursor_of(bytes);

    if (bytes.data == NULL)
        return;
    measure(boot, "BootOrder", bytes);
    while (assay_left(&order) >= 2 && boot->status == 0) {
        assay_boot_option option = { .number = assay_take_u16le(&order) };
        char name[NAME_SIZE];

        assay_boot_option_name(option.number, name);
        option.data = global(boot, name);
        if (option.data.data != NULL)
            measure_option(boot, &option);
    }
}
