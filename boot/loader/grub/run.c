/* SPDX-License-Identifier: BSD-2-Clause */
/* Running a script (script/execute.c, normal/main.c). */
#include "boot/loader/grub/machine.h"

#include <stdarg.h>
#include <stdio.h>

static int run_list(assay_grub *grub, const assay_grub_statement *list);

void assay_grub_lose(assay_grub *grub, const char *format, ...)
{
    char text[256];
    va_list arguments;

    if (grub->over)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    assay_boot_remark(grub->boot, ASSAY_PART_GRUB, false, "%s: what follows is not predicted",
                      text);
    grub->over = true;
    grub->end = ASSAY_BOOT_LOST;
}

static bool stopped(assay_grub *grub)
{
    if (grub->boot->status < 0 || grub->pool.failed)
        grub->over = true;
    return grub->over;
}

static void set_status(assay_grub *grub, int status)
{
    char text[16];
    const int size = snprintf(text, sizeof text, "%d", status);

    assay_grub_set_string(grub, "?", assay_bytes_of(text, (size_t)size));
}

static const assay_grub_function *find_function(const assay_grub *grub, assay_bytes name)
{
    for (const assay_grub_function *f = grub->functions; f != NULL; f = f->next)
        if (assay_bytes_equal(f->name, name))
            return f;
    return NULL;
}

static void define(assay_grub *grub, const assay_grub_statement *s)
{
    assay_grub_function *const f = assay_grub_room(&grub->pool, sizeof *f);

    if (f == NULL)
        return;
    *f = (assay_grub_function){ s->name, s->body, grub->functions };
    grub->functions = f;
}

static int call(assay_grub *grub, const assay_grub_function *function, const assay_grub_args *args)
{
    const assay_grub_args *const scope = grub->scope;
    const unsigned loops = grub->loops;

    if (grub->nesting == ASSAY_GRUB_NESTING_MAX) {
        assay_grub_lose(grub, "functions call one another without end");
        return ASSAY_GRUB_FALSE;
    }
    grub->nesting++;
    grub->scope = args;
    grub->loops = 0;
    const int status = run_list(grub, function->body);

    grub->returns = false;
    grub->loops = loops;
    grub->scope = scope;
    grub->nesting--;
    return status;
}

/* What is neither a command nor a function may be an assignment; in no case is it false. */
static int assign(assay_grub *grub, assay_bytes word)
{
    const size_t size = assay_bytes_find(word, ASSAY_LITERAL("="));

    if (size < word.size && size > 0)
        assay_grub_set(grub, assay_bytes_of(word.data, size),
                       assay_bytes_of(word.data + size + 1, word.size - size - 1));
    return ASSAY_GRUB_OK;
}

static int run_args(assay_grub *grub, const assay_grub_args *words)
{
    const assay_bytes name = words->items[0];
    const assay_grub_args args = { words->items + 1, words->count - 1, words->block };
    assay_grub_command *const command = assay_grub_find_command(grub, name);
    const assay_grub_function *const function = find_function(grub, name);

    if (command != NULL)
        return command(grub, &args);
    return function != NULL ? call(grub, function, &args) : assign(grub, name);
}

static assay_bytes joined(assay_grub *grub, const assay_grub_args *args)
{
    assay_bytes *const parts = assay_grub_room(&grub->pool, 2 * args->count * sizeof *parts);

    if (parts == NULL)
        return ASSAY_NO_BYTES;
    for (size_t i = 0; i < args->count; i++) {
        parts[2 * i] = args->items[i];
        parts[2 * i + 1] = ASSAY_LITERAL(" ");
    }
    return assay_grub_join(&grub->pool, parts, 2 * args->count - 1);
}

static int invert(int status)
{
    return status == ASSAY_GRUB_OK ? ASSAY_GRUB_FALSE : ASSAY_GRUB_OK;
}

static int run_command(assay_grub *grub, const assay_grub_statement *s)
{
    assay_grub_args args;

    if (!assay_grub_expand(grub, s->words, &args))
        return ASSAY_GRUB_OK;
    if (++grub->steps > ASSAY_GRUB_STEPS_MAX) {
        assay_grub_lose(grub, "GRUB's script runs without end");
        return ASSAY_GRUB_FALSE;
    }
    assay_grub_measure_line(grub, "grub_cmd: ", ASSAY_PART_GRUB, joined(grub, &args));
    const bool inverted = assay_grub_is(args.items[0], "!");

    if (inverted && args.count < 2)
        return ASSAY_GRUB_BAD_ARGUMENT;
    if (inverted)
        args = (assay_grub_args){ args.items + 1, args.count - 1, args.block };
    const int status = run_args(grub, &args);

    return inverted ? invert(status) : status;
}

static int run_if(assay_grub *grub, const assay_grub_statement *s)
{
    const int status = run_list(grub, s->condition);

    if (grub->returns || grub->over)
        return status;
    return run_list(grub, status == ASSAY_GRUB_OK ? s->body : s->otherwise);
}

static void leave_loop(assay_grub *grub)
{
    if (grub->breaks > 0)
        grub->breaks--;
    grub->loops--;
}

static int run_for(assay_grub *grub, const assay_grub_statement *s)
{
    assay_grub_args args = { 0 };
    int status = ASSAY_GRUB_OK;

    assay_grub_expand(grub, s->words, &args);
    grub->loops++;
    for (size_t i = 0; i < args.count && !grub->returns && !stopped(grub); i++) {
        if (grub->continues && grub->breaks == 1)
            grub->breaks = 0;
        if (grub->breaks > 0)
            continue;
        assay_grub_set(grub, s->name, args.items[i]);
        status = run_list(grub, s->body);
    }
    leave_loop(grub);
    return status;
}

static int run_while(assay_grub *grub, const assay_grub_statement *s)
{
    int status = ASSAY_GRUB_OK;

    grub->loops++;
    while (!stopped(grub)) {
        status = run_list(grub, s->condition);
        if (grub->returns || (s->kind == ASSAY_GRUB_UNTIL ? status == 0 : status != 0))
            break;
        status = run_list(grub, s->body);
        if (grub->breaks == 1 && grub->continues)
            grub->breaks = 0;
        if (grub->returns || grub->breaks > 0)
            break;
        if (++grub->steps > ASSAY_GRUB_STEPS_MAX)
            assay_grub_lose(grub, "GRUB's script runs without end");
    }
    leave_loop(grub);
    return status;
}

static int run_statement(assay_grub *grub, const assay_grub_statement *s)
{
    switch (s->kind) {
    case ASSAY_GRUB_COMMAND:
        return run_command(grub, s);
    case ASSAY_GRUB_IF:
        return run_if(grub, s);
    case ASSAY_GRUB_FOR:
        return run_for(grub, s);
    case ASSAY_GRUB_WHILE:
    case ASSAY_GRUB_UNTIL:
        return run_while(grub, s);
    case ASSAY_GRUB_FUNCTION:
        break;
    }
    return ASSAY_GRUB_OK;
}

static int run_list(assay_grub *grub, const assay_grub_statement *list)
{
    int status = ASSAY_GRUB_OK;

    for (const assay_grub_statement *s = list; s != NULL; s = s->next) {
        if (grub->breaks > 0 || stopped(grub))
            break;
        if (s->kind == ASSAY_GRUB_FUNCTION)
            continue;
        status = run_statement(grub, s);
        set_status(grub, status);
        if (grub->returns)
            break;
    }
    set_status(grub, status);
    return status;
}

/* A configuration goes on behind a mistake; a menu entry does not. */
static int run_units(assay_grub *grub, assay_grub_lines *lines)
{
    int status = ASSAY_GRUB_OK;

    while (!stopped(grub)) {
        assay_grub_unit unit;
        assay_error error;
        const int read = assay_grub_read_unit(lines, &grub->pool, &unit, &error);

        if (read == 0)
            break;
        for (size_t i = 0; i < unit.function_count; i++)
            define(grub, unit.functions[i]);
        if (read < 0) {
            assay_boot_remark(grub->boot, ASSAY_PART_GRUB, false,
                              "GRUB refuses a part of its script: %s", error.what);
            if (!lines->skips_comments)
                break;
        } else if (unit.statements != NULL) {
            status = run_list(grub, unit.statements);
        }
    }
    return status;
}

int assay_grub_run_config(assay_grub *grub, assay_bytes text)
{
    assay_grub_lines lines = { .text = text, .skips_comments = true };

    return run_units(grub, &lines);
}

int assay_grub_run_source(assay_grub *grub, assay_bytes text, const assay_grub_args *scope)
{
    const assay_grub_args *const before = grub->scope;
    assay_grub_lines lines = { .text = text };

    grub->scope = scope;
    const int status = run_units(grub, &lines);

    grub->scope = before;
    return status;
}
