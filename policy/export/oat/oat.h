/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OpenAttestation's white list, and Open CIT's after it: a measured launch environment (MLE) is
 * PCR values under a name and a version, of type BIOS (by a manufacturer) or VMM (on an operating
 * system); a host is one of each. Private to policy/.
 */
#ifndef ASSAY_POLICY_EXPORT_OAT_OAT_H
#define ASSAY_POLICY_EXPORT_OAT_OAT_H

#include "base/output.h"
#include "policy/export/export.h"

enum { ASSAY_OAT_TEXT_MAX = 100 }; /* characters of a column of the server's database */

/** What our descriptions begin with; the names of variants follow, '%' and ',' as in a URI. */
#define ASSAY_OAT_VARIANTS "variants "

/** One MLE. */
typedef struct assay_oat_mle {
    bool vmm;
    assay_variant_set variants; /* that are the same in these PCRs */
    size_t first;               /* of these, by name */
    const char *version;
    const char *description;
    assay_pcr_set pcrs; /* never none */
    assay_bytes values[ASSAY_PCRS];
} assay_oat_mle;

/** What a server is told. */
typedef struct assay_oat_plan {
    uint16_t alg;
    const char *oem, *bios_name, *bios_version;
    const char *os, *os_version;
    const char *vmm_name, *vmm_version;
    size_t count;
    assay_oat_mle *mles; /* BIOS first */
} assay_oat_plan;

/**
 * Divides the job's values into MLEs and notes what a server would refuse. 0 or a negative kind;
 * it lives in the job's arena.
 */
int assay_oat_plan_make(assay_export_job *job, assay_oat_plan *ret_plan, assay_error *error);

/** Whether there is an MLE of that type. */
bool assay_oat_has(const assay_oat_plan *plan, bool vmm);

/** What is asked of a server, in the order in which it has to come: each names those before it. */
enum assay_oat_kind { ASSAY_OAT_OEM, ASSAY_OAT_OS, ASSAY_OAT_MLE, ASSAY_OAT_HOST, ASSAY_OAT_KINDS };

typedef struct assay_oat_request {
    enum assay_oat_kind kind;
    const assay_oat_mle *mle; /* of MLE */
} assay_oat_request;

/** All requests into the job's arena: `edit`, only the MLEs again. Their number, or negative. */
long assay_oat_requests(assay_export_job *job, const assay_oat_plan *plan, bool edit,
                        assay_oat_request **ret_requests);

/** The body of one; `bank` ("SHA256") is Open CIT's, and NULL says nothing of it. */
void assay_oat_emit(assay_output *out, const assay_export_job *job, const assay_oat_plan *plan,
                    const assay_oat_request *request, const char *bank);

/** "yes" or "no" of a setting; negative for another word. */
int assay_oat_flag(const assay_export_job *job, const char *name, bool *ret_flag,
                   assay_error *error);

/** The formats' functions. */
int assay_oat_write_wlm(assay_export_job *job, assay_error *error);
int assay_oat_write_commands(assay_export_job *job, assay_error *error);
int assay_oat_write_cit(assay_export_job *job, assay_error *error);
int assay_oat_read(assay_import_job *job, assay_reference **ret_reference, assay_error *error);

#endif
