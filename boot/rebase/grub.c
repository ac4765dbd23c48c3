/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCR 8 and 9 of GRUB: files by what they are, command lines by their text
 * (grub-core/commands/tpm.c and kern/verifiers.c: a command's text without prefix and NUL, a file's
 * bytes).
 */
#include "boot/rebase/cmdline.h"
#include "boot/rebase/grubcfg.h"
#include "boot/rebase/grubmenu.h"
#include "eventlog/payload/ipl.h"

/* An event's text with another one in its place: prefix, text, what came behind the text. */
static assay_bytes with_text(assay_rebase_work *work, const assay_ipl *ipl, assay_bytes text)
{
    assay_ipl changed = *ipl;
    assay_writer out = assay_work_writer();

    changed.text = text;
    assay_ipl_encode(&out, &changed);
    return assay_work_take(work, &out);
}

void assay_rebase_measure_line(assay_rebase_work *work, size_t at, assay_bytes text)
{
    const assay_bytes nul = ASSAY_LITERAL("\0");
    const assay_event *const was = assay_work_was(work, at);
    assay_ipl ipl;

    if (was == NULL || !assay_ipl_decode(was, &ipl))
        return;
    const assay_bytes data = with_text(work, &ipl, text);
    if (assay_work_explains(work, at, &ipl.text, 1))
        assay_work_measure(work, at, &text, 1, data);
    else if (assay_work_explains(work, at, (const assay_bytes[]){ ipl.text, nul }, 2))
        assay_work_measure(work, at, (const assay_bytes[]){ text, nul }, 2, data);
    else if (assay_work_explains(work, at, &was->data, 1))
        assay_work_measure(work, at, &data, 1, data);
    else
        assay_work_unknown(work, at, data,
                           "how this GRUB hashes a line isn't known: the log's digest isn't that "
                           "of the logged text");
}

static void replace_kernel(assay_rebase_work *work)
{
    const assay_bytes file = work->what->kernel.image, old = work->what->kernel.old;

    for (size_t i = 0; i < work->count && work->status == 0; i++) {
        if (work->items[i].is.role != ASSAY_ROLE_GRUB_KERNEL || work->items[i].removed)
            continue;
        if (old.data == NULL || assay_work_explains(work, i, &old, 1))
            assay_work_measure(work, i, &file, 1, ASSAY_NO_BYTES);
        else
            assay_work_unknown(work, i, ASSAY_NO_BYTES,
                               "the old kernel's digest isn't the log's: what is hashed of it "
                               "isn't known");
    }
}

static size_t count_initrds(const assay_rebase_work *work)
{
    size_t count = 0;

    for (size_t i = 0; i < work->count; i++)
        if (work->items[i].is.role == ASSAY_ROLE_GRUB_INITRD && !work->items[i].removed)
            count++;
    return count;
}

static void replace_initrds(assay_rebase_work *work)
{
    const assay_rebase *const what = work->what;
    const size_t count = count_initrds(work);
    size_t next = 0;

    for (size_t i = 0; i < work->count && work->status == 0; i++) {
        if (work->items[i].is.role != ASSAY_ROLE_GRUB_INITRD || work->items[i].removed)
            continue;
        if (count == what->initrd_count)
            assay_work_measure(work, i, &what->initrds[next], 1, ASSAY_NO_BYTES);
        else
            assay_work_unknown(work, i, ASSAY_NO_BYTES,
                               "the log has another number of initrds than were given");
        next++;
    }
}

/* The words of a line up to its second: "linux /vmlinuz", "/vmlinuz". */
static size_t words_end(assay_bytes text, size_t words)
{
    assay_bytes rest = text, word;

    while (words-- > 0)
        if (!assay_take_word(&rest, &word))
            break;
    return text.size - rest.size;
}

/* The line with everything after its first words replaced by the command line. */
static assay_bytes with_cmdline(assay_rebase_work *work, assay_bytes text, size_t words)
{
    const assay_bytes cmdline = assay_bytes_of_string(work->what->cmdline);
    const assay_bytes parts[] = { { text.data, words_end(text, words) },
                                  ASSAY_LITERAL(" "),
                                  cmdline };

    return assay_work_joined(work, parts, cmdline.size > 0 ? 3 : 1);
}

/* What the interpreter would change in it: then only the configuration tells. */
static bool is_plain(const char *cmdline)
{
    return strpbrk(cmdline, "'\"\\$;{}|&<>#\n\t") == NULL && strstr(cmdline, "  ") == NULL;
}

/* The configuration that has the menu: the last file of that kind before the first entry. */
static size_t find_configuration(const assay_rebase_work *work)
{
    size_t found = work->count;

    for (size_t i = 0; i < work->count; i++) {
        const enum assay_role role = work->items[i].is.role;
        assay_ipl ipl;

        if (role == ASSAY_ROLE_GRUB_COMMAND && found < work->count &&
            assay_rebase_is_menu_entry(assay_work_event(work, i)))
            break;
        if (role == ASSAY_ROLE_GRUB_FILE && assay_ipl_decode(assay_work_event(work, i), &ipl) &&
            ipl.text.size >= 4 && memcmp(ipl.text.data + ipl.text.size - 4, ".cfg", 4) == 0)
            found = i;
    }
    return found;
}

/* All events of the configuration's file: GRUB 2.12 has two. */
static void measure_configuration(assay_rebase_work *work)
{
    const size_t first = find_configuration(work);
    const assay_bytes file = work->what->grub_cfg;

    for (size_t i = 0; i < work->count && first < work->count; i++)
        if (work->items[i].is.role == ASSAY_ROLE_GRUB_FILE && work->items[i].kept != NULL &&
            assay_bytes_equal(assay_work_was(work, i)->data, assay_work_was(work, first)->data)) {
            if (file.data != NULL)
                assay_work_measure(work, i, &file, 1, ASSAY_NO_BYTES);
            else
                assay_work_unknown(work, i, ASSAY_NO_BYTES,
                                   "the new command line stands in GRUB's configuration, which "
                                   "wasn't given");
        }
}

static void replace_cmdline(assay_rebase_work *work)
{
    const size_t line = assay_work_find(work, ASSAY_ROLE_GRUB_CMDLINE, 0);
    size_t command = work->count;
    assay_ipl ipl;

    if (line == work->count)
        return;
    for (size_t i = 0; i < line; i++)
        if (work->items[i].is.role == ASSAY_ROLE_GRUB_COMMAND && !work->items[i].removed &&
            assay_ipl_decode(assay_work_event(work, i), &ipl) &&
            assay_bytes_start_with(ipl.text, ASSAY_LITERAL("linux")))
            command = i;
    if (!is_plain(work->what->cmdline)) {
        assay_work_unknown(work, line, ASSAY_NO_BYTES,
                           "how GRUB writes a command line with quotes or variables isn't known "
                           "without its configuration");
        if (command < work->count)
            assay_work_unknown(work, command, ASSAY_NO_BYTES,
                               "how GRUB writes a command line with quotes or variables isn't "
                               "known without its configuration");
        measure_configuration(work);
        return;
    }
    if (assay_ipl_decode(assay_work_was(work, line), &ipl))
        assay_rebase_measure_line(work, line, with_cmdline(work, ipl.text, 1));
    if (command < work->count && assay_ipl_decode(assay_work_was(work, command), &ipl)) {
        const assay_bytes new_line = with_cmdline(work, ipl.text, 2);

        assay_rebase_measure_line(work, command, new_line);
        assay_rebase_replace_entries(work, ipl.text, new_line);
    }
    measure_configuration(work);
}

/* A new configuration that can't be run here: the file is known, what comes of it isn't. */
static void lose_lines(assay_rebase_work *work, size_t first)
{
    for (size_t i = first + 1; i < work->count && work->status == 0; i++) {
        const enum assay_role role = work->items[i].is.role;

        if (work->items[i].removed || work->items[i].kept == NULL)
            continue;
        if (role == ASSAY_ROLE_EXIT)
            return;
        if (role == ASSAY_ROLE_GRUB_COMMAND || role == ASSAY_ROLE_GRUB_CMDLINE ||
            role == ASSAY_ROLE_GRUB_FILE || role == ASSAY_ROLE_GRUB_KERNEL ||
            role == ASSAY_ROLE_GRUB_INITRD || role == ASSAY_ROLE_LINUX_OPTIONS)
            assay_work_unknown(work, i, ASSAY_NO_BYTES,
                               "what GRUB's new configuration does on this machine can't be told "
                               "from its log");
    }
}

static void remark_no_configuration(assay_rebase_work *work)
{
    assay_work_remark(work, ASSAY_PART_GRUB, false,
                      "the log has no event of GRUB's configuration, so that replacing it changes "
                      "nothing");
}

/* True when the configuration was run, so that its lines are all known. */
static bool replace_configuration(assay_rebase_work *work)
{
    const size_t found = find_configuration(work);

    if (work->what->grub_cfg.data == NULL || work->status < 0)
        return false;
    if (found == work->count) {
        remark_no_configuration(work);
        return false;
    }
    measure_configuration(work);
    if (work->items[found].made == 0)
        return false;
    if (assay_rebase_run_configuration(work, found))
        return true;
    if (work->what->cmdline == NULL)
        lose_lines(work, found);
    return false;
}

void assay_rebase_grub(assay_rebase_work *work)
{
    const assay_rebase *const what = work->what;

    if (assay_work_find(work, ASSAY_ROLE_IMAGE_GRUB, 0) == work->count &&
        assay_work_find(work, ASSAY_ROLE_GRUB_COMMAND, 0) == work->count) {
        if (what->grub_cfg.data != NULL)
            remark_no_configuration(work);
        return;
    }
    if (what->kernel.image.data != NULL)
        replace_kernel(work);
    if (what->initrd_count > 0)
        replace_initrds(work);
    if (!replace_configuration(work) && what->cmdline != NULL)
        replace_cmdline(work);
}
