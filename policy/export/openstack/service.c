/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Taking hosts out of nova: requests to os-services (compute API 2.53), and the same as commands.
 * "forced_down" is never written: it says that the host is fenced, and what runs there runs twice
 * when it is not.
 */
#include "policy/export/openstack/openstack.h"

#include "policy/export/shell.h"

#include <ctype.h>

/* What is written; the plan and the script stay open. */
typedef struct service {
    assay_export_job *job;
    bool enable;  /* what is trusted again */
    bool unknown; /* takes out what nothing could be said of */
    assay_output plan;
    assay_writer *script;
    size_t count;
} service;

static bool is_taken_out(const service *s, const assay_export_host *host)
{
    const enum assay_reference_verdict verdict = assay_openstack_verdict(host);

    return verdict == ASSAY_REFERENCE_MISMATCH ||
           (verdict == ASSAY_REFERENCE_UNKNOWN && s->unknown);
}

static bool is_let_in(const service *s, const assay_export_host *host)
{
    return s->enable && assay_openstack_verdict(host) == ASSAY_REFERENCE_MATCH;
}

/* A value in a URI's query (RFC 3986). */
static void put_query_value(assay_writer *writer, const char *text)
{
    for (const char *c = text; *c != '\0'; c++)
        if (isalnum((unsigned char)*c) || strchr("-._~", *c) != NULL)
            assay_put_char(writer, *c);
        else
            assay_put_format(writer, "%%%02X", (unsigned char)*c);
}

static void plan_lookup(service *s, const assay_export_host *host)
{
    assay_writer path = assay_writer_growing(1 << 16);

    assay_put_string(&path, "/v2.1/os-services?binary=nova-compute&host=");
    put_query_value(&path, host->name);
    assay_emit_object(&s->plan, NULL);
    assay_emit_string(&s->plan, "method", "GET");
    assay_emit_text(&s->plan, "path", assay_written(&path));
    assay_emit_string(&s->plan, "take", "services[0].id");
    assay_emit_string(&s->plan, "as", "service");
    assay_emit_end(&s->plan);
    assay_writer_close(&path);
}

static void plan_change(service *s, const assay_export_host *host, const char *body)
{
    const char *const id = assay_openstack_setting_of(s->job, "service", host->name);
    char path[80];
    assay_writer writer = assay_writer_lent(path, sizeof path - 1);

    if (id == NULL)
        plan_lookup(s, host);
    assay_put_format(&writer, "/v2.1/os-services/%s", id != NULL ? id : "{service}");
    path[writer.used] = '\0';
    assay_emit_object(&s->plan, NULL);
    assay_emit_string(&s->plan, "method", "PUT");
    assay_emit_string(&s->plan, "path", path);
    assay_emit_string(&s->plan, "body", body);
    assay_emit_end(&s->plan);
}

/* A reason with "enabled" is answered by 400. */
static void write_body(service *s, const assay_export_host *host, assay_bytes reason)
{
    char name[32];
    assay_writer writer = assay_writer_lent(name, sizeof name - 1);

    assay_put_format(&writer, "%02zu-service.json", ++s->count);
    name[writer.used] = '\0';
    assay_output out = assay_output_json_line(assay_export_add_file(s->job, name));
    assay_emit_object(&out, NULL);
    assay_emit_string(&out, "status", reason.size > 0 ? "disabled" : "enabled");
    if (reason.size > 0)
        assay_emit_text(&out, "disabled_reason", reason);
    assay_emit_end(&out);
    plan_change(s, host, name);
}

static void write_command(service *s, const assay_export_host *host, assay_bytes reason)
{
    assay_put_string(s->script, "openstack compute service set ");
    if (reason.size > 0) {
        assay_put_string(s->script, "--disable --disable-reason ");
        assay_put_shell_word(s->script, reason);
    } else {
        assay_put_string(s->script, "--enable");
    }
    assay_put_char(s->script, ' ');
    assay_put_shell_word(s->script, assay_bytes_of_string(host->name));
    assay_put_string(s->script, " nova-compute\n");
}

static void write_host(service *s, const assay_export_host *host)
{
    assay_writer reason = assay_writer_growing(1 << 16);

    if (is_taken_out(s, host))
        assay_openstack_put_reason(&reason, s->job->reference, host);
    if (is_taken_out(s, host) || is_let_in(s, host)) {
        write_body(s, host, assay_written(&reason));
        write_command(s, host, assay_written(&reason));
    }
    assay_writer_close(&reason);
}

static void note_host(const service *s, const assay_export_host *host)
{
    if (assay_openstack_verdict(host) == ASSAY_REFERENCE_UNKNOWN && !s->unknown)
        assay_export_note_on(s->job, ASSAY_EXPORT_ADVICE,
                             "host %s could not be judged and is left as it is; --set "
                             "unknown=disable takes such hosts out",
                             host->name);
    if (is_taken_out(s, host))
        assay_export_note_on(s->job, ASSAY_EXPORT_ADVICE,
                             "host %s gets no new servers, and those that it has go on: migrate "
                             "them, or power it off and evacuate them; only after that may "
                             "forced_down be set",
                             host->name);
}

static int read_words(service *s, assay_error *error)
{
    const char *const enable = assay_export_setting_of(s->job, "enable");
    const char *const unknown = assay_export_setting_of(s->job, "unknown");

    s->enable = enable != NULL && strcmp(enable, "yes") == 0;
    s->unknown = unknown != NULL && strcmp(unknown, "disable") == 0;
    if (enable != NULL && !s->enable && strcmp(enable, "no") != 0)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "enable is yes or no");
    if (unknown != NULL && !s->unknown && strcmp(unknown, "leave") != 0)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "unknown is leave or disable");
    for (size_t i = 0; i < s->job->host_count; i++) {
        const char *const id = assay_openstack_setting_of(s->job, "service", s->job->hosts[i].name);

        if (id != NULL && !assay_uuid_is(assay_bytes_of_string(id)))
            return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                              "the service of host %zu is no UUID", i + 1);
    }
    return 0;
}

static void begin(service *s)
{
    s->plan = assay_output_json_indented(assay_export_add_file(s->job, "plan.json"));
    assay_emit_object(&s->plan, NULL);
    assay_emit_string(&s->plan, "service", "compute");
    assay_emit_object(&s->plan, "headers");
    assay_emit_string(&s->plan, "OpenStack-API-Version", "compute 2.53");
    assay_emit_string(&s->plan, "Content-Type", "application/json");
    assay_emit_end(&s->plan);
    assay_emit_array(&s->plan, "requests");
    s->script = assay_export_add_named(s->job, true, "apply");
    assay_put_string(s->script, "#!/bin/sh\n"
                                "# Takes hosts out of nova whose boot is not the reference's.\n"
                                "set -eu\n");
}

int assay_openstack_write_service(assay_export_job *job, assay_error *error)
{
    service s = { .job = job };
    int status = assay_openstack_check_hosts(job, error);

    if (status == 0)
        status = assay_openstack_check_settings(job, "service", error);
    if (status == 0)
        status = read_words(&s, error);
    if (status < 0)
        return status;
    begin(&s);
    for (size_t i = 0; i < job->host_count; i++) {
        write_host(&s, &job->hosts[i]);
        note_host(&s, &job->hosts[i]);
    }
    assay_emit_end(&s.plan);
    assay_emit_end(&s.plan);
    return 0;
}
