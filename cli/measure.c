/* SPDX-License-Identifier: BSD-2-Clause */
/* assay measure: the digests that artefacts get, and where; several files at the same time. */
#include "cli/measure.h"
#include "base/parallel.h"
#include "cli/complain.h"
#include "cli/document.h"
#include "cli/verbs.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <threads.h>

enum { RELEASE_STEP = 4 * 1024 * 1024 };

/* What all workers share. */
typedef struct work {
    const cli_call *call;
    const cli_measure_options *options;
    assay_output *out; /* NULL: text */
    size_t count;      /* files */
    size_t next;       /* the file to be taken */
    bool first;        /* nothing was said yet */
    bool trouble;      /* a file was not measured */
    bool refused;      /* a module's signature is bad */
    mtx_t lock;        /* of what follows */
    cli_progress progress;
    uint64_t done, total; /* bytes of all files */
} work;

/* One file, and the thread that is at it. */
typedef struct worker {
    work *all;
    assay_hashes *hashes;
    const char *path;      /* NULL: the command line itself */
    cli_measured measured;
    int status;
    assay_error error;
    uint64_t hashed;          /* bytes of it that count as done */
    uint64_t from, to;        /* hashed and not yet given back */
} worker;

/* Memory of what was hashed goes back: an artefact may be larger than what there is of it. */
static void release(worker *w, assay_bytes bytes)
{
    const assay_file *const file = &w->measured.input.file;
    const uint64_t offset = (uint64_t)((uintptr_t)bytes.data - (uintptr_t)file->bytes.data);

    if (!file->mapped || offset >= file->bytes.size)
        return;
    if (offset != w->to)
        w->from = offset;
    w->to = offset + bytes.size;
    if (w->to - w->from < RELEASE_STEP)
        return;
    assay_file_release(file, w->from, w->to);
    w->from = w->to;
}

static void count_done(worker *w, uint64_t bytes)
{
    work *const all = w->all;
    const uint64_t left = w->measured.input.file.bytes.size - w->hashed;
    const uint64_t more = bytes < left ? bytes : left;

    w->hashed += more;
    mtx_lock(&all->lock);
    all->done += more;
    cli_progress_at(&all->progress, all->done, all->total);
    mtx_unlock(&all->lock);
}

static void hashed(void *context, assay_bytes bytes)
{
    release(context, bytes);
    count_done(context, bytes.size);
}

static void prepare(worker *w)
{
    const cli_banks *const banks = &w->all->options->banks;

    w->hashed = w->from = w->to = 0;
    w->measured = (cli_measured){
        .options = w->all->options,
        .cmdline = w->all->options->cmdline,
        .hashes = w->hashes,
        .algs = banks->count > 0 ? banks->alg : assay_launch_algs,
        .alg_count = banks->count > 0 ? banks->count : ASSAY_LAUNCH_ALGS,
        .threads = assay_parallel_cores(),
        .hashed = hashed,
        .hashed_context = w,
    };
}

static int open_input(worker *w)
{
    cli_input *const input = &w->measured.input;

    if (w->path != NULL)
        return cli_input_open_artefact(input, w->path, &w->error);
    input->file.bytes = assay_bytes_of_string(w->measured.cmdline);
    return 0;
}

/* A document has the SHA-256 of the file as it is, which may be known by now. */
static int digest_input(worker *w)
{
    cli_measured *const m = &w->measured;
    const assay_digest *const known =
        m->whole ? assay_digests_find(&m->digests, ASSAY_ALG_SHA256) : NULL;

    if (known != NULL)
        memcpy(m->input.sha256, known->value, sizeof m->input.sha256);
    else
        cli_input_remember_digest(&m->input);
    return known != NULL || m->input.digested
               ? 0
               : assay_fail(&w->error, ASSAY_CRYPTO, ASSAY_NOWHERE,
                            "the SHA-256 of an input can't be computed");
}

/* --- the steps of assay_parallel_run() ------------------------------------------------------ */

static bool take(void *context, void *own)
{
    work *const all = context;
    worker *const w = own;

    if (all->next == all->count)
        return false;
    w->path = all->call->argument_count > 0 ? all->call->arguments[all->next] : NULL;
    all->next++;
    return true;
}

static void make(void *context, void *own)
{
    const work *const all = context;
    worker *const w = own;

    prepare(w);
    w->status = open_input(w);
    if (w->status == 0)
        w->status = cli_measure_input(&w->measured, &w->error);
    if (w->status == 0 && all->out != NULL)
        w->status = digest_input(w);
}

static const char *unsupported_hint(const work *all, const cli_measure_kind *kind)
{
    if (kind != NULL && kind->measure == cli_measure_variable)
        return "name it: --variable db, or NAME-GUID";
    if (all->options->profile.given || all->options->extras.count > 0 ||
        all->options->variable != NULL)
        return "leave that option out, or see assay-measure(1) for what it goes with";
    return "--as tboot-module tells what tboot measures of any file";
}

static const char *hint_of(const work *all, const worker *w)
{
    const cli_measure_kind *const kind = w->measured.kind;

    switch (w->error.kind) {
    case ASSAY_UNKNOWN_FORMAT:
        return all->options->as > 0
                   ? "without --as its kind is told by its bytes"
                   : "name its kind: --as tboot-module, cmdline, grub-config ...; see "
                     "assay-measure(1)";
    case ASSAY_TRUNCATED:
    case ASSAY_MALFORMED:
        return "compare it with the file that its vendor or package gives out";
    case ASSAY_UNSUPPORTED:
        return unsupported_hint(all, kind);
    case ASSAY_TOO_LARGE:
        return "see assay-measure(1) for what is taken";
    default:
        return NULL;
    }
}

static void complain(const work *all, const worker *w)
{
    const char *const hint = hint_of(all, w);
    const char *const name = w->path != NULL ? w->path : "--cmdline";

    if (hint != NULL)
        cli_complain_hint(all->call->verb, name, &w->error, hint);
    else
        cli_complain(all->call->verb, name, &w->error);
}

static void say(work *all, const cli_measured *m)
{
    if (all->out != NULL) {
        cli_measured_emit(all->out, m);
    } else {
        if (!all->first)
            assay_put_char(all->call->out, '\n');
        cli_measured_put(all->call, m);
    }
    all->first = false;
}

static void give(void *context, void *own)
{
    work *const all = context;
    worker *const w = own;

    mtx_lock(&all->lock);
    cli_progress_end(&all->progress);
    mtx_unlock(&all->lock);
    if (w->status < 0)
        complain(all, w);
    else if (!all->options->common.quiet)
        say(all, &w->measured);
    all->trouble = all->trouble || w->status < 0;
    all->refused = all->refused || w->measured.refused;
    cli_measured_close(&w->measured);
    cli_input_close(&w->measured.input);
}

static int measure_files(work *all)
{
    static const assay_parallel steps = { take, make, give };
    const size_t cores = assay_parallel_cores();
    const size_t count = all->count < cores ? all->count : cores;
    worker *const list = calloc(count, sizeof *list);
    void *workers[ASSAY_WORKERS_MAX];
    bool ready = list != NULL;

    for (size_t i = 0; i < count && ready; i++) {
        list[i] = (worker){ .all = all, .hashes = assay_hashes_new() };
        workers[i] = &list[i];
        ready = list[i].hashes != NULL;
    }
    if (ready)
        assay_parallel_run(&steps, all, workers, count);
    for (size_t i = 0; i < count && list != NULL; i++)
        assay_hashes_free(&list[i].hashes);
    free(list);
    if (!ready)
        return cli_complain_memory(all->call->verb);
    return all->trouble ? CLI_TROUBLE : all->refused ? CLI_NO : CLI_YES;
}

static uint64_t size_of_all(const cli_call *call)
{
    uint64_t total = 0;
    struct stat info;

    for (size_t i = 0; i < call->argument_count; i++)
        if (stat(call->arguments[i], &info) == 0 && S_ISREG(info.st_mode))
            total += (uint64_t)info.st_size;
    return total;
}

static int measure_document(work *all, assay_output *out)
{
    *out = cli_document_begin(all->call);
    all->out = out;
    assay_emit_array(out, "measurements");
    const int status = measure_files(all);
    assay_emit_end(out);
    assay_emit_end(out);
    return status;
}

static int run(const cli_call *call)
{
    cli_measure_options options = *(const cli_measure_options *)call->options;

    if (cli_measure_check_usage(call, &options) != CLI_YES)
        return CLI_TROUBLE;
    if (options.as == 0 && (call->argument_count == 0 || options.variable != NULL))
        options.as = cli_measure_kind_number(call->argument_count == 0 ? "cmdline" : "efivar");
    work all = { .call = call,
                 .options = &options,
                 .count = call->argument_count > 0 ? call->argument_count : 1,
                 .first = true,
                 .progress = cli_progress_begin(call),
                 .total = size_of_all(call) };
    assay_output out = { 0 };

    if (mtx_init(&all.lock, mtx_plain) != thrd_success)
        return cli_complain_memory(call->verb);
    const int status =
        options.common.notation == CLI_TEXT ? measure_files(&all) : measure_document(&all, &out);
    mtx_destroy(&all.lock);
    return status;
}

const cli_verb cli_measure = {
    .name = "measure",
    .summary = "the digests an artefact gets, and where",
    .usage = "[FILE...]",
    .about =
        "Computes what firmware, boot loaders, the kernel or a dynamic launch measure of an "
        "artefact, before anything boots. What a file is, its bytes tell; --as says it where they "
        "can't, as of a text that is a command line. A gzip file of what boot loaders unzip counts "
        "as its content.\n"
        "Kinds are: pe (EFI images), uki, addon, linux, initrd, cmdline, grub-config, "
        "loader-config, gpt, efivar, bootoption, siglist, firmware, optionrom, acpi; and of "
        "dynamic launches mle, acm, slb, elf, tboot-module.\n"
        "Each digest comes with the PCRs and the types of the events that it is for. Exit status 1 "
        "says that a signature is bad.",
    .options = cli_measure_option_table,
    .options_size = sizeof(cli_measure_options),
    .least = 0,
    .most = 4096,
    .run = run,
};
