/* SPDX-License-Identifier: BSD-2-Clause */
/* assay measure: the digests that an artefact gets, and where. */
#include "cli/measure.h"
#include "cli/complain.h"
#include "cli/document.h"
#include "cli/verbs.h"

#include <stdlib.h>

/* An initial RAM disk may have hundreds of megabytes; a bomb ends here. */
typedef struct work {
    const cli_call *call;
    const cli_measure_options *options;
    assay_hashes *hashes;
    cli_progress progress;
    uint64_t done, total; /* bytes of the artefact at hand */
    bool refused;         /* a module's signature is bad */
} work;

static void hashed(void *context, uint64_t bytes)
{
    work *const w = context;

    w->done += bytes;
    cli_progress_at(&w->progress, w->done, w->total);
}

static const cli_measure_kind *detect(assay_bytes bytes)
{
    const cli_measure_kind *kind;

    for (size_t i = 0; (kind = cli_measure_kind_at(i)) != NULL; i++)
        if (kind->detect != NULL && kind->detect(bytes))
            return kind;
    return NULL;
}

static int choose_kind(const work *w, cli_measured *m, assay_error *error)
{
    m->kind = w->options->as > 0 ? cli_measure_kind_at(w->options->as - 1) : detect(m->file.bytes);
    if (m->kind != NULL)
        return 0;
    if (m->file.bytes.size == 0)
        return assay_fail(error, ASSAY_TRUNCATED, ASSAY_NOWHERE, "the file is empty");
    return assay_fail(error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE,
                      "this is no artefact that can be told by its bytes");
}

static const char *hint_of(const work *w, const assay_error *error)
{
    switch (error->kind) {
    case ASSAY_UNKNOWN_FORMAT:
        return w->options->as > 0 ? "without --as its kind is told by its bytes"
                                  : "name its kind: --as tboot-module, mle, acm, slb or elf";
    case ASSAY_TRUNCATED:
    case ASSAY_MALFORMED:
        return "compare it with the file that its vendor or package gives out";
    case ASSAY_UNSUPPORTED:
        return "--as tboot-module tells what tboot measures of any file";
    case ASSAY_TOO_LARGE:
        return "see assay-measure(1) for what is taken";
    default:
        return NULL;
    }
}

static void complain(const work *w, const char *file, const assay_error *error)
{
    const char *const hint = hint_of(w, error);

    if (hint != NULL)
        cli_complain_hint(w->call->verb, file, error, hint);
    else
        cli_complain(w->call->verb, file, error);
}

static int measure(work *w, cli_measured *m, assay_error *error)
{
    int status = assay_gunzip(&m->file, m->input.file.bytes, ASSAY_IMAGE_MAX, error);

    if (status < 0)
        return status;
    w->done = 0;
    w->total = m->file.bytes.size;
    status = choose_kind(w, m, error);
    if (status == 0 && m->cmdline != NULL && !m->kind->takes_cmdline)
        status = assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                            "it has no command line that could be measured");
    if (status == 0)
        status = m->kind->measure(m, error);
    cli_progress_end(&w->progress);
    return status;
}

static int digest_input(cli_measured *m, assay_error *error)
{
    cli_input_remember_digest(&m->input);
    return m->input.digested ? 0
                             : assay_fail(error, ASSAY_CRYPTO, ASSAY_NOWHERE,
                                          "the SHA-256 of an input can't be computed");
}

static void say(const work *w, assay_output *out, const cli_measured *m, bool first)
{
    if (out != NULL) {
        cli_measured_emit(out, m);
        return;
    }
    if (!first)
        assay_put_char(w->call->out, '\n');
    cli_measured_put(w->call, m);
}

static void prepare(work *w, cli_measured *m)
{
    const cli_banks *const banks = &w->options->banks;

    m->cmdline = w->options->cmdline;
    m->hashes = w->hashes;
    m->algs = banks->count > 0 ? banks->alg : assay_launch_algs;
    m->alg_count = banks->count > 0 ? banks->count : ASSAY_LAUNCH_ALGS;
    m->hashed = hashed;
    m->hashed_context = w;
}

static int measure_input(work *w, cli_measured *m, assay_output *out, bool first,
                         assay_error *error)
{
    prepare(w, m);
    int status = measure(w, m, error);

    if (status == 0 && out != NULL)
        status = digest_input(m, error);
    if (status == 0 && !w->options->common.quiet)
        say(w, out, m, first);
    w->refused = w->refused || (status == 0 && m->signature == ASSAY_ACM_SIGNATURE_BAD);
    assay_gunzip_close(&m->file);
    return status;
}

/* One file; CLI_TROUBLE after saying what is wrong with it. */
static int measure_file(work *w, const char *path, assay_output *out, bool first)
{
    cli_measured *const m = calloc(1, sizeof *m);
    assay_error error;

    if (m == NULL)
        return cli_complain_memory(w->call->verb);
    int status = cli_input_open(&m->input, path, &error);

    if (status == 0) {
        status = measure_input(w, m, out, first, &error);
        cli_input_close(&m->input);
    }
    if (status < 0)
        complain(w, path, &error);
    free(m);
    return status < 0 ? CLI_TROUBLE : CLI_YES;
}

static int measure_files(work *w, assay_output *out)
{
    bool first = true, trouble = false;

    for (size_t i = 0; i < w->call->argument_count; i++) {
        const int status = measure_file(w, w->call->arguments[i], out, first);

        trouble = trouble || status == CLI_TROUBLE;
        first = first && status == CLI_TROUBLE;
    }
    return trouble ? CLI_TROUBLE : w->refused ? CLI_NO : CLI_YES;
}

static int run(const cli_call *call)
{
    const cli_measure_options *const options = call->options;
    work w = { .call = call, .options = options, .progress = cli_progress_begin(call) };
    int status;

    if (options->cmdline != NULL && call->argument_count > 1)
        return cli_complain_usage(call->verb, "a command line is one file's, here are %zu",
                                  call->argument_count);
    w.hashes = assay_hashes_new();
    if (w.hashes == NULL)
        return cli_complain_memory(call->verb);
    if (options->common.notation == CLI_TEXT) {
        status = measure_files(&w, NULL);
    } else {
        assay_output out = cli_document_begin(call);

        assay_emit_array(&out, "measurements");
        status = measure_files(&w, &out);
        assay_emit_end(&out);
        assay_emit_end(&out);
    }
    assay_hashes_free(&w.hashes);
    return status;
}

static const char *take_kind(const cli_option *option, const char *value, void *field)
{
    unsigned index;
    const char *const wrong = cli_take_word(option, value, &index);

    if (wrong == NULL)
        *(unsigned *)field = index + 1;
    return wrong;
}

static const cli_option measure_options[] = {
    { 0, "as", "KIND", "take it for one of this kind: acm, mle, elf, slb, tboot-module", take_kind,
      offsetof(cli_measure_options, as), cli_measure_kind_names },
    { 0, "cmdline", "TEXT", "the command line that goes with it, blanks and all", cli_take_any_text,
      offsetof(cli_measure_options, cmdline), NULL },
    { 'b', "bank", "ALG,...", "only these algorithms: sha1, sha256, ...", cli_take_banks,
      offsetof(cli_measure_options, banks), NULL },
    { .name = NULL },
};

const cli_verb cli_measure = {
    .name = "measure",
    .summary = "the digests an artefact gets, and where",
    .usage = "FILE...",
    .about =
        "Computes what a dynamic launch measures of an artefact, before there is any launch: of "
        "tboot or a Secure Launch kernel (the MLE), of a SINIT, of an AMD loader block, or, with "
        "--as tboot-module, of what tboot starts. A gzip file counts as its content, as boot "
        "loaders unzip it.\n"
        "Each digest comes with the PCRs and the types of the events that it is for. Exit status 1 "
        "says that a module's signature is bad.",
    .options = measure_options,
    .options_size = sizeof(cli_measure_options),
    .least = 1,
    .most = 4096,
    .run = run,
};
