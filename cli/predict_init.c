/* SPDX-License-Identifier: BSD-2-Clause */
/* assay predict --init: a scenario for what there is, to be completed by hand. */
#include "boot/scenario/init.h"
#include "cli/complain.h"
#include "cli/predict.h"
#include "cli/save.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>

static int add_all(const predict_work *w, assay_scenario_init *init)
{
    assay_error error;

    if (w->call->argument_count == 0)
        return cli_complain_usage(
            w->call->verb, "--init takes a disk image, an ESP, a machine folder, or several");
    for (size_t i = 0; i < w->call->argument_count; i++)
        if (assay_scenario_init_add(init, w->call->arguments[i], &error) < 0)
            return cli_complain(w->call->verb, w->call->arguments[i], &error);
    assay_scenario_init_end(init);
    return CLI_YES;
}

static void put_document(assay_writer *text, const assay_document *document)
{
    assay_output out = assay_output_json_indented(text);

    assay_emit_object(&out, NULL);
    assay_emit_object(&out, "assay");
    assay_emit_string(&out, "version", ASSAY_VERSION);
    assay_emit_string(&out, "schema", "assay-scenario/1");
    assay_emit_end(&out);
    assay_document_emit(&out, document);
    assay_emit_end(&out);
}

/* What the document names and nobody has yet: beside it. */
static int save_files(const predict_work *w, const assay_scenario_init *init)
{
    const char *const output = w->options->common.output;
    const char *name;
    assay_bytes bytes;

    for (size_t i = 0; assay_scenario_init_file(init, i, &name, &bytes); i++) {
        char *path = NULL, *copy = NULL;
        int status;

        if (output == NULL || strcmp(output, "-") == 0)
            return cli_complain_usage(w->call->verb,
                                      "the scenario needs %s beside it: --output FILE says where",
                                      name);
        if ((copy = strdup(output)) == NULL || asprintf(&path, "%s/%s", dirname(copy), name) < 0)
            status = cli_complain_memory(w->call->verb);
        else
            status = cli_save(w->call, path, bytes);
        free(copy);
        free(path);
        if (status != CLI_YES)
            return status;
    }
    return CLI_YES;
}

/* On standard error, so that the document can go down a pipe. */
static void put_notes(const predict_work *w, const assay_scenario_init *init)
{
    const char *note;

    if (w->call->common->quiet)
        return;
    for (size_t i = 0; (note = assay_scenario_init_note(init, i)) != NULL; i++)
        fprintf(stderr, "note: %s.\n", note);
}

static int save(const predict_work *w, const assay_scenario_init *init)
{
    const char *const output = w->options->common.output;
    assay_writer text = assay_writer_growing(ASSAY_SCENARIO_BYTES_MAX);
    int status;

    put_document(&text, assay_scenario_init_document(init));
    if (text.failure != 0)
        status = cli_complain_memory(w->call->verb);
    else
        status = cli_save(w->call, output != NULL ? output : "-", assay_written(&text));
    assay_writer_close(&text);
    return status;
}

int predict_boot_init(predict_work *w)
{
    assay_scenario_init *init = assay_scenario_init_new();
    int status = init == NULL ? cli_complain_memory(w->call->verb) : add_all(w, init);

    if (status == CLI_YES)
        status = save_files(w, init);
    if (status == CLI_YES)
        status = save(w, init);
    if (status == CLI_YES)
        put_notes(w, init);
    assay_scenario_init_free(&init);
    return status;
}
