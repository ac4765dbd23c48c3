/* SPDX-License-Identifier: BSD-2-Clause */
/* The canonical event log's two encodings: the formats. */
#include "policy/export/plain/cel.h"

#include "policy/export/imported.h"
#include "policy/export/plain/plain.h"

static const char json[] = "cel-json", tlv[] = "cel-tlv";

static int write_json(assay_export_job *job, assay_error *error)
{
    return assay_cel_export(job, json, error);
}

static int read_json(assay_import_job *job, assay_reference **ret_reference, assay_error *error)
{
    return assay_cel_import(job, json, ret_reference, error);
}

static int write_tlv(assay_export_job *job, assay_error *error)
{
    return assay_cel_export(job, tlv, error);
}

static int read_tlv(assay_import_job *job, assay_reference **ret_reference, assay_error *error)
{
    return assay_cel_import(job, tlv, ret_reference, error);
}

const assay_export_format assay_export_cel_json = {
    .name = json,
    .title = "event log of one variant, CEL 1.0 in JSON",
    .reader = "systemd-pcrlock, scripts, assay's own show, replay and check",
    .holds = "every bank and PCR, by the events that extend them",
    .loses = "components, provenance, how well values are known, what comes any number of times",
    .text = true,
    .settings = assay_import_variant_setting,
    .write = write_json,
    .read = read_json,
};

const assay_export_format assay_export_cel_tlv = {
    .name = tlv,
    .title = "event log of one variant, CEL 1.0 in TLV",
    .reader = "go-tpm-tools and what is built on it, assay's own show, replay and check",
    .holds = "banks whose TPM_ALG_ID fits in a byte, and every PCR",
    .loses = "components, provenance, how well values are known, systemd's records",
    .settings = assay_import_variant_setting,
    .write = write_tlv,
    .read = read_tlv,
};
