/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/logs.h"

#include "cli/complain.h"
#include "cli/folder.h"
#include "cli/save.h"
#include "eventlog/overlap.h"
#include "replay/pcrvalues.h"

#include <stdlib.h>

/* What is being opened. */
typedef struct opening {
    cli_logs *logs;
    const cli_call *call;
    assay_findings *findings;
    enum cli_values values;
} opening;

static void refuse(const opening *o, const char *name, enum assay_kind kind, const char *what)
{
    assay_error error;

    assay_fail(&error, kind, ASSAY_NOWHERE, "%s", what);
    cli_complain(o->call->verb, name, &error);
    o->logs->refused = true;
}

/* Takes over the input, whatever becomes of it. */
static void add_values(const opening *o, cli_input *input)
{
    if (o->logs->value_count < CLI_VALUES_MAX) {
        o->logs->values[o->logs->value_count++] = *input;
        return;
    }
    refuse(o, input->name, ASSAY_TOO_LARGE, "these are too many files of PCR values");
    cli_input_close(input);
}

/* --log-format names the format of the logs: it makes no log of PCR values beside them. */
static bool holds_values(assay_bytes bytes)
{
    assay_log log;
    assay_pcrs pcrs;
    assay_error error, fault;
    const int status = assay_log_open(&log, bytes, NULL, NULL, &error);

    if (status == 0)
        assay_log_close(&log);
    return status == -ASSAY_UNKNOWN_FORMAT &&
           assay_pcrvalues_salvage(bytes, &pcrs, &fault, &error) == 0;
}

static int open_log(const opening *o, cli_log *entry, bool may_be_values, assay_error *error)
{
    const assay_bytes bytes = entry->input.file.bytes;
    const char *const format = o->call->common->log_format;

    if (may_be_values && format != NULL && holds_values(bytes))
        return -ASSAY_UNKNOWN_FORMAT;
    return assay_log_open(&entry->log, bytes, format, o->findings, error);
}

/* An empty file is a log that isn't there: that the boot left none is told, and no other log's. */
static void pass_over(const opening *o, cli_log *empty)
{
    const char *const slash = strrchr(empty->input.name, '/');

    assay_findings_add(o->findings, ASSAY_FINDING_EMPTY, ASSAY_NO_EVENT, ASSAY_NO_OFFSET,
                       ASSAY_NO_PCR, "%s is an empty file",
                       slash != NULL ? slash + 1 : empty->input.name);
    o->findings->source++;
    cli_input_close(&empty->input);
    free(empty);
}

static void add_log(const opening *o, const char *path, bool may_be_values, bool may_be_empty)
{
    cli_log *const entry = calloc(1, sizeof *entry);
    assay_error error;

    if (entry == NULL || o->logs->count == CLI_LOGS_MAX) {
        refuse(o, path, entry == NULL ? ASSAY_NO_MEMORY : ASSAY_TOO_LARGE,
               entry == NULL ? "no memory for a log" : "these are too many logs");
        free(entry);
        return;
    }
    entry->named = o->findings->source;
    int status = cli_input_open(&entry->input, path, &error);
    if (status == 0 && may_be_empty && entry->input.file.bytes.size == 0) {
        pass_over(o, entry);
        return;
    }
    if (status == 0) {
        status = open_log(o, entry, may_be_values, &error);
        if (status < 0 && !(may_be_values && status == -ASSAY_UNKNOWN_FORMAT))
            cli_input_close(&entry->input);
    }
    if (status == 0) {
        o->logs->list[o->logs->count++] = entry;
        o->findings->source++;
        return;
    }
    if (entry->input.name != NULL) {
        add_values(o, &entry->input);
    } else {
        cli_complain(o->call->verb, path, &error);
        o->logs->refused = true;
    }
    free(entry);
}

static bool has_values(const char *folder, bool *failed)
{
    char *const path = cli_folder_pcrs(folder, failed);

    free(path);
    return path != NULL;
}

/* A folder's PCR values, or the folder itself when it has no logs: sysfs has a file a PCR. */
static void add_folder_values(const opening *o, const char *name, bool has_logs, bool *failed)
{
    char *const path = cli_folder_pcrs(name, failed);
    cli_input input = { 0 };
    assay_error error;

    if (path != NULL && cli_input_open_values(&input, path, &error) < 0) {
        cli_complain(o->call->verb, path, &error);
        o->logs->refused = true;
    } else if (path == NULL && !has_logs) {
        input.name = strdup(name);
        *failed |= input.name == NULL;
    }
    free(path);
    if (input.name != NULL)
        add_values(o, &input);
}

static void add_folder(const opening *o, const char *name, bool must_have_log)
{
    bool failed = false, has_logs = false;
    const bool may_be_empty = o->values == CLI_VALUES_DECIDE && has_values(name, &failed);

    for (size_t i = 0; i < cli_folder_most_logs(); i++) {
        char *const path = cli_folder_log(name, i, &failed);

        if (path == NULL)
            continue;
        has_logs = true;
        add_log(o, path, false, may_be_empty);
        free(path);
    }
    if (!failed && !has_logs && must_have_log) {
        refuse(o, name, ASSAY_IO,
               "there is no log in this folder, such as eventlog.bin or ima.bin");
        return;
    }
    if (o->values != CLI_VALUES_NONE && !failed)
        add_folder_values(o, name, has_logs, &failed);
    if (failed)
        refuse(o, name, ASSAY_NO_MEMORY, "no memory for a name");
}

/* As a boot comes to them; logs of one stage stay as they were named. */
static void sort(cli_logs *logs)
{
    for (size_t i = 1; i < logs->count; i++) {
        cli_log *const moved = logs->list[i];
        size_t at = i;

        for (; at > 0 && logs->list[at - 1]->log.header.stage > moved->log.header.stage; at--)
            logs->list[at] = logs->list[at - 1];
        logs->list[at] = moved;
    }
}

/* What was found before the logs were in order. */
static void renumber(const cli_logs *logs, assay_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        uint32_t place = 0;

        while (place < logs->count && logs->list[place]->named != findings->list[i].source)
            place++;
        findings->list[i].source = place;
    }
}

/* Of which a boot has one: not a part of a log, as final events are, nor one of userspace's many.
 */
static bool is_whole(const assay_log *log)
{
    return log->header.spec_id.present || log->header.stage == ASSAY_STAGE_KERNEL;
}

/* Looks for what the log repeats of those before it; of two that have something, the first counts.
 */
static int find_repeated(const opening *o, size_t index)
{
    assay_log *const log = &o->logs->list[index]->log;

    for (size_t i = 0; i < index && log->repeated.count == 0; i++) {
        const assay_log *const before = &o->logs->list[i]->log;

        if (before->header.stage != log->header.stage)
            continue;
        const int status = assay_log_overlap(before, log, &log->repeated);
        if (status < 0)
            return status;
        if (log->repeated.count > 0)
            assay_findings_add(o->findings, ASSAY_FINDING_REPEATED, log->repeated.first,
                               ASSAY_NO_OFFSET, ASSAY_NO_PCR,
                               "log %zu has %u events that log %zu has: they are counted once",
                               index + 1, log->repeated.count, i + 1);
        else if (is_whole(log) && is_whole(before))
            assay_findings_add(o->findings, ASSAY_FINDING_APART, ASSAY_NO_EVENT, ASSAY_NO_OFFSET,
                               ASSAY_NO_PCR, "log %zu and log %zu have no event in common", i + 1,
                               index + 1);
    }
    return 0;
}

/* Whether the output would replace what is read. */
static bool overwrites(const cli_logs *logs, const char *output)
{
    bool same = false;

    for (size_t i = 0; i < logs->count && output != NULL; i++)
        same |= cli_is_same_file(logs->list[i]->input.name, output);
    for (size_t i = 0; i < logs->value_count && output != NULL; i++)
        same |= cli_is_same_file(logs->values[i].name, output);
    return same;
}

int cli_logs_open(cli_logs *logs, const cli_call *call, enum cli_values values,
                  assay_findings *findings)
{
    const opening o = { logs, call, findings, values };
    int status = 0;

    *logs = (cli_logs){ 0 };
    for (size_t i = 0; i < call->argument_count; i++) {
        const char *const name = call->arguments[i];
        const bool log = values == CLI_VALUES_NONE || (values == CLI_VALUES_BESIDE && i == 0);

        if (cli_is_folder(name))
            add_folder(&o, name, log);
        else
            add_log(&o, name, !log, false);
    }
    if (overwrites(logs, call->common->output))
        return cli_complain_usage(call->verb, "'%s' is what is read; --output wants another file",
                                  call->common->output);
    sort(logs);
    renumber(logs, findings);
    findings->sources = (uint32_t)logs->count;
    for (size_t i = 1; i < logs->count && status == 0; i++) {
        findings->source = (uint32_t)i;
        status = find_repeated(&o, i);
    }
    if (status < 0)
        refuse(&o, NULL, (enum assay_kind) - status, "the logs can't be compared with each other");
    const bool alone = values == CLI_VALUES_ALONE || values == CLI_VALUES_DECIDE;
    const bool any = logs->count > 0 || (alone && logs->value_count > 0);
    return status == 0 && any ? CLI_YES : CLI_TROUBLE;
}

void cli_logs_close(cli_logs *logs)
{
    for (size_t i = 0; i < logs->count; i++) {
        assay_log_close(&logs->list[i]->log);
        cli_input_close(&logs->list[i]->input);
        free(logs->list[i]);
    }
    for (size_t i = 0; i < logs->value_count; i++)
        cli_input_close(&logs->values[i]);
    *logs = (cli_logs){ 0 };
}

size_t cli_logs_list(const cli_logs *logs, const assay_log *ret_list[static CLI_LOGS_MAX])
{
    for (size_t i = 0; i < logs->count; i++)
        ret_list[i] = &logs->list[i]->log;
    return logs->count;
}
