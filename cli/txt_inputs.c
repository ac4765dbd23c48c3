/* SPDX-License-Identifier: BSD-2-Clause */
/* assay txt: where its parts come from. */
#include "cli/complain.h"
#include "cli/folder.h"
#include "cli/txt.h"
#include "eventlog/log.h"
#include "eventlog/types.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void cli_txt_complain(cli_txt_found *txt, const char *name, const assay_error *error)
{
    /* What is known of other errors is not of logs alone. */
    if (error->kind == ASSAY_UNKNOWN_FORMAT || error->kind == ASSAY_TOO_LARGE)
        cli_complain_hint(txt->call->verb, name, error,
                          "is this the right file? assay-txt(1) says what each may be");
    else
        cli_complain(txt->call->verb, name, error);
    txt->trouble = true;
}

const cli_input *cli_txt_open(cli_txt_found *txt, const char *path)
{
    cli_input *const input = &txt->inputs[txt->input_count];
    assay_error error;

    if (txt->input_count == CLI_TXT_INPUTS_MAX)
        assay_fail(&error, ASSAY_TOO_LARGE, ASSAY_NOWHERE, "too many files");
    else if (cli_input_open(input, path, &error) == 0) {
        txt->input_count++;
        return input;
    }
    cli_txt_complain(txt, path, &error);
    return NULL;
}

static void open_registers(cli_txt_found *txt, const char *path)
{
    const cli_input *const input = cli_txt_open(txt, path);
    assay_error error;

    txt->judged = true;
    if (input == NULL)
        return;
    if (assay_txt_registers_read(input->file.bytes, &txt->registers, &error) < 0)
        cli_txt_complain(txt, input->name, &error);
    else {
        txt->has_registers = true;
        txt->registers_input = input;
    }
}

/* The tables before a fault are shown. */
static void take_heap(cli_txt_found *txt, const char *name, assay_bytes image)
{
    assay_error error;

    if (assay_txt_heap_open(&txt->heap, image, &error) < 0)
        cli_txt_complain(txt, name, &error);
    txt->has_heap = txt->heap.tables[ASSAY_TXT_BIOS_DATA].present;
}

static void open_heap(cli_txt_found *txt, const char *path)
{
    const cli_input *const input = cli_txt_open(txt, path);

    txt->judged = true;
    if (input != NULL)
        take_heap(txt, input->name, input->file.bytes);
}

/* The log. */

/* The event's data may be gone with the next event, so the policies are copied. */
void cli_txt_keep_index(cli_txt_found *txt, const assay_txt_nv_public *index)
{
    assay_nv_read *const kept = &txt->nv[txt->nv_count];

    if (!index->defined || txt->nv_count == ASSAY_NV_READ_MAX ||
        index->auth_policy.size > sizeof kept->policy)
        return;
    kept->index = *index;
    if (index->auth_policy.size > 0)
        memcpy(kept->policy, index->auth_policy.data, index->auth_policy.size);
    kept->index.auth_policy = assay_bytes_of(kept->policy, index->auth_policy.size);
    txt->nv_count++;
}

/* SINIT measures the same into PCR 17 and 18. */
static void take_nv_info(cli_txt_found *txt, const assay_event *event)
{
    assay_txt_nv_info info;

    if (event->type != TXT_EVTYPE_NV_INFO_HASH || txt->nv_count > 0 ||
        !assay_txt_nv_info_decode(event->data, &info))
        return;
    for (size_t i = 0; i < ASSAY_TXT_NV_INDICES; i++)
        cli_txt_keep_index(txt, &info.indices[i]);
}

static int read_log(cli_txt_found *txt, assay_bytes bytes, assay_error *error)
{
    assay_log log;
    assay_event event;
    int status = assay_log_open(&log, bytes, NULL, NULL, error);

    if (status < 0)
        return status;
    txt->log.present = true;
    txt->log.format = assay_log_format_name(&log);
    while ((status = assay_log_next(&log, &event)) > 0) {
        txt->log.events += !(event.number == 0 && log.header.spec_id.present);
        take_nv_info(txt, &event);
    }
    if (status < 0)
        txt->log.fault = log.error;
    assay_log_close(&log);
    return 0;
}

static void open_log(cli_txt_found *txt, const char *path)
{
    const cli_input *const input = cli_txt_open(txt, path);
    assay_error error;

    if (input == NULL)
        return;
    txt->log.name = input->name;
    if (read_log(txt, input->file.bytes, &error) < 0)
        cli_txt_complain(txt, input->name, &error);
    else if (txt->log.fault.kind != 0)
        cli_txt_complain(txt, input->name, &txt->log.fault);
}

/* A heap before a launch has no log, and that is no trouble. */
static void read_log_of_heap(cli_txt_found *txt)
{
    if (txt->has_heap && !txt->log.present && txt->log.name == NULL)
        read_log(txt, txt->heap.input, NULL);
}

/* txt-stat prints registers and tboot's log, in which the event log is. */
static void read_log_of_text(cli_txt_found *txt, const cli_input *input)
{
    if (txt->log.present || txt->log.name != NULL || strcmp(txt->registers.form, "text") != 0)
        return;
    if (read_log(txt, input->file.bytes, NULL) == 0)
        txt->log.name = input->name;
}

/* A machine folder. */

static char *part_of(const char *folder, const char *part)
{
    static const char *const places[] = { "txt/", "" };

    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char *path;

        if (asprintf(&path, "%s/%s%s", folder, places[i], part) < 0)
            return NULL;
        if (access(path, F_OK) == 0)
            return path;
        free(path);
    }
    return NULL;
}

static bool open_part(cli_txt_found *txt, const char *folder, const char *part,
                      void (*open)(cli_txt_found *txt, const char *path))
{
    char *const path = part_of(folder, part);

    if (path == NULL)
        return false;
    open(txt, path);
    free(path);
    return true;
}

static void open_folder(cli_txt_found *txt, const char *folder)
{
    assay_error error;
    bool any = open_part(txt, folder, "registers", open_registers);

    any = open_part(txt, folder, "heap", open_heap) || any;
    any = open_part(txt, folder, "log", open_log) || any;
    if (any)
        return;
    assay_fail(&error, ASSAY_IO, ASSAY_NOWHERE,
               "the folder has none of txt/registers, txt/heap and txt/log");
    cli_complain_hint(txt->call->verb, folder, &error,
                      "for files of other names: --registers, --heap and --log");
    txt->trouble = true;
}

/* This machine. */

static void read_live_heap(cli_txt_found *txt)
{
    const uint64_t base = assay_txt_register_value(&txt->registers, ASSAY_TXT_HEAP_BASE);
    const uint64_t size = assay_txt_register_value(&txt->registers, ASSAY_TXT_HEAP_SIZE);
    assay_error error;

    if (base == 0 || assay_txt_registers_absent(&txt->registers))
        return;
    assay_put_u64le(&txt->heap_image, base);
    assay_put_u64le(&txt->heap_image, size);
    if (assay_txt_live_heap(&assay_txt_this_machine, base, size, &txt->heap_image, &error) < 0)
        cli_txt_complain(txt, assay_txt_this_machine.memory, &error);
    else
        take_heap(txt, assay_txt_this_machine.memory, assay_written(&txt->heap_image));
}

static void read_this_machine(cli_txt_found *txt)
{
    const assay_txt_live *const live = &assay_txt_this_machine;
    assay_error error;
    bool failed = false;

    txt->live = txt->judged = true;
    if (assay_txt_live_registers(live, &txt->registers, &error) < 0) {
        cli_complain_hint(txt->call->verb, live->memory, &error,
                          "run it as root, or give --registers FILE and --heap FILE; "
                          "'assay txt --help' says of what form");
        txt->trouble = true;
    } else {
        txt->has_registers = true;
        read_live_heap(txt);
    }
    char *const log = assay_txt_live_log(live, &failed);
    if (log != NULL)
        open_log(txt, log);
    free(log);
}

void cli_txt_gather(cli_txt_found *txt)
{
    const cli_txt_options *const options = txt->options;
    const bool files = options->registers != NULL || options->heap != NULL || options->log != NULL;

    if (options->registers != NULL)
        open_registers(txt, options->registers);
    if (options->heap != NULL)
        open_heap(txt, options->heap);
    if (options->log != NULL)
        open_log(txt, options->log);
    if (txt->call->argument_count > 0)
        open_folder(txt, txt->call->arguments[0]);
    else if (!files && options->nv.count == 0 && options->tcti == NULL)
        read_this_machine(txt);
    read_log_of_heap(txt);
    if (txt->registers_input != NULL)
        read_log_of_text(txt, txt->registers_input);
    if (txt->judged)
        assay_txt_launch_judge(txt->has_registers ? &txt->registers : NULL,
                               txt->has_heap ? &txt->heap : NULL, &txt->state);
}
