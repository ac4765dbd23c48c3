/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/rebase/grubmenu.h"

#include "eventlog/payload/ipl.h"

bool assay_rebase_is_menu_entry(const assay_event *event)
{
    assay_ipl ipl;

    return assay_ipl_decode(event, &ipl) && ipl.kind == ASSAY_IPL_GRUB_COMMAND &&
           (assay_bytes_start_with(ipl.text, ASSAY_LITERAL("menuentry ")) ||
            assay_bytes_start_with(ipl.text, ASSAY_LITERAL("submenu ")));
}

/* Replaces a line in the raw text of a menu entry; false where it doesn't stand there. */
static bool patch_entry(assay_rebase_work *work, size_t at, assay_bytes old_line,
                        assay_bytes new_line)
{
    assay_bytes text;
    assay_ipl ipl;

    if (!assay_ipl_decode(assay_work_event(work, at), &ipl))
        return false;
    text = ipl.text;
    bool found = false;
    for (size_t from = 0; from < text.size && work->status == 0;) {
        const assay_bytes rest = { text.data + from, text.size - from };
        const size_t place = assay_bytes_find(rest, old_line);
        const size_t end = from + place + old_line.size;

        if (place == rest.size)
            break;
        from = end;
        if (end < text.size && text.data[end] != '\n' && text.data[end] != '}')
            continue;
        const assay_bytes parts[] = {
            { text.data, end - old_line.size }, new_line, { text.data + end, text.size - end }
        };
        text = assay_work_joined(work, parts, 3);
        from = parts[0].size + new_line.size;
        found = true;
    }
    if (found)
        assay_rebase_measure_line(work, at, text);
    return found;
}

/* Whether a text has a word of a line other than the command and the file. */
static bool shares_word(assay_bytes text, assay_bytes line)
{
    enum { COMMAND_AND_FILE = 2, SHORTEST = 2 };
    assay_bytes word;

    for (unsigned i = 0; assay_take_word(&line, &word); i++)
        if (i >= COMMAND_AND_FILE && word.size >= SHORTEST &&
            assay_bytes_find(text, word) < text.size)
            return true;
    return false;
}

/* A command that gives a variable words of the command line: set NAME=..., NAME=... */
static bool is_assignment(assay_bytes text, assay_bytes line)
{
    const assay_bytes rest = assay_bytes_start_with(text, ASSAY_LITERAL("set "))
                                 ? assay_bytes_of(text.data + 4, text.size - 4)
                                 : text;
    const size_t sign = assay_bytes_find(rest, ASSAY_LITERAL("="));
    const size_t blank = assay_bytes_find(rest, ASSAY_LITERAL(" "));

    return sign < rest.size && sign < blank &&
           shares_word(assay_bytes_of(rest.data + sign, rest.size - sign), line);
}

static bool ends_with(assay_bytes bytes, assay_bytes ending)
{
    return bytes.size >= ending.size &&
           memcmp(bytes.data + bytes.size - ending.size, ending.data, ending.size) == 0;
}

/* loader/entries/NAME.conf, and the environment block that holds their $kernelopts: Fedora. */
static bool is_source_file(assay_bytes path, bool bls)
{
    return bls && (assay_bytes_find(path, ASSAY_LITERAL("/loader/entries/")) < path.size ||
                   ends_with(path, ASSAY_LITERAL("/grubenv")));
}

/* Whether Fedora's command made the menu, of which no entry is in the log then. */
static bool runs_blscfg(const assay_rebase_work *work)
{
    for (size_t i = 0; i < work->count; i++) {
        assay_ipl ipl;

        if (work->items[i].is.role == ASSAY_ROLE_GRUB_COMMAND && !work->items[i].removed &&
            assay_ipl_decode(assay_work_event(work, i), &ipl) &&
            assay_bytes_start_with(ipl.text, ASSAY_LITERAL("blscfg")))
            return true;
    }
    return false;
}

/* Whether the line's words may have come from what this event is of. */
static bool may_hold(const assay_rebase_work *work, size_t at, assay_bytes line, bool bls)
{
    const assay_event *const event = assay_work_event(work, at);
    assay_ipl ipl;

    if (work->items[at].removed || !assay_ipl_decode(event, &ipl))
        return false;
    if (work->items[at].is.role == ASSAY_ROLE_GRUB_FILE)
        return is_source_file(ipl.text, bls);
    if (work->items[at].is.role != ASSAY_ROLE_GRUB_COMMAND)
        return false;
    return assay_rebase_is_menu_entry(event)
               ? assay_bytes_find(ipl.text, ASSAY_LITERAL("linux")) < ipl.text.size
               : is_assignment(ipl.text, line);
}

static void lose_sources(assay_rebase_work *work, assay_bytes line)
{
    const bool bls = runs_blscfg(work);

    for (size_t i = 0; i < work->count && work->status == 0; i++)
        if (may_hold(work, i, line, bls))
            assay_work_unknown(work, i, ASSAY_NO_BYTES,
                               "where and how the new command line is written in GRUB's menu, its "
                               "variables or files isn't known");
}

void assay_rebase_replace_entries(assay_rebase_work *work, assay_bytes old_line,
                                  assay_bytes new_line)
{
    bool found = false;

    for (size_t i = 0; i < work->count && work->status == 0; i++)
        if (work->items[i].is.role == ASSAY_ROLE_GRUB_COMMAND && !work->items[i].removed &&
            assay_rebase_is_menu_entry(assay_work_event(work, i)))
            found = patch_entry(work, i, old_line, new_line) || found;
    if (!found)
        lose_sources(work, old_line);
}
