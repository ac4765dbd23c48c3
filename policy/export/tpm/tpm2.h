/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The folder for tpm2-tools. Private to policy/.
 *
 *     name                        the reference's
 *     policy.digest               what a secret is sealed to: raw, as tpm2_create -L reads it
 *     variants/list               the folders below, one a line, in the order of PolicyOR
 *     variants/V/name             the variant's name as the reference has it
 *     variants/V/selection        "sha256:0,4,9"
 *     variants/V/pcrs.raw         the values in that order, as tpm2_policypcr -f reads them
 *     variants/V/pcrs.digest      the hash of pcrs.raw, in hexadecimal, tpm2_policypcr's argument
 *     variants/V/policy.digest    PolicyPCR of that
 *     variants/V/signature        TPMT_SIGNATURE of the approval; signature.raw as openssl has it
 *     or/R-N.digest               PolicyOR number N of row R from below, but for the last
 *     authorize/...               key.pem, key.name, policy-ref
 *     nv/...                      public as tpm2_nvreadpublic prints it, name, contents, write.sh
 *     seal.sh unseal.sh README.md
 */
#ifndef ASSAY_POLICY_EXPORT_TPM_TPM2_H
#define ASSAY_POLICY_EXPORT_TPM_TPM2_H

#include "policy/export/tpm/plan.h"

enum { ASSAY_TPM2_FOLDER = 80 };

/** What the folder of a branch is called: the variant's name where every file system takes it. */
void assay_tpm2_folder(const assay_tpm_branch *branch, char ret_name[ASSAY_TPM2_FOLDER]);

/** Writes the path of a policy of the tree, of any row but the last. */
void assay_tpm2_put_path(assay_writer *writer, const assay_tpm_plan *plan, size_t row,
                         size_t place);

/** Adds the scripts and the README to the job. */
void assay_tpm2_add_scripts(assay_export_job *job, const assay_tpm_plan *plan);

/** Reads such a folder, or pcrs.raw with a selection beside it. 0 or a negative kind. */
int assay_tpm2_read(assay_import_job *job, assay_reference **ret_reference, assay_error *error);

extern const assay_export_format assay_export_tpm2_policy;

#endif
