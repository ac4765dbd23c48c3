/* SPDX-License-Identifier: BSD-2-Clause */
/* assay predict: the log and the PCR values of a launch before it happens. */
#include "boot/rebase/rebase.h"
#include "cli/predict.h"

#include "cli/complain.h"
#include "cli/save.h"
#include "cli/verbs.h"
#include "eventlog/types.h"

#include <stdlib.h>
#include <unistd.h>

static const size_t ceiling = (size_t)1 << 30;

static bool has_log(const predict_work *w)
{
    return w->options->common.output != NULL;
}

static bool to_stdout(const predict_work *w)
{
    return has_log(w) && strcmp(w->options->common.output, "-") == 0;
}

/* The log among those of the base that the launch is in: of a folder, the one with its events. */
static bool has_launch(const assay_prediction *read)
{
    for (size_t i = 0; i < read->count; i++)
        if (read->events[i].part != ASSAY_PART_OTHER)
            return true;
    return false;
}

static int read_log(predict_work *w, cli_log *log)
{
    assay_error error;
    assay_prediction *read = assay_prediction_new(&log->log.header);

    if (read == NULL)
        return cli_complain_memory(w->call->verb);
    if (assay_prediction_read(read, &log->log, &error) < 0) {
        assay_prediction_free(&read);
        return cli_complain(w->call->verb, log->input.name, &error);
    }
    if (w->base == NULL || (has_launch(read) && !has_launch(w->base))) {
        assay_prediction_free(&w->base);
        w->base = read;
        w->base_log = log;
    } else
        assay_prediction_free(&read);
    return CLI_YES;
}

/* A folder's further logs are looked at only where its first has no launch. */
static int read_base(predict_work *w)
{
    cli_call named = *w->call;
    char *arguments[] = { NULL, NULL };
    int status = CLI_YES;

    /* An argument like those of main(), which nothing writes to. */
    memcpy(&arguments[0], &w->options->base, sizeof arguments[0]);
    named.arguments = arguments;
    named.argument_count = 1;
    if (cli_logs_open(&w->logs, &named, CLI_VALUES_NONE, w->findings) != CLI_YES || w->logs.refused)
        return CLI_TROUBLE;
    for (size_t i = 0; i < w->logs.count && status == CLI_YES; i++)
        status = read_log(w, w->logs.list[i]);
    return status;
}

/* The banks that --bank names, of header and events. */
static void limit_banks(const predict_work *w, assay_prediction *prediction)
{
    const cli_banks *const banks = &w->options->common.banks;
    assay_log_header *const header = &prediction->header;
    size_t kept = 0, events = 0;

    if (banks->count == 0)
        return;
    for (size_t i = 0; i < header->bank_count; i++)
        if (cli_bank_wanted(banks, header->banks[i].alg))
            header->banks[kept++] = header->banks[i];
    header->bank_count = kept;
    for (size_t i = 0; i < prediction->count; i++) {
        assay_predicted_event *const event = &prediction->events[i];
        const bool wanted =
            event->event.only_bank == 0 || cli_bank_wanted(banks, event->event.only_bank);
        size_t digests = 0, unknown = 0;

        for (size_t d = 0; d < event->event.digest_count; d++)
            if (cli_bank_wanted(banks, event->event.digests[d].alg))
                event->event.digests[digests++] = event->event.digests[d];
        for (size_t u = 0; u < event->unknown_count; u++)
            if (cli_bank_wanted(banks, event->unknown[u]))
                event->unknown[unknown++] = event->unknown[u];
        /* What had digests, and has none of these banks, is no event of them. */
        const bool had = event->event.digest_count + event->unknown_count > 0;
        const bool first = i == 0 && event->event.type == EV_NO_ACTION;
        if (!wanted || (had && digests + unknown == 0 && !first))
            continue;
        if (!first) {
            event->event.digest_count = (uint16_t)digests;
            event->unknown_count = unknown;
        }
        prediction->events[events] = *event;
        prediction->events[events].event.number = (uint32_t)events;
        prediction->events[events].base = (uint32_t)events;
        events++;
    }
    prediction->count = events;
}

static int find_facts(predict_work *w)
{
    assay_vlp *const policy = calloc(1, sizeof *policy);
    int status = policy == NULL ? -ASSAY_NO_MEMORY : 0;

    if (status == 0)
        status =
            assay_launch_facts_of(w->base, NULL, w->launch.base_vlp, w->hashes, &w->facts, policy);
    if (status == 0)
        status = assay_rebase_name_parts(w->base, NULL);
    if (status == 0)
        assay_launch_name_parts(w->base, &w->facts, policy);
    free(policy);
    return status < 0 ? cli_complain_memory(w->call->verb) : CLI_YES;
}

/* Has the events between speak of themselves, and what they spoke of: one for each; or NULL. */
static uint32_t *number_between(assay_prediction *rebased)
{
    uint32_t *const bases = calloc(rebased->count + 1, sizeof *bases);

    for (size_t i = 0; i < rebased->count && bases != NULL; i++) {
        bases[i] = rebased->events[i].base;
        rebased->events[i].base = (uint32_t)i;
    }
    return bases;
}

/* What was made of the base in two steps speaks of the base, not of what lay between. */
static void speak_of_base(predict_work *w, const uint32_t *bases)
{
    const assay_prediction *const rebased = w->rebased;

    for (size_t i = 0; i < w->prediction->count; i++) {
        assay_predicted_event *const event = &w->prediction->events[i];
        const assay_predicted_event *const between =
            event->base < rebased->count ? &rebased->events[event->base] : NULL;

        if (between == NULL)
            continue;
        event->base = bases[event->base];
        if (event->origin != ASSAY_PREDICTED_KEPT)
            continue;
        event->origin = between->origin;
        event->part = between->part;
        event->why = between->why;
    }
    for (size_t i = 0; i < rebased->remark_count; i++)
        assay_prediction_remark_on(w->prediction, rebased->remarks[i].part,
                                   rebased->remarks[i].index, rebased->remarks[i].refused,
                                   rebased->remarks[i].text);
}

static int predict_launch(predict_work *w)
{
    uint32_t *const bases = number_between(w->rebased);
    assay_error error;

    if (bases == NULL)
        return cli_complain_memory(w->call->verb);
    const int status =
        assay_launch_predict(w->rebased, &w->launch, w->hashes, &w->prediction, &error);
    if (status == 0)
        speak_of_base(w, bases);
    free(bases);
    return status < 0 ? cli_complain_hint(w->call->verb, w->options->base, &error,
                                          "assay-predict(1) says what of a launch can be replaced")
                      : CLI_YES;
}

static int predict(predict_work *w)
{
    if (predict_launch(w) != CLI_YES)
        return CLI_TROUBLE;
    if (assay_prediction_fold(w->base, w->hashes, &w->base_values) < 0 ||
        assay_prediction_fold(w->prediction, w->hashes, &w->values) < 0) {
        return cli_complain_kind(w->call->verb, NULL, -ASSAY_CRYPTO,
                                 "the PCR values can't be computed");
    }
    return CLI_YES;
}

/* A format that was asked for may have no room for banks, data or types, and drop them. */
static bool holds_all(const predict_work *w)
{
    assay_prediction *read = NULL;
    assay_log log;
    bool all = false;

    if (assay_log_open(&log, assay_written(&w->log), w->options->to, NULL, NULL) < 0)
        return false;
    read = assay_prediction_new(&log.header);
    if (read != NULL && assay_prediction_read(read, &log, NULL) == 0) {
        all = read->count == w->prediction->count;
        for (size_t i = 0; i < read->count && all; i++)
            all = assay_event_equal(&read->events[i].event, &w->prediction->events[i].event) &&
                  read->events[i].unknown_count == w->prediction->events[i].unknown_count;
    }
    assay_prediction_free(&read);
    assay_log_close(&log);
    return all;
}

/* Nothing was replaced, and the log is written as it was read: then so is what follows its end. */
static bool is_base(const predict_work *w)
{
    if (w->base == NULL || w->options->to != NULL || w->options->common.banks.count > 0 ||
        w->prediction->count != w->base->count ||
        strcmp(w->base->format, assay_log_format_name(&w->base_log->log)) != 0)
        return false;
    for (size_t i = 0; i < w->prediction->count; i++)
        if (w->prediction->events[i].origin != ASSAY_PREDICTED_KEPT)
            return false;
    return true;
}

static int make_log(predict_work *w)
{
    assay_error error;

    if (!has_log(w))
        return CLI_YES;
    if (is_base(w)) {
        assay_put(&w->log, w->base_log->input.file.bytes);
        return CLI_YES;
    }
    if (w->options->to != NULL) {
        const assay_format_info *row;
        size_t i = 0;

        while ((row = assay_log_format_at(i)) != NULL && strcmp(row->name, w->options->to) != 0)
            i++;
        if (row == NULL || !row->writable)
            return cli_complain_usage(w->call->verb, "logs of format %s can be read, not written",
                                      w->options->to);
    }
    if (assay_prediction_write(w->prediction, w->options->to, &w->log, &error) < 0)
        return cli_complain_hint(w->call->verb, w->options->common.output, &error,
                                 "--to names another format; 'assay convert --to list' says what "
                                 "each has room for");
    if (w->options->to != NULL && !holds_all(w))
        return cli_complain_usage(w->call->verb, "a log of format %s has no room for all of it",
                                  w->options->to);
    return CLI_YES;
}

static int write_log(const predict_work *w)
{
    return has_log(w) ? cli_save(w->call, w->options->common.output, assay_written(&w->log))
                      : CLI_YES;
}

static int state(const predict_work *w)
{
    if (w->call->common->quiet || to_stdout(w))
        return CLI_YES;
    if (w->call->common->notation == CLI_TEXT) {
        predict_put_text(w);
        return CLI_YES;
    }
    return predict_emit(w) >= 0 ? CLI_YES : cli_complain_inputs(w->call->verb);
}

static int limit_base(predict_work *w)
{
    limit_banks(w, w->base);
    return CLI_YES;
}

static int find_refusals(predict_work *w)
{
    for (size_t i = 0; i < w->prediction->remark_count; i++)
        w->refused = w->refused || w->prediction->remarks[i].refused;
    return CLI_YES;
}

static int work(predict_work *w)
{
    static int (*const of_a_base[])(predict_work *) = {
        read_base,    limit_base, predict_open_base_vlp, find_facts,
        predict_rebase, predict_open, predict, find_refusals, make_log,
        NULL,
    };
    static int (*const of_a_boot[])(predict_work *) = {
        predict_boot_open, predict_boot_run, find_refusals, make_log, NULL,
    };
    int (*const *step)(predict_work *) = predict_is_boot(w) ? of_a_boot : of_a_base;

    if (predict_check_ways(w) != CLI_YES)
        return CLI_TROUBLE;
    if (w->options->boot.init)
        return predict_boot_init(w);
    if (w->call->argument_count > 0)
        return cli_complain_usage(w->call->verb, "only --init takes arguments");
    for (; *step != NULL; step++)
        if ((*step)(w) != CLI_YES)
            return CLI_TROUBLE;
    if (write_log(w) != CLI_YES || state(w) != CLI_YES)
        return CLI_TROUBLE;
    if (w->refused)
        return CLI_NO;
    return w->options->strict && assay_prediction_has_unknown(w->prediction) ? CLI_NO : CLI_YES;
}

static void free_work(predict_work *w)
{
    assay_prediction_free(&w->prediction);
    assay_prediction_free(&w->base);
    assay_writer_close(&w->log);
    for (size_t i = 0; i < w->file_count; i++) {
        if (w->files[i].is_unzipped)
            assay_gunzip_close(&w->files[i].unzipped);
        cli_input_close(&w->files[i].input);
    }
    predict_boot_close(w);
    predict_rebase_close(w);
    assay_hashes_free(&w->hashes);
    cli_logs_close(&w->logs);
    free(w->evaluation);
    free(w->findings);
    free(w);
}

static int run(const cli_call *call)
{
    predict_work *const w = calloc(1, sizeof *w);
    int status;

    if (w == NULL)
        return cli_complain_memory(call->verb);
    w->call = call;
    w->options = call->options;
    w->log = assay_writer_growing(ceiling);
    w->findings = calloc(1, sizeof *w->findings);
    w->hashes = assay_hashes_new();
    status = w->findings == NULL || w->hashes == NULL ? cli_complain_memory(w->call->verb)
             : call->out->failure != 0                ? CLI_TROUBLE
                                                      : work(w);
    free_work(w);
    return status;
}

const cli_verb cli_predict = {
    .name = "predict",
    .summary = "predict the log and the PCR values of a boot",
    .usage = "--scenario FILE | --base LOG | --init WHAT...",
    .about =
        "Predicts the log of a boot before the machine boots, and so its PCRs, in every bank.\n"
        "Without --base all of it is computed, from what a scenario's file or the options name: "
        "firmware and variables, disks, boot loaders, kernel, initrd, command line. --init writes "
        "a scenario for the disk images, ESPs or machine folders that are its arguments.\n"
        "With --base, a log of the machine, whatever the options name is replaced, of the "
        "firmware's boot and of a launch by Intel TXT with tboot or Secure Launch; all else is "
        "kept. Nothing replaced gives the log again. Modules of tboot are given in order, each "
        "with its --cmdline after it.\n"
        "Says of each event whether it was kept, computed or can't be known, which PCRs change, "
        "and why. With --output the prediction is also written as a log, which every verb reads "
        "like a machine's; a digest that can't be known has a record there that says so. Exits 1 "
        "when no system would come up, and with --strict when something can't be known.",
    .options = predict_option_table,
    .options_size = sizeof(predict_options),
    .least = 0,
    .most = SIZE_MAX,
    .run = run,
    .reads_logs = true,
    .own_output = true,
};
