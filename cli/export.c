/* SPDX-License-Identifier: BSD-2-Clause */
/* assay export: a reference in the format of those who compare. */
#include "cli/export.h"

#include "cli/complain.h"
#include "cli/document.h"
#include "cli/golden_learn.h"
#include "cli/golden_open.h"
#include "cli/save.h"
#include "cli/verbs.h"

#include <stdlib.h>

typedef struct export_options {
    cli_common common;
    cli_reference_options reading; /* and the key that signs */
    cli_words predicted, settings, certificates, variants, hosts;
    const char *to;
    bool strict, force, replace;
} export_options;

/* What is exported, and how far it came. */
typedef struct work {
    const cli_call *call;
    const export_options *options;
    const assay_export_format *format;
    cli_opened golden;
    assay_key *key;
    assay_export_setting settings[CLI_WORDS_MAX];
    cli_exported_hosts hosts;
    assay_arena arena;
    assay_export_job job;
} work;

static int find_format(work *w)
{
    const char *const name = w->options->to;
    cli_nearest nearest = cli_nearest_to(assay_bytes_of_string(name));
    const assay_export_format *row;

    w->format = assay_export_format_by_name(name);
    if (w->format != NULL)
        return CLI_YES;
    for (size_t i = 0; (row = assay_export_format_at(i)) != NULL; i++)
        cli_nearest_try(&nearest, row->name);
    return cli_complain_word(w->call->verb, &nearest, "there is no format '%s'; --to list names "
                                                      "them", name);
}

/* Whether a file lies in a folder that is there, at any depth. */
static bool lies_in(const char *file, const char *folder)
{
    char *const inner = file == NULL ? NULL : realpath(file, NULL);
    char *const outer = realpath(folder, NULL);
    const size_t length = outer == NULL ? 0 : strlen(outer);
    const bool in = inner != NULL && outer != NULL && strncmp(inner, outer, length) == 0 &&
                    (inner[length] == '/' || inner[length] == '\0' || length == 1);

    free(inner);
    free(outer);
    return in;
}

static bool any_lies_in(const cli_words *files, const char *folder)
{
    bool any = false;

    for (size_t i = 0; i < files->count; i++)
        any = any || lies_in(files->list[i], folder);
    return any;
}

static bool holds_an_input(const work *w)
{
    const export_options *const o = w->options;
    const char *const folder = o->common.output;
    bool any = lies_in(o->reading.keys.key, folder) || lies_in(o->reading.sig, folder) ||
               any_lies_in(&o->certificates, folder) ||
               any_lies_in(&o->reading.keys.trust, folder) || lies_in(".", folder);

    for (size_t i = 0; i < w->call->argument_count; i++)
        any = any || lies_in(w->call->arguments[i], folder);
    return any;
}

static int check_usage(const work *w)
{
    const cli_common *const common = w->call->common;

    if (w->format->folder && (common->output == NULL || strcmp(common->output, "-") == 0))
        return cli_complain_usage(w->call->verb, "%s is a folder of files: --output names it",
                                  w->format->name);
    if (common->notation != CLI_TEXT && common->output == NULL)
        return cli_complain_usage(w->call->verb, "with --format the document goes to standard "
                                                 "output, so the export wants --output");
    for (size_t i = 0; i < w->call->argument_count; i++)
        if (cli_spare_input(w->call, common->output, w->call->arguments[i]) != CLI_YES)
            return CLI_TROUBLE;
    if (cli_spare_input(w->call, common->output, w->options->reading.keys.key) != CLI_YES)
        return CLI_TROUBLE;
    if (w->format->folder && w->options->replace && holds_an_input(w))
        return cli_complain_usage(w->call->verb,
                                  "--replace would remove what is read with the folder '%s'",
                                  common->output);
    if (w->format->about_hosts != (w->options->hosts.count > 0))
        return cli_complain_usage(w->call->verb,
                                  w->format->about_hosts
                                      ? "%s is about hosts: --host NAME=ACTUAL names them"
                                      : "%s is not about hosts",
                                  w->format->name);
    return CLI_YES;
}

static int prepare(work *w)
{
    assay_export_job *const job = &w->job;
    assay_bytes *certificates;
    int status = cli_signing_key(w->call, &w->options->reading.keys, &w->key);

    if (status == CLI_YES)
        status = cli_golden_open(&w->golden, w->call, &w->options->reading,
                                 &w->options->predicted);
    if (status == CLI_YES)
        status = cli_golden_variants(w->call, w->golden.reference, &w->options->variants,
                                     &job->variants);
    if (status == CLI_YES)
        status = cli_read_certificates(w->call, &w->options->certificates, &w->arena,
                                       &certificates, &job->certificate_count);
    if (status == CLI_YES && !cli_settings(&w->options->settings, &w->arena, w->settings))
        status = cli_complain_memory(w->call->verb);
    if (status != CLI_YES)
        return status;
    job->reference = w->golden.reference;
    cli_golden_wanted(w->call, job);
    job->key = w->key;
    job->certificates = certificates;
    job->settings = w->settings;
    job->setting_count = w->options->settings.count;
    job->hashes = assay_hashes_new();
    if (job->hashes == NULL)
        return cli_complain_memory(w->call->verb);
    status =
        cli_compare_hosts(w->call, &w->options->hosts, w->golden.reference, job->hashes, &w->hosts);
    job->hosts = w->hosts.list;
    job->host_count = w->hosts.count;
    return status;
}

static void emit(const work *w)
{
    assay_output out = cli_document_begin(w->call);

    assay_emit_string(&out, "to", w->format->name);
    assay_emit_string(&out, "output", w->call->common->output);
    assay_emit_array(&out, "files");
    for (size_t i = 0; i < w->job.file_count; i++) {
        assay_emit_object(&out, NULL);
        assay_emit_string(&out, "path", w->job.files[i]->path);
        assay_emit_u64(&out, "size", assay_written(&w->job.files[i]->writer).size);
        assay_emit_end(&out);
    }
    assay_emit_end(&out);
    cli_emit_notes(&out, w->job.notes, w->job.note_count);
    assay_emit_end(&out);
}

/* What is lost, and what would be refused, is said before anything is written. */
static int write_out(work *w)
{
    assay_error error;

    const int written = assay_export_write(w->format, &w->job, &error);
    if (written == -ASSAY_UNSUPPORTED) /* a wish that the format can't meet */
        return cli_complain_usage(w->call->verb, "%s: %s", w->format->name, error.what);
    if (written < 0)
        return cli_complain(w->call->verb, w->format->name, &error);
    cli_say_notes(w->call, w->job.notes, w->job.note_count);
    if (assay_export_is_refused(&w->job) && !w->options->force)
        return CLI_NO;
    for (size_t i = 0; w->options->strict && i < w->job.note_count; i++)
        if (w->job.notes[i].kind == ASSAY_EXPORT_LOSS)
            return CLI_NO;
    const int status = cli_save_export(w->call, w->format, &w->job, w->options->replace);
    if (status == CLI_YES && w->call->common->notation != CLI_TEXT)
        emit(w);
    return status;
}

static int export(work *w)
{
    int status = find_format(w);

    if (status == CLI_YES)
        status = check_usage(w);
    if (status == CLI_YES)
        status = prepare(w);
    return status == CLI_YES ? write_out(w) : status;
}

static int run(const cli_call *call)
{
    const export_options *const o = call->options;

    if (o->to == NULL)
        return cli_complain_usage(call->verb, "--to is missing; --to list names the formats");
    if (strcmp(o->to, "list") == 0)
        return cli_put_formats(call, false);
    work *const w = calloc(1, sizeof *w);
    if (w == NULL)
        return cli_complain_memory(call->verb);
    w->call = call;
    w->options = o;
    const int status = export(w);
    assay_export_job_free(&w->job);
    assay_hashes_free(&w->job.hashes);
    cli_exported_hosts_free(&w->hosts);
    assay_key_free(&w->key);
    cli_golden_close(&w->golden);
    assay_arena_free(&w->arena);
    free(w);
    return status;
}

#define ROW(letter, name, value, help, take, field)                                                \
    {                                                                                              \
        letter, name, value, help, take, offsetof(export_options, field), NULL                     \
    }

static const cli_option options[] = {
    ROW(0, "to", "FORMAT", "the format; 'list' names them all", cli_take_text, to),
    ROW(0, "variant", "NAME", "only this variant; may be given again", cli_take_words, variants),
    ROW(0, "set", "NAME=VALUE", "what the format wants and the reference doesn't say",
        cli_take_setting, settings),
    ROW(0, "host", "NAME=ACTUAL", "of formats about hosts: a host, and its logs or PCR values",
        cli_take_setting, hosts),
    ROW(0, "cert", "FILE", "certificates of the key that signs, its own first", cli_take_words,
        certificates),
    CLI_SIGNING_OPTIONS(export_options, reading.keys),
    CLI_REFERENCE_OPTIONS(export_options, reading),
    CLI_PREDICTED_OPTION(export_options, predicted),
    ROW(0, "strict", NULL, "write nothing when something would be lost", cli_take_flag, strict),
    ROW(0, "force", NULL, "write also what its reader would refuse", cli_take_flag, force),
    ROW(0, "replace", NULL, "replace a folder that is there, with all that is in it",
        cli_take_flag, replace),
    { 0, NULL, NULL, NULL, NULL, 0, NULL },
};

const cli_verb cli_export = {
    .name = "export",
    .summary = "write a reference in the format of an attestation server",
    .usage = "REF | [VARIANT=]BOOT...",
    .about = "Each format is written as its reader takes it. What the format can't hold is a loss, "
             "what its reader would refuse a refusal: both are said before anything is written. "
             "With a refusal, and with --strict with a loss, nothing is written and the status "
             "is 1.\n"
             "Instead of a reference there may be boots, as of 'golden learn'.",
    .options = options,
    .options_size = sizeof(export_options),
    .least = 0,
    .most = 256,
    .run = run,
    .own_output = true,
    .reads_logs = true,
};
