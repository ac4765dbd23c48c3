/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRUB from its start to its menu (kern/main.c, normal/main.c): the script that is built in, then
 * grub.cfg. The commands of the first are measured only when they run in normal mode.
 */
#include "boot/artefact/tree.h"
#include "boot/loader/grub/machine.h"

#include <stdlib.h>

static assay_bytes join(assay_grub *grub, assay_bytes a, const char *b)
{
    const assay_bytes parts[2] = { a, assay_bytes_of_string(b) };

    return assay_grub_join(&grub->pool, parts, 2);
}

/* Lists of what modules offer, wherever the new prefix has them. */
void assay_grub_prefix_changed(assay_grub *grub, assay_bytes value)
{
    static const char *const lists[] = { "command", "fs", "crypto", "terminal" };

    if (grub->silent)
        return;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const assay_bytes parts[4] = { value, ASSAY_LITERAL("/x86_64-efi/"),
                                       assay_bytes_of_string(lists[i]), ASSAY_LITERAL(".lst") };
        assay_bytes bytes;

        assay_grub_open(grub, assay_grub_join(&grub->pool, parts, 4), ASSAY_PART_GRUB, &bytes);
    }
    assay_grub_language_changed(grub, assay_grub_get_string(grub, "lang"),
                                assay_grub_get_string(grub, "locale_dir"), value);
}

static bool open_catalogue(assay_grub *grub, assay_bytes folder, assay_bytes language)
{
    static const char *const endings[] = { ".mo", ".mo.gz", ".gmo" };

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const assay_bytes parts[4] = { folder, ASSAY_LITERAL("/"), language,
                                       assay_bytes_of_string(endings[i]) };
        assay_bytes bytes;

        if (assay_grub_open(grub, assay_grub_join(&grub->pool, parts, 4), ASSAY_PART_GRUB,
                            &bytes) != ASSAY_GRUB_ABSENT)
            return true;
    }
    return false;
}

void assay_grub_language_changed(assay_grub *grub, assay_bytes language, assay_bytes folder,
                                 assay_bytes prefix)
{
    const assay_bytes where = folder.size > 0 ? folder
                              : prefix.size > 0 ? join(grub, prefix, "/locale")
                                                : ASSAY_NO_BYTES;
    const size_t score = assay_bytes_find(language, ASSAY_LITERAL("_"));

    if (language.size == 0 || where.size == 0 || open_catalogue(grub, where, language))
        return;
    if (score < language.size)
        open_catalogue(grub, where, assay_bytes_of(language.data, score));
}

/* --- configuration files -------------------------------------------------------------------- */

static bool in_memdisk(assay_bytes name)
{
    return assay_bytes_start_with(name, ASSAY_LITERAL("(memdisk)/"));
}

/* The memdisk of Debian's images is a FAT file system. */
static bool read_memdisk(assay_grub *grub, assay_bytes name, assay_bytes *ret_bytes)
{
    const assay_bytes path = assay_bytes_of(name.data + 10, name.size - 10);
    assay_bytes found = ASSAY_NO_BYTES;
    assay_tree *tree = assay_tree_new();

    if (tree != NULL && assay_tree_add_fat(tree, grub->core->memdisk, NULL) == 0 &&
        assay_tree_read(tree, path, &found, NULL) > 0)
        *ret_bytes = assay_grub_keep(&grub->pool, found);
    assay_tree_free(&tree);
    if (found.data == NULL)
        assay_grub_lose(grub, "GRUB runs a script of its memdisk, which can't be read here");
    return found.data != NULL;
}

static bool read_config(assay_grub *grub, assay_bytes name, assay_bytes *ret_bytes)
{
    if (in_memdisk(name))
        return read_memdisk(grub, name, ret_bytes);
    return assay_grub_open(grub, name, ASSAY_PART_GRUB, ret_bytes) == ASSAY_GRUB_FILE;
}

static void set_config_file(assay_grub *grub, assay_bytes name)
{
    const assay_bytes parts[4] = { ASSAY_LITERAL("("), assay_grub_get_string(grub, "root"),
                                   ASSAY_LITERAL(")"), name };
    const assay_bytes full =
        name.data[0] == '(' ? name : assay_grub_join(&grub->pool, parts, 4);
    size_t size = full.size;

    while (size > 0 && full.data[size - 1] != '/')
        size--;
    assay_grub_set_string(grub, "config_file", full);
    assay_grub_set_string(grub, "config_directory",
                          assay_bytes_of(full.data, size > 0 ? size - 1 : full.size));
    assay_grub_export(grub, ASSAY_LITERAL("config_file"));
    assay_grub_export(grub, ASSAY_LITERAL("config_directory"));
}

static void restore(assay_grub *grub, const char *name, assay_bytes value)
{
    if (value.data != NULL)
        assay_grub_set_string(grub, name, value);
    else
        assay_grub_unset(grub, assay_bytes_of_string(name));
}

static void run_config(assay_grub *grub, assay_bytes name)
{
    const assay_bytes file = assay_grub_get_string(grub, "config_file");
    const assay_bytes directory = assay_grub_get_string(grub, "config_directory");
    assay_bytes text;

    if (name.size == 0 || !read_config(grub, name, &text))
        return;
    set_config_file(grub, name);
    assay_grub_run_config(grub, text);
    restore(grub, "config_file", file);
    restore(grub, "config_directory", directory);
}

int assay_grub_configfile(assay_grub *grub, assay_bytes name, bool nested, bool batch)
{
    const bool silent = grub->silent;

    if (grub->nesting == ASSAY_GRUB_NESTING_MAX) {
        assay_grub_lose(grub, "configuration files include one another without end");
        return ASSAY_GRUB_FALSE;
    }
    grub->nesting++;
    grub->silent = false;
    if (!nested)
        assay_grub_prefix_changed(grub, assay_grub_get_string(grub, "prefix"));
    run_config(grub, name);
    if (!batch && !grub->over && grub->context->menu.count > 0)
        assay_grub_show_menu(grub, nested, false);
    if (!nested && !grub->over && !grub->exits) {
        assay_boot_remark(grub->boot, ASSAY_PART_GRUB, true,
                          "GRUB has nothing to start, and waits at its prompt");
        grub->over = true;
        grub->end = ASSAY_BOOT_WAITS;
    }
    grub->silent = silent;
    grub->nesting--;
    return ASSAY_GRUB_OK;
}

/* It is opened to see whether it is there, which measures it; then again to be run. */
static bool try_config(assay_grub *grub, const char *variable)
{
    const assay_bytes folder = assay_grub_get_string(grub, variable);
    const assay_bytes name = join(grub, folder, "/grub.cfg");
    assay_bytes bytes;

    if (folder.size == 0 || assay_grub_open(grub, name, ASSAY_PART_GRUB, &bytes) != ASSAY_GRUB_FILE)
        return false;
    assay_grub_configfile(grub, name, false, false);
    return true;
}

void assay_grub_normal(assay_grub *grub)
{
    const assay_grub_flavour *const flavour = grub->core->flavour;

    if (flavour->tries_fw_path && try_config(grub, "fw_path"))
        return;
    if (flavour->tries_config && try_config(grub, "prefix"))
        return;
    if (grub->over)
        return;
    if (flavour->tries_config)
        assay_grub_configfile(grub, ASSAY_LITERAL(""), false, false);
    else
        assay_grub_configfile(grub, join(grub, assay_grub_get_string(grub, "prefix"), "/grub.cfg"),
                              false, false);
}

/* --- start ---------------------------------------------------------------------------------- */

/* "(hd0,gpt1)" and the image's folder. */
static assay_bytes folder_of_image(assay_grub *grub, assay_bytes device)
{
    const assay_bytes path = grub->image->path;
    size_t size = path.size;

    while (size > 0 && path.data[size - 1] != '/' && path.data[size - 1] != '\\')
        size--;
    const bool rooted = path.size > 0 && (path.data[0] == '/' || path.data[0] == '\\');
    const assay_bytes parts[4] = { ASSAY_LITERAL("("), device,
                                   rooted ? ASSAY_LITERAL(")") : ASSAY_LITERAL(")/"),
                                   assay_bytes_of(path.data, size > 0 ? size - 1 : 0) };
    const assay_bytes whole = assay_grub_join(&grub->pool, parts, 4);
    uint8_t *const room = assay_grub_room(&grub->pool, whole.size + 1);

    if (room == NULL)
        return ASSAY_NO_BYTES;
    for (size_t i = 0; i < whole.size; i++)
        room[i] = whole.data[i] == '\\' ? '/' : whole.data[i];
    return assay_bytes_of(room, whole.size);
}

static void set_exported(assay_grub *grub, const char *name, assay_bytes value)
{
    assay_grub_set_string(grub, name, value);
    assay_grub_export(grub, assay_bytes_of_string(name));
}

static void set_prefix(assay_grub *grub, assay_bytes device, assay_bytes folder)
{
    const assay_bytes prefix = grub->core->prefix;
    const assay_bytes parts[4] = { ASSAY_LITERAL("("), device, ASSAY_LITERAL(")"), prefix };

    if (prefix.size > 0 && prefix.data[0] == '(')
        set_exported(grub, "prefix", prefix);
    else
        set_exported(grub, "prefix",
                     prefix.size > 0 ? assay_grub_join(&grub->pool, parts, 4) : folder);
    set_exported(grub, "root", device);
}

static void set_variables(assay_grub *grub)
{
    static const char *const features[] = {
        "feature_chainloader_bpb",   "feature_ntldr",        "feature_platform_search_hint",
        "feature_default_font_path", "feature_all_video_module", "feature_menuentry_id",
        "feature_menuentry_options", "feature_200_final",    "feature_nativedisk_cmd",
        "feature_timeout_style",
    };
    const assay_bytes device = assay_grub_device(grub, grub->image->disk);
    const assay_bytes folder = folder_of_image(grub, device);

    set_exported(grub, "cmdpath", folder);
    if (grub->core->flavour->tries_fw_path)
        set_exported(grub, "fw_path", folder);
    set_prefix(grub, device, folder);
    set_exported(grub, "pager", ASSAY_LITERAL(""));
    set_exported(grub, "color_normal", ASSAY_LITERAL("light-gray/black"));
    set_exported(grub, "color_highlight", ASSAY_LITERAL("black/light-gray"));
    for (size_t i = 0; i < sizeof features / sizeof *features; i++)
        set_exported(grub, features[i], ASSAY_LITERAL("y"));
    set_exported(grub, "grub_cpu", ASSAY_LITERAL("x86_64"));
    set_exported(grub, "grub_platform", ASSAY_LITERAL("efi"));
}

static void play(assay_grub *grub)
{
    grub->silent = true;
    set_variables(grub);
    if (grub->core->config.size > 0)
        assay_grub_run_config(grub, grub->core->config);
    if (!grub->over)
        assay_grub_normal(grub);
    if (grub->pool.failed) {
        grub->over = false;
        assay_grub_lose(grub, "GRUB's script wants too much memory");
    }
    if (grub->environment_saved)
        assay_boot_remark(grub->boot, ASSAY_PART_GRUB, false,
                          "GRUB's script writes to grubenv: the next boot may differ");
}

static bool recognise(const assay_pe *pe)
{
    return assay_grub_image_detect(pe);
}

static enum assay_boot_end run(assay_boot *boot, const assay_boot_image *image, const assay_pe *pe)
{
    assay_grub *const grub = calloc(1, sizeof *grub);
    assay_grub_context first = { 0 };
    assay_grub_image core;

    if (grub == NULL || image->disk == NULL) {
        assay_boot_remark(boot, ASSAY_PART_GRUB, false,
                          "from where GRUB is started is not known: what it does is not predicted");
        free(grub);
        return ASSAY_BOOT_LOST;
    }
    assay_grub_image_open(&core, pe);
    grub->boot = boot;
    grub->image = image;
    grub->core = &core;
    grub->context = &first;
    if (boot->scenario->choice.grub != NULL)
        grub->choice = assay_bytes_of_string(boot->scenario->choice.grub);
    boot->ran_grub = true;
    play(grub);
    const enum assay_boot_end end = grub->end;

    assay_grub_pool_free(&grub->pool);
    free(grub);
    return end;
}

const assay_boot_program assay_program_grub = { "GRUB", ASSAY_PART_GRUB, recognise, run };
