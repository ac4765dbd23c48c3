/* SPDX-License-Identifier: BSD-2-Clause */
/* --help, rendered from the tables at 80 columns. */
#include "cli/style.h"

#include <stdio.h>

enum { COLUMNS = 80, TEXT_COLUMN = 33, VERB_COLUMN = 12 };

static void put_entry(assay_writer *out, const char *name, const char *text, size_t column)
{
    const size_t size = strlen(name);

    assay_put_string(out, name);
    if (size + 2 > column)
        assay_put_format(out, "\n%*s", (int)column, "");
    else
        assay_put_format(out, "%*s", (int)(column - size), "");
    cli_put_wrapped(out, text, column, column, COLUMNS);
}

static void put_option(const cli_option *option, void *context)
{
    char letter[] = "   ", name[64];

    if (option->letter != '\0')
        snprintf(letter, sizeof letter, "-%c,", option->letter);
    snprintf(name, sizeof name, "  %s --%s%s%s", letter, option->name,
             option->value != NULL ? " " : "", option->value != NULL ? option->value : "");
    put_entry(context, name, option->help, TEXT_COLUMN);
}

static void put_verb_help(assay_writer *out, const cli_verb *verb)
{
    enum { BEFORE = sizeof "usage: assay " - 1, BETWEEN = sizeof " [OPTIONS] " - 1 };

    assay_put_format(out, "usage: assay %s [OPTIONS] ", verb->name);
    cli_put_wrapped(out, verb->usage, BEFORE + strlen(verb->name) + BETWEEN, BEFORE, COLUMNS);
    assay_put_char(out, '\n');
    cli_put_wrapped(out, verb->about, 0, 0, COLUMNS);
    assay_put_string(out, "\nOptions:\n");
    cli_each_option(verb, put_option, out);
    assay_put_string(out, "\nExit status: 0 yes or done, 1 no, 2 trouble.\n");
}

static void put_verbs(assay_writer *out, const cli_verb *const *verbs)
{
    char name[32];

    for (; *verbs != NULL; verbs++) {
        snprintf(name, sizeof name, "  %s", cli_verb_last_name(*verbs));
        put_entry(out, name, (*verbs)->summary, VERB_COLUMN);
    }
}

static void put_group_help(assay_writer *out, const cli_verb *group)
{
    assay_put_format(out, "usage: assay %s VERB [OPTIONS] [ARGUMENTS]\n\n", group->name);
    cli_put_wrapped(out, group->about, 0, 0, COLUMNS);
    assay_put_string(out, "\nVerbs:\n");
    put_verbs(out, group->verbs);
    assay_put_format(out, "\n'assay %s VERB --help' describes a verb.\n", group->name);
}

static void put_command_help(assay_writer *out)
{
    assay_put_string(out, "usage: assay VERB [OPTIONS] [ARGUMENTS]\n\n"
                          "What a machine measured while it booted: read, replayed, checked.\n\n"
                          "Verbs:\n");
    put_verbs(out, cli_verbs);
    assay_put_string(out, "\n'assay VERB --help' describes a verb, 'assay --version' prints the "
                          "version and\n'assay --completion SHELL' a completion script for bash, "
                          "zsh or fish.\n");
}

void cli_help(assay_writer *out, const cli_verb *verb)
{
    if (verb == NULL)
        put_command_help(out);
    else if (verb->verbs != NULL)
        put_group_help(out, verb);
    else
        put_verb_help(out, verb);
}
