/* SPDX-License-Identifier: BSD-2-Clause */
/* assay convert: a log in another format, and a statement of what that can't hold. */
#include "cli/convert.h"

#include "cli/complain.h"
#include "cli/save.h"
#include "cli/verbs.h"
#include "replay/pcrvalues.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Text takes several times the bytes of what it shows; input.c has the ceiling of a log. */
static const size_t ceiling = (size_t)2 << 30;

typedef struct work {
    const cli_call *call;
    const cli_convert_options *options;
    cli_logs logs;
    assay_findings *findings; /* of no use here, but the logs need some */
    assay_writer log;
    assay_conversion conversion;
    cli_converted_fold fold;
    const char *detected; /* what readers take the new log for; NULL: no log at all */
} work;

static const cli_convert_options *options_of(const cli_call *call)
{
    return call->options;
}

static int complain(const work *w, const char *name, enum assay_kind kind, const char *what)
{
    assay_error error;

    assay_fail(&error, kind, ASSAY_NOWHERE, "%s", what);
    return cli_complain(w->call->verb, name, &error);
}

/* Before anything is read. */

static bool to_stdout(const cli_common *common)
{
    return common->output == NULL || strcmp(common->output, "-") == 0;
}

static int check_usage(const work *w)
{
    const cli_common *const common = &w->options->common;
    const cli_verb *const verb = w->call->verb;

    if (w->options->to == NULL)
        return cli_complain_usage(verb, "--to FORMAT is missing; '--to list' shows the formats");
    if (w->call->argument_count == 0)
        return cli_complain_usage(verb, "an argument is missing: %s", verb->usage);
    if (assay_format_room_of(w->options->to) == NULL)
        return cli_complain_usage(verb, "logs of format %s can be read, not written",
                                  w->options->to);
    if (common->notation != CLI_TEXT && to_stdout(common))
        return cli_complain_usage(verb, "with --format the statement goes to standard output, so "
                                        "the log wants --output FILE");
    return CLI_YES;
}

/* Reading and converting, all in memory: what goes out has been read back before. */

static int open_logs(work *w)
{
    w->findings = calloc(1, sizeof *w->findings);
    if (w->findings == NULL)
        return cli_complain_memory(w->call->verb);
    if (cli_logs_open(&w->logs, w->call, CLI_VALUES_NONE, w->findings) != CLI_YES ||
        w->logs.refused)
        return CLI_TROUBLE;
    return CLI_YES;
}

static int complain_conversion(const work *w, const assay_error *error)
{
    const size_t failed = w->conversion.failed;
    const char *const name = w->logs.list[failed < w->logs.count ? failed : 0]->input.name;

    return error->kind == ASSAY_UNSUPPORTED
               ? cli_complain_hint(w->call->verb, name, error,
                                   "'assay convert --to list' says what each format has room for")
               : cli_complain(w->call->verb, name, error);
}

/* The values of a host manifest have no place in any log. */
static void lose_values_beside(work *w)
{
    static assay_pcrs pcrs;
    assay_error error;

    for (size_t i = 0; i < w->logs.count; i++) {
        uint32_t set = 0;

        if (assay_pcrvalues_beside(w->logs.list[i]->input.file.bytes, &pcrs, &error) <= 0)
            continue;
        for (size_t b = 0; b < pcrs.bank_count; b++)
            set |= pcrs.banks[b].present;
        assay_conversion_add(&w->conversion, ASSAY_LOSS_PCR_VALUES, i, ASSAY_NO_OFFSET, set);
    }
}

/* The mark of some formats is weak, and a log of them may look like one of another. */
static int detect(work *w)
{
    assay_log reader;
    const int status = assay_log_open(&reader, assay_written(&w->log), NULL, NULL, NULL);

    if (status == -ASSAY_NO_MEMORY)
        return cli_complain_memory(w->call->verb);
    if (status < 0)
        return CLI_YES;
    w->detected = assay_log_format_name(&reader);
    assay_log_close(&reader);
    return CLI_YES;
}

static int convert(work *w)
{
    const cli_common *const common = &w->options->common;
    assay_convert_source sources[CLI_LOGS_MAX];
    const assay_convert_wish wish = { .to = w->options->to,
                                      .banks = common->banks.alg,
                                      .bank_count = common->banks.count,
                                      .pcrs = common->pcrs,
                                      .visit = cli_converted_visit,
                                      .context = &w->fold };
    assay_error error;

    for (size_t i = 0; i < w->logs.count; i++) {
        const assay_log *const log = &w->logs.list[i]->log;

        sources[i] =
            (assay_convert_source){ log->bytes, assay_log_format_name(log), log->repeated };
    }
    w->fold.common = common;
    w->fold.hashes = assay_hashes_new();
    if (w->fold.hashes == NULL)
        return cli_complain_memory(w->call->verb);
    if (assay_convert(sources, w->logs.count, &wish, &w->log, &w->conversion, &error) < 0)
        return complain_conversion(w, &error);
    const int status = cli_converted_fold_written(&w->fold, assay_written(&w->log), w->options->to);
    if (status < 0)
        return complain(w, NULL, (enum assay_kind)(-status), "the digests can't be computed");
    lose_values_beside(w);
    return detect(w);
}

/* Putting it out. */

static bool is_binary(assay_bytes log)
{
    for (size_t i = 0; i < log.size; i++)
        if (log.data[i] < 0x20 && log.data[i] != '\n' && log.data[i] != '\t' && log.data[i] != '\r')
            return true;
    return false;
}

static int write_log(const work *w)
{
    const assay_bytes log = assay_written(&w->log);
    const char *const path = w->options->common.output;

    if (path == NULL && isatty(STDOUT_FILENO) && is_binary(log))
        return cli_complain_usage(w->call->verb,
                                  "a log of format %s is binary and standard output "
                                  "a terminal; '--output -' writes it all the same",
                                  w->options->to);
    return cli_save(w->call, path == NULL ? "-" : path, log);
}

static int state(const work *w, bool written)
{
    const cli_converted converted = { .options = w->options,
                                      .logs = &w->logs,
                                      .conversion = &w->conversion,
                                      .fold = &w->fold,
                                      .detected = w->detected,
                                      .size = w->log.used,
                                      .written = written };

    if (w->options->common.notation == CLI_TEXT)
        cli_convert_put_statement(w->call, &converted);
    else if (cli_convert_emit_statement(w->call, &converted) < 0)
        return cli_complain_inputs(w->call->verb);
    return CLI_YES;
}

static int put_out(const work *w)
{
    const bool lossless = assay_conversion_is_lossless(&w->conversion);
    const bool write = lossless || w->options->lossy;
    int status = CLI_YES;

    if (w->conversion.cut.kind != 0) {
        cli_complain(w->call->verb, w->logs.list[w->conversion.cut_source]->input.name,
                     &w->conversion.cut);
        status = w->options->lossy ? CLI_YES : CLI_TROUBLE;
    }
    if (status == CLI_YES && write)
        status = write_log(w);
    if (status == CLI_TROUBLE && write)
        return status;
    if (state(w, write) == CLI_TROUBLE)
        return CLI_TROUBLE;
    return status == CLI_YES && !write ? CLI_NO : status;
}

static int run(const cli_call *call)
{
    const cli_convert_options *const options = options_of(call);
    work *w;

    if (options->to != NULL && strcmp(options->to, "list") == 0) {
        cli_convert_put_formats(call);
        return CLI_YES;
    }
    w = calloc(1, sizeof *w);
    if (w == NULL)
        return cli_complain_memory(call->verb);
    w->call = call;
    w->options = options;
    w->log = assay_writer_growing(ceiling);
    /* A standard output that is broken from the start is told by who owns it, before a file is
     * made. */
    int status = call->out->failure != 0 ? CLI_TROUBLE : check_usage(w);
    if (status == CLI_YES)
        status = open_logs(w);
    if (status == CLI_YES)
        status = convert(w);
    if (status == CLI_YES)
        status = put_out(w);
    assay_writer_close(&w->log);
    assay_hashes_free(&w->fold.hashes);
    cli_logs_close(&w->logs);
    free(w->findings);
    free(w);
    return status;
}

static const char *take_target(const cli_option *option, const char *value, void *field)
{
    if (strcmp(value, "list") != 0)
        return cli_take_formats(option, value, field);
    *(const char **)field = value;
    return NULL;
}

static const cli_option convert_options[] = {
    { 0, "to", "FORMAT", "the format to write; 'list' shows them all", take_target,
      offsetof(cli_convert_options, to), NULL },
    { 0, "lossy", NULL, "write what there is room for, and say what is lost", cli_take_flag,
      offsetof(cli_convert_options, lossy), NULL },
    { .name = NULL },
};

const cli_verb cli_convert = {
    .name = "convert",
    .summary = "write a log in another format",
    .usage = "LOG... --to FORMAT",
    .about =
        "Writes the log in another format, reads it back and compares. If the format has no room "
        "for all of it, says what would be lost, and which PCRs would no longer fold to the same "
        "values, and writes nothing; with --lossy it writes the rest.\n"
        "Several logs of one boot become one, in the order of their stages. --bank and --pcr "
        "select what is converted. The log goes to standard output or, whole or not at all, to "
        "the file of --output; the statement to standard error or, with --format json, to "
        "standard output.",
    .options = convert_options,
    .options_size = sizeof(cli_convert_options),
    .least = 0,
    .most = CLI_LOGS_MAX,
    .run = run,
    .reads_logs = true,
    .own_output = true,
};
