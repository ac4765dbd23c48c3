/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCR 1: BootOrder and, in its order, the Boot#### that exist (EDK2 SecurityPkg/Tcg/Tcg2Dxe,
 * MeasureAllBootVariables).
 */
#include "base/utf16.h"
#include "boot/rebase/attempts.h"
#include "boot/rebase/policy.h"
#include "eventlog/payload/variable.h"

#include <stdlib.h>

enum { NUMBER_DIGITS = 4 };

bool assay_rebase_option_number(const assay_event *event, uint16_t *ret_number)
{
    assay_variable variable;
    unsigned number = 0;

    if (!assay_variable_decode(event->data, &variable) ||
        variable.name.size != (size_t)2 * (4 + NUMBER_DIGITS) ||
        memcmp(variable.name.data, "B\0o\0o\0t\0", 8) != 0)
        return false;
    for (size_t i = 4; i < 4 + NUMBER_DIGITS; i++) {
        const uint8_t c = variable.name.data[2 * i];

        if (variable.name.data[2 * i + 1] != 0)
            return false;
        if (c >= '0' && c <= '9')
            number = number * 16 + c - '0';
        else if (c >= 'A' && c <= 'F')
            number = number * 16 + c - 'A' + 10;
        else
            return false;
    }
    *ret_number = (uint16_t)number;
    return true;
}

/* The option's own replacement; NULL: none. */
static const assay_rebase_option *replacement(const assay_rebase *what, uint16_t number)
{
    for (size_t i = 0; i < what->option_count; i++)
        if (what->options[i].number == number)
            return &what->options[i];
    return NULL;
}

static size_t find_option(const assay_rebase_work *work, uint16_t number)
{
    for (size_t i = 0; i < work->count; i++) {
        uint16_t here;

        if (work->items[i].is.role == ASSAY_ROLE_BOOT_OPTION && !work->items[i].removed &&
            assay_rebase_option_number(assay_work_event(work, i), &here) && here == number)
            return i;
    }
    return work->count;
}

/* What the machine had under this number, if anybody knows: {NULL, 0} when nobody does. */
static assay_bytes old_option(const assay_rebase *what, uint16_t number)
{
    char name[sizeof "Boot0000"];

    if (what->old_variables == NULL)
        return ASSAY_NO_BYTES;
    assay_writer out = assay_writer_lent(name, sizeof name);
    assay_put_format(&out, "Boot%04X", number);
    assay_put_u8(&out, 0);
    return assay_variables_data(what->old_variables, &assay_guid_global_variable, name);
}

/* UEFI_VARIABLE_DATA of Boot####. */
static assay_bytes option_data(assay_rebase_work *work, uint16_t number, assay_bytes data)
{
    char name[sizeof "Boot0000"];
    assay_writer digits = assay_writer_lent(name, sizeof name);

    assay_put_format(&digits, "Boot%04X", number);
    name[digits.used] = '\0';
    return assay_work_variable(work, &assay_guid_global_variable, name, data);
}

/* An option that the base has no event of: measured as BootOrder is. */
static void add_option(assay_rebase_work *work, size_t at, size_t order, uint16_t number,
                       assay_bytes data)
{
    const assay_event *const was = assay_work_was(work, order);
    assay_variable variable;

    if (!assay_work_insert(work, at, was->pcr_index, was->type, ASSAY_ROLE_BOOT_OPTION))
        return;
    const assay_bytes whole = option_data(work, number, data);
    if (data.data == NULL)
        assay_work_unknown(work, at, whole,
                           "BootOrder names an option that is neither in the log nor given");
    else if (assay_work_explains(work, order, &was->data, 1))
        assay_work_measure(work, at, &whole, 1, whole);
    else if (assay_variable_decode(was->data, &variable) &&
             assay_work_explains(work, order, &variable.data, 1))
        assay_work_measure(work, at, &data, 1, whole);
    else
        assay_work_unknown(work, at, whole, "how this machine hashes boot options isn't known");
}

/* Takes the options out of the log, in their order; how many there were. */
static size_t take_out(assay_rebase_work *work, assay_rebase_item *ret_items)
{
    size_t count = 0, kept = 0;

    for (size_t i = 0; i < work->count; i++)
        if (work->items[i].is.role == ASSAY_ROLE_BOOT_OPTION && !work->items[i].removed)
            ret_items[count++] = work->items[i];
        else
            work->items[kept++] = work->items[i];
    work->count = kept;
    return count;
}

/* Puts a taken option back before `at`; false where there is none of this number. */
static bool put_back(assay_rebase_work *work, size_t at, assay_rebase_item *items, size_t count,
                     uint16_t number)
{
    for (size_t i = 0; i < count; i++) {
        uint16_t here;

        if (items[i].removed || !assay_rebase_option_number(&items[i].kept->event, &here) ||
            here != number)
            continue;
        const assay_rebase_item item = items[i];
        items[i].removed = true;
        if (assay_work_insert(work, at, 1, item.kept->event.type, ASSAY_ROLE_BOOT_OPTION))
            work->items[at] = item;
        return true;
    }
    return false;
}

/* Lays out the options anew behind BootOrder, in its order. */
static void lay_out(assay_rebase_work *work, size_t order, assay_rebase_item *items, size_t count,
                    const uint16_t *numbers, size_t number_count)
{
    size_t at = order + 1;

    for (size_t i = 0; i < number_count && work->status == 0; i++) {
        const assay_rebase_option *const given = replacement(work->what, numbers[i]);

        if (given != NULL && given->data.size == 0)
            continue;
        if (!put_back(work, at, items, count, numbers[i]))
            add_option(work, at, order, numbers[i],
                       given != NULL ? given->data : old_option(work->what, numbers[i]));
        at++;
    }
}

/* Whether the base has options, and they come in the order of its BootOrder, right behind it. */
static bool follows_order(const assay_rebase_work *work, size_t order, const uint16_t *numbers,
                          size_t count)
{
    size_t next = 0, found = 0;

    for (size_t i = 0; i < work->count; i++) {
        uint16_t number;

        if (work->items[i].is.role != ASSAY_ROLE_BOOT_OPTION || work->items[i].removed)
            continue;
        if (i < order || !assay_rebase_option_number(assay_work_was(work, i), &number))
            return false;
        while (next < count && numbers[next] != number)
            next++;
        if (next++ >= count)
            return false;
        found++;
    }
    return found > 0 || count == 0;
}

size_t assay_rebase_order(assay_bytes data, uint16_t ret_numbers[ASSAY_REBASE_ORDER])
{
    assay_cursor c = assay_cursor_of(data);
    size_t count = 0;

    while (assay_left(&c) >= 2 && count < ASSAY_REBASE_ORDER)
        ret_numbers[count++] = assay_take_u16le(&c);
    return count;
}

static assay_bytes encode_order(assay_rebase_work *work, const uint16_t *numbers, size_t count)
{
    uint8_t *const room = assay_work_room(work, 2 * count + 1);
    assay_writer out = assay_writer_lent(room, room != NULL ? 2 * count : 0);

    for (size_t i = 0; i < count; i++)
        assay_put_u16le(&out, numbers[i]);
    return assay_written(&out);
}

static void replace_order(assay_rebase_work *work, size_t order)
{
    const assay_rebase *const what = work->what;
    uint16_t old[ASSAY_REBASE_ORDER];
    assay_variable variable;

    if (!assay_variable_decode(assay_work_was(work, order)->data, &variable))
        return;
    const size_t old_count = assay_rebase_order(variable.data, old);
    const uint16_t *const numbers = what->order_given ? what->order : old;
    const size_t count = what->order_given ? what->order_count : old_count;
    const bool follows = follows_order(work, order, old, old_count);
    assay_rebase_item *const items = calloc(work->count + 1, sizeof *items);

    /* Each of them, where the firmware came by here twice. */
    for (size_t i = order; i < work->count && what->order_given; i++)
        if (work->items[i].is.role == ASSAY_ROLE_BOOT_ORDER && work->items[i].kept != NULL)
            assay_rebase_measure_variable(work, i, encode_order(work, numbers, count));
    if (items == NULL)
        assay_work_fail(work, -ASSAY_NO_MEMORY, "no memory for the boot options");
    else if (follows)
        lay_out(work, order, items, take_out(work, items), numbers, count);
    else
        assay_work_remark(work, ASSAY_PART_BOOT_OPTION, false,
                          "this machine doesn't measure its boot options in the order of "
                          "BootOrder: those that come or go are not predicted");
    free(items);
}

static void replace_options(assay_rebase_work *work)
{
    const assay_rebase *const what = work->what;

    for (size_t i = 0; i < what->option_count; i++) {
        const size_t at = find_option(work, what->options[i].number);

        if (at == work->count || work->items[at].kept == NULL)
            continue;
        if (what->options[i].data.size == 0)
            assay_work_remove(work, at);
        else
            assay_rebase_measure_variable(work, at, what->options[i].data);
    }
}

void assay_rebase_boot_options(assay_rebase_work *work)
{
    const assay_rebase *const what = work->what;
    const size_t order = assay_work_find(work, ASSAY_ROLE_BOOT_ORDER, 0);
    assay_rebase_attempts attempts;

    if (!what->order_given && what->option_count == 0)
        return;
    if (order == work->count)
        assay_work_remark(work, ASSAY_PART_BOOT_OPTION, false,
                          "the log has no event of BootOrder, so that replacing it changes "
                          "nothing there");
    assay_rebase_find_attempts(work, &attempts);
    replace_options(work);
    if (order < work->count)
        replace_order(work, order);
    assay_rebase_replay_attempts(work, &attempts);
}
