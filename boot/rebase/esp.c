/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All files that a boot reads were given, its first image among them: then everything from that
 * image on is played anew, and nothing of it has to be taken from the base.
 */
#include "base/utf16.h"
#include "boot/rebase/attempts.h"
#include "boot/rebase/cmdline.h"
#include "boot/rebase/images.h"
#include "boot/rebase/play.h"
#include "eventlog/payload/variable.h"

static size_t first_image(const assay_rebase_work *work)
{
    size_t at = assay_work_find(work, ASSAY_ROLE_CALLING, 0);

    while (at < work->count &&
           (work->items[at].removed || !assay_role_is_image(work->items[at].is.role)))
        at++;
    return at;
}

/* Shim's variables: as they were, but for those that are replaced. */
static void set(assay_rebase_work *work, assay_rebase_play *play, const char *name,
                assay_bytes data)
{
    const assay_efivar variable = {
        .vendor = assay_guid_shim_lock,
        .name = assay_bytes_of_string(name),
        .attributes = ASSAY_EFIVAR_NON_VOLATILE | ASSAY_EFIVAR_BOOTSERVICE_ACCESS,
        .data = data,
    };

    if (data.data == NULL)
        return;
    if (data.size == 0)
        assay_variables_remove(play->scenario.variables, &assay_guid_shim_lock, name);
    else if (assay_variables_set(play->scenario.variables, &variable) < 0)
        assay_work_fail(work, -ASSAY_NO_MEMORY, "no memory for a variable");
}

static void take_variables(assay_rebase_work *work, assay_rebase_play *play)
{
    const assay_rebase *const what = work->what;
    const size_t level = assay_work_find(work, ASSAY_ROLE_SBAT_LEVEL, 0);
    const assay_efivar *variable;
    assay_variable logged;

    for (size_t i = 0; what->old_variables != NULL &&
                       (variable = assay_variables_at(what->old_variables, i)) != NULL;
         i++)
        if (assay_variables_set(play->scenario.variables, variable) < 0)
            assay_work_fail(work, -ASSAY_NO_MEMORY, "no memory for a variable");
    if (level < work->count &&
        assay_variable_decode(assay_work_event(work, level)->data, &logged))
        set(work, play, "SbatLevel", logged.data);
    set(work, play, "SbatLevel", what->sbat_level);
    set(work, play, "MokList", what->mok_list);
    set(work, play, "MokListX", what->mok_list_x);
    set(work, play, "MokSBState", what->mok_sb_state);
}

/* Without the machine's variables nobody knows what was enrolled: an event that differs says so. */
static void doubt_enrolled(assay_rebase_work *work)
{
    const assay_rebase *const what = work->what;
    static const char why[] = "what this machine's list of enrolled keys was isn't known";

    for (size_t i = 0; i < work->count && what->old_variables == NULL; i++) {
        const enum assay_role role = work->items[i].is.role;

        if (work->items[i].made > 0 &&
            ((role == ASSAY_ROLE_MOK_LIST && what->mok_list.data == NULL) ||
             (role == ASSAY_ROLE_MOK_LIST_X && what->mok_list_x.data == NULL)))
            assay_work_unknown(work, i, ASSAY_NO_BYTES, why);
    }
}

/* The path of the first image on its disk without the '/' that leads it. */
static assay_bytes path_of(assay_rebase_work *work, size_t at)
{
    const assay_bytes path = assay_work_image_path(work, at);

    return path.size > 0 && path.data[0] == '/' ? assay_bytes_of(path.data + 1, path.size - 1)
                                                : path;
}

static bool play_from(assay_rebase_work *work, size_t at, assay_bytes path, assay_bytes file)
{
    assay_rebase_play play = { .own_files = NULL };
    bool played = false;
    assay_pe pe;

    assay_rebase_measure_image(work, at, file, "files");
    if (!assay_work_open(work, &pe, file, "files"))
        return false;
    const assay_boot_image image = {
        .file = file,
        .disk = &play.scenario.disks[0],
        .path = path,
        .load_options = assay_rebase_optional_data(work),
    };
    const size_t end = assay_rebase_exit_end(work, at + 1);
    if (assay_rebase_play_begin(work, &play, at + 1)) {
        take_variables(work, &play);
        assay_boot_run(&play.boot, &image, &pe);
        played = assay_rebase_play_splice(work, &play, at + 1, end);
        if (played)
            doubt_enrolled(work);
        else
            assay_work_remark(work, ASSAY_PART_LOADER, false,
                              "what starts from the files of the ESP comes to no operating system "
                              "that is known here: the events from there on are the log's");
    }
    assay_rebase_play_end(work, &play);
    return played;
}

bool assay_rebase_esp(assay_rebase_work *work)
{
    const size_t at = first_image(work);
    assay_bytes file;

    if (work->what->files == NULL || at == work->count || work->status < 0 ||
        work->items[at].is.role == ASSAY_ROLE_IMAGE_FIRMWARE)
        return false;
    const assay_bytes path = path_of(work, at);
    const int found = path.size > 0 ? assay_tree_read(work->what->files, path, &file, work->error)
                                    : 0;
    if (found < 0)
        work->status = found;
    if (found == 0)
        assay_work_remark(work, ASSAY_PART_LOADER, false,
                          "what the firmware starts first is not among the files of the ESP: of "
                          "these only what lies beside a unified kernel image is looked at");
    return found > 0 && play_from(work, at, path, file);
}
