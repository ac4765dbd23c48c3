/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The answer to PollHosts (OpenAttestation) as nova's TrustedFilter read it, up to Pike: a list of
 * hosts, and the time as text. As a number, which OpenAttestation 2 itself may write, it makes the
 * filter fail.
 */
#include "policy/export/openstack/openstack.h"

static const char *level_of(const assay_export_host *host)
{
    switch (assay_openstack_verdict(host)) {
    case ASSAY_REFERENCE_MATCH:
        return "trusted";
    case ASSAY_REFERENCE_MISMATCH:
        return "untrusted";
    default:
        return "unknown";
    }
}

static void note_all(assay_export_job *job)
{
    assay_export_note_on(job, ASSAY_EXPORT_NATURE,
                         "the answer has one word a host: which component differs, and which "
                         "variant a host is, is lost");
    assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                         "TrustedFilter went with Queens (17.0.0): it is for nova up to Pike; "
                         "today openstack-traits and openstack-service do it");
    for (size_t i = 0; i < job->host_count; i++)
        if (job->hosts[i].time == NULL &&
            assay_openstack_verdict(&job->hosts[i]) != ASSAY_REFERENCE_UNKNOWN)
            assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                                 "host %s: without a time nova takes it for unknown",
                                 job->hosts[i].name);
}

int assay_openstack_write_pollhosts(assay_export_job *job, assay_error *error)
{
    const int status = assay_openstack_check_hosts(job, error);

    if (status < 0)
        return status;
    assay_output out = assay_output_json_line(assay_export_add_file(job, ""));
    assay_emit_object(&out, NULL);
    assay_emit_array(&out, "hosts");
    for (size_t i = 0; i < job->host_count; i++) {
        assay_emit_object(&out, NULL);
        assay_emit_string(&out, "host_name", job->hosts[i].name);
        assay_emit_string(&out, "trust_lvl", level_of(&job->hosts[i]));
        assay_emit_string(&out, "vtime", job->hosts[i].time != NULL ? job->hosts[i].time : "");
        assay_emit_end(&out);
    }
    assay_emit_end(&out);
    assay_emit_end(&out);
    note_all(job);
    return 0;
}
