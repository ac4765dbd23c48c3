/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands that steer the script itself (script/execute.c). */
#include "boot/loader/grub/machine.h"

static bool count_argument(const assay_grub_args *args, unsigned most, unsigned *ret_count)
{
    uint64_t n = 1;

    if (args->count > 1 || (args->count == 1 && !assay_grub_number(args->items[0], &n)))
        return false;
    *ret_count = n < most ? (unsigned)n : most;
    return true;
}

static int leave_loops(assay_grub *grub, const assay_grub_args *args, bool continues)
{
    unsigned count;

    if (!count_argument(args, grub->loops, &count) || (args->count == 1 && count == 0))
        return ASSAY_GRUB_BAD_ARGUMENT;
    grub->continues = continues;
    grub->breaks = count;
    return ASSAY_GRUB_OK;
}

int assay_grub_break(assay_grub *grub, const assay_grub_args *args)
{
    return leave_loops(grub, args, false);
}

int assay_grub_continue(assay_grub *grub, const assay_grub_args *args)
{
    return leave_loops(grub, args, true);
}

int assay_grub_return(assay_grub *grub, const assay_grub_args *args)
{
    uint64_t n = 0;
    const assay_bytes status =
        args->count == 1 ? args->items[0] : assay_grub_get_string(grub, "?");

    if (grub->scope == NULL || args->count > 1 ||
        (!assay_grub_number(status, &n) && args->count == 1))
        return ASSAY_GRUB_BAD_ARGUMENT;
    grub->returns = true;
    return n <= INT32_MAX ? (int)n : ASSAY_GRUB_FALSE;
}

static int set_parameters(assay_grub *grub, assay_bytes *items, size_t count)
{
    assay_grub_args *const scope = assay_grub_room(&grub->pool, sizeof *scope);

    if (scope == NULL)
        return ASSAY_GRUB_FALSE;
    *scope = (assay_grub_args){ .items = items, .count = count };
    grub->scope = scope;
    return ASSAY_GRUB_OK;
}

int assay_grub_setparams(assay_grub *grub, const assay_grub_args *args)
{
    return grub->scope != NULL ? set_parameters(grub, args->items, args->count)
                               : ASSAY_GRUB_BAD_ARGUMENT;
}

int assay_grub_shift(assay_grub *grub, const assay_grub_args *args)
{
    unsigned count;

    if (grub->scope == NULL)
        return ASSAY_GRUB_OK;
    if (!count_argument(args, UINT32_MAX, &count) || count > grub->scope->count)
        return ASSAY_GRUB_BAD_ARGUMENT;
    return set_parameters(grub, grub->scope->items + count, grub->scope->count - count);
}

int assay_grub_eval(assay_grub *grub, const assay_grub_args *args)
{
    assay_bytes *const parts = assay_grub_room(&grub->pool, (2 * args->count + 1) * sizeof *parts);

    if (parts == NULL || args->count == 0)
        return ASSAY_GRUB_OK;
    for (size_t i = 0; i < args->count; i++) {
        parts[2 * i] = args->items[i];
        parts[2 * i + 1] = ASSAY_LITERAL(" ");
    }
    if (grub->nesting == ASSAY_GRUB_NESTING_MAX) {
        assay_grub_lose(grub, "GRUB's script evaluates itself without end");
        return ASSAY_GRUB_FALSE;
    }
    grub->nesting++;
    const int status = assay_grub_run_source(
        grub, assay_grub_join(&grub->pool, parts, 2 * args->count - 1), grub->scope);

    grub->nesting--;
    return status;
}
