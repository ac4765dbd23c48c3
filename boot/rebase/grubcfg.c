/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRUB's configuration replaced: it is run as GRUB runs it (boot/loader/grub), from the file's
 * event in the base on. Kernel and initrd are what the base has of them, so their content may be
 * missing.
 *
 * A log doesn't tell what a script would find on the machine. Of one that asks (search, test of
 * files, modules, an environment block) nothing is concluded.
 */
#include "boot/rebase/grubcfg.h"

#include "boot/loader/grub/machine.h"
#include "boot/rebase/cmdline.h"
#include "boot/rebase/play.h"
#include "eventlog/payload/ipl.h"

#include <stdlib.h>

enum { KERNEL_SIZE = 4096, HDRS = 0x202, BOOT_FLAG = 0x1fe, VERSION = 0x206 };

/* Commands that ask the machine, by their first word. */
static const char *const asking[] = {
    "search",     "search.file", "search.fs_label", "search.fs_uuid", "insmod", "load_env",
    "probe",      "smbios",      "cpuid",           "loadfont",       "source", "configfile",
    "blscfg",     "hwmatch",     "cat",             "gptprio.next",   "sleep",  "read",
    "keystatus",  "normal",      "chainloader",     "save_env",       "play",   "regexp",
    "gptpriority", "date",       "eval",            ".",              NULL,
};

static bool is_in(assay_bytes word, const char *const *list)
{
    for (; *list != NULL; list++)
        if (assay_bytes_equal(word, assay_bytes_of_string(*list)))
            return true;
    return false;
}

/* "-e", "-f" and so on in a test. */
static bool tests_files(assay_bytes line)
{
    static const char *const options[] = { "-e", "-f", "-s", "-d", "-nt", "-ot", NULL };
    assay_bytes word;

    while (assay_take_word(&line, &word))
        if (is_in(word, options))
            return true;
    return false;
}

static bool asks(const assay_event *event)
{
    assay_bytes line, word;
    assay_ipl ipl;

    if (!assay_ipl_decode(event, &ipl) || ipl.kind != ASSAY_IPL_GRUB_COMMAND)
        return false;
    line = ipl.text;
    if (!assay_take_word(&line, &word))
        return false;
    return is_in(word, asking) ||
           (is_in(word, (const char *const[]){ "[", "test", NULL }) && tests_files(line));
}

/* A setup header that says it is one: of a kernel whose bytes aren't at hand. */
static assay_bytes stand_in(assay_rebase_work *work)
{
    static const uint8_t hdrs[] = { 'H', 'd', 'r', 'S' };
    uint8_t *const room = assay_work_room(work, KERNEL_SIZE);

    if (room == NULL)
        return ASSAY_NO_BYTES;
    memset(room, 0, KERNEL_SIZE);
    memcpy(room + HDRS, hdrs, sizeof hdrs);
    room[BOOT_FLAG] = 0x55;
    room[BOOT_FLAG + 1] = 0xaa;
    room[VERSION] = 0x0f;
    room[VERSION + 1] = 0x02;
    return assay_bytes_of(room, KERNEL_SIZE);
}

/* A file's name without its device: "(hd0,gpt1)/x" is "/x". */
static assay_bytes without_device(assay_bytes name)
{
    const size_t end = assay_bytes_find(name, ASSAY_LITERAL(")"));

    return name.size > 0 && name.data[0] == '(' && end < name.size
               ? assay_bytes_of(name.data + end + 1, name.size - end - 1)
               : name;
}

static assay_bytes name_of(const assay_rebase_work *work, size_t at)
{
    assay_ipl ipl;

    return assay_ipl_decode(assay_work_event(work, at), &ipl) ? ipl.text : ASSAY_NO_BYTES;
}

static bool add_file(assay_rebase_work *work, assay_tree *tree, size_t at, assay_bytes content)
{
    return content.data != NULL &&
           assay_tree_add_bytes(tree, without_device(name_of(work, at)), content, NULL) == 0;
}

/* The files that the base's GRUB read behind its configuration;
 * false when others are among them. */
static bool add_files(assay_rebase_work *work, assay_tree *tree, size_t first, size_t end)
{
    const assay_rebase *const what = work->what;
    bool added = add_file(work, tree, first, what->grub_cfg);

    for (size_t i = first + 1; i < end && added; i++) {
        const assay_recognised *const is = &work->items[i].is;

        if (is->role == ASSAY_ROLE_GRUB_KERNEL)
            added = add_file(work, tree, i,
                             what->kernel.image.data != NULL ? what->kernel.image
                                                             : stand_in(work));
        else if (is->role == ASSAY_ROLE_GRUB_INITRD)
            added = add_file(work, tree, i,
                             is->index < what->initrd_count ? what->initrds[is->index]
                                                            : ASSAY_LITERAL("initrd"));
        else if (is->role == ASSAY_ROLE_GRUB_FILE)
            added = false;
    }
    return added;
}

/* Runs the configuration; what it measures is in the play's prediction. */
static void run(assay_rebase_play *play, assay_bytes name)
{
    static const assay_grub_flavour flavour = { .vendor = "", .version = "", .verifications = 1 };
    const size_t device = assay_bytes_find(name, ASSAY_LITERAL(")"));
    assay_grub *const grub = calloc(1, sizeof *grub);
    const assay_grub_image core = { .flavour = &flavour };
    const assay_boot_image image = { .disk = &play->scenario.disks[0] };
    assay_grub_context first = { 0 };
    size_t folder = name.size;

    if (grub == NULL)
        return;
    *grub = (assay_grub){ .boot = &play->boot, .image = &image, .core = &core, .context = &first,
                          .silent = true };
    while (folder > 0 && name.data[folder - 1] != '/')
        folder--;
    assay_grub_set_string(grub, "root", assay_bytes_of(name.data + 1, device - 1));
    assay_grub_set_string(grub, "prefix",
                          assay_bytes_of(name.data, folder > 0 ? folder - 1 : 0));
    assay_grub_configfile(grub, name, false, false);
    assay_grub_pool_free(&grub->pool);
    free(grub);
}

static bool may_be_believed(const assay_rebase_play *play)
{
    const assay_prediction *const played = play->boot.prediction;
    bool started = false;

    for (size_t i = 0; i < played->count; i++) {
        if (asks(&played->events[i].event))
            return false;
        started = started || played->events[i].part == ASSAY_PART_EXIT;
    }
    return started && play->boot.status == 0;
}

static size_t find_same(const assay_rebase_item *run, size_t count, const assay_event *event)
{
    for (size_t i = 0; i < count; i++)
        if (!run[i].removed && run[i].kept != NULL && run[i].kept->event.type == event->type &&
            run[i].kept->event.pcr_index == event->pcr_index &&
            assay_bytes_equal(run[i].kept->event.data, event->data))
            return i;
    return count;
}

/* What is not GRUB's own, and comes behind the kernel's file: shim's events. */
static size_t put_others(assay_rebase_work *work, size_t at, assay_rebase_item *items, size_t count)
{
    size_t put = 0;

    for (size_t i = 0; i < count; i++) {
        if (items[i].removed || items[i].kept == NULL || items[i].kept->event.type == EV_IPL ||
            !assay_work_insert(work, at + put, 0, EV_IPL, ASSAY_ROLE_OTHER))
            continue;
        work->items[at + put++] = items[i];
        items[i].removed = true;
    }
    return put;
}

static enum assay_role role_of(const assay_event *event)
{
    assay_ipl ipl;

    if (!assay_ipl_decode(event, &ipl))
        return ASSAY_ROLE_OTHER;
    return ipl.kind == ASSAY_IPL_KERNEL_CMDLINE ? ASSAY_ROLE_GRUB_CMDLINE
           : ipl.kind == ASSAY_IPL_FILE         ? ASSAY_ROLE_GRUB_FILE
                                                : ASSAY_ROLE_GRUB_COMMAND;
}

/* Lays the played lines and files out, with the base's own events where it has them. */
static void lay_out(assay_rebase_work *work, const assay_prediction *played, size_t at,
                    assay_rebase_item *items, size_t count)
{
    for (size_t i = 0; i < played->count && work->status == 0; i++) {
        const assay_predicted_event *const event = &played->events[i];
        const size_t same = find_same(items, count, &event->event);

        if (event->event.type != EV_IPL ||
            !assay_work_insert(work, at, event->event.pcr_index, EV_IPL, role_of(&event->event)))
            continue;
        if (same < count) {
            work->items[at] = items[same];
            items[same].removed = true;
        } else {
            assay_work_copy(work, at, event);
        }
        if (work->items[at++].is.role == ASSAY_ROLE_GRUB_KERNEL)
            at += put_others(work, at, items, count);
    }
    put_others(work, at, items, count);
}

static void splice(assay_rebase_work *work, const assay_prediction *played, size_t first,
                   size_t end)
{
    const size_t count = end - first;
    assay_rebase_item *const items = malloc((count + 1) * sizeof *items);

    if (items == NULL) {
        assay_work_fail(work, -ASSAY_NO_MEMORY, "no memory for the events");
        return;
    }
    memcpy(items, work->items + first, count * sizeof *items);
    memmove(work->items + first, work->items + end, (work->count - end) * sizeof *items);
    work->count -= count;
    lay_out(work, played, first, items, count);
    free(items);
}

/* Behind GRUB come the kernel's own events. */
static size_t end_of_grub(const assay_rebase_work *work, size_t from)
{
    for (size_t i = from; i < work->count; i++)
        if (work->items[i].is.role == ASSAY_ROLE_LINUX_OPTIONS ||
            work->items[i].is.role == ASSAY_ROLE_LINUX_INITRD ||
            work->items[i].is.role == ASSAY_ROLE_EXIT)
            return i;
    return work->count;
}

bool assay_rebase_run_configuration(assay_rebase_work *work, size_t first)
{
    const size_t end = end_of_grub(work, first);
    const assay_bytes name = name_of(work, first);
    assay_rebase_play play;
    assay_tree *tree = assay_tree_new();
    bool believed = false;

    if (name.size == 0 || name.data[0] != '(' ||
        assay_bytes_find(name, ASSAY_LITERAL(")")) == name.size || tree == NULL ||
        !add_files(work, tree, first, end)) {
        assay_tree_free(&tree);
        return false;
    }
    if (assay_rebase_play_begin(work, &play, first)) {
        play.scenario.disks[0].esp = tree;
        play.boot.secure_boot = false; /* shim's events are the base's */
        run(&play, name);
        believed = may_be_believed(&play);
        if (believed)
            splice(work, play.boot.prediction, first, end);
    }
    assay_rebase_play_end(work, &play);
    assay_tree_free(&tree);
    return believed;
}
