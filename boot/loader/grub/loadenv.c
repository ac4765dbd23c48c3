/* SPDX-License-Identifier: BSD-2-Clause */
/* load_env, save_env, list_env (commands/loadenv.c). */
#include "boot/loader/grub/envblk.h"
#include "boot/loader/grub/machine.h"

typedef struct options {
    assay_bytes file;
    bool unmeasured; /* --skip-sig: no verifier sees the file */
    size_t names;    /* where the names of variables begin */
} options;

static options read_options(assay_grub *grub, const assay_grub_args *args)
{
    options o = { 0 };

    while (o.names < args->count && args->items[o.names].size > 0 &&
           args->items[o.names].data[0] == '-') {
        if (assay_grub_option(args, &o.names, "file", 'f', &o.file))
            continue;
        o.unmeasured = o.unmeasured || assay_grub_is(args->items[o.names], "-s") ||
                       assay_grub_is(args->items[o.names], "--skip-sig");
        o.names++;
    }
    if (o.file.data == NULL) {
        const assay_bytes parts[2] = { assay_grub_get_string(grub, "prefix"),
                                       ASSAY_LITERAL("/grubenv") };

        o.file = assay_grub_join(&grub->pool, parts, 2);
    }
    return o;
}

static enum assay_grub_found read_block(assay_grub *grub, const options *o, assay_bytes *ret_bytes)
{
    if (!o->unmeasured)
        return assay_grub_open(grub, o->file, ASSAY_PART_GRUB, ret_bytes);
    return assay_grub_peek(grub, o->file, ret_bytes);
}

static bool is_wanted(const assay_grub_args *args, size_t from, assay_bytes name)
{
    for (size_t i = from; i < args->count; i++)
        if (assay_bytes_equal(args->items[i], name))
            return true;
    return from == args->count;
}

static void set_variable(assay_grub *grub, assay_bytes name, assay_bytes value)
{
    uint8_t *const room = assay_grub_room(&grub->pool, value.size + 1);

    if (room == NULL)
        return;
    assay_writer out = assay_writer_lent(room, value.size);

    assay_envblk_put_value(&out, value);
    assay_grub_set(grub, name, assay_written(&out));
}

int assay_grub_load_env(assay_grub *grub, const assay_grub_args *args)
{
    const options o = read_options(grub, args);
    assay_bytes bytes, name, value;
    assay_cursor c;

    if (read_block(grub, &o, &bytes) != ASSAY_GRUB_FILE)
        return ASSAY_GRUB_FILE_NOT_FOUND;
    if (assay_envblk_open(&c, bytes, NULL) < 0)
        return ASSAY_GRUB_BAD_FILE_TYPE;
    while (assay_envblk_next(&c, &name, &value) > 0)
        if (is_wanted(args, o.names, name))
            set_variable(grub, name, value);
    return ASSAY_GRUB_OK;
}

int assay_grub_list_env(assay_grub *grub, const assay_grub_args *args)
{
    const options o = read_options(grub, args);
    assay_bytes bytes;
    assay_cursor c;

    if (read_block(grub, &o, &bytes) != ASSAY_GRUB_FILE)
        return ASSAY_GRUB_FILE_NOT_FOUND;
    return assay_envblk_open(&c, bytes, NULL) < 0 ? ASSAY_GRUB_BAD_FILE_TYPE : ASSAY_GRUB_OK;
}

/* The file is opened unmeasured. What is written into it counts from the next boot on. */
int assay_grub_save_env(assay_grub *grub, const assay_grub_args *args)
{
    options o = read_options(grub, args);
    assay_bytes bytes;
    assay_cursor c;

    if (o.names == args->count)
        return ASSAY_GRUB_BAD_ARGUMENT;
    o.unmeasured = true;
    if (read_block(grub, &o, &bytes) != ASSAY_GRUB_FILE)
        return ASSAY_GRUB_FILE_NOT_FOUND;
    if (assay_envblk_open(&c, bytes, NULL) < 0)
        return ASSAY_GRUB_BAD_FILE_TYPE;
    grub->environment_saved = true;
    return ASSAY_GRUB_OK;
}
