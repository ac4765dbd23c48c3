/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A GRUB that is being played: what its script has brought about so far. Like the boot it measures
 * for, it goes on until it is `over`: then nothing is run any more.
 * Private to boot/loader/grub.
 */
#ifndef ASSAY_BOOT_LOADER_GRUB_MACHINE_H
#define ASSAY_BOOT_LOADER_GRUB_MACHINE_H

#include "boot/loader/boot.h"
#include "boot/loader/grub/image.h"
#include "boot/loader/grub/script.h"

/** Results of commands, which scripts see in $? (include/grub/err.h). */
enum assay_grub_error {
    ASSAY_GRUB_OK,
    ASSAY_GRUB_FALSE,
    ASSAY_GRUB_BAD_FILE_TYPE = 4,
    ASSAY_GRUB_FILE_NOT_FOUND = 5,
    ASSAY_GRUB_UNKNOWN_DEVICE = 12,
    ASSAY_GRUB_BAD_ARGUMENT = 18,
    ASSAY_GRUB_BAD_OS = 21,
    ASSAY_GRUB_MENU = 27,
    ASSAY_GRUB_ACCESS_DENIED = 30,
    ASSAY_GRUB_BAD_SIGNATURE = 45,
};

enum {
    ASSAY_GRUB_STEPS_MAX = 20000, /* commands; scripts that boot something run some hundred */
    ASSAY_GRUB_NESTING_MAX = 50,  /* functions, configuration files and menus in one another */
    ASSAY_GRUB_INITRDS_MAX = 64,
};

typedef struct assay_grub_args {
    assay_bytes *items;
    size_t count;
    bool block; /* the last of them is { ... } */
} assay_grub_args;

typedef struct assay_grub_variable {
    assay_bytes name, value;
    bool exported;
    struct assay_grub_variable *next;
} assay_grub_variable;

typedef struct assay_grub_entry {
    assay_bytes title, id, source;
    assay_grub_args args; /* the entry's positional parameters */
    bool submenu;
    struct assay_grub_entry *next;
} assay_grub_entry;

typedef struct assay_grub_menu {
    assay_grub_entry *entries, *last;
    size_t count;
} assay_grub_menu;

typedef struct assay_grub_context {
    assay_grub_variable *variables;
    assay_grub_menu menu;
    struct assay_grub_context *previous;
} assay_grub_context;

typedef struct assay_grub_function {
    assay_bytes name;
    const assay_grub_statement *body;
    struct assay_grub_function *next;
} assay_grub_function;

/** What "boot" would start. */
typedef struct assay_grub_loaded {
    bool ready;
    bool chain;        /* an EFI image; else Linux */
    bool stub;         /* Linux through its EFI stub */
    assay_bytes file;
    assay_bytes cmdline; /* with BOOT_IMAGE= */
    assay_bytes options; /* LoadOptions of an EFI image */
    size_t initrd_count;
    assay_bytes initrd[ASSAY_GRUB_INITRDS_MAX * 3]; /* files and what goes between them */
    const assay_scenario_disk *disk;
    assay_bytes path;
} assay_grub_loaded;

typedef struct assay_grub {
    assay_boot *boot;
    const assay_boot_image *image;
    const assay_grub_image *core;
    assay_grub_pool pool;
    assay_grub_context *context;
    assay_grub_function *functions;
    assay_bytes choice;           /* of a person, for the next menu; no bytes: none is left */
    bool silent;                  /* the rescue mode, whose commands aren't measured */
    bool environment_saved;
    const assay_grub_args *scope; /* positional parameters; NULL: outside of functions */
    assay_grub_loaded loaded;
    unsigned loops, breaks;
    bool continues, returns, exits;
    unsigned nesting;
    unsigned steps;
    bool over;
    enum assay_boot_end end;
} assay_grub;

/* --- environment.c -------------------------------------------------------------------------- */

/** Its value; no bytes when there is none of this name. */
assay_bytes assay_grub_get(const assay_grub *grub, assay_bytes name);
assay_bytes assay_grub_get_string(const assay_grub *grub, const char *name);
void assay_grub_set(assay_grub *grub, assay_bytes name, assay_bytes value);
void assay_grub_set_string(assay_grub *grub, const char *name, assay_bytes value);
void assay_grub_unset(assay_grub *grub, assay_bytes name);
void assay_grub_export(assay_grub *grub, assay_bytes name);
void assay_grub_open_context(assay_grub *grub);
void assay_grub_close_context(assay_grub *grub);
/** A number as GRUB reads it: 0x, 0, decimal. False where there is none. */
bool assay_grub_number(assay_bytes text, uint64_t *ret_number);

/* --- expand.c ------------------------------------------------------------------------------- */

/** The words with their variables' values, as commands get them; false: there are none. */
bool assay_grub_expand(assay_grub *grub, const assay_grub_word *words, assay_grub_args *ret_args);

/** Without the backslashes that protect what follows them from being a wildcard. */
assay_bytes assay_grub_unprotected(assay_grub *grub, assay_bytes text);

/* --- wildcard.c ----------------------------------------------------------------------------- */

/** The next file or folder that a protected name with wildcards means, from *position on, which
 * begins with 0. False: no more. */
bool assay_grub_wildcard(assay_grub *grub, assay_bytes text, size_t *position,
                         assay_bytes *ret_name);

/* --- run.c ---------------------------------------------------------------------------------- */

/** Runs a script, unit by unit. */
int assay_grub_run_config(assay_grub *grub, assay_bytes text);
int assay_grub_run_source(assay_grub *grub, assay_bytes text, const assay_grub_args *scope);
/** Ends the play: what follows is not known, and why is remarked, printf's way. */
void assay_grub_lose(assay_grub *grub, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* --- command.c, and the files of their commands --------------------------------------------- */

typedef int assay_grub_command(assay_grub *grub, const assay_grub_args *args);
/** NULL: there is none of this name in the image. */
assay_grub_command *assay_grub_find_command(assay_grub *grub, assay_bytes name);

assay_grub_command assay_grub_test, assay_grub_search, assay_grub_search_file,
    assay_grub_search_label, assay_grub_search_uuid, assay_grub_linux, assay_grub_initrd,
    assay_grub_chainloader, assay_grub_boot, assay_grub_menuentry, assay_grub_submenu,
    assay_grub_load_env, assay_grub_save_env, assay_grub_list_env, assay_grub_blscfg,
    assay_grub_regexp, assay_grub_loadfont, assay_grub_insmod, assay_grub_break,
    assay_grub_continue, assay_grub_return, assay_grub_setparams, assay_grub_shift,
    assay_grub_eval, assay_grub_cat, assay_grub_ls, assay_grub_background_image;

/** Whether an argument is this option, "--file=x" or "-f x"; *position goes behind it. */
bool assay_grub_option(const assay_grub_args *args, size_t *position, const char *name,
                       char letter, assay_bytes *ret_value);

/* --- file.c --------------------------------------------------------------------------------- */

enum assay_grub_found { ASSAY_GRUB_ABSENT, ASSAY_GRUB_FILE, ASSAY_GRUB_FOLDER, ASSAY_GRUB_UNKNOWN };

/** A name as GRUB resolves it: "(hd0,gpt1)/x", or "/x" on $root. */
typedef struct assay_grub_place {
    const assay_scenario_disk *disk; /* NULL: a device whose files aren't known */
    bool memdisk;
    bool no_device;                  /* there is no such device */
    assay_bytes path;
} assay_grub_place;

assay_grub_place assay_grub_resolve(assay_grub *grub, assay_bytes name);
/** What is there; no event. */
enum assay_grub_found assay_grub_look(assay_grub *grub, assay_bytes name);
/** grub_file_open: measures the whole file into PCR 9. ABSENT, FILE, or UNKNOWN:
 * the play is over. */
enum assay_grub_found assay_grub_open(assay_grub *grub, assay_bytes name, enum assay_part part,
                                      assay_bytes *ret_bytes);
/** The same unmeasured. */
enum assay_grub_found assay_grub_peek(assay_grub *grub, assay_bytes name, assay_bytes *ret_bytes);
/** "hd0,gpt1" of the disk's ESP. */
assay_bytes assay_grub_device(assay_grub *grub, const assay_scenario_disk *disk);
/** Whether the machine has file systems that aren't known. */
bool assay_grub_has_unknown_volumes(const assay_grub *grub);

/* --- efidisk.c ------------------------------------------------------------------------------ */

/** GRUB's number of a disk, from 0, among those that firmware connects; of one that it doesn't,
 * how many it does. */
size_t assay_grub_disk_number(const assay_grub *grub, const assay_scenario_disk *disk);

/* --- menu.c, grub.c -------------------------------------------------------------- */

/** PCR 8: "prefix" and the line, of which the line is measured. */
void assay_grub_measure_line(assay_grub *grub, const char *prefix, enum assay_part part,
                             assay_bytes line);
/** "normal" without a file's name: goes for grub.cfg where this GRUB looks for it. */
void assay_grub_normal(assay_grub *grub);
int assay_grub_configfile(assay_grub *grub, assay_bytes name, bool nested, bool batch);
void assay_grub_add_entry(assay_grub *grub, const assay_grub_entry *entry);
void assay_grub_show_menu(assay_grub *grub, bool nested, bool automatic);
/** Files that a variable's new value makes GRUB read. */
void assay_grub_prefix_changed(assay_grub *grub, assay_bytes value);
void assay_grub_language_changed(assay_grub *grub, assay_bytes language, assay_bytes folder,
                                 assay_bytes prefix);

static inline bool assay_grub_is(assay_bytes bytes, const char *text)
{
    return assay_bytes_equal(bytes, assay_bytes_of_string(text));
}

#endif
