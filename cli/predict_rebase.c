/* SPDX-License-Identifier: BSD-2-Clause */
/* assay predict --base: parts of a UEFI boot that are replaced, from their options. */
#include "cli/complain.h"
#include "cli/predict_parts.h"

#include <stdlib.h>
#include <sys/stat.h>

static const char none[] = "none";

int predict_open_bytes(predict_work *w, const char *path, const char *role, assay_bytes *ret_bytes)
{
    if (path == NULL)
        return CLI_YES;
    if (strcmp(path, none) == 0) {
        *ret_bytes = ASSAY_LITERAL("");
        w->replaces = true;
        return CLI_YES;
    }
    const struct predict_file *const file = predict_open_file(w, path, role);
    if (file == NULL)
        return CLI_TROUBLE;
    *ret_bytes = file->input.file.bytes;
    if (ret_bytes->data == NULL) /* an empty file is given all the same */
        *ret_bytes = ASSAY_LITERAL("");
    return CLI_YES;
}

/* --- Linux ------------------------------------------------------------------------------------ */

static int open_initrds(predict_work *w, const predict_names *names, assay_bytes *list,
                        size_t *count)
{
    int status = CLI_YES;

    if (names->count > ASSAY_REBASE_INITRDS)
        return cli_complain_usage(w->call->verb, "there are no more than %d initrds",
                                  ASSAY_REBASE_INITRDS);
    for (*count = 0; *count < names->count && status == CLI_YES; ++*count)
        status = predict_open_bytes(w, names->list[*count], "initrd", &list[*count]);
    return status;
}

static int open_linux(predict_work *w, assay_rebase *what)
{
    const predict_options *const options = w->options;
    const predict_rebase_options *const o = &options->rebase;
    int status = predict_open_bytes(w, options->kernel, "kernel", &what->kernel.image);

    if (status == CLI_YES)
        status = predict_open_bytes(w, o->base_kernel, "kernel of the base", &what->kernel.old);
    if (status == CLI_YES)
        status = open_initrds(w, &o->initrds, what->initrds, &what->initrd_count);
    what->cmdline = options->modules.kernel_cmdline;
    what->old_cmdline = o->base_cmdline;
    return status;
}

/* --- loaders ---------------------------------------------------------------------------------- */

/* FILE, or NAME=FILE where a file of that whole name isn't there. */
static int open_image(predict_work *w, enum assay_rebase_role role, const char *words,
                      assay_rebase *what)
{
    const char *const sign = strchr(words, '=');
    struct stat about;
    assay_rebase_image *const image = &what->images[what->image_count];

    if (what->image_count == ASSAY_REBASE_IMAGES)
        return cli_complain_usage(w->call->verb, "there are no more than %d images",
                                  ASSAY_REBASE_IMAGES);
    what->image_count++;
    image->role = role;
    if (sign == NULL || stat(words, &about) == 0)
        return predict_open_bytes(w, words, "image", &image->image);
    image->path = assay_bytes_of(words, (size_t)(sign - words));
    return predict_open_bytes(w, sign + 1, "image", &image->image);
}

static int open_images(predict_work *w, enum assay_rebase_role role, const predict_names *names,
                       assay_rebase *what)
{
    int status = CLI_YES;

    for (size_t i = 0; i < names->count && status == CLI_YES; i++)
        status = open_image(w, role, names->list[i], what);
    return status;
}

static int open_files(predict_work *w, assay_rebase *what)
{
    const char *const folder = w->options->boot.esp;
    assay_bytes image;
    assay_error error;
    int status;

    if (folder == NULL)
        return CLI_YES;
    w->tree = assay_tree_new();
    if (w->tree == NULL)
        return cli_complain_memory(w->call->verb);
    what->files = w->tree;
    if (assay_file_is_folder(folder))
        status = assay_tree_add_folder(w->tree, folder, &error);
    else if (predict_open_bytes(w, folder, "ESP", &image) != CLI_YES)
        return CLI_TROUBLE;
    else
        status = assay_tree_add_esp(w->tree, image, &error);
    return status < 0 ? cli_complain(w->call->verb, folder, &error) : CLI_YES;
}

static int open_loaders(predict_work *w, assay_rebase *what)
{
    const predict_rebase_options *const o = &w->options->rebase;
    int status =
        o->shim != NULL ? open_image(w, ASSAY_REBASE_SHIM, o->shim, what) : CLI_YES;

    if (status == CLI_YES)
        status = open_images(w, ASSAY_REBASE_ANY, &o->loaders, what);
    if (status == CLI_YES)
        status = open_images(w, ASSAY_REBASE_ADDON, &o->addons, what);
    if (status == CLI_YES)
        status = open_images(w, ASSAY_REBASE_DRIVER, &o->drivers, what);
    if (status == CLI_YES)
        status = predict_open_bytes(w, o->uki, "UKI", &what->uki.image);
    if (status == CLI_YES)
        status = predict_open_bytes(w, o->base_uki, "UKI of the base", &what->uki.old);
    if (status == CLI_YES)
        status = predict_open_bytes(w, o->loader_conf, "loader.conf", &what->loader_conf);
    if (status == CLI_YES)
        status = predict_open_bytes(w, o->grub_cfg, "grub.cfg", &what->grub_cfg);
    return status == CLI_YES ? open_files(w, what) : status;
}

/* --- all of it -------------------------------------------------------------------------------- */

static int open_rest(predict_work *w, assay_rebase *what)
{
    const predict_options *const options = w->options;
    const char *const gpt = options->rebase.gpt != NULL ? options->rebase.gpt : options->boot.disk;

    if (predict_open_bytes(w, gpt, "partition table", &what->gpt) != CLI_YES)
        return CLI_TROUBLE;
    if (options->boot.memory.given)
        what->machine.memory = (uint64_t)options->boot.memory.value << 20;
    what->machine.cpus = options->boot.cpus.given ? options->boot.cpus.value : 1;
    what->machine.smm = options->boot.smm;
    if (options->boot.option_roms.count > 1)
        return cli_complain_usage(w->call->verb, "one option ROM can be replaced");
    if (options->boot.option_roms.count == 1 &&
        predict_open_bytes(w, options->boot.option_roms.list[0], "option ROM", &what->option_rom) !=
            CLI_YES)
        return CLI_TROUBLE;
    return predict_open_bytes(w, options->boot.firmware, "firmware", &what->firmware);
}

/* The file of the replacement that can't be read, as far as one option says which it is. */
static const char *culprit_of(const predict_work *w, const char *field)
{
    const predict_options *const o = w->options;
    const predict_names *const images[] = { &o->rebase.loaders, &o->rebase.addons,
                                            &o->rebase.drivers };
    const char *only = o->rebase.shim;
    size_t count = only != NULL;

    if (strcmp(field, "kernel") == 0)
        return o->kernel;
    if (strcmp(field, "uki") == 0)
        return o->rebase.uki;
    if (strcmp(field, "files") == 0)
        return o->boot.esp;
    if (strcmp(field, "gpt") == 0)
        return o->rebase.gpt != NULL ? o->rebase.gpt : o->boot.disk;
    for (size_t i = 0; i < sizeof images / sizeof *images; i++)
        for (size_t k = 0; k < images[i]->count; k++, count++)
            only = images[i]->list[k];
    return strcmp(field, "image") == 0 && count == 1 ? only : NULL;
}

static int complain(const predict_work *w, assay_error *error)
{
    const char *const culprit = error->field != NULL ? culprit_of(w, error->field) : NULL;

    if (culprit == NULL)
        return cli_complain(w->call->verb, w->options->base, error);
    error->field = NULL;
    return cli_complain_hint(w->call->verb, culprit, error,
                             "assay-predict(1) says what a replacement has to be");
}

int predict_rebase(predict_work *w)
{
    static int (*const steps[])(predict_work *, assay_rebase *) = {
        open_linux, open_loaders, predict_open_variables, open_rest,
    };
    assay_rebase *const what = calloc(1, sizeof *what);
    int status = CLI_YES;
    assay_error error;

    if (what == NULL)
        return cli_complain_memory(w->call->verb);
    for (size_t i = 0; i < sizeof steps / sizeof *steps && status == CLI_YES; i++)
        status = steps[i](w, what);
    if (status == CLI_YES &&
        assay_rebase_predict(w->base, what, w->hashes, &w->rebased, &error) < 0)
        status = complain(w, &error);
    free(what);
    return status;
}

void predict_rebase_close(predict_work *w)
{
    assay_prediction_free(&w->rebased);
    assay_writer_close(&w->dbx);
    assay_tree_free(&w->tree);
    assay_variables_free(&w->variables);
    assay_variables_free(&w->base_variables);
}
