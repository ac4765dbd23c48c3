/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The UEFI shell as EDK2 builds it (ShellPkg/Application/Shell, edk2-stable202211 and 202502): what
 * its startup.nsh starts. It measures nothing itself.
 */
#include "boot/loader/bootdevice.h"
#include "boot/loader/shellscript.h"

#include <stdlib.h>

enum {
    SHELL_IMAGE_MAX = 8 << 20, /* bytes; builds have about one MiB */
    SHELL_NESTING = 8,         /* scripts that call scripts */
    SHELL_PATH_MAX = 1024,
    SHELL_LINES_MAX = 10000, /* scripts that start something have some ten */
};

/* Where a file is; or, with a path that ends in '/' or is empty, a folder. */
typedef struct shell_place {
    const assay_scenario_disk *disk; /* NULL: nowhere */
    size_t size;
    uint8_t path[SHELL_PATH_MAX]; /* of `size`, UTF-8 with '/', none in front */
} shell_place;

typedef struct uefi_shell {
    assay_boot *boot;
    size_t count; /* fs0: fs1: ... */
    const assay_scenario_disk *file_systems[ASSAY_SCENARIO_DISKS];
    shell_place current; /* folder; no disk: none was chosen */
    unsigned nesting;
    unsigned lines; /* run so far: scripts that call one another may multiply */
    enum assay_boot_end end; /* of what SHELL_STARTED tells of */
} uefi_shell;

/* How a script, or a line of one, ended. */
enum shell_end {
    SHELL_NEXT,    /* the next line */
    SHELL_LEAVE,   /* the script ends */
    SHELL_STARTED, /* something was started that doesn't come back: the shell's `end` says what */
};

/* What decides nothing that is measured. */
static const char *const harmless[] = {
    "alias", "attrib", "bcfg", "cls",   "comp",  "connect", "copy", "cp",   "date",    "del",
    "devices", "devtree", "dh", "dir",  "disconnect", "dmpstore", "drivers", "drvcfg", "drvdiag",
    "echo", "endif", "getmtc", "help",  "ls",    "map",     "md",   "memmap", "mkdir", "mode",
    "mv",   "openinfo", "parse", "pci", "reconnect", "rm",  "sermode", "set", "setsize", "setvar",
    "smbiosview", "stall", "time", "timezone", "touch", "type", "unload", "ver", "vol",
};

/* Extensions that make a name one that can be run, in the order in which they are tried. */
static const char *const runnable[] = { "", ".nsh", ".efi" };

/* The value of "path": where a name is looked for in each file system. */
static const char *const search_path[] = { "efi/tools/", "efi/boot/", "" };

static assay_bytes path_of(const shell_place *place)
{
    return assay_bytes_of(place->path, place->size);
}

/* --- names ------------------------------------------------------------------------------------ */

static void append(shell_place *place, assay_bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        const uint8_t c = text.data[i] == '\\' ? '/' : text.data[i];

        if (c == '/' && (place->size == 0 || place->path[place->size - 1] == '/'))
            continue;
        if (place->size < SHELL_PATH_MAX)
            place->path[place->size++] = c;
    }
}

/* Takes the last name off a folder's path. */
static void go_up(shell_place *folder)
{
    while (folder->size > 0 && folder->path[folder->size - 1] == '/')
        folder->size--;
    while (folder->size > 0 && folder->path[folder->size - 1] != '/')
        folder->size--;
}

/* Enters a folder below, "..", or from the root on. */
static void enter(shell_place *folder, assay_bytes name)
{
    if (name.size > 0 && (name.data[0] == '\\' || name.data[0] == '/'))
        folder->size = 0;
    while (name.size > 0) {
        size_t size = 0;

        while (size < name.size && name.data[size] != '\\' && name.data[size] != '/')
            size++;
        const assay_bytes part = assay_bytes_of(name.data, size);

        if (assay_shell_word_is(part, ".."))
            go_up(folder);
        else if (size > 0 && !assay_shell_word_is(part, ".")) {
            append(folder, part);
            append(folder, ASSAY_LITERAL("/"));
        }
        name = assay_bytes_of(name.data + size, name.size - size);
        if (name.size > 0)
            name = assay_bytes_of(name.data + 1, name.size - 1);
    }
}

static bool exists(const shell_place *place, bool folder_too)
{
    assay_tree_entry entry;

    return place->disk != NULL && place->disk->esp != NULL &&
           assay_tree_find(place->disk->esp, path_of(place), &entry) &&
           (folder_too || !entry.folder);
}

/* "fs0:" and its like: the file system, and what follows the colon. */
static bool take_mapping(const uefi_shell *shell, assay_bytes *name, shell_place *ret_place)
{
    const size_t colon = assay_bytes_find(*name, ASSAY_LITERAL(":"));
    char digits[8] = { 0 };

    if (colon == name->size || colon < 3 || colon - 2 >= sizeof digits ||
        !assay_shell_word_is(assay_bytes_of(name->data, 2), "fs"))
        return false;
    memcpy(digits, name->data + 2, colon - 2);
    const unsigned long number = strtoul(digits, NULL, 10);

    if (digits[strspn(digits, "0123456789")] != '\0' || number >= shell->count)
        return false;
    *ret_place = (shell_place){ .disk = shell->file_systems[number] };
    *name = assay_bytes_of(name->data + colon + 1, name->size - colon - 1);
    return true;
}

static bool try_file(const shell_place *folder, assay_bytes name, const char *extension,
                     shell_place *ret_place)
{
    shell_place place = *folder;

    if (name.size > 0 && (name.data[0] == '\\' || name.data[0] == '/'))
        place.size = 0;
    append(&place, name);
    append(&place, assay_bytes_of_string(extension));
    if (!exists(&place, false))
        return false;
    *ret_place = place;
    return true;
}

static bool search(const uefi_shell *shell, assay_bytes name, const char *extension,
                   shell_place *ret_place)
{
    if (shell->current.disk != NULL && try_file(&shell->current, name, extension, ret_place))
        return true;
    for (size_t f = 0; f < shell->count; f++)
        for (size_t p = 0; p < sizeof search_path / sizeof *search_path; p++) {
            shell_place folder = { .disk = shell->file_systems[f] };

            append(&folder, assay_bytes_of_string(search_path[p]));
            if (try_file(&folder, name, extension, ret_place))
                return true;
        }
    return false;
}

/* ShellFindFilePathEx */
static bool find(const uefi_shell *shell, assay_bytes name, shell_place *ret_place)
{
    shell_place mapped;
    const bool is_mapped = take_mapping(shell, &name, &mapped);

    for (size_t i = 0; i < sizeof runnable / sizeof *runnable; i++)
        if (is_mapped ? try_file(&mapped, name, runnable[i], ret_place)
                      : search(shell, name, runnable[i], ret_place))
            return true;
    return false;
}

static bool ends_with(const shell_place *place, const char *extension)
{
    const size_t size = strlen(extension);

    return place->size >= size &&
           assay_shell_word_is(assay_bytes_of(place->path + place->size - size, size), extension);
}

/* --- commands --------------------------------------------------------------------------------- */

static enum shell_end run_script(uefi_shell *shell, const shell_place *place);

static void wait_for_a_person(const uefi_shell *shell, const char *why)
{
    assay_boot_remark(shell->boot, ASSAY_PART_LOADER, true, "the UEFI shell waits: %s", why);
}

static enum shell_end start(uefi_shell *shell, const shell_place *place,
                            const assay_shell_line *line)
{
    assay_writer options = assay_writer_growing(1 << 16);
    assay_boot_image image = {
        .disk = place->disk,
        .path = assay_boot_keep(shell->boot, path_of(place)),
    };

    assay_shell_put_options(&options, line->text);
    image.load_options = assay_boot_utf16(shell->boot, assay_written(&options), true);
    assay_writer_close(&options);
    if (!assay_boot_read(shell->boot, place->disk, image.path, &image.file))
        return SHELL_LEAVE;
    shell->end = assay_boot_start(shell->boot, &image);
    return shell->end != ASSAY_BOOT_RETURNED ? SHELL_STARTED : SHELL_NEXT;
}

static enum shell_end run_file(uefi_shell *shell, const assay_shell_line *line)
{
    shell_place place;

    if (!find(shell, line->words[0], &place))
        assay_boot_remark(shell->boot, ASSAY_PART_LOADER, false,
                          "a line of startup.nsh names a program that isn't there");
    else if (ends_with(&place, ".nsh"))
        return run_script(shell, &place);
    else if (ends_with(&place, ".efi"))
        return start(shell, &place, line);
    return SHELL_NEXT;
}

static enum shell_end change_folder(uefi_shell *shell, const assay_shell_line *line)
{
    assay_bytes name = line->count > 1 ? line->words[line->count - 1] : ASSAY_NO_BYTES;
    shell_place folder;

    if (take_mapping(shell, &name, &folder))
        enter(&folder, name);
    else
        enter(&shell->current, name);
    return SHELL_NEXT;
}

static enum shell_end change_file_system(uefi_shell *shell, assay_bytes name)
{
    if (take_mapping(shell, &name, &shell->current))
        return SHELL_NEXT;
    assay_boot_remark(shell->boot, ASSAY_PART_LOADER, false,
                      "startup.nsh names a file system that isn't there, and ends");
    return SHELL_LEAVE;
}

static bool is_harmless(assay_bytes word)
{
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
        if (assay_shell_word_is(word, harmless[i]))
            return true;
    return false;
}

static enum shell_end give_up(uefi_shell *shell, const char *why)
{
    wait_for_a_person(shell, why);
    shell->end = ASSAY_BOOT_WAITS;
    return SHELL_STARTED;
}

static enum shell_end lose(uefi_shell *shell)
{
    assay_boot_remark(shell->boot, ASSAY_PART_LOADER, false,
                      "what startup.nsh says can't be followed: what comes next is not predicted");
    shell->end = ASSAY_BOOT_LOST;
    return SHELL_STARTED;
}

static enum shell_end run_line(uefi_shell *shell, const assay_shell_line *line)
{
    const assay_bytes word = line->words[0];

    if (is_harmless(word))
        return SHELL_NEXT;
    if (assay_shell_word_is(word, "exit"))
        return line->count > 1 && assay_shell_word_is(line->words[1], "/b")
                   ? SHELL_LEAVE
                   : give_up(shell, "startup.nsh leaves it, and the firmware's menu opens");
    if (assay_shell_word_is(word, "cd"))
        return change_folder(shell, line);
    if (assay_shell_word_is(word, "pause"))
        return give_up(shell, "startup.nsh says pause");
    if (assay_shell_word_is(word, "reset"))
        return give_up(shell, "startup.nsh resets the machine");
    if (assay_shell_word_is(word, "for") || assay_shell_word_is(word, "goto") ||
        assay_shell_word_is(word, "load") || assay_shell_is_rewritten(line->text))
        return lose(shell);
    if (word.size > 0 && word.data[word.size - 1] == ':')
        return change_file_system(shell, word);
    return run_file(shell, line);
}

/* --- scripts ---------------------------------------------------------------------------------- */

/* "if [not] exist FILE then". False when it is another condition. */
static bool evaluate(const uefi_shell *shell, const assay_shell_line *line, bool *ret_holds)
{
    const bool negated = line->count > 1 && assay_shell_word_is(line->words[1], "not");
    const size_t at = negated ? 2 : 1;
    shell_place place = shell->current;

    if (line->count != at + 3 || !assay_shell_word_is(line->words[at], "exist") ||
        !assay_shell_word_is(line->words[at + 2], "then"))
        return false;
    assay_bytes name = line->words[at + 1];

    take_mapping(shell, &name, &place);
    if (name.size > 0 && (name.data[0] == '\\' || name.data[0] == '/'))
        place.size = 0;
    append(&place, name);
    *ret_holds = exists(&place, true) != negated;
    return true;
}

/* Goes on behind the "else", where one is wanted, or the "endif" of an "if". */
static void skip(assay_cursor *script, bool wants_else)
{
    assay_shell_line line;
    unsigned depth = 1;

    while (depth > 0 && assay_shell_next_line(script, &line)) {
        if (assay_shell_word_is(line.words[0], "if"))
            depth++;
        else if (assay_shell_word_is(line.words[0], "endif"))
            depth--;
        else if (wants_else && depth == 1 && assay_shell_word_is(line.words[0], "else"))
            return;
    }
}

static enum shell_end run_lines(uefi_shell *shell, assay_bytes text)
{
    assay_cursor script = assay_cursor_of(text);
    enum shell_end end = SHELL_NEXT;
    assay_shell_line line;
    bool holds;

    while (end == SHELL_NEXT && shell->boot->status == 0 &&
           assay_shell_next_line(&script, &line)) {
        if (++shell->lines > SHELL_LINES_MAX)
            end = lose(shell);
        else if (assay_shell_word_is(line.words[0], "else"))
            skip(&script, false);
        else if (!assay_shell_word_is(line.words[0], "if"))
            end = run_line(shell, &line);
        else if (!evaluate(shell, &line, &holds))
            end = lose(shell);
        else if (!holds)
            skip(&script, true);
    }
    return end == SHELL_LEAVE ? SHELL_NEXT : end;
}

static enum shell_end run_script(uefi_shell *shell, const shell_place *place)
{
    assay_writer text = assay_writer_growing(ASSAY_SHELL_SCRIPT_MAX);
    enum shell_end end = SHELL_NEXT;
    assay_bytes file;

    if (shell->nesting == SHELL_NESTING ||
        !assay_boot_read(shell->boot, place->disk, path_of(place), &file))
        return SHELL_LEAVE;
    assay_shell_script_decode(&text, file);
    if (text.failure != 0)
        assay_boot_fail(shell->boot, ASSAY_TOO_LARGE, "a shell script is too large");
    shell->nesting++;
    end = run_lines(shell, assay_written(&text));
    shell->nesting--;
    assay_writer_close(&text);
    return end;
}

/* LocateStartupScript: beside the shell itself, then along "path". */
static bool find_startup(const uefi_shell *shell, const assay_boot_image *image,
                         shell_place *ret_place)
{
    static const char name[] = "startup.nsh";
    shell_place folder = { .disk = image->disk };

    append(&folder, image->path);
    go_up(&folder);
    return (image->path.size > 0 &&
            try_file(&folder, assay_bytes_of_string(name), "", ret_place)) ||
           search(shell, assay_bytes_of_string(name), "", ret_place);
}

static enum assay_boot_end run(assay_boot *boot, const assay_boot_image *image, const assay_pe *pe)
{
    uefi_shell shell = { .boot = boot };
    const assay_scenario_disk *disks[ASSAY_SCENARIO_DISKS];
    const size_t count = assay_bootdevice_list(boot->scenario, disks);
    enum shell_end end = SHELL_NEXT;
    shell_place startup;

    (void)pe;
    for (size_t i = 0; i < count; i++)
        if (disks[i]->esp != NULL)
            shell.file_systems[shell.count++] = disks[i];
    if (find_startup(&shell, image, &startup))
        end = run_script(&shell, &startup);
    if (end != SHELL_STARTED)
        give_up(&shell, "nothing that startup.nsh starts has started a system");
    return shell.end;
}

/* Its own names for what it looks for. */
static bool recognise(const assay_pe *image)
{
    static const char startup[] = "s\0t\0a\0r\0t\0u\0p\0.\0n\0s\0h\0";
    static const char home[] = "h\0o\0m\0e\0f\0i\0l\0e\0s\0y\0s\0t\0e\0m\0";
    const assay_bytes file = image->file;

    return file.size < SHELL_IMAGE_MAX &&
           assay_bytes_find(file, assay_bytes_of(startup, sizeof startup)) < file.size &&
           assay_bytes_find(file, assay_bytes_of(home, sizeof home)) < file.size;
}

const assay_boot_program assay_program_shell = {
    .name = "UEFI shell",
    .part = ASSAY_PART_FIRMWARE,
    .recognise = recognise,
    .run = run,
};
