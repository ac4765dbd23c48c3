/* SPDX-License-Identifier: BSD-2-Clause */
/* assay import: what others have for references, as a reference. */
#include "base/file.h"
#include "cli/complain.h"
#include "cli/export.h"
#include "cli/folder.h"
#include "cli/golden_learn.h"
#include "cli/golden_save.h"
#include "cli/input.h"
#include "cli/save.h"
#include "cli/verbs.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

enum { FILES_MAX = 1024, DEPTH_MAX = 8 };

typedef struct import_options {
    cli_common common;
    cli_key_options keys;
    cli_words settings;
    const char *from;
} import_options;

typedef struct work {
    const cli_call *call;
    const import_options *options;
    const assay_export_format *format;
    cli_trusted trusted;
    cli_words settings, properties; /* of --set, those that the format knows and the others */
    assay_export_setting list[CLI_WORDS_MAX];
    assay_arena arena;
    size_t count;
    assay_export_file files[FILES_MAX];
    const char *named[FILES_MAX]; /* as the user would */
    assay_import_job job;
    assay_reference *reference;
} work;

/* Reading. */

static int add_file(work *w, const char *path, const char *below)
{
    cli_input input;
    assay_error error;
    int status = CLI_YES;

    if (cli_spare_input(w->call, w->call->common->output, path) != CLI_YES)
        return CLI_TROUBLE;
    if (w->count == FILES_MAX)
        return cli_complain_kind(w->call->verb, path, -ASSAY_TOO_LARGE, "these are too many files");
    if (cli_input_open(&input, path, &error) < 0)
        return cli_complain(w->call->verb, path, &error);
    assay_export_file *const file = &w->files[w->count];
    *file = (assay_export_file){ .path = assay_arena_text(&w->arena, assay_bytes_of_string(below)),
                                 .writer = assay_writer_growing(input.file.bytes.size + 1) };
    w->named[w->count] = assay_arena_text(&w->arena, assay_bytes_of_string(path));
    assay_put(&file->writer, input.file.bytes);
    if (file->path == NULL || w->named[w->count] == NULL || file->writer.failure != 0)
        status = cli_complain_memory(w->call->verb);
    w->count++;
    cli_input_close(&input);
    return status;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int seen(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* All files of a folder, by their names; `below` is the path from the one that the user named. */
static int add_folder(work *w, const char *path, const char *below, unsigned depth)
{
    struct dirent **entries = NULL;
    const int count = scandir(path, &entries, seen, by_name);
    int status = CLI_YES;

    if (count < 0 || depth > DEPTH_MAX)
        status = cli_complain_kind(w->call->verb, path, -ASSAY_IO, "the folder can't be read");
    for (int i = 0; i < count; i++) {
        char *inner = NULL, *name = NULL;

        if (asprintf(&inner, "%s/%s", path, entries[i]->d_name) < 0 ||
            asprintf(&name, "%s%s%s", below, *below != '\0' ? "/" : "", entries[i]->d_name) < 0)
            status = cli_complain_memory(w->call->verb);
        else if (status == CLI_YES)
            status = assay_file_is_folder(inner) ? add_folder(w, inner, name, depth + 1)
                                                 : add_file(w, inner, name);
        free(inner);
        free(name);
        free(entries[i]);
    }
    free(entries);
    return status;
}

static int add_all(work *w)
{
    int status = CLI_YES;

    for (size_t i = 0; i < w->call->argument_count && status == CLI_YES; i++) {
        const char *const path = w->call->arguments[i];
        const char *const slash = strrchr(path, '/');

        status = cli_is_folder(path) ? add_folder(w, path, "", 0)
                                     : add_file(w, path, slash != NULL ? slash + 1 : path);
    }
    return status;
}

static int find_format(work *w)
{
    const char *const name = w->options->from;
    cli_nearest nearest = cli_nearest_to(assay_bytes_of_string(name));
    const assay_export_format *row;

    w->format = assay_export_format_by_name(name);
    if (w->format != NULL && w->format->read == NULL)
        return cli_complain_usage(w->call->verb,
                                  "%s can't be read back: it loses what a reference is", name);
    if (w->format != NULL && w->options->keys.trust.count > 0 && !w->format->checks_signature)
        return cli_complain_usage(w->call->verb,
                                  "no signature of %s is checked: --trust can't be kept", name);
    if (w->format != NULL)
        return CLI_YES;
    for (size_t i = 0; (row = assay_export_format_at(i)) != NULL; i++)
        if (row->read != NULL)
            cli_nearest_try(&nearest, row->name);
    return cli_complain_word(w->call->verb, &nearest,
                             "there is no format '%s' to read; --from list names them", name);
}

static bool format_knows(const assay_export_format *format, const char *word)
{
    const assay_export_setting_info *info = format->settings;

    for (; info != NULL && info->name != NULL; info++)
        if (strncmp(info->name, word, strlen(info->name)) == 0 && word[strlen(info->name)] == '=')
            return true;
    return false;
}

/* What the format leaves open is the format's; all else is what the reference says of itself. */
static void sort_settings(work *w)
{
    const cli_words *const given = &w->options->settings;

    for (size_t i = 0; i < given->count; i++) {
        cli_words *const to =
            format_knows(w->format, given->list[i]) ? &w->settings : &w->properties;

        to->list[to->count++] = given->list[i];
    }
}

static int prepare(work *w)
{
    assay_import_job *const job = &w->job;
    int status = add_all(w);

    if (status == CLI_YES)
        status = cli_trusted_open(w->call, &w->options->keys, &w->trusted);
    sort_settings(w);
    if (status == CLI_YES && !cli_settings(&w->settings, &w->arena, w->list))
        status = cli_complain_memory(w->call->verb);
    job->file_count = w->count;
    job->files = w->files;
    job->settings = w->list;
    job->setting_count = w->settings.count;
    job->trusted = w->trusted.keys;
    job->trusted_count = w->trusted.count;
    job->hashes = assay_hashes_new();
    return status != CLI_YES || job->hashes != NULL ? status : cli_complain_memory(w->call->verb);
}

/* The input that all of it comes from: a file each. */
static int add_inputs(work *w)
{
    assay_reference *const reference = w->reference;

    for (size_t i = 0; i < w->count; i++) {
        const assay_bytes bytes = assay_written(&w->files[i].writer);
        assay_hash *sha256;
        assay_reference_input *const input =
            assay_arena_more(&reference->arena, &reference->inputs, reference->input_count,
                             sizeof *input);

        if (input == NULL)
            return cli_complain_memory(w->call->verb);
        *input = (assay_reference_input){ .kind = w->format->name,
                                          .size = bytes.size,
                                          .variants = assay_reference_all(reference) };
        input->name =
            assay_arena_text(&reference->arena, assay_bytes_of_string(w->files[i].path));
        if (input->name == NULL ||
            assay_hashes_get(w->job.hashes, ASSAY_ALG_SHA256, &sha256) < 0 ||
            assay_hash_parts(sha256, &bytes, 1, input->sha256) < 0)
            return cli_complain_inputs(w->call->verb);
        reference->input_count++;
    }
    return CLI_YES;
}

/* The file that was refused, by the path that leads there from here. */
static const char *place_of(const work *w)
{
    for (size_t i = 0; i < w->count && w->job.place != NULL; i++)
        if (strcmp(w->files[i].path, w->job.place) == 0)
            return w->named[i];
    return w->call->arguments[0];
}

static int refuse(const work *w, const assay_error *error)
{
    static const char *const hints[] = {
        [ASSAY_TRUNCATED] = "fetch the file again, to its end",
        [ASSAY_MALFORMED] = "look at what stands there",
        [ASSAY_UNKNOWN_FORMAT] = "is it of the format that --from names?",
        [ASSAY_UNSUPPORTED] = "a reference can't hold it, or it can't be checked here",
        [ASSAY_TOO_LARGE] = "is it of the format that --from names?",
        [ASSAY_UNTRUSTED] = "nothing of it is believed; ask who made it for a signature",
    };
    const bool known =
        (size_t)error->kind < sizeof hints / sizeof *hints && hints[error->kind] != NULL;

    if (known)
        cli_complain_hint(w->call->verb, place_of(w), error, hints[error->kind]);
    else
        cli_complain(w->call->verb, place_of(w), error);
    cli_say_notes(w->call, w->job.notes, w->job.note_count);
    return error->kind == ASSAY_UNTRUSTED ? CLI_NO : CLI_TROUBLE;
}

static int import(work *w)
{
    assay_error error;
    int status = find_format(w);

    if (status == CLI_YES && w->call->argument_count == 0)
        status = cli_complain_usage(w->call->verb, "what to read is missing");
    if (status == CLI_YES)
        status = prepare(w);
    if (status != CLI_YES)
        return status;
    if (assay_export_read(w->format, &w->job, &w->reference, &error) < 0)
        return refuse(w, &error);
    cli_say_notes(w->call, w->job.notes, w->job.note_count);
    status = add_inputs(w);
    if (status == CLI_YES)
        status = cli_describe_reference(w->call, w->reference, &w->properties);
    return status == CLI_YES ? cli_golden_save(w->call, w->reference) : status;
}

static int run(const cli_call *call)
{
    const import_options *const o = call->options;

    if (o->from == NULL)
        return cli_complain_usage(call->verb, "--from is missing; --from list names the formats");
    if (strcmp(o->from, "list") == 0)
        return cli_put_formats(call, true);
    if (call->common->notation == CLI_YAML)
        return cli_complain_usage(call->verb, "a reference is JSON");
    work *const w = calloc(1, sizeof *w);
    if (w == NULL)
        return cli_complain_memory(call->verb);
    w->call = call;
    w->options = o;
    const int status = import(w);
    assay_import_job_free(&w->job);
    assay_hashes_free(&w->job.hashes);
    for (size_t i = 0; i < w->count; i++)
        assay_writer_close(&w->files[i].writer);
    cli_trusted_free(&w->trusted);
    assay_reference_free(&w->reference);
    assay_arena_free(&w->arena);
    free(w);
    return status;
}

static const cli_option options[] = {
    { 0, "from", "FORMAT", "the format; 'list' names those that can be read", cli_take_text,
      offsetof(import_options, from), NULL },
    { 0, "set", "NAME=VALUE", "what the format leaves open, or the reference says of itself",
      cli_take_setting, offsetof(import_options, settings), NULL },
    CLI_TRUST_OPTION(import_options, keys),
    { 0, NULL, NULL, NULL, NULL, 0, NULL },
};

const cli_verb cli_import = {
    .name = "import",
    .summary = "make a reference of what another format has",
    .usage = "FILE|FOLDER...",
    .about = "What is read is somebody's word: its values are called \"stated\" in the reference. "
             "With --trust it must be signed by one of the keys; a format without signatures is "
             "refused then.",
    .options = options,
    .options_size = sizeof(import_options),
    .least = 0,
    .most = 256,
    .run = run,
    .own_output = true,
};
