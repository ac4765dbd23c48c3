/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OpenAttestation 1.5 to 2.3: the bodies of the requests, numbered, with a plan that says where
 * each goes; or the same as command lines of OpenAttestation's scripts.
 */
#include "policy/export/oat/oat.h"

#include "policy/export/shell.h"

static const struct {
    const char *word, *path, *tool;
} kinds[ASSAY_OAT_KINDS] = {
    [ASSAY_OAT_OEM] = { "oem", "/WLMService/resources/oem", "oat_oem" },
    [ASSAY_OAT_OS] = { "os", "/WLMService/resources/os", "oat_os" },
    [ASSAY_OAT_MLE] = { "mle", "/WLMService/resources/mles", "oat_mle" },
    [ASSAY_OAT_HOST] = { "host", "/AttestationService/resources/hosts", "oat_host" },
};

typedef struct listing {
    assay_oat_plan plan;
    bool edit;
    long count;
    assay_oat_request *requests;
} listing;

/* Adding what is there already fails; changing an MLE replaces all that it has. */
static void note_edit(assay_export_job *job, const listing *list)
{
    if (list->edit)
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "changing an MLE replaces its whole list: a PCR that is not named "
                             "here is compared no more");
    else
        assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                             "the server refuses to add what it has (errors 2001, 2004, 2007): "
                             "--set edit=yes changes the MLEs in its place");
}

static int make_listing(assay_export_job *job, listing *ret_list, assay_error *error)
{
    int status = assay_oat_flag(job, "edit", &ret_list->edit, error);

    if (status == 0)
        status = assay_oat_plan_make(job, &ret_list->plan, error);
    if (status < 0)
        return status;
    ret_list->count = assay_oat_requests(job, &ret_list->plan, ret_list->edit, &ret_list->requests);
    if (ret_list->count < 0)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the requests");
    note_edit(job, ret_list);
    return 0;
}

static const char *word_of(const assay_oat_request *request)
{
    return request->kind != ASSAY_OAT_MLE ? kinds[request->kind].word
           : request->mle->vmm            ? "mle-vmm"
                                          : "mle-bios";
}

static const char *method_of(const listing *list, const assay_oat_request *request)
{
    return list->edit && request->kind == ASSAY_OAT_MLE ? "PUT" : "POST";
}

static void put_body_name(assay_writer *writer, const listing *list, long i)
{
    assay_put_format(writer, "%02ld-%s.json", i + 1, word_of(&list->requests[i]));
}

static void write_plan(assay_export_job *job, const listing *list)
{
    assay_output out = assay_output_json_indented(assay_export_add_file(job, "plan.json"));

    assay_emit_object(&out, NULL);
    assay_emit_string(&out, "service", "OpenAttestation");
    assay_emit_u64(&out, "port", 8181);
    assay_emit_array(&out, "requests");
    for (long i = 0; i < list->count; i++) {
        char name[32];
        assay_writer body = assay_writer_lent(name, sizeof name - 1);

        put_body_name(&body, list, i);
        name[body.used] = '\0';
        assay_emit_object(&out, NULL);
        assay_emit_string(&out, "method", method_of(list, &list->requests[i]));
        assay_emit_string(&out, "path", kinds[list->requests[i].kind].path);
        assay_emit_string(&out, "content_type", "application/json");
        assay_emit_string(&out, "body", name);
        assay_emit_string(&out, "answer", "true");
        assay_emit_end(&out);
    }
    assay_emit_end(&out);
    assay_emit_end(&out);
}

int assay_oat_write_wlm(assay_export_job *job, assay_error *error)
{
    listing list;
    const int status = make_listing(job, &list, error);

    if (status < 0)
        return status;
    for (long i = 0; i < list.count; i++) {
        char name[32];
        assay_writer path = assay_writer_lent(name, sizeof name - 1);

        put_body_name(&path, &list, i);
        name[path.used] = '\0';
        assay_output out = assay_output_json_line(assay_export_add_file(job, name));
        assay_oat_emit(&out, job, &list.plan, &list.requests[i], NULL);
    }
    write_plan(job, &list);
    return 0;
}

static void put_command(assay_writer *writer, const assay_export_job *job, const listing *list,
                        const assay_oat_request *request)
{
    assay_writer json = assay_writer_growing(1 << 24);
    assay_output out = assay_output_json_line(&json);

    assay_oat_emit(&out, job, &list->plan, request, NULL);
    assay_put_format(writer, "%s -%c -h \"$server\" ", kinds[request->kind].tool,
                     strcmp(method_of(list, request), "PUT") == 0 ? 'e' : 'a');
    assay_put_shell_word(writer, assay_bytes_of(json.data, json.used > 0 ? json.used - 1 : 0));
    assay_put_char(writer, '\n');
    if (json.failure != 0)
        writer->failure = json.failure;
    assay_writer_close(&json);
}

int assay_oat_write_commands(assay_export_job *job, assay_error *error)
{
    listing list;
    const int status = make_listing(job, &list, error);

    if (status < 0)
        return status;
    assay_writer *const writer = assay_export_add_named(job, true, "%s", "");
    assay_put_string(writer, "#!/bin/sh\n"
                             "# The white list of an OpenAttestation server, in the order in which "
                             "it has to come.\n"
                             "set -eu\n"
                             "server=${1:?usage: $0 SERVER}\n"
                             "oat_cert -h \"$server\"\n");
    for (long i = 0; i < list.count; i++)
        put_command(writer, job, &list, &list.requests[i]);
    assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                         "the oat_* commands print what the server answers: each answer is true, "
                         "or an error with its code");
    return 0;
}
