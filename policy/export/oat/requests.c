/* SPDX-License-Identifier: BSD-2-Clause */
/* The requests in their order. */
#include "policy/export/oat/oat.h"

static int add(assay_export_job *job, assay_oat_request **requests, long *count,
               enum assay_oat_kind kind, const assay_oat_mle *mle)
{
    assay_oat_request *const slot =
        assay_arena_more(&job->arena, requests, (size_t)*count, sizeof *slot);

    if (slot == NULL)
        return -ASSAY_NO_MEMORY;
    *slot = (assay_oat_request){ kind, mle };
    ++*count;
    return 0;
}

/* A host is of both types; without a name it is somebody else's to add. */
static bool wants_host(assay_export_job *job, const assay_oat_plan *plan)
{
    if (assay_export_setting_of(job, "host") == NULL)
        return false;
    if (assay_oat_has(plan, false) && assay_oat_has(plan, true))
        return true;
    assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                         "the host is left out: it has to have a BIOS and a VMM, and there are not "
                         "both");
    return false;
}

long assay_oat_requests(assay_export_job *job, const assay_oat_plan *plan, bool edit,
                        assay_oat_request **ret_requests)
{
    long count = 0;
    int status = 0;

    *ret_requests = NULL;
    if (!edit && assay_oat_has(plan, false))
        status = add(job, ret_requests, &count, ASSAY_OAT_OEM, NULL);
    if (status == 0 && !edit && assay_oat_has(plan, true))
        status = add(job, ret_requests, &count, ASSAY_OAT_OS, NULL);
    for (size_t i = 0; i < plan->count && status == 0; i++)
        status = add(job, ret_requests, &count, ASSAY_OAT_MLE, &plan->mles[i]);
    if (status == 0 && wants_host(job, plan))
        status = add(job, ret_requests, &count, ASSAY_OAT_HOST, NULL);
    return status < 0 ? status : count;
}

int assay_oat_flag(const assay_export_job *job, const char *name, bool *ret_flag,
                   assay_error *error)
{
    const char *const set = assay_export_setting_of(job, name);

    *ret_flag = set != NULL && strcmp(set, "yes") == 0;
    if (set == NULL || *ret_flag || strcmp(set, "no") == 0)
        return 0;
    return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "%s is yes or no", name);
}
