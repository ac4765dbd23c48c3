/* SPDX-License-Identifier: BSD-2-Clause */
/* GRUB's commands by name, and those that only change the play itself. */
#include "boot/loader/grub/machine.h"

/* What changes nothing that is measured, and succeeds. */
static int run_nothing(assay_grub *grub, const assay_grub_args *args)
{
    (void)grub;
    (void)args;
    return ASSAY_GRUB_OK;
}

static int run_false(assay_grub *grub, const assay_grub_args *args)
{
    (void)grub;
    (void)args;
    return ASSAY_GRUB_FALSE;
}

static int run_set(assay_grub *grub, const assay_grub_args *args)
{
    if (args->count == 0)
        return ASSAY_GRUB_OK;
    const assay_bytes word = args->items[0];
    const size_t size = assay_bytes_find(word, ASSAY_LITERAL("="));

    if (size == word.size)
        return ASSAY_GRUB_BAD_ARGUMENT;
    assay_grub_set(grub, assay_bytes_of(word.data, size),
                   assay_bytes_of(word.data + size + 1, word.size - size - 1));
    return ASSAY_GRUB_OK;
}

static int run_unset(assay_grub *grub, const assay_grub_args *args)
{
    if (args->count == 0)
        return ASSAY_GRUB_BAD_ARGUMENT;
    assay_grub_unset(grub, args->items[0]);
    return ASSAY_GRUB_OK;
}

static int run_export(assay_grub *grub, const assay_grub_args *args)
{
    for (size_t i = 0; i < args->count; i++)
        assay_grub_export(grub, args->items[i]);
    return args->count > 0 ? ASSAY_GRUB_OK : ASSAY_GRUB_BAD_ARGUMENT;
}

static int run_source(assay_grub *grub, const assay_grub_args *args)
{
    if (args->count != 1)
        return ASSAY_GRUB_BAD_ARGUMENT;
    return assay_grub_configfile(grub, args->items[0], true, true);
}

static int run_configfile(assay_grub *grub, const assay_grub_args *args)
{
    if (args->count != 1)
        return ASSAY_GRUB_BAD_ARGUMENT;
    assay_grub_open_context(grub);
    assay_grub_configfile(grub, args->items[0], true, false);
    assay_grub_close_context(grub);
    return ASSAY_GRUB_OK;
}

static int run_normal(assay_grub *grub, const assay_grub_args *args)
{
    if (args->count > 0)
        assay_grub_configfile(grub, args->items[0], false, false);
    else
        assay_grub_normal(grub);
    return ASSAY_GRUB_OK;
}

static int end_here(assay_grub *grub, const char *what, enum assay_boot_end end)
{
    assay_boot_remark(grub->boot, ASSAY_PART_GRUB, true, "%s", what);
    grub->over = true;
    grub->end = end;
    return ASSAY_GRUB_OK;
}

static int run_halt(assay_grub *grub, const assay_grub_args *args)
{
    (void)args;
    return end_here(grub, "GRUB's script halts the machine or starts it anew", ASSAY_BOOT_WAITS);
}

/* Before 2.12 it looks at no argument: to ask it is to go there (commands/efi/efifwsetup.c). */
static int run_fwsetup(assay_grub *grub, const assay_grub_args *args)
{
    const assay_bytes question = ASSAY_LITERAL("--is-supported");

    if (args->count > 0 && assay_bytes_equal(args->items[0], question) &&
        assay_bytes_find(grub->core->modules, question) < grub->core->modules.size)
        return ASSAY_GRUB_OK;
    return end_here(grub, "GRUB's script goes to the firmware's setup", ASSAY_BOOT_WAITS);
}

static int run_exit(assay_grub *grub, const assay_grub_args *args)
{
    (void)args;
    grub->over = true;
    grub->end = ASSAY_BOOT_RETURNED;
    return ASSAY_GRUB_OK;
}

/* What only the machine can tell. */
static int run_unknowable(assay_grub *grub, const assay_grub_args *args)
{
    (void)args;
    assay_grub_lose(grub, "GRUB's script asks the machine for what can't be known here");
    return ASSAY_GRUB_FALSE;
}

/* increment and decrement, of Fedora. */
static int count_variable(assay_grub *grub, const assay_grub_args *args, bool up)
{
    char text[24];
    assay_writer out = assay_writer_lent(text, sizeof text);
    uint64_t n = 0;

    if (args->count != 1)
        return ASSAY_GRUB_BAD_ARGUMENT;
    const bool there = assay_grub_number(assay_grub_get(grub, args->items[0]), &n);

    if (!there)
        return ASSAY_GRUB_OK;
    assay_put_decimal(&out, up ? n + 1 : n - (n > 0));
    assay_grub_set(grub, args->items[0], assay_written(&out));
    return ASSAY_GRUB_OK;
}

static int run_increment(assay_grub *grub, const assay_grub_args *args)
{
    return count_variable(grub, args, true);
}

static int run_decrement(assay_grub *grub, const assay_grub_args *args)
{
    return count_variable(grub, args, false);
}

static int run_normal_exit(assay_grub *grub, const assay_grub_args *args)
{
    (void)args;
    grub->exits = true;
    return ASSAY_GRUB_OK;
}

/* The commands of the modules that distributions build into their images. */
static const struct command {
    const char *name;
    assay_grub_command *run;
} commands[] = {
    { "set", run_set },
    { "unset", run_unset },
    { "export", run_export },
    { "[", assay_grub_test },
    { "test", assay_grub_test },
    { "source", run_source },
    { ".", run_source },
    { "configfile", run_configfile },
    { "normal", run_normal },
    { "normal_exit", run_normal_exit },
    { "break", assay_grub_break },
    { "continue", assay_grub_continue },
    { "return", assay_grub_return },
    { "setparams", assay_grub_setparams },
    { "shift", assay_grub_shift },
    { "eval", assay_grub_eval },
    { "menuentry", assay_grub_menuentry },
    { "submenu", assay_grub_submenu },
    { "linux", assay_grub_linux },
    { "linuxefi", assay_grub_linux },
    { "initrd", assay_grub_initrd },
    { "initrdefi", assay_grub_initrd },
    { "chainloader", assay_grub_chainloader },
    { "boot", assay_grub_boot },
    { "load_env", assay_grub_load_env },
    { "save_env", assay_grub_save_env },
    { "list_env", assay_grub_list_env },
    { "search", assay_grub_search },
    { "search.file", assay_grub_search_file },
    { "search.fs_label", assay_grub_search_label },
    { "search.fs_uuid", assay_grub_search_uuid },
    { "regexp", assay_grub_regexp },
    { "loadfont", assay_grub_loadfont },
    { "insmod", assay_grub_insmod },
    { "cat", assay_grub_cat },
    { "ls", assay_grub_ls },
    { "background_image", assay_grub_background_image },
    { "true", run_nothing },
    { "false", run_false },
    { "echo", run_nothing },
    { "sleep", run_nothing },
    { "clear", run_nothing },
    { "terminal_input", run_nothing },
    { "terminal_output", run_nothing },
    { "terminfo", run_nothing },
    { "serial", run_nothing },
    { "play", run_nothing },
    { "password", run_nothing },
    { "password_pbkdf2", run_nothing },
    { "background_color", run_nothing },
    { "rmmod", run_nothing },
    { "gettext", run_nothing },
    { "videoinfo", run_nothing },
    { "halt", run_halt },
    { "reboot", run_halt },
    { "fwsetup", run_fwsetup },
    { "exit", run_exit },
    { "read", run_unknowable },
    { "keystatus", run_unknowable },
    { "smbios", run_unknowable },
    { "date", run_nothing },
    { "cpuid", run_unknowable },
    { "probe", run_unknowable },
    { "getenv", run_unknowable },
    { "cryptomount", run_unknowable },
    { "loopback", run_unknowable },
    { "multiboot", run_unknowable },
    { "multiboot2", run_unknowable },
    { "xen_hypervisor", run_unknowable },
};

/* And those that only Fedora and RHEL have. */
static const struct command bls_commands[] = {
    { "blscfg", assay_grub_blscfg },
    { "bls_import", assay_grub_blscfg },
    { "increment", run_increment },
    { "decrement", run_decrement },
};

/* Modules that some leave out, by their commands. */
static const struct left_out {
    const char *command, *module;
} left_out[] = {
    { "eval", "eval" },
    { "chainloader", "chain" },
    { "regexp", "regexp" },
    { "cat", "cat" },
    { "background_image", "gfxterm_background" },
    { "sleep", "sleep" },
    { "serial", "serial" },
    { "play", "play" },
    { "password", "password" },
    { "videoinfo", "videoinfo" },
    { "fwsetup", "efifwsetup" },
    { "read", "read" },
    { "keystatus", "keystatus" },
    { "smbios", "smbios" },
    { "cpuid", "cpuid" },
    { "probe", "probe" },
    { "getenv", "getenv" },
    { "cryptomount", "cryptodisk" },
    { "loopback", "loopback" },
    { "multiboot", "multiboot" },
    { "multiboot2", "multiboot2" },
};

/* Of an image whose modules have names: the normal mode is in each of those. */
static bool is_there(assay_grub *grub, const char *module)
{
    const assay_bytes parts[4] = { assay_grub_get_string(grub, "prefix"),
                                   ASSAY_LITERAL("/x86_64-efi/"), assay_bytes_of_string(module),
                                   ASSAY_LITERAL(".mod") };

    if (assay_grub_image_has_module(grub->core, parts[2]) ||
        !assay_grub_image_has_module(grub->core, ASSAY_LITERAL("normal")))
        return true;
    return !(grub->boot->secure_boot && grub->core->flavour->locked_modules) &&
           assay_grub_look(grub, assay_grub_join(&grub->pool, parts, 4)) == ASSAY_GRUB_FILE;
}

/* Whether the command's module is left out. */
static bool is_left_out(assay_grub *grub, assay_bytes name)
{
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
        if (assay_grub_is(name, left_out[i].command))
            return !is_there(grub, left_out[i].module);
    return false;
}

static assay_grub_command *find_in(const struct command *table, size_t count, assay_bytes name)
{
    for (size_t i = 0; i < count; i++)
        if (assay_grub_is(name, table[i].name))
            return table[i].run;
    return NULL;
}

assay_grub_command *assay_grub_find_command(assay_grub *grub, assay_bytes name)
{
    assay_grub_command *const found =
        find_in(commands, sizeof commands / sizeof *commands, name);

    if (found != NULL && is_left_out(grub, name))
        return NULL;
    if (found != NULL || !grub->core->flavour->bls)
        return found;
    return find_in(bls_commands, sizeof bls_commands / sizeof *bls_commands, name);
}

bool assay_grub_option(const assay_grub_args *args, size_t *position, const char *name,
                       char letter, assay_bytes *ret_value)
{
    const assay_bytes word = args->items[*position];
    const size_t size = strlen(name);

    if (word.size == 2 && word.data[0] == '-' && letter != '\0' &&
        word.data[1] == (uint8_t)letter) {
        if (*position + 1 < args->count)
            *ret_value = args->items[++*position];
        ++*position;
        return true;
    }
    if (word.size < size + 2 || memcmp(word.data, "--", 2) != 0 ||
        memcmp(word.data + 2, name, size) != 0)
        return false;
    if (word.size > size + 2 && word.data[size + 2] != '=')
        return false;
    if (word.size > size + 2)
        *ret_value = assay_bytes_of(word.data + size + 3, word.size - size - 3);
    else if (letter != '\0' && *position + 1 < args->count)
        *ret_value = args->items[++*position];
    ++*position;
    return true;
}
