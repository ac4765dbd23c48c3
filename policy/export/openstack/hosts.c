/* SPDX-License-Identifier: BSD-2-Clause */
/* Hosts: what is said of each, and why. */
#include "policy/export/openstack/openstack.h"

#include "base/utf8.h"
#include "eventlog/types.h"

#include <ctype.h>

enum assay_reference_verdict assay_openstack_verdict(const assay_export_host *host)
{
    return host->result == NULL ? ASSAY_REFERENCE_UNKNOWN : host->result->verdict;
}

/* "MLE_HASH" of TXT's types, "EV_SEPARATOR" of others. */
static void put_type(assay_writer *writer, uint32_t type)
{
    static const char txt[] = "TXT_EVTYPE_";
    const assay_event_type *const row = assay_event_type_find(type);

    if (row == NULL)
        assay_put_format(writer, "type 0x%x", type);
    else
        assay_put_string(writer, strncmp(row->name, txt, sizeof txt - 1) == 0
                                     ? row->name + sizeof txt - 1
                                     : row->name);
}

static const assay_reference_difference *root_of(const assay_reference_result *result)
{
    for (size_t i = 0; i < result->difference_count; i++)
        if (result->differences[i].kind != ASSAY_COMPARED_FOLLOWS)
            return &result->differences[i];
    return NULL;
}

/* What stands there in the reference, or in the boot alone, and which component it is of. */
static void put_event(assay_writer *writer, const assay_reference_difference *difference)
{
    const assay_event *const event =
        difference->expected != NULL ? difference->expected : difference->actual;

    assay_put_string(writer, " (");
    if (event != NULL) {
        put_type(writer, event->type);
        assay_put_string(writer, ", ");
    }
    assay_put_string(writer, assay_part_name(difference->role));
    assay_put_char(writer, ')');
}

static void put_difference(assay_writer *writer, const assay_reference_difference *difference)
{
    if (difference->pcr_index < ASSAY_PCRS)
        assay_put_format(writer, "PCR %u ", difference->pcr_index);
    if (difference->kind == ASSAY_COMPARED_MISSING)
        assay_put_string(writer, "lacks an event");
    else
        assay_put_format(writer, "%s event %u",
                         difference->kind == ASSAY_COMPARED_ADDED ? "has one more at"
                                                                  : "differs at",
                         difference->event);
    put_event(writer, difference);
}

static bool put_pcr(assay_writer *writer, const assay_reference_result *result)
{
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    for (size_t i = 0; i < result->pcr_count; i++)
        if (result->pcrs[i].outcome == ASSAY_COMPARED_CHANGED) {
            assay_put_format(writer, "PCR %u of %s has another value", result->pcrs[i].pcr,
                             assay_alg_name(result->pcrs[i].alg, unknown));
            return true;
        }
    return false;
}

static void put_whole_reason(assay_writer *writer, const assay_reference *reference,
                             const assay_export_host *host)
{
    const assay_reference_difference *const root =
        host->result == NULL ? NULL : root_of(host->result);
    const char *const why = host->result != NULL ? host->result->why : host->why;

    assay_put_string(writer, "measured boot: ");
    if (root != NULL)
        put_difference(writer, root);
    else if (host->result == NULL || !put_pcr(writer, host->result))
        assay_put_string(writer, why != NULL && why[0] != '\0' ? why : "nothing to compare");
    assay_put_string(writer, "; reference ");
    assay_put_string(writer, reference->name);
    if (reference->version != NULL) {
        assay_put_char(writer, ' ');
        assay_put_string(writer, reference->version);
    }
}

void assay_openstack_put_reason(assay_writer *writer, const assay_reference *reference,
                                const assay_export_host *host)
{
    assay_writer whole = assay_writer_growing(1 << 20);

    put_whole_reason(&whole, reference, host);
    assay_bytes left = assay_written(&whole);
    for (size_t i = 0; i < ASSAY_OPENSTACK_TEXT_MAX && left.size > 0; i++) {
        uint32_t character;
        const size_t decoded = assay_utf8_decode(left, &character);
        const size_t size = decoded > 0 ? decoded : 1;

        assay_put(writer, assay_bytes_of(left.data, size));
        left = assay_bytes_of(left.data + size, left.size - size);
    }
    if (whole.failure != 0)
        writer->failure = whole.failure;
    assay_writer_close(&whole);
}

/* Nova's pattern of host names. */
static bool is_host_name(const char *name)
{
    const size_t size = strlen(name);

    for (size_t i = 0; i < size; i++)
        if (!isalnum((unsigned char)name[i]) && strchr("-._", name[i]) == NULL)
            return false;
    return size > 0 && size <= ASSAY_OPENSTACK_TEXT_MAX && name[0] != '-';
}

int assay_openstack_check_hosts(assay_export_job *job, assay_error *error)
{
    if (job->host_count == 0)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "it is about hosts, and there are none: --host NAME=ACTUAL");
    for (size_t i = 0; i < job->host_count; i++) {
        const assay_export_host *const host = &job->hosts[i];

        for (size_t j = 0; j < i; j++)
            if (strcmp(job->hosts[j].name, host->name) == 0)
                return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                                  "host %zu and host %zu have one name", j + 1, i + 1);
        if (!is_host_name(host->name))
            assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                                 "host %zu: nova takes letters, digits and - . _ for a name",
                                 i + 1);
        if (host->result != NULL && host->result->weak)
            assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                                 "host %s was compared by SHA-1 alone, which can be forged",
                                 host->name);
    }
    return 0;
}

/* "HOST=VALUE": the value, where the host is that one. */
static const char *value_for(const char *setting, const char *host)
{
    const size_t size = strlen(host);

    return strncmp(setting, host, size) == 0 && setting[size] == '=' ? setting + size + 1 : NULL;
}

const char *assay_openstack_setting_of(const assay_export_job *job, const char *name,
                                       const char *host)
{
    for (size_t i = 0; i < job->setting_count; i++)
        if (strcmp(job->settings[i].name, name) == 0 &&
            value_for(job->settings[i].value, host) != NULL)
            return value_for(job->settings[i].value, host);
    return NULL;
}

int assay_openstack_check_settings(const assay_export_job *job, const char *name,
                                   assay_error *error)
{
    for (size_t i = 0; i < job->setting_count; i++) {
        bool known = strcmp(job->settings[i].name, name) != 0;

        for (size_t j = 0; j < job->host_count && !known; j++)
            known = value_for(job->settings[i].value, job->hosts[j].name) != NULL;
        if (!known)
            return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                              "--set number %zu: %s is HOST=VALUE, of a host that --host names",
                              i + 1, name);
    }
    return 0;
}
