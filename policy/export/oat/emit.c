/* SPDX-License-Identifier: BSD-2-Clause */
/* The objects of OpenAttestation's REST interface; a member that it doesn't know is refused. */
#include "policy/export/oat/oat.h"

static void emit_oem(assay_output *out, const assay_oat_plan *plan)
{
    assay_emit_object(out, NULL);
    assay_emit_string(out, "Name", plan->oem);
    assay_emit_string(out, "Description", "");
    assay_emit_end(out);
}

static void emit_os(assay_output *out, const assay_oat_plan *plan)
{
    assay_emit_object(out, NULL);
    assay_emit_string(out, "Name", plan->os);
    assay_emit_string(out, "Version", plan->os_version);
    assay_emit_string(out, "Description", "");
    assay_emit_end(out);
}

static void emit_manifest(assay_output *out, const assay_oat_mle *mle, unsigned pcr,
                          const char *bank)
{
    char index[4];
    assay_writer writer = assay_writer_lent(index, sizeof index - 1);

    assay_put_decimal(&writer, pcr);
    index[writer.used] = '\0';
    assay_emit_object(out, NULL);
    assay_emit_string(out, "Name", index);
    assay_emit_hex(out, "Value", mle->values[pcr]);
    if (bank != NULL)
        assay_emit_string(out, "PcrBank", bank);
    assay_emit_end(out);
}

static void emit_mle(assay_output *out, const assay_oat_plan *plan, const assay_oat_mle *mle,
                     const char *bank)
{
    assay_emit_object(out, NULL);
    assay_emit_string(out, "Name", mle->vmm ? plan->vmm_name : plan->bios_name);
    assay_emit_string(out, "Version", mle->version);
    if (mle->vmm) {
        assay_emit_string(out, "OsName", plan->os);
        assay_emit_string(out, "OsVersion", plan->os_version);
    } else {
        assay_emit_string(out, "OemName", plan->oem);
    }
    assay_emit_string(out, "Attestation_Type", "PCR");
    assay_emit_string(out, "MLE_Type", mle->vmm ? "VMM" : "BIOS");
    assay_emit_string(out, "Description", mle->description);
    assay_emit_array(out, "MLE_Manifests");
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        if (assay_pcr_set_has(mle->pcrs, pcr))
            emit_manifest(out, mle, pcr, bank);
    assay_emit_end(out);
    assay_emit_end(out);
}

static const char *set_or(const assay_export_job *job, const char *name, const char *otherwise)
{
    const char *const set = assay_export_setting_of(job, name);

    return set != NULL ? set : otherwise;
}

/* One MLE of each type: the first. Without one of each there is no host. */
static const char *first_version(const assay_oat_plan *plan, bool vmm)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->mles[i].vmm == vmm)
            return plan->mles[i].version;
    return "";
}

static void emit_host(assay_output *out, const assay_export_job *job, const assay_oat_plan *plan)
{
    const char *const host = set_or(job, "host", "");

    assay_emit_object(out, NULL);
    assay_emit_string(out, "HostName", host);
    assay_emit_string(out, "IPAddress", set_or(job, "host-ip", host));
    assay_emit_string(out, "Port", set_or(job, "host-port", "9999"));
    assay_emit_string(out, "BIOS_Name", plan->bios_name);
    assay_emit_string(out, "BIOS_Version", first_version(plan, false));
    assay_emit_string(out, "BIOS_Oem", plan->oem);
    assay_emit_string(out, "VMM_Name", plan->vmm_name);
    assay_emit_string(out, "VMM_Version", first_version(plan, true));
    assay_emit_string(out, "VMM_OSName", plan->os);
    assay_emit_string(out, "VMM_OSVersion", plan->os_version);
    assay_emit_string(out, "Email", "");
    assay_emit_string(out, "AddOn_Connection_String", "");
    assay_emit_string(out, "Description", "");
    assay_emit_end(out);
}

void assay_oat_emit(assay_output *out, const assay_export_job *job, const assay_oat_plan *plan,
                    const assay_oat_request *request, const char *bank)
{
    switch (request->kind) {
    case ASSAY_OAT_OEM:
        emit_oem(out, plan);
        break;
    case ASSAY_OAT_OS:
        emit_os(out, plan);
        break;
    case ASSAY_OAT_MLE:
        emit_mle(out, plan, request->mle, bank);
        break;
    default:
        emit_host(out, job, plan);
        break;
    }
}
