/* SPDX-License-Identifier: BSD-2-Clause */
/* assay predict of a whole boot: from a scenario's file, from options, or from both. */
#include "cli/predict_boot.h"

#include "cli/complain.h"
#include "cli/predict.h"
#include "policy/launch/bootaggregate.h"

#include <libgen.h>
#include <stdlib.h>

const char *predict_take_name(const cli_option *option, const char *value, void *field)
{
    predict_names *const names = field;

    (void)option;
    if (*value == '\0')
        return "";
    if (names->count == PREDICT_NAMES_MAX)
        return "there are too many";
    names->list[names->count++] = value;
    return NULL;
}

bool predict_is_boot(const predict_work *w)
{
    return w->options->base == NULL;
}

/* --- the document ----------------------------------------------------------------------------- */

/* Hints speak of logs; these are files of a boot. */
static int complain(const predict_work *w, const char *file, const assay_error *error)
{
    return error->kind == ASSAY_IO || error->kind == ASSAY_NO_MEMORY
               ? cli_complain(w->call->verb, file, error)
               : cli_complain_hint(w->call->verb, file, error,
                                   "assay-scenario(5) says what each file of a boot may be");
}

static int read_scenario(predict_work *w)
{
    const char *const path = w->options->boot.scenario;
    assay_error error;

    if (cli_input_open_values(&w->scenario, path, &error) < 0)
        return complain(w, path, &error);
    w->scenario_open = true;
    if (assay_document_read(&w->document, w->scenario.file.bytes, &error) < 0)
        return cli_complain_hint(w->call->verb, path, &error,
                                 "assay-scenario(5) says what stands in a scenario; "
                                 "'assay predict --init' makes one");
    if (strcmp(path, "-") == 0)
        return CLI_YES;
    w->folder_owned = strdup(path);
    if (w->folder_owned == NULL)
        return cli_complain_memory(w->call->verb);
    w->folder = dirname(w->folder_owned);
    return CLI_YES;
}

/* NAME=FILE of --table. */
static int set_tables(predict_work *w)
{
    const predict_names *const tables = &w->options->boot.tables;
    assay_document *const d = &w->document;

    for (size_t i = 0; i < tables->count; i++) {
        const char *const sign = strchr(tables->list[i], '=');

        if (sign == NULL || sign == tables->list[i] || sign[1] == '\0')
            return cli_complain_usage(w->call->verb, "--table takes NAME=FILE");
        if (d->table_count == ASSAY_SCENARIO_BLOBS)
            return cli_complain_usage(w->call->verb, "there are no more than %d tables",
                                      ASSAY_SCENARIO_BLOBS);
        w->names[w->name_count] = strndup(tables->list[i], (size_t)(sign - tables->list[i]));
        if (w->names[w->name_count] == NULL)
            return cli_complain_memory(w->call->verb);
        d->tables[d->table_count++] = (assay_scenario_path){ w->names[w->name_count++], sign + 1 };
    }
    return CLI_YES;
}

static int set_lists(predict_work *w)
{
    const predict_boot_options *const o = &w->options->boot;
    assay_document *const d = &w->document;

    for (size_t i = 0; i < o->option_roms.count; i++) {
        if (d->rom_count == ASSAY_SCENARIO_ROMS)
            return cli_complain_usage(w->call->verb, "there are no more than %d option ROMs",
                                      ASSAY_SCENARIO_ROMS);
        d->roms[d->rom_count++] =
            (assay_document_rom){ o->option_roms.list[i], ASSAY_NOT_GIVEN, ASSAY_NOT_GIVEN };
    }
    for (size_t i = 0; i < o->phases.count; i++) {
        if (d->extend_count == ASSAY_SCENARIO_EXTENDS)
            return cli_complain_usage(w->call->verb, "there are no more than %d phases",
                                      ASSAY_SCENARIO_EXTENDS);
        d->extends[d->extend_count++] = (assay_scenario_extend){ 11, o->phases.list[i] };
    }
    return set_tables(w);
}

static void set_text(const char **field, const char *value)
{
    if (value != NULL)
        *field = value;
}

static void set_number(uint64_t *field, const cli_number *value)
{
    if (value->given)
        *field = value->value;
}

/* The disk that --disk and --esp speak of is the scenario's first. */
static int set_disk(predict_work *w)
{
    const predict_boot_options *const o = &w->options->boot;
    assay_document_disk *disk = &w->document.disks[0];

    if (o->disk == NULL && o->esp == NULL && o->bus == NULL)
        return CLI_YES;
    if (w->document.disk_count == 0)
        disk = assay_document_add_disk(&w->document);
    set_text(&disk->bus, o->bus);
    if (o->disk != NULL) {
        disk->image = o->disk;
        disk->gpt = disk->esp = NULL;
        disk->file_count = 0;
    }
    if (o->esp != NULL) {
        disk->esp = o->esp;
        disk->file_count = 0;
    }
    return CLI_YES;
}

/* Names in the options are relative to where the process is, those in a file to the file. */
static int set_all(predict_work *w)
{
    const predict_options *const options = w->options;
    const predict_boot_options *const o = &options->boot;
    assay_document *const d = &w->document;

    set_text(&d->code, o->firmware);
    set_text(&d->variables, o->variables);
    set_text(&d->kernel, options->kernel);
    if (options->rebase.initrds.count > 0)
        d->initrd = options->rebase.initrds.list[0];
    set_text(&d->cmdline, options->modules.kernel_cmdline);
    set_text(&d->boot_manager, o->boot_entry);
    set_text(&d->grub, o->grub_entry);
    set_number(&d->memory, &o->memory);
    set_number(&d->cpus, &o->cpus);
    set_number(&d->qemu, &o->qemu);
    if (o->smm)
        d->smm = 1;
    if (o->ima)
        d->ima = 1;
    if (options->common.banks.count > 0) {
        d->bank_count = options->common.banks.count;
        memcpy(d->banks, options->common.banks.alg, d->bank_count * sizeof *d->banks);
    }
    return set_disk(w) == CLI_YES ? set_lists(w) : CLI_TROUBLE;
}

static bool says_something(const assay_document *d)
{
    return d->code != NULL || d->variables != NULL || d->disk_count > 0 || d->kernel != NULL;
}

/* What QEMU hands over beside a kernel is nothing without one. */
static int check_direct(const predict_work *w)
{
    const predict_options *const o = w->options;
    const char *const name = o->rebase.initrds.count > 0           ? "initrd"
                             : o->modules.kernel_cmdline != NULL ? "cmdline"
                             : o->boot.qemu.given                ? "qemu"
                                                                 : NULL;

    if (o->rebase.initrds.count > 1)
        return cli_complain_usage(w->call->verb, "QEMU hands over no more than one --initrd");
    if (name != NULL && w->document.kernel == NULL)
        return cli_complain_usage(w->call->verb,
                                  "--%s goes with the --kernel that QEMU hands over; what a boot "
                                  "loader starts is as its files on the disk say",
                                  name);
    return CLI_YES;
}

int predict_boot_open(predict_work *w)
{
    const char *culprit;
    assay_error error;

    assay_document_init(&w->document);
    if (w->options->boot.scenario != NULL && read_scenario(w) != CLI_YES)
        return CLI_TROUBLE;
    if (set_all(w) != CLI_YES)
        return CLI_TROUBLE;
    if (check_direct(w) != CLI_YES)
        return CLI_TROUBLE;
    if (!says_something(&w->document))
        return cli_complain_usage(w->call->verb,
                                  "there is nothing to predict from: --scenario FILE says what "
                                  "boots, or --firmware, --variables, --disk; --base LOG what did");
    if (assay_scenario_files_open(&w->document, w->folder, &w->boot, &culprit, &error) < 0)
        return complain(w, culprit != NULL ? culprit : w->options->boot.scenario, &error);
    return CLI_YES;
}

/* --- the prediction --------------------------------------------------------------------------- */

int predict_boot_run(predict_work *w)
{
    const assay_scenario *const scenario = assay_scenario_files_scenario(w->boot);
    assay_error error;
    int status = assay_scenario_predict(scenario, w->hashes, &w->prediction, &error);

    if (status == 0 && scenario->userspace.ima && !w->prediction->stopped)
        status = assay_boot_aggregate_predict(
            w->prediction,
            &(assay_ima_first){ scenario->userspace.ima_hash, scenario->userspace.ima_template },
            w->hashes, &error);
    if (status < 0)
        return cli_complain(w->call->verb, w->options->boot.scenario, &error);
    if (assay_prediction_fold(w->prediction, w->hashes, &w->values) < 0)
        return cli_complain_kind(w->call->verb, NULL, -ASSAY_CRYPTO,
                                 "the PCR values can't be computed");
    return CLI_YES;
}

void predict_boot_close(predict_work *w)
{
    assay_scenario_files_free(&w->boot);
    assay_document_free(&w->document);
    for (size_t i = 0; i < w->name_count; i++)
        free(w->names[i]);
    free(w->folder_owned);
    if (w->scenario_open)
        cli_input_close(&w->scenario);
}
